/** What values were before: the last one of each point, bounded. */
package fr.vigie.inventory.history;
