/** Vigie's web module. */
package fr.vigie.web;
