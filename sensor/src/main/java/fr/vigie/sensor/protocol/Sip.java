package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SIP 2.0 over UDP and TCP (RFC 3261) with session descriptions (RFC 8866): who registers, who calls whom, with what agents and where the media
 * go. Credentials and passwords in addresses are secrets; names beside addresses are left out.
 *
 * <pre>
 * request:  | method SP uri SP SIP/2.0 CRLF | name: value CRLF … | CRLF | body |      RFC 3261 §7.1
 * response: | SIP/2.0 SP status SP reason CRLF | … | CRLF | body |                     RFC 3261 §7.2
 * body:     | v=0 CRLF | … c=IN IP4 address CRLF | m=audio port RTP/AVP … CRLF | … |   RFC 8866 §5
 * </pre>
 *
 * <p>Over TCP two or four octets of line end between messages keep the connection (RFC 5626 §3.5.1).
 */
final class Sip implements Dissector {
  private static final int PORT = 5060;
  private static final Cite REQUEST = new Cite("RFC 3261", "7.1");
  private static final Cite RESPONSE = new Cite("RFC 3261", "7.2");
  private static final Cite FIELDS = new Cite("RFC 3261", "8.1.1");
  private static final Cite AGENT = new Cite("RFC 3261", "20.41");
  private static final Cite SERVER = new Cite("RFC 3261", "20.35");
  private static final Cite AUTHORIZATION = new Cite("RFC 3261", "20.7");

  /** RFC 3261 §7.1 and the registry it made: further ones are RFC 3262, 3311, 3428, 3515, 3903, 6086, 6665. */
  private static final String[] METHODS = {"INVITE", "ACK", "OPTIONS", "BYE", "CANCEL", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE"};

  /** What each asks for; null where the dialogue that it belongs to was told. */
  private static final @Nullable Verb[] VERBS = {Verb.CONNECT, null, Verb.DISCOVER, null, null, Verb.REGISTER, null, Verb.SUBSCRIBE, Verb.NOTIFY, Verb.NOTIFY, null, Verb.COMMAND,
      Verb.NOTIFY, null};

  /** RFC 3261 §7.3.3: fields that have a short name. */
  private static final String[] SHORT = {"call-id", "i", "from", "f", "to", "t", "contact", "m", "content-length", "l", "content-type", "c"};

  /** Longest body that is read with its head. */
  private static final int LONGEST_BODY = 1 << 13;

  private static final int NEWS_REQUEST = 1;
  private static final int NEWS_CREDENTIALS = 2;
  private static final int NEWS_SERVER = 3;
  private static final int NEWS_AGENT = 4;
  private static final int NEWS_SERVICE = 5;
  private static final int AGAIN_SECONDS = 600;

  private static final Outcome[] STATUS = new Outcome[700];

  static {
    Arrays.setAll(STATUS, i -> i < 400 ? Outcome.OK : Outcome.error(Integer.toString(i)));
  }

  private final Transport transport;
  private final Heads field = new Heads();
  /** Of the address that {@link #bounds} found. */
  private final int[] ends = new int[2];

  private long body;

  Sip(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "sip";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("SIP 2.0", "RFC 3261, RFC 8866",
        "requests and responses with every field of their heads and session descriptions; registrations, callers and called, agents, address and ports of the media",
        "credentials, names beside addresses and subjects but for their length; bodies other than SDP; SIP within TLS; media flows are recognised on their own, not by what SDP says",
        "tshark, messages and captures");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
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
    boolean datagram = transport == Transport.UDP;
    if (m.at(0) == '\r' || m.at(0) == '\n') {
      return x.recognised() ? kept(m, datagram) : NOT_MINE;
    }
    boolean response = Heads.begins(m, "SIP/2.0 ");
    if (!response && Heads.method(m, METHODS) < 0) {
      return NOT_MINE;
    }
    int line = m.lineEnd(0);
    if (line < 0) {
      return have > 4096 || datagram ? NOT_MINE : MORE;
    }
    if (!response && !versioned(m, line)) {
      return NOT_MINE;
    }
    if (datagram) {
      return m.wireLength();
    }
    int end = Heads.end(m, line);
    if (end < 0) {
      return have > Heads.LONGEST ? NOT_MINE : MORE;
    }
    int octets = length(m);
    return octets <= LONGEST_BODY ? end + Math.max(0, octets) : end;
  }

  private static int kept(Cursor m, boolean datagram) {
    int end = 0;
    while (end < m.length() && end < 4 && (m.at(end) == '\r' || m.at(end) == '\n')) {
      end++;
    }
    return datagram ? m.wireLength() : end;
  }

  private static boolean versioned(Cursor m, int line) {
    int end = line - 1;
    if (end > 0 && m.at(end - 1) == '\r') {
      end--;
    }
    String version = " SIP/2.0";
    for (int i = 0; i < version.length(); i++) {
      if (m.at(end - version.length() + i) != version.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A field by its name or its short name. */
  private boolean find(Cursor m, String name) {
    if (field.find(m, name)) {
      return true;
    }
    for (int i = 0; i < SHORT.length; i += 2) {
      if (SHORT[i].equals(name)) {
        return field.find(m, SHORT[i + 1]);
      }
    }
    return false;
  }

  private int length(Cursor m) {
    return find(m, "content-length") ? field.number(m) : 0;
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    if (m.peek(0) == '\r' || m.peek(0) == '\n') {
      t.message("sip", "keepAlive");
      m.skip(m.wireLength());
      if (m.ok()) {
        o.operation("keepAlive");
      }
      t.end();
      return;
    }
    t.message("sip", "message");
    int line = m.lineEnd(0);
    int head = line < 0 ? -1 : Heads.end(m, line);
    int octets = head < 0 ? 0 : length(m);
    boolean whole = head >= 0 && (octets > LONGEST_BODY && transport == Transport.TCP || head + Math.max(0, octets) <= m.length());
    if (!whole) {
      // half a message: nothing in it is sure
      o.secret(0, m.wireLength());
      m.seek(m.length());
      m.skip(1);
    } else {
      if (m.startsWith("SIP/")) {
        response(m, x, o);
      } else {
        request(m, x, o, line, head);
      }
      if (octets > 0) {
        if (octets > LONGEST_BODY && transport == Transport.TCP) {
          body = octets;
          o.secretBody();
        } else if (t.on() && description(m)) {
          Sdp.tell(m, t, head);
        }
        if (!description(m)) {
          o.secret(head, m.wireLength() - head);
        } else if (o.recording()) {
          Sdp.keys(m, o, head);
        }
      }
      m.seek(m.length());
    }
    t.end();
  }

  private boolean description(Cursor m) {
    if (!find(m, "content-type") || field.length < 15) {
      return false;
    }
    int back = m.position();
    m.seek(field.at);
    boolean sdp = m.startsWith("application/sdp");
    m.seek(back);
    return sdp;
  }

  /** RFC 3261 §17.1.3, §8.2.6: a response has the call, number and method of its request. */
  private long key(Cursor m) {
    long call = find(m, "call-id") ? field.digest(m) : 0;
    long sequence = find(m, "cseq") ? field.digest(m) : 0;
    return call * 0x9E3779B97F4A7C15L ^ sequence;
  }

  private void request(Cursor m, Exchange x, Observer o, int line, int head) {
    Transcript t = o.transcript();
    int method = Math.max(0, Heads.method(m, METHODS));
    String name = METHODS[method];
    t.operation(name);
    t.field("method", name);
    o.operation(name);
    int from = name.length() + 1;
    int to = from;
    while (to < line && m.at(to) > ' ') {
      to++;
    }
    guard(m, o, from, to);
    if (t.on()) {
      t.begin("requestUri");
      SipFields.uri(t, Heads.slice(m, from, to - from));
      t.close();
      SipFields.tell(m, t);
    }
    parties(m, x, o, true);
    Verb verb = VERBS[method];
    if (verb != null && x.news(x.source(), NEWS_REQUEST, (Heads.digest(m, from, to - from) * 31 + method) * 31 + party(m, "to") + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      boolean registers = verb == Verb.REGISTER;
      String point = registers ? named(m, "to") : address(m, from, to);
      String detail = registers ? "" : "from " + named(m, "from");
      String media = description(m) ? media(m, head) : "";
      if (!media.isEmpty()) {
        detail += ", media to " + media;
      }
      o.request(key(m), Acts.pending(x, "sip", REQUEST, verb, name, new Point.Named("sip", point), null, detail));
    }
    credentials(m, x, o, "authorization", name);
    credentials(m, x, o, "proxy-authorization", name);
    banner(m, x, o, "user-agent", NEWS_AGENT, "sip-agent=", AGENT);
  }

  private void response(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int status = 0;
    for (int i = 8; i <= 10; i++) {
      int c = m.at(i);
      status = c >= '0' && c <= '9' ? status * 10 + (c - '0') : 1000;
    }
    t.operation("response");
    t.field("status", status);
    if (t.on()) {
      int line = m.lineEnd(0);
      t.field("reasonPhrase", Heads.slice(m, 11, Math.max(0, line - 11)).strip());
      SipFields.tell(m, t);
    }
    if (status < 100 || status >= 700) {
      o.flaw(x, RESPONSE, "status", 8, m.wireLength());
      status = 699;
    }
    o.operation("response");
    parties(m, x, o, false);
    if (status >= 200) {
      long key = key(m);
      o.outcome(key, STATUS[status]);
      o.outcome(key ^ 1L << 40, STATUS[status]);
    }
    banner(m, x, o, "server", NEWS_SERVER, "sip-server=", SERVER);
    banner(m, x, o, "user-agent", NEWS_AGENT, "sip-agent=", AGENT);
    if (x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER) && !x.fromClient()) {
      o.claim(x, x.source(), Trait.SERVICE, (transport == Transport.UDP ? "udp/" : "tcp/") + x.serverPort() + " sip", RESPONSE);
    }
  }

  /** RFC 3261 §8.1.1: what each message must have. */
  private void parties(Cursor m, Exchange x, Observer o, boolean request) {
    boolean from = find(m, "from");
    if (from) {
      guard(m, o, field.at, field.at + field.length);
    }
    boolean to = find(m, "to");
    if (to) {
      guard(m, o, field.at, field.at + field.length);
    }
    if (find(m, "contact")) {
      guard(m, o, field.at, field.at + field.length);
    }
    if (!from || !to || !find(m, "call-id") || !find(m, "cseq")) {
      o.flaw(x, request ? FIELDS : RESPONSE, "required", 0, m.wireLength());
    }
  }

  /** A digest of the address in a field. */
  private long party(Cursor m, String name) {
    if (!find(m, name)) {
      return 0;
    }
    bounds(m, field.at, field.at + field.length);
    return Heads.digest(m, ends[0], ends[1] - ends[0]);
  }

  /** The address in a field, without the name before it and the parameters behind it. */
  private String named(Cursor m, String name) {
    if (!find(m, name)) {
      return "";
    }
    bounds(m, field.at, field.at + field.length);
    return address(m, ends[0], ends[1]);
  }

  /** RFC 3261 §20.10: {@code "name" <uri>; parameters}, or {@code uri; parameters}: where the address begins and ends, into {@link #ends}. */
  private void bounds(Cursor m, int from, int to) {
    int open = m.indexOf('<', from, to);
    int start = open < 0 ? from : open + 1;
    int close = open < 0 ? m.indexOf(';', from, to) : m.indexOf('>', start, to);
    ends[0] = start;
    ends[1] = close < 0 ? to : close;
  }

  /** Says where the password in an address lies: RFC 3261 §19.1.1, {@code sip:user:password@host}. */
  private static void guard(Cursor m, Observer o, int first, int to) {
    // a name in quotes may hold an @ of its own
    int open = m.indexOf('<', first, to);
    int from = open < 0 ? first : open + 1;
    int at = m.indexOf('@', from, to);
    int colon = at < 0 ? -1 : m.indexOf(':', from, at);
    int second = colon < 0 ? -1 : m.indexOf(':', colon + 1, at);
    if (second >= 0) {
      o.secret(second + 1, at - second - 1);
    }
  }

  private static String address(Cursor m, int from, int to) {
    int at = m.indexOf('@', from, to);
    int colon = at < 0 ? -1 : m.indexOf(':', from, at);
    int second = colon < 0 ? -1 : m.indexOf(':', colon + 1, at);
    return second < 0 ? Heads.slice(m, from, to - from) : Heads.slice(m, from, second - from) + Heads.slice(m, at, to - at);
  }

  private void credentials(Cursor m, Exchange x, Observer o, String name, String method) {
    if (!field.find(m, name)) {
      return;
    }
    int length = field.length;
    int at = field.at;
    boolean basic = (m.at(at) | 32) == 'b';
    o.secret(at, length);
    // RFC 3261 §22.3: one for each realm
    while (field.find(m, name, field.at)) {
      o.secret(field.at, field.length);
    }
    if (x.news(x.source(), NEWS_CREDENTIALS, length * 31L + x.target().hashCode(), AGAIN_SECONDS)) {
      o.request(key(m) ^ 1L << 40, Acts.pending(x, "sip", AUTHORIZATION, Verb.AUTHENTICATE, method, null, o.seals().authorization(m, at, length), basic ? "basic, in clear" : "digest"));
    }
  }

  private void banner(Cursor m, Exchange x, Observer o, String name, int news, String prefix, Cite cite) {
    if (field.find(m, name) && field.length > 0) {
      if (x.news(x.source(), news, field.digest(m), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, prefix + field.text(m), cite);
      }
    }
  }

  // ---- session descriptions

  /** RFC 8866 §5.7, §5.14: where the media of the session are wanted. */
  private String media(Cursor m, int head) {
    String address = "";
    StringBuilder ports = new StringBuilder();
    int line = head;
    while (line > 0 && line < m.length()) {
      int next = m.lineEnd(line);
      int end = next < 0 ? m.length() : next;
      if (m.at(line) == 'c' && m.at(line + 1) == '=' && address.isEmpty()) {
        address = word(m, line + 2, end, 2);
      } else if (m.at(line) == 'm' && m.at(line + 1) == '=' && ports.length() < 64) {
        ports.append(ports.isEmpty() ? "" : ", ").append(word(m, line + 2, end, 0)).append(' ').append(word(m, line + 2, end, 1));
      }
      line = next;
    }
    return ports.isEmpty() ? "" : address + " " + ports;
  }

  /** The n-th word of a line. */
  private static String word(Cursor m, int from, int to, int n) {
    int at = from;
    for (int i = 0; i < n; i++) {
      while (at < to && m.at(at) > ' ') {
        at++;
      }
      at++;
    }
    int end = at;
    while (end < to && m.at(end) > ' ') {
      end++;
    }
    return at < end ? Heads.slice(m, at, end - at) : "";
  }

  @Override
  public Cite cite() {
    return REQUEST;
  }
}
