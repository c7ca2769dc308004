package fr.vigie.sensor.protocol;

import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.flow.Frames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stands between a client and a server on the loopback, passes on what both say over TCP, and writes it down as a capture. */
final class RecordingProxy implements AutoCloseable {
  private static final int SEGMENT = 1400;
  private static final int FIRST_CLIENT_PORT = 20_000;

  private record Said(int connection, boolean question, byte[] octets) {}

  private final ServerSocket front;
  private final int back;
  private final List<Said> said = new ArrayList<>();

  /** Listens on a port of the system's choice and passes on to the other. */
  RecordingProxy(int back) throws IOException {
    this.back = back;
    front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return front.getLocalPort();
  }

  private void accept() {
    for (int connection = 0; !front.isClosed(); connection++) {
      try {
        Socket client = front.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), back);
        int number = connection;
        Thread.ofVirtual().start(() -> pass(number, true, client, server));
        Thread.ofVirtual().start(() -> pass(number, false, server, client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void pass(int connection, boolean question, Socket from, Socket to) {
    byte[] room = new byte[65_536];
    try (from; to) {
      for (int octets = from.getInputStream().read(room); octets > 0; octets = from.getInputStream().read(room)) {
        synchronized (said) {
          said.add(new Said(connection, question, Arrays.copyOf(room, octets)));
        }
        to.getOutputStream().write(room, 0, octets);
      }
    } catch (SocketException closed) {
      // the other side is gone
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What was said so far over the first connections, as a capture of client 10.0.0.1 and server 10.0.0.2 at this port. */
  Path capture(Path file, int serverPort, int connections) throws IOException {
    List<Said> all;
    synchronized (said) {
      all = said.stream().filter(s -> s.connection() < connections).toList();
    }
    Map<String, Integer> sequences = new HashMap<>();
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, 1);
      long at = 1_767_600_000_000_000_000L;
      for (Said one : all) {
        int from = one.question() ? 1 : 2;
        int client = FIRST_CLIENT_PORT + one.connection();
        for (int done = 0; done < one.octets().length; done += SEGMENT) {
          byte[] part = Arrays.copyOfRange(one.octets(), done, Math.min(one.octets().length, done + SEGMENT));
          int sequence = sequences.merge(one.connection() + " " + from, part.length, Integer::sum) - part.length + 1000;
          byte[] segment = one.question() ? Frames.tcp(client, serverPort, sequence, 24, part) : Frames.tcp(serverPort, client, sequence, 24, part);
          writer.write(card, at, Frames.ethernet(from, 3 - from, 0x0800, Frames.ipv4(from, 3 - from, 6, segment)));
          at += 1_000_000;
        }
      }
    }
    return file;
  }

  @Override
  public void close() throws IOException {
    front.close();
  }
}
