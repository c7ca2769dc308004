package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Net-SNMP's agent and commands as Debian ships them, talking to each other over loopback: what they say is read, and read as tshark reads it.
 * Skipped by name where snmpd or the commands are not installed.
 */
@Timeout(120)
@Tag("alone")
final class SnmpdTest {
  private static final Path AGENT = Path.of("/usr/sbin/snmpd");
  private static final String PASSWORD = "mot-de-passe-de-test";

  /** One datagram, and whether the client sent it. */
  private record Datagram(boolean question, int port, byte[] octets) {}

  /** Passes datagrams between a client and the agent, and keeps them. */
  private static final class Relay implements AutoCloseable {
    private final DatagramSocket front;
    private final DatagramSocket back;
    private final List<Datagram> datagrams = Collections.synchronizedList(new ArrayList<>());
    private volatile SocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    private volatile int to = 161;

    Relay(int agent) throws IOException {
      front = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      back = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketAddress agentAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), agent);
      Thread.ofVirtual().start(() -> pass(front, true, agentAddress));
      Thread.ofVirtual().start(() -> pass(back, false, null));
    }

    private void pass(DatagramSocket from, boolean question, SocketAddress agent) {
      byte[] room = new byte[65_536];
      while (!from.isClosed()) {
        try {
          DatagramPacket packet = new DatagramPacket(room, room.length);
          from.receive(packet);
          datagrams.add(new Datagram(question, to, Arrays.copyOf(room, packet.getLength())));
          if (question) {
            client = packet.getSocketAddress();
            back.send(new DatagramPacket(room, packet.getLength(), agent));
          } else {
            front.send(new DatagramPacket(room, packet.getLength(), client));
          }
        } catch (SocketException closed) {
          return;
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }

    @Override
    public void close() {
      front.close();
      back.close();
    }
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }

  /** Runs one of the commands against the relay; true if it ended with 0. */
  private static boolean command(Path folder, Relay relay, String name, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(name));
    int target = Arrays.asList(options).indexOf("@");
    for (int i = 0; i < options.length; i++) {
      command.add(i == target ? "127.0.0.1:" + relay.front.getLocalPort() : options[i]);
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out.txt").toFile());
    builder.environment().put("SNMP_PERSISTENT_DIR", folder.toString());
    builder.environment().put("MIBS", "");
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0;
  }

  /** What was said, as a capture of client 10.0.0.1 and agent 10.0.0.2. */
  private static Path capture(Path folder, List<Datagram> datagrams) throws IOException {
    Path file = folder.resolve("snmpd.pcap");
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, 1);
      long at = 1_767_600_000_000_000_000L;
      for (Datagram d : datagrams) {
        int from = d.question() ? 1 : 2;
        byte[] udp = d.question() ? Frames.udp(40_000, d.port(), d.octets()) : Frames.udp(d.port(), 40_000, d.octets());
        writer.write(card, at, Frames.ethernet(from, 3 - from, 0x0800, Frames.ipv4(from, 3 - from, 17, udp)));
        at += 10_000_000;
      }
    }
    return file;
  }

  private static List<Observation> observations(Path file) throws IOException {
    List<Observation> all = new ArrayList<>();
    try (PacketSource source = CaptureFiles.open(List.of(file), "test")) {
      new Sensor(SensorOptions.standard().bounds(1 << 12, 1 << 12)).run(source, new Sink() {
        @Override
        public void accept(Observation observation) {
          all.add(observation);
        }

        @Override
        public void quantum(long seq, long at) {
          // observations suffice
        }
      });
    }
    return all;
  }

  private static List<Datagram> talk(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    Files.writeString(folder.resolve("snmpd.conf"), """
        agentAddress udp:127.0.0.1:%d
        sysObjectID .1.3.6.1.4.1.318.1.3.27
        rocommunity public 127.0.0.1
        rwcommunity cache-cache 127.0.0.1
        createUser surveillant SHA %s AES %s
        rwuser surveillant priv
        """.formatted(port, PASSWORD, PASSWORD));
    ProcessBuilder builder = new ProcessBuilder(AGENT.toString(), "-f", "-Lo", "-C", "-c", folder.resolve("snmpd.conf").toString(), "-p",
        folder.resolve("pid").toString(), "-I", "system_mib,snmpv3,usmUser,vacm_vars,vacm_context,vacm_conf,usmConf,snmpEngine,usmStats,snmpMPDStats,snmp_mib")
        .redirectErrorStream(true).redirectOutput(folder.resolve("snmpd.txt").toFile());
    builder.environment().put("SNMP_PERSISTENT_DIR", folder.toString());
    builder.environment().put("MIBS", "");
    Process agent = builder.start();
    String sysName = "1.3.6.1.2.1.1.5.0";
    String[] v3 = {"-v3", "-l", "authPriv", "-u", "surveillant", "-a", "SHA", "-A", PASSWORD, "-x", "AES", "-X", PASSWORD, "-t", "2", "-r", "3"};
    try (Relay relay = new Relay(port)) {
      boolean up = false;
      for (int i = 0; i < 30 && !up; i++) {
        up = command(folder, relay, "snmpget", "-v1", "-c", "public", "-t", "1", "-r", "0", "@", sysName);
      }
      assertThat(up).as(Files.readString(folder.resolve("snmpd.txt"))).isTrue();
      relay.datagrams.clear();
      command(folder, relay, "snmpget", "-v1", "-c", "public", "@", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0");
      command(folder, relay, "snmpget", "-v1", "-c", "public", "@", "1.3.6.1.2.1.1.99.0");
      command(folder, relay, "snmpwalk", "-v2c", "-c", "public", "@", "1.3.6.1.2.1.1");
      command(folder, relay, "snmpbulkwalk", "-v2c", "-c", "public", "@", "1.3.6.1.2.1.1");
      command(folder, relay, "snmpset", "-v2c", "-c", "cache-cache", "@", sysName, "s", "onduleur-bloc-2");
      command(folder, relay, "snmpset", "-v2c", "-c", "public", "-r", "0", "-t", "1", "@", sysName, "s", "refused");
      command(folder, relay, "snmpget", with(v3, "@", "1.3.6.1.2.1.1.1.0"));
      command(folder, relay, "snmpset", with(v3, "@", sysName, "s", "onduleur-bloc-3"));
      command(folder, relay, "snmpget", "-v3", "-l", "noAuthNoPriv", "-u", "inconnu", "@", sysName);
      relay.to = 162;
      command(folder, relay, "snmptrap", "-v1", "-c", "public", "@", "1.3.6.1.4.1.318", "10.0.0.5", "6", "5", "100");
      command(folder, relay, "snmptrap", "-v2c", "-c", "public", "@", "100", "1.3.6.1.2.1.33.2.1", "1.3.6.1.2.1.33.1.2.3.0", "i", "12");
      return List.copyOf(relay.datagrams);
    } finally {
      agent.destroy();
      assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String[] with(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  @Test
  void whatNetSnmpSaysIsRead(@TempDir Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.isExecutable(AGENT) && Files.isExecutable(Path.of("/usr/bin/snmpget")), "snmpd and snmp are not installed");
    List<Datagram> datagrams = talk(folder);
    Path file = capture(folder, datagrams);
    List<Observation> said = observations(file);

    assertThat(said).anyMatch(o -> o instanceof Act a && a.verb() == Verb.WRITE && a.operation().equals("SetRequest")
        && a.point() != null && a.point().text().equals("1.3.6.1.2.1.1.5.0") && a.outcome().equals(Outcome.OK));
    assertThat(said).anyMatch(o -> o instanceof Act a && a.verb() == Verb.NOTIFY && a.detail().contains("upsOnBattery"));
    assertThat(said).anyMatch(o -> o instanceof Act a && a.verb() == Verb.NOTIFY && a.detail().contains("upsTrapOnBattery"));
    assertThat(said).anyMatch(o -> o instanceof Claim c && c.trait() == Trait.NAME && c.value().equals("onduleur-bloc-2"));
    assertThat(said).anyMatch(o -> o instanceof Claim c && c.trait() == Trait.VENDOR && c.value().startsWith("APC"));
    assertThat(said.toString()).doesNotContain("cache-cache", "surveillant", PASSWORD);

    TranscriptKeeper keeper = new TranscriptKeeper("snmp");
    try (PacketSource source = CaptureFiles.open(List.of(file), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, TranscriptKeeper.NOBODY);
    }
    assertThat(keeper.frames).as("every datagram is a message").hasSize(datagrams.size());
    assertThat(keeper.frames.values().stream().flatMap(f -> f.all("operation").stream())).contains("GetRequest", "GetNextRequest", "GetBulkRequest",
        "SetRequest", "Response", "Report", "Trap", "SNMPv2-Trap", "encryptedPDU");

    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(MessagesTsharkTest.snmp().with(file).tell()).isEqualTo(1.0);
  }
}
