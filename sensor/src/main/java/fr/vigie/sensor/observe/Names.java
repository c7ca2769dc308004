package fr.vigie.sensor.observe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A protocol's table of codes and names, read from a shipped TSV file (header line starting with {@code #}; first column the code, decimal
 * or 0x hexadecimal; second column the name). The same instance answers without allocating for codes it knows.
 */
public final class Names {
  /** Codes below this have a place of their own: asked for each message, they cost no boxing and no hashing. */
  private static final int DENSE = 4096;

  private final Map<Integer, String> byCode = new HashMap<>();
  private @Nullable String[] dense = new String[0];
  private final String unknown;

  private Names(String unknown) {
    this.unknown = unknown;
  }

  /**
   * Reads a table.
   *
   * @param table path below {@code fr/vigie/sensor/tables}, for example {@code bacnet/object_types.tsv}
   * @param unknown prefix of the name of a code that the table lacks, for example {@code proprietary} for {@code proprietary-600}
   * @throws UncheckedIOException if the table is not shipped: a broken build
   */
  public static Names load(String table, String unknown) {
    Names names = new Names(unknown);
    try (InputStream in = Names.class.getResourceAsStream("/fr/vigie/sensor/tables/" + table)) {
      if (in == null) {
        throw new IOException("table " + table + " is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#") && cells.length >= 2 && !cells[0].isEmpty()) {
          names.put(Integer.decode(cells[0]), cells[1]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private void put(int code, String name) {
    if (code < 0 || code >= DENSE) {
      byCode.put(code, name);
      return;
    }
    if (code >= dense.length) {
      dense = Arrays.copyOf(dense, code + 1);
    }
    dense[code] = name;
  }

  /** The name, or {@code unknown-code}. */
  public String of(int code) {
    String name = find(code);
    return name != null ? name : unknown + "-" + code;
  }

  /** The name, or null where the table has none. */
  public @Nullable String find(int code) {
    return code >= 0 && code < DENSE ? code < dense.length ? dense[code] : null : byCode.get(code);
  }
}
