package fr.vigie.sensor.flow;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One thing a shard has to do: read a packet or what fragments put together, note a breach, or let time pass. Reused. It belongs to the
 * dispatcher until it is dealt and to the thread that runs the shard from then on.
 */
final class Item {
  /** What there is to do. */
  enum Kind {
    /** The packet whose headers were read. */
    PACKET,
    /** {@link #memory}, put together from fragments, with the headers on it. */
    WHOLE,
    /** {@link #late}, found by putting fragments together; the headers say whose. */
    BREACH,
    /** Every packet up to {@link #seq} was dealt and capture time has reached {@link #until}: what is due is due. */
    MARK,
    /** The last mark: everything ends. */
    END
  }

  final Packet packet = new Packet();
  final Headers headers = new Headers();
  Kind kind = Kind.PACKET;
  int shard;
  /** Rises with each change of shard within one packet, so that what both say is in order and nothing has one number twice. */
  int part;

  long seq;
  /** Capture time of the packet; of a mark, that of the last packet before it. */
  long at;

  long until;
  String realmName = "";
  int realm;
  MemorySegment memory = MemorySegment.NULL;
  long offset;
  int length;
  int packets;
  long bytes;
  @Nullable Breach late;

  /** Takes over order, time, place and realm of another item, not its packet or headers. */
  void follow(Item other) {
    shard = other.shard;
    part = other.part;
    seq = other.seq;
    at = other.at;
    realmName = other.realmName;
    realm = other.realm;
    packet.origin = other.packet.origin;
    packet.index = other.packet.index;
  }

  /** Becomes a mark, see {@link Deck#mark}. */
  void mark(Kind what, long upTo, long last, long reached) {
    kind = what;
    seq = upTo;
    at = last;
    until = reached;
  }
}
