package fr.vigie.sensor.flow;

import fr.vigie.sensor.wire.Headers;

/** The key of a flow, the same both ways: reused for every packet. */
final class FlowKey {
  int realm;
  int protocol;
  int family;
  long highA;
  long lowA;
  long highB;
  long lowB;
  int portA;
  int portB;
  long hash;
  /** The side that sends the packet: 0 for A. */
  int side;

  void set(int realmNumber, int ipProtocol, int ipFamily, long sh, long sl, long th, long tl, int sourcePort, int targetPort) {
    realm = realmNumber;
    protocol = ipProtocol;
    family = ipFamily;
    int order = Long.compareUnsigned(sh, th);
    if (order == 0) {
      order = Long.compareUnsigned(sl, tl);
    }
    if (order == 0) {
      order = Integer.compare(sourcePort, targetPort);
    }
    if (order <= 0) {
      side = 0;
      highA = sh;
      lowA = sl;
      portA = sourcePort;
      highB = th;
      lowB = tl;
      portB = targetPort;
    } else {
      side = 1;
      highA = th;
      lowA = tl;
      portA = targetPort;
      highB = sh;
      lowB = sl;
      portB = sourcePort;
    }
    long h = Hash.mix(lowA ^ (long) portA << 48, lowB ^ (long) portB << 48);
    if (ipFamily == 6) {
      h = Hash.mix(Hash.mix(h, highA), highB);
    }
    hash = Hash.mix(h, (long) realmNumber << 16 | ipProtocol << 4 | ipFamily);
  }

  void set(int realmNumber, Headers h) {
    set(realmNumber, h.protocol, h.family, h.sourceHigh, h.sourceLow, h.targetHigh, h.targetLow, h.sourcePort, h.targetPort);
  }
}
