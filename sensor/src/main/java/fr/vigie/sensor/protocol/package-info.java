/** One file per protocol, and the one list that names them all. */
package fr.vigie.sensor.protocol;
