package fr.vigie.inventory.site;

import org.jspecify.annotations.Nullable;

/**
 * One line of a Modbus register map: only registers named so are readings.
 *
 * @param device the device of the site file
 * @param unit Modbus unit 0..255
 * @param table {@code coil}, {@code discrete-input}, {@code input-register} or {@code holding-register}
 * @param address first address as on the wire, 0..65535
 * @param type how the registers are read
 * @param scale what the raw number is multiplied with
 * @param unitOfMeasure unit, or null
 */
public record Register(Device device, int unit, String table, int address, Type type, double scale, @Nullable String unitOfMeasure) {
  /** How a number is laid out over registers; 32-bit types take two, the first one high. */
  public enum Type {
    BOOL,
    INT16,
    UINT16,
    INT32,
    UINT32,
    FLOAT32
  }
}
