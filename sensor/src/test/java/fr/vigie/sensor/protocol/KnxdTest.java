package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.meaning.Datapoint;
import fr.vigie.sensor.meaning.GroupAddresses;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import fr.vigie.sensor.protocol.knx.KnxNetIp;
import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** A conversation with knxd (Debian's package), a server of KNXnet/IP that nobody here wrote: what it says is read without a flaw, and as tshark reads it. */
@Tag("alone")
final class KnxdTest {
  private static final int CLIENT = 50_000;
  private static final int TRIES = 100;

  private final List<Message> said = new ArrayList<>();

  /** The other side, on the loopback alone. */
  private static Process start(Path folder, int port) throws IOException {
    Path settings = Files.writeString(folder.resolve("knxd.ini"), """
        [main]
        addr = 1.1.1
        client-addrs = 1.1.10:4
        connections = B.dummy,server
        [B.dummy]
        driver = dummy
        [server]
        server = ets_router
        interface = lo
        port = %d
        tunnel = tunnel
        discover = true
        name = vigie test
        [tunnel]
        """.formatted(port));
    return new ProcessBuilder("knxd", settings.toString()).redirectErrorStream(true).redirectOutput(folder.resolve("knxd.out").toFile()).start();
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static byte[] knx(String service, String body) {
    int length = 6 + Message.hex(body).length;
    return Message.hex(String.format("0610 %s %04x %s", service, length, body));
  }

  private void say(DatagramSocket socket, InetAddress to, int port, byte[] octets) throws IOException {
    socket.send(new DatagramPacket(octets, octets.length, to, port));
    said.add(Message.request("said-" + said.size(), CLIENT, KnxNetIp.PORT, HexFormat.of().formatHex(octets)));
  }

  private byte @Nullable [] hear(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException silence) {
      return null;
    }
    byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
    said.add(Message.response("said-" + said.size(), KnxNetIp.PORT, CLIENT, HexFormat.of().formatHex(octets)));
    return octets;
  }

  private byte[] ask(DatagramSocket socket, InetAddress to, int port, byte[] question, int answer) throws IOException {
    say(socket, to, port, question);
    for (int i = 0; i < TRIES; i++) {
      byte[] octets = hear(socket);
      if (octets != null && (octets[2] & 0xFF) << 8 == (answer & 0xFF00) && (octets[3] & 0xFF) == (answer & 0xFF)) {
        return octets;
      }
    }
    throw new AssertionError("knxd did not answer " + HexFormat.of().formatHex(question));
  }

  /** Talks until everything was said once: description, search, a tunnel, a write with its echo, a read, a refused connection, the end. */
  private void converse(DatagramSocket socket, InetAddress to, int port) throws IOException {
    String hpai = "08 01 7f000001 " + String.format("%04x", socket.getLocalPort());
    ask(socket, to, port, knx("0201", hpai), 0x0202);
    byte[] connected = ask(socket, to, port, knx("0205", hpai + hpai + "04 04 02 00"), 0x0206);
    assertThat(connected[7]).as("status of the connection").isZero();
    String channel = String.format("%02x", connected[6]);
    ask(socket, to, port, knx("0207", channel + "00" + hpai), 0x0208);
    ask(socket, to, port, knx("0420", "04" + channel + "00 00 11 00 bc e0 0000 0901 03 00 80 0c1a"), 0x0421);
    byte[] echo = echo(socket);
    say(socket, to, port, knx("0421", "04" + channel + String.format("%02x", echo[8]) + "00"));
    ask(socket, to, port, knx("0420", "04" + channel + "01 00 11 00 bc e0 0000 0902 01 00 00"), 0x0421);
    ask(socket, to, port, knx("0205", hpai + hpai + "02 07"), 0x0206);
    ask(socket, to, port, knx("0209", channel + "00" + hpai), 0x020A);
  }

  /** The echo of the write, which may have come before its acknowledgement. */
  private byte[] echo(DatagramSocket socket) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      for (Message message : said) {
        if (!message.fromClient() && message.octets()[2] == 0x04 && message.octets()[3] == 0x20) {
          return message.octets();
        }
      }
      hear(socket);
    }
    throw new AssertionError("knxd did not confirm the write");
  }

  private boolean answers(DatagramSocket socket, InetAddress to, int port, Process knxd) throws IOException {
    String hpai = "08 01 7f000001 " + String.format("%04x", socket.getLocalPort());
    socket.setSoTimeout(200);
    for (int i = 0; i < TRIES && knxd.isAlive(); i++) {
      said.clear();
      try {
        say(socket, to, port, knx("0203", hpai));
        if (hear(socket) != null) {
          return true;
        }
      } catch (IOException refused) {
        // nobody listens yet: the kernel says so on the loopback
        said.clear();
      }
    }
    return false;
  }

  @Test
  @Timeout(120)
  void whatKnxdSaysIsReadWithoutAFlaw(@TempDir Path folder) throws Exception {
    int port = freePort();
    Process knxd;
    try {
      knxd = start(folder, port);
    } catch (IOException absent) {
      Assumptions.abort("knxd is not installed: the conversation with it is skipped");
      return;
    }
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      InetAddress to = InetAddress.getLoopbackAddress();
      Assumptions.assumeTrue(answers(socket, to, port, knxd), "knxd does not start here: the conversation with it is skipped");
      socket.setSoTimeout(5_000);
      converse(socket, to, port);
    } finally {
      knxd.destroy();
      if (!knxd.waitFor(5, TimeUnit.SECONDS)) {
        knxd.destroyForcibly();
      }
    }
    List<String> facts = read();
    assertThat(facts).noneMatch(f -> f.startsWith("flaw") || f.contains("cursor failed"));
    assertThat(facts).anyMatch(f -> f.startsWith("claim NAME") && f.contains("vigie test"))
        .anyMatch(f -> f.contains("CONNECT_REQUEST") && f.contains("TUNNEL_LINKLAYER"))
        .anyMatch(f -> f.contains("WRITE A_GroupValue_Write") && f.contains("point 1/1/1 value 21"))
        .anyMatch(f -> f.contains("1/1/1 = 21.0 °C written"))
        .anyMatch(f -> f.startsWith("outcome ERROR"));
    if (TsharkAgreement.installed()) {
      assertThat(KnxTsharkTest.agreement().with(folder, false, said).tell()).isGreaterThanOrEqualTo(0.99);
    }
  }

  private List<String> read() {
    KnxNetIp dissector = new KnxNetIp(Dissector.Transport.UDP,
        GroupAddresses.of(List.of(new GroupAddresses.Group(0x0901, Datapoint.of(9, 1), "Température"))));
    Recorder recorder = Recorder.full();
    TestExchange x = new TestExchange();
    Cursor m = new Cursor();
    try (Arena arena = Arena.ofConfined()) {
      for (Message message : said) {
        x.next(x.endpoint(message.source()), message.sourcePort(), x.endpoint(message.target()), message.targetPort(), message.fromClient());
        int octets = message.octets().length;
        MemorySegment memory = arena.allocate(octets).copyFrom(MemorySegment.ofArray(message.octets()));
        assertThat(dissector.frame(m.set(memory, 0, octets, octets), x)).isEqualTo(octets);
        dissector.dissect(m.set(memory, 0, octets, octets), x, recorder);
        if (!m.ok()) {
          recorder.failed(m);
        }
      }
    }
    return recorder.facts();
  }
}
