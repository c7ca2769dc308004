package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DuesTest {
  private final Endpoint somebody = new Endpoints(8).mac("site", 1, Endpoint.NO_VLAN);
  private final Dues dues = new Dues();

  private Observation due(long at, int n) {
    return new Sighting(new Stamp(1, n, at, 0, 0), somebody, "ethernet", null, Sighting.How.FRAME);
  }

  /** Each shard's in order, the shards one behind the other. */
  private Observation[] told(Random random, int shards, int most) {
    Observation[] all = new Observation[shards * most];
    int count = 0;
    for (int shard = 0; shard < shards; shard++) {
      long at = 0;
      int said = random.nextInt(most + 1);
      for (int i = 0; i < said; i++) {
        at += random.nextInt(3);
        all[count++] = due(at, (shard << 20) + i);
      }
    }
    return Arrays.copyOf(all, count);
  }

  @Test
  void whatShardsSayIsPutInTheOrderOfTimeAndNumber() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      Observation[] said = told(random, 1 + random.nextInt(20), 30);
      Observation[] expected = said.clone();
      Arrays.sort(expected, Comparator.comparingLong(Observation::at).thenComparingInt(Observation::n));
      dues.sort(said, said.length);
      assertThat(said).containsExactly(expected);
    }
  }

  @Test
  void anyOtherOrderIsMendedAsWell() {
    Random random = new Random(8);
    for (int size = 0; size < 200; size++) {
      Observation[] said = new Observation[size];
      Arrays.setAll(said, i -> due(random.nextInt(20), random.nextInt(20)));
      Observation[] expected = said.clone();
      Arrays.sort(expected, Comparator.comparingLong(Observation::at).thenComparingInt(Observation::n));
      dues.sort(said, size);
      assertThat(said).containsExactly(expected);
    }
  }

  @Test
  void whatLiesBeyondTheCountStays() {
    Observation[] said = {due(5, 0), due(3, 0), due(1, 0)};
    dues.sort(said, 2);
    assertThat(said).extracting(Observation::at).containsExactly(3L, 5L, 1L);
  }
}
