package fr.vigie.rules.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PlacesTest {
  private final Endpoints endpoints = new Endpoints(10_000);

  private Endpoint host(int n) {
    return endpoints.ip("r", 4, 0, 0x0A000000L + n, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  @Test
  void the_thing_longest_without_news_gives_its_place_up() {
    Places places = new Places(2);
    int one = places.news(host(1), 7);
    int two = places.news(host(2), 7);
    places.news(host(1), 7);
    assertThat(places.fresh()).isFalse();
    assertThat(places.news(host(3), 7)).isEqualTo(two);
    assertThat(places.fresh()).isTrue();
    assertThat(places.find(host(1), 7)).isEqualTo(one);
    assertThat(places.find(host(2), 7)).isEqualTo(-1);
    assertThat(places.evicted()).isEqualTo(1);
  }

  @Test
  void it_remembers_and_forgets_as_an_ordered_map_of_the_same_size_does() {
    Places places = new Places(700);
    Map<List<Long>, Boolean> map = new LinkedHashMap<>();
    long evicted = 0;
    Random random = new Random(11);
    for (int i = 0; i < 60_000; i++) {
      int host = random.nextInt(40);
      long thing = random.nextInt(30) * (long) random.nextInt(2) << 32 | random.nextInt(30);
      List<Long> key = List.of((long) host, thing);
      assertThat(places.find(host(host), thing) >= 0).isEqualTo(map.containsKey(key));
      if (map.remove(key) == null && map.size() == 700) {
        map.remove(map.keySet().iterator().next());
        evicted++;
      }
      map.put(key, true);
      assertThat(places.news(host(host), thing)).isLessThan(places.room());
    }
    assertThat(places.evicted()).isEqualTo(evicted).isPositive();
  }

  @Test
  void things_whose_numbers_collide_cost_no_search_without_end() {
    Places places = new Places(100_000);
    Endpoint host = host(1);
    // the same place modulo every size that the table takes: the hash is a product, so its inverse makes them
    long inverse = 1;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - 0x9E3779B97F4A7C15L * inverse;
    }
    long mixed = (long) host.hashCode() << 32 | host.hashCode() & 0xFFFFFFFFL;
    List<Long> things = new ArrayList<>();
    for (long i = 0; i < 1000; i++) {
      things.add(i * inverse ^ mixed);
    }
    things.forEach(t -> places.news(host, t));
    assertThat(places.evicted()).isEqualTo(1000 - 64);
    assertThat(places.find(host, things.getFirst())).isEqualTo(-1);
    assertThat(places.find(host, things.getLast())).isNotNegative();
  }
}
