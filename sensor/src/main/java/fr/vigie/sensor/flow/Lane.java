package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;

/** Which lane of the hand-over an observation takes: A for acts, first contacts and first flaws of a kind, B for the rest. Single-threaded. */
final class Lane {
  private static final int FLAWS = 1 << 12;

  private final News flaws;

  Lane(Counters counters) {
    flaws = new News(FLAWS, 0, counters.counter("lane.kinds_forgotten"));
  }

  /** Whether it is one of lane A. A flaw is so once for its speaker, protocol, clause and kind: ask once. */
  boolean urgent(Observation o) {
    return switch (o) {
      case Act act -> true;
      case Contact contact -> contact.phase() == Contact.Phase.OPEN;
      case Flaw flaw -> first(flaw);
      default -> false;
    };
  }

  private boolean first(Flaw f) {
    Cite cite = f.cite();
    long key = Hash.mix(Hash.of(f.who()), f.protocol().hashCode() * 31L + f.kind().hashCode());
    return flaws.fresh(Hash.mix(key, cite == null ? 0 : cite.standard().hashCode() * 31L + cite.clause().hashCode()), f.at(),
        Integer.MAX_VALUE);
  }
}
