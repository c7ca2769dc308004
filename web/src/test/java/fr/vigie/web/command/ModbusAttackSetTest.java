package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Modbus attack set of the shared captures, labelled packet by packet by people who are not of this house: what comes before the first
 * attack is learned, the rest judged. A packet counts as found when it belongs to the conversation that an alert names, or is the proof of an
 * alert about an act; a false alarm is such a packet that its label calls harmless.
 */
final class ModbusAttackSetTest {
  private static final String SET = "antoine-lemay+Modbus_dataset";
  private static final double Z = 1.959964;

  @TempDir Path folder;

  /** A packet: its conversation, whatever the direction, and its label. */
  private record Packet(Instant at, String one, String other, int port, int otherPort, boolean attack) {
    boolean of(String who, String whom, int server) {
      return one.equals(who) && other.equals(whom) && otherPort == server || one.equals(whom) && other.equals(who) && port == server;
    }
  }

  /** E. B. Wilson, Probable inference, 1927: the interval of a share, here of 95 %. */
  private static String wilson(int hits, int of) {
    if (of == 0) {
      return "0 of 0";
    }
    double p = (double) hits / of;
    double middle = (p + Z * Z / 2 / of) / (1 + Z * Z / of);
    double half = Z * Math.sqrt(p * (1 - p) / of + Z * Z / 4 / of / of) / (1 + Z * Z / of);
    return String.format(Locale.ROOT, "%d of %d (%.2f %%, interval %.2f to %.2f %%)", hits, of, 100 * p, 100 * Math.max(0, middle - half),
        100 * Math.min(1, middle + half));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CnC_uploading_exe_modbus_6RTU_with_operate", "moving_two_files_modbus_6RTU"})
  void whatIsLearnedBeforeTheFirstAttackFindsIt(String name) throws IOException {
    Path capture = SharedCaptures.root().resolve(SET).resolve(name + ".pcap");
    assumeTrue(Files.exists(capture), "the Modbus attack set is not among the shared captures");
    List<Packet> packets = packets(capture, Files.readAllLines(capture.resolveSibling(name + "_labeled.csv")));
    Instant first = packets.stream().filter(Packet::attack).map(Packet::at).findFirst().orElseThrow();
    assertThat(Main.line().execute("replay", capture.toString(), "--out", folder.toString(), "--learn-until", first.toString(), "--quiet")).isZero();

    Set<Integer> found = new HashSet<>();
    int alerts = 0;
    int wrong = 0;
    for (String line : Files.readAllLines(folder.resolve("alerts.ndjson"))) {
      JsonNode alert = new ObjectMapper().readTree(line);
      Set<Integer> marked = marked(alert, packets);
      alerts++;
      wrong += marked.stream().noneMatch(i -> packets.get(i).attack) ? 1 : 0;
      found.addAll(marked);
    }
    int attacks = 0;
    int hits = 0;
    int harmless = 0;
    int alarms = 0;
    for (int i = 0; i < packets.size(); i++) {
      if (packets.get(i).attack) {
        attacks++;
        hits += found.contains(i) ? 1 : 0;
      } else if (!packets.get(i).at.isBefore(first)) {
        harmless++;
        alarms += found.contains(i) ? 1 : 0;
      }
    }
    System.out.println("modbus attack set, " + name + ": packets of attacks found " + wilson(hits, attacks) + "; false alarms " + wilson(alarms, harmless)
        + " of the harmless packets judged; " + alerts + " alerts, " + wrong + " of them without a labelled packet");
    assertThat(100 * hits).isGreaterThanOrEqualTo(95 * attacks);
    assertThat(alarms).isLessThanOrEqualTo(2);
    assertThat(wrong).isLessThanOrEqualTo(1);
  }

  @Test
  void theIntervalIsWilsons() {
    assertThat(wilson(0, 10)).isEqualTo("0 of 10 (0.00 %, interval 0.00 to 27.75 %)");
    assertThat(wilson(95, 100)).isEqualTo("95 of 100 (95.00 %, interval 88.82 to 97.85 %)");
  }

  private static Set<Integer> marked(JsonNode alert, List<Packet> packets) {
    Set<Integer> marked = new HashSet<>();
    for (JsonNode proof : alert.path("packets")) {
      marked.add(proof.path("index").asInt());
    }
    if (alert.path("rule").path("id").asText().equals("NET-07")) {
      for (JsonNode whom : alert.path("whom")) {
        for (int i = 0; i < packets.size(); i++) {
          if (packets.get(i).of(alert.path("who").path("ip").asText(), whom.path("ip").asText(), whom.path("port").asInt())) {
            marked.add(i);
          }
        }
      }
    }
    return marked;
  }

  /** Classic pcap of Ethernet with IPv4, and a line a packet: number, semicolon, 1 for an attack. */
  private static List<Packet> packets(Path capture, List<String> labels) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
    boolean nanos = b.getInt(0) == 0xA1B23C4D;
    assertThat(b.getInt(0)).isIn(0xA1B23C4D, 0xA1B2C3D4);
    List<Packet> packets = new ArrayList<>();
    int at = 24;
    for (String label : labels) {
      if (label.isBlank()) {
        continue;
      }
      Instant time = Instant.ofEpochSecond(b.getInt(at) & 0xFFFFFFFFL, (long) b.getInt(at + 4) * (nanos ? 1 : 1000));
      int length = b.getInt(at + 8);
      ByteBuffer f = b.slice(at + 16, length).order(ByteOrder.BIG_ENDIAN);
      boolean ip = f.getShort(12) == 0x0800;
      int transport = 14 + (f.get(14) & 15) * 4;
      packets.add(new Packet(time, ip ? address(f, 26) : "", ip ? address(f, 30) : "", ip ? f.getShort(transport) & 0xFFFF : 0,
          ip ? f.getShort(transport + 2) & 0xFFFF : 0, label.trim().endsWith(";1")));
      at += 16 + length;
    }
    return packets;
  }

  private static String address(ByteBuffer f, int at) {
    return (f.get(at) & 255) + "." + (f.get(at + 1) & 255) + "." + (f.get(at + 2) & 255) + "." + (f.get(at + 3) & 255);
  }
}
