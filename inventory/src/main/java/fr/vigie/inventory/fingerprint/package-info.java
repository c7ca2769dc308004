/** From evidence to vendor and kind of equipment. The knowledge is data files with a source column, replaceable without a build. */
package fr.vigie.inventory.fingerprint;
