package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More of everything than there is room for: what is refused is counted to the last, what is known stays, and the end of memory is the end. */
final class FloodTest {
  private static final int HOSTS = 400;
  private static final int ROOM = 100;
  private static final int FLOWS = 64;
  private static final int SECOND = 1_000_000_000;

  @TempDir private Path folder;

  /** ARP (RFC 826): host {@code n} says which addresses it has. */
  private static byte[] announcement(int n) {
    ByteBuffer b = ByteBuffer.allocate(60);
    b.putShort((short) -1).putInt(-1).put(mac(n)).putShort((short) 0x0806);
    b.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4).putShort((short) 1);
    b.put(mac(n)).putInt(ip(n)).put(new byte[6]).putInt(ip(n));
    return b.array();
  }

  /** One datagram of host {@code n} to a port of its own at host 0: a flow, and a contact, of which nothing more comes. */
  private static byte[] datagram(int n) {
    ByteBuffer b = ByteBuffer.allocate(60);
    b.put(mac(0)).put(mac(n)).putShort((short) 0x0800);
    b.put((byte) 0x45).put((byte) 0).putShort((short) 32).putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0).putInt(ip(n)).putInt(ip(0));
    b.putShort((short) (20_000 + n)).putShort((short) (30_000 + n)).putShort((short) 12).putShort((short) 0).putInt(0);
    return b.array();
  }

  private static byte[] mac(int n) {
    return new byte[] {2, 0, 0, 0, (byte) (n >> 8), (byte) n};
  }

  private static int ip(int n) {
    return 0x0A000001 + n;
  }

  private Path flood() throws IOException {
    Path file = folder.resolve("flood.pcap");
    if (!Files.exists(file)) {
      try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
        int net = writer.addInterface(null, 1);
        long at = 1_760_000_000L * SECOND;
        for (int n = 0; n < HOSTS; n++) {
          writer.write(net, at += 1_000, announcement(n));
        }
        for (int n = 1; n < HOSTS; n++) {
          writer.write(net, at += 1_000, datagram(n));
        }
      }
    }
    return file;
  }

  private List<JsonNode> replay(String out, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("replay", flood().toString(), "--out", folder.resolve(out).toString(), "--quiet"));
    arguments.addAll(List.of(options));
    Typed.Ended ended = Typed.heard(arguments.toArray(String[]::new));
    assertThat(ended.code()).as(ended.error()).isEqualTo(Exit.DONE);
    List<JsonNode> assets = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(out).resolve("assets.ndjson"))) {
      assets.add(Json.MAPPER.readTree(line));
    }
    return assets;
  }

  private JsonNode refused(String out) throws IOException {
    return Json.MAPPER.readTree(folder.resolve(out).resolve("summary.json").toFile()).at("/result/refused");
  }

  @Test
  void withRoomForAllNothingIsRefused() throws IOException {
    assertThat(replay("all")).hasSize(HOSTS);
    assertThat(refused("all")).isEmpty();
  }

  @Test
  void withAQuarterOfTheRoomTheDevicesHeardFirstStayAndTheRestIsCounted() throws IOException {
    List<JsonNode> all = replay("all");
    List<JsonNode> kept = replay("quarter", "--most-devices", Integer.toString(ROOM));
    assertThat(kept).hasSize(ROOM);
    List<String> first = all.stream().sorted((a, b) -> a.path("first").asText().compareTo(b.path("first").asText())).limit(ROOM)
        .map(a -> a.path("id").asText()).toList();
    assertThat(kept).extracting(a -> a.path("id").asText()).containsExactlyInAnyOrderElementsOf(first);
    // who is refused is refused with each thing it says: the frame and the content of an announcement, a frame and a contact of a datagram
    long unknown = HOSTS - ROOM;
    assertThat(refused("quarter").path("assets").asLong()).isEqualTo(perUnknownHost() * unknown);
  }

  /** Found by the smallest case: what one host more than there is room for has refused. */
  private long perUnknownHost() throws IOException {
    replay("one", "--most-devices", Integer.toString(HOSTS - 1));
    return refused("one").path("assets").asLong();
  }

  @Test
  void flowsAndContactsBeyondTheRoomAreCountedToTheLast() throws IOException {
    replay("flows", "--most-flows", Integer.toString(FLOWS));
    JsonNode refused = refused("flows");
    assertThat(refused.path("flows_evicted").asLong()).isEqualTo(HOSTS - 1 - FLOWS);
    assertThat(refused.path("contacts_full").asLong()).isEqualTo(HOSTS - 1 - FLOWS / 2);
    assertThat(Files.readAllLines(folder.resolve("flows").resolve("contacts.ndjson"))).hasSize(FLOWS / 2);
  }

  @Test
  void theRefusalsDoNotDependOnThreads() throws IOException {
    String[] few = {"--most-flows", "64", "--most-devices", "50", "--pipelines", "1"};
    replay("one", few);
    few[5] = "3";
    replay("three", few);
    assertThat(refused("three")).isEqualTo(refused("one"));
  }

  @Test
  void moreThanTheHeapHoldsIsRefusedAtTheStart() throws IOException {
    Typed.Ended ended = Typed.heard("replay", flood().toString(), "--out", folder.resolve("huge").toString(), "--most-flows", "16777216",
        "--most-devices", "16777216");
    assertThat(ended.code()).isEqualTo(Exit.USAGE);
    assertThat(ended.error()).contains("MB of heap").contains("VIGIE_JVM=\"-Xmx");
  }

  @Test
  void whatTheDefaultsTakeFitsIntoTwoThirdsOfTheDefaultHeap() {
    assertThat(Bounds.STANDARD.heap()).isLessThan((420L << 20) / 3 * 2);
    assertThat(Bounds.STANDARD.sensor(SensorOptions.standard()).interned()).isGreaterThanOrEqualTo(4 * Bounds.STANDARD.devices());
  }

  @Test
  void aThreadThatRunsOutOfMemoryEndsTheProcessWithASentence() throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx24m", "-cp",
        System.getProperty("java.class.path"), Hoarder.class.getName()).start();
    process.getOutputStream().close();
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(error).contains("the memory of this process").contains("VIGIE_JVM=-Xmx");
    assertThat(process.exitValue()).isEqualTo(Exit.REFUSED);
  }

  /** A process whose second thread keeps everything, while the first waits for ever. */
  static final class Hoarder {
    private Hoarder() {}

    /** Runs until memory is used up. */
    public static void main(String[] args) throws InterruptedException {
      Exhaustion.watch();
      Thread hoarding = Thread.ofPlatform().name("vigie-hoarder").start(() -> {
        List<byte[]> all = new ArrayList<>();
        while (true) {
          all.add(new byte[64 << 10]);
        }
      });
      hoarding.join();
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
