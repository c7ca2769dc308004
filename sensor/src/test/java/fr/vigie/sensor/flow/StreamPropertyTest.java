package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Flaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every stream, however the network treats it. Each failure names the seed that repeats it. */
class StreamPropertyTest {
  private static final int RUNS = 300;
  private final long base = new Random().nextInt(1 << 20);

  /** Messages of random lengths, and what the toy dissector says of them. */
  private static final class Talker {
    final List<byte[]> messages = new ArrayList<>();
    final List<String> words = new ArrayList<>();
    private byte[] all = {};

    Talker(Random random, int count, int longest) {
      for (int i = 0; i < count; i++) {
        int octets = 6 + random.nextInt(longest);
        byte[] m = new byte[octets];
        random.nextBytes(m);
        m[0] = (byte) (octets - 2 >>> 8);
        m[1] = (byte) (octets - 2);
        m[2] = (byte) 0xAB;
        m[3] = (byte) 0xCD;
        m[4] = (byte) i;
        messages.add(m);
        words.add(i + "/" + octets);
      }
      all = Frames.join(messages.toArray(new byte[0][]));
    }
  }

  private record Segment(int at, byte[] octets) {}

  private static List<Segment> cut(byte[] all, Random random, int longest) {
    List<Segment> segments = new ArrayList<>();
    for (int at = 0; at < all.length;) {
      int to = Math.min(all.length, at + 1 + random.nextInt(longest));
      segments.add(new Segment(at, Arrays.copyOfRange(all, at, to)));
      at = to;
    }
    return segments;
  }

  private static void send(Tape tape, boolean server, int first, Segment s, double after) {
    byte[] frame = server ? Frames.tcpFrame(2, 7001, 1, 40000, first + s.at, 24, HexFormat.of().formatHex(s.octets))
        : Frames.tcpFrame(1, 40000, 2, 7001, first + s.at, 24, HexFormat.of().formatHex(s.octets));
    tape.frame(frame).pass(after);
  }

  private static List<String> told(Tape tape) {
    return tape.all(Claim.class).stream().map(Claim::value).map(v -> v.replace("/gap", "")).toList();
  }

  /** Sequence numbers that wrap, now and then. */
  private static int first(Random random) {
    return random.nextBoolean() ? random.nextInt() : -random.nextInt(3000);
  }

  @Test
  void segmentationReorderingAndRepetitionChangeNothing() {
    for (int run = 0; run < RUNS; run++) {
      long seed = base + run;
      Random random = new Random(seed);
      Talker talker = new Talker(random, 20, 400);
      int first = first(random);
      boolean server = random.nextBoolean();
      List<Segment> segments = cut(talker.all, random, 1 + random.nextInt(700));
      Tape tape = new Tape();
      tape.frame(server ? Frames.tcpFrame(2, 7001, 1, 40000, first - 1, 18, "") : Frames.tcpFrame(1, 40000, 2, 7001, first - 1, 2, ""));
      // each segment comes at most twenty places late, and some come twice, cut otherwise
      List<Segment> waiting = new ArrayList<>();
      for (int i = 0; i < segments.size() || !waiting.isEmpty();) {
        if (i < segments.size() && waiting.size() < 8) {
          waiting.add(segments.get(i++));
          if (random.nextInt(3) > 0) {
            continue;
          }
        }
        boolean late = i >= 20 && waiting.getFirst().at <= segments.get(i - 20).at;
        send(tape, server, first, waiting.remove(late ? 0 : random.nextInt(waiting.size())), 0.0001);
        if (i > 0 && random.nextInt(4) == 0) {
          int to = segments.get(i - 1).at + segments.get(i - 1).octets.length;
          int from = Math.max(0, to - 1 - random.nextInt(900));
          send(tape, server, first, new Segment(from, Arrays.copyOfRange(talker.all, from, to)), 0.0001);
        }
      }
      tape.play();
      assertThat(told(tape)).as("seed %d", seed).isEqualTo(talker.words);
      assertThat(tape.all(Flaw.class)).as("seed %d", seed).isEmpty();
      assertThat(tape.count("flow.stream_gaps")).as("seed %d", seed).isZero();
    }
  }

  @Test
  void lossCostsTheMessagesItTouchesAndNoOther() {
    for (int run = 0; run < RUNS; run++) {
      long seed = base + run;
      Random random = new Random(seed);
      Talker talker = new Talker(random, 20, 2000);
      int first = first(random);
      // senders begin a message with a segment
      List<Segment> segments = new ArrayList<>();
      List<Integer> of = new ArrayList<>();
      int at = 0;
      for (int m = 0; m < talker.messages.size(); m++) {
        for (Segment s : cut(talker.messages.get(m), random, 700)) {
          segments.add(new Segment(at + s.at, s.octets));
          of.add(m);
        }
        at += talker.messages.get(m).length;
      }
      int lost = 1 + random.nextInt(segments.size() - 1);
      int many = 1 + random.nextInt(4);
      List<String> whole = new ArrayList<>(talker.words);
      Tape tape = new Tape();
      tape.frame(Frames.tcpFrame(1, 40000, 2, 7001, first - 1, 2, ""));
      for (int i = 0; i < segments.size(); i++) {
        if (i < lost || i >= lost + many) {
          send(tape, false, first, segments.get(i), random.nextInt(5) == 0 ? 1.5 : 0.01);
        } else {
          whole.remove(talker.words.get(of.get(i)));
        }
      }
      tape.play();
      assertThat(told(tape)).as("seed %d", seed).containsAll(whole).isSubsetOf(talker.words);
      boolean lastWords = lost + many >= segments.size();
      assertThat(tape.count("flow.stream_gaps")).as("seed %d", seed).isEqualTo(lastWords ? 0 : 1);
    }
  }

  @Test
  void aStreamMetUnderWayIsReadFromTheNextMessageOn() {
    for (int run = 0; run < RUNS; run++) {
      long seed = base + run;
      Random random = new Random(seed);
      Talker talker = new Talker(random, 12, 300);
      int first = first(random);
      Tape tape = new Tape();
      int met = random.nextInt(6);
      int at = 0;
      for (int m = 0; m < talker.messages.size(); m++) {
        byte[] message = talker.messages.get(m);
        if (m == met) {
          // the capture begins within this message
          int from = 1 + random.nextInt(message.length - 1);
          send(tape, false, first, new Segment(at + from, Arrays.copyOfRange(message, from, message.length)), 0.01);
        } else if (m > met) {
          send(tape, false, first, new Segment(at, message), 0.01);
        }
        at += message.length;
      }
      tape.play();
      assertThat(told(tape)).as("seed %d", seed).endsWith(talker.words.subList(met + 1, 12).toArray(String[]::new));
    }
  }

  @Test
  void manyStreamsWithHolesStayWithinTheirMemoryAndGoOn() {
    Tape tape = new Tape();
    for (int flow = 0; flow < 600; flow++) {
      tape.frame(Frames.tcpFrame(1, 20000 + flow, 2, 7001, 0, 2, ""));
      for (int i = 0; i < 6; i++) {
        // the first segment never comes
        tape.frame(Frames.tcpFrame(1, 20000 + flow, 2, 7001, 9 + 8 * i, 24, "0006abcd" + String.format("%02x", i) + "000000"));
      }
    }
    tape.pass(3).frame(Frames.udpFrame(8, 1, 9, 2, new byte[1]));
    for (int flow = 0; flow < 600; flow++) {
      tape.frame(Frames.tcpFrame(1, 20000 + flow, 2, 7001, 57, 24, "0006abcd09000000"));
    }
    tape.play(SensorOptions.standard().memory(1 << 20, 64 << 10, 2048).dissectors(() -> List.of(new Toys.Lines())));
    // all flows are of one pair of addresses, so of one shard, which has one slab of 512 KiB: 256 blocks, held twice, the rest refused and counted
    assertThat(tape.count("flow.segments_out_of_order")).isGreaterThanOrEqualTo(2 * 256);
    assertThat(tape.count("refused.stream_memory")).isGreaterThanOrEqualTo(600 * 6 - 256);
    // every message that was held is read, and so are the last ones, as far as there is room to hold them
    assertThat(tape.count("messages.lines")).isGreaterThanOrEqualTo(2 * 256);
  }

  @Test
  void oneStreamHoldsNoMoreThanItsShare() {
    Tape tape = new Tape();
    tape.frame(Frames.tcpFrame(1, 20000, 2, 7001, 0, 2, ""));
    for (int i = 0; i < 20; i++) {
      tape.frame(Frames.tcpFrame(1, 20000, 2, 7001, 9 + 8 * i, 24, "0006abcd" + String.format("%02x", i) + "000000"));
    }
    tape.play(SensorOptions.standard().memory(1 << 20, 16 << 10, 2048).dissectors(() -> List.of(new Toys.Lines())));
    // more than 16 KiB held: what is missing is given up at once
    assertThat(tape.count("flow.stream_gaps")).isEqualTo(1);
    assertThat(tape.count("messages.lines")).isEqualTo(20);
  }
}
