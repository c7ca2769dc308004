package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * QUIC versions 1 and 2 (RFC 9000, RFC 9001, RFC 9369) as far as anybody on the way can read them: the headers, the frames of Initial packets, and the
 * hellos in them, put together over as many packets as it takes.
 *
 * <pre>
 * | 1 1 type 2 – – – – | version u32 | length u8 | destination id | length u8 | source id | … |               RFC 9000 §17.2
 * Initial: | token length varint | token | length varint | packet number 1..4 | frames | tag 16 |          RFC 9000 §17.2.2
 * | 0 1 – – – – – – | destination id | … |, all encrypted                                                    RFC 9000 §17.3
 * CRYPTO: | 6 | offset varint | length varint | octets of the handshake |                                   RFC 9000 §19.6
 * </pre>
 *
 * <p>The server's Initial packets, and the client's later ones, open with the client's first identifier, which is remembered. A hello that is not
 * complete after {@link #SLOTS} others began is given up.
 */
final class Quic implements Dissector {
  private static final Cite HEADER = new Cite("RFC 9000", "17.2");
  private static final Cite FRAMES = new Cite("RFC 9000", "12.4");
  private static final Cite CRYPTO = new Cite("RFC 9000", "19.6");
  private static final Cite SIZE = new Cite("RFC 9000", "14.1");

  private static final int INITIAL = 0;
  private static final int ZERO_RTT = 1;
  private static final int HANDSHAKE = 2;
  private static final int RETRY = 3;

  private static final String[] TYPES = {"initial", "zeroRtt", "handshake", "retry"};

  /** RFC 9000 §17.2: identifiers of versions 1 and 2 have at most 20 octets. */
  private static final int LONGEST_ID = 20;

  /** Initial packets of one datagram that are opened: a client sends one or two, and each costs keys of its own. */
  private static final int MOST_INITIALS = 4;

  /** RFC 9000 §14.1: a datagram with a client's Initial packet has 1,200 octets or more. */
  private static final int LEAST = 1200;

  private static final int NEWS_PACKET = 1;
  private static final int NEWS_SERVICE = 2;
  private static final int AGAIN_SECONDS = 60;

  /**
   * {@link Exchange#remember}, by flow: that the hello of one side was read; how many octets an identifier has that one side gave itself; and the identifier of the
   * client's first packet, over two places. The numbers below are TLS's.
   */
  private static final int CLIENT_DONE = 0;

  private static final int SERVER_DONE = 0x11;
  private static final int CLIENT_ID = 0x12;
  private static final int SERVER_ID = 0x13;
  private static final int FIRST_ID = 0x14;
  private static final int CLIENT_BASE = 0x16;
  private static final int SERVER_BASE = 0x17;

  /** Hellos being put together, and the longest one. */
  private static final int SLOTS = 8;

  private static final int LONGEST_HELLO = 1 << 13;

  private final Tls tls = Tls.quic();
  private final QuicInitial initial = new QuicInitial();
  private final Cursor hello = new Cursor();
  private final long[] owner = new long[SLOTS];
  private final long[][] there = new long[SLOTS][];
  private MemorySegment scratch = MemorySegment.NULL;
  private int next;

  // of the header under way
  private int identifierAt;
  private int identifierLength;
  private int numberAt;
  private int end;

  @Override
  public String name() {
    return "quic";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("QUIC 1 and 2", "RFC 9000, RFC 9001, RFC 9369",
        "headers, also of negotiation and retry; the frames of Initial packets; both hellos with every extension and the transport parameters, server name, ALPN and JA4; all of it also of drafts 21 to 32",
        "everything else, which is encrypted; tokens but for their length; Google's QUIC before the drafts",
        "the example of RFC 9001; tshark; nDPI, Suricata and Arkime");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {443, 853};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int first = m.at(0);
    if (x.recognised()) {
      // RFC 9000 §17.2.1: of a version negotiation all but the highest bit may be anything
      return first >= 0x40 && m.wireLength() >= 5 ? m.wireLength() : NOT_MINE;
    }
    if (first < 0xC0 || m.wireLength() < 48) {
      return NOT_MINE;
    }
    return header(m, 0) && type(first, version(m, 0)) != RETRY || reserved(m, 0) && m.wireLength() >= LEAST ? m.wireLength() : NOT_MINE;
  }

  private static int version(Cursor m, int at) {
    return m.at(at + 1) << 24 | m.at(at + 2) << 16 | m.at(at + 3) << 8 | m.at(at + 4);
  }

  /** RFC 9000 §6.3: a client that only wants to be told the server's versions asks by one that never will be. */
  private static boolean reserved(Cursor m, int at) {
    int id = m.at(at + 5);
    return (version(m, at) & 0x0F0F0F0F) == 0x0A0A0A0A && id >= 8 && id <= LONGEST_ID && m.at(at + 6 + id) <= LONGEST_ID;
  }

  /** RFC 9000 §17.2, RFC 9369 §3.2: version 2 counts its types from another one on. */
  private static int type(int first, int version) {
    int type = first >>> 4 & 3;
    return version == QuicInitial.V2 ? type + 3 & 3 : type;
  }

  /** Reads the long header at an offset as far as its packet number; whether it can be one. */
  private boolean header(Cursor m, int from) {
    int version = version(m, from);
    int id = m.at(from + 5);
    int source = m.at(from + 6 + id);
    if (!QuicInitial.known(version) || m.at(from) < 0xC0 || id > LONGEST_ID || source > LONGEST_ID) {
      return false;
    }
    identifierAt = from + 6;
    identifierLength = id;
    int at = identifierAt + id + 1 + source;
    int type = type(m.at(from), version);
    if (type == RETRY) {
      numberAt = at;
      end = m.wireLength();
      return true;
    }
    if (type == INITIAL) {
      long token = varint(m, at);
      if (token > m.wireLength()) {
        return false;
      }
      at += octets(m, at) + (int) token;
    }
    long length = varint(m, at);
    at += octets(m, at);
    numberAt = at;
    if (length < 20 || length > m.wireLength() - at) {
      return false;
    }
    end = at + (int) length;
    return true;
  }

  /** RFC 9000 §16: the two highest bits say how many octets a number has. */
  private static int octets(Cursor m, int at) {
    return 1 << (m.at(at) >>> 6);
  }

  private static long varint(Cursor m, int at) {
    int octets = octets(m, at);
    long value = m.at(at) & 0x3F;
    for (int i = 1; i < octets; i++) {
      value = value << 8 | m.at(at + i);
    }
    return value;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("quic", "short");
    int from = 0;
    int initials = 0;
    String operation = "short";
    while (from < m.length() && m.at(from) >= 0x80) {
      if (from + 5 < m.length() && (version(m, from) == 0 || reserved(m, from))) {
        boolean probe = version(m, from) != 0;
        operation = first(operation, from, probe ? "versionProbe" : "versionNegotiation");
        if (t.on()) {
          invariants(m, t, from, version(m, from) == 0);
          versions(m, t, from, probe);
          t.close();
        }
        from = m.length();
        break;
      }
      if (!header(m, from)) {
        if (from == 0) {
          m.skip(m.wireLength() + 1);
        }
        // what follows a packet may be anything: RFC 9000 §12.2 has it ignored
        break;
      }
      int type = type(m.at(from), version(m, from));
      operation = first(operation, from, TYPES[type]);
      if (type == RETRY) {
        // RFC 9000 §17.2.5.2: the client begins again, to the identifier that the server gives it here
        x.recall(key(x, CLIENT_DONE));
        x.recall(key(x, CLIENT_BASE));
      }
      x.remember(key(x, x.fromClient() ? CLIENT_ID : SERVER_ID), m.at(identifierAt + identifierLength), 0);
      if (t.on()) {
        tell(m, t, from, type);
      }
      if (type == INITIAL && initials++ < MOST_INITIALS) {
        initial(m, x, o, from);
      }
      if (t.on()) {
        if (type == HANDSHAKE || type == ZERO_RTT) {
          t.field("remainingPayload", end - numberAt);
        }
        t.close();
      }
      from = end;
    }
    if (t.on() && from < m.length() && m.at(from) >= 0x40 && m.at(from) < 0x80) {
      tellShort(m, x, t, from);
    }
    t.operation(operation);
    if (m.ok()) {
      m.seek(m.length());
      o.operation(operation);
      if (!x.fromClient()) {
        o.outcome(x.flow(), Outcome.OK);
        if (x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.SERVICE, "udp/" + x.serverPort() + " quic", HEADER);
        }
      }
    }
    t.end();
  }

  private static String first(String operation, int from, String name) {
    return from == 0 ? name : operation;
  }

  // ---- the transcript of headers

  private static void octets(Cursor m, Transcript t, String name, int at, int octets) {
    if (octets > 0 && at < m.length()) {
      Cursor c = new Cursor().rest(m);
      c.seek(at - m.position());
      t.octets(name, c, Math.min(octets, c.remaining()));
    }
  }

  /** RFC 8999 §5.1: what long headers of all versions have. */
  private static void invariants(Cursor m, Transcript t, int from, boolean negotiation) {
    t.begin("packet");
    t.field("headerForm", 1);
    if (negotiation) {
      t.field("unused", m.at(from) & 0x7F);
    } else {
      t.field("fixedBit", m.at(from) >> 6 & 1);
    }
    t.field("version", version(m, from) & 0xFFFFFFFFL);
    int id = m.at(from + 5);
    t.field("destinationConnectionIdLength", id);
    octets(m, t, "destinationConnectionId", from + 6, id);
    int source = m.at(from + 6 + id);
    t.field("sourceConnectionIdLength", source);
    octets(m, t, "sourceConnectionId", from + 7 + id, source);
  }

  /** RFC 8999 §6: the versions that a server knows; behind the header of a probe comes what nobody knows. */
  private static void versions(Cursor m, Transcript t, int from, boolean probe) {
    int at = from + 7 + m.at(from + 5) + m.at(from + 6 + m.at(from + 5));
    for (; !probe && at + 4 <= m.length(); at += 4) {
      t.field("supportedQuicVersion", version(m, at - 1) & 0xFFFFFFFFL);
    }
    t.field("packetLength", m.length() - from);
  }

  private void tell(Cursor m, Transcript t, int from, int type) {
    invariants(m, t, from, false);
    t.field("type", TYPES[type]);
    t.field("longPacketType", m.at(from) >> 4 & 3);
    t.field("packetLength", Math.min(end, m.length()) - from);
    int at = identifierAt + identifierLength + 1 + m.at(identifierAt + identifierLength);
    if (type == RETRY) {
      retry(m, t, from, at);
      return;
    }
    if (type == INITIAL) {
      int token = (int) varint(m, at);
      t.field("tokenLength", token);
      if (token > 0) {
        t.secret("token", token);
      }
    }
    t.field("length", end - numberAt);
  }

  /** RFC 9000 §17.2.5: {@code | token | integrity tag 16 |}; the drafts before 25 have the client's identifier again and no tag. */
  private void retry(Cursor m, Transcript t, int from, int start) {
    int at = start;
    int draft = QuicInitial.draft(version(m, from));
    boolean old = draft > 0 && draft < 25;
    if (old) {
      t.field("originalDestinationConnectionIdLength", m.at(at));
      octets(m, t, "originalDestinationConnectionId", at + 1, m.at(at));
      at += 1 + m.at(at);
    }
    int tag = old ? end : end - 16;
    if (tag >= at) {
      t.secret("retryToken", tag - at);
      octets(m, t, "retryIntegrityTag", tag, end - tag);
    }
  }

  /** RFC 9000 §17.3.1: the identifier has the length that the receiver gave it in its own long headers. */
  private static void tellShort(Cursor m, Exchange x, Transcript t, int from) {
    t.begin("packet");
    t.field("headerForm", 0);
    t.field("fixedBit", 1);
    t.field("spinBit", m.at(from) >> 5 & 1);
    long key = key(x, x.fromClient() ? SERVER_ID : CLIENT_ID);
    int id = 0;
    if (x.recall(key)) {
      id = (int) x.recalledA();
      x.remember(key, id, 0);
    }
    octets(m, t, "destinationConnectionId", from + 1, id);
    t.field("packetLength", m.length() - from);
    t.field("remainingPayload", Math.max(0, m.length() - from - 1 - id));
    t.close();
  }

  // ---- what Initial packets hold

  private static long key(Exchange x, int what) {
    return what == 0 ? x.flow() : x.flow() * 0x9E3779B97F4A7C15L + what;
  }

  private static boolean recalled(Exchange x, int what) {
    long key = key(x, what);
    boolean there = x.recall(key);
    if (there) {
      x.remember(key, 1, 0);
    }
    return there;
  }

  private void initial(Cursor m, Exchange x, Observer o, int from) {
    if (m.cut()) {
      return;
    }
    Transcript t = o.transcript();
    boolean client = x.fromClient();
    boolean done = recalled(x, client ? CLIENT_DONE : SERVER_DONE);
    m.seek(identifierAt);
    long digest = m.digest(Math.min(m.length() - identifierAt, 128)) + x.flow();
    m.seek(0);
    boolean wanted = !done && x.news(x.source(), NEWS_PACKET, digest, AGAIN_SECONDS);
    if (!wanted && !t.on()) {
      return;
    }
    byte[] frames = null;
    if (client) {
      byte[] own = QuicInitial.slice(m, identifierAt, identifierLength);
      frames = initial.open(m, version(m, from), from, numberAt, end, own, false);
      if (frames != null && wanted) {
        remember(x, own);
      }
    }
    if (frames == null) {
      // the server's packets, and those of the client that go to the identifier which the server chose
      byte[] first = identifier(x);
      frames = first == null ? null : initial.open(m, version(m, from), from, numberAt, end, first, !client);
    }
    if (frames == null) {
      return;
    }
    if (wanted && client && m.wireLength() < LEAST) {
      o.flaw(x, SIZE, "size", 0, m.wireLength());
    }
    if (t.on()) {
      t.field("reserved", initial.reserved);
      t.field("packetNumberLength", initial.packetNumberLength);
      t.field("packetNumber", initial.packetNumber);
      t.field("payloadLength", end - numberAt - initial.packetNumberLength);
    }
    frames(m, x, o, frames, wanted);
  }

  /** Remembers an identifier of at most 20 octets in two halves. */
  private static void remember(Exchange x, byte[] id) {
    byte[] all = Arrays.copyOf(id, 24);
    ByteBuffer words = ByteBuffer.wrap(all);
    x.remember(key(x, FIRST_ID), words.getLong(0), words.getLong(8));
    x.remember(key(x, FIRST_ID + 1), words.getLong(16), id.length);
  }

  private static byte @Nullable [] identifier(Exchange x) {
    long key = key(x, FIRST_ID);
    if (!x.recall(key)) {
      return null;
    }
    long a = x.recalledA();
    long b = x.recalledB();
    x.remember(key, a, b);
    long rest = key(x, FIRST_ID + 1);
    if (!x.recall(rest)) {
      return null;
    }
    long c = x.recalledA();
    long length = x.recalledB();
    x.remember(rest, c, length);
    return Arrays.copyOf(ByteBuffer.allocate(24).putLong(a).putLong(b).putLong(c).array(), (int) length);
  }

  /**
   * RFC 9000 §12.4, table 3: an Initial packet has frames of PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE alone.
   *
   * @param wanted whether what they hold is news; if not, only the transcript asks
   */
  private void frames(Cursor m, Exchange x, Observer o, byte[] frames, boolean wanted) {
    Transcript t = o.transcript();
    if (scratch.byteSize() == 0) {
      scratch = Arena.ofAuto().allocate((long) SLOTS * LONGEST_HELLO + 65_536, 8);
    }
    long at = (long) SLOTS * LONGEST_HELLO;
    MemorySegment.copy(frames, 0, scratch, ValueLayout.JAVA_BYTE, at, frames.length);
    Cursor c = hello.set(scratch, at, frames.length, frames.length);
    long owner = key(x, x.fromClient() ? CLIENT_DONE : SERVER_DONE);
    int base = wanted ? base(x) : 0;
    int slot = -1;
    while (c.ok() && c.remaining() > 0) {
      int type = c.u8();
      if (t.on()) {
        t.begin("frame");
        t.field("frameType", type);
      }
      switch (type) {
        case 0 -> padding(c, t);
        case 1 -> {
          // PING
        }
        case 2, 3 -> acknowledgement(c, t, type == 3);
        case 6 -> {
          long offset = varint(c);
          long octets = varint(c);
          t.field("offset", offset);
          t.field("cryptoLength", octets);
          if (octets > c.remaining()) {
            c.fail();
          }
          if (c.ok() && wanted && offset >= base && offset - base + octets <= LONGEST_HELLO) {
            slot = slot(owner);
            int to = (int) offset - base;
            c.copyTo(scratch, (long) slot * LONGEST_HELLO + to, (int) octets);
            mark(there[slot], to, to + (int) octets);
          } else {
            c.skip((int) Math.min(octets, Integer.MAX_VALUE));
          }
        }
        case 0x1C -> close(c, t);
        default -> {
          if (t.on()) {
            t.close();
          }
          if (wanted) {
            o.flaw(x, FRAMES, "frame", 0, m.wireLength());
          }
          return;
        }
      }
      if (t.on()) {
        t.close();
      }
    }
    if (!wanted) {
      return;
    }
    if (!c.ok()) {
      o.flaw(x, CRYPTO, "length", 0, m.wireLength());
    } else if (slot >= 0) {
      complete(m, x, o, slot, owner, base);
    }
  }

  /** RFC 9000 §19.1: one octet each; told together. */
  private static void padding(Cursor c, Transcript t) {
    int octets = 1;
    while (c.remaining() > 0 && c.peek(0) == 0) {
      c.skip(1);
      octets++;
    }
    t.field("paddingFrameLength", octets);
  }

  /** RFC 9000 §19.19: {@code | error varint | frame type varint | length varint | reason |}. */
  private static void close(Cursor c, Transcript t) {
    t.field("errorCode", varint(c));
    t.field("errorFrameType", varint(c));
    long octets = varint(c);
    t.field("reasonPhraseLength", octets);
    if (octets > c.remaining()) {
      c.fail();
    }
    if (t.on() && c.ok() && octets > 0) {
      t.field("reasonPhrase", c.text((int) octets));
    } else {
      c.skip((int) Math.min(octets, Integer.MAX_VALUE));
    }
  }

  static long varint(Cursor c) {
    int first = c.u8();
    return (long) (first & 0x3F) << 8 * ((1 << (first >>> 6)) - 1) | c.unsigned((1 << (first >>> 6)) - 1);
  }

  /** RFC 9000 §19.3: largest, delay, ranges, first range, then gap and length of each; with ECN three counts more. */
  private static void acknowledgement(Cursor c, Transcript t, boolean ecn) {
    t.field("largestAcknowledged", varint(c));
    t.field("ackDelay", varint(c));
    long ranges = varint(c);
    t.field("ackRangeCount", ranges);
    t.field("firstAckRange", varint(c));
    for (long i = 0; i < ranges && c.ok(); i++) {
      t.field("gap", varint(c));
      t.field("ackRangeLength", varint(c));
    }
    for (int i = 0; ecn && i < 3; i++) {
      t.field("ecnCount", varint(c));
    }
  }

  /** Where the flow's hello is put together. */
  private int slot(long flow) {
    for (int i = 0; i < SLOTS; i++) {
      if (owner[i] == flow && there[i] != null) {
        return i;
      }
    }
    int slot = next;
    next = next + 1 & SLOTS - 1;
    owner[slot] = flow;
    if (there[slot] == null) {
      there[slot] = new long[LONGEST_HELLO / 64];
    }
    Arrays.fill(there[slot], 0);
    return slot;
  }

  private static void mark(long[] bits, int from, int to) {
    for (int i = from; i < to; i++) {
      bits[i >>> 6] |= 1L << i;
    }
  }

  private static boolean whole(long[] bits, int to) {
    for (int i = 0; i < to; i++) {
      if ((bits[i >>> 6] >>> i & 1) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads the hello once all of it is there. */
  private void complete(Cursor m, Exchange x, Observer o, int slot, long flow, int base) {
    long at = (long) slot * LONGEST_HELLO;
    if (!whole(there[slot], 4)) {
      return;
    }
    int octets = 4 + (octet(at + 1) << 16 | octet(at + 2) << 8 | octet(at + 3));
    if (octets > LONGEST_HELLO || !whole(there[slot], octets)) {
      return;
    }
    int draft = QuicInitial.draft(version(m, 0));
    boolean again = tls.carried(hello.set(scratch, at, octets, octets), x, o, draft > 0 && draft < 27);
    owner[slot] = 0;
    Arrays.fill(there[slot], 0);
    if (again) {
      // RFC 8446 §4.1.4: another hello of each side follows, behind this one in the same stream
      x.recall(key(x, CLIENT_DONE));
      x.remember(key(x, SERVER_BASE), base + octets, 0);
    } else {
      x.remember(flow, 1, 0);
      if (x.fromClient()) {
        x.remember(key(x, CLIENT_BASE), base + octets, 0);
      }
    }
  }

  /** Where in the stream of the sender the hello begins that is waited for. */
  private static int base(Exchange x) {
    long key = key(x, x.fromClient() ? CLIENT_BASE : SERVER_BASE);
    if (!x.recall(key)) {
      return 0;
    }
    int base = (int) x.recalledA();
    x.remember(key, base, 0);
    return base;
  }

  private int octet(long at) {
    return scratch.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
