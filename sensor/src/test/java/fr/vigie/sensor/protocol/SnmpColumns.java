package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;

import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What is compared of SNMP in captures: every name that tshark shows; communities, users and what authenticates and hides by their length. */
final class SnmpColumns {
  /** RFC 3416 §3, by the tags of the PDUs. */
  private static final List<String> PDUS = List.of("GetRequest", "GetNextRequest", "Response", "SetRequest", "Trap", "GetBulkRequest", "InformRequest", "SNMPv2-Trap", "Report");

  /** RFC 1157 §4.1.6. */
  private static final List<String> TRAPS = List.of("coldStart", "warmStart", "linkDown", "linkUp", "authenticationFailure", "egpNeighborLoss", "enterpriseSpecific");

  private SnmpColumns() {}

  private static Column secret(String name, String ours, UnaryOperator<String> theirs) {
    return new Column(name, f -> f.all(ours).stream().map(v -> v.replace(" octets", "")).filter(v -> !v.equals("0")).collect(Collectors.joining(";")), each(theirs::apply));
  }

  /** Octets with colons by their number. */
  private static String octets(String shown) {
    return shown.isEmpty() ? "" : Integer.toString((shown.length() + 1) / 3);
  }

  /** A string as octets, whichever way it is told. */
  private static String hex(String value) {
    return value.startsWith("0x") ? value.substring(2) : HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
  }

  private static Column strings(String name, String ours) {
    return new Column(name, f -> f.all(ours).stream().map(SnmpColumns::hex).filter(v -> !v.isEmpty()).collect(Collectors.joining(";")), t -> t.replace(":", ""));
  }

  private static String pdu(Frame frame) {
    return frame.all("operation").stream().map(v -> PDUS.indexOf(v.replace("GetResponse", "Response"))).filter(i -> i >= 0).map(Object::toString).distinct().collect(Collectors.joining(";"));
  }

  static TsharkAgreement snmp() {
    return MessagesTsharkTest.snmp().also("snmp.error_index errorIndex", "snmp.contextEngineID contextEngineID", "snmp.value.counter Counter32,Counter64", "snmp.value.g32 Gauge32",
        "snmp.value.timeticks TimeTicks", "snmp.time_stamp timeStamp")
        .also(new Column("snmp.agent_addr", "agentAddr"), new Column("snmp.value.ipv4", "IpAddress"), number("snmp.generic_trap").with(f -> f.all("genericTrap").stream()
            .map(v -> Integer.toString(TRAPS.indexOf(v))).collect(Collectors.joining(";"))), new Column("snmp.msgVersion", f -> f.joined("version").replaceAll("[^3]", ""), t -> t),
            new Column("snmp.msgFlags", "msgFlags").theirs(each(v -> v.isEmpty() ? "" : Integer.toString(Integer.parseInt(v, 16)))), new Column("snmp.msgAuthoritativeEngineID", "msgAuthoritativeEngineID"), new Column("snmp.data", SnmpColumns::pdu, t -> t),
            new Column("snmp.msgData", f -> f.all("msgID").isEmpty() ? "" : f.all("encryptedOctets").isEmpty() ? "0" : "1", t -> t),
            new Column("snmp.variable_bindings", f -> f.all("requestId", "enterprise").isEmpty() ? "" : Long.toString(f.fields.stream().filter(v -> v[0].equals("begin") && v[1].equals("binding")).count()), t -> t),
            strings("snmp.value.octets", "OCTET STRING"), new Column("snmp.contextName", "contextName").theirs(each(v -> v.isEmpty() ? "" : hex(v))),
            secret("snmp.community", "community", v -> Integer.toString(v.getBytes(StandardCharsets.UTF_8).length)),
            secret("snmp.msgUserName", "msgUserName", v -> Integer.toString(v.getBytes(StandardCharsets.UTF_8).length)),
            secret("snmp.msgAuthenticationParameters", "msgAuthenticationParameters", SnmpColumns::octets), secret("snmp.msgPrivacyParameters", "msgPrivacyParameters", SnmpColumns::octets),
            secret("snmp.encryptedPDU", "encryptedOctets", SnmpColumns::octets))
        // bits and parts of octets that are compared
        .parts("snmp.v3.flags", "snmp.engineid", "snmp.agentid_trailer")
        // the text of octets that are compared, and what tshark counts itself
        .remarks("snmp.var-bind_str", "snmp.response_to", "snmp.response_in", "snmp.time");
  }
}
