package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.Recorder;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What is BACnet and what is not, what two BACnet ports may do that others may not, and state that outlives a message. */
final class BacnetRecognitionTest {
  private static final int EPHEMERAL = 50_000;
  private static final int PORT = 0xBAC0;
  private static final String RESTART = "810a 0011 01 04 00 05 01 14 09 06 1d 0b 00 44656c6361747479373 0";

  private final Bacnet bacnet = new Bacnet();
  private final TestExchange exchange = new TestExchange();
  private final Recorder recorder = Recorder.full();

  private MemorySegment memory(String hex) {
    return Arena.ofAuto().allocate(1600).asSlice(0, bytes(hex).length).copyFrom(MemorySegment.ofArray(bytes(hex)));
  }

  private static byte[] bytes(String hex) {
    return DissectorContract.Message.hex(hex);
  }

  private static String unicast(String npdu) {
    return "810a" + HexFormat.of().toHexDigits((short) (bytes(npdu).length + 4)) + npdu;
  }

  private int frame(int from, int to, String hex) {
    MemorySegment octets = memory(hex);
    exchange.next(exchange.endpoint("10.0.0.1"), from, exchange.endpoint("10.0.0.2"), to, true);
    return bacnet.frame(new Cursor().set(octets, 0, octets.byteSize(), octets.byteSize()), exchange);
  }

  private void dissect(int from, int to, String hex, int cutTo) {
    MemorySegment octets = memory(hex);
    exchange.next(exchange.endpoint("10.0.0.1"), from, exchange.endpoint("10.0.0.2"), to, true);
    Cursor c = new Cursor().set(octets, 0, Math.min(cutTo, octets.byteSize()), octets.byteSize());
    assertThat(bacnet.frame(c, exchange)).isEqualTo((int) octets.byteSize());
    c.set(octets, 0, Math.min(cutTo, octets.byteSize()), octets.byteSize());
    bacnet.dissect(c, exchange, recorder);
  }

  @Test
  void aDnsQueryWhoseIdentifierLooksRightIsNotBacnet() {
    String query = "810a 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001";
    assertThat(frame(EPHEMERAL, 53, query)).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame(PORT, 53, query)).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame(PORT, PORT, query)).isEqualTo(Dissector.NOT_MINE);
  }

  @Test
  void aLengthThatIsNotTheDatagramsIsNotBacnetOnOtherPorts() {
    assertThat(frame(EPHEMERAL, PORT, RESTART)).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame(EPHEMERAL, 9_999, "810b 0008 0100 1008")).isEqualTo(8);
    assertThat(frame(EPHEMERAL, 9_999, "810b 0007 0100 1008")).isEqualTo(Dissector.NOT_MINE);
  }

  @Test
  void betweenBacnetPortsAWrongLengthIsAFlawAndAnAct() {
    dissect(PORT, PORT, RESTART, Integer.MAX_VALUE);
    assertThat(recorder.facts()).anyMatch(f -> f.startsWith("flaw length")).anyMatch(f -> f.startsWith("request RESTART"))
        .noneMatch(f -> f.contains("Delcatty"));
    assertThat(recorder.transcriptText()).doesNotContain("Delcatty").contains("(secret, 10 octets)");
  }

  @Test
  void anUnknownVersionOrFunctionIsNotBacnet() {
    assertThat(frame(PORT, PORT, "810b 0008 0200 1008")).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame(PORT, PORT, "810d 0008 0100 1008")).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame(PORT, PORT, "820b 0008 0100 1008")).isEqualTo(Dissector.NOT_MINE);
  }

  @Test
  void whatTheCaptureCutIsRecognisedAndDoesNothing() {
    String write = "810a 0017 01 04 00 02 59 0f 0c 00800001 19 55 3e 44 43340000 3f";
    dissect(PORT, PORT, write, 20);
    assertThat(recorder.acts()).isZero();
    dissect(PORT, PORT, write, Integer.MAX_VALUE);
    assertThat(recorder.acts()).isEqualTo(1);
  }

  @Test
  void aLostSegmentGivesTheMessageUpAndIsCounted() {
    dissect(EPHEMERAL, PORT, "810a 0014 01 04 0c 02 2a 00 04 0f 0c 00800001 19 55 3e", Integer.MAX_VALUE);
    dissect(EPHEMERAL, PORT, "810a 0014 01 04 08 02 2a 02 04 0f 44 43340000 3f 49 08", Integer.MAX_VALUE);
    assertThat(recorder.acts()).isZero();
    assertThat(bacnet.segmentedLost()).isZero();
    exchange.pass(61_000_000_000L);
    dissect(EPHEMERAL, PORT, "810a 0014 01 04 0c 02 2b 00 04 0f 0c 00800001 19 55 3e", Integer.MAX_VALUE);
    assertThat(recorder.acts()).isZero();
    assertThat(bacnet.segmentedLost()).isEqualTo(1);
  }

  @Test
  void segmentsInAnyOrderMakeTheSameWrite() {
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 01 04 0f 19 55 3e 44"), Integer.MAX_VALUE);
    dissect(EPHEMERAL, PORT, unicast("01 04 08 02 2a 02 04 0f 43340000 3f 49 08"), Integer.MAX_VALUE);
    assertThat(recorder.acts()).isZero();
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 00 04 0f 0c 00800001"), Integer.MAX_VALUE);
    assertThat(recorder.facts()).filteredOn(f -> f.startsWith("request WRITE")).singleElement().asString()
        .contains("analog-value,1/present-value value 180 priority 8");
    dissect(EPHEMERAL, PORT, unicast("01 04 08 02 2a 02 04 0f 43340000 3f 49 08"), Integer.MAX_VALUE);
    assertThat(recorder.acts()).isEqualTo(1);
    assertThat(bacnet.segmentedLost()).isZero();
  }

  @Test
  void aSecondRequestUnderTheSameInvokeIdentifierGivesTheFirstUp() {
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 00 04 0f 0c 00800001 19 55 3e"), Integer.MAX_VALUE);
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 00 04 0f 0c 00800002 19 55 3e"), Integer.MAX_VALUE);
    dissect(EPHEMERAL, PORT, unicast("01 04 08 02 2a 01 04 0f 44 43340000 3f 49 08"), Integer.MAX_VALUE);
    assertThat(recorder.facts()).filteredOn(f -> f.startsWith("request WRITE")).singleElement().asString().contains("analog-value,2");
    assertThat(bacnet.segmentedLost()).isEqualTo(1);
  }

  @Test
  void moreThanTwoHundredAndFiftySixSegmentsMakeOneMessage() {
    String name = "41";
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 00 04 13 0c 02000005 29 00 3d fe 0191 00" + name.repeat(4)), Integer.MAX_VALUE);
    for (int i = 1; i <= 396; i++) {
      dissect(EPHEMERAL, PORT, unicast("01 04 " + (i == 396 ? "08" : "0c") + " 02 2a " + HexFormat.of().toHexDigits((byte) i) + " 04 13" + name),
          Integer.MAX_VALUE);
    }
    assertThat(recorder.facts()).filteredOn(f -> f.contains("confirmedTextMessage") && f.startsWith("request")).hasSize(1);
    assertThat(bacnet.segmentedLost()).isZero();
  }

  @Test
  void aRepeatedSegmentIsTakenOnce() {
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 00 04 0f 0c 00800001 19 55 3e"), Integer.MAX_VALUE);
    dissect(EPHEMERAL, PORT, unicast("01 04 0c 02 2a 00 04 0f 0c 00800001 19 55 3e"), Integer.MAX_VALUE);
    dissect(EPHEMERAL, PORT, unicast("01 04 08 02 2a 01 04 0f 44 43340000 3f 49 08"), Integer.MAX_VALUE);
    assertThat(recorder.facts()).filteredOn(f -> f.startsWith("request WRITE")).singleElement().asString()
        .contains("analog-value,1/present-value value 180 priority 8");
  }

  @Test
  void aDiscoveryIsAnActAgainAfterASecondAndAReadAfterTenMinutes() {
    String whoIs = "810b 0008 0100 1008";
    String read = "810a 0011 0104 0002010c0c0000000519 55";
    dissect(PORT, PORT, whoIs, 99);
    dissect(PORT, PORT, whoIs, 99);
    dissect(PORT, PORT, read, 99);
    dissect(PORT, PORT, read, 99);
    assertThat(recorder.acts()).isEqualTo(2);
    exchange.pass(1_500_000_000L);
    dissect(PORT, PORT, whoIs, 99);
    dissect(PORT, PORT, read, 99);
    assertThat(recorder.acts()).isEqualTo(3);
    exchange.pass(600_000_000_000L);
    dissect(PORT, PORT, read, 99);
    assertThat(recorder.acts()).isEqualTo(4);
  }
}
