package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * All that the console can ask about the site, and the decisions that people take on it. Documents have the shapes of
 * {@code docs/contracts.md} with what people decided folded in. Safe for use by several threads; may block on the disk.
 */
public interface Estate {
  /** Alerts with their triage state. */
  Found alerts(Search search) throws IOException, BadSearch;

  /** One alert with its timeline, or null. */
  @Nullable ObjectNode alert(String id) throws IOException;

  /** Devices with what was decided of them. */
  Found assets(Search search) throws IOException, BadSearch;

  /**
   * Walks every device that a search finds, in the order of their ids and in one view of the inventory; its page and order are passed over.
   *
   * @throws BadSearch if the search cannot be understood: before the first device
   */
  void eachAsset(Search search, Walk walk) throws IOException, BadSearch;

  /** Takes one document after another. */
  @FunctionalInterface
  interface Walk {
    /** Takes one; it may be kept or changed. */
    void take(ObjectNode document) throws IOException;
  }

  /** One device, or null. */
  @Nullable ObjectNode asset(String id) throws IOException;

  /** Contacts of one device, most recent first. */
  Found contacts(String assetId, int offset, int limit) throws IOException;

  /** Values that one device's points had, most recent first. */
  Found readings(String assetId, int offset, int limit) throws IOException;

  /** Who speaks with whom, and who changes what. */
  Relations relations();

  /** The figures of the first page. */
  ObjectNode overview() throws IOException;

  /** Capture health: counters by name, and findings in words. */
  ObjectNode health();

  /** What the capture carries and fails to deliver: traffic by interface and VLAN, losses, findings with the commands that mend them. */
  ObjectNode capture();

  /** Every counter in the text format of Prometheus. */
  String metrics();

  /** Advisories and the devices they concern. */
  default Advisories advisories() {
    return Advisories.NONE;
  }

  /** Incidents as work. */
  default IncidentDesk incidents() {
    return IncidentDesk.NONE;
  }

  /** What an alert rests on: its rule as it was, values before and after, who else changes them, its incident; null where there is no such alert. */
  default @Nullable ObjectNode explanation(String alert) throws IOException {
    return null;
  }

  /** Exceptions to rules. */
  Exceptions exceptions();

  /** Decisions that wait for a second person. */
  default Approvals approvals() {
    return Approvals.NONE;
  }

  /** What was learned of the site's normal, and how far. */
  default Normal normal() {
    return Normal.NONE;
  }

  /** The site's id, name, time zone and zones. */
  ObjectNode site();

  /**
   * Takes a decision: it is in the journal when this returns.
   *
   * @return the document as it now is, or null where there is no such document
   * @throws IOException when the journal could not be written; then nothing was decided
   */
  @Nullable ObjectNode decide(Decision decision) throws IOException;

  /** What people decide of devices: reviews, values, campaigns, identity; and what devices were. */
  Reviews reviews();

  /** A search that cannot be understood; the message is one sentence, the column counts from 1. */
  final class BadSearch extends Exception {
    private static final long serialVersionUID = 1;
    private final int column;

    /** The message and where. */
    public BadSearch(String message, int column) {
      super(message);
      this.column = column;
    }

    /** Where, from 1. */
    public int column() {
      return column;
    }
  }
}
