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
import java.util.Map;
import java.util.Set;
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

  static Function<String, String> each(Function<String, String> one) {
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

  static final Function<String, String> DECIMAL = each(LinkTsharkTest::decimal);

  static Column number(String name, String... ours) {
    Function<String, String> bits = each(s -> s.equals("true") ? "1" : s.equals("false") ? "0" : s);
    return new Column(name, f -> bits.apply(f.joined(ours)), DECIMAL);
  }

  static Column text(String name, String... ours) {
    return new Column(name, ours);
  }

  private static TsharkAgreement arp() {
    return new TsharkAgreement("arp", "arp && eth && arp.hw.type in {1, 6} && arp.proto.type == 0x0800", List.of(number("arp.opcode", "operation"), number("arp.hw.type", "hardwareType"), number("arp.proto.type", "protocolType"), number("arp.hw.size", "hardwareAddressLength"), number("arp.proto.size", "protocolAddressLength"), text("arp.src.hw_mac", "senderHardwareAddress"),
        text("arp.src.proto_ipv4", "senderProtocolAddress"), text("arp.dst.hw_mac", "targetHardwareAddress"), text("arp.dst.proto_ipv4", "targetProtocolAddress")));
  }

  private static TsharkAgreement igmp() {
    return new TsharkAgreement("igmp", "igmp.type in {0x11, 0x12, 0x16, 0x17, 0x22}", List.of(number("igmp.version", "version"), number("igmp.type", "type"), number("igmp.checksum", "checksum"),
        number("igmp.num_grp_recs", "records"), number("igmp.record_type", "recordType"), text("igmp.maddr", "group"), text("igmp.saddr", "source")));
  }

  private static TsharkAgreement icmpv6() {
    return new TsharkAgreement("icmpv6", "icmpv6.type in {130..137, 143}", List.of(number("icmpv6.type", "type"), number("icmpv6.code", "code"), number("icmpv6.checksum", "checksum"), text("icmpv6.nd.ns.target_address", "target").only(f -> f.joined("type").equals("135")), text("icmpv6.nd.na.target_address", "target").only(f -> f.joined("type").equals("136")), number("icmpv6.nd.na.flag.o", "override"), number("icmpv6.nd.ra.cur_hop_limit", "currentHopLimit"), number("icmpv6.nd.ra.reachable_time", "reachableTime"), number("icmpv6.nd.ra.retrans_timer", "retransmissionTimer"), number("icmpv6.nd.ra.flag.prf", "preference"), number("icmpv6.mldr.mar.record_type", "recordType"), number("icmpv6.mldr.mar.nb_sources", "sources").only(f -> f.joined("type").equals("143")), text("icmpv6.mld.multicast_address", "group").only(f -> !f.joined("type").equals("143")), 
        number("icmpv6.opt.type", "optionType"), text("icmpv6.opt.linkaddr", "linkLayerAddress"), number("icmpv6.nd.ra.router_lifetime", "routerLifetime"),
        number("icmpv6.nd.ra.flag.m", "managed"), number("icmpv6.nd.ra.flag.o", "otherConfiguration"), number("icmpv6.nd.na.flag.r", "router"),
        number("icmpv6.nd.na.flag.s", "solicited"), text("icmpv6.opt.prefix", "prefix", "route"), number("icmpv6.opt.mtu", "mtu"), text("icmpv6.opt.rdnss", "recursiveDnsServer"),
        number("icmpv6.mldr.nb_mcast_records", "records"), text("icmpv6.mldr.mar.multicast_address", "group").only(f -> f.joined("type").equals("143"))));
  }

  private static TsharkAgreement stp() {
    // 1/256 s as both write it
    Function<String, String> seconds = each(v -> Double.toString(Double.parseDouble(v)));
    return new TsharkAgreement("stp", "stp", List.of(number("stp.version", "version"), number("stp.type", "type"), number("stp.flags", "flags"), number("stp.root.cost", "rootPathCost"),
        new Column("stp.root.hw", f -> nested(f, "root", "address"), t -> t), new Column("stp.bridge.hw", f -> nested(f, "bridge", "address"), t -> t),
        new Column("stp.root.prio", f -> nested(f, "root", "priority"), DECIMAL), new Column("stp.root.ext", f -> nested(f, "root", "system"), DECIMAL),
        number("stp.port", "port"), new Column("stp.bridge.prio", f -> nested(f, "bridge", "priority"), DECIMAL), new Column("stp.bridge.ext", f -> nested(f, "bridge", "system"), DECIMAL), number("stp.protocol", "protocol"), number("stp.version_1_length", "version1Length"), number("mstp.config_format_selector", "selector"), number("mstp.msti.root_cost", "instanceCost"), new Column("mstp.cist_bridge.hw", f -> nested(f, "cistBridge", "address"), t -> t), new Column("stp.msg_age", f -> f.joined("messageAge"), seconds), new Column("stp.max_age", f -> f.joined("maximumAge"), seconds),
        new Column("stp.hello", f -> f.joined("helloTime"), seconds), new Column("stp.forward", f -> f.joined("forwardDelay"), seconds),
        number("stp.pvst.origvlan", "originatingVlan"), number("mstp.version_3_length", "version3Length"), text("mstp.config_name", "region"), number("mstp.config_revision_level", "revision"),
        text("mstp.config_digest", "digest"), number("mstp.cist_internal_root_path_cost", "internalRootPathCost"), number("mstp.cist_remaining_hops", "remainingHops"),
        number("mstp.msti.flags", "instanceFlags"), text("mstp.msti.root.hw", "instanceRoot"), number("mstp.msti.remaining_hops", "instanceHops"))).proof("version");
  }

  /** The first field of this name behind the opening of a group. */
  private static String nested(TranscriptKeeper.Frame f, String group, String name) {
    boolean inside = false;
    for (String[] field : f.fields) {
      inside |= field[0].equals("begin") && field[1].equals(group);
      if (inside && field[0].equals(name)) {
        return field[1];
      }
    }
    return "";
  }

  private static TsharkAgreement cdp() {
    return new TsharkAgreement("cdp", "cdp", List.of(number("cdp.version", "version"), number("cdp.ttl", "timeToLive"), number("cdp.checksum", "checksum"), number("cdp.number_of_addresses", "addresses"), number("cdp.tlv.type", "item"), text("cdp.deviceid", "deviceId"),
        text("cdp.portid", "portId"), number("cdp.capabilities", "capabilities"), new Column("cdp.software_version", f -> f.joined("softwareVersion").replaceAll("[\\r\\n]+", ";"), t -> t), text("cdp.platform", "platform"),
        text("cdp.vtp_management_domain", "vtpDomain"), number("cdp.native_vlan", "nativeVlan"), number("cdp.duplex", "fullDuplex"), number("cdp.voice_vlan", "voiceVlan"),
        number("cdp.power_consumption", "powerConsumption"), number("cdp.mtu", "mtu"), number("cdp.trust_bitmap", "trust"), number("cdp.untrusted_port_cos", "untrustedCos"),
        text("cdp.system_name", "systemName"), text("cdp.location", "location"), number("cdp.power_available", "powerAvailable"), number("cdp.power_requested", "powerRequested"),
        text("cdp.odr_default_gateway", "gateway")));
  }

  private static TsharkAgreement vrrp() {
    return new TsharkAgreement("vrrp", "vrrp", List.of(number("vrrp.version", "version"), number("vrrp.adver_int", "interval").only(f -> f.joined("version").equals("2")), number("vrrp.short_adver_int", "interval").only(f -> f.joined("version").equals("3")), number("vrrp.virt_rtr_id", "virtualRouter"), number("vrrp.prio", "priority"),
        number("vrrp.addr_count", "addresses"), number("vrrp.auth_type", "authenticationType"), number("vrrp.checksum", "checksum"),
        text("vrrp.ip_addr", "address").only(f -> !f.joined("address").contains(":")), text("vrrp.ipv6_addr", "address").only(f -> f.joined("address").contains(":"))));
  }

  private static TsharkAgreement hsrp() {
    return new TsharkAgreement("hsrp", "hsrp", List.of(number("hsrp.opcode", "operation"), number("hsrp.version", "version"), number("hsrp.state", "state"), number("hsrp.hellotime", "helloTime"), number("hsrp.holdtime", "holdTime"),
        number("hsrp.priority", "priority"), number("hsrp.group", "group"), text("hsrp.virt_ip", "virtualAddress"), number("hsrp.adv.activegrp", "activeGroups"),
        number("hsrp.adv.passivegrp", "passiveGroups")));
  }

  private static TsharkAgreement eapol() {
    return new TsharkAgreement("eapol", "eapol", List.of(number("eapol.version", "version"), number("eapol.type", "type"), number("eapol.len", "length"), number("eap.code", "code"),
        number("eap.id", "identifier"), number("eap.len", "eapLength"), number("eap.type", "method")));
  }

  private static TsharkAgreement lldp() {
    return new TsharkAgreement("lldp", "lldp && !(tcp || udp)", List.of(number("lldp.chassis.subtype", "chassisIdSubtype"), number("lldp.port.subtype", "portIdSubtype"), number("lldp.time_to_live", "timeToLive"),
        text("lldp.port.id", "portId").only(f -> !f.joined("portIdSubtype").matches("[34]")), text("lldp.chassis.id.mac", "chassisId").only(f -> f.joined("chassisIdSubtype").equals("4")),
        text("lldp.tlv.system.name", "systemName"), new Column("lldp.tlv.system.desc", f -> f.joined("systemDescription"), t -> t.replace("\\n", "\n").replace("\\r", "\r")),
        text("lldp.port.desc", "portDescription"), number("lldp.tlv.system_cap", "systemCapabilities"),
        number("lldp.tlv.enable_system_cap", "enabledCapabilities"), number("lldp.mgn.interface.number", "interfaceNumber"), number("lldp.ieee.802_1.port_vlan.id", "portVlan"),
        number("lldp.ieee.802_1.vlan.id", "vlan"), text("lldp.ieee.802_1.vlan.name", "vlanName"), number("lldp.ieee.802_3.mac_phy_auto_neg_status", "autoNegotiation"),
        number("lldp.ieee.802_3.pmd_mau_type", "operationalMau"), number("lldp.ieee.802_3.max_frame_size", "maximumFrameSize"), number("lldp.ieee.802_3.mdi_power_support", "powerSupport"),
        number("lldp.ieee.802_3.mdi_power_class", "powerClass"), number("lldp.media.subtype.caps", "medCapabilities"), number("lldp.media.subtype.class", "medClass"),
        number("lldp.media.app_type", "policyApplication"), number("lldp.media.vlan_id", "policyVlan"), number("lldp.media.dscp", "policyDscp"),
        number("lldp.media.power.value", "medPowerValue"), text("lldp.media.hardware", "hardwareRevision"), text("lldp.media.sn", "serialNumber"), text("lldp.media.model", "modelName"),
        text("lldp.media.manufacturer", "manufacturerName"), number("lldp.profinet.port_rx_delay_local", "receiveDelayLocal"), number("lldp.profinet.cable_delay_local", "cableDelay"),
        number("lldp.profinet.rtc2_port_status", "class2PortStatus"), text("lldp.profinet.cm_mac_add", "chassisMac"), text("lldp.profinet.master_source_address", "clockMaster")));
  }

  /** A frame of the message on IP, with the time to live that its protocol wants. */
  private static byte[] onIp(Message m, int protocol, int hops) {
    return onIp(m, protocol, hops, m.octets());
  }

  static byte[] onUdp(Message m, int hops) {
    return onIp(m, 17, hops, Frames.udp(m.sourcePort(), m.targetPort(), m.octets()));
  }

  private static byte[] onIp(Message m, int protocol, int hops, byte[] octets) {
    if (m.source().contains(":")) {
      byte[] header = Frames.join(Frames.hex("60000000"), Frames.u16(octets.length), new byte[] {(byte) protocol, (byte) hops}, address(m.source()), address(m.target()));
      return Frames.ethernet(1, 255, 0x86DD, Frames.join(header, octets));
    }
    byte[] header = Frames.join(new byte[] {0x45, 0}, Frames.u16(20 + octets.length), new byte[] {0, 0, 0, 0, (byte) hops, (byte) protocol, 0, 0}, address(m.source()),
        address(m.target()));
    return Frames.ethernet(1, 255, 0x0800, Frames.join(header, octets));
  }

  private static byte[] address(String text) {
    return InetAddress.ofLiteral(text).getAddress();
  }

  private static byte[] mac(String text) {
    return Frames.hex(text.replace(":", ""));
  }

  private void agree(TsharkAgreement agreement, List<byte[]> frames) throws IOException {
    agree(folder, agreement, frames);
  }

  static void agree(Path folder, TsharkAgreement agreement, List<byte[]> frames) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(agreement.frames(folder, frames).tell()).isEqualTo(1.0);
    assertThat(agreement.frames).isPositive();
  }

  @Test
  void goldenMessagesBelowUdpAreReadAlike() throws IOException {
    agree(arp(), new ArpTest().messages().stream().map(m -> onEthernet(m, 0x0806)).toList());
    agree(igmp(), IgmpTest.MESSAGES.stream().map(m -> onIp(m, 2, 1)).toList());
    agree(icmpv6(), Stream.concat(Icmpv6Test.MESSAGES.stream().map(m -> onIp(m, 58, 255)), MldTest.MESSAGES.stream().map(m -> onIp(m, 58, 1))).toList());
  }

  /** A frame on IEEE 802.3 with what stands before the message, padded as cards do. */
  private static byte[] onLlc(Message m, String control) {
    byte[] inner = Frames.join(Frames.hex(control), m.octets());
    return Frames.join(mac(m.target()), mac(m.source()), Frames.u16(inner.length), inner, new byte[Math.max(0, 46 - inner.length)]);
  }

  private static byte[] onEthernet(Message m, int type) {
    return Frames.join(mac(m.target()), mac(m.source()), Frames.u16(type), m.octets());
  }

  /** Messages whose lengths hold: of the others the two stop reading at different places. */
  static Stream<Message> sound(List<Message> messages) {
    return messages.stream().filter(m -> !m.name().endsWith("-is-a-flaw"));
  }

  @Test
  void goldenMessagesOfSwitchesAreReadAlike() throws IOException {
    agree(stp(), Stream.concat(sound(StpTest.PLAIN).map(m -> onLlc(m, "424203")), StpTest.EACH_VLAN.stream().map(m -> onLlc(m, "AAAA03 00000C 010B"))).toList());
    agree(cdp(), sound(CdpTest.MESSAGES).map(m -> onLlc(m, "AAAA03 00000C 2000")).toList());
    agree(vrrp(), VrrpTest.MESSAGES.stream().map(m -> onIp(m, 112, 255)).toList());
    agree(eapol(), sound(EapolTest.MESSAGES).map(m -> onEthernet(m, 0x888E)).toList());
    agree(lldp(), sound(new LldpTest().messages()).map(m -> onEthernet(m, 0x88CC)).toList());
    agree(hsrp(), HsrpTest.FIRST.stream().map(m -> onUdp(m, 1)).toList());
  }

  /** What tshark adds of itself: folders, names of vendors, verdicts on checksums, numbers of other frames; reserved octets, lengths of items, what is secret. */
  private static final Set<String> REMARKS = Set.of("arp.isgratuitous", "arp.isannouncement", "arp.isprobe", "arp.duplicate.address.detected", "arp.duplicate.address.frame", "arp.seconds.since.duplicate.address.frame",
      "igmp.checksum.status", "icmpv6.checksum.status", "icmpv6.opt", "vrrp.checksum.status", "cdp.checksum.status", "radius.authenticator", "radius.reqframe", "radius.rspframe", "radius.req", "radius.rsp",
      "radius.time", "dns.time", "dns.response_in", "dns.response_to", "dns.retransmission", "dns.retransmit_request", "dns.retransmit_request_in", "dns.retransmit_response", "dns.retransmit_response_in", "dns.unsolicited", "dhcp.server", "dhcp.file", "dhcp.hw.addr_padding", "vrrp.typever", "vrrp.reserved_mbz", "vrrp.auth_string", "hsrp.auth_data", "hsrp.reserved",
      "igmp.reserved", "igmp.aux_data_len", "icmpv6.reserved", "icmpv6.opt.reserved", "icmpv6.opt.length", "icmpv6.opt.src_linkaddr", "icmpv6.opt.target_linkaddr", "icmpv6.mldr.mar", "icmpv6.mldr.mar.aux_data_len",
      "icmpv6.nd.na.flag", "icmpv6.nd.na.flag.rsv", "icmpv6.nd.ra.flag", "icmpv6.nd.ra.flag.rsv", "cdp.tlv.len", "cdp.protocol_length", "cdp.address_length", "stp.pvst.tlvlen", "stp.pvst.tlvtype",
      "eapol.keydes.key_iv", "lldp.tlv.len");

  private static final Map<String, List<String>> PREFIXES = Map.of("stp", List.of("stp.", "mstp."), "eapol", List.of("eapol.", "eap."), "nbdgm", List.of("nbdgm.", "browser."),
      "mdns", List.of("dns."), "llmnr", List.of("dns."));

  private static final int COVERED = 6;

  /** Compares the shared captures that hold the protocol, those with the most frames first; of the first six it tells what share of tshark's fields is compared. */
  static void captures(TsharkAgreement agreement, String protocol, int frames, double due) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    Coverage coverage = agreement.coverage(PREFIXES.getOrDefault(protocol, List.of(protocol + ".")), REMARKS);
    try (Stream<String> lines = Files.lines(Path.of("src/test/resources/captures/link.tsv"))) {
      int covered = 0;
      for (String[] cells : lines.map(l -> l.split("\t")).filter(c -> c[0].equals(protocol)).toList()) {
        agreement.with(root.resolve(cells[2]));
        if (covered++ < COVERED) {
          coverage.of(root.resolve(cells[2]), agreement.filter());
        }
      }
    }
    coverage.tell(protocol);
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

  @Test
  void spanningTreesOfTheCapturesAreReadAlike() throws IOException {
    captures(stp(), "stp", 300, 0.99);
  }

  @Test
  void routersOfTheCapturesAreReadAlike() throws IOException {
    captures(vrrp(), "vrrp", 100, 0.99);
    captures(hsrp(), "hsrp", 3, 0.99);
  }

  @Test
  void whatSwitchesAnnounceInTheCapturesIsReadAlike() throws IOException {
    captures(cdp(), "cdp", 20, 0.99);
    captures(lldp(), "lldp", 500, 0.99);
  }

  @Test
  void whoIsLetInIsReadAlike() throws IOException {
    captures(eapol(), "eapol", 50, 0.99);
  }
}
