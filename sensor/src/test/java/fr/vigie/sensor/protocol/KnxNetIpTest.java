package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after the frame pictures of KNX 03_08_02, 03_08_04, 03_08_05 and 03_06_03. */
final class KnxNetIpTest extends DissectorContract {
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
  protected List<Message> messages() {
    Message connect = ask("connect-request", "0205", HPAI + HPAI + "04 04 02 00");
    Message disconnect = ask("disconnect-request", "0209", "15 00" + HPAI);
    Message write = tunnelled("tunnelled-group-value-write", "11 00 bc e0 0000 0901 01 00 81");
    Message authorize = tunnelled("authorize-request", "11 00 b0 60 0000 1107 06 03 d1 00 11223344");
    Message propertyWrite = ask("device-configuration-property-write", "0310", "04 15 00 00 f6 000b 01 34 1001 01");
    return List.of(
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
        ask("remote-reset-request", "0743", HPAI + "04 01 00 00"),
        ask("session-request", "0951", "08 02 00000000 0000" + "ab".repeat(32)),
        ask("secure-wrapper", "0950", "0001 000000000001 00fa12345678 0000" + "cd".repeat(12) + "ef".repeat(16)),
        ask("unknown-service", "0aff", "0102"),
        answer("short-device-info-is-a-flaw", "0204", "06 01 02 00 1100"));
  }

  @Test
  void aSecretNeverLeaves() {
    byte[] octets = messages().stream().filter(m -> m.name().equals("key-write")).findFirst().orElseThrow().octets();
    Recorder recorder = Recorder.full();
    TestExchange x = new TestExchange();
    x.next(x.endpoint("10.0.0.3"), KnxNetIp.PORT, x.endpoint("224.0.23.12"), KnxNetIp.PORT, true);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      dissector().dissect(new Cursor().set(memory, 0, octets.length, octets.length), x, recorder);
    }
    Act act = (Act) recorder.observations().getLast();
    assertThat(act.operation()).isEqualTo("A_Key_Write");
    assertThat(act.value()).isEqualTo(new Value.Secret(4));
    assertThat(recorder.transcriptText() + recorder.facts()).doesNotContainIgnoringCase("deadbeef").doesNotContain("222, 173");
  }
}
