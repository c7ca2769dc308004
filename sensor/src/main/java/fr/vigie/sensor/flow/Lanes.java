package fr.vigie.sensor.flow;

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
import java.util.Locale;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The live hand-over: a bounded ring between the merger and a sink on a thread of its own, so that a slow sink never keeps the sensor from its
 * interface. One order, several accounts: lane B (see {@link Lane}) may fill three quarters of the ring, lane A seven eighths, and only its acts
 * the whole. Of all but those acts one speaker may have a sixteenth of the ring. So neither a flood of Who-Is nor a scan pushes out the write
 * that matters. What does not fit is dropped and counted by lane and kind ({@code refused.lane_a_act} and so on; {@code lane.a_lost} in all).
 *
 * <p>The merger's thread puts, the sink's takes; the quotas go by 4,096 classes of speakers, so that a forged address is a new speaker only now
 * and then.
 */
final class Lanes {
  private static final int SPEAKERS = 1 << 12;
  /** Quanta that find room although observations do not. */
  private static final int QUANTA = 64;

  /** Capture time has reached a point: the sink's {@link Sink#quantum}. */
  private record Quantum(long seq, long until) {}

  private final int room;
  private final int roomA;
  private final int roomB;
  private final int quota;
  private final Ring<Object> ring;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong takenB = new AtomicLong();
  private final AtomicIntegerArray waiting = new AtomicIntegerArray(SPEAKERS);
  private final Shift shift = new Shift();
  private final Bell bell = shift.bell();
  private final Counters counters;
  private final Counters.Counter lostA;
  private final Counters.Counter lostB;
  private volatile boolean ended;

  // the merger's own
  private long put;
  private long putB;
  private @Nullable Quantum late;

  /** An observation that the sink's thread takes off its speaker's account, and off lane B's where it is of that. */
  private record Counted(Observation observation, int speaker, boolean urgent) {}

  /**
   * Makes an empty hand-over.
   *
   * @param room observations it holds
   */
  Lanes(int room, Counters counters) {
    this.room = room;
    this.counters = counters;
    roomA = room - room / 8;
    roomB = room - room / 4;
    quota = Math.max(1, room / 16);
    ring = new Ring<>(room + QUANTA);
    lostA = counters.counter("lane.a_lost");
    lostB = counters.counter("lane.b_lost");
  }

  /**
   * Runs the sensor on a thread of its own and the sink on the caller's, until the sensor has ended and the sink has taken everything.
   *
   * @param sensing puts into this
   */
  void run(Runnable sensing, Sink sink) {
    shift.add("vigie-sensor", () -> {
      sensing.run();
      pass();
      ended = true;
      bell.ring();
    });
    shift.start();
    boolean well = false;
    try {
      drain(sink);
      well = true;
    } finally {
      shift.join(well);
    }
    shift.raise();
  }

  // ---- the merger's thread

  /** Hands over, or drops and counts. */
  void put(Observation o, boolean urgent) {
    shift.check();
    pass();
    long all = put - taken.get();
    boolean act = urgent && o instanceof Act;
    int speaker = (int) Hash.of(o.who()) & SPEAKERS - 1;
    boolean fits = late == null && (act ? all < room : all < roomA && waiting.get(speaker) < quota && (urgent || putB - takenB.get() < roomB));
    if (!fits) {
      (urgent ? lostA : lostB).increment();
      lost(urgent ? 'a' : 'b', o);
    } else if (act) {
      put(o);
    } else {
      waiting.getAndIncrement(speaker);
      putB += urgent ? 0 : 1;
      put(new Counted(o, speaker, urgent));
    }
  }

  /** A quantum is never lost: where there is no room it becomes one with the next. */
  void quantum(long seq, long until) {
    shift.check();
    late = new Quantum(seq, until);
    pass();
  }

  /** Hands over the quantum that waits, if there is one and room for it. */
  private void pass() {
    Quantum quantum = late;
    if (quantum != null && put - taken.get() < room + QUANTA) {
      late = null;
      put(quantum);
    }
  }

  private void put(Object thing) {
    put++;
    ring.put(thing);
    bell.ring();
  }

  private void lost(char lane, Observation o) {
    String kind = switch (o) {
      case Sighting s -> "sighting";
      case Claim c -> "claim";
      case Contact c -> "contact_" + c.phase().name().toLowerCase(Locale.ROOT);
      case Act a -> "act";
      case Reading r -> "reading";
      case Flaw f -> "flaw";
      case Lapse l -> "lapse"; // the doctor's join behind the hand-over
    };
    counters.counter("refused.lane_" + lane + "_" + kind).increment();
  }

  // ---- the sink's thread

  private void drain(Sink sink) {
    boolean interrupted = false;
    boolean listening = false;
    while (true) {
      // before the look: what was put before the end is seen by it
      boolean last = ended;
      Object thing = ring.take();
      if (thing != null) {
        taken.setRelease(taken.getPlain() + 1);
        tell(sink, thing);
      } else if (last || shift.over()) {
        break;
      } else if (listening) {
        bell.sleep();
        interrupted |= Thread.interrupted();
      } else {
        bell.listen();
        listening = true;
        continue;
      }
      if (listening) {
        bell.leave();
        listening = false;
      }
    }
    Quantum quantum = late;
    if (ended && quantum != null) {
      sink.quantum(quantum.seq, quantum.until);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Sink sink, Object thing) {
    switch (thing) {
      case Counted(Observation o, int speaker, boolean urgent) -> {
        if (!urgent) {
          takenB.setRelease(takenB.getPlain() + 1);
        }
        waiting.getAndDecrement(speaker);
        sink.accept(o);
      }
      case Quantum(long seq, long until) -> sink.quantum(seq, until);
      default -> sink.accept((Observation) thing);
    }
  }
}
