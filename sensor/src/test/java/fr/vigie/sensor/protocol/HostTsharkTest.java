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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  private void agree(TsharkAgreement agreement, List<Message> messages) throws IOException {
    LinkTsharkTest.agree(folder, agreement, sound(messages).map(m -> onUdp(m, 64)).toList());
  }

  @Test
  void goldenMessagesOfHostsAreReadAlike() throws IOException {
    agree(dhcp6(), Dhcp6Test.MESSAGES);
    agree(nbns(), NetBiosTest.MESSAGES);
    agree(nbdgm(), NetBiosDatagramTest.MESSAGES);
    agree(syslog(), SyslogTest.MESSAGES);
    agree(radius(), RadiusTest.MESSAGES);
  }

  @Test
  void addressesOfTheCapturesAreReadAlike() throws IOException {
    captures(dhcp6(), "dhcpv6", 100, 0.99);
  }

  @Test
  void namesOfTheCapturesAreReadAlike() throws IOException {
    captures(nbns(), "nbns", 300, 0.99);
    captures(nbdgm(), "nbdgm", 50, 0.99);
  }

  @Test
  void whatServersHearInTheCapturesIsReadAlike() throws IOException {
    // two frames: one has letters for its priority, which RFC 5424 §6.2.1 does not allow and tshark reads as a number
    captures(syslog(), "syslog", 2, 0.75);
    captures(radius(), "radius", 10, 0.99);
  }
}
