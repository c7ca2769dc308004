package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames built after IEC 60870-5-104:2006 clause 5.1 and IEC 60870-5-101:2003 clause 7. */
final class Iec104Test extends DissectorContract {
  /** 7.2.6.18: 22.5.2024 18:45:20.512, and the short form of it. */
  private static final String TIME = "20502d12160518";
  private static final String SHORT_TIME = "20502d";

  @Override
  protected Dissector dissector() {
    return new Iec104();
  }

  /** An I frame: type, structure, cause, originator 0, common address 1, objects. */
  private static String asdu(int type, int structure, int cause, String objects) {
    String asdu = "%02x%02x%02x00 0100".formatted(type, structure, cause) + objects;
    return "68%02x 0400 0200".formatted(4 + hex(asdu).length) + asdu;
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 2404, hex);
  }

  private static Message answer(String name, String hex) {
    return response(name, 2404, 50_001, hex);
  }

  private static Message order(String name, int type, String object) {
    return ask(name, asdu(type, 1, 6, object));
  }

  @Override
  protected List<Message> messages() {
    Message start = ask("startdt", "6804 07000000");
    Message single = order("single-command", 45, "881300 85");
    Message clock = order("clock", 103, "000000" + TIME);
    List<Message> all = new ArrayList<>(List.of(
        start, answer("startdt-con", "6804 0b000000").after(start), ask("stopdt", "6804 13000000"), ask("testfr", "6804 43000000"),
        answer("testfr-con", "6804 83000000"), ask("supervisory", "6804 0100 0600"),
        answer("single-point", asdu(1, 3, 20, "640000 01 650000 80 660000 50")),
        answer("single-point-sequence", asdu(1, 0x83, 20, "640000 01 00 81")),
        answer("single-point-time", asdu(30, 1, 3, "640000 01" + TIME)), answer("single-point-short-time", asdu(2, 1, 3, "640000 01" + SHORT_TIME)),
        answer("double-point", asdu(3, 2, 3, "010000 02 020000 03")), answer("double-point-time", asdu(31, 1, 3, "010000 01" + TIME)),
        answer("double-point-short-time", asdu(4, 1, 3, "010000 01" + SHORT_TIME)),
        answer("step", asdu(5, 1, 3, "030000 7f 00")), answer("step-time", asdu(32, 1, 3, "030000 05 00" + TIME)), answer("step-short-time", asdu(6, 1, 3, "030000 05 00" + SHORT_TIME)),
        answer("bits", asdu(7, 1, 3, "040000 78563412 00")), answer("bits-time", asdu(33, 1, 3, "040000 78563412 00" + TIME)), answer("bits-short-time", asdu(8, 1, 3, "040000 78563412 00" + SHORT_TIME)),
        answer("normalised", asdu(9, 1, 1, "050000 0040 00")), answer("normalised-time", asdu(34, 1, 3, "050000 00c0 01" + TIME)), answer("normalised-short-time", asdu(10, 1, 3, "050000 00c0 01" + SHORT_TIME)),
        answer("normalised-without-quality", asdu(21, 0x82, 1, "050000 0040 0020")),
        answer("scaled", asdu(11, 1, 2, "060000 f4ff 00")), answer("scaled-time", asdu(35, 1, 3, "060000 6400 40" + TIME)), answer("scaled-short-time", asdu(12, 1, 3, "060000 6400 40" + SHORT_TIME)),
        answer("short-float", asdu(13, 2, 5, "070000 0000a841 00 080000 00000000 80")), answer("short-float-time", asdu(36, 1, 3, "070000 0000a841 00" + TIME)), answer("short-float-short-time", asdu(14, 1, 3, "070000 0000a841 00" + SHORT_TIME)),
        answer("totals", asdu(15, 1, 37, "090000 39300000 05")), answer("totals-time", asdu(37, 1, 37, "090000 39300000 85" + TIME)), answer("totals-short-time", asdu(16, 1, 37, "090000 39300000 05" + SHORT_TIME)),
        answer("packed-points", asdu(20, 1, 20, "0a0000 0f00 0000 00")),
        answer("protection", asdu(17, 1, 3, "0b0000 02 6400" + SHORT_TIME)), answer("protection-start", asdu(18, 1, 3, "0b0000 01 00 6400" + SHORT_TIME)), answer("protection-circuit", asdu(19, 1, 3, "0b0000 01 00 6400" + SHORT_TIME)),
        answer("protection-time", asdu(38, 1, 3, "0b0000 02 6400" + TIME)), answer("protection-start-time", asdu(39, 1, 3, "0b0000 01 00 6400" + TIME)), answer("protection-circuit-time", asdu(40, 1, 3, "0b0000 01 00 6400" + TIME)),
        answer("initialised", asdu(70, 1, 4, "000000 02")),
        single, answer("single-command-confirmed", asdu(45, 1, 7, "881300 85")).after(single), answer("single-command-refused", asdu(45, 1, 0x47, "881300 85")).after(single),
        answer("single-command-unknown", asdu(45, 1, 0x6f, "881300 85")).after(single), answer("single-command-terminated", asdu(45, 1, 10, "881300 85")).after(single),
        ask("single-command-withdrawn", asdu(45, 1, 8, "881300 85")),
        order("double-command", 46, "891300 02"), order("step-command", 47, "8a1300 89"), order("setpoint-normalised", 48, "8b1300 0040 80"), order("setpoint-scaled", 49, "8c1300 6400 00"),
        order("setpoint-float", 50, "8d1300 0000a841 00"), order("bit-string", 51, "8e1300 01000000"), order("single-command-time", 58, "881300 01" + TIME),
        order("double-command-time", 59, "891300 81" + TIME), order("step-command-time", 60, "8a1300 02" + TIME), order("setpoint-normalised-time", 61, "8b1300 0040 00" + TIME),
        order("setpoint-scaled-time", 62, "8c1300 6400 00" + TIME), order("setpoint-float-time", 63, "8d1300 0000a841 00" + TIME), order("bit-string-time", 64, "8e1300 01000000" + TIME),
        order("interrogation", 100, "000000 14"), order("counter-interrogation", 101, "000000 05"), order("counter-freeze", 101, "000000 45"), ask("read", asdu(102, 1, 5, "640000")),
        clock, answer("clock-confirmed", asdu(103, 1, 7, "000000" + TIME)).after(clock), order("test", 104, "000000 aa55"), order("reset", 105, "000000 01"), order("delay", 106, "000000 0a00"),
        order("test-time", 107, "000000 0100" + TIME), order("parameter-normalised", 110, "0f0000 0020 01"), order("parameter-scaled", 111, "0f0000 0a00 01"), order("parameter-float", 112, "0f0000 0000803f 01"),
        order("parameter-activation", 113, "0f0000 01"), ask("file-ready", asdu(120, 1, 13, "010000 0100 000400 00")), ask("section-ready", asdu(121, 1, 13, "010000 0100 01 000100 00")),
        ask("call-file", asdu(122, 1, 13, "010000 0100 00 02")), ask("delete-file", asdu(122, 1, 13, "010000 0100 00 04")), answer("last-section", asdu(123, 1, 13, "010000 0100 01 01 5a")),
        ask("acknowledge-file", asdu(124, 1, 13, "010000 0100 00 01")), answer("segment", asdu(125, 1, 13, "010000 0100 01 04 01020304")), answer("directory", asdu(126, 1, 5, "010000 0100 000400 00" + TIME)),
        ask("query-log", asdu(127, 1, 13, "010000 0100" + TIME + TIME)), ask("security", asdu(81, 1, 14, "000000 0100 01 0100 0400 01020304")), answer("security-totals", asdu(41, 1, 3, "0c0000 01000000 00" + TIME)),
        answer("test-flag", asdu(1, 1, 0x83, "640000 01")), answer("unknown-type", asdu(1, 1, 3, "640000 01").replaceFirst("0101", "7f01").replaceFirst("7f01", "3701")),
        answer("wrong-length", asdu(1, 2, 3, "640000 01"))));
    all.add(ask("two-frames", "6804 43000000" + asdu(45, 1, 6, "881300 01")));
    return all;
  }

  @Test
  void aSetpointIsAWriteOfAPoint() {
    assertThat(Dissected.facts(new Iec104(), order("setpoint-float", 50, "8d1300 0000a841 00"))).anyMatch(
        f -> f.startsWith("request WRITE C_SE_NC_1: 10.0.0.1 -> 10.0.0.2 port 2404 point 1/5005 value 21 detail execute PENDING"));
  }

  @Test
  void aWrongLengthIsAFlawOnceTheFlowIsKnown() {
    TestExchange known = new TestExchange().recognised(true);
    assertThat(Dissected.facts(new Iec104(), known, messages().stream().filter(m -> m.name().equals("wrong-length")).findFirst().orElseThrow()))
        .anyMatch(f -> f.startsWith("flaw length")).noneMatch(f -> f.startsWith("reading"));
    assertThat(Dissected.facts(new Iec104(), known, messages().stream().filter(m -> m.name().equals("unknown-type")).findFirst().orElseThrow()))
        .anyMatch(f -> f.startsWith("flaw type identification"));
  }
}
