package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * EtherNet/IP encapsulation (ODVA, CIP Networks Library volume 2, chapter 2) over TCP or UDP; what it carries is {@link Cip}'s. Little-endian.
 *
 * <pre>
 * | command u16 | length u16 | session u32 | status u32 | sender's context 8 | options u32 = 0 | data |           2-3.1
 * data of 0x6F, 0x70: | interface u32 | timeout u16 | items u16 | { type u16 | length u16 | … } |                 2-6
 * identity: | version u16 | socket address 16 | vendor u16 | device type u16 | product u16 | revision u8 u8 | status u16 | serial u32 |
 *             name u8+text | state u8 |                                                                           2-4.2.2
 * </pre>
 */
final class EtherNetIp implements Dissector {
  static final int PORT = 44818;

  private static final String STANDARD = "CIP Networks Library vol. 2";
  private static final Cite HEADER = new Cite(STANDARD, "2-3.1");
  private static final Cite IDENTITY = new Cite(STANDARD, "2-4.2");
  private static final Cite SESSION = new Cite(STANDARD, "2-4.4");
  private static final Cite ITEMS = new Cite(STANDARD, "2-6");

  private static final int LIST_SERVICES = 0x04;
  private static final int LIST_IDENTITY = 0x63;
  private static final int REGISTER_SESSION = 0x65;
  private static final int SEND_RR_DATA = 0x6F;
  private static final int SEND_UNIT_DATA = 0x70;

  private static final int IDENTITY_ITEM = 0x0C;
  private static final int SERVICES_ITEM = 0x0100;
  private static final int CONNECTED_ADDRESS = 0xA1;
  private static final int CONNECTED_DATA = 0xB1;
  private static final int UNCONNECTED_DATA = 0xB2;

  private static final int NEWS_DISCOVER = 1;
  private static final int NEWS_REGISTER = 2;
  private static final int NEWS_SOCKET = 7;
  private static final int AGAIN_SECONDS = 600;


  /** 2-3.4: status codes of the encapsulation. */
  private static final Outcome[] STATUS = new Outcome[0x100];

  static {
    Arrays.setAll(STATUS, i -> i == 0 ? Outcome.OK : Outcome.error("encapsulation status 0x" + Integer.toHexString(i)));
  }

  private final Transport transport;
  private final Cip cip = new Cip();

  EtherNetIp(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "enip";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("EtherNet/IP and CIP", "ODVA CIP Networks Library volumes 1 and 2",
        "encapsulation, the whole identity by list, object or attribute, host name and MAC address, explicit messages with paths, tags and status, several in one packet, whom connections are opened to",
        "implicit data of connections",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  /** Little in the header proves itself, so only its own port is asked. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    int command = m.at(0) | m.at(1) << 8;
    if (have > 1 && command(command) == null) {
      return NOT_MINE;
    }
    boolean stream = transport == Transport.TCP;
    if (have < 24) {
      return stream ? MORE : NOT_MINE;
    }
    int length = 24 + (m.at(2) | m.at(3) << 8);
    // 2-3.2.7: options are 0, or the receiver discards
    boolean options = (m.at(20) | m.at(21) | m.at(22) | m.at(23)) == 0;
    if (!options || m.at(10) != 0 || m.at(11) != 0) {
      return NOT_MINE;
    }
    return stream || length == m.wireLength() ? length : NOT_MINE;
  }

  private static @Nullable String command(int code) {
    return switch (code) {
      case 0x00 -> "NOP";
      // reserved for devices of before the standard, which still ask it
      case 0x01 -> "ListTargets";
      case LIST_SERVICES -> "ListServices";
      case LIST_IDENTITY -> "ListIdentity";
      case 0x64 -> "ListInterfaces";
      case REGISTER_SESSION -> "RegisterSession";
      case 0x66 -> "UnRegisterSession";
      case SEND_RR_DATA -> "SendRRData";
      case SEND_UNIT_DATA -> "SendUnitData";
      case 0x72 -> "IndicateStatus";
      case 0x73 -> "Cancel";
      default -> null;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int command = m.u16le();
    String name = command(command);
    t.message("enip", name == null ? "command" : name);
    int length = m.u16le();
    long session = m.u32le();
    int status = (int) m.u32le();
    long context = m.u64();
    m.skip(4);
    t.field("command", command);
    t.field("length", length);
    t.field("session", session);
    t.field("status", status);
    if (length != m.wireRemaining()) {
      m.fail();
    }
    if (m.ok() && name != null) {
      o.operation(name);
    }
    if (m.cut()) {
      // half a message: nothing in it is sure
      m.fail();
    }
    if (m.ok() && name != null) {
      boolean request = x.fromClient();
      long key = x.flow() * 0x9E3779B97F4A7C15L ^ context;
      switch (command) {
        case LIST_IDENTITY -> listIdentity(m, x, o, length);
        case LIST_SERVICES -> services(m, o);
        case REGISTER_SESSION -> {
          if (request && x.news(x.source(), NEWS_REGISTER, x.target().hashCode(), AGAIN_SECONDS)) {
            o.request(x.flow(), Acts.pending(x, "enip", SESSION, Verb.CONNECT, name, null, null, ""));
          } else if (!request) {
            o.outcome(x.flow(), STATUS[status & 0xFF]);
          }
          m.skip(m.remaining());
        }
        case SEND_RR_DATA, SEND_UNIT_DATA -> {
          if (status == 0 && length > 0) {
            items(m, x, o, request, key);
          } else {
            if (!request) {
              o.outcome(key, STATUS[status & 0xFF]);
            }
            m.skip(m.remaining());
          }
        }
        default -> m.skip(m.remaining());
      }
      if (m.ok() && m.remaining() > 0) {
        o.flaw(x, HEADER, "length", m.position(), m.wireLength());
        m.skip(m.remaining());
      }
    }
    t.end();
  }

  /** 2-4.2: a request has no data, each answer one item. */
  private void listIdentity(Cursor m, Exchange x, Observer o, int length) {
    if (length == 0) {
      if (x.news(x.source(), NEWS_DISCOVER, x.target().hashCode(), AGAIN_SECONDS)) {
        o.see(Acts.act(x, "enip", IDENTITY, Verb.DISCOVER, "ListIdentity", null, null, "", Outcome.UNCONFIRMED));
      }
      return;
    }
    int items = m.u16le();
    for (int i = 0; i < items && m.ok(); i++) {
      int type = m.u16le();
      int octets = m.u16le();
      long outer = m.enter(octets);
      if (type == IDENTITY_ITEM && m.ok()) {
        socket(m, x, o);
        CipIdentity.all(m, x, o);
        if (m.remaining() > 0) {
          o.transcript().field("state", m.u8());
        }
      }
      m.leave(outer);
    }
  }

  /** 2-4.2.2: {@code | version u16 | family u16 | port u16 | address u32 | zeros, eight octets |}, the socket big-endian: where the device says it listens. */
  private static void socket(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("encapsulationVersion", m.u16le());
    int family = m.u16();
    t.field("port", m.u16());
    long address = m.u32();
    m.skip(8);
    if (t.on()) {
      t.field("address", Endpoint.ipText(4, 0, address));
    }
    if (m.ok() && family == 2 && address != 0 && x.news(x.source(), NEWS_SOCKET, address, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(4, 0, address), IDENTITY);
    }
  }

  /** 2-4.6: {@code | items u16 | { type u16 | length u16 | version u16 | capabilities u16 | name, sixteen octets } |}. */
  private static void services(Cursor m, Observer o) {
    Transcript t = o.transcript();
    int items = m.remaining() == 0 ? 0 : m.u16le();
    for (int i = 0; i < items && m.ok(); i++) {
      int type = m.u16le();
      long outer = m.enter(m.u16le());
      if (type == SERVICES_ITEM && m.ok()) {
        t.field("encapsulationVersion", m.u16le());
        t.field("capabilities", m.u16le());
        if (t.on()) {
          t.field("serviceName", m.text(m.remaining()).replace("\0", ""));
        }
      }
      m.leave(outer);
    }
  }

  /** 2-6: the address item first, then the data; the sequence count of connected data is part of the data (volume 1, 3-4.4). */
  private void items(Cursor m, Exchange x, Observer o, boolean request, long key) {
    m.skip(6);
    int items = m.u16le();
    if (m.ok() && items < 2) {
      o.flaw(x, ITEMS, "item-count", m.position() - 2, m.wireLength());
    }
    for (int i = 0; i < items && m.ok(); i++) {
      int type = m.u16le();
      int octets = m.u16le();
      long outer = m.enter(octets);
      switch (type) {
        case CONNECTED_ADDRESS -> o.transcript().field("connection", m.u32le());
        case CONNECTED_DATA -> {
          int sequence = m.u16le();
          if (m.ok() && m.remaining() > 0) {
            cip.message(m, x, o, request, x.flow() * 0xC2B2AE3D27D4EB4FL ^ sequence, 0);
          }
        }
        case UNCONNECTED_DATA -> {
          if (m.ok() && m.remaining() > 0) {
            cip.message(m, x, o, request, key, 0);
          }
        }
        default -> m.skip(m.remaining());
      }
      m.leave(outer);
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
