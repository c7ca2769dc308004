package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every shared capture is read, in one JVM, and holds as many packets as its catalogue says, but for the explained differences. */
final class SharedCapturesTest {
  private static final String VERSION_2 = "3 -> 2 In test901.pcapng, at octet 480, a section is of pcapng version 2, and only version 1"
      + " exists: it was passed over; export it as version 1.";

  /** Path, and the catalogue's count and ours with the cause: the third packet lies in a section of a version that does not exist. */
  private static final Map<String, String> EXPLAINED = new TreeMap<>(Map.of(
      "google+gopacket/pcapgo/tests/be/test901.pcapng", VERSION_2, "google+gopacket/pcapgo/tests/le/test901.pcapng", VERSION_2));

  @Test
  void everySharedCaptureHasThePacketsOfItsCatalogue() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    List<String> lines = Files.readAllLines(root.resolve("CATALOG.tsv"));
    Map<String, String> different = new TreeMap<>();
    long files = 0;
    long packets = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      Path file = root.resolve(cells[0]);
      if (!Files.exists(file)) {
        different.put(cells[0], "absent");
        continue;
      }
      files++;
      String told;
      try (PacketSource source = CaptureFiles.open(List.of(file), "test")) {
        Packet packet = new Packet();
        long n = 0;
        while (source.next(packet)) {
          assertThat(packet.offset + packet.captured).isLessThanOrEqualTo(packet.segment.byteSize());
          assertThat(packet.wire).isGreaterThanOrEqualTo(packet.captured);
          n++;
        }
        packets += n;
        told = n + (source.faults().isEmpty() ? "" : " " + source.faults().get(0).message());
      } catch (CaptureException e) {
        told = e.kind().toString();
      }
      if (!told.equals(cells[2])) {
        different.put(cells[0], cells[2] + " -> " + told);
      }
    }
    assertThat(different).isEqualTo(EXPLAINED);
    assertThat(files).as("captures read").isGreaterThan(1_000);
    assertThat(packets).as("packets read").isGreaterThan(100_000);
  }
}
