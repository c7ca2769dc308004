package fr.vigie.rules.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import org.junit.jupiter.api.Test;

final class LastValuesTest {
  private final Endpoints endpoints = new Endpoints(1000);
  private final Endpoint device = host(5);
  private final Endpoint other = host(6);

  private Endpoint host(int last) {
    return endpoints.ip("", 4, 0, 0x0A000000L + last, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  private static Point setPoint(int instance) {
    return new Point.Bacnet(2, instance, 85, -1);
  }

  @Test
  void theLastValueStandsWithItsTimeAndItsUnit() {
    LastValues values = new LastValues(10);
    values.said(device, setPoint(1), 20, "degrees-celsius", 100, false);
    values.said(device, setPoint(1), 21.5, null, 200, false);
    assertThat(values.of(device, setPoint(1))).isEqualTo(new LastValues.Heard(new Value.Num(21.5), "degrees-celsius", 200, false));
    assertThat(values.of(other, setPoint(1))).as("of another device").isNull();
  }

  @Test
  void whatWasWrittenMayBeNoNumber() {
    LastValues values = new LastValues(10);
    values.said(device, setPoint(1), 1, null, 100, false);
    values.written(device, setPoint(1), new Value.Text("auto"), 300);
    assertThat(values.of(device, setPoint(1))).isEqualTo(new LastValues.Heard(new Value.Text("auto"), null, 300, true));
    values.unknown(device, setPoint(1));
    assertThat(values.of(device, setPoint(1))).isNull();
  }

  @Test
  void aGroupAddressBelongsToNobody() {
    LastValues values = new LastValues(10);
    values.said(device, new Point.KnxGroup(0x0A03), 1, null, 100, true);
    assertThat(values.of(other, new Point.KnxGroup(0x0A03))).isNotNull();
    values.said(device, new Point.Named("oid", "1.3.6"), 1, null, 100, true);
    assertThat(values.of(other, new Point.Named("oid", "1.3.6"))).isNull();
  }

  @Test
  void thePointSilentLongestGivesWayAndIsCounted() {
    LastValues values = new LastValues(2);
    values.said(device, setPoint(1), 1, null, 1, false);
    values.said(device, setPoint(2), 1, null, 2, false);
    values.said(device, setPoint(1), 1, null, 3, false);
    assertThat(values.of(device, setPoint(2))).as("asking is no use of it").isNotNull();
    values.said(device, setPoint(3), 1, null, 4, false);
    assertThat(values.of(device, setPoint(2))).isNull();
    assertThat(values.of(device, setPoint(1))).isNotNull();
    assertThat(values.size()).isEqualTo(2);
    assertThat(values.displaced()).isEqualTo(1);
  }
}
