package fr.vigie.sensor.wire;

import static fr.vigie.sensor.flow.Frames.arp;
import static fr.vigie.sensor.flow.Frames.ethernet;
import static fr.vigie.sensor.flow.Frames.hex;
import static fr.vigie.sensor.flow.Frames.ipv4;
import static fr.vigie.sensor.flow.Frames.ipv6;
import static fr.vigie.sensor.flow.Frames.join;
import static fr.vigie.sensor.flow.Frames.mac;
import static fr.vigie.sensor.flow.Frames.tagged;
import static fr.vigie.sensor.flow.Frames.tcp;
import static fr.vigie.sensor.flow.Frames.u16;
import static fr.vigie.sensor.flow.Frames.udp;
import static fr.vigie.sensor.flow.Frames.udpFrame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.CaptureWriter.Format;
import fr.vigie.sensor.wire.Headers.State;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is carried counts, whatever carries it: 10.0.0.1 speaks to 10.0.0.2, and the road runs between 10.0.0.8 and 10.0.0.9. */
class TunnelsTest {
  private static final byte[] DATAGRAM = udp(47808, 47809, hex("810a000401020304"));
  private static final byte[] IP = ipv4(1, 2, 17, DATAGRAM);
  private static final byte[] IP6 = ipv6(1, 2, 17, DATAGRAM);
  private static final byte[] FRAME = ethernet(1, 2, 0x0800, IP);
  private static final byte[] VLAN_FRAME = tagged(1, 2, 30, 0x0800, IP);
  private static final byte[] SEGMENT_FRAME = ethernet(1, 2, 0x0800, ipv4(1, 2, 6, tcp(502, 50000, 7, 24, hex("000100000002"))));

  private final Arena arena = Arena.ofAuto();

  private static byte[] gre(String header, byte[] inner) {
    return ethernet(8, 9, 0x0800, ipv4(8, 9, 47, join(hex(header), inner)));
  }

  private static byte[] mpls(String labels, byte[]... inner) {
    return ethernet(8, 9, 0x8847, join(hex(labels), join(inner)));
  }

  /** Every kind of tunnel, with the VLAN the frame within belongs to. */
  private static Map<String, byte[]> tunnels() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("plain", FRAME);
    all.put("tagged 802.1Q vlan=30", VLAN_FRAME);
    all.put("tagged 802.1ad and 802.1Q vlan=30", join(mac(2), mac(1), u16(0x88A8), u16(500), u16(0x8100), u16(30), u16(0x0800), IP));
    all.put("tagged 0x9100 twice vlan=30", join(mac(2), mac(1), u16(0x9100), u16(500), u16(0x9100), u16(30), u16(0x0800), IP));
    all.put("gre", gre("00000800", IP));
    all.put("gre ipv6", gre("000086dd", IP6));
    all.put("gre with key", gre("20000800 00000007", IP));
    all.put("gre with sequence", gre("10000800 00000001", IP));
    all.put("gre with checksum", gre("80000800 00000000", IP));
    all.put("gre with checksum, key and sequence", gre("b0000800 00000000 00000007 00000001", IP));
    all.put("gre transparent ethernet", gre("00006558", FRAME));
    all.put("gre transparent ethernet tagged vlan=30", gre("20006558 00000007", VLAN_FRAME));
    all.put("gre mpls", gre("00008847", join(hex("00064140"), IP)));
    all.put("gre over ipv6", ethernet(8, 9, 0x86DD, ipv6(8, 9, 47, join(hex("00000800"), IP))));
    all.put("erspan I", gre("000088be", FRAME));
    all.put("erspan II vlan=20", gre("100088be 00000001 1014 0007 00000000", FRAME));
    all.put("erspan II tagged vlan=30", gre("100088be 00000001 1000 0007 00000000", VLAN_FRAME));
    all.put("erspan III vlan=20", gre("100022eb 00000001 2014 0007 00000000 0000 0000", FRAME));
    all.put("erspan III with platform subheader vlan=20", gre("100022eb 00000001 2014 0007 00000000 0000 0001 0400000000000000", FRAME));
    all.put("vxlan", udpFrame(8, 1234, 9, 4789, join(hex("0800000000002a00"), FRAME)));
    all.put("vxlan tcp", udpFrame(8, 1234, 9, 4789, join(hex("0800000000002a00"), SEGMENT_FRAME)));
    all.put("vxlan with group policy", udpFrame(8, 1234, 9, 4789, join(hex("8800000100002a00"), FRAME)));
    all.put("vxlan gpe ipv4", udpFrame(8, 1234, 9, 4790, join(hex("0c00000100002a00"), IP)));
    all.put("vxlan gpe ipv6", udpFrame(8, 1234, 9, 4790, join(hex("0c00000200002a00"), IP6)));
    all.put("vxlan gpe ethernet", udpFrame(8, 1234, 9, 4790, join(hex("0c00000300002a00"), FRAME)));
    all.put("geneve", udpFrame(8, 1234, 9, 6081, join(hex("0000655800002a00"), FRAME)));
    all.put("geneve with options", udpFrame(8, 1234, 9, 6081, join(hex("0300655800002a00 0102800200000001 00000002"), FRAME)));
    all.put("geneve ipv6", udpFrame(8, 1234, 9, 6081, join(hex("000086dd00002a00"), IP6)));
    all.put("tzsp", udpFrame(8, 1234, 9, 37008, join(hex("01000001 01"), FRAME)));
    all.put("tzsp with tags", udpFrame(8, 1234, 9, 37008, join(hex("01000001 0a01c4 00 0b020001 01"), FRAME)));
    all.put("mpls", mpls("00064140", IP));
    all.put("mpls two labels", mpls("00064040 00065140", IP6));
    // tshark asks its list of vendors whether this is a frame, so the addresses are a vendor's
    all.put("mpls pseudowire with control word", mpls("00064140 00000001", hex("ac1f6b010203 ac1f6b010204"), u16(0x0800), IP));
    // 00:… cannot be told from a control word by four bits; the type says which reading makes a frame
    all.put("mpls pseudowire without control word", mpls("00064140", hex("00000c010203 ac1f6b010204"), u16(0x0800), IP));
    all.put("mpls pseudowire without control word, another vendor", mpls("00064140", hex("ac1f6b010203 ac1f6b010204"), u16(0x0800), IP));
    all.put("pppoe", ethernet(8, 9, 0x8864, join(hex("11000001"), u16(IP.length + 2), u16(0x21), IP)));
    all.put("pppoe ipv6", ethernet(8, 9, 0x8864, join(hex("11000001"), u16(IP6.length + 2), u16(0x57), IP6)));
    all.put("pppoe in a vlan vlan=12", tagged(8, 9, 12, 0x8864, join(hex("11000001"), u16(IP.length + 2), u16(0x21), IP)));
    all.put("ip in ip", ethernet(8, 9, 0x0800, ipv4(8, 9, 4, IP)));
    all.put("ip in ipv6", ethernet(8, 9, 0x86DD, ipv6(8, 9, 4, IP)));
    all.put("6in4", ethernet(8, 9, 0x0800, ipv4(8, 9, 41, IP6)));
    all.put("6in6", ethernet(8, 9, 0x86DD, ipv6(8, 9, 41, IP6)));
    all.put("ethernet in ip", ethernet(8, 9, 0x0800, ipv4(8, 9, 97, join(hex("3000"), FRAME))));
    all.put("mpls in ip", ethernet(8, 9, 0x0800, ipv4(8, 9, 137, join(hex("00064140"), IP))));
    all.put("provider backbone bridge", ethernet(8, 9, 0x88E7, join(hex("00000007"), FRAME)));
    all.put("erspan II in vxlan vlan=20",
        udpFrame(6, 1, 7, 4789, join(hex("0800000000002a00"), gre("100088be 00000001 1014 0007 00000000", FRAME))));
    all.put("mirror of a tagged tunnel vlan=30",
        udpFrame(6, 1, 7, 37008, join(hex("0100000101"), tagged(8, 9, 12, 0x0800, ipv4(8, 9, 47, join(hex("00006558"), VLAN_FRAME))))));
    return all;
  }

  private Headers parse(byte[] frame) {
    MemorySegment memory = arena.allocate(Math.max(1, frame.length)).asSlice(0, frame.length);
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
    Headers h = new Headers();
    h.parse(memory, 0, frame.length, frame.length, Headers.LINK_ETHERNET, -1);
    return h;
  }

  private static String text(Headers h) {
    boolean six = h.family == 6;
    String source = six ? "fd00::" + h.sourceLow : "10.0.0." + (h.sourceLow & 255);
    String target = six ? "fd00::" + h.targetLow : "10.0.0." + (h.targetLow & 255);
    return source + ">" + target + " " + h.state + " " + h.sourcePort + ">" + h.targetPort;
  }

  @Test
  void theInnermostPacketCounts() {
    tunnels().forEach((name, frame) -> {
      Headers h = parse(frame);
      String ports = name.equals("vxlan tcp") ? " TCP 502>50000" : " UDP 47808>47809";
      assertThat(text(h)).as(name).isIn("10.0.0.1>10.0.0.2" + ports, "fd00::1>fd00::2" + ports);
      assertThat(h.payloadWire).as(name).isEqualTo(name.equals("vxlan tcp") ? 6 : 8);
      assertThat(h.breach).as(name).isNull();
      int vlan = name.indexOf("vlan=");
      assertThat(h.vlan).as("VLAN of " + name).isEqualTo(vlan < 0 ? -1 : Integer.parseInt(name.substring(vlan + 5)));
      assertThat(h.tunnels > 0).as(name).isEqualTo(!name.startsWith("plain") && !name.startsWith("tagged"));
      assertThat(h.way != 0).as("way of " + name).isEqualTo(h.tunnels > 0);
    });
  }

  @Test
  void tsharkReadsTheSameInnermostPacket(@TempDir Path folder) throws Exception {
    assumeTrue(tshark(List.of("--version")).startsWith("TShark"), "tshark is not installed: the comparison with it is skipped");
    Map<String, byte[]> all = tunnels();
    Path file = folder.resolve("tunnels.pcap");
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, Headers.LINK_ETHERNET);
      long at = 1_767_600_000_000_000_000L;
      for (byte[] frame : all.values()) {
        MemorySegment memory = arena.allocate(frame.length);
        MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
        writer.write(card, at++, memory, 0, frame.length, frame.length, null);
      }
    }
    List<String> options = new ArrayList<>(List.of("-r", file.toString(), "-T", "fields", "-E", "occurrence=l", "-E", "separator=|"));
    for (String field : List.of("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "tcp.srcport", "tcp.dstport",
        "frame.protocols")) {
      options.add("-e");
      options.add(field);
    }
    String[] lines = tshark(options).split("\n");
    assertThat(lines).hasSize(all.size());
    int i = 0;
    for (Map.Entry<String, byte[]> e : all.entrySet()) {
      Headers h = parse(e.getValue());
      String[] f = lines[i++].split("\\|", -1);
      String protocols = f[8];
      if (e.getKey().endsWith("another vendor")) {
        assertThat(protocols).as("tshark leaves a pseudowire that begins with other bits than 0 alone; RFC 4448 §4.6 does not").endsWith("mpls:data");
        continue;
      }
      boolean six = protocols.lastIndexOf(":ipv6") > protocols.lastIndexOf(":ip:");
      boolean stream = protocols.contains(":tcp");
      String theirs = (six ? f[2] + ">" + f[3] : f[0] + ">" + f[1]) + (stream ? " TCP " + f[6] + ">" + f[7] : " UDP " + f[4] + ">" + f[5]);
      assertThat(text(h)).as("%s, which tshark reads as %s", e.getKey(), protocols).isEqualTo(theirs);
    }
  }

  private static String tshark(List<String> options) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("tshark"));
    command.addAll(options);
    try {
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(60, TimeUnit.SECONDS);
      return out;
    } catch (IOException absent) {
      return "";
    }
  }

  @Test
  void whatIsNoTunnelStaysWhatItWas() {
    assertThat(parse(udpFrame(1, 7, 2, 4789, hex("0000000000000000 ffffffffffff")))).satisfies(h -> {
      assertThat(h.state).isEqualTo(State.UDP);
      assertThat(h.sourceLow & 255).isEqualTo(1);
      assertThat(h.payloadWire).isEqualTo(14);
      assertThat(h.tunnels).isZero();
    });
    assertThat(parse(udpFrame(1, 7, 2, 6081, hex("0000")))).extracting(h -> h.state).isEqualTo(State.UDP);
    assertThat(parse(udpFrame(1, 7, 2, 37008, hex("0204000101")))).extracting(h -> h.state).isEqualTo(State.UDP);
    assertThat(parse(gre("3001880b 00000000 00000001", IP))).extracting(h -> h.state).isEqualTo(State.IP);
    assertThat(parse(gre("000088be", new byte[0]))).extracting(h -> h.breach).isEqualTo(Breach.HEADER_SHORT);
  }

  @Test
  void aFrameWithoutIpInATunnelHasNoAddressesOfTheRoad() {
    byte[] binding = arp(2, 1, 1, 2);
    Headers h = parse(udpFrame(8, 1234, 9, 4789, join(hex("0800000000002a00"), binding)));
    assertThat(h.state).isEqualTo(State.ARP);
    assertThat(h.family).isZero();
    assertThat(h.boundLow).isEqualTo(0x0A000001L);
    assertThat(h.sourceMac).isEqualTo(0x020000000001L);
    Headers lldp = parse(gre("100088be 00000001 1014 0007 00000000", ethernet(1, 2, 0x88CC, hex("0000"))));
    assertThat(lldp.state).isEqualTo(State.LINK);
    assertThat(lldp.etherType).isEqualTo(0x88CC);
    assertThat(lldp.family).isZero();
    assertThat(lldp.vlan).isEqualTo(20);
  }

  @Test
  void paddingBehindPppoeIsNoPayload() {
    byte[] bare = ipv4(1, 2, 17, udp(1, 2, new byte[0]));
    Headers h = parse(ethernet(8, 9, 0x8864, join(hex("11000001"), u16(bare.length + 2), u16(0x21), bare, new byte[10])));
    assertThat(h.state).isEqualTo(State.UDP);
    assertThat(h.payloadWire).isZero();
    assertThat(parse(ethernet(8, 9, 0x8864, join(hex("11000001"), u16(900), u16(0x21), bare)))).satisfies(long_ -> {
      assertThat(long_.breach).isEqualTo(Breach.PPPOE_LENGTH);
      assertThat(long_.state).isEqualTo(State.UDP);
    });
  }

  @Test
  void tunnelsWithinTunnelsHaveABound() {
    byte[] inner = IP;
    for (int i = 0; i < 12; i++) {
      inner = ipv4(8, 9, 4, inner);
    }
    assertThat(parse(ethernet(8, 9, 0x0800, inner))).extracting(h -> h.state).isEqualTo(State.UDP);
    for (int i = 0; i < 40; i++) {
      inner = ipv4(8, 9, 4, inner);
    }
    assertThat(parse(ethernet(8, 9, 0x0800, inner))).satisfies(h -> {
      assertThat(h.state).isEqualTo(State.BROKEN);
      assertThat(h.breach).isEqualTo(Breach.NESTING);
    });
    byte[] frames = FRAME;
    for (int i = 0; i < 40; i++) {
      frames = join(mac(9), mac(8), u16(0x88E7), hex("00000007"), frames);
    }
    assertThat(parse(frames)).extracting(h -> h.breach).isEqualTo(Breach.NESTING);
    assertThat(parse(mpls("00064040".repeat(60) + "00064140", IP))).extracting(h -> h.breach).isEqualTo(Breach.NESTING);
  }

  @Test
  void noPrefixOfATunnelIsReadBeyondItsEnd() {
    for (byte[] frame : tunnels().values()) {
      for (int cut = 0; cut < frame.length; cut++) {
        byte[] part = Arrays.copyOf(frame, cut);
        Headers h = parse(part);
        assertThat(h.payloadCaptured).isLessThanOrEqualTo(cut);
        assertThat(h.payload + h.payloadCaptured).isLessThanOrEqualTo(cut);
      }
    }
  }
}
