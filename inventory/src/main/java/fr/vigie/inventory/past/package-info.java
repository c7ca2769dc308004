/** What devices were: their pictures over time, whom they know, and how two moments differ. */
package fr.vigie.inventory.past;
