package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetJson;
import fr.vigie.inventory.asset.Bond;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.asset.Proposal;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.past.Past;
import fr.vigie.inventory.past.Picture;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Reviews;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reviews, values by hand and campaigns over the live estate, and the past over the engine behind it. */
final class LiveReviews implements Reviews {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  /** Most devices that a list in an answer names. */
  private static final int LISTED = 1_000;
  private static final int SAMPLE = 5;

  private final LiveEstate estate;
  private final Journal journal;
  private final Decided decided;
  private volatile @Nullable Engine engine;

  LiveReviews(LiveEstate estate, Journal journal, Decided decided) {
    this.estate = estate;
    this.journal = journal;
    this.decided = decided;
  }

  void engine(Engine behind) {
    engine = behind;
  }

  // ---- reviews -------------------------------------------------------------------------------------------------------------------------

  private List<String> chosen(Selection selection) throws IOException, Estate.BadSearch {
    Search search = selection.search();
    return search == null ? new ArrayList<>(new TreeSet<>(selection.ids())) : estate.idsOf(search, MOST + 1);
  }

  @Override
  public ObjectNode preview(Selection selection) throws IOException, Estate.BadSearch {
    List<String> ids = chosen(selection);
    ObjectNode named = estate.roster().named(ids);
    Map<String, Integer> states = new TreeMap<>();
    named.forEach(d -> states.merge(d.path("review").asText(), 1, Integer::sum));
    ObjectNode node = JSON.objectNode().put("count", named.size()).put("most", MOST);
    ObjectNode counts = node.putObject("states");
    states.forEach(counts::put);
    ArrayNode sample = node.putArray("sample");
    ids.stream().filter(named::has).limit(SAMPLE).forEach(id -> sample.add(named.get(id)));
    return node;
  }

  @Override
  public int review(Selection selection, Verdict verdict, int expected) throws IOException, Estate.BadSearch {
    List<String> ids = chosen(selection);
    if (expected >= 0 && estate.roster().named(ids).size() != expected || ids.size() > MOST) {
      return -1;
    }
    ObjectNode said = JSON.objectNode();
    if (!verdict.state().isEmpty()) {
      said.put("state", verdict.state());
    }
    if (verdict.owner() != null) {
      said.put("owner", verdict.owner());
    }
    if (verdict.due() != null) {
      said.put("due", verdict.due());
    }
    int count = estate.decisions().decideAll(verdict.who(), said.isEmpty() ? "asset.comment" : "asset.review", ids, said, verdict.comment());
    if (!verdict.state().isEmpty()) {
      closeWhatIsDone();
    }
    return count;
  }

  @Override
  public @Nullable ObjectNode values(String id, String who, Map<String, String> values, String comment) throws IOException {
    ObjectNode said = JSON.objectNode();
    ObjectNode named = said.putObject("values");
    values.forEach(named::put);
    return estate.decisions().decideAll(who, "asset.values", List.of(id), said, comment) == 0 ? null : estate.asset(id);
  }

  @Override
  public @Nullable ObjectNode changes(String id) throws IOException {
    ObjectNode asset = estate.asset(id);
    if (asset == null) {
      return null;
    }
    ObjectNode since = decided.sinceReview(asset);
    Set<String> peers = new TreeSet<>();
    since.path("changes").forEach(c -> {
      if (c.path("field").asText().equals("peers")) {
        c.path("gained").forEach(p -> peers.add(p.asText()));
        c.path("lost").forEach(p -> peers.add(p.asText()));
      }
    });
    since.set("devices", estate.roster().named(peers));
    return since;
  }

  // ---- campaigns -----------------------------------------------------------------------------------------------------------------------

  @Override
  public ObjectNode campaigns() throws IOException {
    ObjectNode node = JSON.objectNode();
    ArrayNode items = node.putArray("items");
    decided.campaigns().stream().map(this::written)
        .sorted(Comparator.comparing((ObjectNode c) -> c.path("closed").isNull() ? 0 : 1).thenComparing(c -> c.path("due").asText())).forEach(items::add);
    return node.put("late", late());
  }

  /** Devices whose own day has passed and of which nobody has said what they are. */
  private int late() throws IOException {
    try {
      String today = today();
      int late = 0;
      for (String id : estate.idsOf(new Search("due:*", Map.of("review", List.of("new", "to-review")), "", 0, Search.MOST), MOST)) {
        ObjectNode asset = estate.asset(id);
        String due = asset == null ? "" : asset.path("decisions").path("due").asText();
        late += !due.isEmpty() && due.compareTo(today) < 0 ? 1 : 0;
      }
      return late;
    } catch (Estate.BadSearch e) {
      throw new IllegalStateException("the estate's own query", e);
    }
  }

  private String today() {
    return LocalDate.now(ZoneId.of(estate.site().path("tz").asText("UTC"))).toString();
  }

  private ObjectNode written(Campaigns.Campaign c) {
    List<String> left = decided.left(c);
    Set<String> there = new HashSet<>();
    estate.roster().named(c.members()).fieldNames().forEachRemaining(there::add);
    int gone = (int) c.members().stream().filter(id -> !there.contains(id)).count();
    int waiting = (int) left.stream().filter(there::contains).count();
    int total = c.members().size() - gone;
    Campaigns.Closing closed = c.closed();
    ObjectNode node = JSON.objectNode().put("id", c.id()).put("name", c.name()).put("query", c.query()).put("due", c.due());
    c.reviewers().forEach(node.putArray("reviewers")::add);
    node.put("by", c.by()).put("opened", c.opened().toString()).put("total", total).put("done", total - waiting).put("gone", gone)
        .put("late", closed == null && waiting > 0 && c.due().compareTo(today()) < 0);
    if (closed == null) {
      node.putNull("closed");
    } else {
      node.putObject("closed").put("by", closed.by()).put("at", closed.at().toString()).put("comment", closed.comment());
    }
    return node;
  }

  private Campaigns.@Nullable Campaign of(String id) {
    return decided.campaigns().stream().filter(c -> c.id().equals(id)).findFirst().orElse(null);
  }

  @Override
  public @Nullable ObjectNode campaign(String id) {
    Campaigns.Campaign c = of(id);
    if (c == null) {
      return null;
    }
    ObjectNode node = written(c);
    ArrayNode left = node.putArray("left");
    List<String> ids = decided.left(c);
    ObjectNode named = estate.roster().named(ids);
    ids.stream().filter(named::has).limit(LISTED).forEach(d -> left.add(named.get(d)));
    return node;
  }

  @Override
  public @Nullable ObjectNode openCampaign(String who, String name, Selection selection, String due, List<String> reviewers)
      throws IOException, Estate.BadSearch {
    List<String> ids = chosen(selection);
    ObjectNode named = estate.roster().named(ids);
    List<String> members = ids.stream().filter(named::has).limit(MOST).toList();
    if (members.isEmpty() || ids.size() > MOST) {
      return null;
    }
    ObjectNode body = JSON.objectNode().put("id", "c-" + (journal.size() + 1)).put("name", name).put("query", words(selection)).put("due", due);
    reviewers.forEach(body.putArray("reviewers")::add);
    members.forEach(body.putArray("members")::add);
    Journal.Entry entry = journal.append(who, "campaign.open", body);
    estate.decisions().taken(entry, members);
    return campaign(body.path("id").asText());
  }

  /** The selection as a person would type it. */
  private static String words(Selection selection) {
    Search search = selection.search();
    if (search == null) {
      return selection.ids().size() == 1 ? selection.ids().getFirst() : "";
    }
    List<String> parts = new ArrayList<>();
    if (!search.text().isBlank()) {
      parts.add(search.text().strip());
    }
    new TreeMap<>(search.facets()).forEach((field, values) -> parts.add(field + ":" + String.join("|", values)));
    return String.join(" ", parts);
  }

  @Override
  public @Nullable ObjectNode closeCampaign(String id, String who, String comment) throws IOException {
    Campaigns.Campaign c = of(id);
    if (c == null || c.closed() != null) {
      return null;
    }
    close(c, who, comment);
    return campaign(id);
  }

  private void close(Campaigns.Campaign c, String who, String comment) throws IOException {
    ObjectNode body = JSON.objectNode().put("id", c.id());
    if (!comment.isBlank()) {
      body.put("comment", comment);
    }
    estate.decisions().taken(journal.append(who, "campaign.close", body), List.copyOf(c.members()));
  }

  /** A campaign of which nothing is left is closed by the machine, with its own line in the journal. */
  private synchronized void closeWhatIsDone() throws IOException {
    for (Campaigns.Campaign c : decided.campaigns()) {
      if (c.closed() == null && estate.roster().named(decided.left(c)).isEmpty()) {
        close(c, "vigie", "");
      }
    }
  }

  // ---- identity ------------------------------------------------------------------------------------------------------------------------

  @Override
  public ObjectNode identity() {
    ObjectNode node = JSON.objectNode();
    ArrayNode proposals = node.putArray("proposals");
    Engine behind = engine;
    List<Proposal> all = behind == null ? List.of() : behind.with((ledger, past) -> Proposal.of(ledger));
    for (Proposal p : all) {
      ObjectNode one = proposals.addObject().put("merge", p.merge()).put("reason", p.reason()).put("confidence", p.confidence());
      ObjectNode named = estate.roster().named(p.assets());
      ArrayNode devices = one.putArray("devices");
      p.assets().forEach(id -> devices.add(named.has(id) ? named.get(id) : JSON.objectNode().put("id", id).put("name", "").put("address", "").put("kind", "unknown")
          .put("zone", "").put("review", "new")));
      p.leaves().forEach(one.putArray("leaves")::add);
      ArrayNode proofs = one.putArray("proofs");
      p.proofs().forEach(proof -> proofs.addObject().put("device", proof.asset()).put("key", proof.key()).put("trait", proof.trait().wireName())
          .put("value", proof.evidence().value()).put("source", proof.evidence().source()).put("first", Json.time(proof.evidence().first()))
          .put("last", Json.time(proof.evidence().last())));
    }
    ArrayNode done = node.putArray("done");
    for (Identities.Done d : decided.identities()) {
      ObjectNode one = done.addObject().put("seq", d.entry().seq()).put("merge", d.bond().one()).put("by", d.entry().author())
          .put("at", d.entry().time().toString()).put("comment", d.entry().body().path("comment").asText()).put("id", d.entry().body().path("id").asText())
          .put("name", d.entry().body().path("name").asText());
      d.bond().left().forEach(one.putArray("left")::add);
      d.bond().right().forEach(one.putArray("right")::add);
      Journal.Entry undone = d.undone();
      if (undone == null) {
        one.putNull("undone");
      } else {
        one.putObject("undone").put("by", undone.author()).put("at", undone.time().toString());
      }
      if (done.size() == LISTED) {
        break;
      }
    }
    return node;
  }

  @Override
  public @Nullable ObjectNode merge(String id, String other, String who, String comment, boolean preview) throws IOException {
    return bond(preview, who, "asset.merge", comment, ledger -> {
      Asset a = ledger.byId(id);
      Asset b = ledger.byId(other);
      if (a == null || b == null || a == b) {
        return null;
      }
      List<String> left = Bond.anchors(a);
      List<String> right = Bond.anchors(b);
      return left.isEmpty() || right.isEmpty() ? null : new Bond(true, left, right);
    });
  }

  @Override
  public @Nullable ObjectNode split(String id, List<String> keys, String who, String comment, boolean preview) throws IOException {
    return bond(preview, who, "asset.split", comment, ledger -> {
      Asset a = ledger.byId(id);
      if (a == null) {
        return null;
      }
      List<String> own = a.addresses().stream().filter(Asset.Address::current).map(Asset.Address::key).limit(Bond.MOST).toList();
      List<String> leave = own.stream().filter(keys::contains).toList();
      List<String> stay = own.stream().filter(key -> !keys.contains(key)).toList();
      return leave.isEmpty() || stay.isEmpty() || leave.size() != new TreeSet<>(keys).size() ? null : new Bond(false, leave, stay);
    });
  }

  /** What a bond makes of devices, tried on the ledger itself and taken back at once; then, where it is meant, written and left to the engine. */
  private synchronized @Nullable ObjectNode bond(boolean preview, String who, String kind, String comment, Function<Ledger, @Nullable Bond> made)
      throws IOException {
    Engine behind = engine;
    if (behind == null) {
      return null;
    }
    ObjectNode node = JSON.objectNode();
    Bond bond = behind.with((ledger, past) -> {
      Bond b = made.apply(ledger);
      if (b != null) {
        written(node.putArray("before"), ledger, b);
        ledger.bond(b);
        written(node.putArray("after"), ledger, b);
        ledger.loosen(b);
      }
      return b;
    });
    if (bond == null || node.path("before").size() == node.path("after").size()) {
      return null; // nothing would be otherwise
    }
    if (preview) {
      return node.putNull("seq");
    }
    JsonNode remains = node.path(bond.one() ? "after" : "before").path(0);
    ObjectNode body = JSON.objectNode().put("id", remains.path("id").asText()).put("name", remains.path("name").asText());
    body.set("keys", remains.path("keys"));
    bond.left().forEach(body.putArray("left")::add);
    bond.right().forEach(body.putArray("right")::add);
    if (!comment.isBlank()) {
      body.put("comment", comment);
    }
    Journal.Entry entry = journal.append(who, kind, body);
    estate.decisions().taken(entry, List.of(body.path("id").asText()));
    return node.put("seq", entry.seq());
  }

  /** The devices that have one of the addresses, as the machine has them, each once, the oldest first. */
  private static void written(ArrayNode to, Ledger ledger, Bond bond) {
    Set<String> seen = new HashSet<>();
    for (List<String> side : List.of(bond.left(), bond.right())) {
      for (String key : side) {
        Asset a = ledger.byKey(key);
        if (a != null && seen.add(a.id())) {
          to.add(AssetJson.machine(a));
        }
      }
    }
  }

  @Override
  public synchronized boolean undo(long seq, String who, String comment) throws IOException {
    Identities.Done done = decided.identity(seq);
    if (done == null || done.undone() != null) {
      return false;
    }
    ObjectNode body = JSON.objectNode().put("id", done.entry().body().path("id").asText()).put("undoes", seq);
    body.set("keys", done.entry().body().path("keys"));
    body.set("left", done.entry().body().path("left"));
    body.set("right", done.entry().body().path("right"));
    body.put("merge", done.bond().one());
    if (!comment.isBlank()) {
      body.put("comment", comment);
    }
    estate.decisions().taken(journal.append(who, "asset.undo", body), List.of(body.path("id").asText()));
    return true;
  }

  // ---- the past ------------------------------------------------------------------------------------------------------------------------

  private <T> T asked(Function<Past, T> question, T otherwise) {
    Engine behind = engine;
    return behind == null ? otherwise : behind.with((ledger, past) -> question.apply(past));
  }

  private void span(ObjectNode node) {
    long begin = asked(Past::begin, Long.MIN_VALUE);
    node.put("begin", begin == Long.MIN_VALUE ? null : Json.time(begin));
    node.put("now", begin == Long.MIN_VALUE ? null : Json.time(asked(Past::now, begin)));
  }

  @Override
  public ObjectNode past(long at, String words, int offset, int limit) {
    List<Past.Row> all = asked(past -> past.inventory(at), List.of());
    String[] wanted = words.toLowerCase(Locale.ROOT).strip().split("\\s+");
    List<Past.Row> rows = words.isBlank() ? all : all.stream().filter(row -> has(row, wanted)).toList();
    ObjectNode node = JSON.objectNode().put("at", Json.time(at)).put("total", rows.size());
    span(node);
    ArrayNode items = node.putArray("items");
    rows.stream().sorted(Comparator.comparing((Past.Row r) -> r.picture().called(r.id()).toLowerCase(Locale.ROOT)).thenComparing(Past.Row::id))
        .skip(offset).limit(limit).forEach(row -> items.add(written(row, at)));
    return node;
  }

  private static boolean has(Past.Row row, String[] wanted) {
    String text = row.picture().json().toString().toLowerCase(Locale.ROOT) + row.id();
    for (String word : wanted) {
      if (!text.contains(word)) {
        return false;
      }
    }
    return true;
  }

  private ObjectNode written(Past.Row row, long at) {
    Picture p = row.picture();
    ObjectNode node = p.json();
    node.put("id", row.id()).put("called", p.called(row.id())).put("first", Json.time(row.first())).put("last", Json.time(row.last()));
    ObjectNode named = estate.roster().named(List.of(row.id()));
    node.put("today", named.has(row.id()));
    return node.put("review", decided.reviewAt(row.id(), List.of(), Instant.parse(Json.time(at))));
  }

  @Override
  public ObjectNode between(long from, long to) {
    Engine behind = engine;
    Past.@Nullable Changes c = behind == null ? null : behind.with((ledger, past) -> past.between(from, to));
    ObjectNode node = JSON.objectNode().put("from", Json.time(from)).put("to", Json.time(to));
    span(node);
    list(node, "arrived", c == null ? List.of() : c.arrived(), this::brief);
    list(node, "silent", c == null ? List.of() : c.silent(), this::brief);
    list(node, "returned", c == null ? List.of() : c.returned(), this::brief);
    list(node, "merged", c == null ? List.of() : c.merged(), this::brief);
    list(node, "apart", c == null ? List.of() : c.apart(), this::brief);
    list(node, "swapped", c == null ? List.of() : c.swapped(), s -> JSON.objectNode().put("id", s.id()).put("called", s.before().called(s.id()))
        .put("by", s.by()).put("byCalled", s.after().called(s.by())).put("at", s.at()));
    list(node, "changed", c == null ? List.of() : c.changed(), changed -> {
      ObjectNode one = JSON.objectNode().put("id", changed.id()).put("called", changed.after().called(changed.id()));
      ArrayNode differences = one.putArray("changes");
      changed.differences().forEach(d -> differences.add(d.json()));
      return one;
    });
    Set<String> peers = new TreeSet<>();
    node.path("changed").path("items").forEach(one -> one.path("changes").forEach(d -> {
      if (d.path("field").asText().equals("peers")) {
        d.path("gained").forEach(p -> peers.add(p.asText()));
      }
    }));
    node.set("devices", estate.roster().named(peers));
    return node;
  }

  private ObjectNode brief(Past.Row row) {
    return JSON.objectNode().put("id", row.id()).put("called", row.picture().called(row.id())).put("kind", row.picture().kind())
        .put("vendor", row.picture().vendor()).put("model", row.picture().model()).put("zone", row.picture().zone())
        .put("address", row.picture().addresses().isEmpty() ? "" : row.picture().addresses().getFirst())
        .put("first", Json.time(row.first())).put("last", Json.time(row.last()));
  }

  private static <T> void list(ObjectNode to, String name, List<T> all, Function<T, ObjectNode> written) {
    ObjectNode list = to.putObject(name).put("total", all.size());
    ArrayNode items = list.putArray("items");
    all.stream().limit(LISTED).forEach(one -> items.add(written.apply(one)));
  }
}
