package fr.vigie.sensor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Several tables of the same endpoints, which are other objects in each shard, and endpoints that pass two roads. */
final class RollTest {
  private final Endpoints here = new Endpoints(10_000);
  private final Endpoints there = new Endpoints(10_000);

  private static Endpoint address(Endpoints interner, int low) {
    return interner.ip("", 4, 0, low, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  @Test
  void tablesOfOneRollKeepTheirOwn() {
    Roll roll = new Roll(10_000);
    PerEndpoint<String> names = new PerEndpoint<>(roll);
    PerEndpoint<Integer> numbers = new PerEndpoint<>(roll);
    for (int i = 0; i < 3000; i++) {
      names.put(address(here, i), "n" + i);
      if (i % 2 == 0) {
        numbers.put(address(there, i), i);
      }
    }
    assertThat(names.size()).isEqualTo(3000);
    assertThat(numbers.size()).isEqualTo(1500);
    names.clear();
    for (int i = 0; i < 3000; i++) {
      assertThat(names.get(address(there, i))).isNull();
      assertThat(numbers.get(address(here, i))).isEqualTo(i % 2 == 0 ? i : null);
    }
  }

  @Test
  void anEndpointOnTwoRoadsIsFoundOnBoth() {
    PerEndpoint<String> one = new PerEndpoint<>(new Roll(10_000));
    PerEndpoint<String> other = new PerEndpoint<>(new Roll(10_000));
    Endpoint e = address(here, 7);
    one.put(e, "one");
    other.put(e, "other");
    for (int i = 0; i < 2; i++) {
      assertThat(one.get(e)).isEqualTo("one");
      assertThat(other.get(e)).isEqualTo("other");
    }
    assertThat(one.size()).isEqualTo(1);
  }

  @Test
  void aTableThatFindsNoRoomHasARollOfItsOwn() {
    Roll roll = new Roll(10_000);
    Endpoint e = address(here, 1);
    for (int i = 0; i < Roll.COLUMNS; i++) {
      new PerEndpoint<Integer>(roll).put(e, i);
    }
    assertThat(roll.room()).isFalse();
    PerEndpoint<Integer> further = new PerEndpoint<>(roll);
    assertThat(further.get(e)).isNull();
    further.put(e, 99);
    assertThat(further.get(e)).isEqualTo(99);
  }

  @Test
  void aFullRollForgetsEverythingAndGoesOn() {
    Roll roll = new Roll(100);
    PerEndpoint<Integer> table = new PerEndpoint<>(roll);
    for (int i = 0; i < 101; i++) {
      table.put(address(here, i), i);
    }
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.get(address(here, 0))).isNull();
    assertThat(table.get(address(here, 100))).isEqualTo(100);
    table.put(address(here, 0), 7);
    assertThat(table.get(address(there, 0))).isEqualTo(7);
  }
}
