package fr.vigie.inventory.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnerTest {
  @ParameterizedTest
  @CsvSource({"technical-services,TECHNICAL", "Services  techniques,TECHNICAL", "TECHNICAL SERVICES,TECHNICAL", "it,IT", "DSI,IT", "Direction des systèmes d’information,IT"})
  void usualSpellingsMeanOneOfTheList(String said, Owner owner) {
    assertThat(Owner.of(said)).isEqualTo(owner);
    assertThat(Owner.kept(said)).isEqualTo(owner.wireName());
  }

  @Test
  void whatMeansNoneIsRefusedWithItsLineAndKeptWhereItWasWritten() {
    assertThat(Owner.of("Pierre")).isNull();
    assertThat(Owner.kept("Pierre")).isEqualTo("Pierre");
    assertThatThrownBy(() -> SiteFile.read("site.yaml", """
        site: {id: chu, name: CHU}
        devices:
          - {match: {ip: 10.0.0.1}, name: CTA, owner: Pierre}
        """)).isInstanceOf(SiteError.class).hasMessageContaining("site.yaml:3:").hasMessageContaining("technical-services or it");
  }
}
