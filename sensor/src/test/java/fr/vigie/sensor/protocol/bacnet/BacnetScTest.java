package fr.vigie.sensor.protocol.bacnet;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every function of annex AB in WebSocket frames, masked as a client's are and plain as a hub's, and the upgrade before them. */
final class BacnetScTest extends DissectorContract {
  private static final int CLIENT = 50_000;
  private static final int HUB = 4_443;
  private static final String UPGRADE = "GET /hub HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Protocol: hub.bsc.bacnet.org\r\n";
  private static final String ACCEPT = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: hub.bsc.bacnet.org\r\n";
  private static final String NODE = "0a0b0c0d0e0f ";
  private static final String OTHER = "1a1b1c1d1e1f ";
  private static final String CONNECTS = NODE + "00112233445566778899aabbccddeeff 0640 05d9";

  /** The flow is known by its upgrade. */
  @Override
  protected Dissector dissector() {
    return new Known(new BacnetSc());
  }

  private record Known(Dissector of) implements Dissector {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public Sheet sheet() {
      return of.sheet();
    }

    @Override
    public Transport transport() {
      return of.transport();
    }

    @Override
    public int[] ports() {
      return of.ports();
    }

    @Override
    public int frame(Cursor message, Exchange exchange) {
      ((TestExchange) exchange).recognised(true);
      return of.frame(message, exchange);
    }

    @Override
    public void dissect(Cursor message, Exchange exchange, Observer observer) {
      of.dissect(message, exchange, observer);
    }

    @Override
    public @Nullable Cite cite() {
      return of.cite();
    }
  }

  /** From the client, masked. */
  private static Message ask(String name, String link) {
    byte[] octets = Message.hex(link);
    byte[] mask = {0x11, 0x22, 0x33, 0x44};
    for (int i = 0; i < octets.length; i++) {
      octets[i] ^= mask[i & 3];
    }
    return Message.request("sc-" + name, CLIENT, HUB, "82" + size(octets.length, 0x80) + "11223344" + HexFormat.of().formatHex(octets));
  }

  /** From the hub. */
  private static Message tell(String name, String link) {
    return Message.response("sc-" + name, HUB, CLIENT, "82" + size(Message.hex(link).length, 0) + link);
  }

  private static String size(int length, int mask) {
    return length < 126 ? HexFormat.of().toHexDigits((byte) (mask | length)) : HexFormat.of().toHexDigits((byte) (mask | 126)) + HexFormat.of().toHexDigits((short) length);
  }

  @Override
  protected List<Message> messages() {
    Message write = ask("write-property", "01 04 0001" + OTHER + "01 04 00 02 59 0f 0c 00800001 19 55 3e 44 43340000 3f 49 08");
    return List.of(
        Message.request("sc-upgrade", CLIENT, HUB, ascii(UPGRADE + "\r\n")),
        Message.response("sc-accept", HUB, CLIENT, ascii(ACCEPT + "\r\n")),
        Message.request("sc-upgrade-with-credentials", CLIENT, HUB, ascii(UPGRADE + "Authorization: Basic dXNlcjpwYXNz\r\n\r\n")),
        tell("result-ack", "00 00 0002 06 00"),
        tell("result-nak", "00 00 0002 06 01 00 0007 0020" + ascii("no")),
        write,
        tell("write-property-done-from-a-node", "01 08 0001" + OTHER + "01 00 20 59 0f"),
        ask("who-is-to-everybody-with-options", "01 05 0003 ffffffffffff e1 0002 0102 41" + "01 20 ffff 00 ff 10 08"),
        ask("password-is-a-secret", "01 04 0004" + OTHER + "01 04 00 04 05 11 09 05 19 01 2d 08 00" + ascii("#egbdf!")),
        ask("address-resolution", "02 04 0005" + OTHER),
        tell("address-resolution-ack", "03 08 0005" + OTHER + ascii("wss://10.0.0.7:4443/dc")),
        ask("advertisement", "04 04 0006" + OTHER + "01 01 0640 05d9"),
        ask("advertisement-solicitation", "05 04 0007" + OTHER),
        ask("connect-request", "06 00 0008" + CONNECTS),
        tell("connect-accept", "07 00 0008" + CONNECTS),
        ask("disconnect-request", "08 00 0009"),
        tell("disconnect-ack", "09 00 0009"),
        ask("heartbeat-request", "0a 00 000a"),
        tell("heartbeat-ack", "0b 00 000a"),
        ask("proprietary", "0c 00 000b 0008 07 010203"),
        ask("unknown-function", "0d 00 000c"),
        tell("more-than-a-function-has", "0b 00 000a 0102"),
        Message.request("sc-ping", CLIENT, HUB, "89 80 11223344"),
        Message.response("sc-fragment", HUB, CLIENT, "02 04 01000001"));
  }

  private static int frame(String hex) {
    byte[] octets = Message.hex(hex);
    MemorySegment memory = Arena.ofAuto().allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
    return new BacnetSc().frame(new Cursor().set(memory, 0, octets.length, octets.length), new TestExchange());
  }

  @Test
  void onlyAnUpgradeToItsSubprotocolsIsBacnet() {
    assertThat(frame(ascii(UPGRADE + "\r\n"))).isEqualTo(UPGRADE.length() + 2);
    assertThat(frame(ascii(UPGRADE))).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame(ascii(UPGRADE.replace("hub.bsc.bacnet.org", "chat") + "\r\n"))).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame("82 04 0a00 000a")).isEqualTo(Dissector.NOT_MINE);
  }
}
