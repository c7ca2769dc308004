package fr.vigie.sensor.protocol;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How much of what tshark shows of a protocol is compared at all: occurrences of its fields in the frames that both take for the protocol, counted by name, those with a
 * column beside those without. Folders and remarks of tshark's own are no fields. The bits of a number that is compared are compared with it: {@code stp.flags.tc} with
 * {@code stp.flags}.
 */
final class Coverage {
  private final Collection<String> prefixes;
  private final Set<String> compared;
  private final Set<String> remarks;
  private final Map<String, Integer> missed = new TreeMap<>();
  private final Set<String> names = new TreeSet<>();
  private long read;
  private long present;

  /**
   * Counts nothing yet.
   *
   * @param prefixes what names of the protocol's fields begin with
   * @param compared names that have a column
   * @param remarks names that tshark adds of itself: folders, times, numbers of other frames
   */
  Coverage(Collection<String> prefixes, Set<String> compared, Set<String> remarks) {
    this.prefixes = prefixes;
    this.compared = compared;
    this.remarks = remarks;
  }

  private boolean compares(String name) {
    int dot = name.lastIndexOf('.');
    return compared.contains(name) || dot > 0 && compares(name.substring(0, dot));
  }

  private boolean remark(String name) {
    return remarks.contains(name) || remarks.contains(name.substring(0, name.lastIndexOf('.') + 1) + "*");
  }

  /** Counts the fields of one frame. */
  void count(Pdml.Row row) {
    for (String[] field : row.fields) {
      String name = field[0];
      if (!field[1].isEmpty() && prefixes.stream().anyMatch(name::startsWith) && !remark(name)) {
        present++;
        names.add(name);
        if (compares(name)) {
          read++;
        } else {
          missed.merge(name, 1, Integer::sum);
        }
      }
    }
  }

  boolean counted() {
    return present > 0;
  }

  /** The share of occurrences that are compared, 1 where there were none. */
  double share() {
    return present == 0 ? 1 : (double) read / present;
  }

  /** Prints the score. */
  void tell(String protocol) {
    System.out.printf(Locale.ROOT, "%s coverage: %d of %d occurrences (%.2f %%), %d of %d names; without a column: %s%n", protocol, read, present, 100 * share(),
        names.size() - missed.size(), names.size(), missed);
  }
}
