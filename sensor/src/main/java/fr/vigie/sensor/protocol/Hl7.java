package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * HL7 version 2 over MLLP, its message header alone (HL7 v2.5.1 §2.14.9; MLLP release 1 §2). No other segment is read, for they are about
 * patients, but for two fields of an acknowledgement: MSA-1, where it is one of the six codes of table 0008, and MSA-2, of which only a
 * digest is made, to find the message it answers.
 *
 * <pre>
 * | 0x0B | MSH f e e e e f application f facility f application f facility f time f security f type f control id f processing f version … CR |
 * | other segments, each to CR … | 0x1C | 0x0D |
 * </pre>
 *
 * <p>{@code f} is the octet behind MSH, most often {@code |}. Of a message longer than {@link #LONGEST} octets the rest is passed over in
 * parts, up to its end block.
 */
final class Hl7 implements Dissector {
  private static final Cite BLOCK = new Cite("MLLP release 1", "2");
  private static final Cite CONTROL = new Cite("HL7 v2.5.1", "2.14.9.10");
  private static final Cite HEADER = new Cite("HL7 v2.5.1", "2.14.9");

  private static final int START = 0x0B;
  private static final int END = 0x1C;
  private static final int CR = 0x0D;

  /** What is put together of one message; its header is in the first few hundred octets. */
  static final int LONGEST = 1 << 15;

  /** Longest header segment, and longest field of it that is told. */
  private static final int LONGEST_HEADER = 4096;

  private static final int MOST_TEXT = 128;

  /** MSH-3 to MSH-12; MSH-1 is the separator itself. */
  private static final int FIELDS = 13;

  private static final int SECURITY = 8;
  private static final int TYPE = 9;
  private static final int CONTROL_ID = 10;
  private static final int VERSION = 12;

  private static final int NEWS_SENDER = 1;
  private static final int NEWS_MESSAGE = 2;
  private static final int NEWS_SERVICE = 3;
  private static final int AGAIN_SECONDS = 600;

  private static final Outcome APPLICATION_ERROR = Outcome.error("AE");
  private static final Outcome APPLICATION_REJECT = Outcome.error("AR");
  private static final Outcome COMMIT_ERROR = Outcome.error("CE");
  private static final Outcome COMMIT_REJECT = Outcome.error("CR");

  private final int[] at = new int[FIELDS + 1];
  private final int[] length = new int[FIELDS + 1];

  @Override
  public String name() {
    return "hl7";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("HL7 v2 over MLLP", "HL7 v2.5.1 §2.14, MLLP release 1",
        "the header: type, applications, facilities, control identifier, version; the code of an acknowledgement",
        "every other segment, for it is about a patient; HL7 version 3, FHIR",
        "messages of the standard, tshark");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {2575};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** A whole message, or its first {@link #LONGEST} octets; behind those whatever is there up to the end block. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (m.at(0) != START) {
      return x.recognised() ? rest(m) : NOT_MINE;
    }
    if (!header(m)) {
      return NOT_MINE;
    }
    if (have < 10) {
      return MORE;
    }
    int end = end(m);
    return end > 0 && end <= LONGEST ? end : have >= LONGEST ? LONGEST : MORE;
  }

  /** {@code MSH}, or {@code FHS} and {@code BHS} of a batch, a separator, and four or five encoding characters: signs, not letters. */
  private static boolean header(Cursor m) {
    int have = m.length();
    boolean mine = have < 2 || m.at(1) == 'M' || m.at(1) == 'F' || m.at(1) == 'B';
    mine &= have < 3 || m.at(2) == (m.at(1) == 'M' ? 'S' : 'H');
    mine &= have < 4 || m.at(3) == (m.at(1) == 'M' ? 'H' : 'S');
    for (int i = 4; i < Math.min(have, 8); i++) {
      int c = m.at(i);
      boolean sign = c > ' ' && c < 0x7F && !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z');
      mine &= sign && (i == 4 || c != m.at(4) || i > 5);
    }
    return mine;
  }

  /** Behind the end block, or -1. Some senders leave out the carriage return behind it. */
  private static int end(Cursor m) {
    int end = m.indexOf(END, 0, m.length());
    if (end < 0) {
      return -1;
    }
    return m.at(end + 1) == CR ? end + 2 : end + 1 < m.length() ? end + 1 : -1;
  }

  private static int rest(Cursor m) {
    int end = end(m);
    return end > 0 ? end : m.length();
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("hl7", "message");
    if (m.peek(0) != START) {
      operation(m, o, "continuation");
      m.skip(m.wireLength());
    } else {
      boolean header = m.at(1) == 'M';
      int segment = segment(m);
      if (segment < 0) {
        // half a header: nothing in it is sure
        m.skip(m.wireLength() + 1);
      } else if (header) {
        message(m, x, o, segment);
      } else {
        operation(m, o, "batch");
      }
      m.skip(m.wireLength());
    }
    t.end();
  }

  /**
   * Where the header ends. Some senders write line feeds in place of carriage returns: behind one as behind the other a patient's segment
   * begins. -1 where neither is there.
   */
  private static int segment(Cursor m) {
    int most = Math.min(m.length(), LONGEST_HEADER);
    int end = m.indexOf(CR, 0, most);
    int feed = m.indexOf('\n', 0, end < 0 ? most : end);
    return feed < 0 ? end : feed;
  }

  private static void operation(Cursor m, Observer o, String name) {
    o.transcript().operation(name);
    if (m.ok()) {
      o.operation(name);
    }
  }

  private void message(Cursor m, Exchange x, Observer o, int segment) {
    Transcript t = o.transcript();
    split(m, segment);
    o.secret(at[SECURITY], length[SECURITY]);
    if (t.on()) {
      t.field("sendingApplication", text(m, 3));
      t.field("sendingFacility", text(m, 4));
      t.field("receivingApplication", text(m, 5));
      t.field("receivingFacility", text(m, 6));
      if (length[SECURITY] > 0) {
        t.secret("security", length[SECURITY]);
      }
      t.field("messageType", text(m, TYPE));
      t.field("messageControlId", text(m, CONTROL_ID));
      t.field("processingId", text(m, 11));
      t.field("versionId", text(m, VERSION));
    }
    operation(m, o, "message");
    if (length[TYPE] < 3 || length[CONTROL_ID] == 0 || length[VERSION] == 0) {
      // HL7 v2.5.1 §2.14.9: MSH-9, MSH-10 and MSH-12 are required
      o.flaw(x, HEADER, "required", at[TYPE], m.wireLength());
    }
    if (!whole(m)) {
      return;
    }
    if (x.news(x.source(), NEWS_SENDER, Heads.digest(m, at[3], length[3]) * 31 + Heads.digest(m, at[4], length[4]), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "hl7-application=" + text(m, 3) + (length[4] == 0 ? "" : ", facility " + text(m, 4)), HEADER);
    }
    if (!x.fromClient() && x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " hl7", BLOCK);
    }
    repeated(m, x, o, segment);
    long flow = x.flow() * 0x9E3779B97F4A7C15L;
    if (acknowledges(m)) {
      acknowledgement(m, o, segment, flow);
    } else if (x.news(x.source(), NEWS_MESSAGE, (Heads.digest(m, at[TYPE], length[TYPE]) * 31 + Heads.digest(m, at[3], length[3])) * 31 + Heads.digest(m, at[5], length[5])
        + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      String detail = "from " + text(m, 3) + " to " + text(m, 5) + ", version " + text(m, VERSION);
      o.request(flow ^ Heads.digest(m, at[CONTROL_ID], length[CONTROL_ID]), Acts.pending(x, "hl7", HEADER, Verb.NOTIFY, "message",
          new Point.Named("message-type", text(m, TYPE)), null, detail));
    }
  }

  /** HL7 v2.5.1 §2.14.9.10: MSH-10 names one message of its sender; a message that is sent again is the same behind its header. */
  private void repeated(Cursor m, Exchange x, Observer o, int segment) {
    if (length[CONTROL_ID] == 0 || m.length() >= LONGEST) {
      return;
    }
    long name = ((Heads.digest(m, at[CONTROL_ID], length[CONTROL_ID]) * 31 + Heads.digest(m, at[TYPE], length[TYPE])) * 31 + Heads.digest(m, at[3], length[3])) * 31
        + x.source().print() * 0x9E3779B97F4A7C15L;
    long content = Heads.digest(m, segment, m.length() - segment);
    if (x.recall(name) && x.recalledA() != content) {
      o.flaw(x, CONTROL, "control-id-reused", at[CONTROL_ID], m.wireLength());
    }
    x.remember(name, content, 0);
  }

  /** Whether the message came to its end block, or to the length of which no more is put together. */
  private static boolean whole(Cursor m) {
    int last = m.length() - 1;
    return !m.cut() && (m.length() >= LONGEST || m.at(last) == END || m.at(last) == CR && m.at(last - 1) == END);
  }

  /** Finds the fields of MSH; MSH-2 begins behind the separator that is MSH-1. */
  private void split(Cursor m, int segment) {
    int separator = m.at(4);
    int from = 5;
    for (int field = 2; field <= FIELDS; field++) {
      int to = Math.min(from, segment);
      while (to < segment && m.at(to) != separator) {
        to++;
      }
      at[field] = Math.min(from, segment);
      length[field] = to - at[field];
      from = to + 1;
    }
  }

  private String text(Cursor m, int field) {
    return Heads.slice(m, at[field], Math.min(length[field], MOST_TEXT));
  }

  private boolean acknowledges(Cursor m) {
    return length[TYPE] >= 3 && m.at(at[TYPE]) == 'A' && m.at(at[TYPE] + 1) == 'C' && m.at(at[TYPE] + 2) == 'K';
  }

  /** MSA: {@code | MSA f code f control id … CR |}, behind MSH or the software segments. */
  private void acknowledgement(Cursor m, Observer o, int segment, long flow) {
    int separator = m.at(4);
    int line = segment + 1;
    while (line > 0 && line + 7 < m.length()) {
      if (m.at(line) == 'M' && m.at(line + 1) == 'S' && m.at(line + 2) == 'A' && m.at(line + 3) == separator && m.at(line + 6) == separator) {
        Outcome outcome = outcome(m.at(line + 4), m.at(line + 5));
        if (outcome == null) {
          return;
        }
        int stop = m.indexOf(CR, line, m.length());
        int from = line + 7;
        int to = from;
        while (to < stop && m.at(to) != separator) {
          to++;
        }
        if (o.transcript().on()) {
          o.transcript().field("acknowledgmentCode", "" + (char) m.at(line + 4) + (char) m.at(line + 5));
        }
        o.outcome(flow ^ Heads.digest(m, from, to - from), outcome);
        return;
      }
      line = m.indexOf(CR, line, m.length()) + 1;
    }
  }

  /** HL7 table 0008. */
  private static @Nullable Outcome outcome(int first, int second) {
    return switch (first << 8 | second) {
      case 'A' << 8 | 'A', 'C' << 8 | 'A' -> Outcome.OK;
      case 'A' << 8 | 'E' -> APPLICATION_ERROR;
      case 'A' << 8 | 'R' -> APPLICATION_REJECT;
      case 'C' << 8 | 'E' -> COMMIT_ERROR;
      case 'C' << 8 | 'R' -> COMMIT_REJECT;
      default -> null;
    };
  }

  @Override
  public Cite cite() {
    return BLOCK;
  }
}
