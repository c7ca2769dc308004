package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages encoded here by the rules of X.690, after RFC 1157, RFC 3416, RFC 3412 and RFC 1628. */
final class SnmpTest extends DissectorContract {
  private static final String SYS_DESCR = "2b06010201010100";
  private static final String SYS_OBJECT_ID = "2b06010201010200";
  private static final String SYS_CONTACT = "2b06010201010400";
  private static final String SYS_NAME = "2b06010201010500";
  private static final String SYS_LOCATION = "2b06010201010600";
  private static final String UPS = "2b060102012101";
  private static final String APC = "2b060104 01 823e 010101";
  private static final String APC_OUTLET = "2b060104 01 823e 01010c 0303010104";
  private static final String APC_SMART_UPS = "2b060104 01 823e 01 03 02 07";

  @Override
  protected Dissector dissector() {
    return new Snmp();
  }

  /** One element: tag, length, contents. */
  private static String tlv(String tag, String... contents) {
    String body = String.join(" ", contents);
    int length = Message.hex(body).length;
    return tag + (length < 128 ? String.format("%02x", length) : String.format("82%04x", length)) + body;
  }

  private static String integer(int value) {
    return tlv("02", value >= -128 && value < 128 ? String.format("%02x", value & 0xFF) : String.format("%08x", value));
  }

  private static String binding(String oid, String value) {
    return tlv("30", tlv("06", oid), value);
  }

  private static String pdu(String type, int request, int status, int index, String... bindings) {
    return tlv(type, integer(request), integer(status), integer(index), tlv("30", bindings));
  }

  private static String message(int version, String community, String pdu) {
    return tlv("30", integer(version), tlv("04", ascii(community)), pdu);
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 161, hex);
  }

  private static Message answer(String name, String hex) {
    return response(name, 161, 50_001, hex);
  }

  private static String version3(String flags, String data) {
    return version3(flags, "80001f8880", data);
  }

  private static String version3(String flags, String engine, String data) {
    String usm = tlv("30", tlv("04", engine), integer(3), integer(1000), tlv("04", ascii("surveillant")), tlv("04", "00".repeat(12)),
        tlv("04", ""));
    return tlv("30", integer(3), tlv("30", integer(4711), integer(65_507), tlv("04", flags), integer(3)), tlv("04", usm), data);
  }

  @Override
  protected List<Message> messages() {
    Message get = ask("get-request", message(1, "public", pdu("a0", 1, 0, 0, binding(SYS_DESCR, "0500"))));
    Message set = ask("set-request-ups-shutdown", message(1, "cache-cache", pdu("a3", 77, 0, 0,
        binding(UPS + "080200", integer(30)), binding(UPS + "080500", integer(1)))));
    Message inform = request("inform-request", 50_001, 162, message(1, "public", pdu("a6", 9, 0, 0,
        binding("2b06010201010300", tlv("43", "0100")), binding("2b060106030101040100", tlv("06", UPS + "0200" + "01")))));
    return List.of(
        get,
        answer("response-system", message(1, "public", pdu("a2", 1, 0, 0,
            binding(SYS_DESCR, tlv("04", ascii("APC Web/SNMP Management Card (MB:v4.1.0)"))),
            binding(SYS_OBJECT_ID, tlv("06", APC_SMART_UPS)),
            binding(SYS_CONTACT, tlv("04", ascii("services techniques"))),
            binding(SYS_NAME, tlv("04", ascii("onduleur-bloc-2"))),
            binding(SYS_LOCATION, tlv("04", ascii("Local TGBT") + "c3a9"))))).after(get),
        answer("response-ups", message(1, "monitor", pdu("a2", 2, 0, 0,
            binding(UPS + "010100", tlv("04", ascii("MGE"))), binding(UPS + "010200", tlv("04", ascii("Galaxy 5500"))),
            binding(UPS + "010300", tlv("04", ascii("v2.10"))), binding(UPS + "010500", tlv("04", ascii("UPS-A"))),
            binding(UPS + "020400", integer(97)), binding(UPS + "020500", integer(2734)), binding(UPS + "020700", integer(24)),
            binding(UPS + "0303010301", integer(231)), binding(UPS + "0404010502", tlv("42", "2a"))))),
        answer("response-no-such-name", message(0, "public", pdu("a2", 1, 2, 1, binding(SYS_DESCR, "0500")))).after(get),
        answer("response-types", message(1, "public", pdu("a2", 3, 0, 0, binding(UPS + "0100", tlv("40", "0a000001")),
            binding("2b01", tlv("41", "00ffffffff")), binding("2b02", tlv("46", "00ffffffffffffffff")), binding("2b03", "8000"),
            binding("2b04", "8200"), binding("2b05", tlv("44", "9f78043f800000")), binding("2b06", tlv("04", "00ff10"))))),
        ask("get-next-request", message(0, "private", pdu("a1", 4, 0, 0, binding("2b06010201", "0500")))),
        ask("get-bulk-request", message(1, "public", pdu("a5", 5, 0, 10, binding("2b06010201", "0500")))),
        set,
        answer("set-response", message(1, "cache-cache", pdu("a2", 77, 0, 0,
            binding(UPS + "080200", integer(30)), binding(UPS + "080500", integer(1))))).after(set),
        answer("set-response-not-writable", message(1, "cache-cache", pdu("a2", 77, 17, 1,
            binding(UPS + "080200", integer(30)), binding(UPS + "080500", integer(1))))).after(set),
        request("trap-version-1", 50_001, 162, message(0, "public", tlv("a4", tlv("06", UPS), tlv("40", "0a000005"), integer(6), integer(5),
            tlv("43", "0100"), tlv("30", binding(UPS + "020100", integer(2)))))),
        request("trap-version-2", 50_001, 162, message(1, "public", pdu("a7", 8, 0, 0,
            binding("2b06010201010300", tlv("43", "0100")), binding("2b060106030101040100", tlv("06", UPS + "0200" + "01"))))),
        inform,
        response("inform-response", 162, 50_001, message(1, "public", pdu("a2", 9, 0, 0))).after(inform),
        ask("version-3-discovery", version3("04", tlv("30", tlv("04", "80001f8880"), tlv("04", ""),
            pdu("a0", 6, 0, 0, binding(SYS_DESCR, "0500"))))),
        ask("set-request-outlet-off", message(0, "private", pdu("a3", 78, 0, 0, binding(APC_OUTLET + "07", integer(2))))),
        ask("set-request-battery-test", message(1, "cache-cache", pdu("a3", 79, 0, 0, binding(UPS + "070100", tlv("06", UPS + "070704")),
            binding(APC + "060201" + "00", integer(3)), binding(UPS + "080200", integer(-1)), binding(UPS + "090800", integer(3)),
            binding(SYS_NAME, tlv("04", ascii("x")))))),
        answer("response-vendor-ups", message(1, "monitor", pdu("a2", 80, 0, 0, binding(APC + "02020100", tlv("42", "64")),
            binding(APC + "02020300", tlv("43", "057e40")), binding(APC + "01020300", tlv("04", ascii("AS1234567890"))),
            binding("2b060104 01 823e 01010c 020301010201", tlv("42", "1f")), binding("2b060104 01 8416 01040100", integer(5)),
            binding("2b06010201 2f 01010101 0d 01", tlv("04", ascii("Smart-UPS 3000"))), binding("2b06010201 2f 01010101 0b 02", tlv("04", ascii("card")))))),
        request("trap-version-1-apc", 50_001, 162, message(0, "public", tlv("a4", tlv("06", "2b060104 01 823e"), tlv("40", "0a000005"), integer(6),
            integer(5), tlv("43", "0100"), tlv("30")))),
        response("version-3-report", 161, 50_001, version3("00", "80001f8803001122334455", tlv("30", tlv("04", "80001f8803001122334455"), tlv("04", ""),
            pdu("a8", 6, 0, 0, binding("2b060106030f01010400", tlv("41", "01")))))),
        ask("version-3-encrypted", version3("07", tlv("04", "ab".repeat(40)))),
        ask("subidentifier-too-long", message(1, "public", pdu("a0", 7, 0, 0, binding("2b0690ffffffff7f", "0500")))),
        answer("unknown-error-status", message(1, "public", pdu("a2", 7, 19, 1))),
        ask("unknown-pdu", message(1, "public", pdu("af", 7, 0, 0))),
        ask("indefinite-length", message(1, "public", tlv("a0", integer(1), "3080 0000 0000"))),
        ask("trailing-octets", tlv("30", integer(1), tlv("04", ascii("public")), pdu("a0", 1, 0, 0), "0500")));
  }

  @Test
  void aCommunityNeverLeaves() {
    for (Message message : messages()) {
      Recorder recorder = Recorder.full();
      TestExchange x = new TestExchange();
      x.next(x.endpoint("10.0.0.1"), 50_001, x.endpoint("10.0.0.2"), 161, true);
      byte[] octets = message.octets();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
        dissector().dissect(new Cursor().set(memory, 0, octets.length, octets.length), x, recorder);
      }
      assertThat(recorder.transcriptText() + recorder.facts())
          .doesNotContain("cache-cache", "monitor", "surveillant", Message.ascii("cache-cache"));
    }
  }
}
