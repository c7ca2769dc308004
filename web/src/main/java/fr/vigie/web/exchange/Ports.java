package fr.vigie.web.exchange;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The registered ports of protocols: what a filter that reads no protocol can go by. The data file is {@code ports.tsv}. */
final class Ports {
  private static final Map<String, List<Service>> BY_PROTOCOL = read();

  /**
   * One transport of a protocol.
   *
   * @param transport {@code tcp}, {@code udp} or {@code icmp}
   * @param ports its server ports, rising; empty for {@code icmp}
   */
  record Service(String transport, List<Integer> ports) {}

  private Ports() {}

  /** How a protocol travels; empty where it has no port of its own. */
  static List<Service> of(String protocol) {
    return BY_PROTOCOL.getOrDefault(protocol, List.of());
  }

  private static Map<String, List<Service>> read() {
    Map<String, List<Service>> all = new HashMap<>();
    try (InputStream in = Ports.class.getResourceAsStream("ports.tsv")) {
      if (in == null) {
        throw new IllegalStateException("ports.tsv is missing from the program: build it again");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#") && !line.isBlank()) {
          String[] cells = line.split("\t", -1);
          List<Integer> ports = new ArrayList<>();
          if (!cells[2].equals("-")) {
            for (String port : cells[2].split(",", -1)) {
              ports.add(Integer.valueOf(port));
            }
          }
          all.computeIfAbsent(cells[0], p -> new ArrayList<>()).add(new Service(cells[1], List.copyOf(ports)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }
}
