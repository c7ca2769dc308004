package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;

/**
 * Remote Device Management (ANSI E1.20-2010) behind its start code, as {@link ArtNet} and {@link Acn} carry it.
 *
 * <pre>
 * | sub-start u8 = 1 | length u8, with the start code | target UID 6 | source UID 6 | transaction u8 | port or response u8 | messages u8 |
 *   sub-device u16 | command class u8 | parameter u16 | data length u8 | data | checksum u16 |
 * </pre>
 */
final class Rdm {
  private static final String STANDARD = "ANSI E1.20-2010";
  private static final Cite PACKET = new Cite(STANDARD, "6.2");
  private static final Cite PARAMETERS = new Cite(STANDARD, "10");

  private static final int DISCOVERY = 0x10;
  private static final int GET = 0x20;
  private static final int SET = 0x30;

  private static final int NEWS_GET = 32;
  private static final int NEWS_LABEL = 33;
  private static final int AGAIN_SECONDS = 600;

  /** 6.3.1: responses, but for the overflow and the timer, which are no outcome yet. */
  private static final Outcome REFUSED = Outcome.error("refused");

  private Rdm() {}

  /** Appendix A.3: the parameters that matter here. */
  private static String parameter(int id) {
    return switch (id) {
      case 0x0001 -> "discoveryUniqueBranch";
      case 0x0002 -> "discoveryMute";
      case 0x0003 -> "discoveryUnmute";
      case 0x0010 -> "proxiedDevices";
      case 0x0015 -> "communicationsStatus";
      case 0x0020 -> "queuedMessage";
      case 0x0030 -> "statusMessages";
      case 0x0050 -> "supportedParameters";
      case 0x0060 -> "deviceInfo";
      case 0x0070 -> "productDetails";
      case 0x0080 -> "deviceModelDescription";
      case 0x0081 -> "manufacturerLabel";
      case 0x0082 -> "deviceLabel";
      case 0x0090 -> "factoryDefaults";
      case 0x00C0 -> "softwareVersionLabel";
      case 0x00C1 -> "bootSoftwareVersion";
      case 0x00E0 -> "dmxPersonality";
      case 0x00F0 -> "dmxStartAddress";
      case 0x0200 -> "sensorValue";
      case 0x0400 -> "deviceHours";
      case 0x0401 -> "lampHours";
      case 0x0403 -> "lampState";
      case 0x0603 -> "realTimeClock";
      case 0x1000 -> "identifyDevice";
      case 0x1001 -> "resetDevice";
      case 0x1010 -> "powerState";
      case 0x1020 -> "performSelftest";
      default -> "parameter";
    };
  }

  private static Verb verb(int parameter) {
    return switch (parameter) {
      case 0x1001 -> Verb.RESTART;
      case 0x1000, 0x1010, 0x1020, 0x0403 -> Verb.COMMAND;
      case 0x0603 -> Verb.SET_TIME;
      default -> Verb.CONFIGURE;
    };
  }

  /** Reads one message, whose end is the cursor's. */
  static void dissect(Cursor m, Exchange x, Observer o, String protocol) {
    Transcript t = o.transcript();
    int start = m.position();
    int sub = m.u8();
    int length = m.u8();
    int target = m.position();
    m.skip(6);
    int source = m.position();
    m.skip(6);
    int transaction = m.u8();
    int response = m.u8();
    m.skip(1);
    int device = m.u16();
    int kind = m.u8();
    int parameter = m.u16();
    int octets = m.u8();
    int at = m.position();
    m.skip(octets);
    int checksum = m.u16();
    t.begin("rdm");
    t.field("subStartCode", sub);
    t.field("messageLength", length);
    uid(m, t, "destinationUid", target);
    uid(m, t, "sourceUid", source);
    t.field("transaction", transaction);
    t.field("portOrResponse", response);
    t.field("subDevice", device);
    t.field("commandClass", kind);
    t.field("parameterId", parameter);
    if (t.on() && m.ok()) {
      t.field("parameter", parameter(parameter));
      int end = m.position();
      m.seek(at);
      t.octets("parameterData", m, octets);
      m.seek(end);
    }
    t.close();
    if (!m.ok()) {
      return;
    }
    // 6.2.3: the length counts the start code, which is not here, and not the checksum
    if (sub != 1 || length != octets + 24) {
      o.flaw(x, PACKET, "length", start + 1, m.wireLength());
      return;
    }
    int sum = 0xCC;
    for (int i = start; i < at + octets; i++) {
      sum += m.at(i);
    }
    if ((sum & 0xFFFF) != checksum) {
      o.flaw(x, PACKET, "checksum", at + octets, m.wireLength());
      return;
    }
    boolean asks = (kind & 1) == 0;
    long pair = Heads.digest(m, asks ? target : source, 6) * 31 + Heads.digest(m, asks ? source : target, 6);
    long key = (x.flow() ^ pair) * 0x9E3779B97F4A7C15L ^ (long) transaction << 16 ^ parameter;
    if (!asks) {
      answer(m, x, o, key, kind, parameter, response, source, at, octets);
      return;
    }
    String name = parameter(parameter);
    String operation = kind == SET ? "rdmSet" : kind == GET ? "rdmGet" : "rdmDiscovery";
    o.operation(operation);
    if (kind != SET && !x.news(x.source(), NEWS_GET, pair * 31 + parameter, AGAIN_SECONDS)) {
      return;
    }
    Verb verb = kind == SET ? verb(parameter) : kind == DISCOVERY ? Verb.DISCOVER : Verb.READ;
    int end = m.position();
    m.seek(at);
    Value value = kind != SET || octets == 0 ? null : octets <= 4 ? new Value.Num(m.unsigned(octets)) : new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
    m.seek(end);
    Stamp stamp = x.stamp();
    o.request(key, new Act(stamp, x.source(), protocol, PARAMETERS, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, operation,
        new Point.Named("rdm", uid(m, target) + "/" + name + (name.equals("parameter") ? "," + parameter : "")), value, 0,
        device == 0 ? "" : "sub-device " + device, Outcome.PENDING));
  }

  /** Labels are what a fixture says of itself; it has no address but its UID behind whoever speaks for it. */
  private static void answer(Cursor m, Exchange x, Observer o, long key, int kind, int parameter, int response, int source, int at, int octets) {
    o.operation("rdmResponse");
    boolean label = parameter == 0x80 || parameter == 0x81 || parameter == 0x82 || parameter == 0xC0;
    if (kind == GET + 1 && response == 0 && label && octets > 0
        && x.news(x.source(), NEWS_LABEL, Heads.digest(m, source, 6) * 31 + Heads.digest(m, at, octets) + parameter, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "rdm=" + uid(m, source) + ", " + parameter(parameter) + " " + Heads.slice(m, at, octets).strip(), PARAMETERS);
    }
    if (response == 0) {
      o.outcome(key, Outcome.OK);
    } else if (response == 2) {
      o.outcome(key, REFUSED);
    }
  }

  private static void uid(Cursor m, Transcript t, String name, int at) {
    if (t.on() && m.ok()) {
      t.field(name, uid(m, at));
    }
  }

  /** 5.2: the manufacturer's identifier and the device's. */
  static String uid(Cursor m, int at) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits((short) (m.at(at) << 8 | m.at(at + 1))) + ":" + hex.toHexDigits(m.at(at + 2) << 24 | m.at(at + 3) << 16 | m.at(at + 4) << 8
        | m.at(at + 5));
  }

}
