package fr.vigie.inventory.fingerprint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What kinds of equipment are called elsewhere: their Brick class and their Project Haystack tags; the data file is {@code kind_classes.tsv}. */
public final class KindClasses {
  private final Map<String, Classes> byKind = new LinkedHashMap<>();

  /**
   * Names of one kind.
   *
   * @param brick class of Brick 1.4, without its prefix
   * @param haystack tags of Project Haystack 4, in the order to write them; empty where Haystack has none that fits
   */
  public record Classes(String brick, List<String> haystack) {}

  private static final class Shipped {
    static final KindClasses INSTANCE = load();

    private static KindClasses load() {
      try {
        return read(null);
      } catch (IOException e) {
        throw new UncheckedIOException("a broken build: " + e.getMessage(), e);
      }
    }
  }

  private KindClasses() {}

  /** The shipped table; read once. */
  public static KindClasses shipped() {
    return Shipped.INSTANCE;
  }

  /**
   * Reads {@code kind_classes.tsv} of a folder, or the shipped one where it is not there.
   *
   * @throws IOException if it cannot be read; the message names file and line
   */
  public static KindClasses read(@Nullable Path folder) throws IOException {
    KindClasses k = new KindClasses();
    Table.read(folder, "kind_classes.tsv", 4, c -> {
      if (c[1].isEmpty() || k.byKind.put(c[0], new Classes(c[1], c[2].isEmpty() ? List.of() : List.of(c[2].split(" ")))) != null) {
        throw new IllegalArgumentException("the kind \"" + c[0] + "\" is given twice, or has no Brick class");
      }
    });
    return k;
  }

  /** The names of a kind, or null. */
  public @Nullable Classes of(String kind) {
    return byKind.get(kind);
  }
}
