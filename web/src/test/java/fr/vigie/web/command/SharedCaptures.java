package fr.vigie.web.command;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the shared captures lie on this machine: -Dvigie.captures, VIGIE_CAPTURES, or {@code shared/captures} beside the repository or further up. */
final class SharedCaptures {
  private SharedCaptures() {}

  /** The folder; where there is none, whoever asks is skipped by name. */
  static Path root() {
    for (String named : new String[] {System.getProperty("vigie.captures"), System.getenv("VIGIE_CAPTURES")}) {
      if (named != null && Files.isDirectory(Path.of(named))) {
        return Path.of(named);
      }
    }
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("../shared/captures"))) {
      at = at.getParent();
    }
    return at == null ? abort("the shared captures are not here (VIGIE_CAPTURES)") : at.resolve("../shared/captures").normalize();
  }
}
