package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames built here after IEEE 1815-2012, their checks computed bit by bit by 9.2.4.3.2. */
final class Dnp3Test extends DissectorContract {
  private static final int MASTER = 3;
  private static final int OUTSTATION = 10;

  @Override
  protected Dissector dissector() {
    return new Dnp3(Dissector.Transport.TCP);
  }

  private static String crc(byte[] octets, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc ^= octets[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0xA6BC : crc >>> 1;
      }
    }
    crc = ~crc & 0xFFFF;
    return "%02x%02x".formatted(crc & 0xFF, crc >>> 8);
  }

  private static String le16(int value) {
    return "%02x%02x".formatted(value & 0xFF, value >>> 8);
  }

  static String link(int control, int destination, int source, String data) {
    byte[] user = hex(data);
    String head = "0564" + "%02x%02x".formatted(5 + user.length, control) + le16(destination) + le16(source);
    StringBuilder frame = new StringBuilder(head).append(crc(hex(head), 0, 8));
    for (int at = 0; at < user.length; at += 16) {
      int end = Math.min(user.length, at + 16);
      frame.append(HexFormat.of().formatHex(user, at, end)).append(crc(user, at, end));
    }
    return frame.toString();
  }

  static String master(String application) {
    return link(0xC4, OUTSTATION, MASTER, "c0" + application);
  }

  static String outstation(String application) {
    return link(0x44, MASTER, OUTSTATION, "c0" + application);
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 20_000, hex);
  }

  private static Message answer(String name, String hex) {
    return response(name, 20_000, 50_001, hex);
  }

  /** A.8.1: code, count, on time, off time, status. */
  private static String control(int code, int status) {
    return "%02x01 64000000 c8000000 %02x".formatted(code, status);
  }

  private static final String TIME = "00a0c5a68f01";
  private static final Message SELECT = ask("select", master("c1 03 0c01 28 0100 0700" + control(0x41, 0)));
  private static final Message OPERATE = ask("operate", master("c2 04 0c01 28 0200 0700" + control(0x41, 0) + "0800" + control(4, 0)));
  private static final Message READ = ask("read-classes", master("c3 01 3c02 06 3c03 06 3c04 06 3c01 06"));
  private static final Message RESTART = ask("cold-restart", master("c4 0d"));

  @Override
  protected List<Message> messages() {
    Message direct = ask("direct-operate-analog", master("c5 05 2902 17 01 03 f401 00 2903 17 01 04 0000a441 00"));
    Message attributes = ask("read-attributes", master("c6 01 00fe 00 00 00"));
    Message open = ask("open-file", master("c7 19 4603 5b 01 2100 1a00 0700 " + TIME + "a401 00000000 64000000 0200 0004 0100" + ascii("cfg.xml")));
    Message first = answer("response-first-segment", link(0x44, MASTER, OUTSTATION, "40 c3 81 0000 1e02 01 0000 0200 01 6400"));
    return List.of(
        READ, SELECT, OPERATE, RESTART, direct, attributes, open,
        answer("response-static", outstation("c3 81 8000 0102 00 00 02 81 01 05 0101 00 08 0a 05 1401 00 00 00 01 39300000 1e05 00 01 01 01 cdcc4c41"
            + "1e03 00 02 02 ffffffff 2802 00 00 00 01 fe00 0301 00 00 02 24 1506 00 01 01 01 0500" + TIME)).after(READ),
        answer("response-events", outstation("e3 81 0200 0202 17 01 05 81" + TIME + "2003 28 0100 0300 01 d2040000" + TIME + "0203 17 01 06 01 6400 0402 17 01 01 41" + TIME)).after(READ),
        answer("unsolicited", outstation("f0 82 0000 2007 28 0100 0900 01 0000c842" + TIME + "1601 17 01 02 01 07000000")),
        ask("confirm", master("d0 00")),
        answer("select-response", outstation("c1 81 0000 0c01 28 0100 0700" + control(0x41, 0))).after(SELECT),
        answer("operate-response-refused", outstation("c2 81 0000 0c01 28 0200 0700" + control(0x41, 2) + "0800" + control(4, 9))).after(OPERATE),
        answer("restart-response", outstation("c4 81 8000 3402 07 01 e803")).after(RESTART),
        answer("restart-not-supported", outstation("c4 81 0001")).after(RESTART),
        answer("direct-operate-response", outstation("c5 81 0000 2902 17 01 03 f401 00 2903 17 01 04 0000a441 07")).after(direct),
        ask("direct-operate-no-ack", master("c8 06 0c01 17 01 02" + control(3, 0))),
        ask("write-time", master("c9 02 3201 07 01" + TIME)),
        ask("write-indications", master("ca 02 5001 00 07 07 00")),
        ask("write-deadband", master("cb 02 2202 17 01 04 0a000000")),
        ask("disable-unsolicited", master("cc 15 3c02 06 3c03 06 3c04 06")),
        ask("assign-class", master("cd 16 3c02 06 0100 00 00 05")),
        ask("freeze", master("ce 07 1400 06")),
        ask("delete-file", master("cf 1b 4603 5b 01 2100 1a00 0700 000000000000 a401 00000000 00000000 0000 0000 0200" + ascii("cfg.xml"))),
        ask("authenticate-file", master("c0 1d 4602 5b 01 1a00 0c00 0400 1000 0a00 00000000" + ascii("user") + ascii("motdepasse"))),
        answer("open-file-response", outstation("c7 81 0000 4604 5b 01 0d00 78563412 64000000 0004 0100 00")).after(open),
        answer("file-transport", outstation("c8 81 0000 4605 5b 01 0c00 78563412 00000080" + ascii("data"))),
        answer("attributes-response", outstation("c6 81 0000 00fc 00 00 00 01 04" + ascii("ACME") + "00fa 00 00 00 01 06" + ascii("RTU-32") + "00f8 00 00 00 01 03" + ascii("042")
            + "00f2 00 00 00 01 03" + ascii("2.1") + "00d9 00 00 00 02 01 05")).after(attributes),
        answer("response-last-segment", link(0x44, MASTER, OUTSTATION, "81 01 c800 01 2c01")).after(READ, first),
        first,
        answer("segment-out-of-sequence", link(0x44, MASTER, OUTSTATION, "85 01 c800 01 2c01")).after(READ, first),
        ask("link-reset-with-user-data", link(0xD0, OUTSTATION, MASTER, "c0c00d")), ask("link-status", link(0xC9, OUTSTATION, MASTER, "")),
        answer("link-status-response", link(0x0B, MASTER, OUTSTATION, "")),
        ask("authentication-challenge", master("c1 20 7801 5b 01 0800 01000000 0100 04 05")),
        ask("broken-check", master("c1 0d").replaceAll("..$", "00")),
        ask("unknown-object", master("c1 02 c801 07 01 00")),
        ask("unknown-function", master("c1 40")),
        ask("object-cut", master("c1 05 0c01 17 02 02" + control(3, 0))),
        ask("two-frames", master("c2 00") + master("c4 0d")));
  }

  @Test
  void aBrokenCheckDoesNothing() {
    assertThat(Dissected.facts(dissector(), messages().stream().filter(m -> m.name().equals("broken-check")).findFirst().orElseThrow()))
        .anyMatch(f -> f.startsWith("flaw data check")).noneMatch(f -> f.startsWith("request"));
  }

  @Test
  void passwordsOfFilesStayInTheSensor() {
    assertThat(Dissected.facts(dissector(), messages().stream().filter(m -> m.name().equals("authenticate-file")).findFirst().orElseThrow()).toString())
        .doesNotContain("motdepasse", ascii("motdepasse"));
  }
}
