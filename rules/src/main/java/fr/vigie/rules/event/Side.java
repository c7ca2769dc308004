package fr.vigie.rules.event;

import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * One party of an event as it was known when the event happened. A snapshot, so that a judgement does not depend on what the rest of its
 * quantum brought.
 *
 * @param endpoint its address
 * @param asset id of its asset, or null
 * @param name name for people
 * @param zone id of its zone, or the empty text
 * @param zoneKind kind of the zone, lower case, or the empty text
 * @param care importance for care, 0 (not stated) to 5
 * @param kind kind of equipment, or {@code unknown}
 * @param evidence what it says of itself – vendor, model, banners –, lower case; gathered only for events that a rule asks it of
 * @param supervisor whether the site names it a supervisor
 */
public record Side(Endpoint endpoint, @Nullable String asset, String name, String zone, String zoneKind, int care, String kind,
    String evidence, boolean supervisor) {
  /** Whether its address is one of the public Internet and in no zone of the site: some hospitals use public addresses inside. */
  public boolean outside() {
    return zone.isEmpty() && endpoint.global();
  }

  /** The address that identifies it to people and to fold keys: realm, IP or MAC, and the address below. */
  public String key() {
    return key(endpoint);
  }

  /** The address that identifies an endpoint: like {@link Endpoint#key} but without the MAC address where there is an IP address. */
  public static String key(Endpoint e) {
    StringBuilder s = new StringBuilder(e.realm()).append('|');
    s.append(e.family() != 0 ? e.ip() : e.macText());
    if (e.vlan() != Endpoint.NO_VLAN && e.family() == 0) {
      s.append("|vlan=").append(e.vlan());
    }
    if (e.below() != null) {
      s.append('|').append(e.below().scheme()).append('=').append(e.below().text());
    }
    return s.toString();
  }
}
