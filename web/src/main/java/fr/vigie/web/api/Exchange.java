package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What leaves for other systems, as the console asks for it. Safe for use by several threads; files
 * are written while they are made, so that memory does not grow with the site.
 */
public interface Exchange {
  /** Formats of an inventory: {@code [{id, extension}]}, in the order to show. */
  ArrayNode formats();

  /** Kinds of equipment: {@code [{id, fr, en, care, brick, haystack[]}]}. */
  ArrayNode kinds();

  /**
   * The devices that a search finds, in a format.
   *
   * @return the file, or null where there is no such format
   * @throws Estate.BadSearch if the search cannot be understood: before anything is written
   */
  @Nullable Parcel inventory(String format, Search search) throws IOException, Estate.BadSearch;

  /** What a device was seen to do, as a MUD profile (RFC 8520); null where there is no such device. */
  @Nullable Parcel profile(String id) throws IOException;

  /** The site's conduits as a proposal for a filter, in a format ({@code nftables} or {@code cisco-ios}); null where there is no such format. */
  @Nullable Parcel filter(String format);

  /**
   * A file on its way.
   *
   * @param name file name: what it is, of which site, and of when
   * @param type media type
   */
  record Parcel(String name, String type, Body body) {}

  /** Writes a file. */
  @FunctionalInterface
  interface Body {
    /** Writes all of it; does not close the stream. */
    void write(OutputStream out) throws IOException;
  }
}
