package fr.vigie.sensor.protocol;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of what tshark shows of a protocol is compared at all: occurrences of its fields in captures, counted by name, those with a column
 * beside those without. Folders and remarks of tshark's own are no fields.
 */
final class Coverage {
  private static final Pattern FIELD = Pattern.compile("<field name=\"([a-z0-9_.]+)\"[^>]*?(hide=\"yes\")?[^>]*>");

  private final List<String> prefixes;
  private final Set<String> compared;
  private final Set<String> remarks;
  private final Map<String, Integer> missed = new TreeMap<>();
  private final Set<String> names = new java.util.TreeSet<>();
  private boolean bits;
  private long read;
  private long present;

  /**
   * Counts nothing yet.
   *
   * @param prefixes what names of the protocol's fields begin with
   * @param compared names that have a column
   * @param remarks names that tshark adds of itself: folders, times, numbers of other frames
   */
  Coverage(List<String> prefixes, Set<String> compared, Set<String> remarks) {
    this.prefixes = prefixes;
    this.compared = compared;
    this.remarks = remarks;
  }

  /** Counts the bits of a number that is compared as compared: {@code stp.flags.tc} where {@code stp.flags} is. */
  Coverage bits() {
    bits = true;
    return this;
  }

  private boolean compares(String name) {
    int dot = bits ? name.lastIndexOf('.') : -1;
    return compared.contains(name) || dot > 0 && compares(name.substring(0, dot));
  }

  /** Counts the fields of one capture. */
  Coverage of(Path capture, String filter, String... options) {
    List<String> command = new java.util.ArrayList<>(List.of("-n", "-r", capture.toString(), "-Y", "(" + filter + ") && !_ws.malformed && !icmp", "-T", "pdml"));
    command.addAll(List.of(options));
    Matcher fields = FIELD.matcher(TsharkAgreement.run(command));
    while (fields.find()) {
      String name = fields.group(1);
      if (prefixes.stream().anyMatch(name::startsWith) && !remarks.contains(name)) {
        present++;
        names.add(name);
        if (compares(name)) {
          read++;
        } else {
          missed.merge(name, 1, Integer::sum);
        }
      }
    }
    return this;
  }

  /** Prints the score and returns the share of occurrences that are compared, 1 where there were none. */
  double tell(String protocol) {
    System.out.printf(Locale.ROOT, "%s coverage: %d of %d occurrences (%.2f %%), %d of %d names; without a column: %s%n", protocol, read, present,
        present == 0 ? 100.0 : 100.0 * read / present, names.size() - missed.size(), names.size(), missed);
    return present == 0 ? 1 : (double) read / present;
  }
}
