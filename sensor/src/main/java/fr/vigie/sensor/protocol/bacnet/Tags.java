package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

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

  /** 20.2.1.3.2: what stands in place of a length in an opening and in a closing tag. */
  private static final int OPENING = 6;

  private static final int CLOSING = 7;

  /** Properties that hold credentials, and the object type whose present value does (clause 21). */
  private static final int AUTHENTICATION_FACTORS = 257;

  private static final int ACCESS_EVENT_AUTHENTICATION_FACTOR = 248;
  private static final int CREDENTIAL_DATA_INPUT = 37;

  /** How deep opening tags may nest; the deepest type of the standard stays below ten. */
  private static final int DEEPEST = 32;

  /** Is told that so many octets from here on are credentials. */
  interface Keeper {
    void secret(int octets);
  }

  /** A transcript that also hears the tags, as a comparison with others' decoding needs it. */
  interface Listening extends Transcript {
    /**
     * Hears one tag.
     *
     * @param lvt its length, value or type field (20.2.1.3): 5 says that the length follows, 6 opens, 7 closes
     * @param length octets of its contents, or the value of a Boolean
     */
    void tag(boolean context, int number, int lvt, int length);
  }

  private final Keeper keeper;
  private Cursor c = new Cursor();
  private Transcript t = Transcript.OFF;
  private @Nullable Listening listening;
  private boolean tooDeep;

  private int number;
  private boolean context;
  private boolean open;
  private boolean close;
  private int length;
  private int header;
  private int lvt;

  private int type;
  private double numeric;
  private int valueAt;
  private int valueLength;
  private boolean secret;

  Tags(Keeper keeper) {
    this.keeper = keeper;
  }

  /** Reads from this cursor, tells this transcript. */
  void set(Cursor cursor, Transcript transcript) {
    c = cursor;
    t = transcript;
    listening = transcript instanceof Listening l ? l : null;
    tooDeep = false;
  }

  Cursor cursor() {
    return c;
  }

  /** From here on the transcript has heard it all: the second walk of a list. */
  void silent() {
    t = Transcript.OFF;
    listening = null;
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
    lvt = first & 7;
    open = context && lvt == OPENING;
    close = context && lvt == CLOSING;
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

  /** Steps over the tag just looked at. */
  private void over() {
    if (listening != null) {
      listening.tag(context, number, lvt, length);
    }
    c.skip(header);
  }

  /** Steps over a tag that is this one octet, and whose length stands in it. */
  private void plain(int first) {
    number = first >> 4;
    context = (first & 8) != 0;
    open = false;
    close = false;
    lvt = first & 7;
    length = lvt;
    header = 1;
    c.skip(1);
  }

  /** Steps over an opening or closing tag if this octet, which is all of such a tag with a number below 15, is next. */
  private boolean bracket(int tag, int kind) {
    return listening == null && tag < 15 && c.take(tag << 4 | 8 | kind);
  }

  /** Whether the first octet alone shows a context tag of another number: the answer of most questions for what is optional. */
  private static boolean other(int first, int tag) {
    return (first & 8) != 0 && first < 0xF0 && first >> 4 != tag;
  }

  /** Steps over a primitive context tag of this number, if it is next. */
  boolean context(int tag) {
    int first = c.peek(0);
    if (listening == null && tag < 15 && (first & 0xF8) == (tag << 4 | 8) && (first & 7) < 5) {
      plain(first);
      return true;
    }
    boolean there = !other(first, tag) && look() && context && !open && !close && number == tag;
    if (there) {
      over();
    }
    return there;
  }

  /** Steps over an opening tag of this number, if it is next. */
  boolean opening(int tag) {
    if (bracket(tag, OPENING)) {
      return true;
    }
    boolean there = atOpening(tag);
    if (there) {
      over();
    }
    return there;
  }

  /** Whether the next tag opens this number; does not move. */
  boolean atOpening(int tag) {
    return !other(c.peek(0), tag) && look() && open && number == tag;
  }

  /** Whether the next tag closes this number; does not move. */
  boolean atClosing(int tag) {
    return !other(c.peek(0), tag) && look() && close && number == tag;
  }

  /** Steps over a closing tag of this number, if it is next. */
  boolean closing(int tag) {
    if (bracket(tag, CLOSING)) {
      return true;
    }
    boolean there = atClosing(tag);
    if (there) {
      over();
    }
    return there;
  }

  /** Steps over an application tag of this type, if it is next. */
  boolean application(int tag) {
    boolean there = look() && !context && number == tag;
    if (there) {
      over();
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
      t.field(name, Contents.object(id));
    }
    return id;
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
      t.field(name, Contents.text(c, c.position(), length));
    }
    c.skip(length);
  }

  /** Characters that must not be told. Returns their length in octets, without the one that names the character set. */
  int secretText(String name) {
    int octets = Math.max(0, length - 1);
    t.secret(name, octets);
    valueAt = c.position() + 1;
    valueLength = octets;
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
  int bits(String name, Codes.@Nullable Labels labels) {
    must(length > 0);
    mark();
    int first = length > 1 ? c.peek(1) : 0;
    if (t.on() && length <= c.remaining()) {
      t.field(name, Contents.bits(c, c.position(), length, labels));
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

  /** Takes a value of this message for the one last read: one that was noted when it was. */
  void again(int valueType, double number, int at, int octets) {
    type = valueType;
    numeric = number;
    valueAt = at;
    valueLength = octets;
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
    if (credential(objectType, property)) {
      credentials(tag, name);
      return;
    }
    must(opening(tag));
    secret = false;
    between(tag, name, t.on() ? Grammar.property(objectType, property) : null);
  }

  /** Whether the property is what people show at a door (135 12.31 to 12.37): a badge's number or a password. */
  private static boolean credential(int objectType, int property) {
    return property == AUTHENTICATION_FACTORS || property == ACCESS_EVENT_AUTHENTICATION_FACTOR
        || objectType == CREDENTIAL_DATA_INPUT && property == ObjectServices.PRESENT_VALUE;
  }

  /** What stands between opening and closing tag {@code tag} is walked without being told. */
  void credentials(int tag, String name) {
    must(opening(tag));
    secret = true;
    Transcript told = t;
    int start = c.position();
    keeper.secret(c.remaining());
    t = Transcript.OFF;
    content(name, tag, 0, null);
    t = told;
    type = CONSTRUCTED;
    valueAt = start;
    valueLength = c.position() - start;
    t.secret(name, valueLength);
    must(closing(tag));
  }

  private void between(int tag, String name, Grammar.@Nullable Type shape) {
    int start = c.position();
    boolean group = shape != null && shape.composite() && !(shape.kind() == Grammar.Kind.LIST && !shape.element().composite());
    if (group) {
      t.begin(name);
    }
    int elements = 0;
    int first = c.peek(0);
    // one element of an application type is what most properties are
    if (shape == null && !t.on() && listening == null && first < 0xF0 && (first & 8) == 0 && (first & 7) < 5 && c.remaining() > 0) {
      plain(first);
      element(name, null);
      if (bracket(tag, CLOSING)) {
        return;
      }
      elements = 1;
    }
    elements += content(name, tag, 0, shape);
    if (group) {
      t.close();
    }
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

  /** Closes the group. */
  void end() {
    t.close();
  }

  /** Steps over one element or construction, whatever it is; false at a closing tag or the end. */
  boolean step(String name) {
    secret = false;
    if (!look() || close) {
      return false;
    }
    one(name, 0, null);
    return c.ok();
  }

  /** A construction of a type of clause 21, of which nobody needs a part; told to the transcript by its names. */
  void construction(int tag, String name, String typeName) {
    secret = false;
    must(opening(tag));
    between(tag, name, t.on() ? Grammar.named(typeName) : null);
  }


  /** Everything left at this level, told to the transcript as it is. */
  void rest(String name) {
    parameters(name, null);
  }

  /**
   * Everything left, as the parameters of a service.
   *
   * @param shape their type, or null where nobody listens
   */
  void parameters(String name, Grammar.@Nullable Type shape) {
    secret = false;
    if (more()) {
      content(name, -1, 0, shape);
      must(!more());
    }
  }

  private int content(String name, int tag, int depth, Grammar.@Nullable Type shape) {
    if (depth > DEEPEST) {
      tooDeep = true;
      c.fail();
      return 0;
    }
    Place place = shape == null ? null : new Place(shape, t);
    int elements = 0;
    while (look() && !close) {
      elements++;
      if (place == null || shape == null) {
        one(name, depth, null);
      } else {
        placed(name, depth, shape, place);
      }
    }
    if (place != null) {
      place.end();
    }
    must(tag >= 0 || depth > 0 || !more());
    return elements;
  }

  /** One element whose name and type its place tells. */
  private void placed(String name, int depth, Grammar.Type shape, Place place) {
    place.tell(context, number);
    Grammar.Type what = shape.composite() ? place.type : context ? Grammar.ANY : shape;
    one(place.name.isEmpty() ? context ? "[" + number + "]" : name : place.name, depth, what);
    if (what.property()) {
      place.property = (int) numeric;
    } else if (what.tag() == OBJECT) {
      place.objectType = (int) numeric >>> 22;
    }
  }

  /** The element or construction whose tag {@link #look} has just read. */
  private void one(String name, int depth, Grammar.@Nullable Type what) {
    int inner = number;
    over();
    if (open) {
      if (t.on()) {
        t.begin(what == null ? "[" + inner + "]" : name);
      }
      content("value", inner, depth + 1, what);
      must(closing(inner));
      t.close();
      type = CONSTRUCTED;
    } else if (context) {
      tagged(name, what);
      type = CONSTRUCTED;
    } else {
      element(name, what == null ? null : what.labels());
    }
  }

  /** Contents under a context tag: what they are only their type can tell. */
  private void tagged(String name, Grammar.@Nullable Type what) {
    mark();
    if (t.on() && length <= c.remaining()) {
      tell(what == null ? "[" + number + "]" : name, what == null ? OCTETS : what.tag(), what == null ? null : what.labels());
    }
    c.skip(length);
  }

  /** Tells contents that lie at the position, as a type that fits their length; else as octets. */
  private void tell(String name, int tag, Codes.@Nullable Labels labels) {
    int at = c.position();
    numeric = 0;
    if (tag == NULL && length == 0) {
      t.field(name, "Null");
    } else if (tag == BOOLEAN && length == 1) {
      t.field(name, c.at(at) != 0);
    } else if (tag == UNSIGNED && length >= 1 && length <= 8) {
      t.field(name, Contents.number(c, at, length));
    } else if (tag == SIGNED && length >= 1 && length <= 8) {
      t.field(name, Contents.signed(c, at, length));
    } else if (tag == REAL && length == 4) {
      t.field(name, (double) Float.intBitsToFloat((int) Contents.number(c, at, 4)));
    } else if (tag == DOUBLE && length == 8) {
      t.field(name, Double.longBitsToDouble(Contents.number(c, at, 8)));
    } else if (tag == TEXT && length >= 1) {
      t.field(name, Contents.text(c, at, length));
    } else if (tag == BITS && length >= 1) {
      t.field(name, Contents.bits(c, at, length, labels));
    } else if (tag == ENUMERATED && length >= 1 && length <= 4) {
      numeric = Contents.number(c, at, length);
      t.field(name, labels == null || numeric > Integer.MAX_VALUE ? Long.toString((long) numeric) : labels.of((int) numeric));
    } else if (tag == DATE && length == 4) {
      t.field(name, Contents.date(c, at));
    } else if (tag == TIME && length == 4) {
      t.field(name, Contents.time(c, at));
    } else if (tag == OBJECT && length == 4) {
      numeric = Contents.number(c, at, 4);
      t.field(name, Contents.object((long) numeric));
    } else if (tag == Grammar.WEEK_N_DAY && length == 3) {
      t.field(name, Contents.weekNDay(c, at));
    } else if (tag == Grammar.SECRET) {
      t.secret(name, length);
    } else {
      t.octets(name, c, length);
    }
  }

  /** One application-tagged element, its tag already stepped over. */
  private void element(String name, Codes.@Nullable Labels labels) {
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
      case BITS -> bits(name, labels);
      case ENUMERATED -> numeric = enumerated(name, labels == null ? Codes.NUMBER : labels);
      case DATE -> date(name);
      case TIME -> time(name);
      case OBJECT -> numeric = object(name);
      // 20.2.1.4: 13 to 254 are reserved for ASHRAE
      default -> octets("reserved");
    }
  }

  /** Contents of a Date (20.2.12). */
  void date(String name) {
    must(length == 4);
    mark();
    if (t.on() && c.remaining() >= 4) {
      t.field(name, Contents.date(c, c.position()));
    }
    c.skip(length);
  }

  /** Contents of a Time (20.2.13). */
  void time(String name) {
    must(length == 4);
    mark();
    if (t.on() && c.remaining() >= 4) {
      t.field(name, Contents.time(c, c.position()));
    }
    c.skip(length);
  }

  /** The value last read as it leaves the sensor; allocates. */
  Value toValue() {
    if (secret) {
      return new Value.Secret(valueLength);
    }
    return switch (type) {
      case NULL -> new Value.Null();
      case BOOLEAN -> new Value.Bool(numeric != 0);
      case UNSIGNED, SIGNED, REAL, DOUBLE, ENUMERATED -> new Value.Num(numeric);
      case TEXT -> new Value.Text(text(valueAt, valueLength));
      case BITS -> new Value.Text(Contents.bits(c, valueAt, valueLength, null));
      case DATE -> new Value.Text(Contents.date(c, valueAt));
      case TIME -> new Value.Text(Contents.time(c, valueAt));
      case OBJECT -> new Value.Text(Contents.object(Contents.number(c, valueAt, 4)));
      default -> new Value.Octets(Contents.copy(c, valueAt, Math.min(64, valueLength)), valueLength);
    };
  }

  /** A character string (20.2.9) of at most 2,048 octets. Position does not move; allocates. */
  String text(int at, int octets) {
    return Contents.text(c, at, octets);
  }

  /** Date and time of two contents read one after the other; allocates. */
  String dateTimeText(int date, int time) {
    return Contents.date(c, date) + " " + Contents.time(c, time);
  }
}
