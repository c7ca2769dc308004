package fr.vigie.samples;

import static fr.vigie.samples.Talk.MS;
import static fr.vigie.samples.Talk.SECOND;

import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What happens in the hospital on any morning: polls, notifications, schedules, telegrams, leases, clocks. It runs the whole time. */
final class QuietLife {
  private final Building b;
  private final Talk talk;
  private final Wire wire;
  private final Random random;
  private final long begin;
  private final long end;

  QuietLife(Building building, Talk talk, long seed, long begin, long end) {
    b = building;
    this.talk = talk;
    wire = talk.wire;
    random = new Random(seed * 1_000_003 + 2);
    this.begin = begin;
    this.end = end;
  }

  void live() {
    discovery();
    for (Bacnet d : b.polled()) {
      every(d.network == 0 ? 60 : 150, 1000, at -> poll(at, d));
    }
    subscriptions();
    schedule();
    operators();
    foreignDevice();
    new PlantLife(b, talk, random, begin, end).live();
    new OfficeLife(b, talk, random, begin, end).live();
  }

  /** Something done at a beat with a little jitter, from a random first time. */
  void every(int seconds, int after, java.util.function.LongConsumer what) {
    beat(random, begin + after * SECOND / 4, end, seconds, what);
  }

  static void beat(Random random, long from, long to, int seconds, java.util.function.LongConsumer what) {
    for (long at = from + random.nextInt(seconds * 1000) * MS; at < to; at += seconds * SECOND) {
      what.accept(at + random.nextInt(800) * MS + random.nextInt(1_000_000));
    }
  }

  /** The supervisor starts: asks who is there, then what they are. */
  private void discovery() {
    long at = begin + 20 * SECOND;
    talk.broadcast(at, b.server, BacnetWriter.npduToAll(BacnetWriter.whoIs()));
    List<Bacnet> all = new ArrayList<>(b.polled());
    all.add(b.cooling.getFirst().onBacnet());
    for (Host h : b.bbmds) {
      if (!all.contains(h.onBacnet())) {
        all.add(h.onBacnet());
      }
    }
    for (Bacnet d : all) {
      talk.iAm(at + 30 * MS + random.nextInt(4000) * MS, d);
    }
    for (Host r : b.routers) {
      wire.broadcast(begin + 12 * SECOND + random.nextInt(5000) * MS, r, BacnetWriter.PORT,
          BacnetWriter.broadcast(BacnetWriter.iAmRouter(r.children.getFirst().network)));
    }
    long t = begin + 40 * SECOND;
    for (Bacnet d : all) {
      talk.identify(t, b.server, d);
      talk.list(t + 400 * MS, b.server, d);
      if (!d.points.isEmpty()) {
        talk.names(t + 800 * MS, b.server, d);
      }
      t += 2 * SECOND + random.nextInt(500) * MS;
    }
  }

  private void poll(long at, Bacnet d) {
    talk.poll(at, b.server, d, d.points.subList(0, Math.min(d.network == 0 ? 5 : 3, d.points.size())));
  }

  /** Change of value: cold rooms and overpressure of the theatres. */
  private void subscriptions() {
    int process = 0;
    for (Host h : b.controllers) {
      boolean watched = h.kind.equals("cold-room-sensor") || h.name.startsWith("CTA-BLOC") || h.name.startsWith("CTA-REA");
      if (!watched) {
        continue;
      }
      Bacnet d = h.onBacnet();
      Point p = d.points.get(h.kind.equals("cold-room-sensor") ? 0 : 2);
      int id = ++process;
      for (long at = begin + 420 * SECOND + id * 3 * SECOND; at < end; at += 1800 * SECOND) {
        int invoke = talk.invoke(b.server);
        talk.ask(at, b.server, d, BacnetWriter.subscribeCov(invoke, id, p.type, p.instance, 3600),
            BacnetWriter.simpleAck(invoke, BacnetWriter.SUBSCRIBE_COV));
      }
      long first = begin + 430 * SECOND + id * 3 * SECOND;
      beat(random, first, end, 50, at -> notify(at, d, BacnetWriter.covNotification(id, d.instance, p.type, p.instance,
          (int) (3600 - (at - first) / SECOND % 1800), Talk.value(p, at))));
    }
  }

  private void notify(long at, Bacnet d, byte[] notification) {
    if (!d.silent(at)) {
      talk.tell(at, d, b.server, notification);
    }
  }

  /** 07:30 in the hospital: day mode, by the supervisor's schedule at priority 16; an operator trims two setpoints at priority 8. */
  private void schedule() {
    long at = begin + 1800 * SECOND;
    for (Host h : b.controllers) {
      if (h.segment.equals(b.air)) {
        Bacnet d = h.onBacnet();
        talk.write(at, b.server, d, d.point(BacnetWriter.BINARY_VALUE), 0, 16);
        talk.write(at + 60 * MS, b.server, d, d.point(BacnetWriter.ANALOG_VALUE), 19, 16);
        at += 1500 * MS;
      }
    }
    for (Host r : b.routers) {
      for (Bacnet d : r.children) {
        if (d.points.getFirst().name.startsWith("CHAMBRE")) {
          talk.write(at, b.server, d, d.point(BacnetWriter.ANALOG_VALUE), 21, 16);
          at += 700 * MS;
        }
      }
    }
    for (int i = 0; i < 2; i++) {
      Bacnet d = b.controllers.get(4 + i).onBacnet();
      talk.write(begin + (1500 + 400L * i) * SECOND, b.posts.get(i), d, d.point(BacnetWriter.ANALOG_VALUE), 18.5 + i, 8);
    }
  }

  /** The people at the screens look at a few things. */
  private void operators() {
    for (Host post : b.posts) {
      for (int i = 0; i < 5; i++) {
        Bacnet d = b.controllers.get(4 + i).onBacnet();
        every(600, 300, at -> talk.read(at, post, d, d.points.getFirst()));
      }
      int low = b.controllers.get(5).onBacnet().instance;
      long at = begin + (700 + random.nextInt(900)) * SECOND;
      talk.broadcast(at, post, BacnetWriter.npduToAll(BacnetWriter.whoIs(low, low)));
      talk.iAm(at + 40 * MS, b.controllers.get(5).onBacnet());
    }
    for (int i = 0; i < 4; i++) {
      Bacnet d = b.controllers.get(4 + i).onBacnet();
      every(900, 300, at -> talk.read(at, b.engineer, d, d.points.get(1)));
      every(900, 300, at -> talk.read(at, b.supplier, d, d.points.get(3)));
    }
    for (Host t : b.trends) {
      for (int i = 0; i < 2; i++) {
        Host post = b.posts.get(i);
        every(1500, 300, at -> talk.web(at, post, t, "GET", "/", "", "200 OK", "Trend IQ4/4.34", "Trend IQ4E " + t.name));
      }
    }
  }

  /** The server-room cooling stands on a VLAN without BBMD: it registers with the supervision's, for ten minutes each time. */
  private void foreignDevice() {
    Host h = b.cooling.getFirst();
    every(300, 100, at -> {
      wire.udp(at, h, BacnetWriter.PORT, b.bbmds.getFirst(), BacnetWriter.PORT, BacnetWriter.registerForeign(600));
      wire.udp(at + 2 * MS, b.bbmds.getFirst(), BacnetWriter.PORT, h, BacnetWriter.PORT, BacnetWriter.result(0));
    });
    every(60, 400, at -> talk.poll(at, b.server, h.onBacnet(), h.onBacnet().points));
  }
}
