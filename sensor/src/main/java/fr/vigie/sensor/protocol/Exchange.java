package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Stamp;

/**
 * Who speaks to whom, when, about which flow: what surrounds the one message under dissection. Mutable and reused for every message of a
 * pipeline; never kept. The flow layer fills it; dissectors only read it.
 */
public abstract class Exchange {
  /** Capture time of the packet that completed the message, nanoseconds since the epoch. */
  public abstract long at();

  /** The sender of the message. */
  public abstract Endpoint source();

  /** The receiver: an endpoint or a group address. */
  public abstract Endpoint target();

  /** Sender's port, or 0. */
  public abstract int sourcePort();

  /** Receiver's port, or 0. */
  public abstract int targetPort();

  /** Server port of the contact: of the side that did not open it. */
  public abstract int serverPort();

  /** Whether the sender is the side that opened the flow. */
  public abstract boolean fromClient();

  /** Whether a stream message follows octets that were lost: state of the protocol may be stale. */
  public abstract boolean gap();

  /**
   * Whether an earlier message of the flow was this protocol's: then {@link Dissector#frame} need not prove again whose it is. False where the
   * framings are being asked, and for protocols on the link layer.
   */
  public abstract boolean recognised();

  /** Time to live or hop limit of the packet under way, 0 to 255: what a protocol of the link alone has it judged by. 0 below IP. */
  public abstract int hops();

  /** A number that names the flow, the same both ways, for keys of {@link #remember}. */
  public abstract long flow();

  /** Order, time and packet of the next observation; each call counts {@code n} up. Allocates: only for what is news. */
  public abstract Stamp stamp();

  /** The interner, for addresses below the IP. */
  public abstract Endpoints endpoints();

  /**
   * Whether this fact is news: true the first time and again after {@code seconds} of capture time; false in between. Ask before building
   * anything.
   *
   * @param speaker whose fact it is
   * @param what a constant of the dissector that names the kind of fact, unique within the protocol
   * @param digest digest of the fact, for example of {@link fr.vigie.sensor.wire.Cursor#digest}
   * @param seconds after how many seconds the same fact is news again; {@link #FOREVER} for never
   */
  public abstract boolean news(Endpoint speaker, int what, long digest, int seconds);

  /**
   * Counts a read, or a subscription, into the behaviour of its speaker, which for ten minutes of capture time is told in growing steps of distinct points and
   * not point by point: at the first, and then each time that half as many again have been read.
   *
   * @param reader who reads
   * @param behaviour a constant of the dissector mixed with the device that is read: who reads whom by which kind of operation
   * @param point digest of what is read
   * @return how many distinct points the act stands for that is now to be told, more than 1 for all but the first; 0 if none is to be told
   */
  public abstract int reads(Endpoint reader, long behaviour, long point);

  /** A fact that is never news again. */
  public static final int FOREVER = Integer.MAX_VALUE;

  /**
   * Remembers two numbers under a key until {@link #recall} takes them away or the bounded table needs the place (oldest first); for
   * requests whose answers cannot be read alone. The key is combined with the protocol, not with the flow: mix {@link #flow} in.
   */
  public abstract void remember(long key, long a, long b);

  /** Takes what was remembered under the key; then {@link #recalledA} and {@link #recalledB} hold it. False if there is nothing. */
  public abstract boolean recall(long key);

  /** First number of the last successful {@link #recall}. */
  public abstract long recalledA();

  /** Second number of the last successful {@link #recall}. */
  public abstract long recalledB();

  /** The sender with a BACnet address behind it. See {@link Below.Bacnet}. */
  public final Endpoint bacnet(Endpoint router, int net, long mac, int length) {
    return endpoints().bacnet(router, net, mac, length);
  }
}
