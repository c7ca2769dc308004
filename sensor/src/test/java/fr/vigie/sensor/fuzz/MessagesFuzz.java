package fr.vigie.sensor.fuzz;

import com.sun.management.ThreadMXBean;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Protocols;
import fr.vigie.sensor.protocol.Recorder;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.wire.Cursor;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * A fuzz target: messages of one protocol, taken as the flow layer takes them. What must hold whatever they are: nothing is thrown, the
 * transcript is whole, nothing outside a message changes what is said of it, and no message makes more than a bounded heap of objects.
 *
 * <pre>
 * | options u8 | protocol u8 | { from the client 1 bit, octets 15 bits | message } … |
 * options: bit 6 without transcript, counting what is allocated | 7 again, in other surroundings
 * protocol: its place in the list, where none was named at the start
 * </pre>
 */
public final class MessagesFuzz {
  private static final int MUTE = 0x40;
  private static final int AGAIN = 0x80;
  private static final int HEAD = 2;
  private static final int CLIENT = 0x8000;
  private static final int ROOM = 1 << 16;
  private static final int MARGIN = 64;
  /** Octets of objects that an input may cost without a transcript, and for each of its octets. */
  private static final long HEAP = 4 << 20;

  private static final long HEAP_EACH = 512;
  private static final int MOST_MESSAGES = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final MemorySegment MEMORY = Arena.global().allocate(ROOM + 2 * MARGIN);
  private static List<Dissector> dissectors = Protocols.all();
  private static TestExchange exchange = new TestExchange();
  private static Endpoint client = exchange.endpoint("10.0.0.1");
  private static Endpoint server = exchange.endpoint("10.0.0.2");
  private static final Cursor CURSOR = new Cursor();
  private static final Recorder FULL = Recorder.full();
  private static final Recorder MUTED = Recorder.mute();
  private static int only = -1;
  private static int inputs;

  private MessagesFuzz() {}

  /** The name of a protocol over a transport, {@code modbus-tcp}, or of one of its dissectors: {@code bacnet-udp}, {@code bacnetip6-udp}. */
  static String name(Dissector dissector) {
    String file = dissector.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    return over(dissector, file.startsWith(dissector.name()) ? file : dissector.name());
  }

  private static String over(Dissector dissector, String name) {
    return name + "-" + dissector.transport().name().toLowerCase(Locale.ROOT);
  }

  /** Index of a dissector in the list by its {@link #name}, or of the first one of the protocol that is named. */
  static int index(String name) {
    for (int i = 0; i < dissectors.size(); i++) {
      if (name(dissectors.get(i)).equals(name)) {
        return i;
      }
    }
    for (int i = 0; i < dissectors.size(); i++) {
      if (over(dissectors.get(i), dissectors.get(i).name()).equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no protocol " + name);
  }

  /** Called once by the fuzzer: the name of the only protocol to try, if one is given. */
  public static void fuzzerInitialize(String[] arguments) {
    only = arguments.length == 0 ? -1 : index(arguments[0]);
  }

  /** An input of messages in which client and server speak in turn as told. */
  static byte[] input(int options, int protocol, List<byte[]> messages, List<Boolean> fromClient) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(options);
    out.write(protocol);
    for (int i = 0; i < messages.size(); i++) {
      byte[] octets = messages.get(i);
      int head = Math.min(octets.length, CLIENT - 1) | (fromClient.get(i) ? CLIENT : 0);
      out.write(head >> 8);
      out.write(head);
      out.write(octets, 0, Math.min(octets.length, CLIENT - 1));
    }
    return out.toByteArray();
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= HEAD) {
      return;
    }
    if (++inputs % 100_000 == 0) { // tables of addresses that are full of inventions would hide what follows
      exchange = new TestExchange();
      client = exchange.endpoint("10.0.0.1");
      server = exchange.endpoint("10.0.0.2");
      dissectors = Protocols.all();
    }
    Dissector dissector = dissectors.get(only >= 0 ? only : (data[1] & 0xFF) % dissectors.size());
    if ((data[0] & AGAIN) != 0) {
      take(data, dissector, FULL, 0xA5); // what a dissector remembers by itself, it remembers from now on
      take(data, dissector, FULL, 0x00);
      String once = FULL.transcriptText() + FULL.facts();
      take(data, dissector, FULL, 0xFF);
      if (!once.equals(FULL.transcriptText() + FULL.facts())) {
        throw new AssertionError("what stands beside a message changes what is said of it:\n" + once + "\n" + FULL.transcriptText() + FULL.facts());
      }
    } else if ((data[0] & MUTE) != 0) {
      long most = HEAP + HEAP_EACH * data.length;
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 3 && least > most; round++) { // classes that are loaded for the first time are objects too
        long before = THREADS.getCurrentThreadAllocatedBytes();
        take(data, dissector, MUTED, 0xA5);
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      if (least > most) {
        throw new AssertionError(least + " octets of objects for an input of " + data.length);
      }
    } else {
      take(data, dissector, FULL, 0xA5);
    }
  }

  private static void take(byte[] data, Dissector dissector, Recorder recorder, int surroundings) {
    exchange.restart();
    recorder.clear();
    int port = dissector.ports().length == 0 || dissector.transport() == Dissector.Transport.ETHERNET ? 5004 : dissector.ports()[0];
    int at = HEAD;
    for (int i = 0; i < MOST_MESSAGES && at + 2 <= data.length; i++) {
      int head = (data[at] & 0xFF) << 8 | data[at + 1] & 0xFF;
      int length = Math.min(head & CLIENT - 1, data.length - at - 2);
      MEMORY.asSlice(0, length + 2L * MARGIN).fill((byte) surroundings);
      MemorySegment.copy(MemorySegment.ofArray(data), at + 2, MEMORY, MARGIN, length);
      at += 2 + length;
      if ((head & CLIENT) != 0) {
        exchange.next(client, 40_000, server, port, true);
      } else {
        exchange.next(server, port, client, 40_000, false);
      }
      message(dissector, recorder, length);
    }
  }

  private static void message(Dissector dissector, Recorder recorder, int length) {
    boolean stream = dissector.transport() == Dissector.Transport.TCP;
    long at = 0;
    do {
      int end = dissector.frame(CURSOR.set(MEMORY, MARGIN + at, length - at, length - at), exchange);
      if (end <= 0 || end > length - at) {
        return;
      }
      if (!stream && end != length) {
        throw new AssertionError("a datagram of " + length + " octets was framed as " + end);
      }
      CURSOR.set(MEMORY, MARGIN + at, end, end);
      dissector.dissect(CURSOR, exchange, recorder);
      if (!recorder.ended()) {
        throw new AssertionError("a message of the transcript without end");
      }
      exchange.recognised(true);
      at += end;
      if (stream) {
        long skip = dissector.skip(exchange);
        if (skip < 0) {
          throw new AssertionError("a body of " + skip + " octets");
        }
        at += Math.min(skip, length);
      }
    } while (stream && at < length);
  }
}
