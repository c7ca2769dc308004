package fr.vigie.sensor.meaning;

import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A datapoint type: how the octets of a group value are read (KNX 03_07_02). Immutable; asked for each value, it allocates only for
 * {@link #value}.
 *
 * <pre>
 * main types 1–3: up to four bits in the APCI
 * 4 char · 5 u8 · 6 v8 · 7 u16 · 8 v16 · 9 f16: | sign 1, exponent 4, mantissa 11 | · 10 time · 11 date · 12 u32 · 13 v32 · 14 f32 · 15 access ·
 * 16 text · 17, 18 scene · 19 date and time · 20 enumeration · 21, 22, 27, 30 bits · 23, 31 in the APCI · 24, 28 text up to NUL · 29 v64
 * 200 and above: fields one after the other, as {@link #layout} names them: u, v, f, n, b, z, a with their bits
 * </pre>
 *
 * <p>A value has one number where one field of it is what the type is about; what has none (times, colours, alarms) is text in acts and no
 * reading. Not read: the meaning of enumerations and of single bits, and manufacturers' own types.
 */
public final class Datapoint {
  /** 3.10: what a two-octet float says where it has no value. */
  private static final int INVALID = 0x7FFF;

  private static final Map<Integer, String[]> TABLE = table();

  private final int main;
  private final int sub;
  private final @Nullable String name;
  private final @Nullable String unit;
  private final double factor;
  private final String text;
  private final String layout;
  private final int octets;

  private Datapoint(int main, int sub) {
    this.main = main;
    this.sub = sub;
    String[] row = sub < 0 ? null : TABLE.get(main << 16 | sub);
    name = row == null ? null : row[0];
    unit = row == null || row[1].isEmpty() ? null : row[1];
    factor = row == null ? 1 : factor(row[2]);
    text = "DPT " + main + (sub >= 0 ? "." + "0".repeat(Math.max(0, 3 - Integer.toString(sub).length())) + sub : "");
    layout = layout(main);
    octets = octets(layout);
  }

  /**
   * A type by its numbers.
   *
   * @param main main number
   * @param sub number within it, or -1 where the project names the main type alone
   * @return null where the layout of the main type is not known here
   */
  public static @Nullable Datapoint of(int main, int sub) {
    return layout(main).isEmpty() || sub < -1 || sub > 0xFFFF ? null : new Datapoint(main, sub);
  }

  /** Every main number that can be read, with its layout. */
  public static Map<Integer, String> layouts() {
    Map<Integer, String> all = new TreeMap<>();
    for (int i = 1; i < 300; i++) {
      if (!layout(i).isEmpty()) {
        all.put(i, layout(i));
      }
    }
    return all;
  }

  /**
   * The fields of a main type: kind and bits, those of less than an octet in the APCI. {@code u} unsigned, {@code v} signed, {@code f} float,
   * {@code n} enumeration, {@code b} bits, {@code z} status, {@code a} characters, {@code s} text up to NUL or the end; {@code *} marks the
   * number of a value of several fields.
   */
  private static String layout(int main) {
    return switch (main) {
      case 1 -> "*u1";
      case 2 -> "*u2";
      case 3 -> "u4";
      case 4 -> "a8";
      case 5, 17, 20, 21, 26 -> "*u8";
      case 6 -> "*v8";
      case 7, 22 -> "*u16";
      case 8 -> "*v16";
      case 9 -> "*f16";
      case 10, 11 -> "u24";
      case 12, 27 -> "*u32";
      case 13 -> "*v32";
      case 14 -> "*f32";
      case 15 -> "u32";
      case 16 -> "a112";
      case 18, 25 -> "u8";
      case 19 -> "u64";
      case 23 -> "*u2";
      case 24, 28 -> "s";
      case 29 -> "*v64";
      case 30 -> "*u24";
      case 31 -> "*u3";
      case 200, 201 -> "*n8 z8";
      case 202 -> "*u8 z8";
      case 203 -> "*u16 z8";
      case 204 -> "*v8 z8";
      case 205 -> "*v16 z8";
      case 206, 225 -> "u16 n8";
      case 207 -> "*u8 b8";
      case 209 -> "*v16 b8";
      case 210 -> "*v16 b16";
      case 211 -> "u8 n8";
      case 212 -> "v16 v16 v16";
      case 213 -> "v16 v16 v16 v16";
      case 214 -> "v16 u8 b8";
      case 215 -> "v16 u8 b16";
      case 216 -> "u16 u8 n8 b8";
      case 217, 237, 244 -> "b16";
      case 218 -> "*v32 z8";
      case 219 -> "u8 n8 n8 n8 b8 b8";
      case 220 -> "u16 v16";
      case 221 -> "u16 u32";
      case 222 -> "f16 f16 f16";
      case 223 -> "v8 n8 n8";
      case 224 -> "v16 v16 n8 n8";
      case 229 -> "v32 n8 z8";
      case 230 -> "u16 u32 u8 n8";
      case 231 -> "a32";
      case 232 -> "u8 u8 u8";
      case 234 -> "a16";
      case 235 -> "*v32 u8 b8";
      case 236, 238 -> "b8";
      case 239 -> "*u8 b8";
      case 240 -> "u8 u8 b8";
      case 241 -> "u8 u8 b16";
      case 242 -> "u16 u16 u8 b8";
      case 245 -> "b48";
      case 246 -> "b8 u8";
      case 249 -> "u16 u16 u8 b8";
      case 250 -> "b8 b8 b8";
      case 251 -> "u8 u8 u8 u8 b16";
      case 252 -> "b8 b8 b8 b8 b8";
      case 254 -> "b8 b8 b8";
      case 255 -> "f32 f32";
      case 275 -> "f16 f16 f16 f16";
      default -> "";
    };
  }

  private static int octets(String layout) {
    int bits = 0;
    for (String field : layout.split(" ")) {
      bits += bits(field);
    }
    return bits < 8 ? 0 : bits / 8;
  }

  private static int bits(String field) {
    String digits = field.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  private static double factor(String text) {
    int slash = text.indexOf('/');
    return text.isEmpty() ? 1
        : slash < 0 ? Double.parseDouble(text) : Double.parseDouble(text.substring(0, slash)) / Double.parseDouble(text.substring(slash + 1));
  }

  private static Map<Integer, String[]> table() {
    Map<Integer, String[]> rows = new HashMap<>();
    try (InputStream in = Datapoint.class.getResourceAsStream("/fr/vigie/sensor/tables/knx/datapoint_types.tsv")) {
      if (in == null) {
        throw new IOException("the table of datapoint types is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#")) {
          rows.put(Integer.parseInt(cells[0]) << 16 | Integer.parseInt(cells[1]), new String[] {cells[2], cells[3], cells[4]});
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** {@code DPT 9.001}. */
  public String text() {
    return text;
  }

  /** The standard's name, or null where it has none for these numbers. */
  public @Nullable String name() {
    return name;
  }

  /** The unit of its number, or null. */
  public @Nullable String unit() {
    return unit;
  }

  /** Access codes of people (main type 15) never leave the sensor. */
  public boolean secret() {
    return main == 15;
  }

  /** Whether a value of so many octets behind the APCI can be of this type; 0 for what lies in the APCI. */
  public boolean fits(int length) {
    return octets == 0 && layout.equals("s") ? length > 0 : length == octets;
  }

  /** Whether its values have one number. From main type 200 on only where the standard's unit and resolution are known here. */
  public boolean reads() {
    return layout.indexOf('*') >= 0 && (main < 200 || name != null);
  }

  /** Whether a status field says that the value holds: neither out of service nor faulty (KNX 03_07_02, DPT_StatusGen). */
  public boolean good(Cursor m, int length) {
    return !layout.endsWith("z8") || (m.peek(length - 1) & 3) == 0;
  }

  /**
   * The number, in its unit; NaN where the value has none.
   *
   * @param m on the first octet behind the APCI; not moved
   * @param six the six bits of the APCI
   * @param length octets behind the APCI
   */
  public double number(Cursor m, int six, int length) {
    return switch (main) {
      case 1 -> six & 1;
      case 2, 23 -> six & 3;
      case 31 -> six & 7;
      case 17 -> m.peek(0) & 0x3F;
      case 6 -> sub == 20 ? Double.NaN : (byte) m.peek(0);
      default -> {
        int star = layout.indexOf('*');
        yield star < 0 ? Double.NaN : factor * raw(m, 0, layout.charAt(star + 1), bitsAt(star + 2));
      }
    };
  }

  private int bitsAt(int from) {
    int bits = 0;
    for (int i = from; i < layout.length() && layout.charAt(i) != ' '; i++) {
      bits = bits * 10 + layout.charAt(i) - '0';
    }
    return bits;
  }

  private static double raw(Cursor m, int at, char kind, int bits) {
    long value = 0;
    for (int i = 0; i < bits / 8; i++) {
      value = value << 8 | m.peek(at + i);
    }
    return switch (kind) {
      case 'v' -> bits == 64 ? value : value << 64 - bits >> 64 - bits;
      case 'f' -> bits == 16 ? shortFloat((int) value) : Float.intBitsToFloat((int) value);
      default -> value;
    };
  }

  /** 3.10: 0.01 · mantissa · 2^exponent, the mantissa in two's complement with its sign in front. */
  private static double shortFloat(int value) {
    if (value == INVALID) {
      return Double.NaN;
    }
    int mantissa = value & 0x7FF | ((value & 0x8000) != 0 ? -2048 : 0);
    return (mantissa << (value >>> 11 & 0xF)) / 100.0;
  }

  /**
   * The whole value as people read it; allocates.
   *
   * @param m on the first octet behind the APCI; not moved
   * @param six the six bits of the APCI
   * @param length octets behind the APCI
   */
  public Value value(Cursor m, int six, int length) {
    return switch (main) {
      case 1 -> new Value.Bool((six & 1) != 0);
      case 2 -> new Value.Text(((six & 2) != 0 ? "control, " : "no control, ") + (six & 1));
      case 3 -> new Value.Text((six & 7) == 0 ? "break" : ((six & 8) != 0 ? "increase" : "decrease") + ", step code " + (six & 7));
      case 4, 16, 231, 234 -> new Value.Text(text(m, length));
      case 6 -> sub == 20 ? new Value.Text("status " + bits(m.peek(0) >>> 3, 5) + ", mode " + (m.peek(0) & 7)) : number(m, six, length, main);
      case 10 -> new Value.Text(time(m, 0));
      case 11 -> new Value.Text(date(m));
      case 15 -> new Value.Secret(length);
      case 18 -> new Value.Text(((m.peek(0) & 0x80) != 0 ? "learn" : "activate") + " scene " + ((m.peek(0) & 0x3F) + 1));
      case 19 -> new Value.Text(dateTime(m));
      case 24, 28 -> new Value.Text(text(m, length));
      case 25 -> new Value.Text((m.peek(0) >>> 4) + ", " + (m.peek(0) & 0xF));
      case 217 -> new Value.Text((m.peek(0) >>> 3) + "." + ((m.peek(0) & 7) << 2 | m.peek(1) >>> 6) + "." + (m.peek(1) & 0x3F));
      default -> layout.indexOf(' ') < 0 && layout.charAt(0) == '*' ? number(m, six, length, main) : new Value.Text(fields(m));
    };
  }

  private Value number(Cursor m, int six, int length, int ofMain) {
    double number = number(m, six, length);
    return Double.isNaN(number) ? new Value.Text(ofMain == 9 ? "invalid" : "not a number") : new Value.Num(number);
  }

  private static String bits(int value, int digits) {
    String text = Integer.toBinaryString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  /** 3.4, 3.18: ISO 8859-1, or UTF-8 in the types of main number 28; up to the first NUL. */
  private String text(Cursor m, int length) {
    int end = 0;
    while (end < length && m.peek(end) != 0) {
      end++;
    }
    byte[] octets = new byte[end];
    for (int i = 0; i < end; i++) {
      octets[i] = (byte) m.peek(i);
    }
    return new String(octets, main == 28 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }

  /** 3.11: day of the week in three bits, then hour, minute, second. */
  private static String time(Cursor m, int at) {
    int day = m.peek(at) >>> 5;
    String[] days = {"", "mon ", "tue ", "wed ", "thu ", "fri ", "sat ", "sun "};
    return days[day] + two(m.peek(at) & 0x1F) + ":" + two(m.peek(at + 1) & 0x3F) + ":" + two(m.peek(at + 2) & 0x3F);
  }

  /** 3.12: day, month, year; from 90 on of the last century. */
  private static String date(Cursor m) {
    int year = m.peek(2) & 0x7F;
    return (year >= 90 ? 1900 + year : 2000 + year) + "-" + two(m.peek(1) & 0xF) + "-" + two(m.peek(0) & 0x1F);
  }

  /** 3.20: year from 1900, month, day, day of week and hour, minute, second, then flags of what does not hold. */
  private static String dateTime(Cursor m) {
    int flags = m.peek(6);
    String text = (flags & 0x10) != 0 ? "" : Integer.toString(1900 + m.peek(0));
    text += (flags & 0x08) != 0 ? "" : "-" + two(m.peek(1) & 0xF) + "-" + two(m.peek(2) & 0x1F);
    text += (flags & 0x02) != 0 ? "" : " " + two(m.peek(3) & 0x1F) + ":" + two(m.peek(4) & 0x3F) + ":" + two(m.peek(5) & 0x3F);
    return text.strip() + ((flags & 0x80) != 0 ? ", fault" : "") + ((flags & 0x01) != 0 ? ", summer time" : "");
  }

  /** Field after field; characters are text, bits are hexadecimal, numbers of one type share its factor. */
  private String fields(Cursor m) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (String field : layout.split(" ")) {
      char kind = field.charAt(field.charAt(0) == '*' ? 1 : 0);
      int bits = bits(field);
      text.append(text.isEmpty() ? "" : ", ");
      boolean scaled = field.charAt(0) == '*' || kind == 'v' && unit != null;
      if (kind == 'b' || kind == 'z') {
        text.append("0x");
        for (int i = 0; i < bits / 8; i++) {
          text.append(Character.forDigit(m.peek(at + i) >>> 4, 16)).append(Character.forDigit(m.peek(at + i) & 0xF, 16));
        }
      } else {
        text.append(new Value.Num((scaled ? factor : 1) * raw(m, at, kind, bits)).text());
      }
      at += bits / 8;
    }
    return text.toString();
  }
}
