package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * CIP, the Common Industrial Protocol (ODVA, CIP Networks Library volume 1), explicit messages: services by name, paths, status, and the identity
 * object. Tag services of Logix controllers are named after Rockwell's "Data Access" manual.
 *
 * <pre>
 * request:  | service u8 | words of path u8 | path | data |                                            2-4.1
 * response: | service u8 | 0x80 | 0 u8 | status u8 | words of more status u8 | … | data |              2-4.2
 * path:     { 0x20 class u8, 0x24 instance u8, 0x30 attribute u8, with |1 and 16 bits padded; 0x91 symbol: length u8 and text; … }   C-1.4
 * </pre>
 */
final class Cip {
  private static final String STANDARD = "CIP Networks Library vol. 1";
  private static final Cite MESSAGE = new Cite(STANDARD, "2-4");
  private static final Cite PATH = new Cite(STANDARD, "C-1.4");

  private static final int RESPONSE = 0x80;
  private static final int GET_ALL = 0x01;
  private static final int MULTIPLE = 0x0A;
  private static final int UNCONNECTED_SEND = 0x52;

  private static final int IDENTITY_CLASS = 0x01;
  private static final int ROUTER_CLASS = 0x02;
  private static final int CONNECTION_MANAGER = 0x06;

  private static final int NEWS_READ = 16;
  private static final int AGAIN_SECONDS = 600;
  private static final int DEEPEST = 2;

  private static final Names STATUS_NAMES = Names.load("cip/general_status.tsv", "status");
  private static final Outcome[] STATUS = new Outcome[256];

  static {
    Arrays.setAll(STATUS, i -> i == 0 || i == 6 ? Outcome.OK : Outcome.error(STATUS_NAMES.of(i)));
  }

  /** The path last read: class, instance and attribute, −1 where it names none; where its symbol stands, and how long it is. */
  private int object;

  private int instance;
  private int attribute;
  private int symbolAt;
  private int symbolLength;

  /** Names a service; what it is called may depend on the class. */
  private static @Nullable String service(int code, int object) {
    return switch (code) {
      case GET_ALL -> "Get_Attributes_All";
      case 0x02 -> "Set_Attributes_All";
      case 0x03 -> "Get_Attribute_List";
      case 0x04 -> "Set_Attribute_List";
      case 0x05 -> "Reset";
      case 0x06 -> "Start";
      case 0x07 -> "Stop";
      case 0x08 -> "Create";
      case 0x09 -> "Delete";
      case MULTIPLE -> "Multiple_Service_Packet";
      case 0x0D -> "Apply_Attributes";
      case 0x0E -> "Get_Attribute_Single";
      case 0x10 -> "Set_Attribute_Single";
      case 0x11 -> "Find_Next_Object_Instance";
      case 0x15 -> "Restore";
      case 0x16 -> "Save";
      case 0x17 -> "No_Operation";
      case 0x18 -> "Get_Member";
      case 0x19 -> "Set_Member";
      case 0x1A -> "Insert_Member";
      case 0x1B -> "Remove_Member";
      case 0x4B -> object == 0x67 ? "Execute_PCCC" : "Service_0x4b";
      case 0x4C -> "Read_Tag";
      case 0x4D -> "Write_Tag";
      case 0x4E -> object == CONNECTION_MANAGER ? "Forward_Close" : "Read_Modify_Write_Tag";
      case UNCONNECTED_SEND -> object == CONNECTION_MANAGER ? "Unconnected_Send" : "Read_Tag_Fragmented";
      case 0x53 -> "Write_Tag_Fragmented";
      case 0x54 -> "Forward_Open";
      case 0x55 -> "Get_Instance_Attribute_List";
      case 0x5B -> "Large_Forward_Open";
      default -> null;
    };
  }

  private static @Nullable Verb verb(int code, int object) {
    return switch (code) {
      case 0x02, 0x04, 0x10, 0x19, 0x4D, 0x53 -> Verb.WRITE;
      case 0x4E -> object == CONNECTION_MANAGER ? null : Verb.WRITE;
      case 0x05, 0x15 -> Verb.RESTART;
      case 0x06, 0x07, 0x0D, 0x16 -> Verb.COMMAND;
      case 0x08, 0x1A -> Verb.CREATE;
      case 0x09, 0x1B -> Verb.DELETE;
      case 0x4B -> object == 0x67 ? Verb.REQUEST : null;
      case GET_ALL, 0x03, 0x0E, 0x11, 0x18, 0x4C, 0x55 -> Verb.READ;
      case UNCONNECTED_SEND -> object == CONNECTION_MANAGER ? null : Verb.READ;
      case 0x54, 0x5B -> Verb.CONNECT;
      default -> null;
    };
  }

  /** Reads one message, and those within it. */
  void message(Cursor m, Exchange x, Observer o, boolean request, long key, int depth) {
    Transcript t = o.transcript();
    int code = m.u8();
    if (!m.ok()) {
      return;
    }
    t.begin("cip");
    t.field("cipService", code & 0x7F);
    t.field("cipResponse", code >>> 7);
    if (code >= RESPONSE) {
      response(m, x, o, key, code & 0x7F, depth);
    } else if (request) {
      request(m, x, o, key, code, depth);
    } else {
      o.flaw(x, MESSAGE, "service", m.position() - 1, m.wireLength());
      m.skip(m.remaining());
    }
    t.close();
  }

  private void request(Cursor m, Exchange x, Observer o, long key, int code, int depth) {
    int words = m.u8();
    path(m, x, o, 2 * words);
    if (!m.ok()) {
      return;
    }
    String name = service(code, object);
    o.operation(name == null ? "service" : name);
    Transcript t = o.transcript();
    if (t.on()) {
      t.field("service", name == null ? "service" : name);
      t.field("path", point(m).text());
    }
    if (code == MULTIPLE && object == ROUTER_CLASS && depth < DEEPEST) {
      x.remember(key, (long) code << 32 | ROUTER_CLASS, 0);
      several(m, x, o, true, key, depth);
      return;
    }
    if (code == UNCONNECTED_SEND && object == CONNECTION_MANAGER && depth < DEEPEST) {
      unconnected(m, x, o, key, depth);
      return;
    }
    x.remember(key, (long) code << 32 | object & 0xFFFFFFFFL, (long) instance << 32 | attribute & 0xFFFFFFFFL);
    Verb verb = verb(code, object);
    int at = m.position();
    int octets = m.remaining();
    if (t.on() && code == 0x03) {
      attributes(m, t);
      m.seek(at);
    }
    if (t.on() && object == CONNECTION_MANAGER && (code == 0x54 || code == 0x5B || code == 0x4E)) {
      long kept = (long) instance << 32 | attribute & 0xFFFFFFFFL;
      connection(m, t, code);
      object = CONNECTION_MANAGER;
      instance = (int) (kept >> 32);
      attribute = (int) kept;
      m.seek(at);
    }
    t.octets("data", m, octets);
    if (verb == Verb.READ) {
      long digest = ((long) object << 40 ^ (long) instance << 20 ^ attribute) + code + symbol(m) * 31 + x.target().hashCode() * 65_537L;
      if (x.news(x.source(), NEWS_READ, digest, AGAIN_SECONDS)) {
        o.request(key, Acts.pending(x, "enip", MESSAGE, verb, name == null ? "service" : name, point(m), null, ""));
      }
    } else if (verb == Verb.CONNECT) {
      if (x.news(x.source(), NEWS_READ, x.target().hashCode() * 31L + code, AGAIN_SECONDS)) {
        o.request(key, Acts.pending(x, "enip", MESSAGE, verb, name == null ? "service" : name, null, null, ""));
      }
    } else if (verb != null) {
      Value value = null;
      if (verb == Verb.WRITE) {
        m.seek(at);
        value = new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
      }
      o.request(key, Acts.pending(x, "enip", MESSAGE, verb, name == null ? "service" : name, point(m), value, ""));
    }
    m.seek(at);
    m.skip(octets);
  }

  /** Volume 1, A-4.3, Get_Attribute_List: {@code | count u16 | attributes u16 … |}. */
  private static void attributes(Cursor m, Transcript t) {
    int left = Math.min(m.u16le(), m.remaining() / 2);
    for (; left > 0; left--) {
      t.field("attribute", m.u16le());
    }
  }

  /**
   * Volume 1, 3-5.5.2 and 3-5.5.3: {@code | tick u8 | ticks u8 | identifiers u32 u32 (open) | serial u16 | vendor u16 | originator's serial u32 | … | words u8 | path |}:
   * who connects, and to what.
   */
  private void connection(Cursor m, Transcript t, int code) {
    boolean open = code != 0x4E;
    m.skip(open ? 10 : 2);
    t.field("connectionSerial", m.u16le());
    t.field("originatorVendor", m.u16le());
    t.field("originatorSerial", m.u32le());
    m.skip(open ? code == 0x5B ? 21 : 17 : 0);
    int words = m.u8();
    m.skip(open ? 0 : 1);
    long outer = m.enter(Math.min(2 * words, m.remaining()));
    while (m.ok() && m.remaining() > 1) {
      int segment = m.u8();
      if (segment >>> 5 == 1 && segment != 0x34 && (segment & 3) < 2) {
        m.skip(segment & 1);
        logical(t, segment >>> 2 & 7, (segment & 1) == 0 ? m.u8() : m.u16le());
      } else if (segment == 0x34) {
        m.skip(9);
      } else if (segment >>> 5 == 0 && (segment & 0x1F) < 15) {
        m.skip(1);
      } else {
        break;
      }
    }
    m.leave(outer);
  }

  private long symbol(Cursor m) {
    if (symbolLength == 0) {
      return 0;
    }
    int back = m.position();
    m.seek(symbolAt);
    long digest = m.digest(symbolLength);
    m.seek(back);
    return digest;
  }

  private Point point(Cursor m) {
    if (symbolLength > 0) {
      int back = m.position();
      m.seek(symbolAt);
      String tag = m.text(symbolLength);
      m.seek(back);
      return new Point.Named("tag", tag);
    }
    if (object < 0) {
      return new Point.Named("cip", "no class");
    }
    StringBuilder s = new StringBuilder("class ").append(object);
    if (instance >= 0) {
      s.append(" instance ").append(instance);
    }
    if (attribute >= 0) {
      s.append(" attribute ").append(attribute);
    }
    return new Point.Named("cip", s.toString());
  }

  /** C-1.4: logical segments, the electronic key, symbols, ports; the last of each kind counts. */
  private void path(Cursor m, Exchange x, Observer o, int octets) {
    Transcript t = o.transcript();
    object = -1;
    instance = -1;
    attribute = -1;
    symbolLength = 0;
    int at = m.position();
    long outer = m.enter(octets);
    while (m.ok() && m.remaining() > 0) {
      int segment = m.u8();
      switch (segment >>> 5) {
        case 1 -> {
          if (segment == 0x34) {
            m.skip(9);
            break;
          }
          int format = segment & 3;
          int value = format == 0 ? m.u8() : 0;
          if (format == 1) {
            m.skip(1);
            value = m.u16le();
          } else if (format == 2) {
            m.skip(1);
            value = (int) m.u32le();
          }
          logical(t, segment >>> 2 & 7, value);
        }
        case 0 -> {
          boolean extended = (segment & 0x10) != 0;
          int size = extended ? m.u8() : 1;
          if ((segment & 0x0F) == 15) {
            m.skip(2);
          }
          m.skip(size + (extended ? size & 1 : 0));
        }
        case 4 -> {
          if (segment == 0x91) {
            int length = m.u8();
            if (symbolLength == 0) {
              symbolAt = m.position();
              symbolLength = length;
            }
            m.skip(length + (length & 1));
          } else {
            m.skip(2 * m.u8());
          }
        }
        default -> m.skip(m.remaining());
      }
    }
    m.leave(outer);
    if (m.ok() && octets == 0) {
      o.flaw(x, PATH, "path", at, m.wireLength());
    }
  }

  private void logical(Transcript t, int type, int value) {
    switch (type) {
      case 0 -> {
        object = value;
        t.field("class", value);
      }
      case 1 -> {
        instance = value;
        t.field("instance", value);
      }
      case 4 -> {
        attribute = value;
        t.field("attribute", value);
      }
      default -> {
        // members and connection points do not name an object
      }
    }
  }

  /** Volume 1, 5-5.3: {@code | count u16 | offsets u16 … | messages |}, offsets from the count on. */
  private void several(Cursor m, Exchange x, Observer o, boolean request, long key, int depth) {
    int start = m.position();
    int length = m.remaining();
    int count = m.u16le();
    for (int i = 0; i < count && m.ok(); i++) {
      m.seek(start + 2 + 2 * i);
      int from = m.u16le();
      int to = i + 1 < count ? m.u16le() : length;
      if (from < 2 + 2 * count || to < from || to > length) {
        m.fail();
        return;
      }
      m.seek(start + from);
      long outer = m.enter(to - from);
      message(m, x, o, request, key ^ (long) (i + 1) << 40, depth + 1);
      m.leave(outer);
    }
  }

  /** 3-5.5.4: {@code | tick u8 | ticks u8 | length u16 | message, padded | words u8 | 0 u8 | route |}. */
  private void unconnected(Cursor m, Exchange x, Observer o, long key, int depth) {
    m.skip(2);
    int octets = m.u16le();
    long outer = m.enter(octets);
    if (m.ok()) {
      message(m, x, o, true, key, depth + 1);
    }
    m.leave(outer);
    m.skip(octets & 1);
    int words = m.u8();
    m.skip(1 + 2 * words);
    m.skip(m.remaining());
  }

  private void response(Cursor m, Exchange x, Observer o, long key, int code, int depth) {
    m.skip(1);
    int status = m.u8();
    o.transcript().field("generalStatus", status);
    m.skip(2 * m.u8());
    if (!m.ok()) {
      return;
    }
    boolean asked = x.recall(key);
    int about = asked ? (int) x.recalledA() : -1;
    String name = service(code, about);
    o.operation(name == null ? "service" : name);
    if (code == MULTIPLE && (about == ROUTER_CLASS || !asked) && depth < DEEPEST && m.remaining() > 2) {
      several(m, x, o, false, key, depth);
      return;
    }
    o.outcome(key, STATUS[status]);
    if (code == GET_ALL && about == IDENTITY_CLASS && status == 0 && m.remaining() >= 15) {
      CipIdentity.all(m, x, o);
    } else if (code == 0x0E && asked && status == 0) {
      CipIdentity.attribute(m, x, o, about, (int) x.recalledB());
    }
    o.transcript().octets("data", m, m.remaining());
    m.skip(m.remaining());
  }
}
