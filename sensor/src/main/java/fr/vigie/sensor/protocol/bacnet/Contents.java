package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The contents of primitive elements as text (ASHRAE 135-2020 20.2.2 to 20.2.14), from an offset of a cursor that does not move. Allocates. */
final class Contents {
  /** Octets of a character string that are told. */
  private static final int LONGEST_TEXT = 2048;

  /** Octets of a bit string that are told, the first of which counts unused bits. */
  private static final int LONGEST_BITS = 65;

  private static final String[] DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

  private Contents() {}

  static byte[] copy(Cursor c, int at, int octets) {
    byte[] copy = new byte[octets];
    for (int i = 0; i < octets; i++) {
      copy[i] = (byte) c.at(at + i);
    }
    return copy;
  }

  /** The octets as one number, at most eight of them. */
  static long number(Cursor c, int at, int octets) {
    long value = 0;
    for (int i = 0; i < octets; i++) {
      value = value << 8 | c.at(at + i);
    }
    return value;
  }

  static long signed(Cursor c, int at, int octets) {
    int unused = 64 - octets * 8;
    return number(c, at, octets) << unused >> unused;
  }

  /** A character string (20.2.9): the first octet names the character set. */
  static String text(Cursor c, int at, int octets) {
    byte[] raw = copy(c, at, Math.min(octets, LONGEST_TEXT));
    if (raw.length == 0) {
      return "";
    }
    return switch (raw[0]) {
      case 0 -> new String(raw, 1, raw.length - 1, StandardCharsets.UTF_8);
      case 1 -> codePage(raw);
      // JIS X 0208: two octets a character, in rows and columns
      case 2 -> new String(raw, 1, raw.length - 1, Charset.forName("x-JIS0208"));
      case 3 -> new String(raw, 1, raw.length - 1, Charset.forName("UTF-32BE"));
      case 4 -> new String(raw, 1, raw.length - 1, StandardCharsets.UTF_16BE);
      default -> new String(Arrays.copyOfRange(raw, 1, raw.length), StandardCharsets.ISO_8859_1);
    };
  }

  /** X'01' is followed by a DBCS code page: 850 and 932 as the standard's examples have them; others share ASCII, which is all that is promised. */
  private static String codePage(byte[] raw) {
    if (raw.length < 3) {
      return "";
    }
    int page = (raw[1] & 0xFF) << 8 | raw[2] & 0xFF;
    String name = page == 932 ? "windows-31j" : page >= 1250 && page <= 1258 ? "windows-" + page : page == 850 ? "IBM850" : "ISO-8859-1";
    Charset set = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    return new String(raw, 3, raw.length - 3, set);
  }

  /** A bit string (20.2.10), and behind it the names of the bits that are set. */
  static String bits(Cursor c, int at, int octets, Codes.@Nullable Labels labels) {
    int shown = Math.min(octets, LONGEST_BITS);
    int count = Math.max(0, (shown - 1) * 8 - (octets > LONGEST_BITS ? 0 : c.at(at) & 7));
    StringBuilder s = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      s.append(bit(c, at, i));
    }
    if (labels != null) {
      char separator = ' ';
      for (int i = 0; i < count; i++) {
        if (bit(c, at, i) == 1) {
          s.append(separator).append(labels.of(i));
          separator = ',';
        }
      }
    }
    return s.toString();
  }

  private static int bit(Cursor c, int at, int i) {
    return c.at(at + 1 + i / 8) >> 7 - i % 8 & 1;
  }

  /** A date (20.2.12): {@code 2026-01-05}; {@code *} where unspecified, {@code odd}, {@code even} months, {@code last} day of the month. */
  static String date(Cursor c, int at) {
    int year = c.at(at);
    int month = c.at(at + 1);
    int day = c.at(at + 2);
    String months = month == 13 ? "odd" : month == 14 ? "even" : two(month);
    String days = day == 32 ? "last" : day == 33 ? "odd" : day == 34 ? "even" : two(day);
    String weekday = year == 255 || month > 12 || day > 31 ? weekday(c.at(at + 3)) : "";
    return (year == 255 ? "*" : Integer.toString(1900 + year)) + "-" + months + "-" + days + weekday;
  }

  /** Only a pattern needs its day of the week said. */
  private static String weekday(int day) {
    return day >= 1 && day <= 7 ? " " + DAYS[day - 1] : "";
  }

  static String time(Cursor c, int at) {
    return two(c.at(at)) + ":" + two(c.at(at + 1)) + ":" + two(c.at(at + 2)) + "." + two(c.at(at + 3));
  }

  /** BACnetWeekNDay (clause 21): month, week of the month, day of the week. */
  static String weekNDay(Cursor c, int at) {
    int month = c.at(at);
    int week = c.at(at + 1);
    int day = c.at(at + 2);
    String months = month == 13 ? "odd" : month == 14 ? "even" : two(month);
    return "month " + months + " week " + (week == 6 ? "last" : two(week)) + (day >= 1 && day <= 7 ? " " + DAYS[day - 1] : " *");
  }

  /** Two digits, or {@code *} for unspecified. */
  private static String two(int value) {
    return value == 255 ? "*" : value < 10 ? "0" + value : Integer.toString(value);
  }

  /** {@code analog-value,3}. */
  static String object(long id) {
    return BacnetNames.objectType((int) (id >>> 22)) + "," + (id & 0x3FFFFF);
  }
}
