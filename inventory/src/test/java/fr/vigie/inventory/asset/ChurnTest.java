package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.asset.ChurnMonth.Device;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChurnTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 20261126})
  void afterAMonthOfChurnEachDeviceIsOneAssetAndNoneIsAnothers(long seed, @TempDir Path folder) throws IOException {
    Ledger ledger = new Ledger(Site.EMPTY);
    List<Observation> flaws = new ArrayList<>();
    ChurnMonth month = new ChurnMonth(seed, observation -> {
      if (observation instanceof Flaw) {
        flaws.add(observation);
      }
      ledger.apply(observation);
    });
    List<String> unheard = new ArrayList<>();
    month.play(folder.resolve("hour.pcap"), (capture, to) -> {
      Captures.observe(to, capture);
      for (Device d : month.heard) {
        Asset a = ledger.assetOf(month.addresses(d).getLast());
        if (a == null || a.last() < month.hourFrom) {
          unheard.add(d.toString());
        }
      }
    });
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
        + " swaps, " + month.readdressed + " new leases, " + ledger.size() + " assets, " + month.packets + " packets of "
        + month.heard.size() + " devices within an hour, duplicates " + duplicates + ", nobody's " + nobodys.size() + ", wrong merges "
        + merges.size() + ", missing " + missing.size());
    assertThat(flaws).as("the packets of the hour are as their standards say").isEmpty();
    assertThat(unheard.subList(0, Math.min(5, unheard.size()))).as("who spoke within the hour").isEmpty();
    assertThat(merges.subList(0, Math.min(5, merges.size()))).isEmpty();
    assertThat(missing.subList(0, Math.min(5, missing.size()))).isEmpty();
    assertThat(duplicates + nobodys.size()).as("%s, nobody's %s", twice.subList(0, Math.min(5, twice.size())),
        nobodys.subList(0, Math.min(5, nobodys.size()))).isLessThanOrEqualTo(month.devices.size() / 1000);
  }
}
