package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * One protocol: how to recognise its messages, where they end, and what they say. One file per protocol, one line in {@link Protocols}.
 * Instances belong to one pipeline and one thread.
 */
public interface Dissector {
  /** {@link #frame}: this is not my protocol. */
  int NOT_MINE = -1;

  /** {@link #frame}: it may be mine, but more octets are needed to say where the message ends (streams only). */
  int MORE = 0;

  /** The name in outputs, lower case: {@code bacnet}. */
  String name();

  /** What a reader of {@code docs/protocols.md} is told of it. */
  Sheet sheet();

  /** What carries it. */
  Transport transport();

  /** Ports (or EtherTypes, or IP protocols) on which it is tried first; recognition still asks {@link #frame}. */
  int[] ports();

  /**
   * Whether it may be tried on other ports than its own. Only for protocols whose framing is strong enough to prove itself: a length
   * that must equal the datagram, a version, a closed list of codes.
   */
  default boolean anyPort() {
    return false;
  }

  /**
   * Where the message at the cursor ends. For datagrams the whole payload is under the cursor and the answer is its
   * {@link Cursor#wireLength()} or {@link #NOT_MINE}: compare lengths with the wire length, never with what was captured. For streams
   * the cursor holds what has arrived in order: the answer is the octets of the first message (which may be more than has arrived),
   * {@link #MORE} or {@link #NOT_MINE}. The answer must not depend on anything but the octets and the exchange. The cursor is set anew
   * for {@link #dissect}.
   */
  int frame(Cursor message, Exchange exchange);

  /**
   * Reads one message, once, in wire order, and reports. A read past the end leaves {@code message.ok()} false; report acts only when
   * it is true. The caller turns a failed cursor into a {@code Flaw} unless the capture cut the message; flaws that the cursor cannot
   * see are reported by {@link Observer#flaw}.
   */
  void dissect(Cursor message, Exchange exchange, Observer observer);

  /** {@link #skip}: everything up to the end of the stream. */
  long UNTIL_CLOSE = Long.MAX_VALUE;

  /**
   * How many octets that follow the message just dissected, in its direction of the stream, are a body that nobody reads. Asked once after
   * each {@link #dissect} of a stream message; the flow layer passes over them without buffering, however many, and asks
   * {@link #frame} again at what follows. So {@link #frame} answers the head of a message only, and a body of a gigabyte costs a
   * counter. Octets that were lost within the body count as passed.
   *
   * @return 0 for protocols without bodies; {@link #UNTIL_CLOSE} where the body ends with the stream
   */
  default long skip(Exchange exchange) {
    return 0;
  }

  /**
   * Whether its messages may hold credentials or keys. Then packets are recorded only as far as this dissector has read them, and it says
   * by {@link Observer#secret} which octets are overwritten.
   */
  default boolean secrets() {
    return false;
  }

  /** The clause a message breaks that ends before its fields do (flaw kind {@code short}), or null where the standard has none. */
  default @Nullable Cite cite() {
    return null;
  }

  /** What carries a protocol. */
  enum Transport {
    UDP,
    TCP,
    /**
     * Directly on the link layer; {@link #ports} are EtherTypes, or {@code 0x10000 | DSAP << 8 | SSAP} for IEEE 802.2 LLC frames
     * (spanning tree: 0x14242), or {@code 0x20000 | protocol} for SNAP frames of another organisation than 00-00-00 (CDP: 0x22000). ARP
     * (0x0806) is under the cursor from its hardware type on, where it binds IPv4 to MAC addresses.
     */
    ETHERNET,
    /**
     * Directly on IP; {@link #ports} are IP protocol numbers (IGMP: 2). One dissector a number. Of ICMPv6 (58) only what is of the link alone
     * comes: types 130 to 143, which are neighbour discovery and listener discovery.
     */
    IP
  }
}
