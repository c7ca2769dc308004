package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Flaw;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Flaws, folded per speaker, protocol, clause, kind and second of capture time: at the end of the second each leaves once, with how many it
 * stands for and the packet of the first. At most 256 different ones a second and shard; more are counted.
 */
final class Folds extends Timer {
  private static final int MOST = 256;
  private static final int SLOTS = 4 * MOST;
  private static final long SECOND = 1_000_000_000L;

  private final Current current;
  private final Handover handover;
  private final Timers timers;
  private final Counts counts;
  private final Fold[] folds = new Fold[MOST];
  private final int[] slots = new int[SLOTS];
  private final int[] used = new int[MOST];
  private int size;

  Folds(Current current, Handover handover, Timers timers, Counts counts) {
    this.current = current;
    this.handover = handover;
    this.timers = timers;
    this.counts = counts;
  }

  /** Reused; the first flaw of its kind in this second. */
  private static final class Fold {
    Endpoint who;
    Endpoint whom;
    String protocol = "";
    @Nullable Cite cite;
    String kind = "";
    int offset;
    int length;
    long seq;
    int origin;
    long packet;
    long count;

    Fold(Endpoint who, Endpoint whom) {
      this.who = who;
      this.whom = whom;
    }
  }

  void count(Endpoint who, Endpoint whom, String protocol, @Nullable Cite cite, String kind, int offset, int length) {
    long hash = Hash.mix(Hash.of(who), protocol.hashCode() * 31L + kind.hashCode());
    hash = Hash.mix(hash, cite == null ? 0 : cite.standard().hashCode() * 31L + cite.clause().hashCode());
    int i = (int) hash & SLOTS - 1;
    while (slots[i] != 0) {
      Fold f = folds[slots[i] - 1];
      if (f.who.equals(who) && f.kind.equals(kind) && f.protocol.equals(protocol) && Objects.equals(f.cite, cite)) {
        f.count++;
        return;
      }
      i = i + 1 & SLOTS - 1;
    }
    if (size == MOST) {
      counts.flawsFull.increment();
      return;
    }
    if (folds[size] == null) {
      folds[size] = new Fold(who, whom);
    }
    Fold f = folds[size];
    f.who = who;
    f.whom = whom;
    f.protocol = protocol;
    f.cite = cite;
    f.kind = kind;
    f.offset = offset;
    f.length = length;
    f.seq = current.seq;
    f.origin = current.origin;
    f.packet = current.packet;
    f.count = 1;
    used[size] = i;
    slots[i] = ++size;
    if (!waits()) {
      timers.schedule(this, (Math.floorDiv(current.at, SECOND) + 1) * SECOND);
    }
  }

  /** Hands over the second under way. */
  @Override
  void fire(long at) {
    timers.cancel(this);
    for (int i = 0; i < size; i++) {
      Fold f = folds[i];
      slots[used[i]] = 0;
      // the number of the first tells the merger which of two shards heard it earlier
      handover.see(new Flaw(current.stamp(f.seq, f.origin, f.packet), f.who, f.protocol, f.cite, f.whom, f.kind, f.offset, f.length, f.count));
    }
    size = 0;
  }
}
