package fr.vigie.sensor;

import fr.vigie.sensor.protocol.Decoding;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Protocols;
import fr.vigie.sensor.protocol.Seals;
import fr.vigie.sensor.record.Recorder;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a sensor is set up: what counts as identity, and the bound of every table. The defaults are ample; whoever wires a run derives them
 * from its flows and devices.
 *
 * @param vlansAreIdentity whether the same address in two VLANs is two endpoints; true only where address ranges overlap
 * @param flows most flows held at once
 * @param contacts most contacts held at once
 * @param endpoints addresses there is room for; an address has a place in each shard in which it speaks, see {@link #interned}
 * @param news slots of the novelty filter; size it by points, rounded up to a power of two
 * @param points most points whose values are folded into minutes
 * @param requests most acts that await an answer
 * @param streamMemory octets of memory for streams and fragments in all
 * @param flowMemory octets of it that one direction of a flow may take
 * @param messageLimit longest stream message that is put together, octets
 * @param dissectors a fresh set of dissectors
 * @param decoding the listener of {@code ./vigie decode}, or null
 * @param shards into how many parts addresses are dealt, 1 to {@link #MOST_SHARDS}; the bounds above are totals spread over them. What the
 *     sensor says depends on it, so it is the same number everywhere
 * @param pipelines threads that run the shards, 1 to {@code shards}; 1 is the caller's own thread. What the sensor says does not depend on it
 * @param room observations that wait for the sink at most, or 0: the sensor waits for the sink and nothing is lost
 * @param recorder who keeps packets as evidence, or null; closed by whoever opened it
 * @param vlansExpected VLANs that the site names: the capture doctor misses those that never appear
 * @param seals what is said of secrets
 */
public record SensorOptions(boolean vlansAreIdentity, int flows, int contacts, int endpoints, int news, int points, int requests,
    long streamMemory, int flowMemory, int messageLimit, Supplier<List<Dissector>> dissectors, @Nullable Decoding decoding, int shards,
    int pipelines, int room, @Nullable Recorder recorder, Set<Integer> vlansExpected, Seals seals) {
  /** Shards of a standard sensor: more than the pipelines anyone runs, few enough that a total spread over them is not crumbs. */
  public static final int SHARDS = 16;

  /** The most shards: {@code n} of what falls due names the shard in its upper bits. */
  public static final int MOST_SHARDS = 24;

  /** Shards in which an address speaks, on the average of a busy network. */
  private static final int SPREAD = 4;

  /** Room of a live hand-over: observations between the pipelines and a sink that is behind. */
  public static final int LIVE_ROOM = 1 << 16;

  /** Checks what would break the order of observations. */
  public SensorOptions {
    vlansExpected = Set.copyOf(vlansExpected);
    if (shards < 1 || shards > MOST_SHARDS || pipelines < 1 || pipelines > shards) {
      throw new IllegalArgumentException("1 to " + MOST_SHARDS + " shards, and 1 to as many pipelines");
    }
    if (pipelines > 1 && decoding != null) {
      throw new IllegalArgumentException("a listener of decode hears one pipeline");
    }
  }

  /** The same without marks of secrets. */
  public SensorOptions(boolean vlansAreIdentity, int flows, int contacts, int endpoints, int news, int points, int requests, long streamMemory,
      int flowMemory, int messageLimit, Supplier<List<Dissector>> dissectors, @Nullable Decoding decoding, int shards, int pipelines, int room,
      @Nullable Recorder recorder, Set<Integer> vlansExpected) {
    this(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit, dissectors, decoding, shards,
        pipelines, room, recorder, vlansExpected, Seals.UNKEYED);
  }

  /** The defaults. */
  public static SensorOptions standard() {
    return new SensorOptions(false, 1 << 18, 1 << 17, 1 << 18, 1 << 20, 1 << 18, 1 << 16, 64L << 20, 256 << 10, 256 << 10,
        Protocols::all, null, SHARDS, 1, 0, null, Set.of(), Seals.UNKEYED);
  }

  /** The same with VLANs as part of identity, or not. */
  public SensorOptions vlansAreIdentity(boolean identity) {
    return new SensorOptions(identity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with a listener for every field of every message. */
  public SensorOptions decoding(Decoding listener) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory,
        messageLimit, dissectors, listener, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with other dissectors. */
  public SensorOptions dissectors(Supplier<List<Dissector>> others) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory,
        messageLimit, others, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with other bounds of the flow tables, for small machines and for tests. */
  public SensorOptions bounds(int mostFlows, int mostContacts) {
    return new SensorOptions(vlansAreIdentity, mostFlows, mostContacts, endpoints, news, points, requests, streamMemory, flowMemory,
        messageLimit, dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with another bound of the addresses interned, by which the filters of their sightings and claims are sized as well. */
  public SensorOptions endpoints(int most) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, most, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with another size of the novelty filter. */
  public SensorOptions news(int slots) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, slots, points, requests, streamMemory, flowMemory,
        messageLimit, dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with other bounds of points and of acts that await an answer. */
  public SensorOptions folds(int mostPoints, int mostRequests) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, mostPoints, mostRequests, streamMemory, flowMemory,
        messageLimit, dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same with other bounds of stream memory. */
  public SensorOptions memory(long allStreams, int oneDirection, int oneMessage) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, allStreams, oneDirection, oneMessage,
        dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /** The same in another number of shards, for tests of bounds. */
  public SensorOptions shards(int number) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, number, Math.min(pipelines, number), room, recorder, vlansExpected, seals);
  }

  /** The same on so many threads, at most one a shard. */
  public SensorOptions pipelines(int number) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, Math.min(number, shards), room, recorder, vlansExpected, seals);
  }

  /**
   * The same with a hand-over that never makes the sensor wait: for live capture.
   *
   * @param observations what may wait for the sink, at least 64; what does not fit is dropped and counted
   */
  public SensorOptions live(int observations) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, pipelines, Math.max(64, observations), recorder, vlansExpected, seals);
  }

  /** The same with a recorder of evidence. */
  public SensorOptions recorder(@Nullable Recorder keeper) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, pipelines, room, keeper, vlansExpected, seals);
  }

  /** What one shard gets of every total; stream memory goes to one part more, the fragments of the dispatcher. */
  public SensorOptions share() {
    return new SensorOptions(vlansAreIdentity, part(flows), part(contacts), part(endpoints), part(news), part(points), part(requests),
        streamMemory / (shards + 1), flowMemory, messageLimit, dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, seals);
  }

  /**
   * Endpoints that are kept at most, all shards together: an address that speaks to many has a place in several of them, a server in all and a
   * sensor in one or two, so there is room for each four times over.
   */
  public int interned() {
    return endpoints * Math.min(SPREAD, shards);
  }

  private int part(int total) {
    return Math.max(1, (total + shards - 1) / shards);
  }

  /** The same with marks of secrets by the key of an installation. */
  public SensorOptions seals(Seals keyed) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, pipelines, room, recorder, vlansExpected, keyed);
  }

  /** The same with VLANs that should appear. */
  public SensorOptions vlansExpected(Set<Integer> vlans) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding, shards, pipelines, room, recorder, vlans, seals);
  }
}
