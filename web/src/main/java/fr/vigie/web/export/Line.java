package fr.vigie.web.export;

import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON written octet by octet into one buffer that goes to its file when it is full. The text is what Jackson writes for the same values –
 * a test holds the two against each other – but a line costs no object: addresses are kept as octets once written, times keep their second,
 * numbers are written digit by digit. Member names and punctuation come ready from {@link #ready}. Single-threaded.
 */
final class Line implements AutoCloseable {
  private static final int BUFFER = 1 << 17;
  private static final int SINGLE = 1 << 10;

  private static final long SECOND = 1_000_000_000L;
  private static final int SECONDS = 8;
  /** Numbers whose text is kept, a power of two: of minimum, maximum, mean and last of a bucket two are mostly one, and set points come back. */
  private static final int REALS = 1 << 11;
  /** {@code 2026-01-01T00:15:54.} */
  private static final int SECOND_TEXT = 20;

  private static final byte[] NO_FRACTION = ready("000000000Z");
  private static final byte[] HEX = ready("0123456789ABCDEF");
  private static final byte[] NULL = ready("null");
  private static final byte[] PORT = ready(",\"port\":");
  /** What stands behind the backslash for an ASCII character that JSON does not take as it is: itself, a letter, or u; else 0. */
  private static final byte[] ESCAPE = escapes();

  private final Addresses addresses;
  private final OutputStream file;
  private byte[] out;
  private int at;
  private final long[] seconds = new long[SECONDS];
  private final byte[][] secondTexts = new byte[SECONDS][];
  private final long[] reals;
  private final byte[][] realTexts;

  /** Makes a writer to {@code file}, which it closes. */
  Line(Addresses addresses, OutputStream file) {
    this(addresses, file, BUFFER, REALS);
  }

  /** A writer of one line, which costs as little as it is used. */
  static Line single(OutputStream to) {
    return new Line(new Addresses(2), to, SINGLE, 1);
  }

  private Line(Addresses addresses, OutputStream file, int buffer, int numbers) {
    this.addresses = addresses;
    this.file = file;
    out = new byte[buffer];
    reals = new long[numbers];
    realTexts = new byte[numbers][];
    Arrays.fill(seconds, Long.MIN_VALUE);
  }

  private static byte[] escapes() {
    byte[] escape = new byte[128];
    Arrays.fill(escape, 0, ' ', (byte) 'u');
    escape['\b'] = 'b';
    escape['\t'] = 't';
    escape['\n'] = 'n';
    escape['\f'] = 'f';
    escape['\r'] = 'r';
    escape[0x7F] = 'u';
    escape['"'] = '"';
    escape['\\'] = '\\';
    return escape;
  }

  /** ASCII text as octets, made once. */
  static byte[] ready(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  private void room(int octets) throws IOException {
    if (out.length - at < octets) {
      flush();
      if (out.length < octets) {
        out = new byte[octets];
      }
    }
  }

  void flush() throws IOException {
    file.write(out, 0, at);
    at = 0;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      flush();
    }
  }

  /** Octets as they are. */
  Line put(byte[] octets) throws IOException {
    return put(octets, 0, octets.length);
  }

  /** Octets as they are, from one of them on. */
  Line put(byte[] octets, int from) throws IOException {
    int length = octets.length - from;
    room(length);
    System.arraycopy(octets, from, out, at, length);
    at += length;
    return this;
  }

  private Line put(byte[] octets, int from, int to) throws IOException {
    room(to - from);
    System.arraycopy(octets, from, out, at, to - from);
    at += to - from;
    return this;
  }

  /** A whole number, without quotes. */
  Line whole(long value) throws IOException {
    room(20);
    if (value == Long.MIN_VALUE) {
      return put(ready(Long.toString(value)));
    }
    long v = value;
    if (v < 0) {
      out[at++] = '-';
      v = -v;
    }
    if (v <= Integer.MAX_VALUE) {
      return small((int) v);
    }
    int digits = 1;
    for (long ten = 10; digits < 19 && v >= ten; ten *= 10) {
      digits++;
    }
    for (int i = at + digits - 1; i >= at; i--) {
      out[i] = (byte) ('0' + v % 10);
      v /= 10;
    }
    at += digits;
    return this;
  }

  /** A whole number that is not negative, for which there is room. */
  private Line small(int value) {
    int digits = 1;
    for (int rest = value; rest > 9; rest /= 10) {
      digits++;
    }
    int v = value;
    for (int i = at + digits - 1; i >= at; i--) {
      int tenth = v / 10;
      out[i] = (byte) ('0' + v - 10 * tenth);
      v = tenth;
    }
    at += digits;
    return this;
  }

  /** A number: JSON has no NaN and no infinity, they become null; whole numbers lose their fraction. */
  Line number(double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return whole((long) value);
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return put(NULL);
    }
    long bits = Double.doubleToRawLongBits(value);
    int slot = (int) (bits * 0x9E3779B97F4A7C15L >>> 48) & reals.length - 1;
    if (bits != reals[slot]) {
      // 0 is a whole number: no slot that was never filled is taken for one that was
      realTexts[slot] = ready(Double.toString(value));
      reals[slot] = bits;
    }
    return put(realTexts[slot]);
  }

  /** A time as {@link Json#time(long)} has it, without quotes. */
  Line time(long ns) throws IOException {
    room(SECOND_TEXT + 10);
    long second = Math.floorDiv(ns, SECOND);
    int fraction = (int) (ns - second * SECOND);
    int slot = (int) second & SECONDS - 1;
    if (seconds[slot] != second) {
      secondTexts[slot] = ready(second(second));
      seconds[slot] = second;
    }
    System.arraycopy(secondTexts[slot], 0, out, at, SECOND_TEXT);
    at += SECOND_TEXT;
    if (fraction == 0) {
      // a minute begins and ends with a second
      System.arraycopy(NO_FRACTION, 0, out, at, NO_FRACTION.length);
      at += NO_FRACTION.length;
      return this;
    }
    for (int i = at + 8; i >= at; i--) {
      out[i] = (byte) ('0' + fraction % 10);
      fraction /= 10;
    }
    at += 9;
    out[at++] = 'Z';
    return this;
  }

  private static String second(long second) {
    LocalDateTime t = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    StringBuilder s = new StringBuilder(SECOND_TEXT);
    two(two(s, t.getYear() / 100), t.getYear() % 100).append('-');
    two(s, t.getMonthValue()).append('-');
    two(s, t.getDayOfMonth()).append('T');
    two(s, t.getHour()).append(':');
    two(s, t.getMinute()).append(':');
    return two(s, t.getSecond()).append('.').toString();
  }

  private static StringBuilder two(StringBuilder s, int n) {
    return s.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
  }

  /** A text in quotes, or null. */
  Line text(@Nullable String text) throws IOException {
    if (text == null) {
      return put(NULL);
    }
    quote();
    inner(text);
    return quote();
  }

  /** A clause in quotes, or null. */
  Line cite(@Nullable Cite cite) throws IOException {
    if (cite == null) {
      return put(NULL);
    }
    quote();
    inner(cite.standard());
    inner(" §");
    inner(cite.clause());
    return quote();
  }

  /** The text of a point in quotes, or null: {@link Point#text} without making it. */
  Line point(@Nullable Point point) throws IOException {
    if (point == null) {
      return put(NULL);
    }
    quote();
    switch (point) {
      case Point.Bacnet p -> {
        inner(BacnetNames.objectType(p.type()));
        octet(',').whole(p.instance());
        if (p.property() >= 0) {
          octet('/').inner(BacnetNames.property(p.property()));
        }
        if (p.index() >= 0) {
          octet('[').whole(p.index()).octet(']');
        }
      }
      case Point.Modbus p -> {
        inner(p.table());
        octet(':').whole(p.address());
        if (p.count() != 1) {
          octet('-').whole(p.address() + p.count() - 1);
        }
      }
      case Point.KnxGroup p -> whole(p.address() >>> 11 & 0x1F).octet('/').whole(p.address() >>> 8 & 7).octet('/').whole(p.address() & 0xFF);
      case Point.Named p -> inner(p.name());
    }
    return quote();
  }

  private Line quote() throws IOException {
    return octet('"');
  }

  private Line octet(char ascii) throws IOException {
    room(1);
    out[at++] = (byte) ascii;
    return this;
  }

  /** Text between quotes: escaped as JSON asks, and where a terminal would obey it, in UTF-8; half a surrogate pair is no character and becomes a question mark. */
  private void inner(String text) throws IOException {
    int length = text.length();
    room(6 * length);
    byte[] o = out;
    int to = at;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        at = to;
        beyondAscii(text, i);
        return;
      }
      byte escape = ESCAPE[c];
      if (escape == 0) {
        o[to++] = (byte) c;
      } else {
        to = escaped(o, to, c, escape);
      }
    }
    at = to;
  }

  private static int escaped(byte[] o, int start, char c, byte escape) {
    int to = start;
    o[to++] = '\\';
    o[to++] = escape;
    if (escape == 'u') {
      o[to++] = HEX[c >>> 12];
      o[to++] = HEX[c >>> 8 & 0xF];
      o[to++] = HEX[c >>> 4 & 0xF];
      o[to++] = HEX[c & 0xF];
    }
    return to;
  }

  /** The rest of a text from its first character that is not ASCII on; {@link #inner} has made room. */
  private void beyondAscii(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        byte escape = ESCAPE[c];
        if (escape == 0) {
          out[at++] = (byte) c;
        } else {
          at = escaped(out, at, c, escape);
        }
      } else if (Json.obeyed(c)) {
        at = escaped(out, at, c, (byte) 'u');
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | c >>> 6);
        out[at++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        out[at++] = (byte) (0xE0 | c >>> 12);
        out[at++] = (byte) (0x80 | c >>> 6 & 0x3F);
        out[at++] = (byte) (0x80 | c & 0x3F);
      } else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        out[at++] = (byte) (0xF0 | point >>> 18);
        out[at++] = (byte) (0x80 | point >>> 12 & 0x3F);
        out[at++] = (byte) (0x80 | point >>> 6 & 0x3F);
        out[at++] = (byte) (0x80 | point & 0x3F);
      } else {
        out[at++] = '?';
      }
    }
  }

  /**
   * An address as {@link Json#endpoint(Endpoint, int)} has it.
   *
   * @param port the server port, or 0 to leave it out
   */
  Line endpoint(Endpoint e, int port) throws IOException {
    Addresses.Text a = addresses.text(e);
    byte[] octets = a.octets();
    if (port == 0) {
      return put(octets);
    }
    put(octets, 0, a.head());
    put(PORT).whole(port);
    return put(octets, a.head(), octets.length);
  }
}
