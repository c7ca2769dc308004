package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Journal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Imports as the journal has them: a fold of its entries {@link #TAKE} and {@link #BACK}, one a device, each with {@code import}, its {@code part} and {@code of} how
 * many. They are one act: they stand one behind the other, and are in force once the last of them is there. What a crash left of an import, which then nobody was told was
 * taken, is passed over. Safe for use by several threads.
 */
public final class Imported {
  /** Kind of the entries of an import. */
  public static final String TAKE = "asset.import";
  /** Kind of the entries that take an import back. */
  public static final String BACK = "asset.import-undo";

  private final List<Journal.Entry> waiting = new ArrayList<>();
  private final SequencedMap<String, ObjectNode> taken = new LinkedHashMap<>();
  private long cut;

  /** What is in force with this entry: itself; with the last part of an import all of it; nothing while parts are missing. */
  public synchronized List<Journal.Entry> settle(Journal.Entry entry) {
    boolean part = entry.kind().equals(TAKE) || entry.kind().equals(BACK);
    if (!waiting.isEmpty() && (!part || !name(waiting.getFirst()).equals(name(entry)))) {
      cut++;
      waiting.clear();
    }
    if (!part) {
      return List.of(entry);
    }
    waiting.add(entry);
    if (entry.body().path("part").asInt() != waiting.size() || waiting.size() < entry.body().path("of").asInt()) {
      if (entry.body().path("part").asInt() != waiting.size()) {
        cut++;
        waiting.clear();
      }
      return List.of();
    }
    List<Journal.Entry> whole = List.copyOf(waiting);
    waiting.clear();
    note(whole);
    return whole;
  }

  private static String name(Journal.Entry entry) {
    return entry.kind() + ' ' + entry.body().path("import").asText();
  }

  private void note(List<Journal.Entry> whole) {
    Journal.Entry last = whole.getLast();
    String id = last.body().path("import").asText();
    if (last.kind().equals(BACK)) {
      ObjectNode of = taken.get(id);
      if (of != null) {
        of.putObject("undone").put("time", last.time().toString()).put("who", last.author());
      }
      return;
    }
    int values = 0;
    for (Journal.Entry e : whole) {
      values += e.body().path("values").size() + (e.body().has("owner") ? 1 : 0);
    }
    taken.put(id, Json.object().put("id", id).put("time", last.time().toString()).put("who", last.author()).put("file", last.body().path("file").asText())
        .put("sha256", last.body().path("sha256").asText()).put("devices", whole.size()).put("values", values).putNull("undone"));
  }

  /** Imports that were taken, the latest first. */
  public synchronized ArrayNode taken() {
    ArrayNode all = Json.MAPPER.createArrayNode();
    taken.reversed().sequencedValues().forEach(i -> all.add(i.deepCopy()));
    return all;
  }

  /** An import that was taken, or null. */
  synchronized @Nullable JsonNode of(String id) {
    return taken.get(id);
  }

  /** Imports that a crash cut; a counter to show. */
  public synchronized long cut() {
    return cut;
  }
}
