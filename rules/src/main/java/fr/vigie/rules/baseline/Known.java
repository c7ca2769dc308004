package fr.vigie.rules.baseline;

import org.jspecify.annotations.Nullable;

/**
 * What was learned or approved: facts by kind, bounded; what does not fit is counted and stays unknown. Single-threaded.
 *
 * <p>A fact is a kind and three texts in an open-addressing table, no object of its own: asking allocates nothing, and where the asker keeps
 * its texts, as parties do, their hashes are known and they are compared by reference.
 */
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
    UNIT,
    /** Who programs, configures, restarts a device or sets its clock. */
    ENGINEER,
    /** Who overrides a device at an operator's priority. */
    OPERATOR,
    /** Who notifies whom. */
    NOTIFIER,
    /** Who has subscribed at whom. */
    SUBSCRIBER,
    /** Who serves addresses, names, time or the way out. */
    SERVER,
    /** A zone in which a MAC address was met. */
    HOME,
    /** What a device says it is: trait and value. */
    NATURE
  }

  private static final int SMALLEST = 1 << 10;
  /** Texts of packets can be made to collide: so many places are looked at, then there is no room. */
  private static final int PROBES = 256;

  private final int limit;
  private @Nullable Kind[] kinds = new Kind[SMALLEST];
  /** Three texts a place. */
  private @Nullable String[] texts = new String[3 * SMALLEST];
  private int size;
  private long refused;
  private boolean held;

  /** Knows nothing yet, and will know at most {@code limit} facts. */
  public Known(int limit) {
    this.limit = limit;
  }

  /** From here on nothing is learned, until it is let again: what happens within an announced intervention is no habit. */
  public void hold(boolean hold) {
    held = hold;
  }

  /** Learns or approves a fact; false if it was known, there is no room, or nothing is to be learned now. */
  public boolean learn(Kind kind, String a, String b, String c) {
    if (held) {
      return false;
    }
    int i = place(kind, a, b, c);
    if (i >= 0 && kinds[i] != null) {
      return false;
    }
    if (i < 0 || size >= limit) {
      refused++;
      return false;
    }
    put(i, kind, a, b, c);
    if (++size * 2 > kinds.length) {
      grow();
    }
    return true;
  }

  /** Whether it is known. */
  public boolean has(Kind kind, String a, String b, String c) {
    int i = place(kind, a, b, c);
    return i >= 0 && kinds[i] != null;
  }

  /** Facts known. */
  public int size() {
    return size;
  }

  /** How many facts found no room. */
  public long refused() {
    return refused;
  }

  /** Where the fact is, or where it would go, or -1. */
  private int place(Kind kind, String a, String b, String c) {
    int mask = kinds.length - 1;
    int i = hash(kind, a, b, c) & mask;
    for (int probes = 0; probes < PROBES; probes++) {
      if (kinds[i] == null || kinds[i] == kind && a.equals(texts[3 * i]) && b.equals(texts[3 * i + 1]) && c.equals(texts[3 * i + 2])) {
        return i;
      }
      i = i + 1 & mask;
    }
    return -1;
  }

  private static int hash(Kind kind, String a, String b, String c) {
    long h = (kind.ordinal() + 1) * 0x9E3779B97F4A7C15L;
    h = (h ^ a.hashCode()) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 29 ^ b.hashCode()) * 0x94D049BB133111EBL;
    h = (h ^ h >>> 31 ^ c.hashCode()) * 0x9E3779B97F4A7C15L;
    return (int) (h ^ h >>> 32);
  }

  private void put(int i, Kind kind, String a, String b, String c) {
    kinds[i] = kind;
    texts[3 * i] = a;
    texts[3 * i + 1] = b;
    texts[3 * i + 2] = c;
  }

  private void grow() {
    @Nullable Kind[] oldKinds = kinds;
    @Nullable String[] oldTexts = texts;
    kinds = new Kind[oldKinds.length * 2];
    texts = new String[oldTexts.length * 2];
    for (int i = 0; i < oldKinds.length; i++) {
      Kind kind = oldKinds[i];
      String a = oldTexts[3 * i];
      String b = oldTexts[3 * i + 1];
      String c = oldTexts[3 * i + 2];
      if (kind != null && a != null && b != null && c != null) {
        int to = place(kind, a, b, c);
        if (to >= 0) {
          put(to, kind, a, b, c);
        } else {
          size--;
          refused++;
        }
      }
    }
  }
}
