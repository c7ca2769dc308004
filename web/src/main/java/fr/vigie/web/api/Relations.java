package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Who speaks with whom, and who changes what: what the map, the list of contacts and a device's neighbours are made of. */
public interface Relations {
  /** Contacts between devices, most recent first. */
  Found contacts(Search search) throws IOException, Estate.BadSearch;

  /** What devices changed on others, a document for each point of each pair, most recent first. */
  Found acts(Search search) throws IOException, Estate.BadSearch;

  /**
   * Zones, their devices, and what passes between devices.
   *
   * @param devices query of devices; blank for all
   * @param contacts query of contacts; blank for all
   */
  ObjectNode map(String devices, String contacts) throws IOException, Estate.BadSearch;

  /** The neighbours of one device by protocol, and what it changes and who changes it; null where there is no such device. */
  @Nullable ObjectNode of(String asset) throws IOException;
}
