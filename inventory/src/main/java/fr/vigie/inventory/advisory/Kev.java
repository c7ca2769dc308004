package fr.vigie.inventory.advisory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The weaknesses that are known to be exploited: CISA's catalogue, by CVE. */
public final class Kev {
  private static final int MOST = 200_000;

  private final Map<String, Entry> entries = new HashMap<>();
  private String version = "";

  /**
   * One of them.
   *
   * @param added day it came into the catalogue
   * @param due day by which agencies must have acted
   * @param ransomware whether it is known to be used for extortion
   */
  public record Entry(String cve, String name, String added, String due, boolean ransomware) {}

  private Kev() {}

  /** The catalogue that Vigie ships. */
  public static Kev shipped() throws IOException {
    try (InputStream in = Kev.class.getResourceAsStream("kev.tsv")) {
      if (in == null) {
        throw new IOException("kev.tsv is missing from the program: build it again");
      }
      return read(in);
    }
  }

  /**
   * Reads the catalogue as tab-separated values: {@code cve vendor product name date_added due_date known_ransomware …}, with its version in
   * a comment line.
   *
   * @throws IOException if a line is wrong; the message names it
   */
  static Kev read(InputStream in) throws IOException {
    Kev kev = new Kev();
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    int n = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      n++;
      if (line.startsWith("#catalogVersion ")) {
        kev.version = line.substring(16).strip().replace('.', '-');
      } else if (!line.startsWith("#") && !line.isBlank()) {
        String[] cells = line.split("\t", -1);
        if (cells.length < 7 || n > MOST) {
          throw new IOException("kev.tsv:" + n + ": 7 columns are expected, here are " + cells.length);
        }
        kev.entries.put(cells[0], new Entry(cells[0], cells[3], cells[4], cells[5], cells[6].equalsIgnoreCase("known")));
      }
    }
    return kev;
  }

  /** Its entry, or null where it is not known to be exploited. */
  public @Nullable Entry entry(String cve) {
    return entries.get(cve);
  }

  /** Whether it is known to be exploited. */
  public boolean has(String cve) {
    return entries.containsKey(cve);
  }

  /** Day of the catalogue, {@code 2025-08-25}. */
  public String day() {
    return version;
  }

  /** How many there are. */
  public int size() {
    return entries.size();
  }
}
