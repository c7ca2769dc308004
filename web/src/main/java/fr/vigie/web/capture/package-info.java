/** What the capture doctor found, for people: in words, with the command that mends it, in outputs and in the API. */
package fr.vigie.web.capture;
