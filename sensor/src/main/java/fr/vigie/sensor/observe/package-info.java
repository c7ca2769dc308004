/** What leaves the sensor: {@link fr.vigie.sensor.observe.Observation} and what it is made of. The only package other modules import. */
package fr.vigie.sensor.observe;
