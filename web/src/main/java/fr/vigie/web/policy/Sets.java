package fr.vigie.web.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Blobs;
import fr.vigie.inventory.store.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The sets of policy files that were in force, by the journal, and their files by digest. The last entry says what is in force; the files of
 * the last {@link #KEPT} sets are kept. Not safe for use by several threads.
 */
public final class Sets {
  /** The journal's word for a set that came into force. */
  public static final String KIND = "policy.set";
  /** Sets whose files are kept. */
  static final int KEPT = 32;
  /** Of {@link PolicyOf#after}: whoever wrote the set into the journal had no log before it. */
  public static final long UNKNOWN = -1;

  /**
   * A file of a set.
   *
   * @param name its name
   * @param sha256 digest of its octets, by which it is kept
   * @param folder whether it came from the administrator's folder; else from the console
   */
  public record Item(String name, String sha256, boolean folder) {}

  /**
   * A set.
   *
   * @param number from 1, in the order they came into force; 0 is what was before the first
   * @param time when, RFC 3339
   * @param author who put it in force
   * @param cause {@code start}, {@code folder}, {@code console} or {@code rollback}
   * @param what which table or which set, for people
   * @param folder digest of the administrator's folder as it was seen then
   * @param after the last observation of the log that was judged before it, by sequence number; {@link #UNKNOWN} where it came while nothing ran
   * @param files its files
   */
  public record PolicyOf(long number, String time, String author, String cause, String what, String folder, long after, List<Item> files) {
    ObjectNode json() {
      ObjectNode node = Json.object().put("number", number).put("time", time).put("author", author).put("cause", cause).put("what", what);
      ArrayNode all = node.putArray("files");
      files.forEach(f -> all.addObject().put("name", f.name).put("sha256", f.sha256).put("folder", f.folder));
      return node;
    }
  }

  /** What was before the first set. */
  static final PolicyOf NONE = new PolicyOf(0, "", "", "start", "", "", 0, List.of());

  private final Blobs blobs;
  private final List<PolicyOf> all = new ArrayList<>();

  /** The sets that are kept in a folder. */
  public Sets(Path folder) throws IOException {
    blobs = new Blobs(folder);
    all.add(NONE);
  }

  /** Takes an entry of the journal, in its turn. */
  public void replay(Journal.Entry entry) {
    if (!entry.kind().equals(KIND)) {
      return;
    }
    JsonNode b = entry.body();
    List<Item> files = new ArrayList<>();
    b.path("files").forEach(f -> files.add(new Item(f.path("name").asText(), f.path("sha256").asText(), f.path("folder").asBoolean())));
    all.add(new PolicyOf(b.path("number").asLong(), entry.time().toString(), entry.author(), b.path("cause").asText(), b.path("what").asText(), b.path("folder").asText(),
        b.path("after").asLong(UNKNOWN), List.copyOf(files)));
    while (all.size() > KEPT) {
      all.removeFirst();
    }
  }

  /** The set in force. */
  public PolicyOf last() {
    return all.getLast();
  }

  /** The set that was in force before it, or null. */
  public @Nullable PolicyOf previous() {
    return all.size() < 2 ? null : all.get(all.size() - 2);
  }

  /** A kept set, or null. */
  public @Nullable PolicyOf of(long number) {
    return all.stream().filter(s -> s.number() == number).findFirst().orElse(null);
  }

  /** The kept sets, the latest first. */
  public List<PolicyOf> kept() {
    return all.reversed();
  }

  /** The files of a set. */
  public SortedMap<String, byte[]> files(PolicyOf set) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (Item item : set.files()) {
      files.put(item.name(), blobs.get(item.sha256()));
    }
    return files;
  }

  /**
   * Keeps files and writes the set into the journal: it is in force when this returns.
   *
   * @param folder names of the files that came from the administrator's folder
   * @param after see {@link PolicyOf#after}
   */
  public void put(Journal journal, String author, String cause, String what, String digest, SortedMap<String, byte[]> files, Set<String> folder, long after) throws IOException {
    ObjectNode body = Json.object().put("number", last().number() + 1).put("cause", cause).put("what", what).put("folder", digest);
    if (after != UNKNOWN) {
      body.put("after", after);
    }
    ArrayNode list = body.putArray("files");
    for (var f : files.entrySet()) {
      list.addObject().put("name", f.getKey()).put("sha256", blobs.put(f.getValue())).put("folder", folder.contains(f.getKey()));
    }
    Set<String> before = digests();
    replay(journal.append(author, KIND, body));
    before.removeAll(digests());
    for (String gone : before) {
      blobs.delete(gone);
    }
  }

  /** Puts a kept set in force again, by its digests. */
  public void again(Journal journal, String author, PolicyOf set, long after) throws IOException {
    put(journal, author, "rollback", "set " + set.number(), last().folder(), files(set), ofFolder(set), after);
  }

  /** Says of the set in force, which came while nothing ran, what was judged before it. */
  void date(Journal journal, long after) throws IOException {
    PolicyOf set = last();
    put(journal, set.author(), "start", "set " + set.number(), set.folder(), files(set), ofFolder(set), after);
  }

  private static Set<String> ofFolder(PolicyOf set) {
    return set.files().stream().filter(Item::folder).map(Item::name).collect(Collectors.toSet());
  }

  private Set<String> digests() {
    Set<String> digests = new HashSet<>();
    all.forEach(s -> s.files().forEach(f -> digests.add(f.sha256())));
    return digests;
  }
}
