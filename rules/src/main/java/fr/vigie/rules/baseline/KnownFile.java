package fr.vigie.rules.baseline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What is known, as a table that people read, edit and load again: a line a fact, {@code kind⇥who⇥whom⇥what⇥verdict}, the verdict being
 * {@code learned}, {@code approved} or {@code rejected}. Lines that begin with {@code #} say something to people. A backslash stands before a
 * tab ({@code \t}), a line's end ({@code \n}) and itself.
 */
public final class KnownFile {
  /** The most lines that are read. */
  public static final int MOST = 1 << 20;
  private static final int LONGEST = 2_000;

  private KnownFile() {}

  /** A fact that people decided on; a learned one that was written down is as good as approved. */
  public record Fact(Known.Kind kind, String a, String b, String c, Known.Origin origin) {
    /** As the table has it. */
    String line() {
      return name(kind) + '\t' + escaped(a) + '\t' + escaped(b) + '\t' + escaped(c) + '\t' + origin.name().toLowerCase(Locale.ROOT);
    }
  }

  /** A line that cannot be read. */
  public static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(int line, String why) {
      super("line " + line + ": " + why);
    }
  }

  /** The name of a kind in the table: {@code writes-to}. */
  public static String name(Known.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The kind of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Known.Kind kind(String name) {
    return Known.Kind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Everything that is known, sorted. */
  public static String write(Known known) {
    List<String> lines = new ArrayList<>();
    known.each((kind, a, b, c, origin, since) -> lines.add(new Fact(kind, a, b, c, origin).line()));
    lines.sort(Comparator.naturalOrder());
    return "# kind\twho\twhom\twhat\tverdict\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
  }

  /**
   * Reads a table.
   *
   * @throws Broken at the first line that cannot be read; nothing of such a table is to be used
   */
  public static List<Fact> read(String text) throws Broken {
    List<Fact> facts = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String bare = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      if (bare.isBlank() || bare.startsWith("#")) {
        continue;
      }
      String[] cells = bare.split("\t", -1);
      if (cells.length != 5) {
        throw new Broken(number, "five cells are needed, kind, who, whom, what and verdict, with a tab between them, and there are " + cells.length);
      }
      if (bare.length() > LONGEST || facts.size() >= MOST) {
        throw new Broken(number, "a line has at most " + LONGEST + " characters, and a table at most " + MOST + " lines");
      }
      try {
        Known.Origin origin = Known.Origin.valueOf(cells[4].strip().toUpperCase(Locale.ROOT));
        facts.add(new Fact(kind(cells[0].strip()), plain(cells[1]), plain(cells[2]), plain(cells[3]),
            origin == Known.Origin.LEARNED ? Known.Origin.APPROVED : origin));
      } catch (IllegalArgumentException e) {
        throw new Broken(number, "unknown kind or verdict: " + cells[0] + ", " + cells[4]);
      }
    }
    return facts;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String plain(String text) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        s.append(next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next);
      } else {
        s.append(c);
      }
    }
    return s.toString();
  }
}
