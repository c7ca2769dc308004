/** Who may see and decide what: users, roles, passwords, sessions, throttling, the certificate, and the audit trail's seam. */
@NullMarked
package fr.vigie.web.access;

import org.jspecify.annotations.NullMarked;
