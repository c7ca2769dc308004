/** Vigie's inventory module. */
package fr.vigie.inventory;
