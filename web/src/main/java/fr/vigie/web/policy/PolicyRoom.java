package fr.vigie.web.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.terms.Days;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.inventory.terms.Works;
import fr.vigie.inventory.terms.Writers;
import fr.vigie.rules.alert.Ids;
import fr.vigie.rules.session.Finding;
import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.PolicyFiles;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.web.api.Policies;
import fr.vigie.web.exchange.SheetFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The policy of the site while it is watched. A set of files is in force: those of the administrator's folder, and tables that came through the
 * console. A new set is read and compiled as a whole, kept, written into the journal, and only then put in force, between two quanta; whatever
 * is wrong with it, the one before stays. Rules come from the folder alone. Safe for use by several threads.
 */
public final class PolicyRoom implements Policies {
  /** The tables, by the names of their files. */
  public static final List<String> TABLES = List.of("matrix", "writers", "maintenance", "calendar");
  private static final int LISTED = 500;

  /** Who judges. */
  public interface Force {
    /** Puts a policy in force from the next quantum on. */
    void use(PolicySet next);

    /** Rules that were taken out of service, with file and cause. */
    List<ObjectNode> disabled();

    /** Judges what was recorded by two policies. May take minutes. */
    ObjectNode compare(PolicySet before, PolicySet after, long since) throws IOException;

    /** Time of what is being watched, ns UTC. */
    long clock();

    /** The last observation of the log that was judged by the policy in force, by sequence number. */
    long judged();
  }

  private final Journal journal;
  private final Sets sets;
  private final Turns turns;
  private final Ground ground;
  private final long end;
  private final Clock wall;
  private volatile ObjectNode tested = Json.object().put("state", "none");
  private @Nullable Force force;
  private @Nullable String folderName;
  private PolicySet policy;
  private List<Finding> faults = List.of();

  /**
   * Opens it and finds what is in force: the last set of the journal where the folder is as it was then, else the folder's with the tables of the console.
   *
   * @param entries everything in the journal so far
   * @param kept folder for the files of sets
   * @param folder the policy of the administrator's folder as it is now, or the shipped one
   * @param end sequence number of the log's last observation, 0 where there is none
   */
  public PolicyRoom(Journal journal, List<Journal.Entry> entries, Path kept, Ground ground, PolicySet folder, long end, Clock wall) throws IOException {
    this.journal = journal;
    this.ground = ground;
    this.end = end;
    this.wall = wall;
    this.sets = new Sets(kept);
    this.policy = folder;
    entries.forEach(sets::replay);
    Sets.PolicyOf last = sets.last();
    String digest = digest(folder.own());
    if (last.folder().equals(digest) && last.number() > 0) {
      try {
        PolicySet.Loaded loaded = PolicySet.of(sets.files(last), ground);
        PolicySet found = loaded.policy();
        if (found != null) {
          policy = found;
        } else {
          faults = loaded.findings();
        }
        if (last.after() == Sets.UNKNOWN) {
          sets.date(journal, end);
        }
      } catch (IOException e) {
        faults = List.of(new Finding("policy", 0, 0, "l’ensemble en vigueur ne peut plus être lu, le dossier le remplace : " + e.getMessage(),
            "the set in force cannot be read any more, the folder stands in for it: " + e.getMessage()));
      }
    } else if (!folder.own().isEmpty() || last.number() > 0) {
      folder(folder.own(), last.number() == 0 ? "start" : "folder");
    }
    turns = new Turns(sets, ground, policy);
  }

  /** What was in force before, each in its turn, for a fold of the log. */
  public Turns turns() {
    return turns;
  }

  /** Who judges from now on. */
  public synchronized void onForce(Force judging) {
    force = judging;
  }

  /** The folder that is followed, for people. */
  public synchronized void following(@Nullable Path folder) {
    folderName = folder == null ? null : folder.toString();
  }

  /** The policy in force. */
  public synchronized PolicySet policy() {
    return policy;
  }

  /** What is wrong with the last change of the folder; empty where it is in force. */
  public synchronized List<Finding> faults() {
    return faults;
  }

  /** What was in force and since when, as far as it is kept. */
  public synchronized String mark() {
    return sets.kept().stream().map(s -> s.after() + s.files().stream().map(f -> f.name() + f.sha256()).collect(Collectors.joining())).collect(Collectors.joining("\n"));
  }

  /** The administrator's folder has changed: its files, with the tables of the console that it has not itself. Answers what is wrong. */
  public synchronized List<Finding> folder(SortedMap<String, byte[]> files, String cause) throws IOException {
    SortedMap<String, byte[]> all = new TreeMap<>(files);
    Set<String> stems = files.keySet().stream().map(PolicyRoom::stem).collect(Collectors.toSet());
    for (Sets.Item item : sets.last().files()) {
      if (!item.folder() && !stems.contains(stem(item.name()))) {
        all.put(item.name(), sets.files(sets.last()).getOrDefault(item.name(), new byte[0]));
      }
    }
    faults = install(all, files.keySet(), cause, "", "policy folder", digest(files));
    return faults;
  }

  /** What is wrong with the folder before its files were even read. */
  public synchronized void faults(List<Finding> of) {
    faults = of;
  }

  private List<Finding> install(SortedMap<String, byte[]> files, Set<String> folder, String cause, String what, String author, String digest) throws IOException {
    PolicySet.Loaded loaded = PolicySet.of(files, ground);
    PolicySet next = loaded.policy();
    if (next == null) {
      return loaded.findings();
    }
    sets.put(journal, author, cause, what, digest, files, folder, judged());
    enforce(next);
    return List.of();
  }

  /** What is judged between this answer and the change is judged by the set before, and by the new one when the log is folded again: milliseconds. */
  private long judged() {
    Force judging = force;
    return judging == null ? end : judging.judged();
  }

  private void enforce(PolicySet next) {
    policy = next;
    Force judging = force;
    if (judging != null) {
      judging.use(next);
    }
  }

  private static String stem(String name) {
    return name.endsWith(".csv") ? name.substring(0, name.length() - 4) : name.endsWith(".xlsx") ? name.substring(0, name.length() - 5) : name;
  }

  private static String digest(SortedMap<String, byte[]> files) {
    StringBuilder all = new StringBuilder();
    files.forEach((name, octets) -> all.append(name).append(' ').append(Ids.sha256(octets)).append('\n'));
    return files.isEmpty() ? "" : Ids.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  // ---- what is in force ------------------------------------------------------------------------------------------------------------------

  @Override
  public synchronized ObjectNode page() {
    ObjectNode page = Json.object().put("v", 1);
    page.set("set", sets.last().json());
    Sets.PolicyOf before = sets.previous();
    page.set("previous", before == null ? null : before.json());
    ArrayNode kept = page.putArray("kept");
    sets.kept().forEach(s -> kept.add(s.json()));
    page.put("folder", folderName);
    faults(page.putArray("faults"), faults);
    ObjectNode rules = page.putObject("rules").put("count", policy.rules().size());
    ArrayNode own = rules.putArray("own");
    policy.own().keySet().stream().filter(PolicyFiles::code).forEach(own::add);
    ArrayNode disabled = rules.putArray("disabled");
    Force judging = force;
    if (judging != null) {
      judging.disabled().forEach(disabled::add);
    }
    Terms terms = policy.terms(ground.site());
    long now = judging == null || judging.clock() == 0 ? wall.millis() * 1_000_000 : judging.clock();
    PolicyPages.zones(page.putArray("zones"), ground.site());
    PolicyPages.matrix(table(page, "matrix"), terms, ground.site());
    PolicyPages.writers(table(page, "writers"), terms);
    PolicyPages.works(table(page, "maintenance"), terms, now);
    PolicyPages.calendar(table(page, "calendar"), terms, now);
    return page;
  }

  /** Where a table stands and whether the console may change it. */
  private ObjectNode table(ObjectNode page, String stem) {
    Sets.Item item = item(stem);
    return page.putObject(stem).put("file", item == null ? "site.yaml" : item.name()).put("from", item == null ? "site" : item.folder() ? "folder" : "console");
  }

  private Sets.@Nullable Item item(String stem) {
    return sets.last().files().stream().filter(f -> stem(f.name()).equals(stem)).findFirst().orElse(null);
  }

  private static void faults(ArrayNode into, List<Finding> findings) {
    findings.stream().limit(LISTED).forEach(f -> into.addObject().put("file", f.file()).put("line", f.line()).put("column", f.column()).put("fr", f.fr()).put("en", f.message()));
  }

  private static List<List<String>> rows(String table, Terms terms, boolean french) {
    return switch (table) {
      case "matrix" -> terms.matrix().table(french);
      case "writers" -> Writers.table(terms.writers(), french);
      case "maintenance" -> Works.table(terms.works(), terms.calendar(), french);
      default -> Days.table(terms.calendar(), french);
    };
  }

  @Override
  public synchronized byte @Nullable [] table(String table, String format, boolean french) throws IOException {
    if (!TABLES.contains(table)) {
      return null;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<List<String>> rows = rows(table, policy.terms(ground.site()), french);
    if (format.equals("xlsx")) {
      SheetFile.xlsx(table, rows, out);
    } else {
      SheetFile.csv(rows, out);
    }
    return out.toByteArray();
  }

  // ---- tables of the console -------------------------------------------------------------------------------------------------------------

  @Override
  public synchronized @Nullable ObjectNode plan(String table, String name, byte[] content) {
    return TABLES.contains(table) ? plan(table, name, content, draft(table, name, content)) : null;
  }

  /** The files with a table in its place; null where the folder has this table. */
  private @Nullable SortedMap<String, byte[]> draft(String table, String name, byte[] content) {
    Sets.Item item = item(table);
    if (item != null && item.folder()) {
      return null;
    }
    SortedMap<String, byte[]> files = new TreeMap<>(policy.own());
    files.keySet().removeIf(f -> stem(f).equals(table));
    files.put(table + (name.toLowerCase(Locale.ROOT).endsWith(".xlsx") ? ".xlsx" : ".csv"), content);
    return files;
  }

  private ObjectNode plan(String table, String name, byte[] content, @Nullable SortedMap<String, byte[]> files) {
    ObjectNode answer = Json.object().put("table", table).put("file", name.length() > 128 ? name.substring(0, 128) : name).put("sha256", Ids.sha256(content)).put("sound", false);
    ArrayNode found = answer.putArray("faults");
    ArrayNode added = answer.putArray("added");
    ArrayNode removed = answer.putArray("removed");
    answer.put("same", 0).putNull("set");
    if (content.length > MOST_BYTES || files == null) {
      found.addObject().put("file", table).put("line", 0).put("column", 0)
          .put("fr", files == null ? "ce tableau se trouve dans le dossier de l’administrateur ; c’est là qu’il se change" : "plus de 1 Mio")
          .put("en", files == null ? "this table stands in the administrator's folder; it is changed there" : "more than 1 MiB");
      return answer;
    }
    PolicySet.Loaded loaded = PolicySet.of(files, ground);
    faults(found, loaded.findings());
    PolicySet next = loaded.policy();
    if (next != null) {
      List<List<String>> now = rows(table, policy.terms(ground.site()), false);
      List<List<String>> then = rows(table, next.terms(ground.site()), false);
      Set<List<String>> before = new LinkedHashSet<>(now.subList(1, now.size()));
      Set<List<String>> after = new LinkedHashSet<>(then.subList(1, then.size()));
      after.stream().filter(r -> !before.contains(r)).limit(LISTED).forEach(r -> row(added.addArray(), r));
      before.stream().filter(r -> !after.contains(r)).limit(LISTED).forEach(r -> row(removed.addArray(), r));
      answer.put("same", after.stream().filter(before::contains).count()).put("sound", true);
    }
    return answer;
  }

  private static void row(ArrayNode into, List<String> cells) {
    cells.forEach(into::add);
  }

  @Override
  public synchronized @Nullable ObjectNode take(String table, String name, byte[] content, String who) throws IOException {
    if (!TABLES.contains(table)) {
      return null;
    }
    SortedMap<String, byte[]> files = draft(table, name, content);
    ObjectNode answer = plan(table, name, content, files);
    if (files != null && answer.path("sound").asBoolean() && install(files, folderNames(), "console", table, who, sets.last().folder()).isEmpty()) {
      answer.put("set", sets.last().number());
    }
    return answer;
  }

  private Set<String> folderNames() {
    Set<String> names = new HashSet<>();
    sets.last().files().stream().filter(Sets.Item::folder).forEach(f -> names.add(f.name()));
    return names;
  }

  @Override
  public synchronized @Nullable ObjectNode remove(String table, String who) throws IOException {
    Sets.Item item = item(table);
    if (item == null || item.folder()) {
      return null;
    }
    SortedMap<String, byte[]> files = new TreeMap<>(policy.own());
    files.remove(item.name());
    return installed(install(files, folderNames(), "console", table, who, sets.last().folder()));
  }

  private ObjectNode installed(List<Finding> wrong) {
    ObjectNode answer = Json.object();
    faults(answer.putArray("faults"), wrong);
    return wrong.isEmpty() ? answer.put("set", sets.last().number()) : answer.putNull("set");
  }

  // ---- interventions -----------------------------------------------------------------------------------------------------------------------

  @Override
  public synchronized ObjectNode announce(JsonNode work, String who) throws IOException {
    ObjectNode answer = take("maintenance", "maintenance.csv", announced(work), who);
    return answer == null ? Json.object().putNull("set") : answer;
  }

  /** The table of interventions with one more. */
  synchronized byte[] announced(JsonNode work) throws IOException {
    List<List<String>> rows = new ArrayList<>(rows("maintenance", policy.terms(ground.site()), false));
    List<String> row = new ArrayList<>();
    for (String field : List.of("from", "to", "contractor", "devices", "assets", "comment")) {
      row.add(work.path(field).asText().strip());
    }
    rows.add(row);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SheetFile.csv(rows, out);
    return out.toByteArray();
  }

  private ObjectNode works(List<List<String>> rows, String who) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SheetFile.csv(rows, out);
    ObjectNode answer = take("maintenance", "maintenance.csv", out.toByteArray(), who);
    return answer == null ? Json.object().putNull("set") : answer;
  }

  @Override
  public synchronized @Nullable ObjectNode end(int place, long set, String who) throws IOException {
    if (set >= 0 && set != sets.last().number()) {
      ObjectNode stale = Json.object().put("table", "maintenance").put("file", "maintenance.csv").put("sha256", "").put("sound", false).put("same", 0).putNull("set");
      stale.putArray("added");
      stale.putArray("removed");
      stale.putArray("faults").addObject().put("file", "maintenance").put("line", 0).put("column", 0).put("fr", "la politique a changé depuis que cette page l’a montrée ; regardez de nouveau")
          .put("en", "the policy has changed since this page showed it; look again");
      return stale;
    }
    Terms terms = policy.terms(ground.site());
    if (place < 0 || place >= terms.works().size()) {
      return null;
    }
    Force judging = force;
    long now = judging == null || judging.clock() == 0 ? wall.millis() * 1_000_000 : judging.clock();
    now = Math.floorDiv(now, 1_000_000_000L) * 1_000_000_000L;
    List<Maintenance> works = new ArrayList<>(terms.works());
    Maintenance m = works.get(place);
    if (m.from() >= now) {
      works.remove(place);
    } else {
      works.set(place, new Maintenance(m.from(), Math.min(m.to(), now), m.who(), m.whom(), m.contractor(), m.comment(), m.line()));
    }
    return works(Works.table(works, terms.calendar(), false), who);
  }

  // ---- what a change lets pass that was told before ----------------------------------------------------------------------------------------

  /** Number of the set in force. */
  synchronized long number() {
    return sets.last().number();
  }

  /** The number of the set that a person means who goes back, 0 where there is none. */
  synchronized long earlier(long number) {
    Sets.PolicyOf set = number < 0 ? sets.previous() : sets.of(number);
    return set == null ? 0 : set.number();
  }

  /** See {@link Looser}: of a table in its place. */
  synchronized List<String> looser(String table, String name, byte[] content) {
    SortedMap<String, byte[]> files = draft(table, name, content);
    return files == null ? List.of() : looser(files);
  }

  /** The same of taking the console's table away. */
  synchronized List<String> looserWithout(String table) {
    Sets.Item item = item(table);
    if (item == null || item.folder()) {
      return List.of();
    }
    SortedMap<String, byte[]> files = new TreeMap<>(policy.own());
    files.remove(item.name());
    return looser(files);
  }

  /** The same of going back to a set. */
  synchronized List<String> looserAt(long number) throws IOException {
    Sets.PolicyOf set = number < 0 ? sets.previous() : sets.of(number);
    return set == null ? List.of() : looser(sets.files(set));
  }

  private List<String> looser(SortedMap<String, byte[]> files) {
    PolicySet next = PolicySet.of(files, ground).policy();
    return next == null ? List.of() : Looser.lines(policy, next, ground.site());
  }

  /** What two persons wanted was not brought about: another set had come in between. */
  synchronized void late() {
    faults = List.of(new Finding("policy", 0, 0, "ce qui vient d’être approuvé n’est pas en vigueur : un autre jeu l’est devenu entre-temps ; demandez-le de nouveau",
        "what was approved just now is not in force: another set came in between; ask for it again"));
  }

  // ---- sets before, and the past -----------------------------------------------------------------------------------------------------------

  @Override
  public synchronized @Nullable ObjectNode rollback(long number, String who) throws IOException {
    Sets.PolicyOf set = number < 0 ? sets.previous() : sets.of(number);
    if (set == null) {
      return null;
    }
    PolicySet.Loaded loaded = PolicySet.of(sets.files(set), ground);
    PolicySet next = loaded.policy();
    if (next != null) {
      sets.again(journal, who, set, judged());
      enforce(next);
    }
    return installed(loaded.findings());
  }

  @Override
  public @Nullable ObjectNode backtest(String table, String name, byte[] content, String since) {
    PolicySet now;
    PolicySet.Loaded loaded;
    ObjectNode answer = Json.object();
    synchronized (this) {
      SortedMap<String, byte[]> files = TABLES.contains(table) ? draft(table, name, content) : null;
      if (files == null) {
        return null;
      }
      now = policy;
      loaded = PolicySet.of(files, ground);
    }
    PolicySet draft = loaded.policy();
    faults(answer.putArray("faults"), loaded.findings());
    long from;
    try {
      from = since.isEmpty() ? Long.MIN_VALUE : Json.nanos(since);
    } catch (DateTimeException e) {
      return answer.put("state", "failed").put("why", "since is no time");
    }
    Force judging = force;
    if (draft == null || judging == null) {
      return answer.put("state", "failed");
    }
    synchronized (this) {
      if (tested.path("state").asText().equals("running")) {
        return answer.put("state", "busy");
      }
      tested = Json.object().put("state", "running");
    }
    Thread.ofPlatform().daemon().name("vigie-backtest").priority(Thread.MIN_PRIORITY).start(() -> {
      ObjectNode done = Json.object();
      try {
        done.put("state", "done").set("result", judging.compare(now, draft, from));
      } catch (IOException | RuntimeException e) {
        done.put("state", "failed").put("why", String.valueOf(e.getMessage()));
      } finally {
        tested = done.has("state") ? done : done.put("state", "failed").put("why", "it ended before its time"); // memory may have been used up
      }
    });
    return answer.put("state", "running");
  }

  @Override
  public ObjectNode backtested() {
    return tested.deepCopy();
  }
}
