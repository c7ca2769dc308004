package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.web.api.Evidence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The packets behind an alert, read again from the capture files that were replayed. A packet is given only if the file still holds one
 * of the same capture time under the same index: a file that changed since proves nothing. One reader at a time.
 */
public final class CaptureEvidence implements Evidence {
  /** Most packets in one answer; the alert itself names no more. */
  private static final int MOST = 1_000;

  private final Map<String, Path> files = new HashMap<>();

  /** The files that were replayed; where two have the same name, the first. */
  public CaptureEvidence(Collection<Path> replayed) {
    for (Path file : replayed) {
      Path name = file.getFileName();
      if (name != null) {
        files.putIfAbsent(name.toString(), file);
      }
    }
  }

  @Override
  public synchronized byte @Nullable [] pcap(ObjectNode alert) throws IOException {
    Map<String, TreeMap<Long, Long>> wanted = new TreeMap<>();
    int asked = 0;
    for (JsonNode packet : alert.path("packets")) {
      if (++asked <= MOST) {
        wanted.computeIfAbsent(packet.path("file").asText(), f -> new TreeMap<>()).put(packet.path("index").asLong(-1),
            nanos(packet.path("time").asText()));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int written = 0;
    try (CaptureWriter writer = new CaptureWriter(out, CaptureWriter.Format.PCAPNG)) {
      for (Map.Entry<String, TreeMap<Long, Long>> file : wanted.entrySet()) {
        Path path = files.get(file.getKey());
        if (path != null && Files.isReadable(path)) {
          written += copy(path, file.getValue(), writer, alert.path("rule").path("id").asText() + " " + alert.path("id").asText());
        }
      }
    }
    return written == 0 ? null : out.toByteArray();
  }

  /** Whether a file is there that the alert names; what it still holds is read when it is asked for. */
  @Override
  public ObjectNode about(ObjectNode alert) {
    boolean there = false;
    for (JsonNode packet : alert.path("packets")) {
      Path path = files.get(packet.path("file").asText());
      there |= path != null && Files.isReadable(path);
    }
    ObjectNode about = JsonNodeFactory.instance.objectNode().put("state", there ? "file" : "gone");
    about.putObject("cut");
    about.putArray("missing");
    return about;
  }

  private static int copy(Path path, TreeMap<Long, Long> wanted, CaptureWriter writer, String comment) throws IOException {
    int written = 0;
    Map<Integer, Integer> interfaces = new HashMap<>();
    Packet packet = new Packet();
    try (CaptureFile file = CaptureFile.open(path, "")) {
      while (file.next(packet) && packet.index <= wanted.lastKey()) {
        Long at = wanted.get(packet.index);
        if (at != null && at == packet.at) {
          Integer known = interfaces.get(packet.origin);
          int to = known == null ? writer.addInterface(file.origins().get(packet.origin).name(), packet.linkType) : known;
          interfaces.put(packet.origin, to);
          writer.write(to, packet.at, packet.segment, packet.offset, packet.captured, packet.wire, comment);
          written++;
        }
      }
    }
    return written;
  }

  private static long nanos(String time) {
    try {
      Instant at = Instant.parse(time);
      return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      return Long.MIN_VALUE;
    }
  }
}
