package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.Bond;
import fr.vigie.inventory.asset.Decision;
import fr.vigie.inventory.asset.Decision.Review;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Owner;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.exchange.Imported;
import fr.vigie.web.live.Identities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What people decided of devices, brought to the ledger and the rules in the journal's order: reviews, values by hand, merges and splits and
 * their undoing. One thread at a time.
 */
final class Rulings {
  private final Road road;
  private final Consumer<AssetChange> changed;
  private final Imported imported = new Imported();
  /** Merges and splits that stand, by their place in the journal. */
  private final Map<Long, Journal.Entry> bonds = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param changed told, under the road's lock, of every device that a merge or a split changes
   */
  Rulings(Road road, Consumer<AssetChange> changed) {
    this.road = road;
    this.changed = changed;
  }

  /** Takes an entry of the journal, of any kind; answers whether devices were merged or split by it. */
  boolean take(Journal.Entry entry) {
    boolean others = false;
    for (Journal.Entry each : imported.settle(entry)) {
      others |= bring(each);
    }
    return others;
  }

  /** Lines of imports that never came to their end, which are passed over. */
  long cut() {
    return imported.cut();
  }

  private boolean bring(Journal.Entry entry) {
    if (!entry.kind().startsWith("asset.")) {
      return false;
    }
    Bond bond = Identities.bond(entry);
    if (bond != null) {
      road.with((ledger, judge) -> {
        ledger.bond(bond).forEach(changed);
        return null;
      });
      bonds.put(entry.seq(), entry);
      return true;
    }
    if (entry.kind().equals("asset.undo")) {
      undo(entry.body().path("undoes").asLong());
      return true;
    }
    decide(entry);
    return false;
  }

  private void undo(long seq) {
    Journal.Entry done = bonds.remove(seq);
    Bond undone = done == null ? null : Identities.bond(done);
    if (undone != null) {
      road.with((ledger, judge) -> {
        ledger.loosen(undone).forEach(changed);
        return null;
      });
    }
  }

  private void decide(Journal.Entry entry) {
    JsonNode body = entry.body();
    List<String> keys = new ArrayList<>();
    body.path("keys").forEach(k -> keys.add(k.asText()));
    Map<String, String> values = new TreeMap<>();
    body.path("values").properties().forEach(v -> values.put(v.getKey(), v.getValue().asText()));
    Review review = review(body.path("state").asText());
    String comment = body.path("comment").asText();
    road.with((ledger, judge) -> {
      Asset asset = ledger.decide(new Decision(Json.nanos(entry.time().toString()), entry.author(), body.path("id").asText(), keys,
          review, body.has("owner") ? Owner.kept(body.path("owner").asText()) : null, comment.isEmpty() ? null : comment, values));
      if (asset != null && review == Review.APPROVED) {
        judge.approve(asset);
      }
      return null;
    });
  }

  private static @Nullable Review review(String name) {
    for (Review each : Review.values()) {
      if (each.wireName().equals(name)) {
        return each;
      }
    }
    return null;
  }
}
