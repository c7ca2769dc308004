package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.LinkTsharkTest.captures;
import static fr.vigie.sensor.protocol.LinkTsharkTest.number;
import static fr.vigie.sensor.protocol.LinkTsharkTest.onUdp;
import static fr.vigie.sensor.protocol.LinkTsharkTest.sound;
import static fr.vigie.sensor.protocol.LinkTsharkTest.text;

import fr.vigie.sensor.protocol.DissectorContract.Message;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts and servers say over UDP against the tshark of this machine; see {@link LinkTsharkTest}. */
final class HostTsharkTest {
  @TempDir private Path folder;

  private static TsharkAgreement dhcp6() {
    return new TsharkAgreement("dhcpv6", "dhcpv6", List.of(number("dhcpv6.msgtype", "messageType"), number("dhcpv6.xid", "transaction"), number("dhcpv6.option.type", "option"),
        number("dhcpv6.hopcount", "hopCount"), text("dhcpv6.linkaddr", "linkAddress"), text("dhcpv6.peeraddr", "peerAddress"), number("dhcpv6.duid.type", "duidType"),
        text("dhcpv6.iaaddr.ip", "address"), number("dhcpv6.requested_option_code").with(f -> f.joined("requestedOptions").replace(',', ';')), number("dhcpv6.elapsed_time", "elapsedTime")
            .theirs(t -> t.isEmpty() ? "" : Integer.toString(Integer.decode(t) / 10)), number("dhcpv6.option_preference", "preference"), text("dhcpv6.dns_server", "dnsServer"),
        number("dhcpv6.vendorclass.enterprise", "enterprise"), number("dhcpv6.status_code", "status")));
  }

  private static TsharkAgreement nbns() {
    return new TsharkAgreement("nbns", "nbns", List.of(number("nbns.id", "id"), number("nbns.flags.response", "response"), number("nbns.flags.opcode", "operation"), number("nbns.flags.rcode", "result")
        .only(f -> f.joined("response").equals("true")), text("nbns.addr", "address"), number("nbns.number_of_names", "names"), text("nbns.unit_id", "unitId"),
        // the name is followed by what the suffix means
        new Column("nbns.name", f -> f.all("name", "recordName").stream().map(HostTsharkTest::shown).reduce((a, b) -> a + ";" + b).orElse(""), HostTsharkTest::stems)));
  }

  private static String shown(String name) {
    return name.startsWith("*") ? "*" : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9<>_-]", "");
  }

  private static String stems(String cell) {
    return cell.isEmpty() ? "" : String.join(";", Arrays.stream(cell.split(";")).map(n -> shown(n.replaceAll("<01><02>|<02>(?=<01>)", "").replaceAll("(<[0-9a-f]{2}>).*$", "$1"))).toList());
  }

  private static TsharkAgreement nbdgm() {
    return new TsharkAgreement("nbdgm", "nbdgm", List.of(number("nbdgm.type", "type"), number("nbdgm.dgram_id", "id"), text("nbdgm.src.ip", "sourceAddress"), number("nbdgm.src.port", "sourcePort"),
        number("nbdgm.dgram_len", "length"), number("nbdgm.pkt_offset", "offset"), number("browser.command", "command"), text("browser.server", "serverName"), number("browser.os_major", "osMajor"),
        number("browser.os_minor", "osMinor"), number("browser.server_type", "serverType"), text("browser.comment", "comment").only(f -> !f.joined("command").equals("12"))));
  }

  private static TsharkAgreement syslog() {
    return new TsharkAgreement("syslog", "syslog.facility", List.of(number("syslog.facility", "facility"), number("syslog.level", "severity"), text("syslog.hostname", "host"),
        text("syslog.appname", "application").only(HostTsharkTest::fresh), 
        // of the older form tshark shows the application as a process, and the text behind it, which we do not read
        text("syslog.procid").with(f -> f.joined(fresh(f) ? "process" : "application")), new Column("syslog.msgid", f -> fresh(f) ? f.joined("messageId") : "", t -> t.matches("[\\[:].*") ? "" : t.split(" ")[0])));
  }

  /** RFC 5424's form. */
  private static boolean fresh(TranscriptKeeper.Frame f) {
    return !f.joined("messageId").isEmpty();
  }

  private static TsharkAgreement radius() {
    return new TsharkAgreement("radius", "radius", List.of(number("radius.code", "code"), number("radius.id", "identifier"), number("radius.length", "length"), number("radius.avp.type", "attribute"),
        text("radius.NAS_IP_Address", "nasAddress"), number("radius.NAS_Port", "nasPort"), text("radius.NAS_Identifier", "nasIdentifier"), text("radius.Calling_Station_Id", "callingStation"),
        number("radius.NAS_Port_Type", "nasPortType"), number("radius.Acct_Status_Type", "accountingStatus")));
  }

  private static TsharkAgreement dhcp() {
    return new TsharkAgreement("dhcp", "dhcp", List.of(number("dhcp.type", "op"), number("dhcp.hw.type", "htype").theirs(t -> t.isEmpty() ? "" : Long.decode(t.split(";")[0]).toString()), number("dhcp.hw.len", "hlen"), number("dhcp.hops", "hops"), number("dhcp.id", "xid"),
        number("dhcp.secs", "secs"), number("dhcp.flags", "flags"), text("dhcp.ip.client", "ciaddr"), text("dhcp.ip.your", "yiaddr"), text("dhcp.ip.server", "siaddr"), text("dhcp.ip.relay", "giaddr"),
        text("dhcp.hw.mac_addr", "chaddr", "clientIdentifier").only(f -> f.joined("htype").equals("1") && f.joined("hlen").equals("6") && !f.joined("clientIdentifierType").matches("[0-9]+;.*|0|255"))
            .with(f -> f.joined("htype").equals("1") && f.joined("hlen").equals("6") ? f.all("chaddr").getFirst() : "").theirs(t -> t.split(";")[0]),
        number("dhcp.option.type").with(f -> f.joined("option")).theirs(t -> String.join(";", Arrays.stream(t.split(";")).filter(c -> !c.equals("0") && !c.equals("255")).toList())),
        number("dhcp.option.dhcp", "dhcpMessageType"), text("dhcp.option.hostname", "hostName"), number("dhcp.option.request_list_item").with(f -> f.joined("parameterRequestList").replace(',', ';')),
        text("dhcp.option.vendor_class_id", "vendorClassIdentifier"), text("dhcp.option.dhcp_server_id", "serverIdentifier"), text("dhcp.option.router", "router"),
        text("dhcp.option.subnet_mask", "subnetMask"), text("dhcp.option.domain_name_server", "domainNameServer"), number("dhcp.option.ip_address_lease_time", "ipAddressLeaseTime"),
        text("dhcp.option.domain_name", "domainName"), text("dhcp.option.requested_ip_address", "requestedIpAddress"), number("dhcp.option.dhcp_max_message_size", "maximumDhcpMessageSize"),
        text("dhcp.option.broadcast_address", "broadcastAddress"), number("dhcp.option.renewal_time_value", "renewalTime"), number("dhcp.option.rebinding_time_value", "rebindingTime")));
  }

  private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("1", "A"), Map.entry("2", "NS"), Map.entry("5", "CNAME"), Map.entry("6", "SOA"), Map.entry("12", "PTR"),
      Map.entry("15", "MX"), Map.entry("16", "TXT"), Map.entry("28", "AAAA"), Map.entry("33", "SRV"), Map.entry("41", "OPT"), Map.entry("47", "NSEC"), Map.entry("65", "HTTPS"),
      Map.entry("251", "IXFR"), Map.entry("252", "AXFR"), Map.entry("255", "ANY"));

  private static String types(String cell) {
    return cell.isEmpty() ? "" : String.join(";", Arrays.stream(cell.split(";")).map(n -> TYPES.getOrDefault(n, "TYPE" + n)).toList());
  }

  private static String names(String cell) {
    return cell.replace("<Root>", ".");
  }

  /** tshark names a service record in another column. */
  private static String recordNames(TranscriptKeeper.Frame f) {
    List<String> names = new ArrayList<>();
    for (String[] field : f.fields) {
      if (field[0].equals("name")) {
        names.add(field[1]);
      } else if (field[0].equals("type") && field[1].equals("SRV") && !names.isEmpty()) {
        names.removeLast();
      }
    }
    return String.join(";", names);
  }

  private static TsharkAgreement dns(String protocol) {
    return new TsharkAgreement(protocol, protocol, List.of(number("dns.id", "id"), number("dns.flags.response", "qr"), number("dns.flags.opcode", "opcode"),
        number("dns.flags.rcode", "rcode").only(f -> f.joined("qr").equals("true")), text("dns.qry.name", "qname").theirs(HostTsharkTest::names), text("dns.qry.type", "qtype").theirs(HostTsharkTest::types),
        text("dns.resp.name").with(HostTsharkTest::recordNames).theirs(HostTsharkTest::names), text("dns.resp.type", "type", "typeThere").theirs(HostTsharkTest::types),
        text("dns.a", "address").with(f -> f.all("address").stream().filter(a -> !a.contains(":")).reduce((a, b) -> a + ";" + b).orElse("")),
        text("dns.aaaa", "address").with(f -> f.all("address").stream().filter(a -> a.contains(":")).reduce((a, b) -> a + ";" + b).orElse("")),
        number("dns.srv.port", "port"), number("dns.soa.serial_number", "serial"), text("dns.mx.mail_exchange", "exchange").theirs(HostTsharkTest::names)));
  }

  private void agree(TsharkAgreement agreement, List<Message> messages) throws IOException {
    LinkTsharkTest.agree(folder, agreement, sound(messages).map(m -> onUdp(m, 64)).toList());
  }

  @Test
  void goldenMessagesOfHostsAreReadAlike() throws IOException {
    agree(dhcp(), new DhcpTest().messages());
    agree(dhcp6(), Dhcp6Test.MESSAGES);
    agree(dns("dns"), new DnsTest().messages());
    agree(dns("mdns"), new MdnsTest().messages());
    agree(dns("llmnr"), new LlmnrTest().messages());
    agree(nbns(), NetBiosTest.MESSAGES);
    agree(nbdgm(), NetBiosDatagramTest.MESSAGES);
    agree(syslog(), SyslogTest.MESSAGES);
    agree(radius(), RadiusTest.MESSAGES);
  }

  @Test
  void addressesOfTheCapturesAreReadAlike() throws IOException {
    captures(dhcp6(), "dhcpv6", 100, 0.99);
    captures(dhcp(), "dhcp", 800, 0.99);
  }

  @Test
  void namesOfTheCapturesAreReadAlike() throws IOException {
    captures(nbns(), "nbns", 300, 0.99);
    captures(nbdgm(), "nbdgm", 50, 0.99);
    captures(dns("dns"), "dns", 2000, 0.99);
    captures(dns("mdns"), "mdns", 1000, 0.99);
    captures(dns("llmnr"), "llmnr", 200, 0.99);
  }

  @Test
  void whatServersHearInTheCapturesIsReadAlike() throws IOException {
    // two frames: one has letters for its priority, which RFC 5424 §6.2.1 does not allow and tshark reads as a number
    captures(syslog(), "syslog", 2, 0.75);
    captures(radius(), "radius", 10, 0.99);
  }
}
