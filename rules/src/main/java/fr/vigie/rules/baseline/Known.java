package fr.vigie.rules.baseline;

import java.util.HashSet;
import java.util.Set;

/** What was learned or approved: facts by kind, bounded; what does not fit is counted and stays unknown. Single-threaded. */
public final class Known {
  /** The kinds of things that can be known. */
  public enum Kind {
    /** A device, by one of its identity keys. */
    DEVICE,
    /** A writer of an object of a device. */
    WRITER,
    /** A writer of any object of a device. */
    WRITES_TO,
    /** Who discovers. */
    SUPERVISOR,
    /** A reader of a device. */
    READER,
    /** A client that registers with or tunnels through a server. */
    CLIENT,
    /** Two that speak a protocol. */
    PEER,
    /** A server of a building protocol. */
    CONTROLLER,
    /** A Modbus unit that answered. */
    UNIT
  }

  private record Fact(Kind kind, String a, String b, String c) {}

  private final int limit;
  private final Set<Fact> facts = new HashSet<>();
  private long refused;

  /** Knows nothing yet, and will know at most {@code limit} facts. */
  public Known(int limit) {
    this.limit = limit;
  }

  /** Learns or approves a fact; false if it was known or there is no room. */
  public boolean learn(Kind kind, String a, String b, String c) {
    Fact fact = new Fact(kind, a, b, c);
    if (facts.size() >= limit && !facts.contains(fact)) {
      refused++;
      return false;
    }
    return facts.add(fact);
  }

  /** Whether it is known. */
  public boolean has(Kind kind, String a, String b, String c) {
    return facts.contains(new Fact(kind, a, b, c));
  }

  /** Facts known. */
  public int size() {
    return facts.size();
  }

  /** How many facts found no room. */
  public long refused() {
    return refused;
  }
}
