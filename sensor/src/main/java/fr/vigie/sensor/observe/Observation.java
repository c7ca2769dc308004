package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/** The only type that leaves the sensor: one thing the network showed, with its order, its time, its speaker and its clause. */
public sealed interface Observation permits Sighting, Claim, Contact, Act, Reading, Flaw, Lapse {
  /** Order, time and proving packet. */
  Stamp stamp();

  /** The speaker; for a {@link Lapse} the capture itself. */
  Endpoint who();

  /** Name of the protocol as in the list of protocols, for example {@code bacnet}; {@code arp}, {@code ethernet}, {@code tcp} below it. */
  String protocol();

  /** The clause it rests on, or null where there is none. */
  @Nullable Cite cite();

  /** Sequence number of the packet. */
  default long seq() {
    return stamp().seq();
  }

  /** Index within the packet. */
  default int n() {
    return stamp().n();
  }

  /** Capture time, nanoseconds since the epoch, UTC. */
  default long at() {
    return stamp().at();
  }
}
