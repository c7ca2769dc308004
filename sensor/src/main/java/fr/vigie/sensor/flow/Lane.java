package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;

/**
 * Which lane of the hand-over an observation takes: A for acts that change something, first contacts and first flaws of a kind, B for the rest.
 * Asking, announcing, reading and notifying change nothing: anybody can flood a network with them. Single-threaded.
 */
final class Lane {
  private static final int FLAWS = 1 << 12;

  private final News flaws;

  Lane(Counters counters) {
    flaws = new News(FLAWS, 0, counters.counter("lane.kinds_forgotten"));
  }

  /** Whether it is one of lane A. A flaw is so once for its speaker, protocol, clause and kind: ask once. */
  boolean urgent(Observation o) {
    return switch (o) {
      case Act act -> changes(act);
      case Contact contact -> contact.phase() == Contact.Phase.OPEN;
      case Flaw flaw -> first(flaw);
      default -> false;
    };
  }

  private static boolean changes(Act act) {
    return switch (act.verb()) {
      case DISCOVER, ANNOUNCE, READ, SUBSCRIBE, NOTIFY, SERVE, REQUEST -> false;
      default -> true;
    };
  }

  private boolean first(Flaw f) {
    Cite cite = f.cite();
    long key = Hash.mix(Hash.of(f.who()), f.protocol().hashCode() * 31L + f.kind().hashCode());
    return flaws.fresh(Hash.mix(key, cite == null ? 0 : cite.standard().hashCode() * 31L + cite.clause().hashCode()), f.at(),
        Integer.MAX_VALUE);
  }
}
