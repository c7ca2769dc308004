package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Stamp;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where what the shards said becomes one stream, in {@code (seq, n)} order. What is judged per speaker and not per pair of addresses is
 * judged here, because a speaker has a shard for each of those it speaks to: a frame's sighting is told once in 60 s, a claim when it is news,
 * a flaw once a second, a point once a minute. What fell due at a mark is put in the order of its time and numbered on from the last packet.
 * Belongs to one thread: the sink's, or where the hand-over is bounded the sensor's.
 */
final class Merger {
  private static final int SIGHTING_SECONDS = 60;
  /** Closed minutes that a bounded hand-over gets with one mark, ten of which come in a second: all points close theirs at once. */
  private static final int MINUTES = 1 << 11;
  private final @Nullable Sink sink;
  private final @Nullable Lanes bounded;
  private final Lane lanes;
  private final Counters.Counter laneA;
  private final Counters.Counter laneB;
  /** Told beside what it may belong to, because too many points were named so that they collide. */
  private final Counters.Counter unjoined;

  private final News sightings;
  private final News values;
  private final News claims;
  private final Dues dues = new Dues();
  private Observation[] due = new Observation[256];
  private int count;
  /** Closed minutes that the next marks hand over, where the hand-over is bounded; no more than points may speak in a minute. */
  private final ArrayDeque<Reading> later = new ArrayDeque<>();

  private final int mostLater;
  private int[] slots = new int[512];
  private long lastSeq = -1;
  private int lastN;

  /** Calls the sink, which may take its time: nothing is lost. */
  Merger(SensorOptions options, Counters counters, Sink sink) {
    this(options, counters, sink, null);
  }

  /** Hands over what fits and never waits. */
  Merger(SensorOptions options, Counters counters, Lanes lanes) {
    this(options, counters, null, lanes);
  }

  private Merger(SensorOptions options, Counters counters, @Nullable Sink sink, @Nullable Lanes bounded) {
    this.sink = sink;
    this.bounded = bounded;
    mostLater = options.points();
    lanes = new Lane(counters);
    laneA = counters.counter("lane.a");
    laneB = counters.counter("lane.b");
    unjoined = counters.counter("refused.joins");
    Counters.Counter forgotten = counters.counter("refused.news_evicted");
    sightings = new News(options.endpoints(), 0, forgotten);
    values = new News(options.endpoints(), 0, forgotten);
    claims = new News(options.endpoints(), 1, forgotten);
  }

  /** Takes what a packet made a shard say: the next in {@code (seq, n)} order. */
  void take(Observation o) {
    boolean told = switch (o) {
      case Sighting s -> s.how() != Sighting.How.FRAME
          || sightings.fresh(Hash.mix(Hash.of(s.who()), s.protocol().hashCode()), s.at(), SIGHTING_SECONDS);
      case Claim c -> news(c);
      default -> true;
    };
    if (told) {
      lastSeq = o.seq();
      lastN = o.n();
      tell(o);
    }
  }

  /** A value nobody told of it yet, or, of what is no list, another than this speaker told last. */
  private boolean news(Claim c) {
    long what = Hash.mix(Hash.of(c.about()), (long) c.protocol().hashCode() << 32 | c.trait().ordinal());
    long value = Hash.of(c.value());
    boolean fresh = values.fresh(Hash.mix(what, value), c.at(), Integer.MAX_VALUE);
    return !Reporter.list(c.trait()) && claims.replaced(Hash.mix(what, Hash.of(c.who())), value, c.at()) || fresh;
  }

  private void tell(Observation o) {
    boolean urgent = lanes.urgent(o);
    (urgent ? laneA : laneB).increment();
    if (sink != null) {
      sink.accept(o);
    } else if (bounded != null) {
      bounded.put(o, urgent);
    }
  }

  /** Takes what fell due in some shards at the mark that {@link #mark} ends, in any order of shards. */
  void due(Observation[] from, int start, int end) {
    int more = end - start;
    if (count + more > due.length) {
      due = Arrays.copyOf(due, Math.max(2 * due.length, count + more));
    }
    System.arraycopy(from, start, due, count, more);
    count += more;
  }

  /** Everything up to packet {@code seq} was taken, and capture time has reached {@code until}; {@code last} where no packet follows. */
  void mark(long seq, long until, boolean last) {
    if (count > 1) {
      dues.sort(due, count);
      fold();
    }
    int most = last ? Integer.MAX_VALUE : MINUTES;
    int minutes = 0;
    for (int i = 0; i < count; i++) {
      Observation o = due[i];
      if (o instanceof Reading r && bounded != null && (minutes >= most || !later.isEmpty()) && later.size() < mostLater) {
        later.add(r);
      } else if (o != null) {
        number(o, seq, o.at());
        minutes += o instanceof Reading ? 1 : 0;
      }
    }
    clear();
    later(seq, until, most - minutes);
    if (sink != null) {
      sink.quantum(seq, until);
    } else if (bounded != null) {
      bounded.quantum(seq, until);
    }
  }

  /** Hands over so many of the minutes that wait, at the time of the mark and behind what fell due before it: time does not go back. */
  private void later(long seq, long at, int most) {
    for (int told = 0; told < most && !later.isEmpty(); told++) {
      number(later.remove(), seq, at);
    }
  }

  /** Numbers what fell due on from the last packet. */
  private void number(Observation o, long seq, long at) {
    take(stamped(o, new Stamp(seq, lastSeq == seq ? lastN + 1 : 0, at, o.stamp().origin(), o.stamp().packet())));
  }

  @SuppressWarnings("NullAway") // a place beyond the count is null by design
  private void clear() {
    Arrays.fill(due, 0, count, null);
    count = 0;
  }

  /** Makes one of each point's minutes and each speaker's flaws that several shards tell at one mark: they stay where the first stands. */
  private void fold() {
    int size = slots.length;
    while (size < 2 * count) {
      size *= 2;
    }
    if (size > slots.length) {
      slots = new int[size];
    }
    int used = 0;
    int mask = size - 1;
    for (int i = 0; i < count; i++) {
      long hash = switch (due[i]) {
        case Reading r -> Hash.mix(Hash.mix(Hash.of(r.who()), r.point().hashCode()), r.from());
        case Flaw f -> Hash.mix(Hash.of(f.who()), f.kind().hashCode() * 31L + f.protocol().hashCode());
        default -> 0;
      };
      if (hash == 0) {
        continue;
      }
      int place = (int) hash & mask;
      int looked = 0;
      while (slots[place] != 0 && looked++ < Flows.PROBES) {
        int other = slots[place] - 1;
        Observation one = joined(due[other], due[i]);
        if (one != null) {
          due[other] = one;
          drop(i);
          break;
        }
        place = place + 1 & mask;
      }
      if (slots[place] == 0) {
        slots[place] = i + 1;
        used++;
      } else if (due[i] != null) {
        unjoined.increment();
      }
    }
    if (used > 0) {
      Arrays.fill(slots, 0);
    }
  }

  @SuppressWarnings("NullAway") // the place of what was joined to another is null by design
  private void drop(int i) {
    due[i] = null;
  }

  /** Both as one where they tell of the same point's minute or the same speaker's flaw, else null. */
  private static @Nullable Observation joined(Observation a, Observation b) {
    if (a instanceof Reading r && b instanceof Reading s && r.from() == s.from() && r.who().equals(s.who()) && r.point().equals(s.point())
        && r.protocol().equals(s.protocol())) {
      Reading later = s.seq() > r.seq() ? s : r;
      Stamp proof = new Stamp(later.seq(), r.n(), r.at(), later.stamp().origin(), later.stamp().packet());
      return new Reading(proof, r.who(), r.protocol(), r.cite(), r.point(), r.from(), r.to(), r.count() + s.count(),
          Math.min(r.minimum(), s.minimum()), Math.max(r.maximum(), s.maximum()), r.sum() + s.sum(), later.last(),
          later.unit() != null ? later.unit() : r.unit() != null ? r.unit() : s.unit(), later.good(), r.written() || s.written());
    }
    if (a instanceof Flaw f && b instanceof Flaw g && f.at() == g.at() && f.who().equals(g.who()) && f.kind().equals(g.kind())
        && f.protocol().equals(g.protocol()) && Objects.equals(f.cite(), g.cite())) {
      Flaw first = g.seq() < f.seq() ? g : f;
      Stamp proof = new Stamp(first.seq(), f.n(), f.at(), first.stamp().origin(), first.stamp().packet());
      return new Flaw(proof, f.who(), f.protocol(), f.cite(), first.whom(), f.kind(), first.offset(), first.length(), f.count() + g.count());
    }
    return null;
  }

  private static Observation stamped(Observation o, Stamp stamp) {
    return switch (o) {
      case Sighting s -> new Sighting(stamp, s.who(), s.protocol(), s.cite(), s.how());
      case Claim c -> new Claim(stamp, c.who(), c.protocol(), c.cite(), c.about(), c.trait(), c.value());
      case Contact c -> new Contact(stamp, c.who(), c.protocol(), c.cite(), c.whom(), c.transport(), c.port(), c.phase(), c.answer(),
          c.first(), c.last(), c.packetsOut(), c.bytesOut(), c.packetsBack(), c.bytesBack(), c.operations());
      case Act a -> a.ended(stamp, a.outcome());
      case Reading r -> new Reading(stamp, r.who(), r.protocol(), r.cite(), r.point(), r.from(), r.to(), r.count(), r.minimum(),
          r.maximum(), r.sum(), r.last(), r.unit(), r.good(), r.written());
      case Flaw f -> new Flaw(stamp, f.who(), f.protocol(), f.cite(), f.whom(), f.kind(), f.offset(), f.length(), f.count());
      case Lapse l -> l; // the doctor's join behind the merger
    };
  }
}
