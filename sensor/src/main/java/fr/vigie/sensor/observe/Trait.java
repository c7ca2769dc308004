package fr.vigie.sensor.observe;

/** What a device can say of itself in a {@link Claim}; the closed list of names under {@code traits} in {@code assets.ndjson}. */
public enum Trait {
  /** Manufacturer's name as the device states it. */
  VENDOR("vendor"),
  /** BACnet vendor identifier (ASHRAE 135 clause 23), decimal. */
  VENDOR_ID("vendorId"),
  MODEL("model"),
  FIRMWARE("firmware"),
  /** Application software version, where it is not the firmware. */
  SOFTWARE("software"),
  HARDWARE("hardware"),
  OS("os"),
  SERIAL("serial"),
  /** The name people gave the device (BACnet object-name, sysName, KNX friendly name, LLDP system name). */
  NAME("name"),
  /** DNS or DHCP host name. */
  HOSTNAME("hostname"),
  DESCRIPTION("description"),
  LOCATION("location"),
  CONTACT("contact"),
  /** BACnet device instance, decimal. */
  INSTANCE("instance"),
  /** A network this device routes to: BACnet network number, decimal. */
  ROUTES("routes"),
  /** A role the device takes by protocol: {@code router}, {@code bbmd}, {@code dhcp-server}, {@code dns-server}, {@code gateway}, {@code bridge}… */
  ROLE("role"),
  /** An open service, {@code tcp/80 http}. */
  SERVICE("service"),
  /** A fingerprint or banner: {@code http-server=…}, {@code dhcp-55=…}, {@code dhcp-60=…}, {@code sysobjectid=…}. */
  BANNER("banner"),
  /** Switch and port a device hangs on, as LLDP or CDP says. */
  PORT("port"),
  /** A further address of the same device that it states itself: IP address. */
  ADDRESS("address"),
  /** A MAC address that the device states itself. */
  MAC("mac"),
  /** The family of products it belongs to, as a fingerprint says. */
  FAMILY("family");

  private final String wireName;

  Trait(String wireName) {
    this.wireName = wireName;
  }

  /** The name in outputs. */
  public String wireName() {
    return wireName;
  }
}
