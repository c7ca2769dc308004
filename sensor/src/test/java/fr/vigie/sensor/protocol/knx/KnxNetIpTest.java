package fr.vigie.sensor.protocol.knx;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.Recorder;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Messages built after the frame pictures of KNX 03_08_02, 03_08_04, 03_08_05 and 03_06_03. */
public final class KnxNetIpTest extends DissectorContract {
  private static final int CLIENT = 50_000;
  private static final String HPAI = "08 01 0a000001 c350";

  @Override
  protected Dissector dissector() {
    return new KnxNetIp(Dissector.Transport.UDP);
  }

  /** Puts the header before the body. */
  private static String knx(String service, String body) {
    int length = 6 + Message.hex(body).length;
    return String.format("0610 %s %04x %s", service, length, body);
  }

  private static Message ask(String name, String service, String body) {
    return request(name, CLIENT, KnxNetIp.PORT, knx(service, body));
  }

  private static Message answer(String name, String service, String body) {
    return response(name, KnxNetIp.PORT, CLIENT, knx(service, body));
  }

  private static Message routed(String name, String telegram) {
    return request(name, KnxNetIp.PORT, KnxNetIp.PORT, knx("0530", telegram)).between("10.0.0.3", "224.0.23.12");
  }

  private static Message tunnelled(String name, String telegram) {
    return ask(name, "0420", "04 15 07 00" + telegram);
  }

  private static Message fromBus(String name, String telegram) {
    return answer(name, "0420", "04 15 08 00" + telegram);
  }

  private static final String DEVICE_INFO = "36 01 02 00 1100 0000 00c5 01020304 e000170c 00246d001122"
      + ascii("Gateway Salle 3") + "00".repeat(15);

  @Override
  public List<Message> messages() {
    Message connect = ask("connect-request", "0205", HPAI + HPAI + "04 04 02 00");
    Message disconnect = ask("disconnect-request", "0209", "15 00" + HPAI);
    Message write = tunnelled("tunnelled-group-value-write", "11 00 bc e0 0000 0901 01 00 81");
    Message authorize = tunnelled("authorize-request", "11 00 b0 60 0000 1107 06 03 d1 00 11223344");
    Message propertyWrite = ask("device-configuration-property-write", "0310", "04 15 00 00 f6 000b 01 34 1001 01");
    Message authenticate = ask("session-authenticate", "0953", "00 01" + "ab".repeat(16));
    Message masterReset = tunnelled("tunnelled-master-reset", "11 00 b0 60 0000 1107 03 43 81 02 00");
    Message extended = tunnelled("property-ext-write-con", "11 00 b0 60 0000 1107 0a 41 ce 000b 001 05c 01 0001 aa");
    Message function = tunnelled("function-property-command", "11 00 b0 60 0000 1107 05 42 c7 07 0b 01 02");
    return List.of(
        extended,
        fromBus("property-ext-write-refused", "29 00 b0 60 1107 11fa 0a 41 cf 000b 001 05c 01 0001 fc").after(extended),
        function,
        fromBus("function-property-response", "29 00 b0 60 1107 11fa 05 42 c9 07 0b 00 01").after(function),
        masterReset,
        fromBus("restart-response", "29 00 b0 60 1107 11fa 04 43 a1 00 0005").after(masterReset),
        routed("adc-read", "29 00 b0 60 1102 1107 02 41 83 08"),
        routed("adc-response", "29 00 b0 60 1107 1102 04 41 c3 08 0123"),
        routed("system-network-parameter-read", "29 00 b0 e0 1102 0000 06 01 c8 0000 00b0 01"),
        routed("system-network-parameter-response", "29 00 b0 60 1107 1102 0c 01 c9 0000 00b0 01 00c501020304"),
        routed("system-network-parameter-write", "29 00 b0 e0 1102 0000 06 01 ca 0000 0350 01"),
        routed("property-ext-read", "29 00 b0 60 1102 1107 09 41 cc 0011 001 035 01 0001"),
        routed("property-ext-response-of-a-key", "29 00 b0 60 1107 1102 0d 41 cd 0011 001 038 01 0001 deadbeef"),
        routed("property-ext-response-void", "29 00 b0 60 1107 1102 0a 41 cd 0011 001 0ff 00 0001 fd"),
        routed("property-ext-write-unconfirmed", "29 00 b0 60 1102 1107 0a 41 d0 0000 001 036 01 0001 01"),
        routed("property-ext-info-report", "29 00 b0 60 1102 1107 0a 41 d1 0000 001 036 01 0001 01"),
        routed("property-ext-description-read", "29 00 b0 60 1102 1107 08 41 d2 000b 001 034 0000"),
        routed("property-ext-description-response", "29 00 b0 60 1107 1102 10 41 d3 000b 001 034 0001 0007 0001 84 0001 32"),
        routed("function-property-ext-command", "29 00 b0 60 1102 1107 08 41 d4 0011 001 033 00 01"),
        routed("function-property-ext-state-read", "29 00 b0 60 1102 1107 08 41 d5 0011 001 033 00 01"),
        routed("function-property-ext-state-response", "29 00 b0 60 1107 1102 08 41 d6 0011 001 033 00 01"),
        routed("memory-extended-write", "29 00 b0 60 1102 1107 07 41 fb 02 012345 abcd"),
        routed("memory-extended-write-response", "29 00 b0 60 1107 1102 05 41 fc 00 012345"),
        routed("memory-extended-read", "29 00 b0 60 1102 1107 05 41 fd 02 012345"),
        routed("memory-extended-read-response", "29 00 b0 60 1107 1102 07 41 fe 00 012345 abcd"),
        routed("memory-response", "29 00 b0 60 1107 1102 05 42 42 0116 abcd"),
        routed("user-memory-read", "29 00 b0 60 1102 1107 04 42 c0 14 0200"),
        routed("user-memory-response", "29 00 b0 60 1107 1102 06 42 c1 12 0200 abcd"),
        routed("user-memory-write", "29 00 b0 60 1102 1107 06 42 c2 12 0200 abcd"),
        routed("user-memory-bit-write", "29 00 b0 60 1102 1107 06 42 c4 01 0200 fe 01"),
        routed("user-manufacturer-info-read", "29 00 b0 60 1102 1107 01 42 c5"),
        routed("user-manufacturer-info-response", "29 00 b0 60 1107 1102 04 42 c6 02 1234"),
        routed("function-property-state-read", "29 00 b0 60 1102 1107 04 42 c8 07 0b 01"),
        routed("filter-table-open", "29 00 b0 60 1102 1107 01 43 c0"),
        routed("filter-table-read", "29 00 b0 60 1102 1107 04 43 c1 02 0200"),
        routed("filter-table-response", "29 00 b0 60 1107 1102 06 43 c2 02 0200 ffff"),
        routed("filter-table-write", "29 00 b0 60 1102 1107 06 43 c3 02 0200 ffff"),
        routed("router-memory-write", "29 00 b0 60 1102 1107 05 43 ca 01 0200 ff"),
        routed("router-status-write", "29 00 b0 60 1102 1107 02 43 cf 0c"),
        routed("memory-bit-write", "29 00 b0 60 1102 1107 06 43 d0 01 0060 fe 01"),
        routed("key-response-refused", "29 00 b0 60 1107 1102 02 43 d4 ff"),
        routed("property-value-read", "29 00 b0 60 1102 1107 05 43 d5 00 0b 1001"),
        routed("property-value-response", "29 00 b0 60 1107 1102 0b 43 d6 00 0b 1001 00c501020304"),
        routed("property-value-write-of-a-key", "29 00 b0 60 1102 1107 09 43 d7 0a 38 1001 deadbeef"),
        routed("property-description-read", "29 00 b0 60 1102 1107 04 43 d8 00 0b 00"),
        routed("property-description-response", "29 00 b0 60 1107 1102 08 43 d9 00 0b 01 08 0001 3f"),
        routed("network-parameter-read", "29 00 b0 e0 1102 0000 05 03 da 0000 0b 01"),
        routed("network-parameter-response", "29 00 b0 e0 1107 0000 0b 03 db 0000 0b 01 00c501020304"),
        routed("network-parameter-write", "29 00 b0 e0 1102 0000 05 03 e4 0000 0b 01"),
        routed("serial-number-read", "29 00 b0 e0 1102 0000 07 03 dc 00c501020304"),
        routed("serial-number-response", "29 00 b0 e0 1107 0000 0b 03 dd 00c501020304 0000 0000"),
        routed("domain-address-write", "29 00 b0 e0 1102 0000 03 03 e0 0102"),
        routed("domain-address-read", "29 00 b0 e0 1102 0000 01 03 e1"),
        routed("domain-address-response", "29 00 b0 e0 1107 0000 07 03 e2 00c501020304"),
        routed("domain-address-selective-read", "29 00 b0 e0 1102 0000 06 03 e3 0102 1101 05"),
        routed("link-read", "29 00 b0 60 1102 1107 03 43 e5 01 00"),
        routed("link-response", "29 00 b0 60 1107 1102 07 43 e6 01 10 0901 0902"),
        routed("link-write", "29 00 b0 60 1102 1107 05 43 e7 01 01 0901"),
        routed("group-prop-value-read", "29 00 b0 e0 1102 0001 05 03 e8 0065 01 33"),
        routed("group-prop-value-response", "29 00 b0 e0 1107 0001 06 03 e9 0065 01 33 01"),
        routed("group-prop-value-write", "29 00 b0 e0 1102 0001 06 03 ea 0065 01 33 01"),
        routed("group-prop-value-info-report", "29 00 b0 e0 1102 0001 06 03 eb 0065 01 33 01"),
        routed("domain-address-serial-number-read", "29 00 b0 e0 1102 0000 07 03 ec 00c501020304"),
        routed("domain-address-serial-number-response", "29 00 b0 e0 1107 0000 0b 03 ed 00c501020304 e000170c"),
        routed("domain-address-serial-number-write-with-a-key", "29 00 b0 e0 1102 0000 1b 03 ee 00c501020304 e000170c" + "deadbeef".repeat(4)),
        routed("file-stream-info-report", "29 00 b0 60 1107 1102 04 43 f0 12 abcd"),
        routed("secure-service", "29 00 b0 60 1102 1107 0f 43 f1 90 000000000001 abcdef deadbeef"),
        routed("individual-address-response", "29 00 b0 e0 1107 0000 01 01 40"),
        routed("device-descriptor-read", "29 00 b0 60 1102 1107 01 43 00"),
        routed("device-descriptor-response-of-type-2", "29 00 b0 60 1107 1102 0f 43 42 0002 0005 01 00 00 0000 0000 0000 00"),
        routed("numbered-acknowledge", "29 00 b0 60 1107 1102 00 c6"),
        routed("all-additional-information", "29 25 01 02 abcd 02 08 01 112233445566 07 03 01 04 04 02 1234 05 04 00000001 07 02 0001 fe 04 0002 01 ff"
            + " bc e0 1104 0901 01 00 80"),
        routed("additional-information-too-long", "29 04 01 09 abcd bc e0 1104 0901 01 00 80"),
        fromBus("busmonitor-standard-frame", "2b 07 03 01 88 04 02 1234 bc 1104 0902 e1 00 81 3d"),
        fromBus("busmonitor-wrong-check", "2b 00 bc 1104 0902 e1 00 81 00"),
        fromBus("busmonitor-extended-frame", "2b 00 3c e0 1104 0902 01 00 81 bd"),
        fromBus("busmonitor-acknowledge", "2b 00 cc"),
        tunnelled("raw-request", "10 00 bc 1104 0902 e1 00 81 3d"),
        tunnelled("poll-data-request", "13 00 f0 00 1104 0902 03"),
        ask("t-data-individual-request", "0310", "04 15 00 00 4a 00 000000000000 05 03 d5 00 0b 1001"),
        answer("device-configuration-property-read-refused", "0310", "04 15 00 00 fb 000b 01 ff 0001 07"),
        answer("device-configuration-property-info", "0310", "04 15 00 00 f7 000b 01 45 1001 01"),
        ask("device-configuration-function-command", "0310", "04 15 00 00 f8 0011 01 33 00 01"),
        answer("device-configuration-function-confirmation", "0310", "04 15 00 00 fa 0011 01 33 00 01"),
        ask("device-configuration-key-write", "0310", "04 15 00 00 f6 000b 01 5b 1001" + "deadbeef".repeat(4)),
        ask("search-request", "0201", HPAI).between("10.0.0.1", "224.0.23.12"),
        ask("search-request-extended", "020b", HPAI + "08 04 01 02 06 07 08 00").between("10.0.0.1", "224.0.23.12"),
        answer("search-response", "0202", "08 01 0a000002 0e57" + DEVICE_INFO + "0a 02 02 01 03 01 04 01 05 01"),
        ask("description-request", "0203", HPAI),
        answer("description-response", "0204", DEVICE_INFO + "0a 02 02 01 03 01 04 01 05 01" + "08 08 00 00 00fe 091a"
            + "10 03 0a000002 ffffff00 0a0000fe 06 01" + "06 05 1100 11fa" + "08 fe 0002 01020304"),
        connect,
        ask("connect-request-management", "0205", HPAI + HPAI + "02 03"),
        answer("connect-response", "0206", "15 00 08 01 0a000002 0e57 04 04 11fa").after(connect),
        answer("connect-response-no-more-connections", "0206", "00 24").after(connect),
        ask("connectionstate-request", "0207", "15 00" + HPAI),
        answer("connectionstate-response", "0208", "15 00"),
        disconnect,
        answer("disconnect-response", "020a", "15 00").after(disconnect),
        propertyWrite,
        answer("device-configuration-property-write-confirmation", "0310", "04 15 00 00 f5 000b 01 34 1001").after(propertyWrite),
        answer("device-configuration-ack", "0311", "04 15 00 00"),
        ask("device-configuration-property-read", "0310", "04 15 00 00 fc 000b 01 34 1001"),
        ask("device-configuration-reset", "0310", "04 15 00 00 f1"),
        write,
        fromBus("tunnelled-confirmation", "2e 00 bc e0 11fa 0901 01 00 81").after(write),
        fromBus("tunnelled-negative-confirmation", "2e 00 bd e0 11fa 0901 01 00 81").after(write),
        answer("tunnelling-ack", "0421", "04 15 07 00"),
        fromBus("tunnelled-indication", "29 00 bc e0 1107 0a05 03 00 80 0c1a"),
        authorize,
        fromBus("authorize-response", "29 00 b0 60 1107 11fa 02 03 d2 00").after(authorize),
        tunnelled("authorize-default-key", "11 00 b0 60 0000 1107 06 03 d1 00 ffffffff"),
        routed("key-write", "29 00 b0 60 1102 1107 06 03 d3 00 deadbeef"),
        routed("group-value-read", "29 00 bc e0 1103 0901 01 00 00"),
        routed("group-value-response", "29 00 bc e0 1104 0901 01 00 41"),
        routed("group-value-write-one-octet", "29 00 bc e0 1104 0902 02 00 80 7f"),
        routed("group-value-write-text", "29 00 bc e0 1104 0902 0f 00 80" + ascii("Salle blanche ")),
        routed("additional-information", "29 04 01 02 abcd bc e0 1104 0901 01 00 80"),
        routed("individual-address-write", "29 00 b0 e0 1102 0000 03 00 c0 1109"),
        routed("individual-address-read", "29 00 b0 e0 1102 0000 01 01 00"),
        routed("serial-number-write", "29 00 b0 e0 1102 0000 0d 03 de 00c501020304 1109 00000000"),
        routed("memory-write", "29 00 b0 60 1102 1107 05 42 82 0116 abcd"),
        routed("memory-read", "29 00 b0 60 1102 1107 03 42 02 0116"),
        routed("property-value-write-unload", "29 00 b0 60 1102 1107 06 43 d7 01 05 10 01 04"),
        routed("device-descriptor-response", "29 00 b0 60 1107 1102 03 43 40 07b0"),
        routed("restart", "29 00 b0 60 1102 1107 01 43 80"),
        routed("master-reset", "29 00 b0 60 1102 1107 03 43 81 02 00"),
        routed("transport-connect", "29 00 b0 60 1102 1107 00 80"),
        routed("transport-connect-too-long", "29 00 b0 60 1102 1107 01 80 00"),
        routed("length-lies", "29 00 bc e0 1103 0901 01 00 80 01 02"),
        request("routing-lost-message", KnxNetIp.PORT, KnxNetIp.PORT, knx("0531", "04 00 0005")).between("10.0.0.3", "224.0.23.12"),
        request("routing-busy", KnxNetIp.PORT, KnxNetIp.PORT, knx("0532", "06 00 0064 0000")).between("10.0.0.3", "224.0.23.12"),
        ask("tunnelling-feature-set", "0424", "04 15 00 00 08 00 01"),
        ask("tunnelling-feature-get", "0422", "04 15 07 00 03 00"),
        answer("tunnelling-feature-response", "0423", "04 15 07 00 03 00 01"),
        answer("tunnelling-feature-info", "0425", "04 15 08 00 06 00 11fa"),
        ask("remote-diagnostic-request", "0740", HPAI + "02 01").between("10.0.0.1", "224.0.23.12"),
        answer("remote-diagnostic-response", "0741", "08 02 00246d001122" + DEVICE_INFO + "14 04 0a000002 ffffff00 0a0000fe 0a0000fd 04 00"),
        ask("remote-configuration-request", "0742", HPAI + "08 02 00246d001122" + "10 03 0a000002 ffffff00 0a0000fe 06 01"),
        ask("remote-reset-request", "0743", "08 02 00246d001122 01 00"),
        ask("remote-reset-of-whoever-is-in-programming-mode", "0743", "02 01 02 00"),
        ask("session-request", "0951", "08 02 00000000 0000" + "ab".repeat(32)),
        answer("session-response", "0952", "0001" + "ba".repeat(32) + "cd".repeat(16)),
        authenticate,
        answer("session-status-failed", "0954", "01 00").after(authenticate),
        request("timer-notify", KnxNetIp.PORT, KnxNetIp.PORT, knx("0955", "000000000001 00fa12345678 0001" + "ef".repeat(16)))
            .between("10.0.0.3", "224.0.23.12"),
        answer("search-response-extended", "020c", "08 02 0a000002 0e57" + DEVICE_INFO + "06 06 04 01 05 01" + "0c 07 00fe 11fa 0005 11fb 0006"),
        ask("secure-wrapper", "0950", "0001 000000000001 00fa12345678 0000" + "cd".repeat(12) + "ef".repeat(16)),
        ask("unknown-service", "0aff", "0102"),
        answer("short-device-info-is-a-flaw", "0204", "06 01 02 00 1100"));
  }

  @TestFactory
  Stream<DynamicTest> aKeyNeverLeaves() {
    return messages().stream().filter(m -> m.name().contains("key") && HexFormat.of().formatHex(m.octets()).contains("deadbeef"))
        .map(m -> DynamicTest.dynamicTest(m.name(), () -> keyStays(m.octets())));
  }

  private void keyStays(byte[] octets) {
    Recorder recorder = Recorder.full();
    TestExchange x = new TestExchange();
    x.next(x.endpoint("10.0.0.3"), KnxNetIp.PORT, x.endpoint("224.0.23.12"), KnxNetIp.PORT, true);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      dissector().dissect(new Cursor().set(memory, 0, octets.length, octets.length), x, recorder);
    }
    assertThat(recorder.observations()).filteredOn(Act.class::isInstance).allSatisfy(o -> assertThat(((Act) o).value()).isInstanceOf(Value.Secret.class));
    assertThat(recorder.transcriptText() + recorder.facts()).doesNotContainIgnoringCase("deadbeef").doesNotContain("222, 173");
  }
}
