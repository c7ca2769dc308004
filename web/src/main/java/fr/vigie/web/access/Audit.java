package fr.vigie.web.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Where access and decisions are written down: durable when the call returns. The journal is behind it. */
@FunctionalInterface
public interface Audit {
  /**
   * Writes one entry; the answer to the person waits for it.
   *
   * @param kind what happened: {@code access.login}, {@code access.refused}, {@code alert.acknowledge}, {@code asset.review}…
   * @param who the user's name as typed at log-in
   * @param what the rest, never a secret
   * @throws IOException when it could not be written; then it did not happen
   */
  void record(String kind, String who, ObjectNode what) throws IOException;
}
