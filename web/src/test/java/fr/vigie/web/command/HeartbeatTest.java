package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heartbeat against a real datagram socket (of python3; skipped by name where there is none) and a real web server on loopback. */
class HeartbeatTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String RECEIVER = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      name = sys.argv[1]
      s.bind('\\0' + name[1:] if name[0] == '@' else name)
      s.settimeout(30)
      print('bound', flush=True)
      for _ in range(int(sys.argv[2])):
          print(s.recv(4096).decode().replace('\\n', ' '), flush=True)
      """;

  @TempDir Path folder;

  private Process receiver(String socket, int messages) throws Exception {
    Process python;
    try {
      python = new ProcessBuilder("python3", "-c", RECEIVER, socket, Integer.toString(messages)).redirectErrorStream(true).start();
    } catch (java.io.IOException e) {
      Assumptions.abort("no python3 on this machine: sd_notify was not received by anybody");
      throw e;
    }
    return python;
  }

  private void tells(String socket) throws Exception {
    AtomicLong packets = new AtomicLong(1);
    Process python = receiver(socket, 4);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("bound");
      Heartbeat beat = new Heartbeat(new Heartbeat.To(socket, Long.toString(3_600_000_000L * 24), null, 60), packets::get, () -> "{}");
      beat.begin();
      long now = System.nanoTime();
      beat.look(now + 43_300 * SECOND);
      beat.look(now + 90_000 * SECOND); // nothing came since: no beat
      packets.incrementAndGet();
      beat.look(now + 140_000 * SECOND);
      beat.close();
      assertThat(lines.readLine()).isEqualTo("READY=1 STATUS=watching");
      assertThat(lines.readLine()).isEqualTo("WATCHDOG=1");
      assertThat(lines.readLine()).isEqualTo("WATCHDOG=1");
      assertThat(lines.readLine()).isEqualTo("STOPPING=1");
      assertThat(beat.counters()).containsEntry("heartbeat.watchdog", 2L).containsEntry("heartbeat.notify_failed", 0L);
    } finally {
      python.destroy();
      python.waitFor();
    }
  }

  @Test
  void theServiceManagerHearsReadyWatchdogAndStopping() throws Exception {
    Path socket = folder.resolve("notify");
    tells(socket.toString());
    assertThat(Files.exists(socket)).isTrue();
  }

  @Test
  void anAbstractSocketIsHeardToo() throws Exception {
    tells("@vigie-test-" + ProcessHandle.current().pid());
  }

  @Test
  void withoutAManagerNothingIsSentAndADeafOneIsCounted() {
    assertThat(Systemd.of(null)).isNull();
    assertThat(Systemd.of("")).isNull();
    assertThat(Systemd.of("relative")).isNull();
    assertThat(Systemd.of("/" + "x".repeat(200))).isNull();
    try (Heartbeat beat = new Heartbeat(new Heartbeat.To(folder.resolve("nobody").toString(), null, null, 60), () -> 1, () -> "{}")) {
      beat.begin();
      assertThat(beat.counters()).containsEntry("heartbeat.notify_failed", 1L);
    }
  }

  @Test
  void aWebAddressHearsWhileThereIsProgressAndFailuresAreCounted() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    AtomicInteger status = new AtomicInteger(204);
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/beat", exchange -> {
      heard.add(exchange.getRequestMethod() + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      exchange.sendResponseHeaders(status.get(), -1);
      exchange.close();
    });
    server.start();
    AtomicLong packets = new AtomicLong(1);
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/beat");
    try (Heartbeat beat = new Heartbeat(new Heartbeat.To(null, null, url, 60), packets::get, () -> "{\"packets\":" + packets.get() + "}")) {
      long now = System.nanoTime();
      beat.look(now + 61 * SECOND);
      beat.settle();
      beat.look(now + 122 * SECOND); // no progress: silence is the message
      packets.set(7);
      status.set(500);
      beat.look(now + 183 * SECOND);
      beat.settle();
      assertThat(heard).containsExactly("POST {\"packets\":1}", "POST {\"packets\":7}");
      assertThat(beat.counters()).containsEntry("heartbeat.posted", 1L).containsEntry("heartbeat.post_failed", 1L);
      server.stop(0);
      packets.set(8);
      beat.look(now + 244 * SECOND);
      beat.settle();
      assertThat(beat.counters()).containsEntry("heartbeat.post_failed", 2L);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void onlyWebAddressesAreTaken() {
    assertThatThrownBy(() -> Heartbeat.To.of("ftp://example.org/", 60)).isInstanceOf(Usage.class);
    assertThatThrownBy(() -> Heartbeat.To.of("https:///nowhere", 60)).isInstanceOf(Usage.class);
    assertThatThrownBy(() -> Heartbeat.To.of("not an address", 60)).isInstanceOf(Usage.class);
    assertThatThrownBy(() -> Heartbeat.To.of(null, 0)).isInstanceOf(Usage.class);
  }
}
