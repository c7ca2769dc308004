package fr.vigie.sensor.capture;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One captured packet: a window into the source's native memory, valid until the next call of {@link PacketSource#next}. Mutable, reused. */
public final class Packet {
  /** Native memory that holds the packet. */
  public MemorySegment segment = MemorySegment.NULL;

  /**
   * The slab that {@link #segment} is, or null where the source has none: whoever needs the packet beyond the next
   * {@link PacketSource#next} takes a lease on it ({@link Slab#retain}) and keeps segment, offset and lengths of its own.
   */
  public @Nullable Slab slab;

  /** First octet of the packet within {@link #segment}. */
  public long offset;

  /** Octets captured. */
  public int captured;

  /** Octets on the wire, at least {@link #captured}. */
  public int wire;

  /** Capture time, nanoseconds since the epoch, UTC. */
  public long at;

  /** Index of the origin (interface of a file), see {@link PacketSource#origins}. */
  public int origin;

  /** LINKTYPE_ value of the origin. */
  public int linkType;

  /** Index of the packet within its file, from 0. */
  public long index;

  /** VLAN identifier that the capture driver took off the frame, or -1; live, the tag was put back into the frame and this is -1. */
  public int vlan = -1;

  /** Not a packet but the passing of time on an idle interface: only {@link #at} and {@link #origin} count. */
  public boolean tick;

  /** Whether the source has a {@link PacketSource#statement} that stands before this packet. */
  public boolean stated;

  /** Makes this the passing of time on an interface. */
  void clock(long now, int interfaceOrigin, int type) {
    segment = MemorySegment.NULL;
    slab = null;
    offset = 0;
    captured = 0;
    wire = 0;
    at = now;
    origin = interfaceOrigin;
    linkType = type;
    vlan = -1;
    tick = true;
    stated = false;
  }

  /** Takes over all fields of another packet; no octets are copied. */
  void take(Packet other) {
    segment = other.segment;
    slab = other.slab;
    offset = other.offset;
    captured = other.captured;
    wire = other.wire;
    at = other.at;
    origin = other.origin;
    linkType = other.linkType;
    index = other.index;
    vlan = other.vlan;
    tick = other.tick;
    stated = other.stated;
  }
}
