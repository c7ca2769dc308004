package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.asset.ChurnMonth.Device;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChurnTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 20261126})
  void afterAMonthOfChurnEachDeviceIsOneAssetAndNoneIsAnothers(long seed) {
    Ledger ledger = new Ledger(Site.EMPTY);
    ChurnMonth month = new ChurnMonth(seed, ledger::apply);
    month.play();
    Map<Asset, Device> owner = new HashMap<>();
    List<String> merges = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int duplicates = 0;
    for (Device d : month.devices) {
      Set<Asset> mine = new HashSet<>();
      for (Endpoint e : month.addresses(d)) {
        Asset a = ledger.assetOf(e);
        if (a == null) {
          missing.add(d.toString());
        } else if (mine.add(a)) {
          Device other = owner.put(a, d);
          if (other != null) {
            merges.add(d + " with " + other + ": " + a.keys());
          }
        }
      }
      duplicates += Math.max(0, mine.size() - 1);
      if (mine.size() > 1) {
        twice.add(d + " " + mine);
      }
    }
    List<String> nobodys = ledger.assets().stream().filter(a -> !owner.containsKey(a)).map(a -> a.keys().toString()).toList();
    System.out.println("churn: seed " + seed + ", " + month.devices.size() + " devices, " + month.observations + " observations, " + month.swaps
        + " swaps, " + month.readdressed + " new leases, " + ledger.size() + " assets, duplicates " + duplicates + ", nobody's " + nobodys.size() + ", wrong merges "
        + merges.size() + ", missing " + missing.size());
    assertThat(merges.subList(0, Math.min(5, merges.size()))).isEmpty();
    assertThat(missing.subList(0, Math.min(5, missing.size()))).isEmpty();
    assertThat(duplicates + nobodys.size()).as("%s, nobody's %s", twice.subList(0, Math.min(5, twice.size())),
        nobodys.subList(0, Math.min(5, nobodys.size()))).isLessThanOrEqualTo(month.devices.size() / 1000);
  }
}
