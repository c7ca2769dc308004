package fr.vigie.inventory.json;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import org.junit.jupiter.api.Test;

final class JsonTest {
  private final Endpoints endpoints = new Endpoints(100);
  private final Endpoint router = endpoints.ip("", 4, 0, 0x0A000009L, Endpoint.NO_MAC, Endpoint.NO_VLAN);

  @Test
  void timesHaveNineDigitsAndComeBack() {
    assertThat(Json.time(0)).isEqualTo("1970-01-01T00:00:00.000000000Z");
    assertThat(Json.time(1_700_000_000_123_456_789L)).isEqualTo("2023-11-14T22:13:20.123456789Z");
    assertThat(Json.time(-1)).isEqualTo("1969-12-31T23:59:59.999999999Z");
    assertThat(Json.nanos(Json.time(1_700_000_000_123_456_789L))).isEqualTo(1_700_000_000_123_456_789L);
  }

  @Test
  void aTimeAsItIsWrittenIsReadAsEveryOther() {
    for (long day = 0; day < 84_000; day++) {
      long at = day * 86_400_000_000_000L + day * 1_000_003L;
      assertThat(Json.written(Json.time(at))).isEqualTo(at);
    }
    assertThat(Json.written("2023-02-29T00:00:00.000000000Z")).isEqualTo(-1);
    assertThat(Json.written("2023-02-28T00:00:60.000000000Z")).isEqualTo(-1);
    assertThat(Json.written("2023-02-28T00:00:00.00000000ZZ")).isEqualTo(-1);
    assertThat(Json.written("2300-02-28T00:00:00.000000000Z")).isEqualTo(-1);
    assertThat(Json.nanos("2023-02-28T00:00:00Z")).isEqualTo(Json.written("2023-02-28T00:00:00.000000000Z"));
  }

  @Test
  void anAddressShowsWhatStandsBelowIt() {
    assertThat(Json.line(Json.endpoint(router, 47808))).isEqualTo("{\"ip\":\"10.0.0.9\",\"mac\":null,\"port\":47808}");
    assertThat(Json.line(Json.endpoint(endpoints.bacnet(router, 2001, 10, 1)))).endsWith("\"bacnet\":\"2001:0x0a\"}");
    assertThat(Json.line(Json.endpoint(endpoints.knx(router, 0x1107)))).endsWith("\"knx\":\"1.1.7\"}");
    assertThat(Json.line(Json.endpoint(endpoints.modbus(router, 3)))).endsWith("\"unit\":3}");
    assertThat(Json.line(Json.endpoint(endpoints.lon(router, 1, 2)))).endsWith("\"lon\":\"1/2\"}");
    assertThat(Json.line(Json.endpoint(endpoints.mac("est", 0x02000000000AL, 12))))
        .isEqualTo("{\"realm\":\"est\",\"ip\":null,\"mac\":\"02:00:00:00:00:0a\",\"vlan\":12}");
  }
}
