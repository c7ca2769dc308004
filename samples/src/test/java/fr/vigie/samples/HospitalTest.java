package fr.vigie.samples;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.samples.Mirror.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample hospital is what its README says, for the committed seed and for three that are drawn and printed. */
final class HospitalTest {
  private static final Set<String> DETECTIONS = Set.of("BAC-01", "BAC-02", "BAC-09", "BAC-10", "BAC-16", "BAC-17", "BAC-23", "BAC-24", "KNX-01",
      "KNX-06", "MOD-01", "MOD-04", "UPS-01", "NET-01", "NET-02", "NET-04", "NET-07", "WEB-01");
  private static final Path COMMITTED = committed();
  private static final List<Long> SEEDS = seeds();

  @TempDir
  static Path made;

  private static Path committed() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("samples") ? here.resolve("hospital") : here.resolve("samples/hospital");
  }

  private static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>(List.of(Hospital.SEED));
    new Random().longs(2, 1_000_000_000L).distinct().limit(3).forEach(seeds::add);
    System.out.println("sample hospital: seeds " + seeds);
    return seeds;
  }

  @BeforeAll
  static void write() throws IOException {
    for (long seed : SEEDS) {
      Hospital.write(seed, made.resolve("s" + seed));
    }
  }

  static Stream<Path> hospitals() {
    return SEEDS.stream().map(s -> made.resolve("s" + s));
  }

  private static Mirror mirror(Path hospital) throws IOException {
    return Mirror.read(hospital.resolve(Hospital.CAPTURE));
  }

  private static List<String[]> story(Path hospital) throws IOException {
    return Files.readAllLines(hospital.resolve(Hospital.STORY)).stream().skip(1).map(l -> l.split("\t", -1)).toList();
  }

  @Test
  void theSameSeedGivesTheSameOctets() throws IOException {
    Path again = made.resolve("again");
    Hospital.write(SEEDS.getLast(), again);
    Path before = made.resolve("s" + SEEDS.getLast());
    for (String f : List.of(Hospital.CAPTURE, Hospital.SITE, Hospital.STORY)) {
      assertThat(Files.mismatch(before.resolve(f), again.resolve(f))).as(f).isEqualTo(-1);
    }
  }

  @Test
  void theCommittedFilesAreThoseOfTheirSeed() throws IOException {
    Path fresh = made.resolve("s" + Hospital.SEED);
    // Compared unpacked: two builds of zlib may pack the same octets differently.
    assertThat(Mirror.unzipped(COMMITTED.resolve(Hospital.CAPTURE))).isEqualTo(Mirror.unzipped(fresh.resolve(Hospital.CAPTURE)));
    assertThat(COMMITTED.resolve(Hospital.SITE)).hasSameTextualContentAs(fresh.resolve(Hospital.SITE));
    assertThat(COMMITTED.resolve(Hospital.STORY)).hasSameTextualContentAs(fresh.resolve(Hospital.STORY));
  }

  @Test
  void anotherSeedIsAnotherHospital() throws IOException {
    Path one = made.resolve("s" + SEEDS.get(0));
    Path two = made.resolve("s" + SEEDS.get(1));
    assertThat(Files.mismatch(one.resolve(Hospital.SITE), two.resolve(Hospital.SITE))).isNotEqualTo(-1);
    assertThat(story(one).stream().map(r -> r[5]).toList()).as("order of the story").isNotEqualTo(story(two).stream().map(r -> r[5]).toList());
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void theCaptureIsSmallAndInOrderOfTime(Path hospital) throws IOException {
    assertThat(Files.size(hospital.resolve(Hospital.CAPTURE))).isLessThan(10_000_000L);
    List<Frame> frames = mirror(hospital).frames();
    assertThat(frames).hasSizeBetween(50_000, 90_000);
    assertThat(frames.stream().map(Frame::at)).isSorted();
    assertThat(frames.getFirst().at()).isGreaterThanOrEqualTo(Hospital.nanos(Hospital.BEGIN) - 1_000_000L);
    assertThat(frames.getLast().at()).isLessThan(Hospital.nanos(Hospital.END) + 10_000_000_000L);
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void everyChecksumIsRight(Path hospital) throws IOException {
    for (Frame f : mirror(hospital).frames()) {
      if (f.ip()) {
        assertThat(f.headerSum()).isEqualTo(0xFFFF);
        if (f.protocol() == 6 || f.protocol() == 17) {
          assertThat(f.transportSum()).isEqualTo(0xFFFF);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void moreThanOneHundredAndFiftyDevicesStandOnEightVlans(Path hospital) throws IOException {
    Set<Integer> vlans = new TreeSet<>();
    Set<String> devices = new HashSet<>();
    for (Frame f : mirror(hospital).frames()) {
      vlans.add(f.vlan());
      if (!f.fromMac().startsWith("00:00:5e")) {
        devices.add(f.fromMac());
      }
      if (f.ip() && f.protocol() == 17) {
        byte[] p = f.payload();
        // a unicast NPDU with a source below the IP: 01 08 net net 01 mac
        if (p.length > 18 && (p[8] & 0xFF) == 0x81 && p[9] == 0x0A && p[13] == 0x08) {
          devices.add(f.from() + "/" + p[14] + "." + p[15] + "." + p[17]);
        }
      }
    }
    assertThat(vlans).hasSize(8);
    assertThat(devices).hasSizeGreaterThanOrEqualTo(150);
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void aHostKnowsItsNextHopBeforeItTalks(Path hospital) throws IOException {
    Map<String, Set<Long>> heard = new HashMap<>();
    for (Frame f : mirror(hospital).frames()) {
      String vlan = f.vlan() + " ";
      boolean group = (f.u8(0) & 1) != 0;
      if (f.arp() && group) {
        // everybody on the VLAN may learn from a question to all
        heard.computeIfAbsent(vlan, k -> new HashSet<>()).add(f.mac(26));
      } else if (f.arp()) {
        heard.computeIfAbsent(vlan + f.mac(0), k -> new HashSet<>()).add(f.mac(26));
      } else if (f.ip() && !group && f.u8(26) != 64) {
        assertThat(heard.getOrDefault(vlan + f.mac(6), Set.of()).contains(f.mac(0)) || heard.getOrDefault(vlan, Set.of()).contains(f.mac(0)))
            .as("%s has resolved its next hop", f.from()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void tcpStreamsHaveNoGaps(Path hospital) throws IOException {
    Map<String, Long> next = new HashMap<>();
    for (Frame f : mirror(hospital).frames()) {
      if (f.ip() && f.protocol() == 6) {
        int flags = f.u8(51);
        String way = f.from() + " " + f.u32(34) + " " + f.u32(38);
        long seq = f.u32(42);
        if ((flags & 2) == 0 && next.containsKey(way)) {
          assertThat(seq).as(way).isEqualTo(next.get(way));
        }
        int data = f.payload().length - (f.u8(50) >> 4) * 4;
        next.put(way, seq + data + ((flags & 3) != 0 ? 1 : 0) & 0xFFFFFFFFL);
      }
    }
    assertThat(next).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void theStoryHasTwentyIncidentsAndTwentyNearMisses(Path hospital) throws IOException {
    List<String[]> rows = story(hospital);
    assertThat(rows).allSatisfy(r -> assertThat(r).hasSize(8));
    assertThat(rows.stream().filter(r -> r[0].equals("incident"))).hasSizeGreaterThanOrEqualTo(20);
    assertThat(rows.stream().filter(r -> r[0].equals("near-miss"))).hasSizeGreaterThanOrEqualTo(20);
    assertThat(rows.stream().filter(r -> r[0].equals("incident")).map(r -> r[5]).toList()).containsAll(DETECTIONS);
    assertThat(rows.stream().filter(r -> r[0].equals("near-miss"))).allSatisfy(r -> assertThat(r[7]).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void everyRowPointsAtAPacketOfItsActor(Path hospital) throws IOException {
    List<Frame> frames = mirror(hospital).frames();
    for (String[] r : story(hospital)) {
      Frame f = frames.get(Integer.parseInt(r[6]));
      String arpSender = f.arp() ? Host.text((int) f.u32(32)) : "";
      assertThat(List.of(f.from(), f.fromMac(), arpSender)).as(String.join(" ", r)).contains(r[2]);
      assertThat(r[1]).isEqualTo(Hospital.instant(f.at() / 1_000_000_000L * 1_000_000_000L).toString().replace("Z", "")
          + "." + "%09d".formatted(f.at() % 1_000_000_000L) + "Z");
      assertThat(f.at()).as("after the quiet part").isGreaterThan(Hospital.nanos(Hospital.LEARN_UNTIL));
    }
  }

  @ParameterizedTest
  @MethodSource("hospitals")
  void afterTheQuietPartOnlyStrangersAreNew(Path hospital) throws IOException {
    Set<String> known = new HashSet<>();
    Set<String> strangers = new TreeSet<>();
    for (Frame f : mirror(hospital).frames()) {
      if (f.at() < Hospital.nanos(Hospital.LEARN_UNTIL)) {
        known.add(f.fromMac());
      } else if (!known.contains(f.fromMac()) && f.arp()) {
        strangers.add(Host.text((int) f.u32(32)));
      }
    }
    assertThat(story(hospital).stream().filter(r -> r[0].equals("incident") && r[5].equals("NET-01")).map(r -> r[2]))
        .containsExactlyInAnyOrderElementsOf(strangers);
  }
}
