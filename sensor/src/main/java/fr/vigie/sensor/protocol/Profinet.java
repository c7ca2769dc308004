package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * PROFINET on Ethernet (IEC 61158-6-10:2019, EtherType 0x8892): DCP, by which devices are found, named, addressed and reset, to its last block;
 * the cyclic data, alarms and clock messages of the real-time classes by their frame identifier.
 *
 * <pre>
 * | frame id u16 | service u8 | type u8 | xid u32 | response delay u16 | data length u16 | blocks |              4.3.1
 * block: | option u8 | suboption u8 | length u16 | qualifier or info u16 | value | pad to even |
 * </pre>
 *
 * The qualifier stands in Set requests, the info in answers and Hello; a filter of Identify has neither, and Get asks with option and suboption
 * alone.
 */
final class Profinet implements Dissector {
  private static final String STANDARD = "IEC 61158-6-10:2019";
  private static final Cite HEADER = new Cite(STANDARD, "4.3.1.2");
  private static final Cite DEVICE = new Cite(STANDARD, "4.3.1.4.3");
  private static final Cite ADDRESS = new Cite(STANDARD, "4.3.1.4.2");
  private static final Cite CONTROL = new Cite(STANDARD, "4.3.1.4.5");
  private static final Cite SERVICE = new Cite(STANDARD, "4.3.1.3");

  /** 4.3.1.2, FrameID of DCP. */
  private static final int HELLO = 0xFEFC;
  private static final int GET_SET = 0xFEFD;
  private static final int IDENTIFY = 0xFEFE;
  private static final int IDENTIFIED = 0xFEFF;

  /** 4.3.1.3.2, ServiceID. */
  private static final int GET = 3;
  private static final int SET = 4;

  /** 4.3.1.3.3, ServiceType: bit 0 is an answer, bit 2 says that the service is not supported. */
  private static final int RESPONSE = 1;
  private static final int UNSUPPORTED = 4;

  /** 4.3.1.4.1, options. */
  private static final int IP = 1;
  private static final int PROPERTIES = 2;
  private static final int DHCP = 3;
  private static final int CONTROLS = 5;
  private static final int ALL = 0xFF;

  private static final int ANSWERED = 4;

  private static final int NEWS_CLAIM = 1;
  private static final int NEWS_READ = 2;
  private static final int NEWS_SEARCH = 3;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] NO_STRINGS = {};
  private static final String[] IP_PARTS = {"", "mac-address", "ip-parameter", "full-ip-suite"};
  private static final String[] DEVICE_PARTS = {"", "type-of-station", "name-of-station", "device-id", "device-role", "device-options", "alias-name",
      "device-instance", "oem-device-id", "standard-gateway", "rsi-properties"};
  private static final String[] CONTROL_PARTS = {"", "start-transaction", "end-transaction", "signal", "response", "factory-reset", "reset-to-factory"};
  private static final String[] INITIATIVE_PARTS = {"", "device-initiative"};

  /** 4.3.1.4.3.5: what a station does; bit 2 was given back. */
  private static final String[] ROLES = {"profinet-device", "profinet-controller", "", "profinet-supervisor"};

  /** 4.3.1.4.5.4, BlockError. */
  private static final Outcome[] ERRORS = {Outcome.OK, Outcome.error("option not supported"), Outcome.error("suboption not supported"),
      Outcome.error("suboption not set"), Outcome.error("resource error"), Outcome.error("not possible locally"), Outcome.error("not possible in operation")};
  private static final Outcome OTHER_ERROR = Outcome.error("unknown");
  private static final Outcome NOT_SUPPORTED = Outcome.error("service not supported");

  @Override
  public String name() {
    return "profinet";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("PROFINET DCP", "IEC 61158-6-10:2019, 4.3.1",
        "every service, option and suboption: identities, names, addresses, roles, resets; real-time frames by their identifier",
        "what cyclic data, alarms and clock messages carry; PROFINET over UDP (RPC)",
        "tshark, fields, on messages built from the standard and on one capture");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x8892};
  }

  /** The EtherType is nobody else's. */
  @Override
  public int frame(Cursor m, Exchange x) {
    return m.wireLength() >= 2 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public Cite cite() {
    return HEADER;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("profinet", "frame");
    int id = m.u16();
    t.field("frameId", id);
    if (id < HELLO || id > IDENTIFIED) {
      String name = realTime(id);
      if (m.ok()) {
        t.operation(name);
        o.operation(name);
      }
      t.octets("data", m, m.remaining());
    } else {
      dcp(m, x, o, id);
    }
    t.end();
  }

  /** 4.3.1.2, table of FrameID ranges. */
  private static String realTime(int id) {
    if (id <= 0x00FF || id >= 0xFF00 && id <= 0xFFFF) {
      return "clock synchronisation";
    }
    if (id < 0x8000) {
      return "real time class 3";
    }
    if (id < 0xFC00) {
      return id < 0xC000 ? "real time class 2 or 1" : "real time class 1 or UDP";
    }
    return id == 0xFC01 ? "alarm high" : id == 0xFE01 ? "alarm low" : "reserved frame";
  }

  private static String service(int id, int service, boolean answer) {
    return switch (id) {
      case HELLO -> "Hello";
      case IDENTIFY -> "Identify";
      case IDENTIFIED -> "Identify response";
      default -> service == GET ? answer ? "Get response" : "Get" : service == SET ? answer ? "Set response" : "Set" : "unknown service";
    };
  }

  private void dcp(Cursor m, Exchange x, Observer o, int id) {
    Transcript t = o.transcript();
    int at = m.position();
    int service = m.u8();
    int type = m.u8();
    boolean answer = (type & RESPONSE) != 0;
    String name = service(id, service, answer);
    t.operation(name);
    t.field("serviceId", service);
    t.field("serviceType", type);
    long xid = m.u32();
    t.field("xid", xid);
    int delay = m.u16();
    if (id == IDENTIFY) {
      t.field("responseDelay", delay);
    }
    int length = m.u16();
    t.field("dcpDataLength", length);
    if (!m.ok()) {
      return;
    }
    int due = id == HELLO ? 6 : id == GET_SET ? service : 5;
    if (service != due || id == GET_SET && service != GET && service != SET || id == IDENTIFIED != answer && id != GET_SET) {
      o.flaw(x, SERVICE, "service of another frame identifier", at, 2);
      m.skip(m.remaining());
      return;
    }
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ xid << 16;
    long outer = m.enter(length);
    if (!whole(m, id == GET_SET && service == GET && !answer)) {
      m.fail();
    }
    if (m.ok()) {
      o.operation(name);
      if (answer && (type & UNSUPPORTED) != 0) {
        o.outcome(key, NOT_SUPPORTED);
      }
      if (id == GET_SET && !answer && service == GET) {
        asked(m, x, o, key);
      } else {
        blocks(m, x, o, id, service, answer, key);
      }
    }
    m.leave(outer);
  }

  /** Whether the blocks can be read to the end: what cannot says nothing. The cursor stays. */
  private static boolean whole(Cursor m, boolean pairs) {
    int start = m.position();
    while (m.ok() && m.remaining() > 0) {
      m.skip(2);
      if (!pairs) {
        int length = m.u16();
        m.skip(length);
        if ((length & 1) != 0 && m.remaining() > 0) {
          m.skip(1);
        }
      }
    }
    m.seek(start);
    return m.ok();
  }

  /** 4.3.1.5.1: pairs of option and suboption. */
  private static void asked(Cursor m, Exchange x, Observer o, long key) {
    Transcript t = o.transcript();
    int option = 0;
    int suboption = 0;
    while (m.ok() && m.remaining() > 0) {
      option = m.u8();
      suboption = m.u8();
      if (t.on()) {
        t.field("wanted", name(option, suboption));
      }
    }
    if (m.ok() && x.news(x.source(), NEWS_READ, (long) x.target().hashCode() << 16 ^ option << 8 ^ suboption, AGAIN_SECONDS)) {
      o.request(key, Acts.pending(x, "profinet", SERVICE, Verb.READ, "Get", point(option, suboption), null, ""));
    }
  }

  private void blocks(Cursor m, Exchange x, Observer o, int id, int service, boolean answer, long key) {
    Transcript t = o.transcript();
    boolean set = service == SET && !answer;
    boolean filter = id == IDENTIFY;
    boolean said = id == IDENTIFIED || id == HELLO || service == GET && answer;
    int filters = 0;
    while (m.ok() && m.remaining() > 0) {
      int option = m.u8();
      int suboption = m.u8();
      int octets = m.u16();
      t.begin("block");
      t.field("option", option);
      t.field("suboption", suboption);
      if (t.on()) {
        t.field("name", name(option, suboption));
      }
      long outer = m.enter(octets);
      boolean response = option == CONTROLS && suboption == ANSWERED;
      int more = 0;
      if (!filter && !response && m.remaining() >= 2) {
        more = m.u16();
        t.field(set ? "blockQualifier" : "blockInfo", more);
      }
      if (response) {
        answered(m, o, key);
      } else if (set) {
        set(m, x, o, key, option, suboption, more);
      } else if (said) {
        block(m, x, o, option, suboption, more);
      } else {
        filters += option == ALL ? 0 : 1;
        transcribe(m, t, option, suboption);
      }
      m.leave(outer);
      if ((octets & 1) != 0 && m.remaining() > 0) {
        m.skip(1);
      }
      t.close();
    }
    if (service == GET && answer) {
      o.outcome(key, Outcome.OK);
    }
    if (filter && m.ok() && x.news(x.source(), NEWS_SEARCH, filters == 0 ? 0 : 1, AGAIN_SECONDS)) {
      o.see(Acts.act(x, "profinet", SERVICE, Verb.DISCOVER, "Identify", null, null, filters == 0 ? "all stations" : "by filter", Outcome.UNCONFIRMED));
    }
  }

  /** 4.3.1.4.5.4: the option and suboption that were set, and how that went. */
  private static void answered(Cursor m, Observer o, long key) {
    Transcript t = o.transcript();
    int option = m.u8();
    int suboption = m.u8();
    int error = m.u8();
    t.field("responseOption", option);
    t.field("responseSuboption", suboption);
    t.field("blockError", error);
    if (m.ok()) {
      o.outcome(key ^ option << 8 ^ suboption, error < ERRORS.length ? ERRORS[error] : OTHER_ERROR);
    }
  }

  /** 4.3.1.4: a block of a Set request; qualifier bit 0 makes it last beyond a restart, or says what is reset. */
  private static void set(Cursor m, Exchange x, Observer o, long key, int option, int suboption, int qualifier) {
    int start = m.position();
    transcribe(m, o.transcript(), option, suboption);
    m.seek(start);
    boolean transaction = option == CONTROLS && (suboption == 1 || suboption == 2);
    if (!m.ok() || transaction) {
      return;
    }
    Verb verb = option != CONTROLS ? Verb.CONFIGURE : suboption == 3 ? Verb.COMMAND : Verb.RESTART;
    String detail = option != CONTROLS ? (qualifier & 1) != 0 ? "permanent" : "until restart"
        : suboption == 6 ? "mode " + (qualifier >>> 1) : suboption == 3 ? "flash light" : "";
    Cite cite = option == IP ? ADDRESS : option == CONTROLS ? CONTROL : DEVICE;
    o.request(key ^ option << 8 ^ suboption,
        Acts.pending(x, "profinet", cite, verb, "Set", point(option, suboption), option == CONTROLS ? null : value(m, option, suboption), detail));
  }

  private static @Nullable Value value(Cursor m, int option, int suboption) {
    if (option == IP && (suboption == 2 || suboption == 3) && m.remaining() >= 12) {
      return new Value.Text(Endpoint.ipText(4, 0, m.u32()) + " mask " + Endpoint.ipText(4, 0, m.u32()) + " gateway " + Endpoint.ipText(4, 0, m.u32()));
    }
    if (option == PROPERTIES && text(suboption)) {
      return new Value.Text(m.text(m.remaining(), StandardCharsets.US_ASCII));
    }
    int octets = m.remaining();
    return octets == 0 ? null : new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
  }

  /** 4.3.1.4.3: suboptions of the device properties that are text. */
  private static boolean text(int suboption) {
    return suboption == 1 || suboption == 2 || suboption == 6;
  }

  /** A block by which a station speaks of itself. */
  private static void block(Cursor m, Exchange x, Observer o, int option, int suboption, int info) {
    int start = m.position();
    transcribe(m, o.transcript(), option, suboption);
    m.seek(start);
    if (option == IP && (info & 0x80) != 0) {
      o.flaw(x, ADDRESS, "IP address conflict detected", start - 2, 2);
    }
    int octets = m.remaining();
    if (!m.ok() || octets == 0 || !x.news(x.source(), NEWS_CLAIM, (m.digest(octets) * 31 + option) * 31 + suboption, Exchange.FOREVER)) {
      return;
    }
    if (option == IP && suboption == 1 && octets >= 6) {
      o.claim(x, x.source(), Trait.MAC, Endpoint.macText(m.u48()), ADDRESS);
    } else if (option == IP && (suboption == 2 || suboption == 3) && octets >= 12) {
      long address = m.u32();
      if (address != 0) {
        o.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(4, 0, address), ADDRESS);
      }
    } else if (option == PROPERTIES) {
      property(m, x, o, suboption, octets);
    }
  }

  /** 4.3.1.4.3. */
  private static void property(Cursor m, Exchange x, Observer o, int suboption, int octets) {
    if (text(suboption)) {
      String text = m.text(octets, StandardCharsets.ISO_8859_1).replace("\0", "").strip();
      if (!text.isEmpty()) {
        o.claim(x, x.source(), suboption == 1 ? Trait.MODEL : suboption == 2 ? Trait.NAME : Trait.DESCRIPTION, text, DEVICE);
      }
    } else if (suboption == 3 && octets >= 4) {
      o.claim(x, x.source(), Trait.BANNER, "profinet-id=%04x:%04x".formatted(m.u16(), m.u16()), DEVICE);
    } else if (suboption == 4) {
      int roles = m.u8();
      for (int bit = 0; bit < ROLES.length; bit++) {
        if ((roles >>> bit & 1) != 0 && !ROLES[bit].isEmpty()) {
          o.claim(x, x.source(), Trait.ROLE, ROLES[bit], DEVICE);
        }
      }
    }
  }

  /** 4.3.1.4, the value of a block by the names of the clause. */
  private static void transcribe(Cursor m, Transcript t, int option, int suboption) {
    int octets = m.remaining();
    if (!t.on() || octets == 0) {
      m.skip(octets);
      return;
    }
    if (option == IP && suboption == 1 && octets == 6) {
      t.field("macAddress", Endpoint.macText(m.u48()));
    } else if (option == IP && (suboption == 2 || suboption == 3) && octets >= 12) {
      t.field("ipAddress", Endpoint.ipText(4, 0, m.u32()));
      t.field("subnetMask", Endpoint.ipText(4, 0, m.u32()));
      t.field("standardGateway", Endpoint.ipText(4, 0, m.u32()));
      while (m.ok() && m.remaining() >= 4) {
        t.field("dnsServer", Endpoint.ipText(4, 0, m.u32()));
      }
    } else if (option == PROPERTIES && text(suboption)) {
      t.field(suboption == 1 ? "deviceVendorValue" : suboption == 2 ? "nameOfStation" : "aliasName", m.text(octets, StandardCharsets.ISO_8859_1));
    } else if (option == PROPERTIES && (suboption == 3 || suboption == 8) && octets == 4) {
      t.field(suboption == 3 ? "vendorId" : "oemVendorId", m.u16());
      t.field(suboption == 3 ? "deviceId" : "oemDeviceId", m.u16());
    } else if (option == PROPERTIES && suboption == 4) {
      t.field("deviceRoleDetails", m.u8());
    } else if (option == PROPERTIES && suboption == 5) {
      while (m.ok() && m.remaining() >= 2) {
        t.field("deviceOption", name(m.u8(), m.u8()));
      }
    } else if (option == PROPERTIES && suboption == 7 && octets == 2) {
      t.field("deviceInstanceHigh", m.u8());
      t.field("deviceInstanceLow", m.u8());
    } else if (option == CONTROLS && suboption == 3 && octets == 2) {
      t.field("signalValue", m.u16());
    } else {
      t.octets("value", m, octets);
    }
  }

  private static String name(int option, int suboption) {
    String[] parts = switch (option) {
      case IP -> IP_PARTS;
      case PROPERTIES -> DEVICE_PARTS;
      case CONTROLS -> CONTROL_PARTS;
      case 6 -> INITIATIVE_PARTS;
      default -> NO_STRINGS;
    };
    if (suboption > 0 && suboption < parts.length) {
      return parts[suboption];
    }
    return option == DHCP ? "dhcp-option-" + suboption : option == ALL && suboption == ALL ? "all"
        : (option >= 0x80 && option < ALL ? "manufacturer-" : "option-") + option + "." + suboption;
  }

  private static Point point(int option, int suboption) {
    return new Point.Named("dcp", name(option, suboption));
  }
}
