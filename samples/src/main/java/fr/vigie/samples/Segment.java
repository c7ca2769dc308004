package fr.vigie.samples;

/**
 * One VLAN with its IPv4 network (/24) and its gateway, a pair of firewalls behind one virtual address (VRRP, RFC 9568).
 *
 * @param vlan IEEE 802.1Q identifier
 * @param zone id of the zone in the site file
 * @param name name for people
 * @param network network address; the host part is zero
 * @param router virtual router identifier 1..255
 */
record Segment(int vlan, String zone, String name, int network, int router) {
  /** The gateway's address, .254. */
  int gateway() {
    return network + 254;
  }

  /** RFC 9568 §7.3: the virtual router's MAC address. */
  long gatewayMac() {
    return 0x00005E000100L | router;
  }

  int broadcast() {
    return network + 255;
  }
}
