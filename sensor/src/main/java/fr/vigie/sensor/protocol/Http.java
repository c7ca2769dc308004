package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * HTTP/1.0 and HTTP/1.1, heads only (RFC 9110, RFC 9112).
 *
 * <pre>
 * request:  | method SP target SP HTTP/1.x CRLF | name: value CRLF … | CRLF | body |
 * response: | HTTP/1.x SP status [SP reason] CRLF | name: value CRLF … | CRLF | body |
 * chunk:    | size in hex [; extension] CRLF | data | CRLF |  …  | 0 CRLF | trailer fields | CRLF |
 * </pre>
 *
 * A message is a head, or the size line of a chunk; the octets of bodies and chunks are passed over ({@link #skip}). A request is an act
 * {@link Verb#REQUEST} on its path, told again after ten minutes for the same client, server, method, path and credentials; its status is
 * the outcome. Credentials are an act {@link Verb#AUTHENTICATE}: scheme and length, never the value; of cookies and queries only the
 * length is kept, and of what looks like a key in a path. Of a front page the title is read, where it stands within the first 2,048 octets of
 * a body that is not compressed: what has been read of it is a message too, and what follows is passed over. That bodies follow RFC 9112
 * §6.3 needs the method of each request at its response: requests and responses are counted per flow. Where messages end is in
 * {@link HttpFraming}, what of a target may be told in {@link HttpTarget}.
 */
final class Http implements Dissector {
  private static final Cite REQUEST = new Cite("RFC 9110", "9.3");
  private static final Cite SERVER = new Cite("RFC 9110", "10.2.4");
  private static final Cite AGENT = new Cite("RFC 9110", "10.1.5");
  private static final Cite CHALLENGE = new Cite("RFC 9110", "11.6.1");
  private static final Cite CREDENTIALS = new Cite("RFC 9110", "11.6.2");
  private static final Cite STATUS = new Cite("RFC 9110", "15");
  private static final Cite FIELDS = new Cite("RFC 9112", "5");
  private static final Cite LENGTH = new Cite("RFC 9112", "6.3");
  private static final Cite VERSION = new Cite("RFC 9112", "2.3");
  private static final Cite TITLE = new Cite("HTML", "4.2.2");
  private static final Cite SMUGGLING = new Cite("RFC 9112", "6.1");

  /** RFC 9110 §9.3, RFC 5789, RFC 4918 §9 (WebDAV) and UPnP; any other token is told as {@code other}. */
  private static final String[] METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND",
      "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "M-SEARCH", "REPORT"};

  private static final String OTHER = "other";
  private static final int GET = 0;
  private static final int HEAD = 1;
  private static final int CONNECT = 5;
  private static final int POST = 2;
  private static final int PUT = 3;
  private static final int PATCH = 8;

  /** Schemes of the IANA registry that are seen on building networks; told lower-case. */
  private static final String[] SCHEMES = {"Basic", "Digest", "Bearer", "Negotiate", "NTLM", "SCRAM-SHA-256"};

  /** Octets of the name of a SOAP action. */
  private static final int LONGEST_ACTION = 64;

  private static final int NEWS_REQUEST = 1;
  /** Octets of {@code Basic } before the login. */
  private static final int BASIC = 6;

  private static final int NEWS_CREDENTIALS = 2;
  private static final int NEWS_SERVER = 3;
  private static final int NEWS_AGENT = 4;
  private static final int NEWS_REALM = 5;
  private static final int NEWS_SERVICE = 6;
  private static final int NEWS_LOOK = 7;
  private static final int NEWS_TITLE = 8;
  private static final int AGAIN = 600;

  /** Seconds within which a server's pages are looked at once. */
  private static final int LOOK_AGAIN = 10;

  /** What is remembered of a direction whose body is under way: it may hold credentials; its page has a title to be found; chunks. */
  private static final int SECRET = 1;

  private static final int PAGE = 2;
  private static final int CHUNKED = 4;

  /** Kinds of keys in the exchange's memory. */
  private static final long COUNTS = 0x1001;

  private static final long CHUNKS = 0x2002;
  private static final long METHOD = 0x3003;
  private static final long ACT = 0x4004;
  private static final long CREDENTIAL_ACT = 0x5005;

  private long skip;
  private boolean lengthSeen;
  private long contentLength;
  private boolean chunked;
  private boolean encoded;
  private boolean html;
  private boolean compressed;
  private final HtmlTitle title = new HtmlTitle();
  private int authorizationAt;
  private int authorization;
  private int cookie;
  private boolean cookieSet;
  private int serverAt;
  private int server;
  private int agentAt;
  private int agent;
  private int challengeAt;
  private int challenge;
  private int actionAt;
  private int action;

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("HTTP/1.0 and 1.1", "RFC 9110, RFC 9112",
        "heads of requests and responses, credentials as scheme and length, titles of front pages that are not compressed",
        "bodies otherwise, cookies, queries; HTTP/2 and HTTP/3",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {80, 8080, 8000, 8008, 8081, 8888, 3128, 49152, 5000};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  /** A version in the first line and a blank line at the end of the head prove it. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    long chunks = key(x, CHUNKS, x.fromClient() ? 1 : 2);
    if (x.recall(chunks)) {
      long state = x.recalledA();
      long left = x.recalledB();
      boolean chunk = (state & CHUNKED) != 0 && left == 0;
      // what was lost may have held the rest of the page
      int end = chunk ? HttpFraming.chunk(m) : x.gap() ? NOT_MINE : HttpFraming.page(m, left);
      if (end != NOT_MINE) {
        x.remember(chunks, state, left);
        return end;
      }
    }
    return HttpFraming.head(m);
  }

  private static long key(Exchange x, long kind, long n) {
    return x.flow() ^ (kind * 0x9E3779B97F4A7C15L + n) * 0xBF58476D1CE4E5B9L;
  }

  @Override
  public long skip(Exchange exchange) {
    return skip;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer observer) {
    skip = 0;
    long chunks = key(x, CHUNKS, x.fromClient() ? 1 : 2);
    if (x.recall(chunks)) {
      boolean page = x.recalledB() > 0;
      if (page || HttpFraming.chunk(m) > 0) {
        if (page) {
          title(m, x, chunks, observer);
        } else {
          chunkSize(m, x, chunks, observer);
        }
        m.seek(m.length());
        return;
      }
    }
    while (m.peek(0) == '\r' || m.peek(0) == '\n') {
      m.skip(1);
    }
    int start = m.position();
    int line = m.lineEnd(start);
    if (line < 0 || HttpFraming.blank(m, line) <= 0) {
      // Half a head: nothing in it is sure.
      m.seek(m.length());
      m.skip(1);
      return;
    }
    if (m.startsWith("HTTP/1.")) {
      response(m, x, observer, line);
    } else {
      request(m, x, observer, line);
    }
  }

  private void chunkSize(Cursor m, Exchange x, long chunks, Observer observer) {
    long state = x.recalledA();
    long size = 0;
    for (int at = 0; HttpFraming.digit(m.at(at)) >= 0 && at < 16 && at < m.length(); at++) {
      size = size << 4 | HttpFraming.digit(m.at(at));
    }
    if (size != 0) {
      // The CR and LF behind the data belong to the chunk.
      long octets = size < 0 || size > Long.MAX_VALUE - 2 ? UNTIL_CLOSE : size + 2;
      boolean page = (state & PAGE) != 0;
      skip = page ? 0 : octets;
      x.remember(chunks, state, page ? octets : 0);
    } else {
      int trailer = m.lineEnd(0);
      observer.secret(trailer, m.length() - trailer - 2);
    }
    if ((state & SECRET) != 0) {
      observer.secretBody();
    }
  }

  /** The first octets of a page: its title, and what is left to pass over. */
  private void title(Cursor m, Exchange x, long chunks, Observer observer) {
    long state = x.recalledA();
    long left = x.recalledB();
    boolean secret = (state & SECRET) != 0;
    boolean found = title.find(m);
    observer.part();
    if (secret) {
      observer.secret(0, found ? title.at : m.length());
      observer.secretBody();
    }
    Transcript t = observer.transcript();
    if (found && t.on()) {
      t.message("http", "title");
      t.field("title", title.text(m));
      t.end();
    }
    if (found) {
      m.seek(title.at);
      if (x.news(x.source(), NEWS_TITLE, m.digest(title.length) + x.sourcePort(), Exchange.FOREVER)) {
        observer.claim(x, x.source(), Trait.BANNER, "http-title=" + title.text(m), TITLE);
      }
    }
    skip = left == UNTIL_CLOSE ? UNTIL_CLOSE : Math.max(0, left - m.wireLength());
    if ((state & CHUNKED) != 0) {
      x.remember(chunks, state & ~PAGE, 0);
    }
  }

  /** RFC 9112 §3. */
  private void request(Cursor m, Exchange x, Observer observer, int line) {
    Transcript t = observer.transcript();
    int start = m.position();
    int end = HttpFraming.trimmed(m, line);
    int space = m.find(' ');
    int last = HttpFraming.version(m, start, line);
    if (space < 0 || space >= last) {
      m.fail();
      return;
    }
    if (last != end - 9) {
      observer.flaw(x, VERSION, "malformed version", last + 1, end - last - 1);
    }
    int method = method(m);
    String operation = method < 0 ? OTHER : METHODS[method];
    int from = method == CONNECT ? HttpTarget.userless(m, space + 1, last) : HttpTarget.path(m, space + 1, last);
    int query = HttpTarget.queryless(m, from, last);
    if (t.on()) {
      t.message("http", operation);
      m.seek(start);
      t.field("method", m.text(space - start));
      t.field("path", HttpTarget.veiled(m, from, query));
      if (query < last) {
        t.secret("query", last - query - 1);
      }
      m.seek(last + 1);
      t.field("version", m.text(end - last - 1));
    }
    if (observer.recording()) {
      HttpTarget.veil(m, observer, space + 1, from, query, last);
    }
    fields(m, x, observer, line);
    if (!m.ok()) {
      end(t);
      return;
    }
    int head = m.position();
    observer.operation(operation);
    long index = sent(x, method, method == GET && HttpTarget.front(m, from, query, last));
    m.seek(from);
    long path = m.digest(query - from);
    m.seek(query);
    boolean backdoor = HttpTarget.contains(m, query, last, HttpTarget.BACKDOOR);
    int credentials = authorization;
    m.seek(actionAt);
    long asked = action == 0 ? 0 : m.digest(action);
    long what = asked * 0x94D049BB133111EBL + path * 31 + method * 0x9E3779B97F4A7C15L + x.target().hashCode() * 0xBF58476D1CE4E5B9L + x.serverPort()
        + (backdoor ? 1L << 40 : 0) + (credentials > 0 ? 1L << 41 : 0);
    if (x.news(x.source(), NEWS_REQUEST, what, AGAIN)) {
      String text = HttpTarget.veiled(m, from, Math.min(query, from + 512));
      Stamp stamp = x.stamp();
      observer.request(key(x, ACT, index), new Act(stamp, x.source(), name(), REQUEST, stamp.seq() + "." + stamp.n(), x.target(),
          x.serverPort(), Verb.REQUEST, operation, new Point.Named("path", text), null, 0,
          detail(m, last - query, backdoor), Outcome.PENDING));
    }
    if (credentials > 0) {
      m.seek(authorizationAt);
      int scheme = scheme(m);
      // a published login is news behind any other
      boolean published = KnownDefaults.login(m, authorizationAt + BASIC, credentials - BASIC);
      if (x.news(x.source(), NEWS_CREDENTIALS, (x.target().hashCode() * 31L + x.serverPort()) * 31 + scheme + (published ? 1L << 40 : 0), AGAIN)) {
        Stamp stamp = x.stamp();
        observer.request(key(x, CREDENTIAL_ACT, index), new Act(stamp, x.source(), name(), CREDENTIALS, stamp.seq() + "." + stamp.n(),
            x.target(), x.serverPort(), Verb.AUTHENTICATE, scheme < 0 ? OTHER : SCHEMES[scheme].toLowerCase(Locale.ROOT), null,
            observer.seals().authorization(m, authorizationAt, credentials), 0, "", Outcome.PENDING));
      }
    }
    if (agent > 0) {
      m.seek(agentAt);
      if (x.news(x.source(), NEWS_AGENT, m.digest(agent), Exchange.FOREVER)) {
        observer.claim(x, x.source(), Trait.BANNER, "http-user-agent=" + m.text(agent), AGENT);
      }
    }
    m.seek(head);
    // RFC 9112 §6.3: a request without either field has no body.
    body(x, observer, chunked ? -1 : lengthSeen ? contentLength : 0, true, false);
    end(t);
  }

  private String detail(Cursor m, int query, boolean backdoor) {
    StringBuilder s = new StringBuilder();
    if (action > 0) {
      m.seek(actionAt);
      s.append("action ").append(m.text(action, StandardCharsets.US_ASCII));
    }
    if (query > 1) {
      s.append(s.isEmpty() ? "" : ", ").append("query ").append(query - 1).append(" octets");
    }
    if (backdoor) {
      s.append(s.isEmpty() ? "" : ", ").append("backdoor credentials in query");
    }
    if (authorization > 0) {
      s.append(s.isEmpty() ? "" : ", ").append("credentials");
    }
    if (cookie > 0) {
      s.append(s.isEmpty() ? "" : ", ").append("cookie ").append(cookie).append(" octets");
    }
    if (chunked) {
      s.append(s.isEmpty() ? "" : ", ").append("body chunked");
    } else if (lengthSeen && contentLength > 0) {
      s.append(s.isEmpty() ? "" : ", ").append("body ").append(contentLength).append(" octets");
    }
    return s.toString();
  }

  /** RFC 9112 §4. */
  private void response(Cursor m, Exchange x, Observer observer, int line) {
    Transcript t = observer.transcript();
    int start = m.position();
    m.skip(9);
    int status = 0;
    for (int i = 0; i < 3; i++) {
      int c = m.u8();
      if (!HttpFraming.decimal(c)) {
        m.fail();
      }
      status = status * 10 + c - '0';
    }
    if (!m.ok()) {
      return;
    }
    if (t.on()) {
      t.message("http", "response");
      m.seek(start);
      t.field("version", m.text(8));
      t.field("status", status);
      m.seek(Math.min(start + 13, HttpFraming.trimmed(m, line)));
      t.field("reason", m.text(HttpFraming.trimmed(m, line) - m.position(), StandardCharsets.ISO_8859_1));
    }
    fields(m, x, observer, line);
    if (!m.ok()) {
      end(t);
      return;
    }
    int head = m.position();
    if (status < 100 || status > 599) {
      observer.flaw(x, STATUS, "status code out of range", start + 9, 3);
    }
    boolean interim = status >= 100 && status < 200 && status != 101;
    long method = -1;
    boolean front = false;
    if (!interim) {
      long index = answered(x);
      if (x.recall(key(x, METHOD, index))) {
        method = x.recalledA();
        front = x.recalledB() != 0;
      }
      if (status < 400) {
        observer.outcome(key(x, ACT, index), Outcome.OK);
        observer.outcome(key(x, CREDENTIAL_ACT, index), Outcome.OK);
      } else {
        failure(x, observer, index, status);
      }
    }
    server(m, x, observer);
    m.seek(head);
    // RFC 9112 §6.3, in its order.
    if (interim || status == 204 || status == 304 || method == HEAD) {
      body(x, observer, 0, false, false);
    } else if (status == 101 || method == CONNECT && status / 100 == 2) {
      body(x, observer, -2, true, false);
    } else {
      // what answers a login, or sets a cookie, may hand out a token
      boolean login = method == POST || method == PUT || method == PATCH;
      boolean page = front && status == 200 && html && !compressed && x.news(x.source(), NEWS_LOOK, x.sourcePort(), LOOK_AGAIN);
      body(x, observer, chunked ? -1 : encoded || !lengthSeen ? -2 : contentLength, login || cookieSet, page);
    }
    end(t);
  }

  /** Status codes are few: their outcomes are made once. */
  private static final Outcome[] FAILURES = failures();

  private static Outcome[] failures() {
    Outcome[] outcomes = new Outcome[600];
    for (int status = 400; status < outcomes.length; status++) {
      outcomes[status] = Outcome.error(Integer.toString(status));
    }
    return outcomes;
  }

  private static final Outcome STRANGE = Outcome.error("status out of range");

  private static void failure(Exchange x, Observer observer, long index, int status) {
    Outcome outcome = status < FAILURES.length ? FAILURES[status] : STRANGE;
    observer.outcome(key(x, ACT, index), outcome);
    observer.outcome(key(x, CREDENTIAL_ACT, index), outcome);
  }

  private void server(Cursor m, Exchange x, Observer observer) {
    Endpoint source = x.source();
    if (x.news(source, NEWS_SERVICE, x.sourcePort(), Exchange.FOREVER)) {
      observer.claim(x, source, Trait.SERVICE, "tcp/" + x.sourcePort() + " http", REQUEST);
    }
    if (server > 0) {
      m.seek(serverAt);
      if (x.news(source, NEWS_SERVER, m.digest(server), Exchange.FOREVER)) {
        observer.claim(x, source, Trait.BANNER, "http-server=" + m.text(server), SERVER);
      }
    }
    if (challenge > 0) {
      int realm = realm(m);
      if (realm >= 0) {
        int end = realm;
        while (end < challengeAt + challenge && m.at(end) != '"') {
          end++;
        }
        m.seek(realm);
        if (end > realm && x.news(source, NEWS_REALM, m.digest(end - realm), Exchange.FOREVER)) {
          observer.claim(x, source, Trait.BANNER, "http-realm=" + m.text(end - realm), CHALLENGE);
        }
      }
    }
  }

  /** Offset of what follows {@code realm="} in the challenge, or -1. */
  private int realm(Cursor m) {
    for (int at = challengeAt; at + 7 < challengeAt + challenge; at++) {
      m.seek(at);
      if (m.startsWith("realm=\"")) {
        return at + 7;
      }
    }
    return -1;
  }

  /** Counts a request of the flow and remembers a method that changes what its response looks like. */
  private static long sent(Exchange x, int method, boolean front) {
    long counts = key(x, COUNTS, 0);
    boolean known = x.recall(counts);
    long requests = known ? x.recalledA() : 0;
    long responses = known ? x.recalledB() : 0;
    if (x.gap()) {
      // What was lost may have held requests: from here on every response due belongs to a request seen.
      responses = requests;
    }
    x.remember(counts, requests + 1, responses);
    if (front || method == HEAD || method == CONNECT || method == POST || method == PUT || method == PATCH) {
      x.remember(key(x, METHOD, requests), method, front ? 1 : 0);
    }
    return requests;
  }

  /** Counts a response of the flow: the index of the request it answers. */
  private static long answered(Exchange x) {
    long counts = key(x, COUNTS, 0);
    boolean known = x.recall(counts);
    long requests = known ? x.recalledA() : 0;
    long responses = known ? x.recalledB() : 0;
    if (x.gap() && requests > 0) {
      responses = requests - 1;
    }
    // A response to a request that was not seen does not count, or every later one would be taken for the next.
    x.remember(counts, requests, Math.min(requests, responses + 1));
    return responses < requests ? responses : Long.MAX_VALUE;
  }

  /** -1: chunks follow; -2: until the stream ends; else that many octets. Of a page the first ones are looked at. */
  private void body(Exchange x, Observer observer, long length, boolean secret, boolean page) {
    if (secret) {
      observer.secretBody();
    }
    long octets = length == -2 ? UNTIL_CLOSE : length;
    if (length == -1 || page && octets > 0) {
      int state = (secret ? SECRET : 0) | (page ? PAGE : 0) | (length == -1 ? CHUNKED : 0);
      x.remember(key(x, CHUNKS, x.fromClient() ? 1 : 2), state, length == -1 ? 0 : octets);
    } else {
      skip = octets;
    }
  }

  private static void end(Transcript t) {
    if (t.on()) {
      t.end();
    }
  }

  /** RFC 9112 §5: the header section, from the end of the first line to behind the blank line. */
  private void fields(Cursor m, Exchange x, Observer observer, int line) {
    lengthSeen = false;
    contentLength = 0;
    chunked = false;
    encoded = false;
    html = false;
    compressed = false;
    authorization = 0;
    cookie = 0;
    cookieSet = false;
    server = 0;
    agent = 0;
    challenge = 0;
    action = 0;
    Transcript t = observer.transcript();
    m.seek(line);
    int at = line;
    while (m.ok()) {
      int next = m.lineEnd(at);
      int end = next < 0 ? at : HttpFraming.trimmed(m, next);
      if (next < 0 || end <= at) {
        m.seek(next < 0 ? at : next);
        break;
      }
      int colon = m.indexOf(':', at, end);
      colon = colon < 0 ? end : colon;
      if (m.at(at) == ' ' || m.at(at) == '\t') {
        observer.flaw(x, FIELDS, "folded field line", at, end - at);
        observer.secret(at, end - at);
      } else if (colon == end) {
        observer.flaw(x, FIELDS, "field line without colon", at, end - at);
        observer.secret(at, end - at);
      } else {
        if (colon == at || m.at(colon - 1) == ' ' || m.at(colon - 1) == '\t') {
          observer.flaw(x, FIELDS, "white space before the colon", at, colon - at);
        }
        field(m, x, observer, t, at, colon, end);
      }
      at = next;
      m.seek(at);
    }
    if (encoded && lengthSeen) {
      observer.flaw(x, SMUGGLING, "both Content-Length and Transfer-Encoding", line, at - line);
    }
  }

  /** Finds the last word of the address of an action, which stands behind a word, quoted or not. */
  private void action(Cursor m, int from, int to, String word) {
    for (int at = from; at + word.length() < to; at++) {
      m.seek(at);
      if (m.startsWith(word)) {
        int begin = at + word.length();
        int end = begin;
        for (int i = begin; i < to && m.at(i) != ';'; i++) {
          int c = m.at(i);
          boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' || c >= '0' && c <= '9' || c == '_';
          begin = letter ? begin : i + 1 < to && m.at(i) != '"' ? i + 1 : begin;
          end = letter ? i + 1 : end;
        }
        actionAt = begin;
        action = Math.clamp(end - begin, 0, LONGEST_ACTION);
        return;
      }
    }
  }

  private void field(Cursor m, Exchange x, Observer observer, Transcript t, int at, int colon, int lineEnd) {
    int from = colon + 1;
    int to = lineEnd;
    while (from < to && (m.at(from) == ' ' || m.at(from) == '\t')) {
      from++;
    }
    while (to > from && (m.at(to - 1) == ' ' || m.at(to - 1) == '\t')) {
      to--;
    }
    int length = to - from;
    m.seek(at);
    boolean secret = false;
    switch (m.at(at) | 0x20) {
      case 'a' -> {
        if (m.startsWith("Authorization:")) {
          authorizationAt = from;
          authorization = length;
          secret = true;
        }
      }
      case 'c' -> {
        if (m.startsWith("Content-Length:")) {
          contentLength(m, x, observer, from, to);
        } else if (m.startsWith("Content-Type:")) {
          m.seek(from);
          html = m.startsWith("text/html") || m.startsWith("application/xhtml");
          m.seek(from);
          if (m.startsWith("application/soap+xml")) {
            // RFC 3902 §3: what SOAP 1.2 asks for
            action(m, from + 20, to, "action=");
          }
        } else if (m.startsWith("Content-Encoding:")) {
          m.seek(from);
          compressed = !m.startsWith("identity");
        } else if (m.startsWith("Cookie:")) {
          cookie = length;
          secret = true;
        }
      }
      case 'p' -> secret = m.startsWith("Proxy-Authorization:");
      case 's' -> {
        if (m.startsWith("Server:")) {
          serverAt = from;
          server = length;
        } else if (m.startsWith("SOAPAction:")) {
          action(m, from, to, "");
        } else {
          secret = m.startsWith("Set-Cookie");
          cookieSet |= secret;
        }
      }
      case 't' -> {
        if (m.startsWith("Transfer-Encoding:")) {
          encoded = true;
          m.seek(Math.max(from, to - 7));
          chunked = m.startsWith("chunked");
        }
      }
      case 'u' -> {
        if (m.startsWith("User-Agent:")) {
          agentAt = from;
          agent = length;
        }
      }
      case 'w' -> {
        if (m.startsWith("WWW-Authenticate:")) {
          challengeAt = from;
          challenge = length;
        }
      }
      // Keys of interfaces and sessions go by many names, all of them extensions.
      case 'x' -> secret = m.startsWith("X-Auth") || m.startsWith("X-API") || m.startsWith("X-CSRF") || m.startsWith("X-Session");
      default -> {
        // in the transcript only
      }
    }
    if (observer.recording()) {
      if (secret || sounds(m, at, colon)) {
        observer.secret(from, length);
      } else {
        m.seek(at);
        if (m.startsWith("Location:") || m.startsWith("Referer:") || m.startsWith("Content-Location:")) {
          int open = HttpTarget.queryless(m, from, to);
          observer.secret(open, to - open);
          HttpTarget.tokens(m, observer, from, open);
        }
      }
    }
    if (t.on()) {
      m.seek(at);
      String name = m.text(colon - at, StandardCharsets.ISO_8859_1);
      if (secret) {
        t.secret(name, length);
      } else {
        // A link may carry keys and sessions in its query, as the request does.
        m.seek(at);
        int shown = m.startsWith("Location:") || m.startsWith("Referer:") || m.startsWith("Content-Location:") ? HttpTarget.queryless(m, from, to) : to;
        t.field(name, shown < to ? HttpTarget.veiled(m, from, shown) : text(m, from, to));
      }
    }
  }

  /** Whether the name of a field sounds as if its value were a credential; challenges and the keys of WebSocket are none. */
  private static boolean sounds(Cursor m, int from, int colon) {
    m.seek(from);
    if (m.startsWith("WWW-Authenticate") || m.startsWith("Proxy-Authenticate") || m.startsWith("Sec-WebSocket")) {
      return false;
    }
    for (int at = from; at < colon; at++) {
      m.seek(at);
      int c = m.at(at) | 0x20;
      if (c == 'a' && m.startsWith("auth") || c == 't' && m.startsWith("token") || c == 'k' && m.startsWith("key") || c == 'p' && m.startsWith("passw")
          || c == 's' && (m.startsWith("secret") || m.startsWith("session") || m.startsWith("sid")) || c == 'c' && (m.startsWith("cookie") || m.startsWith("credential") || m.startsWith("csrf"))) {
        return true;
      }
    }
    return false;
  }

  static String text(Cursor m, int from, int to) {
    m.seek(from);
    return m.text(to - from, StandardCharsets.ISO_8859_1);
  }

  /** RFC 9110 §8.6: digits alone, and the same number if it comes twice. */
  private void contentLength(Cursor m, Exchange x, Observer observer, int from, int to) {
    long value = 0;
    boolean good = to > from && to - from <= 18;
    for (int i = from; good && i < to; i++) {
      good = HttpFraming.decimal(m.at(i));
      value = value * 10 + m.at(i) - '0';
    }
    if (!good || lengthSeen && value != contentLength) {
      observer.flaw(x, LENGTH, "invalid Content-Length", from, to - from);
    } else {
      lengthSeen = true;
      contentLength = value;
    }
  }

  private static int method(Cursor m) {
    for (int i = 0; i < METHODS.length; i++) {
      if (m.startsWith(METHODS[i]) && m.peek(METHODS[i].length()) == ' ') {
        return i;
      }
    }
    return -1;
  }

  private static int scheme(Cursor m) {
    for (int i = 0; i < SCHEMES.length; i++) {
      if (m.startsWith(SCHEMES[i])) {
        return i;
      }
    }
    return -1;
  }

}
