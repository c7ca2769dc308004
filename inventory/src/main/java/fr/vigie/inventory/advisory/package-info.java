/** What makers publish about weaknesses of their products, and which devices of the inventory it is about: pure, no threads, no clock, no network. */
package fr.vigie.inventory.advisory;
