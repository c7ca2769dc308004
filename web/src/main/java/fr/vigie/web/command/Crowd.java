package fr.vigie.web.command;

import fr.vigie.inventory.store.Log;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Codec;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A large site as the log of a service has it: observations of as many devices as wanted, each with a MAC and an IP address, four claims of
 * itself and contacts with its controller, over an hour of capture time. For measuring a restart, and for its tests; the same number gives the
 * same log.
 */
final class Crowd {
  /** 2026-03-10T06:00:00Z, ns. */
  private static final long START = 1_773_122_400_000_000_000L;
  private static final long HOUR = 3_600_000_000_000L;
  private static final int ROUNDS = 4;

  private final Endpoints endpoints = new Endpoints(1 << 20);
  private final Codec codec = new Codec(endpoints);
  private final Log log;
  private final int devices;
  private long seq;

  private Crowd(Log log, int devices) {
    this.log = log;
    this.devices = devices;
  }

  /**
   * Writes the log into the folder of a service that has none yet.
   *
   * @param devices 1 to 65,000
   * @return observations written
   */
  static long write(Path data, int devices) throws IOException {
    try (Log log = Log.open(data.resolve("log"), 64L << 20)) {
      Crowd crowd = new Crowd(log, devices);
      List<Origin> origins = List.of(new Origin(0, "default", "crowd", null, "crowd0", 1));
      Kept.remember(data.resolve("origins.json"), origins);
      log.append(0, START, LoggedOrigin.write(origins));
      crowd.write();
      return crowd.seq;
    }
  }

  private void write() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < devices; i++) {
        Endpoint e = endpoint(i);
        if (round == 0) {
          tell(new Sighting(stamp(), e, "arp", null, Sighting.How.ARP));
          claim(e, Trait.VENDOR, "Maker " + i % 40);
          claim(e, Trait.MODEL, "Controller " + i % 200);
          claim(e, Trait.FIRMWARE, "4." + i % 9 + "." + i % 31);
          claim(e, Trait.NAME, "AHU-" + i);
        }
        Contact.Phase phase = round == 0 ? Contact.Phase.OPEN : round == ROUNDS - 1 ? Contact.Phase.CLOSE : Contact.Phase.UPDATE;
        Stamp now = stamp();
        tell(new Contact(now, endpoint(i / 50 * 50), "bacnet", null, e, "udp", 47_808, phase, Contact.Answer.ANSWERED, START, now.at(), 10L * (round + 1),
            600L * (round + 1), 10L * (round + 1), 700L * (round + 1), List.of("readProperty")));
      }
    }
  }

  private Endpoint endpoint(int i) {
    return endpoints.ip("default", 4, 0, 0x0A140000L + i + 1, 0x02005E000000L + i, Endpoint.NO_VLAN);
  }

  private void claim(Endpoint e, Trait trait, String value) throws IOException {
    tell(new Claim(stamp(), e, "bacnet", null, e, trait, value));
  }

  /** Spread over the hour. */
  private Stamp stamp() {
    long of = (5L + ROUNDS) * devices;
    seq++;
    return new Stamp(seq, 0, START + HOUR / of * seq, 0, seq);
  }

  private void tell(Observation o) throws IOException {
    log.append(o.seq(), o.at(), codec.write(o));
  }
}
