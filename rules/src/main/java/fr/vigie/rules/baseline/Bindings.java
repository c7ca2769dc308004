package fr.vigie.rules.baseline;

import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Sighting;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which MAC address holds which IP address, as ARP, neighbour discovery and DHCP say. The first holder stays the holder until it has been
 * silent for five minutes of capture time: so a claimant is named as one, however often the two take turns. Bounded: the address longest
 * without news goes first. Single-threaded.
 */
public final class Bindings {
  /** A holder silent for longer has left: the next one takes over, ns. */
  static final long SILENT = 5L * 60 * 1_000_000_000L;

  private static final class Holder {
    final Endpoint endpoint;
    long last;

    Holder(Endpoint endpoint, long last) {
      this.endpoint = endpoint;
      this.last = last;
    }
  }

  private final Site site;
  private final int limit;
  private final LinkedHashMap<String, Holder> holders = new LinkedHashMap<>();
  private final LinkedHashMap<Long, Endpoint> firstByMac = new LinkedHashMap<>();
  private long evicted;

  /** Knows no bindings and will keep at most {@code limit}. */
  public Bindings(Site site, int limit) {
    this.site = site;
    this.limit = limit;
  }

  /** Bindings that had to go because the limit was reached. */
  public long evicted() {
    return evicted;
  }

  /**
   * Takes note of a binding.
   *
   * @param at capture time, ns
   * @return the holder whose address is claimed, or null where all is well
   */
  public @Nullable Endpoint claim(Sighting s, long at) {
    Endpoint e = s.who();
    if (s.how() == Sighting.How.FRAME || e.family() == 0 || e.mac() == Endpoint.NO_MAC || unspecified(e) || (e.mac() >>> 40 & 1) == 1) {
      return null;
    }
    String ip = key(e);
    Holder holder = holders.get(ip);
    if (holder == null || holder.endpoint.mac() == e.mac()) {
      keep(ip, holder == null ? e : holder.endpoint, at);
      remember(e);
      return null;
    }
    // a virtual router takes over with its own MAC address; a real one that claims a virtual router's address is no part of it
    boolean shared = virtual(e.mac()) || site.redundant(e.mac(), holder.endpoint.mac());
    boolean leased = s.how() == Sighting.How.DHCP;
    boolean gone = at - holder.last > SILENT && !site.gateway(e, null);
    if (shared || leased || gone) {
      keep(ip, e, at);
      remember(e);
      return null;
    }
    remember(e);
    return holder.endpoint;
  }

  /**
   * Any other word of an address that is already bound: its holder is alive.
   *
   * @param key {@link #key} of the endpoint
   */
  public void alive(Endpoint e, String key, long at) {
    if (!key.isEmpty()) {
      Holder holder = holders.get(key);
      if (holder != null && holder.endpoint.mac() == e.mac()) {
        holder.last = at;
      }
    }
  }

  /** By what its holder is asked for; empty for an endpoint that can hold nothing. Whoever asks often makes it once. */
  public static String key(Endpoint e) {
    return e.family() == 0 || e.mac() == Endpoint.NO_MAC ? "" : e.realm() + '|' + e.ip();
  }

  /** The first IP address that this MAC address was seen to hold, or null. */
  public @Nullable Endpoint first(long mac) {
    return firstByMac.get(mac);
  }

  private void keep(String ip, Endpoint e, long at) {
    holders.remove(ip);
    if (holders.size() >= limit) {
      holders.remove(holders.firstEntry().getKey());
      evicted++;
    }
    holders.put(ip, new Holder(e, at));
  }

  private void remember(Endpoint e) {
    if (!firstByMac.containsKey(e.mac())) {
      if (firstByMac.size() >= limit) {
        firstByMac.remove(firstByMac.firstEntry().getKey());
        evicted++;
      }
      firstByMac.put(e.mac(), e);
    }
  }

  /** RFC 5227 §2.1.1: a probe has no sender address yet. */
  private static boolean unspecified(Endpoint e) {
    return e.ipHigh() == 0 && e.ipLow() == 0;
  }

  /**
   * Whether a MAC address is made to be shared: VRRP and CARP 00:00:5e:00:01 and :02 (RFC 9568 §7.3), HSRP 00:00:0c:07:ac and
   * 00:00:0c:9f:f0–ff, HSRP for IPv6 00:05:73:a0:00–0f, GLBP 00:07:b4:00.
   */
  public static boolean virtual(long mac) {
    long vrrp = mac >>> 8;
    return vrrp == 0x00005e0001L || vrrp == 0x00005e0002L || vrrp == 0x00000c07acL || mac >>> 12 == 0x00000c9ffL
        || mac >>> 12 == 0x000573a00L || mac >>> 16 == 0x0007b400L;
  }
}
