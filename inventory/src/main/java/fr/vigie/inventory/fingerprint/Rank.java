package fr.vigie.inventory.fingerprint;

/**
 * How near a fact stands to the device that it is of, nearest first: what a device says of itself in a protocol made for it, above what a
 * banner shows, above the owner of its MAC address, above how it behaves. What is concluded from a fact is never more certain than its rank.
 */
public enum Rank {
  /** It says so itself, in a protocol made for it; just below the statement itself. */
  STATED(85),
  /** A banner, a default name, a type that it announces. */
  BANNER(60),
  /** The owner of the prefix of its MAC address. */
  OUI(40),
  /** What it asks for and how: parameters of DHCP, hellos, names of servers, ports. */
  BEHAVIOUR(35);

  private final int most;

  Rank(int most) {
    this.most = most;
  }

  /** The most certainty, of 100, of a value concluded from such a fact. */
  public int most() {
    return most;
  }

  /** The rank of a field of facts. */
  static Rank of(String field) {
    return switch (field) {
      case "oui" -> OUI;
      case "dhcp.parameters", "ssh.hassh", "tls.ja4", "dns.asks", "port.asked", "tcp.port", "udp.port", "multicast.group" -> BEHAVIOUR;
      default -> stated(field) ? STATED : BANNER;
    };
  }

  private static boolean stated(String field) {
    int dot = field.indexOf('.');
    return switch (dot < 0 ? field : field.substring(0, dot)) {
      case "bacnet", "knx", "modbus", "cip", "enip", "s7comm", "profinet", "snmp", "lldp", "cdp", "opcua", "mms", "lon", "sbus", "dnp3",
          "helvarnet", "artnet", "enocean", "mdns", "onvif", "wsd", "role", "below" -> true;
      default -> false;
    };
  }
}
