package fr.vigie.sensor.flow;

/** Where the dispatcher deals its items: to shards on its own thread, or to those of several. */
interface Deck {
  /** An item to fill; the same one until it is dealt. */
  Item blank();

  /** Deals the blank, a packet, a whole or a breach, to its shard. What memory it points to may change from then on. */
  void deal();

  /**
   * Tells every shard that all up to a packet was dealt and that time passes.
   *
   * @param kind MARK or END
   * @param seq the last packet
   * @param at its capture time
   * @param until capture time reached, at least {@code at}
   */
  void mark(Item.Kind kind, long seq, long at, long until);

  /** Nothing may come for a while: what was dealt is to be done now. */
  void flush();
}
