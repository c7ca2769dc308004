package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files generated octet by octet after the two drafts, whole, cut and damaged. */
@Timeout(60)
final class CaptureFileTest {
  private static final long T = 1_700_000_000_123_456_000L;

  @TempDir Path folder;

  /** A packet as kept by a test. */
  record Seen(long at, int origin, int linkType, long index, int wire, String octets) {}

  private static List<Seen> all(PacketSource source) {
    List<Seen> seen = new ArrayList<>();
    Packet p = new Packet();
    while (source.next(p)) {
      byte[] octets = p.segment.asSlice(p.offset, p.captured).toArray(ValueLayout.JAVA_BYTE);
      seen.add(new Seen(p.at, p.origin, p.linkType, p.index, p.wire, HexFormat.of().formatHex(octets)));
    }
    assertThat(source.next(p)).as("the end is the end").isFalse();
    return seen;
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] octets(int length, int seed) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) (seed + i);
    }
    return octets;
  }

  private static byte[] written(CaptureWriter.Format format, int packets, int length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CaptureWriter writer = new CaptureWriter(out, format)) {
      int i = writer.addInterface("eth0", 1);
      for (int n = 0; n < packets; n++) {
        byte[] packet = octets(length + n % 7, n);
        writer.write(i, T + n * 1_000_000L, MemorySegment.ofArray(packet), 0, packet.length, packet.length + 4, n % 3 == 0 ? "n " + n : null);
      }
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gz = new GZIPOutputStream(out)) {
      gz.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void aFileFilledWithZerosFromSomewhereOnIsAFault() throws IOException {
    byte[] zeros = join(written(CaptureWriter.Format.PCAP_NANOS, 3, 60), new byte[16 * 100_000]);
    try (CaptureFile capture = CaptureFile.open(file("zeros.pcap.gz", gzip(zeros)), "site")) {
      assertThat(all(capture)).hasSizeBetween(3, 5_000);
      assertThat(capture.faults()).singleElement().extracting(PacketSource.Fault::message).asString().contains("hold nothing");
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void whatIsWrittenIsReadInEveryFormatAndCompression() throws IOException {
    for (CaptureWriter.Format format : CaptureWriter.Format.values()) {
      byte[] plain = written(format, 50, 60);
      byte[] half = java.util.Arrays.copyOf(plain, plain.length / 2);
      byte[] rest = java.util.Arrays.copyOfRange(plain, plain.length / 2, plain.length);
      byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 9, 9};
      List<byte[]> forms = List.of(plain, gzip(plain), join(gzip(half), gzip(rest)), join(gzip(plain), new byte[37]), Zstd.compress(plain),
          join(Zstd.compress(half), Zstd.compress(rest)), join(skippable, Zstd.compress(plain)));
      for (int i = 0; i < forms.size(); i++) {
        Path path = file(format + "-" + i, forms.get(i));
        try (PacketSource source = CaptureFiles.open(List.of(path), "site")) {
          List<Seen> seen = all(source);
          assertThat(source.faults()).as(format + " form " + i).isEmpty();
          assertThat(seen).hasSize(50);
          assertThat(seen.get(49)).isEqualTo(
              new Seen(T + 49_000_000L, 0, 1, 49, 64, HexFormat.of().formatHex(octets(60, 49))));
          assertThat(source.position()).isEqualTo(source.size()).isEqualTo(forms.get(i).length);
          assertThat(source.origins()).hasSize(1);
          assertThat(source.origins().get(0).sha256()).isEqualTo(sha256(forms.get(i)));
          assertThat(source.origins().get(0).name()).isEqualTo(format == CaptureWriter.Format.PCAPNG ? "eth0" : null);
        }
      }
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void standardInputIsReadAsItComes() throws IOException {
    InputStream before = System.in;
    byte[] plain = written(CaptureWriter.Format.PCAPNG, 9, 60);
    try {
      for (byte[] form : List.of(plain, gzip(plain), Zstd.compress(plain))) {
        System.setIn(new Dripping(form));
        try (PacketSource source = CaptureFiles.open(List.of(Path.of("-")), "site")) {
          assertThat(source.size()).isEqualTo(-1);
          assertThat(all(source)).hasSize(9);
          assertThat(source.faults()).isEmpty();
          assertThat(source.origins().get(0).file()).isEqualTo("-");
          assertThat(source.origins().get(0).sha256()).isEqualTo(sha256(form));
        }
      }
    } finally {
      System.setIn(before);
    }
  }

  /** A pipe that hands over a few octets at a time and never says that more are available. */
  private static final class Dripping extends ByteArrayInputStream {
    Dripping(byte[] content) {
      super(content);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, 7));
    }

    @Override
    public synchronized int available() {
      return 0;
    }
  }

  private static byte[] pcap(int magic, ByteOrder order, int major, int minor, int linkType, byte[]... records) {
    ByteBuffer b = ByteBuffer.allocate(24).order(order);
    b.putInt(magic).putShort((short) major).putShort((short) minor).putLong(0).putInt(65535).putInt(linkType);
    return join(b.array(), join(records));
  }

  private static byte[] record(ByteOrder order, int seconds, int fraction, int captured, int wire, byte[] more, byte[] packet) {
    ByteBuffer b = ByteBuffer.allocate(16).order(order);
    b.putInt(seconds).putInt(fraction).putInt(captured).putInt(wire);
    return join(b.array(), more, packet);
  }

  @Test
  void everyMagicAndByteOrderOfPcapIsRead() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      for (int magic : new int[] {0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34}) {
        byte[] more = new byte[magic == 0xA1B2CD34 ? 8 : 0];
        byte[] content = pcap(magic, order, 2, 4, 0xF0000001, record(order, 0xF0000000, 5, 10, 20, more, octets(10, 1)));
        try (PacketSource source = CaptureFiles.open(List.of(file("m", content)), "site")) {
          long fraction = magic == 0xA1B23C4D ? 5 : 5000;
          assertThat(all(source)).containsExactly(
              new Seen(0xF0000000L * 1_000_000_000L + fraction, 0, 1, 0, 20, HexFormat.of().formatHex(octets(10, 1))));
          assertThat(source.faults()).isEmpty();
        }
      }
    }
  }

  @Test
  void oldVersionsHoldTheLengthsInTheOtherOrder() throws IOException {
    ByteOrder le = ByteOrder.LITTLE_ENDIAN;
    byte[] swapped = record(le, 1, 0, 20, 10, new byte[0], octets(10, 1));
    byte[] straight = record(le, 1, 0, 10, 20, new byte[0], octets(10, 1));
    for (byte[] content : List.of(pcap(0xA1B2C3D4, le, 2, 2, 1, swapped), pcap(0xA1B2C3D4, le, 2, 3, 1, swapped, straight))) {
      try (PacketSource source = CaptureFiles.open(List.of(file("old", content)), "site")) {
        assertThat(all(source)).isNotEmpty().allMatch(s -> s.wire == 20 && s.octets.length() == 20);
        assertThat(source.faults()).isEmpty();
      }
    }
  }

  private static byte[] block(ByteOrder order, int type, byte[] body) {
    int padded = body.length + 3 & ~3;
    ByteBuffer b = ByteBuffer.allocate(12 + padded).order(order);
    b.putInt(type).putInt(12 + padded).put(body).putInt(8 + padded, 12 + padded);
    return b.array();
  }

  private static byte[] section(ByteOrder order, int major) {
    return block(order, 0x0A0D0D0A,
        ByteBuffer.allocate(16).order(order).putInt(0x1A2B3C4D).putShort((short) major).putShort((short) 0).putLong(-1).array());
  }

  private static byte[] option(ByteOrder order, int code, byte[] value) {
    ByteBuffer b = ByteBuffer.allocate(4 + (value.length + 3 & ~3)).order(order);
    return b.putShort((short) code).putShort((short) value.length).put(value).array();
  }

  private static byte[] iface(ByteOrder order, int linkType, int snaplen, byte[]... options) {
    byte[] fixed = ByteBuffer.allocate(8).order(order).putShort((short) linkType).putShort((short) 0).putInt(snaplen).array();
    return block(order, 1, join(fixed, join(options)));
  }

  private static byte[] enhanced(ByteOrder order, int iface, long time, int wire, byte[] packet) {
    ByteBuffer b = ByteBuffer.allocate(20 + (packet.length + 3 & ~3)).order(order);
    b.putInt(iface).putInt((int) (time >>> 32)).putInt((int) time).putInt(packet.length).putInt(wire).put(packet);
    return block(order, 6, b.array());
  }

  @Test
  void everyBlockOfPcapngIsReadOrPassedOver() throws IOException {
    for (ByteOrder o : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      ByteOrder other = o == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      byte[] obsolete = join(ByteBuffer.allocate(20).order(o).putShort((short) 1).putShort((short) 7).putInt(0).putInt(3)
          .putInt(5).putInt(50).array(), octets(5, 9));
      byte[] simple = join(ByteBuffer.allocate(4).order(o).putInt(100).array(), octets(64, 3));
      byte[] content = join(section(o, 1), iface(o, 1, 64), iface(o, 101, 0, option(o, 2, "wlan0".getBytes(StandardCharsets.UTF_8)),
              option(o, 9, new byte[] {0}), option(o, 14, ByteBuffer.allocate(8).order(o).putLong(-1).array()), option(o, 0, new byte[0])),
          enhanced(o, 0, 2_000_001, 6, octets(6, 1)), block(o, 4, octets(9, 1)), block(o, 5, new byte[12]), block(o, 10, octets(30, 1)),
          block(o, 9, octets(30, 1)), block(o, 0xBAD, octets(8, 1)), block(o, 0x40000BAD, octets(8, 1)), block(o, 0x7777, new byte[3_000_000]),
          block(o, 2, obsolete), block(o, 3, simple), section(other, 1), iface(other, 228, 0, option(other, 9, new byte[] {(byte) 0x8A})),
          enhanced(other, 0, 1024 + 512, 6, octets(6, 2)), section(o, 1));
      try (PacketSource source = CaptureFiles.open(List.of(file("ng", content)), "site")) {
        assertThat(all(source)).containsExactly(
            new Seen(2_000_001_000L, 0, 1, 0, 6, HexFormat.of().formatHex(octets(6, 1))),
            new Seen(2_000_000_000L, 1, 101, 1, 50, HexFormat.of().formatHex(octets(5, 9))),
            new Seen(2_000_000_000L, 0, 1, 2, 100, HexFormat.of().formatHex(octets(64, 3))),
            new Seen(1_500_000_000L, 2, 228, 3, 6, HexFormat.of().formatHex(octets(6, 2))));
        assertThat(source.faults()).isEmpty();
        assertThat(source.origins()).extracting("name").containsExactly(null, "wlan0", null);
      }
    }
  }

  @Test
  void clocksOfEveryResolutionCountNanoseconds() throws IOException {
    ByteOrder o = ByteOrder.LITTLE_ENDIAN;
    long[][] cases = {{0, 3, 3_000_000_000L}, {3, 1500, 1_500_000_000L}, {6, 7, 7_000}, {9, 7, 7}, {12, 7_999, 7}, {19, 70_000_000_000L, 7},
        {28, 1L << 62, 0}, {0x80, 2, 2_000_000_000L}, {0x81, 3, 1_500_000_000L}, {0xA0, 3L << 31, 1_500_000_000L},
        {0xBF, 3L << 62, 1_500_000_000L}, {0xC0, 1L << 63, 500_000_000L}, {0xFF, -1, 0}};
    for (long[] c : cases) {
      byte[] content = join(section(o, 1), iface(o, 1, 0, option(o, 9, new byte[] {(byte) c[0]})), enhanced(o, 0, c[1], 1, octets(1, 1)));
      try (PacketSource source = CaptureFiles.open(List.of(file("clock", content)), "site")) {
        assertThat(all(source).get(0).at).as("if_tsresol " + c[0]).isEqualTo(c[2]);
      }
    }
  }

  @Test
  void aSectionOfAnUnknownVersionIsPassedOverAndTold() throws IOException {
    ByteOrder o = ByteOrder.LITTLE_ENDIAN;
    byte[] content = join(section(o, 1), iface(o, 1, 0), enhanced(o, 0, 1, 1, octets(1, 1)), section(o, 2), block(o, 6, octets(8, 0)),
        section(o, 1), iface(o, 1, 0), enhanced(o, 0, 2, 1, octets(1, 2)));
    try (PacketSource source = CaptureFiles.open(List.of(file("v2", content)), "site")) {
      assertThat(all(source)).hasSize(2);
      assertThat(source.faults()).singleElement().satisfies(f -> assertThat(f.message()).contains("version 2"));
    }
  }

  @Test
  void everyPrefixGivesItsWholePacketsAndThenOneFault() throws IOException {
    for (CaptureWriter.Format format : List.of(CaptureWriter.Format.PCAP_MICROS, CaptureWriter.Format.PCAPNG)) {
      byte[] content = written(format, 4, 20);
      int before = 0;
      for (int n = 0; n <= content.length; n++) {
        int length = n;
        try (PacketSource source = CaptureFiles.open(List.of(file("cut", java.util.Arrays.copyOf(content, n))), "site")) {
          List<Seen> seen = all(source);
          assertThat(seen.size()).isBetween(before, before + 1);
          before = seen.size();
          assertThat(source.faults().size()).isLessThanOrEqualTo(1);
          source.faults().forEach(f -> {
            assertThat(f.offset()).isBetween(0L, (long) length);
            assertThat(f.packets()).isEqualTo(seen.size());
            assertThat(f.message()).endsWith(".").doesNotContain("\n");
          });
          assertThat(source.position()).isEqualTo(n);
        }
      }
      assertThat(before).isEqualTo(4);
    }
  }

  @Test
  void everyPrefixOfCompressedFilesIsSafe() throws IOException {
    byte[] plain = written(CaptureWriter.Format.PCAPNG, 4, 20);
    for (byte[] content : List.of(gzip(plain), Zstd.compress(plain))) {
      for (int n = 2; n < content.length; n++) {
        try (PacketSource source = CaptureFiles.open(List.of(file("cut", java.util.Arrays.copyOf(content, n))), "site")) {
          assertThat(all(source).size()).isLessThanOrEqualTo(4);
          assertThat(source.faults()).as("prefix " + n).hasSize(1);
        } catch (CaptureException e) {
          assertThat(n).as("only less than a magic is no capture at all").isLessThan(4);
        }
      }
    }
  }

  @Test
  void everySingleOctetMutationIsSafe() throws IOException {
    byte[] pcap = written(CaptureWriter.Format.PCAP_NANOS, 3, 20);
    byte[] ng = written(CaptureWriter.Format.PCAPNG, 3, 20);
    for (byte[] content : List.of(pcap, ng, gzip(ng), Zstd.compress(pcap))) {
      for (int i = 0; i < content.length; i++) {
        for (int mask : new int[] {0x01, 0x80, 0xFF}) {
          byte[] mutant = content.clone();
          mutant[i] ^= (byte) mask;
          try (PacketSource source = CaptureFiles.open(List.of(file("mutant", mutant)), "site")) {
            for (Seen seen : all(source)) {
              assertThat(seen.octets.length() / 2).isLessThanOrEqualTo(CaptureFile.MAXIMUM_CAPTURED);
            }
          } catch (CaptureException e) {
            assertThat(e.kind()).isEqualTo(CaptureException.Kind.NOT_A_CAPTURE);
            assertThat(i).as("only the first octets say what a file is").isLessThan(content == pcap || content == ng ? 4 : 40);
          }
        }
      }
    }
  }

  @Test
  void anAbsurdLengthIsAFaultAtItsOffset() throws IOException {
    ByteOrder le = ByteOrder.LITTLE_ENDIAN;
    byte[] good = record(le, 1, 0, 10, 10, new byte[0], octets(10, 1));
    byte[] largest = record(le, 1, 0, 262_144, 262_144, new byte[0], new byte[262_144]);
    for (int length : new int[] {262_145, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      byte[] content = pcap(0xA1B2C3D4, le, 2, 4, 1, good, largest, record(le, 1, 0, length, length, new byte[0], octets(10, 1)));
      try (PacketSource source = CaptureFiles.open(List.of(file("absurd", content)), "site")) {
        assertThat(all(source)).hasSize(2);
        assertThat(source.faults()).singleElement().satisfies(f -> {
          assertThat(f.offset()).isEqualTo(24 + 26 + 16 + 262_144);
          assertThat(f.message()).contains(Integer.toUnsignedString(length)).contains("262144");
        });
      }
    }
  }

  @Test
  void anEmptyCaptureIsFineAndAnEmptyFileIsAFault() throws IOException {
    try (PacketSource source = CaptureFiles.open(List.of(file("header", pcap(0xA1B2C3D4, ByteOrder.LITTLE_ENDIAN, 2, 4, 1))), "site")) {
      assertThat(all(source)).isEmpty();
      assertThat(source.faults()).isEmpty();
    }
    try (PacketSource source = CaptureFiles.open(List.of(file("zero", new byte[0])), "site")) {
      assertThat(all(source)).isEmpty();
      assertThat(source.faults()).singleElement().satisfies(f -> assertThat(f.message()).contains("empty"));
    }
  }

  @Test
  void whatIsNoCaptureIsAnExceptionWithOneSentence() throws IOException {
    Path text = file("notes.txt", "these are notes".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> CaptureFiles.open(List.of(text), "site")).isInstanceOfSatisfying(CaptureException.class,
        e -> assertThat(e.kind()).isEqualTo(CaptureException.Kind.NOT_A_CAPTURE)).hasMessageContaining("notes.txt");
    assertThatThrownBy(() -> CaptureFiles.open(List.of(folder), "site")).isInstanceOfSatisfying(CaptureException.class,
        e -> assertThat(e.kind()).isEqualTo(CaptureException.Kind.FOLDER));
    assertThatThrownBy(() -> CaptureFiles.open(List.of(folder.resolve("nowhere")), "site")).isInstanceOfSatisfying(
        CaptureException.class, e -> assertThat(e.kind()).isEqualTo(CaptureException.Kind.ABSENT));
    Path zipped = file("notes.gz", gzip("these are notes".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> CaptureFiles.open(List.of(zipped), "site")).isInstanceOf(CaptureException.class);
  }

  @Test
  void damagedGzipIsReadUpToTheDamage() throws IOException {
    byte[] content = gzip(written(CaptureWriter.Format.PCAP_NANOS, 5000, 60));
    content[content.length - 6] ^= 1;
    try (PacketSource source = CaptureFiles.open(List.of(file("sum.gz", content)), "site")) {
      assertThat(all(source)).hasSize(5000);
      assertThat(source.faults()).singleElement().satisfies(f -> assertThat(f.message()).contains("checksum"));
    }
  }

  @Test
  void aLeasedSlabKeepsItsOctetsAndAReturnedOneIsPoisoned() throws IOException {
    byte[] content = written(CaptureWriter.Format.PCAP_NANOS, 60_000, 60);
    Path path = file("big", content);
    try (CaptureFile source = CaptureFile.open(path, "site", new Slabs(2, true))) {
      Packet p = new Packet();
      assertThat(source.next(p)).isTrue();
      Slab slab = java.util.Objects.requireNonNull(p.slab);
      MemorySegment kept = p.segment.asSlice(p.offset, p.captured);
      slab.retain();
      long n = 1;
      while (source.next(p)) {
        assertThat(p.segment.get(ValueLayout.JAVA_BYTE, p.offset)).isEqualTo((byte) n);
        n++;
      }
      assertThat(n).isEqualTo(60_000);
      assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(octets(60, 0));
      slab.release();
      assertThat(kept.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xA5);
    }
  }

  @Test
  void aPacketAllocatesNothing() throws IOException {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    for (CaptureWriter.Format format : List.of(CaptureWriter.Format.PCAP_MICROS, CaptureWriter.Format.PCAPNG)) {
      Path path = file("quiet", written(format, 12_000, 40));
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        try (PacketSource source = CaptureFiles.open(List.of(path), "site")) {
          Packet p = new Packet();
          assertThat(source.next(p)).isTrue();
          long before = threads.getCurrentThreadAllocatedBytes();
          // fewer than one reading holds: overwriting what was read, as tests do, allocates
          for (int i = 0; i < 1_000; i++) {
            source.next(p);
          }
          least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
          assertThat(p.index).isEqualTo(1_000);
        }
      }
      assertThat(least).as("octets allocated by 1,000 packets of " + format).isZero();
    }
  }
}
