package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A pair of virtual interfaces: {@link #here} is listened to, {@link #there} speaks from a network namespace of its own. The end here is set
 * as {@code ./vigie doctor} demands of a mirror port, before it is switched on. Needs root.
 */
final class Wire implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  final String space;
  final String here;
  final String there;

  private Wire(String id) {
    space = "vigie-t" + id;
    here = "vgh" + id;
    there = "vgt" + id;
  }

  /** Lays a wire, or skips the test where that is not allowed. */
  static Wire lay() throws IOException, InterruptedException {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")) && program("ip"),
        "making virtual interfaces needs root and iproute2");
    Wire wire = new Wire(ProcessHandle.current().pid() % 100_000 + "x" + COUNT.incrementAndGet());
    Assumptions.assumeTrue(run("ip netns add " + wire.space) == 0, "this machine lets nobody make network namespaces");
    boolean whole = false;
    try {
      assertThat(run("ip link add " + wire.here + " type veth peer name " + wire.there + " netns " + wire.space)).isZero();
      run("echo 1 > /proc/sys/net/ipv6/conf/" + wire.here + "/disable_ipv6");
      assertThat(wire.inside("sh -c 'echo 1 > /proc/sys/net/ipv6/conf/" + wire.there + "/disable_ipv6'")).isZero();
      assertThat(run("ip link set " + wire.here + " arp off && ip link set " + wire.here + " up")).isZero();
      if (program("ethtool")) {
        assertThat(run("ethtool -K " + wire.here + " gro off")).isZero();
      }
      assertThat(run("ip -n " + wire.space + " addr add 192.0.2.1/24 dev " + wire.there + " && ip -n " + wire.space + " link set " + wire.there
          + " up && ip -n " + wire.space + " neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev " + wire.there)).isZero();
      whole = true;
      return wire;
    } finally {
      if (!whole) {
        wire.close();
      }
    }
  }

  static boolean program(String name) {
    return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream().anyMatch(f -> Files.isExecutable(Path.of(f, name)));
  }

  /**
   * Runs a command in the namespace of the other end. All of them run on one processor: each processor has a queue of its own between the two
   * ends, and what a sender says that is moved meanwhile arrives in no particular order.
   */
  int inside(String command) throws IOException, InterruptedException {
    return run("ip netns exec " + space + " taskset -c " + processor() + " " + command);
  }

  /** The first processor that this process may run on. */
  private static String processor() throws IOException {
    String name = "Cpus_allowed_list:";
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("[,-]", 2)[0]).findFirst().orElseThrow();
  }

  /** The other end says {@code vigie-1}, {@code vigie-2}… in datagrams, after {@link #UDP} octets of headers. */
  void say(int times) throws IOException, InterruptedException {
    say("vigie", times);
  }

  /** The other end says a word, numbered. */
  void say(String word, int times) throws IOException, InterruptedException {
    assertThat(inside("bash -c 'for i in $(seq 1 " + times + "); do echo " + word + "-$i > /dev/udp/192.0.2.2/4000; done'")).isZero();
  }

  /** Octets of Ethernet, IPv4 and UDP headers. */
  static final int UDP = 42;

  /** The other end puts frames on the wire, each so many times. */
  void put(Path folder, int times, byte[]... frames) throws IOException, InterruptedException {
    Assumptions.assumeTrue(program("tcpreplay"), "putting frames on a wire needs tcpreplay");
    Path file = folder.resolve(there + ".pcap");
    try (OutputStream out = Files.newOutputStream(file);
        CaptureWriter writer = new CaptureWriter(out, CaptureWriter.Format.PCAP_NANOS)) {
      int at = writer.addInterface(null, 1);
      for (byte[] frame : frames) {
        writer.write(at, 0, frame);
      }
    }
    assertThat(inside("tcpreplay -q --topspeed --preload-pcap --loop=" + times + " -i " + there + " " + file)).isZero();
  }

  /** A frame of experimental EtherType 0x88B5 that carries a text, with the octets of VLAN tags before the type. */
  static byte[] frame(String text, int... tags) {
    byte[] words = text.getBytes(StandardCharsets.US_ASCII);
    byte[] frame = new byte[Math.max(60, 14 + 4 * tags.length + words.length)];
    byte[] addresses = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
    System.arraycopy(addresses, 0, frame, 0, 12);
    int at = 12;
    for (int tag : tags) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        frame[at++] = (byte) (tag >>> shift);
      }
    }
    frame[at++] = (byte) 0x88;
    frame[at++] = (byte) 0xB5;
    System.arraycopy(words, 0, frame, at, words.length);
    return frame;
  }

  /** The octets of a packet. */
  static byte[] octets(Packet packet) {
    return packet.segment.asSlice(packet.offset, packet.captured).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Frames the other end received since the wire was laid, of any kind. */
  long heardThere() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("ip", "netns", "exec", space, "cat", "/sys/class/net/" + there + "/statistics/rx_packets").start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(text).matches("[0-9]+");
    return Long.parseLong(text);
  }

  static int run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    return process.waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      run("ip link del " + here + "; ip netns del " + space);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
