package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Compliance reports as the console asks for them. Safe for use by several threads; may take seconds. */
public interface Reports {
  /**
   * What can be chosen: {@code [{id, name{fr,en}, version?, formats[]}]}, in the order to show.
   */
  ArrayNode frameworks();

  /** Reports already made, newest first: {@code [{id, framework, format, language, from, to, made, by, bytes, sha256}]}. */
  ArrayNode made() throws IOException;

  /**
   * Makes and signs a report.
   *
   * @return its line as in {@link #made}
   * @throws IOException when it cannot be made or written; the message is a sentence
   */
  ObjectNode make(Order order) throws IOException;

  /** The file of a report, or null. */
  @Nullable Download file(String id) throws IOException;

  /** The detached signature of a report, or null where the report carries its own. */
  @Nullable Download signature(String id) throws IOException;

  /**
   * Checks a report that somebody brings, with its detached signature where it has one.
   *
   * @return {@code {intact, signedBy, trusted, sentence{fr,en}}}
   */
  ObjectNode verify(byte[] report, byte @Nullable [] signature) throws IOException;

  /**
   * What is asked.
   *
   * @param framework an id of {@link #frameworks}
   * @param format {@code pdf}, {@code csv} or {@code json}
   * @param language {@code fr} or {@code en}
   * @param from RFC 3339, or empty for the beginning
   * @param to RFC 3339, or empty for the end
   * @param by the user's name
   */
  record Order(String framework, String format, String language, String from, String to, String by) {}

  /** A file to give away. */
  record Download(String name, String type, byte[] content) {}
}
