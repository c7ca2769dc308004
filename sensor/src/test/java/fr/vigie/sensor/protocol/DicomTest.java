package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DicomTest extends DissectorContract {
  private static final String PATIENT = "DUPONT^MARIE";
  private static final String VERIFICATION = "1.2.840.10008.1.1";
  private static final String CT = "1.2.840.10008.5.1.4.1.1.2";

  private static Message scu(String name, String hex) {
    return Message.request(name, 50000, 11112, hex);
  }

  private static Message scp(String name, String hex) {
    return Message.response(name, 11112, 50000, hex);
  }

  private static String item(int type, String hex) {
    return "%02x00%04x".formatted(type, hex.length() / 2) + hex;
  }

  private static String unit(int type, String hex) {
    return "%02x00%08x".formatted(type, hex.length() / 2) + hex;
  }

  private static String context(int id, String syntax, String... transfer) {
    StringBuilder s = new StringBuilder("%02x000000".formatted(id)).append(item(0x30, Message.ascii(syntax)));
    for (String one : transfer) {
      s.append(item(0x40, Message.ascii(one)));
    }
    return item(0x20, s.toString());
  }

  private static String associate(int type, String items) {
    return unit(type, "00010000" + Message.ascii("%-16s%-16s".formatted("PACS", "CT_SCANNER_2")) + "00".repeat(32) + item(0x10, Message.ascii("1.2.840.10008.3.1.1.1")) + items);
  }

  private static String user(String more) {
    return item(0x50, item(0x51, "00004000") + item(0x52, Message.ascii("1.2.276.0.7230010.3.0.3.6.7")) + more + item(0x55, Message.ascii("OFFIS_DCMTK_367")));
  }

  private static String little(int value, int octets) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < octets; i++) {
      s.append("%02x".formatted(value >>> 8 * i & 0xFF));
    }
    return s.toString();
  }

  private static String element(int group, int element, String value) {
    return little(group, 2) + little(element, 2) + little(value.length() / 2, 4) + value;
  }

  private static String even(String text) {
    return Message.ascii(text) + (text.length() % 2 == 0 ? "" : "00");
  }

  private static String command(int field, int id, String sopClass, String more) {
    String body = (sopClass.isEmpty() ? "" : element(0, 2, even(sopClass))) + element(0, 0x100, little(field, 2)) + element(0, field >= 0x8000 ? 0x120 : 0x110, little(id, 2)) + more;
    return element(0, 0, little(body.length() / 2, 4)) + body;
  }

  private static String fragment(int control, String hex) {
    return "%08x01%02x".formatted(hex.length() / 2 + 2, control) + hex;
  }

  private static String data(String... fragments) {
    return unit(4, String.join("", fragments));
  }

  /** A data set as a modality sends it: patient's name, identifier, birth date. */
  private static String dataSet() {
    return element(0x10, 0x10, even(PATIENT)) + element(0x10, 0x20, even("4711-" + PATIENT)) + element(0x10, 0x30, even("19610412"));
  }

  private static final String NO_DATA = element(0, 0x800, "0101");

  private static final Message REQUEST = scu("associate", associate(1, context(1, VERIFICATION, "1.2.840.10008.1.2") + context(3, CT, "1.2.840.10008.1.2", "1.2.840.10008.1.2.1") + user("")));
  private static final Message ECHO = scu("echo", data(fragment(3, command(0x30, 1, VERIFICATION, NO_DATA))));
  private static final Message STORE = scu("store-and-its-instance-is-not-told", data(fragment(3, command(0x01, 7, CT, element(0, 0x700, "0200") + element(0, 0x800, "0000")
      + element(0, 0x1000, even("1.2.3." + "4711"))))));
  private static final Message IDENTIFIED = scu("associate-with-a-passcode", associate(1, context(1, VERIFICATION, "1.2.840.10008.1.2")
      + user(item(0x58, "0201" + "0006" + Message.ascii("DUPONT") + "0007" + Message.ascii("hunter2")))));

  @Override
  protected Dissector dissector() {
    return new Dicom();
  }

  @Override
  protected List<Message> messages() {
    return Stream.of(REQUEST, scp("accept", associate(2, item(0x21, "01000000" + item(0x40, Message.ascii("1.2.840.10008.1.2"))) + item(0x21, "03000300" + item(0x40, Message.ascii("1.2.840.10008.1.2"))) + user("")))
        .after(REQUEST), scp("reject", unit(3, "00010107")).after(REQUEST), IDENTIFIED, ECHO,
        scp("echo-answer", data(fragment(3, command(0x8030, 1, VERIFICATION, NO_DATA + element(0, 0x900, "0000"))))).after(ECHO), STORE,
        scp("store-refused-and-its-comment-is-not-told", data(fragment(3, command(0x8001, 7, CT, NO_DATA + element(0, 0x900, "00a7") + element(0, 0x902, even("no room for " + PATIENT))))))
            .after(STORE),
        scu("data-are-passed-over", data(fragment(2, dataSet()))), scu("command-and-data-in-one-unit", data(fragment(3, command(0x20, 9, "1.2.840.10008.5.1.4.31", element(0, 0x800, "0000"))),
            fragment(2, dataSet()))),
        scp("pending-is-no-end", data(fragment(3, command(0x8020, 9, "1.2.840.10008.5.1.4.31", element(0, 0x900, "00ff"))))), scu("cancel", data(fragment(3, command(0xFFF, 9, "", NO_DATA)))),
        scu("data-that-call-themselves-a-command", data(fragment(3, dataSet()))), scu("a-command-without-a-field-is-a-flaw", data(fragment(3, element(0, 0x800, "0101")))),
        scu("a-class-that-is-none-is-a-flaw", data(fragment(3, command(0x01, 7, PATIENT, NO_DATA)))), scu("release", unit(5, "00000000")).after(REQUEST),
        scp("released", unit(6, "00000000")), scp("abort", unit(7, "00000201"))).map(DicomTest::associated).toList();
  }

  /** Whatever is said is said in an association, or tshark does not read it. */
  private static Message associated(Message message) {
    List<Message> before = new ArrayList<>(message.before());
    if (message.octets()[0] > 1 && !before.contains(REQUEST)) {
      before.addFirst(REQUEST);
    }
    return message.after(before.toArray(Message[]::new));
  }

  @Test
  void noOctetOfADataSetReachesAnybody() {
    Dissector dicom = new Dicom();
    TestExchange exchange = new TestExchange().recognised(true);
    List<String> told = new ArrayList<>();
    for (Message message : messages()) {
      told.addAll(told(dicom, exchange, message.octets(), message.fromClient()));
    }
    assertThat(String.join("\n", told)).contains("C-STORE-RQ").doesNotContain("DUPONT").doesNotContain("MARIE").doesNotContain("4711").doesNotContain("19610412")
        .doesNotContain("hunter2").doesNotContainIgnoringCase(Message.ascii("DUPONT"));
  }

  /** Whatever a sender, or a fault of the wire, makes of the headers, the marker of the data set is never told. */
  @Test
  void noMutationOfAHeaderLetsADataSetOut() {
    Random random = new Random(7);
    byte[][] seeds = messages().stream().map(Message::octets).toArray(byte[][]::new);
    byte[] set = Message.hex(data(fragment(2, element(0x10, 0x10, even("DUPONT".repeat(20))))));
    int told = 0;
    for (int round = 0; round < 40_000; round++) {
      byte[] seed = round % 2 == 0 ? set : seeds[random.nextInt(seeds.length)];
      byte[] octets = seed.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        // headers alone change: the marker's own octets stay what they are
        int at = random.nextInt(Math.min(octets.length, round % 2 == 0 ? 20 : octets.length));
        octets[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(8));
      }
      TestExchange exchange = new TestExchange().recognised(random.nextBoolean());
      List<String> facts = told(new Dicom(), exchange, octets, random.nextBoolean());
      told += facts.size();
      String all = String.join("\n", facts);
      for (String part : List.of("DUPON", "UPONT", "MARIE", "hunter")) {
        assertThat(all).as("round %d", round).doesNotContain(part).doesNotContainIgnoringCase(Message.ascii(part));
      }
    }
    assertThat(told).isPositive();
  }

  private static List<String> told(Dissector dicom, TestExchange exchange, byte[] octets, boolean client) {
    List<String> told = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, octets.length));
      MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
      long at = 0;
      while (at < octets.length) {
        exchange.next(exchange.endpoint("10.0.0.1"), client ? 50000 : 11112, exchange.endpoint("10.0.0.2"), client ? 11112 : 50000, client);
        long left = octets.length - at;
        int end = dicom.frame(new Cursor().set(memory, at, left, left), exchange);
        if (end <= 0 || end > left) {
          break;
        }
        Recorder recorder = Recorder.full();
        dicom.dissect(new Cursor().set(memory, at, end, end), exchange, recorder);
        told.addAll(recorder.facts());
        told.add(recorder.transcriptText());
        at += end + Math.min(octets.length, dicom.skip(exchange));
      }
    }
    return told;
  }

  @Test
  void otherTrafficIsNotMine() {
    assertThat(Dissected.facts(new Dicom(), Message.request("zeros", 50000, 9999, "0100000000500001" + "00".repeat(76)))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Dicom(), Message.request("data", 50000, 9999, data(fragment(2, dataSet()))))).containsExactly("not mine at 0");
    assertThat(new String(Message.hex(dataSet()), StandardCharsets.ISO_8859_1)).contains(PATIENT);
  }

  /** PS3.5 §9.1: what is no identifier is not told, however long. */
  @Test
  void aClassThatIsNoneIsNotTold() {
    String told = String.join("\n", Dissected.facts(new Dicom(), scu("x", associate(1, context(1, PATIENT.repeat(400), "1.2.840.10008.1.2") + user("")))).stream()
        .filter(f -> f.startsWith("act") || f.startsWith("request") || f.startsWith("claim")).toList());
    assertThat(told).contains("no class").doesNotContain(PATIENT);
  }
}
