package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.Evidence;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.PerEndpoint;
import fr.vigie.sensor.observe.Trait;
import java.util.List;
import java.util.Locale;

/**
 * The parties by address: asset and side are looked up once and again only when the inventory has changed, so that an observation that says
 * nothing new costs a look-up. Bounded: when there are too many all are forgotten, which costs time only.
 */
final class Parties {
  private static final List<Trait> EVIDENCE =
      List.of(Trait.VENDOR, Trait.MODEL, Trait.BANNER, Trait.DESCRIPTION, Trait.SOFTWARE, Trait.FIRMWARE, Trait.NAME);

  private final Site site;
  private final Ledger ledger;
  private final Baseline baseline;
  private final int limit;
  private final PerEndpoint<Party> all;
  /** Parties of addresses that another stands for: the same address met in another VLAN. */
  private int further;

  Parties(Site site, Ledger ledger, Baseline baseline, int limit) {
    this.site = site;
    this.ledger = ledger;
    this.baseline = baseline;
    this.limit = limit;
    this.all = new PerEndpoint<>(ledger.roll());
  }

  /** The party of an address, with the asset that it is now. */
  Party of(Endpoint e) {
    Party first = all.get(e);
    Party p = first;
    while (p != null && p.seenVlan != e.seenVlan()) {
      p = p.elsewhere;
    }
    if (p == null) {
      if (all.size() == 0) {
        further = 0; // the roll was emptied
      } else if (all.size() + further >= limit) {
        all.clear();
        further = 0;
        first = null;
      }
      p = new Party(e, first);
      further += first == null ? 0 : 1;
      all.put(e, p);
    }
    if (p.revision != ledger.revision()) {
      p.asset = ledger.assetOf(e);
      p.revision = ledger.revision();
    }
    return p;
  }

  /**
   * What rules see of a party now; the same object until something of it changes.
   *
   * @param evidence whether what the asset says of itself is part of it
   */
  Side side(Party p, boolean evidence) {
    Side known = p.side(evidence);
    return known != null ? known : p.keep(made(p, evidence), evidence);
  }

  private Side made(Party p, boolean evidence) {
    Endpoint e = p.endpoint;
    Asset asset = p.asset;
    Zone zone = site.zoneOf(e, asset);
    String name = asset == null ? p.key.substring(e.realm().length() + 1) : asset.displayName();
    int care = Math.max(zone == null ? 0 : zone.care(), asset == null ? 0 : asset.care());
    return new Side(e, asset == null ? null : asset.id(), name, zone == null ? "" : zone.id(),
        zone == null ? "" : zone.kind().toLowerCase(Locale.ROOT), care, asset == null ? Asset.UNKNOWN : asset.kind(),
        evidence && asset != null ? evidence(asset) : "", baseline.supervisor(e, asset));
  }

  private static String evidence(Asset asset) {
    StringBuilder s = new StringBuilder();
    for (Trait trait : EVIDENCE) {
      for (Evidence e : asset.values(trait)) {
        s.append(e.value().toLowerCase(Locale.ROOT)).append('\n');
      }
    }
    return s.toString();
  }
}
