package fr.vigie.inventory.asset;

import fr.vigie.inventory.site.Addresses;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Sighting.How;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import java.time.Duration;
import java.util.List;

/** Observations as the sensor makes them, one a second. */
final class Wire {
  static final long START = 1_700_000_000_000_000_000L;
  final Endpoints endpoints = new Endpoints(100_000);
  private long seq;

  static long seconds(long n) {
    return START + n * 1_000_000_000L;
  }

  private long slept;

  /** Nothing happens for so long. */
  void sleep(Duration time) {
    slept += time.toSeconds();
  }

  Stamp stamp() {
    seq++;
    return new Stamp(seq, 0, seconds(seq + slept), 0, seq - 1);
  }

  Endpoint ip(String ip) {
    return pair(ip, Endpoint.NO_MAC);
  }

  Endpoint mac(String mac) {
    return endpoints.mac("", Addresses.mac(mac), Endpoint.NO_VLAN);
  }

  Endpoint pair(String ip, String mac) {
    return pair(ip, Addresses.mac(mac));
  }

  private Endpoint pair(String ip, long mac) {
    byte[] b = Addresses.ip(ip);
    if (b == null) {
      throw new IllegalArgumentException(ip);
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < b.length; i++) {
      if (b.length - i > 8) {
        high = high << 8 | (b[i] & 0xFF);
      } else {
        low = low << 8 | (b[i] & 0xFF);
      }
    }
    return endpoints.ip("", b.length == 4 ? 4 : 6, high, low, mac, Endpoint.NO_VLAN);
  }

  Sighting frame(String ip, String mac) {
    return new Sighting(stamp(), pair(ip, mac), "ethernet", null, How.FRAME);
  }

  Sighting arp(String ip, String mac) {
    return new Sighting(stamp(), pair(ip, mac), "arp", new Cite("RFC 826", "Packet Reception"), How.ARP);
  }

  Sighting dhcp(String ip, String mac) {
    return new Sighting(stamp(), pair(ip, mac), "dhcp", new Cite("RFC 2131", "4.3.1"), How.DHCP);
  }

  Claim claim(Endpoint who, String protocol, Trait trait, String value) {
    return claim(who, who, protocol, trait, value);
  }

  Claim claim(Endpoint who, Endpoint about, String protocol, Trait trait, String value) {
    return new Claim(stamp(), who, protocol, new Cite("ASHRAE 135-2020", "16.10.1"), about, trait, value);
  }

  Contact contact(Endpoint who, Endpoint whom, String protocol, int port, Contact.Answer answer) {
    Stamp s = stamp();
    return new Contact(s, who, protocol, null, whom, "udp", port, Contact.Phase.OPEN, answer, s.at(), s.at(), 1, 60, 0, 0, List.of());
  }

  static void feed(Ledger ledger, Observation... all) {
    for (Observation o : all) {
      ledger.apply(o);
    }
  }
}
