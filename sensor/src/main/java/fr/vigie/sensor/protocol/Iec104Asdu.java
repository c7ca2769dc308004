package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The data units of IEC 60870-5-101:2003 as IEC 60870-5-104 carries them: a type, a cause, and information objects of that type.
 *
 * <pre>
 * | type u8 | SQ 1, number 7 | test 1, negative 1, cause 6 | originator u8 | common address u16le | { address u24le | elements } |   7.1
 * </pre>
 *
 * With SQ there is one address and the elements follow each other at consecutive ones. One table, {@link #LAYOUTS}: value, quality or qualifier,
 * time.
 */
final class Iec104Asdu {
  private static final String STANDARD = "IEC 60870-5-101:2003";
  private static final Cite UNIT = new Cite(STANDARD, "7.1");
  private static final Cite TYPE = new Cite(STANDARD, "7.2.1.1");
  private static final Cite PROCESS = new Cite(STANDARD, "7.3.2");
  private static final Cite SYSTEM = new Cite(STANDARD, "7.3.4");
  private static final Cite PARAMETER = new Cite(STANDARD, "7.3.5");
  private static final Cite FILE = new Cite(STANDARD, "7.3.6");
  private static final Cite INITIALISED = new Cite(STANDARD, "7.3.3");

  /** 7.2.6: elements that are a value. */
  private static final int SIQ = 0x10;
  private static final int DIQ = 0x20;
  private static final int VTI = 0x30;
  private static final int BSI = 0x40;
  private static final int NVA = 0x50;
  private static final int SVA = 0x60;
  private static final int R32 = 0x70;
  private static final int BCR = 0x80;
  private static final int SCO = 0x90;
  private static final int DCO = 0xA0;
  private static final int RCO = 0xB0;
  /** One octet that qualifies a system command. */
  private static final int OCTET = 0xC0;
  private static final int RAW = 0xD0;
  private static final int NONE = 0xE0;
  private static final int VALUE = 0xF0;

  /** Behind the value: quality, qualifier of a command, qualifier of a parameter. */
  private static final int QDS = 1;
  private static final int QOS = 2;
  private static final int QPM = 3;
  private static final int QUALIFIER = 0x0F;

  private static final int CP24 = 0x100;
  private static final int CP56 = 0x200;
  private static final int TIME = 0x300;
  /** Any length: what follows is one object to the end. */
  private static final int OPEN = 0x400;

  private static final int SHIFT = 16;

  private static final int[] LAYOUTS = new int[128];
  private static final String[] NAMES = new String[128];

  private static void type(int type, String name, int layout) {
    NAMES[type] = name;
    LAYOUTS[type] = layout;
  }

  private static int raw(int octets) {
    return RAW | octets << SHIFT;
  }

  static {
    type(1, "M_SP_NA_1", SIQ);
    type(2, "M_SP_TA_1", SIQ | CP24);
    type(3, "M_DP_NA_1", DIQ);
    type(4, "M_DP_TA_1", DIQ | CP24);
    type(5, "M_ST_NA_1", VTI | QDS);
    type(6, "M_ST_TA_1", VTI | QDS | CP24);
    type(7, "M_BO_NA_1", BSI | QDS);
    type(8, "M_BO_TA_1", BSI | QDS | CP24);
    type(9, "M_ME_NA_1", NVA | QDS);
    type(10, "M_ME_TA_1", NVA | QDS | CP24);
    type(11, "M_ME_NB_1", SVA | QDS);
    type(12, "M_ME_TB_1", SVA | QDS | CP24);
    type(13, "M_ME_NC_1", R32 | QDS);
    type(14, "M_ME_TC_1", R32 | QDS | CP24);
    type(15, "M_IT_NA_1", BCR);
    type(16, "M_IT_TA_1", BCR | CP24);
    type(17, "M_EP_TA_1", raw(3) | CP24);
    type(18, "M_EP_TB_1", raw(4) | CP24);
    type(19, "M_EP_TC_1", raw(4) | CP24);
    type(20, "M_PS_NA_1", BSI | QDS);
    type(21, "M_ME_ND_1", NVA);
    type(30, "M_SP_TB_1", SIQ | CP56);
    type(31, "M_DP_TB_1", DIQ | CP56);
    type(32, "M_ST_TB_1", VTI | QDS | CP56);
    type(33, "M_BO_TB_1", BSI | QDS | CP56);
    type(34, "M_ME_TD_1", NVA | QDS | CP56);
    type(35, "M_ME_TE_1", SVA | QDS | CP56);
    type(36, "M_ME_TF_1", R32 | QDS | CP56);
    type(37, "M_IT_TB_1", BCR | CP56);
    type(38, "M_EP_TD_1", raw(3) | CP56);
    type(39, "M_EP_TE_1", raw(4) | CP56);
    type(40, "M_EP_TF_1", raw(4) | CP56);
    type(41, "S_IT_TC_1", BCR | CP56);
    type(45, "C_SC_NA_1", SCO);
    type(46, "C_DC_NA_1", DCO);
    type(47, "C_RC_NA_1", RCO);
    type(48, "C_SE_NA_1", NVA | QOS);
    type(49, "C_SE_NB_1", SVA | QOS);
    type(50, "C_SE_NC_1", R32 | QOS);
    type(51, "C_BO_NA_1", BSI);
    type(58, "C_SC_TA_1", SCO | CP56);
    type(59, "C_DC_TA_1", DCO | CP56);
    type(60, "C_RC_TA_1", RCO | CP56);
    type(61, "C_SE_TA_1", NVA | QOS | CP56);
    type(62, "C_SE_TB_1", SVA | QOS | CP56);
    type(63, "C_SE_TC_1", R32 | QOS | CP56);
    type(64, "C_BO_TA_1", BSI | CP56);
    type(70, "M_EI_NA_1", OCTET);
    // IEC 60870-5-7: security, named and not read
    String[] security = {"S_CH_NA_1", "S_RP_NA_1", "S_AR_NA_1", "S_KR_NA_1", "S_KS_NA_1", "S_KC_NA_1", "S_ER_NA_1", "", "", "S_US_NA_1", "S_UQ_NA_1",
        "S_UR_NA_1", "S_UK_NA_1", "S_UA_NA_1", "S_UC_NA_1"};
    for (int i = 0; i < security.length; i++) {
      if (!security[i].isEmpty()) {
        type(81 + i, security[i], OPEN | raw(0));
      }
    }
    type(100, "C_IC_NA_1", OCTET);
    type(101, "C_CI_NA_1", OCTET);
    type(102, "C_RD_NA_1", NONE);
    type(103, "C_CS_NA_1", NONE | CP56);
    type(104, "C_TS_NA_1", raw(2));
    type(105, "C_RP_NA_1", OCTET);
    type(106, "C_CD_NA_1", raw(2));
    type(107, "C_TS_TA_1", raw(2) | CP56);
    type(110, "P_ME_NA_1", NVA | QPM);
    type(111, "P_ME_NB_1", SVA | QPM);
    type(112, "P_ME_NC_1", R32 | QPM);
    type(113, "P_AC_NA_1", OCTET);
    type(120, "F_FR_NA_1", raw(6));
    type(121, "F_SR_NA_1", raw(7));
    type(122, "F_SC_NA_1", raw(4));
    type(123, "F_LS_NA_1", raw(5));
    type(124, "F_AF_NA_1", raw(4));
    type(125, "F_SG_NA_1", OPEN | raw(4));
    type(126, "F_DR_TA_1", raw(6) | CP56);
    type(127, "F_SC_NB_1", raw(9) | CP56);
  }

  /** 7.2.3: causes of transmission. */
  private static final int REQUESTED = 5;
  private static final int ACTIVATION = 6;
  private static final int CONFIRMATION = 7;
  private static final int DEACTIVATION = 8;
  private static final int DEACTIVATED = 9;
  private static final int TERMINATION = 10;
  private static final int FILE_TRANSFER = 13;

  private static final String[] CAUSES = {"not used", "periodic", "background", "spontaneous", "initialised", "request", "activation", "activation confirmation",
      "deactivation", "deactivation confirmation", "activation termination", "return remote", "return local", "file transfer"};
  private static final Outcome NEGATIVE = Outcome.error("negative");
  private static final Outcome[] UNKNOWN = {Outcome.error("unknown type"), Outcome.error("unknown cause"), Outcome.error("unknown common address"),
      Outcome.error("unknown object address")};

  private static final int NEWS_READ = 1;
  private static final int AGAIN_SECONDS = 600;
  private static final Observer.PointMaker POINT = Iec104Asdu::point;

  /** Octets of an element without its address. */
  private static int octets(int layout) {
    int value = switch (layout & VALUE) {
      case SIQ, DIQ, VTI, SCO, DCO, RCO, OCTET -> 1;
      case NVA, SVA -> 2;
      case BSI, R32 -> 4;
      case BCR -> 5;
      case RAW -> layout >>> SHIFT;
      default -> 0;
    };
    int time = (layout & TIME) == CP24 ? 3 : (layout & TIME) == CP56 ? 7 : 0;
    return value + ((layout & QUALIFIER) == 0 ? 0 : 1) + time;
  }

  /** Whether objects of a type and number take so many octets. */
  static boolean fits(int type, int structure, int octets) {
    int number = structure & 0x7F;
    if (type >= 128 || NAMES[type] == null) {
      return false;
    }
    int layout = LAYOUTS[type];
    if ((layout & OPEN) != 0) {
      return octets >= 3 + octets(layout);
    }
    int one = octets(layout);
    return number > 0 && octets == ((structure & 0x80) != 0 ? 3 + number * one : number * (3 + one));
  }

  private static String cause(int cause) {
    if (cause < CAUSES.length) {
      return CAUSES[cause];
    }
    if (cause >= 20 && cause <= 36) {
      return cause == 20 ? "interrogated" : "interrogated group";
    }
    if (cause >= 37 && cause <= 41) {
      return cause == 37 ? "counters requested" : "counters of group requested";
    }
    return cause >= 44 && cause <= 47 ? "unknown to the station" : "reserved cause";
  }

  private static Point point(long common, long address) {
    return new Point.Named("iec104", common + "/" + address);
  }

  void read(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    int type = m.u8();
    int structure = m.u8();
    int transmission = m.u8();
    int cause = transmission & 63;
    boolean negative = (transmission & 0x40) != 0;
    int originator = m.u8();
    int common = m.u16le();
    String name = type < NAMES.length ? NAMES[type] : null;
    t.operation(name == null ? "unknown type" : name);
    t.field("typeIdentification", type);
    t.field("sequence", (structure & 0x80) != 0);
    t.field("number", structure & 0x7F);
    t.field("cause", cause);
    if (t.on()) {
      t.field("causeName", cause(cause));
    }
    t.field("negative", negative);
    t.field("test", (transmission & 0x80) != 0);
    t.field("originator", originator);
    t.field("commonAddress", common);
    if (!m.ok() || name == null) {
      o.flaw(x, TYPE, "type identification", at, 1);
      t.octets("objects", m, m.remaining());
      m.skip(m.remaining());
      return;
    }
    o.operation(name);
    if (!fits(type, structure, m.remaining())) {
      o.flaw(x, UNIT, "length", at, m.remaining());
      t.octets("objects", m, m.remaining());
      m.skip(m.remaining());
      return;
    }
    boolean test = (transmission & 0x80) != 0;
    int address = 0;
    for (int i = 0; i < Math.max(1, structure & 0x7F) && m.remaining() > 0; i++) {
      boolean own = i == 0 || (structure & 0x80) == 0;
      address = own ? m.u16le() | m.u8() << 16 : address + 1;
      t.field("address", address);
      element(m, x, o, type, LAYOUTS[type], name, cause, negative, test, common, address);
    }
  }

  private static void element(Cursor m, Exchange x, Observer o, int type, int layout, String name, int cause, boolean negative, boolean test, int common, int address) {
    Transcript t = o.transcript();
    double value = Double.NaN;
    int quality = 0;
    int octet = -1;
    int state = 0;
    switch (layout & VALUE) {
      case SIQ -> {
        quality = m.u8();
        value = quality & 1;
      }
      case DIQ -> {
        quality = m.u8();
        value = quality & 3;
      }
      case VTI -> {
        state = m.u8();
        value = state << 25 >> 25;
      }
      case BSI -> value = m.u32le();
      case NVA -> value = (short) m.u16le() / 32768.0;
      case SVA -> value = (short) m.u16le();
      case R32 -> value = Float.intBitsToFloat((int) m.u32le());
      case BCR -> {
        value = (int) m.u32le();
        state = m.u8();
        quality = state & 0x80;
      }
      case SCO, DCO, RCO, OCTET -> octet = m.u8();
      case RAW -> {
        int octets = (layout & OPEN) != 0 ? m.remaining() : layout >>> SHIFT;
        t.octets("octets", m, octets);
        if (type >= 120) {
          octet = type == 122 ? m.at(m.position() + 3) : 0;
        }
        m.skip(octets);
      }
      default -> {
        // no element
      }
    }
    int qualifier = (layout & QUALIFIER) == 0 ? -1 : m.u8();
    if ((layout & QUALIFIER) == QDS) {
      quality = qualifier;
    }
    if (t.on()) {
      transcribe(t, layout, value, quality, octet, qualifier, state);
    }
    int clock = m.position();
    String time = (layout & TIME) == 0 ? "" : time(m, type == 103 && cause == ACTIVATION || t.on(), (layout & TIME) == CP56);
    if (!time.isEmpty()) {
      t.field("time", time);
      if (t.on()) {
        marks(m, t, clock, (layout & TIME) == CP56);
      }
    }
    if (!m.ok() || test) {
      return;
    }
    if (type < 45) {
      if (!Double.isNaN(value) && cause != CONFIRMATION) {
        // 7.2.6.1 to 7.2.6.4: invalid 0x80, not topical 0x40, overflow 0x01 where there is a quality descriptor of its own; a double point is open or closed
        boolean good = (quality & 0xC0) == 0 && !((layout & QUALIFIER) == QDS && (quality & 1) != 0)
            && !((layout & VALUE) == DIQ && ((quality & 3) == 0 || (quality & 3) == 3));
        o.reading(x, x.source(), common, address, POINT, value, null, good, false);
      }
    } else if (type == 70) {
      o.see(Acts.act(x, "iec104", INITIALISED, Verb.NOTIFY, name, new Point.Named("iec104", Integer.toString(common)), null, initialised(octet), Outcome.UNCONFIRMED));
    } else if (type >= 100 || type < 81) {
      command(x, o, type, layout, name, cause, negative, common, address, value, octet, qualifier, time);
    }
  }

  private static void transcribe(Transcript t, int layout, double value, int quality, int octet, int qualifier, int state) {
    if (!Double.isNaN(value)) {
      t.field("value", value);
    }
    if ((layout & VALUE) == VTI) {
      t.field("transient", (state & 0x80) != 0);
    } else if ((layout & VALUE) == BCR) {
      // 7.2.6.9
      t.field("counterSequence", state & 31);
      t.field("carry", (state & 0x20) != 0);
      t.field("adjusted", (state & 0x40) != 0);
    }
    if ((layout & VALUE) <= DIQ || (layout & QUALIFIER) == QDS || (layout & VALUE) == BCR) {
      t.field("quality", quality & ((layout & VALUE) <= DIQ ? 0xF0 : 0xFF));
    }
    if (octet >= 0 && (layout & VALUE) != RAW) {
      t.field("qualifier", octet);
    }
    if (qualifier >= 0 && (layout & QUALIFIER) != QDS) {
      t.field("qualifier", qualifier);
    }
  }

  /** 7.2.6.18: what a time says of itself. */
  private static void marks(Cursor m, Transcript t, int at, boolean whole) {
    t.field("timeInvalid", (m.at(at + 2) & 0x80) != 0);
    t.field("timeSubstituted", (m.at(at + 2) & 0x40) != 0);
    if (whole) {
      t.field("summerTime", (m.at(at + 3) & 0x80) != 0);
      t.field("dayOfWeek", m.at(at + 4) >>> 5);
    }
  }

  /** 7.2.6.21. */
  private static String initialised(int cause) {
    String after = (cause & 0x80) != 0 ? ", parameters changed" : "";
    return switch (cause & 0x7F) {
      case 0 -> "local power on" + after;
      case 1 -> "local manual reset" + after;
      case 2 -> "remote reset" + after;
      default -> "initialised" + after;
    };
  }

  /** 7.2.6.18 and 7.2.6.19: milliseconds, minute, hour, day, month, year, of which the short form has the first two. */
  private static String time(Cursor m, boolean wanted, boolean whole) {
    int milliseconds = m.u16le();
    int minute = m.u8();
    int hour = whole ? m.u8() : 0;
    int day = whole ? m.u8() : 0;
    int month = whole ? m.u8() : 0;
    int year = whole ? m.u8() : 0;
    if (!wanted || !m.ok()) {
      return "";
    }
    String invalid = (minute & 0x80) != 0 ? " invalid" : "";
    String clock = String.format(Locale.ROOT, "%02d:%02d.%03d", minute & 63, milliseconds / 1000, milliseconds % 1000);
    return whole ? String.format(Locale.ROOT, "%04d-%02d-%02dT%02d:%s%s", 2000 + (year & 127), month & 15, day & 31, hour & 31, clock, invalid) : clock + invalid;
  }

  /** 7.3.2, 7.3.4 to 7.3.6: what a controlling station orders, and how that went. */
  private static void command(Exchange x, Observer o, int type, int layout, String name, int cause, boolean negative, int common, int address, double value, int octet,
      int qualifier, String time) {
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ (long) type << 48 ^ (long) common << 24 ^ address;
    if (cause == CONFIRMATION || cause == DEACTIVATED) {
      o.outcome(key, negative ? NEGATIVE : Outcome.OK);
      return;
    }
    if (cause >= 44 && cause <= 47) {
      o.outcome(key, UNKNOWN[cause - 44]);
      return;
    }
    boolean asks = x.fromClient() && (cause == ACTIVATION || cause == DEACTIVATION || cause == REQUESTED || cause == FILE_TRANSFER);
    Verb verb = asks ? verb(type, octet) : null;
    if (verb == null || cause == TERMINATION) {
      return;
    }
    if (verb == Verb.READ && !x.news(x.source(), NEWS_READ, (long) x.target().hashCode() << 32 ^ (long) type << 24 ^ common, AGAIN_SECONDS)) {
      return;
    }
    Cite cite = type < 70 ? PROCESS : type < 110 ? SYSTEM : type < 120 ? PARAMETER : FILE;
    Point point = address == 0 ? new Point.Named("iec104", Integer.toString(common)) : point(common, address);
    String detail = detail(layout, cause, octet, qualifier);
    Value written = type == 103 ? new Value.Text(time) : value(layout, value, octet);
    if (type >= 120) {
      o.see(Acts.act(x, "iec104", cite, verb, name, point, null, "", Outcome.UNCONFIRMED));
    } else {
      o.request(key, Acts.pending(x, "iec104", cite, verb, name, point, written, detail));
    }
  }

  private static @Nullable Verb verb(int type, int octet) {
    return switch (type) {
      case 45, 46, 47, 58, 59, 60 -> Verb.COMMAND;
      case 48, 49, 50, 51, 61, 62, 63, 64 -> Verb.WRITE;
      case 100, 102 -> Verb.READ;
      // 7.2.6.23: freeze and reset in the two upper bits
      case 101 -> octet >>> 6 == 0 ? Verb.READ : Verb.COMMAND;
      case 103 -> Verb.SET_TIME;
      case 105 -> Verb.RESTART;
      case 110, 111, 112, 113 -> Verb.CONFIGURE;
      case 120 -> Verb.DOWNLOAD;
      // 7.2.6.30: 1 select file, 2 request file, 4 delete file
      case 122 -> (octet & 15) == 4 ? Verb.DELETE : (octet & 15) == 2 ? Verb.UPLOAD : null;
      case 127 -> Verb.UPLOAD;
      default -> null;
    };
  }

  /** 7.2.6.15 to 7.2.6.17: the state that is ordered. */
  private static @Nullable Value value(int layout, double value, int octet) {
    if (!Double.isNaN(value)) {
      return new Value.Num(value);
    }
    return switch (layout & VALUE) {
      case SCO -> new Value.Text((octet & 1) == 0 ? "off" : "on");
      case DCO -> new Value.Text((octet & 3) == 1 ? "off" : (octet & 3) == 2 ? "on" : "not permitted");
      case RCO -> new Value.Text((octet & 3) == 1 ? "lower" : (octet & 3) == 2 ? "higher" : "not permitted");
      case OCTET -> new Value.Num(octet);
      default -> null;
    };
  }

  /** 7.2.6.26: select or execute, and how long. */
  private static String detail(int layout, int cause, int octet, int qualifier) {
    boolean state = (layout & VALUE) == SCO || (layout & VALUE) == DCO || (layout & VALUE) == RCO;
    String end = cause == DEACTIVATION ? ", deactivation" : "";
    if (state) {
      String pulse = switch (octet >>> 2 & 31) {
        case 1 -> ", short pulse";
        case 2 -> ", long pulse";
        case 3 -> ", persistent";
        default -> "";
      };
      return ((octet & 0x80) != 0 ? "select" : "execute") + pulse + end;
    }
    return (layout & QUALIFIER) == QOS ? ((qualifier & 0x80) != 0 ? "select" : "execute") + end : cause == DEACTIVATION ? "deactivation" : "";
  }
}
