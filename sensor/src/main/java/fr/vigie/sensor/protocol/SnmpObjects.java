package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What objects of SNMP bindings say of their device: the system group (RFC 3418 §2), the identification and the measurements of the
 * UPS MIB (RFC 1628), and what {@link SnmpNames} knows of other makers. One binding at a time: {@link #name} is read first, then
 * {@link #value}.
 */
final class SnmpObjects {
  static final Cite OBJECT_NAME = new Cite("RFC 2578", "3.5");
  private static final Cite SYSTEM = new Cite("RFC 3418", "2");
  private static final Cite UPS_IDENT = new Cite("RFC 1628", "4");
  private static final Cite SYNTAX = new Cite("RFC 2578", "7.1");

  private static final int[] SYSTEM_GROUP = {1, 3, 6, 1, 2, 1, 1};
  private static final int[] UPS_OBJECTS = {1, 3, 6, 1, 2, 1, 33, 1};
  private static final int[] SNMP_TRAP_OID = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
  private static final Cite NAMED = new Cite("SNMP vendor MIB", "object");
  private static final int[] ENTERPRISES = {1, 3, 6, 1, 4, 1};
  private static final int[] ENTITY = {1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1};
  private static final int ALARMS_PRESENT = 0x601;
  private static final int NEWS_TRAIT = 11;

  private static final Map<String, String[]> PRODUCTS = products();

  private final Oid name = new Oid();
  private final Oid identifier = new Oid();
  private final Oid trap = new Oid();
  private boolean trapped;

  private static Map<String, String[]> products() {
    Map<String, String[]> map = new HashMap<>();
    try (InputStream in = SnmpObjects.class.getResourceAsStream("/fr/vigie/sensor/tables/snmp/sysobjectid_map.tsv")) {
      if (in == null) {
        throw new IOException("table snmp/sysobjectid_map.tsv is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#") && cells.length >= 3) {
          map.put(cells[0], cells);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return map;
  }

  /** Begins a list of bindings. */
  void begin() {
    trapped = false;
  }

  /** The place into which the next binding's name is read. */
  Oid name() {
    return name;
  }

  /** The value of snmpTrapOID.0 in the list, or null. */
  @Nullable String trap() {
    return trapped ? trap.text() : null;
  }

  /** The name of the trap in the list, or null. */
  @Nullable String trapName() {
    return trapped ? SnmpNames.exactly(trap) : null;
  }

  /** The name of the object identifier that was the last such value, or null. */
  @Nullable String identifierName() {
    return SnmpNames.exactly(identifier);
  }

  /**
   * Reads a binding's value.
   *
   * @param said whether the sender says it of itself: then it makes claims and readings
   * @param wanted whether the caller needs the value, for an act
   */
  @Nullable Value value(Cursor m, Exchange x, Observer o, boolean said, boolean wanted) {
    Transcript t = o.transcript();
    int at = m.position();
    int type = m.u8();
    int octets = Ber.length(m);
    identifier.clear();
    if (!m.ok()) {
      return null;
    }
    switch (type) {
      case Ber.INTEGER, 0x41, 0x42, 0x43, 0x46 -> {
        if (octets < 1 || octets > (type == 0x46 ? 9 : type == Ber.INTEGER ? 4 : 5)) {
          o.flaw(x, SYNTAX, "integer", at, m.wireLength());
          t.octets("value", m, octets);
          m.skip(octets);
          return null;
        }
        long value = Ber.integer(m, octets);
        t.field(syntax(type), value);
        if (said && name.startsWith(UPS_OBJECTS)) {
          measure(x, o, value);
        } else if (said && name.startsWith(ENTERPRISES)) {
          measureNamed(x, o, value);
        }
        return wanted ? new Value.Num(value) : null;
      }
      case Ber.OCTET_STRING -> {
        return octetString(m, x, o, octets, said, wanted);
      }
      case Ber.OBJECT_IDENTIFIER -> {
        boolean good = identifier.read(m, octets);
        if (!good) {
          o.flaw(x, OBJECT_NAME, "subidentifier", at, m.wireLength());
        }
        if (t.on()) {
          t.field(syntax(type), identifier.text());
        }
        if (good && said) {
          identifier(m, x, o, octets);
        }
        return wanted ? new Value.Text(identifier.text()) : null;
      }
      case 0x40 -> {
        if (octets != 4) {
          o.flaw(x, SYNTAX, "IpAddress", at, m.wireLength());
          m.skip(octets);
          return null;
        }
        long address = m.u32();
        if (t.on()) {
          t.field(syntax(type), Endpoint.ipText(4, 0, address));
        }
        return wanted ? new Value.Text(Endpoint.ipText(4, 0, address)) : null;
      }
      case Ber.NULL, 0x80, 0x81, 0x82 -> {
        t.field("value", syntax(type));
        if (octets != 0) {
          o.flaw(x, SYNTAX, "null", at, m.wireLength());
          m.skip(octets);
        }
        return wanted ? new Value.Null() : null;
      }
      default -> {
        if (type != 0x44) {
          o.flaw(x, SYNTAX, "tag", at, m.wireLength());
        }
        t.octets(syntax(type), m, octets);
        m.skip(octets);
        return null;
      }
    }
  }

  private static String syntax(int type) {
    return switch (type) {
      case Ber.INTEGER -> "INTEGER";
      case Ber.OCTET_STRING -> "OCTET STRING";
      case Ber.NULL -> "NULL";
      case Ber.OBJECT_IDENTIFIER -> "OBJECT IDENTIFIER";
      case 0x40 -> "IpAddress";
      case 0x41 -> "Counter32";
      case 0x42 -> "Gauge32";
      case 0x43 -> "TimeTicks";
      case 0x44 -> "Opaque";
      case 0x46 -> "Counter64";
      case 0x80 -> "noSuchObject";
      case 0x81 -> "noSuchInstance";
      case 0x82 -> "endOfMibView";
      default -> "unknown";
    };
  }

  private @Nullable Value octetString(Cursor m, Exchange x, Observer o, int octets, boolean said, boolean wanted) {
    Transcript t = o.transcript();
    Trait trait = said && octets > 0 ? trait() : null;
    boolean news = trait != null
        && x.news(x.source(), NEWS_TRAIT, m.digest(octets) ^ name.digest(name.size()), Exchange.FOREVER);
    if (!news && !wanted && !t.on()) {
      m.skip(octets);
      return null;
    }
    byte[] bytes = m.bytes(octets);
    String text = text(bytes);
    if (t.on()) {
      t.field("OCTET STRING", text != null ? text : new Value.Octets(bytes, octets).text());
    }
    if (news && trait != null && text != null && !text.isBlank()) {
      o.claim(x, x.source(), trait, text.strip(), name.startsWith(SYSTEM_GROUP) ? SYSTEM : name.startsWith(UPS_OBJECTS) ? UPS_IDENT : NAMED);
    }
    if (!wanted) {
      return null;
    }
    return text != null ? new Value.Text(text)
        : new Value.Octets(octets > 64 ? Arrays.copyOf(bytes, 64) : bytes, octets);
  }

  /** Octets as text, without a trailing NUL, or null where they are not text: SNMP has one type for both. */
  private static @Nullable String text(byte[] octets) {
    int end = octets.length > 0 && octets[octets.length - 1] == 0 ? octets.length - 1 : octets.length;
    for (int i = 0; i < end; i++) {
      int b = octets[i] & 0xFF;
      if (b < 0x20 && b != '\t' && b != '\r' && b != '\n' || b == 0x7F) {
        return null;
      }
    }
    String text = new String(octets, 0, end, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') >= 0 ? new String(octets, 0, end, StandardCharsets.ISO_8859_1) : text;
  }

  /** RFC 3418 §2 (system) and RFC 1628 §4 (upsIdent): which object is which trait. All are scalars, instance 0. */
  private @Nullable Trait trait() {
    if (name.startsWith(SYSTEM_GROUP) && name.arc(8) == 0) {
      return switch ((int) name.arc(7)) {
        case 1 -> Trait.DESCRIPTION;
        case 4 -> Trait.CONTACT;
        case 5 -> Trait.NAME;
        case 6 -> Trait.LOCATION;
        default -> null;
      };
    }
    if (name.startsWith(UPS_OBJECTS) && name.arc(8) == 1 && name.arc(10) == 0) {
      return switch ((int) name.arc(9)) {
        case 1 -> Trait.VENDOR;
        case 2 -> Trait.MODEL;
        case 3 -> Trait.FIRMWARE;
        case 4 -> Trait.SOFTWARE;
        case 5 -> Trait.NAME;
        default -> null;
      };
    }
    // RFC 6933 §3: the first physical entity is the device itself
    if (name.startsWith(ENTERPRISES) || name.startsWith(ENTITY) && name.arc(12) == 1) {
      int place = SnmpNames.find(name);
      return place < 0 ? null : SnmpNames.at(place).trait();
    }
    return null;
  }

  private void identifier(Cursor m, Exchange x, Observer o, int octets) {
    if (name.startsWith(SNMP_TRAP_OID)) {
      int end = m.position();
      m.seek(end - octets);
      trapped = trap.read(m, octets);
    }
    boolean system = name.startsWith(SYSTEM_GROUP) && name.arc(7) == 2 && name.arc(8) == 0;
    if (!system || identifier.size() < 7 || !x.news(x.source(), NEWS_TRAIT, identifier.digest(identifier.size()), Exchange.FOREVER)) {
      return;
    }
    o.claim(x, x.source(), Trait.BANNER, "sysobjectid=" + identifier.text(), SYSTEM);
    for (int arcs = identifier.size(); arcs >= 7; arcs--) {
      String[] product = PRODUCTS.get(identifier.text(arcs));
      if (product != null) {
        if (!product[1].startsWith("generic")) {
          o.claim(x, x.source(), Trait.VENDOR, product[1], SYSTEM);
        }
        if (!product[2].isEmpty()) {
          o.claim(x, x.source(), Trait.MODEL, product[2], SYSTEM);
        }
        return;
      }
    }
  }

  /** RFC 1628: integers in tenths where the object says so. The key packs the sub-identifiers below upsObjects, eight bits each. */
  private void measure(Exchange x, Observer o, long value) {
    long key = 0;
    int size = name.size();
    if (size < 11 || size > 15) {
      return;
    }
    for (int i = 8; i < size; i++) {
      if (name.arc(i) > 255) {
        return;
      }
      key = key << 8 | name.arc(i);
    }
    int object = (int) (name.arc(8) << 8 | (size == 11 ? name.arc(9) : name.arc(11)));
    boolean table = size > 11;
    int group = object >> 8;
    if (group < 2 || group > 6 || group == 6 && object != ALARMS_PRESENT) {
      return;
    }
    boolean tenths = table ? object == 0x302 || object == 0x304 || object == 0x403 || object == 0x503
        : object == 0x205 || object == 0x206 || object == 0x402 || object == 0x501;
    String unit = table ? column(object) : scalar(object);
    o.reading(x, x.source(), key, size, UPS_POINT, tenths ? value / 10.0 : value, unit, true, false);
  }

  /** What makers measure beside RFC 1628. The key is the object's place and its instance, of at most two sub-identifiers below 2^28. */
  private void measureNamed(Exchange x, Observer o, long value) {
    int place = SnmpNames.find(name);
    if (place < 0 || SnmpNames.at(place).kind() != SnmpNames.Kind.READING) {
      return;
    }
    SnmpNames.Named object = SnmpNames.at(place);
    int instance = name.size() - object.arcs();
    long first = name.arc(object.arcs());
    long second = instance == 2 ? name.arc(object.arcs() + 1) : 0;
    if (instance < 1 || instance > 2 || first >= 1 << 28 || second >= 1 << 28) {
      return;
    }
    o.reading(x, x.source(), place, (long) instance << 56 | first << 28 | second, NAMED_POINT, value * object.scale(),
        object.does().isEmpty() ? null : object.does(), true, false);
  }

  private static final Observer.PointMaker NAMED_POINT = (place, instance) -> new Point.Named("oid", SnmpNames.at((int) place).oid() + "."
      + (instance >>> 28 & 0xFFFFFFF) + (instance >>> 56 == 2 ? "." + (instance & 0xFFFFFFF) : ""));

  private static @Nullable String scalar(int object) {
    return switch (object) {
      case 0x202 -> "seconds";
      case 0x203 -> "minutes";
      case 0x204 -> "percent";
      case 0x205 -> "volts";
      case 0x206 -> "amperes";
      case 0x207 -> "degrees-celsius";
      case 0x402, 0x501 -> "hertz";
      default -> null;
    };
  }

  private static @Nullable String column(int object) {
    return switch (object) {
      case 0x302 -> "hertz";
      case 0x303, 0x402, 0x502 -> "volts";
      case 0x304, 0x403, 0x503 -> "amperes";
      case 0x305, 0x404, 0x504 -> "watts";
      case 0x405 -> "percent";
      default -> null;
    };
  }

  private static final Observer.PointMaker UPS_POINT = (key, size) -> {
    StringBuilder text = new StringBuilder("1.3.6.1.2.1.33.1");
    for (int i = (int) size - 9; i >= 0; i--) {
      text.append('.').append(key >>> 8 * i & 0xFF);
    }
    return new Point.Named("oid", text.toString());
  };
}
