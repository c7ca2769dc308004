package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Crc;
import fr.vigie.sensor.wire.Cursor;
import fr.vigie.sensor.wire.Headers;

/**
 * BACnet MS/TP, the serial bus of field controllers (ASHRAE 135-2020 clause 9), as captures of link type 165 hold it: master nodes pass a token, and
 * who has it sends. Stations are known by {@link Headers#MSTP_STATION} and their address.
 *
 * <pre>
 * | 55 | FF | frame type u8 | destination u8 | source u8 | length u16 | header CRC u8 | data, length octets | data CRC u16, low octet first |
 * | 55 | FF | type 32 to 127  | destination u8 | source u8 | length u16 | header CRC u8 | encoded data, length - 3 octets | encoded CRC 5 octets |
 * </pre>
 *
 * <p>The second form (9.10) is for data of more than 501 octets; see {@link Cobs}. A frame whose checksum is wrong is obeyed by nobody (9.5.4): it is a
 * flaw, and nothing of it is told as an act.
 */
public final class Mstp implements Dissector {
  /** 9.3: the first two octets. */
  private static final int PREAMBLE = 0x55FF;

  /** 9.3.1 to 9.3.8. */
  private static final int TOKEN = 0;

  private static final int POLL_FOR_MASTER = 1;
  private static final int REPLY_TO_POLL_FOR_MASTER = 2;
  private static final int DATA_EXPECTING_REPLY = 5;
  private static final int DATA_NOT_EXPECTING_REPLY = 6;

  /** 9.3.9 and 9.3.10: the same, in extended frames. */
  private static final int EXTENDED_EXPECTING_REPLY = 32;

  private static final int EXTENDED_NOT_EXPECTING_REPLY = 33;

  /** 9.3: types 32 to 127 are encoded as 9.10 says, 128 to 255 belong to vendors. */
  private static final int FIRST_EXTENDED = 32;

  private static final int FIRST_PROPRIETARY = 128;

  /** Octets of the header, its checksum included, and of the data checksum. */
  private static final int HEADER = 8;

  private static final int DATA_CRC = 2;

  /** Annex G.1 and G.2 of the standard: x8 + x7 + 1 and x16 + x12 + x5 + 1, sent inverted. */
  private static final Crc HEADER_CHECK = Crc.reflected(8, 0x81, 0xFF, true);

  private static final Crc DATA_CHECK = Crc.reflected(16, 0x8408, 0xFFFF, true);

  /** 9.3: data of a frame that is not extended. */
  private static final int MOST_DATA = 501;

  private static final int BROADCAST = 255;

  private static final Cite FORMAT = Message.cite("9.3");
  private static final Cite HEADER_CHECKSUM = Message.cite("9.6");
  private static final Cite DATA_CHECKSUM = Message.cite("9.6");
  private static final Cite ENCODING = Message.cite("9.10");

  private final Message message = new Message();
  private final Npdu npdu = new Npdu(message);
  private final Cobs cobs = new Cobs();

  @Override
  public String name() {
    return Bacnet.NAME;
  }

  @Override
  public Sheet sheet() {
    return new Sheet("BACnet MS/TP", "ASHRAE 135-2020 clause 9, annexes G and T",
        "captures of link type 165: every frame type, header and data checksums, extended frames decoded; master nodes; what it carries is BACnet as above",
        "timing on the bus; IPv6 over MS/TP beyond its frame; data of proprietary frames",
        "tshark on a capture of a bus and on messages built from the clauses");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {Headers.MSTP};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  /** A frame, whatever its length field says: the capture's own record is the frame. */
  @Override
  public int frame(Cursor c, Exchange exchange) {
    return (c.peek(0) << 8 | c.peek(1)) == PREAMBLE && c.wireLength() >= HEADER ? c.wireLength() : NOT_MINE;
  }

  @Override
  public Cite cite() {
    return FORMAT;
  }

  @Override
  public void dissect(Cursor c, Exchange exchange, Observer observer) {
    message.begin(c, exchange, observer);
    Transcript t = observer.transcript();
    c.u16();
    int type = c.u8();
    int target = c.u8();
    int source = c.u8();
    int length = c.u16();
    int checksum = c.u8();
    String name = Codes.mstpFrame(type);
    t.message(Bacnet.NAME, name);
    t.field("frameType", type);
    t.field("destinationAddress", target);
    t.field("sourceAddress", source);
    t.field("length", length);
    t.field("headerCRC", checksum);
    message.operation = name;
    message.broadcast = target == BROADCAST;
    if (c.ok()) {
      read(c, type, source, length, checksum);
    }
    message.finish();
    t.end();
  }

  private void read(Cursor c, int type, int source, int length, int checksum) {
    Observer observer = message.observer;
    Exchange exchange = message.exchange;
    boolean sound = headerChecksum(c) == checksum;
    message.transcript.field("headerCRCRight", sound);
    if (!sound) {
      observer.flaw(exchange, HEADER_CHECKSUM, "header-crc", HEADER - 1, c.wireLength());
      unread(c);
      return;
    }
    if (source == BROADCAST) {
      observer.flaw(exchange, FORMAT, "source", 4, c.wireLength());
      unread(c);
      return;
    }
    if (type >= FIRST_EXTENDED && type < FIRST_PROPRIETARY) {
      extended(c, type, length);
      return;
    }
    if (length > MOST_DATA) {
      observer.flaw(exchange, FORMAT, "length", 5, c.wireLength());
    }
    if (length > 0 && !data(c, length)) {
      return;
    }
    long outer = c.enter(length);
    frame(c, type);
    c.skip(c.remaining());
    c.leave(outer);
    if (length > 0) {
      c.skip(DATA_CRC);
    }
  }

  /** 9.6: a CRC of eight bits over the five octets behind the preamble, transmitted inverted. */
  private static int headerChecksum(Cursor c) {
    return HEADER_CHECK.of(c, 2, HEADER - 1);
  }

  /** Whether the data may be read: its CRC of sixteen bits is right, or the capture has not all of it, and then nothing comes of it. */
  private boolean data(Cursor c, int length) {
    if (c.cut()) {
      return true;
    }
    if (c.remaining() < length + DATA_CRC) {
      c.fail();
      return false;
    }
    int end = HEADER + length;
    int stated = c.at(end) | c.at(end + 1) << 8;
    boolean right = DATA_CHECK.of(c, HEADER, end) == stated;
    message.transcript.field("dataCRC", stated);
    message.transcript.field("dataCRCRight", right);
    if (!right) {
      message.observer.flaw(message.exchange, DATA_CHECKSUM, "data-crc", end, c.wireLength());
      message.observer.operation(message.operation);
      unread(c);
    }
    return right;
  }

  /** What a station throws away unread may hold a password all the same. */
  private void unread(Cursor c) {
    message.observer.secret(c.position(), c.remaining());
    c.skip(c.remaining());
  }

  private void frame(Cursor c, int type) {
    switch (type) {
      case TOKEN, POLL_FOR_MASTER, REPLY_TO_POLL_FOR_MASTER -> {
        message.observer.operation(message.operation);
        master();
      }
      case DATA_EXPECTING_REPLY, DATA_NOT_EXPECTING_REPLY, EXTENDED_EXPECTING_REPLY, EXTENDED_NOT_EXPECTING_REPLY -> npdu.read(c);
      default -> {
        message.observer.operation(message.operation);
        if (type >= FIRST_PROPRIETARY) {
          message.transcript.field("vendorID", c.u16());
        }
        if (c.remaining() > 0) {
          message.transcript.octets("data", c, c.remaining());
        }
      }
    }
  }

  /** Only a master node passes the token, polls and answers a poll (9.5.6). */
  private void master() {
    if (message.sound() && message.exchange.news(message.speaker, Message.ROLE, 3, Exchange.FOREVER)) {
      message.observer.claim(message.exchange, message.speaker, Trait.ROLE, "mstp-master", FORMAT);
    }
  }

  /** 9.10: the length counts the encoded data and the five octets of its encoded checksum, less two. */
  private void extended(Cursor c, int type, int length) {
    int octets = length + 2;
    if (c.cut() || octets > c.remaining()) {
      c.skip(octets);
      return;
    }
    switch (cobs.decode(c, octets)) {
      case BROKEN -> {
        message.observer.secret(HEADER, octets);
        message.observer.flaw(message.exchange, ENCODING, "cobs", HEADER, c.wireLength());
      }
      case WRONG -> {
        message.observer.secret(HEADER, octets);
        message.transcript.field("dataCRCRight", false);
        message.observer.flaw(message.exchange, ENCODING, "data-crc", HEADER + octets - Cobs.CHECKSUM, c.wireLength());
      }
      case RIGHT -> {
        message.transcript.field("dataCRCRight", true);
        message.through(cobs.data(), HEADER, octets);
        frame(cobs.data(), type);
      }
    }
    c.skip(octets);
  }
}
