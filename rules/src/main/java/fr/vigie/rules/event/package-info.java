/** What rules see: events, each complete in itself, and the one thing a consequence may do, {@code report}. */
package fr.vigie.rules.event;
