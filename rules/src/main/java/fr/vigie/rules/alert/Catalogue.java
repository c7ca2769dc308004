package fr.vigie.rules.alert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every detection that the shipped policy and the site's own may report, read from the tables beside the rules. Immutable. */
public final class Catalogue {
  private static final String FOLDER = "/fr/vigie/rules/policy/";
  private static final String VERSION = "v19";
  private static volatile @Nullable Catalogue shipped;

  /** In the order of their ids. */
  private final Map<String, Detection> byId;
  /** The same for who looks one up. */
  private final Map<String, Detection> found;

  private Catalogue(Map<String, Detection> byId) {
    this.byId = byId;
    this.found = new HashMap<>(byId);
  }

  /**
   * The shipped catalogue.
   *
   * @throws UncheckedIOException if a table is missing or a row incomplete: a broken build
   */
  public static Catalogue shipped() {
    Catalogue c = shipped;
    if (c == null) {
      c = load();
      shipped = c;
    }
    return c;
  }

  /** The detection, or null. */
  public @Nullable Detection find(String id) {
    return found.get(id);
  }

  /**
   * The detection.
   *
   * @throws IllegalArgumentException if the catalogue does not have it
   */
  public Detection of(String id) {
    Detection d = byId.get(id);
    if (d == null) {
      throw new IllegalArgumentException("detection " + id + " is not in the catalogue");
    }
    return d;
  }

  /** Every detection, by id. */
  public Collection<Detection> all() {
    return byId.values();
  }

  private static Catalogue load() {
    Map<String, List<String>> aliases = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (String[] row : rows("attack_ics_v18_to_v19.tsv", 6)) {
      if (!row[0].isEmpty()) {
        aliases.computeIfAbsent(row[2], k -> new ArrayList<>()).add(row[0]);
      }
      names.put(row[2], row[3]);
    }
    for (String[] row : rows("attack_ics_names.tsv", 2)) {
      names.putIfAbsent(row[0], row[1]);
    }
    Map<String, Detection.Texts> en = texts("texts_en.tsv");
    Map<String, Detection.Texts> fr = texts("texts_fr.tsv");
    Map<String, Detection> byId = new TreeMap<>();
    for (String[] row : rows("detections.tsv", 8)) {
      List<Technique> techniques = new ArrayList<>();
      for (String technique : row[6].split(" *, *")) {
        if (technique.startsWith("T")) {
          techniques.add(new Technique(technique, VERSION, names.getOrDefault(technique, ""),
              List.copyOf(aliases.getOrDefault(technique, List.of()))));
        }
      }
      Detection.Texts english = en.get(row[0]);
      Detection.Texts french = fr.get(row[0]);
      if (english == null || french == null) {
        throw broken("detection " + row[0] + " has no text in English or French");
      }
      byId.put(row[0], new Detection(row[0], Integer.parseInt(row[1]), row[2].equals("yes"), row[4], row[5], Severity.of(row[7]),
          List.copyOf(techniques), english, french));
    }
    return new Catalogue(byId);
  }

  private static Map<String, Detection.Texts> texts(String table) {
    Map<String, Detection.Texts> texts = new HashMap<>();
    for (String[] row : rows(table, 4)) {
      texts.put(row[0], new Detection.Texts(row[1], row[2], row[3]));
    }
    return texts;
  }

  private static List<String[]> rows(String table, int cells) {
    List<String[]> rows = new ArrayList<>();
    try (InputStream in = Catalogue.class.getResourceAsStream(FOLDER + table)) {
      if (in == null) {
        throw broken("table " + table + " is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("#") || line.isBlank()) {
          continue;
        }
        String[] row = line.split("\t", -1);
        if (row.length < cells) {
          throw broken("table " + table + ": a row of " + row.length + " cells instead of " + cells + ": " + line);
        }
        rows.add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static UncheckedIOException broken(String what) {
    return new UncheckedIOException(new IOException(what));
  }
}
