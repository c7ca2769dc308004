package fr.vigie.sensor.health;

import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import java.util.Map;
import java.util.TreeMap;

/**
 * Networks that BACnet routers prove to exist (ASHRAE 135-2020 §6.4.3, I-Am-Router-To-Network) and of which nothing arrives, told from what
 * passes to the sink; and the place where the doctor's lapses join the observations. Bounded. On the sink's thread.
 */
final class Networks {
  private static final int MOST = 1024;
  /** A serial network of slow devices may say nothing for a while; an hour is long for the poorest. */
  private static final long PATIENCE = 3_600_000_000_000L;

  private static final long LOOK = 60_000_000_000L;
  private static final int BEHIND = 1 << 21;

  /** A network and who claimed it. */
  private static final class Network {
    final Endpoint router;
    final Stamp claimed;
    boolean heard;
    boolean told;

    Network(Endpoint router, Stamp claimed) {
      this.router = router;
      this.claimed = claimed;
    }
  }

  private final Doctor doctor;
  private final Map<Integer, Network> byNumber = new TreeMap<>();
  private long looked;
  private long last;
  private int n;

  Networks(Doctor doctor) {
    this.doctor = doctor;
  }

  Sink before(Sink sink) {
    return new Sink() {
      @Override
      public void accept(Observation o) {
        hear(o);
        sink.accept(o);
      }

      @Override
      public void quantum(long seq, long at) {
        for (Lapse lapse = doctor.next(seq); lapse != null; lapse = doctor.next(seq)) {
          sink.accept(lapse);
        }
        if (at - looked >= LOOK) {
          looked = at;
          look(seq, at, sink);
        }
        sink.quantum(seq, at);
      }
    };
  }

  private void hear(Observation o) {
    if (o.who().below() instanceof Below.Bacnet behind) {
      Network network = byNumber.get(behind.net());
      if (network != null) {
        network.heard = true;
        if (network.told) {
          network.told = false;
          doctor.findings().heard(behind.net());
        }
      } else if (byNumber.size() < MOST) {
        byNumber.put(behind.net(), new Network(o.who(), o.stamp()));
        byNumber.get(behind.net()).heard = true;
      }
    } else if (o instanceof Claim c && c.trait() == Trait.ROUTES && c.protocol().equals("bacnet") && byNumber.size() < MOST) {
      Network network = byNumber.computeIfAbsent(Integer.parseInt(c.value()), number -> new Network(c.who(), c.stamp()));
      // concluded from the source of a message that came from there (§6.2.2), not claimed by a router
      network.heard |= c.cite() != null && c.cite().clause().equals("6.2.2");
    }
  }

  private void look(long seq, long at, Sink sink) {
    if (seq != last) {
      last = seq;
      n = 0;
    }
    for (Map.Entry<Integer, Network> each : byNumber.entrySet()) {
      Network network = each.getValue();
      if (!network.heard && !network.told && at - network.claimed.at() >= PATIENCE) {
        network.told = true;
        Lapse lapse = new Lapse(new Stamp(seq, BEHIND + n++, at, network.claimed.origin(), network.claimed.packet()), network.router,
            Lapse.Kind.NETWORK_ABSENT, network.claimed.origin(), -1, -1, -1, each.getKey(), 0, network.claimed.at(), at,
            -1, Lapse.Basis.NONE, "bacnet");
        if (doctor.findings().take(lapse)) {
          sink.accept(lapse);
        }
      }
    }
  }
}
