package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Seals;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.record.Track;
import org.jspecify.annotations.Nullable;

/** The observer of every dissector: what they say goes to the hand-over, folded and bounded as the contracts ask. */
final class Reporter implements Observer {
  /** Characters of a claim. */
  static final int CLAIM = 512;

  private final Current current;
  private final Handover handover;
  private final Counts counts;
  private final Readings readings;
  private final Folds folds;
  private final News news;
  private final News claims;
  private final Transcript transcript;
  private final Requests requests;
  private final Seals seals;

  @Nullable Talk talk;
  String protocol = "";
  /** Where packets go that are recorded, or null. */
  @Nullable Track track;
  /** Whether the body behind the message may hold credentials. */
  boolean secretBody;

  /** Whether what is being read is only a part of the message before it. */
  boolean part;

  Reporter(Current current, Handover handover, Counts counts, Requests requests, Readings readings, Folds folds, News news, News claims,
      Transcript transcript, Seals seals) {
    this.current = current;
    this.handover = handover;
    this.counts = counts;
    this.readings = readings;
    this.folds = folds;
    this.news = news;
    this.claims = claims;
    this.transcript = transcript;
    this.requests = requests;
    this.seals = seals;
  }

  @Override
  public void see(Observation observation) {
    handover.see(observation instanceof Act act ? counts.texts.act(act) : observation);
  }

  @Override
  public void request(long key, Act act) {
    Act kept = counts.texts.act(act);
    handover.see(kept);
    requests.put(Hash.mix(key, current.protocol), kept);
  }

  @Override
  public boolean outcome(long key, Outcome outcome) {
    Act act = requests.take(Hash.mix(key, current.protocol));
    if (act == null) {
      return false;
    }
    handover.see(act.ended(current.stamp(), counts.texts.outcome(outcome)));
    return true;
  }

  /** Whether the trait is a list, of which each value is news once; of the others it is each change. */
  static boolean list(Trait trait) {
    return switch (trait) {
      case SERVICE, ROUTES, ROLE, ADDRESS, MAC, BANNER, PORT -> true;
      default -> false;
    };
  }

  @Override
  public void claim(Exchange exchange, Endpoint about, Trait trait, String value, Cite cite) {
    String kept = value;
    if (value.length() > CLAIM) {
      counts.claimsCut.increment();
      kept = value.substring(0, Character.isHighSurrogate(value.charAt(CLAIM - 1)) ? CLAIM - 1 : CLAIM);
    }
    long key = Hash.mix(Hash.mix(Hash.of(exchange.source()), Hash.of(about)), (long) current.protocol << 32 | trait.ordinal());
    long print = Hash.of(kept);
    if (list(trait) ? news.fresh(Hash.mix(key, print), current.at, Integer.MAX_VALUE) : claims.changed(key, print, current.at)) {
      handover.see(new Claim(current.stamp(), exchange.source(), protocol, cite, about, trait, kept));
    }
  }

  @Override
  public void reading(Exchange exchange, Endpoint owner, long a, long b, PointMaker maker, double value, @Nullable String unit,
      boolean good, boolean written) {
    readings.count(protocol, owner, a, b, maker, value, unit, good, written);
  }

  @Override
  public void part() {
    part = true;
  }

  @Override
  public void operation(String name) {
    if (talk != null) {
      talk.operation(name);
    }
  }

  @Override
  public void flaw(Exchange exchange, Cite cite, String kind, int offset, int length) {
    folds.count(exchange.source(), exchange.target(), protocol, cite, kind, offset, length);
  }

  @Override
  public boolean recording() {
    return track != null;
  }

  @Override
  public void secret(int offset, int octets) {
    Track recording = track;
    if (recording != null) {
      recording.secret(offset, octets);
    }
  }

  @Override
  public Seals seals() {
    return seals;
  }

  @Override
  public void secretBody() {
    secretBody = true;
  }

  @Override
  public Transcript transcript() {
    return transcript;
  }
}
