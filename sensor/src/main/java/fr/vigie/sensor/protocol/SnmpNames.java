package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Trait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The named objects of UPSs, power strips, generators and cooling: what can be commanded or set, what is measured, what identifies, and what
 * traps are called. Found by the longest prefix of an object identifier, without allocation.
 */
final class SnmpNames {
  /** What an object is to us. */
  enum Kind {
    /** Writing it makes the device act at once. */
    COMMAND,
    /** Writing it changes how the device behaves. */
    SETTING,
    /** It is measured. */
    READING,
    /** It identifies the device. */
    CLAIM,
    /** A trap, or a name that stands for a condition or a test. */
    NAME
  }

  /**
   * One object.
   *
   * @param oid dotted, without instance
   * @param does of a command: what the device does ({@code shutdown}, {@code outlet}); of a reading: its unit; else empty
   * @param labels the names of an enumeration's values, {@code 1=on}, in order; empty where it has none
   * @param scale of a reading: what one count is worth
   * @param trait of a claim
   * @param arcs sub-identifiers of {@code oid}
   */
  record Named(String oid, String name, Kind kind, String does, List<String> labels, double scale, @Nullable Trait trait, int arcs) {
    /** The name of an enumeration's value, or null. */
    @Nullable String label(long value) {
      String start = value + "=";
      for (String label : labels) {
        if (label.startsWith(start)) {
          return label.substring(start.length());
        }
      }
      return null;
    }
  }

  private static final int SHORTEST = 9;
  private static final List<Named> ALL = load();
  private static final int MASK = 4095;
  private static final long[] DIGESTS = new long[MASK + 1];
  private static final int[] PLACES = new int[MASK + 1];

  static {
    for (int i = 0; i < ALL.size(); i++) {
      long digest = 0;
      for (String arc : ALL.get(i).oid().split("\\.")) {
        digest = mix(digest, Long.parseLong(arc));
      }
      int slot = (int) digest & MASK;
      while (DIGESTS[slot] != 0) {
        slot = slot + 1 & MASK;
      }
      DIGESTS[slot] = digest;
      PLACES[slot] = i;
    }
  }

  private SnmpNames() {}

  private static List<Named> load() {
    List<Named> all = new ArrayList<>();
    try (InputStream in = SnmpNames.class.getResourceAsStream("/fr/vigie/sensor/tables/snmp/objects.tsv")) {
      if (in == null) {
        throw new IOException("table snmp/objects.tsv is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          all.add(named(line.split("\t", -1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(all);
  }

  private static Named named(String[] c) {
    Kind kind = switch (c[2]) {
      case "command" -> Kind.COMMAND;
      case "setting" -> Kind.SETTING;
      case "reading" -> Kind.READING;
      case "claim" -> Kind.CLAIM;
      default -> Kind.NAME;
    };
    boolean labelled = kind == Kind.COMMAND || kind == Kind.SETTING;
    return new Named(c[0], c[1], kind, kind == Kind.CLAIM ? "" : c[3], labelled && !c[4].isEmpty() ? List.of(c[4].split(",")) : List.of(),
        kind == Kind.READING ? Double.parseDouble(c[4]) : 1, kind == Kind.CLAIM ? Trait.valueOf(c[3]) : null, c[0].split("\\.").length);
  }

  private static long mix(long h, long arc) {
    long x = (h ^ arc + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    return x ^ x >>> 29 | 1;
  }

  /** The place of the object whose identifier is the longest prefix of this one, or -1. */
  static int find(Oid oid) {
    int found = -1;
    long digest = 0;
    for (int i = 0; i < oid.size(); i++) {
      digest = mix(digest, oid.arc(i));
      if (i + 1 < SHORTEST) {
        continue;
      }
      for (int slot = (int) digest & MASK; DIGESTS[slot] != 0; slot = slot + 1 & MASK) {
        if (DIGESTS[slot] == digest && ALL.get(PLACES[slot]).arcs() == i + 1) {
          found = PLACES[slot];
          break;
        }
      }
    }
    return found;
  }

  /** The name of an enterprise's trap, or null. */
  static @Nullable String specific(String enterprise, long specific) {
    String plain = enterprise + "." + specific;
    String zero = enterprise + ".0." + specific;
    for (Named object : ALL) {
      if (object.kind() == Kind.NAME && (object.oid().equals(plain) || object.oid().equals(zero))) {
        return object.name();
      }
    }
    return null;
  }

  /** The object at a place that {@link #find} answered. */
  static Named at(int place) {
    return ALL.get(place);
  }

  /** The name of an identifier that is in the table as it stands, or null: traps, tests, alarms. */
  static @Nullable String exactly(Oid oid) {
    int place = find(oid);
    return place >= 0 && ALL.get(place).arcs() == oid.size() ? ALL.get(place).name() : null;
  }
}
