package fr.vigie.inventory.fingerprint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * All data files together.
 *
 * @param oui owners of MAC address prefixes
 * @param vendors spellings of makers
 * @param kinds kinds of equipment and what points to them
 */
public record Knowledge(Oui oui, Vendors vendors, Kinds kinds) {
  private static final class Shipped {
    static final Knowledge INSTANCE = load();

    private static Knowledge load() {
      try {
        return read(null);
      } catch (IOException e) {
        throw new UncheckedIOException("a broken build: " + e.getMessage(), e);
      }
    }
  }

  /** The shipped files; read once. */
  public static Knowledge shipped() {
    return Shipped.INSTANCE;
  }

  /**
   * Reads the files of a folder ({@code oui.tsv.gz}, {@code vendors.tsv}, {@code kinds.tsv}, {@code kind_rules.tsv}); those that are not
   * there are the shipped ones.
   *
   * @throws IOException if one cannot be read; the message names file and line
   */
  public static Knowledge read(@Nullable Path folder) throws IOException {
    return new Knowledge(Oui.read(folder), Vendors.read(folder), Kinds.read(folder));
  }
}
