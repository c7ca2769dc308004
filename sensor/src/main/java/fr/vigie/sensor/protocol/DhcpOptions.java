package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The forms of DHCP options (RFC 2132 and the options' own RFCs): what each is called, how long it must be, how its value reads. */
final class DhcpOptions {
  /** RFC 3118. */
  static final int AUTHENTICATION = 90;

  private DhcpOptions() {}

  /** Octets of an option of one length alone, or 0. */
  static int octets(int code) {
    return switch (code) {
      case 19, 20, 27, 29, 30, 31, 34, 36, 39, 46, 52, 53, 116 -> 1;
      case 13, 22, 26, 57 -> 2;
      case 1, 2, 16, 24, 28, 32, 35, 37, 38, 50, 51, 54, 58, 59, 108, 118 -> 4;
      default -> 0;
    };
  }

  /** Tells the transcript one option; the cursor is not moved. */
  static void transcribe(Transcript t, Cursor m, int code, int length) {
    int at = m.position();
    String name = name(code);
    t.field("option", code);
    switch (code) {
      case 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 21, 28, 32, 33, 41, 42, 44, 45, 48, 49, 50, 54, 65, 68, 69, 70, 71, 72, 73, 74, 75, 76, 118, 150 -> {
        for (int i = 0; i + 4 <= length; i += 4) {
          t.field(name, Endpoint.ipText(4, 0, m.u32()));
        }
      }
      case 12, 14, 15, 17, 18, 40, 47, 56, 60, 62, 64, 66, 67, 86, 87, 98, 100, 101, 114, 252 -> t.field(name, Dhcp.text(m, length));
      case 13, 19, 20, 22, 23, 24, 26, 27, 29, 30, 31, 34, 35, 36, 37, 38, 39, 46, 51, 52, 53, 57, 58, 59, 93, 108, 116 -> t.field(name, m.unsigned(Math.min(length, 8)));
      case 2 -> t.field(name, m.signed(Math.clamp(length, 1, 8)));
      case 55 -> t.field(name, Dhcp.list(m, length));
      case 61 -> identifier(t, m, length);
      case 77 -> t.field(name, userClass(m, length));
      case 81 -> t.field(name, length < 3 ? "" : Dhcp.fqdn(m, length));
      case 82 -> relay(t, m);
      case AUTHENTICATION -> t.secret(name, length);
      case 121, 249 -> routes(t, m, name);
      default -> t.octets(name, m, length);
    }
    m.seek(at);
  }

  private static void identifier(Transcript t, Cursor m, int length) {
    int kind = m.u8();
    t.field("clientIdentifierType", kind);
    if (kind == 1 && length == 7) {
      t.field("clientIdentifier", Endpoint.macText(m.u48()));
    } else {
      t.octets("clientIdentifier", m, length - 1);
    }
  }

  private static void relay(Transcript t, Cursor m) {
    while (m.ok() && m.remaining() >= 2) {
      int kind = m.u8();
      int octets = Math.min(m.u8(), m.remaining());
      t.octets(kind == 1 ? "circuitId" : kind == 2 ? "remoteId" : "relaySubOption" + kind, m, octets);
      m.skip(octets);
    }
  }

  /** RFC 3442: {@code | width u8 | as many octets as the width needs | router u32 | …}. */
  private static void routes(Transcript t, Cursor m, String name) {
    while (m.ok() && m.remaining() > 4) {
      int width = m.u8();
      int octets = Math.min(4, (width + 7) / 8);
      long network = m.unsigned(octets) << 8 * (4 - octets);
      long router = m.u32();
      if (m.ok()) {
        t.field(name, Endpoint.ipText(4, 0, network) + "/" + width + " " + Endpoint.ipText(4, 0, router));
      }
    }
  }

  /** RFC 3004 §4: {@code | length u8 | text | …}; many clients send the text alone. */
  static String userClass(Cursor m, int length) {
    int first = m.peek(0);
    if (first + 1 != length) {
      return shown(m, length);
    }
    m.skip(1);
    return shown(m, length - 1);
  }

  /** Text where every octet is printable, else hexadecimal. */
  static String shown(Cursor m, int length) {
    boolean printable = length > 0;
    for (int i = 0; i < length; i++) {
      printable &= m.peek(i) >= ' ' && m.peek(i) < 0x7F;
    }
    return printable ? m.text(length, StandardCharsets.US_ASCII) : HexFormat.of().formatHex(m.bytes(length));
  }

  /** A circuit as relays write it: text, or {@code | 0 u8 | 4 u8 | VLAN u16 | module u8 | port u8 |}, which many switches send. */
  static String circuit(Cursor m, int octets) {
    if (octets == 6 && m.peek(0) == 0 && m.peek(1) == 4) {
      m.skip(2);
      return "vlan " + m.u16() + ", module " + m.u8() + ", port " + m.u8();
    }
    return shown(m, octets);
  }

  /** Names of RFC 2132 and of the options' own RFCs. */
  private static String name(int code) {
    return switch (code) {
      case 1 -> "subnetMask";
      case 2 -> "timeOffset";
      case 3 -> "router";
      case 4 -> "timeServer";
      case 5 -> "nameServer";
      case 6 -> "domainNameServer";
      case 7 -> "logServer";
      case 12 -> "hostName";
      case 13 -> "bootFileSize";
      case 15 -> "domainName";
      case 17 -> "rootPath";
      case 23 -> "defaultIpTtl";
      case 26 -> "interfaceMtu";
      case 28 -> "broadcastAddress";
      case 31 -> "performRouterDiscovery";
      case 33 -> "staticRoute";
      case 42 -> "ntpServers";
      case 43 -> "vendorSpecificInformation";
      case 44 -> "netBiosNameServer";
      case 45 -> "netBiosDatagramServer";
      case 46 -> "netBiosNodeType";
      case 47 -> "netBiosScope";
      case 50 -> "requestedIpAddress";
      case 51 -> "ipAddressLeaseTime";
      case 52 -> "optionOverload";
      case 53 -> "dhcpMessageType";
      case 54 -> "serverIdentifier";
      case 55 -> "parameterRequestList";
      case 56 -> "message";
      case 57 -> "maximumDhcpMessageSize";
      case 58 -> "renewalTime";
      case 59 -> "rebindingTime";
      case 60 -> "vendorClassIdentifier";
      case 66 -> "tftpServerName";
      case 67 -> "bootfileName";
      case 77 -> "userClass";
      case 81 -> "clientFqdn";
      case AUTHENTICATION -> "authentication";
      case 93 -> "clientArchitecture";
      case 94 -> "clientInterface";
      case 97 -> "machineIdentifier";
      case 100 -> "posixTimeZone";
      case 101 -> "timeZoneName";
      case 108 -> "ipv6OnlyPreferred";
      case 114 -> "captivePortal";
      case 116 -> "autoConfigure";
      case 119 -> "domainSearch";
      case 121 -> "classlessRoute";
      case 124 -> "vendorClass";
      case 125 -> "vendorOptions";
      case 150 -> "tftpServerAddress";
      case 249 -> "microsoftClasslessRoute";
      case 252 -> "proxyAutoDiscovery";
      default -> "option-" + code;
    };
  }
}
