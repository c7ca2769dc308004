package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was learned of the site's normal: how far, line by line, and what people decide of it. Safe for use by several threads; may block on the
 * disk.
 */
public interface Normal {
  /** Classes of behaviour, as the API writes them. */
  Set<String> BEHAVIOURS = Set.of("peers", "operations", "points", "writers", "rhythm", "band", "devices");
  /** Kinds of lines. */
  Set<String> KINDS = Set.of("device", "writer", "writes-to", "supervisor", "reader", "client", "peer", "controller", "unit", "engineer", "operator",
      "notifier", "subscriber", "server", "home", "nature");

  /**
   * Which lines or devices.
   *
   * @param device id of a device, or empty
   * @param behaviour one of {@link #BEHAVIOURS}, or empty
   * @param state {@code learned}, {@code approved} or {@code rejected} of lines, {@code learning} or {@code ended} of devices, or empty
   * @param text what a line or a device contains, any case, or empty
   */
  record Filter(String device, String behaviour, String state, String text, int offset, int limit) {}

  /**
   * A line.
   *
   * @param kind one of {@link #KINDS}
   * @param who who does it, or what it is about; the address as lines show it
   * @param whom to whom, or empty
   * @param what which object, port or value, or empty
   */
  record Line(String kind, String who, String whom, String what) {}

  /** How a decision was taken. */
  enum Taken {
    /** It is in the journal and in force. */
    DONE,
    /** It waits for a second person. */
    WAITS,
    /** It waits already. */
    WAITING,
    /** There is no room for it. */
    FULL
  }

  /** Nothing is learned here. */
  Normal NONE = new Normal() {
    private ObjectNode nothing() {
      ObjectNode node = Reply.JSON.createObjectNode().put("total", 0);
      node.putArray("items");
      return node;
    }

    @Override
    public ObjectNode overview(int days) {
      ObjectNode node = Reply.JSON.createObjectNode().putNull("until").put("days", days);
      node.putArray("behaviours");
      node.putArray("wouldHave");
      return node;
    }

    @Override
    public ObjectNode devices(Filter filter) {
      return nothing();
    }

    @Override
    public ObjectNode lines(Filter filter) {
      return nothing();
    }

    @Override
    public Taken decide(String who, Line line, boolean approve, String comment) {
      return Taken.FULL;
    }

    @Override
    public @Nullable Taken learning(String who, String subject, String behaviour, boolean again, String comment) {
      return null;
    }

    @Override
    public @Nullable String export(boolean site) {
      return null;
    }
  };

  /** How far each class is learned over all devices, and what would have alerted in the last days while it was being learned. */
  ObjectNode overview(int days);

  /** How far each class of each device is learned: {@code {total, items[]}}. */
  ObjectNode devices(Filter filter);

  /** What was learned, line by line: {@code {total, items[]}}. */
  ObjectNode lines(Filter filter);

  /** Approves or rejects a line, known or not. Approving a write waits for a second person. */
  Taken decide(String who, Line line, boolean approve, String comment) throws IOException;

  /**
   * Ends learning of a class of a device, or lets it learn again.
   *
   * @param subject the address as devices show it, empty for the site
   * @return null where nothing is known of it
   */
  @Nullable Taken learning(String who, String subject, String behaviour, boolean again, String comment) throws IOException;

  /**
   * What is known, to be loaded again.
   *
   * @param site as lines of a site file where they say the same; else as the table that {@code --normal} reads
   */
  @Nullable String export(boolean site);
}
