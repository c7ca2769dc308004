package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.site.Position;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlacingTest {
  private final Wire wire = new Wire();

  private static String text(String value) {
    return value.equals("-") ? null : value;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "Bâtiment B, niveau 2, local LT-214 | B | 2 | LT-214",
      "Bât. Pasteur - R+3 - salle 312 | Pasteur | R+3 | 312",
      "Building A / Floor 3 / Room 12b | A | 3 | 12b",
      "bat 4 rez-de-chaussée chambre 7 | 4 | rez-de-chaussée | 7",
      "Pavillon Laennec 2e étage | Laennec | 2 | -",
      "Wing 3, 4th floor, rm. 4.12 | 3 | 4 | 4.12",
      "Sous-sol, local CTA3 | - | Sous-sol | CTA3",
      "niveau -1 | - | -1 | -",
      // words that only look like places
      "Building Automation Controller | - | - | -",
      "Battery charger 3 | - | - | -",
      "Room controller | - | - | -",
      "building management level high | - | - | -",
      "Salle des machines | - | - | -",
      "chiller 3 | - | - | -"})
  void aLocationStringIsReadForWhatItSaysAndNoMore(String said, String building, String floor, String room) {
    Ledger ledger = new Ledger(Site.EMPTY);
    Endpoint e = wire.ip("10.1.0.5");
    ledger.apply(wire.claim(e, "bacnet", Trait.LOCATION, said));
    Asset a = ledger.assetOf(e);
    assertThat(a.position()).isEqualTo(new Position(null, text(building), text(floor), text(room)));
    a.placing().said(Placing.Part.BUILDING).forEach(s -> assertThat(s).isEqualTo(new Placing.Said(building, "bacnet", Placing.LOCATION)));
  }

  @Test
  void peopleWinOverTheSiteFileAndTheSiteFileOverTheDevicesOwnWords() throws SiteError {
    Ledger ledger = new Ledger(SiteFile.read("site.yaml", """
        site: {id: x}
        zones: [{id: bloc, cidr: 10.1.0.0/24, care: 2}, {id: froid, cidr: 10.2.0.0/24}]
        devices: [{match: {ip: 10.1.0.5}, name: CTA, building: B, floor: R+2, supplier: Klima, contract: C-1, care: 5, site: Nord}]
        """));
    Endpoint e = wire.ip("10.1.0.5");
    ledger.apply(wire.claim(e, "bacnet", Trait.LOCATION, "bat C niveau 1 local 12"));
    Asset a = ledger.assetOf(e);
    assertThat(a.position()).isEqualTo(new Position("Nord", "B", "R+2", "12"));
    assertThat(a.contract()).isEqualTo("C-1");
    assertThat(a.supplier()).isEqualTo("Klima");
    assertThat(a.care()).isEqualTo(5);
    ledger.decide(new Decision(1, "rssi", a.id(), a.keys(), null, null, null,
        Map.of("building", "D", "zone", "froid", "contract", "C-2", "supplier", "Frigo", "owner", "Services techniques", "care", "4")));
    assertThat(a.position().building()).isEqualTo("D");
    assertThat(a.placing().said(Placing.Part.BUILDING)).extracting(Placing.Said::value).as("the others stay beside it").containsExactly("D", "B", "C");
    assertThat(a.zone().id()).isEqualTo("froid");
    assertThat(ledger.site().zoneOf(e, a).id()).as("where a person placed it").isEqualTo("froid");
    assertThat(List.of(a.contract(), a.supplier(), a.owner(), a.care())).isEqualTo(List.of("C-2", "Frigo", "Services techniques", 4));
    ledger.decide(new Decision(2, "rssi", a.id(), a.keys(), null, null, null, Map.of("building", "", "zone", "", "contract", "")));
    assertThat(List.of(a.position().building(), a.zone().id(), a.contract())).isEqualTo(List.of("B", "bloc", "C-1"));
    assertThat(AssetJson.write(a).path("placed").path("building").path(0).path("source").asText()).isEqualTo("site");
  }

  @Test
  void aSwitchThatSaysItsLocationIsPlacedAndAnAddressOfADocumentIsNot() {
    Ledger ledger = new Ledger(Site.EMPTY);
    Endpoint e = wire.ip("10.1.0.5");
    ledger.apply(wire.claim(e, "ssdp", Trait.LOCATION, "http://10.1.0.5/floor/3/room/12"));
    assertThat(ledger.assetOf(e).position().none()).isTrue();
    ledger.apply(wire.claim(e, "snmp", Trait.LOCATION, "Batiment C local VDI-2"));
    assertThat(ledger.assetOf(e).position()).isEqualTo(new Position(null, "C", null, "VDI-2"));
  }
}
