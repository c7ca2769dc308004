package fr.vigie.web.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The cache of loaded classes (JEP 483, 514, 515) as this process sees it. The launcher trains it, names it to the JVM, and where there is none
 * says why; the JVM passes over one that does not fit, silently. Linux's table of mapped files is the proof that it is in use.
 */
final class ClassCache {
  /** How the launcher names the files. */
  private static final String NAME = "classes.aot";

  private ClassCache() {}

  /** For the start-up line: {@code class cache used}, or {@code without class cache: } and the reason. */
  static String words() {
    return Seen.WORDS;
  }

  /** Looked at once, when first asked. */
  private static final class Seen {
    static final String WORDS = look();
  }

  private static String look() {
    String none = System.getProperty("vigie.cache", "");
    if (!none.isEmpty()) {
      return "without class cache: " + none;
    }
    try {
      if (Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1).contains(NAME)) {
        return "class cache used";
      }
      String started = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
      return "without class cache: "
          + (!started.contains(NAME) ? "none was named" : started.contains("-XX:AOTMode=off") ? "switched off" : "the JVM refused it, VIGIE_JVM=-Xlog:aot says why");
    } catch (IOException e) {
      return "class cache: /proc cannot be read";
    }
  }
}
