package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The user data messages of {@link S7comm}: programmer commands, cyclic data, system status lists, passwords, the clock. */
final class S7UserData {
  private static final Cite STATUS_LIST = new Cite("S7 communication", "SZL");
  private static final Cite USER_DATA = new Cite("S7 communication", "user data");

  /** Function group of cyclic data. */
  private static final int CYCLIC = 2;

  private static final int NEWS_LIST = 3;
  private static final int NEWS_ENTRY = 4;
  private static final int NEWS_USER_DATA = 5;

  private S7UserData() {}

  private static String group(int group) {
    return switch (group) {
      case 0 -> "Mode transition";
      case 1 -> "Programmer commands";
      case 2 -> "Cyclic data";
      case 3 -> "Block functions";
      case 4 -> "CPU functions";
      case 5 -> "Security";
      case 6 -> "PBC";
      case 7 -> "Time functions";
      default -> "User data";
    };
  }

  /**
   * {@code | 0 1 0x12 | length u8 | method u8 | type 4, group 4 | subfunction u8 | sequence u8 | reference u8, last u8, error u16 (answers) |}, and
   * the data {@code | return code u8 | type u8 | length u16 | … |}.
   */
  static void read(Cursor m, Exchange x, Observer o, long key, long outer) {
    Transcript t = o.transcript();
    m.skip(3);
    int length = m.u8();
    m.skip(1);
    int kind = m.u8();
    int sub = m.u8();
    m.skip(1);
    int error = 0;
    boolean complete = true;
    if (length >= 8) {
      m.skip(1);
      complete = m.u8() == 0;
      error = m.u16();
    }
    m.skip(m.remaining());
    m.leave(outer);
    int group = kind & 15;
    int type = kind >>> 4;
    t.field("type", type);
    t.field("functionGroup", group);
    t.field("subfunction", sub);
    if (length >= 8) {
      t.field("errorClass", error >>> 8);
      t.field("errorCode", error & 0xFF);
    }
    int result = m.u8();
    m.skip(1);
    int octets = m.u16();
    t.field("returnCode", result);
    if (!m.ok()) {
      return;
    }
    S7comm.operation(o, group(group));
    if (octets > m.remaining()) {
      m.fail();
      return;
    }
    if (group == CYCLIC && (sub == 1 || sub == 5 || sub == 7) && octets >= 2) {
      t.field("itemCount", m.peek(0) << 8 | m.peek(1));
    }
    if (type == 4) {
      if (group == 4 && sub == 1) {
        int list = m.u16();
        int index = m.u16();
        t.field("szlId", list);
        t.field("szlIndex", index);
        if (m.ok() && x.news(x.source(), NEWS_LIST, ((long) list << 16 | index) * 31 + x.target().hashCode(), S7comm.AGAIN_SECONDS)) {
          o.request(key, Acts.pending(x, "s7comm", STATUS_LIST, Verb.DISCOVER, "Read SZL", new Point.Named("szl",
              String.format("0x%04x.0x%04x", list, index)), null, ""));
        }
      } else {
        request(m, x, o, key, group, sub, octets);
      }
    } else if (type == 8) {
      o.outcome(key, S7comm.refused(error));
      if (group == 4 && sub == 1 && complete && result == 0xFF) {
        statusList(m, x, o);
      }
    }
    if (group == CYCLIC && type != 4 && result == 0xFF && m.remaining() >= 2) {
      cyclic(m, o.transcript());
    }
  }

  /** Cyclic data: {@code | items u16 | { return code u8, type u8, length u16, value, padded to even } |}; what the items are, the request said. */
  private static void cyclic(Cursor m, Transcript t) {
    int items = m.u16();
    for (int i = 0; i < items && m.ok() && m.remaining() > 0; i++) {
      t.field("returnCode", m.u8());
      int type = m.u8();
      int length = S7comm.octets(type, m.u16());
      t.octets("value", m, Math.min(length, m.remaining()));
      m.skip(length);
      if ((length & 1) != 0 && m.remaining() > 0) {
        m.skip(1);
      }
    }
  }

  private static void request(Cursor m, Exchange x, Observer o, long key, int group, int sub, int octets) {
    Verb verb = switch (group) {
      case 1 -> sub == 2 || sub == 1 || sub == 4 ? Verb.READ : Verb.COMMAND;
      case 5 -> Verb.AUTHENTICATE;
      case 7 -> sub == 1 || sub == 3 ? Verb.READ : Verb.SET_TIME;
      default -> Verb.READ;
    };
    Value value = null;
    if (group == 5) {
      value = o.sealed(Seals.Kind.KEY, m, m.position(), octets);
      o.secret(m.position(), octets);
      o.transcript().secret("password", octets);
      m.skip(octets);
    }
    boolean changes = verb != Verb.READ;
    if (changes || x.news(x.source(), NEWS_USER_DATA, (group << 8 | sub) * 31L + x.target().hashCode(), S7comm.AGAIN_SECONDS)) {
      o.request(key, Acts.pending(x, "s7comm", USER_DATA, verb, group(group), null, value, "subfunction " + sub));
    }
  }

  /** {@code | list u16 | index u16 | octets of an entry u16 | entries u16 | … |}; list 0x0011 names the modules, 0x001C the components. */
  private static void statusList(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int list = m.u16();
    int index = m.u16();
    int octets = m.u16();
    int entries = m.u16();
    t.field("szlId", list);
    t.field("szlIndex", index);
    for (int i = 0; i < entries && m.ok(); i++) {
      long outer = m.enter(octets);
      int entry = m.u16();
      if (m.ok() && (t.on() || x.news(x.source(), NEWS_ENTRY, ((long) list << 16 | entry) ^ m.digest(m.remaining()), Exchange.FOREVER))) {
        entry(m, x, o, list & 0xFF, entry, octets);
      }
      m.leave(outer);
    }
  }

  private static void entry(Cursor m, Exchange x, Observer o, int list, int entry, int octets) {
    if (list == 0x11 && octets == 28) {
      String order = m.text(20, StandardCharsets.US_ASCII).strip();
      m.skip(2);
      int high = m.u16();
      int low = m.u16();
      o.transcript().field("module", order);
      if (entry == 1) {
        o.claim(x, x.source(), Trait.HARDWARE, order, STATUS_LIST);
      } else if (entry == 7 && high >>> 8 == 'V') {
        o.claim(x, x.source(), Trait.FIRMWARE, "V" + (high & 0xFF) + "." + (low >>> 8) + "." + (low & 0xFF), STATUS_LIST);
      }
    } else if (list == 0x1C && octets == 34) {
      String text = m.text(32, StandardCharsets.ISO_8859_1);
      int end = text.indexOf(0);
      text = (end < 0 ? text : text.substring(0, end)).strip();
      o.transcript().field("component", text);
      Trait trait = component(entry);
      if (trait != null && !text.isEmpty()) {
        o.claim(x, x.source(), trait, text, STATUS_LIST);
      }
    }
  }

  private static @Nullable Trait component(int entry) {
    return switch (entry) {
      case 1 -> Trait.NAME;
      case 3 -> Trait.DESCRIPTION;
      case 5 -> Trait.SERIAL;
      case 7 -> Trait.MODEL;
      case 11 -> Trait.LOCATION;
      default -> null;
    };
  }
}
