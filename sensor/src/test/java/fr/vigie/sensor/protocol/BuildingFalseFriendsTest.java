package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every shared capture through the whole sensor: where the catalogue knows of none of these buses and controllers, none is found, on whatever port. */
final class BuildingFalseFriendsTest {
  /** Our name, and the words by which the catalogue would name it. */
  private static final Map<String, List<String>> NAMES = new TreeMap<>(Map.of("fox", List.of("niagara"), "lon", List.of("cnip"), "sbus", List.of("sbus"), "mbus", List.of("mbus"),
      "artnet", List.of("artnet"), "acn", List.of("acn:", "sacn"), "enocean", List.of("enocean"),
      "helvarnet", List.of("helvar"), "dali", List.of("dali:"), "modbus", List.of("modbus", "mbtcp", "arkime_synthetic")));

  static {
    NAMES.putAll(Map.of("dnp3", List.of("dnp3"), "iec104", List.of("iec60870"), "mms", List.of("tpkt", "cotp"), "goose", List.of("goose", "iec61850"), "profinet", List.of("pn_"), "coap", List.of("coap"),
        "dlms", List.of("dlms")));
  }

  @Test
  void nothingElseIsTakenForABusOfBuildings() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    TreeSet<String> wrong = new TreeSet<>();
    TreeMap<String, Integer> right = new TreeMap<>();
    int files = 0;
    int unreadable = 0;
    for (String line : Files.readAllLines(root.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      Path capture = root.resolve(cells[0]);
      if (!Files.isRegularFile(capture)) {
        continue;
      }
      files++;
      String known = line.toLowerCase(Locale.ROOT);
      Sink sink = new Sink() {
        @Override
        public void accept(Observation observation) {
          List<String> words = observation instanceof Contact c ? NAMES.get(c.protocol()) : null;
          if (words != null && words.stream().noneMatch(known::contains)) {
            wrong.add(cells[0] + " " + observation);
          } else if (words != null) {
            right.merge(observation.protocol(), 1, Integer::sum);
          }
        }

        @Override
        public void quantum(long seq, long at) {}
      };
      try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
        new Sensor(SensorOptions.standard()).run(source, sink);
      } catch (CaptureException e) {
        unreadable++;
      }
    }
    System.out.printf(Locale.ROOT, "%d captures, %d of them unreadable; found where named: %s; found elsewhere: %s%n", files, unreadable, right, wrong);
    assertThat(files).isGreaterThan(1000);
    assertThat(wrong).isEmpty();
  }
}
