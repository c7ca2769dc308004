package fr.vigie.sensor;

import fr.vigie.sensor.protocol.Decoding;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Protocols;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a sensor is set up: what counts as identity, and the bound of every table. The defaults suit a site of some thousand devices and
 * stay below 300 MB.
 *
 * @param vlansAreIdentity whether the same address in two VLANs is two endpoints; true only where address ranges overlap
 * @param flows most flows held at once
 * @param contacts most contacts held at once
 * @param endpoints most addresses interned
 * @param news slots of the novelty filter; size it by points, rounded up to a power of two
 * @param points most points whose values are folded into minutes
 * @param requests most acts that await an answer
 * @param streamMemory octets of memory for streams and fragments in all
 * @param flowMemory octets of it that one direction of a flow may take
 * @param messageLimit longest stream message that is put together, octets
 * @param dissectors a fresh set of dissectors
 * @param decoding the listener of {@code ./vigie decode}, or null
 */
public record SensorOptions(boolean vlansAreIdentity, int flows, int contacts, int endpoints, int news, int points, int requests,
    long streamMemory, int flowMemory, int messageLimit, Supplier<List<Dissector>> dissectors, @Nullable Decoding decoding) {
  /** The defaults. */
  public static SensorOptions standard() {
    return new SensorOptions(false, 1 << 18, 1 << 17, 1 << 18, 1 << 20, 1 << 16, 1 << 16, 64L << 20, 256 << 10, 256 << 10,
        Protocols::all, null);
  }

  /** The same with VLANs as part of identity, or not. */
  public SensorOptions vlansAreIdentity(boolean identity) {
    return new SensorOptions(identity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory, messageLimit,
        dissectors, decoding);
  }

  /** The same with a listener for every field of every message. */
  public SensorOptions decoding(Decoding listener) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory,
        messageLimit, dissectors, listener);
  }

  /** The same with other dissectors. */
  public SensorOptions dissectors(Supplier<List<Dissector>> others) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, streamMemory, flowMemory,
        messageLimit, others, decoding);
  }

  /** The same with other bounds of the flow tables, for small machines and for tests. */
  public SensorOptions bounds(int mostFlows, int mostContacts) {
    return new SensorOptions(vlansAreIdentity, mostFlows, mostContacts, endpoints, news, points, requests, streamMemory, flowMemory,
        messageLimit, dissectors, decoding);
  }

  /** The same with other bounds of stream memory. */
  public SensorOptions memory(long allStreams, int oneDirection, int oneMessage) {
    return new SensorOptions(vlansAreIdentity, flows, contacts, endpoints, news, points, requests, allStreams, oneDirection, oneMessage,
        dissectors, decoding);
  }
}
