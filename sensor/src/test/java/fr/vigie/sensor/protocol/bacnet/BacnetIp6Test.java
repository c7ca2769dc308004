package fr.vigie.sensor.protocol.bacnet;

import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.Recorder;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every function of annex U, its octets built from the clause that cites it; BacnetAgreementTest has tshark read the same. */
final class BacnetIp6Test extends DissectorContract {
  private static final int PORT = 0xBAC0;
  private static final String CLIENT = "000064 ";
  private static final String SERVER = "0003e9 ";
  private static final String ORIGINATOR = "20010db8000000000000000000000007 bac0 ";

  @Override
  protected Dissector dissector() {
    return new BacnetIp6();
  }

  private static String bvlc(int function, String contents) {
    int length = Message.hex(contents).length + 4;
    return "82" + HexFormat.of().toHexDigits((byte) function) + HexFormat.of().toHexDigits((short) length) + contents;
  }

  private static Message ask(String name, int function, String contents) {
    return request("ip6-" + name, PORT, PORT, bvlc(function, CLIENT + contents));
  }

  private static Message answer(String name, Message asked, int function, String contents) {
    return response("ip6-" + name, PORT, PORT, bvlc(function, SERVER + contents)).after(asked);
  }

  @Override
  protected List<Message> messages() {
    Message read = ask("read-property", 0x01, SERVER + "01 04 00 02 01 0c 0c 00000005 19 55");
    Message write = ask("write-property", 0x01, SERVER + "01 04 00 02 59 0f 0c 00800001 19 55 3e 44 43340000 3f 49 08");
    Message virtual = ask("virtual-address-resolution", 0x06, "");
    Message register = ask("register-foreign-device", 0x09, "003c");
    Message delete = ask("delete-fdt-entry", 0x0A, ORIGINATOR);
    return List.of(
        read,
        answer("read-property-ack", read, 0x01, CLIENT + "01 00 30 01 0c 0c 00000005 19 55 3e 44 4290999a 3f"),
        write,
        answer("write-property-done", write, 0x01, CLIENT + "01 00 20 59 0f"),
        ask("i-am", 0x02, "01 20 ffff 00 ff 10 00 c4 02000064 22 01e0 91 03 21 05"),
        ask("address-resolution", 0x03, SERVER),
        request("ip6-forwarded-address-resolution", PORT, PORT, bvlc(0x04, CLIENT + SERVER + ORIGINATOR)),
        answer("address-resolution-ack", ask("asked", 0x03, SERVER), 0x05, CLIENT),
        virtual,
        answer("virtual-address-resolution-ack", virtual, 0x07, CLIENT),
        request("ip6-forwarded-i-am-names-the-originator", PORT, PORT,
            bvlc(0x08, "000007" + ORIGINATOR + "01 20 ffff 00 ff 10 00 c4 02000007 22 01e0 91 03 21 05")),
        register,
        answer("register-foreign-device-done", register, 0x00, "0000"),
        answer("register-foreign-device-refused", register, 0x00, "0090"),
        delete,
        answer("delete-fdt-entry-refused", delete, 0x00, "00a0"),
        request("ip6-secure-bvll", PORT, PORT, bvlc(0x0B, "0102030405")),
        ask("distribute-broadcast", 0x0C, "01 20 ffff 00 ff 10 08"),
        // H.7.2: a virtual address whose first bits are 01 is random and no device instance
        request("ip6-random-virtual-address", PORT, PORT, bvlc(0x02, "412345 01 00 10 08")));
  }

  @Test
  void aWrongLengthOrFunctionIsNotBacnet() {
    assertThat(frame("8202 000b 000064 0100 1008")).isEqualTo(11);
    assertThat(frame("8202 000c 000064 0100 1008")).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame("820d 000b 000064 0100 1008")).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame("8202 000b 000064 0200 1008")).isEqualTo(Dissector.NOT_MINE);
    assertThat(frame("8102 000b 000064 0100 1008")).isEqualTo(Dissector.NOT_MINE);
  }

  @Test
  void theVirtualAddressIsTheDeviceInstance() {
    MemorySegment octets = memory("8202 000b 000064 0100 1008");
    Recorder recorder = Recorder.full();
    new BacnetIp6().dissect(new Cursor().set(octets, 0, octets.byteSize(), octets.byteSize()), new TestExchange(), recorder);
    assertThat(recorder.facts()).anyMatch(f -> f.contains("INSTANCE") && f.contains("100"));
  }

  private static MemorySegment memory(String hex) {
    byte[] octets = Message.hex(hex);
    return Arena.ofAuto().allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
  }

  private static int frame(String hex) {
    MemorySegment octets = memory(hex);
    return new BacnetIp6().frame(new Cursor().set(octets, 0, octets.byteSize(), octets.byteSize()), new TestExchange());
  }
}
