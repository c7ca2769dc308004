package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Departure;
import fr.vigie.rules.event.Docket;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import org.jspecify.annotations.Nullable;

/** What the memories share: the site, what is known, who is who, and where departures go. Single-threaded. */
final class Desk {
  final Site site;
  final Baseline baseline;
  final Parties parties;
  private final Docket docket;
  private Interest interest;
  private long excused;

  Desk(Site site, Baseline baseline, Parties parties, Docket docket, Interest interest) {
    this.site = site;
    this.baseline = baseline;
    this.parties = parties;
    this.docket = docket;
    this.interest = interest;
  }

  void serve(Interest next) {
    interest = next;
  }

  /** Departures that a declared maintenance covered. */
  long excused() {
    return excused;
  }

  /** How something stands that is known by its own evidence: judged, unless learning has an end that is still to come. */
  Standing evidenced(long at) {
    return baseline.ends() && baseline.learning(at) ? Standing.LEARNING : Standing.UNKNOWN;
  }

  /** Puts a departure on the agenda where a rule looks at it and no maintenance covers it. */
  void departs(Observation o, Party who, @Nullable Party whom, String memory, String before, String after, double degree, Standing standing,
      Agenda agenda) {
    if (standing == Standing.KNOWN || !interest.departures(memory)) {
      return;
    }
    if (covered(o.at(), who.endpoint, who.asset, whom == null ? null : whom.endpoint, whom == null ? null : whom.asset)) {
      excused++;
      return;
    }
    agenda.events.add(new Departure(o, parties.side(who, false), whom == null ? null : parties.side(whom, false), memory, before, after, degree,
        standing, docket));
  }

  /** Whether a declared maintenance covers it. What has no target of its own is covered by who does it. */
  boolean covered(long at, Endpoint e, @Nullable Asset asset, @Nullable Endpoint target, @Nullable Asset targetAsset) {
    for (Maintenance m : site.maintenance()) {
      if (at >= m.from() && at < m.to() && Site.among(m.who(), e, asset)
          && (target == null || target.group() || Site.among(m.whom(), target, targetAsset))) {
        return true;
      }
    }
    return false;
  }
}
