package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.Slab;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Observation;
import java.lang.foreign.Arena;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Several threads at one capture: one reads and deals, some run the shards, and the caller's own merges and feeds the sink. What goes round
 * between them are parcels, a fixed number for each pipeline:
 *
 * <pre>
 * dispatcher ── in ──▶ pipeline ── out ──▶ merger ── home ──▶ dispatcher
 * </pre>
 *
 * <p>A ring holds as many parcels as there are, so nobody waits to put one in; the dispatcher waits for one to come home, and that bounds what
 * is under way. Before it waits it sends off what it has begun and says in {@link #dealt} how far it is, so the merger never waits for a packet
 * that nobody deals. Leases on slabs end in the pipeline, which waits for nobody, so reading never waits for the sink through them.
 *
 * <p>What one thread throws ends all of them and is thrown on the caller's, see {@link Shift}. One use.
 */
final class Crew implements Deck {
  /** Parcels of each pipeline. */
  static final int PARCELS = 16;

  /** Items of a parcel: enough that handing it on costs nothing, few enough that it stays in the cache. */
  static final int ITEMS = 256;

  /** Slabs that parcels not yet sent off may hold; the source has more than that to go on with. */
  private static final int MOST_LEASES = 4;

  private final SensorOptions options;
  private final boolean prompt;
  private final Pipe[] pipes;
  private final Shift shift = new Shift();
  private final Bell home = shift.bell();
  private final Bell merging = shift.bell();
  private volatile long dealt;

  // the dispatcher's own
  private Item blank = new Item();
  private long last;

  /** One pipeline: its shards, the rings to and from it, and each side's place in them. */
  private static final class Pipe {
    final Counters counters;
    final Ring<Parcel> in;
    final Ring<Parcel> out;
    final Ring<Parcel> home;
    final Bell bell;
    /** The dispatcher's: under way to be filled. */
    @Nullable Parcel open;

    /** The merger's: under way to be emptied, the next of what was said, the next mark. */
    @Nullable Parcel head;

    int next;
    int mark;
    long upTo = Long.MIN_VALUE;

    Pipe(Counters counters, Bell bell, int parcels, int items) {
      this.counters = counters;
      this.bell = bell;
      in = new Ring<>(parcels);
      out = new Ring<>(parcels);
      home = new Ring<>(parcels);
      for (int i = 0; i < parcels; i++) {
        home.put(new Parcel(items));
      }
    }
  }

  Crew(SensorOptions options, Counters counters) {
    this(options, counters, PARCELS, ITEMS);
  }

  /**
   * The same with rings of another size, for tests.
   *
   * @param parcels of each pipeline, at least 1
   * @param items of each parcel, at least 1
   */
  Crew(SensorOptions options, Counters counters, int parcels, int items) {
    this.options = options;
    prompt = options.room() > 0;
    pipes = new Pipe[options.pipelines()];
    for (int i = 0; i < pipes.length; i++) {
      pipes[i] = new Pipe(counters.part(), shift.bell(), parcels, items);
    }
  }

  /**
   * Runs to the end.
   *
   * @param reader deals everything; called on a thread of its own
   * @param progress told, on the calling thread, every 16,384 packets or so how many were merged
   */
  void run(Consumer<Deck> reader, Merger merger, LongConsumer progress) {
    shift.add("vigie-reader", () -> reader.accept(this));
    for (int i = 0; i < pipes.length; i++) {
      int number = i;
      shift.add("vigie-pipeline-" + i, () -> work(number));
    }
    shift.start();
    boolean interrupted = false;
    boolean well = false;
    try {
      interrupted = merge(merger, progress);
      well = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      shift.join(well);
    }
    shift.raise();
  }

  // ---- a pipeline's thread

  private void work(int number) {
    Pipe pipe = pipes[number];
    try (Arena arena = Arena.ofConfined()) {
      Shards shards = new Shards(options, pipe.counters, arena, number, pipes.length);
      while (true) {
        Parcel parcel = shift.wait(pipe.in, pipe.bell);
        parcel.open(shards);
        pipe.out.put(parcel);
        merging.ring();
      }
    }
  }

  // ---- the dispatcher's thread

  @Override
  public Item blank() {
    return blank;
  }

  @Override
  public void deal() {
    Item item = blank;
    last = item.seq - 1;
    Pipe pipe = pipes[item.shard % pipes.length];
    Parcel parcel = open(pipe);
    Packet packet = item.packet;
    Slab slab = packet.slab;
    if (item.kind == Item.Kind.WHOLE) {
      parcel = room(pipe, parcel, item.length);
      long at = parcel.keep(item.memory, item.offset, item.length);
      item.headers.move(at - item.offset);
      item.offset = at;
      item.memory = parcel.annex();
    } else if (item.kind == Item.Kind.PACKET && slab != null) {
      parcel.lease(slab);
    } else if (item.kind == Item.Kind.PACKET) {
      parcel = room(pipe, parcel, packet.captured);
      long at = parcel.keep(packet.segment, packet.offset, packet.captured);
      item.headers.move(at - packet.offset);
      packet.offset = at;
      packet.segment = parcel.annex();
    }
    blank = parcel.swap(item);
    if (parcel.full()) {
      send(pipe);
    } else if (parcel.leased() > 1 && leases() > MOST_LEASES) {
      flush();
    }
  }

  private int leases() {
    int all = 0;
    for (Pipe pipe : pipes) {
      all += pipe.open == null ? 0 : pipe.open.leased();
    }
    return all;
  }

  private Parcel room(Pipe pipe, Parcel parcel, int octets) {
    if (parcel.room(octets)) {
      return parcel;
    }
    send(pipe);
    return open(pipe);
  }

  @Override
  public void mark(Item.Kind kind, long seq, long at, long until) {
    last = seq;
    for (Pipe pipe : pipes) {
      Parcel parcel = open(pipe);
      parcel.next().mark(kind, seq, at, until);
      if (parcel.full()) {
        send(pipe);
      }
    }
    if (prompt || kind == Item.Kind.END) {
      flush();
    }
  }

  @Override
  public void flush() {
    for (Pipe pipe : pipes) {
      Parcel parcel = pipe.open;
      if (parcel != null && !parcel.empty()) {
        send(pipe);
      }
    }
    dealt = last;
    merging.ring();
  }

  private Parcel open(Pipe pipe) {
    Parcel parcel = pipe.open;
    if (parcel == null) {
      parcel = pipe.home.take();
      if (parcel == null) {
        flush();
        parcel = shift.wait(pipe.home, home);
      }
      pipe.open = parcel;
    }
    return parcel;
  }

  private void send(Pipe pipe) {
    Parcel parcel = pipe.open;
    if (parcel != null) {
      pipe.open = null;
      parcel.upTo = last;
      pipe.in.put(parcel);
      pipe.bell.ring();
    }
    shift.check();
  }

  // ---- the merger's thread

  /** Whether the caller was interrupted meanwhile: that is no reason to lose packets. */
  private boolean merge(Merger merger, LongConsumer progress) {
    boolean interrupted = false;
    long told = 0;
    boolean listening = false;
    while (!shift.over()) {
      long sure = dealt;
      boolean marks = true;
      Pipe first = null;
      for (Pipe pipe : pipes) {
        look(pipe, sure);
        marks &= atMark(pipe);
        if (atSaid(pipe) && (first == null || before(pipe, first))) {
          first = pipe;
        }
      }
      boolean moved = false;
      if (first != null) {
        moved = take(first, merger);
      } else if (marks) {
        Item mark = mark(merger);
        moved = true;
        if (mark.seq - told >= Dispatcher.PROGRESS) {
          told = mark.seq;
          progress.accept(told);
        }
        if (mark.kind == Item.Kind.END) {
          progress.accept(mark.seq);
          shift.end();
        }
      }
      if (moved) {
        if (listening) {
          merging.leave();
          listening = false;
        }
      } else if (listening) {
        merging.sleep();
        interrupted |= Thread.interrupted();
      } else {
        merging.listen();
        listening = true;
      }
    }
    merging.leave();
    return interrupted;
  }

  /** Goes to the next parcel that says something, or learns how far there is none. */
  private void look(Pipe pipe, long sure) {
    while (!atSaid(pipe) && !atMark(pipe)) {
      Parcel done = pipe.head;
      if (done != null) {
        pipe.head = null;
        done.clear();
        pipe.home.put(done);
        home.ring();
      }
      // whatever the dispatcher sent before it said how far it is: is it all here?
      boolean all = pipe.in.puts() == pipe.out.takes();
      Parcel parcel = pipe.out.take();
      if (parcel == null) {
        if (all) {
          pipe.upTo = Math.max(pipe.upTo, sure);
        }
        return;
      }
      pipe.head = parcel;
      pipe.upTo = parcel.upTo;
      pipe.next = 0;
      pipe.mark = 0;
    }
  }

  private static boolean atMark(Pipe pipe) {
    Parcel head = pipe.head;
    return head != null && pipe.mark < head.marks() && pipe.next == head.dueFrom(pipe.mark);
  }

  private static boolean atSaid(Pipe pipe) {
    Parcel head = pipe.head;
    return head != null && pipe.next < head.said() && !atMark(pipe);
  }

  private static Observation said(Pipe pipe) {
    return nonNull(pipe.head).said(pipe.next);
  }

  private static Parcel nonNull(@Nullable Parcel head) {
    if (head == null) {
      throw new IllegalStateException("no parcel under way");
    }
    return head;
  }

  private static boolean before(Pipe a, Pipe b) {
    return said(a).stamp().compareTo(said(b).stamp()) < 0;
  }

  /** Hands over what comes first, and what follows it in the same parcel before anything else can; false where something may come before. */
  private boolean take(Pipe first, Merger merger) {
    long limit = Long.MAX_VALUE;
    for (Pipe pipe : pipes) {
      if (pipe != first) {
        limit = Math.min(limit, atSaid(pipe) ? said(pipe).seq() : atMark(pipe) ? nonNull(pipe.head).mark(pipe.mark).seq + 1 : pipe.upTo + 1);
      }
    }
    Observation o = said(first);
    boolean known = true;
    for (Pipe pipe : pipes) {
      known &= pipe == first || atSaid(pipe) || atMark(pipe) || o.seq() <= pipe.upTo;
    }
    if (!known) {
      return false;
    }
    do {
      merger.take(o);
      first.next++;
      if (!atSaid(first)) {
        return true;
      }
      o = said(first);
    } while (o.seq() < limit);
    return true;
  }

  private Item mark(Merger merger) {
    Item mark = nonNull(pipes[0].head).mark(pipes[0].mark);
    for (Pipe pipe : pipes) {
      Parcel head = nonNull(pipe.head);
      merger.due(head.all(), head.dueFrom(pipe.mark), head.dueTo(pipe.mark));
      pipe.next = head.dueTo(pipe.mark);
      pipe.mark++;
    }
    merger.mark(mark.seq, mark.until, mark.kind == Item.Kind.END);
    return mark;
  }
}
