package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protocols that find, name and guard devices against the tshark of this machine: the messages of their contract tests, which is how their golden
 * files were checked, and the shared captures in which tshark sees the protocol.
 */
final class LinkTsharkTest {
  @TempDir private Path folder;

  private static Function<String, String> each(Function<String, String> one) {
    return cell -> cell.isEmpty() ? "" : Arrays.stream(cell.split(";", -1)).filter(s -> !s.isEmpty()).map(one).collect(Collectors.joining(";"));
  }

  /** {@code 0x0063} as 99, {@code True} as 1. */
  private static String decimal(String cell) {
    return switch (cell) {
      case "True", "true" -> "1";
      case "False", "false" -> "0";
      default -> Long.decode(cell).toString();
    };
  }

  private static Column number(String name, String... ours) {
    Function<String, String> bits = each(s -> s.equals("true") ? "1" : s.equals("false") ? "0" : s);
    return new Column(name, f -> bits.apply(f.joined(ours)), each(LinkTsharkTest::decimal));
  }

  private static Column text(String name, String... ours) {
    return new Column(name, ours);
  }

  private static TsharkAgreement arp() {
    return new TsharkAgreement("arp", "arp && eth && arp.hw.type in {1, 6} && arp.proto.type == 0x0800", List.of(number("arp.opcode", "operation"), text("arp.src.hw_mac", "senderHardwareAddress"),
        text("arp.src.proto_ipv4", "senderProtocolAddress"), text("arp.dst.hw_mac", "targetHardwareAddress"), text("arp.dst.proto_ipv4", "targetProtocolAddress")));
  }

  private static TsharkAgreement igmp() {
    return new TsharkAgreement("igmp", "igmp.type in {0x11, 0x12, 0x16, 0x17, 0x22}", List.of(number("igmp.version", "version"), number("igmp.type", "type"), number("igmp.checksum", "checksum"),
        number("igmp.num_grp_recs", "records"), number("igmp.record_type", "recordType"), text("igmp.maddr", "group"), text("igmp.saddr", "source")));
  }

  private static TsharkAgreement icmpv6() {
    return new TsharkAgreement("icmpv6", "icmpv6.type in {130..137, 143}", List.of(number("icmpv6.type", "type"), number("icmpv6.code", "code"), number("icmpv6.checksum", "checksum"),
        number("icmpv6.opt.type", "optionType"), text("icmpv6.opt.linkaddr", "linkLayerAddress"), number("icmpv6.nd.ra.router_lifetime", "routerLifetime"),
        number("icmpv6.nd.ra.flag.m", "managed"), number("icmpv6.nd.ra.flag.o", "otherConfiguration"), number("icmpv6.nd.na.flag.r", "router"),
        number("icmpv6.nd.na.flag.s", "solicited"), text("icmpv6.opt.prefix", "prefix", "route"), number("icmpv6.opt.mtu", "mtu"), text("icmpv6.opt.rdnss", "recursiveDnsServer"),
        number("icmpv6.mldr.nb_mcast_records", "records"), text("icmpv6.mldr.mar.multicast_address", "group").only(f -> f.joined("type").equals("143"))));
  }

  /** A frame of the message on IP, with the time to live that its protocol wants. */
  private static byte[] onIp(Message m, int protocol, int hops) {
    if (m.source().contains(":")) {
      byte[] header = Frames.join(Frames.hex("60000000"), Frames.u16(m.octets().length), new byte[] {(byte) protocol, (byte) hops}, address(m.source()), address(m.target()));
      return Frames.ethernet(1, 255, 0x86DD, Frames.join(header, m.octets()));
    }
    byte[] header = Frames.join(new byte[] {0x45, 0}, Frames.u16(20 + m.octets().length), new byte[] {0, 0, 0, 0, (byte) hops, (byte) protocol, 0, 0}, address(m.source()),
        address(m.target()));
    return Frames.ethernet(1, 255, 0x0800, Frames.join(header, m.octets()));
  }

  private static byte[] address(String text) {
    return InetAddress.ofLiteral(text).getAddress();
  }

  private static byte[] mac(String text) {
    return Frames.hex(text.replace(":", ""));
  }

  private void agree(TsharkAgreement agreement, List<byte[]> frames) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(agreement.frames(folder, frames).tell()).isEqualTo(1.0);
    assertThat(agreement.frames).isPositive();
  }

  @Test
  void goldenMessagesBelowUdpAreReadAlike() throws IOException {
    agree(arp(), new ArpTest().messages().stream().map(m -> Frames.join(mac(m.target()), mac(m.source()), Frames.u16(0x0806), m.octets())).toList());
    agree(igmp(), IgmpTest.MESSAGES.stream().map(m -> onIp(m, 2, 1)).toList());
    agree(icmpv6(), Stream.concat(Icmpv6Test.MESSAGES.stream().map(m -> onIp(m, 58, 255)), MldTest.MESSAGES.stream().map(m -> onIp(m, 58, 1))).toList());
  }

  /** Compares the shared captures that hold the protocol, those with the most frames first. */
  private static void captures(TsharkAgreement agreement, String protocol, int frames, double due) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    try (Stream<String> lines = Files.lines(Path.of("src/test/resources/captures/link.tsv"))) {
      for (String[] cells : lines.map(l -> l.split("\t")).filter(c -> c[0].equals(protocol)).toList()) {
        agreement.with(root.resolve(cells[2]));
      }
    }
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(due);
    assertThat(agreement.frames).isGreaterThanOrEqualTo(frames);
  }

  @Test
  void arpOfTheCapturesIsReadAlike() throws IOException {
    captures(arp(), "arp", 1000, 0.99);
  }

  @Test
  void igmpOfTheCapturesIsReadAlike() throws IOException {
    captures(igmp(), "igmp", 100, 0.99);
  }

  @Test
  void neighbourDiscoveryOfTheCapturesIsReadAlike() throws IOException {
    captures(icmpv6(), "icmpv6", 100, 0.99);
  }
}
