package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Modbus, KNXnet/IP and SNMP against what tshark 4.0.17 reads of the same frames: the whole sensor, flows and streams included. */
final class FieldbusTsharkTest {
  /** One column of tshark and how our transcript says the same. */
  private record Column(String name, Function<Frame, String> ours, Function<String, String> theirs) {}

  private static final Function<String, String> SAME = s -> s;
  private static final Function<String, String> DECIMAL =
      s -> Arrays.stream(s.split(";")).filter(p -> !p.isEmpty()).map(p -> Long.toString(Long.decode(p))).collect(Collectors.joining(";"));

  @Test
  void modbusAgreesWithTshark() throws IOException {
    compare("modbus", 0.999, 2700, List.of(
        new Column("mbtcp.trans_id", f -> f.joined("transactionIdentifier"), SAME),
        new Column("mbtcp.prot_id", f -> f.joined("protocolIdentifier"), SAME),
        new Column("mbtcp.len", f -> f.joined("length"), SAME),
        new Column("mbtcp.unit_id", f -> f.joined("unitIdentifier"), SAME),
        new Column("modbus.func_code", f -> f.all("functionCode").stream().map(c -> Integer.toString(Integer.parseInt(c) & 0x7F))
            .collect(Collectors.joining(";")), SAME),
        new Column("modbus.exception_code", f -> f.joined("exceptionCode"), SAME),
        new Column("modbus.reference_num", f -> f.joined("startingAddress", "outputAddress", "registerAddress", "referenceAddress"), SAME),
        new Column("modbus.byte_cnt", f -> f.joined("byteCount"), SAME),
        new Column("modbus.mei", f -> f.joined("meiType"), DECIMAL)));
  }

  @Test
  void knxAgreesWithTshark() throws IOException {
    compare("knx", 0.999, 70, List.of(
        new Column("knxip.service", f -> f.joined("serviceType"), DECIMAL),
        new Column("knxip.channel", f -> f.joined("communicationChannelId"), DECIMAL),
        new Column("knxip.seqctr", f -> f.joined("sequenceCounter"), DECIMAL),
        new Column("cemi.sa", f -> f.all("sourceAddress").stream().map(FieldbusTsharkTest::address).collect(Collectors.joining(";")),
            DECIMAL),
        new Column("cemi.da", f -> f.all("destinationAddress").stream().map(FieldbusTsharkTest::address).collect(Collectors.joining(";")),
            DECIMAL),
        new Column("cemi.ac", f -> f.all("apci").stream().map(a -> Integer.toString(Integer.parseInt(a) >> 6))
            .collect(Collectors.joining(";")), DECIMAL),
        new Column("cemi.ad", f -> f.joined("shortData"), DECIMAL),
        new Column("cemi.data", f -> f.joined("data"), SAME)));
  }

  private static final List<String> PDUS = List.of("GetRequest", "GetNextRequest", "Response", "SetRequest", "Trap", "GetBulkRequest", "InformRequest", "SNMPv2-Trap",
      "Report");

  /** What we show as text where it is text. */
  private static String octets(String shown) {
    return shown.startsWith("0x") ? shown.substring(2) : HexFormat.of().formatHex(shown.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void snmpAgreesWithTshark() throws IOException {
    compare("snmp", 0.999, 1700, List.of(
        new Column("snmp.version", f -> f.joined("version").replace("3", ""), SAME),
        new Column("snmp.request_id", f -> f.joined("requestId"), SAME),
        new Column("snmp.error_status", f -> f.joined("errorStatus"), SAME),
        new Column("snmp.name", f -> f.joined("name"), SAME),
        new Column("snmp.value.oid", f -> f.joined("OBJECT IDENTIFIER"), SAME),
        new Column("snmp.value.int", f -> f.joined("INTEGER"), SAME),
        new Column("snmp.data", f -> f.all("operation").stream().map(o -> Integer.toString(PDUS.indexOf(o))).filter(o -> !o.equals("-1"))
            .collect(Collectors.joining(";")), SAME),
        new Column("snmp.value.octets", f -> f.all("OCTET STRING").stream().map(FieldbusTsharkTest::octets).collect(Collectors.joining(";")), SAME),
        new Column("snmp.msgAuthoritativeEngineID", f -> f.joined("msgAuthoritativeEngineID"), s -> s.replace("<MISSING>", ""))));
  }

  /** {@code 1.2.81} or {@code 7/2/64} as the number on the wire. */
  private static String address(String text) {
    String[] parts = text.split("[./]");
    int high = Integer.parseInt(parts[0]);
    int middle = Integer.parseInt(parts[1]);
    int low = Integer.parseInt(parts[2]);
    return Integer.toString(text.contains("/") ? high << 11 | middle << 8 | low : high << 12 | middle << 8 | low);
  }

  private static void compare(String protocol, double due, int frames, List<Column> columns) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Map<String, int[]> score = new TreeMap<>();
    int seen = 0;
    try (Stream<Path> files = Files.walk(root.resolve("_tshark"))) {
      for (Path truth : files.filter(p -> p.toString().endsWith("." + protocol + ".tsv")).sorted().toList()) {
        String name = root.resolve("_tshark").relativize(truth).toString();
        Path capture = root.resolve(name.substring(0, name.length() - protocol.length() - 5));
        if (Files.exists(capture)) {
          seen += compare(protocol, truth, capture, columns, score);
        }
      }
    }
    int agree = 0;
    int all = 0;
    for (Map.Entry<String, int[]> e : score.entrySet()) {
      System.out.printf(Locale.ROOT, "%s: %d of %d%n", e.getKey(), e.getValue()[0], e.getValue()[1]);
      agree += e.getValue()[0];
      all += e.getValue()[1];
    }
    System.out.printf(Locale.ROOT, "%s: %d frames, %d of %d fields agree (%.3f %%)%n", protocol, seen, agree, all, 100.0 * agree / all);
    assertThat(seen).isGreaterThan(frames);
    assertThat((double) agree / all).isGreaterThanOrEqualTo(due);
  }

  private static int compare(String protocol, Path truth, Path capture, List<Column> columns, Map<String, int[]> score)
      throws IOException {
    TranscriptKeeper keeper = new TranscriptKeeper(protocol);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, new Nowhere());
    }
    List<String> lines = Files.readAllLines(truth);
    List<String> header = Arrays.asList(lines.getFirst().split("\t", -1));
    int frames = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      boolean quoted = cells[header.indexOf("ip.src")].contains(";");
      if (!cells[header.indexOf("_ws.malformed")].isEmpty() || quoted) {
        // What ICMP quotes of another packet is nobody's message.
        continue;
      }
      frames++;
      Frame mine = keeper.frames.getOrDefault(Long.parseLong(cells[0]), new Frame());
      for (Column column : columns) {
        String there = column.theirs().apply(cells[header.indexOf(column.name())]);
        String here = column.ours().apply(mine);
        if (there.isEmpty() && here.isEmpty()) {
          continue;
        }
        int[] n = score.computeIfAbsent(column.name(), k -> new int[2]);
        n[1]++;
        if (there.equals(here)) {
          n[0]++;
        } else {
          System.out.printf("  %s frame %s %s: tshark %s, Vigie %s%n", capture.getFileName(), cells[0], column.name(), there, here);
        }
      }
    }
    return frames;
  }

  private static final class Nowhere implements Sink {
    @Override
    public void accept(Observation observation) {
      // Only the transcript is compared.
    }

    @Override
    public void quantum(long seq, long at) {
      // Time passes without us.
    }
  }
}
