/** Modbus over TCP, by its two frames (with and without the MBAP header) and by request and answer. */
package fr.vigie.sensor.protocol.modbus;
