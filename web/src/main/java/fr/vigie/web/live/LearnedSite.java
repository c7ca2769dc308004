package fr.vigie.web.live;

import fr.vigie.inventory.json.Json;
import fr.vigie.rules.baseline.Known;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was learned or approved as lines of a site file, to be read, shortened and copied by a person: writers by the objects they write, and who
 * serves addresses, names and time. What a site file has no words for, and devices behind others, stand in the table {@code normal.tsv} alone.
 */
final class LearnedSite {
  /** The services a site file has words for, and these words: what a person or a packet names otherwise is no key of a file. */
  private static final Map<String, String> SERVICES = Map.of("dhcp", "dhcp", "dns", "dns", "ntp", "ntp", "gateway", "gateways");

  private final Map<String, Map<String, TreeSet<String>>> writers = new TreeMap<>();
  private final Map<String, TreeSet<String>> servers = new TreeMap<>();
  private long left;

  LearnedSite(Known known) {
    known.each((kind, a, b, c, origin, since) -> {
      if (origin == Known.Origin.REJECTED) {
        return;
      }
      switch (kind) {
        case WRITER -> writer(address(a), address(b), c);
        case SERVER -> {
          String who = address(a);
          String service = SERVICES.getOrDefault(b, "");
          if (who.isEmpty() || service.isEmpty()) {
            left++;
          } else {
            servers.computeIfAbsent(service, s -> new TreeSet<>()).add(who);
          }
        }
        default -> left++;
      }
    });
  }

  private void writer(String who, String whom, String object) {
    if (who.isEmpty() || whom.isEmpty() || object.chars().anyMatch(c -> c < ' ' || Json.obeyed((char) c))) {
      left++;
      return;
    }
    String named = LiveNormal.object(Known.Kind.WRITER, object);
    String point = named.equals(object) ? object : named + "/*";
    writers.computeIfAbsent(who, w -> new TreeMap<>()).computeIfAbsent(whom, w -> new TreeSet<>()).add(point);
  }

  /** The IP address of a key, or nothing where it is behind another or has none. */
  private static String address(String key) {
    String[] parts = key.split("\\|", -1);
    return parts.length == 2 && parts[1].matches("[0-9a-f.:]+") && (parts[1].indexOf('.') > 0 || parts[1].contains("::")) ? parts[1] : "";
  }

  String text() {
    StringBuilder s = new StringBuilder("# What was learned, as lines of a site file. Read it before you use it; ").append(left)
        .append(" further facts stand in normal.tsv alone.\nwriters:");
    s.append(writers.isEmpty() ? " []\n" : "\n");
    writers.forEach((who, targets) -> targets.forEach((whom, points) -> {
      s.append("  - {who: \"").append(who).append("\", whom: \"").append(whom).append('"');
      if (!points.contains("")) {
        s.append(", points: [").append(String.join(", ", points.stream().map(p -> '"' + p.replace("\\", "\\\\").replace("\"", "\\\"") + '"').toList())).append(']');
      }
      s.append("}\n");
    }));
    if (!servers.isEmpty()) {
      s.append("servers:\n");
      servers.forEach((service, who) -> s.append("  ").append(service).append(": [").append(String.join(", ", who.stream().map(w -> '"' + w + '"').toList()))
          .append("]\n"));
    }
    return s.toString();
  }
}
