package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
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
  /** FNV-1a of 64 bits. */
  private static final long SEED = 0xCBF29CE484222325L;

  private static final long PRIME = 0x100000001B3L;
  private static final Map<Seals.Kind, Set<String>> ALL = load();
  /** Octets of the longest that are looked for on the wire. */
  private static final int LONGEST = 128;
  /** Digests of passwords as they are, and of logins as HTTP Basic writes them, in order. */
  private static final long[] PASSWORDS = digests(Seals.Kind.PASSWORD, false);

  private static final long[] LOGINS = digests(Seals.Kind.LOGIN, true);

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

  private static long[] digests(Seals.Kind kind, boolean base64) {
    return of(ALL, kind).stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).map(b -> base64 ? Base64.getEncoder().encode(b) : b).mapToLong(b -> {
      long h = SEED;
      for (byte octet : b) {
        h = (h ^ octet & 0xFF) * PRIME;
      }
      return h;
    }).sorted().toArray();
  }

  /** Whether a password in clear is one of them; makes nothing. A secret that only looks like one is news once more, and no default to {@link #contains}. */
  static boolean password(Cursor m, int at, int octets) {
    return among(PASSWORDS, m, at, octets);
  }

  /** Whether the text of HTTP Basic (RFC 7617) is one of them; makes nothing. */
  static boolean login(Cursor m, int at, int octets) {
    return among(LOGINS, m, at, octets);
  }

  private static boolean among(long[] digests, Cursor m, int at, int octets) {
    if (octets <= 0 || octets > LONGEST) {
      return false;
    }
    long h = SEED;
    for (int i = 0; i < octets; i++) {
      h = (h ^ m.at(at + i)) * PRIME;
    }
    return Arrays.binarySearch(digests, h) >= 0;
  }

  static boolean contains(Seals.Kind kind, byte[] secret) {
    return of(ALL, kind).contains(kind == Seals.Kind.KEY ? HexFormat.of().formatHex(secret) : new String(secret, StandardCharsets.UTF_8));
  }
}
