package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * CoAP over UDP (RFC 7252) and TCP (RFC 8323), with observing (RFC 7641), blocks (RFC 7959), FETCH and PATCH (RFC 8132).
 *
 * <pre>
 * | version 2 = 1, type 2, token length 4 | code 3.5 | message id u16 | token | options | FF | payload |           RFC 7252 §3
 * | length 4, token length 4 | extended length 0, 1, 2 or 4 octets | code 3.5 | token | options | FF | payload |  RFC 8323 §3.2
 * option: | delta 4, length 4 | extended delta | extended length | value |                                     RFC 7252 §3.1
 * </pre>
 *
 * Queries and payloads are not told: of them there is length alone, but for a number that is put.
 */
final class Coap implements Dissector {
  private static final Cite FORMAT = new Cite("RFC 7252", "3");
  private static final Cite OPTIONS = new Cite("RFC 7252", "3.1");
  private static final Cite METHODS = new Cite("RFC 7252", "5.8");
  private static final Cite OBSERVING = new Cite("RFC 7641", "3.1");
  private static final Cite DISCOVERY = new Cite("RFC 7252", "7.2.1");

  /** RFC 7252 §12.6; RFC 8323 §11.2 gives TCP the same. */
  private static final int PORT = 5683;

  /** RFC 8323 §5.3: the first message of each side. */
  private static final int CSM = 0xE1;

  private static final int NEWS_MESSAGE = 1;
  private static final int NEWS_READ = 2;
  private static final int AGAIN_SECONDS = 600;

  /** RFC 7252 §4.8.2: EXCHANGE_LIFETIME, within which a message identifier is not used again. */
  private static final int LIFETIME = 247;

  /** RFC 7252 §12.2, RFC 7641 §2, RFC 7959 §2.1, RFC 8613 §2: options by number. */
  private static final int URI_HOST = 3;
  private static final int OBSERVE = 6;
  private static final int URI_PATH = 11;
  private static final int CONTENT_FORMAT = 12;
  private static final int URI_QUERY = 15;
  private static final int BLOCK2 = 23;
  private static final int BLOCK1 = 27;

  private static final String[] METHOD = {"empty", "GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "iPATCH"};
  private static final String[] TYPE = {"confirmable", "non-confirmable", "acknowledgement", "reset"};
  private static final String[] RESPONSE = new String[256];
  private static final Outcome[] OUTCOME = new Outcome[256];

  static {
    for (int i = 0; i < 256; i++) {
      RESPONSE[i] = (i >>> 5) + "." + (i & 31) / 10 + (i & 31) % 10;
      OUTCOME[i] = i >>> 5 == 2 ? Outcome.OK : Outcome.error(RESPONSE[i]);
    }
  }

  private final Transport transport;
  /** Of the message under way. */
  private long path;
  private int pathAt;
  private int segments;
  private boolean wellKnown;
  private int observe;
  private int format;
  private int blockNumber;

  Coap(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "coap";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("CoAP", "RFC 7252, 7641, 7959, 8132, 8323",
        "every message and option; methods as acts with their outcome, observing, discovery, blocks by number",
        "payloads but for a number that is put; queries (length only); bodies in blocks put together; what DTLS or OSCORE protects; CoAP over WebSockets; other ports",
        "tshark, fields, on messages built from the standard");
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
  public boolean secrets() {
    return true;
  }

  @Override
  public Cite cite() {
    return FORMAT;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    return transport == Transport.UDP ? datagram(m) : stream(m, x);
  }

  private static int datagram(Cursor m) {
    int code = m.at(1);
    boolean mine = m.length() >= 4 && m.at(0) >>> 6 == 1 && known(code);
    return mine ? m.wireLength() : NOT_MINE;
  }

  /** RFC 7252 §12.1: classes 0, 2, 4 and 5; RFC 8323 §5: 7. */
  private static boolean known(int code) {
    int kind = code >>> 5;
    return kind == 0 && code < METHOD.length || kind == 2 || kind == 4 || kind == 5;
  }

  private static int stream(Cursor m, Exchange x) {
    int have = m.length();
    if (have < 1) {
      return MORE;
    }
    int nibble = m.at(0) >>> 4;
    int extension = nibble < 13 ? 0 : 1 << nibble - 13;
    if ((m.at(0) & 15) > 8) {
      return NOT_MINE;
    }
    if (have < 2 + extension) {
      return m.cut() ? NOT_MINE : MORE;
    }
    long length = nibble;
    if (extension > 0) {
      length = nibble == 13 ? 13 : nibble == 14 ? 269 : 65_805;
      long more = 0;
      for (int i = 0; i < extension; i++) {
        more = more << 8 | m.at(1 + i);
      }
      length += more;
    }
    int code = m.at(1 + extension);
    long whole = 2L + extension + (m.at(0) & 15) + length;
    boolean mine = x.recognised() ? known(code) || code >>> 5 == 7 : code == CSM;
    return mine && whole < 1 << 24 ? (int) whole : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("coap", "message");
    int first = m.u8();
    int tokenOctets = first & 15;
    int code;
    int type = 0;
    long id = -1;
    if (transport == Transport.UDP) {
      type = first >>> 4 & 3;
      code = m.u8();
      id = m.u16();
      t.field("version", first >>> 6);
      t.field("type", type);
      t.field("typeName", TYPE[type]);
    } else {
      int nibble = first >>> 4;
      m.skip(nibble < 13 ? 0 : 1 << nibble - 13);
      code = m.u8();
      if (m.cut()) {
        m.fail();
      }
    }
    t.field("code", code);
    String name = code < METHOD.length ? METHOD[code] : code == CSM ? "CSM" : RESPONSE[code];
    t.operation(name);
    if (id >= 0) {
      t.field("messageId", id);
    }
    if (tokenOctets > 8) {
      o.flaw(x, FORMAT, "token length", 0, 1);
      t.end();
      return;
    }
    long token = m.digest(tokenOctets);
    t.octets("token", m, tokenOctets);
    m.skip(tokenOctets);
    if (m.ok() && code == 0 && m.remaining() > 0) {
      o.flaw(x, FORMAT, "octets behind an empty message", m.position(), m.remaining());
      m.skip(m.remaining());
    }
    options(m, x, o, code);
    int payload = m.remaining();
    if (m.ok()) {
      o.operation(name);
      t.field("payloadOctets", payload);
      o.secret(m.position(), payload);
      long key = x.flow() * 0x9E3779B97F4A7C15L ^ token ^ tokenOctets;
      if (code >= 1 && code < METHOD.length) {
        if (id < 0 || x.news(x.source(), NEWS_MESSAGE, (id << 16 ^ token) * 31 + x.target().hashCode(), LIFETIME)) {
          method(m, x, o, code, key, payload);
        }
      } else if (code >>> 5 >= 2 && code >>> 5 <= 5) {
        o.outcome(key, OUTCOME[code]);
      }
      m.skip(m.remaining());
    }
    t.end();
  }

  /** RFC 7252 §3.1. The cursor stands behind the payload marker afterwards, or at the end. */
  private void options(Cursor m, Exchange x, Observer o, int code) {
    Transcript t = o.transcript();
    path = 0;
    pathAt = -1;
    segments = 0;
    wellKnown = false;
    observe = -1;
    format = -1;
    blockNumber = 0;
    int number = 0;
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int head = m.u8();
      if (head == 0xFF) {
        if (m.remaining() == 0) {
          o.flaw(x, FORMAT, "marker without payload", at, 1);
        }
        return;
      }
      int delta = extended(m, head >>> 4);
      int length = extended(m, head & 15);
      if (delta < 0 || length < 0) {
        o.flaw(x, OPTIONS, "reserved delta or length", at, 1);
        m.fail();
        return;
      }
      number += delta;
      long outer = m.enter(length);
      option(m, t, o, number, length, code, at);
      m.leave(outer);
    }
  }

  /** 13 and 14 add one and two octets, 15 is reserved: -1. */
  private static int extended(Cursor m, int nibble) {
    return nibble < 13 ? nibble : nibble == 13 ? m.u8() + 13 : nibble == 14 ? m.u16() + 269 : -1;
  }

  private void option(Cursor m, Transcript t, Observer o, int number, int length, int code, int at) {
    switch (number) {
      case URI_PATH -> {
        if (segments == 0) {
          pathAt = at;
          wellKnown = m.startsWith(".well-known");
        } else if (segments == 1) {
          wellKnown &= m.startsWith("core");
        }
        segments++;
        path = path * 31 + m.digest(length);
        text(m, t, "uriPath", length);
      }
      case OBSERVE -> {
        observe = length <= 3 ? (int) m.unsigned(length) : -1;
        t.field("observe", observe);
      }
      case CONTENT_FORMAT, 17 -> {
        int value = length <= 2 ? (int) m.unsigned(length) : -1;
        t.field(number == 17 ? "accept" : "contentFormat", value);
        format = number == CONTENT_FORMAT ? value : format;
      }
      case BLOCK1, BLOCK2 -> {
        // RFC 7959 §2.2: number, more, size exponent
        int value = length <= 3 ? (int) m.unsigned(length) : 0;
        t.field(number == BLOCK1 ? "block1Number" : "block2Number", value >>> 4);
        t.field("more", (value >>> 3 & 1) != 0);
        t.field("blockSize", 16 << (value & 7));
        blockNumber = Math.max(blockNumber, number == BLOCK1 || code < METHOD.length ? value >>> 4 : 0);
      }
      case URI_QUERY, 20, 35 -> {
        o.secret(m.position(), length);
        t.secret(number == 35 ? "proxyUri" : number == 20 ? "locationQuery" : "uriQuery", length);
      }
      case URI_HOST, 8, 39 -> text(m, t, number == URI_HOST ? "uriHost" : number == 8 ? "locationPath" : "proxyScheme", length);
      case 7, 14, 16, 28, 60 -> {
        if (length <= 4) {
          t.field(number == 7 ? "uriPort" : number == 14 ? "maxAge" : number == 16 ? "hopLimit" : number == 28 ? "size2" : "size1", m.unsigned(length));
        }
      }
      default -> {
        if (t.on()) {
          t.octets(number == 1 ? "ifMatch" : number == 4 ? "eTag" : number == 5 ? "ifNoneMatch" : number == 9 ? "oscore" : "option-" + number, m, length);
        }
      }
    }
  }

  private static void text(Cursor m, Transcript t, String name, int length) {
    if (t.on()) {
      t.field(name, m.text(length, StandardCharsets.UTF_8));
    }
  }

  /** RFC 7252 §5.8, RFC 8132 §2 and §3; RFC 7641 §3.1: GET with Observe 0 subscribes, 1 takes that back. */
  private void method(Cursor m, Exchange x, Observer o, int code, long key, int payload) {
    boolean reads = code == 1 || code == 5;
    Verb verb = reads ? observe == 0 ? Verb.SUBSCRIBE : segments == 2 && wellKnown ? Verb.DISCOVER : Verb.READ
        : code == 2 ? Verb.COMMAND : code == 4 ? Verb.DELETE : Verb.WRITE;
    if (blockNumber > 0 || verb == Verb.READ && !x.news(x.source(), NEWS_READ, path * 31 + x.target().hashCode(), AGAIN_SECONDS)) {
      return;
    }
    Cite cite = verb == Verb.SUBSCRIBE ? OBSERVING : verb == Verb.DISCOVER ? DISCOVERY : METHODS;
    Value value = null;
    if (!reads && payload > 0 && payload <= 24 && format <= 0) {
      double number = Numbers.decimal(m, payload);
      value = Double.isNaN(number) ? null : new Value.Num(number);
    }
    String detail = reads || payload == 0 || value != null ? "" : payload + " octets" + (format < 0 ? "" : ", format " + format);
    o.request(key, Acts.pending(x, "coap", cite, verb, METHOD[code], point(m), value, detail));
  }

  /** The path, by reading the options once more. */
  private @Nullable Point point(Cursor m) {
    int end = m.position();
    StringBuilder text = new StringBuilder();
    int left = segments;
    m.seek(Math.max(0, pathAt));
    while (left > 0 && m.ok()) {
      int head = m.u8();
      extended(m, head >>> 4);
      int length = extended(m, head & 15);
      text.append('/').append(m.text(length, StandardCharsets.UTF_8));
      left--;
    }
    m.seek(end);
    return new Point.Named("path", text.isEmpty() ? "/" : text.toString());
  }
}
