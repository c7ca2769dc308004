package fr.vigie.sensor.record;

import fr.vigie.sensor.wire.Cursor;

/**
 * What is told of flows that no dissector reads, for the sake of what is kept of them: clinical, bulk, or with credentials in the clear. By
 * the server's port or the first octets; a guess that is wrong costs evidence, never a secret.
 */
enum Unread {
  /** Nothing that asks for care. */
  OPEN,
  /** DICOM (PS3.8 §9.3.2) and HL7 version 2 over MLLP. */
  CLINICAL,
  /** TLS: the handshake is kept, application data is not. */
  TLS,
  /** RTP, DTLS, QUIC, SSH. */
  BULK,
  /** FTP control connections (RFC 959 §4.1.1). */
  FTP,
  /** Telnet: whatever is typed. */
  TELNET,
  /** MQTT: the password of CONNECT. */
  MQTT,
  /** Protocols with credentials in the clear of which nothing here knows where they lie. */
  CREDENTIALS;

  /** RFC 3550 §5.1: fixed header of RTP. */
  static final int RTP_HEADER = 12;

  /** What a name given by a dissector means, where there is a dissector and it does not tell its secrets itself. */
  static Unread named(String protocol) {
    return switch (protocol) {
      case "dicom", "hl7", "mllp" -> CLINICAL;
      case "tls" -> TLS;
      case "rtp", "rtcp", "quic", "ssh", "dtls" -> BULK;
      case "ftp" -> FTP;
      case "telnet" -> TELNET;
      case "mqtt" -> MQTT;
      case "smtp", "pop3", "imap", "ldap", "sip", "rtsp", "vnc", "radius", "smb", "opcua", "tftp", "redis" -> CREDENTIALS;
      default -> OPEN;
    };
  }

  /** What the server's port says. */
  static Unread port(boolean tcp, int port) {
    if (tcp) {
      return switch (port) {
        case 104, 2575, 2761, 2762, 11112 -> CLINICAL;
        case 21 -> FTP;
        case 23, 107, 2323 -> TELNET;
        case 1883 -> MQTT;
        case 22 -> BULK;
        case 25, 80, 110, 139, 143, 389, 445, 512, 513, 514, 554, 587, 1433, 1521, 3268, 3306, 4840, 5060, 5432, 5900, 5901, 6379, 8000, 8008,
            8080, 8081, 8554, 8888, 27017 ->
            CREDENTIALS;
        default -> OPEN;
      };
    }
    return switch (port) {
      case 443 -> BULK;
      case 69, 161, 162, 389, 1812, 1813, 1645, 1646, 5060, 5061 -> CREDENTIALS;
      default -> OPEN;
    };
  }

  /** What the octets of a segment say. */
  static Unread stream(Cursor c) {
    int first = c.at(0);
    // PS3.8 §9.3.2: A-ASSOCIATE-RQ, reserved, length u32, protocol version 1
    if (first == 1 && c.at(1) == 0 && c.at(6) == 0 && c.at(7) == 1 && c.wireLength() >= 74) {
      return CLINICAL;
    }
    if (first == 0x0B && (starts(c, 1, "MSH") || starts(c, 1, "FHS") || starts(c, 1, "BHS"))) {
      return CLINICAL;
    }
    if (record(c, 0)) {
      return TLS;
    }
    if (starts(c, 0, "SSH-")) {
      return BULK;
    }
    if (first == 0x10) {
      int at = 1;
      while (at < 5 && c.at(at) >= 0x80) {
        at++;
      }
      return starts(c, at + 3, "MQ") ? MQTT : OPEN;
    }
    if (starts(c, 0, "USER ") || starts(c, 0, "PASS ")) {
      return FTP;
    }
    return first == 'R' && (starts(c, 0, "RFB 0") || starts(c, 0, "RTSP/")) || text(c) ? CREDENTIALS : OPEN;
  }

  /** What the octets of a datagram say. */
  static Unread datagram(Cursor c) {
    int first = c.at(0);
    // RFC 6347 §4.1: | type | 254, 253 or 255 … |
    if (first >= 20 && first <= 25 && c.at(1) == 254 && (c.at(2) == 253 || c.at(2) == 255)) {
      return BULK;
    }
    return text(c) ? CREDENTIALS : OPEN;
  }

  /** SIP and RTSP say so at the end of their first line, and SIP answers at its beginning. */
  private static boolean text(Cursor c) {
    if (starts(c, 0, "SIP/2.0")) {
      return true;
    }
    int first = c.at(0);
    if (first < 'A' || first > 'Z') {
      return false;
    }
    int end = Math.min(c.length(), 512);
    for (int at = 3; at < end && c.at(at) >= ' '; at++) {
      if (c.at(at) == ' ' && (starts(c, at, " SIP/2.0") || starts(c, at, " RTSP/1.0") || starts(c, at, " RTSP/2.0"))) {
        return true;
      }
    }
    return false;
  }

  /** RFC 8446 §5.1: a record's type, and version 3.0 to 3.4. */
  static boolean record(Cursor c, int at) {
    int type = c.at(at);
    return type >= 20 && type <= 24 && c.at(at + 1) == 3 && c.at(at + 2) <= 4 && c.length() >= at + 5;
  }

  private static boolean starts(Cursor c, int at, String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      if (c.at(at + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
