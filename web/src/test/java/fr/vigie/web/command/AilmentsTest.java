package fr.vigie.web.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.rules.session.Finding;
import fr.vigie.web.report.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AilmentsTest {
  private final Ailments ailments = new Ailments();

  @Test
  void whereNothingIsWrongNothingIsSaid() {
    ailments.storing(null);
    ailments.folding(null);
    ailments.policy(null);
    ailments.blindSpots(List::of);
    assertEquals(List.of(), ailments.findings());
  }

  @Test
  void eachIsSaidInBothLanguagesInTheOrderItWasFound() {
    ailments.storing("disk full");
    ailments.blindSpots(() -> List.of(new Words("sourd", "deaf")));
    assertEquals(List.of("error", "warning"), ailments.findings().stream().map(f -> f.path("level").asText()).toList());
    ObjectNode first = ailments.findings().getFirst();
    assertTrue(first.path("fr").asText().contains("disk full") && first.path("en").asText().contains("disk full"));
    assertEquals("sourd", ailments.findings().getLast().path("fr").asText());
  }

  @Test
  void aCaptureNobodyCanAskIsAnErrorAndNoException() {
    ailments.blindSpots(() -> {
      throw new UncheckedIOException(new IOException("gone"));
    });
    assertEquals("error", ailments.findings().getFirst().path("level").asText());
  }

  @Test
  void aRuleThatCannotBeUsedIsNamedByItsPlace() {
    ailments.policy(new Finding("net.drl", 3, 0, "illisible", "unreadable"));
    assertTrue(ailments.findings().getFirst().path("en").asText().endsWith("net.drl:3 unreadable"));
  }
}
