package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Knowledge;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the machine concludes has words in both languages. */
final class WordsTest {
  @ParameterizedTest
  @ValueSource(strings = {"fr", "en"})
  void everyKindHasAName(String language) throws IOException {
    String words;
    try (InputStream in = Objects.requireNonNull(Kinds.class.getResourceAsStream("/fr/vigie/web/ui/js/text/" + language + ".js"))) {
      words = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(Knowledge.shipped().kinds().all()).extracting(Kinds.Kind::id).isNotEmpty().allSatisfy(id -> assertThat(words).as(id).contains("'kind." + id + "': '"));
  }
}
