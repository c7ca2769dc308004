package fr.vigie.inventory.site;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hours of a week: {@code mon-fri 07:00-19:00, sat 08:00-12:00, hol 09:00-11:00}, in French {@code lun-ven 07:00-19:00, fer 09:00-11:00}. A span whose end is not after its start runs past
 * midnight; {@code 24:00} is the end of the day.
 *
 * @param text as written
 * @param spans the parts
 */
public record Hours(String text, List<Span> spans) {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol");
  private static final List<String> JOURS = List.of("lun", "mar", "mer", "jeu", "ven", "sam", "dim", "fer");
  private static final int HOLIDAY = 7;
  private static final int DAY = 24 * 60;

  /**
   * One part.
   *
   * @param days bit 0 Monday … bit 6 Sunday, bit 7 public holidays
   * @param from minute of the day, 0..1439
   * @param to minute of the day, exclusive, 1..1440; not above {@code from} when the span ends on the next day
   */
  public record Span(int days, int from, int to) {}

  /** Whether the time lies in these hours. */
  public boolean contain(long at, Calendar calendar) {
    long second = Math.floorDiv(at, 1_000_000_000L);
    ZonedDateTime t = Instant.ofEpochSecond(second).atZone(calendar.tz());
    int minute = t.getHour() * 60 + t.getMinute();
    int today = 1 << day(t, calendar);
    int yesterday = 1 << day(t.minusDays(1), calendar);
    for (Span s : spans) {
      boolean overnight = s.to <= s.from;
      if ((s.days & today) != 0 && minute >= s.from && (overnight || minute < s.to)) {
        return true;
      }
      if (overnight && (s.days & yesterday) != 0 && minute < s.to) {
        return true;
      }
    }
    return false;
  }

  /** Whether some moment may lie in both. What runs past midnight may run into any day, for any day may be a holiday. */
  public boolean meet(Hours other) {
    for (Span a : spans) {
      for (Span b : other.spans) {
        boolean sameDay = (a.days & b.days) != 0 && (a.to <= a.from ? DAY : a.to) > b.from && (b.to <= b.from ? DAY : b.to) > a.from;
        boolean before = a.to <= a.from && a.to > b.from;
        boolean behind = b.to <= b.from && b.to > a.from;
        if (sameDay || before || behind || a.to <= a.from && b.to <= b.from) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether every moment of the other certainly lies in these: each of its spans within one of these, day by day. */
  public boolean hold(Hours other) {
    for (Span inner : other.spans) {
      int left = inner.days;
      for (Span outer : spans) {
        int end = inner.to <= inner.from ? inner.to + DAY : inner.to;
        int last = outer.to <= outer.from ? outer.to + DAY : outer.to;
        if (outer.from <= inner.from && end <= last) {
          left &= ~outer.days;
        }
      }
      if (left != 0) {
        return false;
      }
    }
    return true;
  }

  private static int day(ZonedDateTime t, Calendar calendar) {
    DayOfWeek d = t.getDayOfWeek();
    return calendar.holiday(t.toLocalDate()) ? HOLIDAY : d.getValue() - 1;
  }

  /** Reads hours, or answers null where the text is none. */
  public static @Nullable Hours parse(String text) {
    List<Span> spans = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] words = part.strip().split("\\s+", -1);
      String times = words[words.length - 1];
      int days = words.length == 1 ? 0xFF : words.length == 2 ? days(words[0].toLowerCase(Locale.ROOT)) : 0;
      int dash = times.indexOf('-');
      int from = dash < 0 ? -1 : minute(times.substring(0, dash));
      int to = dash < 0 ? -1 : minute(times.substring(dash + 1));
      if (days == 0 || from < 0 || from >= DAY || to < 0 || from == to) {
        return null;
      }
      spans.add(new Span(days, from, to));
    }
    return new Hours(text, List.copyOf(spans));
  }

  private static int days(String text) {
    int dash = text.indexOf('-');
    int a = word(dash < 0 ? text : text.substring(0, dash));
    int b = dash < 0 ? a : word(text.substring(dash + 1));
    if (a < 0 || b < 0 || (dash >= 0 && (a == HOLIDAY || b == HOLIDAY))) {
      return 0;
    }
    int bits = 1 << b;
    for (int d = a; d != b; d = (d + 1) % 7) {
      bits |= 1 << d;
    }
    return bits;
  }

  private static int word(String text) {
    int english = DAYS.indexOf(text);
    return english < 0 ? JOURS.indexOf(text) : english;
  }

  private static int minute(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon > 2 || text.length() != colon + 3) {
      return -1;
    }
    int h = two(text.substring(0, colon), 24);
    int m = two(text.substring(colon + 1), 59);
    return h < 0 || m < 0 || (h == 24 && m != 0) ? -1 : h * 60 + m;
  }

  private static int two(String text, int max) {
    return Addresses.decimal(text.length() == 2 && text.charAt(0) == '0' ? text.substring(1) : text, max);
  }
}
