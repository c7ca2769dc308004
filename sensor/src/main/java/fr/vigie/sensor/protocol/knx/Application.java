package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.meaning.Datapoint;
import fr.vigie.sensor.meaning.GroupAddresses;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Seals;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The application layer of a telegram: KNX 03_03_07 (v01.06 and later), whose ten bits of APCI name the service.
 *
 * <pre>
 * | APCI 4 bits | data 6 bits |           group values, addresses, memory, descriptors, restart
 * | APCI 10 bits | data … |               all others
 * </pre>
 *
 * <p>Datapoint types are not on the wire. What the site's export says of a group address ({@link GroupAddresses}) makes its value a reading
 * with a unit. Without it, values of up to six bits and of one octet are readings as unsigned numbers; longer ones could be a float as well
 * as a date, so they are octets of the act and no reading. Group addresses belong to one installation: a value of the type's length is taken at
 * its word, any other is a flaw and read as if nothing were known.
 *
 * <p>Not read: what is inside A_SecureService (its key is nobody's but the devices'), and the site's own meaning of memory and properties.
 */
final class Application {
  static final Cite CLAUSE = new Cite("KNX 03_03_07", "2");
  private static final Cite DATAPOINT = new Cite("KNX 03_07_02", "3");

  private static final int GROUP_VALUE_READ = 0x000;
  private static final int GROUP_VALUE_RESPONSE = 0x040;
  private static final int GROUP_VALUE_WRITE = 0x080;

  private static final int NEWS_MASK = 13;

  private final GroupAddresses groups;

  Application(GroupAddresses groups) {
    this.groups = groups;
  }

  void dissect(Cursor m, Telegram to, int apci) {
    to.service = Codes.fold(apci);
    int octets = m.remaining();
    switch (to.service) {
      case GROUP_VALUE_READ -> groupValueRead(m, to);
      case GROUP_VALUE_RESPONSE -> groupValue(m, to, apci, octets, false);
      case GROUP_VALUE_WRITE -> groupValue(m, to, apci, octets, true);
      case 0x0C0 -> {
        int address = address(m, to, "newAddress");
        if (to.tells(m)) {
          to.act(m, Verb.CONFIGURE, null, null, "new individual address " + Telegram.individual(address));
        }
      }
      case 0x100 -> to.question(m, Verb.DISCOVER, 0);
      case 0x180, 0x1C0 -> adc(m, to, apci);
      case 0x300 -> {
        to.t.field("descriptorType", apci & 0x3F);
        to.question(m, Verb.DISCOVER, apci & 0x3F);
      }
      case 0x340 -> descriptor(m, to, apci & 0x3F);
      case 0x380, 0x381, 0x3A1 -> restart(m, to);
      case 0x3D1, 0x3D3 -> keyed(m, to);
      case 0x3D2, 0x3D4 -> level(m, to);
      case 0x3F0 -> {
        int head = m.u8();
        to.t.field("fileHandle", head >>> 4);
        to.t.field("blockSequenceNumber", head & 0xF);
        to.t.octets("fileBlock", m, m.remaining());
      }
      case 0x3F1 -> secureService(m, to);
      default -> {
        if (!Management.dissect(m, to, apci)) {
          to.t.octets("data", m, m.remaining());
        }
      }
    }
    m.skip(m.remaining());
  }

  static int address(Cursor m, Telegram to, String name) {
    int address = m.u16();
    if (to.t.on()) {
      to.t.field(name, Telegram.individual(address));
    }
    return address;
  }

  // ---- group values (3.1)

  private static final Observer.PointMaker GROUP = (address, octets) -> new Point.KnxGroup((int) address);

  private void groupValueRead(Cursor m, Telegram to) {
    tellGroup(to, groups.at(to.destination));
    if (to.tells(m)) {
      Endpoint reader = to.speaker();
      Endpoint bus = to.whom();
      int told = to.x.reads(reader, bus.print(), to.destination);
      if (told > 0) {
        Telegram.act(to.x, to.o, 0, reader, Verb.READ, bus, Codes.SERVICE[GROUP_VALUE_READ], CLAUSE, new Point.KnxGroup(to.destination), null,
            "", told);
      }
    }
  }

  /** Six bits in the APCI, or up to fourteen octets behind it (more in extended frames). */
  private void groupValue(Cursor m, Telegram to, int apci, int octets, boolean write) {
    GroupAddresses.Group named = groups.at(to.destination);
    Datapoint type = named == null ? null : named.type();
    if (type != null && m.ok() && !type.fits(octets)) {
      to.o.flaw(to.x, DATAPOINT, "length", m.position(), m.wireLength());
      type = null;
    }
    if (type != null && type.secret()) {
      to.o.secret(m.position(), octets);
      to.t.secret("data", octets);
      tellGroup(to, named);
      if (write && to.tells(m)) {
        to.act(m, Verb.WRITE, new Point.KnxGroup(to.destination), to.o.sealed(Seals.Kind.KEY, m, m.position(), octets), type.text());
      }
      return;
    }
    if (octets > 0) {
      to.t.octets("data", m, octets);
    } else {
      to.t.field("shortData", apci & 0x3F);
    }
    tellGroup(to, named);
    if (type != null) {
      typed(m, to, type, apci & 0x3F, octets, write);
    } else if (to.tells(m)) {
      boolean number = octets <= 1;
      int value = octets == 0 ? apci & 0x3F : m.peek(0);
      if (number) {
        to.o.reading(to.x, to.speaker(), to.destination, octets, GROUP, value, null, true, write);
      }
      if (write) {
        to.act(m, Verb.WRITE, new Point.KnxGroup(to.destination), number ? new Value.Num(value) : Telegram.octets(m, octets), "");
      }
    }
  }

  private static void typed(Cursor m, Telegram to, Datapoint type, int six, int octets, boolean write) {
    Transcript t = to.t;
    if (t.on() && m.ok()) {
      t.field("value", type.value(m, six, octets).text());
      String unit = type.unit();
      if (unit != null) {
        t.field("unit", unit);
      }
    }
    if (to.tells(m)) {
      if (type.reads()) {
        double number = type.number(m, six, octets);
        to.o.reading(to.x, to.speaker(), to.destination, octets, GROUP, number, type.unit(), type.good(m, octets), write);
      }
      if (write) {
        to.act(m, Verb.WRITE, new Point.KnxGroup(to.destination), type.value(m, six, octets), type.text());
      }
    }
  }

  private static void tellGroup(Telegram to, GroupAddresses.@Nullable Group named) {
    Transcript t = to.t;
    if (named != null && t.on()) {
      t.field("groupName", named.name());
      Datapoint type = named.type();
      if (type != null) {
        t.field("datapointType", type.text());
      }
    }
  }

  // ---- devices

  /** 3.4.2: the analogue converter of a device: channel in the APCI, count, and in the answer the sum. */
  private static void adc(Cursor m, Telegram to, int apci) {
    to.t.field("channel", apci & 0x3F);
    to.t.field("readCount", m.u8());
    if (to.service == 0x1C0) {
      to.t.field("sum", m.u16());
    } else {
      to.question(m, Verb.READ, apci & 0x3F);
    }
  }

  /** 3.4.4: type 0 is the mask version, which names profile and medium; type 2 names application and links. */
  private static void descriptor(Cursor m, Telegram to, int type) {
    Transcript t = to.t;
    t.field("descriptorType", type);
    int octets = m.remaining();
    if (type == 2 && octets >= 14) {
      t.field("applicationManufacturer", m.u16());
      t.field("deviceType", m.u16());
      t.field("applicationVersion", m.u8());
      t.octets("linkManagement", m, m.remaining());
    } else if (octets == 2) {
      int mask = m.u16();
      t.field("maskVersion", mask);
      if (to.tells(m) && to.source != 0) {
        Endpoint speaker = to.speaker();
        if (to.x.news(speaker, NEWS_MASK, mask, Exchange.FOREVER)) {
          to.o.claim(to.x, speaker, Trait.BANNER, "knx-mask=0x" + HexFormat.of().toHexDigits((short) mask), CLAUSE);
        }
      }
    } else {
      t.octets("descriptor", m, octets);
    }
  }

  /** 3.7.3: bit 5 is the answer, bit 0 the master reset, which erases. */
  private static void restart(Cursor m, Telegram to) {
    Transcript t = to.t;
    if (to.service == 0x380) {
      to.act(m, Verb.RESTART, null, null, "");
    } else if (to.service == 0x381) {
      int erase = m.u8();
      int channel = m.u8();
      t.field("eraseCode", erase);
      if (t.on()) {
        t.field("eraseCodeName", erase(erase));
      }
      t.field("channelNumber", channel);
      if (to.tells(m)) {
        to.act(m, Verb.RESTART, null, null, "master reset, erase code " + erase + ", channel " + channel);
      }
    } else {
      int error = m.u8();
      t.field("errorCode", error);
      t.field("processTime", m.u16());
      to.answers(m, 0x381, error == 0 ? Outcome.OK : Telegram.REFUSED);
    }
  }

  /** 3.7.3.2: what a master reset erases. */
  private static String erase(int code) {
    return switch (code) {
      case 1 -> "confirmed restart";
      case 2 -> "factory reset";
      case 3 -> "reset individual address";
      case 4 -> "reset application program";
      case 5 -> "reset parameters";
      case 6 -> "reset links";
      case 7 -> "factory reset without individual address";
      default -> "unknown erase code";
    };
  }

  /** 3.7.1, 3.7.2: A_Authorize_Request and A_Key_Write. The key stays here; that it is the well-known one of an unlocked device may be said. */
  private static void keyed(Cursor m, Telegram to) {
    boolean write = to.service == 0x3D3;
    int level = m.u8();
    to.t.field(write ? "level" : "reserved", level);
    int octets = m.remaining();
    to.t.secret("key", octets);
    to.o.secret(m.position(), octets);
    if (m.ok() && octets != 4) {
      to.o.flaw(to.x, CLAUSE, "length", m.position(), m.wireLength());
    }
    if (to.tells(m)) {
      Value.Secret key = to.o.sealed(Seals.Kind.KEY, m, m.position(), octets);
      String detail = (write ? "level " + level : "") + (key.known() ? write ? ", default key" : "default key" : "");
      to.act(m, write ? Verb.CONFIGURE : Verb.AUTHENTICATE, null, key, detail);
    }
  }

  /** The level that was reached; 0xFF to a key write: refused. */
  private static void level(Cursor m, Telegram to) {
    int level = m.u8();
    to.t.field("level", level);
    to.answers(m, to.service - 1, to.service == 0x3D4 && level == 0xFF ? Telegram.REFUSED : Outcome.OK);
  }

  /** KNX 03_03_07 5: KNX Data Secure. Control field and sequence number are in the clear, the service and its authentication code are not. */
  private static void secureService(Cursor m, Telegram to) {
    Transcript t = to.t;
    int control = m.u8();
    t.field("securityControl", control);
    if (t.on()) {
      t.field("toolAccess", (control & 0x80) != 0);
      t.field("algorithm", (control >>> 4 & 7) == 0 ? "CCM authentication only" : (control >>> 4 & 7) == 1 ? "CCM authentication and encryption" : "reserved");
      t.field("systemBroadcast", (control & 8) != 0);
      t.field("secureService", (control & 7) == 0 ? "S-A_Data" : (control & 7) == 2 ? "S-A_Sync_Req" : (control & 7) == 3 ? "S-A_Sync_Res" : "reserved");
    }
    t.octets("sequenceNumber", m, 6);
    m.skip(6);
    t.field("securedOctets", Math.max(0, m.remaining() - 4));
    if (m.ok() && m.remaining() < 4 && !m.cut()) {
      to.o.flaw(to.x, CLAUSE, "length", m.position(), m.wireLength());
    }
  }
}
