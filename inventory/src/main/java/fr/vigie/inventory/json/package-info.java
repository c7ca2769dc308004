/** How addresses and times are written, the same in every output. */
package fr.vigie.inventory.json;
