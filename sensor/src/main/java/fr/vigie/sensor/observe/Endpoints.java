package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * The interner of endpoints: an open-addressing table that answers without allocating when the endpoint is known. Single-threaded, one
 * per pipeline. Bounded: when full, {@link #overflow()} counts and the endpoint is made but not kept, so nothing is lost but memory
 * stays flat.
 */
public final class Endpoints {
  /** Addresses can be made to collide: so many places are looked at, then there is no room. */
  private static final int PROBES = 128;

  private static final int NO_BELOW = 0;
  private static final int BACNET = 1;
  private static final int KNX = 2;
  private static final int MODBUS = 3;
  private static final int LON = 4;

  private final int limit;
  private Endpoint[] table = new Endpoint[1024];
  private int size;
  private long overflow;
  private long probes;
  private int seen = Endpoint.NO_VLAN;

  /**
   * Makes an empty interner.
   *
   * @param limit the most endpoints it keeps
   */
  public Endpoints(int limit) {
    this.limit = limit;
  }

  /** Endpoints kept. */
  public int size() {
    return size;
  }

  /** Places of the table looked at since this was last asked. */
  public long probes() {
    long looked = probes;
    probes = 0;
    return looked;
  }

  /** How often an endpoint was made that found no place in the table. */
  public long overflow() {
    return overflow;
  }

  /** An endpoint without an IP address. */
  public Endpoint mac(String realm, long mac, int vlan) {
    return intern(realm, 0, 0, 0, mac, vlan, NO_BELOW, 0, 0);
  }

  /**
   * An endpoint with an IP address.
   *
   * @param family 4 or 6
   * @param high high half of an IPv6 address, 0 for IPv4
   */
  public Endpoint ip(String realm, int family, long high, long low, long mac, int vlan) {
    return intern(realm, family, high, low, mac, vlan, NO_BELOW, 0, 0);
  }

  /** The BACnet device {@code (net, mac)} behind {@code router}. */
  public Endpoint bacnet(Endpoint router, int net, long mac, int length) {
    return intern(router.realm(), router.family(), router.ipHigh(), router.ipLow(), router.mac(), router.vlan(), BACNET,
        (long) net << 8 | length, mac);
  }

  /** The KNX device with this individual address, reached through {@code gateway}. */
  public Endpoint knx(Endpoint gateway, int address) {
    return intern(gateway.realm(), gateway.family(), gateway.ipHigh(), gateway.ipLow(), gateway.mac(), gateway.vlan(), KNX, address, 0);
  }

  /** The Modbus unit behind {@code gateway}. */
  public Endpoint modbus(Endpoint gateway, int unit) {
    return intern(gateway.realm(), gateway.family(), gateway.ipHigh(), gateway.ipLow(), gateway.mac(), gateway.vlan(), MODBUS, unit, 0);
  }

  /** The LonWorks node behind {@code gateway}. */
  public Endpoint lon(Endpoint gateway, int subnet, int node) {
    return intern(gateway.realm(), gateway.family(), gateway.ipHigh(), gateway.ipLow(), gateway.mac(), gateway.vlan(), LON, subnet, node);
  }

  /** The VLAN of the frame under way, or {@link Endpoint#NO_VLAN}: what a new endpoint keeps as {@link Endpoint#seenVlan}. */
  public void seenOn(int vlan) {
    seen = vlan;
  }

  private Endpoint intern(String realm, int family, long high, long low, long mac, int vlan, int scheme, long a, long b) {
    int hash = hash(realm, family, high, low, mac, vlan, scheme, a, b);
    int mask = table.length - 1;
    int i = hash & mask;
    int looked = 1;
    probes++;
    for (Endpoint e = table[i]; e != null && looked <= PROBES; i = i + 1 & mask, e = table[i], probes++, looked++) {
      if (e.hashCode() == hash && same(e, realm, family, high, low, mac, vlan, scheme, a, b)) {
        return e;
      }
    }
    Endpoint made = new Endpoint(realm, family, high, low, mac, vlan, below(scheme, a, b), vlan != Endpoint.NO_VLAN ? vlan : seen, hash);
    if (size >= limit || looked > PROBES) {
      overflow++;
      return made;
    }
    table[i] = made;
    if (++size * 2 > table.length) {
      grow();
    }
    return made;
  }

  private static boolean same(
      Endpoint e, String realm, int family, long high, long low, long mac, int vlan, int scheme, long a, long b) {
    if (e.family() != family || e.ipLow() != low || e.ipHigh() != high || e.mac() != mac || e.vlan() != vlan || !e.realm().equals(realm)) {
      return false;
    }
    Below below = e.below();
    return switch (below) {
      case null -> scheme == NO_BELOW;
      case Below.Bacnet d -> scheme == BACNET && a == ((long) d.net() << 8 | d.length()) && b == d.mac();
      case Below.Knx d -> scheme == KNX && a == d.address();
      case Below.Modbus d -> scheme == MODBUS && a == d.unit();
      case Below.Lon d -> scheme == LON && a == d.subnet() && b == d.node();
    };
  }

  private static @Nullable Below below(int scheme, long a, long b) {
    return switch (scheme) {
      case BACNET -> new Below.Bacnet((int) (a >>> 8), b, (int) (a & 0xFF));
      case KNX -> new Below.Knx((int) a);
      case MODBUS -> new Below.Modbus((int) a);
      case LON -> new Below.Lon((int) a, (int) b);
      default -> null;
    };
  }

  private static int hash(String realm, int family, long high, long low, long mac, int vlan, int scheme, long a, long b) {
    long h = realm.hashCode() * 0x9E3779B97F4A7C15L + family + vlan * 31L + scheme * 961L;
    h = (h ^ low) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 29 ^ high) * 0x94D049BB133111EBL;
    h = (h ^ h >>> 31 ^ mac) * 0x9E3779B97F4A7C15L;
    h = (h ^ h >>> 29 ^ a) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 31 ^ b) * 0x94D049BB133111EBL;
    return (int) (h ^ h >>> 32);
  }

  private void grow() {
    Endpoint[] bigger = new Endpoint[table.length * 2];
    int mask = bigger.length - 1;
    for (Endpoint e : table) {
      if (e != null) {
        int i = e.hashCode() & mask;
        while (bigger[i] != null) {
          i = i + 1 & mask;
        }
        bigger[i] = e;
      }
    }
    table = bigger;
  }
}
