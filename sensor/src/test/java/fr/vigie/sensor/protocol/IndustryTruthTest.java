package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * S7comm, EtherNet/IP, DNP3, GOOSE, MQTT and SNMP against what Zeek (its own analyzers and ICSNPP's) and Suricata say of the same captures: rows of Zeek's logs
 * as multisets, without time, identifier and addresses (each capture holds one conversation), and the events that Suricata's own tests demand.
 */
class IndustryTruthTest {
  /** One message of ours: its operation and its fields, each with all its values. */
  private record Said(String operation, Map<String, List<String>> fields, List<Map<String, String>> objects) {
    String one(String name) {
      List<String> all = fields.getOrDefault(name, List.of());
      return all.isEmpty() ? "-" : all.getFirst();
    }

    String hex(String name, int digits) {
      String value = one(name);
      return value.equals("-") ? "-" : "0x" + HexFormat.of().toHexDigits(Long.parseLong(value), digits);
    }
  }

  private static Path root() {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    return root;
  }

  private static List<Said> messages(Path capture, String protocol) throws IOException {
    TranscriptKeeper keeper = new TranscriptKeeper(protocol);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, TranscriptKeeper.NOBODY);
    }
    List<Said> all = new ArrayList<>();
    for (Frame frame : keeper.frames.values()) {
      String operation = "";
      Map<String, List<String>> fields = null;
      List<Map<String, String>> objects = List.of();
      for (String[] field : frame.fields) {
        if (field[0].equals("message")) {
          if (fields != null) {
            all.add(new Said(operation, fields, objects));
          }
          operation = field[1];
          fields = new LinkedHashMap<>();
          objects = new ArrayList<>();
        } else if (field[0].equals("operation")) {
          operation = field[1];
        } else if (fields != null) {
          if (field[0].equals("begin") && field[1].equals("objects")) {
            objects.add(new TreeMap<>());
          } else if (!objects.isEmpty()) {
            objects.getLast().putIfAbsent(field[0], field[1]);
          }
          fields.computeIfAbsent(field[0], k -> new ArrayList<>()).add(field[1]);
        }
      }
      if (fields != null) {
        all.add(new Said(operation, fields, objects));
      }
    }
    return all;
  }

  /** The rows of a Zeek log, of the columns named. */
  private static List<String> zeek(Path log, String... columns) throws IOException {
    List<String> lines = Files.readAllLines(log);
    List<String> names = lines.stream().filter(l -> l.startsWith("#fields")).findFirst().map(l -> Arrays.asList(l.substring(8).split("\t"))).orElseThrow();
    return lines.stream().filter(l -> !l.startsWith("#") && !l.isEmpty()).map(l -> l.split("\t", -1))
        .map(c -> Arrays.stream(columns).map(name -> c[names.indexOf(name)]).collect(Collectors.joining(" "))).toList();
  }

  private int rows;
  private int agree;

  private void compare(String what, List<String> theirs, List<String> ours) {
    List<String> left = new ArrayList<>(ours);
    rows += theirs.size();
    for (String row : theirs) {
      if (left.remove(row)) {
        agree++;
      } else {
        System.out.printf("  %s: only Zeek: %s%n", what, row);
      }
    }
    left.forEach(row -> System.out.printf("  %s: only Vigie: %s%n", what, row));
    rows += left.size();
  }

  private void tell(String what) {
    System.out.printf(Locale.ROOT, "%s: %d of %d rows agree (%.2f %%)%n", what, agree, rows, 100.0 * agree / rows);
  }

  /** ICSNPP reads the reference from the other end than tshark does, and logs no acknowledgements without data. */
  @Test
  void s7commAndCotpAgreeWithZeek() throws IOException {
    Path base = root().resolve("cisagov+icsnpp-s7comm/tests");
    List<Said> said = messages(base.resolve("traces/s7ident.pcap"), "s7comm");
    compare("cotp.log", zeek(base.resolve("baseline/analyzer.s7ident/cotp.log"), "pdu_code"),
        said.stream().map(s -> "0x" + HexFormat.of().toHexDigits(Long.parseLong(s.one("pduType")) >> 4, 2)).toList());
    compare("s7comm.log", zeek(base.resolve("baseline/analyzer.s7ident/s7comm.log"), "rosctr_code", "pdu_reference", "function_code", "subfunction_code", "error_code"),
        said.stream().filter(s -> !s.one("rosctr").equals("-") && !s.one("rosctr").equals("2")).map(s -> s.one("rosctr") + " "
            + (Short.reverseBytes(Short.parseShort(s.one("pduReference"))) & 0xFFFF) + " "
            + (s.one("rosctr").equals("7") ? "0x" + s.one("type") + s.one("functionGroup") : s.hex("function", 2)) + " " + s.hex("subfunction", 2) + " " + s.hex("errorCode", 2)).toList());
    tell("S7comm and COTP against ICSNPP");
    assertThat((double) agree / rows).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void etherNetIpAgreesWithZeek() throws IOException {
    Path base = root().resolve("cisagov+icsnpp-enip/tests");
    List<Said> said = messages(base.resolve("traces/set_attribute_single_service_cip.pcapng"), "enip");
    List<String> log = Files.readAllLines(base.resolve("baseline/analyzer.set_attr_single_service/enip.log"));
    String[] enip = log.stream().filter(l -> !l.startsWith("#")).findFirst().orElseThrow().split("\t", -1);
    String[] cip = Files.readAllLines(base.resolve("baseline/analyzer.set_attr_single_service/cip.log")).stream().filter(l -> !l.startsWith("#")).findFirst().orElseThrow().split("\t", -1);
    compare("enip.log", List.of(enip[11] + " " + enip[13] + " " + enip[14]), said.stream().map(s -> s.hex("command", 2) + " " + s.one("length") + " " + s.hex("session", 8)).toList());
    compare("cip.log", List.of(cip[13] + " " + cip[19] + " " + cip[21]), said.stream().map(s -> s.hex("cipService", 2) + " " + s.hex("class", 2) + " " + s.hex("instance", 2)).toList());
    tell("EtherNet/IP and CIP against ICSNPP");
    assertThat(agree).isEqualTo(rows);
  }

  @Test
  void dnp3AgreesWithZeek() throws IOException {
    Path zeek = root().resolve("zeek+zeek/testing/btest");
    for (String name : List.of("dnp3_del_measure", "dnp3_en_spon", "dnp3_read", "dnp3_udp_read", "dnp3_udp_select_operate", "dnp3_udp_write", "dnp3_write")) {
      List<String> ours = new ArrayList<>();
      String asked = "-";
      for (Said s : messages(zeek.resolve("Traces/dnp3/" + name + ".pcap"), "dnp3")) {
        if (s.one("function").equals("-") || s.one("function").equals("0")) {
          continue;
        }
        if (Integer.parseInt(s.one("function")) < 129) {
          asked = s.operation();
        } else {
          ours.add(asked + " " + s.operation() + " " + s.one("internalIndications"));
          asked = "-";
        }
      }
      compare(name, zeek(zeek.resolve("Baseline/scripts.base.protocols.dnp3." + name + "/dnp3.log"), "fc_request", "fc_reply", "iin"), ours);
    }
    tell("DNP3 against Zeek");
    assertThat((double) agree / rows).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void gooseAgreesWithZeek() throws IOException {
    Path base = root().resolve("haolipeng+icsnpp-iec61850-goose/testing");
    try (Stream<Path> traces = Files.list(base.resolve("Traces"))) {
      for (Path trace : traces.sorted().toList()) {
        String name = trace.getFileName().toString().replace(".pcap", "");
        Path log = base.resolve("Baseline/tests.test-" + name.replace('_', '-') + "/goose.log");
        if (name.endsWith("truncated")) {
          // what is cut Vigie tells as a flaw, and reads no further
          continue;
        }
        Function<String, String> text = s -> s.equals("-") ? "(empty)" : s;
        Function<String, String> number = s -> s.equals("-") ? "0" : s;
        Function<String, String> flag = s -> s.equals("true") ? "T" : "F";
        compare(name, zeek(log, "length", "gocb_ref", "time_allowed_to_live", "dataset", "go_id", "st_num", "sq_num", "simulation", "conf_rev", "nds_com", "num_dat_set_entries"),
            messages(trace, "goose").stream().map(s -> String.join(" ", s.one("length"), text.apply(s.one("gocbRef")), number.apply(s.one("timeAllowedtoLive")), text.apply(s.one("datSet")),
                s.one("goID"), number.apply(s.one("stNum")), number.apply(s.one("sqNum")), flag.apply(s.one("simulation")), number.apply(s.one("confRev")),
                flag.apply(s.one("ndsCom")), number.apply(s.one("numDatSetEntries")))).toList());
      }
    }
    tell("GOOSE against ICSNPP");
    assertThat((double) agree / rows).isGreaterThanOrEqualTo(0.99);
  }

  // ---- Suricata

  private static final Pattern KEY = Pattern.compile("^\\s+([a-z0-9_.\\[\\]]+):\\s*(.*?)\\s*$");

  /** One demand of a test: so many events with these fields. */
  private record Demand(int count, Map<String, String> match) {}

  private static List<Demand> demands(Path yaml, String event) throws IOException {
    List<Demand> all = new ArrayList<>();
    for (String part : Files.readString(yaml).split("(?m)^\\s*- *filter:")) {
      Map<String, String> match = new TreeMap<>();
      int count = -1;
      boolean inside = false;
      for (String line : part.split("\n")) {
        Matcher m = KEY.matcher(line);
        if (!m.matches()) {
          continue;
        }
        if (m.group(1).equals("count")) {
          count = Integer.parseInt(m.group(2).replaceFirst("\\D.*", ""));
        }
        inside |= m.group(1).equals("match");
        if (inside && !m.group(2).isEmpty()) {
          match.put(m.group(1), value(m.group(1), m.group(2).replaceAll("^[\"']|[\"']$", "")));
        }
      }
      if (event.equals(match.get("event_type")) && count >= 0) {
        all.add(new Demand(count, match));
      }
    }
    return all;
  }

  /** Lists without the spaces that people put into them; of a secret only its length. */
  private static String value(String key, String text) {
    if (key.endsWith(".username") && !key.contains("flags") || key.endsWith(".password") && !key.contains("flags")) {
      return text.length() + " octets";
    }
    if (!text.startsWith("[")) {
      return text;
    }
    return text.replaceAll("[\\s\"{}]|topic:|qos:", "");
  }

  private int demanded;
  private int met;
  private int keys;
  private int known;

  /** Whether as many messages have what the demand asks for, by the fields that we can name. */
  private void meet(String event, String test, Demand demand, String prefix, List<Map<String, String>> messages, List<String> nameable) {
    Map<String, String> asked = new TreeMap<>();
    demand.match().forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        keys++;
        // what Suricata cut before it wrote it is not in the capture
        if (!value.contains("truncated") && nameable.stream().anyMatch(n -> key.replaceAll("\\[\\d+]", "[]").endsWith(n))) {
          known++;
          asked.put(key, value);
        }
      }
    });
    demanded++;
    boolean all = true;
    // an event of Suricata's may join a question and its answer: each must be there
    for (List<Map.Entry<String, String>> part : asked.entrySet().stream().collect(Collectors.groupingBy(e -> e.getKey().split("\\.")[1])).values()) {
      List<Map.Entry<String, String>> wanted = event.equals("mqtt") ? part : List.copyOf(asked.entrySet());
      long found = messages.stream().filter(m -> wanted.stream().allMatch(e -> e.getValue().equals(m.get(e.getKey())))).count();
      long most = messages.stream().mapToLong(m -> wanted.stream().filter(e -> e.getValue().equals(m.get(e.getKey()))).count()).max().orElse(0);
      agree += (int) (found == demand.count() ? wanted.size() : most);
      if (found != demand.count()) {
        all = false;
        System.out.printf("  %s: %d of %d with %s%n", test, found, demand.count(), wanted);
      }
      if (!event.equals("mqtt")) {
        break;
      }
    }
    met += all ? 1 : 0;
  }

  private void suricata(String event, String prefix, Function<Said, Map<String, String>> names, List<String> nameable) throws IOException {
    Path base = root().resolve("OISF+suricata-verify");
    for (String line : Files.readAllLines(base.resolve("MAP.tsv"))) {
      String[] cells = line.split("\t", -1);
      Path yaml = base.resolve(cells.length > 1 ? cells[1] : "").resolve("test.yaml");
      if (cells.length < 2 || !Files.exists(yaml) || !Files.exists(base.resolve(cells[0]))) {
        continue;
      }
      List<Demand> demands = demands(yaml, event);
      if (!demands.isEmpty()) {
        List<Map<String, String>> messages = messages(base.resolve(cells[0]), event).stream().map(names).toList();
        demands.forEach(d -> meet(event, cells[1], d, prefix, messages, nameable));
      }
    }
    System.out.printf(Locale.ROOT, "%s against Suricata: %d of %d demands met; %d of %d fields compared (%.1f %%), %d agree (%.2f %%)%n", event, met, demanded, known, keys, 100.0 * known / keys,
        agree, 100.0 * agree / known);
  }

  @Test
  void dnp3MeetsSuricatasDemands() throws IOException {
    suricata("dnp3", "dnp3.", s -> {
      Map<String, String> m = new TreeMap<>();
      m.put("dnp3.src", s.one("source"));
      m.put("dnp3.dst", s.one("destination"));
      m.put("dnp3.control.function_code", s.one("primaryFunction"));
      m.put("dnp3.control.dir", Boolean.toString(s.one("direction").equals("from master")));
      m.put("dnp3.control.pri", Boolean.toString(!s.one("primaryFunction").equals("-")));
      m.put("dnp3.type", s.one("function").equals("-") ? "" : Integer.parseInt(s.one("function")) < 129 ? "request" : "response");
      m.put("dnp3.application.function_code", s.one("function"));
      m.put("dnp3.application.control.sequence", s.one("sequence"));
      m.put("dnp3.application.control.con", s.one("confirm"));
      m.put("dnp3.application.control.fin", s.one("final"));
      m.put("dnp3.application.control.fir", s.one("first"));
      m.put("dnp3.application.control.uns", s.one("unsolicited"));
      m.put("dnp3.control.fcb", s.one("frameCountBit"));
      m.put("dnp3.control.fcv", s.one("frameCountValid"));
      m.put("dnp3.application.complete", Boolean.toString(s.one("transportFinal").equals("true")));
      for (int i = 0; i < s.objects().size(); i++) {
        String p = "dnp3.application.objects[" + i + "].";
        Map<String, String> object = s.objects().get(i);
        int prefix = Integer.parseInt(object.get("prefixCode"));
        int range = Integer.parseInt(object.get("rangeCode"));
        int start = Integer.parseInt(object.getOrDefault("start", "0"));
        int stop = Integer.parseInt(object.getOrDefault("stop", "0"));
        m.put(p + "group", object.get("group"));
        m.put(p + "variation", object.get("variation"));
        m.put(p + "prefix_code", object.get("prefixCode"));
        m.put(p + "range_code", object.get("rangeCode"));
        m.put(p + "qualifier", Integer.toString(prefix << 4 | range));
        m.put(p + "start", Integer.toString(start));
        m.put(p + "stop", Integer.toString(stop));
        m.put(p + "count", range < 6 ? Integer.toString(stop - start + 1) : object.getOrDefault("count", "0"));
      }
      return m;
    }, List.of(".src", ".dst", ".control.function_code", ".dir", ".pri", ".type", "application.function_code", ".sequence", ".con", ".fin", ".fir", ".uns", "].group", "].variation",
        "].prefix_code", "].range_code", "].qualifier", "].start", "].stop", "].count", ".fcb", ".fcv", ".complete"));
    assertThat(met).isEqualTo(demanded);
  }

  @Test
  void snmpMeetsSuricatasDemands() throws IOException {
    Map<String, String> types = Map.of("GetRequest", "get_request", "GetNextRequest", "get_next_request", "GetBulkRequest", "get_bulk_request", "Response", "response", "Report", "report",
        "encryptedPDU", "encrypted", "SetRequest", "set_request", "Trap", "trap_v1", "SNMPv2-Trap", "trap_v2", "InformRequest", "inform_request");
    suricata("snmp", "snmp.", s -> Map.of("snmp.version", s.one("version"), "snmp.pdu_type", types.getOrDefault(s.operation(), "")), List.of(".version", ".pdu_type"));
    assertThat(met).isEqualTo(demanded);
  }

  @Test
  void mqttMeetsSuricatasDemands() throws IOException {
    suricata("mqtt", "mqtt.", IndustryTruthTest::mqtt, List.of(".qos", ".retain", ".dup", ".protocol_string", ".protocol_version", ".flags.username", ".flags.password", ".flags.will",
        ".flags.will_retain", ".flags.clean_session", ".client_id", ".username", ".password", ".session_present", ".return_code", ".reason_code", ".reason_codes", ".message_id", ".topic", ".message",
        ".topics", ".qos_granted", ".receive_maximum", ".topic_alias_maximum", ".will.topic", ".session_expiry_interval", ".content_type", ".payload_format_indicator", ".message_expiry_interval",
        ".topic_alias", ".response_topic"));
    // four demands say 0 where the octets of DISCONNECT, e0 01 04, hold 4 (MQTT 5.0 3.14.2.1)
    assertThat(met).isEqualTo(demanded - 4);
    assertThat((double) agree / known).isGreaterThanOrEqualTo(0.99);
  }

  private static String text(String octets) {
    return octets.equals("-") ? "" : new String(HexFormat.of().parseHex(octets), StandardCharsets.UTF_8);
  }

  private static Map<String, String> mqtt(Said s) {
    Map<String, String> m = new TreeMap<>();
    String p = "mqtt." + s.operation().toLowerCase(Locale.ROOT) + ".";
    int flags = s.one("flags").equals("-") ? 0 : Integer.parseInt(s.one("flags"));
    m.put(p + "qos", Integer.toString(flags >> 1 & 3));
    m.put(p + "retain", Boolean.toString((flags & 1) != 0));
    m.put(p + "dup", Boolean.toString((flags & 8) != 0));
    m.put(p + "message_id", s.one("packetIdentifier"));
    m.put(p + "reason_code", s.one("reasonCode").equals("-") ? "0" : s.one("reasonCode"));
    m.put(p + "return_code", s.one("reasonCode"));
    m.put(p + "reason_codes", s.fields().getOrDefault("reasonCode", List.of()).toString().replace(" ", ""));
    m.put(p + "qos_granted", s.fields().getOrDefault("reasonCode", List.of()).toString().replace(" ", ""));
    List<String> filters = s.fields().getOrDefault("topicFilter", List.of());
    List<String> options = s.fields().getOrDefault("options", List.of());
    m.put(p + "topics", IntStream.range(0, filters.size()).mapToObj(i -> filters.get(i) + (options.isEmpty() ? "" : "," + options.get(i))).collect(Collectors.joining(",", "[", "]")));
    m.put(p + "username", s.one("userName"));
    m.put(p + "password", s.one("password"));
    m.put(p + "topic", s.one("topic"));
    m.put(p + "message", text(s.one("payload")));
    m.put(p + "will.message", text(s.one("willPayload")));
    m.put(p + "protocol_string", s.one("protocolName"));
    m.put(p + "protocol_version", s.one("protocolVersion"));
    m.put(p + "client_id", s.one("clientIdentifier"));
    m.put(p + "will.topic", s.one("willTopic"));
    int connect = s.one("connectFlags").equals("-") ? 0 : Integer.parseInt(s.one("connectFlags"));
    m.put(p + "flags.username", Boolean.toString((connect & 0x80) != 0));
    m.put(p + "flags.password", Boolean.toString((connect & 0x40) != 0));
    m.put(p + "flags.will_retain", Boolean.toString((connect & 0x20) != 0));
    m.put(p + "flags.will", Boolean.toString((connect & 0x04) != 0));
    m.put(p + "flags.clean_session", Boolean.toString((connect & 0x02) != 0));
    m.put(p + "session_present", Boolean.toString(s.one("acknowledgeFlags").equals("1")));
    for (Map.Entry<String, String> property : Map.of("receive_maximum", "receiveMaximum", "topic_alias_maximum", "topicAliasMaximum", "session_expiry_interval", "sessionExpiryInterval",
        "content_type", "contentType", "payload_format_indicator", "payloadFormatIndicator", "message_expiry_interval", "messageExpiryInterval", "topic_alias", "topicAlias", "response_topic",
        "responseTopic").entrySet()) {
      m.put(p + "properties." + property.getKey(), s.one(property.getValue()));
      List<String> values = s.fields().getOrDefault(property.getValue(), List.of("-"));
      m.put(p + "will.properties." + property.getKey(), values.getLast());
    }
    return m;
  }
}
