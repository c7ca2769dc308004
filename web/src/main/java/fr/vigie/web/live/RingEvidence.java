package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Blobs;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.Proof;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.record.Excerpt;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.api.Evidence;
import fr.vigie.web.api.Recording;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packets behind alerts, pinned out of the recorder's ring: those of the alert's actors around the packets that it names when it is
 * raised. They are copied once the last of them has come, into a bounded store that outlives the ring; the oldest evidence goes first. Until
 * then a download shows what the ring has so far.
 *
 * <p>Any thread may raise alerts and ask; one thread of its own copies.
 */
public final class RingEvidence implements Evidence, Closeable {
  /** Nanoseconds before and after. */
  static final long AROUND = 30_000_000_000L;

  static final int MOST_PACKETS = 2_000;
  static final long MOST_OCTETS = 4L << 20;

  /** Octets of all evidence that is kept: at least 256 alerts. */
  public static final long STORE = 1L << 30;

  private static final int MOST_WAITING = 10_000;
  /** Accounts of evidence in memory, some 3 KB each, of what is kept and of what was gone: more than there are alerts to look at. */
  private static final int MOST_ACCOUNTS = 1 << 14;
  private static final long PERIOD_MS = 100;
  /** What the kernel may still hold of a packet's time. */
  private static final long LATE = 300_000_000L;
  private static final long FLUSH = 500_000_000L;
  private static final long LAST_FLUSH = 30_000_000_000L;
  private static final Pattern ID = Pattern.compile("al-[a-z2-7]{1,64}");

  private final Recorder recorder;
  private final Recording recording;
  private final Evidence otherwise;
  private final Path folder;
  private final Blobs blobs;
  private final boolean live;
  private final long bound;
  private final Map<String, Pin> waiting = new ConcurrentHashMap<>();
  private final Map<String, ObjectNode> kept = new ConcurrentHashMap<>();
  /** The ids of what is kept by when it was taken, and how many share a blob; the copier's. */
  private final NavigableMap<String, String> byAge = new TreeMap<>();

  private final Map<String, Integer> sharers = new HashMap<>();
  private final AtomicLong held = new AtomicLong();
  private final Map<String, ObjectNode> empty = new ConcurrentHashMap<>();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unwritten = new AtomicLong();
  private final AtomicLong removed = new AtomicLong();
  private final ScheduledExecutorService copier;
  private volatile boolean ended;
  private volatile @Nullable String trouble;

  /** An alert whose packets are still to come or to be copied. */
  private record Pin(Alert alert, Excerpt.Wanted wanted) {}

  /**
   * Opens the store and starts to copy.
   *
   * @param folder of the store alone
   * @param live whether packets come from an interface, so that the clock of this machine is theirs
   * @param bound octets of the store
   * @param otherwise asked for alerts of which the ring has nothing: capture files
   */
  public RingEvidence(Recorder recorder, Recording recording, Path folder, boolean live, long bound, Evidence otherwise) throws IOException {
    this.recorder = recorder;
    this.recording = recording;
    this.otherwise = otherwise;
    this.folder = Files.createDirectories(folder);
    this.live = live;
    this.bound = bound;
    blobs = new Blobs(folder.resolve("packets"));
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".json")).toList()) {
        JsonNode node = Json.MAPPER.readTree(file.toFile());
        if (node instanceof ObjectNode account) {
          keep(name(file), account);
        }
      }
    }
    trim();
    copier = Executors.newSingleThreadScheduledExecutor(work -> Thread.ofPlatform().daemon().name("vigie-evidence").unstarted(work));
    copier.scheduleWithFixedDelay(this::copy, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - ".json".length());
  }

  /** An alert is raised; what it says when it grows changes nothing. */
  public void alert(Alert alert) {
    String id = alert.id();
    if (kept.containsKey(id) || waiting.containsKey(id) || empty.containsKey(id) || !ID.matcher(id).matches()) {
      return;
    }
    if (waiting.size() >= MOST_WAITING) {
      refused.incrementAndGet();
      return;
    }
    waiting.put(id, new Pin(alert, wanted(alert)));
  }

  private static Excerpt.Wanted wanted(Alert alert) {
    long[] moments = new long[alert.packets().size() + 1];
    int n = 0;
    for (Proof proof : alert.packets()) {
      moments[n++] = proof.time();
    }
    moments[n] = alert.first();
    List<Endpoint> whom = alert.whom();
    return new Excerpt.Wanted(List.of(alert.who()), whom, moments, AROUND, MOST_PACKETS, MOST_OCTETS);
  }

  /** No more packets will come: what waits is copied as it is. */
  public void ended() {
    ended = true;
    recorder.flush(LAST_FLUSH);
    copy();
  }

  /** Evidence kept, refused, removed. */
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>();
    all.put("evidence.kept", (long) kept.size());
    all.put("evidence.octets", held.get());
    all.put("evidence.waiting", (long) waiting.size());
    all.put("evidence.copied", taken.get());
    all.put("evidence.refused", refused.get());
    all.put("evidence.unwritten", unwritten.get());
    all.put("evidence.removed", removed.get());
    all.put("evidence.gone", (long) empty.size());
    all.values().removeIf(v -> v == 0);
    return all;
  }

  /** Why evidence could not be stored, or null while it can. */
  public @Nullable String trouble() {
    return trouble;
  }

  // ---- copying

  private synchronized void copy() {
    try {
      boolean last = ended;
      // read before the disk is waited for: what comes due meanwhile may have packets that are not written yet
      long reached = reached();
      List<Map.Entry<String, Pin>> due = waiting.entrySet().stream().filter(e -> last || reached > e.getValue().wanted().to()).toList();
      if (due.isEmpty() || !recorder.flush(FLUSH) && !last) {
        return; // or the disk is behind: what is copied now would lack what is still to be written
      }
      for (Map.Entry<String, Pin> each : due) {
        copy(each.getKey(), each.getValue());
      }
    } catch (RuntimeException e) {
      trouble = e.toString();
      System.getLogger(RingEvidence.class.getName()).log(System.Logger.Level.ERROR, "copying evidence failed", e);
    } catch (Error e) { // the executor would keep it to itself and never come again
      Thread here = Thread.currentThread();
      here.getUncaughtExceptionHandler().uncaughtException(here, e);
    }
  }

  private boolean due(long to) {
    return ended || reached() > to;
  }

  /** The time up to which no packet is still to come, ns: where nothing is heard the wall clock tells, later by what the kernel may hold. */
  private long reached() {
    return live ? Math.max(recorder.now(), System.currentTimeMillis() * 1_000_000L - LATE) : recorder.now();
  }

  private void copy(String id, Pin pin) {
    try {
      Excerpt excerpt = Excerpt.take(recorder, pin.wanted(), proof(id), account -> title(pin.alert(), pin.wanted(), account, false));
      if (excerpt.kept() == 0) {
        if (empty.size() >= MOST_ACCOUNTS) {
          empty.remove(empty.keySet().iterator().next()); // asked again, it is gone all the same
        }
        empty.put(id, account(pin.wanted(), excerpt, "gone"));
        waiting.remove(id);
        return;
      }
      ObjectNode account = account(pin.wanted(), excerpt, "kept").put("sha256", blobs.put(excerpt.pcapng())).put("size", excerpt.pcapng().length)
          .put("taken", Instant.now().toString());
      Path part = folder.resolve(id + ".part");
      Files.write(part, Json.MAPPER.writeValueAsBytes(account));
      Files.move(part, folder.resolve(id + ".json"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      keep(id, account);
      waiting.remove(id);
      taken.incrementAndGet();
      trouble = null;
      trim();
    } catch (IOException e) {
      if (trouble == null) {
        unwritten.incrementAndGet();
      }
      trouble = String.valueOf(e.getMessage()); // tried again: the ring still has it
    }
  }

  private void keep(String id, ObjectNode account) {
    kept.put(id, account);
    byAge.put(age(id, account), id);
    sharers.merge(blob(account), 1, Integer::sum);
    held.addAndGet(size(account));
  }

  /** The oldest evidence goes when there is too much: what is looked at is what goes. */
  private void trim() throws IOException {
    while ((held.get() > bound || byAge.size() > MOST_ACCOUNTS) && !byAge.isEmpty()) {
      String id = byAge.firstEntry().getValue();
      ObjectNode account = kept.get(id);
      Files.deleteIfExists(folder.resolve(id + ".json"));
      byAge.pollFirstEntry();
      if (account == null) {
        continue;
      }
      kept.remove(id);
      held.addAndGet(-size(account));
      removed.incrementAndGet();
      if (sharers.merge(blob(account), -1, Integer::sum) == 0) {
        sharers.remove(blob(account));
        blobs.delete(blob(account));
      }
    }
  }

  private static String age(String id, ObjectNode account) {
    return account.path("taken").asText() + ' ' + id;
  }

  private static String blob(ObjectNode account) {
    return account.path("sha256").asText();
  }

  private static long size(ObjectNode account) {
    return account.path("size").asLong();
  }

  private static String proof(String id) {
    return "at the moment of alert " + id;
  }

  /** What the section's comment says: the alert's identity first, then what is not as it was. */
  private static String title(Alert alert, Excerpt.Wanted wanted, Excerpt account, boolean early) {
    StringBuilder s = new StringBuilder();
    s.append("Vigie alert ").append(alert.id()).append("\nrule ").append(alert.detection().id()).append(" version ").append(alert.detection().version())
        .append(": ").append(alert.detection().en().name()).append("\nraised ").append(Json.time(alert.first())).append("\nfrom ").append(alert.who().key());
    alert.whom().stream().limit(8).forEach(e -> s.append("\nto ").append(e.key()));
    s.append("\npackets ").append(account.kept()).append(" of ").append(account.found()).append(", until ").append(Json.time(wanted.to()));
    if (early) {
      s.append("\nstill to come: this file was asked for before the last packet");
    }
    account.cuts().forEach((why, many) -> s.append("\ncut or overwritten (").append(why).append("): ").append(many));
    for (Excerpt.Missing missing : account.missing()) {
      s.append("\nmissing (").append(missing.reason()).append(")");
      if (missing.packets() >= 0) {
        s.append(": ").append(missing.packets());
      }
      s.append(", ").append(Json.time(missing.from())).append(" to ").append(Json.time(missing.to()));
    }
    return s.toString();
  }

  private static ObjectNode account(Excerpt.Wanted wanted, Excerpt excerpt, String state) {
    long[] moments = wanted.moments();
    long from = Long.MAX_VALUE;
    for (long moment : moments) {
      from = Math.min(from, moment - AROUND);
    }
    ObjectNode o = Json.object().put("state", state).put("from", Json.time(Math.max(0, from))).put("to", Json.time(wanted.to()));
    o.put("found", excerpt.found()).put("packets", excerpt.kept()).put("octets", excerpt.octets());
    ObjectNode cut = o.putObject("cut");
    excerpt.cuts().forEach(cut::put);
    ArrayNode missing = o.putArray("missing");
    Map<String, ObjectNode> same = new LinkedHashMap<>();
    for (Excerpt.Missing m : excerpt.missing()) {
      ObjectNode one = same.get(m.reason());
      if (one == null) {
        one = missing.addObject().put("reason", m.reason()).put("from", Json.time(Math.max(0, m.from()))).put("to", Json.time(m.to()));
        one.put("packets", m.packets() < 0 ? null : m.packets());
        same.put(m.reason(), one);
      } else {
        one.put("to", Json.time(m.to()));
        one.put("packets", m.packets() < 0 || one.path("packets").isNull() ? null : one.path("packets").asLong() + m.packets());
      }
    }
    return o;
  }

  // ---- being asked

  @Override
  public byte @Nullable [] pcap(ObjectNode alert) throws IOException {
    String id = alert.path("id").asText();
    Pin pin = waiting.get(id); // before what is kept: it goes there before it leaves here
    ObjectNode account = kept.get(id);
    if (account != null) {
      return blobs.get(account.path("sha256").asText());
    }
    if (pin != null) {
      recorder.flush(FLUSH);
      Excerpt now = Excerpt.take(recorder, pin.wanted(), proof(id), a -> title(pin.alert(), pin.wanted(), a, true));
      if (now.kept() > 0) {
        return now.pcapng();
      }
    }
    return otherwise.pcap(alert);
  }

  @Override
  public ObjectNode about(ObjectNode alert) throws IOException {
    String id = alert.path("id").asText();
    Pin pin = waiting.get(id); // before what is kept: it goes there before it leaves here
    ObjectNode account = kept.get(id);
    if (account != null) {
      return account.deepCopy();
    }
    if (pin != null) {
      Excerpt now = Excerpt.take(recorder, pin.wanted(), proof(id), a -> "");
      String failing = trouble;
      boolean late = failing != null && due(pin.wanted().to());
      ObjectNode so = account(pin.wanted(), now, late ? "unwritten" : "pending");
      return late ? so.put("trouble", failing) : so;
    }
    ObjectNode elsewhere = otherwise.about(alert);
    ObjectNode nothing = empty.get(id);
    return nothing == null || !elsewhere.path("state").asText().equals("gone") ? elsewhere : nothing.deepCopy();
  }

  @Override
  public Recording recording() {
    return recording;
  }

  /** Stops copying; what waits is found again in the ring at the next start. */
  @Override
  public void close() {
    copier.shutdown();
    try {
      if (!copier.awaitTermination(5, TimeUnit.SECONDS)) {
        copier.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
