package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * The network layer (ASHRAE 135-2020 clause 6): where a message comes from and goes to beyond the router, and the messages of routers.
 *
 * <pre>
 * | version u8 = 1 | control u8 | [DNET u16 | DLEN u8 | DADR] | [SNET u16 | SLEN u8 | SADR] | [hop count u8, with DNET] |
 *   network message: type u8 | [vendor u16, types 0x80 up] | contents      otherwise: APDU
 * </pre>
 */
final class Npdu {
  /** 6.2.1. */
  static final int VERSION = 1;

  /** 6.2.2: control octet. */
  private static final int NETWORK_MESSAGE = 0x80;

  private static final int DESTINATION = 0x20;
  private static final int SOURCE = 0x08;
  private static final int EXPECTING_REPLY = 0x04;
  private static final int RESERVED = 0x50;

  /** 6.3.2: all networks. */
  private static final int GLOBAL = 0xFFFF;

  /** Hop counts start at 255 (6.2.2); one so low has been in a loop. */
  private static final int LOOPING = 10;

  private static final Cite HEADER = Message.cite("6.2.2");
  private static final Cite HOPS = Message.cite("6.2.3");
  private static final Cite TYPES = Message.cite("6.2.4");
  private static final Cite I_AM_ROUTER = Message.cite("6.4.2");
  private static final Cite COULD_BE_ROUTER = Message.cite("6.4.3");
  private static final Cite NETWORK_NUMBER = Message.cite("6.4.20");
  private static final Cite REJECTED = Message.cite("6.4.4");
  private static final Cite BUSY = Message.cite("6.4.5");
  private static final Cite INITIALIZE = Message.cite("6.4.7");
  private static final Cite INITIALIZE_ACK = Message.cite("6.4.8");
  private static final Cite ESTABLISH = Message.cite("6.4.9");
  private static final Cite DISCONNECT = Message.cite("6.4.10");

  private static final Point.Named ROUTING_TABLE = new Point.Named("npdu", "routing-table");

  private final Message m;
  private final Apdu apdu;
  private final SecurityMessages security;

  Npdu(Message message) {
    m = message;
    security = new SecurityMessages(message);
    apdu = new Apdu(message);
  }

  long segmentedLost() {
    return apdu.segmentedLost();
  }

  void read(Cursor c) {
    Transcript t = m.transcript;
    int version = c.u8();
    int control = c.u8();
    t.field("version", version);
    t.field("control", control);
    t.field("networkPriority", control & 3);
    t.field("dataExpectingReply", (control & EXPECTING_REPLY) != 0);
    boolean destination = (control & DESTINATION) != 0;
    if (destination) {
      destination(c);
    }
    if ((control & SOURCE) != 0) {
      source(c);
    }
    if (destination) {
      int hops = c.u8();
      t.field("hopCount", hops);
      if (c.ok() && hops < LOOPING) {
        m.observer.flaw(m.exchange, HOPS, "hop-count", c.position() - 1, c.wireLength());
      }
    }
    if (!c.ok()) {
      return;
    }
    if ((control & RESERVED) != 0) {
      m.observer.flaw(m.exchange, HEADER, "reserved", c.position(), c.wireLength());
    }
    if ((control & NETWORK_MESSAGE) != 0) {
      networkMessage(c);
    } else {
      apdu.read(c);
    }
  }

  private void destination(Cursor c) {
    int net = c.u16();
    int length = c.u8();
    m.transcript.field("DNET", net);
    m.transcript.field("DLEN", length);
    if (net == GLOBAL || length == 0) {
      m.broadcast = true;
      m.global = net == GLOBAL;
      c.skip(length);
    } else if (length <= 8) {
      m.transcript.octets("DADR", c, length);
      long mac = c.unsigned(length);
      if (c.ok() && net != 0) {
        m.target = m.exchange.bacnet(m.target, net, mac, length);
      }
    } else {
      c.skip(length);
      m.observer.flaw(m.exchange, HEADER, "address", c.position(), c.wireLength());
    }
  }

  /** 6.2.2: a source is never a broadcast, so SLEN is never 0. Whoever forwards it is a router to that network. */
  private void source(Cursor c) {
    int net = c.u16();
    int length = c.u8();
    m.transcript.field("SNET", net);
    m.transcript.field("SLEN", length);
    if (length == 0 || length > 8 || net == 0 || net == GLOBAL) {
      c.skip(length);
      m.observer.flaw(m.exchange, HEADER, "address", c.position(), c.wireLength());
      return;
    }
    m.transcript.octets("SADR", c, length);
    long mac = c.unsigned(length);
    if (c.ok()) {
      routes(m.speaker, net, HEADER);
      m.speaker = m.exchange.bacnet(m.speaker, net, mac, length);
    }
  }

  private void routes(Endpoint router, int net, Cite clause) {
    if (m.exchange.news(router, Message.ROLE, 2, Exchange.FOREVER)) {
      m.observer.claim(m.exchange, router, Trait.ROLE, "router", clause);
    }
    if (m.exchange.news(router, Message.ROUTE, net, Exchange.FOREVER)) {
      m.observer.claim(m.exchange, router, Trait.ROUTES, Integer.toString(net), clause);
    }
  }

  private void networkMessage(Cursor c) {
    int type = c.u8();
    if (!c.ok()) {
      return;
    }
    m.operation(Codes.network(type));
    m.transcript.field("messageType", type);
    m.transcript.field("networkMessage", m.operation);
    if (type >= 0x80) {
      m.transcript.field("vendorID", c.u16());
    }
    switch (type) {
      case 0x00 -> whoIsRouterToNetwork(c);
      case 0x01 -> iAmRouterToNetwork(c);
      case 0x02 -> iCouldBeRouterToNetwork(c);
      case 0x03 -> rejectMessageToNetwork(c);
      case 0x04, 0x05 -> routerBusyOrAvailable(c);
      case 0x06 -> initializeRoutingTable(c);
      case 0x07 -> initializeRoutingTableAck(c);
      case 0x08 -> establishConnectionToNetwork(c);
      case 0x09 -> disconnectConnectionToNetwork(c);
      case 0x12 -> {}
      case 0x13 -> networkNumberIs(c);
      default -> {
        if (SecurityMessages.mine(type)) {
          security.read(type, c);
          return;
        }
        if (type > 0x13 && type < 0x80) {
          m.observer.flaw(m.exchange, TYPES, "reserved", c.position() - 1, c.wireLength());
        }
        m.transcript.octets("contents", c, c.remaining());
        c.skip(c.remaining());
      }
    }
  }

  /** 6.4.1: without a network it asks for all. */
  private void whoIsRouterToNetwork(Cursor c) {
    int net = -1;
    if (c.remaining() > 0) {
      net = c.u16();
      m.transcript.field("network", net);
    }
    if (m.sound() && m.news(Message.DISCOVERY, Message.mix(0, net), 1)) {
      m.act(Verb.DISCOVER, null, null, 0, net < 0 ? "all networks" : "network " + net, Message.cite("6.4.1"));
    }
  }

  private void iAmRouterToNetwork(Cursor c) {
    int at = c.position();
    boolean news = false;
    int nets = networks(c);
    if (!m.sound()) {
      return;
    }
    c.seek(at);
    for (int i = 0; i < nets; i++) {
      int net = c.u16();
      news |= m.exchange.news(m.speaker, Message.NETWORK, net, Exchange.FOREVER);
      routes(m.speaker, net, I_AM_ROUTER);
    }
    if (news) {
      m.act(Verb.ANNOUNCE, null, null, 0, list(c, at, nets), I_AM_ROUTER);
    }
  }

  /** 6.4.3: the lower the index, the better the way. */
  private void iCouldBeRouterToNetwork(Cursor c) {
    int net = c.u16();
    int index = c.u8();
    m.transcript.field("network", net);
    m.transcript.field("performanceIndex", index);
    m.left(c, COULD_BE_ROUTER);
    if (m.sound() && m.news(Message.NETWORK, Message.mix(net, 2), Message.AGAIN)) {
      m.act(Verb.ANNOUNCE, null, null, 0, "could be router to network " + net + ", performance index " + index, COULD_BE_ROUTER);
    }
  }

  /** 6.4.20: the number of the network the message is on; whoever says so wrongly redirects its neighbours. */
  private void networkNumberIs(Cursor c) {
    int net = c.u16();
    int configured = c.u8();
    m.transcript.field("network", net);
    m.transcript.field("configured", configured == 1);
    m.left(c, NETWORK_NUMBER);
    if (m.sound() && m.news(Message.NETWORK, Message.mix(net, 3), Message.AGAIN)) {
      m.act(Verb.ANNOUNCE, null, null, 0, "this is network " + net + (configured == 1 ? ", configured" : ", learned"), NETWORK_NUMBER);
    }
  }

  private int networks(Cursor c) {
    int nets = 0;
    while (c.remaining() > 0) {
      m.transcript.field("network", c.u16());
      nets++;
    }
    return nets;
  }

  /** {@code networks 1 2 3}, at most 32 of them. */
  private static String list(Cursor c, int at, int nets) {
    c.seek(at);
    StringBuilder s = new StringBuilder(nets == 1 ? "network" : "networks");
    for (int i = 0; i < nets && i < 32; i++) {
      s.append(' ').append(c.u16());
    }
    c.seek(at + nets * 2);
    return nets == 0 ? "all networks" : s.append(nets > 32 ? " …" : "").toString();
  }

  private void rejectMessageToNetwork(Cursor c) {
    int reason = c.u8();
    int net = c.u16();
    if (m.transcript.on()) {
      m.transcript.field("reason", Codes.NETWORK_REJECT.of(reason));
    }
    m.transcript.field("network", net);
    if (m.sound() && m.news(Message.NETWORK, Message.mix(reason, net), 1)) {
      m.act(Verb.ANNOUNCE, null, null, 0, "network " + net + ", " + Codes.NETWORK_REJECT.of(reason), REJECTED);
    }
  }

  private void routerBusyOrAvailable(Cursor c) {
    int at = c.position();
    int nets = networks(c);
    if (m.sound() && m.news(Message.NETWORK, Message.mix(Message.digest(c, at, nets * 2), m.operation.length()), 1)) {
      m.act(Verb.ANNOUNCE, null, null, 0, list(c, at, nets), BUSY);
    }
  }

  /** 6.4.7: no ports asks for the table, ports rewrite it. */
  private void initializeRoutingTable(Cursor c) {
    int at = c.position();
    int ports = ports(c);
    if (!m.sound()) {
      return;
    }
    if (ports > 0) {
      m.await(m.requestKey(Message.ROUTING));
      m.act(Verb.CONFIGURE, ROUTING_TABLE, new Value.Text(portsText(c, at, ports)), 0, ports + " ports", INITIALIZE);
    } else if (m.news(Message.READ, Message.ROUTING, Message.AGAIN)) {
      m.await(m.requestKey(Message.ROUTING));
      m.act(Verb.READ, ROUTING_TABLE, null, 0, "", INITIALIZE);
    }
  }

  private void initializeRoutingTableAck(Cursor c) {
    int at = c.position();
    int ports = ports(c);
    if (!m.sound()) {
      return;
    }
    m.ended(m.replyKey(Message.ROUTING), Outcome.OK);
    c.seek(at + 1);
    for (int i = 0; i < ports; i++) {
      routes(m.speaker, c.u16(), INITIALIZE_ACK);
      c.skip(1);
      c.skip(c.u8());
    }
  }

  private int ports(Cursor c) {
    Transcript t = m.transcript;
    int ports = c.u8();
    t.field("numberOfPorts", ports);
    for (int i = 0; i < ports && c.ok(); i++) {
      t.begin("port");
      t.field("connectedDNET", c.u16());
      t.field("portID", c.u8());
      int info = c.u8();
      t.field("portInfoLength", info);
      t.octets("portInfo", c, Math.min(info, c.remaining()));
      c.skip(info);
      t.close();
    }
    return ports;
  }

  private static String portsText(Cursor c, int at, int ports) {
    c.seek(at + 1);
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < ports; i++) {
      int net = c.u16();
      int port = c.u8();
      c.skip(c.u8());
      if (i < 32) {
        s.append(i == 0 ? "" : " ").append(net).append('@').append(port);
      }
    }
    return s.append(ports > 32 ? " …" : "").toString();
  }

  private void establishConnectionToNetwork(Cursor c) {
    int net = c.u16();
    int seconds = c.u8();
    m.transcript.field("network", net);
    m.transcript.field("terminationTimeValue", seconds);
    if (m.sound()) {
      String term = seconds == 0 ? ", permanent" : ", " + seconds + " s";
      m.act(Verb.CONFIGURE, ROUTING_TABLE, null, 0, "connect network " + net + term, ESTABLISH);
    }
  }

  private void disconnectConnectionToNetwork(Cursor c) {
    int net = c.u16();
    m.transcript.field("network", net);
    if (m.sound()) {
      m.act(Verb.CONFIGURE, ROUTING_TABLE, null, 0, "disconnect network " + net, DISCONNECT);
    }
  }
}
