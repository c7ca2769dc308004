package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import fr.vigie.sensor.protocol.knx.KnxNetIpTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KNXnet/IP and cEMI beside tshark, field by field: every message of the contract, and the one public capture. */
final class KnxTsharkTest {
  private static final Map<String, String> WORDS = Map.ofEntries(Map.entry("true", "1"), Map.entry("false", "0"), Map.entry("IPV4_UDP", "1"),
      Map.entry("IPV4_TCP", "2"), Map.entry("standard", "1"), Map.entry("extended", "0"), Map.entry("domain", "1"), Map.entry("group", "1"),
      Map.entry("individual", "0"), Map.entry("control", "1"), Map.entry("data", "0"), Map.entry("system", "0"), Map.entry("normal", "1"),
      Map.entry("urgent", "2"), Map.entry("low", "3"));

  /** A number as decimal, whatever its base; an address as the number on the wire. */
  private static String number(String text) {
    if (WORDS.containsKey(text)) {
      return WORDS.get(text);
    }
    String[] parts = text.split("[./]");
    if (parts.length == 3) {
      int high = Integer.parseInt(parts[0]);
      int middle = Integer.parseInt(parts[1]);
      int low = Integer.parseInt(parts[2]);
      return Integer.toString(text.contains("/") ? high << 11 | middle << 8 | low : high << 12 | middle << 8 | low);
    }
    return text.matches("0x[0-9a-fA-F]+|[0-9]+") ? Long.toString(Long.decode(text)) : text;
  }

  private static String numbers(List<String> texts) {
    return texts.stream().map(KnxTsharkTest::number).collect(Collectors.joining(";"));
  }

  private static Column column(String name, String... ours) {
    return new Column(name, f -> numbers(f.all(ours)), t -> numbers(Arrays.stream(t.split(";")).filter(p -> !p.isEmpty()).toList()));
  }

  private static Column column(String name, Function<Frame, List<String>> ours) {
    return new Column(name, f -> numbers(ours.apply(f)), t -> numbers(Arrays.stream(t.split(";")).filter(p -> !p.isEmpty()).toList()));
  }

  private static final List<Column> COLUMNS = List.of(
      column("knxip.headerlength", "headerSize"), column("knxip.version", "version"), column("knxip.service", "serviceType"),
      column("knxip.totallength", "totalLength"), column("knxip.struct.length", "structureLength"), column("knxip.hostprotocol", "hostProtocol"),
      column("knxip.ipaddr", "ipAddress"), column("knxip.port", "port"), column("knxip.channel", "communicationChannelId"),
      column("knxip.seqctr", "sequenceCounter"));

  private static TsharkAgreement agreement() {
    return new TsharkAgreement("knx", "kip", COLUMNS);
  }

  private static Coverage coverage() {
    return new Coverage(List.of("knxip.", "cemi."), COLUMNS.stream().map(Column::name).collect(Collectors.toSet()),
        Set.of("knxip.folder", "cemi.folder", "knxip.error", "knxip.warning"));
  }

  @Test
  void everyMessageIsReadAsTsharkReadsIt(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    double agree = agreement().with(folder, false, new KnxNetIpTest().messages()).tell();
    assertThat(coverage().of(folder.resolve("knx.pcap"), "kip").tell("knx")).isGreaterThanOrEqualTo(0.2);
    assertThat(agree).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void thePublicCaptureIsReadAsTsharkReadsIt() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    Path capture = root.resolve("alexander-zimmermann+tcpdump/xknx.pcap");
    assertThat(agreement().with(capture).tell()).isGreaterThanOrEqualTo(0.99);
    assertThat(coverage().of(capture, "kip").tell("knx")).isGreaterThanOrEqualTo(0.2);
  }
}
