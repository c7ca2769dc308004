package fr.vigie.sensor.health;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers of pcapng state of their interfaces is read in both byte orders, kept in its place, and judged by the capture doctor. */
final class StatementTest {
  private static final long MINUTE = 60_000_000L;
  private static final long UNSAID = Statement.UNSAID;
  /** Microseconds since 1970, as the files here count. */
  private static final long BEGIN = 1_790_000_000_000_000L;

  @TempDir private Path folder;

  /** A pcapng file of one section that is being written. */
  private static final class Ng {
    private final ByteOrder order;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Ng(ByteOrder order, int interfaces) {
      this.order = order;
      block(0x0A0D0D0A, body(16).putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1));
      for (int i = 0; i < interfaces; i++) {
        block(1, body(8).putShort((short) 1).putShort((short) 0).putInt(0));
      }
    }

    private ByteBuffer body(int octets) {
      return ByteBuffer.allocate(octets).order(order);
    }

    private Ng block(int type, ByteBuffer body) {
      ByteBuffer b = body(12 + body.capacity()).putInt(type).putInt(12 + body.capacity()).put(body.array()).putInt(12 + body.capacity());
      out.writeBytes(b.array());
      return this;
    }

    private ByteBuffer time(ByteBuffer b, long at) {
      return b.putInt((int) (at >>> 32)).putInt((int) at);
    }

    /** A frame; with {@code drops} in its options where that is not negative. */
    Ng frame(int iface, long at, long drops) {
      byte[] f = Frames.udpFrame(1, 50_000 + (int) (at & 1023), 2, 7000, new byte[10]);
      int padded = f.length + 3 & ~3;
      ByteBuffer b = time(body(20 + padded + (drops < 0 ? 0 : 24)).putInt(iface), at).putInt(f.length).putInt(f.length).put(f).position(20 + padded);
      if (drops >= 0) {
        // a comment of three octets before it
        b.putShort((short) 1).putShort((short) 3).putInt(0x61626300).putShort((short) 4).putShort((short) 8).putLong(drops).putInt(0);
      }
      return block(6, b);
    }

    /** Statistics; what is negative is not stated. */
    Ng statistics(int iface, long at, long start, long received, long dropped, long system) {
      ByteBuffer b = time(body(12 + 12 * 5).putInt(iface), at);
      if (start >= 0) {
        time(b.putShort((short) 2).putShort((short) 8), start);
      }
      long[] values = {received, dropped, UNSAID, system};
      for (int i = 0; i < values.length; i++) {
        if (values[i] >= 0) {
          b.putShort((short) (4 + i)).putShort((short) 8).putLong(values[i]);
        }
      }
      return block(5, b);
    }

    /** So many frames, one in a hundred milliseconds. */
    Ng frames(int iface, long from, int count) {
      for (int i = 0; i < count; i++) {
        frame(iface, from + i * 100_000L, -1);
      }
      return this;
    }
  }

  private static Ng ng(int interfaces) {
    return new Ng(ByteOrder.LITTLE_ENDIAN, interfaces);
  }

  private Path file(String name, Ng content) throws IOException {
    return Files.write(folder.resolve(name), content.out.toByteArray());
  }

  /** Packets by their time, statements where they stand. */
  private static List<String> read(Path... files) throws IOException {
    List<String> said = new ArrayList<>();
    try (PacketSource source = CaptureFiles.open(List.of(files), "site")) {
      Packet packet = new Packet();
      while (source.next(packet)) {
        if (packet.stated) {
          statements(source, said);
        }
        said.add("packet " + (packet.at / 1000 - BEGIN));
      }
      statements(source, said);
      assertThat(source.faults()).isEmpty();
    }
    return said;
  }

  private static void statements(PacketSource source, List<String> said) {
    for (Statement s = source.statement(); s != null; s = source.statement()) {
      said.add(s.lost() > 0 ? "lost " + s.lost() + " of " + s.origin()
          : s.origin() + " at " + (s.at() / 1000 - BEGIN) + " since " + (s.start() < 0 ? -1 : s.start() / 1000 - BEGIN) + ": " + s.received() + " " + s.droppedByInterface() + " "
              + s.droppedBySystem());
    }
  }

  private List<String> told(Path... files) throws IOException {
    List<String> told = new ArrayList<>();
    try (PacketSource source = CaptureFiles.open(List.of(files), "site")) {
      new Sensor(SensorOptions.standard().bounds(256, 256).endpoints(1024).shards(1)).run(source, new Sink() {
        private @Nullable Observation last;

        @Override
        public void accept(Observation o) {
          if (last != null) {
            assertThat(o.at()).as("time never runs back").isGreaterThanOrEqualTo(last.at());
            assertThat(o.seq() > last.seq() || o.seq() == last.seq() && o.stamp().n() > last.stamp().n()).as("(seq, n) rises").isTrue();
          }
          last = o;
          if (o instanceof Lapse l && (l.kind() == Lapse.Kind.LOST || l.kind() == Lapse.Kind.SILENT)) {
            told.add(l.kind().wireName() + " " + l.from() + " " + l.part() + "/" + l.whole() + " " + l.proof());
          }
        }

        @Override
        public void quantum(long seq, long at) {}
      });
    }
    return told;
  }

  @Test
  void statisticsAndDropCountsAreReadWhereTheyStandInBothByteOrders() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      Ng ng = new Ng(order, 2).statistics(1, BEGIN, UNSAID, 0, UNSAID, UNSAID).frame(0, BEGIN, -1).frame(0, BEGIN + 5, 7).frame(1, BEGIN + 6, 0)
          .statistics(0, BEGIN + 9, BEGIN - 3, 1L << 33, 12, 13);
      assertThat(read(file("ng-" + order, ng))).containsExactly("1 at 0 since -1: 0 -1 -1", "packet 0", "lost 7 of 0", "packet 5", "packet 6",
          "0 at 9 since -3: 8589934592 12 13");
    }
  }

  @Test
  void microsecondsOfAnInterfaceThatCountsNanosecondsAreUnderstood() throws IOException {
    // as dumpcap writes it: the interface says 10^-9, the packet follows, the statistic counts 10^-6
    Ng ng = ng(0);
    ng.block(1, ng.body(20).putShort((short) 1).putShort((short) 0).putInt(0).putShort((short) 9).putShort((short) 1).putInt(9).putInt(0));
    ng.frame(0, BEGIN * 1000, -1).statistics(0, BEGIN + 9, BEGIN - 3, 4, 2, UNSAID).statistics(0, (BEGIN + 11) * 1000, UNSAID, 4, 2, UNSAID);
    assertThat(read(file("dumpcap", ng))).containsExactly("packet 0", "0 at 9 since -3: 4 2 -1", "0 at 11 since -1: 4 2 -1");
  }

  @Test
  void filesThatAreMergedKeepTheirStatementsBeforeTheirPacketsAndAtTheirEnds() throws IOException {
    Path a = file("a", ng(1).frame(0, BEGIN, -1).frame(0, BEGIN + 20, 2).statistics(0, BEGIN + 21, UNSAID, 2, 0, UNSAID));
    Path b = file("b", ng(1).frame(0, BEGIN + 10, -1).statistics(0, BEGIN + 11, UNSAID, 1, 0, UNSAID).frame(0, BEGIN + 30, -1));
    Path c = file("c", ng(1).statistics(0, BEGIN + 15, UNSAID, 0, 0, UNSAID));
    List<String> said = read(a, b, c);
    assertThat(said.stream().filter(s -> s.startsWith("packet"))).containsExactly("packet 0", "packet 10", "packet 20", "packet 30");
    assertThat(said).filteredOn(s -> !s.startsWith("packet")).hasSize(4);
    assertThat(said.indexOf("packet 20") - 1).isEqualTo(said.indexOf(said.stream().filter(s -> s.startsWith("lost 2")).findFirst().orElseThrow()));
    assertThat(read(c, b, a)).isEqualTo(said);
  }

  /** {@link #told} asserts the order of all that is said. */
  @Test
  void whatAStatementBetweenFramesOfOneMomentComesToIsToldInOrder() throws IOException {
    Ng dense = ng(1).frames(0, BEGIN, 3);
    for (int i = 0; i < 40; i++) {
      dense.frame(0, BEGIN + 300_000 + i * 1_000, -1);
    }
    dense.statistics(0, BEGIN + 340_000, BEGIN, 1000, 30, UNSAID);
    for (int i = 40; i < 80; i++) {
      dense.frame(0, BEGIN + 300_000 + i * 1_000, -1);
    }
    assertThat(told(file("between", dense))).containsExactly("lost 0 30/1030 interface");
    assertThat(told(file("behind", dense.statistics(0, BEGIN + 390_000, BEGIN, 2000, 50, UNSAID)))).containsExactly("lost 0 30/1030 interface", "lost 0 20/1020 interface");
  }

  @Test
  void lossesThatTheWriterCountedAreToldAboveOneInAThousandOfWhatTheStatementCovers() throws IOException {
    assertThat(told(file("many", ng(1).frames(0, BEGIN, 100).statistics(0, BEGIN + MINUTE, BEGIN, 1000, 3, 2)))).containsExactly("lost 0 3/1005 interface", "lost 0 2/1005 kernel");
    assertThat(told(file("few", ng(1).frames(0, BEGIN, 100).statistics(0, BEGIN + MINUTE, BEGIN, 5000, 4, 0)))).isEmpty();
    assertThat(told(file("grown", ng(1).frames(0, BEGIN, 100).statistics(0, BEGIN + MINUTE, BEGIN, 5000, 4, 0).frames(0, BEGIN + MINUTE, 100)
        .statistics(0, BEGIN + 2 * MINUTE, BEGIN, 6000, 24, 0)))).containsExactly("lost 0 20/1020 interface");
  }

  @Test
  void dropCountsOfPacketsAreJudgedByTheMinuteAndNotCountedTwice() throws IOException {
    Ng ng = ng(1).frames(0, BEGIN, 500).frame(0, BEGIN + 50_000_000, 40).frames(0, BEGIN + MINUTE + 1_000_000, 10);
    assertThat(told(file("drops", ng))).containsExactly("lost -1 40/541 interface");
    assertThat(told(file("both", ng.statistics(0, BEGIN + 2 * MINUTE, BEGIN, 511, 40, 0)))).containsExactly("lost -1 40/541 interface");
  }

  @Test
  void whatWasLostBeforeTheVeryFirstPacketCounts() throws IOException {
    assertThat(told(file("first", ng(1).frame(0, BEGIN, 7).frames(0, BEGIN + 1_000_000, 99)))).containsExactly("lost -1 7/107 interface");
  }

  @Test
  void anInterfaceThatReceivedNothingWhileItsWriterListenedIsSilent() throws IOException {
    assertThat(told(file("dead", ng(2).frames(0, BEGIN, 100).statistics(1, BEGIN + 3 * MINUTE, BEGIN, 0, 0, 0)))).containsExactly("silent 1 180/0 ");
    assertThat(told(file("fell", ng(2).frames(0, BEGIN, 100).frame(1, BEGIN + 10_000_000, -1).statistics(1, BEGIN + 20_000_000, UNSAID, 1, 0, 0)
        .frames(0, BEGIN + 30_000_000, 100).statistics(1, BEGIN + 90_000_000, UNSAID, 1, 0, 0)))).containsExactly("silent 1 70/0 ");
    assertThat(told(file("spoke", ng(2).frames(0, BEGIN, 100).statistics(1, BEGIN + 3 * MINUTE, BEGIN, 2, 0, 0)))).isEmpty();
    assertThat(told(file("short", ng(2).frames(0, BEGIN, 100).statistics(1, BEGIN + 50_000_000, BEGIN, 0, 0, 0)))).isEmpty();
    // what is not said is not taken for nothing
    assertThat(told(file("unsaid", ng(2).frames(0, BEGIN, 100).statistics(1, BEGIN + 3 * MINUTE, BEGIN, UNSAID, 0, 0)))).isEmpty();
  }

  private Diagnosis diagnosis(Path file) throws IOException {
    try (PacketSource source = CaptureFiles.open(List.of(file), "site")) {
      Sensor sensor = new Sensor(SensorOptions.standard().bounds(256, 256).endpoints(1024).shards(1));
      sensor.run(source, new Sink() {
        @Override
        public void accept(Observation o) {
          throw new AssertionError("nothing came that could prove " + o);
        }

        @Override
        public void quantum(long seq, long at) {}
      });
      return sensor.diagnosis();
    }
  }

  @Test
  void aCaptureWithoutAFrameIsShownByWhatItsWriterSays() throws IOException {
    // dumpcap on a dead port: an interface of 10^-9 s, statistics in microseconds, nothing between
    Ng dead = ng(0);
    dead.block(1, dead.body(20).putShort((short) 1).putShort((short) 0).putInt(0).putShort((short) 9).putShort((short) 1).putInt(9).putInt(0));
    Diagnosis silent = diagnosis(file("dead", dead.statistics(0, BEGIN + 60 * MINUTE, BEGIN, 0, 0, 0)));
    assertThat(silent.first()).isEqualTo(BEGIN * 1000);
    assertThat(silent.findings()).extracting(f -> f.lapse().kind() + " " + f.lapse().part()).containsExactly("SILENT 3600");
    Diagnosis lost = diagnosis(file("lost", ng(1).statistics(0, BEGIN + 60 * MINUTE, BEGIN, 5000, 70, 0)));
    assertThat(lost.findings()).extracting(f -> f.lapse().kind() + " " + f.lapse().part()).containsExactly("LOST 70");
    assertThat(diagnosis(file("nothing", ng(1))).findings()).isEmpty();
    Ng many = ng(300);
    for (int i = 0; i < 300; i++) {
      many.statistics(i, i % 2 == 0 ? Long.MAX_VALUE : -1, BEGIN, 0, 1, 1);
    }
    assertThat(diagnosis(file("absurd", many)).findings()).isEmpty();
    assertThat(told(file("before", ng(1).statistics(0, BEGIN, BEGIN - 60 * MINUTE, 1000, 40, UNSAID).frames(0, BEGIN + 1000, 10)))).containsExactly("lost 0 40/1040 interface");
  }

  @Test
  void aStatementOfATimeBeforeTheOneBeforeItIsRefused() throws IOException {
    // quiet over two hours, back, and quiet again over the same two hours: told once
    Ng ng = ng(2).frames(0, BEGIN, 100).statistics(1, BEGIN + 120 * MINUTE, BEGIN, 0, 0, 0).statistics(1, BEGIN, BEGIN, 0, 0, 0)
        .statistics(1, BEGIN + 120 * MINUTE, BEGIN, 0, 0, 0);
    assertThat(told(file("back", ng))).containsExactly("silent 1 7200/0 ");
  }

  @Test
  void moreInterfacesThanAnyMachineHasEndAFileWithWords() throws IOException {
    Path file = file("crowd", ng(16_385).frame(0, BEGIN, -1));
    try (PacketSource source = CaptureFiles.open(List.of(file), "site")) {
      assertThat(source.next(new Packet())).isFalse();
      assertThat(source.faults()).singleElement().extracting(PacketSource.Fault::message).asString().contains("more than 16384 interfaces");
    }
  }

  @Test
  void absurdStatementsAreRefused() throws IOException {
    Ng ng = ng(1).frames(0, BEGIN, 20).statistics(0, BEGIN * 2, 0, 0, 5, 5).statistics(0, 1, 0, 0, 5, 5).statistics(0, BEGIN + MINUTE, BEGIN, Long.MAX_VALUE, Long.MAX_VALUE, 1L << 60);
    assertThat(told(file("absurd", ng))).isEmpty();
    Ng many = ng(1).frame(0, BEGIN, -1);
    for (int i = 0; i < 1030; i++) {
      many.statistics(0, BEGIN + i, UNSAID, 1, 0, 0);
    }
    Path file = file("many", many.statistics(3, BEGIN, UNSAID, 0, 0, 0).frame(0, BEGIN + 2000, -1));
    try (PacketSource source = CaptureFiles.open(List.of(file), "site")) {
      Packet packet = new Packet();
      int packets = 0;
      while (source.next(packet)) {
        packets++;
      }
      int kept = 0;
      while (source.statement() != null) {
        kept++;
      }
      assertThat(packets).isEqualTo(2);
      assertThat(kept).isEqualTo(1024);
      assertThat(source.faults()).singleElement().extracting(PacketSource.Fault::message).asString().contains("more than 1024 interface statistics");
    }
  }
}
