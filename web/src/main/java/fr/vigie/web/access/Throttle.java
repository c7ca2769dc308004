package fr.vigie.web.access;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The brake on guessing passwords, by name and by address: five free failures, then a wait that doubles from one second to fifteen
 * minutes; a success forgets the name's failures, a quiet hour forgets all. Bounded; safe for use by several threads.
 */
public final class Throttle {
  private static final int FREE = 5;
  /** An address may stand for a whole ward behind one proxy. */
  private static final int FREE_BY_ADDRESS = 20;

  private static final long LONGEST_MS = 15 * 60_000L;
  private static final long FORGET_MS = 60 * 60_000L;
  private static final int MOST = 20_000;

  private final Clock clock;
  private final Map<String, Failures> table = new LinkedHashMap<>(64, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
      return size() > MOST;
    }
  };

  /** Wall time. */
  public Throttle(Clock clock) {
    this.clock = clock;
  }

  /** Milliseconds that this name from this address still has to wait; 0 where it may try now. */
  public synchronized long waitFor(String name, String address) {
    long now = clock.millis();
    return Math.max(left("n:" + name, now), left("a:" + address, now));
  }

  /** Counts a failure. */
  public synchronized void failed(String name, String address) {
    long now = clock.millis();
    count("n:" + name, FREE, now);
    count("a:" + address, FREE_BY_ADDRESS, now);
  }

  /** Forgets the name's failures; the address keeps its own. */
  public synchronized void succeeded(String name) {
    table.remove("n:" + name);
  }

  private long left(String key, long now) {
    Failures f = table.get(key);
    return f == null ? 0 : Math.max(0, f.until - now);
  }

  private void count(String key, int free, long now) {
    Failures f = table.computeIfAbsent(key, k -> new Failures());
    if (now - f.last > FORGET_MS) {
      f.count = 0;
    }
    f.last = now;
    f.count++;
    if (f.count >= free) {
      f.until = now + Math.min(LONGEST_MS, 1000L << Math.min(20, f.count - free));
    }
  }

  private static final class Failures {
    int count;
    long last;
    long until;
  }
}
