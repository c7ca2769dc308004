package fr.vigie.inventory.fingerprint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A data file: UTF-8, tab-separated, a header line that starts with {@code #}; read from a folder where it stands there, else as shipped. */
final class Table {
  private Table() {}

  /** Takes one line. */
  interface Row {
    /** Takes the cells of a line; may throw to name what is wrong with it. */
    void take(String[] cells);
  }

  /**
   * Reads a table.
   *
   * @param folder folder whose file wins over the shipped one, or null
   * @param columns least number of columns
   * @throws IOException if it cannot be read, or a line is wrong: the message names file and line
   */
  static void read(@Nullable Path folder, String name, int columns, Row row) throws IOException {
    Path file = folder == null ? null : folder.resolve(name);
    try (InputStream raw = file != null && replaced(folder, name) ? Files.newInputStream(file) : Table.class.getResourceAsStream(name)) {
      if (raw == null) {
        throw new IOException("data file " + name + " is not shipped");
      }
      InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      int n = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        n++;
        if (!line.startsWith("#") && !line.isBlank()) {
          take(name, n, line.split("\t", -1), columns, row);
        }
      }
    }
  }

  /** Whether the folder has its own file of this name. */
  static boolean replaced(@Nullable Path folder, String name) {
    return folder != null && Files.exists(folder.resolve(name));
  }

  private static void take(String name, int n, String[] cells, int columns, Row row) throws IOException {
    if (cells.length < columns) {
      throw new IOException(name + ":" + n + ": " + columns + " columns are expected, here are " + cells.length);
    }
    try {
      row.take(cells);
    } catch (IllegalArgumentException e) {
      throw new IOException(name + ":" + n + ": " + e.getMessage(), e);
    }
  }
}
