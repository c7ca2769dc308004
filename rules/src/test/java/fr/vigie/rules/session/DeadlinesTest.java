package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DeadlinesTest {
  @Test
  void what_is_due_comes_in_the_order_of_its_deadlines_and_then_of_its_setting() {
    Deadlines<String> d = new Deadlines<>(10);
    d.set("late", 30);
    d.set("first of two", 20);
    d.set("second of two", 20);
    assertThat(d.passed(19)).isNull();
    assertThat(d.passed(30)).isEqualTo("first of two");
    assertThat(d.passed(30)).isEqualTo("second of two");
    assertThat(d.passed(30)).isEqualTo("late");
    assertThat(d.passed(30)).isNull();
  }

  @Test
  void a_deadline_moves_away_and_never_nearer() {
    Deadlines<String> d = new Deadlines<>(10);
    d.set("a", 10);
    d.set("a", 25);
    d.set("a", 15);
    assertThat(d.passed(24)).isNull();
    assertThat(d.passed(25)).isEqualTo("a");
    d.set("a", 5);
    assertThat(d.passed(25)).isEqualTo("a");
  }

  @Test
  void what_finds_no_room_is_counted() {
    Deadlines<String> d = new Deadlines<>(1);
    d.set("a", 10);
    d.set("b", 5);
    d.set("a", 20);
    assertThat(d.refused()).isEqualTo(1);
    assertThat(d.passed(19)).isNull();
    assertThat(d.passed(20)).isEqualTo("a");
  }
}
