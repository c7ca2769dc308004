package fr.vigie.web.capture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of each finding and the commands that mend it on the usual switches, read from two tables beside this class. Commands were
 * written from the vendors' public documentation; each names it. Words in capitals are the reader's own ports.
 */
final class Remedies {
  /**
   * The words of a kind of finding.
   *
   * @param detection the alert it may raise, or empty
   * @param remedy key of its commands
   */
  record Kind(String detection, String remedy, String nameFr, String nameEn, String textFr, String textEn) {}

  /**
   * Commands for a family of switches.
   *
   * @param commands lines, {@code {vlan}} where the number of the VLAN belongs
   * @param source where the syntax is documented
   */
  record Command(String family, String commands, String source) {}

  private static final Remedies SHIPPED = new Remedies();

  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Map<String, List<Command>> commands = new LinkedHashMap<>();

  private Remedies() {
    for (String[] row : rows("findings.tsv", 7)) {
      kinds.put(row[0], new Kind(row[1].equals("-") ? "" : row[1], row[2], row[3], row[4], row[5], row[6]));
    }
    for (String[] row : rows("mending.tsv", 4)) {
      commands.computeIfAbsent(row[0], k -> new ArrayList<>()).add(new Command(row[1], row[2].replace("\\n", "\n"), row[3]));
    }
  }

  static Remedies shipped() {
    return SHIPPED;
  }

  /** The words of a kind with this proof. */
  Kind kind(String kind, String proof) {
    Kind exact = kinds.get(kind + "." + proof);
    Kind found = exact != null ? exact : kinds.get(kind);
    if (found == null) {
      throw new IllegalArgumentException("no words for the finding " + kind + "." + proof);
    }
    return found;
  }

  /** The commands of a remedy, by family. */
  List<Command> commands(String remedy) {
    return commands.getOrDefault(remedy, List.of());
  }

  private static List<String[]> rows(String table, int cells) {
    List<String[]> rows = new ArrayList<>();
    try (InputStream in = Remedies.class.getResourceAsStream(table)) {
      if (in == null) {
        throw new IOException("the table " + table + " is missing from the program: build it again");
      }
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] row = line.split("\t", -1);
          if (row.length != cells) {
            throw new IOException("table " + table + ": a row of " + row.length + " cells instead of " + cells + ": " + line);
          }
          rows.add(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
