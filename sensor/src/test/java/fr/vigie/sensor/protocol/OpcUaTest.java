package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OpcUaTest extends DissectorContract {
  private static String u32(long value) {
    return String.format("%08x", Integer.reverseBytes((int) value));
  }

  private static String string(String text) {
    return u32(text.length()) + Message.ascii(text);
  }

  private static String chunk(String type, String body) {
    return Message.ascii(type) + u32(8 + Message.hex(body).length) + body;
  }

  /** Channel 7, token 1, sequence 51, request 12. */
  private static String message(int service, String body) {
    return chunk("MSGF", u32(7) + u32(1) + u32(51) + u32(12) + String.format("0100%02x%02x", service & 255, service >> 8) + body);
  }

  private static String request(int service, String body) {
    return message(service, "0000" + "00".repeat(8) + u32(1) + u32(0) + "ffffffff" + u32(5000) + "000000" + body);
  }

  private static String response(int service, long result, String body) {
    return message(service, "00".repeat(8) + u32(1) + u32(result) + "00" + u32(0) + "000000" + body);
  }

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 4840, hex);
  }

  private static Message server(String name, String hex) {
    return Message.response(name, 4840, 50000, hex);
  }

  private static final String BUFFERS = u32(0) + u32(65536) + u32(65536) + u32(0) + u32(0);
  private static final Message HELLO = client("hello", chunk("HELF", BUFFERS + string("opc.tcp://10.0.0.2:4840/")));
  private static final String NONE = "http://opcfoundation.org/UA/SecurityPolicy#None";
  private static final String APPLICATION = string("urn:bms:client") + string("http://vigie.example/client") + "02" + string("BMS client") + u32(1)
      + "ffffffff" + "ffffffff" + "ffffffff";
  private static final String NODE = "02 0200 15cd5b07";
  private static final Message READ = client("read", request(631, "00".repeat(8) + u32(2) + u32(2) + NODE + u32(13) + "ffffffff" + "0000ffffffff"
      + "03 0200" + string("Ahu.Temp") + u32(13) + "ffffffff" + "0000ffffffff"));
  private static final Message WRITE = client("write", request(673, u32(2) + NODE + u32(13) + "ffffffff" + "01 0a 0000a841" + "03 0200" + string("Ahu.Mode") + u32(13)
      + "ffffffff" + "01 0c" + string("auto")));
  private static final Message CALL = client("call", request(712, u32(1) + NODE + "01 02 0100" + u32(2) + "03 05" + "86" + u32(2) + u32(1) + u32(2)));

  @Override
  protected Dissector dissector() {
    return new OpcUa();
  }

  @Override
  protected List<Message> messages() {
    String open = u32(7) + string(NONE) + "ffffffff" + "ffffffff" + u32(50) + u32(11);
    return List.of(HELLO, server("acknowledge", chunk("ACKF", BUFFERS)).after(HELLO),
        server("error", chunk("ERRF", u32(0x807D0000L) + string("too busy"))).after(HELLO),
        client("reverse-hello", chunk("RHEF", string("urn:server") + string("opc.tcp://10.0.0.2:4840/"))),
        client("open-without-security", chunk("OPNF", open + "0100be01" + "0000" + "00".repeat(8) + u32(1) + u32(0) + "ffffffff" + u32(0) + "000000" + u32(0) + u32(0)
            + u32(1) + "ffffffff" + u32(3_600_000))),
        client("open-signed-and-encrypted", chunk("OPNF", u32(0) + string("http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256") + u32(4) + "30020500"
            + u32(20) + "00".repeat(20) + "9f".repeat(64))),
        client("create-session", request(461, APPLICATION + "ffffffff" + string("opc.tcp://10.0.0.2:4840/") + string("session 1") + "ffffffff" + "ffffffff"
            + "00".repeat(8) + u32(0))),
        client("activate-session-anonymous", request(467, "ffffffff" + "ffffffff" + u32(0) + u32(0) + "01004101 01" + string("anonymous").replaceFirst("^", u32(13))
            + "ffffffff" + "ffffffff")),
        client("activate-session-with-a-password", request(467, "ffffffff" + "ffffffff" + u32(0) + u32(0) + "01004401 01" + u32(4 + 4 + 4 + 8 + 4 + 7 + 4)
            + string("user") + string("operator") + string("hunter2") + "ffffffff" + "ffffffff" + "ffffffff")),
        READ, server("read-answer", response(634, 0, u32(2) + "05 0a 0000ac41 0000000000000000" + "03 06 11000000 00000080" + u32(0))).after(READ),
        server("read-fault", response(397, 0x80280000L, "")).after(READ), WRITE,
        server("write-answer", response(676, 0, u32(2) + u32(0) + u32(0x803B0000L) + u32(0))).after(WRITE), CALL,
        server("call-answer", response(715, 0, u32(1) + u32(0) + u32(0) + u32(0) + u32(1) + "0101" + u32(0))).after(CALL),
        client("browse", request(527, "0000" + "00".repeat(8) + u32(0) + u32(0) + u32(0))),
        client("create-monitored-items", request(751, u32(1) + u32(0) + u32(0))),
        client("delete-nodes", request(500, u32(1) + NODE + "01")),
        client("close-channel", chunk("CLOF", u32(7) + u32(1) + u32(52) + u32(13) + "0100c401" + "0000" + "00".repeat(8) + u32(1) + u32(0) + "ffffffff" + u32(0) + "000000")),
        client("encrypted-message", chunk("MSGF", u32(7) + u32(1) + "a1b2c3d4e5f60718293a4b5c6d7e8f90")),
        client("first-chunk", chunk("MSGC", u32(7) + u32(1) + u32(51) + u32(12) + "01007702" + "0000")));
  }

  @Test
  void noCredentialLeaves() {
    Message login = messages().stream().filter(m -> m.name().equals("activate-session-with-a-password")).findFirst().orElseThrow();
    assertThat(String.join("\n", Dissected.facts(new OpcUa(), login))).contains("(secret, 7 octets)").doesNotContain("hunter2").doesNotContain("operator");
  }

  @Test
  void aVariantOfNothingManyTimesOverIsBrokenAndNotEndless() {
    String write = request(673, u32(1) + NODE + u32(13) + "ffffffff" + "01 80" + u32(0x7FFFFFFF));
    assertThat(Dissected.facts(new OpcUa(), client("endless", write))).anyMatch(f -> f.startsWith("broken"));
  }
}
