package fr.vigie.sensor.flow;

/** Names of IP protocols without ports (IANA, Assigned Internet Protocol Numbers), for contacts. */
final class IpNames {
  private static final String[] NAMES = names();

  private IpNames() {}

  private static String[] names() {
    String[] names = new String[256];
    for (int i = 0; i < names.length; i++) {
      names[i] = "ip-" + i;
    }
    names[2] = "igmp";
    names[47] = "gre";
    names[50] = "esp";
    names[51] = "ah";
    names[88] = "eigrp";
    names[89] = "ospf";
    names[103] = "pim";
    names[112] = "vrrp";
    names[115] = "l2tp";
    names[132] = "sctp";
    return names;
  }

  static String of(int protocol) {
    return NAMES[protocol & 0xFF];
  }
}
