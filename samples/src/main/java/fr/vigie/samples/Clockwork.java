package fr.vigie.samples;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.PriorityQueue;
import java.util.Random;

/** The hours of a week: what is due next, in order of time, and how busy people are at a time of the site. Daylight saving is the zone's. */
final class Clockwork {
  static final long SECOND = 1_000_000_000L;
  static final long MINUTE = 60 * SECOND;
  static final long HOUR = 3600 * SECOND;
  /** Comes no more. */
  static final long NEVER = Long.MAX_VALUE;
  static final ZoneId ZONE = ZoneId.of("Europe/Paris");

  /** Something that happens at a time and says when it happens again. */
  @FunctionalInterface
  interface Task {
    /** Happens; the time of the next, or {@link #NEVER}. */
    long happen(long at);
  }

  /** Something that happens at a time. */
  @FunctionalInterface
  interface Moment {
    void happen(long at);
  }

  private record Due(long at, long order, Task task) {}

  final Random random;
  final long begin;
  final long end;
  private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private long order;
  private long hour = Long.MIN_VALUE;
  private ZonedDateTime local = ZonedDateTime.ofInstant(Instant.EPOCH, ZONE);

  Clockwork(long seed, long begin, long end) {
    random = new Random(seed * 1_000_003 + 11);
    this.begin = begin;
    this.end = end;
  }

  void at(long when, Task task) {
    if (when < end) {
      due.add(new Due(when, order++, task));
    }
  }

  void once(long when, Moment what) {
    at(when, at -> {
      what.happen(at);
      return NEVER;
    });
  }

  /** At a steady beat, as machines do it: a jitter of 20 ms, from a random first time. */
  void every(long period, Moment what) {
    beat(begin + SECOND + (long) (random.nextDouble() * period), period, what);
  }

  /** At a steady beat from a time on. */
  void beat(long first, long period, Moment what) {
    long[] next = {first};
    at(first, at -> {
      what.happen(at);
      next[0] += period;
      return next[0] + random.nextInt(20_000_000);
    });
  }

  /** At a time of the site's day, each day: machines that follow the clock on the wall. */
  void daily(int hourOfDay, int minute, Moment what) {
    for (ZonedDateTime day = Instant.ofEpochSecond(begin / SECOND).atZone(ZONE).toLocalDate().atStartOfDay(ZONE);
        day.toEpochSecond() * SECOND < end; day = day.plusDays(1)) {
      long when = day.withHour(hourOfDay).withMinute(minute).toEpochSecond() * SECOND + random.nextInt(4_000) * 1_000_000L;
      if (when >= begin) {
        once(when, what);
      }
    }
  }

  /** As people do it: at random, on the average so often an hour when it is busiest. */
  void sometimes(double perHour, Moment what) {
    long step = (long) (HOUR / perHour);
    at(begin + SECOND + (long) (random.nextDouble() * step), at -> {
      // thinned: asked at the busiest rate, done by how busy it is
      if (random.nextDouble() < busy(at)) {
        what.happen(at);
      }
      return at + 1 + (long) (-Math.log(1 - random.nextDouble()) * step);
    });
  }

  /** The site's local time. */
  ZonedDateTime local(long at) {
    if (at / HOUR != hour) {
      hour = at / HOUR;
      local = Instant.ofEpochSecond(hour * 3600).atZone(ZONE);
    }
    return local;
  }

  boolean weekend(long at) {
    return local(at).getDayOfWeek().getValue() > 5;
  }

  boolean working(long at) {
    int h = local(at).getHour();
    return !weekend(at) && h >= 7 && h < 19;
  }

  /** How busy the site is, 0 to 1. */
  double busy(long at) {
    int h = local(at).getHour();
    double day = h >= 8 && h < 18 ? h == 12 || h == 13 ? 0.7 : 1 : h == 7 || h == 18 ? 0.6 : h >= 19 && h < 23 ? 0.2 : 0.04;
    return weekend(at) ? 0.3 * day : day;
  }

  /** Lets everything happen until the end. */
  void run(Stream stream) throws IOException {
    for (Due next = due.poll(); next != null; next = due.poll()) {
      stream.release(next.at - Stream.AHEAD);
      at(next.task.happen(next.at), next.task);
    }
    stream.release(end);
  }
}
