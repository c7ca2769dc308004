package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Hl7Test extends DissectorContract {
  private static final String PATIENT = "DUPONT";
  private static final String PID = "PID|1||4711^^^CHU^PI||" + PATIENT + "^MARIE||19610412|F";
  private static final String HEADER = "MSH|^~\\&|ADMIT|CHU|LAB|BIO|202611260101||ADT^A01^ADT_A01|MSG00001|P|2.5.1";

  private static String block(String... segments) {
    return "0b" + Message.ascii(String.join("\r", segments) + "\r") + "1c0d";
  }

  private static Message sends(String name, String hex) {
    return Message.request(name, 50000, 2575, hex);
  }

  private static Message answers(String name, String hex) {
    return Message.response(name, 2575, 50000, hex);
  }

  private static final Message ADMIT = sends("admit", block(HEADER, "EVN|A01|202611260101", PID, "PV1|1|I|CARDIO^12^3||||" + PATIENT));

  private static String ack(String code) {
    return block("MSH|^~\\&|LAB|BIO|ADMIT|CHU|202611260102||ACK^A01^ACK|ACK1|P|2.5.1", "MSA|" + code + "|MSG00001|patient " + PATIENT + " unknown", "ERR|^^^207|" + PATIENT);
  }

  @Override
  protected Dissector dissector() {
    return new Hl7();
  }

  @Override
  protected List<Message> messages() {
    return List.of(ADMIT, answers("accepted", ack("AA")).after(ADMIT), answers("error", ack("AE")).after(ADMIT), answers("a-code-that-is-none", ack("DU")).after(ADMIT),
        sends("result-with-a-security-field", block("MSH|^~\\&|LAB|BIO|DPI|CHU|202611260103|hunter2|ORU^R01|R77|P|2.3", PID, "OBX|1|TX|||" + PATIENT)),
        sends("other-separators", block("MSH$%~\\&$A$B$C$D$1$$ORM%O01$9$T$2.4", PID)), sends("without-a-type-is-a-flaw", block("MSH|^~\\&|A|B|C|D|1||||P|", PID)),
        sends("batch", block("BHS|^~\\&|A|B|C|D|1", HEADER, PID, "BTS|1")), sends("header-alone", block(HEADER)));
  }

  /** The end block is there one octet before the message's end: the last is a carriage return. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return octets == message.octets().length - 1;
  }

  @Test
  void noSegmentButTheHeaderIsTold() {
    for (Message message : messages()) {
      String told = String.join("\n", Dissected.facts(new Hl7(), message));
      assertThat(told).doesNotContain(PATIENT).doesNotContain("MARIE").doesNotContain("4711").doesNotContain("1961").doesNotContain("CARDIO").doesNotContain("hunter2");
    }
  }

  /** Wherever the message begins or is broken, nothing of a patient's segment is told, nor written into the transcript. */
  @Test
  void noMutationLetsAPatientOut() {
    Random random = new Random(5);
    byte[] seed = ADMIT.octets();
    int pid = HEADER.length() + 2;
    for (int round = 0; round < 20_000; round++) {
      byte[] octets = seed.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        // the carriage return that ends the header is what tells header and patient apart
        octets[random.nextInt(pid - 1)] = (byte) random.nextInt(256);
      }
      String told = String.join("\n", Dissected.facts(new Hl7(), new TestExchange().recognised(random.nextBoolean()), sends("x", java.util.HexFormat.of().formatHex(octets))));
      assertThat(told).as("round %d", round).doesNotContain(PATIENT).doesNotContain("MARIE");
    }
  }

  @Test
  void aMessageLongerThanIsKeptIsPassedOverInParts() {
    String document = block(HEADER, PID, "OBX|1|ED|||" + PATIENT.repeat(8000));
    List<String> facts = Dissected.facts(new Hl7(), new TestExchange().recognised(true), sends("document", document + block(HEADER.replace("MSG00001", "MSG00002"))));
    assertThat(facts).filteredOn(f -> f.equals("operation continuation")).isNotEmpty();
    assertThat(facts).filteredOn(f -> f.equals("operation message")).hasSize(2);
    assertThat(String.join("", facts)).doesNotContain(PATIENT);
  }

  @Test
  void anotherBlockIsNotMine() {
    assertThat(Dissected.facts(new Hl7(), sends("x", "0b" + Message.ascii("MSHabcdef\r") + "1c0d"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Hl7(), sends("x", Message.ascii("MSH|^~\\&|\r")))).containsExactly("not mine at 0");
  }

  /** Behind a line feed a patient's segment begins as well, however few fields the header has. */
  @Test
  void aLineFeedEndsTheHeaderToo() {
    for (String header : List.of(HEADER, "MSH|^~\\&|A", "MSH|^~\\&|A|B|C|D|1||ADT^A01|7|P|2.3")) {
      Message message = sends("x", "0b" + Message.ascii(header + "\n" + PID + "\n") + "1c0d");
      Recorder recorder = Recorder.full();
      MemorySegment memory = Arena.ofAuto().allocate(message.octets().length);
      MemorySegment.copy(message.octets(), 0, memory, ValueLayout.JAVA_BYTE, 0, message.octets().length);
      TestExchange exchange = new TestExchange();
      exchange.next(exchange.endpoint("10.0.0.1"), 50_000, exchange.endpoint("10.0.0.2"), 2575, true);
      new Hl7().dissect(new Cursor().set(memory, 0, message.octets().length, message.octets().length), exchange, recorder);
      assertThat(recorder.transcriptText() + recorder.facts()).contains("message").doesNotContain(PATIENT).doesNotContain("4711");
    }
  }
}
