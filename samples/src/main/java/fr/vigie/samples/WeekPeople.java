package fr.vigie.samples;

import static fr.vigie.samples.Clockwork.HOUR;
import static fr.vigie.samples.Clockwork.MINUTE;
import static fr.vigie.samples.Clockwork.SECOND;
import static fr.vigie.samples.Talk.MS;

import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What people do in a week: look, search, trim set points, open web pages of controllers, save them on a Saturday night, add one and replace one. */
final class WeekPeople {
  private final Campus c;
  private final Talk talk;
  private final Wire wire;
  private final Clockwork clock;
  private final Random random;
  private final WeekPlant plant;
  private final WeekOffice office;

  WeekPeople(Campus campus, Talk talk, Clockwork clock, WeekPlant plant, WeekOffice office) {
    c = campus;
    this.talk = talk;
    wire = talk.wire;
    this.clock = clock;
    this.plant = plant;
    this.office = office;
    random = clock.random;
  }

  void live() {
    List<Bacnet> polled = new ArrayList<>();
    for (Bacnet d : c.polled()) {
      if (d.points.size() > 3) {
        polled.add(d);
      }
    }
    for (Host post : c.posts) {
      operator(post, polled);
    }
    engineer(polled);
    changes();
    visits();
    copies();
  }

  /** Somebody at a screen: pictures of the supervisor, a few values, sometimes a search, sometimes a set point. */
  private void operator(Host post, List<Bacnet> polled) {
    clock.sometimes(15, at -> talk.web(at, post, c.server, "GET", "/synoptique", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC"));
    clock.sometimes(20, at -> {
      Bacnet d = polled.get(random.nextInt(polled.size()));
      if (plant.here(d.host, at)) {
        talk.poll(at, post, d, d.points.subList(0, 3));
      }
    });
    clock.sometimes(0.5, at -> {
      Bacnet d = polled.get(random.nextInt(polled.size()));
      talk.broadcast(at, post, BacnetWriter.npduToAll(BacnetWriter.whoIs(d.instance, d.instance)));
      if (plant.here(d.host, at)) {
        talk.iAm(at + 60 * MS, d);
      }
    });
    // a patient is cold, a room is warm: trimmed by half a degree or one, given back in the evening
    clock.sometimes(0.8, at -> {
      Bacnet d = polled.get(random.nextInt(polled.size()));
      Point p = d.points.stream().filter(x -> x.type == BacnetWriter.ANALOG_VALUE).findFirst().orElseThrow();
      if (clock.working(at) && plant.here(d.host, at)) {
        talk.read(at, post, d, p);
        talk.write(at + 8 * SECOND, post, d, p, p.base + (random.nextInt(5) - 2) * 0.5, 8);
        clock.once(at + 4 * HOUR + random.nextInt(7200) * SECOND, t -> {
          if (plant.here(d.host, t)) {
            talk.write(t, post, d, p, Double.NaN, 8);
          }
        });
      }
    });
    List<Host> pages = new ArrayList<>(c.air.subList(0, Math.max(1, c.air.size() / 5)));
    clock.sometimes(0.5, at -> {
      Host h = pages.get(random.nextInt(pages.size()));
      if (clock.working(at) && plant.here(h, at)) {
        page(at, post, h);
      }
    });
  }

  /** Three pages of a controller's own web server. */
  private void page(long at, Host who, Host h) {
    String title = h.model.vendor() + " " + h.model.name();
    for (int i = 0; i < 3; i++) {
      talk.web(at + i * 9 * SECOND, who, h, "GET", i == 0 ? "/" : i == 1 ? "/points" : "/alarmes", "", "200 OK", "embedded/" + h.model.firmware(), title);
    }
  }

  /** The engineer's computer: its tool asks who is there when it starts, on two mornings and one afternoon, and looks into some controllers. */
  private void engineer(List<Bacnet> polled) {
    clock.daily(8, 45, at -> {
      if (!clock.weekend(at)) {
        talk.boot(at, c.engineer, c.engineer.ip);
      }
    });
    clock.daily(9, 5, at -> session(at, polled));
    clock.daily(14, 20, at -> session(at, polled));
  }

  private void session(long at, List<Bacnet> polled) {
    int day = clock.local(at).getDayOfWeek().getValue();
    if (clock.weekend(at) || day % 2 == 0) {
      return;
    }
    talk.broadcast(at, c.engineer, BacnetWriter.npduToAll(BacnetWriter.whoIs()));
    for (Bacnet d : c.polled()) {
      if (plant.here(d.host, at)) {
        clock.once(at + 30 * MS + random.nextInt(5000) * MS, t -> talk.iAm(t, d));
      }
    }
    for (int i = 0; i < 5; i++) {
      Bacnet d = polled.get(random.nextInt(polled.size()));
      clock.once(at + (2 + 6L * i) * MINUTE, t -> {
        if (plant.here(d.host, t)) {
          talk.identify(t, c.engineer, d);
          talk.list(t + SECOND, c.engineer, d);
          talk.poll(t + 3 * SECOND, c.engineer, d, d.points);
        }
      });
    }
  }

  /** Wednesday, half past ten: a new controller. Thursday, a quarter past two: a camera is replaced, and gets another address. */
  private void changes() {
    long day = 24 * HOUR;
    long wednesday = clock.begin + 2 * day + 10 * HOUR + 30 * MINUTE;
    clock.once(wednesday, at -> {
      Bacnet d = c.added.onBacnet();
      wire.announce(at, c.added.segment, c.added.mac, c.added.ip);
      talk.iAm(at + 4 * SECOND, d);
      talk.identify(at + 10 * MINUTE, c.server, d);
      talk.list(at + 10 * MINUTE + SECOND, c.server, d);
      talk.names(at + 10 * MINUTE + 2 * SECOND, c.server, d);
      office.ordinary(c.added, at + MINUTE);
      plant.poll(d, at + 12 * MINUTE);
    });
    long thursday = clock.begin + 3 * day + 14 * HOUR + 15 * MINUTE;
    clock.once(thursday, at -> {
      talk.boot(at, c.replacement, c.replacement.ip);
      office.ordinary(c.replacement, at + MINUTE);
      office.camera(c.replacement, c.recorders.getFirst(), at + 5 * MINUTE, clock.end);
      clock.once(at + 6 * MINUTE, t -> talk.web(t, c.recorders.getFirst(), c.replacement, "GET", "/", "", "200 OK", "Apache/2.4.59 (Unix)", "AXIS P3265-LV"));
    });
  }

  /** The air handling supplier's visits, Tuesday and Friday at ten, announced in the site file: values read on a dozen controllers. */
  private void visits() {
    for (int day : new int[] {1, 4}) {
      long begin = clock.begin + day * 24L * HOUR + 10 * HOUR;
      clock.once(begin, at -> talk.boot(at, c.visitor, c.visitor.ip));
      for (int i = 0; i < 12; i++) {
        Host h = c.air.get(i * 7 % c.air.size());
        clock.once(begin + (5 + 8L * i) * MINUTE, at -> {
          if (h.segment.equals(c.visitor.segment) && plant.here(h, at)) {
            talk.poll(at, c.visitor, h.onBacnet(), h.onBacnet().points);
          }
        });
      }
    }
  }

  /** The supervisor saves the programs of ten controllers in the night to Sunday: 135-2020 19.1, start backup, read, end backup. */
  private void copies() {
    for (int i = 0; i < Math.min(10, c.air.size()); i++) {
      Bacnet d = c.air.get(i).onBacnet();
      clock.daily(2, 20 + 3 * i, at -> {
        if (clock.local(at).getDayOfWeek().getValue() == 7 && plant.here(d.host, at)) {
          int start = talk.invoke(c.server);
          talk.ask(at, c.server, d, BacnetWriter.reinitialize(start, 2), BacnetWriter.simpleAck(start, BacnetWriter.REINITIALIZE_DEVICE));
          int end = talk.invoke(c.server);
          talk.ask(at + 90 * SECOND, c.server, d, BacnetWriter.reinitialize(end, 3), BacnetWriter.simpleAck(end, BacnetWriter.REINITIALIZE_DEVICE));
        }
      });
    }
  }
}
