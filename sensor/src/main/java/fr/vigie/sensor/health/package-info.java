/** The capture doctor: what the mirror port, the card and this program fail to deliver, from passive facts alone. */
package fr.vigie.sensor.health;
