package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Network interfaces that are listened to, and never spoken on. Several are one conversation, as the two directions of a tap are: their
 * frames are merged by time, and a frame waits for the other interfaces for {@value #SETTLE_MS} ms at most, less where its own would
 * otherwise lose frames. An interface on which nothing came for a second gives a tick, see {@link Packet#tick}, and while nothing comes on any of
 * them after a frame, each gives one every {@value #HUSH_MS} ms for a while. {@link #next} is for one
 * thread, {@link #stop} and {@link #drops} for any.
 *
 * <p>Opening needs the right CAP_NET_RAW and starting does not, so that rights can be given up in between ({@link Rights}).
 */
public final class LiveCapture implements LiveSource {
  /** How long a frame waits for earlier ones of the other interfaces, and how far a tick stands behind the clock, milliseconds. */
  static final int SETTLE_MS = 200;

  private static final long SETTLE_NS = SETTLE_MS * 1_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;
  /** How long what was captured before the end is still read. */
  private static final long LAST_NS = 2 * SECOND_NS;

  private static final int WAIT_MS = 100;
  private static final int HOLD_MS = 5;
  /** After the last frame for a while: time passes in small steps, so that what came last is judged as soon as no earlier frame can come. */
  private static final int HUSH_MS = 50;
  private static final long HUSH_NS = 2 * SETTLE_NS;
  private static final int LOOK_EACH = 1 << 10;

  private final Listening how;
  private final Feed[] feeds;
  private final long[] heard;
  private final long[] heardBefore;
  private final boolean[] quiet;
  private final @Nullable Poll poll;
  private final ReentrantLock lock;
  private final Condition arrival;
  private List<Origin> origins = List.of();
  private int first;
  private long octets;
  private int since;
  private long looked;
  private boolean anyQuiet;
  /** A frame went out, and since then time has not passed far enough beyond it. */
  private boolean hush;
  private long idle;
  private @Nullable Feed given;
  private long settled = Long.MIN_VALUE;
  private long holding;
  private long stoppedAt = Long.MIN_VALUE;
  private long stopped;
  private volatile boolean stopping;
  private long began;
  private volatile List<Statement> counted = List.of();
  private Counters.@Nullable Counter ringCounter;
  private Counters.@Nullable Counter kernelCounter;
  private Counters.@Nullable Counter interfaceCounter;
  private Counters.@Nullable Counter ticks;
  private Counters.@Nullable Counter hasty;

  /**
   * What was lost, packets since the start.
   *
   * @param ring no room in the ring of libpcap's loop: the sensor is too slow; always 0 with the kernel's ring
   * @param kernel no room in the kernel's ring or buffer: the sensor is too slow
   * @param network lost by the interface or its driver before anybody could hear it
   */
  public record Drops(long ring, long kernel, long network) {
    static final Drops NONE = new Drops(0, 0, 0);

    Drops plus(Drops other) {
      return new Drops(ring + other.ring, kernel + other.kernel, network + other.network);
    }
  }

  /** Who sets the time of a packet. */
  public enum Stamps {
    /** The network card, as the frame comes in. */
    CARD,
    /** The kernel, as it takes the frame from the card. */
    KERNEL
  }

  private LiveCapture(Listening how, List<Feed> feeds, ReentrantLock lock, Condition arrival) {
    this.how = how;
    this.feeds = feeds.toArray(Feed[]::new);
    this.lock = lock;
    this.arrival = arrival;
    heard = new long[this.feeds.length];
    heardBefore = new long[this.feeds.length];
    quiet = new boolean[this.feeds.length];
    poll = how.method() == Listening.Method.RING ? new Poll(this.feeds.length) : null;
  }

  /**
   * Opens interfaces; nothing is heard before {@link #start}.
   *
   * @throws CaptureException of kind ABSENT when there is no such interface, of kind FILTER when the filter cannot be understood
   * @throws IOException when a library is missing or the rights are
   */
  public static LiveCapture open(Listening how) throws IOException {
    List<String> names = Card.all();
    ReentrantLock lock = new ReentrantLock();
    Condition arrival = lock.newCondition();
    List<Feed> feeds = new ArrayList<>();
    boolean whole = false;
    try {
      for (String name : how.interfaces()) {
        if (!names.isEmpty() && !names.contains(name)) {
          throw new CaptureException(CaptureException.Kind.ABSENT,
              "there is no interface " + name + "; this machine has " + String.join(", ", names), null);
        }
        feeds.add(feed(name, how, lock, arrival));
      }
      LiveCapture capture = new LiveCapture(how, feeds, lock, arrival);
      whole = true;
      return capture;
    } finally {
      if (!whole) {
        for (Feed feed : feeds) {
          feed.close();
        }
      }
    }
  }

  private static Feed feed(String name, Listening how, ReentrantLock lock, Condition arrival) throws IOException {
    String expression = how.filter();
    if (how.method() == Listening.Method.PCAP) {
      return new Loop(name, expression, lock, arrival);
    }
    Card card = new Card(name);
    Filter filter = expression == null ? null : Filter.compile(expression, name, card.linkType());
    return new Ring(card, how.ring(), filter, Boolean.getBoolean("vigie.poison"));
  }

  static IOException denied(String name, @Nullable Throwable cause) {
    return new IOException("listening on " + name + " needs the right CAP_NET_RAW: start ./vigie watch as root (it gives up all rights once "
        + "it listens), or give it as an ambient capability (systemd: AmbientCapabilities=CAP_NET_RAW)", cause);
  }

  static CaptureException misunderstood(String expression, String why, @Nullable Throwable cause) {
    return new CaptureException(CaptureException.Kind.FILTER,
        "the filter \"" + expression + "\" cannot be used: " + why + "; its language is pcap-filter(7)", cause);
  }

  /**
   * Begins to listen.
   *
   * @param before origins of earlier sessions; the interfaces' indexes follow theirs
   * @param counters told what is dropped
   */
  public void start(List<Origin> before, Counters counters) throws IOException {
    List<Origin> all = new ArrayList<>(before);
    first = all.size();
    for (Feed feed : feeds) {
      all.add(new Origin(all.size(), how.realm(), feed.name(), null, feed.name(), feed.linkType()));
    }
    origins = List.copyOf(all);
    ringCounter = counters.counter("capture.dropped_ring");
    kernelCounter = counters.counter("capture.dropped_kernel");
    interfaceCounter = counters.counter("capture.dropped_interface");
    ticks = counters.counter("capture.ticks");
    hasty = counters.counter("capture.merged_early");
    looked = System.nanoTime();
    began = clock();
    for (Feed feed : feeds) {
      feed.count(counters);
      feed.start();
    }
  }

  /** The interfaces, in their order. */
  public List<Card> cards() {
    return how.interfaces().stream().map(Card::new).toList();
  }

  /** Who sets the time of packets, by interface, in the order of the interfaces. */
  public List<Stamps> stamps() {
    List<Stamps> all = new ArrayList<>();
    for (Feed feed : feeds) {
      all.add(feed.stamps());
    }
    return all;
  }

  @Override
  public boolean next(Packet packet) {
    Feed last = given;
    if (last != null) {
      last.pass();
      given = null;
    }
    packet.tick = false;
    while (true) {
      if (anyQuiet && tick(packet)) {
        return true;
      }
      int which = earliest();
      if (which >= 0 && !over(which)) {
        give(which, packet);
        return true;
      }
      if (stopping || ended()) {
        judge();
        return false;
      }
      await();
      look();
      settle();
    }
  }

  /** Nothing comes for the moment: lets time pass on every interface until what came last is behind it. */
  private void settle() {
    if (!hush) {
      return;
    }
    long now = System.nanoTime();
    if (idle == 0) {
      idle = now;
    }
    hush = now - idle <= HUSH_NS;
    for (int i = 0; i < feeds.length; i++) {
      quiet[i] |= !feeds[i].ended() && !feeds[i].ready();
      anyQuiet |= quiet[i];
    }
  }

  private void give(int which, Packet packet) {
    Feed feed = feeds[which];
    feed.give(packet);
    packet.origin = first + which;
    packet.index = heard[which]++;
    octets += packet.captured;
    given = feed;
    hush = true;
    idle = 0;
    if ((++since & LOOK_EACH - 1) == 0) {
      look();
    }
  }

  /** What came after the end was asked for is not read, nor what would take long to read: a busy interface would never end. */
  private boolean over(int which) {
    if (!stopping) {
      return false;
    }
    long now = System.nanoTime();
    if (stoppedAt == Long.MIN_VALUE) {
      stoppedAt = clock();
      stopped = now;
    }
    return feeds[which].at() > stoppedAt || now - stopped > LAST_NS;
  }

  private boolean ended() {
    for (Feed feed : feeds) {
      if (!feed.ended()) {
        return false;
      }
    }
    return true;
  }

  /** The feed whose frame comes next, or -1 where none is at hand or the earliest must wait for the others. */
  private int earliest() {
    if (feeds.length == 1) {
      return feeds[0].ready() ? 0 : -1;
    }
    int which = -1;
    long at = Long.MAX_VALUE;
    boolean all = true;
    for (int i = 0; i < feeds.length; i++) {
      if (feeds[i].ready()) {
        if (which < 0 || feeds[i].at() < at) {
          which = i;
          at = feeds[i].at();
        }
      } else {
        all &= feeds[i].ended();
      }
    }
    if (which < 0 || all || stopping || at <= settled) {
      holding = 0;
      return which;
    }
    return held(which, at);
  }

  /** A frame that would have to wait goes all the same when its interface is about to lose frames, or when clocks have been set meanwhile. */
  private int held(int which, long at) {
    settled = clock() - SETTLE_NS;
    if (at <= settled) {
      holding = 0;
      return which;
    }
    if (feeds[which].pressed()) {
      count(hasty);
      return which;
    }
    long now = System.nanoTime();
    if (holding == 0) {
      holding = now;
    } else if (now - holding > SETTLE_NS) {
      holding = 0;
      settled = at + SETTLE_NS;
      return which;
    }
    return -1;
  }

  private static void count(Counters.@Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }

  /** The kernel's clock. */
  private static long clock() {
    return System.currentTimeMillis() * 1_000_000L;
  }

  // ---- waiting

  private void await() {
    int wait = holding != 0 ? HOLD_MS : hush ? HUSH_MS : WAIT_MS;
    Poll descriptors = poll;
    if (descriptors != null) {
      await(descriptors, wait);
      return;
    }
    lock.lock();
    try {
      long left = wait * 1_000_000L;
      while (left > 0 && !stopping && earliest() < 0) {
        left = arrival.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the rings that have nothing; those whose frames wait for others would not let it wait. */
  private void await(Poll descriptors, int wait) {
    for (int i = 0; i < feeds.length; i++) {
      descriptors.watch(i, feeds[i] instanceof Ring ring && !ring.ended() && !ring.ready() ? ring.socket() : Poll.NONE);
    }
    if (!descriptors.await(wait)) {
      return;
    }
    boolean idle = true;
    for (int i = 0; i < feeds.length; i++) {
      if (feeds[i] instanceof Ring ring && descriptors.troubled(i)) {
        ring.troubled();
      }
      idle &= !feeds[i].ready();
    }
    if (idle) {
      // the kernel says "readable" as long as a block is leased to somebody behind us: do not ask it in circles
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Once a second: what was lost, and which interfaces were silent. */
  private void look() {
    long now = System.nanoTime();
    if (now - looked < SECOND_NS) {
      return;
    }
    looked = now;
    for (int i = 0; i < feeds.length; i++) {
      quiet[i] = heard[i] == heardBefore[i] && !feeds[i].ended() && !feeds[i].ready();
      anyQuiet |= quiet[i];
      heardBefore[i] = heard[i];
    }
    judge();
  }

  /** Tells the passing of time on one silent interface; never later than a frame that still waits. */
  private boolean tick(Packet packet) {
    for (int i = 0; i < feeds.length; i++) {
      if (quiet[i]) {
        quiet[i] = false;
        long at = clock() - SETTLE_NS;
        for (Feed feed : feeds) {
          at = feed.ready() ? Math.min(at, feed.at()) : at;
        }
        packet.clock(at, first + i, feeds[i].linkType());
        count(ticks);
        return true;
      }
    }
    anyQuiet = false;
    return false;
  }

  /** Brings what was lost to the counters; on the thread of {@link #next}. */
  private void judge() {
    for (Feed feed : feeds) {
      feed.ask();
    }
    Drops now = drops();
    if (ringCounter != null && kernelCounter != null && interfaceCounter != null) {
      ringCounter.add(now.ring - ringCounter.value());
      kernelCounter.add(now.kernel - kernelCounter.value());
      interfaceCounter.add(now.network - interfaceCounter.value());
    }
    long at = clock();
    List<Statement> all = new ArrayList<>(feeds.length);
    for (int i = 0; i < feeds.length; i++) {
      Drops lost = feeds[i].drops();
      all.add(new Statement(first + i, at, began, heard[i] + lost.ring + lost.kernel, lost.network, lost.ring + lost.kernel, 0));
    }
    counted = List.copyOf(all);
  }

  /** What was lost on all interfaces, at most a second ago. */
  public Drops drops() {
    Drops sum = Drops.NONE;
    for (Feed feed : feeds) {
      sum = sum.plus(feed.drops());
    }
    return sum;
  }

  @Override
  public List<Statement> counted() {
    return counted;
  }

  @Override
  public void stop() {
    stopping = true;
  }

  @Override
  public List<Origin> origins() {
    return origins;
  }

  @Override
  public List<Fault> faults() {
    List<Fault> all = new ArrayList<>();
    for (Feed feed : feeds) {
      Fault fault = feed.fault();
      if (fault != null) {
        all.add(fault);
      }
    }
    return all;
  }

  @Override
  public long position() {
    return octets;
  }

  @Override
  public long size() {
    return -1;
  }

  @Override
  public void close() throws IOException {
    stop();
    IOException failure = null;
    for (Feed feed : feeds) {
      try {
        feed.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (poll != null) {
      poll.close();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
