package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The packets behind an alert, for those who want to see them with their own tools. */
public interface Evidence {
  /** No packets are kept. */
  Evidence NONE = alert -> null;

  /**
   * The packets that the alert names, as a pcapng file.
   *
   * @return the file, or null where the packets are no longer there
   */
  byte @Nullable [] pcap(ObjectNode alert) throws IOException;

  /**
   * What that file holds and what it lacks: {@code {state, from, to, taken, found, packets, octets, size, sha256, cut{}, missing[]}}; of
   * these only {@code state}, {@code cut} and {@code missing} are always there. {@code state} is {@code file}: read again from a capture
   * file when asked; {@code kept}; {@code pending}: packets are still to come; {@code unwritten}: the disk takes it not; {@code gone}.
   */
  default ObjectNode about(ObjectNode alert) throws IOException {
    ObjectNode about = JsonNodeFactory.instance.objectNode().put("state", pcap(alert) == null ? "gone" : "file");
    about.putObject("cut");
    about.putArray("missing");
    return about;
  }

  /**
   * The packets that prove the alert as application messages: {@code {items[{time, index, source, target, protocol, operation, fields, cut}], gone,
   * more}}.
   */
  default ObjectNode messages(ObjectNode alert) throws IOException {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.putArray("items");
    return answer.put("gone", true).put("more", false);
  }

  /** What is recorded, and the choice of what is kept whole. */
  default Recording recording() {
    return Recording.NONE;
  }
}
