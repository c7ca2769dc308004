package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The reader of BACnet's tagged encoding (ASHRAE 135-2020 clause 20.2) over a cursor.
 *
 * <pre>
 * | number 4 bits | class 1 bit: 0 application, 1 context | length/value/type 3 bits | [number u8 if 15] | [length u8 u16 u32 if 5] | contents |
 * </pre>
 *
 * <p>A service asks for the parameter it expects next – {@link #context}, {@link #opening}, {@link #application} answer whether it is
 * there and step over its tag – and then reads the contents, which also go to the transcript under the standard's name. {@link #must}
 * makes an absent parameter a broken message.
 */
final class Tags {
  static final Cite CLAUSE = Message.cite("20.2.1");
  static final Cite NESTING = Message.cite("20.2.1.3.2");

  /** Application tag numbers (20.2.1.4). */
  static final int NULL = 0;

  static final int BOOLEAN = 1;
  static final int UNSIGNED = 2;
  static final int SIGNED = 3;
  static final int REAL = 4;
  static final int DOUBLE = 5;
  static final int OCTETS = 6;
  static final int TEXT = 7;
  static final int BITS = 8;
  static final int ENUMERATED = 9;
  static final int DATE = 10;
  static final int TIME = 11;
  static final int OBJECT = 12;

  /** {@link #type} of a value that is not exactly one application-tagged element. */
  static final int CONSTRUCTED = -1;

  /** How deep opening tags may nest; the deepest type of the standard stays below ten. */
  private static final int DEEPEST = 32;

  private static final String[] TYPES = {
    "Null", "Boolean", "Unsigned", "Integer", "Real", "Double", "OctetString", "CharacterString", "BitString", "Enumerated", "Date", "Time",
    "BACnetObjectIdentifier"
  };

  private Cursor c = new Cursor();
  private Transcript t = Transcript.OFF;
  private boolean tooDeep;

  private int number;
  private boolean context;
  private boolean open;
  private boolean close;
  private int length;
  private int header;

  private int type;
  private double numeric;
  private int valueAt;
  private int valueLength;

  /** Reads from this cursor, tells this transcript. */
  void set(Cursor cursor, Transcript transcript) {
    c = cursor;
    t = transcript;
    tooDeep = false;
  }

  Cursor cursor() {
    return c;
  }

  /** From here on the transcript has heard it all: the second walk of a list. */
  void silent() {
    t = Transcript.OFF;
  }

  /** Whether tags nested deeper than is bearable. */
  boolean tooDeep() {
    return tooDeep;
  }

  boolean more() {
    return c.remaining() > 0;
  }

  /** A parameter that must be there: without it the message is broken here. */
  void must(boolean there) {
    if (!there) {
      c.fail();
    }
  }

  /** Reads the tag at the position without moving. */
  private boolean look() {
    if (c.remaining() <= 0) {
      return false;
    }
    int first = c.peek(0);
    header = 1;
    context = (first & 8) != 0;
    number = first >> 4;
    if (number == 15) {
      // 20.2.1.2: numbers 15 to 254 follow in an octet of their own; 255 is reserved.
      number = c.peek(header++);
      if (number == 255) {
        c.fail();
        return false;
      }
    }
    int lvt = first & 7;
    open = context && lvt == 6;
    close = context && lvt == 7;
    if (!context && lvt > 5) {
      // 20.2.1.3.2: opening and closing tags exist in the context class only.
      c.fail();
      return false;
    }
    length = open || close ? 0 : lvt;
    if (length == 5 && (context || number != BOOLEAN)) {
      longer();
    }
    return true;
  }

  /** 20.2.1.3.1: extended length. */
  private void longer() {
    length = c.peek(header++);
    if (length == 254) {
      length = c.peek(header) << 8 | c.peek(header + 1);
      header += 2;
    } else if (length == 255) {
      int high = c.peek(header);
      length = high > 127 ? Integer.MAX_VALUE : high << 24 | c.peek(header + 1) << 16 | c.peek(header + 2) << 8 | c.peek(header + 3);
      header += 4;
    }
  }

  /** Steps over a primitive context tag of this number, if it is next. */
  boolean context(int tag) {
    boolean there = look() && context && !open && !close && number == tag;
    if (there) {
      c.skip(header);
    }
    return there;
  }

  /** Steps over an opening tag of this number, if it is next. */
  boolean opening(int tag) {
    boolean there = atOpening(tag);
    if (there) {
      c.skip(header);
    }
    return there;
  }

  /** Whether the next tag opens this number; does not move. */
  boolean atOpening(int tag) {
    return look() && open && number == tag;
  }

  /** Whether the next tag closes this number; does not move. */
  boolean atClosing(int tag) {
    return look() && close && number == tag;
  }

  /** Steps over a closing tag of this number, if it is next. */
  boolean closing(int tag) {
    boolean there = atClosing(tag);
    if (there) {
      c.skip(header);
    }
    return there;
  }

  /** Steps over an application tag of this type, if it is next. */
  boolean application(int tag) {
    boolean there = look() && !context && number == tag;
    if (there) {
      c.skip(header);
    }
    return there;
  }

  /** Contents: 20.2.4, one to four octets as the standard's services use it, up to eight as Unsigned64 does. */
  long unsigned(String name) {
    must(length > 0);
    long value = c.unsigned(length);
    t.field(name, value);
    return value;
  }

  /** Contents as an unsigned that must fit 31 bits. */
  int unsigned31(String name) {
    long value = unsigned(name);
    must(value >= 0 && value <= Integer.MAX_VALUE);
    return (int) value;
  }

  long signed(String name) {
    must(length > 0 && length <= 8);
    long value = c.signed(length);
    t.field(name, value);
    return value;
  }

  /** Contents of a context-tagged Boolean (20.2.3): one octet. */
  boolean flag(String name) {
    must(length == 1);
    boolean value = c.u8() != 0;
    t.field(name, value);
    return value;
  }

  /** Value of an application-tagged Boolean: it stands in the tag itself. */
  boolean applicationFlag(String name) {
    t.field(name, length != 0);
    return length != 0;
  }

  double real(String name) {
    must(length == 4);
    float value = c.f32();
    t.field(name, (double) value);
    return value;
  }

  /** Contents of an enumeration that has names. */
  int enumerated(String name, Codes.Labels labels) {
    must(length > 0 && length <= 4);
    int value = (int) c.unsigned(length);
    must(value >= 0);
    if (t.on() && c.ok()) {
      t.field(name, labels.of(value));
    }
    return Math.max(0, value);
  }

  /** Contents: 20.2.14, ten bits of type and 22 of instance. */
  long object(String name) {
    must(length == 4);
    long id = c.u32();
    if (t.on()) {
      t.field(name, objectText(id));
    }
    return id;
  }

  /** {@code analog-value,3}. */
  static String objectText(long id) {
    return BacnetNames.objectType((int) (id >>> 22)) + "," + (id & 0x3FFFFF);
  }

  int property(String name) {
    must(length > 0 && length <= 4);
    int id = (int) c.unsigned(length);
    must(id >= 0);
    if (t.on() && c.ok()) {
      t.field(name, BacnetNames.property(id));
    }
    return Math.max(0, id);
  }

  /** Contents of a character string; afterwards {@link #valueAt} and {@link #valueLength} say where it stands. */
  void text(String name) {
    must(length > 0);
    mark();
    if (t.on() && c.ok() && length <= c.remaining()) {
      t.field(name, text(c.position(), length));
    }
    c.skip(length);
  }

  /** Characters that must not be told. Returns their length in octets, without the one that names the character set. */
  int secretText(String name) {
    int octets = Math.max(0, length - 1);
    t.secret(name, octets);
    c.skip(length);
    return octets;
  }

  /** Octets that must not be told. */
  void secretOctets(String name) {
    t.secret(name, length);
    c.skip(length);
  }

  /** Contents as they are. */
  void octets(String name) {
    mark();
    if (t.on() && length <= c.remaining()) {
      t.octets(name, c, length);
    }
    c.skip(length);
  }

  /** Contents of a bit string (20.2.10): unused bits of the last octet first. Returns the first eight bits, the first bit highest. */
  int bits(String name) {
    must(length > 0);
    mark();
    int first = length > 1 ? c.peek(1) : 0;
    if (t.on() && length <= c.remaining()) {
      t.field(name, bitsText(c.position(), length));
    }
    c.skip(length);
    return first;
  }

  private void mark() {
    valueAt = c.position();
    valueLength = length;
  }

  /** Where the contents last read began. */
  int valueAt() {
    return valueAt;
  }

  int valueLength() {
    return valueLength;
  }

  /** Type of the value last read: an application tag number or {@link #CONSTRUCTED}. */
  int type() {
    return type;
  }

  /** Whether the value last read is one number, truth value or enumeration. */
  boolean numeric() {
    return type >= BOOLEAN && type <= DOUBLE || type == ENUMERATED;
  }

  /** The value last read, where it is {@link #numeric}. */
  double number() {
    return numeric;
  }

  /** The values between opening and closing tag {@code tag}, whatever they are: an ABSTRACT-SYNTAX.&Type of the given property. */
  void value(int tag, String name, int objectType, int property) {
    must(opening(tag));
    int start = c.position();
    int elements = content(name, tag, 0, objectType, property);
    if (elements != 1 || type == CONSTRUCTED) {
      type = CONSTRUCTED;
      valueAt = start;
      valueLength = c.position() - start;
    }
    must(closing(tag));
  }

  /** Opens a group in the transcript. */
  void begin(String name) {
    t.begin(name);
  }

  /** Closes a group in the transcript. */
  void end() {
    t.close();
  }

  /** Steps over one element or construction, whatever it is; false at a closing tag or the end. */
  boolean step(String name) {
    if (!look() || close) {
      return false;
    }
    one(name, 0, -1, -1);
    return c.ok();
  }

  /** A construction whose parts nobody needs by name: told to the transcript as it is. */
  void construction(int tag, String name) {
    t.begin(name);
    value(tag, "value", -1, -1);
    t.close();
  }

  /** Everything left at this level, told to the transcript as it is. */
  void rest(String name) {
    if (more()) {
      content(name, -1, 0, -1, -1);
      must(!more());
    }
  }

  private int content(String name, int tag, int depth, int objectType, int property) {
    if (depth > DEEPEST) {
      tooDeep = true;
      c.fail();
      return 0;
    }
    int elements = 0;
    while (look() && !close) {
      elements++;
      one(name, depth, objectType, property);
    }
    must(tag >= 0 || depth > 0 || !more());
    return elements;
  }

  /** The element or construction whose tag {@link #look} has just read. */
  private void one(String name, int depth, int objectType, int property) {
    int inner = number;
    c.skip(header);
    if (open) {
      if (t.on()) {
        t.begin("[" + inner + "]");
      }
      content("value", inner, depth + 1, objectType, -1);
      must(closing(inner));
      t.close();
      type = CONSTRUCTED;
    } else if (context) {
      octets(t.on() ? "[" + inner + "]" : name);
      type = CONSTRUCTED;
    } else {
      element(name, objectType, property);
    }
  }

  /** One application-tagged element, its tag already stepped over. */
  private void element(String name, int objectType, int property) {
    type = number;
    mark();
    numeric = 0;
    switch (number) {
      case NULL -> {
        must(length == 0);
        t.field(name, "Null");
      }
      case BOOLEAN -> numeric = applicationFlag(name) ? 1 : 0;
      case UNSIGNED -> numeric = unsigned(name);
      case SIGNED -> numeric = signed(name);
      case REAL -> numeric = real(name);
      case DOUBLE -> {
        must(length == 8);
        numeric = c.f64();
        t.field(name, numeric);
      }
      case OCTETS -> octets(name);
      case TEXT -> text(name);
      case BITS -> bits(name);
      case ENUMERATED -> numeric = enumerated(name, Codes.enumeration(objectType, property));
      case DATE -> date(name);
      case TIME -> time(name);
      case OBJECT -> object(name);
      default -> octets(TYPES.length > number ? name : "reserved");
    }
  }

  /** Contents of a Date (20.2.12). */
  void date(String name) {
    must(length == 4);
    mark();
    if (t.on() && c.remaining() >= 4) {
      t.field(name, dateText(c.position()));
    }
    c.skip(length);
  }

  /** Contents of a Time (20.2.13). */
  void time(String name) {
    must(length == 4);
    mark();
    if (t.on() && c.remaining() >= 4) {
      t.field(name, timeText(c.position()));
    }
    c.skip(length);
  }

  /** The value last read as it leaves the sensor; allocates. */
  Value toValue() {
    return switch (type) {
      case NULL -> new Value.Null();
      case BOOLEAN -> new Value.Bool(numeric != 0);
      case UNSIGNED, SIGNED, REAL, DOUBLE, ENUMERATED -> new Value.Num(numeric);
      case TEXT -> new Value.Text(text(valueAt, valueLength));
      case BITS -> new Value.Text(bitsText(valueAt, valueLength));
      case DATE -> new Value.Text(dateText(valueAt));
      case TIME -> new Value.Text(timeText(valueAt));
      case OBJECT -> new Value.Text(objectText(at32(valueAt)));
      default -> new Value.Octets(copy(valueAt, Math.min(64, valueLength)), valueLength);
    };
  }

  private long at32(int at) {
    return (long) c.at(at) << 24 | (long) c.at(at + 1) << 16 | c.at(at + 2) << 8 | c.at(at + 3);
  }

  private byte[] copy(int at, int octets) {
    byte[] copy = new byte[octets];
    for (int i = 0; i < octets; i++) {
      copy[i] = (byte) c.at(at + i);
    }
    return copy;
  }

  /** A character string (20.2.9) of at most 2,048 octets: the first names the character set. Position does not move; allocates. */
  String text(int at, int octets) {
    byte[] raw = copy(at, Math.min(octets, 2048));
    if (raw.length == 0) {
      return "";
    }
    return switch (raw[0]) {
      case 0 -> new String(raw, 1, raw.length - 1, StandardCharsets.UTF_8);
      // X'01' is followed by a code page; 850 and 1252 share ASCII, which is all that is promised here.
      case 1 -> new String(raw, Math.min(3, raw.length), Math.max(0, raw.length - 3), StandardCharsets.ISO_8859_1);
      case 3 -> new String(raw, 1, raw.length - 1, Charset.forName("UTF-32BE"));
      case 4 -> new String(raw, 1, raw.length - 1, StandardCharsets.UTF_16BE);
      default -> new String(Arrays.copyOfRange(raw, 1, raw.length), StandardCharsets.ISO_8859_1);
    };
  }

  private String bitsText(int at, int octets) {
    int count = Math.max(0, (Math.min(octets, 33) - 1) * 8 - (octets > 33 ? 0 : c.at(at) & 7));
    StringBuilder s = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      s.append(c.at(at + 1 + i / 8) >> 7 - i % 8 & 1);
    }
    return s.toString();
  }

  private String dateText(int at) {
    int year = c.at(at);
    return (year == 255 ? "*" : Integer.toString(1900 + year)) + "-" + two(c.at(at + 1)) + "-" + two(c.at(at + 2));
  }

  private String timeText(int at) {
    return two(c.at(at)) + ":" + two(c.at(at + 1)) + ":" + two(c.at(at + 2)) + "." + two(c.at(at + 3));
  }

  /** Two digits, or {@code *} for unspecified. */
  private static String two(int value) {
    return value == 255 ? "*" : value < 10 ? "0" + value : Integer.toString(value);
  }

  /** Date and time of two contents read one after the other; allocates. */
  String dateTimeText(int date, int time) {
    return dateText(date) + " " + timeText(time);
  }
}
