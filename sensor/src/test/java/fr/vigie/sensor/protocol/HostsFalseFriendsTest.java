package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every shared capture through the whole sensor: where neither its name nor its line in the catalogue knows of a protocol, it is not found. */
class HostsFalseFriendsTest {
  /** Our name and by what the catalogue would call it. */
  private static final Map<String, List<String>> NAMES = Map.of("ssh", List.of("ssh"), "dicom", List.of("dicom"), "hl7", List.of("hl7"), "ftp", List.of("ftp"), "telnet", List.of("telnet"),
      "tftp", List.of("tftp"), "sip", List.of("sip"), "quic", List.of("quic"), "smb", List.of("smb", "nbss"), "rdp", List.of("rdp", "tpkt"));

  /** Where the catalogue, which names six protocols of a capture at most, is silent and tshark or the octets themselves are not. */
  private static final Set<String> LOOKED_AT = Set.of("NotYuSheng+TracePcap/sample-files/demo_all_rules.pcap", "arkime+arkime/tests/pcap/arkime_synthetic.pcap",
      "arkime+arkime/tests/pcap/tcp_handshake_synthetic.pcap", "the-tcpdump-group+tcpdump/tests/geneve.pcap", "zeek+zeek/testing/btest/Traces/modbus/modbus-and-non-modbus-p502.pcap");

  @Test
  void nothingElseIsTakenForThem() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Map<String, Long> taken = new TreeMap<>();
    int files = 0;
    for (String line : Files.readAllLines(root.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      Path capture = root.resolve(cells[0]);
      if (!Files.isRegularFile(capture) || Files.size(capture) > 1_000_000) {
        continue;
      }
      files++;
      Sensor sensor = new Sensor(SensorOptions.standard().bounds(1 << 12, 1 << 12));
      try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
        sensor.run(source, TranscriptKeeper.NOBODY);
      } catch (CaptureException e) {
        // what could be read of it counts
      }
      for (Map.Entry<String, List<String>> name : NAMES.entrySet()) {
        long messages = sensor.counters().value("messages." + name.getKey());
        String known = line.toLowerCase(Locale.ROOT);
        if (messages > 0 && !LOOKED_AT.contains(cells[0]) && name.getValue().stream().noneMatch(known::contains)) {
          taken.put(cells[0] + " " + name.getKey(), messages);
        }
      }
    }
    System.out.printf(Locale.ROOT, "%d captures; found where the catalogue is silent: %s%n", files, taken);
    assertThat(files).isGreaterThan(1000);
    assertThat(taken).isEmpty();
  }
}
