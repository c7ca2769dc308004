package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What switches and routers say, folded: addresses that are nobody's own, ports of one switch, the port a device hangs at. */
final class SwitchesTest {
  private static final String VIRTUAL = "00:00:5e:00:01:07";
  private static final String MASTER = "00:1b:1b:00:00:01";
  private static final String CHASSIS = "00:1b:1b:02:03:00";
  private final Wire wire = new Wire();
  private final Ledger ledger = new Ledger(Site.EMPTY);

  private Observation virtual(String ip) {
    return wire.claim(wire.ip("10.1.0.3"), wire.ip(ip), "vrrp", Trait.ROLE, "virtual-address");
  }

  private Observation virtualMac() {
    return wire.claim(wire.ip("10.1.0.3"), wire.mac(VIRTUAL), "vrrp", Trait.ROLE, "virtual-address");
  }

  @Test
  void aVirtualAddressIsNoDeviceInWhateverOrderItIsTold() {
    for (int seed = 0; seed < 50; seed++) {
      List<Observation> all = new ArrayList<>(List.of(wire.frame("10.1.0.3", VIRTUAL), virtual("10.1.0.1"), virtualMac(), wire.arp("10.1.0.1", VIRTUAL),
          wire.arp("10.1.0.3", MASTER), wire.claim(wire.ip("10.1.0.3"), "vrrp", Trait.ROLE, "vrrp-router")));
      Collections.shuffle(all, new Random(seed));
      Ledger shuffled = new Ledger(Site.EMPTY);
      all.forEach(shuffled::apply);
      assertThat(shuffled.assets()).as("seed " + seed).singleElement().satisfies(a -> assertThat(a.keys()).containsExactlyInAnyOrder("ip=10.1.0.3", "mac=" + MASTER));
      assertThat(shuffled.assetOf(wire.ip("10.1.0.1"))).isNull();
    }
  }

  @Test
  void whatWasTakenForADeviceLeadsToTheRouter() {
    Wire.feed(ledger, wire.arp("10.1.0.1", VIRTUAL), wire.arp("10.1.0.3", MASTER));
    Asset taken = ledger.assetOf(wire.ip("10.1.0.1"));
    assertThat(taken).isNotNull();
    assertThat(ledger.apply(virtual("10.1.0.1"))).extracting(AssetChange::kind).contains(AssetChange.Kind.MERGED);
    assertThat(ledger.byId(taken.id())).isSameAs(ledger.assetOf(wire.ip("10.1.0.3")));
  }

  @Test
  void aVirtualMacAddressIsNeverNews() {
    assertThat(ledger.apply(wire.frame("10.1.0.3", VIRTUAL))).filteredOn(c -> c.kind() == AssetChange.Kind.NEW).singleElement()
        .satisfies(c -> assertThat(c.asset().keys()).containsExactly("ip=10.1.0.3"));
  }

  @Test
  void aVirtualAddressThatARealMacAddressHoldsIsThatDevices() {
    Wire.feed(ledger, wire.arp("10.1.0.3", MASTER), virtual("10.1.0.1"), wire.arp("10.1.0.1", MASTER));
    assertThat(ledger.assets()).singleElement().satisfies(a -> assertThat(a.keys()).contains("ip=10.1.0.1", "ip=10.1.0.3"));
  }

  @Test
  void aForgedClaimHidesNobody() {
    Wire.feed(ledger, wire.arp("10.1.0.9", "00:a0:03:12:34:56"), wire.frame("10.9.0.9", MASTER), virtual("10.1.0.9"), virtual("10.9.0.9"));
    assertThat(ledger.assetOf(wire.ip("10.1.0.9"))).isNotNull();
    assertThat(ledger.assetOf(wire.ip("10.9.0.9"))).isNotNull();
  }

  @Test
  void thePortsOfASwitchAreOneDevice() {
    for (int port = 1; port <= 3; port++) {
      ledger.apply(wire.claim(wire.mac("00:1b:1b:02:03:0" + port), "lldp", Trait.PORT, "Gi1/0/" + port));
      ledger.apply(wire.claim(wire.mac("00:1b:1b:02:03:0" + port), "lldp", Trait.MAC, CHASSIS));
    }
    ledger.apply(wire.arp("10.1.0.2", CHASSIS));
    assertThat(ledger.assets()).singleElement().satisfies(a -> {
      assertThat(a.keys()).contains("ip=10.1.0.2", "mac=" + CHASSIS, "mac=00:1b:1b:02:03:01", "mac=00:1b:1b:02:03:03");
      assertThat(a.values(Trait.PORT)).extracting(Evidence::value).containsExactlyInAnyOrder("Gi1/0/1", "Gi1/0/2", "Gi1/0/3");
    });
  }

  @Test
  void aBridgeThatNamesAnothersAddressIsNotBelieved() {
    Wire.feed(ledger, wire.arp("10.1.0.2", CHASSIS), wire.claim(wire.mac("02:66:66:66:66:66"), "lldp", Trait.MAC, CHASSIS));
    assertThat(ledger.assets()).hasSize(2);
  }

  @Test
  void aDeviceHasThePortItsAccessDeviceNames() {
    Wire.feed(ledger, wire.arp("10.1.0.7", "00:05:3c:04:8d:59"), wire.claim(wire.ip("10.1.0.2"), wire.mac("00:05:3c:04:8d:59"), "radius", Trait.PORT, "sw-tech-02 Gi1/0/7"));
    Asset device = ledger.assetOf(wire.ip("10.1.0.7"));
    assertThat(device).isNotNull();
    assertThat(device.trait(Trait.PORT)).isEqualTo("sw-tech-02 Gi1/0/7");
  }

  @Test
  void aCameraIsToldByItsDiscovery() {
    Wire.feed(ledger, wire.arp("10.1.0.9", "00:05:3c:04:8d:59"), wire.claim(wire.ip("10.1.0.9"), "wsd", Trait.BANNER, "wsd-type=NetworkVideoTransmitter"));
    Asset camera = ledger.assetOf(wire.ip("10.1.0.9"));
    assertThat(camera).isNotNull();
    assertThat(camera.kind()).isEqualTo("ip-camera");
  }
}
