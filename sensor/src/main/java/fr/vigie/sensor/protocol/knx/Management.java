package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Seals;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;

/**
 * Services of the application layer that manage devices: properties, memory, addresses and parameters of the system (KNX 03_03_07 3.2 to 3.5).
 *
 * <pre>
 * property:          | object u8 | property u8 | elements 4 bits, start 12 bits | data … |
 * extended property: | object type u16 | instance 12 bits, property 12 bits | elements u8 | start u16 | data … |
 * memory:            APCI with the count in four bits | address u16 | data … |
 * user memory:       | address extension 4 bits, count 4 bits | address u16 | data … |
 * extended memory:   | count u8 | address u24 | data … |
 * </pre>
 */
final class Management {
  private Management() {}

  /** Reads the service; false where it is none of these. */
  static boolean dissect(Cursor m, Telegram to, int apci) {
    switch (to.service) {
      case 0x140, 0x2C5, 0x3CD -> {
        if (to.service != 0x140) {
          to.question(m, Verb.DISCOVER, 0);
        }
      }
      case 0x3E1 -> to.question(m, Verb.DISCOVER, 0);
      case 0x1C8, 0x1C9, 0x1CA -> systemParameter(m, to);
      case 0x3DA, 0x3DB, 0x3E4 -> networkParameter(m, to);
      case 0x1CC, 0x1CD, 0x1CE, 0x1CF, 0x1D0, 0x1D1 -> extendedProperty(m, to);
      case 0x1D2, 0x1D3 -> extendedDescription(m, to);
      case 0x1D4, 0x1D5, 0x1D6 -> extendedFunction(m, to);
      case 0x1FB, 0x1FC, 0x1FD, 0x1FE -> extendedMemory(m, to);
      case 0x200, 0x240, 0x280 -> memory(m, to, apci & 0xF);
      case 0x2C0, 0x2C1, 0x2C2 -> userMemory(m, to);
      case 0x2C4, 0x3D0 -> memoryBit(m, to);
      case 0x2C6 -> {
        to.t.field("manufacturerId", m.u8());
        to.t.octets("manufacturerInfo", m, m.remaining());
      }
      case 0x2C7, 0x2C8, 0x2C9 -> function(m, to);
      case 0x3C0, 0x3C1, 0x3C2, 0x3C3, 0x3C8, 0x3C9, 0x3CA, 0x3CE, 0x3CF -> router(m, to);
      case 0x3D5, 0x3D6, 0x3D7 -> property(m, to);
      case 0x3D8, 0x3D9 -> description(m, to);
      case 0x3DC, 0x3DD, 0x3DE -> serialNumber(m, to);
      case 0x3E0, 0x3E2, 0x3E3 -> domainAddress(m, to);
      case 0x3EC, 0x3ED, 0x3EE -> domainOfSerialNumber(m, to);
      case 0x3E5, 0x3E6, 0x3E7 -> link(m, to);
      case 0x3E8, 0x3E9, 0x3EA, 0x3EB -> groupProperty(m, to);
      default -> {
        return false;
      }
    }
    return true;
  }

  // ---- properties (3.4.3)

  /** Data of a property to the transcript, unless it is a key. */
  private static void data(Cursor m, Telegram to, boolean key) {
    int octets = m.remaining();
    if (octets > 0 && key) {
      to.o.secret(m.position(), octets);
      to.t.secret("data", octets);
    } else if (octets > 0) {
      to.t.octets("data", m, octets);
    }
  }

  private static Value value(Cursor m, Telegram to, boolean key) {
    return key ? to.o.sealed(Seals.Kind.KEY, m, m.position(), m.remaining()) : Telegram.octets(m, m.remaining());
  }

  private static void property(Cursor m, Telegram to) {
    int object = m.u8();
    int property = m.u8();
    int elements = m.u16();
    to.t.field("objectIndex", object);
    to.t.field("propertyId", property);
    to.t.field("numberOfElements", elements >>> 12);
    to.t.field("startIndex", elements & 0xFFF);
    boolean key = Properties.key(property);
    data(m, to, key);
    if (to.service == 0x3D5) {
      to.question(m, Verb.READ, 4);
    } else if (to.service == 0x3D6) {
      to.answers(m, 0x3D7, elements >>> 12 == 0 ? Telegram.REFUSED : Outcome.OK);
    } else if (to.tells(m)) {
      to.act(m, Verb.CONFIGURE, Properties.indexed(object, property), value(m, to, key),
          (property == 5 ? "load state control, " : "") + "elements " + (elements >>> 12) + " from " + (elements & 0xFFF));
    }
  }

  private static void description(Cursor m, Telegram to) {
    Transcript t = to.t;
    t.field("objectIndex", m.u8());
    t.field("propertyId", m.u8());
    t.field("propertyIndex", m.u8());
    if (to.service == 0x3D8) {
      to.question(m, Verb.DISCOVER, 3);
    } else {
      int type = m.u8();
      t.field("writable", (type & 0x80) != 0);
      t.field("propertyDataType", type & 0x3F);
      t.field("maxElements", m.u16() & 0xFFF);
      access(m, t);
    }
  }

  private static void access(Cursor m, Transcript t) {
    int access = m.u8();
    t.field("readLevel", access >>> 4);
    t.field("writeLevel", access & 0xF);
  }

  private static void extendedProperty(Cursor m, Telegram to) {
    int type = m.u16();
    int both = m.u24();
    int elements = m.u8();
    int start = m.u16();
    int property = both & 0xFFF;
    to.t.field("objectType", type);
    to.t.field("objectInstance", both >>> 12);
    to.t.field("propertyId", property);
    to.t.field("numberOfElements", elements);
    to.t.field("startIndex", start);
    boolean key = Properties.key(type, property);
    if (to.service == 0x1CF || to.service == 0x1CD && elements == 0) {
      int code = m.u8();
      to.t.field("returnCode", code);
      if (to.service == 0x1CF) {
        to.answers(m, 0x1CE, Codes.RETURN[code]);
      }
    }
    data(m, to, key);
    if (to.service == 0x1CC) {
      to.question(m, Verb.READ, 8);
    } else if ((to.service == 0x1CE || to.service == 0x1D0) && to.tells(m)) {
      to.act(m, Verb.CONFIGURE, Properties.point(type, both >>> 12, property), value(m, to, key), "elements " + elements + " from " + start);
    }
  }

  private static void extendedDescription(Cursor m, Telegram to) {
    Transcript t = to.t;
    t.field("objectType", m.u16());
    int both = m.u24();
    int index = m.u16();
    t.field("objectInstance", both >>> 12);
    t.field("propertyId", both & 0xFFF);
    t.field("descriptionType", index >>> 12);
    t.field("propertyIndex", index & 0xFFF);
    if (to.service == 0x1D2) {
      to.question(m, Verb.DISCOVER, 7);
    } else {
      t.field("datapointMain", m.u16());
      t.field("datapointSub", m.u16());
      int type = m.u8();
      t.field("writable", (type & 0x80) != 0);
      t.field("propertyDataType", type & 0x3F);
      t.field("maxElements", m.u16());
      access(m, t);
    }
  }

  private static void extendedFunction(Cursor m, Telegram to) {
    int type = m.u16();
    int both = m.u24();
    int property = both & 0xFFF;
    to.t.field("objectType", type);
    to.t.field("objectInstance", both >>> 12);
    to.t.field("propertyId", property);
    boolean key = Properties.key(type, property);
    called(m, to, 0x1D4, key, to.service == 0x1D6);
    if (to.service == 0x1D4 && to.tells(m)) {
      to.act(m, Verb.COMMAND, Properties.point(type, both >>> 12, property), value(m, to, key), "");
    }
  }

  private static void function(Cursor m, Telegram to) {
    int object = m.u8();
    int property = m.u8();
    to.t.field("objectIndex", object);
    to.t.field("propertyId", property);
    boolean key = Properties.key(property);
    called(m, to, 0x2C7, key, to.service == 0x2C9);
    if (to.service == 0x2C7 && to.tells(m)) {
      to.act(m, Verb.COMMAND, Properties.indexed(object, property), value(m, to, key), "");
    }
  }

  /** What follows the name of a function property: data, and in the answer a return code first. */
  private static void called(Cursor m, Telegram to, int command, boolean key, boolean answer) {
    if (answer && m.remaining() > 0) {
      int code = m.u8();
      to.t.field("returnCode", code);
      to.answers(m, command, Codes.RETURN[code]);
    }
    data(m, to, key);
    if (!answer && to.service != command) {
      to.question(m, Verb.READ, 2);
    }
  }

  private static void groupProperty(Cursor m, Telegram to) {
    int type = m.u16();
    int instance = m.u8();
    int property = m.u8();
    to.t.field("objectType", type);
    to.t.field("objectInstance", instance);
    to.t.field("propertyId", property);
    boolean key = Properties.key(type, property);
    data(m, to, key);
    if (to.service == 0x3E8) {
      to.question(m, Verb.READ, 4);
    } else if (to.service == 0x3EA && to.tells(m)) {
      to.act(m, Verb.CONFIGURE, Properties.point(type, instance, property), value(m, to, key), "");
    }
  }

  // ---- memory (3.4.5, 3.5)

  private static Point memory(int address) {
    return new Point.Named("memory", "0x" + HexFormat.of().toHexDigits(address, address > 0xFFFF ? 6 : 4));
  }

  private static void memory(Cursor m, Telegram to, int count) {
    to.t.field("count", count);
    remembered(m, to, count, m.u16(), 0x200, 0x280);
  }

  private static void userMemory(Cursor m, Telegram to) {
    int head = m.u8();
    to.t.field("count", head & 0xF);
    remembered(m, to, head & 0xF, head >>> 4 << 16 | m.u16(), 0x2C0, 0x2C2);
  }

  private static void remembered(Cursor m, Telegram to, int count, int address, int read, int write) {
    to.t.field("memoryAddress", address);
    int octets = m.remaining();
    if (octets > 0) {
      to.t.octets("data", m, octets);
    }
    if (to.service == read) {
      to.question(m, Verb.READ, count);
    } else if (to.service == write && to.tells(m)) {
      to.act(m, Verb.DOWNLOAD, memory(address), Telegram.octets(m, octets), count + " octets");
    }
  }

  private static void extendedMemory(Cursor m, Telegram to) {
    boolean answer = to.service == 0x1FC || to.service == 0x1FE;
    int first = m.u8();
    to.t.field(answer ? "returnCode" : "count", first);
    int address = m.u24();
    to.t.field("memoryAddress", address);
    int octets = m.remaining();
    if (octets > 0) {
      to.t.octets("data", m, octets);
    }
    if (to.service == 0x1FC) {
      to.answers(m, 0x1FB, Codes.RETURN[first]);
    } else if (to.service == 0x1FD) {
      to.question(m, Verb.READ, first);
    } else if (to.service == 0x1FB && to.tells(m)) {
      to.act(m, Verb.DOWNLOAD, memory(address), Telegram.octets(m, octets), first + " octets");
    }
  }

  /** Octets to and with, then octets to exclusive-or with. */
  private static void memoryBit(Cursor m, Telegram to) {
    int count = m.u8();
    int address = m.u16();
    to.t.field("count", count);
    to.t.field("memoryAddress", address);
    int octets = m.remaining();
    int at = m.position();
    to.t.octets("andData", m, Math.min(count, octets));
    m.skip(Math.min(count, octets));
    to.t.octets("xorData", m, m.remaining());
    m.seek(at);
    if (m.ok() && octets != 2 * count && !m.cut()) {
      to.o.flaw(to.x, Application.CLAUSE, "length", at, m.wireLength());
    }
    if (to.tells(m)) {
      to.act(m, Verb.DOWNLOAD, memory(address), Telegram.octets(m, octets), count + " octets of bits");
    }
  }

  // ---- couplers: filter table, memory and status of a router

  private static void router(Cursor m, Telegram to) {
    boolean status = to.service == 0x3CE || to.service == 0x3CF;
    boolean open = to.service == 0x3C0;
    int address = 0;
    if (!status && !open) {
      to.t.field("count", m.u8());
      address = m.u16();
      to.t.field("memoryAddress", address);
    }
    int octets = m.remaining();
    if (octets > 0) {
      to.t.octets(status ? "routerStatus" : "data", m, octets);
    }
    if (to.service == 0x3C1 || to.service == 0x3C8) {
      to.question(m, Verb.READ, 3);
    } else if ((open || to.service == 0x3C3 || to.service == 0x3CA || to.service == 0x3CF) && to.tells(m)) {
      to.act(m, Verb.CONFIGURE, status || open ? null : memory(address), Telegram.octets(m, octets), "");
    }
  }

  // ---- addresses (3.2, 3.3)

  private static long serial(Cursor m, Telegram to) {
    long serial = m.u48();
    if (to.t.on()) {
      to.t.field("serialNumber", HexFormat.of().toHexDigits(serial, 12));
    }
    return serial;
  }

  private static void serialNumber(Cursor m, Telegram to) {
    long serial = serial(m, to);
    if (to.service == 0x3DC) {
      to.question(m, Verb.DISCOVER, 6);
    } else if (to.service == 0x3DD) {
      to.t.field("domainAddress", m.u16());
      to.t.octets("reserved", m, m.remaining());
    } else {
      int address = Application.address(m, to, "newAddress");
      to.t.octets("reserved", m, m.remaining());
      if (to.tells(m)) {
        to.act(m, Verb.CONFIGURE, null, null,
            "serial number " + HexFormat.of().toHexDigits(serial, 12) + ", new individual address " + Telegram.individual(address));
      }
    }
  }

  /** Two octets on power line, six by radio, four on KNX IP; a selective read narrows by individual addresses. */
  private static void domainAddress(Cursor m, Telegram to) {
    int octets = m.remaining();
    if (to.service == 0x3E3 && octets == 5) {
      to.t.octets("domainAddress", m, 2);
      m.skip(2);
      Application.address(m, to, "startAddress");
      to.t.field("range", m.u8());
      to.question(m, Verb.DISCOVER, octets);
    } else if (to.service == 0x3E3) {
      to.t.octets("domainAddress", m, octets);
      to.question(m, Verb.DISCOVER, octets);
    } else {
      domain(m, to, to.service == 0x3E0, 0);
    }
  }

  private static void domainOfSerialNumber(Cursor m, Telegram to) {
    long serial = serial(m, to);
    if (to.service == 0x3EC) {
      to.question(m, Verb.DISCOVER, 6);
    } else {
      domain(m, to, to.service == 0x3EE, serial);
    }
  }

  /** Beyond six octets the domain is one of KNX IP, with its backbone key behind the multicast address (KNX 03_08_09). */
  private static void domain(Cursor m, Telegram to, boolean write, long serial) {
    int octets = m.remaining();
    boolean key = octets > 6;
    if (key) {
      to.o.secret(m.position(), octets);
      to.t.secret("domainAddress", octets);
    } else {
      to.t.octets("domainAddress", m, octets);
    }
    if (write && to.tells(m)) {
      to.act(m, Verb.CONFIGURE, null, value(m, to, key), serial == 0 ? "" : "serial number " + HexFormat.of().toHexDigits(serial, 12));
    }
  }

  // ---- links and parameters

  private static void link(Cursor m, Telegram to) {
    Transcript t = to.t;
    t.field("groupObject", m.u8());
    if (to.service == 0x3E5) {
      t.field("startIndex", m.u8());
      to.question(m, Verb.READ, 2);
    } else if (to.service == 0x3E6) {
      int head = m.u8();
      t.field("sendingIndex", head >>> 4);
      t.field("startIndex", head & 0xF);
      while (m.ok() && m.remaining() >= 2) {
        groupAddress(m, t);
      }
    } else {
      int flags = m.u8();
      t.field("sending", (flags & 1) != 0);
      t.field("delete", (flags & 2) != 0);
      int group = groupAddress(m, t);
      if (to.tells(m)) {
        to.act(m, Verb.CONFIGURE, new Point.KnxGroup(group), null, (flags & 2) != 0 ? "delete link" : "add link");
      }
    }
  }

  private static int groupAddress(Cursor m, Transcript t) {
    int group = m.u16();
    if (t.on()) {
      t.field("groupAddress", new Point.KnxGroup(group).text());
    }
    return group;
  }

  /** Object type, property, then what is asked and what was found, which only the property tells apart. */
  private static void networkParameter(Cursor m, Telegram to) {
    int type = m.u16();
    int property = m.u8();
    to.t.field("objectType", type);
    to.t.field("propertyId", property);
    parameter(m, to, type, property, 0x3DA, 0x3E4);
  }

  private static void systemParameter(Cursor m, Telegram to) {
    int type = m.u16();
    int both = m.u16();
    to.t.field("objectType", type);
    to.t.field("propertyId", both >>> 4);
    to.t.field("reserved", both & 0xF);
    if (to.service != 0x1CA) {
      to.t.field("operand", m.u8());
    }
    parameter(m, to, type, both >>> 4, 0x1C8, 0x1CA);
  }

  private static void parameter(Cursor m, Telegram to, int type, int property, int read, int write) {
    boolean key = Properties.key(type, property);
    data(m, to, key);
    if (to.service == read) {
      to.question(m, Verb.DISCOVER, property & 0xFF);
    } else if (to.service == write && to.tells(m)) {
      to.act(m, Verb.CONFIGURE, Properties.point(type, 0, property), value(m, to, key), "");
    }
  }
}
