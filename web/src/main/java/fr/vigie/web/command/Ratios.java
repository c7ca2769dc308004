package fr.vigie.web.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What workloads cost, as multiples of the {@link Loop}. On disk: a line each, {@code name TAB ratio}; lines that begin with {@code #} are for
 * people.
 *
 * @param of ratio by name
 */
record Ratios(SortedMap<String, Double> of) {
  /** Nothing to compare with. */
  static final Ratios NONE = new Ratios(new TreeMap<>());

  /** Above this factor a workload is told. */
  static final double TOLD = 1.3;
  /** Above this factor the bench fails. */
  static final double FAILS = 2.0;

  Ratios {
    of = Collections.unmodifiableSortedMap(new TreeMap<>(of));
  }

  /** How a factor is judged, mildest first. */
  enum Verdict {
    UNKNOWN("not in the baseline"),
    FINE(""),
    SLOWER("slower than 1.3 times the baseline"),
    FAILED("slower than twice the baseline");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static Ratios read(Path file) throws IOException, Usage {
    SortedMap<String, Double> of = new TreeMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split("\t", -1);
      try {
        double ratio = cells.length == 2 ? Double.parseDouble(cells[1]) : -1;
        if (!(ratio > 0)) {
          throw new NumberFormatException(line);
        }
        of.put(cells[0], ratio);
      } catch (NumberFormatException e) {
        throw new Usage(file + " line " + number + " is not a name, a tab and a ratio above 0");
      }
    }
    return new Ratios(of);
  }

  void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder("# Processor time of each workload as a multiple of the loop of ./vigie bench; made by ./vigie bench --save\n");
    of.forEach((name, ratio) -> text.append(name).append('\t').append(String.format(Locale.ROOT, "%.4f", ratio)).append('\n'));
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  /** How many times as long as then, or 0 where there is nothing to compare with. */
  double factor(String name, Ratios before) {
    Double now = of.get(name);
    Double then = before.of.get(name);
    return now == null || then == null ? 0 : now / then;
  }

  static Verdict verdict(double factor) {
    return factor <= 0 ? Verdict.UNKNOWN : factor > FAILS ? Verdict.FAILED : factor > TOLD ? Verdict.SLOWER : Verdict.FINE;
  }

  /** The worst verdict over all. */
  Verdict worst(Ratios before) {
    return of.keySet().stream().map(name -> verdict(factor(name, before))).max(Verdict::compareTo).orElse(Verdict.UNKNOWN);
  }

  /** The middle one; of an even number the lower of the two in the middle. */
  static double median(List<Double> all) {
    List<Double> sorted = all.stream().sorted().toList();
    return sorted.get((sorted.size() - 1) / 2);
  }
}
