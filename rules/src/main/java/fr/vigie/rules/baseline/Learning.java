package fr.vigie.rules.baseline;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far the normal of each device is learned, one class of behaviour at a time. Learning ends by evidence: when the device was heard in
 * {@value #HOURS} different hours and {@value #EVIDENCE} times or more, and half of all that was heard came after the last thing that was
 * new. What is heard by day only so takes more days than what is heard always, and a device that arrives later learns on its own. Ended
 * stays ended, until a person lets it learn again. Bounded: what longest nothing was heard of is forgotten first, learns anew, and is counted.
 * Single-threaded.
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

  private record Key(String subject, Behaviour behaviour) {}

  /** How far one class of behaviour of one device is learned. */
  public static final class Progress {
    private final Key key;
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
    /** One part where all that was new came at once, as it does of most; else all of them. */
    private short[] parts = new short[1];

    private Progress(Key key, long at) {
      this.key = key;
      this.first = at;
      this.lastNews = at;
    }

    /** The device, as the key of its address, or {@link #SITE}. */
    public String subject() {
      return key.subject;
    }

    /** The class of behaviour. */
    public Behaviour behaviour() {
      return key.behaviour;
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
  private final LinkedHashMap<Key, Progress> all = new LinkedHashMap<>();
  private long forgotten;

  /** Has heard nothing yet, and will follow at most {@code limit} classes of behaviour of devices. */
  public Learning(int limit) {
    this.limit = limit;
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
      p.ended = at;
    }
    return false;
  }

  /** Whether learning of this class of a device has ended. */
  public boolean ended(String subject, Behaviour behaviour, long at) {
    Progress p = all.get(new Key(subject, behaviour));
    return p != null && p.ended <= at;
  }

  /** A person ends it, whatever the evidence. */
  public void end(String subject, Behaviour behaviour, long at) {
    progress(subject, behaviour, at).ended = at;
  }

  /** A person lets it learn again: what was heard counts no more, what was learned stays. */
  public void again(String subject, Behaviour behaviour) {
    all.remove(new Key(subject, behaviour));
  }

  /** What is followed of a device and class, or null. */
  public @Nullable Progress of(String subject, Behaviour behaviour) {
    return all.get(new Key(subject, behaviour));
  }

  /** All that is followed, longest without news of its kind first. */
  public void each(Consumer<Progress> what) {
    all.values().forEach(what);
  }

  /** Classes of devices that are followed. */
  public int size() {
    return all.size();
  }

  /** How many had to be forgotten because there were too many. */
  public long forgotten() {
    return forgotten;
  }

  private Progress progress(String subject, Behaviour behaviour, long at) {
    Key key = new Key(subject, behaviour);
    Progress p = all.get(key);
    if (p == null) {
      if (all.size() >= limit) {
        Map.Entry<Key, Progress> eldest = all.firstEntry();
        all.remove(eldest.getKey());
        forgotten++;
      }
      p = new Progress(key, at);
      all.put(key, p);
    }
    return p;
  }
}
