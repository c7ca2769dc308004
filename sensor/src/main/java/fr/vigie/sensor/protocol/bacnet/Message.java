package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The one message under dissection, as all layers share it: who speaks to whom once the virtual link and network layer have been read, and
 * how acts are reported and ended. Mutable and reused: {@link #begin} sets it anew for each message, and nothing reads it in between.
 */
final class Message {
  /** Kinds of news within the protocol. */
  static final int READ = 1;

  static final int TABLE = 2;
  static final int REGISTERED = 3;
  static final int ROLE = 4;
  static final int ROUTE = 5;
  static final int DISCOVERY = 6;
  static final int IDENTITY = 7;
  static final int SUBSCRIPTION = 8;
  static final int NOTIFICATION = 9;
  static final int PRIVATE = 10;
  static final int NETWORK = 11;
  static final int FILE = 12;
  /** And one for each trait from here. */
  static final int CLAIM = 32;

  /** Seconds after which a repeated read, subscription or registration is told again. */
  static final int AGAIN = 600;

  /** Seconds after which it is told again who notifies whom of values. */
  static final int HOURLY = 3600;

  /** In place of an invoke identifier: the virtual link, which has none. */
  static final int LINK = 0x100;

  /** In place of an invoke identifier: network layer messages, which have none. */
  static final int ROUTING = 0x101;

  /** Kinds of {@link #outcome} beside error: where the code comes from. */
  static final int ERROR = 0x102;

  static final int REJECT = 0x103;
  static final int ABORT = 0x104;
  static final int LINK6 = 0x105;

  private static final Cite ARGUMENTS = cite("18.9");

  private static final int OUTCOMES = 1024;

  /** Keys of what is remembered of an act begin here, apart from the keys of acts themselves. */
  private static final int MEMORY = 0x10000;

  final Tags tags = new Tags(this::secret);
  final Units units = new Units();
  private final @Nullable Outcome[] outcomes = new Outcome[OUTCOMES];
  private final long[] outcomeKeys = new long[OUTCOMES];

  Exchange exchange;
  Observer observer;
  Transcript transcript;
  Endpoint speaker;
  Endpoint target;
  String operation;

  /** Whether the message goes to every device of at least one network. */
  boolean broadcast;

  /** Whether the message goes to every network there is (DNET 65535, 6.3.2). */
  boolean global;

  /** Whether an answer is due: a confirmed service. */
  boolean confirmed;

  /** Whether the second walk of a list service is under way: the message is known to be sound, now report. */
  boolean reporting;

  private Cursor wire;
  private int translatedAt;
  private int translatedOctets;
  private int speakerPort;
  private int targetPort;
  private long awaited;
  private boolean awaiting;
  private int awaitedActs;

  /** Whether the length that the head states is the datagram's. */
  private boolean fits;

  @SuppressWarnings("NullAway.Init") // begin() sets them before any layer reads them; a message without them does not exist
  Message() {}

  void begin(Cursor message, Exchange around, Observer listener) {
    wire = message;
    exchange = around;
    observer = listener;
    transcript = listener.transcript();
    speaker = around.source();
    target = around.target();
    speakerPort = around.sourcePort();
    targetPort = around.targetPort();
    operation = "";
    broadcast = false;
    global = false;
    confirmed = false;
    reporting = false;
    awaiting = false;
    awaitedActs = 0;
    translatedOctets = 0;
    tags.set(message, transcript);
  }

  /**
   * What follows is read from elsewhere, where it was decoded to.
   *
   * @param at where its encoded form begins in the message, and its length
   */
  void through(Cursor decoded, int at, int octets) {
    translatedAt = at;
    translatedOctets = octets;
    tags.set(decoded, transcript);
  }

  /**
   * Begins a message of BACnet/IP or BACnet/IPv6 with the head that both have (J.2, U.2): {@code | type u8 | function u8 | length u16 |}.
   *
   * @param field the function's name in the transcript
   * @param carries whether a function carries an NPDU, which then names the operation
   * @return the function, or -1 where the head is not all there
   */
  int link(Cursor c, Exchange around, Observer listener, String field, IntFunction<String> names, IntPredicate carries, Cite framing) {
    begin(c, around, listener);
    c.u8();
    int function = c.u8();
    int length = c.u16();
    if (!c.ok()) {
      return -1;
    }
    String name = names.apply(function);
    transcript.message(Bacnet.NAME, name);
    transcript.field(field, name);
    transcript.field("bvlcLength", length);
    operation = name;
    if (!carries.test(function)) {
      observer.operation(name);
    }
    fits = length == c.wireLength();
    if (!fits) {
      observer.flaw(exchange, framing, "length", 2, c.wireLength());
    }
    return function;
  }

  /** Whether the head's length is the datagram's. */
  boolean fits() {
    return fits;
  }

  /** Ends what {@link #link} began. */
  void unlink() {
    finish();
    transcript.end();
  }

  /** Reports what only the whole walk knows: nesting that the standard's readers could not follow. */
  void finish() {
    if (tags.tooDeep()) {
      observer.flaw(exchange, Tags.NESTING, "nesting", tags.cursor().failedAt(), wire.wireLength());
    }
    if (tags.cursor() != wire && !tags.cursor().ok()) {
      observer.flaw(exchange, Tags.CLAUSE, "reassembled", tags.cursor().failedAt(), tags.cursor().length());
    }
  }

  /** Whether everything read so far was there and the capture did not cut the message: only then may acts be reported. */
  boolean sound() {
    return wire.ok() && !wire.cut() && tags.cursor().ok();
  }

  /**
   * Octets under the tags are credentials, from here on; those of a request in segments were told segment by segment. Where the message was decoded
   * first, all its encoded octets are.
   */
  void secret(int octets) {
    if (translatedOctets > 0) {
      observer.secret(translatedAt, translatedOctets);
    } else if (tags.cursor() == wire) {
      observer.secret(wire.position(), octets);
    }
  }

  /** The message speaks for another host than the one that sent it: a Forwarded-NPDU. */
  void speakAs(Endpoint who, int port) {
    speaker = who;
    speakerPort = port;
  }

  /** The host with this IPv4 address, on the same capture zone as the sender. */
  Endpoint host(long ip) {
    Endpoint source = exchange.source();
    return exchange.endpoints().ip(source.realm(), 4, 0, ip, Endpoint.NO_MAC, source.vlan());
  }

  /** The host with this IPv6 address, on the same capture zone as the sender. */
  Endpoint host(long high, long low) {
    Endpoint source = exchange.source();
    return exchange.endpoints().ip(source.realm(), 6, high, low, Endpoint.NO_MAC, source.vlan());
  }

  /** A clause of the edition all this code cites. */
  static Cite cite(String clause) {
    return new Cite("ASHRAE 135-2020", clause);
  }

  /** A B/IP address (J.1.2) as text; allocates. */
  static String bip(long ip, int port) {
    return Endpoint.ipText(4, 0, ip) + ":" + port;
  }

  static long mix(long h, long v) {
    long x = (h ^ v) * 0xBF58476D1CE4E5B9L;
    x = (x ^ x >>> 29) * 0x94D049BB133111EBL;
    return x ^ x >>> 32;
  }

  /** Digest of octets at an offset; the cursor comes back to where it was. */
  static long digest(Cursor c, int at, int octets) {
    int here = c.position();
    c.seek(at);
    long digest = c.digest(octets);
    c.seek(here);
    return digest;
  }

  /** Key of a request that this message makes; the answer's {@link #replyKey} is the same. */
  long requestKey(int invoke) {
    return mix(mix(address(speaker, speakerPort), address(target, targetPort)), invoke);
  }

  /** Key of the request that this message answers. */
  long replyKey(int invoke) {
    return mix(mix(address(target, targetPort), address(speaker, speakerPort)), invoke);
  }

  /** An address as both directions see it: without the MAC where there is an IP address, since routing may be asymmetric. */
  private static long address(Endpoint e, int port) {
    if (e.mac() == Endpoint.NO_MAC && e.vlan() == Endpoint.NO_VLAN && e.below() == null) {
      return mix(e.print(), port);
    }
    long h = mix(e.realm().hashCode(), port);
    h = e.family() == 0 ? mix(h, e.mac()) : mix(mix(h, e.ipHigh()), e.ipLow());
    return e.below() instanceof Below.Bacnet b ? mix(mix(h, b.mac()), b.net() << 8 | b.length()) : h;
  }

  /** Digest of the target, for facts about a pair. */
  long targetDigest() {
    return address(target, 0);
  }

  /** Whether the speaker's fact towards this target is news. */
  boolean news(int what, long digest, int seconds) {
    return exchange.news(speaker, what, mix(targetDigest(), digest), seconds);
  }

  /**
   * Ends the walk of a service: what is left over is told and is a breach (18.9, TOO_MANY_ARGUMENTS).
   *
   * @return whether the message is sound, so that it may be reported
   */
  boolean done() {
    if (tags.more()) {
      observer.flaw(exchange, ARGUMENTS, "too-many-arguments", tags.cursor().position(), wire.wireLength());
      tags.rest("further");
    }
    return sound();
  }

  /** Ends a message that has no tags: octets left over are told and are a breach. */
  void left(Cursor c, Cite clause) {
    if (c.ok() && c.remaining() > 0) {
      observer.flaw(exchange, clause, "too-many-arguments", c.position(), wire.wireLength());
      transcript.octets("further", c, c.remaining());
      c.skip(c.remaining());
    }
  }

  /** Names the operation for the contact and the transcript. */
  void operation(String name) {
    operation = name;
    observer.operation(name);
    transcript.operation(name);
  }

  /** Acts of this message await an answer under this key. */
  void await(long key) {
    awaited = key;
    awaiting = true;
    awaitedActs = 0;
  }

  /** The next act awaits the answer of the virtual link to this function of it. */
  void request(int function) {
    long pair = requestKey(LINK);
    exchange.remember(pair, function, 0);
    await(mix(pair, function));
  }

  /** This message answers a request of the virtual link that had this function. */
  void answered(int function) {
    long pair = replyKey(LINK);
    exchange.recall(pair);
    observer.outcome(mix(pair, function), Outcome.OK);
  }

  /** Claims that somebody forwards broadcasts. */
  void bbmd(Endpoint about, Cite clause) {
    if (exchange.news(about, ROLE, 1, Exchange.FOREVER)) {
      observer.claim(exchange, about, Trait.ROLE, "bbmd", clause);
    }
  }

  /**
   * Reports an act of the speaker on the target. Several acts of one message await their answer under keys derived in order, and what
   * each was about is remembered for answers that say which of them failed.
   */
  void act(Verb verb, @Nullable Point point, @Nullable Value value, int priority, String detail, Cite clause) {
    act(verb, point, value, priority, detail, 1, awaiting && !broadcast, clause);
  }

  /** Reports an act that is told in steps and stands for several points; the answer to the first alone is news. */
  void step(Verb verb, Point point, String detail, int points, Cite clause) {
    act(verb, point, null, 0, detail, points, points == 1 && awaiting && !broadcast, clause);
  }

  private void act(Verb verb, @Nullable Point point, @Nullable Value value, int priority, String detail, int points, boolean pending,
      Cite clause) {
    Stamp stamp = exchange.stamp();
    Act act =
        new Act(stamp, speaker, Bacnet.NAME, clause, stamp.seq() + "." + stamp.n(), target, exchange.serverPort(), verb, operation, point,
            value, priority, detail, points, pending ? Outcome.PENDING : Outcome.UNCONFIRMED);
    if (!pending) {
      observer.see(act);
      return;
    }
    exchange.remember(mix(awaited, MEMORY + awaitedActs), a(point), b(point));
    observer.request(actKey(awaited, awaitedActs), act);
    awaitedActs++;
  }

  private static long a(@Nullable Point point) {
    return point instanceof Point.Bacnet p ? (long) p.type() << 22 | p.instance() : 0;
  }

  private static long b(@Nullable Point point) {
    return point instanceof Point.Bacnet p ? reference(p.property(), p.index()) : 0;
  }

  /** A property and its array index as one number; -1 is no index. */
  static long reference(int property, int index) {
    return (long) property << 32 | (index + 1 & 0xFFFFFFFFL);
  }

  /** Key of the n-th act of one request. */
  private static long actKey(long key, int n) {
    return n == 0 ? key : mix(key, n);
  }

  /** Ends every act that the request under this key made. */
  void ended(long key, Outcome how) {
    if (!observer.outcome(key, how)) {
      return;
    }
    exchange.recall(mix(key, MEMORY));
    for (int i = 1; exchange.recall(mix(key, MEMORY + i)); i++) {
      observer.outcome(actKey(key, i), how);
    }
  }

  /**
   * Ends the acts of a request that stopped at its first failure (15.10): those before it were done.
   *
   * @param object the object named as failed
   * @param reference its property and index
   */
  void endedAt(long key, long object, long reference, Outcome how) {
    int acts = 0;
    int failed = -1;
    while (exchange.recall(mix(key, MEMORY + acts))) {
      if (failed < 0 && exchange.recalledA() == object && exchange.recalledB() == reference) {
        failed = acts;
      }
      acts++;
    }
    for (int i = 0; i < Math.max(acts, 1); i++) {
      observer.outcome(actKey(key, i), i < failed ? Outcome.OK : how);
    }
  }

  /** A refusal with its code; built once for each, so that a repeated refusal allocates nothing. */
  Outcome outcome(int kind, int category, int code) {
    long key = (long) kind << 48 | (long) category << 24 | code;
    int slot = (int) (mix(key, kind) & OUTCOMES - 1);
    Outcome known = outcomes[slot];
    if (known == null || outcomeKeys[slot] != key) {
      known = Outcome.error(Codes.outcome(kind, category, code));
      outcomes[slot] = known;
      outcomeKeys[slot] = key;
    }
    return known;
  }

  /** Claims a trait from text in the message, if it is news. Position does not move. */
  void claimText(Endpoint about, Trait trait, int at, int octets, Cite clause) {
    Cursor c = tags.cursor();
    if (octets > 1 && exchange.news(about, CLAIM + trait.ordinal(), digest(c, at, octets), Exchange.FOREVER)) {
      String text = tags.text(at, octets).strip();
      if (!text.isEmpty()) {
        observer.claim(exchange, about, trait, text, clause);
      }
    }
  }

  /** Claims a trait that is a number, if it is news. */
  void claimNumber(Endpoint about, Trait trait, long number, Cite clause) {
    if (exchange.news(about, CLAIM + trait.ordinal(), number, Exchange.FOREVER)) {
      observer.claim(exchange, about, trait, Long.toString(number), clause);
    }
  }

  /** Claims the vendor identifier and the name that the list of vendors gives it. */
  void claimVendor(Endpoint about, int vendor, Cite clause) {
    if (exchange.news(about, CLAIM + Trait.VENDOR_ID.ordinal(), vendor, Exchange.FOREVER)) {
      observer.claim(exchange, about, Trait.VENDOR_ID, Integer.toString(vendor), clause);
      observer.claim(exchange, about, Trait.VENDOR, BacnetNames.vendor(vendor), clause);
    }
  }
}
