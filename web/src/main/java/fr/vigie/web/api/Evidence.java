package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The packets behind an alert, for those who want to see them with their own tools. */
@FunctionalInterface
public interface Evidence {
  /** No packets are kept. */
  Evidence NONE = alert -> null;

  /**
   * The packets that the alert names, as a pcapng file.
   *
   * @return the file, or null where the packets are no longer there
   */
  byte @Nullable [] pcap(ObjectNode alert) throws IOException;
}
