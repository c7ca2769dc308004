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
 * RTSP 1.0 and 2.0 (RFC 2326, RFC 7826): heads and session descriptions; other bodies and interleaved media are passed over.
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
  private static final Cite SEQUENCE = new Cite("RFC 2326", "12.17");
  private static final Cite SERVER = new Cite("RFC 2326", "12.36");
  private static final Cite AUTHORIZATION = new Cite("RFC 2326", "12.5");

  private static final String[] METHODS = {"OPTIONS", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER",
      "REDIRECT", "RECORD", "PLAY_NOTIFY"};

  /** RFC 2326 §6.1: methods that others add, such as RealNetworks' PING. */
  private static final String EXTENSION = "extension-method";

  /** RFC 2326 §12.5, RFC 7826 §18.8, §18.36: what holds credentials or what follows from them. */
  private static final String[] CREDENTIALS = {"authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info"};

  /** RFC 2326 §12.11, §12.14, §12.25, §12.33: fields whose addresses may name a user. */
  private static final String[] ADDRESSES = {"content-base", "content-location", "location", "rtp-info", "referer", "referrer"};

  /** Longest body that is read with its head. */
  private static final int LONGEST_BODY = 1 << 13;

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
        "requests and responses with every field of their heads, ways of transport and session descriptions; credentials and sessions as length",
        "bodies other than SDP, interleaved media, RTSP over UDP and within TLS or HTTP",
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
    if (!response && Heads.method(m, METHODS) < 0 && !(x.recognised() && token(m))) {
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
    int octets = length(m);
    return octets <= LONGEST_BODY ? end + Math.max(0, octets) : end;
  }

  /** Whether it begins with a word as methods are. */
  private static boolean token(Cursor m) {
    for (int i = 0; i < Math.min(m.length(), 32); i++) {
      int c = m.at(i);
      if (c == ' ') {
        return i > 2;
      }
      if ((c < 'A' || c > 'Z') && c != '_' && c != '-') {
        return false;
      }
    }
    return m.length() < 32;
  }

  private int length(Cursor m) {
    return field.find(m, "content-length") ? field.number(m) : 0;
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
    t.message("rtsp", "message");
    int line = m.lineEnd(0);
    int head = line < 0 ? -1 : Heads.end(m, line);
    int octets = head < 0 ? 0 : length(m);
    boolean apart = octets > LONGEST_BODY;
    if (head < 0 || !apart && head + Math.max(0, octets) > m.length()) {
      // half a message: nothing in it is sure
      o.secret(0, m.wireLength());
      m.seek(m.length());
      m.skip(1);
      t.end();
      return;
    }
    if (m.startsWith("RTSP/")) {
      response(m, x, o, line);
    } else {
      request(m, x, o, line);
    }
    if (o.recording()) {
      guard(m, o);
    }
    if (apart) {
      body = octets;
      o.secretBody();
    } else if (octets > 0 && description(m)) {
      Sdp.keys(m, o, head);
      if (t.on()) {
        Sdp.tell(m, t, head);
      }
    } else {
      o.secret(head, Math.max(0, octets));
    }
    t.end();
    m.seek(m.length());
  }

  private boolean description(Cursor m) {
    if (!field.find(m, "content-type") || field.length < 15) {
      return false;
    }
    int back = m.position();
    m.seek(field.at);
    boolean sdp = m.startsWith("application/sdp");
    m.seek(back);
    return sdp;
  }

  /** Credentials, sessions and users wherever they may stand, for what is recorded. */
  private void guard(Cursor m, Observer o) {
    for (String name : CREDENTIALS) {
      boolean found = field.find(m, name);
      while (found) {
        o.secret(field.at, field.length);
        found = field.find(m, name, field.at);
      }
    }
    if (field.find(m, "session")) {
      int end = m.indexOf(';', field.at, field.at + field.length);
      o.secret(field.at, end < 0 ? field.length : end - field.at);
    }
    for (String name : ADDRESSES) {
      if (field.find(m, name)) {
        int end = field.at + field.length;
        for (int at = m.indexOf('@', field.at, end); at >= 0; at = m.indexOf('@', at + 1, end)) {
          int from = at;
          while (from > field.at && m.at(from - 1) != '/' && m.at(from - 1) != ',') {
            from--;
          }
          o.secret(from, at - from + 1);
        }
      }
    }
  }

  /** RFC 2326 §12.17: a response repeats the number of its request; servers ask too (§10.3, §10.10), and count for themselves. */
  private long key(Cursor m, Exchange x, boolean byClient) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ (byClient ? 0 : 1L << 42) ^ (field.find(m, "cseq") ? field.number(m) : -1);
  }

  private void request(Cursor m, Exchange x, Observer o, int line) {
    Transcript t = o.transcript();
    int method = Heads.method(m, METHODS);
    String name = method < 0 ? EXTENSION : METHODS[method];
    t.operation(name);
    o.operation(name);
    int from = 0;
    while (from < line && m.at(from) > ' ') {
      from++;
    }
    if (t.on()) {
      t.field("method", Heads.slice(m, 0, from));
    }
    from++;
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
      t.field("version", Heads.slice(m, to, line - to).strip());
      RtspFields.tell(m, t);
    }
    long key = key(m, x, x.fromClient());
    if (!field.find(m, "cseq")) {
      o.flaw(x, SEQUENCE, "no-cseq", 0, m.wireLength());
    }
    boolean known = !x.news(x.source(), NEWS_REQUEST, Heads.digest(m, bare, to - bare) * 31 + method + x.target().hashCode() * 65_537L, AGAIN_SECONDS);
    if (!known) {
      Verb verb = method == 0 || method == 1 ? Verb.READ : Verb.REQUEST;
      o.request(key, Acts.pending(x, "rtsp", REQUEST, verb, name, new Point.Named("path", url(m, from, bare, to)), null, ""));
    }
    o.secret(from, bare - from);
    if (field.find(m, "authorization")) {
      o.secret(field.at, field.length);
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
      if (x.news(x.source(), news, field.digest(m), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, prefix + field.text(m), cite);
      }
    }
  }

  private void response(Cursor m, Exchange x, Observer o, int line) {
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
    t.operation("response");
    t.field("status", status);
    if (t.on()) {
      t.field("version", Heads.slice(m, 0, space));
      t.field("reasonPhrase", Heads.slice(m, Math.min(space + 4, line), Math.max(0, line - space - 4)).strip());
      RtspFields.tell(m, t);
    }
    if (status < 100 || status >= 600) {
      o.flaw(x, RESPONSE, "status", space + 1, m.wireLength());
      status = 599;
    }
    o.operation("response");
    if (!field.find(m, "cseq")) {
      o.flaw(x, SEQUENCE, "no-cseq", 0, m.wireLength());
    }
    long key = key(m, x, !x.fromClient());
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
