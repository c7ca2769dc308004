package fr.vigie.sensor.meaning;

import fr.vigie.sensor.observe.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The register maps of a site: whose register is what. Immutable; one is shared by all pipelines. Asked for each answer, it allocates nothing.
 */
public final class RegisterMap {
  /** Where nothing is known. */
  public static final RegisterMap NONE = new RegisterMap(List.of());

  private static final Register[] EMPTY = {};

  /**
   * One register of one device.
   *
   * @param ipHigh upper half of the server's address, 0 for IPv4 or where any server is meant
   * @param ipLow lower half, 0 where any server is meant
   * @param unit Modbus unit 0..255
   */
  public record Entry(long ipHigh, long ipLow, int unit, Register register) {
    private long key() {
      return RegisterMap.key(ipHigh, ipLow, unit);
    }
  }

  private final long[] keys;
  private final Register[][] registers;
  private final int size;

  private RegisterMap(Collection<Entry> entries) {
    TreeMap<Long, List<Register>> byKey = new TreeMap<>();
    for (Entry entry : entries) {
      byKey.computeIfAbsent(entry.key(), k -> new ArrayList<>()).add(entry.register());
    }
    keys = new long[byKey.size()];
    registers = new Register[byKey.size()][];
    int n = 0;
    for (Map.Entry<Long, List<Register>> e : byKey.entrySet()) {
      e.getValue().sort(Comparator.comparing(Register::table).thenComparingInt(Register::address));
      keys[n] = e.getKey();
      registers[n++] = e.getValue().toArray(EMPTY);
    }
    size = entries.size();
  }

  /** The map of a list. */
  public static RegisterMap of(Collection<Entry> entries) {
    return entries.isEmpty() ? NONE : new RegisterMap(entries);
  }

  /** Addresses of a site differ; where two should share a key one of them would be read by the other's map: as good as never in 64 bits. */
  private static long key(long high, long low, int unit) {
    long h = (high * 0x9E3779B97F4A7C15L ^ low) * 0xBF58476D1CE4E5B9L;
    return (h ^ h >>> 31) * 257 + unit;
  }

  /** The registers of a unit behind a server, by table and address; those of any server where the server has none of its own. */
  public Register[] of(Endpoint server, int unit) {
    if (keys.length == 0) {
      return EMPTY;
    }
    int at = Arrays.binarySearch(keys, key(server.ipHigh(), server.ipLow(), unit));
    if (at < 0) {
      at = Arrays.binarySearch(keys, key(0, 0, unit));
    }
    return at < 0 ? EMPTY : registers[at];
  }

  /** The place of the first register of a table at or behind an address, within what {@link #of} gave. */
  public static int from(Register[] of, Register.Table table, int address) {
    int low = 0;
    int high = of.length;
    while (low < high) {
      int middle = low + high >>> 1;
      Register r = of[middle];
      int order = r.table().compareTo(table);
      if (order < 0 || order == 0 && r.address() < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many registers are known. */
  public int size() {
    return size;
  }
}
