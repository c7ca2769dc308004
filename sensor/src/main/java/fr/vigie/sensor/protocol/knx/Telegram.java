package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * Who says what to whom in the telegram under way: what its application layer needs to know of the layers around it. Reused for every message
 * of a dissector.
 *
 * <p>Who speaks: with L_Data.ind the individual address in the telegram, behind the IP address that sent the message; with L_Data.req the
 * IP address itself, a tunnelling client, for whom the server puts its own tunnel address into the telegram (03_08_04 2.2). An L_Data.con is
 * the echo of a request: it ends the act and says nothing itself. A device that is only spoken to stands behind the receiver of the message.
 */
final class Telegram {
  /** How the message came: by tunnelling, by routing, or by device management. */
  enum Carrier {
    TUNNEL,
    ROUTING,
    MANAGEMENT
  }

  static final Outcome NOT_CONFIRMED = Outcome.error("L_Data.con: not confirmed");
  static final Outcome REFUSED = Outcome.error("refused");

  private static final int AGAIN_SECONDS = 600;
  private static final int NEWS_READ = 12;

  Exchange x;
  Observer o;
  Transcript t;
  Carrier carrier = Carrier.TUNNEL;
  /** Whether the telegram is a request to the bus, and whether it is the echo of one; neither: the bus speaks. */
  boolean request;

  boolean echo;
  int source;
  int destination;
  boolean group;
  /** The service, codes with data in their low bits folded onto the first of them. */
  int service;

  Telegram(Exchange x, Observer o) {
    this.x = x;
    this.o = o;
    t = o.transcript();
  }

  /** {@code 1.1.7}: KNX 03_03_02 1.4.2. */
  static String individual(int address) {
    return (address >>> 12 & 0xF) + "." + (address >>> 8 & 0xF) + "." + (address & 0xFF);
  }

  /** What request and answer of a service share. */
  static long key(Exchange x, int service, long part) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ (long) service << 40 ^ part;
  }

  long key(int of, int device) {
    return key(x, 0x10000 | of, (long) device << 1 | (group ? 1 : 0));
  }

  /** Reports an act; with a key it awaits its outcome, with 0 it has none. */
  static void act(Exchange x, Observer o, long key, Endpoint who, Verb verb, Endpoint whom, String operation, Cite cite, @Nullable Point point,
      @Nullable Value value, String detail, int points) {
    Stamp stamp = x.stamp();
    Act act = new Act(stamp, who, "knx", cite, stamp.seq() + "." + stamp.n(), whom, x.serverPort(), verb, operation, point, value, 0,
        detail, points, key == 0 ? Outcome.UNCONFIRMED : Outcome.PENDING);
    if (key == 0) {
      o.see(act);
    } else {
      o.request(key, act);
    }
  }

  /** Whether an act of this telegram is to be told: it is whole, and no echo. */
  boolean tells(Cursor m) {
    return m.ok() && !echo;
  }

  /** An act of this telegram. A tunnelled request awaits its echo or answer; what routing and the bus carry has no answer we could pair. */
  void act(Cursor m, Verb verb, @Nullable Point point, @Nullable Value value, String detail) {
    if (tells(m)) {
      long key = request && carrier == Carrier.TUNNEL ? key(service, destination) : 0;
      act(x, o, key, speaker(), verb, whom(), Codes.SERVICE[service], Application.CLAUSE, point, value, detail, 1);
    }
  }

  /** A question that changes nothing: an act the first time, and again after ten minutes. */
  void question(Cursor m, Verb verb, int what) {
    long digest = (long) destination << 32 | (long) service << 16 | (group ? 1 : 0) | what << 1;
    if (tells(m) && x.news(speaker(), NEWS_READ, digest, AGAIN_SECONDS)) {
      act(x, o, 0, speaker(), verb, whom(), Codes.SERVICE[service], Application.CLAUSE, null, null, "", 1);
    }
  }

  /** The answer of the device that sends this telegram to an earlier request for a service. */
  void answers(Cursor m, int asked, Outcome outcome) {
    if (tells(m)) {
      o.outcome(key(asked, source), outcome);
    }
  }

  /** KNX 03_06_03 4.1.5.3.4: an echo ends what the bus itself does not answer. */
  void confirmed(boolean error) {
    if (error || !Codes.answered(service)) {
      o.outcome(key(service, destination), error ? NOT_CONFIRMED : Outcome.OK);
    }
  }

  Endpoint speaker() {
    return !request && !echo && source != 0 ? x.endpoints().knx(x.source(), source) : x.source();
  }

  /** The bus as a whole for group telegrams: where the message goes, or comes from when a server tells its client. */
  Endpoint whom() {
    Endpoint bus = carrier == Carrier.TUNNEL && !request && !echo ? x.source() : x.target();
    return group || destination == 0 ? bus : x.endpoints().knx(bus, destination);
  }

  /** Octets of a value, of which an act keeps 64. */
  static Value octets(Cursor m, int octets) {
    return new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
  }
}
