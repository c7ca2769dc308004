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

  /** How a fact came to be known, or not to be. */
  public enum Origin {
    /** It was heard while learning. */
    LEARNED,
    /** A person approved it, or a policy that was loaded. */
    APPROVED,
    /** A person rejected it: it is not known, however often it is heard. */
    REJECTED
  }

  /** Takes facts. */
  @FunctionalInterface
  public interface Reader {
    /**
     * One fact.
     *
     * @param since capture time at which it was learned or decided, ns
     */
    void fact(Kind kind, String a, String b, String c, Origin origin, long since);
  }

  private static final byte REJECTED = (byte) Origin.REJECTED.ordinal();
  private static final int SMALLEST = 1 << 10;
  /** Capture times are kept in minutes. */
  private static final long MINUTE = 60L * 1_000_000_000L;
  /** Texts of packets can be made to collide: so many places are looked at, then there is no room. */
  private static final int PROBES = 256;

  private final int limit;
  private @Nullable Kind[] kinds = new Kind[SMALLEST];
  /** Three texts a place. */
  private @Nullable String[] texts = new String[3 * SMALLEST];
  private byte[] origins = new byte[SMALLEST];
  private int[] since = new int[SMALLEST];
  /** When what comes now is learned, in minutes. */
  private int now;
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

  /** Whether nothing is learned at present. */
  boolean held() {
    return held;
  }

  /** What is learned from here on is learned at this capture time, ns. */
  public void at(long time) {
    now = (int) (time / MINUTE);
  }

  /** Learns a fact; false if it was known, was rejected, or there is no room. */
  public boolean learn(Kind kind, String a, String b, String c) {
    if (held) {
      return false;
    }
    int i = place(kind, a, b, c);
    return (i < 0 || kinds[i] == null) && add(i, kind, a, b, c, Origin.LEARNED);
  }

  /** A person decides about a fact, known or not; false where there is no room. */
  public boolean decide(Kind kind, String a, String b, String c, Origin origin) {
    int i = place(kind, a, b, c);
    if (i < 0 || kinds[i] == null) {
      return add(i, kind, a, b, c, origin);
    }
    origins[i] = (byte) origin.ordinal();
    return true;
  }

  private boolean add(int i, Kind kind, String a, String b, String c, Origin origin) {
    if (i < 0 || size >= limit) {
      refused++;
      return false;
    }
    put(i, kind, a, b, c, (byte) origin.ordinal(), now);
    if (++size * 2 > kinds.length) {
      grow();
    }
    return true;
  }

  /** Whether it is known. */
  public boolean has(Kind kind, String a, String b, String c) {
    int i = place(kind, a, b, c);
    return i >= 0 && kinds[i] != null && origins[i] != REJECTED;
  }

  /** How a fact came to be known or not, or null where nothing is known of it. */
  public @Nullable Origin origin(Kind kind, String a, String b, String c) {
    int i = place(kind, a, b, c);
    return i >= 0 && kinds[i] != null ? Origin.values()[origins[i]] : null;
  }

  /** Reads all facts, in no order. */
  public void each(Reader reader) {
    for (int i = 0; i < kinds.length; i++) {
      Kind kind = kinds[i];
      String a = texts[3 * i];
      String b = texts[3 * i + 1];
      String c = texts[3 * i + 2];
      if (kind != null && a != null && b != null && c != null) {
        reader.fact(kind, a, b, c, Origin.values()[origins[i]], since[i] * MINUTE);
      }
    }
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

  private void put(int i, Kind kind, String a, String b, String c, byte origin, int minute) {
    kinds[i] = kind;
    origins[i] = origin;
    since[i] = minute;
    texts[3 * i] = a;
    texts[3 * i + 1] = b;
    texts[3 * i + 2] = c;
  }

  private void grow() {
    @Nullable Kind[] oldKinds = kinds;
    @Nullable String[] oldTexts = texts;
    byte[] oldOrigins = origins;
    int[] oldSince = since;
    kinds = new Kind[oldKinds.length * 2];
    texts = new String[oldTexts.length * 2];
    origins = new byte[oldKinds.length * 2];
    since = new int[oldKinds.length * 2];
    for (int i = 0; i < oldKinds.length; i++) {
      Kind kind = oldKinds[i];
      String a = oldTexts[3 * i];
      String b = oldTexts[3 * i + 1];
      String c = oldTexts[3 * i + 2];
      if (kind != null && a != null && b != null && c != null) {
        int to = place(kind, a, b, c);
        if (to >= 0) {
          put(to, kind, a, b, c, oldOrigins[i], oldSince[i]);
        } else {
          size--;
          refused++;
        }
      }
    }
  }
}
