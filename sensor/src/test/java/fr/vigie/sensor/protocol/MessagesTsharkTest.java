package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CapturesCompared.catalogued;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.CapturesCompared.Named;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protocols of cameras, gateways and industry next door against tshark: the messages of their contract tests, which is how their golden files were
 * checked, where tshark is installed; and the shared captures, whose reading by tshark 4.0.17 was recorded.
 */
class MessagesTsharkTest {
  static Function<String, String> each(Function<String, String> one) {
    return cell -> cell.isEmpty() ? "" : Arrays.stream(cell.split(";")).map(one).collect(Collectors.joining(";"));
  }

  /** {@code 0x0063} as 99. */
  static final Function<String, String> DECIMAL = each(s -> s.isEmpty() ? "" : Long.decode(s).toString());

  static Column number(String name, String... ours) {
    return new Column(name, f -> f.joined(ours), DECIMAL);
  }

  /** tshark has another column for version 3. */
  static TsharkAgreement snmp() {
    return new TsharkAgreement("snmp", "snmp", List.of(new Column("snmp.version", f -> f.joined("version").replace("3", ""), DECIMAL), number("snmp.request_id", "requestId"), number("snmp.error_status", "errorStatus"),
        new Column("snmp.name", "name"), new Column("snmp.value.oid", "OBJECT IDENTIFIER"), number("snmp.value.int", "INTEGER"),
        number("snmp.msgID", "msgID"), number("snmp.msgMaxSize", "msgMaxSize"), number("snmp.msgSecurityModel", "msgSecurityModel"),
        number("snmp.msgAuthoritativeEngineBoots", "msgAuthoritativeEngineBoots"), number("snmp.msgAuthoritativeEngineTime", "msgAuthoritativeEngineTime"),
        number("snmp.non_repeaters", "nonRepeaters"), number("snmp.max_repetitions", "maxRepetitions"), new Column("snmp.enterprise", "enterprise"),
        number("snmp.specific_trap", "specificTrap")));
  }

  private static TsharkAgreement s7() {
    return new TsharkAgreement("s7comm", "s7comm", List.of(number("s7comm.header.rosctr", "rosctr"), number("s7comm.header.pduref", "pduReference"),
        number("s7comm.param.func", "function"), number("s7comm.param.itemcount", "itemCount"), number("s7comm.param.item.area", "area"),
        number("s7comm.param.item.db", "db"), number("s7comm.param.userdata.funcgroup", "functionGroup"), number("s7comm.param.item.address", "address"),
        number("s7comm.data.returncode", "returnCode"))).proof("rosctr");
  }

  private static TsharkAgreement enip() {
    return new TsharkAgreement("enip", "enip", List.of(number("enip.command", "command"), number("enip.session", "session"), number("enip.status", "status"),
        number("cip.sc", "cipService"), number("cip.genstat", "generalStatus"),
        // tshark repeats the bit in what it shows of some classes: the first one counts
        new Column("cip.rr", f -> f.all("cipResponse").stream().findFirst().orElse(""), t -> DECIMAL.apply(t.replaceFirst(";.*", ""))),
        number("cip.class", "class"), number("cip.instance", "instance"), number("cip.attribute", "attribute"),
        new Column("enip.lir.vendor", f -> identity(f, "vendor"), DECIMAL), new Column("enip.lir.name", f -> identity(f, "productName"), t -> t),
        new Column("enip.lir.serial", f -> identity(f, "serial"), DECIMAL))).refined(MessagesTsharkTest::asked);
  }

  /** tshark repeats the path of a question with its answer, which does not hold it. */
  private static Map<String, String> asked(Map<String, String> row) {
    if (row.get("cip.rr").contains("1")) {
      row.keySet().removeAll(List.of("cip.class", "cip.instance", "cip.attribute"));
    }
    return row;
  }

  /** What ListIdentity answers, not the identity object. */
  private static String identity(Frame frame, String field) {
    return frame.joined("command").equals("99") ? frame.joined(field) : "";
  }

  static TsharkAgreement opcua() {
    return new TsharkAgreement("opcua", "opcua", List.of(new Column("opcua.transport.type", "transportType"), OpcUaMiloTest.head("opcua.transport.endpoint", "endpointUrl", true, "HEL"),
        new Column("opcua.security.spu", "securityPolicyUri"), number("opcua.security.rqid", "requestId"), number("opcua.servicenodeid.numeric", "serviceNodeId")));
  }

  /** MQTT 5.0 §2.1.2, from 1. */
  private static final List<String> MQTT = List.of("CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ",
      "PINGRESP", "DISCONNECT", "AUTH");

  private static TsharkAgreement mqtt() {
    return new TsharkAgreement("mqtt", "mqtt", List.of(number("mqtt.len", "remainingLength"), new Column("mqtt.topic", "topic", "topicFilter"),
        new Column("mqtt.clientid", "clientIdentifier"), number("mqtt.msgid", "packetIdentifier"), number("mqtt.kalive", "keepAlive"), number("mqtt.ver", "protocolVersion")))
        .also("mqtt.conflags connectFlags", "mqtt.conack.flags acknowledgeFlags", "mqtt.protoname protocolName", "mqtt.retain retain", "mqtt.willtopic willTopic", "mqtt.willmsg willPayload", "mqtt.prop_key userPropertyName", "mqtt.prop_value userPropertyValue", "mqtt.property.content_type contentType", "mqtt.property.topic_alias topicAlias", "mqtt.prop_number sessionExpiryInterval,receiveMaximum,maximumPacketSize,topicAliasMaximum,subscriptionIdentifier,serverKeepAlive,messageExpiryInterval,payloadFormatIndicator,willDelayInterval,requestProblemInformation,requestResponseInformation,maximumQos,retainAvailable")
        .also(new Column("mqtt.msgtype", f -> f.all("message").stream().map(m -> Integer.toString(MQTT.indexOf(m) + 1)).collect(Collectors.joining(";")), DECIMAL),
            // tshark shows correlation data, which are octets, as text; and bits that MQTT 3.1 §2.1 reserves in other messages as a quality
            new Column("mqtt.prop_string", f -> f.joined("assignedClientIdentifier", "reasonString", "responseTopic", "responseInformation", "serverReference", "authenticationMethod"), t -> t,
                f -> f.all("correlationData").isEmpty()), new Column("mqtt.qos", f -> f.joined("qos"), t -> t, f -> f.joined("message").contains("PUBLISH")),
            new Column("mqtt.msg", f -> f.joined("payload"), TsharkAgreement::plain))
        .parts("mqtt.hdrflags", "mqtt.hdr_reserved", "mqtt.dupflag", "mqtt.conflag.cleansess", "mqtt.conflag.passwd", "mqtt.conflag.qos", "mqtt.conflag.reserved", "mqtt.conflag.retain", "mqtt.conflag.uname", "mqtt.conflag.willflag", "mqtt.conack.flags.reserved", "mqtt.retain_reserved")
        .remarks("mqtt.clientid_len", "mqtt.passwd", "mqtt.passwd_len", "mqtt.username", "mqtt.username_len", "mqtt.prop_key_len", "mqtt.prop_value_len", "mqtt.prop_string_len", "mqtt.property_len", "mqtt.proto_len", "mqtt.topic_len", "mqtt.willmsg_len", "mqtt.willtopic_len");
  }

  private static TsharkAgreement tls() {
    return HandshakeColumns.hellos(new TsharkAgreement("tls", "tls && tcp", List.of(new Column("tls.handshake.extensions_server_name", "serverName"),
        HandshakeColumns.ascii("tls.handshake.extensions_alpn_str", "applicationProtocol"))))
        .also("tls.record.length length", "tls.alert_message.level level", "tls.handshake.certificates_length certificatesLength",
            "tls.handshake.certificate_length certificateLength", "tls.handshake.server_curve_type curveType", "tls.handshake.server_named_curve serverNamedCurve",
            "tls.handshake.server_point_len serverPointLength", "tls.handshake.server_point serverPoint", "tls.handshake.client_point_len clientPointLength",
            "tls.handshake.client_point clientPoint", "tls.handshake.p_len dhPLength", "tls.handshake.p dhP", "tls.handshake.g_len dhGLength", "tls.handshake.g dhG",
            "tls.handshake.ys_len dhYsLength", "tls.handshake.ys dhYs", "tls.handshake.yc_len dhYcLength", "tls.handshake.yc dhYc", "tls.handshake.modulus_len rsaModulusLength",
            "tls.handshake.modulus rsaModulus", "tls.handshake.exponent_len rsaExponentLength", "tls.handshake.exponent rsaExponent", "tls.handshake.sig_len signatureLength",
            "tls.handshake.sig signature", "tls.handshake.epms_len encryptedPreMasterSecretLength", "tls.handshake.session_ticket_lifetime_hint ticketLifetimeHint",
            "tls.handshake.session_ticket_length ticketLength", "tls.handshake.cert_types_count certificateTypesLength", "tls.handshake.cert_type certificateType",
            "tls.handshake.dnames_len authoritiesLength", "tls.handshake.dname_len distinguishedNameLength", 
            "tls.handshake.challenge_length challengeLength", "tls.handshake.cipher_spec_len cipherSpecsLength", "tls.handshake.cipherspec cipherSpec",
            "tls.sct.scts_length sctListLength", "tls.sct.sct_length sctLength", "tls.sct.sct_version sctVersion", "tls.sct.sct_logid logId", "tls.sct.sct_extensions_length sctExtensionsLength",
            "tls.sct.sct_signature_length sctSignatureLength", "tls.sct.sct_signature sctSignature", "tls.heartbeat_message.type heartbeatType",
            "tls.heartbeat_message.payload_length heartbeatPayloadLength")
        .also(new Column("tls.record.version", f -> f.joined("cipherSpecsLength").isEmpty() ? f.joined("version") : "2", DECIMAL),
            new Column("tls.sct.sct_timestamp", f -> each(v -> Instant.ofEpochMilli(Long.parseLong(v)).toString()).apply(f.joined("timestamp")), each(v -> LocalDateTime.parse(v.replaceAll(" +", " "), SHOWN).toInstant(ZoneOffset.UTC).toString())))
        .also(new Column("tls.record.content_type", f -> sorted(f.joined("contentType")), t -> sorted(DECIMAL.apply(t))), new Column("tls.record.opaque_type", f -> "", t -> t),
            new Column("tls.alert_message.desc", f -> f.joined("description"), each(d -> TlsNames.alert(Integer.parseInt(d)))), HandshakeColumns.hashed("tls.handshake.certificate", "sha256"),
            HandshakeColumns.length("tls.handshake.epms", "encryptedPreMasterSecret"), HandshakeColumns.length("tls.handshake.session_ticket", "ticket"),
            new Column("tls.app_data", f -> f.joined("applicationData"), each(v -> Integer.toString(v.replace(":", "").length() / 2))))
        // application data is told where its record begins, and by tshark where it ends
        .pooled("tls.record.content_type", "tls.record.version", "tls.record.length", "tls.app_data")
        // of a record of TLS 1.3 tshark calls the outer type opaque
        .refined(row -> {
          row.put("tls.record.content_type", row.get("tls.record.content_type") + (row.get("tls.record.content_type").isEmpty() || row.get("tls.record.opaque_type").isEmpty() ? "" : ";")
              + row.get("tls.record.opaque_type"));
          row.remove("tls.record.opaque_type");
          return row;
        })
        // what tshark takes a server's port for
        .remarks("tls.app_data_proto");
  }

  private static String sorted(String cell) {
    return Arrays.stream(cell.split(";")).sorted().collect(Collectors.joining(";"));
  }

  static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("MMM d, yyyy HH:mm:ss.nnnnnnnnn 'UTC'", Locale.ROOT);

  /** RFC 5905 §6: seconds since 1900, or since 2036 where the highest bit is 0, and their fraction; compared to the microsecond. */
  private static Column moment(String name, String ours) {
    return new Column(name, f -> each(v -> {
      long when = Long.parseUnsignedLong(v);
      long seconds = (when >>> 32) - 2_208_988_800L + (when < 0 ? 0 : 1L << 32);
      return when == 0 ? "NULL" : Instant.ofEpochSecond(seconds, (when & 0xFFFFFFFFL) * 1_000_000_000L >>> 32).truncatedTo(ChronoUnit.MICROS).toString();
    }).apply(f.joined(ours)), each(v -> v.equals("NULL") ? v : instant(v)));
  }

  /** A time as tshark shows it, to the microsecond. */
  static String instant(String shown) {
    return LocalDateTime.parse(shown.replaceAll(" +", " "), SHOWN).toInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS).toString();
  }

  private static TsharkAgreement ntp() {
    return new TsharkAgreement("ntp", "ntp", List.of(number("ntp.flags.li", "leap"), number("ntp.flags.vn", "version"), number("ntp.flags.mode", "mode"),
        number("ntp.stratum", "stratum"), number("ntp.precision", "precision")))
        .also("ntp.ppoll poll", "ntp.rootdelay rootDelay", "ntp.rootdispersion rootDispersion", "ntp.ctrl.flags2.opcode operation", "ntp.ctrl.flags2.r response", "ntp.ctrl.count count", "ntp.priv.reqcode request")
        .also(moment("ntp.reftime", "referenceTime"), moment("ntp.org", "originTime"),
            moment("ntp.rec", "receiveTime"), moment("ntp.xmt", "transmitTime"), new Column("ntp.refid", f -> each(v -> "%08x".formatted(Long.parseLong(v))).apply(f.joined("reference")),
                t -> t.replace(":", "")))
        .parts("ntp.flags", "ntp.ctrl.flags2");
  }

  /** The values of some lines of a head. */
  private static String heads(String lines, String... names) {
    return Arrays.stream(names).flatMap(n -> Arrays.stream(lines.replace("\\r\\n", "\n").split("[\n;]+")).map(String::strip).filter(l -> l.toUpperCase(Locale.ROOT).startsWith(n + ":"))
        .map(l -> l.substring(n.length() + 1).strip())).collect(Collectors.joining(";"));
  }

  private static TsharkAgreement ssdp() {
    return new TsharkAgreement("ssdp", "ssdp", List.of(new Column("http.server", "server"), new Column("http.location", "location"), new Column("http.cache_control", "cache-control"),
        new Column("http.host", "host")))
        .also("http.user_agent user-agent")
        .also(new Column("http.request.method", f -> f.all("message").stream().filter(m -> !m.equals("200 OK")).map(m -> m.equals("M-SEARCH") ? m : "NOTIFY").collect(Collectors.joining(";")), t -> t),
            new Column("http.unknown_header", f -> f.joined("nt", "nts", "usn"), t -> heads(t, "NT", "NTS", "USN"), f -> !f.all("nt").isEmpty()),
            new Column("http.request.line", f -> f.joined("st"), t -> heads(t, "ST"), f -> f.all("nt").isEmpty()))
        .remarks("http.request", "http.response", "http.notification", "http.prev_request_in", "http.request_number", "http.request.full_uri", "http.request.version", "http.request.uri", "http.content_length_header");
  }

  static void goldens(TsharkAgreement agreement, Path folder, DissectorContract test, boolean stream, double due) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(agreement.with(folder, stream, test.messages()).tell()).isGreaterThanOrEqualTo(due);
  }

  static Map<String, Named> compared() {
    return Map.of("mqtt", new Named("mqtt", 40, mqtt()), "tls", new Named("tls", 60, tls()), "ntp", new Named("ntp", 40, ntp()), "ssdp", new Named("ssdp", 40, ssdp()), "rtsp", new Named("rtsp", 40, SessionColumns.rtsp()), "snmp", new Named("snmp", 40, SnmpColumns.snmp()));
  }

  @Test
  void goldenMessagesAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(snmp(), folder, new SnmpTest(), false, 0.9);
    goldens(s7(), folder, new S7commTest(), true, 0.9);
    goldens(enip(), folder, new EtherNetIpTest(), true, 0.9);
    goldens(opcua(), folder, new OpcUaTest(), true, 0.9);
    goldens(mqtt(), folder, new MqttTest(), true, 0.9);
    goldens(tls(), folder, new TlsTest(), true, 0.9);
    goldens(SessionColumns.rtsp(), folder, new RtspTest(), true, 0.9);
    goldens(ntp(), folder, new NtpTest(), false, 0.9);
    goldens(ssdp(), folder, new SsdpTest(), false, 0.9);
  }

  static void recorded(TsharkAgreement agreement, String suffix, int frames, double due) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    assertThat(agreement.recorded(root, suffix).tell()).isGreaterThanOrEqualTo(due);
    assertThat(agreement.frames).isGreaterThan(frames);
  }

  @Test
  void snmpAgreesWithTshark() throws IOException {
    catalogued("snmp", 1_000, 0.99, 0.95);
  }

  @Test
  void s7commAgreesWithTshark() throws IOException {
    recorded(s7(), "s7comm", 10_000, 0.99);
  }

  @Test
  void etherNetIpAgreesWithTshark() throws IOException {
    recorded(enip(), "enip", 5_000, 0.99);
  }

  @Test
  void opcUaAgreesWithTshark() throws IOException {
    recorded(opcua(), "opcua", 5, 0.99);
  }

  @Test
  void rtspAgreesWithTshark() throws IOException {
    recorded(SessionColumns.recorded(), "rtsp", 80, 0.98);
    catalogued("rtsp", 80, 0.99, 0.95);
  }

  @Test
  void mqttAgreesWithTshark() throws IOException {
    catalogued("mqtt", 100, 0.99, 0.85);
  }

  @Test
  void tlsAgreesWithTshark() throws IOException {
    catalogued("tls", 100, 0.99, 0.95);
  }

  @Test
  void ntpAgreesWithTshark() throws IOException {
    catalogued("ntp", 20, 0.99, 0.95);
  }

  @Test
  void ssdpAgreesWithTshark() throws IOException {
    catalogued("ssdp", 20, 0.99, 0.8);
  }
}
