package fr.vigie.web.command;

import fr.vigie.web.api.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** What a person reads once the console answers: where it is, how to know it, how long it took. */
final class Greeting {
  private Greeting() {}

  /**
   * Prints it.
   *
   * @param devices how many devices were found again
   * @param last a line of the command's own, or the empty text
   */
  static void print(PrintStream out, Console console, Path data, int devices, String last) {
    out.println();
    out.println("  Vigie   " + console.uri());
    out.println("  certificate (self-signed) SHA-256 " + console.fingerprint());
    out.println("  data in " + data);
    out.printf(Locale.ROOT, "  console answering%s, %,d devices restored (%s)%n", since(System.getProperty("vigie.started", "")), devices, ClassCache.words());
    if (!last.isEmpty()) {
      out.println("  " + last);
    }
    out.println();
    out.flush();
  }

  /**
   * How long ago the launcher started the JVM.
   *
   * @param started seconds of the wall clock since 1970, with fractions; empty where no launcher said so
   */
  private static String since(String started) {
    try {
      return started.isEmpty() ? "" : String.format(Locale.ROOT, " after %.1f s", System.currentTimeMillis() / 1e3 - Double.parseDouble(started));
    } catch (NumberFormatException e) {
      return ""; // a shell without EPOCHREALTIME, or one that writes it with a comma
    }
  }
}
