package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.health.Doctor;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Codec;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.wire.Cursor;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CrewTest {
  private static final Supplier<List<Dissector>> TOYS = () -> List.of(new Toys.Datagrams(), new Toys.Lines(), new Toys.Counted(), new Toys.Link());

  /** Everything a sink is told, in one digest; and that it is in order. */
  private static final class Digest implements Sink {
    private final MessageDigest digest;
    private final Codec codec = new Codec(new Endpoints(1 << 16));
    private @Nullable Stamp last;
    private long at = Long.MIN_VALUE;
    private long observations;

    Digest() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void accept(Observation o) {
      Stamp before = last;
      assertThat(before == null || o.stamp().compareTo(before) > 0).as("(seq, n) rises: %s", o).isTrue();
      assertThat(o.at()).as("time never runs back: %s", o).isGreaterThanOrEqualTo(at);
      last = o.stamp();
      at = o.at();
      observations++;
      digest.update(codec.write(o));
    }

    @Override
    public void quantum(long seq, long until) {
      digest.update(ByteBuffer.allocate(16).putLong(seq).putLong(until).flip());
    }

    String said() {
      return observations + " " + HexFormat.of().formatHex(digest.digest());
    }
  }

  /** Deterministic and diverse: of each collection in turn the next capture in the order of names that is not large, until there are a hundred. */
  private static List<Path> hundred(Path root) throws IOException {
    Map<String, List<Path>> collections = new TreeMap<>();
    try (var walk = Files.walk(root)) {
      for (Path p : walk.filter(p -> p.toString().matches(".*\\.(pcap|pcapng|cap)$") && Files.isRegularFile(p)).sorted().toList()) {
        if (Files.size(p) < 2 << 20) {
          collections.computeIfAbsent(root.relativize(p).getName(0).toString(), k -> new ArrayList<>()).add(p);
        }
      }
    }
    List<Path> chosen = new ArrayList<>();
    for (int round = 0; chosen.size() < 100; round++) {
      for (List<Path> collection : collections.values()) {
        if (round < collection.size() && chosen.size() < 100) {
          chosen.add(collection.get(round));
        }
      }
    }
    return chosen;
  }

  @Test
  void oneTwoOrFourPipelinesSayTheSameOfAHundredSharedCaptures() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are not on this machine");
    List<Path> files = hundred(root);
    Map<Integer, String> said = new TreeMap<>();
    for (int pipelines : new int[] {1, 2, 4}) {
      Sensor sensor = new Sensor(SensorOptions.standard().pipelines(pipelines));
      Digest sink = new Digest();
      long[] packets = new long[1];
      try (PacketSource source = CaptureFiles.open(files, "default")) {
        sensor.run(source, sink, n -> packets[0] = n);
      }
      assertThat(packets[0]).isEqualTo(sensor.counters().value("packets")).isGreaterThan(10_000);
      said.put(pipelines, sink.said() + sensor.counters().values());
    }
    assertThat(said.get(2)).isEqualTo(said.get(1));
    assertThat(said.get(4)).isEqualTo(said.get(1));
  }

  /** Datagrams, answers, streams with holes, fragments, ARP, errors of ICMP and frames without IP between a few hosts, at any pace. */
  private static Tape traffic(long seed, int packets) {
    Random random = new Random(seed);
    Tape tape = new Tape();
    int[] sequence = new int[64];
    for (int i = 0; i < packets; i++) {
      int a = 1 + random.nextInt(12);
      int b = 1 + random.nextInt(12);
      byte[] toy = {0x55, 7, (byte) random.nextInt(6), (byte) random.nextInt(4), 0, 0, (byte) random.nextInt(3)};
      byte[] datagram = Frames.udp(50_000 + random.nextInt(3), 7000, toy);
      int flow = random.nextInt(64);
      switch (random.nextInt(9)) {
        case 0, 1 -> tape.frame(Frames.udpFrame(a, 50_000, b, 7000, toy));
        case 2 -> tape.frame(Frames.udpFrame(b, 7000, a, 50_000, toy));
        case 3, 4 -> {
          tape.frame(Frames.tcpFrame(1 + flow % 8, 40_000 + flow, 20 + flow % 5, 7001, sequence[flow], 24, "68616c6c6f0a"));
          // now and then a segment is lost: it is missed until patience is over
          sequence[flow] += random.nextInt(5) == 0 ? 12 : 6;
        }
        case 5 -> {
          int cut = 8;
          int id = random.nextInt(1000);
          tape.frame(Frames.ethernet(a, b, 0x0800, Frames.ipv4(a, b, 17, id, 0x2000, 64, Arrays.copyOf(datagram, cut))));
          tape.frame(Frames.ethernet(a, b, 0x0800,
              Frames.ipv4(a, b, 17, id, cut / 8, 64, Arrays.copyOfRange(datagram, cut, datagram.length))));
        }
        case 6 -> tape.frame(Frames.ethernet(a, 255, 0x0806, Frames.join(Frames.hex("0001080006040001"), Frames.mac(random.nextInt(3) + a),
            Frames.address(a), Frames.mac(0), Frames.address(b))));
        case 7 -> tape.frame(Frames.ethernet(a, b, 0x0800, Frames.ipv4(a, b, 1, Frames.join(Frames.hex("0303000000000000"),
            Frames.ipv4(b, a, 17, datagram)))));
        default -> tape.frame(Frames.ethernet(a, b, 0x88B5, toy));
      }
      tape.pass(random.nextInt(40) == 0 ? random.nextDouble(70) : random.nextInt(3) == 0 ? 0 : random.nextDouble(0.02));
    }
    return tape;
  }

  @Test
  void tinyRingsSayTheSameOfRandomTraffic() {
    Random random = new Random(20261125);
    for (int round = 0; round < 60; round++) {
      long seed = random.nextLong();
      int packets = 1 + random.nextInt(400);
      SensorOptions options = SensorOptions.standard().dissectors(TOYS).bounds(1 << 10, 1 << 10);
      String one = run(traffic(seed, packets), options, 0, 0);
      int pipelines = 2 + random.nextInt(6);
      int parcels = 1 + random.nextInt(3);
      int items = 1 + random.nextInt(4);
      assertThat(run(traffic(seed, packets), options.pipelines(pipelines), parcels, items))
          .as("seed %d, %d packets, %d pipelines, %d parcels of %d", seed, packets, pipelines, parcels, items).isEqualTo(one);
    }
  }

  private static String run(Tape tape, SensorOptions options, int parcels, int items) {
    Counters counters = new Counters();
    Digest sink = new Digest();
    Dispatcher dispatcher = new Dispatcher(options, counters, new Doctor(counters, Set.of()), 1);
    if (parcels == 0) {
      dispatcher.run(tape, sink, n -> { });
    } else {
      dispatcher.run(tape, new Crew(options, counters, parcels, items), new Merger(options, counters, sink), n -> { });
    }
    return sink.said() + counters.values();
  }

  @Test
  void whatTheSinkThrowsIsThrownOnTheCaller() {
    IllegalStateException full = new IllegalStateException("the disk is full");
    for (int parcels = 1; parcels < 3; parcels++) {
      SensorOptions options = SensorOptions.standard().dissectors(TOYS).pipelines(3);
      Counters counters = new Counters();
      Sink sink = new Sink() {
        private int left = 20;

        @Override
        public void accept(Observation o) {
          if (--left == 0) {
            throw full;
          }
        }

        @Override
        public void quantum(long seq, long at) {}
      };
      // the rings are full when it happens: nobody may wait for the other
      Crew crew = new Crew(options, counters, parcels, 1);
      assertThatThrownBy(() -> new Dispatcher(options, counters, new Doctor(counters, Set.of()), 1).run(traffic(7, 5000), crew, new Merger(options, counters, sink), n -> { }))
          .isSameAs(full);
    }
    assertNobodyIsLeft();
  }

  /** The toy datagrams, dissected until a defect. */
  private static final class Faulty implements Dissector {
    private final Toys.Datagrams sound = new Toys.Datagrams();
    private final RuntimeException defect;
    private int left = 50;

    Faulty(RuntimeException defect) {
      this.defect = defect;
    }

    @Override
    public String name() {
      return sound.name();
    }

    @Override
    public Sheet sheet() {
      return new Sheet("a toy", "none", "itself", "anything else", "its test");
    }

    @Override
    public Transport transport() {
      return sound.transport();
    }

    @Override
    public int[] ports() {
      return sound.ports();
    }

    @Override
    public boolean anyPort() {
      return sound.anyPort();
    }

    @Override
    public Cite cite() {
      return sound.cite();
    }

    @Override
    public int frame(Cursor m, Exchange x) {
      return sound.frame(m, x);
    }

    @Override
    public void dissect(Cursor m, Exchange x, Observer o) {
      if (--left == 0) {
        throw defect;
      }
      sound.dissect(m, x, o);
    }
  }

  @Test
  void whatADissectorThrowsIsThrownOnTheCaller() {
    IllegalStateException defect = new IllegalStateException("a defect");
    for (int parcels = 1; parcels < 3; parcels++) {
      SensorOptions options = SensorOptions.standard().pipelines(3).dissectors(() -> List.of(new Faulty(defect)));
      Counters counters = new Counters();
      Crew crew = new Crew(options, counters, parcels, 2);
      assertThatThrownBy(() -> new Dispatcher(options, counters, new Doctor(counters, Set.of()), 1).run(traffic(11, 20_000), crew, new Merger(options, counters, new Digest()),
          n -> { })).isSameAs(defect);
    }
    assertNobodyIsLeft();
  }

  @Test
  void whatTheSourceThrowsIsThrownOnTheCaller() {
    StackOverflowError defect = new StackOverflowError("a defect");
    Tape tape = traffic(3, 3000);
    PacketSource source = new PacketSource() {
      private int left = 2000;

      @Override
      public boolean next(Packet packet) {
        if (--left == 0) {
          throw defect;
        }
        return tape.next(packet);
      }

      @Override
      public List<Origin> origins() {
        return tape.origins();
      }

      @Override
      public List<Fault> faults() {
        return List.of();
      }

      @Override
      public long position() {
        return 0;
      }

      @Override
      public long size() {
        return -1;
      }

      @Override
      public void close() {}
    };
    assertThatThrownBy(() -> new Sensor(SensorOptions.standard().dissectors(TOYS).pipelines(2)).run(source, new Digest())).isSameAs(defect);
    assertNobodyIsLeft();
  }

  private static void assertNobodyIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().startsWith("vigie-pipeline") || t.getName().startsWith("vigie-reader"));
  }

  @Test
  void aShardHasItsPartOfEveryBound() {
    SensorOptions share = SensorOptions.standard().share();
    assertThat(share.flows()).isEqualTo(SensorOptions.standard().flows() / SensorOptions.SHARDS);
    assertThat(share.streamMemory() * (SensorOptions.SHARDS + 1)).isLessThanOrEqualTo(SensorOptions.standard().streamMemory());
  }

  @Test
  void bothWaysAndItsErrorsGoToOneShard() {
    Headers there = headers(Frames.udpFrame(1, 50_000, 2, 7000, new byte[4]));
    Headers back = headers(Frames.udpFrame(2, 7000, 1, 50_000, new byte[4]));
    Headers error = headers(Frames.ethernet(9, 1, 0x0800, Frames.ipv4(9, 1, 1, Frames.join(Frames.hex("0303000000000000"),
        Frames.ipv4(1, 2, 17, Frames.udp(50_000, 7000, new byte[4]))))));
    int shard = Dealing.shard(0, there, 16);
    assertThat(Dealing.shard(0, back, 16)).isEqualTo(shard);
    assertThat(Dealing.shard(0, error, 16)).isEqualTo(shard);
    int[] dealt = new int[16];
    for (int i = 0; i < 200; i++) {
      dealt[Dealing.shard(0, headers(Frames.udpFrame(1, 50_000, i, 7000, new byte[4])), 16)]++;
    }
    assertThat(Arrays.stream(dealt).boxed().toList()).as("200 pairs over 16 shards").allSatisfy(n -> assertThat(n).isBetween(2, 30));
  }

  private static Headers headers(byte[] frame) {
    Headers headers = new Headers();
    Packet packet = new Packet();
    new Tape().frame(frame).next(packet);
    headers.parse(packet.segment, 0, packet.captured, packet.wire, 1, -1);
    return headers;
  }

  @Test
  void headersAreTakenOverWhole() throws IllegalAccessException {
    Headers full = headers(Frames.udpFrame(1, 50_000, 2, 7000, new byte[4]));
    Headers copy = new Headers();
    Random random = new Random(5);
    for (Field field : Headers.class.getFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && (field.getType() == int.class || field.getType() == long.class)) {
        field.set(full, field.getType() == int.class ? (Object) random.nextInt() : (Object) random.nextLong());
      }
    }
    copy.take(full);
    for (Field field : Headers.class.getFields()) {
      assertThat(field.get(copy)).as(field.getName()).isEqualTo(field.get(full));
    }
  }

  @Test
  void countersOfPartsAddUp() {
    Counters counters = new Counters();
    Counters part = counters.part();
    counters.counter("refused.a").add(2);
    part.counter("refused.a").add(3);
    part.counter("messages.b").increment();
    assertThat(counters.value("refused.a")).isEqualTo(5);
    assertThat(counters.values()).containsExactly(Map.entry("messages.b", 1L), Map.entry("refused.a", 5L));
    assertThat(counters.group("refused")).containsExactly(Map.entry("a", 5L));
  }
}
