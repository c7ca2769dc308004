package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.Packet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code ./vigie watch} as a person starts it: a process of its own, through the launcher, on an interface of a wire made for it. */
@Timeout(180)
@Tag("alone")
final class WatchTest {
  private static final String ID = Long.toString(ProcessHandle.current().pid() % 100_000);
  private static final String SPACE = "vigie-w" + ID;
  private static final String HERE = "vwh" + ID;
  private static final String THERE = "vwt" + ID;
  private static final String NET_RAW = "0000000000002000";
  private static final String NONE = "0000000000000000";

  private final Path data = Path.of("/var/lib/vigie/watch-" + ID);
  private final List<String> said = new ArrayList<>();

  private static Path launcher() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isExecutable(at.resolve("vigie"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "the launcher is not above the working directory");
    assumeTrue(Files.exists(at.resolve("web/target/.built")), "nothing was packaged yet: ./vigie watch would build while the tests do");
    return at.resolve("vigie");
  }

  private static int run(String command) throws IOException, InterruptedException {
    return new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  private static void wire() throws IOException, InterruptedException {
    assumeTrue(Files.getOwner(Path.of("/proc/self")).getName().equals("root") && Files.isExecutable(Path.of("/usr/sbin/ip")),
        "making virtual interfaces needs root and iproute2");
    assumeTrue(run("ip netns add " + SPACE) == 0, "this machine lets nobody make network namespaces");
    assertThat(run("ip link add " + HERE + " type veth peer name " + THERE + " netns " + SPACE + " && echo 1 > /proc/sys/net/ipv6/conf/" + HERE
        + "/disable_ipv6 && ip netns exec " + SPACE + " sh -c 'echo 1 > /proc/sys/net/ipv6/conf/" + THERE + "/disable_ipv6' && ip link set " + HERE
        + " arp off && ip link set " + HERE + " up && ip -n " + SPACE + " addr add 192.0.2.1/24 dev " + THERE + " && ip -n " + SPACE + " link set "
        + THERE + " up && ip -n " + SPACE + " neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev " + THERE)).isZero();
  }

  @AfterEach
  void unwire() throws IOException, InterruptedException {
    run("ip link del " + HERE + "; ip netns del " + SPACE + "; rm -rf " + data);
  }

  /** Starts it and reads what it says until it listens. */
  private Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("VIGIE_DATA", data.toString());
    return builder.start();
  }

  private BufferedReader untilItListens(Process watch) throws IOException {
    BufferedReader out = new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.add(line);
      if (line.contains("listening")) {
        assertThat(String.join("\n", said)).doesNotContain("Exception").doesNotContain("WARNING");
        return out;
      }
    }
    throw new AssertionError("it ended: " + String.join("\n", said));
  }

  private static void end(Process watch) throws InterruptedException {
    watch.toHandle().destroy(); // destroy() of the process itself would close what it still says
    assertThat(watch.waitFor(30, TimeUnit.SECONDS)).as("ends when told to").isTrue();
  }

  /** One line of the status of every thread. */
  private static TreeSet<String> ofEveryThread(Process watch, String key) throws IOException {
    TreeSet<String> values = new TreeSet<>();
    int threads = 0;
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(watch.pid()), "task"))) {
      for (Path task : tasks.toList()) {
        List<String> status;
        try {
          status = Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
          assertThat(task).as("a thread whose status cannot be read has ended").doesNotExist();
          continue;
        }
        threads++;
        status.stream().filter(l -> l.startsWith(key + ":")).forEach(l -> values.add(l.substring(key.length() + 1).strip()));
      }
    }
    assertThat(threads).isGreaterThan(10);
    return values;
  }

  @Test
  void startedAsRootEveryThreadBecomesAnOrdinaryUserWithoutAnyRightAndSendsNothing() throws Exception {
    wire();
    Path launcher = launcher();
    run("id vigie || useradd --system --home-dir /var/lib/vigie --shell /usr/sbin/nologin vigie; mkdir -p " + data + " && chown vigie: " + data);
    Process watch = start(launcher.toString(), "watch", "--interface", HERE, "--port", "0");
    try {
      BufferedReader out = untilItListens(watch);
      String user = new String(new ProcessBuilder("id", "-u", "vigie").start().getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      for (String key : List.of("CapEff", "CapPrm", "CapAmb", "CapInh")) {
        assertThat(ofEveryThread(watch, key)).as(key).containsExactly(NONE);
      }
      assertThat(ofEveryThread(watch, "Uid")).containsExactly(String.join("\t", user, user, user, user));
      assertThat(ofEveryThread(watch, "Gid")).noneMatch(g -> (g + "\t").contains("\t0\t") || g.startsWith("0\t"));
      assertThat(ofEveryThread(watch, "Groups")).containsExactly("");
      assertThat(ofEveryThread(watch, "NoNewPrivs")).containsExactly("1");
      assertThat(said).anyMatch(l -> l.contains(HERE + " (time by the kernel)"));
      for (int i = 0; i < 3; i++) { // it hears with no right left
        assertThat(run("ip netns exec " + SPACE + " bash -c 'for i in $(seq 1 20); do echo vigie-$i > /dev/udp/192.0.2.2/4000; done'")).isZero();
        TimeUnit.SECONDS.sleep(1);
      }
      assertThat(heardThere()).as("frames that the other end received").isEqualTo("0");
      end(watch);
      assertThat(out.lines().toList()).anyMatch(l -> l.matches(" *heard (6[0-9]|[7-9][0-9]) packets; lost: 0 by the kernel.*"));
    } finally {
      watch.destroyForcibly();
    }
  }

  @Test
  void startedWithOneAmbientRightItRunsWithThatAlone() throws Exception {
    wire();
    Path launcher = launcher();
    run("id vigie || useradd --system --home-dir /var/lib/vigie --shell /usr/sbin/nologin vigie; mkdir -p " + data + " && chown vigie: " + data);
    assumeTrue(run("setpriv --reuid vigie --regid vigie --clear-groups test -r " + launcher.getParent().resolve("web/target/.built")) == 0,
        "the user vigie cannot read this folder");
    Process watch = start("setpriv", "--reuid", "vigie", "--regid", "vigie", "--clear-groups", "--inh-caps", "+net_raw,+net_admin", "--ambient-caps",
        "+net_raw,+net_admin", launcher.toString(), "watch", "--interface", HERE, "--port", "0");
    try {
      untilItListens(watch);
      for (String key : List.of("CapEff", "CapPrm", "CapAmb", "CapInh")) {
        assertThat(ofEveryThread(watch, key)).as(key).containsExactly(NET_RAW);
      }
      assertThat(ofEveryThread(watch, "NoNewPrivs")).containsExactly("1");
    } finally {
      end(watch);
    }
  }

  @Test
  void aCaptureOnStandardInputIsWatchedWhileItGrows() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "rights are read in /proc");
    Path launcher = launcher();
    Path sample = launcher.resolveSibling("samples/hospital/hospital.pcapng.gz");
    run("mkdir -p " + data + "; id vigie && chown vigie: " + data);
    Process watch = start(launcher.toString(), "watch", "-", "--port", "0");
    try (OutputStream in = watch.getOutputStream(); CaptureFile file = CaptureFile.open(sample, "default");
        CaptureWriter writer = new CaptureWriter(in, CaptureWriter.Format.PCAP_NANOS)) {
      untilItListens(watch);
      int at = writer.addInterface(null, 1);
      Packet packet = new Packet();
      Path log = data.resolve("watch/log");
      long before = size(log);
      for (int i = 0; i < 2_000 && file.next(packet); i++) {
        writer.write(at, packet.at, packet.segment, packet.offset, packet.captured, packet.wire, null);
      }
      in.flush();
      while (size(log) <= before + 1_000) { // the writer still has the stream open: nothing waits for its end
        assertThat(watch.isAlive()).as(String.join("\n", said)).isTrue();
        TimeUnit.MILLISECONDS.sleep(100);
      }
      end(watch);
    } finally {
      watch.destroyForcibly();
    }
  }

  private static long size(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }

  private static String heardThere() throws IOException {
    return new String(new ProcessBuilder("ip", "netns", "exec", SPACE, "cat", "/sys/class/net/" + THERE + "/statistics/rx_packets").start()
        .getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }
}
