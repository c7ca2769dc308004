package fr.vigie.inventory.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KnowledgeTest {
  private final Knowledge shipped = Knowledge.shipped();

  @Test
  void theLongestPrefixOwnsAMacAddress() {
    assertThat(shipped.oui().size()).isGreaterThan(58_000);
    assertThat(shipped.oui().owner(0x00A003123456L)).containsIgnoringCase("siemens");
    // 70B3D5 is the registration authority's own; its 36-bit blocks belong to others
    assertThat(shipped.oui().owner(0x70B3D594C123L)).isNotNull().isNotEqualTo("IEEE Registration Authority");
    assertThat(shipped.oui().owner(0x0050C2001234L)).isEqualTo("JMBS Developpements");
  }

  @Test
  void aLocallyAdministeredAddressHasNoOwner() {
    assertThat(shipped.oui().owner(0x02A003123456L)).isNull();
    assertThat(shipped.oui().owner(0x01005E000001L)).isNull();
  }

  @Test
  void theManySpellingsOfAMakerAreOne() {
    assertThat(shipped.vendors().name("Siemens Schweiz AG")).isEqualTo(shipped.vendors().name("SIEMENS BUILDING TECHNOLOGIES"))
        .isEqualTo("Siemens");
    assertThat(shipped.vendors().name("Nobody Ltd")).isEqualTo("Nobody Ltd");
  }

  @ParameterizedTest
  @CsvSource({
    "name, CTA-Bloc-3, ahu-cta",
    "name, Groupe froid 2, heat-pump-chiller",
    "name, Chambre froide pharmacie, cold-room-sensor",
    "name, GE_2, generator-set",
    "name, onduleur-dialyse, ups-onduleur",
    "snmp.sysObjectID, 1.3.6.1.4.1.318.1.3.27, ups-onduleur",
    "bacnet.object-type, 21, fire-detection",
    "role.lldp, bridge, network-switch",
    "tcp.port, 104, medical-device-stray"
  })
  void whatPointsToOneKindNamesIt(String field, String value, String kind) {
    Kinds.Conclusion c = shipped.kinds().conclude(List.of(new Fact(field, value)));
    assertThat(c).isNotNull();
    assertThat(c.kind().id()).isEqualTo(kind);
    assertThat(c.confidence()).isBetween(Kinds.LEAST, 99);
    assertThat(c.because()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"bacnet.vendor-id, 7", "name, Secteur 4", "name, Vector", "name, Projecteur", "tcp.port, 80", "name, GENERAL"})
  void whatPointsToNoKindLeavesItUnknown(String field, String value) {
    assertThat(shipped.kinds().conclude(List.of(new Fact(field, value)))).isNull();
  }

  @Test
  void independentFactsAddUpAndTheSameFieldCountsOnce() {
    Kinds.Conclusion one = shipped.kinds().conclude(List.of(new Fact("name", "CTA 1"), new Fact("name", "CTA 2")));
    Kinds.Conclusion two = shipped.kinds().conclude(List.of(new Fact("name", "CTA 1"), new Fact("description", "CTA du bloc")));
    assertThat(one.confidence()).isEqualTo(55);
    assertThat(two.confidence()).isEqualTo(75);
  }

  @Test
  void twoKindsEquallyLikelyLeaveItUnknown() {
    assertThat(shipped.kinds().conclude(List.of(new Fact("name", "CTA et onduleur")))).isNull();
  }

  @Test
  void aFolderReplacesTheFilesThatStandInIt(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("kinds.tsv"), "#kind\tfr\ten\tcare\tsource\nrobot\tRobot\tRobot\t5\tours\n");
    Files.writeString(folder.resolve("kind_rules.tsv"), "#kind\tfield\tregex\tweight\tsource\nrobot\tname\t^R2\t80\tours\n");
    Knowledge k = Knowledge.read(folder);
    assertThat(k.kinds().all()).extracting(Kinds.Kind::id).containsExactly("robot");
    assertThat(k.kinds().conclude(List.of(new Fact("name", "R2D2"))).confidence()).isEqualTo(80);
    assertThat(k.oui().size()).isEqualTo(shipped.oui().size());
  }

  @Test
  void aWrongLineIsNamedWithFileAndLine(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("kind_rules.tsv"), "#kind\tfield\tregex\tweight\tsource\nahu-cta\tname\t(\t80\tours\n");
    assertThatThrownBy(() -> Knowledge.read(folder)).isInstanceOf(IOException.class).hasMessageStartingWith("kind_rules.tsv:2: ");
    Files.writeString(folder.resolve("kind_rules.tsv"), "robot\tname\tx\t80\tours\n");
    assertThatThrownBy(() -> Knowledge.read(folder)).hasMessageContaining("no kind \"robot\"");
  }

  @ParameterizedTest
  @CsvSource({
    "bacnet.model-name, DXR2.M18, Siemens, room-controller",
    "bacnet.model-name, PXC7.E400S, Siemens, bms-controller",
    "bacnet.model-name, ECY-VAV-PoE, Distech Controls, room-controller",
    "bacnet.model-name, LIP-ME201C, LOYTEC, serial-gateway",
    "name, DCS-5222LB1, D-Link, ip-camera",
    "name, DGS-1210-28, D-Link, network-switch",
    "dns.asks, meethue.com, Signify / Philips Lighting, connected-luminaire",
    "snmp.sysObjectID, 1.3.6.1.4.1.318.1.3.2.7, APC, ups-onduleur",
    "dhcp.vendor-class, 'AXIS,Network Camera,P1344,5.40.9.2', Axis, ip-camera"
  })
  void aFingerprintNamesMakerAndKind(String field, String value, String vendor, String kind) {
    List<Fact> facts = List.of(new Fact(field, value));
    List<Prints.Likeness> found = shipped.likenesses().of(facts);
    assertThat(found).anySatisfy(l -> assertThat(l.values().get(Trait.VENDOR)).isEqualToIgnoringCase(vendor));
    assertThat(shipped.kinds().conclude(facts, found)).isNotNull().satisfies(c -> assertThat(c.kind().id()).isEqualTo(kind));
  }

  @Test
  void aBannerTellsModelAndFirmwareAndNeverMoreCertainlyThanABannerMay() {
    Prints.Likeness said = shipped.likenesses().of(List.of(new Fact("dhcp.vendor-class", "AXIS,Network Camera,P1344,5.40.9.2"))).getFirst();
    assertThat(said.values()).containsEntry(Trait.MODEL, "P1344").containsEntry(Trait.FIRMWARE, "5.40.9.2");
    assertThat(said.certainty()).isLessThanOrEqualTo(Rank.BANNER.most());
  }

  @Test
  void whatADeviceSaysGoesAboveWhoMadeItAndHowItBehaves() {
    List<Fact> facts = List.of(new Fact("bacnet.model-name", "DXR2.E10"), new Fact("oui", "Axis Communications AB"), new Fact("tcp.port", "9100"));
    Kinds.Conclusion c = shipped.kinds().conclude(facts, shipped.likenesses().of(facts));
    assertThat(c).isNotNull();
    assertThat(c.kind().id()).isEqualTo("room-controller");
    assertThat(c.confidence()).isEqualTo(90);
  }

  @Test
  void aRowThatAsksForASecondFactSaysNothingWithoutIt() {
    Fact port = new Fact("tcp.port", "10000");
    assertThat(shipped.likenesses().of(List.of(port))).isEmpty();
    assertThat(shipped.likenesses().of(List.of(port, new Fact("oui", "Edimax Technology Co. Ltd.")))).anyMatch(l -> "smart-plug".equals(l.kind()));
  }

  @Test
  void whatNoDataFileHasAnythingToSayOfChangesNoConclusion() {
    Fact port = new Fact("tcp.port", "10000");
    Fact maker = new Fact("oui", "Edimax Technology Co. Ltd.");
    Fact nothing = new Fact("name", "qqxxzz-4711");
    assertThat(shipped.means(nothing)).isFalse();
    assertThat(shipped.means(new Fact("name", "CTA du bloc"))).isTrue();
    assertThat(shipped.means(maker)).as("a row of another field asks for it besides").isTrue();
    List<Fact> some = List.of(port, maker);
    List<Fact> all = List.of(nothing, port, maker);
    assertThat(shipped.likenesses().of(all)).isEqualTo(shipped.likenesses().of(some));
    assertThat(shipped.kinds().conclude(all, shipped.likenesses().of(all))).isEqualTo(shipped.kinds().conclude(some, shipped.likenesses().of(some)));
  }

  @Test
  void anObjectIdentifierIsKnownByItsLongestPrefixOfWholeArcs() {
    assertThat(shipped.likenesses().of(List.of(new Fact("snmp.sysObjectID", "1.3.6.1.4.1.318.9.9")))).noneMatch(l -> l.kind() != null);
    assertThat(shipped.likenesses().of(List.of(new Fact("snmp.sysObjectID", "1.3.6.1.4.1.3181")))).noneMatch(l ->
        "APC".equals(l.values().get(Trait.VENDOR)));
  }

  @Test
  void everyFingerprintNamesASourceAndNoneRestsOnATestCapture() {
    assertThat(shipped.likenesses().prints().size()).isGreaterThan(1_000);
    assertThat(shipped.likenesses().prints().sources()).isNotEmpty().noneMatch(s -> s.toLowerCase(Locale.ROOT).matches(
        ".*(sentinel|aalto|pcap|shared capture|icsnpp|ndpi|wireshark sample).*"));
  }

  @Test
  void aNewModelIsANewRowInAFolderOfTheSite(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("prints-own.tsv"),
        "bacnet.model-name\t^Frigo-(\\d+)$\t\tFrigorifex\tFrigo\tFrigo $1\t\t\tcold-room-sensor\t90\tour supplier's data sheet\n");
    Knowledge own = Knowledge.read(folder);
    Prints.Likeness said = own.likenesses().of(List.of(new Fact("bacnet.model-name", "Frigo-12"))).getFirst();
    assertThat(said.values()).containsEntry(Trait.VENDOR, "Frigorifex").containsEntry(Trait.MODEL, "Frigo 12");
    assertThat(said.kind()).isEqualTo("cold-room-sensor");
    assertThat(own.likenesses().prints().size()).isEqualTo(shipped.likenesses().prints().size() + 1);
    Files.writeString(folder.resolve("prints-own.tsv"), "bacnet.model-name\tx\t\t\t\t\t\t\tno-such-kind\t90\tours\n");
    assertThatThrownBy(() -> Knowledge.read(folder)).isInstanceOf(IOException.class).hasMessageStartingWith("prints-own.tsv:1: ");
  }

  @Test
  void aFileOfRecogInAFolderOfTheSiteWinsAndABrokenOneIsNamed(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("recog"));
    Path file = folder.resolve("recog/ftp_banners.xml");
    Files.writeString(file, "<fingerprints matches=\"ftp.banner\"><fingerprint pattern=\"^Ours (\\S+)$\"><description>d</description>"
        + "<param pos=\"0\" name=\"hw.vendor\" value=\"Ours\"/><param pos=\"1\" name=\"hw.product\"/></fingerprint></fingerprints>");
    assertThat(Knowledge.read(folder).likenesses().of(List.of(new Fact("ftp.banner", "Ours X1"))).getFirst().values())
        .containsEntry(Trait.MODEL, "X1");
    Files.writeString(file, "<fingerprints");
    assertThatThrownBy(() -> Knowledge.read(folder)).isInstanceOf(IOException.class).hasMessageContaining("recog/ftp_banners.xml");
  }
}
