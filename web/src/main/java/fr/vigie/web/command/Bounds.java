package fr.vigie.web.command;

import fr.vigie.rules.session.Limits;
import fr.vigie.sensor.SensorOptions;

/**
 * How much of everything is kept at most: the one place where the bound of each table that a network can fill follows from two numbers. What
 * finds no place is counted under a name of its own, {@code refused.…}; {@code docs/bounds.md} has all of them.
 *
 * @param flows flows at a time
 * @param devices devices of the inventory
 */
record Bounds(int flows, int devices) {
  /** With these the default heap of the launcher is enough, whatever the network sends. */
  static final Bounds STANDARD = new Bounds(1 << 16, 24 << 10);

  /** Beyond any table of one machine. */
  static final int MOST = 1 << 24;

  /** Slots of the novelty filter beyond which a building has no more points to tell. */
  private static final int NEWS = 1 << 20;

  /** Octets of heap that stay the same: program, dissectors, rules, novelty filter. */
  private static final long BASE = 72L << 20;

  /** Octets of heap that a flow takes with its streams, its share of contacts, requests and points. */
  private static final long FLOW = 520;

  /** Octets of heap that a device takes with its addresses, what it says, what rules remember of it, its candidates and alerts. */
  private static final long DEVICE = 5_000;

  Bounds {
    if (flows < SensorOptions.SHARDS || flows > MOST || devices < 1 || devices > MOST) {
      throw new IllegalArgumentException(SensorOptions.SHARDS + " flows and 1 device to " + MOST + " of each");
    }
  }

  /** Contacts at a time: several flows of the same two are one. */
  int contacts() {
    return flows / 2;
  }

  /** Addresses: two of each device, for the IP and the MAC address. */
  int addresses() {
    return 2 * devices;
  }

  /** The sensor's tables. */
  SensorOptions sensor(SensorOptions options) {
    return options.bounds(flows, contacts()).endpoints(Math.max(devices, flows / 4)).news((int) Math.min(NEWS, 8L * flows))
        .folds(flows, Math.min(1 << 16, flows / 2));
  }

  /** The tables of the rules. */
  Limits rules() {
    return new Limits((int) Math.min(Integer.MAX_VALUE, 4L * devices + 2L * contacts()), addresses(), devices, addresses(), devices,
        Math.max(16, devices / 4), candidates(), Math.max(64, devices / 4), Math.max(64, devices / 2), devices);
  }

  /** Alerts that are kept. */
  int alerts() {
    return Math.max(1, devices / 2);
  }

  /** Candidates that are kept. */
  int candidates() {
    return 2 * devices;
  }

  /** Flows that reports list. */
  int reported() {
    return contacts();
  }

  /** Documents about contacts, and about points, that the console can search. */
  int documents() {
    return 2 * flows;
  }

  /** About what is in the heap when every table is full, octets; room for the young comes besides. */
  long heap() {
    return BASE + flows * FLOW + devices * DEVICE;
  }
}
