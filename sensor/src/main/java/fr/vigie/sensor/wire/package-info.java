/** {@link fr.vigie.sensor.wire.Cursor} and the views of link, network and transport layers. */
package fr.vigie.sensor.wire;
