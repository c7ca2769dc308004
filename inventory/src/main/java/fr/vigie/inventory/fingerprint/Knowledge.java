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
 * @param likenesses fingerprints
 */
public record Knowledge(Oui oui, Vendors vendors, Kinds kinds, Likenesses likenesses) {
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

  /** Searches of expressions that were given up because they looked too often; a counter to show. */
  public static long overruns() {
    return Frugal.overruns();
  }

  /** Whether what is concluded of a device may depend on this fact: one without meaning may be left out. */
  public boolean means(Kinds.Fact fact) {
    return kinds.asks(fact) || likenesses.asks(fact);
  }

  /** The shipped files; read once. */
  public static Knowledge shipped() {
    return Shipped.INSTANCE;
  }

  /**
   * Reads the files of a folder ({@code oui.tsv.gz}, {@code vendors.tsv}, {@code kinds.tsv}, {@code kind_rules.tsv}, those of {@link Prints},
   * {@code recog_devices.tsv}, {@code recog/*.xml}); those that are not there are the shipped ones.
   *
   * @throws IOException if one cannot be read; the message names file and line
   */
  public static Knowledge read(@Nullable Path folder) throws IOException {
    Kinds kinds = Kinds.read(folder);
    return new Knowledge(Oui.read(folder), Vendors.read(folder), kinds, new Likenesses(Prints.read(folder, kinds), Recog.read(folder, kinds)));
  }
}
