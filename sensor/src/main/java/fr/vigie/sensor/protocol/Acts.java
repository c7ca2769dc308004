package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import org.jspecify.annotations.Nullable;

/** The one wording of an act of the sender on the receiver of a message, without a priority; its id is its order. */
final class Acts {
  private Acts() {}

  static Act act(Exchange x, String protocol, Cite cite, Verb verb, String service, @Nullable Point point, @Nullable Value value, String detail,
      Outcome outcome) {
    Stamp stamp = x.stamp();
    return new Act(stamp, x.source(), protocol, cite, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, service, point, value, 0,
        detail, outcome);
  }

  /** An act of the receiver of a message on its sender, whose answer the message is: for what was not worth telling when it was asked. */
  static Act answered(Exchange x, String protocol, Cite cite, Verb verb, String service, @Nullable Value value, String detail, Outcome outcome) {
    Stamp stamp = x.stamp();
    return new Act(stamp, x.target(), protocol, cite, stamp.seq() + "." + stamp.n(), x.source(), x.serverPort(), verb, service, null, value, 0, detail, outcome);
  }

  /** An act of the sender that awaits its answer. */
  static Act pending(Exchange x, String protocol, Cite cite, Verb verb, String service, @Nullable Point point, @Nullable Value value, String detail) {
    return act(x, protocol, cite, verb, service, point, value, detail, Outcome.PENDING);
  }
}
