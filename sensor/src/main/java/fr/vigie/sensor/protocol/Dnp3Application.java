package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The application layer of DNP3 (IEEE 1815-2012 clause 4): functions, object headers, and what a function does.
 *
 * <pre>
 * | FIR 1, FIN 1, CON 1, UNS 1, sequence 4 | function u8 | internal indications u16 (responses) | { object header | objects } |   4.2.2
 * object header: | group u8 | variation u8 | prefix 3 bits, range 4 bits | range |                                              4.2.2.7
 * </pre>
 */
final class Dnp3Application {
  private static final Cite FRAGMENT = new Cite(Dnp3.STANDARD, "4.2.2");
  private static final Cite QUALIFIER = new Cite(Dnp3.STANDARD, "4.2.2.7.3");
  private static final Cite FUNCTION = new Cite(Dnp3.STANDARD, "4.4");
  private static final Cite CONTROL = new Cite(Dnp3.STANDARD, "4.4.4");
  private static final Cite FILE = new Cite(Dnp3.STANDARD, "5.3");

  /** 4.2.2.5: function codes. */
  private static final int CONFIRM = 0;
  private static final int READ = 1;
  static final int WRITE = 2;
  private static final int SELECT = 3;
  private static final int DIRECT_OPERATE_NR = 6;
  private static final int RESPONSE = 129;
  private static final int UNSOLICITED = 130;
  private static final int AUTHENTICATE_RESPONSE = 131;

  private static final String[] FUNCTIONS = {"CONFIRM", "READ", "WRITE", "SELECT", "OPERATE", "DIRECT_OPERATE", "DIRECT_OPERATE_NR", "IMMED_FREEZE",
      "IMMED_FREEZE_NR", "FREEZE_CLEAR", "FREEZE_CLEAR_NR", "FREEZE_AT_TIME", "FREEZE_AT_TIME_NR", "COLD_RESTART", "WARM_RESTART", "INITIALIZE_DATA",
      "INITIALIZE_APPL", "START_APPL", "STOP_APPL", "SAVE_CONFIG", "ENABLE_UNSOLICITED", "DISABLE_UNSOLICITED", "ASSIGN_CLASS", "DELAY_MEASURE",
      "RECORD_CURRENT_TIME", "OPEN_FILE", "CLOSE_FILE", "DELETE_FILE", "GET_FILE_INFO", "AUTHENTICATE_FILE", "ABORT_FILE", "ACTIVATE_CONFIG",
      "AUTHENTICATE_REQ", "AUTH_REQ_NO_ACK"};

  /** 4.4: what a function does; null for those whose objects say it, or that change nothing. */
  private static final @Nullable Verb[] VERBS = new Verb[FUNCTIONS.length];

  /** 4.2.2.6, IIN2: what was wrong with a request. */
  private static final Outcome[] REFUSED = {Outcome.error("function code not supported"), Outcome.error("object unknown"), Outcome.error("parameter error"),
      null, Outcome.error("already executing")};

  /** A.8.1: status codes of controls. */
  private static final String[] STATUS = {"success", "timeout", "no select", "format error", "not supported", "already active", "hardware error", "local",
      "too many objects", "not authorized", "automation inhibit", "processing limited", "out of range", "downstream local", "already complete", "blocked",
      "cancelled", "blocked, other master", "downstream fail"};
  private static final Outcome[] OUTCOMES = new Outcome[128];

  static {
    for (int i = 7; i <= 12; i++) {
      VERBS[i] = Verb.COMMAND;
    }
    VERBS[13] = Verb.RESTART;
    VERBS[14] = Verb.RESTART;
    for (int i = 15; i <= 18; i++) {
      VERBS[i] = Verb.COMMAND;
    }
    VERBS[19] = Verb.CONFIGURE;
    VERBS[20] = Verb.ENABLE;
    VERBS[21] = Verb.DISABLE;
    VERBS[22] = Verb.CONFIGURE;
    VERBS[24] = Verb.SET_TIME;
    VERBS[29] = Verb.AUTHENTICATE;
    VERBS[31] = Verb.CONFIGURE;
    for (int i = 0; i < OUTCOMES.length; i++) {
      OUTCOMES[i] = i == 0 ? Outcome.OK : Outcome.error(i < STATUS.length ? STATUS[i] : i == 126 ? "non participating" : "undefined");
    }
  }

  private static final int NEWS_READ = 2;
  private static final int AGAIN_SECONDS = 600;

  private final Dnp3Objects objects = new Dnp3Objects();
  /** Of the fragment under way. */
  private long key;
  private int function;
  private int acts;

  /** Whether fragments of a function hold credentials or keys: files are opened with a key, and secure authentication. */
  static boolean secret(int function) {
    return function == 25 || function == 27 || function == 29 || function == 32 || function == 33 || function == AUTHENTICATE_RESPONSE;
  }

  static String name(int function) {
    return switch (function) {
      case RESPONSE -> "RESPONSE";
      case UNSOLICITED -> "UNSOLICITED_RESPONSE";
      case AUTHENTICATE_RESPONSE -> "AUTHENTICATE_RESP";
      default -> function < FUNCTIONS.length ? FUNCTIONS[function] : "unknown function";
    };
  }

  /** Reads a whole fragment. A broken one is told as a flaw: the link frame that completed it was sound. */
  void read(Cursor m, Exchange x, Observer o, boolean master, int outstation) {
    Transcript t = o.transcript();
    int control = m.u8();
    function = m.u8();
    String name = name(function);
    t.operation(name);
    t.field("applicationControl", control);
    t.field("sequence", control & 15);
    t.field("first", (control & 0x80) != 0);
    t.field("final", (control & 0x40) != 0);
    t.field("confirm", (control & 0x20) != 0);
    t.field("unsolicited", (control & 0x10) != 0);
    t.field("function", function);
    boolean response = function >= RESPONSE;
    int indications = 0;
    if (response) {
      indications = m.u16();
      t.field("internalIndications", indications);
    }
    if (!m.ok()) {
      o.flaw(x, FRAGMENT, "short", 0, m.length());
      return;
    }
    o.operation(name);
    if (function > AUTHENTICATE_RESPONSE || function >= FUNCTIONS.length && !response) {
      o.flaw(x, FUNCTION, "function", 1, m.length());
      return;
    }
    key = x.flow() * 0x9E3779B97F4A7C15L ^ (long) outstation << 32 ^ (control & 15) << 8;
    acts = 0;
    objects.begin(x, o, outstation, function);
    int start = m.position();
    if (!headers(m, x, o, false)) {
      o.flaw(x, FRAGMENT, "objects", m.failedAt(), m.length());
      return;
    }
    m.seek(start);
    boolean answers = function == RESPONSE && x.recall(key);
    long asked = answers ? x.recalledA() : -1;
    headers(m, x, o, true);
    if (master && !response) {
      requested(x, o, outstation, name, m.length() - start);
    } else if (answers) {
      answered(o, asked, (int) x.recalledB(), indications & 0xFF);
    }
  }

  private void requested(Exchange x, Observer o, int outstation, String name, int octets) {
    if (function == CONFIRM) {
      return;
    }
    Verb verb = VERBS[function];
    if (function == READ) {
      if (x.news(x.source(), NEWS_READ, (long) x.target().hashCode() << 32 ^ outstation << 16 ^ objects.firstGroup(), AGAIN_SECONDS)) {
        o.request(key, Acts.pending(x, "dnp3", FUNCTION, Verb.READ, name, objects.asked(), null, objects.detail()));
        acts++;
      }
    } else if (verb != null) {
      Point point = octets == 0 ? new Point.Named("dnp3", outstation + "") : objects.asked();
      Value value = function == 29 ? new Value.Secret(octets) : null;
      o.request(key, Acts.pending(x, "dnp3", FUNCTION, verb, name, point, value, objects.detail()));
      acts++;
    }
    x.remember(key, function, acts);
  }

  /** A control object, a value or a file that a request carries. */
  void act(Exchange x, Observer o, Verb verb, @Nullable Point point, @Nullable Value value, String detail) {
    Cite cite = function >= SELECT && function <= DIRECT_OPERATE_NR ? CONTROL : function >= 25 && function <= 30 ? FILE : FUNCTION;
    if (function == DIRECT_OPERATE_NR) {
      o.see(Acts.act(x, "dnp3", cite, verb, name(function), point, value, detail, Outcome.UNCONFIRMED));
    } else {
      o.request(key ^ acts, Acts.pending(x, "dnp3", cite, verb, name(function), point, value, detail));
      acts++;
    }
  }

  /** The status of a control that an answer repeats. */
  void status(Observer o, int status) {
    o.outcome(key ^ acts, OUTCOMES[status & 127]);
    acts++;
  }

  private void answered(Observer o, long asked, int due, int second) {
    for (int i = acts; i < Math.min(due, 64); i++) {
      o.outcome(key ^ i, outcome(second));
    }
    if (due == 0 && asked == READ) {
      o.outcome(key, outcome(second));
    }
  }

  private static Outcome outcome(int indications) {
    for (int bit = 0; bit < REFUSED.length; bit++) {
      Outcome refused = REFUSED[bit];
      if ((indications >>> bit & 1) != 0 && refused != null) {
        return refused;
      }
    }
    return Outcome.OK;
  }

  /** 4.2.2.7: every object header; false where one cannot be. The first walk only proves that the second can be believed. */
  private boolean headers(Cursor m, Exchange x, Observer o, boolean tell) {
    Transcript t = o.transcript();
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int group = m.u8();
      int variation = m.u8();
      int qualifier = m.u8();
      int prefix = qualifier >>> 4 & 7;
      int range = qualifier & 15;
      long first = 0;
      long count = 0;
      int width = range < 6 ? 1 << range % 3 : range == 7 || range == 11 ? 1 : range == 8 ? 2 : range == 9 ? 4 : 0;
      if (range < 6) {
        first = little(m, width);
        long last = little(m, width);
        count = last - first + 1;
        if (tell) {
          begin(t, group, variation, prefix, range);
          t.field("start", first);
          t.field("stop", last);
        }
      } else {
        count = width == 0 ? 0 : little(m, width);
        if (tell) {
          begin(t, group, variation, prefix, range);
          if (width > 0) {
            t.field("count", count);
          }
        }
      }
      boolean known = range <= 9 || range == 11;
      if (m.ok() && (!known || prefix == 7 || count < 0)) {
        if (!tell) {
          o.flaw(x, QUALIFIER, "qualifier", at + 2, 1);
        }
        m.fail();
      }
      if (m.ok() && !objects.read(m, this, group, variation, prefix, first, count, carries(), tell)) {
        m.fail();
      }
      if (tell) {
        t.close();
      }
    }
    return m.ok();
  }

  private static void begin(Transcript t, int group, int variation, int prefix, int range) {
    t.begin("objects");
    t.field("group", group);
    t.field("variation", variation);
    t.field("prefixCode", prefix);
    t.field("rangeCode", range);
  }

  /** 4.4: which functions carry objects and not only say which are meant. */
  private boolean carries() {
    return function >= RESPONSE || function >= WRITE && function <= DIRECT_OPERATE_NR || function == 11 || function == 12 || function >= 16 && function <= 18
        || function >= 25 && function <= 33;
  }

  static long little(Cursor m, int octets) {
    long value = 0;
    for (int i = 0; i < octets; i++) {
      value |= (long) m.u8() << 8 * i;
    }
    return value;
  }
}
