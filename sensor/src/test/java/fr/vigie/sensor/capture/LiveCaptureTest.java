package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interfaces that are really listened to; the other end of the wire speaks. Needs root. */
@Timeout(60)
@Tag("alone")
final class LiveCaptureTest {
  @TempDir Path folder;

  private static LiveCapture listen(Listening how, Counters counters) throws IOException {
    LiveCapture capture = LiveCapture.open(how);
    capture.start(List.of(), counters);
    return capture;
  }

  private static String text(Packet packet, int from) {
    return packet.captured < from ? ""
        : new String(packet.segment.asSlice(packet.offset + from, packet.captured - from).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1)
            .replace("\0", "").strip();
  }

  /** The next frame that begins with these octets at its type. */
  private static byte[] next(LiveCapture capture, Packet packet, String type) {
    while (capture.next(packet)) {
      if (!packet.tick) {
        byte[] octets = Wire.octets(packet);
        if (HexFormat.of().formatHex(octets, 12, octets.length).startsWith(type)) {
          return octets;
        }
      }
    }
    throw new AssertionError("the capture ended");
  }

  @ParameterizedTest
  @EnumSource
  void packetsArriveInOrder(Listening.Method method) throws IOException, InterruptedException {
    try (Wire wire = Wire.lay(); LiveCapture capture = LiveCapture.open(Listening.to(wire.here).by(method))) {
      wire.say("early", 3); // nobody listens yet; what is still under way when somebody does may be heard
      capture.start(List.of(new Origin(0, "default", "older", null, null, 1)), new Counters());
      assertThat(capture.origins()).extracting(Origin::index).containsExactly(0, 1);
      wire.say(50);
      List<String> texts = new ArrayList<>();
      Packet packet = new Packet();
      long last = 0;
      while (texts.size() < 50) {
        assertThat(capture.next(packet)).isTrue();
        String text = text(packet, Wire.UDP);
        if (text.startsWith("vigie-")) {
          texts.add(text);
          assertThat(packet.at).isGreaterThanOrEqualTo(last);
          assertThat(packet.linkType).isEqualTo(1);
          assertThat(packet.origin).isEqualTo(1);
          last = packet.at;
        }
      }
      assertThat(texts).isEqualTo(IntStream.rangeClosed(1, 50).mapToObj(i -> "vigie-" + i).toList());
      assertThat(Math.abs(System.currentTimeMillis() * 1_000_000L - last)).isLessThan(30_000_000_000L);
      assertThat(capture.drops()).isEqualTo(LiveCapture.Drops.NONE);
      assertThat(capture.stamps()).containsExactly(LiveCapture.Stamps.KERNEL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void notOneFrameOfAnyKindIsSent(Listening.Method method) throws IOException, InterruptedException {
    try (Wire wire = Wire.lay()) {
      Path heard = folder.resolve("heard.pcap");
      Process ear = Wire.program("tcpdump")
          ? new ProcessBuilder("ip", "netns", "exec", wire.space, "tcpdump", "-Q", "in", "-U", "-w", heard.toString(), "-i", wire.there)
              .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
          : null;
      TimeUnit.SECONDS.sleep(1);
      try (LiveCapture capture = listen(Listening.to(wire.here).by(method), new Counters())) {
        Packet packet = new Packet();
        for (int ticks = 0; ticks < 4; ) { // four seconds of watching, in which the other end speaks and asks
          wire.say(2);
          Wire.run("ip netns exec " + wire.space + " sh -c 'ip neigh flush dev " + wire.there + "; ping -c 1 -W 1 192.0.2.77'");
          assertThat(capture.next(packet)).isTrue();
          while (!packet.tick) {
            assertThat(capture.next(packet)).isTrue();
          }
          ticks++;
        }
      }
      assertThat(wire.heardThere()).as("frames that the other end received").isZero();
      if (ear != null) {
        ear.destroy();
        ear.waitFor();
        try (CaptureFile file = CaptureFile.open(heard, "default")) {
          assertThat(file.next(new Packet())).as("a frame that tcpdump heard at the other end").isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIdleInterfaceTicksAndStopEndsIt(Listening.Method method) throws IOException, InterruptedException {
    Counters counters = new Counters();
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here).by(method), counters)) {
      Packet packet = new Packet();
      do { // what the kernel of the other end says by itself may come first
        assertThat(capture.next(packet)).isTrue();
      } while (!packet.tick);
      assertThat(packet.captured).isZero();
      assertThat(counters.value("capture.ticks")).isEqualTo(1);
      long now = System.currentTimeMillis() * 1_000_000L;
      assertThat(packet.at).isBetween(now - 10_000_000_000L, now);
      Thread.ofPlatform().start(capture::stop);
      while (capture.next(packet)) {
        assertThat(packet.tick).isTrue();
      }
      assertThat(capture.faults()).isEmpty();
    }
  }

  @Test
  void anAbsentInterfaceIsNamedWithThoseThatExist() {
    assertThatThrownBy(() -> LiveCapture.open(Listening.to("nowhere0")))
        .isInstanceOf(CaptureException.class).hasMessageContaining("nowhere0").hasMessageContaining("lo");
  }

  @ParameterizedTest
  @EnumSource
  void aFilterThatCannotBeUnderstoodIsQuoted(Listening.Method method) throws IOException, InterruptedException {
    try (Wire wire = Wire.lay()) {
      assertThatThrownBy(() -> LiveCapture.open(Listening.to(wire.here).by(method).filter("udp prt 47808")))
          .isInstanceOfSatisfying(CaptureException.class, e -> assertThat(e.kind()).isEqualTo(CaptureException.Kind.FILTER))
          .hasMessageContaining("udp prt 47808").hasMessageContaining("syntax error");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFilterKeepsEverythingElseOut(Listening.Method method) throws IOException, InterruptedException {
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here).by(method).filter("ether proto 0x88b5"), new Counters())) {
      wire.say(5);
      wire.put(folder, 1, Wire.frame("first"));
      wire.say(5);
      wire.put(folder, 1, Wire.frame("second"));
      Packet packet = new Packet();
      List<String> texts = new ArrayList<>();
      while (texts.size() < 2) {
        assertThat(capture.next(packet)).isTrue();
        if (!packet.tick) {
          texts.add(text(packet, 14));
        }
      }
      assertThat(texts).containsExactly("first", "second");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFilterSeesTheTagsThatTheKernelKeepsBesideTheFrame(Listening.Method method) throws IOException, InterruptedException {
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here).by(method).filter("vlan 42"), new Counters())) {
      wire.put(folder, 1, Wire.frame("plain"), Wire.frame("other", 0x8100_0007), Wire.frame("tagged", 0x8100_002A));
      Packet packet = new Packet();
      do {
        assertThat(capture.next(packet)).isTrue();
      } while (packet.tick);
      assertThat(text(packet, 18)).isEqualTo("tagged");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tagsAreWhereTheyWereOnTheWire(Listening.Method method) throws IOException, InterruptedException {
    byte[][] sent = {Wire.frame("plain"), Wire.frame("one tag", 0x8100_602A), Wire.frame("priority only", 0x8100_E000),
        Wire.frame("provider", 0x88A8_0064), Wire.frame("provider and customer", 0x88A8_0064, 0x8100_002A),
        Wire.frame("two customers", 0x8100_0001, 0x8100_0002)};
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here).by(method), new Counters())) {
      wire.put(folder, 1, sent);
      Packet packet = new Packet();
      for (byte[] frame : sent) {
        byte[] heard = next(capture, packet, HexFormat.of().formatHex(frame, 12, frame.length));
        assertThat(heard).isEqualTo(frame);
        assertThat(packet.wire).isEqualTo(frame.length);
        assertThat(packet.vlan).isEqualTo(-1);
      }
    }
  }

  @Test
  void checksumsThatAreStillToBeFilledInAreCounted() throws IOException, InterruptedException {
    Counters counters = new Counters();
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here), counters)) {
      wire.say(3);
      Packet packet = new Packet();
      int heard = 0;
      while (heard < 3) {
        assertThat(capture.next(packet)).isTrue();
        heard += text(packet, Wire.UDP).startsWith("vigie-") ? 1 : 0;
      }
      assertThat(counters.value("capture.checksum_pending")).isGreaterThanOrEqualTo(3);
      assertThat(counters.value("capture.cut_snaplen")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalInterfacesAreOneConversationInTheOrderOfTime(Listening.Method method) throws IOException, InterruptedException {
    try (Wire one = Wire.lay(); Wire two = Wire.lay();
        LiveCapture capture = listen(Listening.to(one.here, two.here).by(method), new Counters())) {
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = (i % 2 == 0 ? "question-" : "answer-") + i;
        sent.add(text);
        assertThat((i % 2 == 0 ? one : two).inside("bash -c 'echo " + text + " > /dev/udp/192.0.2.2/4000'")).isZero();
      }
      Packet packet = new Packet();
      List<String> heard = new ArrayList<>();
      long last = 0;
      while (heard.size() < sent.size()) {
        assertThat(capture.next(packet)).isTrue();
        String text = text(packet, Wire.UDP);
        if (text.startsWith("question-") || text.startsWith("answer-")) {
          heard.add(text);
          assertThat(packet.origin).isEqualTo(text.startsWith("question-") ? 0 : 1);
          assertThat(packet.at).isGreaterThanOrEqualTo(last);
          last = packet.at;
        }
      }
      assertThat(heard).isEqualTo(sent);
      assertThat(capture.origins()).extracting(Origin::file).containsExactly(one.here, two.here);
    }
  }

  @Test
  void eachSilentInterfaceTicks() throws IOException, InterruptedException {
    try (Wire one = Wire.lay(); Wire two = Wire.lay(); LiveCapture capture = listen(Listening.to(one.here, two.here), new Counters())) {
      Packet packet = new Packet();
      boolean[] ticked = new boolean[2];
      long last = Long.MIN_VALUE;
      while (!ticked[0] || !ticked[1]) {
        assertThat(capture.next(packet)).isTrue();
        if (packet.tick) {
          ticked[packet.origin] = true;
        } else {
          assertThat(packet.at).as("a packet earlier than a tick").isGreaterThanOrEqualTo(last);
        }
        last = packet.at;
      }
    }
  }

  @Test
  void aLeasedBlockIsNotOverwrittenAndWhatTheKernelDropsMeanwhileIsCounted() throws IOException, InterruptedException {
    Counters counters = new Counters();
    byte[] frame = Wire.frame("x".repeat(1_000));
    int sent = 10_000; // ten times what the ring holds
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here).ring(2L << 20).filter("ether proto 0x88b5"), counters)) {
      Packet packet = new Packet();
      wire.put(folder, 1, frame);
      next(capture, packet, "88b5");
      Slab first = Objects.requireNonNull(packet.slab);
      first.retain();
      var kept = packet.segment.asSlice(packet.offset, packet.captured);
      wire.put(folder, sent, frame);
      long heard = 1;
      for (int ticks = 0; ticks < 60 && counters.value("capture.dropped_kernel") == 0; ) { // what fits into the other block, then silence
        assertThat(capture.next(packet)).isTrue();
        heard += packet.tick ? 0 : 1;
        ticks += packet.tick ? 1 : 0;
      }
      long lost = counters.value("capture.dropped_kernel");
      assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(frame);
      assertThat(lost).isPositive();
      assertThat(heard + lost).isEqualTo(sent + 1);
      assertThat(counters.value("capture.ring_freezes")).isPositive();
      first.release();
      assertThat(kept.get(ValueLayout.JAVA_BYTE, 0)).as("returned blocks are overwritten in tests").isNotEqualTo(frame[0]);
      wire.put(folder, 5, Wire.frame("again"));
      for (int i = 0; i < 5; i++) {
        assertThat(new String(next(capture, packet, "88b5"), StandardCharsets.US_ASCII)).contains("again");
      }
    }
  }

  @Test
  void aPacketOfTheRingAllocatesNothing() throws IOException, InterruptedException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int sent = 50_000;
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here).filter("ether proto 0x88b5"), new Counters())) {
      Packet packet = new Packet();
      long[] allocated = new long[3];
      for (int round = 0; round < 3; round++) {
        wire.put(folder, sent, Wire.frame("y"), Wire.frame("z", 0x8100_0003));
        long before = threads.getCurrentThreadAllocatedBytes();
        int heard = 0;
        while (heard < 2 * sent) {
          capture.next(packet);
          heard += packet.tick ? 0 : 1;
        }
        allocated[round] = threads.getCurrentThreadAllocatedBytes() - before;
      }
      // asking for losses once a second may allocate some 16 kB; a packet may not: the smallest object has 16 octets
      assertThat(allocated[2]).as("octets allocated for %d packets", 2 * sent).isLessThan(sent);
      assertThat(capture.drops().kernel()).isZero();
    }
  }

  @Test
  void anInterfaceThatWentDownIsHeardAgainAndOneThatIsGoneIsNamed() throws IOException, InterruptedException {
    Counters counters = new Counters();
    try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here), counters)) {
      Packet packet = new Packet();
      Wire.run("ip link set " + wire.here + " down");
      while (counters.value("capture.interface_down") == 0) {
        assertThat(capture.next(packet)).isTrue();
      }
      Wire.run("ip link set " + wire.here + " up");
      wire.put(folder, 1, Wire.frame("back"));
      assertThat(new String(next(capture, packet, "88b5"), StandardCharsets.US_ASCII)).contains("back");
      Wire.run("ip link del " + wire.here);
      while (capture.next(packet)) {
        assertThat(packet.captured).isLessThan(2_000);
      }
      assertThat(capture.faults()).singleElement().satisfies(f -> assertThat(f.message()).contains(wire.here).contains("gone"));
    }
  }

  @Test
  void anInterfaceThatWentDownAndIsRemovedThenOrMadeAnewIsGone() throws IOException, InterruptedException {
    for (boolean anew : new boolean[] {false, true}) {
      Counters counters = new Counters();
      try (Wire wire = Wire.lay(); LiveCapture capture = listen(Listening.to(wire.here), counters)) {
        Packet packet = new Packet();
        Wire.run("ip link set " + wire.here + " down");
        while (counters.value("capture.interface_down") == 0) {
          assertThat(capture.next(packet)).isTrue();
        }
        // its removal is not reported any more
        Wire.run("ip link del " + wire.here + (anew ? "; ip link add " + wire.here + " type dummy; ip link set " + wire.here + " up" : ""));
        while (capture.next(packet)) {
          assertThat(packet.tick).isTrue();
        }
        assertThat(capture.faults()).singleElement().satisfies(f -> assertThat(f.message()).contains(wire.here).contains("gone"));
      }
    }
  }

  @Test
  void theCardIsDescribedAsItIsSet() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Wire.program("ethtool"), "setting a card needs ethtool");
    try (Wire wire = Wire.lay()) {
      Card card = new Card(wire.here);
      assertThat(List.of(card.present(), card.up(), card.ethernet())).containsOnly(true);
      assertThat(List.of(card.arp(), card.ipv6(), card.mergesInKernel(), card.mergesInCard(), card.offersStamps())).containsOnly(false);
      Wire.run("ethtool -K " + wire.here + " gro on; ip link set " + wire.here + " arp on; echo 0 > /proc/sys/net/ipv6/conf/" + wire.here + "/disable_ipv6");
      assertThat(List.of(card.arp(), card.ipv6(), card.mergesInKernel())).containsOnly(true);
    }
    assertThat(new Card("nowhere0").present()).isFalse();
    assertThat(new Card("../lo").present()).isFalse();
  }
}
