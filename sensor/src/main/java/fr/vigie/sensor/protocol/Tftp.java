package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * TFTP (RFC 1350, options RFC 2347): who fetches or puts which file, and how it begins. The server answers from a port of its own choice
 * (RFC 1350 §4); it is found there because the request was seen. What is in the file is not read.
 *
 * <pre>
 * | 1 read, 2 write | file name | 0 | mode | 0 | option | 0 | value | 0 | … |      RFC 1350 §5, RFC 2347
 * | 3 data | block u16 | 0 to 512 octets, or as agreed |
 * | 4 acknowledgement | block u16 |
 * | 5 error | code u16 | text | 0 |
 * | 6 option acknowledgement | option | 0 | value | 0 | … |
 * </pre>
 */
final class Tftp implements Dissector {
  private static final int PORT = 69;
  private static final Cite REQUEST = new Cite("RFC 1350", "5");
  private static final Cite OPTION = new Cite("RFC 2347", "Packet Formats");

  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int DATA = 3;
  private static final int ACKNOWLEDGEMENT = 4;
  private static final int ERROR = 5;
  private static final int OPTIONS = 6;

  private static final String[] OPERATIONS = {"", "readRequest", "writeRequest", "data", "acknowledgement", "error", "optionAcknowledgement"};

  /** RFC 1350 §5. */
  private static final Outcome[] ERRORS = new Outcome[256];

  static {
    String[] names = {"not defined", "file not found", "access violation", "disk full", "illegal operation", "unknown transfer", "file already exists", "no such user", "option refused"};
    Arrays.setAll(ERRORS, i -> Outcome.error(i < names.length ? names[i] : "error " + i));
  }

  private static final int NEWS_SERVICE = 10;

  /** Octets of a file's name that are told; a request was meant for 512 in all. */
  private static final int MOST_NAME = 512;

  @Override
  public String name() {
    return "tftp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("TFTP", "RFC 1350, RFC 2347",
        "requests with file, mode and options, blocks, errors, on whatever port the server answers",
        "what is in the files",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  /** Only where a request went before. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int operation = m.at(1);
    if (m.at(0) != 0 || operation < READ || operation > OPTIONS || m.wireLength() < 4) {
      return NOT_MINE;
    }
    boolean mine = switch (operation) {
      case READ, WRITE -> x.targetPort() == PORT && request(m);
      case ACKNOWLEDGEMENT -> m.wireLength() == 4 && expected(x);
      default -> expected(x);
    };
    return mine ? m.wireLength() : NOT_MINE;
  }

  /** RFC 1350 §5: a name without control characters, then one of three modes. */
  private static boolean request(Cursor m) {
    int end = m.indexOf(0, 2, m.length());
    if (end < 0) {
      return m.cut();
    }
    for (int i = 2; i < end; i++) {
      if (m.at(i) < ' ') {
        return false;
      }
    }
    int modeEnd = m.indexOf(0, end + 1, m.length());
    int back = m.position();
    m.seek(end + 1);
    boolean mode = m.startsWith("netascii") && modeEnd == end + 9 || m.startsWith("octet") && modeEnd == end + 6 || m.startsWith("mail") && modeEnd == end + 5;
    m.seek(back);
    return end > 2 && (mode || m.cut() && modeEnd < 0);
  }

  /** Whether a request from this port was seen that the other side answers, or the flow is known. */
  private static boolean expected(Exchange x) {
    if (x.recognised() || x.sourcePort() == PORT || x.targetPort() == PORT) {
      return true;
    }
    long key = key(x.source().hashCode(), x.target().hashCode(), x.targetPort());
    if (!x.recall(key)) {
      return false;
    }
    x.remember(key, x.recalledA(), x.recalledB());
    return true;
  }

  /** What the request and all that answers it share: server, client, the client's port. */
  private static long key(int server, int client, int clientPort) {
    return ((server * 65_537L + client) * 65_537L + clientPort) * 0x9E3779B97F4A7C15L;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int operation = m.u16();
    t.message("tftp", operation < OPERATIONS.length ? OPERATIONS[operation] : "");
    t.field("opcode", operation);
    switch (operation) {
      case READ, WRITE -> request(m, x, o, operation);
      case DATA -> {
        int block = m.u16();
        o.secret(m.position(), m.wireRemaining());
        t.field("block", block);
        t.field("octets", m.wireRemaining());
        answered(m, x, o, DATA, block == 1 ? Outcome.OK : null);
        m.skip(m.remaining());
      }
      case ACKNOWLEDGEMENT -> {
        int block = m.u16();
        t.field("block", block);
        answered(m, x, o, ACKNOWLEDGEMENT, block == 0 ? Outcome.OK : null);
      }
      case ERROR -> {
        int code = m.u16();
        t.field("errorCode", code);
        if (t.on()) {
          int end = m.indexOf(0, 4, m.length());
          t.field("errorMessage", Heads.slice(m, 4, (end < 0 ? m.length() : end) - 4));
        }
        answered(m, x, o, ERROR, ERRORS[Math.min(code, 255)]);
        m.skip(m.remaining());
      }
      case OPTIONS -> {
        options(m, t);
        answered(m, x, o, OPTIONS, Outcome.OK);
      }
      default -> m.fail();
    }
    t.end();
  }

  private static void request(Cursor m, Exchange x, Observer o, int operation) {
    Transcript t = o.transcript();
    int end = m.indexOf(0, 2, m.length());
    int modeEnd = end < 0 ? -1 : m.indexOf(0, end + 1, m.length());
    if (modeEnd < 0) {
      m.skip(m.wireLength());
      return;
    }
    if (t.on()) {
      t.field("file", Heads.slice(m, 2, end - 2));
      t.field("mode", Heads.slice(m, end + 1, modeEnd - end - 1));
    }
    m.seek(modeEnd + 1);
    if (m.remaining() > 0) {
      options(m, t);
      if (!m.ok()) {
        if (!m.cut()) {
          o.flaw(x, OPTION, "option", modeEnd + 1, m.wireLength());
        }
        return;
      }
    }
    if (m.cut()) {
      return;
    }
    o.operation(OPERATIONS[operation]);
    long key = key(x.target().hashCode(), x.source().hashCode(), x.sourcePort());
    x.remember(key, operation, 0);
    if (x.news(x.source(), operation, Heads.digest(m, 2, end - 2) + x.target().hashCode() * 65_537L, 600)) {
      Act act = Acts.pending(x, "tftp", REQUEST, operation == READ ? Verb.UPLOAD : Verb.DOWNLOAD, OPERATIONS[operation], new Point.Named("path", Heads.slice(m, 2, Math.min(end - 2, MOST_NAME))), null, "");
      o.request(key, act);
    }
  }

  /** RFC 2347: pairs of names and values, each to a zero. */
  private static void options(Cursor m, Transcript t) {
    while (m.ok() && m.remaining() > 0) {
      int name = m.find(0);
      int value = name < 0 ? -1 : m.indexOf(0, name + 1, m.length());
      if (value < 0) {
        m.fail();
        return;
      }
      if (t.on()) {
        t.field("option", Heads.slice(m, m.position(), name - m.position()));
        t.field("value", Heads.slice(m, name + 1, value - name - 1));
      }
      m.seek(value + 1);
    }
  }

  private static void answered(Cursor m, Exchange x, Observer o, int operation, @Nullable Outcome outcome) {
    if (!m.ok()) {
      return;
    }
    o.operation(OPERATIONS[operation]);
    if (outcome != null) {
      o.outcome(key(x.source().hashCode(), x.target().hashCode(), x.targetPort()), outcome);
      if (outcome.equals(Outcome.OK) && x.targetPort() != PORT && x.news(x.source(), NEWS_SERVICE, PORT, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.SERVICE, "udp/69 tftp", REQUEST);
      }
    }
  }

  @Override
  public Cite cite() {
    return REQUEST;
  }
}
