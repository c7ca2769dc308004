package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The standard's names of services and codes, ready for messages that say nothing new: no name is built twice. */
final class Codes {
  static final String UNKNOWN_SERVICE = "unknown service";
  static final Names MANUFACTURERS = Names.load("knx/knx_manufacturers.tsv", "manufacturer");

  /** Names of the services of KNXnet/IP, by their code; null where there is none. */
  private static final @Nullable String[] IP_SERVICE = new @Nullable String[0x1000];

  /** cEMI message codes (KNX 03_06_03 4.1.2). */
  static final String[] MESSAGE = new String[256];

  /** Services of the application layer by their ten bits (KNX 03_03_07 2). */
  static final String[] SERVICE = new String[1024];

  /** Outcomes by the status of KNXnet/IP (KNX 03_08_01, common error codes, and those of connections). */
  static final Outcome[] STATUS = new Outcome[256];

  /** Outcomes by return code (KNX 03_07_03 return codes). */
  static final Outcome[] RETURN = new Outcome[256];

  static {
    Names services = Names.load("knx/knxnetip_service_types.tsv", "service");
    Arrays.setAll(IP_SERVICE, services::find);
    Names messages = Names.load("knx/cemi_message_codes.tsv", "messageCode");
    Arrays.setAll(MESSAGE, messages::of);
    Names apci = Names.load("knx/apci_services.tsv", "apci");
    Arrays.setAll(SERVICE, code -> apci.of(apci.find(code) != null ? code : fold(code)));
    Arrays.setAll(STATUS, code -> code == 0 ? Outcome.OK : Outcome.error(status(code)));
    Arrays.setAll(RETURN, code -> code < 0x80 ? Outcome.OK : Outcome.error(returned(code)));
  }

  private Codes() {}

  /** The name of a KNXnet/IP service, or null. */
  static @Nullable String ipService(int service) {
    return service < IP_SERVICE.length ? IP_SERVICE[service] : null;
  }

  /** KNX 03_03_07 2: codes whose low bits are data are folded onto their first code. */
  static int fold(int apci) {
    int four = apci & 0x3C0;
    return switch (four) {
      case 0x000, 0x040, 0x080, 0x0C0, 0x100, 0x140, 0x180, 0x300, 0x340 -> four;
      case 0x1C0 -> apci < 0x1C8 ? four : apci;
      case 0x200, 0x240, 0x280 -> (apci & 0x30) == 0 ? four : apci;
      default -> apci;
    };
  }

  /** Whether a service has an answer of its own on the application layer, which ends its act. */
  static boolean answered(int service) {
    return switch (service) {
      case 0x3D1, 0x3D3, 0x3D7, 0x1CE, 0x1FB, 0x381, 0x2C7, 0x1D4 -> true;
      default -> false;
    };
  }

  /** KNX 03_03_04 2: control data of the transport layer. */
  static String control(int tpci) {
    return switch (tpci & 0xC3) {
      case 0x80 -> "T_Connect";
      case 0x81 -> "T_Disconnect";
      case 0xC2 -> "T_ACK";
      case 0xC3 -> "T_NAK";
      default -> "unknown control";
    };
  }

  /** KNX 03_06_03 4.1.4.3.1: types of additional information. */
  static String additional(int type) {
    return switch (type) {
      case 0x01 -> "PL_MEDIUM";
      case 0x02 -> "RF_MEDIUM";
      case 0x03 -> "BUSMONITOR_STATUS";
      case 0x04 -> "TIMESTAMP_RELATIVE";
      case 0x05 -> "TIME_DELAY_UNTIL_SENDING";
      case 0x06 -> "EXTENDED_RELATIVE_TIMESTAMP";
      case 0x07 -> "BIBAT";
      case 0x08 -> "RF_MULTI";
      case 0x09 -> "PREAMBLE_AND_POSTAMBLE";
      case 0x0A -> "RF_FAST_ACK";
      case 0xFE -> "MANUFACTURER_SPECIFIC";
      default -> "unknown additional information";
    };
  }

  /** Priority of a telegram (KNX 03_03_02 2.2.2). */
  static String priority(int code) {
    return switch (code) {
      case 0 -> "system";
      case 1 -> "normal";
      case 2 -> "urgent";
      default -> "low";
    };
  }

  /** KNX 03_08_02 7.5.2 and KNX 03_08_01: connection types. */
  static String connectionType(int type) {
    return switch (type) {
      case 3 -> "DEVICE_MGMT_CONNECTION";
      case 4 -> "TUNNEL_CONNECTION";
      case 6 -> "REMLOG_CONNECTION";
      case 7 -> "REMCONF_CONNECTION";
      case 8 -> "OBJSVR_CONNECTION";
      default -> "unknown connection type";
    };
  }

  /** KNX 03_08_04 4.4.4: tunnelling layers; null for one the standard does not know. */
  static @Nullable String layer(int layer) {
    return switch (layer) {
      case 0x02 -> "TUNNEL_LINKLAYER";
      case 0x04 -> "TUNNEL_RAW";
      case 0x80 -> "TUNNEL_BUSMONITOR";
      default -> null;
    };
  }

  /** KNX 03_08_04: interface features of a tunnelling server. */
  static String feature(int feature) {
    return switch (feature) {
      case 0x01 -> "SUPPORTED_EMI_TYPE";
      case 0x02 -> "HOST_DEVICE_DESCRIPTOR_TYPE_0";
      case 0x03 -> "BUS_CONNECTION_STATUS";
      case 0x04 -> "KNX_MANUFACTURER_CODE";
      case 0x05 -> "ACTIVE_EMI_TYPE";
      case 0x06 -> "INTERFACE_INDIVIDUAL_ADDRESS";
      case 0x07 -> "MAX_APDU_LENGTH";
      case 0x08 -> "INTERFACE_FEATURE_INFO_SERVICE_ENABLE";
      default -> "unknown feature";
    };
  }

  /** KNX 03_08_09: states of a secure session. */
  static String session(int status) {
    return switch (status) {
      case 0 -> "STATUS_AUTHENTICATION_SUCCESS";
      case 1 -> "STATUS_AUTHENTICATION_FAILED";
      case 2 -> "STATUS_UNAUTHENTICATED";
      case 3 -> "STATUS_TIMEOUT";
      case 4 -> "STATUS_KEEPALIVE";
      case 5 -> "STATUS_CLOSE";
      default -> "unknown status";
    };
  }

  /** KNX 03_08_01, common error codes, and those of connections. */
  static String status(int status) {
    return switch (status) {
      case 0x00 -> "E_NO_ERROR";
      case 0x01 -> "E_HOST_PROTOCOL_TYPE";
      case 0x02 -> "E_VERSION_NOT_SUPPORTED";
      case 0x04 -> "E_SEQUENCE_NUMBER";
      case 0x21 -> "E_CONNECTION_ID";
      case 0x22 -> "E_CONNECTION_TYPE";
      case 0x23 -> "E_CONNECTION_OPTION";
      case 0x24 -> "E_NO_MORE_CONNECTIONS";
      case 0x25 -> "E_NO_MORE_UNIQUE_CONNECTIONS";
      case 0x26 -> "E_DATA_CONNECTION";
      case 0x27 -> "E_KNX_CONNECTION";
      case 0x28 -> "E_AUTHORISATION_ERROR";
      case 0x29 -> "E_TUNNELLING_LAYER";
      case 0x2D -> "E_NO_TUNNELLING_ADDRESS";
      case 0x2E -> "E_CONNECTION_IN_USE";
      default -> "0x" + HexFormat.of().toHexDigits((byte) status);
    };
  }

  /** KNX 03_07_03: return codes; below 0x80 they are good news. */
  private static String returned(int code) {
    return switch (code) {
      case 0xF1 -> "memory error";
      case 0xF2 -> "invalid command";
      case 0xF3 -> "impossible command";
      case 0xF4 -> "exceeds maximum APDU length";
      case 0xF5 -> "data overflow";
      case 0xF6 -> "out of minimum range";
      case 0xF7 -> "out of maximum range";
      case 0xF8 -> "data void";
      case 0xF9 -> "temporarily not available";
      case 0xFA -> "access write-only";
      case 0xFB -> "access read-only";
      case 0xFC -> "access denied";
      case 0xFD -> "address void";
      case 0xFE -> "data type conflict";
      case 0xFF -> "error";
      default -> "return code 0x" + HexFormat.of().toHexDigits((byte) code);
    };
  }
}
