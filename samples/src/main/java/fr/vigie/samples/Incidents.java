package fr.vigie.samples;

import static fr.vigie.samples.Talk.MS;
import static fr.vigie.samples.Talk.SECOND;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Point;
import fr.vigie.samples.SnmpWriter.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/** What must be found. Actors are people's machines of the house that overstep, or strangers that plug in. */
final class Incidents {
  private final Building b;
  private final Talk talk;
  private final Wire wire;
  private final Random random;
  private final Story story;

  Incidents(Building building, Talk talk, Random random, Story story) {
    b = building;
    this.talk = talk;
    wire = talk.wire;
    this.random = random;
    this.story = story;
  }

  List<LongConsumer> acts() {
    return List.of(this::setpointByOperator, this::roomByEngineer, this::lifeSafetyBySupervisor, this::lifeSafetyByOperator,
        this::lifeSafetyGivenBack, this::silencedByEngineer, this::silencedByStranger, this::restart, this::discovery, this::enumeration,
        this::tableWritten, this::foreignDeleted, this::foreignDesk, this::foreignStranger, this::keyByStranger, this::keyByEts,
        this::tunnel, this::chiller, this::generator, this::unitSweep, this::upsByEngineer, this::upsByDesk, this::raspberry,
        this::gatewaySpoofed, this::conflict, this::portScan, this::hostSweep, this::clinicToAir,
        this::cameraToPacs, this::userPage, this::userPageByStranger);
  }

  /** A controller of the air handling that no other act of the story has touched. */
  private Bacnet air(int i) {
    return b.controllers.get(9 + i).onBacnet();
  }

  private Host arrive(long at, Segment s, String name, Host.Model m) {
    Host h = b.stranger(s, name, m);
    Packet p = wire.announce(at, s, h.mac, h.ip);
    story.incident(p, h.address(), "-", "plugs an unknown machine into " + s.zone(), "NET-01");
    return h;
  }

  private void setpointByOperator(long at) {
    Host who = b.posts.get(2);
    Bacnet d = air(0);
    Packet p = talk.write(at, who, d, d.point(BacnetWriter.ANALOG_VALUE), 26 + random.nextInt(4), 16);
    story.incident(p, who.address(), d.address(), "an operator's station that only reads writes a supply air setpoint", "BAC-01");
  }

  private void roomByEngineer(long at) {
    Bacnet d = b.routers.getFirst().children.get(2 + random.nextInt(6));
    Point point = d.point(BacnetWriter.ANALOG_VALUE);
    double value = 27 + random.nextInt(3);
    point.written.put(at, value);
    int id = talk.invoke(b.engineer);
    Packet p = talk.ask(at, b.engineer, d, BacnetWriter.writePropertyMultiple(id, point.type, point.instance, BacnetWriter.PRESENT_VALUE,
        BacnetWriter.real(value), 8), BacnetWriter.simpleAck(id, BacnetWriter.WRITE_PROPERTY_MULTIPLE));
    story.incident(p, b.engineer.address(), d.address(), "the engineering laptop writes a room setpoint behind a router", "BAC-01");
  }

  void unannouncedWork(long at) {
    Bacnet d = b.controllers.get(5).onBacnet();
    Packet p = talk.write(at, b.supplier, d, d.point(BacnetWriter.ANALOG_OUTPUT), 100, 8);
    story.incident(p, b.supplier.address(), d.address(), "the supplier's laptop writes a valve outside the announced hours", "BAC-01");
  }

  private void lifeSafetyBySupervisor(long at) {
    Bacnet d = air(1);
    Packet p = talk.write(at, b.server, d, d.point(BacnetWriter.BINARY_OUTPUT), 0, 1);
    story.incident(p, b.server.address(), d.address(), "a fan is stopped at priority 1 by the supervisor", "BAC-02");
  }

  private void lifeSafetyByOperator(long at) {
    Host who = b.posts.get(3);
    Bacnet d = air(2);
    Packet p = talk.write(at, who, d, d.point(BacnetWriter.BINARY_OUTPUT), 0, 2);
    story.incident(p, who.address(), d.address(), "a fan is stopped at priority 2 by a station that only reads", "BAC-02");
    story.incident(p, who.address(), d.address(), "the same write comes from no writer", "BAC-01");
  }

  private void lifeSafetyGivenBack(long at) {
    Bacnet d = air(3);
    Packet p = talk.write(at, b.server, d, d.point(BacnetWriter.BINARY_OUTPUT), Double.NaN, 1);
    story.incident(p, b.server.address(), d.address(), "a command at priority 1 is given back (NULL)", "BAC-02");
  }

  private Packet silence(long at, Host who, Bacnet d, int minutes, int state) {
    int id = talk.invoke(who);
    Packet p = talk.ask(at, who, d, BacnetWriter.communication(id, minutes, state),
        BacnetWriter.simpleAck(id, BacnetWriter.DEVICE_COMMUNICATION_CONTROL));
    d.silence(at + SECOND, at + minutes * 60 * SECOND);
    return p;
  }

  private void silencedByEngineer(long at) {
    Bacnet d = air(4);
    story.incident(silence(at, b.engineer, d, 3, 1), b.engineer.address(), d.address(), "a controller is told to be silent for three minutes",
        "BAC-09");
  }

  private void silencedByStranger(long at) {
    Host h = arrive(at, b.cold, "kali", Models.LAPTOP);
    Bacnet d = b.controllers.stream().filter(c -> c.kind.equals("cold-room-sensor")).toList().get(random.nextInt(6)).onBacnet();
    story.incident(silence(at + 2 * SECOND, h, d, 5, 1), h.address(), d.address(), "a cold room is told to be silent for five minutes",
        "BAC-09");
  }

  private void restart(long at) {
    Bacnet d = air(5);
    int id = talk.invoke(b.engineer);
    Packet p = talk.ask(at, b.engineer, d, BacnetWriter.reinitialize(id, 0), BacnetWriter.simpleAck(id, BacnetWriter.REINITIALIZE_DEVICE));
    d.silence(at + SECOND, at + 42 * SECOND);
    talk.iAm(at + 42 * SECOND, d);
    story.incident(p, b.engineer.address(), d.address(), "a controller is restarted cold", "BAC-10");
  }

  private void discovery(long at) {
    Packet third = null;
    for (int i = 0; i < 4; i++) {
      Packet p = talk.broadcast(at + i * 900 * MS, b.engineer, BacnetWriter.npduToAll(BacnetWriter.whoIs()));
      third = i <= 2 ? p : third;
    }
    for (Bacnet d : b.polled()) {
      if (!d.silent(at)) {
        talk.iAm(at + 40 * MS + random.nextInt(3500) * MS, d);
      }
    }
    if (third != null) {
      story.incident(third, b.engineer.address(), "*", "Who-Is without limits to every network, four times in a row", "BAC-16");
    }
  }

  private void enumeration(long at) {
    Host h = arrive(at, b.air, "scanner", Models.LAPTOP);
    List<Packet> asked = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      asked.add(talk.list(at + 2 * SECOND + i * 180 * MS, h, b.controllers.get(i).onBacnet()));
    }
    String tenth = b.controllers.get(9).address();
    story.incident(asked.get(9), h.address(), tenth, "takes the object lists of 14 controllers", "BAC-17");
    story.incident(asked.get(9), h.address(), tenth, "speaks to 14 controllers it never spoke to", "NET-04");
  }

  private void tableWritten(long at) {
    Host h = arrive(at, b.air, "routeur-x", Models.LATITUDE);
    Host bbmd = b.bbmds.get(1);
    Packet p = wire.udp(at + 3 * SECOND, h, BacnetWriter.PORT, bbmd, BacnetWriter.PORT, BacnetWriter.writeTable(List.of(bbmd, h)));
    wire.udp(at + 3 * SECOND + 4 * MS, bbmd, BacnetWriter.PORT, h, BacnetWriter.PORT, BacnetWriter.result(0x10));
    story.incident(p, h.address(), bbmd.address(), "tries to rewrite the broadcast table of a BBMD; it refuses", "BAC-23");
  }

  private void foreignDeleted(long at) {
    Host bbmd = b.bbmds.getFirst();
    Packet p = wire.udp(at, b.engineer, BacnetWriter.PORT, bbmd, BacnetWriter.PORT, BacnetWriter.deleteForeign(b.cooling.getFirst()));
    wire.udp(at + 4 * MS, bbmd, BacnetWriter.PORT, b.engineer, BacnetWriter.PORT, BacnetWriter.result(0));
    story.incident(p, b.engineer.address(), bbmd.address(), "strikes the server-room cooling from a BBMD's foreign devices", "BAC-23");
  }

  private Packet register(long at, Host h, Host bbmd) {
    Packet p = wire.udp(at, h, BacnetWriter.PORT, bbmd, BacnetWriter.PORT, BacnetWriter.registerForeign(65_535));
    wire.udp(at + 4 * MS, bbmd, BacnetWriter.PORT, h, BacnetWriter.PORT, BacnetWriter.result(0));
    return p;
  }

  private void foreignDesk(long at) {
    Host h = b.desks.getFirst();
    Host bbmd = b.bbmds.get(2);
    Packet p = register(at, h, bbmd);
    story.incident(p, h.address(), bbmd.address(), "an office computer registers as a foreign device for 18 hours", "BAC-24");
    story.incident(p, h.address(), bbmd.address(), "an office computer speaks into the cooling zone", "NET-07");
  }

  private void foreignStranger(long at) {
    Host h = arrive(at, b.supervision, "yabe", Models.LATITUDE);
    Host bbmd = b.bbmds.getFirst();
    story.incident(register(at + 2 * SECOND, h, bbmd), h.address(), bbmd.address(), "an unknown laptop registers as a foreign device",
        "BAC-24");
  }

  private void key(long at, Talk.Tunnel t, int device, String actor) {
    int me = t.address();
    long u = at;
    put(t, u, KnxWriter.control(KnxWriter.REQUEST, 0, device, 0x80), KnxWriter.control(KnxWriter.CONFIRMATION, me, device, 0x80));
    u += 120 * MS;
    byte[] key = new Bytes().u8(0).u32(random.nextInt() & 0xFFFFFFFFL).octets();
    Packet p = t.put(u, KnxWriter.data(KnxWriter.REQUEST, 0, device, 0, 0x3D3, key),
        KnxWriter.data(KnxWriter.CONFIRMATION, me, device, 0, 0x3D3, key));
    t.indicate(u + 90 * MS, KnxWriter.control(KnxWriter.INDICATION, device, me, 0xC2));
    t.indicate(u + 150 * MS, KnxWriter.data(KnxWriter.INDICATION, device, me, 0, 0x3D4, new byte[] {0}));
    put(t, u + 300 * MS, KnxWriter.control(KnxWriter.REQUEST, 0, device, 0x81), KnxWriter.control(KnxWriter.CONFIRMATION, me, device, 0x81));
    t.close(u + 800 * MS);
    story.incident(p, actor, t.gate.address() + "/" + KnxWriter.address(device), "sets an access key in a KNX device, which locks its owner out",
        "KNX-01");
  }

  private static void put(Talk.Tunnel t, long at, byte[] request, byte[] confirmation) {
    t.put(at, request, confirmation);
  }

  private void keyByStranger(long at) {
    Host h = arrive(at, b.light, "ets-portable", Models.LAPTOP);
    Talk.Tunnel t = talk.new Tunnel(h, b.knxInterfaces.get(3), 5);
    Packet p = t.open(at + 2 * SECOND);
    story.incident(p, h.address(), t.gate.address(), "an unknown laptop opens a KNX tunnel", "KNX-06");
    key(at + 3 * SECOND, t, b.knxLines.get(3).getFirst(), h.address());
  }

  private void keyByEts(long at) {
    Talk.Tunnel t = talk.new Tunnel(b.ets, b.knxInterfaces.get(2), 3);
    t.open(at);
    key(at + SECOND, t, b.knxLines.get(2).get(1), b.ets.address());
  }

  private void tunnel(long at) {
    Talk.Tunnel t = talk.new Tunnel(b.posts.get(3), b.knxInterfaces.get(4), 1);
    Packet p = t.open(at);
    t.alive(at + 10 * SECOND);
    t.close(at + 20 * SECOND);
    story.incident(p, b.posts.get(3).address(), t.gate.address(), "an operator's station opens a KNX tunnel for the first time", "KNX-06");
  }

  private void chiller(long at) {
    Host who = b.posts.get(2);
    Host d = b.chillers.get(random.nextInt(4));
    byte[] w = ModbusWriter.write(1, 1, 10, 180);
    story.incident(talk.modbus(at, who, d, w, w), who.address(), d.address(), "an operator's station writes a chilled water setpoint", "MOD-01");
  }

  private void generator(long at) {
    Host h = arrive(at, b.power, "modpoll", Models.LAPTOP);
    Host d = b.gateways.get(random.nextInt(2));
    byte[] w = ModbusWriter.coil(1, 2, 0, false);
    story.incident(talk.modbus(at + 2 * SECOND, h, d, w, w), h.address(), d.address() + "/2", "switches a generator set's coil", "MOD-01");
  }

  private void unitSweep(long at) {
    Host who = b.posts.get(3);
    Host d = b.gateways.get(2);
    Wire.Tcp c = wire.tcp(who, talk.port(who), d, ModbusWriter.PORT);
    c.open(at);
    Packet ninth = null;
    for (int i = 0; i < 12; i++) {
      long t = at + 5 * MS + i * 250 * MS;
      Packet p = c.exchange(t, ModbusWriter.read(i + 1, 30 + i, 3, 0, 2), null, 0);
      ninth = i <= 8 ? p : ninth;
    }
    c.close(at + 12 * SECOND);
    if (ninth != null) {
      story.incident(ninth, who.address(), d.address(), "tries twelve units that do not exist behind a gateway", "MOD-04");
    }
  }

  private void upsByEngineer(long at) {
    Host u = b.ups.get(2);
    List<Binding> set = List.of(new Binding(SnmpWriter.UPS_SHUTDOWN, SnmpWriter.number(60)));
    story.incident(talk.snmp(at, b.engineer, u, SnmpWriter.SET, set, set, 6), b.engineer.address(), u.address(),
        "asks a UPS to shut down in a minute; its card refuses", "UPS-01");
  }

  private void upsByDesk(long at) {
    Host h = b.desks.get(1);
    Host u = b.ups.getFirst();
    List<Binding> set = List.of(new Binding(SnmpWriter.APC_OFF, SnmpWriter.number(2)));
    Packet p = talk.snmp(at, h, u, SnmpWriter.SET, set, set, 6);
    story.incident(p, h.address(), u.address(), "an office computer asks a UPS to switch off; its card refuses", "UPS-01");
    story.incident(p, h.address(), u.address(), "an office computer speaks into the power zone", "NET-07");
  }

  private void raspberry(long at) {
    Host h = arrive(at, b.security, "raspberrypi", Models.RASPBERRY);
    wire.multicast(at + 2 * SECOND, h, 5353, ServiceWriter.MDNS, 5353, 255,
        ServiceWriter.mdns("_workstation._tcp.local", "raspberrypi", "raspberrypi", h.ip));
  }

  private void gatewaySpoofed(long at) {
    Host liar = b.cameras.get(3);
    Host victim = b.recorder;
    Segment s = b.security;
    wire.announce(at - 3 * SECOND, s, s.gatewayMac(), s.gateway());
    Packet p = wire.arp(at, s, victim.mac, 2, liar.mac, s.gateway(), victim.mac, victim.ip);
    for (int i = 1; i < 4; i++) {
      wire.arp(at + i * SECOND, s, victim.mac, 2, liar.mac, s.gateway(), victim.mac, victim.ip);
    }
    story.incident(p, liar.macText(), Host.text(s.gateway()), "a camera claims the gateway's address", "NET-02");
  }

  private void conflict(long at) {
    Host liar = b.doors.get(2);
    Host owner = b.fire.getFirst();
    wire.announce(at - 2 * SECOND, b.security, owner.mac, owner.ip);
    Packet p = wire.announce(at, b.security, liar.mac, owner.ip);
    story.incident(p, liar.macText(), owner.address(), "a door controller claims the address of a fire panel", "NET-02");
  }

  private void portScan(long at) {
    Host h = b.desks.get(6);
    Packet last = null;
    int count = 0;
    for (int port : new int[] {21, 22, 23, 25, 53, 81, 88, 110, 111, 135, 139, 143, 389, 443, 445, 465, 502, 587, 636, 993, 1433, 1521, 1911,
        2222, 3306, 3389, 4911, 5432, 5900, 6379, 8080, 8443, 9100, 9200}) {
      Packet p = wire.tcp(h, talk.port(h), b.intranet, port).refused(at + count++ * 70 * MS);
      last = count <= 25 ? p : last;
    }
    if (last != null) {
      story.incident(last, h.address(), b.intranet.address(), "tries 34 ports of a server, all refused", "NET-04");
    }
  }

  private void hostSweep(long at) {
    Host h = b.desks.get(7);
    List<Host> targets = new ArrayList<>();
    for (int i = 0; i < b.controllers.size(); i += 2) {
      targets.add(b.controllers.get(i));
    }
    for (int i = 0; i < targets.size(); i++) {
      Host t = targets.get(i);
      Packet p = wire.tcp(h, talk.port(h), t, 80).half(at + i * 45 * MS);
      story.incident(p, h.address(), t.address(), "an office computer probes a device of the zone " + t.segment.zone(), "NET-07");
      if (i == 9) {
        story.incident(p, h.address(), t.address(), "an office computer probes the web port of " + targets.size() + " controllers", "NET-04");
      }
    }
  }

  private void clinicToAir(long at) {
    Host h = b.modalities.get(3);
    Host t = b.trends.get(2);
    Wire.Tcp c = wire.tcp(h, talk.port(h), t, 80);
    Packet p = c.open(at);
    c.exchange(at + 2 * MS, TextWriter.request("GET", "/", t, Talk.BROWSER, ""), TextWriter.response("200 OK", "Trend IQ4/4.34", "Trend IQ4E"),
        20 * MS);
    c.close(at + 100 * MS);
    story.incident(p, h.address(), t.address(), "a clinical workstation opens a controller's web page", "NET-07");
  }

  private void cameraToPacs(long at) {
    Host h = b.cameras.get(5);
    Packet p = wire.tcp(h, talk.port(h), b.pacs, 104).refused(at);
    story.incident(p, h.address(), b.pacs.address(), "a camera tries the DICOM port of the image archive", "NET-07");
    story.incident(p, h.address(), b.pacs.address(), "a camera of the building reaches for the clinical network", "MED-01");
  }

  private void userPage(long at) {
    Host who = b.posts.get(3);
    Host t = b.trends.getFirst();
    Packet p = talk.web(at, who, t, "GET", "/U.htm", "", "200 OK", "Trend IQ4/4.34", "Users");
    story.incident(p, who.address(), t.address(), "opens the user page of a controller that asks nobody's name", "WEB-01");
  }

  private void userPageByStranger(long at) {
    Host h = arrive(at, b.air, "visiteur", Models.LATITUDE);
    Host t = b.trends.get(1);
    Packet p = talk.web(at + 2 * SECOND, h, t, "POST", "/U.htm", "op=add&level=99", "200 OK", "Trend IQ4/4.34", "Users");
    story.incident(p, h.address(), t.address(), "creates the first administrator of a controller", "WEB-01");
  }
}
