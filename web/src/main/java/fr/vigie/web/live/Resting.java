package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.exchange.Ballot;
import fr.vigie.web.exchange.Devices;
import fr.vigie.web.exchange.Imported;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ballot of a Vigie that does not run: what it kept of its devices, with what its journal says of them. What is decided goes to the journal, and is shown from the next start
 * on.
 */
public final class Resting implements Ballot {
  private final Devices kept;
  private final Find find;
  private final Decided decided;
  private final @Nullable Journal journal;

  /** Finds a device that was kept. */
  @FunctionalInterface
  public interface Find {
    /** The device with this id, or null. */
    @Nullable ObjectNode device(String id) throws IOException;
  }

  /**
   * Makes it.
   *
   * @param decided the fold of the journal
   * @param journal the journal, open; null where nothing may be decided
   */
  public Resting(Devices kept, Find find, Decided decided, @Nullable Journal journal) {
    this.kept = kept;
    this.find = find;
    this.decided = decided;
    this.journal = journal;
  }

  @Override
  public Devices devices() {
    return walk -> kept.each(device -> {
      if (journal != null) {
        decided.onAsset(device);
      }
      walk.take(device);
    });
  }

  @Override
  public Imported imported() {
    return decided.imported();
  }

  @Override
  public long moment() {
    return decided.folded();
  }

  @Override
  public long next() {
    return journal == null ? 1 : journal.size() + 1;
  }

  @Override
  public boolean take(String who, String kind, List<ObjectNode> said, long asOf) throws IOException {
    if (journal == null || decided.folded() != asOf) {
      return false;
    }
    List<ObjectNode> bodies = new ArrayList<>();
    for (ObjectNode one : said) {
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("id", one.path("id").asText());
      ObjectNode device = find.device(one.path("id").asText());
      if (device != null && device.has("keys")) {
        body.set("keys", device.get("keys"));
      }
      body.setAll(one);
      bodies.add(body);
    }
    journal.appendAll(who, kind, bodies).forEach(decided::replay);
    return true;
  }

  @Override
  public Map<String, Map<String, String>> before(String id) {
    return decided.before(id);
  }
}
