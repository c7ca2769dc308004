package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built here after RFC 1006, ITU-T X.225 to X.227 and the ASN.1 of ISO 9506-2. */
final class MmsTest extends DissectorContract {
  private static final String INITIATE = "a826 8003 00fde8 81010a 82010a 830105 a416 800101 810305f100 820c03 ee1c00000000000000ed18";
  private static final String INITIATED = "a926 8003 00fde8 81010a 82010a 830105 a416 800101 810305f100 820c03 ee1c00000000000000ed18";

  @Override
  protected Dissector dissector() {
    return new Mms();
  }

  private static String tlv(String tag, String... contents) {
    String body = String.join("", contents);
    int length = hex(body).length;
    return tag + (length < 128 ? "%02x".formatted(length) : length < 256 ? "81%02x".formatted(length) : "82%04x".formatted(length)) + body;
  }

  private static String tpkt(String cotp) {
    return "0300%04x".formatted(4 + hex(cotp).length) + cotp;
  }

  private static String data(String user) {
    return tpkt("02f080" + user);
  }

  /** Session data and presentation context 3: MMS. */
  static String mms(String pdu) {
    return data("01000100" + tlv("61", tlv("30", "020103", tlv("a0", pdu))));
  }

  private static String session(String identifier, String acse, boolean first) {
    String user = tlv("61", tlv("30", "020101", tlv("a0", acse)));
    String mode = first ? "8104000000018204000000" + "01a423300f0201010604520100013004060251013010020103060528ca2202013004060251" + "01"
        : "830400000001a512300780010081025101300780010081025101" + "88020600";
    String cp = tlv("31", "a003800101", tlv("a2", mode, user));
    String parameters = "0506130100160102" + "14020002" + "33020001" + "34020001" + "c1" + lengthOf(cp) + cp;
    return data(identifier + lengthOf(parameters) + parameters);
  }

  private static String lengthOf(String content) {
    int length = hex(content).length;
    return length < 255 ? "%02x".formatted(length) : "ff%04x".formatted(length);
  }

  private static String aarq(String more) {
    return tlv("60", "a107060528ca220203", "a20706052901876701", "a303020" + "10c", more, tlv("be", tlv("28", "06025101", "020103", tlv("a0", INITIATE))));
  }

  private static String aare() {
    return tlv("61", "80020780", "a107060528ca220203", "a203020100", "a305a103020100", tlv("be", tlv("28", "06025101", "020103", tlv("a0", INITIATED))));
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 102, hex);
  }

  private static Message answer(String name, String hex) {
    return response(name, 102, 50_001, hex);
  }

  private static String confirmed(int invoke, String service) {
    return mms(tlv("a0", "0201%02x".formatted(invoke), service));
  }

  private static String answered(int invoke, String service) {
    return mms(tlv("a1", "0201%02x".formatted(invoke), service));
  }

  private static String variable(String domain, String item) {
    return tlv("30", tlv("a0", tlv("a1", tlv("1a", ascii(domain)), tlv("1a", ascii(item)))));
  }

  private static final Message ASSOCIATE = ask("associate", session("0d", aarq(""), true));
  private static final Message IDENTIFY = ask("identify", confirmed(1, "8200"));
  private static final Message READ = ask("read", confirmed(2, tlv("a4", tlv("a1", tlv("a0", variable("IED1LD0", "MMXU1$MX$TotW$mag$f"), variable("IED1LD0", "LLN0$ST$Beh$stVal"))))));
  private static final Message OPERATE = ask("operate", confirmed(3, tlv("a5", tlv("a0", variable("IED1LD0", "XCBR1$CO$Pos$Oper")),
      tlv("a0", tlv("a2", "830101", tlv("a2", "850102", tlv("89", ascii("op"))), "860100", "91085f5e10000000000a", "830100", "84020600")))));
  private static final Message DELETE = ask("file-delete", confirmed(5, tlv("bf4c", tlv("19", ascii("COMTRADE/1.cfg")))));

  /** The message within an association. */
  static Message associated(Message message) {
    List<Message> before = new ArrayList<>(List.of(ASSOCIATE, answer("associated", session("0e", aare(), false))));
    before.addAll(message.before());
    return message.name().startsWith("associate") || message.name().startsWith("bare") ? message : message.after(before.toArray(Message[]::new));
  }

  @Override
  protected List<Message> messages() {
    String report = tlv("a3", tlv("a0", tlv("a1", tlv("80", ascii("RPT"))), tlv("a0", tlv("8a", ascii("rcb01")), "84030" + "67800", "8601" + "05", "8705084248" + "0000", "830101")));
    String long1 = mms(tlv("a1", "020106", tlv("a4", tlv("a1", tlv("8a", ascii("x".repeat(60)))))));
    byte[] whole = hex(long1);
    String user = java.util.HexFormat.of().formatHex(whole, 7, whole.length);
    Message firstPiece = answer("read-response-first-piece", tpkt("02f000" + user.substring(0, 60)));
    return List.of(
        ASSOCIATE, answer("associated", session("0e", aare(), false)).after(ASSOCIATE),
        ask("associate-with-password", session("0d", aarq("8a020780" + "8b0352030" + "1" + tlv("ac", tlv("80", ascii("motdepasse")))), true)),
        IDENTIFY, answer("identify-response", answered(1, tlv("a2", tlv("80", ascii("SIEMENS")), tlv("81", ascii("7SJ85")), tlv("82", ascii("V09.20"))))).after(IDENTIFY),
        ask("get-name-list", confirmed(7, tlv("a1", "a003800109", "a1028000"))),
        answer("get-name-list-response", answered(7, tlv("a1", tlv("a0", tlv("1a", ascii("IED1LD0")), tlv("1a", ascii("IED1CTRL"))), "810100"))),
        READ, answer("read-response", answered(2, tlv("a4", tlv("a1", "870508447a0000", "800103")))).after(READ),
        ask("read-list", confirmed(8, tlv("a4", "800101", tlv("a1", tlv("a1", tlv("a1", tlv("1a", ascii("IED1LD0")), tlv("1a", ascii("LLN0$ds1")))))))),
        OPERATE, answer("operate-response", answered(3, tlv("a5", "8100"))).after(OPERATE), answer("operate-denied", answered(3, tlv("a5", "800103"))).after(OPERATE),
        answer("operate-error", mms(tlv("a2", "800103", tlv("a2", tlv("a0", "870101"))))).after(OPERATE), answer("operate-rejected", mms(tlv("a4", "800103", "810101"))).after(OPERATE),
        ask("write-two", confirmed(9, tlv("a5", tlv("a0", variable("IED1LD0", "PTOC1$SP$StrVal$setMag$f"), variable("IED1LD0", "LLN0$BR$brcb01$RptEna")),
            tlv("a0", "8705083fc00000", "830101")))),
        ask("write-list", confirmed(10, tlv("a5", tlv("a1", tlv("a1", tlv("1a", ascii("IED1LD0")), tlv("1a", ascii("LLN0$ds1")))), tlv("a0", "850105")))),
        ask("define-list", confirmed(11, tlv("ab", tlv("a1", tlv("1a", ascii("IED1LD0")), tlv("1a", ascii("LLN0$new"))), tlv("a0", variable("IED1LD0", "LLN0$ST$Beh"))))),
        ask("file-open", confirmed(12, tlv("bf48", tlv("a0", tlv("19", ascii("COMTRADE/1.cfg"))), "810100"))), ask("file-directory", confirmed(13, tlv("bf4d", tlv("a0", tlv("19", ascii("/")))))),
        DELETE, ask("obtain-file", confirmed(14, tlv("bf2e", tlv("a1", tlv("19", ascii("firmware.bin"))), tlv("a2", tlv("19", ascii("boot.bin")))))),
        ask("kill", confirmed(15, tlv("bf2c", tlv("80", ascii("R39502439"))))), ask("stop", confirmed(16, tlv("bf29", tlv("80", ascii("R39502439"))))),
        ask("download", confirmed(17, tlv("ba", tlv("80", ascii("program")), tlv("a1", tlv("1a", ascii("cap"))), "820100"))),
        ask("status", confirmed(18, "8001" + "00")), answer("status-response", answered(18, tlv("a0", "800100", "810100"))),
        answer("report", mms(report)), ask("conclude", mms("8b00")), answer("conclude-response", mms("8c00")), ask("cancel", mms("85010f")),
        ask("release", data("0903c1" + lengthOf(tlv("61", tlv("30", "020101", tlv("a0", "6203800100")))) + tlv("61", tlv("30", "020101", tlv("a0", "6203800100"))))
            .replaceFirst("0903", "09" + lengthOf("c1" + lengthOf(tlv("61", tlv("30", "020101", tlv("a0", "6203800100")))) + tlv("61", tlv("30", "020101", tlv("a0", "6203800100"))))))
            .after(ASSOCIATE),
        firstPiece,
        ask("bare-initiate", data("a80e 8002001f 810103 820103 83020808")), ask("bare-kill", data(tlv("a0", "020101", tlv("bf2c", tlv("80", ascii("R39502439")))))),
        ask("write-short", confirmed(19, tlv("a5", tlv("a0", variable("IED1LD0", "X$CO$Y")), "a005 830101"))),
        ask("unknown-message", mms("b003020101")));
  }

  @Test
  void whatComesInPiecesIsReadWhenTheLastIsThere() {
    Message request = ask("identify", confirmed(6, "8200"));
    String whole = answered(6, tlv("a2", tlv("80", ascii("SIEMENS")), tlv("81", ascii("7SJ85")), tlv("82", ascii("V09.20"))));
    String user = whole.substring(14);
    assertThat(Dissected.facts(new Mms(), new TestExchange().recognised(true), ask("connect", tpkt("0ee00000000600c1020002c2020001")), request,
        answer("first", tpkt("02f000" + user.substring(0, 40))), answer("last", tpkt("02f080" + user.substring(40)))))
        .contains("operation connect", "operation segment", "claim MODEL of 10.0.0.2 = 7SJ85 by 10.0.0.2 | ISO 9506-2:2003 §Identify-Response");
  }

  private Message named(String name) {
    return messages().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aBreakerIsOperatedByName() {
    assertThat(Dissected.facts(new Mms(), new TestExchange().recognised(true), OPERATE)).anyMatch(
        f -> f.startsWith("request COMMAND write: 10.0.0.1 -> 10.0.0.2 port 102 point IED1LD0/XCBR1$CO$Pos$Oper value true detail operate PENDING"));
  }

  @Test
  void aPasswordOfAnAssociationStaysInTheSensor() {
    assertThat(Dissected.facts(new Mms(), new TestExchange().recognised(true), named("associate-with-password")).toString()).contains("with a password")
        .doesNotContain("motdepasse", ascii("motdepasse"));
  }
}
