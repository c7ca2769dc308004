package fr.vigie.rules.session;

import fr.vigie.rules.alert.Fold;
import fr.vigie.rules.alert.Fold.Cause;
import fr.vigie.rules.alert.Ids;
import fr.vigie.rules.event.Arrival;
import fr.vigie.rules.event.Clash;
import fr.vigie.rules.event.Count;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Departure;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Meeting;
import fr.vigie.rules.event.Mirror;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Verb;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * To which incident an alert belongs, and why. Links are looked for in a fixed order, the strongest first ({@link Cause}); the first that
 * holds decides, and two incidents are never made one. All times are capture time, so that a replay says the same. Each table is bounded,
 * the link longest without news goes first.
 */
final class Causes {
  /** How long an actor or a target links without news, ns. */
  static final long QUIET = 30L * 60 * 1_000_000_000L;

  /** How long a campaign does, ns: what spreads, spreads within minutes; what two do in one morning may be two things. */
  static final long SPREAD = 10L * 60 * 1_000_000_000L;

  /** How long the same thing is still the same incident, ns: what comes every night is one. */
  static final long AGAIN = 7L * 24 * 3600 * 1_000_000_000L;

  /** Links are not refreshed more often, ns. */
  private static final long STEP = 10L * 1_000_000_000L;

  /** An incident, and the alert and time that last linked to it. */
  private record Link(String incident, String alert, long at) {}

  /** Where an alert belongs. */
  record Place(String incident, Fold fold) {}

  private final int most;
  private final LinkedHashMap<String, Link> things = new LinkedHashMap<>();
  private final LinkedHashMap<String, Link> actors = new LinkedHashMap<>();
  private final LinkedHashMap<String, Link> targets = new LinkedHashMap<>();
  private final LinkedHashMap<String, Link> campaigns = new LinkedHashMap<>();
  private long evicted;

  /** Causes with so many links of each kind at most. */
  Causes(int most) {
    this.most = most;
  }

  /** Links that are forgotten because there were too many. */
  long evicted() {
    return evicted;
  }

  /**
   * The incident of a new alert.
   *
   * @param thing detection and fold key: what makes two alerts the same thing
   */
  Place place(String detection, String thing, Event e, String alert, long at) {
    Side whom = victim(e);
    Place found = found(Cause.AGAIN, things.get(thing), at, AGAIN);
    if (found == null) {
      found = found(Cause.ACTOR, actors.get(e.who().key()), at, QUIET);
    }
    if (found == null) {
      found = found(Cause.VICTIM, targets.get(e.who().key()), at, QUIET);
    }
    if (found == null && whom != null) {
      found = found(Cause.TARGET, targets.get(whom.key()), at, QUIET);
    }
    String campaign = campaign(detection, e);
    if (found == null && campaign != null) {
      found = found(Cause.CAMPAIGN, campaigns.get(campaign), at, SPREAD);
    }
    Place place = found == null ? new Place(Ids.of("i-", alert), Fold.OPENING) : found;
    // of the same thing the first alert stays the one that later ones lean on
    String first = place.fold.cause() == Cause.AGAIN && place.fold.with() != null ? place.fold.with() : alert;
    link(things, thing, new Link(place.incident, first, at));
    refresh(detection, e, new Link(place.incident, alert, at));
    return place;
  }

  /** An alert has grown: what it links lasts on. */
  void again(String detection, String thing, Event e, String incident, String alert, long at) {
    Link before = things.get(thing);
    if (before != null && at - before.at < STEP) {
      return;
    }
    link(things, thing, new Link(incident, before == null ? alert : before.alert, at));
    refresh(detection, e, new Link(incident, alert, at));
  }

  private void refresh(String detection, Event e, Link link) {
    link(actors, e.who().key(), link);
    Side whom = victim(e);
    if (whom != null) {
      link(targets, whom.key(), link);
    }
    String campaign = campaign(detection, e);
    if (campaign != null) {
      link(campaigns, campaign, link);
    }
  }

  private static @Nullable Place found(Cause cause, @Nullable Link link, long at, long within) {
    return link == null || at - link.at > within ? null : new Place(link.incident, new Fold(cause, link.alert, Math.max(0, at - link.at)));
  }

  private void link(LinkedHashMap<String, Link> table, String key, Link link) {
    if (table.remove(key) == null && table.size() >= most) {
      table.pollFirstEntry();
      evicted++;
    }
    table.put(key, link);
  }

  /** The device that the event changed or impersonated; who is only asked or swept over is nobody's victim. */
  private static @Nullable Side victim(Event e) {
    return switch (e) {
      case Deed d -> d.whom().endpoint().group() || !changes(d.verb()) ? null : d.whom();
      case Clash c -> c.whom();
      case Departure p -> p.whom() == null || p.whom().endpoint().group() ? null : p.whom();
      case Meeting m -> null;
      case Arrival a -> null;
      case Count c -> null;
      case Mirror m -> null;
    };
  }

  private static boolean changes(Verb verb) {
    return switch (verb) {
      case WRITE, RELINQUISH, CREATE, DELETE, COMMAND, DISABLE, ENABLE, RESTART, SET_TIME, CONFIGURE, REGISTER, DOWNLOAD -> true;
      default -> false;
    };
  }

  /** What another actor of the same zone would have to do for both to be one campaign, or null where the zone is unknown. */
  private static @Nullable String campaign(String detection, Event e) {
    if (e instanceof Mirror) {
      return detection + ' ' + e.who().endpoint().realm();
    }
    Side whom = e.whom();
    String zone = e.who().zone().isEmpty() && whom != null ? whom.zone() : e.who().zone();
    return zone.isEmpty() ? null : detection + ' ' + e.who().endpoint().realm() + ' ' + zone;
  }
}
