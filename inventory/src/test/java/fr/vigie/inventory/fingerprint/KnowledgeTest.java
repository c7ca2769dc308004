package fr.vigie.inventory.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    Kinds.Conclusion two = shipped.kinds().conclude(List.of(new Fact("name", "CTA 1"), new Fact("bacnet.model-name", "PXC100")));
    assertThat(one.confidence()).isEqualTo(55);
    assertThat(two.confidence()).isEqualTo(82);
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
}
