package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.0 to 1.3 as far as it is in the clear (RFC 8446, RFC 5246): the hellos, the certificates up to TLS 1.2, alerts before encryption. The
 * rest is counted and passed over.
 *
 * <pre>
 * | type u8: 20 change cipher spec, 21 alert, 22 handshake, 23 application data | version u16 = 3.0..3.4 | length u16 | fragment |   RFC 8446 §5.1
 * handshake: | type u8 | length u24 | … |                                                                                      RFC 8446 §4
 * </pre>
 *
 * <p>A message here is a record; where a handshake message runs over several records, those records. Of application data the message is the
 * record's header, the rest is its body.
 */
final class Tls implements Dissector {
  private static final Cite RECORD = new Cite("RFC 8446", "5.1");
  static final Cite HANDSHAKE = new Cite("RFC 8446", "4");
  private static final Cite CLIENT_HELLO = new Cite("RFC 8446", "4.1.2");
  private static final Cite CERTIFICATE = new Cite("RFC 5246", "7.4.2");
  private static final Cite ALERT_CITE = new Cite("RFC 8446", "6");
  private static final Cite TLS10 = new Cite("RFC 8996", "4");
  private static final Cite TLS11 = new Cite("RFC 8996", "5");
  private static final Cite SSL3 = new Cite("RFC 7568", "3");
  private static final Cite HEARTBEAT_CITE = new Cite("RFC 6520", "4");
  private static final Cite SSL2 = new Cite("RFC 6176", "3");
  private static final Cite PROFILE = new Cite("RFC 5280", "4.1");

  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int ALERT = 21;
  private static final int HANDSHAKE_RECORD = 22;
  private static final int APPLICATION_DATA = 23;
  private static final int HEARTBEAT = 24;

  private static final int CLIENT = 1;
  private static final int SERVER = 2;
  private static final int CERTIFICATES = 11;

  private static final int TLS_1_3 = 0x0304;

  /** {@link Exchange#remember}: what the server chose; CLIENT and SERVER say whose messages are encrypted by now. */
  private static final int CHOSEN = 3;

  /** RFC 5246 §6.2.3: 2^14 octets and 2,048 for the cipher. */
  private static final int LONGEST = (1 << 14) + 2048;

  /** A chain of certificates longer than this is passed over. */
  private static final int LONGEST_HANDSHAKE = 1 << 17;

  private static final int NEWS_CLIENT = 1;
  private static final int NEWS_CONNECT = 2;
  private static final int NEWS_CERTIFICATE = 3;
  private static final int NEWS_SERVER = 4;
  private static final int NEWS_WITHIN = 5;
  private static final int AGAIN_SECONDS = 600;

  /** RFC 8446 §4.1.3: the random of a ServerHello that asks for another ClientHello, its first eight octets. */
  private static final long RETRY = 0xCF21AD74E59A6111L;

  private static final Outcome[] ALERTS = new Outcome[256];

  static {
    Arrays.setAll(ALERTS, i -> Outcome.error(TlsNames.alert(i)));
  }

  private final String carrier;
  private final Ja4 ja4;
  private final Cursor inner = new Cursor();
  /** Where handshake messages are put together that run over several records. */
  private MemorySegment scratch = MemorySegment.NULL;

  private final TlsExtensions extensions;
  private long body;
  /** Cipher suite and version of the flow under way, or -1 and 0 where nobody saw them. */
  private int suite;

  private int spoken;
  private boolean retried;

  /** TLS in its own records. */
  Tls() {
    carrier = "tls";
    ja4 = new Ja4('t');
    extensions = new TlsExtensions(ja4);
  }

  /** TLS as another protocol carries it, which hands over handshake messages. */
  private Tls(String carrier, char letter) {
    this.carrier = carrier;
    ja4 = new Ja4(letter);
    extensions = new TlsExtensions(ja4);
  }

  /** The handshake within QUIC (RFC 9001 §4). */
  static Tls quic() {
    return new Tls("quic", 'q');
  }

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("TLS 1.0 to 1.3", "RFC 8446, RFC 5246, RFC 6066, RFC 7301, RFC 8422, RFC 6962, RFC 5280, RFC 6520; JA4 of FoxIO",
        "hellos with every extension, also in the form of SSL 2.0; JA4 of the client, server name, ALPN; key exchange, requests, tickets, status and certificates with their extensions up to TLS 1.2; alerts and "
            + "heartbeats before encryption",
        "everything encrypted, which is counted; tickets, identities of shared keys and encrypted secrets but for their length; OCSP's answers; key exchange with shared keys, passwords and GOST",
        "FoxIO's JA4 records, 142 streams; tshark, messages and captures");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  /** HTTPS and its neighbour, MQTT, SMTP, IMAP, POP3, LDAP, Fox and BACnet/SC over TLS, OPC UA's discovery over HTTPS, SIP, Kubernetes. */
  @Override
  public int[] ports() {
    return new int[] {443, 8443, 8883, 465, 993, 995, 636, 4911, 5061, 4843, 6443, 47808, 990, 2762};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** The whole of the handshake messages that begin in the first record; on a foreign port the first must be a hello. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    int type = m.at(0);
    if (type >= 0x80) {
      return oldHello(m);
    }
    if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT || have > 1 && m.at(1) != 3 || have > 2 && m.at(2) > 4) {
      return NOT_MINE;
    }
    if (have < 5) {
      return MORE;
    }
    int length = m.at(3) << 8 | m.at(4);
    if (length > LONGEST || length == 0 && type != APPLICATION_DATA || type == CHANGE_CIPHER_SPEC && length != 1) {
      return NOT_MINE;
    }
    if (!x.recognised() && !home(x)) {
      if (type != HANDSHAKE_RECORD || length < 4) {
        return NOT_MINE;
      }
      if (have < 11) {
        return MORE;
      }
      boolean hello = m.at(5) == CLIENT || m.at(5) == SERVER;
      int octets = m.at(6) << 16 | m.at(7) << 8 | m.at(8);
      if (!hello || octets < 38 || octets > LONGEST_HANDSHAKE || m.at(9) != 3 || m.at(10) > 4) {
        return NOT_MINE;
      }
    }
    if (type == APPLICATION_DATA) {
      return 5;
    }
    return type == HANDSHAKE_RECORD && !m.cut() ? handshakes(m, 5 + length) : 5 + length;
  }

  /** Niagara's Fox within TLS, as its makers' guides have it: the port and the certificate are all that shows of it. */
  private static final int FOXS = 4911;

  /** What a server speaks within TLS, as far as its port says so; null where it does not. */
  private static @Nullable String within(int port) {
    return switch (port) {
      case FOXS -> "foxs";
      case 990 -> "ftps";
      // PS3.15 B.1 and IANA: DICOM over TLS; HL7 over MLLP keeps its port where TLS goes around it
      case 2762 -> "dicom-tls";
      case 2575 -> "hl7-tls";
      case 5061 -> "sips";
      default -> null;
    };
  }

  private static boolean home(Exchange x) {
    return x.serverPort() == 443 || x.serverPort() == 8443 || x.serverPort() == 8883 || x.serverPort() == FOXS;
  }

  /**
   * RFC 5246 E.2, the ClientHello of SSL 2.0, which the oldest clients send to servers of anything: {@code | 1 and length u15 | 1 | version u16 | ciphers u16 | session u16 |
   * challenge u16 | … |}, whose lengths must add up.
   */
  private static int oldHello(Cursor m) {
    int have = m.length();
    if (have > 2 && m.at(2) != CLIENT || have > 3 && m.at(3) != 3 && m.at(3) != 0) {
      return NOT_MINE;
    }
    if (have < 11) {
      return MORE;
    }
    int length = (m.at(0) & 0x7F) << 8 | m.at(1);
    int ciphers = m.at(5) << 8 | m.at(6);
    int session = m.at(7) << 8 | m.at(8);
    int challenge = m.at(9) << 8 | m.at(10);
    boolean version = m.at(3) == 3 ? m.at(4) <= 4 : m.at(4) == 2;
    return version && length == 9 + ciphers + session + challenge && ciphers > 0 && ciphers % 3 == 0 && (session == 0 || session == 16) && challenge >= 16 && challenge <= 32 ? 2 + length
        : NOT_MINE;
  }

  /** Follows the handshake messages that begin in the first record into the records behind it. */
  private static int handshakes(Cursor m, int firstEnd) {
    int have = m.length();
    int end = firstEnd;
    int at = 5;
    while (at + 4 <= end) {
      if (at + 6 > have) {
        return end <= have ? end : at == 5 ? MORE : end;
      }
      int octets = m.at(at + 1) << 16 | m.at(at + 2) << 8 | m.at(at + 3);
      if (!clear(m.at(at), octets, m.at(at + 4))) {
        return end;
      }
      int messageEnd = at + 4 + octets;
      if (messageEnd <= end) {
        at = messageEnd;
        continue;
      }
      int need = messageEnd - end;
      while (need > 0) {
        if (end + 5 > have) {
          return MORE;
        }
        int length = m.at(end + 3) << 8 | m.at(end + 4);
        if (m.at(end) != HANDSHAKE_RECORD || m.at(end + 1) != 3 || length == 0 || length > LONGEST) {
          return end;
        }
        at = end + 5 + Math.min(need, length);
        end += 5 + length;
        need -= length;
      }
    }
    return end;
  }

  /** Whether this can be the header of a handshake message in the clear, and not an encrypted one. */
  private static boolean clear(int type, int octets, int first) {
    return switch (type) {
      case CLIENT -> octets >= 38 && octets < LONGEST_HANDSHAKE && first == 3;
      // the drafts of TLS 1.3 before 22 have versions of their own here, 7f
      case SERVER -> octets >= 38 && octets < LONGEST_HANDSHAKE && (first == 3 || first == 0x7F);
      case CERTIFICATES -> octets >= 3 && octets < LONGEST_HANDSHAKE && first <= 1;
      // what else a server sends in the clear: session ticket, status, key exchange, request, done; and a client's key exchange and proof
      case 4, 12, 13, 15, 16, 22 -> octets < 1 << 15;
      case 0, 14 -> octets == 0;
      default -> false;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    t.message("tls", "record");
    if (m.peek(0) >= 0x80) {
      oldHello(m, x, o);
      t.end();
      return;
    }
    int type = m.u8();
    int version = m.u16();
    int length = m.u16();
    t.field("contentType", type);
    t.field("version", version);
    t.field("length", length);
    switch (type) {
      case APPLICATION_DATA -> {
        operation(m, o, "applicationData");
        t.field("applicationData", length);
        body = length;
      }
      case CHANGE_CIPHER_SPEC -> {
        m.skip(length);
        operation(m, o, "changeCipherSpec");
        known(x);
        if (m.ok() && spoken != TLS_1_3) {
          x.remember(key(x, x.fromClient() ? CLIENT : SERVER), 1, 0);
        }
      }
      case ALERT -> alert(m, x, o, length);
      case HANDSHAKE_RECORD -> {
        if (m.length() <= 5 + length) {
          long outer = m.enter(Math.min(length, m.remaining()));
          if (length > m.remaining()) {
            handshake(m, x, o);
            m.leave(outer);
            m.fail();
          } else {
            handshake(m, x, o);
            m.leave(outer);
          }
        } else {
          severalRecords(m, x, o);
        }
      }
      default -> heartbeat(m, x, o, length);
    }
    t.end();
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  private static void operation(Cursor m, Observer o, String name) {
    o.transcript().operation(name);
    if (m.ok()) {
      o.operation(name);
    }
  }

  /** RFC 8446 §6: {@code | level u8 | description u8 |}; an encrypted one is longer. */
  private static void alert(Cursor m, Exchange x, Observer o, int length) {
    if (length != 2) {
      m.skip(length);
      operation(m, o, "encryptedAlert");
      return;
    }
    int level = m.u8();
    int description = m.u8();
    o.transcript().field("level", level);
    o.transcript().field("description", TlsNames.alert(description));
    operation(m, o, "alert");
    if (m.ok() && level == 2) {
      o.outcome(x.flow(), ALERTS[description]);
    } else if (m.ok() && level != 1) {
      o.flaw(x, ALERT_CITE, "alert-level", 5, m.wireLength());
    }
  }

  /** RFC 6520 §4: {@code | type u8 | length u16 | payload | padding 16.. |}; one that asks for more than it brings is what Heartbleed was. */
  private static void heartbeat(Cursor m, Exchange x, Observer o, int length) {
    Transcript t = o.transcript();
    if (length < 3 || ciphered(x)) {
      m.skip(length);
      operation(m, o, "heartbeat");
      return;
    }
    int type = m.u8();
    int payload = m.u16();
    m.skip(length - 3);
    t.field("heartbeatType", type);
    t.field("heartbeatPayloadLength", payload);
    operation(m, o, "heartbeat");
    if (m.ok() && !x.gap() && (type == 1 || type == 2) && payload > length - 3) {
      o.flaw(x, HEARTBEAT_CITE, "heartbeat-length", 6, m.wireLength());
    }
  }

  /** RFC 5246 E.2. */
  private static void oldHello(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int length = m.u16() & 0x7FFF;
    t.field("length", length);
    t.begin("clientHello");
    t.field("handshakeType", m.u8());
    int version = m.u16();
    t.field("legacyVersion", version);
    int ciphers = m.u16();
    int session = m.u16();
    int challenge = m.u16();
    t.field("cipherSpecsLength", ciphers);
    t.field("legacySessionIdLength", session);
    t.field("challengeLength", challenge);
    for (int i = 0; i + 2 < ciphers && m.ok(); i += 3) {
      t.field("cipherSpec", m.u24());
    }
    if (session > 0) {
      t.octets("legacySessionId", m, Math.min(session, m.remaining()));
    }
    m.skip(session);
    t.octets("challenge", m, Math.min(challenge, m.remaining()));
    m.skip(challenge);
    t.close();
    operation(m, o, "clientHelloOfSsl2");
    if (m.ok()) {
      o.flaw(x, SSL2, "ssl2-client-hello", 0, m.wireLength());
      if (x.news(x.source(), NEWS_CONNECT, version * 31L + x.target().hashCode() * 65_537L + x.serverPort(), AGAIN_SECONDS)) {
        o.request(x.flow(), Acts.pending(x, "tls", SSL2, Verb.CONNECT, "clientHello", null, null, "in the form of SSL 2.0"));
      }
    }
  }

  private static long key(Exchange x, int what) {
    return x.flow() * 0x9E3779B97F4A7C15L + what;
  }

  /** Whether the sender has changed to a cipher, so that handshake messages of it are encrypted. */
  private static boolean ciphered(Exchange x) {
    long key = key(x, x.fromClient() ? CLIENT : SERVER);
    boolean there = x.recall(key);
    if (there) {
      x.remember(key, 1, 0);
    }
    return there;
  }

  /** Recalls what the server chose. */
  private void known(Exchange x) {
    long key = key(x, CHOSEN);
    suite = -1;
    spoken = 0;
    if (x.recall(key)) {
      suite = (int) x.recalledA();
      spoken = (int) x.recalledB();
      x.remember(key, suite, spoken);
    }
  }

  /** Puts the fragments of several records together and reads them as one. */
  private void severalRecords(Cursor m, Exchange x, Observer o) {
    if (scratch.byteSize() == 0) {
      scratch = Arena.ofAuto().allocate(LONGEST_HANDSHAKE + LONGEST, 8);
    }
    m.seek(0);
    int all = 0;
    int records = 0;
    Transcript t = o.transcript();
    while (m.ok() && m.remaining() > 0) {
      int type = m.u8();
      int version = m.u16();
      int length = m.u16();
      if (records > 0) {
        t.field("contentType", type);
        t.field("version", version);
        t.field("length", length);
      }
      if (all + length > scratch.byteSize()) {
        m.fail();
        break;
      }
      m.copyTo(scratch, all, length);
      all += m.ok() ? length : 0;
      records++;
    }
    t.field("records", records);
    if (m.ok()) {
      inner.set(scratch, 0, all, all);
      handshake(inner, x, o);
      if (!inner.ok()) {
        m.fail();
      }
    }
  }

  /** Reads one whole handshake message that another protocol carried; whether it is a server's that asks for another ClientHello. */
  boolean carried(Cursor m, Exchange x, Observer o, boolean oldParameters) {
    extensions.oldParameters = oldParameters;
    retried = false;
    handshake(m, x, o);
    return retried && m.ok();
  }

  /** RFC 8446 §4: handshake messages one after another; what does not look like one, or comes behind a change of cipher, is encrypted. */
  private void handshake(Cursor m, Exchange x, Observer o) {
    boolean encrypted = ciphered(x);
    while (m.ok() && m.remaining() > 0) {
      int type = m.peek(0);
      int octets = m.peek(1) << 16 | m.peek(2) << 8 | m.peek(3);
      if (encrypted && type == CLIENT && octets == m.remaining() - 4 && m.peek(4) == 3 && m.peek(5) <= 4) {
        // a connection of the same ports begins anew, or the server asked for another hello; nothing encrypted looks like this but once in 2^54
        encrypted = false;
        x.recall(key(x, CLIENT));
        x.recall(key(x, SERVER));
      }
      if (encrypted || m.remaining() < 4 || !clear(type, octets, m.peek(4))) {
        o.transcript().field("encryptedOctets", m.remaining());
        m.skip(m.remaining());
        operation(m, o, "encryptedHandshake");
        return;
      }
      int at = m.position();
      m.skip(4);
      if (octets > m.remaining()) {
        if (!m.cut()) {
          o.flaw(x, HANDSHAKE, "length", at, m.wireLength());
        }
        m.fail();
        return;
      }
      long outer = m.enter(octets);
      message(m, x, o, type, octets);
      m.leave(outer);
    }
  }

  private void message(Cursor m, Exchange x, Observer o, int type, int octets) {
    Transcript t = o.transcript();
    t.begin(TlsNames.handshake(type));
    t.field("handshakeType", type);
    t.field("handshakeLength", octets);
    switch (type) {
      case CLIENT -> clientHello(m, x, o);
      case SERVER -> serverHello(m, x, o);
      case CERTIFICATES -> certificates(m, x, o);
      default -> {
        if (t.on()) {
          known(x);
          TlsMessages.read(new Cursor().rest(m), t, type, suite, spoken);
        }
        m.skip(m.remaining());
        t.close();
        operation(m, o, "handshake");
      }
    }
  }

  /**
   * RFC 8446 §4.1.2: {@code | version u16 | random 32 | session <0..32> | cipher suites <2..2^16-2> | compression <1..2^8-1> | extensions |}.
   */
  private void clientHello(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int version = m.u16();
    t.field("legacyVersion", version);
    ja4.begin(version);
    t.octets("random", m, Math.min(32, m.remaining()));
    m.skip(32);
    session(m, t);
    int at = m.position();
    int octets = m.u16();
    t.field("cipherSuitesLength", octets);
    if (m.ok() && (octets & 1) != 0) {
      o.flaw(x, CLIENT_HELLO, "cipher-suites", at, m.wireLength());
    }
    for (int i = 0; i + 1 < octets && m.ok(); i += 2) {
      int offered = m.u16();
      t.field("cipherSuite", offered);
      ja4.cipher(offered);
    }
    m.skip(octets & 1);
    int methods = m.u8();
    t.field("compressionMethodsLength", methods);
    for (int i = 0; i < methods && m.ok(); i++) {
      t.field("compressionMethod", m.u8());
    }
    extensions.read(m, x, o, true, false);
    if (m.ok() && t.on()) {
      t.field("ja4", ja4.text());
    }
    t.close();
    operation(m, o, "clientHello");
    if (!m.ok()) {
      return;
    }
    long digest = ja4.digest();
    if (x.news(x.source(), NEWS_CLIENT, digest, Exchange.FOREVER)) {
      String text = ja4.text();
      if (!text.isEmpty()) {
        o.claim(x, x.source(), Trait.BANNER, "ja4=" + text, CLIENT_HELLO);
      }
    }
    int end = m.position();
    int named = extensions.nameLength;
    m.seek(extensions.nameAt);
    long name = named == 0 ? 0 : m.digest(named);
    if (x.news(x.source(), NEWS_CONNECT, digest * 31 + name * 17 + x.target().hashCode() * 65_537L + x.serverPort(), AGAIN_SECONDS)) {
      Point point = named == 0 ? null : new Point.Named("name", m.text(named, StandardCharsets.US_ASCII));
      String detail = "ja4=" + ja4.text();
      if (extensions.protocolsLength > 0) {
        m.seek(extensions.protocolsAt);
        detail += ", alpn=" + String.join(",", protocols(m, extensions.protocolsLength));
      }
      o.request(x.flow(), Acts.pending(x, carrier, CLIENT_HELLO, Verb.CONNECT, "clientHello", point, null, detail));
    }
    m.seek(end);
  }

  private static void session(Cursor m, Transcript t) {
    int octets = m.u8();
    t.field("legacySessionIdLength", octets);
    if (t.on() && octets > 0) {
      t.octets("legacySessionId", m, Math.min(octets, m.remaining()));
    }
    m.skip(octets);
  }

  private static List<String> protocols(Cursor m, int octets) {
    List<String> names = new ArrayList<>();
    int end = m.position() + octets;
    while (m.ok() && m.position() < end) {
      names.add(m.text(m.u8(), StandardCharsets.ISO_8859_1));
    }
    return names;
  }

  /** RFC 8446 §4.1.3: {@code | version u16 | random 32 | session <0..32> | cipher suite u16 | compression u8 | extensions |}. */
  private void serverHello(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int version = m.u16();
    t.field("legacyVersion", version);
    t.octets("random", m, Math.min(32, m.remaining()));
    boolean retry = m.u64() == RETRY;
    m.skip(24);
    // the drafts before 22 have neither session nor compression (draft-ietf-tls-tls13-18 §4.1.3)
    boolean draft = version >>> 8 == 0x7F || version == TLS_1_3;
    if (!draft) {
      session(m, t);
    }
    int cipher = m.u16();
    t.field("cipherSuite", cipher);
    if (!draft) {
      t.field("compressionMethod", m.u8());
    }
    extensions.read(m, x, o, false, retry);
    t.close();
    operation(m, o, retry ? "helloRetryRequest" : "serverHello");
    if (!m.ok()) {
      return;
    }
    int agreed = extensions.chosen != 0 ? extensions.chosen : version;
    x.remember(key(x, CHOSEN), cipher, draft ? TLS_1_3 : agreed);
    retried = retry;
    if (retry) {
      return;
    }
    // RFC 8996 §4, §5 and RFC 7568 §3: these versions must not be negotiated
    switch (agreed) {
      case 0x0300 -> o.flaw(x, SSL3, "deprecated-ssl3", m.position(), m.wireLength());
      case 0x0301 -> o.flaw(x, TLS10, "deprecated-tls10", m.position(), m.wireLength());
      case 0x0302 -> o.flaw(x, TLS11, "deprecated-tls11", m.position(), m.wireLength());
      default -> {
        // 1.2 and 1.3
      }
    }
    if (x.news(x.source(), NEWS_SERVER, (long) agreed << 16 | cipher, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "tls-server=" + HexFormat.of().toHexDigits((short) agreed) + "," + HexFormat.of()
          .toHexDigits((short) cipher), HANDSHAKE);
    }
    String within = within(x.sourcePort());
    if (within != null && x.news(x.source(), NEWS_WITHIN, x.sourcePort(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.sourcePort() + " " + within, HANDSHAKE);
    }
    o.outcome(x.flow(), Outcome.OK);
  }

  /** RFC 5246 §7.4.2: {@code | all u24 | { length u24 | certificate } |}, the sender's own first. */
  private static void certificates(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int all = m.u24();
    t.field("certificatesLength", all);
    if (m.ok() && all != m.remaining()) {
      o.flaw(x, CERTIFICATE, "length", m.position() - 3, m.wireLength());
    }
    for (int n = 0; m.ok() && m.remaining() > 0; n++) {
      int octets = m.u24();
      t.field("certificateLength", octets);
      if (octets > m.remaining()) {
        m.fail();
        break;
      }
      boolean news = n == 0 && x.news(x.source(), NEWS_CERTIFICATE, m.digest(octets), Exchange.FOREVER);
      if (news || t.on()) {
        certificate(m, x, o, octets, news);
      } else {
        m.skip(octets);
      }
    }
    t.close();
    operation(m, o, "certificate");
  }

  private static void certificate(Cursor m, Exchange x, Observer o, int octets, boolean news) {
    Transcript t = o.transcript();
    int at = m.position();
    if (t.on()) {
      t.begin("fields");
      X509Fields.tell(m, octets, t);
      t.close();
    }
    X509 certificate = X509.read(m, octets);
    if (certificate == null) {
      o.flaw(x, PROFILE, "certificate", at, octets);
      return;
    }
    if (t.on()) {
      t.begin("certificate");
      t.field("subject", certificate.subject());
      t.field("issuer", certificate.issuer());
      t.field("serialNumber", certificate.serial());
      t.field("notBefore", certificate.from());
      t.field("notAfter", certificate.until());
      t.field("key", certificate.key());
      t.field("selfSigned", certificate.selfSigned());
      t.field("names", certificate.names());
      t.field("sha256", certificate.sha256());
      t.close();
    }
    if (news) {
      o.claim(x, x.source(), Trait.BANNER, "tls-certificate=" + certificate.subject() + "; " + (certificate.selfSigned() ? "self-signed"
          : "issuer " + certificate.issuer()) + "; from " + certificate.from() + " until " + certificate.until() + "; key " + certificate.key() + "; sha256 " + certificate.sha256()
              + (certificate.names().isEmpty() ? "" : "; for " + shortened(certificate.names())), CERTIFICATE);
    }
  }

  /** As many names as a claim has room for. */
  private static String shortened(String names) {
    return names.length() <= 160 ? names : names.substring(0, 160) + "…";
  }

  @Override
  public Cite cite() {
    return RECORD;
  }
}
