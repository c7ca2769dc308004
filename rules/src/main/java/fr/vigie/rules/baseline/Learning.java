package fr.vigie.rules.baseline;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far the normal of each device is learned, one class of behaviour at a time. Learning ends by evidence: when the device was heard in
 * {@value #HOURS} different hours and {@value #EVIDENCE} times or more, and half of all that was heard came after the last thing that was
 * new. What is heard by day only so takes more days than what is heard always, and a device that arrives later learns on its own. Ended
 * stays ended, until a person lets it learn again. Bounded: what still learns and was heard longest ago, by the hour, is forgotten first, learns anew, and
 * is counted; only where nothing learns any more, what ended and was heard longest ago. So a flood of forged addresses does not bring a device back to
 * learning. Single-threaded.
 */
public final class Learning {
  /** Stands for the site as a whole, where there is no one device. */
  public static final String SITE = "";
  /** Different hours in which something must have been heard. */
  public static final int HOURS = 24;
  /** How often something must have been heard. */
  public static final int EVIDENCE = 48;
  /** Parts of the picture of news over time; the time of a part doubles as needed. */
  public static final int PARTS = 24;

  private static final long HOUR = 3600L * 1_000_000_000L;

  /** How far one class of behaviour of one device is learned. */
  public static final class Progress {
    private final String subject;
    private final Behaviour behaviour;
    private final long first;
    private long last;
    private long lastNews;
    private long evidence;
    private long evidenceBefore;
    private long hour = Long.MIN_VALUE;
    private int hours;
    private int news;
    private long ended = Long.MAX_VALUE;
    private int width = 1;
    /** Where it stands in its part. */
    private int row;
    /** One part where all that was new came at once, as it does of most; else all of them. */
    private short[] parts = new short[1];

    private Progress(String subject, Behaviour behaviour, long at) {
      this.subject = subject;
      this.behaviour = behaviour;
      this.first = at;
      this.lastNews = at;
    }

    /** The device, as the key of its address, or {@link #SITE}. */
    public String subject() {
      return subject;
    }

    /** The class of behaviour. */
    public Behaviour behaviour() {
      return behaviour;
    }

    /** When it was first heard, ns of capture time. */
    public long first() {
      return first;
    }

    /** When it was last heard, ns of capture time. */
    public long last() {
      return last;
    }

    /** When something was new last, ns of capture time. */
    public long lastNews() {
      return lastNews;
    }

    /** How often it was heard. */
    public long evidence() {
      return evidence;
    }

    /** How often since something was new last. */
    public long quiet() {
      return evidence - evidenceBefore;
    }

    /** In how many different hours it was heard. */
    public int hours() {
      return hours;
    }

    /** How many things were new. */
    public int news() {
      return news;
    }

    /** When learning ended, ns of capture time, or {@link Long#MAX_VALUE}. */
    public long ended() {
      return ended;
    }

    /** Hours of one part of the picture. */
    public int width() {
      return width;
    }

    /** New things in a part of the time since it was first heard, 0 the earliest; no more than 32,767 are told. */
    public int part(int i) {
      return i < parts.length ? parts[i] : 0;
    }

    /** How near the end is, 0 to 100: the least of the three that must be reached. */
    public int saturation() {
      long share = evidence == 0 ? 0 : 200 * quiet() / evidence;
      return (int) Math.min(100, Math.min(share, Math.min(100L * hours / HOURS, 100 * evidence / EVIDENCE)));
    }

    private void count(long at) {
      long part = (at - first) / HOUR / width;
      while (part >= PARTS) {
        parts = parts.length < PARTS ? Arrays.copyOf(parts, PARTS) : parts;
        for (int i = 0; i < PARTS; i++) {
          parts[i] = i < PARTS / 2 ? (short) Math.min(Short.MAX_VALUE, parts[2 * i] + parts[2 * i + 1]) : 0;
        }
        width *= 2;
        part = (at - first) / HOUR / width;
      }
      if (part >= parts.length) {
        parts = Arrays.copyOf(parts, PARTS);
      }
      parts[(int) part] = (short) Math.min(Short.MAX_VALUE, parts[(int) part] + 1);
    }
  }

  private final int limit;
  /** Those of which learning ended, and those that still learn; each is in one of the two, what was heard last by the hour behind the others. */
  private final Part learned;

  private final Part young;
  private long forgotten;

  /** Some of what is followed, in the order in which it was heard last, by the hour. */
  private static final class Part {
    final Rows rows;
    private @Nullable Progress[] all;

    Part(int limit) {
      rows = new Rows(limit);
      all = new Progress[rows.room()];
    }

    @Nullable Progress find(String subject, Behaviour behaviour, int hash) {
      for (int row = rows.first(hash); row >= 0; row = rows.next(row)) {
        Progress p = all[row];
        if (p != null && p.behaviour == behaviour && p.subject.equals(subject)) {
          return p;
        }
      }
      return null;
    }

    void add(Progress p) {
      int row = rows.take(hash(p.subject, p.behaviour));
      if (row >= all.length) {
        all = Arrays.copyOf(all, rows.room());
      }
      all[row] = p;
      p.row = row;
    }

    void remove(Progress p) {
      rows.free(p.row);
      all[p.row] = null;
    }

    void removeOldest() {
      Progress p = all[rows.oldest()];
      if (p != null) {
        remove(p);
      }
    }

    void each(Consumer<Progress> what) {
      for (int row = rows.oldest(); row >= 0; row = rows.newer(row)) {
        Progress p = all[row];
        if (p != null) {
          what.accept(p);
        }
      }
    }
  }

  /** Has heard nothing yet, and will follow at most {@code limit} classes of behaviour of devices. */
  public Learning(int limit) {
    this.limit = limit;
    this.learned = new Part(limit);
    this.young = new Part(limit);
  }

  /**
   * Something of this class was heard of a device.
   *
   * @param fresh whether it was not known before
   * @param at capture time, ns
   * @return whether learning had ended before
   */
  public boolean heard(String subject, Behaviour behaviour, boolean fresh, long at) {
    Progress p = progress(subject, behaviour, at);
    boolean over = p.ended <= at;
    p.last = Math.max(p.last, at);
    p.evidence++;
    long hour = at / HOUR;
    if (hour != p.hour) {
      p.hour = hour;
      p.hours++;
      side(p).rows.news(p.row);
    }
    if (over) {
      return true;
    }
    if (fresh) {
      p.news++;
      p.lastNews = at;
      p.evidenceBefore = p.evidence;
      p.count(at);
    } else if (p.saturation() >= 100) {
      over(p, at);
    }
    return false;
  }

  /** Whether learning of this class of a device has ended. */
  public boolean ended(String subject, Behaviour behaviour, long at) {
    Progress p = of(subject, behaviour);
    return p != null && p.ended <= at;
  }

  /** A person ends it, whatever the evidence. */
  public void end(String subject, Behaviour behaviour, long at) {
    over(progress(subject, behaviour, at), at);
  }

  private void over(Progress p, long at) {
    if (p.ended == Long.MAX_VALUE) {
      young.remove(p);
      learned.add(p);
    }
    p.ended = at;
  }

  private Part side(Progress p) {
    return p.ended == Long.MAX_VALUE ? young : learned;
  }

  /** A person lets it learn again: what was heard counts no more, what was learned stays. */
  public void again(String subject, Behaviour behaviour) {
    Progress p = of(subject, behaviour);
    if (p != null) {
      side(p).remove(p);
    }
  }

  /** What is followed of a device and class, or null. */
  public @Nullable Progress of(String subject, Behaviour behaviour) {
    return of(subject, behaviour, hash(subject, behaviour));
  }

  private @Nullable Progress of(String subject, Behaviour behaviour, int hash) {
    Progress p = learned.find(subject, behaviour, hash);
    return p != null ? p : young.find(subject, behaviour, hash);
  }

  /** All that is followed: first that of which learning ended, then that which learns; of each what was heard longest ago first, by the hour. */
  public void each(Consumer<Progress> what) {
    learned.each(what);
    young.each(what);
  }

  /** Classes of devices that are followed. */
  public int size() {
    return learned.rows.size() + young.rows.size();
  }

  /** How many had to be forgotten because there were too many. */
  public long forgotten() {
    return forgotten + learned.rows.evicted() + young.rows.evicted();
  }

  private Progress progress(String subject, Behaviour behaviour, long at) {
    Progress p = of(subject, behaviour, hash(subject, behaviour));
    if (p == null) {
      if (size() >= limit) {
        (young.rows.size() == 0 ? learned : young).removeOldest();
        forgotten++;
      }
      p = new Progress(subject, behaviour, at);
      young.add(p);
    }
    return p;
  }

  private static int hash(String subject, Behaviour behaviour) {
    return Rows.mixed(subject.hashCode() * 31 + behaviour.ordinal());
  }
}
