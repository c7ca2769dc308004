package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;

/**
 * The hand-over from a pipeline to the sink, in two lanes: A for acts, first contacts and flaws, B for the rest. In a replay, and where one
 * thread runs both ends, the sink is called at once: it makes the pipeline wait and nothing is lost. The lanes are counted
 * ({@code lane.a}, {@code lane.b}), so that what a bounded ring between two threads would have to hold is known.
 */
final class Handover {
  private final Sink sink;
  private final Counters.Counter laneA;
  private final Counters.Counter laneB;

  Handover(Sink sink, Counters counters) {
    this.sink = sink;
    laneA = counters.counter("lane.a");
    laneB = counters.counter("lane.b");
  }

  void see(Observation observation) {
    (urgent(observation) ? laneA : laneB).increment();
    sink.accept(observation);
  }

  void quantum(long seq, long at) {
    sink.quantum(seq, at);
  }

  private static boolean urgent(Observation observation) {
    return observation instanceof Act || observation instanceof Flaw
        || observation instanceof Contact c && c.phase() == Contact.Phase.OPEN;
  }
}
