package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.protocol.Dissector;

/** A dissector with its number in the list and its counters. */
final class Known {
  final Dissector dissector;
  final int number;
  final String name;
  final Counters.Counter messages;
  final Counters.Counter unframed;

  Known(Dissector dissector, int number, Counters counters) {
    this.dissector = dissector;
    this.number = number;
    name = dissector.name();
    messages = counters.counter("messages." + name);
    unframed = counters.counter("unframed." + name);
  }
}
