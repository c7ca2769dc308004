package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.store.Journal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Review campaigns: a fold of the journal's {@code campaign.open} and {@code campaign.close}. A campaign is the devices that its selection
 * found when it was opened; each of them is done once somebody says after that what it is. Not safe for threads: {@link Decided} guards it.
 */
final class Campaigns {
  private final Map<String, Campaign> byId = new LinkedHashMap<>();

  /**
   * One campaign.
   *
   * @param query what was searched, for people to read
   * @param due the last day
   * @param seq its place in the journal: later decisions count
   * @param members ids of the devices
   */
  record Campaign(String id, String name, String query, String due, List<String> reviewers, Set<String> members, String by, Instant opened,
      long seq, @Nullable Closing closed) {}

  /**
   * How it was closed.
   *
   * @param by {@code vigie} where it was done
   */
  record Closing(String by, Instant at, String comment) {}

  void replay(Journal.Entry entry) {
    JsonNode body = entry.body();
    String id = body.path("id").asText();
    Campaign known = byId.get(id);
    if (entry.kind().equals("campaign.open") && known == null) {
      Set<String> members = new LinkedHashSet<>();
      body.path("members").forEach(m -> members.add(m.asText()));
      List<String> reviewers = new ArrayList<>();
      body.path("reviewers").forEach(r -> reviewers.add(r.asText()));
      byId.put(id, new Campaign(id, body.path("name").asText(), body.path("query").asText(), body.path("due").asText(), List.copyOf(reviewers),
          members, entry.author(), entry.time(), entry.seq(), null));
    } else if (entry.kind().equals("campaign.close") && known != null && known.closed == null) {
      byId.put(id, new Campaign(id, known.name, known.query, known.due, known.reviewers, known.members, known.by, known.opened, known.seq,
          new Closing(entry.author(), entry.time(), body.path("comment").asText())));
    }
  }

  List<Campaign> all() {
    return List.copyOf(byId.values());
  }

  @Nullable Campaign of(String id) {
    return byId.get(id);
  }

  /** Open campaigns that have this device. */
  List<Campaign> openWith(String device) {
    List<Campaign> open = new ArrayList<>(0);
    for (Campaign c : byId.values()) {
      if (c.closed == null && c.members.contains(device)) {
        open.add(c);
      }
    }
    return open;
  }
}
