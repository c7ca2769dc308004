package fr.vigie.sensor.capture;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the shared captures lie on this machine, if they do: -Dvigie.captures, VIGIE_CAPTURES, or {@code shared/captures} beside the repository or further up. */
public final class SharedCaptures {
  private SharedCaptures() {}

  /** The folder that holds CATALOG.tsv, or null. */
  public static @Nullable Path root() {
    String named = System.getProperty("vigie.captures", System.getenv().getOrDefault("VIGIE_CAPTURES", ""));
    if (!named.isEmpty()) {
      return check(Path.of(named));
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path captures = check(folder.resolve("shared").resolve("captures"));
      if (captures != null) {
        return captures;
      }
    }
    return null;
  }

  private static @Nullable Path check(Path folder) {
    return Files.exists(folder.resolve("CATALOG.tsv")) ? folder : null;
  }
}
