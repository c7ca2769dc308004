package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.protocol.knx.Telegram.Carrier;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The common external message interface: KNX 03_06_03 (cEMI), with the data link layer of 03_03_02 and the transport layer of 03_03_04. What
 * the telegrams say is {@link Application}'s.
 *
 * <pre>
 * | message code u8 | additional info length u8 | additional info … | service information … |
 * additional info: | type u8 | length u8 | … | …                                                       4.1.4.3
 * L_Data:  | control 1 u8 | control 2 u8 | source u16 | destination u16 | length u8 | TPCI 6 bits, APCI 10 bits | data … |   4.1.5.3
 * T_Data:  | 0 (6 octets) | length u8 | TPCI 6 bits, APCI 10 bits | data … |                            4.1.6
 * M_Prop:  | object type u16 | instance u8 | property u8 | elements 4 bits, start 12 bits | data … |    4.1.7.3
 * L_Busmon, standard frame: | control u8 | source u16 | destination u16 | at 1, hops 3, length 4 | TPCI, APCI | data … | check u8 |
 * L_Busmon, extended frame: | control u8 | extended control u8 | source u16 | destination u16 | length u8 | … | check u8 |
 * </pre>
 */
final class Cemi {
  private static final Cite L_DATA = new Cite("KNX 03_06_03", "4.1.5.3");
  private static final Cite ADDITIONAL = new Cite("KNX 03_06_03", "4.1.4.3");
  private static final Cite BUS_FRAME = new Cite("KNX 03_02_02", "2.2");

  private static final int L_RAW_REQ = 0x10;
  private static final int L_DATA_REQ = 0x11;
  private static final int L_POLL_DATA_REQ = 0x13;
  private static final int L_POLL_DATA_CON = 0x25;
  private static final int L_DATA_IND = 0x29;
  private static final int L_BUSMON_IND = 0x2B;
  private static final int L_RAW_IND = 0x2D;
  private static final int L_DATA_CON = 0x2E;
  private static final int L_RAW_CON = 0x2F;
  private static final int T_DATA_CONNECTED_REQ = 0x41;
  private static final int T_DATA_INDIVIDUAL_REQ = 0x4A;
  private static final int T_DATA_CONNECTED_IND = 0x89;
  private static final int T_DATA_INDIVIDUAL_IND = 0x94;

  /** KNX 03_06_03 4.1.7: from here on the services of local device management, which carry no additional information. */
  private static final int FIRST_LOCAL = 0xF0;

  private static final int NEWS_SIGHTING = 11;
  private static final int AGAIN_SECONDS = 600;

  private final Application application;
  private @Nullable Telegram telegram;

  Cemi(Application application) {
    this.application = application;
  }

  void dissect(Cursor m, Exchange x, Observer o, Carrier by) {
    Transcript t = o.transcript();
    int messageCode = m.u8();
    t.begin("cEMI");
    t.field("messageCode", Codes.MESSAGE[messageCode]);
    t.field("code", messageCode);
    if (messageCode >= FIRST_LOCAL) {
      LocalManagement.dissect(m, x, o, messageCode);
    } else {
      Telegram telegram = telegram(x, o, by, messageCode);
      additional(m, x, o);
      if (m.ok()) {
        link(m, telegram, messageCode);
      }
    }
    t.close();
  }

  private Telegram telegram(Exchange x, Observer o, Carrier by, int code) {
    Telegram kept = telegram;
    if (kept == null) {
      kept = new Telegram(x, o);
      telegram = kept;
    }
    kept.x = x;
    kept.o = o;
    kept.t = o.transcript();
    kept.carrier = by;
    kept.request = code == L_DATA_REQ || code == L_RAW_REQ || code == T_DATA_CONNECTED_REQ || code == T_DATA_INDIVIDUAL_REQ;
    kept.echo = code == L_DATA_CON || code == L_RAW_CON;
    kept.source = 0;
    kept.destination = 0;
    kept.group = false;
    kept.service = 0;
    return kept;
  }

  /** KNX 03_06_03 4.1.4.3: any number of elements, each with a type and a length. */
  private static void additional(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int octets = m.u8();
    t.field("additionalInfoLength", octets);
    if (octets == 0) {
      return;
    }
    long outer = m.enter(octets);
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int type = m.u8();
      int length = m.u8();
      if (t.on()) {
        t.begin("additionalInfo");
        t.field("type", Codes.additional(type));
        t.field("typeId", type);
        t.field("length", length);
        element(m, t, type, length);
        t.close();
      }
      if (m.ok() && length > m.remaining()) {
        o.flaw(x, ADDITIONAL, "length", at, m.wireLength());
        break;
      }
      m.skip(length);
    }
    m.leave(outer);
  }

  /** One element, told and not moved over. */
  private static void element(Cursor m, Transcript t, int type, int length) {
    int at = m.position();
    switch (type) {
      case 0x01 -> t.field("domainAddress", m.peek(0) << 8 | m.peek(1));
      case 0x02 -> {
        t.field("rfInfo", m.peek(0));
        t.octets("serialNumberOrDomainAddress", at(m, at + 1), Math.min(6, length - 1));
        t.field("dataLinkLayerFrameNumber", at(m, at + 7).peek(0));
      }
      case 0x03 -> {
        int status = m.peek(0);
        t.field("frameError", (status & 0x80) != 0);
        t.field("bitError", (status & 0x40) != 0);
        t.field("parityError", (status & 0x20) != 0);
        t.field("lost", (status & 0x08) != 0);
        t.field("sequenceNumber", status & 7);
      }
      case 0x04 -> t.field("timestamp", m.peek(0) << 8 | m.peek(1));
      case 0x05, 0x06 -> t.field(type == 5 ? "delay" : "timestamp",
          (long) m.peek(0) << 24 | (long) m.peek(1) << 16 | m.peek(2) << 8 | m.peek(3));
      case 0x07 -> t.field("biBat", m.peek(0) << 8 | m.peek(1));
      case 0x08 -> {
        t.field("transmissionFrequency", m.peek(0));
        t.field("callChannel", m.peek(1));
        t.field("physicalAck", m.peek(2));
        t.field("receivedFrequency", m.peek(3));
      }
      case 0xFE -> {
        t.field("manufacturer", Codes.MANUFACTURERS.of(m.peek(0) << 8 | m.peek(1)));
        t.field("subfunction", m.peek(2));
        t.octets("data", at(m, at + 3), length - 3);
      }
      default -> t.octets("data", m, Math.min(length, m.remaining()));
    }
    m.seek(at);
  }

  /** The cursor, moved; {@link #element} moves it back. */
  private static Cursor at(Cursor m, int offset) {
    m.seek(Math.min(offset, m.position() + m.remaining()));
    return m;
  }

  private void link(Cursor m, Telegram telegram, int messageCode) {
    switch (messageCode) {
      case L_DATA_REQ, L_DATA_CON, L_DATA_IND -> data(m, telegram);
      case L_BUSMON_IND, L_RAW_REQ, L_RAW_IND, L_RAW_CON -> busFrame(m, telegram);
      case L_POLL_DATA_REQ, L_POLL_DATA_CON -> {
        control1(telegram.t, m.u8());
        telegram.t.field("control2", m.u8());
        addresses(m, telegram, false);
        telegram.t.field("numberOfSlots", m.u8() & 0xF);
        telegram.t.octets("pollData", m, m.remaining());
        m.skip(m.remaining());
      }
      case T_DATA_CONNECTED_REQ, T_DATA_CONNECTED_IND, T_DATA_INDIVIDUAL_REQ, T_DATA_INDIVIDUAL_IND -> {
        telegram.t.octets("reserved", m, 6);
        m.skip(6);
        int at = m.position();
        payload(m, telegram, m.u8(), at, false);
      }
      default -> {
        telegram.t.octets("data", m, m.remaining());
        m.skip(m.remaining());
      }
    }
  }

  // ---- KNX 03_06_03 4.1.5.3

  private void data(Cursor m, Telegram telegram) {
    int control1 = m.u8();
    int control2 = m.u8();
    control1(telegram.t, control1);
    control2(telegram.t, control2);
    addresses(m, telegram, (control2 & 0x80) != 0);
    int at = m.position();
    payload(m, telegram, m.u8(), at, (control1 & 1) != 0);
  }

  private static void control1(Transcript t, int control1) {
    t.field("control1", control1);
    if (t.on()) {
      t.field("frameType", (control1 & 0x80) != 0 ? "standard" : "extended");
      t.field("repeat", (control1 & 0x20) == 0);
      t.field("broadcast", (control1 & 0x10) != 0 ? "domain" : "system");
      t.field("priority", Codes.priority(control1 >>> 2 & 3));
      t.field("ackRequest", (control1 & 2) != 0);
      t.field("confirmError", (control1 & 1) != 0);
    }
  }

  private static void control2(Transcript t, int control2) {
    t.field("control2", control2);
    if (t.on()) {
      t.field("addressType", (control2 & 0x80) != 0 ? "group" : "individual");
      t.field("hopCount", control2 >>> 4 & 7);
      t.field("extendedFrameFormat", control2 & 0xF);
    }
  }

  private static void addresses(Cursor m, Telegram telegram, boolean group) {
    telegram.source = m.u16();
    telegram.destination = m.u16();
    telegram.group = group;
    Transcript t = telegram.t;
    if (t.on()) {
      t.field("sourceAddress", Telegram.individual(telegram.source));
      t.field("destinationAddress",
          group ? new Point.KnxGroup(telegram.destination).text() : Telegram.individual(telegram.destination));
    }
  }

  /** Length, TPCI and what follows. */
  private void payload(Cursor m, Telegram telegram, int length, int at, boolean confirmError) {
    telegram.t.field("length", length);
    if (m.ok() && length + 1 != m.remaining() && !m.cut()) {
      telegram.o.flaw(telegram.x, L_DATA, "length", at, m.wireLength());
    }
    long outer = m.enter(length + 1);
    transport(m, telegram, length, at, confirmError);
    m.leave(outer);
    if (m.remaining() > 0) {
      telegram.t.octets("rest", m, m.remaining());
    }
    m.skip(m.remaining());
  }

  /** KNX 03_03_04 2: control, or data for the application layer. */
  private void transport(Cursor m, Telegram telegram, int length, int at, boolean confirmError) {
    Transcript t = telegram.t;
    Exchange x = telegram.x;
    Observer o = telegram.o;
    int tpci = m.u8();
    t.field("tpci", tpci >>> 2);
    if (t.on()) {
      t.field("packetType", (tpci & 0x80) != 0 ? "control" : "data");
      t.field("numbered", (tpci & 0x40) != 0);
      if ((tpci & 0x40) != 0) {
        t.field("sequenceNumber", tpci >>> 2 & 0xF);
      }
    }
    if (m.ok() && !telegram.request && !telegram.echo && telegram.source != 0) {
      Endpoint speaker = x.endpoints().knx(x.source(), telegram.source);
      if (x.news(speaker, NEWS_SIGHTING, 0, AGAIN_SECONDS)) {
        o.see(new Sighting(x.stamp(), speaker, "knx", L_DATA, Sighting.How.FRAME));
      }
    }
    if ((tpci & 0x80) != 0) {
      t.field("service", Codes.control(tpci));
      if (m.ok()) {
        o.operation(Codes.control(tpci));
      }
      if (m.ok() && length != 0) {
        o.flaw(x, L_DATA, "length", at, m.wireLength());
      }
    } else if (length == 0) {
      m.fail();
    } else {
      int apci = (tpci & 3) << 8 | m.u8();
      t.field("apci", apci);
      t.field("service", Codes.SERVICE[apci]);
      if (m.ok()) {
        o.operation(Codes.SERVICE[apci]);
        application.dissect(m, telegram, apci);
        if (m.ok() && telegram.echo) {
          telegram.confirmed(confirmError);
        }
      }
    }
  }

  // ---- KNX 03_02_02 2.2: a frame as it was on the bus

  /** One octet is an acknowledgement; else a standard (bit 7) or extended frame, with its check octet at the end. */
  private void busFrame(Cursor m, Telegram telegram) {
    Transcript t = telegram.t;
    if (m.remaining() <= 1) {
      int ack = m.u8();
      t.field("acknowledge", ack == 0xCC ? "ACK" : ack == 0x0C ? "NACK" : ack == 0xC0 ? "BUSY" : "0x" + Integer.toHexString(ack));
      return;
    }
    int start = m.position();
    int octets = m.remaining();
    int control = m.u8();
    control1(t, control);
    boolean standard = (control & 0x80) != 0;
    int extended = standard ? 0 : m.u8();
    if (!standard) {
      control2(t, extended);
    }
    int source = m.position();
    m.skip(4);
    int at = m.position();
    int length = m.u8();
    int kind = standard ? length : extended;
    if (standard) {
      control2(t, length & 0xF0);
      length &= 0xF;
    }
    int behind = m.position();
    m.seek(source);
    addresses(m, telegram, (kind & 0x80) != 0);
    m.seek(behind);
    t.field("length", length);
    long outer = m.enter(length + 1);
    transport(m, telegram, length, at, false);
    m.leave(outer);
    int check = m.u8();
    t.field("check", check);
    if (m.ok() && m.remaining() > 0) {
      telegram.o.flaw(telegram.x, BUS_FRAME, "length", at, m.wireLength());
      m.skip(m.remaining());
    } else if (m.ok() && check != parity(m, start, octets - 1)) {
      telegram.o.flaw(telegram.x, BUS_FRAME, "check", m.position() - 1, m.wireLength());
    }
  }

  /** KNX 03_02_02 2.2.4.7: the check octet is the odd parity of every column. */
  private static int parity(Cursor m, int from, int octets) {
    int sum = 0xFF;
    for (int i = 0; i < octets; i++) {
      sum ^= m.at(from + i);
    }
    return sum;
  }
}
