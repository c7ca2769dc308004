package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.AssetJson;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.past.Past;
import fr.vigie.inventory.past.Picture;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.store.Log;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertJson;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Codec;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.record.RecordOptions;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.access.OwnerFile;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Evidence;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Search;
import fr.vigie.web.capture.CaptureJson;
import fr.vigie.web.capture.Exposition;
import fr.vigie.web.exchange.ExchangeRoom;
import fr.vigie.web.exchange.ImportRoom;
import fr.vigie.web.export.Observations;
import fr.vigie.web.live.AdvisoryDesk;
import fr.vigie.web.live.Broadcast;
import fr.vigie.web.live.Decided;
import fr.vigie.web.live.Engine;
import fr.vigie.web.live.Indexes;
import fr.vigie.web.live.KeepChoice;
import fr.vigie.web.live.LiveEstate;
import fr.vigie.web.live.LiveNormal;
import fr.vigie.web.live.Mind;
import fr.vigie.web.live.RingEvidence;
import fr.vigie.web.live.RuleShelf;
import fr.vigie.web.policy.Backtest;
import fr.vigie.web.policy.PolicyDesk;
import fr.vigie.web.policy.PolicyRoom;
import fr.vigie.web.policy.Turns;
import fr.vigie.web.report.Facts;
import fr.vigie.web.report.ReportRoom;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Vigie as it serves: the road, the log it can be restored from, the journal of what people decided, the estate, the console. Opened on a
 * data folder; whatever was logged there before is folded again before anything new, so a restart finds everything.
 *
 * <p>State is made in one way only: by folding the log. So that nobody waits for it, the indexes that the last run committed are shown
 * meanwhile where they can be believed ({@link Kept}); what is heard meanwhile goes into the log and is folded from there in its turn; and
 * what the indexes had otherwise than the fold is mended at its end, and counted.
 *
 * <p>Threads: the sensor's thread folds observations, after the restorer's; one thread of its own syncs the log each second and brings
 * decisions to the ledger, another fills the indexes of what devices say to each other; the console has its own. Locks are taken in the order log, road, estate.
 */
final class Service implements Sink, Closeable {
  private static final long SEGMENT = 64L << 20;
  private static final long QUANTUM_NS = 100_000_000L;
  /** Free octets of the disk from which on an index that a full disk broke is opened anew. */
  private static final long ROOM = 64L << 20;
  /** Without a failure for so long, what could not be stored can be again, ns. */
  private static final long CALM_NS = 2_000_000_000L;
  private static final long FLUSH_NS = 1_000_000_000L;
  /** What changes a device or a point of it: shown as who does what to what. */
  private static final Set<Verb> CHANGES = EnumSet.of(Verb.WRITE, Verb.RELINQUISH, Verb.CREATE, Verb.DELETE, Verb.COMMAND, Verb.DISABLE, Verb.ENABLE,
      Verb.RESTART, Verb.SET_TIME, Verb.CONFIGURE, Verb.DOWNLOAD);
  private static final long LOG_BYTES = 4L << 30;
  /** How often the indexes are made durable, ns: what a start can show is at most this much older than the log. */
  private static final long COMMIT_NS = 10_000_000_000L;
  /** How often the folder of advisories is looked at, s. */
  private static final long ADVISORIES_S = 10;
  /** Documents that are compared under one lock of the road at the end of a restore. */
  private static final int AT_ONCE = 200;

  private final Path data;
  private final Site site;
  private final Log log;
  private final Journal journal;
  private final Indexes indexes;
  private final LiveEstate estate;
  private final RuleShelf shelf;
  private final AdvisoryDesk advisories;
  private final Broadcast broadcast = new Broadcast();
  private final ReportRoom reports;
  private final Road road;
  private final LiveNormal normal;
  private final Past past;
  private final Bounds bounds;
  private final Codec codec;
  private final ConcurrentLinkedQueue<Journal.Entry> decisions = new ConcurrentLinkedQueue<>();
  private final Set<String> dirty = new LinkedHashSet<>();
  /** One thread at a time: the restorer's, then the housekeeper's. */
  private final Rulings rulings;
  private final ScheduledExecutorService housekeeper;
  private final ScheduledExecutorService indexer;
  private final ScheduledExecutorService librarian;
  private volatile List<Origin> origins = List.of();
  private volatile @Nullable Sensor sensor;
  private volatile @Nullable Heartbeat heartbeat;
  private volatile String state = "waiting";
  private volatile @Nullable String fault;
  private volatile long failed;
  private volatile @Nullable String broken;
  private volatile @Nullable FollowedPolicy followed;
  private final PolicyRoom policies;
  private final PolicyDesk desk;
  private final Turns turns;
  private long judged;
  private final Path originsFile;
  private final @Nullable Thread restorer;
  private final CountDownLatch whole = new CountDownLatch(1);
  private final SortedMap<String, Long> restart = new ConcurrentSkipListMap<>();
  private volatile @Nullable Stamp restored;
  /** Up to this sequence number the indexes that were kept show contacts and readings already; 0 where none were believed. */
  private long shown;
  private volatile boolean restoring = true;
  private volatile boolean closing;
  private volatile long folded;
  private volatile String mark;
  private long committed = System.nanoTime();
  private volatile boolean live;
  private long flushed;
  private @Nullable Console console;
  private volatile @Nullable Recorder recorder;
  private volatile @Nullable RingEvidence pins;
  private volatile @Nullable KeepChoice keep;

  /**
   * Opens everything but the console, and folds the log: at once, or behind the back of whoever looks at indexes that can be believed.
   *
   * @param data folder of this service alone; made with mode 0700
   * @param bounds how much is kept
   * @param expectation digest of all that decides, beside the log, what the estate says: site, policy, program
   * @throws IOException when the folder cannot be used, is in use, or its journal is broken
   */
  Service(Path data, @Nullable Site given, Bounds bounds, PolicySet policy, Judge.Options options, String expectation) throws IOException {
    this.data = data;
    this.bounds = bounds;
    codec = new Codec(new Endpoints(bounds.addresses()));
    OwnerFile.folder(data);
    site = given == null ? Site.EMPTY : given;
    Decided decided = new Decided();
    journal = Journal.open(data.resolve("journal.ndjson"), decided::replay);
    log = Log.open(data.resolve("log"), SEGMENT);
    originsFile = data.resolve("origins.json");
    List<Journal.Entry> before = journal.entries();
    policies = new PolicyRoom(journal, before, data.resolve("policy"), Setting.ground(given), policy, log.last(), Clock.systemUTC());
    turns = policies.turns();
    Kept kept = Kept.open(data, log.last(), expectation + policies.mark());
    indexes = kept.indexes();
    mark = kept.mark();
    shown = kept.shown();
    origins = kept.origins();
    restart.put("restart.indexes_believed", shown > 0 ? 1L : 0L);
    restart.put("restart.indexes_refused", kept.doubt().isEmpty() ? 0L : 1L);
    estate = new LiveEstate(indexes, journal, decided, broadcast, LiveEstate.describe(site), false);
    estate.onMetrics(this::metrics);
    advisories = new AdvisoryDesk(journal, Home.advisories(data), true, LiveEstate.describe(site), Main.VERSION, Clock.systemUTC());
    advisories.origins(i -> i < origins.size() ? origins.get(i) : null);
    estate.onAdvisories(advisories);
    estate.onDecision(decisions::add);
    shelf = new RuleShelf(data.resolve("rules"));
    shelf.keep(policies.policy());
    estate.onRules(shelf);
    road = new Road(given, bounds, turns.first(), options, i -> i < origins.size() ? origins.get(i) : null, this::told, new Road.Listener() {
      @Override
      public void alert(Alert alert) {
        if (restoring) {
          return; // all are brought at the end
        }
        RingEvidence ring = pins;
        if (ring != null) {
          ring.alert(alert);
        }
        for (String id : alert.assets()) { // the devices it names first: their zones are part of what is shown
          if (dirty.remove(id)) {
            bring(id);
          }
        }
        guard(() -> estate.onAlert(AlertJson.live(alert)));
      }

      @Override
      public void asset(AssetChange change) {
        changed(change);
      }
    });
    past = road.with((ledger, judge) -> new Past(ledger));
    rulings = new Rulings(road, this::changed);
    estate.onEngine(new Engine() {
      @Override
      public <T> T with(BiFunction<Ledger, Past, T> work) {
        return road.with((ledger, judge) -> work.apply(ledger, past));
      }
    });
    normal = new LiveNormal(journal, estate.approvals(), new Mind() {
      @Override
      public <T> T with(BiFunction<Ledger, Judge, T> work) {
        return road.with(work);
      }

      @Override
      public void candidates(Consumer<ObjectNode> taker) {
        road.learned(candidate -> taker.accept(AlertJson.write(candidate)));
      }
    }, options.learnUntil(), broadcast::desk);
    estate.onNormal(normal);
    reports = new ReportRoom(this::facts, data.resolve("report"));
    policies.onForce(new Forced(options));
    desk = new PolicyDesk(policies, estate.approvals());
    if (shown > 0) {
      state = "restoring";
      restorer = Thread.ofPlatform().daemon().name("vigie-restorer").unstarted(() -> behind(before));
    } else {
      restorer = null;
      restore(before);
    }
    housekeeper = Executors.newSingleThreadScheduledExecutor(work -> Thread.ofPlatform().daemon().name("vigie-housekeeper").unstarted(work));
    housekeeper.scheduleWithFixedDelay(this::house, 200, 200, TimeUnit.MILLISECONDS);
    indexer = Executors.newSingleThreadScheduledExecutor(work -> Thread.ofPlatform().daemon().name("vigie-indexer").unstarted(work));
    indexer.scheduleWithFixedDelay(this::index, 500, 500, TimeUnit.MILLISECONDS);
    librarian = Executors.newSingleThreadScheduledExecutor(work -> Thread.ofPlatform().daemon().name("vigie-advisories").unstarted(work));
  }

  private void judge(Observation o) {
    road.with((ledger, judge) -> {
      past.before(o);
      normal.before(judge, o.at());
      if (!turns.done()) {
        turn(judge, o.seq());
      }
      road.accept(o);
      judged = o.seq();
      return null;
    });
  }

  private void turn(Judge judge, long seq) {
    PolicySet next = turns.before(seq);
    if (next != null) {
      judge.use(next);
      guard(() -> shelf.keep(next));
    }
  }

  private void changed(AssetChange change) {
    dirty.add(change.asset().id());
    past.changed(change);
    if (change.kind() == AssetChange.Kind.MERGED && change.before() != null) {
      dirty.add(change.before()); // it may have been shown by an earlier flush
      estate.merged(change.before(), change.asset().id());
    }
  }

  // ---- the log -------------------------------------------------------------------------------------------------------------------------

  /** Restores on a thread of its own, while indexes that were kept are looked at. */
  private void behind(List<Journal.Entry> decided) {
    try {
      estate.recall();
      restore(decided);
    } catch (IOException | RuntimeException e) {
      if (!closing) {
        broken = String.valueOf(e.getMessage());
        System.err.println("vigie: the log could not be folded to its end (" + broken + "); what is heard from now on is judged without what comes after that");
      }
      restoring = false;
      whole.countDown();
    }
  }

  /** Folds the log to its end, where nobody can append any more, and from there on whoever appends folds. */
  private void restore(List<Journal.Entry> decided) throws IOException {
    Refold refold = new Refold();
    log.readFrom(0, refold);
    refold.again();
    synchronized (log) {
      refold.again();
      Stamp last = restored;
      if (last != null) {
        road.quantum(last.seq(), last.at());
      }
      restoring = false;
    }
    road.with((ledger, judge) -> {
      normal.settle(judge);
      turn(judge, Long.MAX_VALUE);
      return null;
    });
    decided.forEach(this::again);
    if (restored != null) {
      settle();
      state = live ? "watching" : "restored";
    }
    whole.countDown();
  }

  /** The fold of the log from where it came to. */
  private final class Refold implements Log.Reader {
    private final Codec reader = new Codec(new Endpoints(bounds.addresses()));
    private long quantum = Long.MIN_VALUE;

    /** Reads what was appended meanwhile. */
    void again() throws IOException {
      Stamp done = restored;
      if (done != null) {
        log.readFrom(done.seq(), this);
      }
    }

    @Override
    public void record(long seq, long at, ByteBuffer payload) throws IOException {
      if (closing) {
        throw new IOException("closed meanwhile");
      }
      if (payload.get(payload.position()) == 0) {
        List<Origin> table = LoggedOrigin.read(payload, origins);
        if (shown == 0 || table.size() > origins.size()) {
          origins = table;
        }
        return;
      }
      Observation o = reader.read(payload);
      Stamp done = restored;
      if (done != null && o.stamp().compareTo(done) <= 0) {
        return;
      }
      if (o.at() - quantum > QUANTUM_NS) {
        road.quantum(o.seq() - 1, o.at());
        quantum = o.at();
      }
      judge(o);
      restored = o.stamp();
      folded = o.seq();
    }
  }

  /** Brings the estate to what the fold says, a few devices at a time, so that what is heard meanwhile is not held up. */
  private void settle() {
    List<String> ids = road.with((ledger, judge) -> {
      dirty.clear();
      return ledger.assets().stream().map(Asset::id).toList();
    });
    long[] mended = {0};
    for (int from = 0; from < ids.size() && !closing; from += AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + AT_ONCE));
      road.with((ledger, judge) -> {
        for (String id : some) {
          Asset asset = ledger.byId(id);
          if (asset != null && asset.id().equals(id)) {
            guard(() -> mended[0] += estate.settleAsset(document(asset)) ? 1 : 0);
          }
        }
        return null;
      });
    }
    road.with((ledger, judge) -> {
      Set<String> now = ledger.assets().stream().map(Asset::id).collect(Collectors.toSet());
      for (String gone : estate.othersThan(now)) {
        guard(() -> estate.onAssetGone(gone));
        mended[0]++;
      }
      Set<String> alerts = new HashSet<>();
      estate.beginIncidents();
      road.liveAlerts(alert -> {
        alerts.add(alert.path("id").asText());
        guard(() -> mended[0] += estate.settleAlert(alert) ? 1 : 0);
      });
      guard(() -> mended[0] += estate.forgetAlertsBut(alerts));
      guard(estate::endIncidents);
      return null;
    });
    RingEvidence ring = pins;
    if (ring != null) {
      road.eachAlert(ring::alert);
    }
    restart.put("restart.documents_mended", shown > 0 ? mended[0] : 0L);
  }

  @Override
  public void accept(Observation observation) {
    Stamp done = restored;
    if (!live && done != null && observation.stamp().compareTo(done) <= 0) {
      return; // folded from the log already: the same capture is being played again
    }
    synchronized (log) {
      guard(() -> log.append(observation.seq(), observation.at(), codec.write(observation)));
      if (restoring) {
        return; // the restorer comes to it
      }
    }
    judge(observation);
    folded = observation.seq();
  }

  @Override
  public void quantum(long seq, long at) {
    Stamp done = restored;
    if (!live && done != null && seq <= done.seq()) {
      return;
    }
    if (restoring) {
      return; // the restorer makes its own
    }
    road.quantum(seq, at);
    if (System.nanoTime() - flushed > FLUSH_NS) {
      flush(false);
    }
  }

  /** What the road passes on after judging. */
  private void told(Observation o) {
    dirty.addAll(past.accept(o));
    if (o.seq() <= shown) {
      return; // the indexes that were kept have it
    }
    switch (o) {
      case Contact c -> guard(() -> estate.onContact(
          c.who().key() + ">" + c.whom().key() + ">" + c.protocol() + ">" + c.transport() + c.port(), asset(c.who()), asset(c.whom()), () -> Observations.contact(c)));
      case Act a when CHANGES.contains(a.verb()) -> guard(() -> {
        Point point = a.point();
        estate.onAct(a.who().key() + ">" + a.whom().key() + ">" + a.operation() + ">" + (point == null ? "" : point.text()), asset(a.who()), asset(a.whom()),
            a.seq(), a.n(), !a.request(), a.value(), () -> Observations.act(a));
      });
      case Reading r -> guard(() -> {
        String owner = asset(r.who());
        if (owner != null) {
          estate.onReading(r.who().key() + ">" + r.point().text(), owner, () -> Observations.reading(r));
        }
      });
      default -> { }
    }
  }

  /** The device as the machine has it, with its picture; what people decided is laid over it by the estate. */
  private ObjectNode document(Asset asset) {
    ObjectNode document = AssetJson.machine(asset);
    document.set("picture", Picture.of(asset, past.relations()).json());
    return document;
  }

  private @Nullable String asset(Endpoint endpoint) {
    return road.with((ledger, judge) -> {
      Asset asset = ledger.assetOf(endpoint);
      return asset == null ? null : asset.id();
    });
  }

  /** Follows a folder of rules from here on; see {@link FollowedPolicy}. */
  void follow(@Nullable Path folder) {
    policies.following(folder);
    followed = folder == null ? null : new FollowedPolicy(policies, folder);
  }

  /** Does what {@code ./vigie policy rollback} asked for while this one runs. */
  private void heed() {
    try {
      PolicyWish wish = PolicyWish.take(data);
      if (wish != null) {
        wish.answer(data, policies.rollback(wish.number(), wish.who()));
      }
    } catch (IOException e) {
      System.err.println("vigie: what was asked about the policy could not be done: " + e.getMessage());
    }
  }

  /** The hand of the policy on what judges here. */
  private final class Forced implements PolicyRoom.Force {
    private final Judge.Options options;

    Forced(Judge.Options options) {
      this.options = options;
    }

    @Override
    public void use(PolicySet next) {
      mark = ""; // what is shown comes of more sets than it says: the next start believes none of it
      road.with((ledger, judge) -> {
        if (restoring || !turns.done()) {
          turns.later(log.last(), next);
        } else {
          judge.use(next);
        }
        return null;
      });
      guard(() -> shelf.keep(next));
    }

    @Override
    public List<ObjectNode> disabled() {
      return road.disabled().stream().map(d -> Json.object().put("rule", d.rule()).put("file", d.file()).put("cause", d.cause()).put("time", Json.time(d.at()))).toList();
    }

    @Override
    public ObjectNode compare(PolicySet was, PolicySet is, long since) throws IOException {
      return new Backtest(site, options.telling(change -> { }), new Backtest.Room(bounds.devices(), bounds.addresses(), bounds.alerts()), Home.knowledge(), () -> closing)
          .compare(Backtest.log(reader -> log.readFrom(0, reader), bounds.addresses()), was, is, since);
    }

    @Override
    public long clock() {
      return live ? 0 : road.clock();
    }

    @Override
    public long judged() {
      return road.with((ledger, judge) -> restoring ? log.last() : judged);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** A full disk must not stop the watch: the first failure is told once and shown as a finding until nothing has failed for a while. */
  private void guard(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      if (fault == null) {
        System.err.println("vigie: what the network says cannot be stored (" + e.getMessage() + "); watching goes on, free disk space");
      }
      fault = String.valueOf(e.getMessage());
      failed = System.nanoTime();
    }
  }

  /** What a full disk broke is opened anew once there is room, and filled with what is known; the next start folds the whole log. */
  private void mend() throws IOException {
    if (Files.getFileStore(data).getUsableSpace() >= ROOM && estate.mend()) {
      mark = "";
      restart.merge("console.indexes_mended", 1L, Long::sum);
      flush(true);
    }
    if (fault != null && System.nanoTime() - failed > CALM_NS) {
      fault = null;
      System.err.println("vigie: what the network says can be stored again");
    }
  }

  /** Brings changed devices to the estate, under the road's lock: two threads that bring the same device bring it in order. */
  private void flush(boolean all) {
    flushed = System.nanoTime();
    road.with((ledger, judge) -> {
      if (all) {
        ledger.assets().forEach(a -> dirty.add(a.id()));
      }
      dirty.forEach(this::bring);
      dirty.clear();
      if (all) {
        road.liveAlerts(alert -> guard(() -> estate.onAlert(alert)));
      }
      return null;
    });
  }

  private void bring(String id) {
    road.with((ledger, judge) -> {
      Asset asset = ledger.byId(id);
      if (asset == null || !asset.id().equals(id)) {
        guard(() -> estate.onAssetGone(id));
      }
      if (asset != null) {
        guard(() -> estate.onAsset(document(asset)));
      }
      return null;
    });
  }

  // ---- playing and watching ------------------------------------------------------------------------------------------------------------

  /**
   * Folds a source to its end, on the calling thread.
   *
   * @param progress told the packets read so far
   */
  void play(PacketSource source, Sensor with, String during, String after, Sensor.Progress progress) throws IOException {
    sensor = with;
    if (live) {
      fold();
    } else {
      settled();
    }
    state = restoring ? "restoring" : during;
    int[] logged = {0};
    with.run(source, new Sink() {
      @Override
      public void accept(Observation observation) {
        if (observation.stamp().origin() >= logged[0]) {
          origins = List.copyOf(source.origins());
          logged[0] = origins.size();
          if (live || restored == null || observation.stamp().compareTo(restored) > 0) {
            guard(() -> {
              Kept.remember(originsFile, origins);
              log.append(observation.seq(), observation.at(), LoggedOrigin.write(origins));
            });
          }
        }
        Service.this.accept(observation);
      }

      @Override
      public void quantum(long seq, long at) {
        Service.this.quantum(seq, at);
      }
    }, progress);
    settled();
    RingEvidence ring = pins;
    if (ring != null) {
      ring.ended();
    }
    guard(this::sync);
    flush(true);
    state = after;
    health();
  }

  /**
   * Folds what an interface hears, until it is stopped, on the calling thread. Its packets are numbered from {@link #nextSequence} on and its
   * origins follow {@link #origins}, so nothing of it was folded before.
   */
  void watch(PacketSource source, Sensor with) throws IOException {
    live = true;
    play(source, with, "live", "done", packets -> { });
  }

  /** Sequence number that follows everything kept. */
  long nextSequence() {
    return log.last() + 1;
  }

  /** The origins of everything kept. */
  List<Origin> origins() {
    return origins;
  }

  /** Devices that are shown. */
  int devices() throws IOException {
    return estate.devices();
  }

  /** Lets the log be folded: once the console answers, or when somebody cannot do without. */
  private synchronized void fold() {
    Thread waiting = restorer;
    if (waiting != null && waiting.getState() == Thread.State.NEW) {
      waiting.start();
    }
  }

  /** Waits until the log is folded and what is shown is what the fold says. */
  void settled() throws IOException {
    fold();
    try {
      whole.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while the log was being folded", e);
    }
  }

  /**
   * Pins the packets behind alerts out of a recorder's ring from here on; those of alerts that were raised before, where it still has them.
   *
   * @param with closed by the caller, after {@link #play} or {@link #watch} has returned
   * @param choice what is to be kept whole, for {@code reason}; null where the last choice in the journal stands
   * @param otherwise asked for alerts of which the ring has nothing
   */
  Evidence record(Recorder with, RecordOptions options, @Nullable Set<String> choice, String reason, Evidence otherwise) throws IOException {
    KeepChoice chosen = new KeepChoice(with, journal, options.size(), options.age());
    if (choice != null) {
      chosen.keep("command line", choice.contains("clinical"), choice.contains("bulk"), choice.contains("secrets"), reason);
    }
    RingEvidence evidence = new RingEvidence(with, chosen, data.resolve("evidence"), !options.patient(), RingEvidence.STORE, otherwise);
    recorder = with;
    keep = chosen;
    pins = evidence;
    road.eachAlert(evidence::alert);
    return evidence;
  }

  /** Starts the console. */
  Console serve(Console.Settings settings, Evidence evidence, Console.Guard guard, PrintStream out, boolean terminal) throws IOException {
    Console opened = Console.open(settings, new Console.Rooms(estate, reports, new EvidenceMessages(evidence, site), estate.audit(), broadcast, new ExchangeRoom(estate, site, Main.VERSION),
        new ImportRoom(estate.ballot(), site), desk), guard, Clock.systemUTC(), out,
        terminal);
    console = opened;
    health();
    fold();
    librarian.scheduleWithFixedDelay(advisories::follow, 1, ADVISORIES_S, TimeUnit.SECONDS); // whoever waits for the first page comes first
    return opened;
  }

  /** The estate, for tests. */
  Estate estate() {
    return estate;
  }

  /** The policy, for tests. */
  PolicyRoom policies() {
    return policies;
  }

  /** The reports, for tests. */
  ReportRoom reports() {
    return reports;
  }

  // ---- housekeeping --------------------------------------------------------------------------------------------------------------------

  private void house() {
    try {
      for (Journal.Entry entry = restoring ? null : decisions.poll(); entry != null; entry = decisions.poll()) {
        again(entry);
      }
      guard(estate::bring);
      if (System.nanoTime() - lastSecond >= 1_000_000_000L) {
        lastSecond = System.nanoTime();
        guard(this::mend);
        guard(this::sync);
        if (!restoring && System.nanoTime() - committed >= COMMIT_NS) {
          committed = System.nanoTime();
          guard(this::commit);
        }
        FollowedPolicy folder = followed;
        if (folder != null) {
          folder.look();
        }
        heed();
        health();
      }
    } catch (RuntimeException e) {
      System.getLogger(Service.class.getName()).log(System.Logger.Level.ERROR, "housekeeping failed", e);
    } catch (Error e) { // the executor would keep it to itself and never come again
      end(e);
    }
  }

  /** What devices say to each other goes to the indexes on a thread of its own: there is much of it, and nobody waits for it. */
  private void index() {
    try {
      guard(estate::bringTraffic);
    } catch (RuntimeException e) {
      System.getLogger(Service.class.getName()).log(System.Logger.Level.ERROR, "indexing failed", e);
    } catch (Error e) {
      end(e);
    }
  }

  private static void end(Error e) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
  }

  /** Makes the log durable and bounded; what is still being folded is not trimmed. */
  private void sync() throws IOException {
    log.sync();
    if (!restoring) {
      log.trim(LOG_BYTES, Long.MIN_VALUE);
    }
  }

  /** Makes the indexes durable, after the log: they must never know more than it. */
  private void commit() throws IOException {
    long sure = folded - 1; // more may come of the packet that is being folded
    if (sure > 0 && whole.getCount() == 0) {
      log.sync();
      flush(false);
      estate.trim(bounds.documents());
      estate.commit(sure, mark);
    }
  }

  private long lastSecond;

  /** Brings a decision to the ledger and the rules, live or from the journal. */
  private void again(Journal.Entry entry) {
    if (rulings.take(entry) && !restoring) {
      flush(false);
    }
  }

  /** Every counter, by name. */
  SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>(road.counters());
    Sensor running = sensor;
    if (running != null) {
      all.putAll(running.counters().values());
    }
    Recorder recording = recorder;
    if (recording != null) {
      all.putAll(recording.counters());
    }
    RingEvidence ring = pins;
    if (ring != null) {
      all.putAll(ring.counters());
    }
    all.putAll(restart);
    all.putAll(advisories.counters());
    all.put("console.acts_not_shown", estate.unshownActs());
    all.putAll(estate.deskCounters());
    all.put("refused.rule_texts", shelf.refused());
    all.put("past.devices", (long) past.size());
    all.put("past.pictures_thinned", past.thinned());
    all.put("past.relations_refused", past.relations().refused());
    all.put("journal.entries", journal.size());
    all.put("journal.imports_cut", rulings.cut());
    all.put("log.last", log.last());
    all.put("refused.log_observations", log.lost());
    all.put("refused.documents", estate.trimmed());
    Heartbeat beat = heartbeat;
    if (beat != null) {
      all.putAll(beat.counters());
    }
    Console open = console;
    if (open != null) {
      all.putAll(open.counters());
    }
    return all;
  }

  private String metrics() {
    Sensor running = sensor;
    Heartbeat beat = heartbeat;
    return Exposition.write(counters(), running == null ? new TreeMap<>() : running.limits(), beat == null ? -1 : beat.seconds(),
        ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
  }

  /** The heartbeat whose counters are shown with the others. */
  void beating(Heartbeat beat) {
    heartbeat = beat;
  }

  /** What somebody far away is told at each beat: that it lives, and how well it hears. */
  String pulse() {
    ObjectNode pulse = Json.object().put("v", 1).put("state", state);
    Sensor running = sensor;
    if (running != null) {
      pulse.put("packets", running.counters().value("packets"));
      pulse.put("lost", running.counters().value("capture.dropped_ring") + running.counters().value("capture.dropped_kernel")
          + running.counters().value("capture.dropped_interface"));
      pulse.put("findings", running.diagnosis().findings().stream().filter(f -> f.lasting()).count());
    }
    return Json.line(pulse);
  }

  private void health() {
    Ailments ailments = new Ailments();
    ailments.storing(fault);
    ailments.folding(broken);
    if (!restoring) {
      ailments.blindSpots(() -> road.blindSpots(counters(), origins));
    }
    Recorder recording = recorder;
    RingEvidence ring = pins;
    KeepChoice chosen = keep;
    if (recording != null && ring != null && chosen != null) {
      ailments.recording(recording, ring, chosen);
    }
    FollowedPolicy folder = followed;
    if (folder != null) {
      ailments.policy(folder.fault());
    }
    road.disabled().forEach(ailments::disabled);
    Sensor running = sensor;
    if (running != null) {
      estate.onCapture(CaptureJson.page(running.diagnosis(), origins));
    }
    estate.onHealth(road.clock() == 0 ? "" : Json.time(road.clock()), state, counters(), ailments.findings());
  }

  private Facts facts(long from, long to) throws IOException {
    settled(); // a report stands on the whole of what was heard
    List<ObjectNode> alerts = all(true).stream()
        .filter(a -> Json.nanos(a.path("first").asText()) <= to && Json.nanos(a.path("last").asText()) >= from).toList();
    List<ObjectNode> devices = all(false);
    devices.forEach(advisories::onReport);
    return road.facts(devices, alerts, counters(), origins, journal.head());
  }

  /** Every alert or device as the console shows it. */
  private List<ObjectNode> all(boolean alerts) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    try {
      for (int offset = 0; ; offset += Search.MOST) {
        Search page = new Search("", Map.of(), "", offset, Search.MOST);
        Found found = alerts ? estate.alerts(page) : estate.assets(page);
        all.addAll(found.items());
        if (found.items().isEmpty() || all.size() >= found.total()) {
          return all;
        }
      }
    } catch (Estate.BadSearch e) {
      throw new IOException(e);
    }
  }

  /** What is kept is closed first: if the process is ended meanwhile, only the console was left open. */
  @Override
  public void close() throws IOException {
    closing = true;
    housekeeper.shutdown();
    indexer.shutdown();
    librarian.shutdownNow();
    RingEvidence ring = pins;
    if (ring != null) {
      ring.close();
    }
    try {
      housekeeper.awaitTermination(5, TimeUnit.SECONDS);
      indexer.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!restoring) {
      road.finish();
      guard(this::commit);
    }
    log.close();
    guard(indexes::close);
    journal.close();
    Console open = console;
    if (open != null) {
      open.close();
    }
  }
}
