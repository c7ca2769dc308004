package fr.vigie.inventory.site;

/**
 * One line of a Modbus register map: only registers named so are readings.
 *
 * @param device the device of the site file
 * @param unit Modbus unit 0..255
 * @param register where the number lies, how it is read and what it is called
 */
public record Register(Device device, int unit, fr.vigie.sensor.meaning.Register register) {}
