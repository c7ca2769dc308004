/** Vigie's rules module. */
package fr.vigie.rules;
