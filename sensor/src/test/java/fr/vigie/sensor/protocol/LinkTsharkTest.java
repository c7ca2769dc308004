package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CapturesCompared.listed;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
        text("arp.src.proto_ipv4", "senderProtocolAddress"), text("arp.dst.hw_mac", "targetHardwareAddress"), text("arp.dst.proto_ipv4", "targetProtocolAddress")))
        .remarks("arp.isgratuitous", "arp.isannouncement", "arp.isprobe", "arp.duplicate-address-detected", "arp.duplicate-address-frame", "arp.seconds-since-duplicate-address-frame");
  }

  private static TsharkAgreement igmp() {
    return new TsharkAgreement("igmp", "igmp.type in {0x11, 0x12, 0x16, 0x17, 0x22}", List.of(number("igmp.version", "version"), number("igmp.type", "type"), number("igmp.checksum", "checksum"),
        number("igmp.num_grp_recs", "records"), number("igmp.record_type", "recordType"), text("igmp.maddr", "group"), text("igmp.saddr", "source")))
        .also("igmp.num_src sources", "igmp.qqic queryInterval", "igmp.qrv robustness", "igmp.s suppress")
        // RFC 3376 §4.1.1: from 128 on the octet is a number with an exponent, which tshark takes apart
        .also(new Column("igmp.max_resp", f -> f.joined("maximumResponseTime"), TsharkAgreement::plain, f -> f.all("maximumResponseTime").stream().allMatch(v -> Integer.parseInt(v) < 128)))
        .remarks("igmp.checksum.status", "igmp.reserved", "igmp.aux_data_len", "igmp.bad_checksum");
  }

  private static TsharkAgreement icmpv6() {
    return new TsharkAgreement("icmpv6", "icmpv6.type in {130..137, 143}", List.of(number("icmpv6.type", "type"), number("icmpv6.code", "code"), number("icmpv6.checksum", "checksum"), text("icmpv6.nd.ns.target_address", "target").only(f -> f.joined("type").equals("135")), text("icmpv6.nd.na.target_address", "target").only(f -> f.joined("type").equals("136")), number("icmpv6.nd.na.flag.o", "override"), number("icmpv6.nd.ra.cur_hop_limit", "currentHopLimit"), number("icmpv6.nd.ra.reachable_time", "reachableTime"), number("icmpv6.nd.ra.retrans_timer", "retransmissionTimer"), number("icmpv6.nd.ra.flag.prf", "preference"), number("icmpv6.mldr.mar.record_type", "recordType"), number("icmpv6.mldr.mar.nb_sources", "sources").only(f -> f.joined("type").equals("143")), text("icmpv6.mld.multicast_address", "group").only(f -> !f.joined("type").equals("143")), 
        number("icmpv6.opt.type", "optionType"), text("icmpv6.opt.linkaddr", "linkLayerAddress"), number("icmpv6.nd.ra.router_lifetime", "routerLifetime"),
        number("icmpv6.nd.ra.flag.m", "managed"), number("icmpv6.nd.ra.flag.o", "otherConfiguration"), number("icmpv6.nd.na.flag.r", "router"),
        number("icmpv6.nd.na.flag.s", "solicited"), text("icmpv6.opt.prefix", "prefix", "route"), number("icmpv6.opt.mtu", "mtu"), text("icmpv6.opt.rdnss", "recursiveDnsServer"),
        number("icmpv6.mldr.nb_mcast_records", "records"), text("icmpv6.mldr.mar.multicast_address", "group").only(f -> f.joined("type").equals("143"))))
        .also("icmpv6.nd.ra.flag.h homeAgent", "icmpv6.nd.ra.flag.p proxy", "icmpv6.opt.route_lifetime routeLifetime", "icmpv6.opt.route_info.flag.route_preference routePreference", "icmpv6.rd.na.destination_address destination")
        .also(text("icmpv6.nd.rd.target_address", "target").only(f -> f.joined("type").equals("137")), number("icmpv6.mld.maximum_response_delay", "maximumResponseDelay").only(f -> f.joined("robustness").isEmpty()))
        .remarks("icmpv6.checksum.status", "icmpv6.checksum_bad.expert", "icmpv6.reserved", "icmpv6.opt.reserved", "icmpv6.opt.length", "icmpv6.opt.src_linkaddr", "icmpv6.opt.target_linkaddr", "icmpv6.mldr.mar.aux_data_len", "icmpv6.nd.na.flag", "icmpv6.nd.na.flag.rsv", "icmpv6.nd.ra.flag", "icmpv6.nd.ra.flag.rsv", "icmpv6.opt.route_info.flag", "icmpv6.opt.route_info.flag.reserved");
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
        text("mstp.config_digest", "digest").theirs(t -> t.replace(":", "")), number("mstp.cist_internal_root_path_cost", "internalRootPathCost"), number("mstp.cist_remaining_hops", "remainingHops"),
        number("mstp.msti.flags", "instanceFlags"), text("mstp.msti.root.hw", "instanceRoot"), number("mstp.msti.remaining_hops", "instanceHops"))).proof("version")
        .also(new Column("mstp.cist_bridge.prio", f -> nested(f, "cistBridge", "priority"), DECIMAL), new Column("mstp.cist_bridge.ext", f -> nested(f, "cistBridge", "system"), DECIMAL))
        .also("mstp.msti.msti_id instanceSystem", "mstp.version_4_length version4Length", "mstp.agree_flags.agreement_num agreementNumber", "mstp.agree_flags.dagreement_num discardedAgreementNumber",
            "mstp.agree_flags.agreement_valid agreementValid", "mstp.agree_flags.rest_role restrictedRole")
        // the upper half of an octet, which we write as it stands
        .also(half("mstp.msti.priority", "instancePriority", 12), half("mstp.msti.bridge_priority", "bridgePriority", 4), half("mstp.msti.port_priority", "portPriority", 4))
        .remarks("stp.pvst.tlvlen", "stp.pvst.tlvtype");
  }

  /** A field of one organisation's items. */
  private static Column of(String name, String organization, String ours) {
    return new Column(name, f -> {
      StringBuilder all = new StringBuilder();
      String now = "";
      for (String[] field : f.fields) {
        now = field[0].equals("oui") ? field[1] : now;
        if (field[0].equals(ours) && now.equals(organization)) {
          all.append(all.isEmpty() ? "" : ";").append(field[1]);
        }
      }
      return all.toString();
    }, DECIMAL);
  }

  /** X.690 §8.19 as dotted numbers. */
  private static String oid(String hex) {
    StringBuilder text = new StringBuilder();
    long number = 0;
    for (byte octet : HexFormat.of().parseHex(hex)) {
      number = number << 7 | octet & 0x7F;
      if (octet >= 0) {
        text.append(text.isEmpty() ? Long.min(number / 40, 2) + "." + (number - 40 * Long.min(number / 40, 2)) : "." + number);
        number = 0;
      }
    }
    return text.toString();
  }

  private static Column half(String name, String ours, int bits) {
    return new Column(name, f -> each(v -> Long.toString(Long.parseLong(v) >> bits)).apply(f.joined(ours)), DECIMAL);
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
        text("cdp.odr_default_gateway", "gateway")))
        .also("cdp.cluster.master_ip clusterMaster", "cdp.cluster.ip clusterMask", "cdp.cluster.version clusterVersion", "cdp.cluster.sub_version clusterSubVersion", "cdp.cluster.status clusterStatus", "cdp.cluster.commander_mac clusterCommander", "cdp.cluster.switch_mac clusterSwitch", "cdp.cluster.management_vlan clusterVlan", "cdp.oui helloMaker", "cdp.protocol_id helloProtocol", "cdp.request_id powerRequest", "cdp.management_id powerManagement", "cdp.protocol_type protocolType", "cdp.protocol protocol")
        .also(text("cdp.nrgyz.ip_address").with(f -> f.all("address", "managementAddress").stream().filter(a -> !a.contains(":")).collect(Collectors.joining(";"))))
        .remarks("cdp.checksum.status", "cdp.tlv.len", "cdp.protocol_length", "cdp.address_length");
  }

  private static TsharkAgreement vrrp() {
    return new TsharkAgreement("vrrp", "vrrp", List.of(number("vrrp.version", "version"), number("vrrp.adver_int", "interval").only(f -> f.joined("version").equals("2")), number("vrrp.short_adver_int", "interval").only(f -> f.joined("version").equals("3")), number("vrrp.virt_rtr_id", "virtualRouter"), number("vrrp.prio", "priority"),
        number("vrrp.addr_count", "addresses"), number("vrrp.auth_type", "authenticationType"), number("vrrp.checksum", "checksum"),
        text("vrrp.ip_addr", "address").only(f -> !f.joined("address").contains(":")), text("vrrp.ipv6_addr", "address").only(f -> f.joined("address").contains(":"))))
        .also("vrrp.type type")
        .remarks("vrrp.checksum.status", "vrrp.typever", "vrrp.reserved_mbz", "vrrp.auth_string");
  }

  private static TsharkAgreement hsrp() {
    return new TsharkAgreement("hsrp", "hsrp", List.of(number("hsrp.opcode", "operation"), number("hsrp.version", "version"), number("hsrp.state", "state"), number("hsrp.hellotime", "helloTime"), number("hsrp.holdtime", "holdTime"),
        number("hsrp.priority", "priority"), number("hsrp.group", "group"), text("hsrp.virt_ip", "virtualAddress"), number("hsrp.adv.activegrp", "activeGroups"),
        number("hsrp.adv.passivegrp", "passiveGroups")))
        .remarks("hsrp.auth_data", "hsrp.reserved");
  }

  private static TsharkAgreement eapol() {
    return new TsharkAgreement("eapol", "eapol", List.of(number("eapol.version", "version"), number("eapol.type", "type"), number("eapol.len", "length"), number("eap.code", "code"),
        number("eap.id", "identifier"), number("eap.len", "eapLength"), number("eap.type", "method")))
        .also("eapol.keydes.type descriptor", "eapol.keydes.key_len keyLength", "eapol.keydes.replay_counter replayCounter", "wlan_rsna_eapol.keydes.key_info keyInformation")
        .remarks("eapol.keydes.key_iv", "wlan_rsna_eapol.keydes.nonce", "wlan_rsna_eapol.keydes.rsc", "wlan_rsna_eapol.keydes.id", "wlan_rsna_eapol.keydes.mic", "wlan_rsna_eapol.keydes.data_len", "wlan_rsna_eapol.keydes.data", "wlan_rsna_eapol.keydes.msgnr");
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
        number("lldp.profinet.rtc2_port_status", "class2PortStatus"), text("lldp.profinet.cm_mac_add", "chassisMac"), text("lldp.profinet.master_source_address", "clockMaster")))
        .also("lldp.ieee.802_3.pmd_auto_neg_advertised_caps advertisedCapabilities", "lldp.mgn.address.subtype managementAddressSubtype", "lldp.mgn.interface.subtype interfaceNumberingSubtype", "lldp.tlv.type tlv", "lldp.ieee.802_1.port_and_vlan_id_flag portProtocolFlags", "lldp.profinet.rtc3_port_status class3PortStatus")
        .remarks("lldp.tlv.len", "lldp.mgn.address.len", "lldp.mgn.obj.len", "lldp.ieee.802_1.vlan.name_len", "lldp.ieee.802_3.pmd_auto_neg_advertised_caps_inv.*")
        .also(text("lldp.mgn.addr.ip4", "managementAddress").with(f -> f.all("managementAddress").stream().filter(a -> a.indexOf('.') > 0).collect(Collectors.joining(";"))),
            new Column("lldp.orgtlv.oui", f -> each(v -> Integer.toString(Integer.parseInt(v, 16))).apply(f.joined("oui")), DECIMAL),
            new Column("lldp.mgn.obj.id", f -> each(LinkTsharkTest::oid).apply(f.joined("objectIdentifier")), t -> t),
            of("lldp.ieee.802_3.subtype", "00120f", "subtype"), of("lldp.profinet.subtype", "000ecf", "subtype"), of("lldp.media.subtype", "0012bb", "subtype"),
            of("lldp.ieee.802_1.subtype", "0080c2", "subtype"), of("lldp.ieee.802_3.aggregation_status", "00120f", "aggregationStatus"),
            of("lldp.ieee.802_3.aggregated_port_id", "00120f", "aggregationPort"));
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

  static List<TsharkAgreement> compared() {
    return List.of(arp(), igmp(), icmpv6(), stp(), vrrp(), hsrp(), cdp(), lldp(), eapol());
  }

  @Test
  void arpOfTheCapturesIsReadAlike() throws IOException {
    listed("arp", 1000, 0.99, 0.95);
  }

  @Test
  void igmpOfTheCapturesIsReadAlike() throws IOException {
    listed("igmp", 100, 0.99, 0.95);
  }

  @Test
  void neighbourDiscoveryOfTheCapturesIsReadAlike() throws IOException {
    listed("icmpv6", 100, 0.99, 0.95);
  }

  @Test
  void spanningTreesOfTheCapturesAreReadAlike() throws IOException {
    listed("stp", 300, 0.99, 0.95);
  }

  @Test
  void routersOfTheCapturesAreReadAlike() throws IOException {
    listed("vrrp", 100, 0.99, 0.95);
    listed("hsrp", 3, 0.99, 0.95);
  }

  @Test
  void whatSwitchesAnnounceInTheCapturesIsReadAlike() throws IOException {
    listed("cdp", 20, 0.99, 0.95);
    listed("lldp", 500, 0.99, 0.95);
  }

  @Test
  void whoIsLetInIsReadAlike() throws IOException {
    listed("eapol", 50, 0.99, 0.95);
  }
}
