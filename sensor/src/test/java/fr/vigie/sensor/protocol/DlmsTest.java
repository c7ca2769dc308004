package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after IEC 62056-5-3:2017 in the frames of IEC 62056-46 and -47; HDLC checks are computed bit by bit. */
final class DlmsTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Dlms(Dissector.Transport.TCP);
  }

  private static String tlv(String tag, String... contents) {
    String body = String.join("", contents);
    return tag + "%02x".formatted(hex(body).length) + body;
  }

  static String wrapped(String apdu) {
    return "0001 0010 0001 %04x".formatted(hex(apdu).length) + apdu;
  }

  private static String crc(String text) {
    int crc = 0xFFFF;
    for (byte octet : hex(text)) {
      crc ^= octet & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x8408 : crc >>> 1;
      }
    }
    crc = ~crc & 0xFFFF;
    return "%02x%02x".formatted(crc & 0xFF, crc >>> 8);
  }

  static String hdlc(String addresses, int control, String information) {
    int length = 2 + hex(addresses).length + 1 + 2 + (information.isEmpty() ? 0 : 2 + hex(information).length);
    String head = "a%03x".formatted(length) + addresses + "%02x".formatted(control);
    String body = information.isEmpty() ? head : head + crc(head) + information;
    return "7e" + body + crc(body) + "7e";
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 4059, hex);
  }

  private static Message answer(String name, String hex) {
    return response(name, 4059, 50_001, hex);
  }

  private static final String CONTEXT = tlv("a1", tlv("06", "60857405080101"));
  private static final String INITIATE = tlv("be", tlv("04", "01000000065f1f040000fe1dffff"));

  @Override
  protected List<Message> messages() {
    Message associate = ask("associate-low", wrapped(tlv("60", CONTEXT, "8a020780", tlv("8b", "60857405080201"), tlv("ac", tlv("80", ascii("motdepas"))), INITIATE)));
    Message get = ask("get", wrapped("c0 01 c1 0003 0100010800ff 02 00"));
    Message name = ask("get-name", wrapped("c0 01 41 0001 00002a0000ff 02 00"));
    Message set = ask("set-limit", wrapped("c1 01 c2 0047 0000110000ff 03 00 06 00002710"));
    Message open = ask("disconnect", wrapped("c3 01 c3 0046 0000600a03ff 01 01 0f 00"));
    return List.of(
        ask("associate-public", wrapped(tlv("60", CONTEXT, INITIATE))), associate,
        ask("associate-high", wrapped(tlv("60", CONTEXT, tlv("a6", tlv("04", "4c475a0012345678")), "8a020780", tlv("8b", "60857405080205"), tlv("ac", tlv("80", "00112233")), INITIATE))),
        answer("associated", wrapped(tlv("61", CONTEXT, "a203020100", "a305a103020100", tlv("a4", tlv("04", "4c475a0087654321")), INITIATE))).after(associate),
        answer("association-refused", wrapped(tlv("61", CONTEXT, "a203020101", "a305a10302010d"))).after(associate),
        get, answer("get-response", wrapped("c4 01 c1 00 06 00bc614e")).after(get), answer("get-response-denied", wrapped("c4 01 c1 01 03")).after(get),
        name, answer("get-name-response", wrapped("c4 01 41 00 09 0d" + ascii("ADX0011588840"))).after(name),
        ask("get-list", wrapped("c0 03 c1 02 0003 0100010800ff 02 00 0003 0100020800ff 02 00")), ask("get-next", wrapped("c0 02 c1 00000001")),
        set, answer("set-response", wrapped("c5 01 c2 00")).after(set), ask("set-clock", wrapped("c1 01 c4 0008 0000010000ff 02 00 09 0c 07e8051603122d1400ff8800")),
        ask("set-secret", wrapped("c1 01 c5 000f 0000280000ff 07 00 09 08" + ascii("nouveaux"))), open, answer("disconnect-response", wrapped("c7 01 c3 00 00")).after(open),
        ask("image-transfer", wrapped("c3 01 c6 0012 00002c0000ff 02 01 02 02 06 00000000 09 04 01020304")), ask("ciphered", wrapped("c8 10 30 00000001" + "ab".repeat(11))),
        answer("notification", wrapped("0f 00000001 00 0203 09 02 3132 06 00000001 11 02")), answer("exception", wrapped("d8 01 01")), ask("release", wrapped("62 00")),
        ask("hdlc-connect", hdlc("0321", 0x93, "")), answer("hdlc-connected", hdlc("2103", 0x73, "818012050180060180070400000001080400000001")),
        ask("hdlc-associate", hdlc("0321", 0x10, "e6e600" + tlv("60", CONTEXT, INITIATE))), ask("hdlc-get", hdlc("0002002321", 0x32, "e6e600" + "c001c100030100010800ff0200")),
        ask("hdlc-ready", hdlc("0321", 0x51, "")), ask("hdlc-end", hdlc("0321", 0x53, "")), ask("hdlc-other", hdlc("0321", 0x10, "aaaa00c0010203")),
        ask("set-short", wrapped("c1 01 c2 0047 0000110000ff 03 00 06 0000")));
  }

  @Test
  void aPublicCapturesFramesAreFoundOnAnyPort() {
    assertThat(Dissected.facts(dissector(), request("associate", 55_166, 40_000, "000100100001001f 601da109060760857405080101be10040e01000000065f1f0400007016ffff")))
        .anyMatch(f -> f.startsWith("request CONNECT AARQ") && f.contains("no security"));
    assertThat(Dissected.facts(dissector(), request("get", 60_797, 4060, "7ea0190321326fd8e6e600c001c1000f0000280000ff020091537e")))
        .anyMatch(f -> f.startsWith("request READ get-request") && f.contains("0-0:40.0.0*255/2"));
  }

  @Test
  void passwordsStayInTheSensor() {
    assertThat(Dissected.facts(dissector(), messages().toArray(Message[]::new)).toString()).doesNotContain("motdepas", "nouveaux", ascii("motdepas"), ascii("nouveaux"));
  }
}
