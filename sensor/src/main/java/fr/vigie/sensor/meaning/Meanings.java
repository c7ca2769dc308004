package fr.vigie.sensor.meaning;

/**
 * What the site says of values that packets carry without type, unit or name.
 *
 * @param groups group addresses of KNX
 * @param registers registers of Modbus
 */
public record Meanings(GroupAddresses groups, RegisterMap registers) {
  /** Where nothing is known. */
  public static final Meanings NONE = new Meanings(GroupAddresses.NONE, RegisterMap.NONE);
}
