package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Count;
import fr.vigie.rules.event.Departure;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Mirror;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the memories share: the site, what is known, who is who, and where departures go. Single-threaded. */
final class Desk {
  final Site site;
  final Baseline baseline;
  final Parties parties;
  private final Docket docket;
  private Interest interest;
  private Terms terms;
  private long announced;

  Desk(Site site, Baseline baseline, Parties parties, Docket docket, Interest interest) {
    this.site = site;
    this.baseline = baseline;
    this.parties = parties;
    this.docket = docket;
    this.interest = interest;
    this.terms = Terms.of(site);
  }

  void serve(Interest next, Terms laid) {
    interest = next;
    terms = laid;
  }

  /** What is laid down now. */
  Terms terms() {
    return terms;
  }

  /** Observations that an announced intervention covered. */
  long announced() {
    return announced;
  }

  /** How something stands that is known by its own evidence: judged, unless learning has an end that is still to come. */
  Standing evidenced(long at) {
    return baseline.ends() && baseline.learning(at) ? Standing.LEARNING : Standing.UNKNOWN;
  }

  /** Puts a departure on the agenda where a rule looks at it. */
  void departs(Observation o, Party who, @Nullable Party whom, String memory, String before, String after, double degree, Standing standing,
      Agenda agenda) {
    if (standing == Standing.KNOWN || !interest.departures(memory)) {
      return;
    }
    agenda.events.add(new Departure(o, parties.side(who, false), whom == null ? null : parties.side(whom, false), memory, before, after, degree,
        standing, docket));
  }

  /**
   * Whether an announced intervention covers it; if so it is counted, and nothing is learned of it until {@link Known#hold} is let go. What has no
   * target of its own is covered by who does it.
   */
  boolean announces(long at, Endpoint e, @Nullable Asset asset, @Nullable Endpoint target, @Nullable Asset targetAsset) {
    if (announced(at, e, asset, target, targetAsset) == null) {
      return false;
    }
    announced++;
    baseline.known().hold(true);
    return true;
  }

  /** The intervention that covers it, or null. */
  @Nullable Maintenance announced(long at, Endpoint e, @Nullable Asset asset, @Nullable Endpoint target, @Nullable Asset targetAsset) {
    List<Maintenance> works = terms.works();
    for (int i = 0; i < works.size(); i++) {
      Maintenance m = works.get(i);
      if (at >= m.from() && at < m.to() && Site.among(m.who(), e, asset)
          && (target == null || target.group() || Site.among(m.whom(), target, targetAsset))) {
        return m;
      }
    }
    return null;
  }

  /** Whether any intervention is announced at all. */
  boolean works() {
    return !terms.works().isEmpty();
  }

  /** The intervention that covers what an event is about, or null. A count is covered where all that it lists are worked on. */
  @Nullable Maintenance announced(Event e) {
    if (terms.works().isEmpty() || e instanceof Mirror) {
      return null;
    }
    Party who = parties.of(e.who().endpoint());
    Side whom = e.whom();
    Party target = whom == null ? null : parties.of(whom.endpoint());
    long at = e.observation().at();
    Maintenance m = announced(at, who.endpoint, who.asset, target == null ? null : target.endpoint, target == null ? null : target.asset);
    if (m != null && e instanceof Count c) {
      for (Endpoint member : c.members()) {
        if (!member.group() && !Site.among(m.whom(), member, parties.of(member).asset)) {
          return null;
        }
      }
    }
    return m;
  }
}
