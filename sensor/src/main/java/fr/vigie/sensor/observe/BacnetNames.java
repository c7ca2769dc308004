package fr.vigie.sensor.observe;

/** BACnet's names of objects, properties, vendors and units (ASHRAE 135-2020 clause 21), shared by the dissector and all that print points. */
public final class BacnetNames {
  private static final Names OBJECT_TYPES = Names.load("bacnet/object_types.tsv", "proprietary");
  private static final Names PROPERTIES = Names.load("bacnet/property_ids.tsv", "proprietary");
  private static final Names UNITS = Names.load("bacnet/engineering_units.tsv", "unit");
  private static final Names VENDORS = Names.load("bacnet/vendor_ids.tsv", "vendor");

  private BacnetNames() {}

  /** Name of a BACnetObjectType. */
  public static String objectType(int type) {
    return OBJECT_TYPES.of(type);
  }

  /** Name of a BACnetPropertyIdentifier. */
  public static String property(int property) {
    return PROPERTIES.of(property);
  }

  /** Name of a BACnetEngineeringUnits. */
  public static String unit(int unit) {
    return UNITS.of(unit);
  }

  /** Vendor name of a BACnet vendor identifier. */
  public static String vendor(int id) {
    return VENDORS.of(id);
  }
}
