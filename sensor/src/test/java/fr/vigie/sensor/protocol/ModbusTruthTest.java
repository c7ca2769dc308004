package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import fr.vigie.sensor.protocol.modbus.ModbusRtuTest;
import fr.vigie.sensor.protocol.modbus.ModbusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modbus beside tshark, field by field and value by value, and beside Zeek's logs and events, row by row. */
final class ModbusTruthTest {
  private static String number(String text) {
    return text.equals("true") ? "1" : text.equals("false") ? "0"
        : text.matches("0x[0-9a-fA-F]{1,15}|0|[1-9][0-9]{0,17}") ? Long.toString(Long.decode(text)) : text;
  }

  private static String numbers(List<String> texts) {
    return texts.stream().map(ModbusTruthTest::number).collect(Collectors.joining(";"));
  }

  private static Column column(String name, Function<Frame, List<String>> ours) {
    return new Column(name, f -> numbers(ours.apply(f)), t -> numbers(Arrays.stream(t.split(";")).filter(p -> !p.isEmpty()).toList()));
  }

  private static Column column(String name, String... ours) {
    return column(name, f -> f.all(ours));
  }

  /** The items of a group, its names or its values. Addresses nobody asked for before the capture began are told from +0. */
  private static List<String> items(Frame f, String group, boolean names) {
    List<String> all = new ArrayList<>();
    boolean inside = false;
    for (String[] field : f.fields) {
      if (field[0].equals("begin") || field[0].equals("message")) {
        inside = field[0].equals("begin") && field[1].equals(group);
      } else if (inside && field[0].matches("\\+?[0-9]+")) {
        all.add(field[names ? 0 : 1]);
      }
    }
    return all;
  }

  private static boolean code(Frame f, int... codes) {
    return f.all("functionCode").stream().map(Integer::parseInt).anyMatch(c -> Arrays.stream(codes).anyMatch(k -> k == c));
  }

  /** tshark tells items only in answers whose request it saw; of writes and of function 23 the octets together. */
  private static List<String> answered(Frame f, String group, boolean names) {
    return !code(f, 23) && f.all("quantity", "outputValue", "registerValue", "fifoCount").isEmpty() ? items(f, group, names) : List.of();
  }

  private static Column table(String name, String group, boolean names) {
    return new Column(name, f -> numbers(answered(f, group, names)), t -> numbers(Arrays.stream(t.split(";")).filter(p -> !p.isEmpty()).toList()),
        f -> f.all("message").size() == 1 && f.all("startingAddress", "fifoCount").isEmpty() && items(f, group, true).stream().noneMatch(n -> n.startsWith("+")));
  }

  private static final List<Column> COLUMNS = List.of(
      column("mbtcp.trans_id", "transactionIdentifier"), column("mbtcp.prot_id", "protocolIdentifier"), column("mbtcp.len", "length"),
      column("mbtcp.unit_id", f -> f.all("transactionIdentifier").isEmpty() ? List.of() : f.all("unitIdentifier")),
      column("mbrtu.unit_id", f -> f.all("transactionIdentifier").isEmpty() ? f.all("unitIdentifier") : List.of()),
      column("mbrtu.crc16", f -> f.all("crc").stream().map(c -> Integer.toString(Short.reverseBytes((short) Integer.parseInt(c)) & 0xFFFF)).toList()),
      column("modbus.func_code", f -> f.all("functionCode").stream().map(c -> Integer.toString(Integer.parseInt(c) & 0x7F)).toList()),
      column("modbus.exception_code", "exceptionCode"),
      column("modbus.reference_num", f -> code(f, 21, 20) ? List.of() : f.all("startingAddress", "outputAddress", "registerAddress", "referenceAddress", "fifoPointerAddress")),
      column("modbus.read_reference_num", "readStartingAddress"), column("modbus.write_reference_num", "writeStartingAddress"),
      column("modbus.read_word_cnt", "quantityToRead"), column("modbus.write_word_cnt", "quantityToWrite"),
      column("modbus.word_cnt", f -> code(f, 3, 4, 16) ? f.all("quantity") : code(f, 24) ? f.all("fifoCount") : f.all("recordLength")),
      column("modbus.bit_cnt", f -> code(f, 1, 2, 15) ? f.all("quantity") : List.of()),
      column("modbus.byte_cnt", f -> code(f, 24) ? List.of() : f.all("byteCount", "fileResponseLength")),
      column("modbus.byte_cnt_16", f -> code(f, 24) ? f.all("byteCount") : List.of()),
      column("modbus.and_mask", "andMask"), column("modbus.or_mask", "orMask"), column("modbus.mei", "meiType"),
      column("modbus.read_device_id", "readDeviceIdCode"),
      column("modbus.conformity_level", "conformityLevel"), column("modbus.more_follows", "moreFollows"),
      column("modbus.next_object_id", "nextObjectId"), column("modbus.num_objects", "numberOfObjects"),
      column("modbus.diagnostic_code", "subFunction"), column("modbus.diagnostic.return_diag_register", "diagnosticRegister"),
      column("modbus.diagnostic.bus_message_count", "busMessageCount"), column("modbus.diagnostic.bus_comm_error_count", "busCommunicationErrorCount"),
      column("modbus.reference_type", "referenceType"), column("modbus.ev_count", "eventCount"), column("modbus.ev_msg_count", "messageCount"),
      column("modbus.ev_status", "status"),
      table("modbus.regnum16", "registers", true), table("modbus.regval_uint16", "registers", false),
      table("modbus.bitnum", "bits", true), table("modbus.bitval", "bits", false),
      new Column("modbus.padding", f -> f.all("outputValue").stream().map(v -> Integer.toString(Integer.parseInt(v) & 0xFF)).collect(Collectors.joining(";")),
          t -> numbers(Arrays.stream(t.split(";")).filter(p -> !p.isEmpty()).toList()), f -> code(f, 5)));

  private static TsharkAgreement agreement(String filter, String... options) {
    return new TsharkAgreement("modbus", filter, COLUMNS, options).remarks("modbus.request_frame", "modbus.response_time", "mbrtu.crc16.status");
  }

  @Test
  void everyMessageIsReadAsTsharkReadsIt(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    double agree = agreement("modbus || mbtcp").with(folder, true, new ModbusTest().messages()).tell();
    assertThat(agree).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void everyFrameOverSerialServersIsReadAsTsharkReadsIt(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    List<Message> single = new ModbusRtuTest().messages().stream().filter(m -> !m.name().startsWith("pipelined")).toList();
    double agree = agreement("mbrtu", "-d", "tcp.port==4001,mbrtu", "-o", "mbrtu.tcp.port:4001").with(folder, true, single).tell();
    assertThat(agree).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void publicCapturesAreReadAsTsharkReadsThem() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    TsharkAgreement agreement = agreement("modbus || mbtcp");
    Survey survey = new Survey();
    for (String line : Files.readAllLines(root.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      if (cells.length > 3 && cells[3].contains("modbus:")) {
        Path capture = root.resolve(cells[0]);
        survey.ask(agreement, capture);
      }
    }
    survey.run();
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(0.99);
    assertThat(agreement.coverage()).isGreaterThanOrEqualTo(0.95);
  }

  // ---- Zeek

  /** Rows as Zeek writes them: connection, then what the message says. */
  private static final class Rows extends TranscriptKeeper {
    private String connection = "";
    private boolean request;
    private final List<String[]> fields = new ArrayList<>();
    private String operation = "";
    final List<String> messages = new ArrayList<>();
    final List<String> log = new ArrayList<>();

    Rows() {
      super("modbus");
    }

    @Override
    public void about(long at, int origin, long index, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort) {
      super.about(at, origin, index, vlan, source, sourcePort, target, targetPort);
      request = targetPort == 502;
      connection = request ? source.ip() + ":" + sourcePort + ">" + target.ip() : target.ip() + ":" + targetPort + ">" + source.ip();
    }

    @Override
    public void message(String named, String name) {
      fields.clear();
      operation = named.equals("modbus") ? name : "";
    }

    @Override
    public void field(String name, String value) {
      fields.add(new String[] {name, value});
    }

    private String one(String name) {
      return fields.stream().filter(f -> f[0].equals(name)).map(f -> f[1]).findFirst().orElse("-");
    }

    @Override
    public void end() {
      if (operation.isEmpty()) {
        return;
      }
      int code = Integer.parseInt(one("functionCode"));
      messages.add(String.join(" ", connection, one("transactionIdentifier"), one("unitIdentifier"), Integer.toString(code & 0x7F),
          one("length"), request ? "T" : "F"));
      String function = operation.toUpperCase(java.util.Locale.ROOT).replace(' ', '_') + (code > 0x80 ? "_EXCEPTION" : "");
      log.add(String.join(" ", connection, one("transactionIdentifier"), one("unitIdentifier"), function, request ? "REQ" : "RESP", one("exceptionName")));
    }
  }

  private static Rows rows(Path capture) throws IOException {
    Rows rows = new Rows();
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(rows)).run(source, TranscriptKeeper.NOBODY);
    }
    return rows;
  }

  @Test
  void everyRowOfZeeksLogIsThere() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Path zeek = root.resolve("zeek+zeek/testing/btest");
    List<String> theirs = Files.readAllLines(zeek.resolve("Baseline/scripts.base.protocols.modbus.modbus_and_non_modbus_on_port_502/modbus.log")).stream()
        .filter(l -> !l.startsWith("#")).map(l -> l.split("\t", -1))
        .map(c -> c[2] + ":" + c[3] + ">" + c[4] + " " + c[6] + " " + c[7] + " " + c[8] + " " + c[9] + " " + c[10]).toList();
    assertThat(rows(zeek.resolve("Traces/modbus/modbus-and-non-modbus-p502.pcap")).log).containsExactlyInAnyOrderElementsOf(theirs);
  }

  @Test
  void everyMessageThatZeekSawIsThere() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Path zeek = root.resolve("zeek+zeek/testing/btest");
    Pattern message = Pattern.compile(
        "modbus_message, \\[orig_h=([^,]+), orig_p=(\\d+)/tcp, resp_h=([^,]+),.*\\[tid=(\\d+), pid=\\d+, uid=(\\d+), function_code=(\\d+), len=(\\d+)], ([TF])");
    List<String> theirs = new ArrayList<>();
    for (String line : Files.readAllLines(zeek.resolve("Baseline/scripts.base.protocols.modbus.coil_parsing_small/output"))) {
      Matcher m = message.matcher(line);
      if (m.find()) {
        theirs.add(m.group(1) + ":" + m.group(2) + ">" + m.group(3) + " " + m.group(4) + " " + m.group(5) + " " + m.group(6) + " " + m.group(7) + " " + m.group(8));
      }
    }
    assertThat(theirs).hasSize(32);
    assertThat(rows(zeek.resolve("Traces/modbus/modbusSmall.pcap")).messages).containsExactlyInAnyOrderElementsOf(theirs);
  }
}
