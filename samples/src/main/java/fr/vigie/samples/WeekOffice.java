package fr.vigie.samples;

import static fr.vigie.samples.Clockwork.HOUR;
import static fr.vigie.samples.Clockwork.MINUTE;
import static fr.vigie.samples.Clockwork.SECOND;
import static fr.vigie.samples.Talk.MS;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What stands beside building equipment, all week: clocks, names, leases, cameras, doors, intercoms, radio sensors, the clinical neighbour. */
final class WeekOffice {
  private final Campus c;
  private final Talk talk;
  private final Wire wire;
  private final Clockwork clock;
  private final Random random;
  private final WeekPlant plant;

  WeekOffice(Campus campus, Talk talk, Clockwork clock, WeekPlant plant) {
    c = campus;
    this.talk = talk;
    wire = talk.wire;
    this.clock = clock;
    this.plant = plant;
    random = clock.random;
  }

  void live() {
    for (Host h : c.hosts) {
      if (h != c.ntp && !late(h)) {
        ordinary(h, clock.begin);
      }
    }
    desks();
    security();
    sensors();
    clinic();
    firewalls();
    nights();
  }

  /** Who comes later in the week, or not every day. */
  private boolean late(Host h) {
    return h == c.added || h == c.replacement || h == c.visitor;
  }

  /** What every host does: it sets its clock, and those that have their address from a server renew it each twelve hours. */
  void ordinary(Host h, long from) {
    clock.beat(from + (1 + random.nextInt(1024)) * SECOND, 1024 * SECOND, at -> {
      if (plant.here(h, at)) {
        wire.udp(at, h, 123, c.ntp, 123, ServiceWriter.ntp(false, 0, at));
        wire.udp(at + 3 * MS, c.ntp, 123, h, 123, ServiceWriter.ntp(true, at, at + 3 * MS));
      }
    });
    if (h.kind.equals("ip-camera") || h.kind.equals("workstation") || h.kind.equals("iot-gateway")) {
      clock.beat(from + (long) (random.nextDouble() * 12 * HOUR), 12 * HOUR, at -> {
        if (plant.here(h, at)) {
          talk.renew(at, h);
        }
      });
    }
  }

  private void desks() {
    String[] names = {"intranet.chu.example", "mail.chu.example", "proxy.chu.example", "pacs.chu.example", "dpi.chu.example", "time.chu.example"};
    for (Host d : c.desks) {
      // a computer that is started in the morning asks for its address anew
      clock.daily(7, 20 + random.nextInt(40), at -> {
        if (!clock.weekend(at)) {
          talk.boot(at, d, d.ip);
        }
      });
      clock.sometimes(12, at -> name(at, d, names[random.nextInt(names.length)], c.intranet));
      clock.sometimes(6, at -> talk.web(at, d, c.intranet, "GET", "/", "", "200 OK", "nginx/1.26.2", "Intranet CHU"));
    }
    for (Host p : c.posts) {
      clock.sometimes(6, at -> name(at, p, names[random.nextInt(names.length)], c.intranet));
      clock.every(4 * HOUR, at -> name(at, p, "intranet.chu.example", c.intranet));
    }
    clock.every(5 * MINUTE, at -> talk.web(at, c.standby, c.server, "GET", "/etat", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC"));
    clock.every(15 * MINUTE, at -> talk.web(at, c.historian, c.server, "GET", "/historique", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC"));
  }

  private void name(long at, Host client, String name, Host answer) {
    Host resolver = c.dns.get(random.nextInt(8) == 0 ? 1 : 0);
    int port = talk.port(client);
    int id = random.nextInt(65_536);
    wire.udp(at, client, port, resolver, 53, ServiceWriter.dnsQuestion(id, name));
    wire.udp(at + 2 * MS, resolver, 53, client, port, ServiceWriter.dnsAnswer(id, name, answer.ip));
  }

  private void security() {
    for (int i = 0; i < c.cameras.size(); i++) {
      camera(c.cameras.get(i), c.recorders.get(i % c.recorders.size()), clock.begin, clock.end);
    }
    for (Host d : c.doors) {
      keep(c.doorServer, d, 20_100, MINUTE, clock.begin, clock.end, n -> new Bytes().u16(0x5449).u16(4).u32(n).octets(), n -> new Bytes().u16(0x5449).u16(4).u32(1).octets());
    }
    for (Host p : c.intercoms) {
      int[] n = {0};
      clock.every(10 * MINUTE, at -> {
        wire.udp(at, p, MessageWriter.SIP, c.exchange, MessageWriter.SIP, MessageWriter.register(p, c.exchange, ++n[0]));
        wire.udp(at + 4 * MS, c.exchange, MessageWriter.SIP, p, MessageWriter.SIP, MessageWriter.registered(p, c.exchange, n[0]));
      });
    }
  }

  /** A recorder keeps its session with a camera alive; the pictures are not mirrored. */
  void camera(Host camera, Host recorder, long from, long until) {
    keep(recorder, camera, 554, MINUTE, from, until, n -> TextWriter.rtspOptions(camera, n), TextWriter::rtspAnswer);
    if (camera.model.equals(Models.AXIS)) {
      clock.beat(from + (long) (random.nextDouble() * HOUR), HOUR, at -> {
        if (plant.here(camera, at) && at < until) {
          wire.multicast(at, camera, 5353, ServiceWriter.MDNS, 5353, 255, ServiceWriter.mdns("_axis-video._tcp.local",
              "AXIS " + camera.model.name() + " - " + camera.macText().replace(":", ""), camera.name.toLowerCase(java.util.Locale.ROOT), camera.ip));
        }
      });
    }
  }

  private interface Message {
    byte[] of(int number);
  }

  /** A connection that is kept, with a question and an answer at a beat; opened again when the server comes back. */
  private void keep(Host client, Host server, int port, long period, long from, long until, Message question, Message answer) {
    Wire.@Nullable Tcp[] line = {null};
    int[] n = {0};
    clock.beat(from + (long) (random.nextDouble() * period), period, at -> {
      if (at >= until) {
        return;
      }
      if (!plant.here(server, at)) {
        line[0] = null;
        wire.tcp(client, talk.port(client), server, port).alone(at);
        return;
      }
      Wire.Tcp t = line[0];
      if (t == null) {
        t = wire.tcp(client, talk.port(client), server, port);
        t.open(at);
        line[0] = t;
      }
      t.exchange(at + 2 * MS, question.of(++n[0]), answer.of(n[0]), 8 * MS);
    });
  }

  private void sensors() {
    for (Host s : c.sensors) {
      Wire.Tcp t = wire.tcp(s, talk.port(s), c.broker, MessageWriter.MQTT);
      int[] id = {0};
      clock.once(clock.begin + random.nextInt(50) * SECOND, at -> {
        t.open(at);
        t.exchange(at + 2 * MS, MessageWriter.connect(s.name), MessageWriter.connected(), 4 * MS);
      });
      clock.beat(clock.begin + MINUTE + random.nextInt(300) * SECOND, 5 * MINUTE, at -> {
        id[0] = id[0] % 65_000 + 1;
        t.exchange(at, MessageWriter.publish("chu/capteurs/" + s.name + "/co2", id[0], "{\"ppm\":" + (int) (430 + 350 * clock.busy(at)
            + 20 * Climate.ripple(at, s.ip, 900)) + "}"), MessageWriter.published(id[0]), 5 * MS);
      });
      clock.beat(clock.begin + 2 * MINUTE + random.nextInt(150) * SECOND, 150 * SECOND, at -> t.exchange(at, MessageWriter.ping(false), MessageWriter.ping(true), 4 * MS));
    }
  }

  private void clinic() {
    keep(c.integration, c.pacs, 2575, MINUTE, clock.begin, clock.end, TextWriter::hl7, TextWriter::hl7Ack);
    for (Host m : c.modalities) {
      clock.sometimes(8, at -> {
        Wire.Tcp t = wire.tcp(m, talk.port(m), c.pacs, 104);
        t.open(at);
        t.exchange(at + 2 * MS, TextWriter.associate(false, "PACS", m.name), TextWriter.associate(true, "PACS", m.name), 8 * MS);
        t.exchange(at + 60 * MS, TextWriter.echo(false), TextWriter.echo(true), 8 * MS);
        t.exchange(at + 120 * MS, TextWriter.release(false), TextWriter.release(true), 8 * MS);
        t.close(at + 200 * MS);
      });
    }
  }

  /** The master of each virtual router says every thirty seconds that it lives. */
  private void firewalls() {
    for (Segment s : c.segments) {
      int from = s.network() + 252;
      clock.every(30 * SECOND, at -> wire.capture.add(at, Frames.ethernet(Wire.groupMac(0xE0000012), s.gatewayMac(), s.vlan(),
          Frames.IPV4, Frames.ipv4(from, 0xE0000012, 112, 255, ServiceWriter.vrrp(s.router(), 200, 30, s.gateway()))), null));
    }
  }

  /** Copies of the night, the servers' own, and the question of UPS and cameras whether there is a newer firmware. */
  private void nights() {
    for (Host h : new Host[] {c.server, c.historian, c.doorServer, c.pacs}) {
      clock.daily(1, 10 + random.nextInt(40), at -> copy(at, h));
    }
    for (Host u : c.ups) {
      clock.daily(4, 10 + random.nextInt(40), at -> {
        if (plant.here(u, at)) {
          talk.web(at, u, c.intranet, "GET", "/firmware/" + u.model.vendor().replace(' ', '-') + "/version.txt", "", "200 OK", "nginx/1.26.2", u.model.firmware());
        }
      });
    }
  }

  /** A server sends its archive: some hundred segments. */
  private void copy(long at, Host h) {
    Wire.Tcp t = wire.tcp(h, talk.port(h), c.backup, 443);
    t.open(at);
    byte[] part = new byte[1400];
    long when = at + 2 * MS;
    for (int i = 0; i < 120; i++, when += 4 * MS) {
      random.nextBytes(part);
      // a TLS 1.3 record of application data (RFC 8446 §5.2)
      byte[] record = new Bytes().u8(23).u16(0x0303).u16(part.length).raw(part).octets();
      t.exchange(when, record, null, MS);
    }
    t.close(when + 50 * MS);
  }
}
