package fr.vigie.web.capture;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Counters in the text format of Prometheus (exposition format 0.0.4): one family for each group of counters, the name within the group as its
 * only label. Names are those of the program; nothing that came in a packet is ever a name or a label.
 */
public final class Exposition {
  /** The media type. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** What goes down as well as up. */
  private static final Set<String> GAUGES = Set.of("assets", "rule_known", "rules_disabled", "web_pages_listening", "journal.entries", "log.last");

  private static final String LIMIT = "_limit";

  private Exposition() {}

  /**
   * Writes every counter.
   *
   * @param counters by name: {@code packets}, {@code messages.bacnet}, {@code doctor.lines_limit}
   * @param limits the most that each bounded table holds
   * @param heartbeat seconds since packets or ticks last made progress, or a negative number where nobody listens
   * @param started start of the process, seconds since 1970
   */
  public static String write(SortedMap<String, Long> counters, SortedMap<String, Long> limits, double heartbeat, double started) {
    Map<String, StringBuilder> families = new LinkedHashMap<>();
    counters.forEach((name, value) -> {
      int dot = name.indexOf('.');
      String within = dot < 0 ? "" : name.substring(dot + 1);
      if (name.endsWith(LIMIT)) {
        sample(families, "vigie_table_limit", "gauge", "The most that a bounded table holds.", "table",
            metric(dot < 0 ? name : name.substring(0, dot)) + "_" + metric(within.substring(0, within.length() - LIMIT.length())), value);
      } else if (GAUGES.contains(name)) {
        sample(families, "vigie_" + metric(name), "gauge", "Present value of " + name + ".", "", "", value);
      } else if (dot < 0) {
        sample(families, "vigie_" + metric(name) + "_total", "counter", "Counter " + metric(name) + ".", "", "", value);
      } else {
        String group = metric(name.substring(0, dot));
        sample(families, "vigie_" + group + "_total", "counter", "Counters of the group " + group + ", by name.", "name", within, value);
      }
    });
    limits.forEach((table, value) -> sample(families, "vigie_table_limit", "gauge", "The most that a bounded table holds.", "table", metric(table), value));
    StringBuilder text = new StringBuilder();
    families.values().forEach(text::append);
    text.append("# HELP vigie_start_time_seconds Start of the process, seconds since 1970.\n# TYPE vigie_start_time_seconds gauge\n")
        .append(String.format(Locale.ROOT, "vigie_start_time_seconds %.3f%n", started));
    if (heartbeat >= 0) {
      text.append("# HELP vigie_heartbeat_seconds Seconds since packets or ticks last made progress.\n# TYPE vigie_heartbeat_seconds gauge\n")
          .append(String.format(Locale.ROOT, "vigie_heartbeat_seconds %.3f%n", heartbeat));
    }
    return text.toString();
  }

  private static void sample(Map<String, StringBuilder> families, String name, String type, String help, String label, String of, long value) {
    StringBuilder family = families.computeIfAbsent(name,
        n -> new StringBuilder("# HELP ").append(n).append(' ').append(help).append("\n# TYPE ").append(n).append(' ').append(type).append('\n'));
    family.append(name);
    if (!label.isEmpty()) {
      family.append('{').append(label).append("=\"").append(text(of)).append("\"}");
    }
    family.append(' ').append(value).append('\n');
  }

  /** A name as the data model allows it: letters, digits and underscores. */
  private static String metric(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
  }

  /** A label's value: counter names have none of the characters that would need escaping, whatever else they grow to. */
  private static String text(String value) {
    return value.replaceAll("[^A-Za-z0-9._/>-]", "_");
  }
}
