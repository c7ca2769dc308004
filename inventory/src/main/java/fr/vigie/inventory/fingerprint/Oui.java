package fr.vigie.inventory.fingerprint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The IEEE registry of MAC address prefixes: MA-S (36 bits) and the old IAB before MA-M (28 bits) before MA-L (24 bits). Locally
 * administered and group addresses have no owner (IEEE 802-2014 §8.2).
 */
public final class Oui {
  private static final int[] NIBBLES = {9, 7, 6};

  /** For each length of {@link #NIBBLES}, the prefixes in ascending order. */
  private final long[][] prefixes = new long[NIBBLES.length][];

  private final String[][] owners = new String[NIBBLES.length][];

  private Oui(List<List<Map.Entry<Long, String>>> rows) {
    for (int i = 0; i < NIBBLES.length; i++) {
      List<Map.Entry<Long, String>> sorted = rows.get(i);
      sorted.sort(Map.Entry.comparingByKey());
      prefixes[i] = sorted.stream().mapToLong(Map.Entry::getKey).toArray();
      owners[i] = sorted.stream().map(Map.Entry::getValue).toArray(String[]::new);
    }
  }

  static Oui read(@Nullable Path folder) throws IOException {
    List<List<Map.Entry<Long, String>>> rows = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Map<String, String> once = new HashMap<>();
    Table.read(folder, "oui.tsv.gz", 2, cells -> {
      int length = cells[0].length();
      int at = length == 9 ? 0 : length == 7 ? 1 : length == 6 ? 2 : -1;
      if (at < 0) {
        throw new IllegalArgumentException("a prefix has 6, 7 or 9 digits, not " + length);
      }
      rows.get(at).add(Map.entry(Long.parseLong(cells[0], 16), once.computeIfAbsent(cells[1], s -> s)));
    });
    return new Oui(rows);
  }

  /**
   * The organisation to which the address's longest registered prefix belongs, or null.
   *
   * @param mac MAC address in the low 48 bits
   */
  public @Nullable String owner(long mac) {
    if ((mac >>> 40 & 3) != 0) {
      return null;
    }
    for (int i = 0; i < NIBBLES.length; i++) {
      int at = Arrays.binarySearch(prefixes[i], mac >>> 48 - 4 * NIBBLES[i]);
      if (at >= 0 && !owners[i][at].equals("IEEE Registration Authority")) {
        return owners[i][at];
      }
    }
    return null;
  }

  /** Number of prefixes. */
  public int size() {
    return prefixes[0].length + prefixes[1].length + prefixes[2].length;
  }
}
