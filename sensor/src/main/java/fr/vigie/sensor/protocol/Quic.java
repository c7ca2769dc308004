package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * QUIC versions 1 and 2 (RFC 9000, RFC 9001, RFC 9369) as far as anybody on the way can read them: the headers, and the ClientHello in the
 * client's Initial packets, put together over as many as it takes.
 *
 * <pre>
 * | 1 1 type 2 – – – – | version u32 | length u8 | destination id | length u8 | source id | … |               RFC 9000 §17.2
 * Initial: | token length varint | token | length varint | packet number 1..4 | frames | tag 16 |          RFC 9000 §17.2.2
 * | 0 1 – – – – – – | destination id | … |, all encrypted                                                    RFC 9000 §17.3
 * CRYPTO: | 6 | offset varint | length varint | octets of the handshake |                                   RFC 9000 §19.6
 * </pre>
 *
 * <p>The server's Initial packets open with the client's first identifier; they are not opened. A hello that is not complete after
 * {@link #SLOTS} others began is given up.
 */
final class Quic implements Dissector {
  private static final Cite HEADER = new Cite("RFC 9000", "17.2");
  private static final Cite FRAMES = new Cite("RFC 9000", "12.4");
  private static final Cite CRYPTO = new Cite("RFC 9000", "19.6");
  private static final Cite SIZE = new Cite("RFC 9000", "14.1");

  private static final int INITIAL = 0;
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
        "long headers; the client's hello with server name, ALPN and JA4, also of drafts 23 to 32; that the server answered",
        "everything else, which is encrypted; the server's hello; Google's QUIC before the drafts",
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
      if (from + 5 < m.length() && version(m, from) == 0) {
        operation = first(operation, from, "versionNegotiation");
        from = m.length();
        break;
      }
      if (reserved(m, from)) {
        operation = first(operation, from, "versionProbe");
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
      if (t.on()) {
        tell(m, t, from, type);
      }
      if (type == INITIAL && initials++ < MOST_INITIALS) {
        initial(m, x, o, from);
      }
      from = end;
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

  private void tell(Cursor m, Transcript t, int from, int type) {
    t.begin("packet");
    t.field("type", TYPES[type]);
    t.field("version", version(m, from) & 0xFFFFFFFFL);
    Cursor c = new Cursor().rest(m);
    c.seek(identifierAt);
    t.octets("destinationConnectionId", c, identifierLength);
    c.seek(identifierAt + identifierLength + 1);
    t.octets("sourceConnectionId", c, m.at(identifierAt + identifierLength));
    if (type != RETRY) {
      t.field("length", end - numberAt);
    }
    t.close();
  }

  // ---- the client's hello

  private void initial(Cursor m, Exchange x, Observer o, int from) {
    if (!x.fromClient() || m.cut()) {
      return;
    }
    long flow = x.flow();
    boolean done = x.recall(flow);
    if (done) {
      x.remember(flow, 1, 0);
    }
    m.seek(identifierAt);
    long digest = m.digest(Math.min(m.length() - identifierAt, 128)) + flow;
    m.seek(0);
    if (done && !o.transcript().on() || !x.news(x.source(), NEWS_PACKET, digest, AGAIN_SECONDS) && !o.transcript().on()) {
      return;
    }
    byte[] frames = initial.open(m, version(m, from), from, numberAt, end, identifierAt, identifierLength);
    if (frames == null) {
      // a later packet of the same connection goes to the identifier that the server chose
      return;
    }
    if (m.wireLength() < LEAST) {
      o.flaw(x, SIZE, "size", 0, m.wireLength());
    }
    crypto(m, x, o, frames, flow);
  }

  /** RFC 9000 §12.4, table 3: an Initial packet has frames of PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE alone. */
  private void crypto(Cursor m, Exchange x, Observer o, byte[] frames, long flow) {
    if (scratch.byteSize() == 0) {
      scratch = Arena.ofAuto().allocate((long) SLOTS * LONGEST_HELLO + 65_536, 8);
    }
    long at = (long) SLOTS * LONGEST_HELLO;
    MemorySegment.copy(frames, 0, scratch, ValueLayout.JAVA_BYTE, at, frames.length);
    Cursor c = hello.set(scratch, at, frames.length, frames.length);
    int slot = -1;
    while (c.ok() && c.remaining() > 0) {
      int type = c.u8();
      switch (type) {
        case 0, 1 -> {
          // PADDING, PING
        }
        case 2, 3 -> acknowledgement(c, type == 3);
        case 6 -> {
          long offset = varint(c);
          long octets = varint(c);
          if (octets > c.remaining()) {
            c.fail();
          }
          if (c.ok() && offset + octets <= LONGEST_HELLO) {
            slot = slot(flow);
            int to = (int) offset;
            c.copyTo(scratch, (long) slot * LONGEST_HELLO + to, (int) octets);
            mark(there[slot], to, to + (int) octets);
          } else {
            c.skip((int) Math.min(octets, Integer.MAX_VALUE));
          }
        }
        case 0x1C -> c.skip(c.remaining());
        default -> {
          o.flaw(x, FRAMES, "frame", 0, m.wireLength());
          return;
        }
      }
    }
    if (!c.ok()) {
      o.flaw(x, CRYPTO, "length", 0, m.wireLength());
    } else if (slot >= 0) {
      complete(x, o, slot, flow);
    }
  }

  static long varint(Cursor c) {
    int first = c.u8();
    return (long) (first & 0x3F) << 8 * ((1 << (first >>> 6)) - 1) | c.unsigned((1 << (first >>> 6)) - 1);
  }

  /** RFC 9000 §19.3: largest, delay, ranges, first range, then gap and length of each; with ECN three counts more. */
  private static void acknowledgement(Cursor c, boolean ecn) {
    varint(c);
    varint(c);
    long ranges = varint(c);
    varint(c);
    for (long i = 0; i < ranges && c.ok(); i++) {
      varint(c);
      varint(c);
    }
    for (int i = 0; ecn && i < 3; i++) {
      varint(c);
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
  private void complete(Exchange x, Observer o, int slot, long flow) {
    long at = (long) slot * LONGEST_HELLO;
    if (!whole(there[slot], 4)) {
      return;
    }
    int octets = 4 + (octet(at + 1) << 16 | octet(at + 2) << 8 | octet(at + 3));
    if (octets > LONGEST_HELLO || !whole(there[slot], octets)) {
      return;
    }
    tls.carried(hello.set(scratch, at, octets, octets), x, o, false);
    owner[slot] = 0;
    Arrays.fill(there[slot], 0);
    x.remember(flow, 1, 0);
  }

  private int octet(long at) {
    return scratch.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
