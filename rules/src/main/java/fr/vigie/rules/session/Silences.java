package fr.vigie.rules.session;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Stamp;

/**
 * The wording of a silence: the last word before it, told again at the time when the silence was too long. Its place in the order is that of
 * the last observation before that time, its proof the packet of the last word.
 */
final class Silences {
  private Silences() {}

  static Contact again(Contact c, Stamp last, long at) {
    return new Contact(stamp(c.stamp(), last, at), c.who(), c.protocol(), c.cite(), c.whom(), c.transport(), c.port(), c.phase(), c.answer(), c.first(),
        c.last(), c.packetsOut(), c.bytesOut(), c.packetsBack(), c.bytesBack(), c.operations());
  }

  static Act again(Act a, Stamp last, long at) {
    return new Act(stamp(a.stamp(), last, at), a.who(), a.protocol(), a.cite(), a.id(), a.whom(), a.port(), a.verb(), a.operation(), a.point(),
        a.value(), a.priority(), a.detail(), a.count(), Outcome.UNCONFIRMED);
  }

  private static Stamp stamp(Stamp proof, Stamp last, long at) {
    return new Stamp(last.seq(), last.n(), at, proof.origin(), proof.packet());
  }
}
