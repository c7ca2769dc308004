package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CapturesCompared.listed;
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
import java.util.function.Function;
import java.util.function.Predicate;
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
        number("dhcpv6.vendorclass.enterprise", "enterprise"), number("dhcpv6.status_code", "status")))
        .also("dhcpv6.client_fqdn_flags fqdnFlags", "dhcpv6.iaid.t1 t1", "dhcpv6.iaid.t2 t2", "dhcpv6.iaprefix.pref_addr prefix", "dhcpv6.iaprefix.pref_len prefixLength", "dhcpv6.remoteid.enterprise remoteIdEnterprise", "dhcpv6.status_msg statusMessage", "dhcpv6.vendorclass.data vendorClass", "dhcpv6.vendoropts.enterprise vendorOptions", "dhcpv6.duid.bytes clientIdentifier,serverIdentifier")
        .also(text("dhcpv6.client_domain", "fqdn").theirs(t -> t.replaceFirst("\\.$", "")).with(f -> f.joined("fqdn").replaceFirst("\\.$", "")),
            text("dhcpv6.search_list_entry", "domain").theirs(LinkTsharkTest.each(d -> d.replaceFirst("\\.$", ""))), hexadecimal("dhcpv6.iaid", "identityAssociation"), among("dhcpv6.duidllt.hwtype", "1", "hardwareType"),
            among("dhcpv6.duidll.hwtype", "3", "hardwareType"), among("dhcpv6.duidllt.link_layer_addr", "1", "linkLayerAddress"), among("dhcpv6.duidll.link_layer_addr", "3", "linkLayerAddress"),
            lifetime("dhcpv6.iaaddr.pref_lifetime", "address", "preferredLifetime"), lifetime("dhcpv6.iaaddr.valid_lifetime", "address", "validLifetime"))
        .remarks("dhcpv6.option.length", "dhcpv6.option.type_str", "dhcpv6.clientfqdn.client.n", "dhcpv6.clientfqdn.client.s", "dhcpv6.vendoropts.enterprise.option_length", "dhcpv6.userclass.length");
  }

  private static Column hexadecimal(String name, String ours) {
    return new Column(name, f -> LinkTsharkTest.each(v -> "%08x".formatted(Long.parseLong(v))).apply(f.joined(ours)), t -> t.replace(":", ""));
  }

  /** A field of identifiers of one kind. */
  private static Column among(String name, String kind, String ours) {
    return new Column(name, f -> {
      List<String> all = new ArrayList<>();
      String now = "";
      for (String[] field : f.fields) {
        now = field[0].equals("duidType") ? field[1] : now;
        if (field[0].equals(ours) && now.equals(kind)) {
          all.add(field[1].replace(":", ""));
        }
      }
      return String.join(";", all);
    }, TsharkAgreement::plain);
  }

  /** Lifetimes of addresses, which prefixes have too. */
  private static Column lifetime(String name, String behind, String ours) {
    return new Column(name, f -> {
      List<String> all = new ArrayList<>();
      boolean inside = false;
      for (String[] field : f.fields) {
        inside = field[0].equals(behind) || inside && !field[0].equals("option");
        if (field[0].equals(ours) && inside) {
          all.add(field[1]);
        }
      }
      return String.join(";", all);
    }, TsharkAgreement::plain);
  }

  private static String answered(TranscriptKeeper.Frame f, String name) {
    return f.joined("response").equals("true") ? f.joined(name) : "";
  }

  private static TsharkAgreement nbns() {
    return new TsharkAgreement("nbns", "nbns", List.of(number("nbns.id", "id"), number("nbns.flags.response", "response"), number("nbns.flags.opcode", "operation"), number("nbns.flags.rcode", "result")
        .only(f -> f.joined("response").equals("true")), text("nbns.addr", "address"), number("nbns.number_of_names", "names"), text("nbns.unit_id", "unitId"),
        // the name is followed by what the suffix means
        new Column("nbns.name", f -> f.all("name", "recordName").stream().map(HostTsharkTest::shown).reduce((a, b) -> a + ";" + b).orElse(""), HostTsharkTest::stems)))
        .also("nbns.flags.truncated truncated", "nbns.flags.recdesired recursionDesired", "nbns.flags.broadcast broadcast", "nbns.count.queries questions", "nbns.count.answers answers", "nbns.count.auth_rr authorities", "nbns.count.add_rr additionals", "nbns.nb_flags.group group", "nbns.nb_flags.ont ownerType", "nbns.ttl ttl", "nbns.type type,recordType", "nbns.class class,recordClass", "nbns.name_flags statusFlags")
        .also(plain("nbns.flags.authoritative", f -> answered(f, "authoritative")), plain("nbns.flags.recavail", f -> answered(f, "recursionAvailable")))
        .remarks("nbns.flags", "nbns.nb_flags", "nbns.data_length");
  }

  private static String shown(String name) {
    return name.startsWith("*") ? "*" : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9<>_-]", "");
  }

  private static String stems(String cell) {
    return cell.isEmpty() ? "" : String.join(";", Arrays.stream(cell.split(";")).map(n -> shown(n.replaceAll("<01><02>|<02>(?=<01>)", "").replaceAll("(<[0-9a-f]{2}>).*$", "$1"))).toList());
  }

  /** What only hosts and local masters say, by tshark's reading. */
  private static Column host(String name, String ours) {
    return new Column(name, f -> f.joined(ours), TsharkAgreement::plain, f -> !f.joined("command").equals("12") && !f.joined(ours).isEmpty());
  }

  private static TsharkAgreement nbdgm() {
    return new TsharkAgreement("nbdgm", "nbdgm", List.of(number("nbdgm.type", "type"), number("nbdgm.dgram_id", "id"), text("nbdgm.src.ip", "sourceAddress"), number("nbdgm.src.port", "sourcePort"),
        number("nbdgm.dgram_len", "length"), number("nbdgm.pkt_offset", "offset"), number("browser.command", "command"), text("browser.server", "serverName"), number("browser.os_major", "osMajor"),
        number("browser.os_minor", "osMinor"), number("browser.server_type", "serverType"), text("browser.comment", "comment").only(f -> !f.joined("command").equals("12"))))
        .also("browser.election.criteria criteria", "browser.election.version electionVersion", "browser.period period", "browser.update_count updateCount", "browser.uptime uptime", "nbdgm.flags flags", "nbdgm.error_code error", "nbdgm.source_name sourceName")
        .also(host("browser.sig", "signature"), new Column("nbdgm.destination_name", f -> f.joined("targetName").replaceAll("\\p{Cntrl}", ""), t -> t.replaceFirst("^<01><02>(.*)<02><01>$", "$1<01>")))
        .also(host("browser.proto_major", "browserMajor"), host("browser.proto_minor", "browserMinor"),
            text("browser.mb_server", "comment").only(f -> f.joined("command").equals("12")));
  }

  private static TsharkAgreement syslog() {
    return new TsharkAgreement("syslog", "syslog.facility", List.of(number("syslog.facility", "facility"), number("syslog.level", "severity"), text("syslog.hostname", "host"),
        text("syslog.appname", "application").only(HostTsharkTest::fresh), 
        // of the older form tshark shows the application as a process, and the text behind it, which we do not read
        text("syslog.procid").with(f -> f.joined(fresh(f) ? "process" : "application")), new Column("syslog.msgid", f -> fresh(f) ? f.joined("messageId") : "", t -> t.matches("[\\[:].*") ? "" : t.split(" ")[0])))
        // the text goes nowhere
        .remarks("syslog.msg");
  }

  /** RFC 5424's form. */
  private static boolean fresh(TranscriptKeeper.Frame f) {
    return !f.joined("messageId").isEmpty();
  }

  private static TsharkAgreement radius() {
    return new TsharkAgreement("radius", "radius", List.of(number("radius.code", "code"), number("radius.id", "identifier"), number("radius.length", "length"), number("radius.avp.type", "attribute"),
        text("radius.NAS_IP_Address", "nasAddress"), number("radius.NAS_Port", "nasPort"), text("radius.NAS_Identifier", "nasIdentifier"), text("radius.Calling_Station_Id", "callingStation"),
        number("radius.NAS_Port_Type", "nasPortType"), number("radius.Acct_Status_Type", "accountingStatus")))
        .also("radius.Called_Station_Id calledStation", "radius.NAS_Port_Id nasPortId", "radius.Service_Type serviceType", "radius.Framed-IP-Address framedAddress")
        .remarks("radius.authenticator", "radius.reqframe", "radius.rspframe", "radius.req", "radius.rsp", "radius.time", "radius.avp", "radius.avp.length", "radius.User_Name", "radius.User_Password_encrypted", "radius.Message_Authenticator", "radius.State", "radius.eap_fragment", "radius.Reply_Message");
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
        text("dhcp.option.broadcast_address", "broadcastAddress"), number("dhcp.option.renewal_time_value", "renewalTime"), number("dhcp.option.rebinding_time_value", "rebindingTime")))
        .also("dhcp.fqdn.name clientFqdn", "dhcp.option.agent_information_option.agent_circuit_id circuitId", "dhcp.option.agent_information_option.agent_remote_id remoteId", "dhcp.option.client_system_architecture clientArchitecture", "dhcp.option.option_overload optionOverload")
        .remarks("dhcp.cookie", "dhcp.hw.addr_padding", "dhcp.option.length", "dhcp.option.value", "dhcp.option.end", "dhcp.option.padding", "dhcp.server", "dhcp.file", "dhcp.option.suboption_length", "dhcp.fqdn.mbz", "dhcp.option.agent_information_option.value", "dhcp.option.dhcp_authentication.information");
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

  private static Column plain(String name, Function<TranscriptKeeper.Frame, String> ours) {
    return new Column(name, f -> TsharkAgreement.plain(ours.apply(f)), t -> TsharkAgreement.plain(names(t)));
  }

  /** RFC 2136 §2.2 has other names for the counts of updates, and tshark other columns. */
  private static Column counted(String name, String ours) {
    return new Column(name, f -> f.joined(ours), TsharkAgreement::plain, f -> !f.joined("opcode").equals("5"));
  }

  /** A field of the records whose type is asked for. */
  private static String records(TranscriptKeeper.Frame f, String name, Predicate<String> kind) {
    List<String> all = new ArrayList<>();
    String type = "";
    for (String[] field : f.fields) {
      type = field[0].equals("type") ? field[1] : field[0].equals("begin") ? "" : type;
      if (field[0].equals(name) && !type.isEmpty() && kind.test(type)) {
        all.add(field[1]);
      }
    }
    return String.join(";", all);
  }

  /** RFC 4795 §2.1.1 has other meanings for two of the bits. */
  private static Column[] local(String protocol) {
    if (protocol.equals("llmnr")) {
      return new Column[] {plain("dns.flags.conflict", f -> f.joined("aa")), plain("dns.flags.tentative", f -> f.joined("rd"))};
    }
    return new Column[] {plain("dns.flags.recdesired", f -> f.joined("rd")), plain("dns.flags.checkdisable", f -> f.joined("cd")), answer("dns.flags.authoritative", "aa"),
        answer("dns.flags.recavail", "ra"), answer("dns.flags.authenticated", "ad")};
  }

  private static Column answer(String name, String ours) {
    return plain(name, f -> f.joined("qr").equals("true") ? f.joined(ours) : "");
  }

  private static TsharkAgreement dns(String protocol) {
    return new TsharkAgreement(protocol, protocol, List.of(number("dns.id", "id"), number("dns.flags.response", "qr"), number("dns.flags.opcode", "opcode"),
        number("dns.flags.rcode", "rcode").only(f -> f.joined("qr").equals("true")), text("dns.qry.name", "qname").theirs(HostTsharkTest::names), text("dns.qry.type", "qtype").theirs(HostTsharkTest::types),
        text("dns.resp.name").with(HostTsharkTest::recordNames).theirs(HostTsharkTest::names), text("dns.resp.type", "type", "typeThere").theirs(HostTsharkTest::types),
        text("dns.a", "address").with(f -> f.all("address").stream().filter(a -> !a.contains(":")).reduce((a, b) -> a + ";" + b).orElse("")),
        text("dns.aaaa", "address").with(f -> f.all("address").stream().filter(a -> a.contains(":")).reduce((a, b) -> a + ";" + b).orElse("")),
        number("dns.srv.port", "port"), number("dns.soa.serial_number", "serial"), text("dns.mx.mail_exchange", "exchange").theirs(HostTsharkTest::names)))
        .also(local(protocol)).also(counted("dns.count.queries", "qdcount"), counted("dns.count.answers", "ancount"), counted("dns.count.auth_rr", "nscount"), counted("dns.count.add_rr", "arcount"))
        .also("dns.flags.truncated tc", "dns.qry.class qclass", "dns.mx.preference preference", "dns.soa.expire_limit expire", "dns.soa.minimum_ttl minimum", "dns.soa.mname mname", "dns.soa.refresh_interval refresh", "dns.soa.retry_interval retry", "dns.soa.rname rname", "dns.srv.priority priority", "dns.srv.weight weight", "dns.qry.qu unicastResponse", "dns.resp.cache_flush cacheFlush", "dns.nsec.next_domain_name next")
        .also(plain("dns.resp.class", f -> records(f, "class", k -> !k.equals("OPT"))), plain("dns.resp.ttl", f -> records(f, "ttl", k -> !k.equals("OPT"))),
            plain("dns.rr.udp_payload_size", f -> records(f, "class", k -> k.equals("OPT"))), plain("dns.cname", f -> records(f, "target", k -> k.equals("CNAME"))),
            plain("dns.ptr.domain_name", f -> records(f, "target", k -> k.equals("PTR"))), plain("dns.srv.target", f -> records(f, "target", k -> k.equals("SRV"))), plain("dns.txt", f -> f.joined("text")))
        .remarks("dns.time", "dns.response_in", "dns.response_to", "dns.retransmission", "dns.retransmit_request", "dns.retransmit_request_in", "dns.retransmit_response", "dns.retransmit_response_in", "dns.unsolicited", "dns.flags", "dns.resp.len", "dns.txt.length", "dns.count.labels", "dns.flags.z", "dns.resp.z", "dns.resp.z.reserved", "dns.srv.service", "dns.srv.proto", "dns.srv.name");
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

  static List<TsharkAgreement> compared() {
    return List.of(dhcp6(), dhcp(), nbns(), nbdgm(), dns("dns"), dns("mdns"), dns("llmnr"), syslog(), radius());
  }

  @Test
  void addressesOfTheCapturesAreReadAlike() throws IOException {
    listed("dhcpv6", 100, 0.99, 0.8);
    listed("dhcp", 800, 0.99, 0.8);
  }

  @Test
  void namesOfTheCapturesAreReadAlike() throws IOException {
    listed("nbns", 300, 0.99, 0.8);
    listed("nbdgm", 50, 0.99, 0.8);
    listed("dns", 2000, 0.99, 0.8);
    listed("mdns", 1000, 0.99, 0.8);
    listed("llmnr", 200, 0.99, 0.8);
  }

  @Test
  void whatServersHearInTheCapturesIsReadAlike() throws IOException {
    // two frames: one has letters for its priority, which RFC 5424 §6.2.1 does not allow and tshark reads as a number
    listed("syslog", 2, 0.75, 0.8);
    listed("radius", 10, 0.99, 0.8);
  }
}
