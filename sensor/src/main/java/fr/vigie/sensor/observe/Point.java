package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/** What an act or a reading is about, in the terms of its protocol. Cheap to make; the text is built only when someone asks for it. */
public sealed interface Point {
  /** Canonical text, the same everywhere: outputs, site file, console. */
  String text();

  /**
   * A BACnet property.
   *
   * @param type object type (ASHRAE 135 clause 21, BACnetObjectType)
   * @param instance object instance, 0..4194303
   * @param property property identifier, or -1 for the object as a whole
   * @param index array index, or -1
   */
  record Bacnet(int type, int instance, int property, int index) implements Point {
    /** {@code analog-value,3/present-value[2]}; the names come from the protocol tables. */
    @Override
    public String text() {
      StringBuilder s = new StringBuilder(BacnetNames.objectType(type)).append(',').append(instance);
      if (property >= 0) {
        s.append('/').append(BacnetNames.property(property));
      }
      if (index >= 0) {
        s.append('[').append(index).append(']');
      }
      return s.toString();
    }
  }

  /**
   * A Modbus table and address range.
   *
   * @param table {@code coil}, {@code discrete-input}, {@code input-register}, {@code holding-register}, {@code file}
   * @param address first address as on the wire, from 0
   * @param count number of items, at least 1
   */
  record Modbus(String table, int address, int count) implements Point {
    @Override
    public String text() {
      return count == 1 ? table + ":" + address : table + ":" + address + "-" + (address + count - 1);
    }
  }

  /**
   * A KNX group address (three-level text).
   *
   * @param address main (5 bits), middle (3 bits), sub (8 bits)
   */
  record KnxGroup(int address) implements Point {
    @Override
    public String text() {
      return (address >>> 11 & 0x1F) + "/" + (address >>> 8 & 7) + "/" + (address & 0xFF);
    }
  }

  /**
   * Anything whose name is text: an SNMP OID, an HTTP path, an MQTT topic, a DHCP or DNS name.
   *
   * @param scheme {@code oid}, {@code path}, {@code topic}, {@code name}…
   * @param name the name as on the wire; hostile input, never markup
   */
  record Named(String scheme, String name) implements Point {
    @Override
    public String text() {
      return name;
    }
  }

  /** The text of a point, or null. */
  static @Nullable String text(@Nullable Point point) {
    return point == null ? null : point.text();
  }
}
