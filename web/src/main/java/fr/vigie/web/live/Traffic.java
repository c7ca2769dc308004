package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Query;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What devices say to each other, on its way to the indexes: contacts, minutes of points, and acts. The engine lays it down as it is; it becomes
 * documents on the thread that brings it, and of a contact or a point that is told many times between two of its rounds there is one.
 */
final class Traffic {
  /** Contacts and minutes that wait: not yet documents, some 400 octets each. A minute that ends is told of all points within seconds. */
  private static final int MOST_LAID = 1 << 16;

  private final Intake contacts;
  private final Intake readings;
  private final Acts acts;

  Traffic(Indexes indexes, AtomicLong seq) {
    contacts = new Intake(indexes.contacts(), seq, MOST_LAID, false);
    readings = new Intake(indexes.readings(), seq, MOST_LAID, false);
    acts = new Acts(indexes.acts(), seq);
  }

  /** A contact came or changed. */
  void contact(String key, @Nullable String from, @Nullable String to, Supplier<ObjectNode> contact) throws IOException {
    contacts.lay(key, () -> {
      ObjectNode mine = sides(contact.get(), from, to);
      mine.put("packets", mine.path("packetsOut").asLong() + mine.path("packetsBack").asLong());
      return mine.put("bytes", mine.path("bytesOut").asLong() + mine.path("bytesBack").asLong());
    });
  }

  /** A minute of a device's point was closed. */
  void reading(String key, String asset, Supplier<ObjectNode> reading) throws IOException {
    readings.lay(key, () -> reading.get().put("asset", asset));
  }

  /**
   * A device changed something of another. The same of the same to the same point is one document, which counts them and shows the last.
   *
   * @param seq packet of the act, and {@code n} its place there
   * @param again whether it only tells how an act that was counted ended
   * @param value what was written, or null
   */
  void act(String key, @Nullable String from, @Nullable String to, long seq, int n, boolean again, @Nullable Object value, Supplier<ObjectNode> act)
      throws IOException {
    acts.lay(key, from, to, seq, n, again, value, act);
  }

  /** Acts that are in the log and are not shown, since as many others as fit are. */
  long unshown() {
    return acts.unshown();
  }

  /** Documents that found no room, since an index took nothing. */
  long lost() {
    return contacts.lost() + readings.lost() + acts.lost();
  }

  static ObjectNode sides(ObjectNode mine, @Nullable String from, @Nullable String to) {
    mine.remove("assets");
    var assets = mine.putArray("assets");
    if (from != null) {
      mine.put("from", from);
      assets.add(from);
    }
    if (to != null) {
      mine.put("to", to);
      if (!to.equals(from)) {
        assets.add(to);
      }
    }
    return mine;
  }

  /** Brings what waits to the indexes. */
  void bring() throws IOException {
    acts.bring();
    contacts.bring();
    readings.bring();
  }

  /** Makes what came so far visible to searches, unless it was done less than so many milliseconds ago. */
  void show(long stale) throws IOException {
    acts.show(stale);
    contacts.show(stale);
    readings.show(stale);
  }

  /**
   * Lets go of contacts and points, those longest without news first, until there are at most so many of each.
   *
   * @return how many went
   */
  int trim(int most) throws IOException {
    try {
      return contacts.trim("last", most) + readings.trim("to", most);
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("both fields are the estate's own", e);
    }
  }
}
