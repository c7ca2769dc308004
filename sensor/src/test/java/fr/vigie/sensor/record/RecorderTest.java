package fr.vigie.sensor.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RecorderTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  /** Datagrams nobody knows between a few hosts, each with its number. */
  private static Tape traffic(int packets) {
    Random random = new Random(7);
    Tape tape = new Tape();
    for (int i = 0; i < packets; i++) {
      byte[] payload = Frames.join(Frames.u32(i), new byte[random.nextInt(900)]);
      tape.frame(Frames.udpFrame(1 + random.nextInt(20), 40000 + random.nextInt(50), 100, 9999, payload)).pass(0.001);
    }
    return tape;
  }

  // ---- what is written

  @Test
  void everyPacketIsReadBackAsItWas() throws IOException {
    Tape tape = new Tape().frame(Frames.udpFrame(1, 4000, 2, 9999, "hello".getBytes(StandardCharsets.UTF_8))).pass(0.5)
        .from(1, "annex").frame(Frames.arp(1, 3, 3, 4)).pass(0.25).from(0, "site")
        .frame(Frames.tcpFrame(1, 4001, 2, 9998, 100, 2, "")).frame(Frames.udpFrame(1, 4000, 2, 9999, new byte[900]), 200);
    Recorder recorder = Rings.record(tape, Rings.options(folder));
    List<Rings.Kept> kept = Rings.read(folder);
    assertThat(kept).extracting(Rings.Kept::at)
        .containsExactly(Tape.START, Tape.START + 500_000_000, Tape.START + 750_000_000, Tape.START + 750_000_000);
    assertThat(kept.get(0).octets()).isEqualTo(Frames.udpFrame(1, 4000, 2, 9999, "hello".getBytes(StandardCharsets.UTF_8)));
    assertThat(kept.get(1).octets()).isEqualTo(Frames.arp(1, 3, 3, 4));
    assertThat(kept.get(1).iface()).isEqualTo("tape1");
    assertThat(kept.get(3).octets()).hasSize(200);
    assertThat(kept.get(3).wire()).isEqualTo(942);
    assertThat(recorder.counters()).containsEntry("record.packets", 4L).containsEntry("record.written_packets", 4L)
        .doesNotContainKeys("record.dropped_slow_disk", "record.dropped_full_disk");
  }

  @Test
  void theTagThatADriverTookOffIsPutBack() throws IOException {
    byte[] frame = Frames.udpFrame(1, 4000, 2, 9999, new byte[20]);
    try (Recorder recorder = Recorder.open(Rings.options(folder)); Arena arena = Arena.ofConfined()) {
      recorder.origins(List.of(new Origin(0, "site", "eth1", null, null, 1)));
      Track track = recorder.track();
      Packet p = packet(arena, frame, Tape.START);
      p.vlan = 120;
      offer(track, p, new Headers());
    }
    assertThat(Rings.read(folder).getFirst().octets())
        .isEqualTo(Frames.join(java.util.Arrays.copyOf(frame, 12), Frames.u16(0x8100), Frames.u16(120), java.util.Arrays.copyOfRange(frame, 12, frame.length)));
  }

  @Test
  void tsharkAndCapinfosReadEverySegmentWithoutComplaint() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "tshark is not here");
    Rings.record(traffic(9_000), Rings.options(folder).bounds(2 << 20, RecordOptions.AGE));
    List<Path> segments = Rings.segments(folder);
    assertThat(segments).hasSizeGreaterThan(5);
    for (Path segment : segments) {
      assertThat(Rings.run("/usr/bin/capinfos", "-M", segment.toString())).isZero();
      String frames = Rings.said("/usr/bin/tshark", "-n", "-r", segment.toString(), "-Y", "_ws.malformed || _ws.expert.severity == error");
      assertThat(frames).isEmpty();
    }
    assertThat(Rings.said("/usr/bin/capinfos", "-k", segments.getFirst().toString())).contains("Recorded by Vigie");
  }

  @Test
  void theIndexOfEverySegmentIsWhatReadingItGives() throws IOException {
    Rings.record(traffic(9_000), Rings.options(folder).bounds(8 << 20, RecordOptions.AGE));
    rebuiltIndexesAreTheSame();
  }

  @Test
  void theIndexIsTheSameForTheTrafficOfTheWorld() throws IOException {
    Path captures = SharedCaptures.root();
    Assumptions.assumeTrue(captures != null, "the shared captures are not here: set VIGIE_CAPTURES");
    List<Path> files;
    try (Stream<Path> all = Files.walk(captures)) {
      files = all.filter(f -> f.toString().matches(".*\\.(pcap|pcapng|cap)")).filter(f -> f.toFile().length() < 2_000_000).sorted().limit(150).toList();
    }
    for (Path file : files) {
      try (CaptureFile source = CaptureFile.open(file, "default");
          Recorder recorder = Recorder.open(Rings.options(folder).bounds(256 << 20, Long.MAX_VALUE))) {
        new Sensor(SensorOptions.standard().recorder(recorder)).run(source, NOBODY);
        assertThat(recorder.flush(5_000_000_000L)).isTrue();
        assertThat(recorder.counters()).as(file.toString()).doesNotContainKey("record.dropped_disk_error");
      } catch (CaptureException e) {
        continue; // not a capture: another test's matter
      }
    }
    assertThat(Rings.segments(folder)).isNotEmpty();
    rebuiltIndexesAreTheSame();
  }

  private void rebuiltIndexesAreTheSame() throws IOException {
    List<Path> indexes = Rings.indexes(folder);
    assertThat(indexes).hasSameSizeAs(Rings.segments(folder));
    List<byte[]> before = new ArrayList<>();
    for (Path index : indexes) {
      before.add(Files.readAllBytes(index));
      Files.delete(index);
    }
    try (Recorder again = Recorder.open(Rings.options(folder).bounds(256 << 20, Long.MAX_VALUE))) {
      assertThat(again.counters()).containsEntry("record.segments_indexed_again", (long) indexes.size()).doesNotContainKey("record.torn_octets");
      for (int i = 0; i < before.size(); i++) {
        assertThat(Files.readAllBytes(indexes.get(i))).as(indexes.get(i).toString()).isEqualTo(before.get(i));
      }
    }
  }

  @Test
  void anIndexThatIsCutWhileItIsAskedEndsNothing() throws IOException {
    Rings.record(traffic(9_000), Rings.options(folder).bounds(8 << 20, RecordOptions.AGE));
    try (Recorder again = Recorder.open(Rings.options(folder).bounds(8 << 20, RecordOptions.AGE))) {
      int[] found = new int[3];
      for (int round = 0; round < found.length; round++) {
        int now = round;
        again.ring().find(interfaces -> {
          for (Path index : indexes()) {
            if (now == 1) {
              cut(index); // as a bad sector would, between two looks at it
            }
          }
          return flow -> 1;
        }, Long.MIN_VALUE, Long.MAX_VALUE, (segment, offset, at, rank) -> found[now]++);
      }
      assertThat(found).as("before, meanwhile and afterwards").containsExactly(9_000, 9_000, 9_000);
    }
  }

  private List<Path> indexes() {
    try {
      return Rings.indexes(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void cut(Path index) {
    try (FileChannel file = FileChannel.open(index, StandardOpenOption.WRITE)) {
      file.truncate(64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- bounds

  @Test
  void theRingStaysWithinItsSizeAndTheOldestGoesFirst() throws IOException {
    Recorder recorder = Rings.record(traffic(20_000), Rings.options(folder).bounds(2 << 20, RecordOptions.AGE));
    long octets = 0;
    for (Path file : Stream.concat(Rings.segments(folder).stream(), Rings.indexes(folder).stream()).toList()) {
      octets += Files.size(file);
    }
    // the bound holds when a segment begins; one segment and its index come on top
    assertThat(octets).isLessThan((2 << 20) + (2 << 20) / 8);
    List<Rings.Kept> kept = Rings.read(folder);
    assertThat(kept.getLast().at()).isEqualTo(Tape.START + 19_999_000_000L);
    assertThat(recorder.counters().get("record.segments_outgrown")).isPositive();
    assertThat(recorder.counters().get("record.packets")).isEqualTo(20_000);
  }

  @Test
  void segmentsOlderThanTheAgeGo() throws IOException {
    Recorder recorder = Rings.record(traffic(20_000), Rings.options(folder).bounds(8 << 20, 5_000_000_000L));
    assertThat(recorder.counters().get("record.segments_aged")).isPositive();
    long first = Rings.read(folder).getFirst().at();
    // a segment goes when its last packet is too old: a segment of half a MiB holds about 1.1 s of this traffic
    assertThat(Tape.START + 19_999_000_000L - first).isBetween(4_000_000_000L, 9_000_000_000L);
  }

  // ---- disks

  /** A disk whose writes wait for a permit. */
  private static final class Gate implements Disk {
    final Semaphore permits = new Semaphore(0);
    volatile boolean open;
    volatile String error = "";

    @Override
    public SeekableByteChannel create(Path file) throws IOException {
      SeekableByteChannel real = REAL.create(file);
      return (SeekableByteChannel) java.lang.reflect.Proxy.newProxyInstance(Gate.class.getClassLoader(), new Class<?>[] {SeekableByteChannel.class},
          (proxy, method, arguments) -> {
            if (method.getName().equals("write")) {
              if (!open) {
                permits.acquire();
              }
              if (!error.isEmpty()) {
                ByteBuffer all = (ByteBuffer) arguments[0];
                ByteBuffer some = all.duplicate().limit(all.position() + Math.min(7, all.remaining()));
                real.write(some); // a full disk takes a part first
                throw new IOException(error);
              }
            }
            try {
              return method.invoke(real, arguments);
            } catch (java.lang.reflect.InvocationTargetException e) {
              throw e.getCause();
            }
          });
    }

    @Override
    public long free(Path folder) {
      return Long.MAX_VALUE;
    }
  }

  @Test
  void aSlowDiskDropsRecordingExactlyAndNothingWaits() throws IOException {
    Gate gate = new Gate();
    int offered = 20_000;
    long packets;
    try (Recorder recorder = Recorder.open(Rings.options(folder).patient(false), gate); Arena arena = Arena.ofConfined()) {
      recorder.origins(List.of(new Origin(0, "site", "eth1", null, null, 1)));
      Track track = recorder.track();
      Headers headers = new Headers();
      for (int i = 0; i < offered; i++) {
        offer(track, packet(arena, Frames.udpFrame(1, 4000, 2, 9999, Frames.u32(i)), Tape.START + i), headers);
      }
      // 46 octets of frame are a block of 28 + 48 + 4 octets, but entries are the scarcer here: 1 MiB / 256
      packets = (1 << 20) / 256;
      assertThat(recorder.counters()).containsEntry("record.packets", packets).containsEntry("record.dropped_slow_disk", offered - packets);
      gate.open = true;
      gate.permits.release(1000);
      assertThat(recorder.flush(5_000_000_000L)).isTrue();
      offer(track, packet(arena, Frames.udpFrame(1, 4000, 2, 9999, Frames.u32(offered)), Tape.START + offered), headers);
      assertThat(recorder.flush(5_000_000_000L)).isTrue();
      assertThat(recorder.counters()).containsEntry("record.written_packets", packets + 1);
      assertThat(recorder.holes().within(Tape.START, Tape.START + offered))
          .containsExactly(new Holes.Hole(Holes.Drop.SLOW_DISK, Tape.START + packets, Tape.START + offered - 1, offered - packets));
    }
    assertThat(Rings.read(folder)).hasSize((int) packets + 1);
    // the packet that follows says how many are missing before it (epb_dropcount)
    assertThat(Rings.octets(folder)).contains(new String(Frames.hex("0400 0800"), StandardCharsets.ISO_8859_1)
        + new String(Frames.hex(String.format("%02x%02x 0000 0000 0000", (offered - packets) & 0xFF, (offered - packets) >> 8 & 0xFF)), StandardCharsets.ISO_8859_1));
  }

  @Test
  void aFullDiskLeavesNoHalfBlockAndRecordingGoesOnWhenThereIsRoom() throws IOException, InterruptedException {
    Gate gate = new Gate();
    gate.open = true;
    try (Recorder recorder = Recorder.open(Rings.options(folder), gate); Arena arena = Arena.ofConfined()) {
      recorder.origins(List.of(new Origin(0, "site", "eth1", null, null, 1)));
      Track track = recorder.track();
      Headers headers = new Headers();
      offer(track, packet(arena, Frames.udpFrame(1, 4000, 2, 9999, Frames.u32(1)), Tape.START), headers);
      assertThat(recorder.flush(5_000_000_000L)).isTrue();
      gate.error = "No space left on device";
      for (int i = 0; i < 100; i++) {
        offer(track, packet(arena, Frames.udpFrame(1, 4000, 2, 9999, Frames.u32(2)), Tape.START + 1), headers);
      }
      assertThat(recorder.flush(5_000_000_000L)).isTrue();
      assertThat(recorder.counters()).containsEntry("record.dropped_full_disk", 100L);
      assertThat(recorder.trouble()).isEqualTo("No space left on device");
      gate.error = "";
      for (int i = 0; !recorder.counters().getOrDefault("record.written_packets", 0L).equals(2L); i++) {
        Thread.sleep(100); // it tries again after a second
        offer(track, packet(arena, Frames.udpFrame(1, 4000, 2, 9999, Frames.u32(3)), Tape.START + 2), headers);
        assertThat(recorder.flush(5_000_000_000L)).isTrue();
        assertThat(i).isLessThan(100);
      }
      assertThat(recorder.trouble()).isNull();
    }
    assertThat(Rings.read(folder)).hasSize(2);
  }

  @Test
  void aSmallDiskThatIsFullCostsOldSegmentsThenRecordingNeverCapture() throws IOException, InterruptedException {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "mounting a small disk needs root");
    Path mount = Files.createDirectory(folder.resolve("small"));
    Assumptions.assumeTrue(Rings.run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount.toString()) == 0, "this machine lets nobody mount");
    try {
      Path ring = mount.resolve("ring");
      Tape tape = traffic(20_000);
      Recorder recorder = Rings.record(tape, Rings.options(ring).bounds(16 << 20, RecordOptions.AGE));
      assertThat(tape.count("packets")).as("captured").isEqualTo(20_000);
      assertThat(recorder.counters().get("record.segments_given_up")).isPositive();
      assertThat(recorder.counters()).containsEntry("record.written_packets", 20_000L).doesNotContainKey("record.dropped_full_disk");
      assertThat(Rings.read(ring).getLast().at()).isEqualTo(Tape.START + 19_999_000_000L);
      // now somebody else takes all of it
      for (Path old : Stream.concat(Rings.segments(ring).stream(), Rings.indexes(ring).stream()).toList()) {
        Files.delete(old);
      }
      Rings.run("dd", "if=/dev/zero", "of=" + mount.resolve("others"), "bs=64k");
      Tape more = traffic(5_000);
      recorder = Rings.record(more, Rings.options(ring).bounds(16 << 20, RecordOptions.AGE));
      assertThat(more.count("packets")).as("captured").isEqualTo(5_000);
      assertThat(recorder.counters().getOrDefault("record.written_packets", 0L) + recorder.counters().get("record.dropped_full_disk")).isEqualTo(5_000);
      assertThat(recorder.trouble()).contains("No space left");
    } finally {
      Rings.run("umount", mount.toString());
    }
  }

  // ---- what it costs the capture

  private static final Sink NOBODY = new Sink() {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  };

  @Test
  void recordingAPacketAllocatesNothing() throws IOException {
    try (Recorder recorder = Recorder.open(Rings.options(folder).bounds(4 << 20, RecordOptions.AGE)); Arena arena = Arena.ofConfined()) {
      recorder.origins(List.of(new Origin(0, "site", "eth1", null, null, 1)));
      Track track = recorder.track();
      Headers headers = new Headers();
      Packet p = packet(arena, Frames.udpFrame(1, 4000, 2, 9999, new byte[100]), Tape.START);
      for (int i = 0; i < 200_000; i++) {
        p.at++;
        offer(track, p, headers);
      }
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200_000; i++) {
        p.at++;
        offer(track, p, headers);
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).as("octets over 200,000 packets").isLessThan(4096);
    }
  }

  private static Packet packet(Arena arena, byte[] frame, long at) {
    MemorySegment memory = arena.allocate(frame.length);
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
    Packet p = new Packet();
    p.segment = memory;
    p.captured = frame.length;
    p.wire = frame.length;
    p.at = at;
    p.linkType = 1;
    return p;
  }

  private static void offer(Track track, Packet p, Headers headers) {
    headers.parse(p.segment, p.offset, p.captured, p.wire, p.linkType, p.vlan);
    track.begin(p, headers);
    track.end(headers, null, true, true);
  }
}
