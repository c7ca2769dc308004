/** The sensor's front door: packets in, observations out. */
package fr.vigie.sensor;
