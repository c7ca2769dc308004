/** Where packets come from. */
package fr.vigie.sensor.capture;
