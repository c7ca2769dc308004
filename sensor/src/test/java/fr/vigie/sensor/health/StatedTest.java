package fr.vigie.sensor.health;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.Statement;
import org.junit.jupiter.api.Test;

/** What a file says of an interface is anybody's word. */
final class StatedTest {
  @Test
  void lossesThatFitIntoNoNumberAreNotCountedAsFewer() {
    Stated stated = new Stated();
    for (int i = 0; i < 9_000; i++) {
      stated.lost(1L << 50);
    }
    stated.take(statement(1L << 62), 0, 1, 10);
    assertThat(stated.byInterface()).as("all of them were told with the packets").isZero();
  }

  private static Statement statement(long droppedByInterface) {
    return new Statement(0, 0, 0, Statement.UNSAID, droppedByInterface, Statement.UNSAID, 0);
  }
}
