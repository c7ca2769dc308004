/** The evidence recorder: a bounded ring of packets on disk, and excerpts of it. */
package fr.vigie.sensor.record;
