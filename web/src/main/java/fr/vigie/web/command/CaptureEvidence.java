package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.web.api.Evidence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The packets behind an alert, cut out of the capture file that was played; each carries the alert's identity as its comment. */
final class CaptureEvidence implements Evidence {
  private final Path capture;

  CaptureEvidence(Path capture) {
    this.capture = capture;
  }

  @Override
  public byte @Nullable [] pcap(ObjectNode alert) throws IOException {
    if (!Files.exists(capture)) {
      return null;
    }
    SortedSet<Long> wanted = new TreeSet<>();
    for (JsonNode packet : alert.path("packets")) {
      wanted.add(packet.path("index").asLong(-1));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String comment = "Vigie " + alert.path("rule").path("id").asText() + " " + alert.path("id").asText();
    try (CaptureFile file = CaptureFile.open(capture, "default"); CaptureWriter writer = new CaptureWriter(out, CaptureWriter.Format.PCAPNG)) {
      Map<Integer, Integer> interfaces = new HashMap<>();
      Packet packet = new Packet();
      while (!wanted.isEmpty() && file.next(packet)) {
        if (wanted.remove(packet.index)) {
          Integer known = interfaces.get(packet.origin);
          if (known == null) {
            known = writer.addInterface(file.origins().get(packet.origin).name(), packet.linkType);
            interfaces.put(packet.origin, known);
          }
          writer.write(known, packet.at, packet.segment, packet.offset, packet.captured, packet.wire, comment);
        }
      }
    }
    return out.toByteArray();
  }
}
