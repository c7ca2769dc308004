package fr.vigie.samples;

import static fr.vigie.samples.Talk.MS;
import static fr.vigie.samples.Talk.SECOND;

import java.util.Random;

/** Everything that is not building equipment: clocks, names, leases, cameras, doors, the clinical neighbour, the firewalls' heartbeat. */
final class OfficeLife {
  private final Building b;
  private final Talk talk;
  private final Wire wire;
  private final Random random;
  private final long begin;
  private final long end;

  OfficeLife(Building building, Talk talk, Random random, long begin, long end) {
    b = building;
    this.talk = talk;
    wire = talk.wire;
    this.random = random;
    this.begin = begin;
    this.end = end;
  }

  void live() {
    clocks();
    names();
    leases();
    security();
    clinic();
    firewalls();
  }

  private long until(Host h) {
    return h == b.roaming ? begin + 3600 * SECOND : end;
  }

  private void clocks() {
    for (Host h : b.hosts) {
      if (h != b.ntp) {
        QuietLife.beat(random, begin, until(h), 1400, at -> {
          wire.udp(at, h, 123, b.ntp, 123, ServiceWriter.ntp(false, 0, at));
          wire.udp(at + 3 * MS, b.ntp, 123, h, 123, ServiceWriter.ntp(true, at, at + 3 * MS));
        });
      }
    }
  }

  private void names() {
    for (Host h : b.hosts) {
      if (h.windows && !h.segment.equals(b.clinic) && h != b.dns.getFirst()) {
        QuietLife.beat(random, begin, until(h), 420, at -> name(at, h, b.dns.getFirst(), "intranet.chu-exemple.fr", b.intranet));
      }
    }
    for (Host d : b.desks) {
      QuietLife.beat(random, begin, until(d), 600, at -> talk.web(at, d, b.intranet, "GET", "/", "", "200 OK", "nginx/1.26.2", "Intranet CHU"));
    }
    Host vip = shared(b.server);
    wire.announce(begin + 4 * SECOND, b.supervision, b.server.mac, b.shared);
    for (Host p : b.posts) {
      QuietLife.beat(random, begin, begin + 3600 * SECOND, 300,
          at -> talk.web(at, p, vip, "GET", "/synoptique", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC"));
    }
    QuietLife.beat(random, begin, end, 60,
        at -> talk.web(at, b.standby, b.server, "GET", "/etat", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC"));
    QuietLife.beat(random, begin, end, 120,
        at -> talk.web(at, b.historian, b.server, "GET", "/historique", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC"));
  }

  /** The address of the supervision pair, held by one of them. */
  Host shared(Host holder) {
    return new Host(b.supervision, "SRV-GTB", "bms-supervisor", holder.place, holder.model, holder.mac, b.shared, true);
  }

  void name(long at, Host client, Host resolver, String name, Host answer) {
    int port = talk.port(client);
    int id = (int) (at / 1000 & 0xFFFF);
    wire.udp(at, client, port, resolver, 53, ServiceWriter.dnsQuestion(id, name));
    wire.udp(at + 2 * MS, resolver, 53, client, port, ServiceWriter.dnsAnswer(id, name, answer.ip));
  }

  private void leases() {
    for (Host d : b.desks) {
      talk.boot(begin + (30 + random.nextInt(900)) * SECOND, d, d.ip);
      QuietLife.beat(random, begin + 1500 * SECOND, until(d), 3000, at -> talk.renew(at, d));
    }
    for (Host c : b.cameras) {
      QuietLife.beat(random, begin, end, 3500, at -> talk.renew(at, c));
    }
  }

  private void security() {
    for (Host c : b.cameras) {
      Wire.Tcp s = wire.tcp(b.recorder, talk.port(b.recorder), c, 554);
      long from = begin + (5 + random.nextInt(60)) * SECOND;
      s.open(from);
      int[] n = {0};
      QuietLife.beat(random, from + SECOND, end, 60, at -> s.exchange(at, TextWriter.rtspOptions(c, ++n[0]), TextWriter.rtspAnswer(n[0]), 8 * MS));
      if (c.model.equals(Models.AXIS)) {
        QuietLife.beat(random, begin, end, 2400, at -> wire.multicast(at, c, 5353, ServiceWriter.MDNS, 5353, 255,
            ServiceWriter.mdns("_axis-video._tcp.local", "AXIS " + c.model.name() + " - " + c.macText().replace(":", ""), c.name.toLowerCase(
                java.util.Locale.ROOT), c.ip)));
      }
      String software = c.model.equals(Models.AXIS) ? "Apache/2.4.59 (Unix)" : "App-webs/";
      talk.web(begin + (100 + random.nextInt(3000)) * SECOND, b.recorder, c, "GET", "/", "", "200 OK", software,
          c.model.equals(Models.AXIS) ? "AXIS " + c.model.name() : "Hikvision");
    }
    for (Host d : b.doors) {
      Wire.Tcp s = wire.tcp(b.doorServer, talk.port(b.doorServer), d, 20_100);
      long from = begin + (5 + random.nextInt(60)) * SECOND;
      s.open(from);
      QuietLife.beat(random, from + SECOND, end, 45, at -> s.exchange(at, new Bytes().u16(0x5449).u16(4).u32(at / SECOND).octets(),
          new Bytes().u16(0x5449).u16(4).u32(1).octets(), 6 * MS));
    }
  }

  private void clinic() {
    int[] number = {0};
    Wire.Tcp hl7 = wire.tcp(b.broker, talk.port(b.broker), b.pacs, 2575);
    hl7.open(begin + 3 * SECOND);
    QuietLife.beat(random, begin + 5 * SECOND, end, 60,
        at -> hl7.exchange(at, TextWriter.hl7(++number[0]), TextWriter.hl7Ack(number[0]), 12 * MS));
    for (Host m : b.modalities) {
      QuietLife.beat(random, begin, end, 600, at -> {
        Wire.Tcp c = wire.tcp(m, talk.port(m), b.pacs, 104);
        c.open(at);
        c.exchange(at + 2 * MS, TextWriter.associate(false, "PACS", m.name), TextWriter.associate(true, "PACS", m.name), 8 * MS);
        c.exchange(at + 60 * MS, TextWriter.echo(false), TextWriter.echo(true), 8 * MS);
        c.exchange(at + 120 * MS, TextWriter.release(false), TextWriter.release(true), 8 * MS);
        c.close(at + 200 * MS);
      });
    }
  }

  /** The master of each virtual router says every thirty seconds that it lives; its frames bear the virtual MAC address. */
  private void firewalls() {
    for (Segment s : b.segments) {
      int from = s.network() + 252;
      QuietLife.beat(random, begin, end, 30, at -> wire.capture.add(at, Frames.ethernet(Wire.groupMac(0xE0000012), s.gatewayMac(), s.vlan(),
          Frames.IPV4, Frames.ipv4(from, 0xE0000012, 112, 255, ServiceWriter.vrrp(s.router(), 200, 30, s.gateway()))), null));
    }
  }
}
