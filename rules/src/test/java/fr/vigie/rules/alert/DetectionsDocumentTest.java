package fr.vigie.rules.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/detections.md} is what the shipped catalogue says; {@code -Dvigie.golden=write} writes it anew. */
class DetectionsDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "detections.md");

  @Test
  void theDocumentIsWhatTheCatalogueSays() throws IOException {
    StringBuilder text = new StringBuilder("""
        # Detections

        Generated from the shipped catalogue by `DetectionsDocumentTest`. Severities C H M L I (critical to information) are the catalogue's; the importance for care of
        the target and the zone of the actor move them one step, and the alert says so. "Learns" means: until learning ends, or the site file decides, such a finding goes
        to `learned.ndjson` and raises no alert. What an alert means for the building and what to do about it is told in French and English in the alert itself.

        """);
    text.append("%d detections.\n\n".formatted(Catalogue.shipped().all().size()));
    text.append("| id | name | trigger | severity | ATT&CK for ICS | learns |\n|---|---|---|---|---|---|\n");
    for (Detection d : Catalogue.shipped().all()) {
      text.append("| %s | %s | %s | %s | %s | %s |\n".formatted(d.id(), d.en().name(), d.trigger().replace("|", "\\|"), d.severity().letter(),
          d.techniques().isEmpty() ? "none" : d.techniques().stream().map(Technique::id).collect(Collectors.joining(", ")), d.needs() ? "yes" : ""));
    }
    if ("write".equals(System.getProperty("vigie.golden"))) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(Files.readString(DOCUMENT)).as("docs/detections.md; -Dvigie.golden=write -Dtest=DetectionsDocumentTest writes it anew").isEqualTo(text.toString());
  }
}
