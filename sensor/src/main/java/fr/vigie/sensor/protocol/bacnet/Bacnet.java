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
import java.util.stream.IntStream;

/**
 * BACnet/IP, the building network's main protocol: ASHRAE 135-2020 annex J (virtual link), clause 6 (network layer), clauses 13–17 and
 * 20 (application layer). This file is the virtual link; {@link Npdu}, {@link Apdu} and the services follow inwards.
 *
 * <pre>
 * | type u8 = 0x81 | function u8 | length u16, of the whole message | function's parameters, then the NPDU where it carries one |
 * </pre>
 *
 * <p>A message is recognised when type and function are known, the length equals the datagram's on the wire, and the NPDU within is of
 * version 1; see {@link #frame} for the one exception. A Forwarded-NPDU speaks for the device whose B/IP address it carries, not for the BBMD that sent it.
 */
public final class Bacnet implements Dissector {
  /** The name in outputs. */
  public static final String NAME = "bacnet";

  /** J.2.1.1: BVLL for BACnet/IP. */
  private static final int TYPE = 0x81;

  private static final int RESULT = 0x00;
  private static final int WRITE_BDT = 0x01;
  private static final int READ_BDT = 0x02;
  private static final int READ_BDT_ACK = 0x03;
  private static final int FORWARDED_NPDU = 0x04;
  private static final int REGISTER_FOREIGN_DEVICE = 0x05;
  private static final int READ_FDT = 0x06;
  private static final int READ_FDT_ACK = 0x07;
  private static final int DELETE_FDT_ENTRY = 0x08;
  private static final int DISTRIBUTE_BROADCAST = 0x09;
  private static final int ORIGINAL_UNICAST = 0x0A;
  private static final int ORIGINAL_BROADCAST = 0x0B;
  private static final int SECURE_BVLL = 0x0C;

  /** First and last of the sixteen UDP ports that the standard names, X'BAC0' to X'BACF' (J.1.2). */
  private static final int FIRST_PORT = 0xBAC0;

  private static final int LAST_PORT = 0xBACF;

  /** The sixteen ports, for {@link #ports}. */
  static final int[] PORTS = IntStream.rangeClosed(FIRST_PORT, LAST_PORT).toArray();

  private static final Cite FRAMING = Message.cite("J.2");
  private static final Cite BVLC_RESULT = Message.cite("J.2.1");
  private static final Cite TABLE_WRITE = Message.cite("J.2.2");
  private static final Cite TABLE_READ = Message.cite("J.2.3");
  private static final Cite TABLE_ACK = Message.cite("J.2.4");
  private static final Cite FORWARDED = Message.cite("J.2.5");
  private static final Cite REGISTER = Message.cite("J.2.6");
  private static final Cite DEVICES_READ = Message.cite("J.2.7");
  private static final Cite DELETE = Message.cite("J.2.9");

  private static final Point.Named BDT = new Point.Named("bvlc", "broadcast-distribution-table");
  private static final Point.Named FDT = new Point.Named("bvlc", "foreign-device-table");

  private final Message message = new Message();
  private final Npdu npdu = new Npdu(message);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Sheet sheet() {
    return new Sheet("BACnet/IP", "ASHRAE 135-2020 annex J, clauses 5, 6, 13 to 17, 20 and 21",
        "every function of the virtual link, every network layer message, routing fields; every service with its acknowledgements and errors, and every type of clause 21 down to its fields; segmented messages put together",
        "passwords (only that there is one, and its length); values of proprietary types beyond their tags",
        "icsnpp-bacnet logs; tshark on every BACnet capture");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return PORTS.clone();
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** Segmented messages that could not be put together: lost or reordered segments, or more at once than there is room for. */
  public long segmentedLost() {
    return npdu.segmentedLost();
  }

  /**
   * The length must be right: the first octets alone prove nothing, a DNS identifier may be 0x810A. Only between two of BACnet's own
   * ports is a message that carries an NPDU taken with a wrong length: common stacks never look at the field and obey, so it must be
   * seen; it is a flaw as well.
   */
  @Override
  public int frame(Cursor c, Exchange exchange) {
    int wire = c.wireLength();
    int function = c.peek(1);
    if (c.remaining() < 4 || c.peek(0) != TYPE || !shape(c, function, wire)) {
      return NOT_MINE;
    }
    boolean right = (c.peek(2) << 8 | c.peek(3)) == wire;
    return right || carriesNpdu(function) && ownPorts(exchange) ? wire : NOT_MINE;
  }

  private static boolean carriesNpdu(int function) {
    return function == FORWARDED_NPDU || function >= DISTRIBUTE_BROADCAST && function <= ORIGINAL_BROADCAST;
  }

  private static boolean ownPorts(Exchange exchange) {
    return ownPort(exchange.sourcePort()) && ownPort(exchange.targetPort());
  }

  private static boolean ownPort(int port) {
    return port >= FIRST_PORT && port <= LAST_PORT;
  }

  /** Whether what follows the header can be what the function demands. */
  private static boolean shape(Cursor c, int function, int wire) {
    return switch (function) {
      case FORWARDED_NPDU -> c.peek(10) == Npdu.VERSION && wire > 12;
      case DISTRIBUTE_BROADCAST, ORIGINAL_UNICAST, ORIGINAL_BROADCAST -> c.peek(4) == Npdu.VERSION && wire > 6;
      case RESULT, REGISTER_FOREIGN_DEVICE -> wire == 6;
      case READ_BDT, READ_FDT -> wire == 4;
      case DELETE_FDT_ENTRY -> wire == 10;
      case WRITE_BDT, READ_BDT_ACK, READ_FDT_ACK -> (wire - 4) % 10 == 0;
      case SECURE_BVLL -> wire > 4;
      default -> false;
    };
  }

  @Override
  public Cite cite() {
    return FRAMING;
  }

  @Override
  public void dissect(Cursor c, Exchange exchange, Observer observer) {
    int function = message.link(c, exchange, observer, "bvlcFunction", Codes::bvlcFunction, Bacnet::carriesNpdu, FRAMING);
    if (function < 0) {
      return;
    }
    if (message.fits() || carriesNpdu(function) && ownPorts(exchange)) {
      function(function, c);
    }
    message.unlink();
  }

  private void function(int function, Cursor c) {
    switch (function) {
      case RESULT -> result(c);
      case WRITE_BDT -> writeBroadcastDistributionTable(c);
      case READ_BDT -> readTable(READ_BDT, BDT, TABLE_READ);
      case READ_BDT_ACK -> readBroadcastDistributionTableAck(c);
      case FORWARDED_NPDU -> forwardedNpdu(c);
      case REGISTER_FOREIGN_DEVICE -> registerForeignDevice(c);
      case READ_FDT -> readTable(READ_FDT, FDT, DEVICES_READ);
      case READ_FDT_ACK -> readForeignDeviceTableAck(c);
      case DELETE_FDT_ENTRY -> deleteForeignDeviceTableEntry(c);
      case DISTRIBUTE_BROADCAST, ORIGINAL_BROADCAST -> {
        message.broadcast = true;
        npdu.read(c);
      }
      case ORIGINAL_UNICAST -> npdu.read(c);
      default -> {
        message.transcript.octets("securedMessage", c, c.remaining());
        c.skip(c.remaining());
      }
    }
  }

  /** J.2.1: success does not say of what, so the request is remembered; a refusal names it. */
  private void result(Cursor c) {
    int code = c.u16();
    if (message.transcript.on()) {
      message.transcript.field("resultCode", Codes.bvlcResult(code));
    }
    if (!message.sound()) {
      return;
    }
    long pair = message.replyKey(Message.LINK);
    if (code != 0) {
      message.exchange.recall(pair);
      message.observer.outcome(Message.mix(pair, refused(code)), message.outcome(Message.LINK, 0, code));
    } else if (message.exchange.recall(pair)) {
      message.observer.outcome(Message.mix(pair, message.exchange.recalledA()), Outcome.OK);
      message.bbmd(message.speaker, BVLC_RESULT);
    }
  }

  /** The function that a result code of J.2.1 refuses. */
  private static int refused(int code) {
    return switch (code) {
      case 0x10 -> WRITE_BDT;
      case 0x20 -> READ_BDT;
      case 0x30 -> REGISTER_FOREIGN_DEVICE;
      case 0x40 -> READ_FDT;
      case 0x50 -> DELETE_FDT_ENTRY;
      default -> DISTRIBUTE_BROADCAST;
    };
  }

  private void writeBroadcastDistributionTable(Cursor c) {
    int at = c.position();
    int entries = table(c, true);
    if (message.sound()) {
      message.request(WRITE_BDT);
      message.act(Verb.CONFIGURE, BDT, new Value.Text(tableText(c, at, entries)), 0, entries + " entries", TABLE_WRITE);
    }
  }

  private void readTable(int function, Point point, Cite clause) {
    if (message.sound() && message.news(Message.READ, function, Message.AGAIN)) {
      message.request(function);
      message.act(Verb.READ, point, null, 0, "", clause);
    }
  }

  private void readBroadcastDistributionTableAck(Cursor c) {
    int at = c.position();
    int entries = table(c, true);
    if (!message.sound()) {
      return;
    }
    message.answered(READ_BDT);
    message.bbmd(message.speaker, TABLE_ACK);
    if (entries > 0 && message.news(Message.TABLE, Message.digest(c, at, entries * 10), Exchange.FOREVER)) {
      c.seek(at);
      for (int i = 0; i < entries; i++) {
        Endpoint peer = message.host(c.u32());
        c.skip(6);
        message.bbmd(peer, TABLE_ACK);
      }
    }
  }

  private void readForeignDeviceTableAck(Cursor c) {
    table(c, false);
    if (message.sound()) {
      message.answered(READ_FDT);
      message.bbmd(message.speaker, DEVICES_READ);
    }
  }

  private void registerForeignDevice(Cursor c) {
    int seconds = c.u16();
    message.transcript.field("timeToLive", seconds);
    if (message.sound() && message.news(Message.REGISTERED, seconds, Message.AGAIN)) {
      message.request(REGISTER_FOREIGN_DEVICE);
      message.act(Verb.REGISTER, FDT, null, 0, "time to live " + seconds + " s", REGISTER);
    }
  }

  private void deleteForeignDeviceTableEntry(Cursor c) {
    long ip = c.u32();
    int port = c.u16();
    if (message.transcript.on()) {
      message.transcript.field("fdtEntry", Message.bip(ip, port));
    }
    if (message.sound()) {
      message.request(DELETE_FDT_ENTRY);
      message.act(Verb.DELETE, FDT, new Value.Text(Message.bip(ip, port)), 0, "", DELETE);
    }
  }

  private void forwardedNpdu(Cursor c) {
    long ip = c.u32();
    int port = c.u16();
    if (message.transcript.on()) {
      message.transcript.field("originatingDevice", Message.bip(ip, port));
    }
    if (!c.ok()) {
      return;
    }
    message.bbmd(message.exchange.source(), FORWARDED);
    message.broadcast = true;
    message.speakAs(message.host(ip), port);
    npdu.read(c);
  }

  /** Entries of a distribution table (address and mask) or of a foreign device table (address, time to live, seconds left). */
  private int table(Cursor c, boolean distribution) {
    Transcript t = message.transcript;
    int entries = 0;
    while (c.remaining() > 0) {
      long ip = c.u32();
      int port = c.u16();
      long last = c.u32();
      entries++;
      if (t.on()) {
        t.begin(distribution ? "bdtEntry" : "fdtEntry");
        t.field("address", Message.bip(ip, port));
        if (distribution) {
          t.field("broadcastDistributionMask", Endpoint.ipText(4, 0, last));
        } else {
          t.field("timeToLive", last >>> 16);
          t.field("secondsRemaining", last & 0xFFFF);
        }
        t.close();
      }
    }
    return entries;
  }

  /** At most sixteen entries of a distribution table as text; the detail of the act has their number. */
  private static String tableText(Cursor c, int at, int entries) {
    c.seek(at);
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < Math.min(entries, 16); i++) {
      s.append(i == 0 ? "" : " ").append(Message.bip(c.u32(), c.u16())).append('/').append(Endpoint.ipText(4, 0, c.u32()));
    }
    c.seek(at + entries * 10);
    return s.append(entries > 16 ? " …" : "").toString();
  }
}
