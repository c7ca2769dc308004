package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.asset.Bond;
import fr.vigie.inventory.store.Journal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people decided of identity: a fold of the journal's {@code asset.merge}, {@code asset.split} and {@code asset.undo}. Not safe for
 * threads: {@link Decided} guards it.
 */
public final class Identities {
  private final Map<Long, Done> bySeq = new LinkedHashMap<>();

  /**
   * A merge or a split.
   *
   * @param undone the entry that took it back, or null while it holds
   */
  record Done(Journal.Entry entry, Bond bond, Journal.@Nullable Entry undone) {}

  void replay(Journal.Entry entry) {
    Bond bond = bond(entry);
    if (bond != null) {
      bySeq.put(entry.seq(), new Done(entry, bond, null));
    }
    if (entry.kind().equals("asset.undo")) {
      bySeq.computeIfPresent(entry.body().path("undoes").asLong(), (seq, done) -> done.undone == null ? new Done(done.entry, done.bond, entry) : done);
    }
  }

  /** The bond that an entry makes, or null where it is of another kind, or none that can be. */
  public static @Nullable Bond bond(Journal.Entry entry) {
    if (!entry.kind().equals("asset.merge") && !entry.kind().equals("asset.split")) {
      return null;
    }
    try {
      return new Bond(entry.kind().equals("asset.merge"), texts(entry.body().path("left")), texts(entry.body().path("right")));
    } catch (IllegalArgumentException e) {
      return null; // written by no Vigie: the journal stands, and this line means nothing
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  @Nullable Done of(long seq) {
    return bySeq.get(seq);
  }

  /** The latest first. */
  List<Done> all() {
    return new ArrayList<>(bySeq.values()).reversed();
  }
}
