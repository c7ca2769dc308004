package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.web.api.Evidence;
import fr.vigie.web.api.Recording;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evidence that is also decoded: the packets behind an alert as application messages, with their fields by the standards' names, as {@code
 * ./vigie decode} writes them. Small tables, one alert at a time, at most {@link #MOST} messages.
 */
final class EvidenceMessages implements Evidence {
  private static final int MOST = 50;
  private static final int LONGEST = 16_384;
  private static final int OCTETS = 4 << 20;

  private final Evidence packets;
  private final SensorOptions options;

  EvidenceMessages(Evidence packets, Site site) {
    this.packets = packets;
    this.options = Setting.expecting(SensorOptions.standard().shards(1).bounds(4_096, 4_096).endpoints(4_096).news(4_096).folds(4_096, 1_024)
        .memory(8L << 20, 256 << 10, 256 << 10), site);
  }

  @Override
  public byte @Nullable [] pcap(ObjectNode alert) throws IOException {
    return packets.pcap(alert);
  }

  @Override
  public ObjectNode about(ObjectNode alert) throws IOException {
    return packets.about(alert);
  }

  @Override
  public Recording recording() {
    return packets.recording();
  }

  /** Keeps what is written up to a bound; the line that crosses it and all after it are left out. */
  private static final class Bounded extends Writer {
    private final StringBuilder text = new StringBuilder();
    private boolean full;

    @Override
    public void write(char[] chars, int from, int length) {
      full |= text.length() + length > OCTETS;
      if (!full) {
        text.append(chars, from, length);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final Sink NOWHERE = new Sink() {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  };

  @Override
  public synchronized ObjectNode messages(ObjectNode alert) throws IOException {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    byte[] pcap = packets.pcap(alert);
    if (pcap == null) {
      return answer.put("gone", true).put("more", false);
    }
    Bounded out = new Bounded();
    Path file = Files.createTempFile("vigie-evidence", ".pcapng"); // mode 0600
    try {
      Files.write(file, pcap);
      try (PacketSource source = CaptureFiles.open(List.of(file), "default")) {
        DecodeLines lines = new DecodeLines(out, null);
        new Sensor(options.decoding(lines)).run(source, NOWHERE);
        lines.end();
      }
    } finally {
      Files.deleteIfExists(file);
    }
    List<ObjectNode> all = new ArrayList<>();
    for (String line : out.text.toString().split("\n", -1)) {
      if (line.endsWith("}")) {
        all.add(cut((ObjectNode) Json.MAPPER.readTree(line), line.length()));
      }
    }
    Set<String> proof = new HashSet<>();
    for (JsonNode packet : alert.path("packets")) {
      proof.add(packet.path("time").asText());
    }
    List<ObjectNode> proving = all.stream().filter(m -> proof.contains(m.path("time").asText())).toList();
    List<ObjectNode> shown = proving.isEmpty() ? all : proving;
    shown.stream().limit(MOST).forEach(items::add);
    return answer.put("gone", false).put("more", out.full || shown.size() > MOST || all.size() > shown.size());
  }

  private static ObjectNode cut(ObjectNode message, int length) {
    ObjectNode kept = Json.object();
    for (String name : new String[] {"time", "index", "source", "target", "protocol", "operation"}) {
      kept.set(name, message.path(name));
    }
    kept.put("cut", length > LONGEST);
    kept.set("fields", length > LONGEST ? Json.object() : message.path("fields"));
    return kept;
  }
}
