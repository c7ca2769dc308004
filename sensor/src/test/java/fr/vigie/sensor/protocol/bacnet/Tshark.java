package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.protocol.Decoding;
import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the tshark of this machine reads of every frame of a capture in its protocols bvlc, bacnet, bacapp, mstp and bscvlc, field by field, beside
 * our transcript of the same frame through the whole sensor. A field of a frame agrees when all its values, in order, are the same. Coverage is the
 * share of tshark's fields that have a column here; each field without one is named.
 */
final class Tshark {
  private static final String PROTOCOLS = "bvlc|bacnet|bacapp|mstp|bscvlc";

  /** Fields of tshark that say how it shows the message and not what is in it (bvlc.length is how much of it tshark gave to the link's header), and spanning tree's, which shares a name with MS/TP. */
  private static final String NOT_OF_THE_WIRE =
      "mstp\\.(agree|cist|config|msti|version_|checksum_bad).*|bvlc\\.length|bacapp\\.(fragment|reassembled|bad_|max_recursion).*|mstp\\.len\\.bad";

  /** Everything one frame said. */
  static final class Frame {
    final List<String[]> fields = new ArrayList<>();
    final List<int[]> tags = new ArrayList<>();

    List<String> all(String... names) {
      return fields.stream().filter(f -> Arrays.asList(names).contains(f[0])).map(f -> f[1]).toList();
    }

    boolean has(String name) {
      return fields.stream().anyMatch(f -> f[0].equals(name));
    }
  }

  private static final Map<String, Function<Frame, List<String>>> COLUMNS = new TreeMap<>();

  static {
    Columns.fill(COLUMNS);
  }

  private final Map<String, int[]> score = new TreeMap<>();
  private final Map<String, Integer> uncovered = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private final Map<String, Set<Integer>> alike = new TreeMap<>();
  int frames;

  static boolean installed() {
    return run(List.of("--version")).startsWith("TShark");
  }

  private static String run(List<String> options) {
    List<String> command = new ArrayList<>(List.of("tshark"));
    command.addAll(options);
    try {
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(120, TimeUnit.SECONDS);
      return out;
    } catch (IOException absent) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static List<String> fields() {
    List<String> all = new ArrayList<>();
    for (String line : run(List.of("-G", "fields")).split("\n")) {
      String[] cells = line.split("\t", -1);
      if (cells.length > 3 && cells[0].equals("F") && cells[2].matches("(" + PROTOCOLS + ")\\..*") && !cells[2].matches(NOT_OF_THE_WIRE)) {
        all.add(cells[2]);
      }
    }
    return all;
  }

  /** Compares one capture; frames that tshark itself calls malformed are left out and counted. */
  Tshark with(Path capture, String... options) throws IOException {
    List<String> names = fields();
    List<String> command = new ArrayList<>(List.of("-n", "-r", capture.toString(), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\u0001",
        "-E", "separator=/t", "-Y", "(bvlc || bacnet || mstp || bscvlc) && !stp && !icmp && !_ws.malformed"));
    command.addAll(List.of(options));
    command.addAll(List.of("-e", "frame.number"));
    names.forEach(n -> command.addAll(List.of("-e", n)));
    Map<Long, Frame> ours = ours(capture);
    for (String line : run(command).split("\n")) {
      if (!line.isEmpty()) {
        String[] cells = line.split("\t", -1);
        compare(capture, Long.parseLong(cells[0]), names, cells, ours.getOrDefault(Long.parseLong(cells[0]), new Frame()));
      }
    }
    return this;
  }

  /** What Vigie alone reads of a capture. */
  static Map<Long, Frame> ours(Path capture) throws IOException {
    Keeper keeper = new Keeper();
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, new Sink() {
        @Override
        public void accept(Observation observation) {}

        @Override
        public void quantum(long seq, long at) {}
      });
    }
    return keeper.frames;
  }

  private void codes(String name, String values) {
    for (String value : values.split(";")) {
      if (value.matches("[0-9]{1,9}")) {
        alike.computeIfAbsent(name, k -> new TreeSet<>()).add(Integer.parseInt(value));
      }
    }
  }

  /** The values of a column that both read alike. */
  Set<Integer> alike(String name) {
    return alike.getOrDefault(name, Set.of());
  }

  /** Which confirmed services both read in a request, and which in an answer: one column has the numbers of both. */
  private void answers(List<String> names, String[] cells, Frame mine) {
    String type = cells[names.indexOf("bacapp.type") + 1];
    String service = cells[names.indexOf("bacapp.confirmed_service") + 1];
    if ((type.equals("2") || type.equals("3")) && mine.all("serviceChoice").equals(List.of(service))) {
      alike.computeIfAbsent("answers", k -> new TreeSet<>()).add(Integer.decode(service));
    } else if (type.equals("0") && mine.all("serviceChoice").equals(List.of(service))) {
      alike.computeIfAbsent("requests", k -> new TreeSet<>()).add(Integer.decode(service));
    }
  }

  private void compare(Path capture, long number, List<String> names, String[] cells, Frame mine) {
    frames++;
    answers(names, cells, mine);
    for (int i = 0; i < names.size(); i++) {
      String cell = cells[i + 1];
      String name = names.get(i);
      Function<Frame, List<String>> column = COLUMNS.get(name);
      if (column == null) {
        if (!cell.isEmpty()) {
          uncovered.merge(name, 1, Integer::sum);
        }
        continue;
      }
      String there = cell.isEmpty() ? "" : Arrays.stream(cell.split("\u0001", -1)).map(Tshark::plain).collect(Collectors.joining(";"));
      String here = column.apply(mine).stream().map(Tshark::plain).collect(Collectors.joining(";"));
      if (there.isEmpty()) {
        // what tshark does not show as a field of its own, for it has no field for most values, says nothing about ours
        continue;
      }
      int[] n = score.computeIfAbsent(name, k -> new int[2]);
      n[1]++;
      if (there.equals(here)) {
        n[0]++;
        codes(name, there);
      } else {
        differences.add("%s frame %d %s: tshark %s, Vigie %s".formatted(capture.getFileName(), number, name, there, here));
      }
    }
  }

  /** Numbers in decimal, truth values as 0 and 1, octets without colons, whatever wrote them. */
  private static String plain(String text) {
    if (text.matches("0x[0-9a-fA-F]{1,8}")) {
      return Long.decode(text).toString();
    }
    if (text.matches("([0-9a-f]{2}:)+[0-9a-f]{2}")) {
      return text.replace(":", "");
    }
    if (text.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?") && text.matches(".*[.eE].*")) {
      String shown = String.format(Locale.ROOT, "%.6e", Double.parseDouble(text));
      double back = Double.parseDouble(shown);
      return back == Math.rint(back) && Math.abs(back) < 1e15 ? Long.toString((long) back) : shown;
    }
    if (text.equals("NULL")) {
      return "Null";
    }
    if (text.equals("<MISSING>")) {
      return "";
    }
    return text.equals("true") || text.equals("True") ? "1" : text.equals("false") || text.equals("False") ? "0" : text;
  }

  /** Prints the score; returns the shares that agree and that are covered. */
  double[] tell(String title) {
    int agree = 0;
    int all = 0;
    for (Map.Entry<String, int[]> e : score.entrySet()) {
      System.out.printf(Locale.ROOT, "%s %s: %d of %d%n", title, e.getKey(), e.getValue()[0], e.getValue()[1]);
      agree += e.getValue()[0];
      all += e.getValue()[1];
    }
    int open = uncovered.values().stream().mapToInt(Integer::intValue).sum();
    differences.forEach(d -> System.out.println("  " + d));
    System.out.printf(Locale.ROOT, "%s: not compared %s%n", title, uncovered);
    System.out.printf(Locale.ROOT, "%s: %d frames, %d of %d fields agree (%.3f %%), %d of %d fields covered (%.2f %%)%n", title, frames, agree, all,
        100.0 * agree / Math.max(all, 1), all, all + open, 100.0 * all / Math.max(all + open, 1));
    return new double[] {(double) agree / Math.max(all, 1), (double) all / Math.max(all + open, 1)};
  }

  /** Keeps the transcript and the tags of every frame. */
  private static final class Keeper implements Decoding, Tags.Listening {
    final Map<Long, Frame> frames = new HashMap<>();
    private Frame frame = new Frame();
    private long number;
    private boolean mine;

    @Override
    public void about(long at, int origin, long index, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort) {
      number = index + 1;
    }

    @Override
    public boolean on() {
      return true;
    }

    @Override
    public void message(String protocol, String operation) {
      mine = protocol.equals("bacnet");
      if (mine) {
        frame = frames.computeIfAbsent(number, n -> new Frame());
      }
    }

    @Override
    public void operation(String operation) {
      add("operation", operation);
    }

    private void add(String name, String value) {
      if (mine) {
        frame.fields.add(new String[] {name, value});
      }
    }

    @Override
    public void field(String name, long value) {
      add(name, Long.toString(value));
    }

    @Override
    public void field(String name, double value) {
      add(name, Double.toString(value));
    }

    @Override
    public void field(String name, String value) {
      add(name, value);
    }

    @Override
    public void field(String name, boolean value) {
      add(name, Boolean.toString(value));
    }

    @Override
    public void octets(String name, Cursor cursor, int octets) {
      if (mine && cursor.ok()) {
        add(name, HexFormat.of().formatHex(new Cursor().rest(cursor).bytes(Math.min(octets, cursor.remaining()))));
      }
    }

    @Override
    public void secret(String name, int octets) {
      add(name, octets + " octets");
    }

    @Override
    public void begin(String name) {
      add("{", name);
    }

    @Override
    public void close() {
      add("}", "");
    }

    @Override
    public void end() {}

    @Override
    public void tag(boolean context, int tag, int lvt, int length) {
      if (mine) {
        frame.tags.add(new int[] {context ? 1 : 0, tag, lvt, length});
      }
    }
  }

  /** Which of our fields says what a field of tshark says. */
  private static final class Columns {
    /** The first property identifier beyond the 512 of the first editions. */
    private static final int LATER = 4_194_304;

    private Columns() {}

    static void fill(Map<String, Function<Frame, List<String>>> c) {
      link(c);
      secureConnect(c);
      bus(c);
      network(c);
      security(c);
      application(c);
      values(c);
      tags(c);
    }

    private static Function<Frame, List<String>> named(String... names) {
      return f -> f.all(names);
    }

    private static Function<Frame, List<String>> coded(Codes.Labels labels, int codes, String... names) {
      return f -> f.all(names).stream().map(v -> code(labels, codes, v)).toList();
    }

    /** The number behind a name. */
    private static String code(Codes.Labels labels, int codes, String name) {
      for (int i = 0; i < codes; i++) {
        if (labels.of(i).equals(name)) {
          return Integer.toString(i);
        }
      }
      return name;
    }

    private static Function<Frame, List<String>> bit(String field, int mask) {
      return f -> f.all(field).stream().map(v -> (Integer.parseInt(v) & mask) != 0 ? "1" : "0").toList();
    }

    /** One field of each group of this name. */
    private static Stream<String> entries(Frame f, String group, String field) {
      List<String> found = new ArrayList<>();
      boolean inside = false;
      for (String[] each : f.fields) {
        inside = each[0].equals("{") ? each[1].equals(group) : inside && !each[0].equals("}");
        if (inside && each[0].equals(field)) {
          found.add(each[1]);
        }
      }
      return found.stream();
    }

    private static String mask(String dotted) {
      return Arrays.stream(dotted.split("\\.")).map(p -> HexFormat.of().toHexDigits((byte) Integer.parseInt(p))).collect(Collectors.joining());
    }

    private static List<String> cut(Frame f, String name, String pattern, String with) {
      return f.all(name).stream().map(v -> v.replaceFirst(pattern, with)).toList();
    }

    private static void link(Map<String, Function<Frame, List<String>>> c) {
      c.put("bvlc.type", f -> f.has("bvlcFunction") ? List.of("129") : f.has("bvlc6Function") ? List.of("130") : List.of());
      c.put("bvlc.function", coded(Codes::bvlcFunction, 13, "bvlcFunction"));
      c.put("bvlc.function_ipv6", coded(Codes::bvlc6Function, 13, "bvlc6Function"));
      c.put("bvlc.result", f -> f.all("resultCode").stream().map(v -> f.has("bvlc6Function") ? code(Codes::bvlc6Result, 256, v) : code(Codes::bvlcResult, 256, v)).toList());
      c.put("bvlc.fwd_ip", f -> f.has("bvlcFunction") ? cut(f, "originatingDevice", ":\\d+$", "") : List.of());
      c.put("bvlc.fwd_port", f -> f.has("bvlcFunction") ? cut(f, "originatingDevice", "^.*:", "") : List.of());
      c.put("bvlc.orig_source_addr", f -> cut(f, "originatingDevice", "^\\[(.*)\\]:\\d+$", "$1"));
      c.put("bvlc.orig_source_port", f -> cut(f, "originatingDevice", "^.*:", ""));
      c.put("bvlc.reg_ttl", f -> f.has("fdtEntry") ? List.of() : f.all("timeToLive"));
      c.put("bvlc.virtual_source", f -> f.has("operation") || f.has("sourceVirtualAddress") ? f.all("sourceVirtualAddress") : List.of());
      c.put("bvlc.virtual_dest", named("destinationVirtualAddress", "targetVirtualAddress"));
      c.put("bvlc.bdt_ip", f -> entries(f, "bdtEntry", "address").map(v -> v.replaceFirst(":\\d+$", "")).toList());
      c.put("bvlc.bdt_port", f -> entries(f, "bdtEntry", "address").map(v -> v.replaceFirst("^.*:", "")).toList());
      c.put("bvlc.bdt_mask", f -> entries(f, "bdtEntry", "broadcastDistributionMask").map(Columns::mask).toList());
      c.put("bvlc.fdt_ip", f -> Stream.concat(entries(f, "fdtEntry", "address"), f.all("fdtEntry").stream()).map(v -> v.replaceFirst(":\\d+$", "")).toList());
      c.put("bvlc.fdt_port", f -> Stream.concat(entries(f, "fdtEntry", "address"), f.all("fdtEntry").stream()).map(v -> v.replaceFirst("^.*:", "")).toList());
      c.put("bvlc.fdt_ttl", f -> entries(f, "fdtEntry", "timeToLive").toList());
      c.put("bvlc.fdt_timeout", f -> entries(f, "fdtEntry", "secondsRemaining").toList());
      c.put("bvlc.fdt_ipv6", f -> cut(f, "fdtEntry", "^\\[(.*)\\]:\\d+$", "$1"));
    }

    private static void secureConnect(Map<String, Function<Frame, List<String>>> c) {
      c.put("bscvlc.function", f -> Stream.concat(coded(Codes::bvlcScFunction, 13, "bvlcScFunction").apply(f).stream(), f.all("resultForFunction").stream()).toList());
      c.put("bscvlc.control", named("bvlcScControl"));
      c.put("bscvlc.control_reserved", f -> f.all("bvlcScControl").stream().map(v -> Integer.toString(Integer.parseInt(v) >> 4)).toList());
      c.put("bscvlc.control_orig_address", bit("bvlcScControl", 8));
      c.put("bscvlc.control_dest_address", bit("bvlcScControl", 4));
      c.put("bscvlc.control_dest_option", bit("bvlcScControl", 2));
      c.put("bscvlc.control_data_option", bit("bvlcScControl", 1));
      c.put("bscvlc.msgid", named("messageID"));
      c.put("bscvlc.orig_virtual_address", named("originatingVirtualAddress"));
      c.put("bscvlc.dest_virtual_address", named("destinationVirtualAddress"));
      c.put("bscvlc.connect_virtual_address", named("virtualAddress"));
      c.put("bscvlc.connect_uuid", named("deviceUUID"));
      c.put("bscvlc.max_bvlc_length", named("maximumBVLCLength"));
      c.put("bscvlc.max_npdu_length", named("maximumNPDULength"));
      c.put("bscvlc.hub_conn_state", named("hubConnectionStatus"));
      c.put("bscvlc.accept_conns", named("acceptDirectConnections"));
      c.put("bscvlc.result", named("scResultCode"));
      c.put("bscvlc.header_error_marker", named("errorHeaderMarker"));
      c.put("bscvlc.error_class", f -> f.has("scResultCode") ? coded(Codes.ERROR_CLASS, 64, "errorClass").apply(f) : List.of());
      c.put("bscvlc.error_code", f -> f.has("scResultCode") ? coded(Codes.ERROR_CODE, 512, "errorCode").apply(f) : List.of());
      c.put("bscvlc.header", named("headerMarker"));
      c.put("bscvlc.header_type", named("headerType"));
      c.put("bscvlc.header_more", bit("headerMarker", 0x80));
      c.put("bscvlc.header_understand", bit("headerMarker", 0x40));
      c.put("bscvlc.header_data_present", bit("headerMarker", 0x20));
      c.put("bscvlc.header_length", named("headerLength"));
      c.put("bscvlc.header_data", named("headerData"));
      c.put("bscvlc.vendor_id", f -> f.has("bvlcScFunction") ? f.all("vendorID") : List.of());
      c.put("bscvlc.proprietary_type", named("proprietaryFunction"));
      c.put("bscvlc.proprietary_data", named("proprietaryData"));
    }

    private static void bus(Map<String, Function<Frame, List<String>>> c) {
      c.put("mstp.preamble_55", f -> f.has("frameType") ? List.of("85") : List.of());
      c.put("mstp.preamble_FF", f -> f.has("frameType") ? List.of("255") : List.of());
      c.put("mstp.frame_type", named("frameType"));
      c.put("mstp.dst", named("destinationAddress"));
      c.put("mstp.src", named("sourceAddress"));
      c.put("mstp.len", named("length"));
      c.put("mstp.hdr_crc", named("headerCRC"));
      // tshark shows the two octets in the order of the wire, which is not that of 9.6
      c.put("mstp.data_crc", f -> f.all("dataCRC").stream().map(v -> Integer.toString(Short.toUnsignedInt(Short.reverseBytes((short) Integer.parseInt(v))))).toList());
      c.put("mstp.vendorid", f -> f.has("frameType") ? f.all("vendorID") : List.of());
      c.put("mstp.checksum.status", f -> f.all("headerCRCRight", "dataCRCRight"));
    }

    private static void network(Map<String, Function<Frame, List<String>>> c) {
      c.put("bacnet.version", named("version"));
      c.put("bacnet.control", named("control"));
      c.put("bacnet.control_net", bit("control", 0x80));
      c.put("bacnet.control_res1", bit("control", 0x40));
      c.put("bacnet.control_dest", bit("control", 0x20));
      c.put("bacnet.control_res2", bit("control", 0x10));
      c.put("bacnet.control_src", bit("control", 0x08));
      c.put("bacnet.control_expect", named("dataExpectingReply"));
      c.put("bacnet.control_prio_high", bit("networkPriority", 2));
      c.put("bacnet.control_prio_low", bit("networkPriority", 1));
      c.put("bacnet.dnet", named("DNET", "network", "connectedDNET"));
      c.put("bacnet.dlen", named("DLEN"));
      c.put("bacnet.snet", named("SNET"));
      c.put("bacnet.slen", named("SLEN"));
      c.put("bacnet.hopc", named("hopCount"));
      address(c, "dadr", "DADR");
      address(c, "sadr", "SADR");
      c.put("bacnet.mesgtyp", named("messageType"));
      c.put("bacnet.vendor", f -> f.has("messageType") ? f.all("vendorID") : List.of());
      c.put("bacnet.perf", named("performanceIndex"));
      c.put("bacnet.rejectreason", coded(Codes.NETWORK_REJECT, 7, "reason"));
      c.put("bacnet.rportnum", named("numberOfPorts"));
      c.put("bacnet.portid", named("portID"));
      c.put("bacnet.pinfolen", named("portInfoLength"));
      c.put("bacnet.pinfo", named("portInfo"));
      c.put("bacnet.term_time_value", named("terminationTimeValue"));
      c.put("bacnet.netno_status", named("configured"));
    }

    /** Of network security, what has the same form here and there. */
    private static void security(Map<String, Function<Frame, List<String>>> c) {
      c.put("bacnet.wrappercontrol", named("wrapperControl"));
      c.put("bacnet.wrappercontrol_msg_is_netlayer", bit("wrapperControl", 0x80));
      c.put("bacnet.wrappercontrol_msg_is_crypted", bit("wrapperControl", 0x40));
      c.put("bacnet.wrappercontrol_reserved", bit("wrapperControl", 0x20));
      c.put("bacnet.wrappercontrol_auth_data_present", bit("wrapperControl", 0x10));
      c.put("bacnet.wrapper_key_identifier", named("keyIdentifier"));
      c.put("bacnet.wrapper_key_revision", named("keyRevision"));
      c.put("bacnet.wrapper_msg_id", named("messageId"));
      c.put("bacnet.wrapper_src_device_instance", named("sourceDeviceInstance"));
      c.put("bacnet.wrapper_dst_device_instance", named("destinationDeviceInstance"));
      c.put("bacnet.wrapper_dnet", named("wrapperDNET"));
      c.put("bacnet.wrapper_dlen", named("wrapperDLEN"));
      c.put("bacnet.wrapper_snet", named("wrapperSNET"));
      c.put("bacnet.wrapper_slen", named("wrapperSLEN"));
      c.put("bacnet.wrapper_sadr", named("wrapperSADR"));
      c.put("bacnet.wrapper_signature", named("signature"));
      c.put("bacnet.wrapper_encrypted_data", named("encryptedData"));
      c.put("bacnet.security_original_message_id", named("originalMessageId"));
      c.put("bacnet.update_control", named("updateControl"));
      c.put("bacnet.security_set1_key_revision", named("set1KeyRevision"));
      c.put("bacnet.security_set2_key_revision", named("set2KeyRevision"));
      c.put("bacnet.security_distribution_key_revision", named("distributionKeyRevision"));
    }

    /** MS/TP addresses as a number, those of Ethernet and others as octets. */
    private static void address(Map<String, Function<Frame, List<String>>> c, String theirs, String ours) {
      c.put("bacnet." + theirs + "_mstp", f -> f.all(ours).stream().map(v -> v.length() == 2 ? Integer.toString(Integer.parseInt(v, 16)) : v).toList());
      c.put("bacnet." + theirs + "_eth", named(ours));
      c.put("bacnet." + theirs + "_tmp", named(ours));
    }

    private static void application(Map<String, Function<Frame, List<String>>> c) {
      c.put("bacapp.type", coded(Codes::pduType, 8, "pduType"));
      c.put("bacapp.invoke_id", named("invokeID"));
      c.put("bacapp.segmented_request", named("segmentedMessage"));
      c.put("bacapp.more_segments", named("moreFollows"));
      c.put("bacapp.SA", named("segmentedResponseAccepted"));
      c.put("bacapp.NAK", named("negativeAck"));
      c.put("bacapp.SRV", named("server"));
      c.put("bacapp.pduflags", Columns::flags);
      c.put("bacapp.response_segments", f -> f.all("maxSegmentsAccepted").stream().map(v -> place(v, 0, 2, 4, 8, 16, 32, 64, 65)).toList());
      c.put("bacapp.max_adpu_size", f -> f.all("maxApduLengthAccepted").stream().map(v -> place(v, 50, 128, 206, 480, 1024, 1476)).toList());
      c.put("bacapp.sequence_number", named("sequenceNumber"));
      c.put("bacapp.window_size", named("proposedWindowSize", "actualWindowSize"));
      c.put("bacapp.confirmed_service", f -> f.all("pduType").toString().contains("Unconfirmed") ? List.of() : f.all("serviceChoice"));
      c.put("bacapp.unconfirmed_service", f -> f.all("pduType").toString().contains("Unconfirmed") ? f.all("serviceChoice") : List.of());
      c.put("bacapp.reject_reason", coded(Codes.REJECT_REASON, 64, "rejectReason"));
      c.put("bacapp.abort_reason", coded(Codes.ABORT_REASON, 64, "abortReason"));
      c.put("bacapp.error_class", coded(Codes.ERROR_CLASS, 64, "errorClass", "error-class"));
      c.put("bacapp.error_code", coded(Codes.ERROR_CODE, 512, "errorCode", "error-code"));
    }

    /** 20.1.2.1 and after: the low four bits of the first octet. */
    private static List<String> flags(Frame f) {
      String type = f.all("pduType").toString();
      if (!type.contains("BACnet-Confirmed") && !type.contains("Complex")) {
        return List.of();
      }
      int flags = (one(f, "segmentedMessage") ? 8 : 0) | (one(f, "moreFollows") ? 4 : 0) | (one(f, "segmentedResponseAccepted") ? 2 : 0);
      return List.of(Integer.toString(flags));
    }

    private static boolean one(Frame f, String name) {
      return f.all(name).contains("true");
    }

    private static String place(String value, int... codes) {
      for (int i = 0; i < codes.length; i++) {
        if (value.equals(Integer.toString(codes[i]))) {
          return Integer.toString(i);
        }
      }
      return value;
    }

    private static void values(Map<String, Function<Frame, List<String>>> c) {
      c.put("bacapp.objectType", f -> objects(f).map(v -> code(BacnetNames::objectType, 1024, v.split(",")[0])).toList());
      c.put("bacapp.instance_number", f -> objects(f).map(v -> v.split(",")[1]).toList());
      c.put("bacapp.property_identifier", f -> f.all("propertyIdentifier", "target-property-identifier").stream().map(Columns::property).toList());
      c.put("bacapp.vendor_identifier", f -> f.has("messageType") ? List.of() : f.all("vendorID", "vendor-id"));
      c.put("bacapp.who_is.low_limit", named("deviceInstanceRangeLowLimit"));
      c.put("bacapp.who_is.high_limit", named("deviceInstanceRangeHighLimit"));
      c.put("bacapp.processId", named("subscriberProcessIdentifier", "processIdentifier", "acknowledgingProcessIdentifier", "requestingProcessIdentifier"));
      c.put("bacapp.object_name", f -> texts(f, "object-name", "objectName"));
      c.put("bacapp.event_type", coded(Codes.EVENT_TYPE, 23, "eventType"));
      c.put("bacapp.notify_type", coded(Codes.NOTIFY_TYPE, 3, "notifyType"));
      c.put("bacapp.from_state", coded(Codes.EVENT_STATE, 6, "fromState"));
      c.put("bacapp.to_state", coded(Codes.EVENT_STATE, 6, "toState", "eventStateAcknowledged"));
      c.put("bacapp.present_value.real", f -> presentValues(f, "-?\\d+\\.\\d+(E-?\\d+)?"));
      c.put("bacapp.present_value.uint", f -> presentValues(f, "\\d+"));
      c.put("bacapp.present_value.int", f -> presentValues(f, "-?\\d+"));
      c.put("bacapp.present_value.null", f -> presentValues(f, "Null"));
      c.put("bacapp.present_value.boolean", f -> presentValues(f, "true|false"));
      c.put("bacapp.present_value.char_string", f -> presentValues(f, ".*"));
      c.put("bacapp.present_value.double", f -> presentValues(f, "-?\\d+\\.\\d+(E-?\\d+)?"));
      c.put("bacapp.present_value.octet_string", f -> presentValues(f, "[0-9a-f]*"));
      c.put("bacapp.present_value.enum_index", f -> presentValues(f, "\\w+").stream().map(v -> code(Codes.BINARY, 2, v)).toList());
    }

    private static Stream<String> objects(Frame f) {
      return f.fields.stream().map(v -> v[1]).filter(v -> v.matches("[a-z0-9-]+,\\d+"));
    }

    private static String property(String name) {
      String code = code(BacnetNames::property, 600, name);
      String later = code(n -> BacnetNames.property(n + LATER), 60, name);
      return !code.equals(name) || later.equals(name) ? code : Integer.toString(Integer.parseInt(later) + LATER);
    }

    private static List<String> texts(Frame f, String property, String field) {
      List<String> found = new ArrayList<>(f.all(field));
      found.addAll(valuesOf(f, property));
      return found;
    }

    private static List<String> presentValues(Frame f, String pattern) {
      return valuesOf(f, "present-value").stream().filter(v -> v.matches(pattern)).toList();
    }

    /** The values that follow this property's identifier. */
    private static List<String> valuesOf(Frame f, String property) {
      List<String> found = new ArrayList<>();
      boolean inside = false;
      for (String[] field : f.fields) {
        if (field[0].equals("propertyIdentifier")) {
          inside = field[1].equals(property);
        } else if (inside && (field[0].equals("propertyValue") || field[0].equals("value"))) {
          found.add(field[1]);
        }
      }
      return found;
    }

    private static void tags(Map<String, Function<Frame, List<String>>> c) {
      c.put("bacapp.tag_class", f -> tags(f, t -> true, 0));
      // a number beyond 14 stands in an octet of its own, and 15 before it
      c.put("bacapp.context_tag_number", f -> f.tags.stream().filter(t -> t[0] == 1).map(t -> Integer.toString(Math.min(15, t[1]))).toList());
      c.put("bacapp.application_tag_number", f -> f.tags.stream().filter(t -> t[0] == 0).map(t -> Integer.toString(Math.min(15, t[1]))).toList());
      c.put("bacapp.extended_tag_number", f -> tags(f, t -> t[1] > 14, 1));
      c.put("bacapp.named_tag", f -> tags(f, t -> t[2] > 4, 2));
      c.put("bacapp.LVT", f -> tags(f, t -> t[2] < 6, 3));
    }

    private static List<String> tags(Frame f, Predicate<int[]> which, int part) {
      return f.tags.stream().filter(which).map(t -> Integer.toString(t[part])).toList();
    }
  }

}
