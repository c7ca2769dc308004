package fr.vigie.samples;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Host.Model;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The small site on which the exercises are played: a plant network with its supervisor, a theatre, a clinical network, and a stranger. */
final class Stage {
  static final long SECOND = 1_000_000_000L;
  static final long MS = 1_000_000L;
  private static final Model MODEL = new Model("Example", "Exercise", "1.0", 0x00A003, 7);

  final Capture capture = new Capture();
  final Wire wire = new Wire(capture);
  final Segment plant;
  final Segment theatre;
  final Segment clinic;
  final Segment office;
  final Segment world;
  final Host supervisor;
  final Host stranger;
  final Host device;
  final Host other;
  final Host camera;
  final Host ups;
  final Host door;
  final Host secondDoor;
  final Host doorServer;
  final Host tube;
  final Host nurse;
  final Host nurseServer;
  final Host lift;
  final Host dhcp;
  final Host room;
  final Host archive;
  final Host modality;
  final Host outside;
  final List<Host> controllers = new ArrayList<>();
  private final long seed;
  private int port = 40_000;
  private int invoke = 1;

  /**
   * A stage.
   *
   * @param network first two octets of its addresses in the high half
   */
  Stage(long seed, int network) {
    this.seed = seed;
    plant = new Segment(110, "plant", "Plant", network | 1 << 8, 1);
    theatre = new Segment(120, "theatre", "Theatre", network | 2 << 8, 2);
    clinic = new Segment(130, "clinic", "Clinic", network | 3 << 8, 3);
    office = new Segment(140, "office", "Office", network | 9 << 8, 9);
    world = new Segment(110, "", "Internet", 8 << 24 | 8 << 16 | 4 << 8, 1);
    supervisor = host(plant, "supervisor", "bms-supervisor", 5);
    stranger = host(plant, "stranger", "", 66);
    device = host(plant, "device", "ahu-cta", 10);
    other = host(plant, "other", "", 11);
    camera = host(plant, "camera", "ip-camera", 20);
    ups = host(plant, "ups", "ups-onduleur", 30);
    door = host(plant, "door", "access-control", 40);
    secondDoor = host(plant, "second-door", "access-control", 42);
    doorServer = host(plant, "doors", "", 41);
    tube = host(plant, "tube", "pneumatic-tube", 50);
    nurse = host(plant, "nurse", "nurse-call", 60);
    nurseServer = host(plant, "calls", "", 61);
    lift = host(plant, "lift", "elevator", 70);
    dhcp = host(plant, "dhcp", "", 80);
    room = host(theatre, "room", "", 10);
    archive = host(clinic, "archive", "", 20);
    modality = host(clinic, "modality", "", 30);
    outside = host(world, "outside", "", 4);
    for (int i = 0; i < 12; i++) {
      controllers.add(host(plant, "controller-" + i, "", 100 + i));
    }
  }

  private Host host(Segment segment, String name, String kind, int number) {
    long mac = 0x00A003000000L | (seed * 0x9E3779B1L + segment.vlan() * 257L + number * 65_537L & 0xFFFFFFL);
    return new Host(segment, name, kind, "", MODEL, mac, segment.network() + number, false);
  }

  /** The site file of the exercises. */
  String site() {
    StringBuilder s = new StringBuilder("# The site of the exercises, written by the kit.\nsite: {id: exercises, name: Exercises}\nzones:\n");
    for (Segment z : List.of(plant, theatre, clinic, office)) {
      s.append("  - {id: %s, name: %s, cidr: %s/24, kind: %s, care: %d}%n".formatted(z.zone(), z.name(), Host.text(z.network()),
          z.equals(clinic) ? "clinical" : z.equals(office) ? "it" : "building", z.equals(office) ? 0 : 3));
    }
    s.append("conduits:\n  - {from: plant, to: theatre, protocols: [bacnet, arp, udp, tcp]}\n  - {from: theatre, to: plant}\n  - {from: clinic, to: clinic}\ndevices:\n");
    for (Host h : named()) {
      s.append("  - {match: {ip: %s}, name: %s, kind: %s}%n".formatted(h.address(), h.name, h.kind));
    }
    s.append("supervisors: [").append(supervisor.address()).append("]\nservers:\n  dhcp: [").append(dhcp.address()).append("]\n  dns: [").append(dhcp.address())
        .append("]\n  ntp: [").append(dhcp.address()).append("]\n  gateways: [").append(Host.text(plant.gateway())).append(", ").append(Host.text(theatre.gateway()))
        .append("]\n");
    return s.toString();
  }

  /** The devices that the site file names. */
  List<Host> named() {
    return List.of(supervisor, device, camera, ups, door, secondDoor, tube, nurse, lift);
  }

  int port() {
    return port++;
  }

  int invoke() {
    return invoke = invoke % 200 + 1;
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** A BACnet request in a unicast datagram. */
  Packet bacnet(long at, Host from, Host to, byte[] apdu) {
    return wire.udp(at, from, BacnetWriter.PORT, to, BacnetWriter.PORT, BacnetWriter.unicast(BacnetWriter.npdu(true, apdu)));
  }

  /** A confirmed BACnet service by its number and its parameters. */
  Packet confirmed(long at, Host from, Host to, int service, String parameters) {
    int id = invoke();
    Packet p = bacnet(at, from, to, BacnetWriter.confirmed(id, service).raw(hex(parameters)).octets());
    wire.udp(at + 20 * MS, to, BacnetWriter.PORT, from, BacnetWriter.PORT, BacnetWriter.unicast(BacnetWriter.npdu(false, BacnetWriter.simpleAck(id, service))));
    return p;
  }

  /** An unconfirmed BACnet service to everybody. */
  Packet unconfirmed(long at, Host from, int service, String parameters) {
    return wire.broadcast(at, from, BacnetWriter.PORT, BacnetWriter.broadcast(BacnetWriter.npdu(false, new Bytes().u8(0x10).u8(service).raw(hex(parameters)).octets())));
  }

  /** A write of a property of analog-value 3, acknowledged. */
  Packet write(long at, Host from, Host to, int property, byte[] value, int priority) {
    int id = invoke();
    Packet p = bacnet(at, from, to, BacnetWriter.writeProperty(id, BacnetWriter.ANALOG_VALUE, 3, property, value, priority));
    wire.udp(at + 20 * MS, to, BacnetWriter.PORT, from, BacnetWriter.PORT, BacnetWriter.unicast(BacnetWriter.npdu(false, BacnetWriter.simpleAck(id, BacnetWriter.WRITE_PROPERTY))));
    return p;
  }

  /** A read of a property of analog-value 3, answered with a number. */
  Packet read(long at, Host from, Host to, int property, double value) {
    int id = invoke();
    Packet p = bacnet(at, from, to, BacnetWriter.readProperty(id, BacnetWriter.ANALOG_VALUE, 3, property));
    wire.udp(at + 20 * MS, to, BacnetWriter.PORT, from, BacnetWriter.PORT,
        BacnetWriter.unicast(BacnetWriter.npdu(false, BacnetWriter.readPropertyAck(id, BacnetWriter.ANALOG_VALUE, 3, property, BacnetWriter.real(value)))));
    return p;
  }

  /** I-Am to everybody on the sender's network. */
  Packet iAm(long at, Host from, int instance) {
    return unconfirmed(at, from, 0, "c4" + String.format("%08x", 8 << 22 | instance) + "2205c4" + "9103" + "2107");
  }

  /** One question and its answer over a connection of its own. */
  Packet tcp(long at, Host from, Host to, int serverPort, byte[] question, byte[] answer) {
    Wire.Tcp c = wire.tcp(from, port(), to, serverPort);
    c.open(at - 5 * MS);
    Packet p = c.exchange(at, question, answer, 15 * MS);
    c.close(at + 200 * MS);
    return p;
  }

  /** Questions and answers in turn over one connection; the packet is that of the last question. */
  Packet dialogue(long at, Host from, Host to, int serverPort, byte[]... turns) {
    Wire.Tcp c = wire.tcp(from, port(), to, serverPort);
    c.open(at - 5 * MS);
    Packet p = null;
    long t = at;
    for (int i = 0; i < turns.length; i++, t += 30 * MS) {
      Packet said = i % 2 == 0 ? c.ask(t, turns[i]) : c.answer(t, turns[i]);
      p = i % 2 == 0 ? said : p;
    }
    c.close(t + 100 * MS);
    if (p == null) {
      throw new IllegalArgumentException("a dialogue has a question");
    }
    return p;
  }

  static byte[] text(String s) {
    return new Bytes().text(s).octets();
  }
}
