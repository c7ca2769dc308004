/** What leaves Vigie as files. */
package fr.vigie.web.export;
