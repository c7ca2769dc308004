package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Trait;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an attacker can say to a ledger without end, and what it costs. */
final class LedgerFloodTest {
  private static final int LIMIT = 100;
  private static final String ONE = "02:00:00:00:00:01";
  private static final String TWO = "02:00:00:00:00:02";
  private final Wire wire = new Wire();
  private final Ledger ledger = new Ledger(Site.EMPTY, LIMIT, Knowledge.shipped());

  /** Two that answer for so many addresses that each address is an asset of its own, and forged leases that pass one between them. */
  @Test
  void anAddressThatIsPassedToAndFroWithoutEndMakesNoAssetsWithoutEnd() {
    for (int n = 1; n <= Node.PROXY + 4; n++) {
      ledger.apply(wire.arp("10.1.0." + n, ONE));
      ledger.apply(wire.arp("10.2.0." + n, TWO));
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 4_000; i++) {
      ledger.apply(wire.dhcp("10.3.0.1", i % 2 == 0 ? ONE : TWO));
      Asset holder = ledger.assetOf(wire.ip("10.3.0.1"));
      if (holder != null) {
        ids.add(holder.id());
      }
    }
    assertThat(ids).hasSizeGreaterThan(500);
    assertThat(ledger.size()).isLessThanOrEqualTo(LIMIT);
    assertThat(ledger.remembered()).isLessThanOrEqualTo(6 * LIMIT);
  }

  @Test
  void aKnownDeviceStaysWhateverComesAfterIt() {
    ledger.apply(wire.arp("10.9.0.1", ONE));
    ledger.apply(wire.claim(wire.pair("10.9.0.1", ONE), "bacnet", Trait.MODEL, "PXC4"));
    Asset known = ledger.assetOf(wire.ip("10.9.0.1"));
    assertThat(known).isNotNull();
    for (int n = 0; n < 5_000; n++) {
      String ip = "10.5." + n / 250 + "." + (1 + n % 250);
      String mac = "02:00:00:01:%02x:%02x".formatted(n / 250, n % 250);
      ledger.apply(wire.arp(ip, mac));
      ledger.apply(wire.claim(wire.pair(ip, mac), "bacnet", Trait.MODEL, "x".repeat(600)));
    }
    assertThat(ledger.size()).isEqualTo(LIMIT);
    assertThat(ledger.refused()).isPositive();
    assertThat(ledger.assetOf(wire.ip("10.9.0.1"))).isSameAs(known);
    assertThat(known.trait(Trait.MODEL)).isEqualTo("PXC4");
  }
}
