package fr.vigie.sensor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A table by endpoint against what a map would do, for endpoints interned here and there. */
final class PerEndpointTest {
  @Test
  void whatIsKeptIsFoundByEveryEqualEndpoint() {
    Endpoints here = new Endpoints(10_000);
    Endpoints there = new Endpoints(10_000);
    PerEndpoint<Integer> table = new PerEndpoint<>();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 5000; i++) {
        table.put(here.ip("", 4, 0, i, Endpoint.NO_MAC, Endpoint.NO_VLAN), i + round);
      }
    }
    assertThat(table.size()).isEqualTo(5000);
    for (int i = 0; i < 5000; i++) {
      assertThat(table.get(there.ip("", 4, 0, i, Endpoint.NO_MAC, Endpoint.NO_VLAN))).isEqualTo(i + 1);
    }
    assertThat(table.get(here.ip("", 4, 0, 5000, Endpoint.NO_MAC, Endpoint.NO_VLAN))).isNull();
    table.clear();
    assertThat(table.size()).isZero();
    assertThat(table.get(here.ip("", 4, 0, 1, Endpoint.NO_MAC, Endpoint.NO_VLAN))).isNull();
  }
}
