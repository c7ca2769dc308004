package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pair of virtual interfaces: one is listened to here, the other speaks from a network namespace of its own. Needs root. */
@Timeout(60)
final class LiveCaptureTest {
  private static final String ID = Long.toString(ProcessHandle.current().pid() % 100_000);
  private static final String SPACE = "vigie-t" + ID;
  private static final String HERE = "vgh" + ID;
  private static final String THERE = "vgt" + ID;
  private static final int UDP_PAYLOAD = 42;

  private boolean made;

  private void wire() throws IOException, InterruptedException {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/sbin/ip")),
        "making virtual interfaces needs root and iproute2");
    Assumptions.assumeTrue(run("ip netns add " + SPACE) == 0, "this machine lets nobody make network namespaces");
    made = true;
    assertThat(run("ip link add " + HERE + " type veth peer name " + THERE + " netns " + SPACE)).isZero();
    run("echo 1 > /proc/sys/net/ipv6/conf/" + HERE + "/disable_ipv6");
    assertThat(run("ip link set " + HERE + " up && ip -n " + SPACE + " addr add 192.0.2.1/24 dev " + THERE + " && ip -n " + SPACE
        + " link set " + THERE + " up && ip -n " + SPACE + " neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev " + THERE)).isZero();
  }

  @AfterEach
  void unwire() throws IOException, InterruptedException {
    if (made) {
      run("ip link del " + HERE + "; ip netns del " + SPACE);
    }
  }

  @Test
  void packetsArriveInOrderAndNothingIsSent() throws IOException, InterruptedException {
    wire();
    Counters counters = new Counters();
    List<Origin> before = List.of(new Origin(0, "default", "older", null, null, 1));
    try (LiveCapture capture = LiveCapture.open(HERE, "default", before, counters)) {
      assertThat(capture.origins()).extracting(Origin::index).containsExactly(0, 1);
      String heardThere = heardThere();
      assertThat(run("ip netns exec " + SPACE + " bash -c 'for i in $(seq 1 50); do echo vigie-$i > /dev/udp/192.0.2.2/4000; done'")).isZero();
      List<String> texts = new ArrayList<>();
      Packet packet = new Packet();
      long last = 0;
      while (texts.size() < 50) {
        assertThat(capture.next(packet)).isTrue();
        String text = packet.captured < UDP_PAYLOAD ? ""
            : new String(packet.segment.asSlice(packet.offset, packet.captured).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1)
                .substring(UDP_PAYLOAD).strip();
        if (text.startsWith("vigie-")) {
          texts.add(text);
          assertThat(packet.at).isGreaterThanOrEqualTo(last);
          assertThat(packet.linkType).isEqualTo(1);
          assertThat(packet.origin).isEqualTo(1);
          last = packet.at;
        }
      }
      assertThat(texts).isEqualTo(IntStream.rangeClosed(1, 50).mapToObj(i -> "vigie-" + i).toList());
      assertThat(Math.abs(System.currentTimeMillis() * 1_000_000L - last)).isLessThan(30_000_000_000L);
      assertThat(heardThere()).as("packets that the other end received from us").isEqualTo(heardThere);
      assertThat(capture.drops()).isEqualTo(new LiveCapture.Drops(0, 0, 0));
    }
  }

  @Test
  void anIdleInterfaceTicksAndStopEndsIt() throws IOException, InterruptedException {
    wire();
    try (LiveCapture capture = LiveCapture.open(HERE, "default", List.of(), new Counters())) {
      Packet packet = new Packet();
      do { // what the kernel of the other end says by itself may come first
        assertThat(capture.next(packet)).isTrue();
      } while (!packet.tick);
      assertThat(packet.captured).isZero();
      Thread.ofPlatform().start(() -> {
        try {
          TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        capture.stop();
      });
      long start = System.nanoTime();
      while (capture.next(packet)) {
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
      }
      assertThat(capture.faults()).isEmpty();
    }
  }

  @Test
  void anAbsentInterfaceIsNamedWithThoseThatExist() {
    assertThatThrownBy(() -> LiveCapture.open("nowhere0", "default", List.of(), new Counters()))
        .isInstanceOf(CaptureException.class).hasMessageContaining("nowhere0").hasMessageContaining("lo");
  }

  private static String heardThere() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("ip", "netns", "exec", SPACE, "cat", "/sys/class/net/" + THERE + "/statistics/rx_packets").start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(text).matches("[0-9]+");
    return text;
  }

  private static int run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    return process.waitFor();
  }
}
