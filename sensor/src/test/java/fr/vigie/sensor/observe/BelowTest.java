package fr.vigie.sensor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BelowTest {
  private final Endpoints endpoints = new Endpoints(1 << 16);
  private final Endpoint gateway = endpoints.ip("site", 4, 0, 0x0A140101, Endpoint.NO_MAC, Endpoint.NO_VLAN);

  @Test
  void neighboursBehindOneRouterHavePrintsOfTheirOwn() {
    Set<Long> prints = new HashSet<>();
    int devices = 0;
    for (int net = 2000; net < 2020; net++) {
      for (int mac = 0; mac < 128; mac++) {
        prints.add(endpoints.bacnet(gateway, net, mac, 1).print());
        prints.add(endpoints.bacnet(gateway, net, mac, 2).print());
        devices += 2;
      }
    }
    for (int number = 0; number < 256; number++) {
      prints.add(endpoints.modbus(gateway, number).print());
      prints.add(endpoints.knx(gateway, number).print());
      prints.add(endpoints.lon(gateway, number, number & 127).print());
      devices += 3;
    }
    prints.add(gateway.print());
    assertThat(prints).hasSize(devices + 1);
  }
}
