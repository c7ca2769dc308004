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
import java.util.Arrays;

/**
 * RTSP 1.0 and 2.0 (RFC 2326, RFC 7826): heads; bodies and interleaved media are passed over.
 *
 * <pre>
 * request:  | method SP url SP RTSP/1.0 CRLF | name: value CRLF … | CRLF | body |         RFC 2326 §6
 * response: | RTSP/1.0 SP status SP reason CRLF | … | CRLF | body |                       RFC 2326 §7
 * media:    | $ | channel u8 | length u16 | packet |                                      RFC 2326 §10.12
 * </pre>
 *
 * <p>Credentials are an act {@link Verb#AUTHENTICATE} with their length; a user in a URL is cut out of it.
 */
final class Rtsp implements Dissector {
  private static final int PORT = 554;
  private static final Cite REQUEST = new Cite("RFC 2326", "6");
  private static final Cite RESPONSE = new Cite("RFC 2326", "7");
  private static final Cite MEDIA = new Cite("RFC 2326", "10.12");
  private static final Cite SERVER = new Cite("RFC 2326", "12.36");
  private static final Cite AUTHORIZATION = new Cite("RFC 2326", "12.5");

  private static final String[] METHODS = {"OPTIONS", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER",
      "REDIRECT", "RECORD", "PLAY_NOTIFY"};

  private static final int NEWS_REQUEST = 1;
  private static final int NEWS_CREDENTIALS = 2;
  private static final int NEWS_SERVER = 3;
  private static final int NEWS_AGENT = 4;
  private static final int AGAIN_SECONDS = 600;

  private static final Outcome[] STATUS = new Outcome[600];

  static {
    Arrays.setAll(STATUS, i -> i < 400 ? Outcome.OK : Outcome.error(Integer.toString(i)));
  }

  private final Heads field = new Heads();
  private long body;

  @Override
  public String name() {
    return "rtsp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("RTSP 1.0 and 2.0", "RFC 2326, RFC 7826",
        "heads, credentials as scheme and length",
        "bodies and interleaved media",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT, 8554};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  /** The start line names the protocol, in a request at its end. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (m.at(0) == '$') {
      boolean mine = x.recognised() || x.serverPort() == PORT && m.at(1) < 16;
      return !mine ? NOT_MINE : have < 4 ? MORE : 4;
    }
    boolean response = Heads.begins(m, "RTSP/");
    if (!response && Heads.method(m, METHODS) < 0) {
      return NOT_MINE;
    }
    int line = m.lineEnd(0);
    if (line < 0) {
      return have > 4096 ? NOT_MINE : MORE;
    }
    if (!response && !versioned(m, line)) {
      return NOT_MINE;
    }
    int end = Heads.end(m, line);
    if (end < 0) {
      return have > Heads.LONGEST ? NOT_MINE : MORE;
    }
    return end;
  }

  private static boolean versioned(Cursor m, int line) {
    int end = line - 1;
    if (end > 0 && m.at(end - 1) == '\r') {
      end--;
    }
    return end > 9 && m.at(end - 8) == 'R' && m.at(end - 7) == 'T' && m.at(end - 6) == 'S' && m.at(end - 5) == 'P' && m.at(end - 4) == '/';
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    if (m.peek(0) == '$') {
      m.skip(1);
      int channel = m.u8();
      int length = m.u16();
      t.message("rtsp", "interleaved");
      t.field("channel", channel);
      t.field("length", length);
      t.end();
      if (m.ok()) {
        o.operation("interleaved");
        body = length;
        if (length == 0) {
          o.flaw(x, MEDIA, "length", 2, m.wireLength());
        }
      }
      return;
    }
    int line = m.lineEnd(0);
    if (line < 0 || Heads.end(m, line) < 0) {
      // half a head: nothing in it is sure
      m.seek(m.length());
      m.skip(1);
      return;
    }
    if (m.startsWith("RTSP/")) {
      response(m, x, o);
    } else {
      request(m, x, o, line);
    }
    if (field.find(m, "content-length")) {
      body = Math.max(0, field.number(m));
      t.field("contentLength", body);
    }
    t.end();
    m.seek(m.length());
  }

  private long key(Cursor m, Exchange x) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ (field.find(m, "cseq") ? field.number(m) : -1);
  }

  private void request(Cursor m, Exchange x, Observer o, int line) {
    Transcript t = o.transcript();
    int method = Math.max(0, Heads.method(m, METHODS));
    String name = METHODS[method];
    t.message("rtsp", name);
    t.field("method", name);
    o.operation(name);
    int from = name.length() + 1;
    int to = from;
    while (to < line && m.at(to) > ' ') {
      to++;
    }
    int bare = userless(m, from, to);
    if (t.on()) {
      t.field("url", url(m, from, bare, to));
      if (bare > from) {
        t.secret("userInformation", bare - from);
      }
    }
    long key = key(m, x);
    if (!field.find(m, "cseq")) {
      o.flaw(x, REQUEST, "no-cseq", 0, m.wireLength());
    }
    boolean known = !x.news(x.source(), NEWS_REQUEST, Heads.digest(m, bare, to - bare) * 31 + method + x.target().hashCode() * 65_537L, AGAIN_SECONDS);
    if (!known) {
      Verb verb = method <= 1 ? Verb.READ : Verb.REQUEST;
      o.request(key, Acts.pending(x, "rtsp", REQUEST, verb, name, new Point.Named("path", url(m, from, bare, to)), null, ""));
    }
    o.secret(from, bare - from);
    if (field.find(m, "authorization")) {
      o.secret(field.at, field.length);
      t.secret("authorization", field.length);
      x.remember(key ^ 1L << 41, field.digest(m), 0);
      if (x.news(x.source(), NEWS_CREDENTIALS, field.length * 31L + x.target().hashCode(), AGAIN_SECONDS)) {
        boolean basic = m.at(field.at) == 'B' || m.at(field.at) == 'b';
        o.request(key ^ 1L << 40, Acts.pending(x, "rtsp", AUTHORIZATION, Verb.AUTHENTICATE, name, null, o.seals().authorization(m, field.at, field.length),
            basic ? "basic, in clear" : "digest"));
      }
    }
    banner(m, x, o, "user-agent", NEWS_AGENT, "rtsp-agent=", REQUEST);
  }

  /** Where the URL goes on behind a user and password, which nobody needs to know; its start where it has none. */
  private static int userless(Cursor m, int from, int to) {
    int slashes = 0;
    for (int i = from; i < to && slashes < 3; i++) {
      slashes += m.at(i) == '/' ? 1 : 0;
      if (m.at(i) == '@' && slashes == 2) {
        return i + 1;
      }
    }
    return from;
  }

  private static String url(Cursor m, int from, int bare, int to) {
    String rest = Heads.slice(m, bare, to - bare);
    return bare > from ? "rtsp://" + rest : rest;
  }

  private void banner(Cursor m, Exchange x, Observer o, String name, int news, String prefix, Cite cite) {
    if (field.find(m, name) && field.length > 0) {
      if (o.transcript().on()) {
        o.transcript().field(name, field.text(m));
      }
      if (x.news(x.source(), news, field.digest(m), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, prefix + field.text(m), cite);
      }
    }
  }

  private void response(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int space = 0;
    while (space < m.length() && m.at(space) > ' ') {
      space++;
    }
    int status = 0;
    for (int i = 1; i <= 3; i++) {
      int c = m.at(space + i);
      status = c >= '0' && c <= '9' ? status * 10 + (c - '0') : 1000;
    }
    t.message("rtsp", "response");
    t.field("status", status);
    if (status < 100 || status >= 600) {
      o.flaw(x, RESPONSE, "status", space + 1, m.wireLength());
      status = 599;
    }
    o.operation("response");
    long key = key(m, x);
    o.outcome(key, STATUS[status]);
    o.outcome(key ^ 1L << 40, STATUS[status]);
    if (x.recall(key ^ 1L << 41) && status == 401) {
      refused(x, o, x.recalledA());
    }
    banner(m, x, o, "server", NEWS_SERVER, "rtsp-server=", SERVER);
  }

  /** Different credentials that were refused are told in steps, as reads are: each request shows some, and guessing shows many. */
  private static void refused(Exchange x, Observer o, long credentials) {
    int told = x.reads(x.target(), (NEWS_CREDENTIALS + x.source().print()) * 0x9E3779B97F4A7C15L, credentials);
    if (told > 0) {
      Stamp stamp = x.stamp();
      o.see(new Act(stamp, x.target(), "rtsp", AUTHORIZATION, stamp.seq() + "." + stamp.n(), x.source(), x.serverPort(), Verb.AUTHENTICATE, "login", null, null, 0,
          "credentials refused", told, STATUS[401]));
    }
  }

  @Override
  public Cite cite() {
    return REQUEST;
  }
}
