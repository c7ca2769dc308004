package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.rules.baseline.Bindings;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/** One who takes part in what is observed, with what was found out about the address and holds until its asset changes. */
final class Party {
  final Endpoint endpoint;
  /** {@link Side#key(Endpoint)}, made once. */
  final String key;
  /** {@link Bindings#key(Endpoint)}, made once. */
  final String binding;
  /** The same address first seen on another VLAN, as another pipeline may have it; zones ask for the VLAN. */
  final @Nullable Party elsewhere;
  /** Its asset, or null. */
  @Nullable Asset asset;
  /** Revision of the ledger at which the asset was looked up. */
  long revision = -1;
  /** The asset as whose address it arrived; while it is the present one, there is nothing to say about an arrival. */
  @Nullable Asset arrived;
  /** When it last spoke, ns of capture time. */
  long heard = Long.MIN_VALUE / 2;
  /** A Modbus unit that is known to answer. */
  boolean answered;

  private @Nullable Side side;
  private @Nullable Side evidenced;
  private @Nullable Asset sideOf;
  private long sideRevision = -1;

  Party(Endpoint endpoint, @Nullable Party elsewhere) {
    this.endpoint = endpoint;
    this.elsewhere = elsewhere;
    this.key = Side.key(endpoint);
    this.binding = binding(endpoint, key);
  }

  /** {@link Bindings#key}, which for most addresses reads as the other key does and is kept as one text with it. */
  private static String binding(Endpoint e, String key) {
    String made = Bindings.key(e);
    return made.equals(key) ? key : made;
  }

  /** The side as it was made, or null where the asset has changed since. */
  @Nullable Side side(boolean evidence) {
    Asset a = asset;
    return sideOf == a && sideRevision == (a == null ? 0 : a.revision()) ? evidence ? evidenced : side : null;
  }

  Side keep(Side made, boolean evidence) {
    Asset a = asset;
    long now = a == null ? 0 : a.revision();
    if (sideOf != a || sideRevision != now) {
      side = null;
      evidenced = null;
      sideOf = a;
      sideRevision = now;
    }
    if (evidence) {
      evidenced = made;
    } else {
      side = made;
    }
    return made;
  }
}
