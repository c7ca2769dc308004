package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.record.Treatment;
import org.jspecify.annotations.Nullable;

/** One flow: two addresses, two ports, one IP protocol; side 0 is the lower address. */
final class Flow extends Timer {
  private static final int MISSES = 8;
  /** Segments of the longest message that is put together. */
  private static final int MISSES_OUT_OF_STEP = 256;

  private final Pipeline pipeline;
  final long hash;
  final int realm;
  final int protocol;
  final int family;
  final long highA;
  final long lowA;
  final long highB;
  final long lowB;
  final int portA;
  final int portB;
  /** Number of the flow for keys: the same both ways, and another one after a restart. */
  final long id;
  final Endpoint endA;
  final Endpoint endB;
  /** The side that opened the flow. */
  int client;
  final long first;
  long last;
  /** Origin and index of the first packet: what proves that the contact was opened. */
  int firstOrigin;

  long firstPacket;
  /** Origin and index of the last packet: what proves a report that falls due later. */
  int lastOrigin;

  long lastPacket;
  boolean group;
  boolean closed;
  boolean finA;
  boolean finB;
  int synSequence;
  boolean syn;
  @Nullable Known known;
  /** After so many tries nobody knows it: nothing is reassembled any more. */
  boolean unknown;
  int triesA;
  int triesB;
  private int misses;
  @Nullable Talk talk;
  /** Packets and octets that wait for the contact to get its name. */
  long packetsA;
  long packetsB;
  long bytesA;
  long bytesB;
  @Nullable Stream streamA;
  @Nullable Stream streamB;
  long macA = Endpoint.NO_MAC;
  long macB = Endpoint.NO_MAC;
  long sightA = Long.MIN_VALUE;
  long sightB = Long.MIN_VALUE;
  /** What recording does with it; null where nothing is recorded. */
  @Nullable Treatment treatment;

  Flow(Pipeline pipeline, FlowKey k, long id, Endpoint endA, Endpoint endB, long at) {
    this.pipeline = pipeline;
    hash = k.hash;
    realm = k.realm;
    protocol = k.protocol;
    family = k.family;
    highA = k.highA;
    lowA = k.lowA;
    highB = k.highB;
    lowB = k.lowB;
    portA = k.portA;
    portB = k.portB;
    this.id = id;
    this.endA = endA;
    this.endB = endB;
    first = at;
    last = at;
  }

  boolean is(FlowKey k) {
    return hash == k.hash && lowA == k.lowA && lowB == k.lowB && portA == k.portA && portB == k.portB && protocol == k.protocol
        && highA == k.highA && highB == k.highB && realm == k.realm && family == k.family;
  }

  Endpoint end(int side) {
    return side == 0 ? endA : endB;
  }

  int port(int side) {
    return side == 0 ? portA : portB;
  }

  int serverPort() {
    return port(1 - client);
  }

  int clientPort() {
    return port(client);
  }

  /** Counts a payload that no framing knew; true once enough of them were tried. */
  boolean tried(int side) {
    int tries = side == 0 ? ++triesA : ++triesB;
    return tries >= MISSES;
  }

  void hit() {
    misses = 0;
  }

  /**
   * Counts a payload that its own framing refused; true when the flow is not this protocol's after all.
   *
   * @param outOfStep behind a loss, where the longest message may have as many segments as it likes
   */
  boolean missed(boolean outOfStep) {
    return ++misses >= (outOfStep ? MISSES_OUT_OF_STEP : MISSES);
  }

  /** Packets from the server that wait for a contact. */
  boolean answered() {
    return (client == 0 ? packetsB : packetsA) > 0;
  }

  /** Whether that side's stream was met under way, and at another place than a connection that begins with {@code sequence}. */
  boolean joined(int side, int sequence) {
    Stream stream = side == 0 ? streamA : streamB;
    return stream != null && stream.joined(sequence);
  }

  @Override
  void fire(long at) {
    pipeline.undetermined(this);
  }
}
