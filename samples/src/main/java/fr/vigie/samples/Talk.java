package fr.vigie.samples;

import fr.vigie.samples.BacnetWriter.Spec;
import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conversations that several rooms of this module hold: BACnet exchanges and broadcasts, KNX tunnels, SNMP, name service, web requests. */
final class Talk {
  static final long MS = 1_000_000L;
  static final long SECOND = 1_000_000_000L;
  static final String BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/133.0 Safari/537.36";
  final Wire wire;
  private final Backbone b;
  private final Map<Host, Integer> invokes = new HashMap<>();
  private final Map<Host, Integer> ports = new HashMap<>();

  Talk(Wire wire, Backbone backbone) {
    this.wire = wire;
    b = backbone;
  }

  /** The next invoke identifier of a BACnet client, 0..255. */
  int invoke(Host client) {
    return invokes.merge(client, 1, Integer::sum) & 255;
  }

  /** The next ephemeral port of a host (RFC 6335 §6: 49152 to 65535). */
  int port(Host h) {
    return 49_152 + (ports.merge(h, 1, Integer::sum) + (int) (h.mac & 0x7FF)) % 16_384;
  }

  /** A confirmed request and, unless null, its answer. */
  Packet ask(long at, Host client, Bacnet device, byte[] request, byte @Nullable [] answer) {
    byte[] q = device.network == 0 ? BacnetWriter.npdu(true, request) : BacnetWriter.npduTo(device.network, device.mac, true, request);
    Packet p = wire.udp(at, client, BacnetWriter.PORT, device.host, BacnetWriter.PORT, BacnetWriter.unicast(q));
    if (answer != null && !device.silent(at)) {
      tell(at + (device.network == 0 ? 6 * MS : 90 * MS), device, client, answer);
    }
    return p;
  }

  /** An answer or a notification to one client. */
  Packet tell(long at, Bacnet device, Host client, byte[] apdu) {
    byte[] n = device.network == 0 ? BacnetWriter.npdu(false, apdu) : BacnetWriter.npduFrom(device.network, device.mac, apdu);
    return wire.udp(at, device.host, BacnetWriter.PORT, client, BacnetWriter.PORT, BacnetWriter.unicast(n));
  }

  /** A broadcast to every network: the VLAN, its BBMD, the other BBMDs and their VLANs, the foreign device (annex J.4). */
  Packet broadcast(long at, Host from, byte[] npdu) {
    Packet p = wire.broadcast(at, from, BacnetWriter.PORT, BacnetWriter.broadcast(npdu));
    b.bbmds().stream().filter(d -> d.segment.equals(from.segment)).findFirst().ifPresent(d -> forward(at + MS, d, from, npdu));
    return p;
  }

  private void forward(long at, Host bbmd, Host from, byte[] npdu) {
    byte[] f = BacnetWriter.forwarded(from, npdu);
    long t = at;
    for (Host peer : b.bbmds()) {
      if (peer != bbmd) {
        t += MS / 5;
        wire.udp(t, bbmd, BacnetWriter.PORT, peer, BacnetWriter.PORT, f);
        wire.broadcast(t + MS, peer, BacnetWriter.PORT, f);
      }
    }
    Host foreign = b.foreign();
    if (foreign != null && bbmd == b.bbmds().getFirst()) {
      wire.udp(t + MS / 5, bbmd, BacnetWriter.PORT, foreign, BacnetWriter.PORT, f);
    }
  }

  void iAm(long at, Bacnet d) {
    byte[] apdu = BacnetWriter.iAm(d);
    broadcast(at, d.host, d.network == 0 ? BacnetWriter.npduToAll(apdu) : BacnetWriter.npduFromToAll(d.network, d.mac, apdu));
  }

  /** Reads present value and status of some points. */
  Packet poll(long at, Host client, Bacnet device, List<Point> points) {
    int id = invoke(client);
    List<Spec> specs = new ArrayList<>();
    for (Point p : points) {
      specs.add(Spec.of(p.type, p.instance, BacnetWriter.PRESENT_VALUE, BacnetWriter.STATUS_FLAGS).with(value(p, at))
          .with(BacnetWriter.statusFlags()));
    }
    return ask(at, client, device, BacnetWriter.readPropertyMultiple(id, specs), BacnetWriter.readPropertyMultipleAck(id, specs));
  }

  Packet read(long at, Host client, Bacnet device, Point p) {
    int id = invoke(client);
    return ask(at, client, device, BacnetWriter.readProperty(id, p.type, p.instance, BacnetWriter.PRESENT_VALUE),
        BacnetWriter.readPropertyAck(id, p.type, p.instance, BacnetWriter.PRESENT_VALUE, value(p, at)));
  }

  /** Reads the whole object list. */
  Packet list(long at, Host client, Bacnet d) {
    int id = invoke(client);
    Bytes list = new Bytes().raw(BacnetWriter.objectId(BacnetWriter.DEVICE, d.instance));
    d.points.forEach(p -> list.raw(BacnetWriter.objectId(p.type, p.instance)));
    return ask(at, client, d, BacnetWriter.readProperty(id, BacnetWriter.DEVICE, d.instance, BacnetWriter.OBJECT_LIST),
        BacnetWriter.readPropertyAck(id, BacnetWriter.DEVICE, d.instance, BacnetWriter.OBJECT_LIST, list.octets()));
  }

  /** Reads who the device says it is. */
  void identify(long at, Host client, Bacnet d) {
    int id = invoke(client);
    Spec s = Spec.of(BacnetWriter.DEVICE, d.instance, 77, 121, 120, 70, 44, 12, 58)
        .with(BacnetWriter.text(d.name)).with(BacnetWriter.text(d.model.vendor())).with(BacnetWriter.unsigned(d.model.bacnetVendor()))
        .with(BacnetWriter.text(d.model.name())).with(BacnetWriter.text(d.model.firmware())).with(BacnetWriter.text("2025.11"))
        .with(BacnetWriter.text(d.place));
    ask(at, client, d, BacnetWriter.readPropertyMultiple(id, List.of(s)), BacnetWriter.readPropertyMultipleAck(id, List.of(s)));
  }

  /** Reads the names and units of a device's points. */
  void names(long at, Host client, Bacnet d) {
    int id = invoke(client);
    List<Spec> specs = new ArrayList<>();
    for (Point p : d.points) {
      boolean analog = p.type <= BacnetWriter.ANALOG_VALUE;
      Spec s = analog ? Spec.of(p.type, p.instance, BacnetWriter.OBJECT_NAME, 117) : Spec.of(p.type, p.instance, BacnetWriter.OBJECT_NAME);
      s.with(BacnetWriter.text(p.name));
      specs.add(analog ? s.with(BacnetWriter.enumerated(p.unit)) : s);
    }
    ask(at, client, d, BacnetWriter.readPropertyMultiple(id, specs), BacnetWriter.readPropertyMultipleAck(id, specs));
  }

  /** Writes a present value; NaN gives it back. The device accepts. */
  Packet write(long at, Host client, Bacnet d, Point p, double value, int priority) {
    int id = invoke(client);
    p.written.put(at, value);
    byte[] v = Double.isNaN(value) ? BacnetWriter.nothing() : encoded(p, value);
    return ask(at, client, d, BacnetWriter.writeProperty(id, p.type, p.instance, BacnetWriter.PRESENT_VALUE, v, priority),
        BacnetWriter.simpleAck(id, BacnetWriter.WRITE_PROPERTY));
  }

  static byte[] value(Point p, long at) {
    return encoded(p, p.value(at));
  }

  private static byte[] encoded(Point p, double v) {
    return p.type <= BacnetWriter.ANALOG_VALUE ? BacnetWriter.real(v) : BacnetWriter.enumerated((long) v);
  }

  /** An SNMP question and its answer. */
  Packet snmp(long at, Host client, Host agent, int pdu, List<SnmpWriter.Binding> asked, List<SnmpWriter.Binding> answered) {
    return snmp(at, client, agent, pdu, asked, answered, 0);
  }

  /** An SNMP question and its answer with an error status (RFC 3416 §3): 0 none, 6 no access. */
  Packet snmp(long at, Host client, Host agent, int pdu, List<SnmpWriter.Binding> asked, List<SnmpWriter.Binding> answered, int error) {
    int port = port(client);
    int request = (int) (at / MS & 0xFFFFFF);
    Packet p = wire.udp(at, client, port, agent, SnmpWriter.PORT, SnmpWriter.message("chu-gtb", pdu, request, 0, asked));
    wire.udp(at + 9 * MS, agent, SnmpWriter.PORT, client, port, SnmpWriter.message("chu-gtb", SnmpWriter.RESPONSE, request, error, answered));
    return p;
  }

  /** One web request on a connection of its own; answers the packet with the request. */
  Packet web(long at, Host client, Host site, String method, String path, String body, String status, String software, String title) {
    Wire.Tcp c = wire.tcp(client, port(client), site, 80);
    c.open(at);
    Packet p = c.exchange(at + 2 * MS, TextWriter.request(method, path, site, BROWSER, body), TextWriter.response(status, software, title),
        25 * MS);
    c.close(at + 120 * MS);
    return p;
  }

  /** One Modbus request on a connection of its own; without an answer only TCP acknowledges. */
  Packet modbus(long at, Host client, Host device, byte[] request, byte @Nullable [] answer) {
    Wire.Tcp c = wire.tcp(client, port(client), device, ModbusWriter.PORT);
    c.open(at);
    Packet p = c.exchange(at + 3 * MS, request, answer, 30 * MS);
    c.close(at + 400 * MS);
    return p;
  }

  /** The two messages of a start that matter: what the host asked for and what it was given. */
  record Start(Packet asked, Packet given) {}

  /** A host starts: asks for an address and gets this one, directly or through the gateway's relay (RFC 2131 §3.1, RFC 1542 §4). */
  Start boot(long at, Host h, int address) {
    int id = (int) (h.mac ^ at / MS);
    dhcp(at, h, ServiceWriter.DISCOVER, id, address);
    dhcp(at + 8 * MS, h, ServiceWriter.OFFER, id, address);
    Packet asked = dhcp(at + 30 * MS, h, ServiceWriter.REQUEST, id, address);
    Packet given = dhcp(at + 38 * MS, h, ServiceWriter.ACKNOWLEDGE, id, address);
    wire.announce(at + 200 * MS, h.segment, h.mac, address);
    return new Start(asked, given);
  }

  /** One message of a start, with its copy between relay and server where the server is elsewhere. */
  private Packet dhcp(long at, Host h, int type, int id, int address) {
    Host server = b.leases();
    Segment s = h.segment;
    boolean remote = !s.equals(server.segment);
    int relay = remote ? s.gateway() : 0;
    boolean answer = type == ServiceWriter.OFFER || type == ServiceWriter.ACKNOWLEDGE;
    byte[] m = ServiceWriter.dhcp(type, id, h, 0, answer ? address : 0, 0, server.ip,
        h.model.equals(Models.RASPBERRY) ? "dhcpcd-9.4.1:Linux-6.1.21-v8+:aarch64:BCM2835" : h.windows ? "MSFT 5.0" : "", s.gateway(), server.ip);
    if (answer) {
      int from = remote ? s.gateway() : server.ip;
      if (remote) {
        relayed(at - MS, server.ip, relay, server.mac, server.segment.gatewayMac(), server.segment, relay(m, relay));
      }
      return wire.capture.add(at, Frames.ethernet(Frames.BROADCAST, remote ? s.gatewayMac() : server.mac, s.vlan(), Frames.IPV4,
          Frames.ipv4(from, -1, 17, 128, Frames.udp(from, 67, -1, 68, m))), null);
    }
    Packet p = wire.capture.add(at, Frames.ethernet(Frames.BROADCAST, h.mac, s.vlan(), Frames.IPV4,
        Frames.ipv4(0, -1, 17, h.ttl(), Frames.udp(0, 68, -1, 67, m))), null);
    if (remote) {
      relayed(at + MS, relay, server.ip, server.segment.gatewayMac(), server.mac, server.segment, relay(m, relay));
    }
    return p;
  }

  private static byte[] relay(byte[] m, int relay) {
    byte[] r = m.clone();
    r[3]++;
    Frames.put(r, 24, relay >>> 16);
    Frames.put(r, 26, relay);
    return r;
  }

  private void relayed(long at, int from, int to, long fromMac, long toMac, Segment on, byte[] m) {
    wire.capture.add(at, Frames.ethernet(toMac, fromMac, on.vlan(), Frames.IPV4, Frames.ipv4(from, to, 17, 64,
        Frames.udp(from, 67, to, 67, m))), null);
  }

  /** A host renews its lease with the server itself. */
  Packet renew(long at, Host h) {
    Host server = b.leases();
    int id = (int) (h.mac ^ at / MS);
    String vendorClass = h.windows ? "MSFT 5.0" : h.model.equals(Models.AXIS) ? "AXIS,Network Camera," + h.model.name() + "," + h.model.firmware() : "";
    Packet p = wire.udp(at, h, 68, server, 67,
        ServiceWriter.dhcp(ServiceWriter.REQUEST, id, h, h.ip, 0, 0, server.ip, vendorClass, h.segment.gateway(), server.ip));
    wire.udp(at + 4 * MS, server, 67, h, 68,
        ServiceWriter.dhcp(ServiceWriter.ACKNOWLEDGE, id, h, h.ip, h.ip, 0, server.ip, "", h.segment.gateway(), server.ip));
    return p;
  }

  /** A KNX tunnel from a client to an interface. */
  final class Tunnel {
    final Host client;
    final Host gate;
    private final int port;
    private final int channel;
    private int sent;
    private int received;

    Tunnel(Host client, Host gate, int channel) {
      this.client = client;
      this.gate = gate;
      this.channel = channel;
      port = Talk.this.port(client);
    }

    Packet open(long at) {
      Packet p = wire.udp(at, client, port, gate, KnxWriter.PORT, KnxWriter.connect(client.ip, port));
      wire.udp(at + 8 * MS, gate, KnxWriter.PORT, client, port, KnxWriter.connected(channel, gate, gate.knx + 240 + channel));
      return p;
    }

    void alive(long at) {
      wire.udp(at, client, port, gate, KnxWriter.PORT, KnxWriter.alive(channel, client.ip, port));
      wire.udp(at + 5 * MS, gate, KnxWriter.PORT, client, port, KnxWriter.aliveResponse(channel));
    }

    void close(long at) {
      wire.udp(at, client, port, gate, KnxWriter.PORT, KnxWriter.disconnect(channel, client.ip, port));
      wire.udp(at + 5 * MS, gate, KnxWriter.PORT, client, port, KnxWriter.disconnected(channel));
    }

    /** The client puts a telegram on the line; the interface acknowledges and confirms it. */
    Packet put(long at, byte[] request, byte[] confirmation) {
      Packet p = wire.udp(at, client, port, gate, KnxWriter.PORT, KnxWriter.tunnel(channel, sent & 255, request));
      wire.udp(at + 3 * MS, gate, KnxWriter.PORT, client, port, KnxWriter.tunnelAck(channel, sent++ & 255));
      indicate(at + 40 * MS, confirmation);
      return p;
    }

    /** The interface passes on a telegram from the line. */
    void indicate(long at, byte[] cemi) {
      wire.udp(at, gate, KnxWriter.PORT, client, port, KnxWriter.tunnel(channel, received & 255, cemi));
      wire.udp(at + 2 * MS, client, port, gate, KnxWriter.PORT, KnxWriter.tunnelAck(channel, received++ & 255));
    }

    /** The client's own individual address on the line. */
    int address() {
      return gate.knx + 240 + channel;
    }
  }
}
