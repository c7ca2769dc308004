package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * BACnet/SC where nobody encrypts it (ASHRAE 135-2020 annex AB): the WebSocket upgrade to a hub or a node (AB.7.1, RFC 6455), then the virtual link's
 * messages in binary frames. The standard demands TLS (AB.7.4), so that a connection in the clear is a flaw; within TLS nothing of it can be seen.
 *
 * <pre>
 * WebSocket: | FIN 1, opcode 4 | MASK 1, length 7 [u16 u64] | [mask 4] | payload |
 * payload:   | function u8 | control u8 | message id u16 | [originating virtual address 6] | [destination 6] | [options] | [data options] | contents |
 * option:    | more 1, must understand 1, data 1, type 5 | [length u16 | data] |
 * </pre>
 *
 * <p>A flow is recognised by an upgrade head that asks for {@code hub.bsc.bacnet.org} or {@code dc.bsc.bacnet.org}; what follows is then framed by
 * WebSocket's lengths.
 */
public final class BacnetSc implements Dissector {
  /** AB.7.1: the subprotocols of a hub and of a direct connection end so. */
  private static final String SUBPROTOCOL = "bsc.bacnet.org";

  private static final String HUB = "hub." + SUBPROTOCOL;
  private static final String DIRECT = "dc." + SUBPROTOCOL;

  /** Longest head looked at, and longest frame: AB.6.2 allows 65,535 octets of a message. */
  private static final int LONGEST_HEAD = 1 << 13;

  private static final int LONGEST_FRAME = (1 << 16) + 14;

  /** RFC 6455 §5.2. */
  private static final int BINARY = 0x82;

  private static final int MASKED = 0x80;
  private static final int MORE_FIRST_OPCODE = 0x0F;

  /** AB.2.2: control flags. */
  private static final int ORIGIN = 0x08;

  private static final int DESTINATION = 0x04;
  private static final int DESTINATION_OPTIONS = 0x02;
  private static final int DATA_OPTIONS = 0x01;

  /** AB.2.3: header markers. */
  private static final int MORE_OPTIONS = 0x80;

  private static final int OPTION_DATA = 0x20;
  private static final int OPTION_TYPE = 0x1F;

  private static final int RESULT = 0x00;
  private static final int ENCAPSULATED_NPDU = 0x01;
  private static final int ADDRESS_RESOLUTION_ACK = 0x03;
  private static final int ADVERTISEMENT = 0x04;
  private static final int CONNECT_REQUEST = 0x06;
  private static final int CONNECT_ACCEPT = 0x07;
  private static final int PROPRIETARY = 0x0C;

  /** AB.1.5.2: everybody. */
  private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;

  private static final int VMAC = 6;
  private static final int UUID = 16;

  private static final Cite FRAMING = Message.cite("AB.2");
  private static final Cite UPGRADE = Message.cite("AB.7.1");
  private static final Cite SECURITY = Message.cite("AB.7.4");
  private static final Cite CONNECT = Message.cite("AB.2.10");

  private final Message message = new Message();
  private final Npdu npdu = new Npdu(message);
  private final Cursor plain = new Cursor();
  private @Nullable MemorySegment memory;

  @Override
  public String name() {
    return Bacnet.NAME;
  }

  @Override
  public Sheet sheet() {
    return new Sheet("BACnet/SC", "ASHRAE 135-2020 annex AB, RFC 6455",
        "connections in the clear: the upgrade to a hub or node, every function of the virtual link, its options, and BACnet within; the lack of encryption as a flaw",
        "whatever TLS hides, which by the standard is all of it; connections met under way, or on the ports of HTTP; messages in several WebSocket frames",
        "tshark on messages built from the clauses");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  /** The standard names none, and on those of HTTP its own conversations would count as what is not framed. */
  @Override
  public int[] ports() {
    return new int[0];
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
  public Cite cite() {
    return FRAMING;
  }

  /** Until a whole upgrade is there it is HTTP's to wait for it. */
  @Override
  public int frame(Cursor c, Exchange exchange) {
    boolean head = c.startsWith("GET ") || c.startsWith("HTTP/1.1 ");
    if (!exchange.recognised()) {
      int end = head ? headEnd(c) : MORE;
      return end > 0 && upgrades(c, end) ? end : NOT_MINE;
    }
    return head ? headEnd(c) : webSocket(c);
  }

  /** Where the blank line ends, or {@link #MORE}. */
  private static int headEnd(Cursor c) {
    int most = Math.min(c.remaining(), LONGEST_HEAD);
    for (int at = 3; at < most; at++) {
      if (c.peek(at) == '\n' && c.peek(at - 1) == '\r' && c.peek(at - 2) == '\n' && c.peek(at - 3) == '\r') {
        return at + 1;
      }
    }
    return most == LONGEST_HEAD ? NOT_MINE : MORE;
  }

  private static boolean upgrades(Cursor c, int end) {
    return find(c, end, SUBPROTOCOL) > 0;
  }

  /** Where the words begin within the head, or -1; letters of either case, as field names may be. */
  private static int find(Cursor c, int end, String words) {
    for (int at = 0; at + words.length() <= end; at++) {
      int i = 0;
      while (i < words.length() && (c.peek(at + i) | (words.charAt(i) >= 'a' ? 0x20 : 0)) == words.charAt(i)) {
        i++;
      }
      if (i == words.length()) {
        return at;
      }
    }
    return -1;
  }

  /** RFC 6455 §5.2: the length of a frame, its header included. */
  private static int webSocket(Cursor c) {
    if (c.remaining() < 2) {
      return MORE;
    }
    int first = c.peek(1) & 0x7F;
    int header = first == 126 ? 4 : first == 127 ? 10 : 2;
    if (c.remaining() < header) {
      return MORE;
    }
    if (first == 127 && (c.peek(2) | c.peek(3) | c.peek(4) | c.peek(5) | c.peek(6)) != 0) {
      return NOT_MINE;
    }
    int length = first == 126 ? c.peek(2) << 8 | c.peek(3) : first == 127 ? c.peek(7) << 16 | c.peek(8) << 8 | c.peek(9) : first;
    int all = header + ((c.peek(1) & MASKED) != 0 ? 4 : 0) + length;
    return all > LONGEST_FRAME || (c.peek(0) & 0x70) != 0 ? NOT_MINE : all;
  }

  @Override
  public void dissect(Cursor c, Exchange exchange, Observer observer) {
    message.begin(c, exchange, observer);
    if (c.startsWith("GET ") || c.startsWith("HTTP/1.1 ")) {
      head(c);
    } else {
      frame(c);
    }
    message.finish();
    observer.transcript().end();
  }

  private void head(Cursor c) {
    int end = c.remaining();
    boolean answer = c.startsWith("HTTP");
    Transcript t = message.transcript;
    message.operation = answer ? "webSocketAccept" : "webSocketUpgrade";
    t.message(Bacnet.NAME, message.operation);
    message.observer.operation(message.operation);
    if (find(c, end, "authorization:") > 0 || find(c, end, "cookie:") > 0) {
      message.observer.secret(0, end);
      t.secret("credentials", end);
    }
    boolean hub = find(c, end, HUB) > 0;
    t.field("subprotocol", hub ? HUB : DIRECT);
    if (!answer) {
      message.observer.flaw(message.exchange, SECURITY, "clear-text", 0, end);
    } else if (message.sound() && message.exchange.news(message.speaker, Message.ROLE, hub ? 4 : 5, Exchange.FOREVER)) {
      message.observer.claim(message.exchange, message.speaker, Trait.ROLE, hub ? "bacnet-sc-hub" : "bacnet-sc-node", UPGRADE);
    }
    c.skip(end);
  }

  private void frame(Cursor c) {
    Transcript t = message.transcript;
    int opcode = c.u8();
    int sizes = c.u8();
    int length = sizes & 0x7F;
    if (length == 126) {
      length = c.u16();
    } else if (length == 127) {
      length = (int) Math.min(Integer.MAX_VALUE, c.unsigned(8) & Long.MAX_VALUE);
    }
    int mask = (sizes & MASKED) != 0 ? (int) c.u32() : 0;
    if (opcode != BINARY) {
      message.operation = (opcode & MORE_FIRST_OPCODE) >= 8 ? "webSocketControl" : "webSocketFragment";
      t.message(Bacnet.NAME, message.operation);
      t.field("opcode", opcode);
      message.observer.operation(message.operation);
      message.observer.secret(c.position(), c.remaining());
      c.skip(c.remaining());
      return;
    }
    int at = c.position();
    int here = Math.min(length, c.remaining());
    Cursor payload = unmasked(c, here, mask);
    virtualLink(payload, at, here, length > here);
    c.skip(length);
  }

  /** The payload as it was before it was masked (RFC 6455 §5.3). */
  private Cursor unmasked(Cursor c, int octets, int mask) {
    MemorySegment to = memory;
    if (to == null) {
      to = Arena.ofAuto().allocate(1 << 16);
      memory = to;
    }
    int most = Math.min(octets, 1 << 16);
    for (int i = 0; i < most; i++) {
      to.set(ValueLayout.JAVA_BYTE, i, (byte) (c.peek(i) ^ mask >>> 24 - 8 * (i & 3)));
    }
    return plain.set(to, 0, most, most);
  }

  private void virtualLink(Cursor c, int at, int octets, boolean partly) {
    Transcript t = message.transcript;
    message.through(c, at, octets);
    int function = c.u8();
    int control = c.u8();
    String name = Codes.bvlcScFunction(function);
    message.operation = name;
    t.message(Bacnet.NAME, name);
    t.field("bvlcScFunction", name);
    t.field("bvlcScControl", control);
    t.field("messageID", c.u16());
    if (function != ENCAPSULATED_NPDU) {
      message.observer.operation(name);
    }
    if (partly) {
      c.fail();
    }
    if ((control & ORIGIN) != 0) {
      long origin = virtual(c, "originatingVirtualAddress");
      if (c.ok()) {
        message.speaker = message.exchange.bacnet(message.speaker, 0, origin, VMAC);
      }
    }
    if ((control & DESTINATION) != 0) {
      long to = virtual(c, "destinationVirtualAddress");
      message.broadcast = to == BROADCAST;
      if (c.ok() && to != BROADCAST) {
        message.target = message.exchange.bacnet(message.target, 0, to, VMAC);
      }
    }
    if ((control & DESTINATION_OPTIONS) != 0) {
      options(c, "destinationOption");
    }
    if ((control & DATA_OPTIONS) != 0) {
      options(c, "dataOption");
    }
    if (c.ok()) {
      contents(function, c);
    }
  }

  private long virtual(Cursor c, String name) {
    message.transcript.octets(name, c, Math.min(VMAC, c.remaining()));
    return c.u48();
  }

  /** AB.2.3. */
  private void options(Cursor c, String name) {
    Transcript t = message.transcript;
    int marker = MORE_OPTIONS;
    while ((marker & MORE_OPTIONS) != 0 && c.ok()) {
      marker = c.u8();
      t.begin(name);
      t.field("headerMarker", marker);
      t.field("headerType", marker & OPTION_TYPE);
      if ((marker & OPTION_DATA) != 0) {
        int length = c.u16();
        t.field("headerLength", length);
        t.octets("headerData", c, Math.min(length, c.remaining()));
        c.skip(length);
      }
      t.close();
    }
  }

  private void contents(int function, Cursor c) {
    Transcript t = message.transcript;
    switch (function) {
      case RESULT -> result(c);
      case ENCAPSULATED_NPDU -> npdu.read(c);
      case ADDRESS_RESOLUTION_ACK -> text(c, "webSocketURIs");
      case ADVERTISEMENT -> {
        t.field("hubConnectionStatus", c.u8());
        t.field("acceptDirectConnections", c.u8());
        t.field("maximumBVLCLength", c.u16());
        t.field("maximumNPDULength", c.u16());
      }
      case CONNECT_REQUEST, CONNECT_ACCEPT -> connect(c);
      case PROPRIETARY -> {
        t.field("vendorID", c.u16());
        t.field("proprietaryFunction", c.u8());
        t.octets("proprietaryData", c, c.remaining());
        c.skip(c.remaining());
      }
      default -> message.left(c, FRAMING);
    }
  }

  private void text(Cursor c, String name) {
    if (message.transcript.on()) {
      message.transcript.field(name, c.text(c.remaining(), StandardCharsets.UTF_8));
    } else {
      c.skip(c.remaining());
    }
  }

  /** AB.2.4: {@code | function u8 | result u8 | if 1: header marker u8 | error class u16 | error code u16 | details |}. */
  private void result(Cursor c) {
    Transcript t = message.transcript;
    t.field("resultForFunction", c.u8());
    int result = c.u8();
    t.field("scResultCode", result);
    if (result != 0) {
      t.field("errorHeaderMarker", c.u8());
      int category = c.u16();
      int code = c.u16();
      if (t.on()) {
        t.field("errorClass", Codes.ERROR_CLASS.of(category));
        t.field("errorCode", Codes.ERROR_CODE.of(code));
      }
      text(c, "errorDetails");
    }
  }

  /** AB.2.10: who a node is beyond its addresses. */
  private void connect(Cursor c) {
    Transcript t = message.transcript;
    int at = c.position();
    t.octets("virtualAddress", c, Math.min(VMAC, c.remaining()));
    c.skip(VMAC);
    t.octets("deviceUUID", c, Math.min(UUID, c.remaining()));
    c.skip(UUID);
    t.field("maximumBVLCLength", c.u16());
    t.field("maximumNPDULength", c.u16());
    if (message.sound() && message.exchange.news(message.speaker, Message.IDENTITY, Message.digest(c, at, VMAC + UUID), Exchange.FOREVER)) {
      String uuid = HexFormat.of().formatHex(Contents.copy(c, at + VMAC, UUID)).toLowerCase(Locale.ROOT);
      message.observer.claim(message.exchange, message.speaker, Trait.BANNER, "bacnet-sc-uuid=" + uuid, CONNECT);
    }
  }
}
