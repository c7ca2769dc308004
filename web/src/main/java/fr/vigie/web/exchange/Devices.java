package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Devices to write, in the order of their ids; may be walked more than once, and gives the same devices each time. */
@FunctionalInterface
public interface Devices {
  /** Hands each of them over, as {@code assets.ndjson} has it with what people decided folded in. */
  void each(Walk walk) throws IOException;

  /** Takes one device. */
  @FunctionalInterface
  interface Walk {
    /** Takes it; the document may be kept or changed. */
    void take(ObjectNode device) throws IOException;
  }
}
