/** Vigie's samples module. */
package fr.vigie.samples;
