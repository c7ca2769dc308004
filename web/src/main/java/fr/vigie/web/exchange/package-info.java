/** What leaves for other systems – tables, CycloneDX, NetBox, GLPI, MUD, filters – and what people bring in their tables. */
package fr.vigie.web.exchange;
