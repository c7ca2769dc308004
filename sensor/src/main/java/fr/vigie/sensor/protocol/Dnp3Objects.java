package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The objects of DNP3 (IEEE 1815-2012 Annex A): how long each is, what it says, and which point it is of. One table, {@link #LAYOUTS}: flags,
 * then the value, then a time. An object that is not in it ends the reading, because its length is unknown.
 */
final class Dnp3Objects {
  private static final Cite OBJECTS = new Cite(Dnp3.STANDARD, "Annex A");
  private static final Cite ATTRIBUTES = new Cite(Dnp3.STANDARD, "A.1");

  /** Parts of a layout, four bits each: flags in front, the value, the time behind. */
  private static final int FLAGS = 1;
  private static final int NO_VALUE = 0x00;
  private static final int U16 = 0x10;
  private static final int U32 = 0x20;
  private static final int I16 = 0x30;
  private static final int I32 = 0x40;
  private static final int F32 = 0x50;
  private static final int F64 = 0x60;
  private static final int BIT = 0x70;
  private static final int TWO_BITS = 0x80;
  /** The value is the flags' last bit, or last two bits. */
  private static final int STATE = 0x90;
  private static final int DOUBLE_STATE = 0xA0;
  private static final int CONTROL_BLOCK = 0xB0;
  private static final int U8 = 0xC0;
  /** The flags of a command event are its status. */
  private static final int STATUS_STATE = 0xD0;
  private static final int RAW = 0xE0;
  private static final int TIME = 0x100;
  private static final int RELATIVE = 0x200;
  /** Status behind the value: analog output commands. */
  private static final int STATUS = 0x300;
  private static final int KNOWN = 0x1000;
  /** Octets of a raw object in the bits above. */
  private static final int SHIFT = 16;

  private static final int[][] LAYOUTS = new int[123][];

  private static void rows(int group, int... layouts) {
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] |= KNOWN;
    }
    LAYOUTS[group] = layouts;
  }

  private static int raw(int octets) {
    return RAW | octets << SHIFT;
  }

  static {
    rows(1, BIT, FLAGS | STATE);
    rows(2, FLAGS | STATE, FLAGS | STATE | TIME, FLAGS | STATE | RELATIVE);
    rows(3, TWO_BITS, FLAGS | DOUBLE_STATE);
    rows(4, FLAGS | DOUBLE_STATE, FLAGS | DOUBLE_STATE | TIME, FLAGS | DOUBLE_STATE | RELATIVE);
    rows(10, BIT, FLAGS | STATE);
    rows(11, FLAGS | STATE, FLAGS | STATE | TIME);
    rows(12, CONTROL_BLOCK, CONTROL_BLOCK, BIT);
    rows(13, FLAGS | STATUS_STATE, FLAGS | STATUS_STATE | TIME);
    rows(20, FLAGS | U32, FLAGS | U16, FLAGS | U32, FLAGS | U16, U32, U16, U32, U16);
    rows(21, FLAGS | U32, FLAGS | U16, FLAGS | U32, FLAGS | U16, FLAGS | U32 | TIME, FLAGS | U16 | TIME, FLAGS | U32 | TIME, FLAGS | U16 | TIME, U32, U16,
        U32, U16);
    int[] events = {FLAGS | U32, FLAGS | U16, FLAGS | U32, FLAGS | U16, FLAGS | U32 | TIME, FLAGS | U16 | TIME, FLAGS | U32 | TIME, FLAGS | U16 | TIME};
    rows(22, events.clone());
    rows(23, events.clone());
    rows(30, FLAGS | I32, FLAGS | I16, I32, I16, FLAGS | F32, FLAGS | F64);
    rows(31, FLAGS | I32, FLAGS | I16, FLAGS | I32 | TIME, FLAGS | I16 | TIME, I32, I16, FLAGS | F32, FLAGS | F64);
    int[] analog = {FLAGS | I32, FLAGS | I16, FLAGS | I32 | TIME, FLAGS | I16 | TIME, FLAGS | F32, FLAGS | F64, FLAGS | F32 | TIME, FLAGS | F64 | TIME};
    rows(32, analog.clone());
    rows(33, analog.clone());
    rows(34, U16, U32, F32);
    rows(40, FLAGS | I32, FLAGS | I16, FLAGS | F32, FLAGS | F64);
    rows(41, I32 | STATUS, I16 | STATUS, F32 | STATUS, F64 | STATUS);
    rows(42, analog.clone());
    rows(43, analog.clone());
    rows(50, TIME, raw(10), TIME, raw(11));
    rows(51, TIME, TIME);
    rows(52, U16, U16);
    rows(60, NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE);
    rows(80, BIT);
    rows(81, raw(3));
    rows(101, raw(2), raw(4), raw(8));
    rows(102, U8);
    rows(120, raw(0), raw(0), raw(6), raw(2), raw(0), raw(0), raw(0));
    rows(121, FLAGS | raw(6));
    rows(122, FLAGS | raw(6), FLAGS | raw(6) | TIME);
  }

  private static final String[] KINDS = new String[123];

  static {
    name("device-attribute", 0);
    name("binary-input", 1, 2);
    name("double-bit-input", 3, 4);
    name("binary-output", 10, 11, 12, 13);
    name("counter", 20, 22);
    name("frozen-counter", 21, 23);
    name("analog-input", 30, 32);
    name("frozen-analog-input", 31, 33);
    name("analog-deadband", 34);
    name("analog-output", 40, 41, 42, 43);
    name("time", 50, 51, 52);
    name("class", 60);
    name("file", 70);
    name("internal-indications", 80);
    name("octet-string", 110, 111);
    name("virtual-terminal", 112, 113);
    name("authentication", 120);
    name("security-statistic", 121, 122);
  }

  private static void name(String name, int... groups) {
    for (int group : groups) {
      KINDS[group] = name;
    }
  }

  /** A.1, group 0: which attribute is which trait. */
  private static @Nullable Trait attribute(int variation) {
    return switch (variation) {
      case 242 -> Trait.SOFTWARE;
      case 243 -> Trait.HARDWARE;
      case 245 -> Trait.LOCATION;
      case 247 -> Trait.NAME;
      case 248 -> Trait.SERIAL;
      case 250 -> Trait.MODEL;
      case 252 -> Trait.VENDOR;
      default -> null;
    };
  }

  private static final int NEWS_ATTRIBUTE = 3;
  private static final Observer.PointMaker POINT = Dnp3Objects::point;

  private Exchange x;
  private Observer o;
  private int outstation;
  private int function;
  private boolean told;
  private int firstGroup;
  private int firstVariation;
  private long firstIndex;
  private boolean indexed;
  private int headers;

  @SuppressWarnings("NullAway.Init") // both are set by begin, before anything is read
  Dnp3Objects() {}

  void begin(Exchange exchange, Observer observer, int station, int code) {
    x = exchange;
    o = observer;
    outstation = station;
    function = code;
    firstGroup = 0;
    firstVariation = 0;
    firstIndex = 0;
    indexed = false;
    headers = 0;
  }

  int firstGroup() {
    return firstGroup << 8 | firstVariation;
  }

  /** What the first object header asks for. */
  Point asked() {
    String kind = kind(firstGroup);
    return new Point.Named("dnp3", outstation + "/" + kind + (firstGroup == 60 ? "/" + (firstVariation - 1) : indexed ? "/" + firstIndex : ""));
  }

  String detail() {
    return headers <= 1 ? "" : headers + " object headers";
  }

  private static String kind(int group) {
    String kind = group < KINDS.length ? KINDS[group] : null;
    return kind == null ? "group-" + group : kind;
  }

  private static Point point(long a, long index) {
    return new Point.Named("dnp3", (a >>> 8) + "/" + kind((int) a & 0xFF) + "/" + index);
  }

  /**
   * Reads the objects behind a header.
   *
   * @param prefix 4.2.2.7.3.2: 0 none, 1 to 3 an index of 1, 2 or 4 octets, 4 to 6 a size
   * @param carries whether there are objects, and not only what they are
   * @param tell false proves only that they are all there
   */
  boolean read(Cursor m, Dnp3Application application, int group, int variation, int prefix, long first, long count, boolean carries, boolean tell) {
    if (tell) {
      headers++;
      if (headers == 1) {
        firstGroup = group;
        firstVariation = variation;
        firstIndex = first;
        indexed = count > 0;
      }
    }
    told = tell;
    int width = prefix == 0 ? 0 : 1 << (prefix - 1) % 3;
    int layout = group == 110 || group == 111 || group == 112 || group == 113 ? raw(variation)
        : group < LAYOUTS.length && LAYOUTS[group] != null && variation >= 1 && variation <= LAYOUTS[group].length ? LAYOUTS[group][variation - 1] : 0;
    boolean sized = prefix >= 4;
    if (!carries && !sized) {
      // 4.2.2.7.3.2: indexes without objects say which points are meant
      Transcript t = o.transcript();
      for (long i = 0; i < count && told && t.on() && width > 0 && m.remaining() >= width; i++) {
        t.field("index", Dnp3Application.little(m, width));
        count--;
        i--;
      }
      m.skip((int) Math.min(Integer.MAX_VALUE, count * width));
      return m.ok();
    }
    int value = layout & 0xF0;
    if ((value == BIT || value == TWO_BITS) && prefix == 0 && group != 12) {
      return packed(m, application, group, value == BIT ? 1 : 2, first, count);
    }
    for (long i = 0; i < count && m.ok(); i++) {
      int at = m.position();
      long number = width == 0 ? first + i : Dnp3Application.little(m, width);
      if (sized) {
        if (told) {
          o.transcript().field("size", number);
        }
        free(m, application, group, variation, (int) Math.min(number, m.remaining() + 1));
      } else if (group == 0) {
        if (told && width == 0) {
          o.transcript().field("index", number);
        }
        attribute(m, variation);
      } else if (layout == 0) {
        return unknown(m, at);
      } else {
        one(m, application, group, layout, number);
      }
      if (m.position() == at) {
        // objects without octets are not counted one by one
        break;
      }
    }
    return m.ok();
  }

  /** The rest cannot be told apart; what came before it stands. */
  private boolean unknown(Cursor m, int at) {
    if (told) {
      o.transcript().octets("unknownObjects", m, m.remaining());
    } else {
      o.flaw(x, OBJECTS, "object", at, m.length());
    }
    m.skip(m.remaining());
    return m.ok();
  }

  /** A.2.1, A.4.1: bits and pairs of bits from the least significant on. */
  private boolean packed(Cursor m, Dnp3Application application, int group, int bits, long first, long count) {
    long octets = (count * bits + 7) / 8;
    if (octets > m.remaining()) {
      return false;
    }
    Transcript t = o.transcript();
    for (long i = 0; i < count && told; i++) {
      int state = m.peek((int) (i * bits / 8)) >>> (int) (i * bits % 8) & (1 << bits) - 1;
      if (function >= 129 && group != 80) {
        o.reading(x, x.source(), (long) outstation << 8 | group, first + i, POINT, state, null, bits == 1 || state == 1 || state == 2, false);
      }
      if (t.on()) {
        t.field("index", first + i);
        t.field("value", state);
      }
    }
    m.skip((int) octets);
    if (told && function == Dnp3Application.WRITE) {
      application.act(x, o, Verb.WRITE, point((long) outstation << 8 | group, first), null, count == 1 ? "" : count + " points");
    }
    return m.ok();
  }

  private void one(Cursor m, Dnp3Application application, int group, int layout, long index) {
    Transcript t = o.transcript();
    int flags = (layout & FLAGS) != 0 ? m.u8() : -1;
    double value = Double.NaN;
    int code = -1;
    int times = 0;
    long on = 0;
    long off = 0;
    switch (layout & 0xF0) {
      case U8 -> value = m.u8();
      case U16 -> value = m.u16le();
      case U32 -> value = m.u32le();
      case I16 -> value = (short) m.u16le();
      case I32 -> value = (int) m.u32le();
      case F32 -> value = Float.intBitsToFloat((int) m.u32le());
      case F64 -> value = Double.longBitsToDouble(Long.reverseBytes(m.u64()));
      case STATE -> value = flags >>> 7;
      case DOUBLE_STATE -> value = flags >>> 6;
      case CONTROL_BLOCK -> {
        code = m.u8();
        times = m.u8();
        on = m.u32le();
        off = m.u32le();
      }
      case RAW -> {
        int octets = layout >>> SHIFT;
        if (told) {
          t.octets("octets", m, Math.min(octets, m.remaining()));
        }
        m.skip(octets);
      }
      case BIT -> value = m.u8();
      default -> {
        // no value
      }
    }
    int behind = layout & 0xF00;
    int status = code >= 0 || behind == STATUS ? m.u8() : (layout & 0xF0) == STATUS_STATE ? flags & 127 : -1;
    long time = behind == TIME ? m.u16le() | m.u32le() << 16 : behind == RELATIVE ? m.u16le() : -1;
    if (!told || !m.ok()) {
      return;
    }
    if (t.on()) {
      transcribe(t, index, flags, value, code, times, on, off, status, behind == TIME ? time : -1, behind == RELATIVE ? time : -1);
    }
    if (function >= 129) {
      answer(application, group, index, flags, value, status);
    } else {
      request(application, group, index, value, code, times, on, off, time);
    }
  }

  private static void transcribe(Transcript t, long index, int flags, double value, int code, int times, long on, long off, int status, long time, long relative) {
    t.field("index", index);
    if (flags >= 0) {
      t.field("flags", flags);
    }
    if (!Double.isNaN(value)) {
      t.field("value", value);
    }
    if (code >= 0) {
      t.field("controlCode", code);
      t.field("controlOperation", operation(code));
      t.field("times", times);
      t.field("onTime", on);
      t.field("offTime", off);
    }
    if (status >= 0) {
      t.field("status", status);
    }
    if (time >= 0) {
      t.field("time", Instant.ofEpochMilli(time).toString());
    }
    if (relative >= 0) {
      t.field("relativeTime", relative);
    }
  }

  /** A value with its quality (A.2.2: ONLINE 0x01, RESTART 0x02, COMM_LOST 0x04), or how a command went. */
  private void answer(Dnp3Application application, int group, long index, int flags, double value, int status) {
    if (group == 12 || group == 41) {
      application.status(o, status);
    } else if (group < 50 && group != 13 && group != 43 && !Double.isNaN(value)) {
      boolean good = flags < 0 || (flags & 7) == 1;
      o.reading(x, x.source(), (long) outstation << 8 | group, index, POINT, value, null, good, false);
    }
  }

  private void request(Dnp3Application application, int group, long index, double value, int code, int times, long on, long off, long time) {
    if (code >= 0) {
      application.act(x, o, Verb.COMMAND, point((long) outstation << 8 | group, index), new Value.Text(operation(code)),
          (times == 1 ? "" : times + " times, ") + "on " + on + " ms, off " + off + " ms");
    } else if (group == 41 || group == 34) {
      application.act(x, o, Verb.WRITE, point((long) outstation << 8 | group, index), new Value.Num(value), "");
    } else if (group == 50 || group == 51) {
      if (function == Dnp3Application.WRITE && time >= 0) {
        application.act(x, o, Verb.SET_TIME, new Point.Named("dnp3", outstation + "/time"), new Value.Text(Instant.ofEpochMilli(time).toString()), "");
      }
    } else if (function == Dnp3Application.WRITE) {
      application.act(x, o, Verb.WRITE, point((long) outstation << 8 | group, index), Double.isNaN(value) ? null : new Value.Num(value), "");
    }
  }

  /** A.8.1: the low four bits say what is done, the upper two which of two coils. */
  private static String operation(int code) {
    String what = switch (code & 15) {
      case 0 -> "nul";
      case 1 -> "pulse on";
      case 2 -> "pulse off";
      case 3 -> "latch on";
      case 4 -> "latch off";
      default -> "operation " + (code & 15);
    };
    String coil = switch (code >>> 6) {
      case 1 -> ", close";
      case 2 -> ", trip";
      default -> "";
    };
    return what + coil;
  }

  /** A.1: {@code | type u8 | length u8 | value |}; type 1 is text, 2 and 3 are numbers. */
  private void attribute(Cursor m, int variation) {
    Transcript t = o.transcript();
    int type = m.u8();
    int octets = m.u8();
    if (!told || octets > m.remaining()) {
      m.skip(octets);
      return;
    }
    Trait trait = attribute(variation);
    boolean news = function >= 129 && trait != null && type == 1 && octets > 0 && x.news(x.source(), NEWS_ATTRIBUTE, m.digest(octets) + variation, Exchange.FOREVER);
    t.field("attribute", variation);
    t.field("attributeType", type);
    t.field("attributeLength", octets);
    if (type == 1 && (t.on() || news)) {
      String text = m.text(octets, StandardCharsets.UTF_8);
      t.field("text", text);
      if (news && trait != null && !text.isBlank()) {
        o.claim(x, x.source(), trait, text.strip(), ATTRIBUTES);
      }
    } else if ((type == 2 || type == 3) && (octets == 1 || octets == 2 || octets == 4)) {
      long number = Dnp3Application.little(m, octets);
      t.field("number", type == 2 ? number : number << 64 - 8 * octets >> 64 - 8 * octets);
    } else {
      t.octets("octets", m, octets);
      m.skip(octets);
    }
  }

  /** Objects that say their own size: files, authentication, data sets. */
  private void free(Cursor m, Dnp3Application application, int group, int variation, int octets) {
    long outer = m.enter(octets);
    if (told && m.ok()) {
      if (group == 70) {
        file(m, application, variation);
      } else {
        o.transcript().field("octets", m.remaining());
      }
    }
    m.leave(outer);
  }

  /** A.32 to A.39, group 70: variations 2 authentication, 3 command, 4 command status, 5 transport, 6 transport status, 7 descriptor. */
  private void file(Cursor m, Dnp3Application application, int variation) {
    Transcript t = o.transcript();
    int start = m.position();
    if (variation == 3 && m.remaining() >= 26) {
      int at = m.u16le();
      int name = m.u16le();
      t.field("fileNameOffset", at);
      t.field("fileNameSize", name);
      time(m);
      t.field("permissions", m.u16le());
      t.secret("authenticationKey", 4);
      m.skip(4);
      long size = m.u32le();
      int mode = m.u16le();
      t.field("fileSize", size);
      t.field("mode", mode);
      t.field("maximumBlockSize", m.u16le());
      t.field("requestIdentifier", m.u16le());
      m.seek(start + Math.min(at, m.position() - start + m.remaining()));
      String file = m.text(Math.min(name, m.remaining()), StandardCharsets.UTF_8);
      t.field("fileName", file);
      if (m.ok() && function == 27) {
        application.act(x, o, Verb.DELETE, new Point.Named("file", file), null, "");
      } else if (m.ok() && function == 25) {
        application.act(x, o, mode == 1 ? Verb.UPLOAD : Verb.DOWNLOAD, new Point.Named("file", file), null, mode == 1 ? "read" : mode == 2 ? "write" : "append");
      }
    } else if (variation == 4 && m.remaining() >= 13) {
      t.field("fileHandle", m.u32le());
      t.field("fileSize", m.u32le());
      t.field("maximumBlockSize", m.u16le());
      t.field("requestIdentifier", m.u16le());
      t.field("fileStatus", m.u8());
      if (t.on() && m.remaining() > 0) {
        t.field("statusText", m.text(m.remaining(), StandardCharsets.UTF_8));
      }
    } else if ((variation == 5 || variation == 6) && m.remaining() >= 8) {
      t.field("fileHandle", m.u32le());
      long block = m.u32le();
      t.field("blockNumber", block & 0x7FFFFFFF);
      t.field("lastBlock", block >>> 31 != 0);
      if (variation == 5) {
        t.field("dataOctets", m.remaining());
      } else if (m.remaining() > 0) {
        t.field("fileStatus", m.u8());
      }
    } else if (variation == 7 && m.remaining() >= 20) {
      descriptor(m, start);
    } else if (variation == 2) {
      t.secret("fileAuthentication", m.remaining());
    } else {
      t.octets("octets", m, m.remaining());
    }
  }

  /** A.23 to A.30 count milliseconds since 1970 in 48 bits. */
  private void time(Cursor m) {
    long time = m.u16le() | m.u32le() << 16;
    if (m.ok() && o.transcript().on()) {
      o.transcript().field("time", Instant.ofEpochMilli(time).toString());
    }
  }

  /** A.38: where the name is, what the file is, how long, since when, and who may what with it. */
  private void descriptor(Cursor m, int start) {
    Transcript t = o.transcript();
    int at = m.u16le();
    int name = m.u16le();
    t.field("fileNameOffset", at);
    t.field("fileNameSize", name);
    t.field("fileType", m.u16le());
    t.field("fileSize", m.u32le());
    time(m);
    t.field("permissions", m.u16le());
    t.field("requestIdentifier", m.u16le());
    m.seek(start + Math.min(at, m.position() - start + m.remaining()));
    if (t.on()) {
      t.field("fileName", m.text(Math.min(name, m.remaining()), StandardCharsets.UTF_8));
    }
  }
}
