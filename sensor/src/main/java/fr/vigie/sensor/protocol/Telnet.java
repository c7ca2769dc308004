package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * Telnet (RFC 854, RFC 855): the options both sides negotiate, the server's first words, and whether a password was accepted as far as the
 * server's words show it. Whatever is typed is secret, and so is all that the server sends once something was typed, for it echoes.
 *
 * <pre>
 * | 255 IAC | 251 WILL, 252 WON'T, 253 DO, 254 DON'T | option u8 |      RFC 854, "Telnet command structure"
 * | 255 | 250 SB | option u8 | … | 255 | 240 SE |                        RFC 855
 * | 255 | 241 … 249 |, | 255 255 | for 255, and text
 * </pre>
 *
 * <p>Nothing in the framing proves itself, so it is asked on its ports alone, and a flow is Telnet's once a command was negotiated. A message
 * here is what has arrived.
 */
final class Telnet implements Dissector {
  private static final Cite COMMAND = new Cite("RFC 854", "Telnet command structure");
  private static final Cite TEXT = new Cite("RFC 854", "The NVT printer and keyboard");

  private static final int IAC = 255;
  private static final int SB = 250;
  private static final int SE = 240;
  private static final int WILL = 251;
  private static final int DONT = 254;

  /** Longest subnegotiation that is waited for. */
  private static final int LONGEST = 2048;

  private static final int NEWS_BANNER = 1;
  private static final int NEWS_SERVICE = 2;
  private static final int NEWS_LOGIN = 3;
  private static final int NEWS_LOGGED_IN = 4;
  private static final int AGAIN_SECONDS = 600;
  private static final int MOST_BANNER = 120;

  /** What a flow has come to: the client has typed; a password was asked for; it was given. */
  private static final int TYPED = 1;

  private static final int ASKED = 2;
  private static final int GIVEN = 4;

  private static final String LOGIN = "password, in clear";

  private static final Outcome REFUSED = Outcome.error("refused");

  /** By these a server says that it did not believe the password, in the languages its words are written in. */
  private static final String[] REFUSALS = {"incorrect", "invalid", "denied", "failed", "failure", "refus", "wrong", "bad password", "login:", "username:", "password:"};

  @Override
  public String name() {
    return "telnet";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Telnet", "RFC 854, RFC 855",
        "commands and options, first words of the server, outcome of a password as the words tell it",
        "all that is typed or echoed; Telnet without a negotiation at its beginning",
        "messages of the standard, tshark");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {23, 107, 2323};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  /** What has arrived, without a command that is not there to its end. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (!x.recognised()) {
      // the first thing said must be a negotiation
      if (m.at(0) != IAC || have > 1 && (m.at(1) < SB || m.at(1) > DONT)) {
        return NOT_MINE;
      }
    }
    int at = 0;
    while (at < have) {
      int next = next(m, at);
      if (next < 0) {
        break;
      }
      at = next;
    }
    return at > 0 ? at : have >= LONGEST ? have : MORE;
  }

  /** Behind the command or the text at an offset; -1 where a command is not there to its end. */
  private static int next(Cursor m, int at) {
    int have = m.length();
    if (m.at(at) != IAC) {
      int command = m.indexOf(IAC, at, have);
      return command < 0 ? have : command;
    }
    if (at + 1 >= have) {
      return -1;
    }
    int code = m.at(at + 1);
    if (code >= WILL && code <= DONT) {
      return at + 3 <= have ? at + 3 : -1;
    }
    if (code != SB) {
      return at + 2;
    }
    int end = at + 2;
    while (end < have && end - at < LONGEST) {
      end = m.indexOf(IAC, end, have);
      if (end < 0 || end + 1 >= have) {
        return -1;
      }
      if (m.at(end + 1) == SE) {
        return end + 2;
      }
      end += 2;
    }
    return end < have ? end : -1;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    boolean server = !x.fromClient();
    long flow = x.flow();
    // what was said before and is forgotten may have been a login: then nothing is a banner any more
    boolean known = x.recall(flow);
    int state = known ? (int) x.recalledA() : x.gap() || x.recognised() ? TYPED : 0;
    // digest of what was typed since the last password was answered: the user's name, which is nobody's business and differs from another's
    long user = known ? x.recalledB() : 0;
    t.message("telnet", "data");
    int at = 0;
    int text = 0;
    int commands = 0;
    int textAt = -1;
    while (at < m.length()) {
      int next = next(m, at);
      if (next < 0) {
        o.secret(at, m.wireLength() - at);
        m.seek(m.length());
        m.skip(1);
        break;
      }
      if (m.at(at) == IAC) {
        commands++;
        command(m, o, at, next);
      } else {
        if (!server || (state & TYPED) != 0) {
          o.secret(at, next - at);
        }
        textAt = textAt < 0 ? at : textAt;
        text += next - at;
      }
      at = next;
    }
    if (text > 0) {
      if (server && (state & TYPED) == 0) {
        t.field("textOctets", text);
      } else {
        t.secret("text", text);
      }
    }
    if (m.ok() && !m.cut()) {
      m.seek(m.length());
      o.operation(commands > 0 ? "command" : "data");
      t.operation(commands > 0 ? "command" : "data");
      if (text > 0) {
        if (!server && (state & (ASKED | GIVEN)) == 0) {
          user = user * 31 + Heads.digest(m, textAt, m.length() - textAt);
        }
        boolean given = (state & GIVEN) != 0;
        state = server ? server(m, x, o, textAt, state, user) : client(m, x, o, textAt, state, user);
        user = given && (state & GIVEN) == 0 ? 0 : user; // the password was answered
      }
      if (server && x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " telnet", COMMAND);
      }
    }
    x.remember(flow, state, user);
    t.end();
  }

  private static void command(Cursor m, Observer o, int at, int next) {
    Transcript t = o.transcript();
    int code = m.at(at + 1);
    if (code == SB) {
      // terminal type, window, environment: of the client's they may hold a user's name (RFC 1572), or credentials (RFC 2941)
      o.secret(at + 3, next - at - 5);
    }
    if (!t.on()) {
      return;
    }
    t.begin("command");
    t.field("code", code);
    t.field("name", switch (code) {
      case SE -> "SE";
      case 241 -> "NOP";
      case 242 -> "DM";
      case 243 -> "BRK";
      case 244 -> "IP";
      case 245 -> "AO";
      case 246 -> "AYT";
      case 247 -> "EC";
      case 248 -> "EL";
      case 249 -> "GA";
      case SB -> "SB";
      case WILL -> "WILL";
      case 252 -> "WONT";
      case 253 -> "DO";
      case DONT -> "DONT";
      default -> "unknown";
    });
    if (code >= SB && code <= DONT) {
      t.field("option", m.at(at + 2));
      t.field("optionName", option(m.at(at + 2)));
      if (code == SB) {
        t.secret("parameters", Math.max(0, next - at - 5));
      }
    }
    t.close();
  }

  /** IANA's registry of Telnet options. */
  private static String option(int code) {
    return switch (code) {
      case 0 -> "binary";
      case 1 -> "echo";
      case 3 -> "suppress-go-ahead";
      case 5 -> "status";
      case 6 -> "timing-mark";
      case 24 -> "terminal-type";
      case 31 -> "window-size";
      case 32 -> "terminal-speed";
      case 33 -> "remote-flow-control";
      case 34 -> "linemode";
      case 35 -> "x-display-location";
      case 36 -> "environment";
      case 37 -> "authentication";
      case 38 -> "encryption";
      case 39 -> "new-environment";
      case 44 -> "com-port-control";
      default -> "option";
    };
  }

  /** A password is over with the end of its line. A log-in is news once in ten minutes for a server and a user, whose name is the digest of what was typed. */
  private static int client(Cursor m, Exchange x, Observer o, int from, int state, long user) {
    int now = state | TYPED;
    boolean line = m.indexOf('\r', from, m.length()) >= 0 || m.indexOf('\n', from, m.length()) >= 0;
    if ((state & ASKED) != 0 && line) {
      if (x.news(x.source(), NEWS_LOGIN, server(x.target(), x) * 31 + user, AGAIN_SECONDS)) {
        // typed key by key, so its length is not in one message
        o.request(x.flow(), Acts.pending(x, "telnet", TEXT, Verb.AUTHENTICATE, "login", null, new Value.Secret(0), LOGIN));
      }
      now = now & ~ASKED | GIVEN;
    }
    return now;
  }

  private static long server(Endpoint server, Exchange x) {
    return server.hashCode() * 65_537L + x.serverPort();
  }

  private static int server(Cursor m, Exchange x, Observer o, int from, int state, long user) {
    int now = state;
    if ((state & TYPED) == 0) {
      banner(m, x, o, from);
    }
    boolean words = false;
    for (int i = from; i < m.length() && !words; i++) {
      words = m.at(i) > ' ' && m.at(i) < 0x7F && m.at(i) != '*';
    }
    if ((state & GIVEN) != 0 && words) {
      boolean refused = false;
      for (String refusal : REFUSALS) {
        refused |= contains(m, from, refusal);
      }
      boolean told = o.outcome(x.flow(), refused ? REFUSED : Outcome.OK);
      // who is let in behind refused tries that were no news: that is
      if (!refused && x.news(x.target(), NEWS_LOGGED_IN, server(x.source(), x) * 31 + user, AGAIN_SECONDS) && !told) {
        o.see(Acts.answered(x, "telnet", TEXT, Verb.AUTHENTICATE, "login", new Value.Secret(0), LOGIN, Outcome.OK));
      }
      now &= ~GIVEN;
    }
    if (contains(m, from, "password:") || contains(m, from, "password for") || contains(m, from, "mot de passe") || contains(m, from, "passwort:") || contains(m, from, "passcode")) {
      now |= ASKED;
    }
    return now;
  }

  /** The server's first words, before anybody typed: one line of them. */
  private static void banner(Cursor m, Exchange x, Observer o, int from) {
    int at = from;
    while (at < m.length() && (m.at(at) <= ' ' || m.at(at) > '~')) {
      at++;
    }
    int end = at;
    while (end < m.length() && end - at < MOST_BANNER && m.at(end) >= ' ' && m.at(end) <= '~') {
      end++;
    }
    if (end > at && x.news(x.source(), NEWS_BANNER, Heads.digest(m, at, end - at), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "telnet-server=" + Heads.slice(m, at, end - at).strip(), TEXT);
    }
  }

  private static boolean contains(Cursor m, int from, String words) {
    for (int i = from; i + words.length() <= m.length(); i++) {
      int k = 0;
      while (k < words.length() && lower(m.at(i + k)) == words.charAt(k)) {
        k++;
      }
      if (k == words.length()) {
        return true;
      }
    }
    return false;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  @Override
  public Cite cite() {
    return COMMAND;
  }
}
