package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.SharedCaptures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every UDP datagram over IPv4 of every shared capture, on whatever port: where the catalogue knows of no BACnet, there is none. */
final class BacnetFalseFriendsTest {
  @Test
  void nothingElseIsTakenForBacnet() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Map<String, Integer> taken = new TreeMap<>();
    int files = 0;
    int unreadable = 0;
    for (String line : Files.readAllLines(root.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      Path capture = root.resolve(cells[0]);
      if (!Files.isRegularFile(capture)) {
        continue;
      }
      boolean bacnet = line.contains("bvlc") || line.toLowerCase(Locale.ROOT).contains("bacnet");
      files++;
      try {
        Datagrams.read(capture, (frame, source, from, target, to, message, sound) -> {
          if (!bacnet) {
            taken.merge(cells[0] + " " + source + ":" + from + " " + target + ":" + to + " " + message.named(), 1, Integer::sum);
          }
        });
      } catch (CaptureException e) {
        unreadable++;
      }
    }
    System.out.printf(Locale.ROOT, "%d captures, %d of them unreadable, %d flows taken for BACnet: %s%n", files, unreadable, taken.size(), taken);
    assertThat(files).isGreaterThan(1000);
    assertThat(taken).isEmpty();
  }

  /** The same of all transports and every way of BACnet, down the whole road of the sensor. */
  @Test
  void nothingElseIsTakenForAnyKindOfBacnet() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Map<String, Long> taken = new TreeMap<>();
    for (String line : Files.readAllLines(root.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      Path capture = root.resolve(cells[0]);
      if (!Files.isRegularFile(capture) || line.contains("bvlc") || line.toLowerCase(Locale.ROOT).contains("bacnet")) {
        continue;
      }
      try {
        long messages = Tshark.ours(capture).size();
        if (messages > 0) {
          taken.put(cells[0], messages);
        }
      } catch (CaptureException e) {
        taken.remove(cells[0]);
      }
    }
    System.out.printf(Locale.ROOT, "captures with messages taken for BACnet: %s%n", taken);
    assertThat(taken).isEmpty();
  }
}
