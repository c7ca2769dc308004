package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.sensor.record.Track;
import fr.vigie.sensor.wire.Breach;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Some of the shards, or all: those that one thread runs. A shard is a {@link Pipeline} with tables of its own; it sees its items and every
 * mark and nothing else, so what it says does not depend on who runs it. Everything in here belongs to that thread but the counters, which any
 * may read.
 */
final class Shards {
  /** Bits of {@code n} that count what one shard says at one mark. */
  private static final int BITS = 26;
  /** Bits of {@code n} that count what one part of a packet makes a shard say; fewer than 64 parts stay below the bits above. */
  private static final int PART = 20;

  private final Pipeline[] mine;
  /** Where this thread's packets go that are recorded, or null. */
  private final @Nullable Track track;
  private final int step;
  private final int first;

  /** What they said since it was last emptied. */
  final Handover handover = new Handover();

  /**
   * Makes empty shards: {@code first}, {@code first + step} and so on.
   *
   * @param counters of the thread that runs them alone
   * @param arena of the same thread, or shared; its memory is theirs
   */
  Shards(SensorOptions options, Counters counters, Arena arena, int first, int step) {
    this.first = first;
    this.step = step;
    SensorOptions share = options.share();
    Counts counts = new Counts(counters);
    Recorder recorder = options.recorder();
    track = recorder == null ? null : recorder.track();
    mine = new Pipeline[(options.shards() - first + step - 1) / step];
    for (int i = 0; i < mine.length; i++) {
      mine[i] = new Pipeline(share, counters, counts, new Blocks(arena, share.streamMemory()), handover, track);
    }
  }

  /** Does an item: what it makes the shards say is in {@link #handover}. */
  void run(Item item) {
    switch (item.kind) {
      case PACKET -> at(item).packet(item.packet, item.headers);
      case WHOLE -> at(item).whole(item.memory, item.headers, item.length, item.packets, item.bytes);
      case BREACH -> {
        Breach late = item.late;
        if (late != null) {
          at(item).breach(item.headers, late);
        }
      }
      case MARK, END -> {
        if (track != null) {
          track.time(item.until);
        }
        for (int i = 0; i < mine.length; i++) {
          mark(mine[i], first + i * step, item);
        }
      }
    }
  }

  private Pipeline at(Item item) {
    Pipeline pipeline = mine[(item.shard - first) / step];
    Current current = pipeline.current;
    if (current.seq != item.seq) {
      current.seq = item.seq;
      current.n = 0;
    }
    current.n = Math.max(current.n, item.part << PART);
    current.at = item.at;
    current.origin = item.packet.origin;
    current.packet = item.packet.index;
    pipeline.begin(item.headers, item.realmName, item.realm);
    return pipeline;
  }

  private static void mark(Pipeline pipeline, int shard, Item mark) {
    Current current = pipeline.current;
    current.seq = mark.seq;
    // one more than the shard: below are the numbers of what the packet itself made others say
    current.n = shard + 1 << BITS;
    current.at = mark.at;
    pipeline.advance(mark.until);
    if (mark.kind == Item.Kind.END) {
      pipeline.end();
    } else {
      pipeline.sweep(mark.until);
    }
    // the packet of this number is over: the next item begins anew
    current.seq = -1;
  }
}
