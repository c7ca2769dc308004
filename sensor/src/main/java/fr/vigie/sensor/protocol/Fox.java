package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Niagara Fox, the protocol between stations, and between Workbench and stations, of Tridium's Niagara framework. Tridium has published no
 * specification; read is what public sources show: nmap's {@code fox-info} (the hello), the Lua dissector {@code foxdissector} (header line,
 * types of frames and values), published hellos of stations. TCP 1911; on 4911 the same runs within TLS (foxs), which {@link Tls} reads.
 *
 * <pre>
 * fox TYPE SEQUENCE REPLY CHANNEL COMMAND\n     TYPE: a asynchronous, s synchronous, r reply, e error, k keep-alive, n null; REPLY -1: none
 * {\n
 * NAME=VALUE-TYPE:VALUE\n …                     s text, i integer, f float, t time (hexadecimal ms), z truth, b SIZE[octets],
 * };;\n                                         o NAME SIZE[octets], m {\n … }\n
 * </pre>
 *
 * <p>Known by name in public are {@code fox hello} and {@code fox challenge}. All else of channel {@code fox} but the keep-alive is taken for the
 * login, and its contents for a secret: the client's first such message tries, an error or a rejection of the server refuses, and any message on
 * another channel shows that the session is open. Commands of other channels are told by their own names; what they do is read from the words of
 * Niagara's public component interface ({@code set}, {@code invoke}, {@code add}, {@code remove} …), no further: their values are passed over.
 */
final class Fox implements Dissector {
  static final int PORT = 1911;

  private static final String SOURCE = "Niagara Fox";
  private static final Cite FRAME = new Cite(SOURCE, "frame (foxdissector)");
  private static final Cite HELLO = new Cite(SOURCE, "fox hello (nmap fox-info)");
  private static final Cite LOGIN = new Cite(SOURCE, "fox challenge and login");
  private static final Cite COMMAND = new Cite(SOURCE, "commands by their names");

  private static final String TYPES = "asrekn";
  private static final int LONGEST_LINE = 256;
  private static final int LONGEST_VALUE = 512;

  /** Lines of a body: each segment of one that has not ended walks them all again. */
  private static final int MOST_LINES = 4096;

  private static final int NEWS_HELLO = 1;
  private static final int NEWS_COMMAND = 2;
  /** And one more for each field of a hello. */
  private static final int NEWS_FIELD = 16;
  private static final int AGAIN_SECONDS = 600;

  /** Fields of a hello that are told, each with what it is told as; a text in front of the value makes it a banner. */
  private record Field(String key, Trait trait, String prefix) {}

  private static final int APPLICATION = 0;
  private static final int HOST_ID = 1;
  private static final int STATION = 2;
  private static final int OS_NAME = 3;
  private static final int VM_NAME = 4;
  private static final int HOST_NAME = 5;

  private static final Field[] FIELDS = {
      new Field("app.name", Trait.BANNER, "fox-app="), new Field("hostId", Trait.SERIAL, ""), new Field("station.name", Trait.NAME, ""),
      new Field("os.name", Trait.OS, ""), new Field("vm.name", Trait.BANNER, "fox-vm="), new Field("hostName", Trait.HOSTNAME, ""),
      new Field("app.version", Trait.SOFTWARE, ""), new Field("hostAddress", Trait.ADDRESS, ""), new Field("brandId", Trait.BANNER, "fox-brand="),
      new Field("authAgentTypeSpecs", Trait.BANNER, "fox-auth="), new Field("fox.version", Trait.BANNER, "fox="),
      new Field("timeZone", Trait.BANNER, "fox-timezone=")};

  /** Words with which commands begin, and what they then are. */
  private record Word(String word, Verb verb) {}

  private static final Word[] WORDS = {
      new Word("restart", Verb.RESTART), new Word("reboot", Verb.RESTART), new Word("write", Verb.WRITE), new Word("put", Verb.WRITE),
      new Word("set", Verb.WRITE), new Word("invoke", Verb.COMMAND), new Word("add", Verb.CREATE), new Word("create", Verb.CREATE),
      new Word("remove", Verb.DELETE), new Word("delete", Verb.DELETE), new Word("rename", Verb.CONFIGURE), new Word("reorder", Verb.CONFIGURE),
      new Word("ack", Verb.ACKNOWLEDGE), new Word("subscribe", Verb.SUBSCRIBE), new Word("get", Verb.READ), new Word("read", Verb.READ),
      new Word("load", Verb.READ), new Word("list", Verb.READ), new Word("query", Verb.READ)};

  /** Names of operations seen, by digest: a message that names none anew makes no text. */
  private final long[] digests = new long[256];
  private final @Nullable String[] names = new String[256];

  /** Of the header last read. */
  private long sequence;
  private long reply;
  private int channelAt;
  private int channelLength;
  private int commandAt;
  private int commandLength;

  /** Of the fields of the hello under way: where each value lies. */
  private final int[] valueAt = new int[FIELDS.length];
  private final int[] valueLength = new int[FIELDS.length];
  private int versionAt;
  private int versionLength;

  @Override
  public String name() {
    return "fox";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Niagara Fox", "no public specification; nmap's fox-info, the foxdissector and published hellos stand in for it",
        "header of every message; hello of both sides (host, station, application, VM, operating system, brand, versions) as claims; login and its"
            + " outcome; requests by channel and command, paired with reply or error; foxs (TLS on 4911) by port and certificate",
        "the contents of the login (secrets); bodies of more than 4,096 lines; values of other messages beyond their text; what commands mean beyond the words they begin with",
        "messages built from the published grammar; no other parser reads it here");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  /** The header line proves itself. */
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
    int body = head(m);
    return body > 0 ? end(m, body) : body;
  }

  /** Reads the header line; the offset behind <code>{\n</code>, or {@link #MORE} or {@link #NOT_MINE}. */
  private int head(Cursor m) {
    int have = m.length();
    for (int i = 0; i < 4 && i < have; i++) {
      if (m.at(i) != "fox ".charAt(i)) {
        return NOT_MINE;
      }
    }
    if (have > 4 && TYPES.indexOf(m.at(4)) < 0 || have > 5 && m.at(5) != ' ') {
      return NOT_MINE;
    }
    int line = m.indexOf('\n', 0, Math.min(have, LONGEST_LINE)) + 1;
    if (line == 0) {
      return have < LONGEST_LINE ? MORE : NOT_MINE;
    }
    int at = number(m, 6);
    sequence = value;
    at = at < 0 ? at : number(m, at);
    reply = value;
    int space = at < 0 ? -1 : m.indexOf(' ', at, line);
    if (space <= at || space + 2 > line - 1) {
      return NOT_MINE;
    }
    channelAt = at;
    channelLength = space - at;
    commandAt = space + 1;
    commandLength = line - 1 - commandAt;
    for (int i = channelAt; i < line - 1; i++) {
      if (m.at(i) < (i < space || i > space ? '!' : ' ') || m.at(i) > '~') {
        return NOT_MINE;
      }
    }
    if (have > line && m.at(line) != '{' || have > line + 1 && m.at(line + 1) != '\n') {
      return NOT_MINE;
    }
    return have > line + 1 ? line + 2 : MORE;
  }

  /** What {@link #number} read. */
  private long value;

  /** A decimal number of at most ten digits and the space behind it; the offset behind that, or -1. */
  private int number(Cursor m, int from) {
    int at = m.at(from) == '-' ? from + 1 : from;
    int digits = at;
    long n = 0;
    while (m.at(at) >= '0' && m.at(at) <= '9' && at - digits < 10) {
      n = n * 10 + (m.at(at++) - '0');
    }
    value = digits == from ? n : -n;
    return at > digits && m.at(at) == ' ' ? at + 1 : -1;
  }

  /**
   * The offset behind the <code>};;\n</code> that ends the body, {@link #MORE}, or {@link #NOT_MINE} behind more lines than any body has. Sized
   * values are passed over, whatever they hold.
   */
  private int end(Cursor m, int body) {
    int at = body;
    for (int line = 0; at > 0; line++) {
      if (line > MOST_LINES) {
        return NOT_MINE;
      }
      if (m.at(at) == '}' && m.at(at + 1) == ';' && m.at(at + 2) == ';' && m.at(at + 3) == '\n') {
        return at + 4;
      }
      at = behind(m, at);
    }
    return MORE;
  }

  /** The offset behind the line, or the sized value, that starts at {@code at}; 0 where its end is not there yet. */
  private int behind(Cursor m, int at) {
    int line = Math.max(0, m.lineEnd(at));
    int limit = line == 0 ? m.length() : line;
    int equals = m.indexOf('=', at, limit);
    int type = equals < 0 || m.at(equals + 2) != ':' ? 0 : m.at(equals + 1);
    if (type != 'b' && type != 'o') {
      return line;
    }
    int open = m.indexOf('[', equals, limit);
    long size = open < 0 ? -1 : size(m, open);
    if (size < 0) {
      return line;
    }
    long close = open + 1 + size;
    if (close + 2 > m.length()) {
      return 0;
    }
    return m.at((int) close) == ']' ? (int) close + 2 : line;
  }

  /** The decimal number that ends before the bracket, or -1. */
  private static long size(Cursor m, int open) {
    int from = open;
    while (from > 0 && open - from < 9 && m.at(from - 1) >= '0' && m.at(from - 1) <= '9') {
      from--;
    }
    long size = from == open ? -1 : 0;
    for (int i = from; i < open; i++) {
      size = size * 10 + (m.at(i) - '0');
    }
    return size;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int body = head(m);
    boolean framed = body > 0;
    boolean session = framed && is(m, channelAt, channelLength, "fox");
    boolean hello = session && is(m, commandAt, commandLength, "hello");
    boolean login = session && !hello && m.at(4) != 'k' && !is(m, commandAt, commandLength, "keepAlive");
    if (login) {
      o.secret(body, m.wireLength() - body - 4);
    }
    String name = framed ? operation(m) : "message";
    t.message("fox", name);
    int end = framed ? end(m, body) : 0;
    if (end != m.wireLength()) {
      m.fail();
    }
    if (framed && t.on()) {
      t.field("type", Character.toString(m.at(4)));
      t.field("sequence", sequence);
      t.field("reply", reply);
      t.field("channel", Heads.slice(m, channelAt, channelLength));
      t.field("command", Heads.slice(m, commandAt, commandLength));
    }
    if (m.ok()) {
      tuples(m, o, body, end - 4, login);
      o.operation(name);
      if (hello) {
        hello(m, x, o, body, end - 4);
      } else if (login) {
        login(m, x, o);
      } else if (!session) {
        command(m, x, o, name, body, end - 4);
      }
      m.seek(end);
    }
    t.end();
  }

  /** Values for the transcript, and which of them are secrets. */
  private void tuples(Cursor m, Observer o, int body, int end, boolean secret) {
    Transcript t = o.transcript();
    if (!t.on() && !o.recording()) {
      return;
    }
    for (int at = body; at < end;) {
      int next = behind(m, at);
      int equals = m.indexOf('=', at, next);
      if (equals > at && m.at(equals + 2) == ':') {
        int from = equals + 3;
        int length = Math.max(0, next - 1 - from);
        boolean hidden = secret || named(m, at, equals, "pass") || named(m, at, equals, "secret") || named(m, at, equals, "token")
            || named(m, at, equals, "credential");
        if (hidden) {
          o.secret(from, length);
        }
        if (t.on()) {
          String key = Heads.slice(m, at, equals - at);
          if (hidden) {
            t.secret(key, length);
          } else {
            t.field(key, Heads.slice(m, from, Math.min(length, LONGEST_VALUE)));
          }
        }
      }
      at = next;
    }
  }

  /** Whether the name holds the word, in whatever case. */
  private static boolean named(Cursor m, int from, int to, String word) {
    for (int i = from; i + word.length() <= to; i++) {
      if (begins(m, i, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean begins(Cursor m, int at, String word) {
    for (int i = 0; i < word.length(); i++) {
      if ((m.at(at + i) | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(Cursor m, int at, int length, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (m.at(at + i) != text.charAt(i)) {
        return false;
      }
    }
    return length == text.length();
  }

  /** Both sides say who they are before anybody has proved anything. */
  private void hello(Cursor m, Exchange x, Observer o, int body, int end) {
    Arrays.fill(valueLength, 0);
    int osAt = 0;
    int osLength = 0;
    versionLength = 0;
    for (int at = body; at < end;) {
      int next = behind(m, at);
      int equals = m.indexOf('=', at, next);
      if (equals > at && m.at(equals + 1) == 's' && m.at(equals + 2) == ':') {
        int length = Math.min(next - 1 - equals - 3, LONGEST_VALUE);
        for (int i = 0; i < FIELDS.length; i++) {
          if (is(m, at, equals - at, FIELDS[i].key())) {
            valueAt[i] = equals + 3;
            valueLength[i] = length;
          }
        }
        if (is(m, at, equals - at, "os.version")) {
          osAt = equals + 3;
          osLength = length;
        } else if (is(m, at, equals - at, "vm.version")) {
          versionAt = equals + 3;
          versionLength = length;
        }
      }
      at = next;
    }
    long digest = 0;
    for (int i = 0; i < FIELDS.length; i++) {
      int length = valueLength[i];
      if (length <= 0 || i == HOST_NAME && digitsAndDots(m, valueAt[i], length)) {
        continue;
      }
      long fact = Heads.digest(m, valueAt[i], length);
      digest = i <= STATION ? digest * 31 + fact : digest;
      boolean os = i == OS_NAME && osLength > 0;
      boolean vm = i == VM_NAME && versionLength > 0;
      fact = os ? fact * 31 + Heads.digest(m, osAt, osLength) : vm ? fact * 31 + Heads.digest(m, versionAt, versionLength) : fact;
      if (x.news(x.source(), NEWS_FIELD + i, fact, Exchange.FOREVER)) {
        String text = FIELDS[i].prefix() + Heads.slice(m, valueAt[i], length);
        text = os ? text + " " + Heads.slice(m, osAt, osLength) : vm ? text + " " + Heads.slice(m, versionAt, versionLength) : text;
        o.claim(x, x.source(), FIELDS[i].trait(), text, HELLO);
      }
    }
    long key = key(x, 0, 1);
    if (!x.fromClient()) {
      o.outcome(key, Outcome.OK);
    } else if (x.news(x.source(), NEWS_HELLO, digest * 31 + x.target().hashCode(), AGAIN_SECONDS)) {
      StringBuilder detail = new StringBuilder();
      for (int i : new int[] {APPLICATION, HOST_ID, STATION}) {
        if (valueLength[i] > 0) {
          detail.append(detail.isEmpty() ? "" : ", ").append(FIELDS[i].key()).append(' ').append(Heads.slice(m, valueAt[i], valueLength[i]));
        }
      }
      o.request(key, Acts.pending(x, "fox", HELLO, Verb.CONNECT, "hello", null, null, detail.toString()));
    }
  }

  private static boolean digitsAndDots(Cursor m, int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (m.at(i) != '.' && (m.at(i) < '0' || m.at(i) > '9')) {
        return false;
      }
    }
    return true;
  }

  /** What is remembered and awaited of a flow: kind 1 is the hello, 2 the login, 3 and 4 requests of client and server. */
  private static long key(Exchange x, long number, int kind) {
    return (x.flow() * 0x9E3779B97F4A7C15L ^ number) * 0xC2B2AE3D27D4EB4FL + kind;
  }

  private void login(Cursor m, Exchange x, Observer o) {
    long key = key(x, 0, 2);
    if (!x.fromClient()) {
      if (m.at(4) == 'e' || begins(m, commandAt, "reject") || begins(m, commandAt, "fail") || begins(m, commandAt, "denied")) {
        refuse(x, o, key, m.at(4) == 'e' ? "error" : "rejected");
      } else if (begins(m, commandAt, "welcome") && x.recall(key)) {
        o.outcome(key, Outcome.OK);
      }
    } else if (x.recall(key)) {
      x.remember(key, 1, 0);
    } else {
      x.remember(key, 1, 0);
      o.request(key, Acts.pending(x, "fox", LOGIN, Verb.AUTHENTICATE, "login", null, null, ""));
    }
  }

  private static void refuse(Exchange x, Observer o, long key, String code) {
    if (x.recall(key)) {
      o.outcome(key, Outcome.error(code));
    }
  }

  /** Other channels exist once the session is open. */
  private void command(Cursor m, Exchange x, Observer o, String name, int body, int end) {
    boolean client = x.fromClient();
    int type = m.at(4);
    if (!client && type != 'e' && x.recall(key(x, 0, 2))) {
      o.outcome(key(x, 0, 2), Outcome.OK);
    }
    switch (type) {
      case 'r' -> o.outcome(key(x, reply, client ? 4 : 3), Outcome.OK);
      case 'e' -> o.outcome(key(x, reply, client ? 4 : 3), FAILED);
      case 's', 'a' -> {
        Verb verb = verb(m);
        boolean file = begins(m, channelAt, "file");
        if (file && verb == Verb.READ) {
          verb = Verb.UPLOAD;
        } else if (file && client && sized(m, body, end)) {
          verb = Verb.DOWNLOAD;
        }
        boolean told = switch (verb) {
          case READ, REQUEST, SUBSCRIBE, UPLOAD, DOWNLOAD -> false;
          default -> true;
        };
        long digest = Heads.digest(m, channelAt, channelLength) * 31 + Heads.digest(m, commandAt, commandLength);
        if (told || x.news(x.source(), NEWS_COMMAND, digest * 31 + x.target().hashCode() + verb.ordinal(), AGAIN_SECONDS)) {
          if (type == 's') {
            o.request(key(x, sequence, client ? 3 : 4), Acts.pending(x, "fox", COMMAND, verb, name, null, null, ""));
          } else {
            o.see(Acts.act(x, "fox", COMMAND, verb, name, null, null, "", Outcome.UNCONFIRMED));
          }
        }
      }
      default -> {
        // keep-alive and null carry nothing
      }
    }
  }

  private static final Outcome FAILED = Outcome.error("error");

  private Verb verb(Cursor m) {
    for (Word word : WORDS) {
      if (commandLength >= word.word().length() && begins(m, commandAt, word.word())) {
        return word.verb();
      }
    }
    return Verb.REQUEST;
  }

  /** Whether the body holds a sized value: octets of a file. */
  private static boolean sized(Cursor m, int body, int end) {
    int equals = m.indexOf('=', body, end);
    while (equals >= 0) {
      if (m.at(equals + 1) == 'b' && m.at(equals + 2) == ':') {
        return true;
      }
      equals = m.indexOf('=', equals + 1, end);
    }
    return false;
  }

  /** Channel and command as one name; of the first 256 that differ, the others are {@code message}. */
  private String operation(Cursor m) {
    int octets = commandAt + commandLength - channelAt;
    long digest = Heads.digest(m, channelAt, octets) | 1;
    int slot = (int) (digest >>> 24) & 255;
    for (int i = 0; i < 8; i++) {
      int at = slot + i & 255;
      String known = names[at];
      if (known == null) {
        known = Heads.slice(m, channelAt, octets);
        digests[at] = digest;
        names[at] = known;
      }
      if (digests[at] == digest) {
        return known;
      }
    }
    return "message";
  }

  @Override
  public Cite cite() {
    return FRAME;
  }
}
