/** What values did over time: closed buckets of readings, for each point, bounded. */
package fr.vigie.inventory.history;
