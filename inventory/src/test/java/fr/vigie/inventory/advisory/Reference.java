package fr.vigie.inventory.advisory;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The shared reference, where this machine has it: -Dvigie.reference, VIGIE_REFERENCE, or {@code shared/reference} beside the repository or further up. */
final class Reference {
  private Reference() {}

  static Path folder() {
    for (String named : new String[] {System.getProperty("vigie.reference"), System.getenv("VIGIE_REFERENCE")}) {
      if (named != null && Files.isDirectory(Path.of(named))) {
        return Path.of(named);
      }
    }
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("shared/reference/csaf"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "the shared reference is not here (VIGIE_REFERENCE)");
    return at.resolve("shared/reference");
  }

  /** Files of the 224 advisories. */
  static List<Path> fixtures() {
    try (Stream<Path> files = Files.list(folder().resolve("csaf/fixtures"))) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Advisory> advisories() throws IOException, Refused {
    List<Advisory> all = new ArrayList<>();
    for (Path file : fixtures()) {
      all.add(Csaf.read(Files.readAllBytes(file), file.getFileName().toString(), null));
    }
    return all;
  }
}
