package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;

/**
 * FTP's control connection (RFC 959, RFC 2228, RFC 2389, RFC 2428): commands with their replies. Users and passwords are secrets; data connections
 * are not read, and what follows AUTH TLS is read as TLS.
 *
 * <pre>
 * command: | three or four letters | SP arguments | CRLF |                                            RFC 959 §4.1, §5.3
 * reply:   | code, three digits | SP text CRLF |, or | code - text CRLF | lines … | code SP text CRLF |  RFC 959 §4.2
 * </pre>
 */
final class Ftp implements Dissector {
  private static final int[] PORTS = {21, 2121};
  private static final Cite COMMAND = new Cite("RFC 959", "4.1");
  private static final Cite REPLY = new Cite("RFC 959", "4.2");
  private static final Cite LOGIN = new Cite("RFC 959", "4.1.1");
  private static final Cite SECURE = new Cite("RFC 4217", "4");

  /** A line longer than this is no command (RFC 959 names no bound; 4,096 is that of paths on most servers). */
  private static final int LONGEST_LINE = 4096;

  private static final int LONGEST_REPLY = 1 << 14;

  private static final String[] COMMANDS = {"USER", "PASS", "ACCT", "CWD", "CDUP", "SMNT", "QUIT", "REIN", "PORT", "PASV", "TYPE", "STRU", "MODE", "RETR", "STOR", "STOU", "APPE",
      "ALLO", "REST", "RNFR", "RNTO", "ABOR", "DELE", "RMD", "MKD", "PWD", "LIST", "NLST", "SITE", "SYST", "STAT", "HELP", "NOOP", "AUTH", "ADAT", "PROT", "PBSZ", "CCC", "MIC",
      "CONF", "ENC", "FEAT", "OPTS", "EPRT", "EPSV", "MLST", "MLSD", "SIZE", "MDTM", "LANG", "HOST", "XPWD", "XCWD", "XMKD", "XRMD", "XCUP", "CLNT", "LPRT", "LPSV", "MFMT", "MFF"};

  private static final int NEWS_BANNER = 1;
  private static final int NEWS_LOGIN = 2;
  private static final int NEWS_COMMAND = 3;
  private static final int NEWS_SERVICE = 4;
  private static final int NEWS_LOGGED_IN = 5;
  private static final int AGAIN_SECONDS = 600;

  /** RFC 959 §4.2.1: 2 and 3 go on, 4 and 5 refuse. */
  private static final Outcome[] CODES = new Outcome[1000];

  static {
    Arrays.setAll(CODES, i -> i < 400 ? Outcome.OK : Outcome.error(Integer.toString(i)));
  }

  /** Marks, in the number of commands that is remembered of a flow, that its user is anonymous. */
  private static final long ANONYMOUS = 1L << 62;

  /** The number of commands itself; above it stand 30 bits of a digest of the user's name. */
  private static final long SENT = 0xFFFFFFFFL;

  /** RFC 959 §5.4: the user is logged in. */
  private static final int LOGGED_IN = 230;

  private final Tls tls = new Tls();
  private boolean encrypted;

  @Override
  public String name() {
    return "ftp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("FTP control", "RFC 959, RFC 2389, RFC 2428, RFC 4217",
        "commands and paths, replies, greeting, outcome of logins; behind AUTH TLS what TLS shows",
        "data connections; users and passwords are counted, not told, and so is what follows the first word of SITE",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return PORTS.clone();
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  private static boolean home(Exchange x) {
    return x.recognised() || x.serverPort() == PORTS[0] || x.serverPort() == PORTS[1];
  }

  /** On its own ports a line of the closed list, or a reply; elsewhere only a greeting that calls itself FTP. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int first = m.at(0);
    if (first == 22 && m.at(1) == 3 || first >= 20 && first <= 23 && m.at(1) == 3 && x.recognised()) {
      return x.recognised() ? tls.frame(m, x) : NOT_MINE;
    }
    if (first >= '1' && first <= '6') {
      return reply(m, x);
    }
    if (!home(x) || !x.fromClient()) {
      return NOT_MINE;
    }
    int end = m.lineEnd(0);
    int command = command(m, end < 0 ? m.length() : end);
    if (command < 0 || end > LONGEST_LINE || end < 0 && m.length() > LONGEST_LINE) {
      return NOT_MINE;
    }
    return Math.max(end, MORE);
  }

  /** Index of the command, also of one that has come only in part; -1 where it is none. Telnet's signals may go before ABOR (RFC 959 §4.1.3). */
  private static int command(Cursor m, int end) {
    int at = start(m);
    int letters = 0;
    while (at + letters < end && letters < 5 && letter(m.at(at + letters))) {
      letters++;
    }
    boolean whole = at + letters < end;
    int behind = m.at(at + letters);
    if (letters > 4 || letters == 0 && end > at || whole && behind != ' ' && behind != '\r' && behind != '\n') {
      return -1;
    }
    for (int i = 0; i < COMMANDS.length; i++) {
      String name = COMMANDS[i];
      if (whole ? name.length() == letters && same(m, at, name, letters) : letters <= name.length() && same(m, at, name, letters)) {
        return i;
      }
    }
    return -1;
  }

  private static int start(Cursor m) {
    int at = 0;
    while (at < 8 && m.at(at) >= 0xF0) {
      at++;
    }
    return at;
  }

  private static boolean same(Cursor m, int at, String name, int letters) {
    for (int i = 0; i < letters; i++) {
      if ((m.at(at + i) & 0xDF) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean letter(int c) {
    return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static int reply(Cursor m, Exchange x) {
    int have = m.length();
    for (int i = 1; i < Math.min(3, have); i++) {
      if (!digit(m.at(i))) {
        return NOT_MINE;
      }
    }
    int behind = m.at(3);
    if (have > 3 && behind != ' ' && behind != '-' && behind != '\r' && behind != '\n' || x.fromClient()) {
      return NOT_MINE;
    }
    boolean home = home(x);
    if (!home && (m.at(0) != '2' || have > 1 && m.at(1) != '2' || have > 2 && m.at(2) != '0')) {
      return NOT_MINE;
    }
    if (have < 4) {
      return MORE;
    }
    int end = end(m);
    if (end < 0) {
      return have > LONGEST_REPLY ? NOT_MINE : MORE;
    }
    return home || named(m, end) ? end : NOT_MINE;
  }

  /** Whether the greeting names the protocol as a word of its own, and no other that greets by 220. */
  private static boolean named(Cursor m, int end) {
    boolean ftp = false;
    for (int i = 3; i + 2 < end; i++) {
      boolean word = same(m, i, "FTP", 3) && !digit(m.at(i + 3)) && m.at(i + 3) != '.' && m.at(i - 1) != '.';
      ftp |= word && !letter(m.at(i - 1));
      if (same(m, i, "SMTP", 4)) {
        return false;
      }
    }
    return ftp;
  }

  /** RFC 959 §4.2: where a reply of one or several lines ends: with a line that begins with the code and a space. */
  private static int end(Cursor m) {
    int end = m.lineEnd(0);
    if (m.at(3) != '-') {
      return end;
    }
    while (end > 0) {
      int next = m.lineEnd(end);
      if (next > 0 && m.at(end) == m.at(0) && m.at(end + 1) == m.at(1) && m.at(end + 2) == m.at(2) && m.at(end + 3) == ' ') {
        return next;
      }
      end = next;
    }
    return -1;
  }

  @Override
  public long skip(Exchange x) {
    return encrypted ? tls.skip(x) : 0;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    encrypted = m.peek(0) >= 20 && m.peek(0) <= 23 && m.peek(1) == 3;
    if (encrypted) {
      tls.dissect(m, x, o);
      return;
    }
    Transcript t = o.transcript();
    t.message("ftp", "line");
    if (m.cut() || m.at(m.length() - 1) != '\n') {
      // half a line: nothing in it is sure
      o.secret(0, m.wireLength());
      m.skip(m.wireLength() + 1);
    } else if (digit(m.peek(0))) {
      reply(m, x, o);
    } else {
      command(m, x, o);
    }
    t.end();
  }

  /** Replies come in the order of the commands: how many of each went by says which command one answers. */
  private static long key(long flow, long number) {
    return flow * 0x9E3779B97F4A7C15L ^ number;
  }

  private void command(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int end = end(m, m.length());
    int command = command(m, m.length());
    if (command < 0) {
      o.secret(0, m.wireLength());
      m.fail();
      return;
    }
    String name = COMMANDS[command];
    int from = Math.min(start(m) + name.length() + 1, end);
    boolean site = name.equals("SITE");
    boolean secret = command <= 2 || name.equals("ADAT");
    // what a server's own command takes may be a password (SITE PSWD, GPASS, CHPASS): its first word is told
    int told = site ? word(m, from, end) : end;
    if (site) {
      o.secret(told, end - told);
    }
    if (secret) {
      o.secret(from, end - from);
    }
    t.operation(name);
    t.field("command", name);
    if (secret) {
      t.secret("argument", end - from);
    } else if (t.on() && end > from) {
      t.field("argument", Heads.slice(m, from, told - from));
      if (told < end) {
        t.secret("parameters", end - told);
      }
    }
    o.operation(name);
    long flow = x.flow();
    boolean counted = x.recall(flow);
    long before = counted ? x.recalledA() : 0;
    boolean anonymous = command == 0 ? end - from == 9 && same(m, from, "ANONYMOUS", 9) : (before & ANONYMOUS) != 0;
    long user = command == 0 ? Heads.digest(m, from, end - from) << 32 & ~SENT & ANONYMOUS - 1 : before & ~SENT & ANONYMOUS - 1;
    long sent = (before + 1) & SENT;
    x.remember(flow, sent | user | (anonymous ? ANONYMOUS : 0), counted ? x.recalledB() : 0);
    switch (name) {
      case "PASS" -> {
        // the user went before; whose it is stays a secret, but the one that every server knows. Another user is news, and a published password behind any other
        if (x.news(x.source(), NEWS_LOGIN, x.target().hashCode() * 65_537L + user + (anonymous ? 1 : KnownDefaults.password(m, from, end - from) ? 2 : 0), AGAIN_SECONDS)) {
          o.request(key(flow, sent), Acts.pending(x, "ftp", LOGIN, Verb.AUTHENTICATE, name, null, o.sealed(Seals.Kind.PASSWORD, m, from, end - from), anonymous ? "anonymous, in clear" : "in clear"));
        }
      }
      case "AUTH" -> act(m, x, o, key(flow, sent), Verb.CONNECT, command, from, end);
      case "RETR" -> act(m, x, o, key(flow, sent), Verb.UPLOAD, command, from, end);
      case "STOR", "STOU", "APPE" -> act(m, x, o, key(flow, sent), Verb.DOWNLOAD, command, from, end);
      case "DELE", "RMD", "XRMD" -> act(m, x, o, key(flow, sent), Verb.DELETE, command, from, end);
      case "MKD", "XMKD" -> act(m, x, o, key(flow, sent), Verb.CREATE, command, from, end);
      case "RNTO", "MFMT", "MFF" -> act(m, x, o, key(flow, sent), Verb.CONFIGURE, command, from, end);
      case "SITE" -> act(m, x, o, key(flow, sent), Verb.COMMAND, command, from, told);
      case "LIST", "NLST", "MLSD" -> act(m, x, o, key(flow, sent), Verb.READ, command, from, end);
      default -> {
        // says nothing that the contact does not say
      }
    }
    m.skip(m.remaining());
  }

  private static int end(Cursor m, int lineEnd) {
    return lineEnd > 1 && m.at(lineEnd - 2) == '\r' ? lineEnd - 2 : lineEnd - 1;
  }

  /** Behind the first word. */
  private static int word(Cursor m, int from, int end) {
    int space = m.indexOf(' ', from, end);
    return space < 0 ? end : space;
  }

  private static void act(Cursor m, Exchange x, Observer o, long key, Verb verb, int command, int from, int end) {
    if (x.news(x.source(), NEWS_COMMAND, Heads.digest(m, from, end - from) * 31 + command + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      Point point = end > from ? new Point.Named("path", Heads.slice(m, from, end - from)) : null;
      o.request(key, Acts.pending(x, "ftp", verb == Verb.CONNECT ? SECURE : COMMAND, verb, COMMANDS[command], point, null, ""));
    }
  }

  private static void reply(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int code = (m.at(0) - '0') * 100 + (m.at(1) - '0') * 10 + (m.at(2) - '0');
    if (code < 100 || code >= 600) {
      if (code < 0 || code > 999 || !digit(m.at(1)) || !digit(m.at(2))) {
        m.fail();
        return;
      }
      o.flaw(x, REPLY, "code", 0, m.wireLength());
    }
    t.operation("reply");
    t.field("code", code);
    int line = m.lineEnd(0);
    int end = Math.max(4, end(m, line < 0 ? m.length() : line));
    boolean greeting = code == 220;
    if (greeting && t.on()) {
      t.field("text", Heads.slice(m, Math.min(4, m.length()), end - Math.min(4, m.length())));
    } else if (line - 2 > 4) {
      // replies repeat names of users and of files
      t.secret("text", line - 2 - 4);
    }
    o.operation("reply");
    if (greeting && m.length() > 4 && x.news(x.source(), NEWS_BANNER, Heads.digest(m, 4, end - 4), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "ftp-server=" + Heads.slice(m, 4, end - 4).strip(), REPLY);
    }
    if (greeting && x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " ftp", REPLY);
    }
    long flow = x.flow();
    // RFC 959 §4.2: 1yz goes before the answer proper, 120 and the greeting answer nothing
    if (code >= 200 && x.recall(flow)) {
      long sent = x.recalledA();
      long answered = x.recalledB();
      boolean told = false;
      if (answered < (sent & SENT)) {
        answered++;
        told = o.outcome(key(flow, answered), CODES[code]);
      }
      // who is let in behind refused tries that were no news: that is
      if (code == LOGGED_IN && x.news(x.target(), NEWS_LOGGED_IN, x.source().hashCode() * 65_537L + x.serverPort() + (sent & ~SENT & ANONYMOUS - 1), AGAIN_SECONDS) && !told) {
        o.see(Acts.answered(x, "ftp", LOGIN, Verb.AUTHENTICATE, "PASS", new Value.Secret(0), (sent & ANONYMOUS) != 0 ? "anonymous, in clear" : "in clear", Outcome.OK));
      }
      x.remember(flow, sent, answered);
    }
    m.skip(m.remaining());
  }

  @Override
  public Cite cite() {
    return COMMAND;
  }
}
