package fr.vigie.sensor.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What the tshark of this machine reads of a capture: every frame's protocols, and all of its fields with their values, in their order. */
final class Pdml {
  /** One frame. */
  static final class Row {
    final Set<String> protocols = new HashSet<>();
    final List<String[]> fields = new ArrayList<>();

    boolean has(String name) {
      return protocols.contains(name) || fields.stream().anyMatch(f -> f[0].equals(name));
    }

    List<String> all(String name) {
      return fields.stream().filter(f -> f[0].equals(name)).map(f -> f[1]).toList();
    }
  }

  private Pdml() {}

  /** Reads the frames that a display filter takes; none where tshark is absent. */
  static TreeMap<Long, Row> read(Path capture, String filter, List<String> options) {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-Y", filter, "-T", "pdml"));
    command.addAll(options);
    TreeMap<Long, Row> rows = new TreeMap<>();
    try {
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        Row row = new Row();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String text = whole(line.strip(), lines);
          if (text.startsWith("<packet>")) {
            row = new Row();
          } else if (text.startsWith("</packet>")) {
            rows.put(Long.parseLong(row.all("num").getFirst()), row);
          } else if (text.startsWith("<proto ")) {
            row.protocols.add(attribute(text, "name"));
          } else if (text.startsWith("<field ")) {
            row.fields.add(new String[] {attribute(text, "name"), attribute(text, "show")});
          }
        }
      }
      process.waitFor(60, TimeUnit.SECONDS);
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return rows;
    }
  }

  /** An element, which goes on behind a line's end where a value has one in it. */
  private static String whole(String line, BufferedReader lines) throws IOException {
    if (!line.startsWith("<") || line.endsWith(">")) {
      return line;
    }
    StringBuilder all = new StringBuilder(line);
    for (String next = lines.readLine(); next != null; next = lines.readLine()) {
      all.append('\n').append(next);
      if (next.endsWith(">")) {
        break;
      }
    }
    return all.toString();
  }

  private static String attribute(String line, String name) {
    int start = line.indexOf(" " + name + "=\"");
    if (start < 0) {
      return "";
    }
    start += name.length() + 3;
    String value = line.substring(start, line.indexOf('"', start));
    return value.indexOf('&') < 0 ? value
        : value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&#x27;", "'").replace("&amp;", "&");
  }
}
