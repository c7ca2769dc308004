package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What every dissector promises, tested on the messages the subclass names. Each message has a readable golden file
 * {@code src/test/resources/golden/PROTOCOL/NAME.txt}: its transcript, then the facts told; {@code -Dvigie.golden=write} rewrites them
 * (read the difference before committing it). {@code -Dvigie.fuzz=N} sets the number of random inputs.
 */
public abstract class DissectorContract {
  private static final int WARM_UP = 20_000;
  private static final int REPEATS = 2_000;

  /** A fresh dissector. */
  protected abstract Dissector dissector();

  /** The messages: at least one of each service, from the standard's own examples where it has them. */
  protected abstract List<Message> messages();

  /**
   * Whether an act is right although only the first {@code octets} octets of the message are there. No protocol whose framing states a
   * length needs this; override it where, say, padding follows the end of the message.
   */
  protected boolean mayAct(Message message, int octets) {
    return false;
  }

  /** The messages of a contract, for those who start from them: the fuzz targets. */
  public static List<Message> messages(DissectorContract contract) {
    return contract.messages();
  }

  /** The dissector of a contract. */
  public static Dissector dissector(DissectorContract contract) {
    return contract.dissector();
  }

  /** The messages of a contract, told again and again, one at a time: what a benchmark measures. Close it on the thread that made it. */
  public static final class Repeats implements AutoCloseable {
    private final Bench bench;
    private final List<Message> messages = new ArrayList<>();
    private final List<MemorySegment> memories = new ArrayList<>();
    private int at;

    /** Makes the repeats of a contract, each message behind those it needs. */
    public Repeats(DissectorContract contract) {
      bench = new Bench(contract.dissector(), contract.hops(), Recorder.mute());
      for (Message message : contract.messages()) {
        messages.addAll(message.before());
        messages.add(message);
      }
      messages.forEach(m -> memories.add(bench.memory(m.octets())));
    }

    /** Frames and dissects the next message. */
    public void next() {
      MemorySegment memory = memories.get(at);
      bench.take(messages.get(at), memory, memory.byteSize(), memory.byteSize());
      bench.recorder.clear();
      at = at + 1 == memories.size() ? 0 : at + 1;
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  /** The folder of the golden files: the protocol's name, unless two dissectors share one. */
  protected String folder() {
    return dissector().name();
  }

  /** Whether {@link Dissector#frame} can tell that a datagram is too short; false for protocols that state no length anywhere. */
  protected boolean provesLength() {
    return true;
  }

  /** Time to live of the packets, as the protocol wants it. */
  protected int hops() {
    return 255;
  }

  /**
   * A message of a test.
   *
   * @param name name of the golden file: lower case, words joined by hyphens
   * @param octets the octets: for streams one or more whole messages
   * @param before messages that went before and that this one needs, for example its request
   */
  public record Message(String name, byte[] octets, String source, int sourcePort, String target, int targetPort, boolean fromClient,
      List<Message> before) {
    /** A message from client 10.0.0.1 to server 10.0.0.2. */
    public static Message request(String name, int sourcePort, int targetPort, String hex) {
      return new Message(name, hex(hex), "10.0.0.1", sourcePort, "10.0.0.2", targetPort, true, List.of());
    }

    /** A message from server 10.0.0.2 back to client 10.0.0.1; the ports are the sender's and the receiver's. */
    public static Message response(String name, int sourcePort, int targetPort, String hex) {
      return new Message(name, hex(hex), "10.0.0.2", sourcePort, "10.0.0.1", targetPort, false, List.of());
    }

    /** The same between other addresses: IPv4 {@code 10.0.0.1} or MAC {@code 00:11:22:33:44:55}. */
    public Message between(String from, String to) {
      return new Message(name, octets, from, sourcePort, to, targetPort, fromClient, before);
    }

    /** The same after other messages. */
    public Message after(Message... earlier) {
      return new Message(name, octets, source, sourcePort, target, targetPort, fromClient, List.of(earlier));
    }

    /** Octets of hexadecimal text; white space is for the reader, and {@code #} starts a comment to the end of the line. */
    public static byte[] hex(String text) {
      return HexFormat.of().parseHex(text.replaceAll("#[^\n]*", "").replaceAll("\\s+", ""));
    }

    /** Octets of text, one octet a character. */
    public static String ascii(String text) {
      return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** One dissector, one exchange, one cursor over exact-size native memory: what the flow layer is to a dissector. */
  private static final class Bench implements AutoCloseable {
    private final Dissector dissector;
    private final TestExchange exchange = new TestExchange();
    private final Recorder recorder;
    private final Cursor cursor = new Cursor();
    private final Arena arena = Arena.ofConfined();
    private final Map<String, Endpoint> endpoints = new HashMap<>();

    Bench(Dissector dissector, int hops, Recorder recorder) {
      this.dissector = dissector;
      this.recorder = recorder;
      exchange.hops(hops);
    }

    @Override
    public void close() {
      arena.close();
    }

    MemorySegment memory(byte[] octets) {
      return arena.allocate(Math.max(1, octets.length)).copyFrom(MemorySegment.ofArray(octets)).asSlice(0, octets.length);
    }

    /** Takes a message as the flow layer does: frame, dissect, and on to the next one where a stream holds several. */
    void take(Message message, MemorySegment memory, long captured, long wire) {
      address(message);
      boolean stream = dissector.transport() == Dissector.Transport.TCP;
      long at = 0;
      do {
        int end = dissector.frame(cursor.set(memory, at, captured - at, wire - at), exchange);
        if (end <= 0 || end > wire - at) {
          recorder.note(end == Dissector.NOT_MINE ? "frame NOT_MINE" : "frame MORE");
          return;
        }
        if (!stream && end != wire) {
          fail("%s: a datagram of %d octets was framed as %d".formatted(message.name(), wire, end));
        }
        dissect(memory, at, Math.min(end, captured - at), end);
        at += end + (stream ? Math.min(dissector.skip(exchange), wire) : 0);
      } while (stream && at < captured);
    }

    void address(Message m) {
      exchange.next(endpoint(m.source()), m.sourcePort(), endpoint(m.target()), m.targetPort(), m.fromClient());
    }

    private Endpoint endpoint(String text) {
      Endpoint known = endpoints.get(text);
      if (known == null) {
        known = exchange.endpoint(text);
        endpoints.put(text, known);
      }
      return known;
    }

    void dissect(MemorySegment memory, long at, long captured, long wire) {
      cursor.set(memory, at, captured, wire);
      dissector.dissect(cursor, exchange, recorder);
      if (!cursor.ok()) {
        recorder.failed(cursor);
      }
      if (!recorder.ended()) {
        fail("transcript: message without end");
      }
    }

    void take(Message message) {
      byte[] octets = message.octets();
      take(message, memory(octets), octets.length, octets.length);
    }

    void prepare(Message message) {
      for (Message earlier : message.before()) {
        prepare(earlier);
        take(earlier);
      }
      recorder.clear();
    }
  }

  private Stream<DynamicTest> each(Check check) {
    assertThat(messages()).isNotEmpty();
    assertThat(messages().stream().map(Message::name)).doesNotHaveDuplicates();
    return messages().stream().map(m -> DynamicTest.dynamicTest(m.name(), () -> check.of(m)));
  }

  private interface Check {
    void of(Message message) throws IOException;
  }

  @TestFactory
  Stream<DynamicTest> everyMessageEqualsItsGolden() {
    return each(message -> {
      String text;
      try (Bench bench = new Bench(dissector(), hops(), Recorder.full())) {
        bench.prepare(message);
        bench.take(message);
        text = bench.recorder.transcriptText() + "---\n" + String.join("\n", bench.recorder.facts()) + "\n";
      }
      Path golden = Path.of("src/test/resources/golden", folder(), message.name() + ".txt");
      if ("write".equals(System.getProperty("vigie.golden"))) {
        Files.createDirectories(golden.getParent());
        Files.writeString(golden, text);
      }
      assertThat(golden).as("golden file; -Dvigie.golden=write makes it").exists();
      assertThat(text).isEqualTo(Files.readString(golden));
    });
  }

  @TestFactory
  Stream<DynamicTest> theTranscriptChangesNoObservation() {
    return each(message -> {
      try (Bench loud = new Bench(dissector(), hops(), Recorder.full()); Bench quiet = new Bench(dissector(), hops(), Recorder.quiet())) {
        loud.prepare(message);
        loud.take(message);
        quiet.prepare(message);
        quiet.take(message);
        assertThat(quiet.recorder.facts()).isEqualTo(loud.recorder.facts());
        List<Observation> observations = loud.recorder.observations();
        assertThat(observations).extracting(Observation::n).isSorted().doesNotHaveDuplicates();
      }
    });
  }

  /** Every strict prefix: as all that was sent, as all that was captured, and past the framing. */
  @TestFactory
  @Timeout(120)
  Stream<DynamicTest> noPrefixActs() {
    boolean stream = dissector().transport() == Dissector.Transport.TCP;
    return each(message -> {
      byte[] octets = message.octets();
      try (Bench bench = new Bench(dissector(), hops(), Recorder.full())) {
        int first = firstMessage(bench, message);
        for (int length = 0; length < (stream ? first : octets.length); length++) {
          int k = length;
          MemorySegment prefix = bench.memory(Arrays.copyOf(octets, k));
          bench.exchange.forget();
          bench.prepare(message);
          bench.address(message);
          int end = bench.dissector.frame(bench.cursor.set(prefix, 0, k, k), bench.exchange);
          if (provesLength() && end > 0 && end <= k) {
            fail("a prefix of %d octets was framed as %d".formatted(k, end));
          }
          check(bench, message, k, () -> bench.dissect(prefix, 0, k, k));
          check(bench, message, k, () -> bench.dissect(prefix, 0, k, first));
          check(bench, message, k, () -> bench.take(message, prefix, k, stream ? k : octets.length));
        }
      }
    });
  }

  private void check(Bench bench, Message message, int k, Runnable run) {
    bench.exchange.forget();
    bench.prepare(message);
    bench.address(message);
    run.run();
    if (bench.recorder.acts() > 0 && !mayAct(message, k)) {
      fail("the first %d octets of %s act: %s".formatted(k, message.name(), bench.recorder.facts()));
    }
  }

  private static int firstMessage(Bench bench, Message message) {
    byte[] octets = message.octets();
    bench.address(message);
    int end = bench.dissector.frame(bench.cursor.set(bench.memory(octets), 0, octets.length, octets.length), bench.exchange);
    return end > 0 && end <= octets.length ? end : octets.length;
  }

  @TestFactory
  @Timeout(120)
  Stream<DynamicTest> everySingleOctetMutationIsSafe() {
    return each(message -> {
      byte[] octets = message.octets();
      try (Bench bench = new Bench(dissector(), hops(), Recorder.full())) {
        MemorySegment memory = bench.memory(octets);
        bench.prepare(message);
        int step = octets.length <= 128 ? 1 : octets.length <= 512 ? 5 : 17;
        for (int i = 0; i < octets.length; i++) {
          for (int change = 1; change < 256; change = next(change, step)) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (octets[i] ^ change));
            bench.recorder.clear();
            bench.take(message, memory, octets.length, octets.length);
            bench.address(message);
            bench.dissect(memory, 0, octets.length, octets.length);
          }
          memory.set(ValueLayout.JAVA_BYTE, i, octets[i]);
        }
      }
    });
  }

  /** Every change where the message is short; else single bits, all bits, and a spread of others. */
  private static int next(int change, int step) {
    return step == 1 || Integer.bitCount(change + 1) == 1 || change == 254 ? change + 1 : Math.min(255, Math.min(change + step,
        Integer.highestOneBit(change) << 1));
  }

  /** A repeat says nothing new: only acts that change something are told again, and a repeat without one allocates nothing. */
  @TestFactory
  @Timeout(120)
  Stream<DynamicTest> aRepeatAllocatesNothing() {
    return each(message -> {
      try (Bench bench = new Bench(dissector(), hops(), Recorder.mute())) {
        List<Message> conversation = new ArrayList<>(message.before());
        conversation.add(message);
        List<MemorySegment> memories = conversation.stream().map(m -> bench.memory(m.octets())).toList();
        repeat(bench, conversation, memories, 3);
        bench.recorder.clear();
        repeat(bench, conversation, memories, 1);
        assertThat(bench.recorder.others()).as("claims and sightings on a repeat").isZero();
        if (bench.recorder.acts() > 0) {
          conversation = List.of(message);
          memories = List.of(bench.memory(message.octets()));
          bench.recorder.clear();
          repeat(bench, conversation, memories, 1);
          if (bench.recorder.acts() > 0) {
            return;
          }
        }
        repeat(bench, conversation, memories, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10 && least > 0; round++) {
          long before = threads.getCurrentThreadAllocatedBytes();
          repeat(bench, conversation, memories, REPEATS);
          least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("octets allocated by %d repeats", REPEATS).isZero();
      }
    });
  }

  private static void repeat(Bench bench, List<Message> messages, List<MemorySegment> memories, int times) {
    for (int t = 0; t < times; t++) {
      for (int i = 0; i < memories.size(); i++) {
        long length = memories.get(i).byteSize();
        bench.take(messages.get(i), memories.get(i), length, length);
      }
    }
  }

  @Test
  @Timeout(600)
  void randomInputIsSafe() {
    long inputs = Long.getLong("vigie.fuzz", 200_000);
    List<Message> messages = messages();
    Random random = new Random(20_261_124);
    byte[] octets = new byte[1500];
    try (Bench bench = new Bench(dissector(), hops(), Recorder.full())) {
      MemorySegment memory = bench.memory(octets);
      for (long i = 0; i < inputs; i++) {
        Message seed = messages.get(random.nextInt(messages.size()));
        int length = mutate(random, seed.octets(), octets);
        MemorySegment input = memory.asSlice(0, length).copyFrom(MemorySegment.ofArray(octets).asSlice(0, length));
        bench.recorder.clear();
        bench.take(seed, input, length, length);
        if (i % 4 == 0) {
          bench.address(seed);
          bench.dissect(input, 0, length, length);
        }
      }
    }
  }

  /** One in eight inputs is noise; the others are a message with some octets changed, a part doubled, cut or taken out. */
  private static int mutate(Random random, byte[] seed, byte[] out) {
    if (random.nextInt(8) == 0 || seed.length == 0) {
      random.nextBytes(out);
      return random.nextInt(random.nextInt(8) == 0 ? out.length : 64);
    }
    int length = Math.min(seed.length, out.length);
    System.arraycopy(seed, 0, out, 0, length);
    for (int changes = random.nextInt(6); changes > 0; changes--) {
      int at = random.nextInt(length);
      int part = Math.min(random.nextInt(16), length - at);
      switch (random.nextInt(8)) {
        case 0 -> {
          System.arraycopy(out, at + part, out, at, length - at - part);
          length = Math.max(1, length - part);
        }
        case 1 -> {
          int more = Math.min(part, out.length - length);
          System.arraycopy(out, at, out, at + more, length - at);
          length += more;
        }
        case 2 -> length = Math.max(1, random.nextInt(length + 1));
        case 3 -> out[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
        default -> out[at] = (byte) random.nextInt(256);
      }
    }
    return length;
  }
}
