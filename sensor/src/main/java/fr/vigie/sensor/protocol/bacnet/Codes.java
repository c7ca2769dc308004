package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Names;

/** The standard's names of functions, services and enumerations (ASHRAE 135-2020 clause 21 and annex J). */
final class Codes {
  /** Names of an enumeration. */
  interface Labels {
    /** The name of a code, or its number where it has none. */
    String of(int code);
  }

  static final Labels ERROR_CLASS = table("bacnet/error_classes.tsv");
  static final Labels ERROR_CODE = table("bacnet/error_codes.tsv");
  static final Labels REJECT_REASON = table("bacnet/reject_reasons.tsv");
  static final Labels ABORT_REASON = table("bacnet/abort_reasons.tsv");
  static final Labels OBJECT_TYPE = BacnetNames::objectType;
  static final Labels PROPERTY = BacnetNames::property;
  static final Labels UNITS = BacnetNames::unit;
  static final Labels NUMBER = Integer::toString;

  /** BACnetSegmentation. */
  static final Labels SEGMENTATION = list("segmented-both", "segmented-transmit", "segmented-receive", "no-segmentation");

  /** BACnetDeviceStatus. */
  static final Labels DEVICE_STATUS =
      list("operational", "operational-read-only", "download-required", "download-in-progress", "non-operational", "backup-in-progress");

  /** BACnetEventState. */
  static final Labels EVENT_STATE = list("normal", "fault", "offnormal", "high-limit", "low-limit", "life-safety-alarm");

  /** BACnetNotifyType. */
  static final Labels NOTIFY_TYPE = list("alarm", "event", "ack-notification");

  /** BACnetEventType. */
  static final Labels EVENT_TYPE =
      list(
          "change-of-bitstring", "change-of-state", "change-of-value", "command-failure", "floating-limit", "out-of-range", "6", "7",
          "change-of-life-safety", "extended", "buffer-ready", "unsigned-range", "12", "access-event", "double-out-of-range",
          "signed-out-of-range", "unsigned-out-of-range", "change-of-characterstring", "change-of-status-flags", "change-of-reliability",
          "none", "change-of-discrete-value", "change-of-timer");

  /** BACnetReliability. */
  static final Labels RELIABILITY =
      list(
          "no-fault-detected", "no-sensor", "over-range", "under-range", "open-loop", "shorted-loop", "no-output", "unreliable-other",
          "process-error", "multi-state-fault", "configuration-error", "11", "communication-failure", "member-fault",
          "monitored-object-fault", "tripped", "lamp-failure", "activation-failure", "renew-dhcp-failure",
          "renew-fd-registration-failure", "restart-auto-negotiation-failure", "restart-failure", "proprietary-command-failure",
          "faults-listed", "referenced-object-fault", "multi-state-out-of-range");

  /** BACnetBinaryPV. */
  static final Labels BINARY = list("inactive", "active");

  /** BACnetResultFlags. */
  static final Labels RESULT_FLAGS = list("first-item", "last-item", "more-items");

  /** BACnetPolarity. */
  static final Labels POLARITY = list("normal", "reverse");

  /** BACnetLifeSafetyOperation (13.13). */
  static final Labels LIFE_SAFETY =
      list(
          "none", "silence", "silence-audible", "silence-visual", "reset", "reset-alarm", "reset-fault", "unsilence", "unsilence-audible",
          "unsilence-visual");

  /** 16.1.1.1.2. */
  static final Labels ENABLE_DISABLE = list("enable", "disable", "disable-initiation");

  /** 16.4.1.1.1. */
  static final Labels REINITIALIZED =
      list("coldstart", "warmstart", "start-backup", "end-backup", "start-restore", "end-restore", "abort-restore", "activate-changes");

  /** BACnetMessagePriority (16.5). */
  static final Labels MESSAGE_PRIORITY = list("normal", "urgent");

  /** 6.4.4. */
  static final Labels NETWORK_REJECT =
      list("other", "no-route", "router-busy", "unknown-message-type", "message-too-long", "security", "addressing");

  /** BACnetConfirmedServiceChoice. */
  private static final String[] CONFIRMED = {
    "acknowledgeAlarm", "confirmedCOVNotification", "confirmedEventNotification", "getAlarmSummary", "getEnrollmentSummary", "subscribeCOV",
    "atomicReadFile", "atomicWriteFile", "addListElement", "removeListElement", "createObject", "deleteObject", "readProperty",
    "readPropertyConditional", "readPropertyMultiple", "writeProperty", "writePropertyMultiple", "deviceCommunicationControl",
    "confirmedPrivateTransfer", "confirmedTextMessage", "reinitializeDevice", "vtOpen", "vtClose", "vtData", "authenticate", "requestKey",
    "readRange", "lifeSafetyOperation", "subscribeCOVProperty", "getEventInformation", "subscribeCOVPropertyMultiple",
    "confirmedCOVNotificationMultiple", "confirmedAuditNotification", "auditLogQuery", "authRequest"
  };

  /** BACnetUnconfirmedServiceChoice. */
  private static final String[] UNCONFIRMED = {
    "iAm", "iHave", "unconfirmedCOVNotification", "unconfirmedEventNotification", "unconfirmedPrivateTransfer", "unconfirmedTextMessage",
    "timeSynchronization", "whoHas", "whoIs", "utcTimeSynchronization", "writeGroup", "unconfirmedCOVNotificationMultiple",
    "unconfirmedAuditNotification", "whoAmI", "youAre"
  };

  /** J.2. */
  private static final String[] BVLC = {
    "BVLC-Result", "Write-Broadcast-Distribution-Table", "Read-Broadcast-Distribution-Table", "Read-Broadcast-Distribution-Table-Ack",
    "Forwarded-NPDU", "Register-Foreign-Device", "Read-Foreign-Device-Table", "Read-Foreign-Device-Table-Ack",
    "Delete-Foreign-Device-Table-Entry", "Distribute-Broadcast-To-Network", "Original-Unicast-NPDU", "Original-Broadcast-NPDU",
    "Secure-BVLL"
  };

  /** 9.3. */
  private static final String[] MSTP = {
    "Token", "Poll-For-Master", "Reply-To-Poll-For-Master", "Test-Request", "Test-Response", "BACnet-Data-Expecting-Reply",
    "BACnet-Data-Not-Expecting-Reply", "Reply-Postponed"
  };

  /** U.2. */
  private static final String[] BVLC6 = {
    "BVLC-Result", "Original-Unicast-NPDU", "Original-Broadcast-NPDU", "Address-Resolution", "Forwarded-Address-Resolution",
    "Address-Resolution-ACK", "Virtual-Address-Resolution", "Virtual-Address-Resolution-ACK", "Forwarded-NPDU", "Register-Foreign-Device",
    "Delete-Foreign-Device-Table-Entry", "Secure-BVLL", "Distribute-Broadcast-To-Network"
  };

  /** AB.2. */
  private static final String[] BVLC_SC = {
    "BVLC-Result", "Encapsulated-NPDU", "Address-Resolution", "Address-Resolution-ACK", "Advertisement", "Advertisement-Solicitation",
    "Connect-Request", "Connect-Accept", "Disconnect-Request", "Disconnect-ACK", "Heartbeat-Request", "Heartbeat-ACK", "Proprietary-Message"
  };

  /** 6.2.4. */
  private static final String[] NETWORK = {
    "Who-Is-Router-To-Network", "I-Am-Router-To-Network", "I-Could-Be-Router-To-Network", "Reject-Message-To-Network",
    "Router-Busy-To-Network", "Router-Available-To-Network", "Initialize-Routing-Table", "Initialize-Routing-Table-Ack",
    "Establish-Connection-To-Network", "Disconnect-Connection-To-Network", "Challenge-Request", "Security-Payload", "Security-Response",
    "Request-Key-Update", "Update-Key-Set", "Update-Distribution-Key", "Request-Master-Key", "Set-Master-Key", "What-Is-Network-Number",
    "Network-Number-Is"
  };

  /** 20.1.2 to 20.1.9. */
  private static final String[] PDU_TYPES = {
    "BACnet-Confirmed-Request-PDU", "BACnet-Unconfirmed-Request-PDU", "BACnet-SimpleACK-PDU", "BACnet-ComplexACK-PDU",
    "BACnet-SegmentACK-PDU", "BACnet-Error-PDU", "BACnet-Reject-PDU", "BACnet-Abort-PDU"
  };

  private Codes() {}

  static String bvlcFunction(int code) {
    return code < BVLC.length ? BVLC[code] : "unknown";
  }

  static String bvlcScFunction(int code) {
    return code < BVLC_SC.length ? BVLC_SC[code] : "unknown";
  }

  static String mstpFrame(int type) {
    return switch (type) {
      case 32 -> "BACnet-Extended-Data-Expecting-Reply";
      case 33 -> "BACnet-Extended-Data-Not-Expecting-Reply";
      case 34 -> "IPv6-over-MS/TP-Encapsulation";
      default -> type < MSTP.length ? MSTP[type] : type < 128 ? "reserved" : "proprietary";
    };
  }

  static String bvlc6Function(int code) {
    return code < BVLC6.length ? BVLC6[code] : "unknown";
  }

  /** U.2.1: a refusal is the function refused, in the upper bits of its octet. */
  static String bvlc6Result(int code) {
    return switch (code) {
      case 0x00 -> "Successful completion";
      case 0x30, 0x60, 0x90, 0xA0, 0xC0 -> BVLC6[code >> 4] + " NAK";
      default -> Integer.toString(code);
    };
  }

  static String confirmed(int service) {
    return service < CONFIRMED.length ? CONFIRMED[service] : "unknownConfirmedService";
  }

  static String unconfirmed(int service) {
    return service < UNCONFIRMED.length ? UNCONFIRMED[service] : "unknownUnconfirmedService";
  }

  static String network(int type) {
    return type < NETWORK.length ? NETWORK[type] : type < 0x80 ? "reserved" : "proprietary";
  }

  static String pduType(int type) {
    return type < PDU_TYPES.length ? PDU_TYPES[type] : "reserved";
  }

  static String bvlcResult(int code) {
    return switch (code) {
      case 0x00 -> "Successful completion";
      case 0x10 -> "Write-Broadcast-Distribution-Table NAK";
      case 0x20 -> "Read-Broadcast-Distribution-Table NAK";
      case 0x30 -> "Register-Foreign-Device NAK";
      case 0x40 -> "Read-Foreign-Device-Table NAK";
      case 0x50 -> "Delete-Foreign-Device-Table-Entry NAK";
      case 0x60 -> "Distribute-Broadcast-To-Network NAK";
      default -> Integer.toString(code);
    };
  }

  /** The code of an act's outcome: {@code security/password-failure}, {@code reject/unrecognized-service}, {@code abort/other}. */
  static String outcome(int kind, int category, int code) {
    return switch (kind) {
      case Message.ERROR -> ERROR_CLASS.of(category) + "/" + ERROR_CODE.of(code);
      case Message.REJECT -> "reject/" + REJECT_REASON.of(code);
      case Message.ABORT -> "abort/" + ABORT_REASON.of(code);
      case Message.ROUTING -> "network/" + NETWORK_REJECT.of(code);
      case Message.LINK6 -> bvlc6Result(code);
      default -> bvlcResult(code);
    };
  }

  private static Labels list(String... names) {
    return code -> code >= 0 && code < names.length ? names[code] : Integer.toString(code);
  }

  private static Labels table(String file) {
    Names names = Names.load(file, "proprietary");
    return names::of;
  }
}
