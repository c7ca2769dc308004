package fr.vigie.web.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PapersTest {
  private static final String NFT = "/usr/sbin/nft";

  private static Site site() throws SiteError {
    return SiteFile.read("site.yaml", """
        site: {id: chu, name: "CHU \\" ; flush ruleset", tz: Europe/Paris}
        zones:
          - {id: gtb, name: Gestion technique, cidr: [10.20.10.0/24, 10.20.99.7], care: 3}
          - {id: cvc.b, name: "Traitement d'air", cidr: [10.20.0.0/16, "fd00:20::/64"]}
          - {id: cvc-b, name: Autre, cidr: [10.30.0.0/24, "fd00:30::/64"]}
          - {id: eclairage, name: Éclairage, vlan: 150}
          - {id: dehors, cidr: 0.0.0.0/0, kind: internet}
        calendar: {hours: {ouvrees: "mon-fri 07:00-19:00", nuit: "sat-sun 19:00-07:00, hol 00:00-24:00"}}
        conduits:
          - {from: gtb, to: cvc.b, protocols: [bacnet, http], verbs: [read, write]}
          - {from: gtb, to: cvc-b, protocols: [modbus], hours: ouvrees}
          - {from: cvc-b, to: gtb, protocols: [snmp, goose], hours: nuit}
          - {from: "*", to: gtb, protocols: [ntp, icmp]}
          - {from: cvc.b, to: cvc-b}
          - {from: gtb, to: eclairage}
          - {from: "*", to: "*", protocols: [ssh]}
        """);
  }

  @Test
  void theConduitsAsNftablesAreTheseAndNftReadsThem(@TempDir Path folder) throws Exception {
    String text = Papers.filter("nftables", site(), Shop.ABOUT);
    assertThat(text).contains("set z_gtb_4 {\n    type ipv4_addr; flags interval; auto-merge;\n    elements = { 10.20.10.0/24, 10.20.99.7 }")
        .as("two ids that look the same as names").contains("set z_cvc_b_4 {").contains("set z_cvc_b_2_6 {")
        .contains("    ip saddr @z_gtb_4 ip daddr @z_cvc_b_4 tcp dport { 80 } counter accept comment \"line 10\"\n"
            + "    ip saddr @z_gtb_4 ip daddr @z_cvc_b_4 udp dport { 47808 } counter accept comment \"line 10\"")
        .contains("tcp dport { 502 } meta day { \"Monday\", \"Tuesday\", \"Wednesday\", \"Thursday\", \"Friday\" } meta hour \"07:00\"-\"19:00\" counter accept")
        .contains("meta day { \"Saturday\", \"Sunday\" } meta hour \"19:00\"-\"23:59:59\"").contains("meta day { \"Monday\", \"Sunday\" } meta hour \"00:00\"-\"07:00\"")
        .contains("# goose has no port of its own here").contains("public holidays cannot be told").contains("zone eclairage is known by its VLANs alone")
        .contains("    ip6 saddr @z_cvc_b_6 ip6 daddr @z_cvc_b_2_6 counter accept comment \"line 14\"")
        .contains("    tcp dport { 22 } counter accept comment \"line 16\"").doesNotContain("@z_eclairage").doesNotContain("\" ; flush ruleset");
    assertThat(text).as("the supervision within the range of another zone is not that zone's").contains("z_cvc_b_4 {\n")
        .containsPattern("elements = \\{ 10\\.20\\.0\\.0/21, 10\\.20\\.8\\.0/23, 10\\.20\\.11\\.0/24, [^}]*10\\.20\\.99\\.6, ");
    Assumptions.assumeTrue(Files.isExecutable(Path.of(NFT)), "no nft at " + NFT + ": the filter was not checked by it");
    Path file = folder.resolve("conduits.nft");
    Files.writeString(file, text);
    Process probe = new ProcessBuilder("unshare", "-rn", NFT, "list", "tables").redirectErrorStream(true).start();
    Assumptions.assumeTrue(probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0, "no name space for nft here: the filter was not checked by it");
    Process check = new ProcessBuilder("unshare", "-rn", NFT, "-c", "-f", file.toString()).redirectErrorStream(true).start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said + "\n" + text).isZero();
    Files.writeString(file, text.replace("udp dport", "udp dprt"));
    assertThat(new ProcessBuilder("unshare", "-rn", NFT, "-c", "-f", file.toString()).redirectErrorStream(true).start().waitFor()).as("it would find a wrong one").isNotZero();
  }

  @Test
  void theConduitsAsAccessListsOfIosAreThese() throws SiteError {
    String text = Papers.filter("cisco-ios", site(), Shop.ABOUT);
    assertThat(text).contains("""
        time-range VIGIE-LINE-11
         periodic Monday 7:00 to 19:00
        """).contains("""
        time-range VIGIE-LINE-12
         periodic Saturday 19:00 to Sunday 7:00
         periodic Sunday 19:00 to Monday 7:00
        """).contains("""
        ip access-list extended VIGIE-GTB-IN
         remark Gestion technique
        """).contains(" permit tcp 10.20.10.0 0.0.0.255 10.30.0.0 0.0.0.255 eq 502 time-range VIGIE-LINE-11\n")
        .contains(" permit udp host 10.20.99.7 10.20.0.0 0.0.7.255 eq 47808\n")
        .as("the answers, for the lists keep no state").contains(" permit udp 10.20.0.0 0.0.7.255 eq 47808 10.20.10.0 0.0.0.255\n")
        .contains(" permit tcp 10.20.0.0 0.0.7.255 eq 80 10.20.10.0 0.0.0.255 established\n")
        .contains("ipv6 access-list VIGIE-CVC_B-IN-V6\n").contains(" permit ipv6 fd00:20::/64 fd00:30::/64\n").contains(" deny ip any any log\n");
    assertThat(text.lines().filter(l -> l.startsWith(" permit"))).allMatch(l -> l.matches(
        " permit (ip|ipv6|tcp|udp|icmp) (any|host \\S+|[0-9.]+ [0-9.]+|[0-9a-f:]+/\\d+)( eq \\d+)? (any|host \\S+|[0-9.]+ [0-9.]+|[0-9a-f:]+/\\d+)( eq \\d+)?( established)?( time-range \\S+)?"));
    assertThat(text.lines().filter(l -> l.startsWith(" permit")).toList()).as("each once in its list").isNotEmpty();
    assertThat(Papers.filter("cisco-ios", siteAgain(), Shop.ABOUT)).isEqualTo(text);
  }

  private static Site siteAgain() throws SiteError {
    return site();
  }

  private static ObjectNode contact(String who, String whom, int port, String transport, String protocol, String answer) {
    ObjectNode c = Json.object().put("protocol", protocol).put("transport", transport).put("answer", answer);
    c.putObject("who").put("ip", who);
    ObjectNode server = c.putObject("whom").put("ip", whom);
    if (port > 0) {
      server.put("port", port);
    }
    c.putArray("peers");
    return c;
  }

  @Test
  void aProfileHoldsWhatADeviceDidAndNotWhatWasTriedOnIt() throws Exception {
    ObjectNode device = Shop.device("a-0000000000000001", "CTA-1", "10.20.0.1", "00:a0:03:00:00:01");
    List<ObjectNode> contacts = new ArrayList<>(List.of(
        contact("10.20.10.5", "10.20.0.1", 47808, "udp", "bacnet", "answered"), contact("10.20.10.6", "10.20.0.1", 47808, "udp", "bacnet", "answered"),
        contact("10.20.0.1", "10.20.10.5", 123, "udp", "ntp", "answered"), contact("10.20.0.1", "10.99.0.1", 80, "tcp", "http", "answered"),
        contact("10.20.0.1", "198.51.100.7", 443, "tcp", "tls", "answered"), contact("10.20.0.1", "224.0.0.251", 5353, "udp", "mdns", "group"),
        contact("10.20.10.66", "10.20.0.1", 23, "tcp", "telnet", "refused"), contact("10.20.0.1", "10.20.10.9", 22, "tcp", "ssh", "silent"),
        contact("10.7.7.7", "10.8.8.8", 22, "tcp", "ssh", "answered")));
    ObjectNode refused = contact("10.20.10.77", "10.20.0.1", 80, "tcp", "http", "answered");
    refused.withArray("peers").addObject().put("review", "refused");
    contacts.add(refused);
    JsonNode mud = Papers.mud(device, contacts, site(), Shop.ABOUT);
    try (InputStream in = PapersTest.class.getResourceAsStream("mud-subset.schema.json")) {
      assertThat(in).isNotNull();
      var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
      assertThat(schema.validate(mud.toString(), InputFormat.JSON)).as(mud.toPrettyString()).isEmpty();
      assertThat(schema.validate(mud.toString().replace("\"accept\"", "\"perhaps\""), InputFormat.JSON)).isNotEmpty();
    }
    JsonNode from = mud.at("/ietf-access-control-list:acls/acl/0");
    JsonNode to = mud.at("/ietf-access-control-list:acls/acl/1");
    assertThat(from.path("name").asText()).isEqualTo("from-a-0000000000000001-v4");
    List<String> names = new ArrayList<>();
    from.at("/aces/ace").forEach(a -> names.add(a.path("name").asText()));
    assertThat(names).containsExactly("1-http-client-tcp80", "2-mdns-client-udp5353", "3-ntp-client-udp123", "4-tls-client-tcp443", "5-bacnet-server-udp47808");
    assertThat(from.at("/aces/ace/0/matches").toString()).isEqualTo("{\"ietf-mud:mud\":{\"local-networks\":[null]},\"ipv4\":{\"protocol\":6},"
        + "\"tcp\":{\"ietf-mud:direction-initiated\":\"from-device\",\"destination-port\":{\"operator\":\"eq\",\"port\":80}}}");
    assertThat(from.at("/aces/ace/3/matches/ipv4/destination-ipv4-network").asText()).isEqualTo("198.51.100.7/32");
    assertThat(to.at("/aces/ace")).as("nothing comes back from a group").hasSize(4);
    assertThat(to.at("/aces/ace/3/matches").toString()).isEqualTo("{\"ietf-mud:mud\":{\"controller\":\"urn:vigie:chu:zone:gtb\"},\"ipv4\":{\"protocol\":17},"
        + "\"udp\":{\"destination-port\":{\"operator\":\"eq\",\"port\":47808}}}");
    assertThat(mud.toString()).doesNotContain("telnet").doesNotContain("ssh");
    assertThat(mud.at("/ietf-mud:mud/mfg-name").asText()).isEqualTo("Siemens");
  }

  @Test
  void aDeviceThatSpeaksWithThousandsHasABoundedProfileThatSaysSo() throws SiteError {
    List<ObjectNode> contacts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      contacts.add(contact("10.20.0.1", "198.51." + (i >>> 8) + "." + (i & 255), 443, "tcp", "tls", "answered"));
    }
    ObjectNode device = Shop.device("a-0000000000000001", "N".repeat(100), "10.20.0.1", "00:a0:03:00:00:01");
    JsonNode mud = Papers.mud(device, contacts, site(), Shop.ABOUT);
    assertThat(mud.at("/ietf-access-control-list:acls/acl/0/aces/ace")).hasSize(Mud.MOST);
    assertThat(mud.at("/ietf-mud:mud/systeminfo").asText()).hasSizeLessThanOrEqualTo(60).endsWith("488 kinds of traffic left out");
  }
}
