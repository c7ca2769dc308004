package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.rules.baseline.Bindings;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/** One who takes part in what is observed, with what was found out about the address and holds until its asset changes. */
final class Party {
  final Endpoint endpoint;
  /** {@link Side#key(Endpoint)}, made once. */
  final String key;
  /** {@link Bindings#key(Endpoint)}, made once. */
  final String binding;
  /** {@link Endpoint#seenVlan}, which is asked for each observation. */
  final int seenVlan;
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
  /** The asset whose sides they are, and its revisions as which they were made. */
  private @Nullable Asset sideOf;
  private long sideRevision = -1;
  private long evidencedRevision = -1;
  private @Nullable String sender;

  Party(Endpoint endpoint, @Nullable Party elsewhere) {
    this.endpoint = endpoint;
    this.seenVlan = endpoint.seenVlan();
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
    return sideOf == a && (evidence ? evidencedRevision : sideRevision) == (a == null ? 0 : a.revision()) ? evidence ? evidenced : side : null;
  }

  /** Keeps a side that was made; the one from before where they say the same, since who compares sides does so by reference. */
  Side keep(Side made, boolean evidence) {
    Asset a = asset;
    long now = a == null ? 0 : a.revision();
    Side before = evidence ? evidenced : side;
    Side kept = before != null && before.equals(made) ? before : made;
    if (sideOf != a) {
      sideOf = a;
      sideRevision = -1;
      evidencedRevision = -1;
    }
    if (evidence) {
      evidenced = kept;
      evidencedRevision = now;
    } else {
      side = kept;
      sideRevision = now;
    }
    return kept;
  }

  /** Who sends a group telegram: the KNX device, whichever router it came through. */
  String sender() {
    String s = sender;
    if (s == null) {
      s = endpoint.below() instanceof Below.Knx knx ? endpoint.realm() + "|knx=" + knx.text() : key;
      sender = s;
    }
    return s;
  }
}
