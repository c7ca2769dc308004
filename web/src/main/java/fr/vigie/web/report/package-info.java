/** Compliance reports: controls tied to what was observed, signed, and checked offline. */
package fr.vigie.web.report;
