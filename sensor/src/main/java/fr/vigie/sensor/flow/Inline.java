package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Counters;
import java.lang.foreign.Arena;

/** All shards on the thread of the dispatcher, which is that of the sink: nothing is queued, copied or waited for. */
final class Inline implements Deck {
  private final Item item = new Item();
  private final Item mark = new Item();
  private final Shards shards;
  private final Handover said;
  private final Merger merger;

  Inline(SensorOptions options, Counters counters, Arena arena, Merger merger) {
    shards = new Shards(options, counters, arena, 0, 1);
    said = shards.handover;
    this.merger = merger;
  }

  @Override
  public Item blank() {
    return item;
  }

  @Override
  public void deal() {
    shards.run(item);
    int count = said.count();
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        merger.take(said.at(i));
      }
      said.clear();
    }
  }

  @Override
  public void mark(Item.Kind kind, long seq, long at, long until) {
    mark.mark(kind, seq, at, until);
    shards.run(mark);
    merger.due(said.all(), 0, said.count());
    said.clear();
    merger.mark(seq, until, kind == Item.Kind.END);
  }

  @Override
  public void flush() {}
}
