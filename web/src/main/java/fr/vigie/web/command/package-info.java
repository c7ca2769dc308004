/** The commands of {@code ./vigie}, and the wiring of it all. */
package fr.vigie.web.command;
