package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static TsharkAgreement opcua() {
    return new TsharkAgreement("opcua", "opcua", List.of(new Column("opcua.transport.type", "transportType"), new Column("opcua.transport.endpoint", "endpointUrl"),
        new Column("opcua.security.spu", "securityPolicyUri"), number("opcua.security.rqid", "requestId"), number("opcua.servicenodeid.numeric", "serviceNodeId")));
  }

  private static TsharkAgreement rtsp() {
    return new TsharkAgreement("rtsp", "rtsp", List.of(new Column("rtsp.method", "method"), number("rtsp.status", "status")));
  }

  private static TsharkAgreement mqtt() {
    return new TsharkAgreement("mqtt", "mqtt", List.of(number("mqtt.len", "remainingLength"), new Column("mqtt.topic", "topic", "topicFilter"),
        new Column("mqtt.clientid", "clientIdentifier"), number("mqtt.msgid", "packetIdentifier"), number("mqtt.kalive", "keepAlive"), number("mqtt.ver", "protocolVersion")));
  }

  private static TsharkAgreement tls() {
    return new TsharkAgreement("tls", "tls && tcp", List.of(new Column("tls.handshake.extensions_server_name", "serverName"),
        new Column("tls.handshake.extensions_alpn_str", "applicationProtocol")));
  }

  private static TsharkAgreement ntp() {
    return new TsharkAgreement("ntp", "ntp", List.of(number("ntp.flags.li", "leap"), number("ntp.flags.vn", "version"), number("ntp.flags.mode", "mode"),
        number("ntp.stratum", "stratum"), number("ntp.precision", "precision")));
  }

  private static TsharkAgreement ssdp() {
    return new TsharkAgreement("ssdp", "ssdp", List.of(new Column("http.server", "server"), new Column("http.location", "location"), new Column("http.cache_control", "cache-control"),
        new Column("http.host", "host")));
  }

  static void goldens(TsharkAgreement agreement, Path folder, DissectorContract test, boolean stream, double due) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(agreement.with(folder, stream, test.messages()).tell()).isGreaterThanOrEqualTo(due);
  }

  @Test
  void goldenMessagesAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(snmp(), folder, new SnmpTest(), false, 0.9);
    goldens(s7(), folder, new S7commTest(), true, 0.9);
    goldens(enip(), folder, new EtherNetIpTest(), true, 0.9);
    goldens(opcua(), folder, new OpcUaTest(), true, 0.9);
    goldens(mqtt(), folder, new MqttTest(), true, 0.9);
    goldens(tls(), folder, new TlsTest(), true, 0.9);
    goldens(rtsp(), folder, new RtspTest(), true, 0.9);
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
    recorded(rtsp(), "rtsp", 80, 0.9);
  }

  /** Compares the shared captures whose line in the catalogue names the protocol, read by the tshark of this machine; the smallest first. */
  static void live(TsharkAgreement agreement, String named, int most, int frames, double due) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    try (Stream<String> lines = Files.lines(root.resolve("CATALOG.tsv"))) {
      List<Path> captures = lines.map(l -> l.split("\t", -1)).filter(c -> c.length > 3 && Arrays.asList(c[3].toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
          .contains(named)).sorted(Comparator.comparingLong(c -> Long.parseLong(c[1]))).limit(most).map(c -> root.resolve(c[0])).filter(Files::exists).toList();
      for (Path capture : captures) {
        agreement.with(capture);
      }
    }
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(due);
    assertThat(agreement.frames).isGreaterThan(frames);
  }

  @Test
  void mqttAgreesWithTshark() throws IOException {
    live(mqtt(), "mqtt", 40, 100, 0.9);
  }

  @Test
  void tlsAgreesWithTshark() throws IOException {
    live(tls(), "tls", 60, 100, 0.9);
  }

  @Test
  void ntpAgreesWithTshark() throws IOException {
    live(ntp(), "ntp", 40, 20, 0.9);
  }

  @Test
  void ssdpAgreesWithTshark() throws IOException {
    live(ssdp(), "ssdp", 40, 20, 0.9);
  }
}
