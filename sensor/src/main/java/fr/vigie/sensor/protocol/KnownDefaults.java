package fr.vigie.sensor.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Secrets that everybody knows, because their makers or others published them: {@code tables/secrets/known_defaults.tsv}, each with its source.
 * Rows are {@code kind, secret, source}; keys are hexadecimal; logins are {@code user:password}, whose password counts alone too.
 */
final class KnownDefaults {
  private static final Map<Seals.Kind, Set<String>> ALL = load();

  private KnownDefaults() {}

  private static Map<Seals.Kind, Set<String>> load() {
    Map<Seals.Kind, Set<String>> all = new EnumMap<>(Seals.Kind.class);
    for (Seals.Kind kind : Seals.Kind.values()) {
      all.put(kind, new HashSet<>());
    }
    try (InputStream in = KnownDefaults.class.getResourceAsStream("/fr/vigie/sensor/tables/secrets/known_defaults.tsv")) {
      if (in == null) {
        throw new IOException("the table of known defaults is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#") && cells.length == 3) {
          Seals.Kind kind = Seals.Kind.valueOf(cells[0]);
          of(all, kind).add(cells[1]);
          int colon = cells[1].indexOf(':');
          if (kind == Seals.Kind.LOGIN && colon + 1 < cells[1].length()) {
            of(all, Seals.Kind.PASSWORD).add(cells[1].substring(colon + 1));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static Set<String> of(Map<Seals.Kind, Set<String>> all, Seals.Kind kind) {
    return all.getOrDefault(kind, Set.of());
  }

  static boolean contains(Seals.Kind kind, byte[] secret) {
    return of(ALL, kind).contains(kind == Seals.Kind.KEY ? HexFormat.of().formatHex(secret) : new String(secret, StandardCharsets.UTF_8));
  }
}
