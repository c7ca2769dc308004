package fr.vigie.sensor.record;

import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a packet is found by: interface, innermost addresses, protocol and ports, the same both ways; and the MAC addresses of the
 * direction that was met first. A frame without IP is found by its MAC addresses, ARP by the IP addresses it speaks of. Mutable, reused.
 */
final class Key {
  /** Octets of {@link #write}. */
  static final int SIZE = 64;

  /** Added to an EtherType in {@link #protocol}. */
  static final int LINK = 0x1000000;

  private static final int ARP = 0x0806;

  int iface;
  int family;
  /** IP protocol; {@link #LINK} and the EtherType where there is no IP, and for ARP. */
  int protocol;

  int portA;
  int portB;
  long highA;
  long lowA;
  long highB;
  long lowB;
  long macA;
  long macB;

  /** Takes the addresses of a packet; {@link #iface} is the caller's. */
  void of(Headers h) {
    boolean ports = h.state == Headers.State.UDP || h.state == Headers.State.TCP;
    if (h.state == Headers.State.ARP) {
      set(4, LINK | ARP, 0, h.boundLow, 0, h.askedLow, 0, 0, h.sourceMac, h.targetMac);
    } else if (h.family == 0) {
      set(0, LINK | h.etherType, 0, h.sourceMac, 0, h.targetMac, 0, 0, h.sourceMac, h.targetMac);
    } else {
      set(h.family, h.protocol, h.sourceHigh, h.sourceLow, h.targetHigh, h.targetLow, ports ? h.sourcePort : 0, ports ? h.targetPort : 0,
          h.sourceMac, h.targetMac);
    }
  }

  private void set(int ipFamily, int ipProtocol, long sh, long sl, long th, long tl, int sourcePort, int targetPort, long sourceMac, long targetMac) {
    family = ipFamily;
    protocol = ipProtocol;
    int order = Long.compareUnsigned(sh, th);
    if (order == 0) {
      order = Long.compareUnsigned(sl, tl);
    }
    if (order == 0) {
      order = Integer.compare(sourcePort, targetPort);
    }
    boolean straight = order <= 0;
    highA = straight ? sh : th;
    lowA = straight ? sl : tl;
    portA = straight ? sourcePort : targetPort;
    macA = straight ? sourceMac : targetMac;
    highB = straight ? th : sh;
    lowB = straight ? tl : sl;
    portB = straight ? targetPort : sourcePort;
    macB = straight ? targetMac : sourceMac;
  }

  long who() {
    return (long) protocol << 32 | family << 16 | iface;
  }

  int ports() {
    return portA << 16 | portB;
  }

  int hash() {
    long h = mix(mix(lowA, lowB), (long) ports() << 32 ^ who());
    if (family == 6) {
      h = mix(mix(h, highA), highB);
    }
    return (int) (h ^ h >>> 32);
  }

  /** Two numbers as one in which each bit depends on all of theirs. */
  static long mix(long h, long value) {
    long x = (h ^ value) * 0xBF58476D1CE4E5B9L;
    x ^= x >>> 29;
    x *= 0x94D049BB133111EBL;
    return x ^ x >>> 32;
  }

  void write(MemorySegment m, long at) {
    m.set(ValueLayout.JAVA_LONG, at, who());
    m.set(ValueLayout.JAVA_LONG, at + 8, ports());
    m.set(ValueLayout.JAVA_LONG, at + 16, highA);
    m.set(ValueLayout.JAVA_LONG, at + 24, lowA);
    m.set(ValueLayout.JAVA_LONG, at + 32, highB);
    m.set(ValueLayout.JAVA_LONG, at + 40, lowB);
    m.set(ValueLayout.JAVA_LONG, at + 48, macA);
    m.set(ValueLayout.JAVA_LONG, at + 56, macB);
  }

  void read(MemorySegment m, long at) {
    read(m.get(ValueLayout.JAVA_LONG, at), (int) m.get(ValueLayout.JAVA_LONG, at + 8), m.get(ValueLayout.JAVA_LONG, at + 16),
        m.get(ValueLayout.JAVA_LONG, at + 24), m.get(ValueLayout.JAVA_LONG, at + 32), m.get(ValueLayout.JAVA_LONG, at + 40));
    macA = m.get(ValueLayout.JAVA_LONG, at + 48);
    macB = m.get(ValueLayout.JAVA_LONG, at + 56);
  }

  void read(long who, int ports, long ah, long al, long bh, long bl) {
    iface = (int) who & 0xFFFF;
    family = (int) who >>> 16 & 0xFFFF;
    protocol = (int) (who >>> 32);
    portA = ports >>> 16;
    portB = ports & 0xFFFF;
    highA = ah;
    lowA = al;
    highB = bh;
    lowB = bl;
  }
}
