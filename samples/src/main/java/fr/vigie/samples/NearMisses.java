package fr.vigie.samples;

import static fr.vigie.samples.Talk.MS;
import static fr.vigie.samples.Talk.SECOND;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.SnmpWriter.Binding;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/** What looks like an incident and is none: the same services, by those who may, or short of the threshold. */
final class NearMisses {
  private final Building b;
  private final Talk talk;
  private final Wire wire;
  private final Random random;
  private final Story story;
  private long workAt;

  NearMisses(Building building, Talk talk, Random random, Story story) {
    b = building;
    this.talk = talk;
    wire = talk.wire;
    this.random = random;
    this.story = story;
  }

  List<LongConsumer> acts() {
    return List.of(this::supervisorRestarts, this::limitedDiscovery, this::supervisorReadsAll, this::supervisorPollsSixty,
        this::operatorTrims, this::operatorGivesBack, this::scheduleWrites, this::operatorLooks, this::renewal, this::tableRead, this::enabled,
        this::backup, this::announcesAgain, this::malformed, this::tunnelAgain, this::authorize, this::knownUnits, this::masterWrites,
        this::gatewayException, this::controlRead, this::contactSet, this::virtualRouter, this::failover, this::linkUp, this::newLease,
        this::serversAnswer, this::multicastNames, this::harmlessPage, this::adminPost, this::allowedCrossing, this::fewPorts);
  }

  /** When the announced work happens. */
  long workAt() {
    return workAt;
  }

  private Bacnet air(int i) {
    return b.controllers.get(i).onBacnet();
  }

  void announcedWork(long at) {
    workAt = at;
    Bacnet d = air(7);
    Packet p = talk.write(at, b.supplier, d, d.point(BacnetWriter.ANALOG_OUTPUT), 60, 8);
    talk.write(at + 40 * SECOND, b.supplier, d, d.point(BacnetWriter.ANALOG_OUTPUT), Double.NaN, 8);
    story.nearMiss(p, b.supplier.address(), d.address(), "the supplier's laptop writes a valve", "BAC-01", "within announced maintenance");
  }

  private void supervisorRestarts(long at) {
    Packet p = talk.broadcast(at, b.server, BacnetWriter.npduToAll(BacnetWriter.whoIs()));
    for (Bacnet d : b.polled()) {
      if (!d.silent(at)) {
        talk.iAm(at + 40 * MS + random.nextInt(4000) * MS, d);
      }
    }
    story.nearMiss(p, b.server.address(), "*", "Who-Is without limits", "BAC-16", "by the declared supervisor, once, at its restart");
  }

  private void limitedDiscovery(long at) {
    Bacnet d = air(5);
    Packet p = talk.broadcast(at, b.posts.get(3), BacnetWriter.npduToAll(BacnetWriter.whoIs(d.instance, d.instance)));
    talk.iAm(at + 30 * MS, d);
    story.nearMiss(p, b.posts.get(3).address(), "*", "Who-Is for one instance", "BAC-16", "limited to one device");
  }

  private void supervisorReadsAll(long at) {
    Packet first = null;
    int i = 0;
    for (Bacnet d : b.polled()) {
      long t = at + i++ * 220 * MS;
      Packet p = talk.list(t, b.server, d);
      first = first == null ? p : first;
      talk.names(t + 90 * MS, b.server, d);
    }
    if (first != null) {
      story.nearMiss(first, b.server.address(), "*", "reads every object list and more than 200 objects", "BAC-17",
          "the declared supervisor");
    }
  }

  private void supervisorPollsSixty(long at) {
    Packet first = null;
    int i = 0;
    for (Bacnet d : b.polled()) {
      Packet p = talk.read(at + i++ * 150 * MS, b.server, d, d.points.getFirst());
      first = first == null ? p : first;
    }
    if (first != null) {
      story.nearMiss(first, b.server.address(), "*", "polls more than 60 devices within half a minute", "NET-04",
          "a supervisor and devices it always polls");
    }
  }

  private void operatorTrims(long at) {
    Bacnet d = air(8);
    Packet p = talk.write(at, b.posts.getFirst(), d, d.point(BacnetWriter.ANALOG_VALUE), 20, 8);
    story.nearMiss(p, b.posts.getFirst().address(), d.address(), "an operator trims a setpoint at priority 8", "BAC-01", "a declared writer");
  }

  private void operatorGivesBack(long at) {
    Bacnet d = air(4);
    Packet p = talk.write(at, b.posts.getFirst(), d, d.point(BacnetWriter.ANALOG_VALUE), Double.NaN, 8);
    story.nearMiss(p, b.posts.getFirst().address(), d.address(), "an operator gives a setpoint back (NULL at priority 8)", "BAC-02",
        "no life-safety priority");
  }

  private void scheduleWrites(long at) {
    Bacnet d = air(6);
    Packet p = talk.write(at, b.server, d, d.point(BacnetWriter.ANALOG_VALUE), 19.5, 16);
    story.nearMiss(p, b.server.address(), d.address(), "the schedule writes a setpoint at priority 16", "BAC-02", "the lowest priority");
  }

  private void operatorLooks(long at) {
    Host who = b.posts.get(2);
    Bacnet d = air(6);
    Packet p = talk.poll(at, who, d, d.points.subList(0, 4));
    story.nearMiss(p, who.address(), d.address(), "an operator reads four objects at once", "BAC-17", "far from 200 objects");
  }

  private void renewal(long at) {
    Host h = b.cooling.getFirst();
    Packet p = wire.udp(at, h, BacnetWriter.PORT, b.bbmds.getFirst(), BacnetWriter.PORT, BacnetWriter.registerForeign(600));
    wire.udp(at + 3 * MS, b.bbmds.getFirst(), BacnetWriter.PORT, h, BacnetWriter.PORT, BacnetWriter.result(0));
    story.nearMiss(p, h.address(), b.bbmds.getFirst().address(), "renews its registration as a foreign device", "BAC-24",
        "registered since before");
  }

  private void tableRead(long at) {
    Host bbmd = b.bbmds.getFirst();
    Packet p = wire.udp(at, b.server, BacnetWriter.PORT, bbmd, BacnetWriter.PORT, BacnetWriter.readTable());
    wire.udp(at + 3 * MS, bbmd, BacnetWriter.PORT, b.server, BacnetWriter.PORT, BacnetWriter.readTableAck(b.bbmds));
    story.nearMiss(p, b.server.address(), bbmd.address(), "reads the broadcast table of a BBMD", "BAC-23", "a read changes nothing");
  }

  private void enabled(long at) {
    Bacnet d = air(5);
    int id = talk.invoke(b.engineer);
    Packet p = talk.ask(at, b.engineer, d, BacnetWriter.communication(id, 0, 0),
        BacnetWriter.simpleAck(id, BacnetWriter.DEVICE_COMMUNICATION_CONTROL));
    story.nearMiss(p, b.engineer.address(), d.address(), "DeviceCommunicationControl enable", "BAC-09", "lets a device speak");
  }

  private void backup(long at) {
    Bacnet d = air(6);
    int id = talk.invoke(b.server);
    Packet p = talk.ask(at, b.server, d, BacnetWriter.reinitialize(id, 2), BacnetWriter.simpleAck(id, BacnetWriter.REINITIALIZE_DEVICE));
    int over = talk.invoke(b.server);
    talk.ask(at + 20 * SECOND, b.server, d, BacnetWriter.reinitialize(over, 3),
        BacnetWriter.simpleAck(over, BacnetWriter.REINITIALIZE_DEVICE));
    story.nearMiss(p, b.server.address(), d.address(), "ReinitializeDevice start-backup", "BAC-10", "a backup restarts nothing");
  }

  private void announcesAgain(long at) {
    Bacnet d = air(7);
    Packet p = talk.broadcast(at, d.host, BacnetWriter.npduToAll(BacnetWriter.iAm(d)));
    story.nearMiss(p, d.address(), "*", "I-Am with its own instance from its own address", "BAC-18", "nothing changed");
  }

  private void malformed(long at) {
    Bacnet d = air(8);
    byte[] whole = BacnetWriter.npdu(false, BacnetWriter.iAm(d));
    Packet p = wire.udp(at, d.host, BacnetWriter.PORT, b.server, BacnetWriter.PORT,
        BacnetWriter.unicast(java.util.Arrays.copyOf(whole, whole.length - 4)));
    story.nearMiss(p, d.address(), b.server.address(), "an I-Am cut short", "BAC-18", "a flaw of the message, and no act");
  }

  private void tunnelAgain(long at) {
    Talk.Tunnel t = talk.new Tunnel(b.ets, b.knxInterfaces.get(2), 4);
    Packet p = t.open(at);
    t.close(at + 15 * SECOND);
    story.nearMiss(p, b.ets.address(), t.gate.address(), "opens a KNX tunnel", "KNX-06", "the workshop's ETS computer, known to this interface");
  }

  private void authorize(long at) {
    Talk.Tunnel t = talk.new Tunnel(b.ets, b.knxInterfaces.get(2), 5);
    int device = b.knxLines.get(2).get(2);
    int me = t.address();
    t.open(at);
    long u = at + SECOND;
    t.put(u, KnxWriter.control(KnxWriter.REQUEST, 0, device, 0x80), KnxWriter.control(KnxWriter.CONFIRMATION, me, device, 0x80));
    byte[] key = new Bytes().u8(0).u32(0xFFFFFFFFL).octets();
    Packet p = t.put(u + 150 * MS, KnxWriter.data(KnxWriter.REQUEST, 0, device, 0, 0x3D1, key),
        KnxWriter.data(KnxWriter.CONFIRMATION, me, device, 0, 0x3D1, key));
    t.indicate(u + 240 * MS, KnxWriter.control(KnxWriter.INDICATION, device, me, 0xC2));
    t.indicate(u + 300 * MS, KnxWriter.data(KnxWriter.INDICATION, device, me, 0, 0x3D2, new byte[] {0}));
    t.put(u + 500 * MS, KnxWriter.control(KnxWriter.REQUEST, 0, device, 0x81), KnxWriter.control(KnxWriter.CONFIRMATION, me, device, 0x81));
    t.close(u + 900 * MS);
    story.nearMiss(p, b.ets.address(), t.gate.address() + "/" + KnxWriter.address(device), "shows a key to a KNX device once", "KNX-01",
        "authorises, sets no key");
  }

  private void knownUnits(long at) {
    Packet first = null;
    int i = 0;
    for (Host g : b.gateways) {
      Wire.Tcp c = wire.tcp(b.server, talk.port(b.server), g, ModbusWriter.PORT);
      c.open(at + i * 200 * MS);
      for (int unit : g.units) {
        long t = at + ++i * 200 * MS;
        Packet p = c.exchange(t, ModbusWriter.read(i, unit, 3, 0, 2), ModbusWriter.registers(i, unit, 3, 0, 0), 50 * MS);
        first = first == null ? p : first;
      }
      c.close(at + ++i * 200 * MS);
    }
    if (first != null) {
      story.nearMiss(first, b.server.address(), b.gateways.getFirst().address(), "polls every unit of every gateway", "MOD-04",
          "units that exist and answer");
    }
  }

  private void masterWrites(long at) {
    Host d = b.chillers.get(2);
    byte[] w = ModbusWriter.write(7, 1, 10, 72);
    story.nearMiss(talk.modbus(at, b.server, d, w, w), b.server.address(), d.address(), "writes a chilled water setpoint", "MOD-01",
        "the master that always does");
  }

  private void gatewayException(long at) {
    Host g = b.gateways.get(1);
    int unit = g.units.getLast();
    Packet p = talk.modbus(at, b.server, g, ModbusWriter.read(9, unit, 3, 0, 2), ModbusWriter.exception(9, unit, 3, 11));
    story.nearMiss(p, b.server.address(), g.address() + "/" + unit, "asks a unit that the gateway cannot reach", "MOD-04",
        "one exception of a known unit");
  }

  private void controlRead(long at) {
    Host u = b.ups.get(3);
    List<Binding> asked = List.of(Binding.asked(SnmpWriter.UPS_SHUTDOWN_TYPE), Binding.asked(SnmpWriter.UPS_RESTART));
    Packet p = talk.snmp(at, b.server, u, SnmpWriter.GET, asked, List.of(new Binding(SnmpWriter.UPS_SHUTDOWN_TYPE, SnmpWriter.number(1)),
        new Binding(SnmpWriter.UPS_RESTART, SnmpWriter.number(1))));
    story.nearMiss(p, b.server.address(), u.address(), "reads the control objects of a UPS", "UPS-01", "Get, not Set");
  }

  private void contactSet(long at) {
    Host u = b.switches.get(3);
    List<Binding> set = List.of(new Binding(SnmpWriter.SYS_CONTACT, SnmpWriter.text("reseau@chu-exemple.fr")));
    Packet p = talk.snmp(at, b.nms, u, SnmpWriter.SET, set, set);
    story.nearMiss(p, b.nms.address(), u.address(), "sets sysContact of a switch", "UPS-01", "no control object");
  }

  private void virtualRouter(long at) {
    Segment s = b.air;
    Packet p = wire.announce(at, s, s.gatewayMac(), s.gateway());
    story.nearMiss(p, Host.macText(s.gatewayMac()), Host.text(s.gateway()), "the second firewall takes over the virtual router", "NET-02",
        "the virtual router's own MAC address");
  }

  private void failover(long at) {
    Packet p = wire.announce(at, b.supervision, b.standby.mac, b.shared);
    wire.announce(at + SECOND, b.supervision, b.standby.mac, b.shared);
    Host now = new Host(b.supervision, "SRV-GTB", "bms-supervisor", "", Models.SERVER, b.standby.mac, b.shared, true);
    for (Host post : b.posts) {
      talk.web(at + (4 + random.nextInt(6)) * SECOND, post, now, "GET", "/synoptique", "", "200 OK", "Microsoft-IIS/10.0", "Desigo CC");
    }
    story.nearMiss(p, b.standby.macText(), Host.text(b.shared), "the second supervision server takes the shared address", "NET-02",
        "a pair declared redundant");
  }

  private void linkUp(long at) {
    Host h = b.cameras.get(8);
    Packet p = wire.announce(at, b.security, h.mac, h.ip);
    wire.announce(at + 2 * SECOND, b.security, h.mac, h.ip);
    story.nearMiss(p, h.address(), h.address(), "a camera announces its own address after a link loss", "NET-02", "the MAC address it always had");
  }

  private void newLease(long at) {
    Host old = b.roaming;
    Host now = new Host(old.segment, old.name, old.kind, old.place, old.model, old.mac, b.address(old.segment), true);
    Packet p = talk.boot(at, now, now.ip).asked();
    talk.web(at + 5 * SECOND, now, b.intranet, "GET", "/", "", "200 OK", "nginx/1.26.2", "Intranet CHU");
    story.nearMiss(p, now.macText(), b.dns.getFirst().address(), "a known computer gets another address", "NET-01", "its MAC address is known");
  }

  private void serversAnswer(long at) {
    Host h = b.desks.get(8);
    Packet p = talk.boot(at, h, h.ip).given();
    story.nearMiss(p, b.dns.getFirst().address(), h.address(), "the DHCP server gives a lease", "NET-03", "a declared server");
  }

  private void multicastNames(long at) {
    Host c = b.cameras.get(1);
    Packet p = wire.multicast(at, c, 5353, ServiceWriter.MDNS, 5353, 255,
        ServiceWriter.mdns("_http._tcp.local", c.name, c.name.toLowerCase(java.util.Locale.ROOT), c.ip));
    story.nearMiss(p, c.address(), "224.0.0.251", "a camera announces itself by mDNS", "NET-03", "an announcement is no name server");
  }

  private void harmlessPage(long at) {
    Host d = b.desks.get(8);
    Packet p = talk.web(at, d, b.intranet, "GET", "/U.htm", "", "404 Not Found", "nginx/1.26.2", "404");
    story.nearMiss(p, d.address(), b.intranet.address(), "asks a web server for U.htm", "WEB-01", "no controller of that make");
  }

  private void adminPost(long at) {
    Host t = b.trends.get(2);
    Host who = b.posts.get(1);
    Packet p = talk.web(at, who, t, "POST", "/T.htm", "page=12", "200 OK", "Trend IQ4/4.34", "Trend IQ4E");
    story.nearMiss(p, who.address(), t.address(), "an operator posts to another page of the controller", "WEB-01", "not the user page");
  }

  private void allowedCrossing(long at) {
    Host who = b.posts.get(1);
    Bacnet d = b.controllers.stream().filter(h -> h.name.equals("PAC-1")).findFirst().orElseThrow().onBacnet();
    Packet p = talk.read(at, who, d, d.points.getFirst());
    story.nearMiss(p, who.address(), d.address(), "an operator reads a heat pump for the first time", "NET-07", "a conduit lets it pass");
  }

  private void fewPorts(long at) {
    Packet first = null;
    int i = 0;
    for (int port : new int[] {22, 80, 443, 161, 8080, 8443}) {
      Packet p = wire.tcp(b.nms, talk.port(b.nms), b.switches.get(1), port).refused(at + i++ * SECOND);
      first = first == null ? p : first;
    }
    if (first != null) {
      story.nearMiss(first, b.nms.address(), b.switches.get(1).address(), "tries six closed ports of a switch", "NET-04", "fewer than 25");
    }
  }
}
