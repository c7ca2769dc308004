package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * BACnet/IPv6 (ASHRAE 135-2020 annex U): the virtual link under which nodes have virtual MAC addresses of three octets. What it carries is an NPDU
 * as in {@link Bacnet}.
 *
 * <pre>
 * | type u8 = 0x82 | function u8 | length u16, of the whole message | source virtual address u24 | function's parameters, then the NPDU |
 * </pre>
 *
 * <p>A message is recognised when type and function are known, the length equals the datagram's and is the one the function demands, and an NPDU
 * within is of version 1. A virtual address whose first two bits are 00 is the device instance (H.7.2), and so a claim of the node that uses it.
 */
public final class BacnetIp6 implements Dissector {
  /** U.2.1.1: BVLL for BACnet/IPv6. */
  private static final int TYPE = 0x82;

  private static final int RESULT = 0x00;
  private static final int ORIGINAL_UNICAST = 0x01;
  private static final int ORIGINAL_BROADCAST = 0x02;
  private static final int ADDRESS_RESOLUTION = 0x03;
  private static final int FORWARDED_ADDRESS_RESOLUTION = 0x04;
  private static final int ADDRESS_RESOLUTION_ACK = 0x05;
  private static final int VIRTUAL_ADDRESS_RESOLUTION = 0x06;
  private static final int VIRTUAL_ADDRESS_RESOLUTION_ACK = 0x07;
  private static final int FORWARDED_NPDU = 0x08;
  private static final int REGISTER_FOREIGN_DEVICE = 0x09;
  private static final int DELETE_FDT_ENTRY = 0x0A;
  private static final int SECURE_BVLL = 0x0B;
  private static final int DISTRIBUTE_BROADCAST = 0x0C;

  /** H.7.2: the first two bits of a virtual address say whether it is the device instance. */
  private static final int INSTANCES = 1 << 22;

  /** Clause 12: 4194303 is no instance. */
  private static final int NO_INSTANCE = 0x3FFFFF;

  private static final Cite FRAMING = Message.cite("U.2");
  private static final Cite RESOLUTION = Message.cite("U.2.4");
  private static final Cite VIRTUAL_RESOLUTION = Message.cite("U.2.7");
  private static final Cite FORWARDED = Message.cite("U.2.9");
  private static final Cite REGISTER = Message.cite("U.2.10");
  private static final Cite DELETE = Message.cite("U.2.11");
  private static final Cite VIRTUAL_ADDRESS = Message.cite("H.7.2");

  private static final Point.Named FDT = new Point.Named("bvlc", "foreign-device-table");

  private final Message message = new Message();
  private final Npdu npdu = new Npdu(message);

  @Override
  public String name() {
    return Bacnet.NAME;
  }

  @Override
  public Sheet sheet() {
    return new Sheet("BACnet/IPv6", "ASHRAE 135-2020 annex U, H.7.2",
        "every function of the virtual link; virtual addresses as device instances; what it carries is BACnet as above",
        "Secure-BVLL, of which no standard says what is in it",
        "tshark on messages built from the clauses");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  /** U.1.1: 47808, and as in J.1.2 the fifteen after it. */
  @Override
  public int[] ports() {
    return Bacnet.PORTS.clone();
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor c, Exchange exchange) {
    int wire = c.wireLength();
    boolean mine = c.remaining() >= 7 && c.peek(0) == TYPE && (c.peek(2) << 8 | c.peek(3)) == wire && shape(c, c.peek(1), wire);
    return mine ? wire : NOT_MINE;
  }

  /** Whether what follows the header can be what the function demands. */
  private static boolean shape(Cursor c, int function, int wire) {
    return switch (function) {
      case RESULT, REGISTER_FOREIGN_DEVICE -> wire == 9;
      case ORIGINAL_UNICAST -> c.peek(10) == Npdu.VERSION && wire > 12;
      case ORIGINAL_BROADCAST, DISTRIBUTE_BROADCAST -> c.peek(7) == Npdu.VERSION && wire > 9;
      case ADDRESS_RESOLUTION, ADDRESS_RESOLUTION_ACK, VIRTUAL_ADDRESS_RESOLUTION_ACK -> wire == 10;
      case FORWARDED_ADDRESS_RESOLUTION -> wire == 28;
      case VIRTUAL_ADDRESS_RESOLUTION -> wire == 7;
      case FORWARDED_NPDU -> c.peek(25) == Npdu.VERSION && wire > 27;
      case DELETE_FDT_ENTRY -> wire == 25;
      case SECURE_BVLL -> wire > 7;
      default -> false;
    };
  }

  @Override
  public Cite cite() {
    return FRAMING;
  }

  @Override
  public void dissect(Cursor c, Exchange exchange, Observer observer) {
    int function = message.link(c, exchange, observer, "bvlc6Function", Codes::bvlc6Function, BacnetIp6::carriesNpdu, FRAMING);
    if (function < 0) {
      return;
    }
    if (message.fits()) {
      function(function, c);
    }
    message.unlink();
  }

  private static boolean carriesNpdu(int function) {
    return function == ORIGINAL_UNICAST || function == ORIGINAL_BROADCAST || function == FORWARDED_NPDU || function == DISTRIBUTE_BROADCAST;
  }

  private void function(int function, Cursor c) {
    if (function == SECURE_BVLL) {
      message.transcript.octets("securedMessage", c, c.remaining());
      c.skip(c.remaining());
      return;
    }
    int source = virtual(c, "sourceVirtualAddress");
    switch (function) {
      case RESULT -> result(c);
      case ORIGINAL_UNICAST -> {
        virtual(c, "destinationVirtualAddress");
        carried(c, source);
      }
      case ORIGINAL_BROADCAST, DISTRIBUTE_BROADCAST -> {
        message.broadcast = true;
        carried(c, source);
      }
      case ADDRESS_RESOLUTION -> addressResolution(c, source);
      case FORWARDED_ADDRESS_RESOLUTION -> forwardedAddressResolution(c, source);
      case ADDRESS_RESOLUTION_ACK -> acknowledged(c, source, ADDRESS_RESOLUTION);
      case VIRTUAL_ADDRESS_RESOLUTION -> virtualAddressResolution(source);
      case VIRTUAL_ADDRESS_RESOLUTION_ACK -> acknowledged(c, source, VIRTUAL_ADDRESS_RESOLUTION);
      case FORWARDED_NPDU -> forwardedNpdu(c, source);
      case REGISTER_FOREIGN_DEVICE -> registerForeignDevice(c, source);
      default -> deleteForeignDeviceTableEntry(c);
    }
  }

  private int virtual(Cursor c, String name) {
    int address = c.u24();
    message.transcript.field(name, address);
    return address;
  }

  private void carried(Cursor c, int source) {
    known(message.speaker, source);
    npdu.read(c);
  }

  /** A node is known by its virtual address as well. */
  private void known(Endpoint node, int virtual) {
    if (message.sound() && virtual < INSTANCES && virtual != NO_INSTANCE) {
      message.claimNumber(node, Trait.INSTANCE, virtual, VIRTUAL_ADDRESS);
    }
  }

  /** U.2.1: success does not say of what, so the request is remembered; a refusal names it in its upper octet but for the last four bits. */
  private void result(Cursor c) {
    int code = c.u16();
    if (message.transcript.on()) {
      message.transcript.field("resultCode", Codes.bvlc6Result(code));
    }
    if (!message.sound()) {
      return;
    }
    long pair = message.replyKey(Message.LINK);
    if (code != 0) {
      message.exchange.recall(pair);
      message.observer.outcome(Message.mix(pair, code >> 4), message.outcome(Message.LINK6, 0, code));
    } else if (message.exchange.recall(pair)) {
      message.observer.outcome(Message.mix(pair, message.exchange.recalledA()), Outcome.OK);
    }
  }

  /** U.2.4: who has this virtual address? */
  private void addressResolution(Cursor c, int source) {
    int sought = virtual(c, "targetVirtualAddress");
    known(message.speaker, source);
    resolves(sought);
  }

  private void resolves(int sought) {
    message.broadcast = true;
    if (message.sound() && message.news(Message.DISCOVERY, sought, Message.AGAIN)) {
      message.act(Verb.DISCOVER, null, null, 0, "virtual address " + sought, RESOLUTION);
    }
  }

  private void forwardedAddressResolution(Cursor c, int source) {
    int sought = virtual(c, "targetVirtualAddress");
    originator(c);
    known(message.speaker, source);
    resolves(sought);
  }

  /** The B/IPv6 address (U.1.2) for which a BBMD speaks. */
  private void originator(Cursor c) {
    long high = c.u64();
    long low = c.u64();
    int port = c.u16();
    if (message.transcript.on()) {
      message.transcript.field("originatingDevice", bip6(high, low, port));
    }
    if (c.ok()) {
      message.bbmd(message.exchange.source(), FORWARDED);
      message.speakAs(message.host(high, low), port);
    }
  }

  private static String bip6(long high, long low, int port) {
    return "[" + Endpoint.ipText(6, high, low) + "]:" + port;
  }

  private void acknowledged(Cursor c, int source, int function) {
    virtual(c, "destinationVirtualAddress");
    known(message.speaker, source);
    if (message.sound()) {
      message.answered(function);
    }
  }

  /** U.2.7: what is your virtual address? */
  private void virtualAddressResolution(int source) {
    known(message.speaker, source);
    if (message.sound() && message.news(Message.DISCOVERY, -2, Message.AGAIN)) {
      message.request(VIRTUAL_ADDRESS_RESOLUTION);
      message.act(Verb.DISCOVER, null, null, 0, "the virtual address of this node", VIRTUAL_RESOLUTION);
    }
  }

  private void forwardedNpdu(Cursor c, int source) {
    originator(c);
    if (c.ok()) {
      message.broadcast = true;
      carried(c, source);
    }
  }

  private void registerForeignDevice(Cursor c, int source) {
    int seconds = c.u16();
    message.transcript.field("timeToLive", seconds);
    known(message.speaker, source);
    if (message.sound() && message.news(Message.REGISTERED, seconds, Message.AGAIN)) {
      message.request(REGISTER_FOREIGN_DEVICE);
      message.act(Verb.REGISTER, FDT, null, 0, "time to live " + seconds + " s", REGISTER);
    }
  }

  private void deleteForeignDeviceTableEntry(Cursor c) {
    long high = c.u64();
    long low = c.u64();
    int port = c.u16();
    if (message.transcript.on()) {
      message.transcript.field("fdtEntry", bip6(high, low, port));
    }
    if (message.sound()) {
      message.request(DELETE_FDT_ENTRY);
      message.act(Verb.DELETE, FDT, new Value.Text(bip6(high, low, port)), 0, "", DELETE);
    }
  }
}
