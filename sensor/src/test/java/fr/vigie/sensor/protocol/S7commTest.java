package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class S7commTest extends DissectorContract {
  private static String tpkt(String body) {
    return "0300" + String.format("%04x", 4 + Message.hex(body).length) + body;
  }

  private static String u16(int value) {
    return String.format("%04x", value);
  }

  private static String pdu(int rosctr, int reference, String error, String parameters, String data) {
    return tpkt("02f080" + "32" + String.format("%02x", rosctr) + "0000" + u16(reference) + u16(Message.hex(parameters).length) + u16(Message.hex(data).length)
        + error + parameters + data);
  }

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 102, hex);
  }

  private static Message plc(String name, String hex) {
    return Message.response(name, 102, 50000, hex);
  }

  private static final Message CONNECT = client("cotp-connect", tpkt("11e00000000100 c1020100 c2020102 c0010a"));
  private static final Message READ = client("read-var", pdu(1, 5, "", "0401 120a1005 0001 000c 84 000020", ""));
  private static final Message WRITE = client("write-var", pdu(1, 6, "", "0501 120a1001 0001 0000 83 000053", "0003 0001 01"));
  private static final Message LIST = client("read-szl", pdu(7, 9, "", "000112 04 11 44 01 00", "ff090004 001c0000"));

  @Override
  protected Dissector dissector() {
    return new S7comm();
  }

  @Override
  protected List<Message> messages() {
    String name = Message.ascii("AHU-PLC");
    String component = "0001" + name + "00".repeat(25) + "0005" + Message.ascii("S C-B1UR99999999") + "00".repeat(16) + "0007"
        + Message.ascii("CPU 315-2 PN/DP") + "00".repeat(17);
    String module = "0001" + Message.ascii("6ES7 315-2EH14-0AB0 ") + "00c0 0005 0001" + "0007" + Message.ascii("                    ") + "00c0 5603 0206";
    return List.of(CONNECT, plc("cotp-confirm", tpkt("11d00001000100 c1020100 c2020102 c0010a")).after(CONNECT),
        client("cotp-connect-to-simatic-root", tpkt("1ee00000000100 c0010a c1020600 c20f" + Message.ascii("SIMATIC-ROOT-ES"))),
        client("setup-communication", pdu(1, 1, "", "f000 0001 0001 01e0", "")),
        plc("setup-communication-done", pdu(3, 1, "0000", "f000 0001 0001 00f0", "")), READ,
        plc("read-var-answer", pdu(3, 5, "0000", "0401", "ff04 0010 00d7")).after(READ),
        client("read-var-two-items", pdu(1, 7, "", "0402 120a1002 0004 0001 84 000000 120a1008 0001 0001 84 000100", "")),
        plc("read-var-of-a-missing-object", pdu(3, 5, "0000", "0401", "0a00 0000")).after(READ), WRITE,
        plc("write-var-done", pdu(3, 6, "0000", "0501", "ff")).after(WRITE),
        plc("write-var-refused", pdu(3, 6, "0000", "0501", "03")).after(WRITE),
        client("write-var-two-items", pdu(1, 8, "", "0502 120a1002 0003 0001 84 000000 120a1004 0001 0001 84 000100", "0004 0018 010203 00 0004 0010 1234")),
        client("plc-stop", pdu(1, 10, "", "29 0000000000 09" + Message.ascii("P_PROGRAM"), "")),
        client("pi-service-start", pdu(1, 11, "", "28 000000000000fd 0000 09" + Message.ascii("P_PROGRAM"), "")),
        client("pi-service-insert-block", pdu(1, 12, "", "28 000000000000fd 000a 0100" + Message.ascii("0800001P") + "05" + Message.ascii("_INSE"), "")),
        client("request-download", pdu(1, 13, "", "1a 00 0100 00000000 09" + Message.ascii("_0800001P") + "0d" + Message.ascii("1000216000074"), "")),
        client("start-upload", pdu(1, 14, "", "1d 00 0000 00000000 09" + Message.ascii("_0800001A"), "")), LIST,
        plc("szl-components", pdu(7, 9, "", "000112 08 12 84 01 01 00 00 0000", "ff09" + u16(8 + 102) + "001c0000 0022 0003" + component)).after(LIST),
        plc("szl-modules", pdu(7, 9, "", "000112 08 12 84 01 01 00 00 0000", "ff09" + u16(8 + 56) + "00110000 001c 0002" + module)),
        client("password", pdu(7, 15, "", "000112 04 11 45 01 00", "ff090008 6465666768696a6b")),
        client("set-clock", pdu(7, 16, "", "000112 04 11 47 02 00", "ff09000a 00192611250900000001")),
        plc("job-refused", pdu(3, 10, "8104", "29", "")),
        client("s7comm-plus-explore", tpkt("02f080 7201 0014 31 0000 04bb 0000 0001 000000000000000000000000")),
        client("s7comm-plus-write", tpkt("02f080 7201 0014 31 0000 0542 0000 0002 000000000000000000000000")),
        client("lengths-that-do-not-add-up-are-a-flaw", tpkt("02f080 32 01 0000 0001 0008 0005 f000 0001 0001 01e0")));
  }

  @Test
  void connectsOfOtherProtocolsOnTheSamePortAreNotMine() {
    assertThat(Dissected.facts(new S7comm(), client("mms", tpkt("11e00000000100 c1020001 c2020001 c0010a")))).containsExactly("not mine at 0");
  }

  @Test
  void aPasswordIsALength() {
    Message password = messages().stream().filter(m -> m.name().equals("password")).findFirst().orElseThrow();
    assertThat(String.join("\n", Dissected.facts(new S7comm(), password))).contains("(secret, 8 octets)").doesNotContain("defgh");
  }
}
