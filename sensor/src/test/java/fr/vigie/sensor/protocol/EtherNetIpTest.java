package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EtherNetIpTest extends DissectorContract {
  private static String u16(int value) {
    return String.format("%04x", Short.reverseBytes((short) value) & 0xFFFF);
  }

  private static String packet(int command, String session, String data) {
    return u16(command) + u16(Message.hex(data).length) + session + "00000000" + "0102030405060708" + "00000000" + data;
  }

  private static String unconnected(String cip) {
    return packet(0x6F, "11000000", "00000000 0000 0200 0000 0000 b200" + u16(Message.hex(cip).length) + cip);
  }

  private static String connected(int sequence, String cip) {
    return packet(0x70, "11000000", "00000000 0000 0200 a100 0400 44332211 b100" + u16(2 + Message.hex(cip).length) + u16(sequence) + cip);
  }

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 44818, hex);
  }

  private static Message device(String name, String hex) {
    return Message.response(name, 44818, 50000, hex);
  }

  private static final String NAME = Message.ascii("1756-ENBT/A");
  private static final Message REGISTER = client("register-session", packet(0x65, "00000000", "01000000"));
  private static final Message GET_ALL = client("get-attributes-all-of-identity", unconnected("01 02 2001 2401"));
  private static final Message SET = client("set-attribute-single", unconnected("10 03 2004 2465 3003 01020304"));
  private static final Message TAGS = client("multiple-tag-services", connected(7, "0a 02 2002 2401 0200 0600 1400"
      + "4c 05 9108" + Message.ascii("Ahu1Temp") + "0100" + "4d 04 9106" + Message.ascii("Ahu1Sp") + "ca00 0100 0000a841"));

  @Override
  protected Dissector dissector() {
    return new EtherNetIp(Dissector.Transport.TCP);
  }

  @Override
  protected List<Message> messages() {
    String identity = "0100 0c00" + u16(2 + 16 + 14 + 1 + 11 + 1) + "0100" + "0002af120a000002" + "00".repeat(8) + "0100 0c00 3a00 0401 3060 78563412 0b" + NAME + "03";
    Message serial = client("get-serial", unconnected("0e 03 2001 2401 3006"));
    Message host = client("get-host-name", unconnected("0e 03 20f5 2401 3006"));
    Message address = client("get-physical-address", unconnected("0e 03 20f6 2401 3003"));
    return List.of(serial, device("get-serial-answer", unconnected("8e 00 00 00 78563412")).after(serial), host,
        device("get-host-name-answer", unconnected("8e 00 00 00 0600" + Message.ascii("plc-03"))).after(host), address,
        device("get-physical-address-answer", unconnected("8e 00 00 00 00000bc12345")).after(address),
        device("list-services-answer", packet(0x04, "00000000", "0100 0001 1400 0100 2001" + Message.ascii("Communications") + "0000")),
        client("list-identity", packet(0x63, "00000000", "")), device("list-identity-answer", packet(0x63, "00000000", identity)),
        client("list-services", packet(0x04, "00000000", "")), REGISTER, device("register-session-done", packet(0x65, "11000000", "01000000")).after(REGISTER),
        client("unregister-session", packet(0x66, "11000000", "")), GET_ALL,
        device("identity-object", unconnected("81 00 00 00" + "0100 0e00 3600 140b 6031 78563412 05" + Message.ascii("L55/A"))).after(GET_ALL), SET,
        device("set-attribute-done", unconnected("90 00 00 00")).after(SET),
        device("set-attribute-refused", unconnected("90 00 0e 00")).after(SET),
        client("reset", unconnected("05 02 2001 2401 00")), client("stop", connected(3, "07 02 208e 2401")),
        client("unconnected-send-of-a-read", unconnected("52 02 2006 2401 0a0e 0800 0e 03 2001 2401 3007 01 00 0100")),
        client("forward-open", unconnected("54 02 2006 2401 " + "0a0e" + "00".repeat(33) + "03 0100 2002 2401")), TAGS,
        device("multiple-tag-answers", connected(7, "8a 00 00 00 0200 0600 0e00 cc 00 00 00 ca00 0000 cd 00 04 00")).after(TAGS),
        client("a-path-of-nothing-is-a-flaw", unconnected("0e 00")),
        device("an-encapsulation-error", u16(0x6F) + "0000 11000000 64000000 0102030405060708 00000000"),
        client("one-item-is-a-flaw", packet(0x6F, "11000000", "00000000 0000 0100 0000 0000")),
        client("a-packet-within-a-packet-within-a-packet", unconnected("0a 02 2002 2401 0100 0400 0a 02 2002 2401 0100 0400 0a 02 2002 2401 0100 0400 0e 02 2001 2401")));
  }

  @Test
  void aWriteNamesItsTagAndItsRefusalBelongsToIt() {
    Message answer = messages().stream().filter(m -> m.name().equals("multiple-tag-answers")).findFirst().orElseThrow();
    assertThat(Dissected.facts(new EtherNetIp(Dissector.Transport.TCP), TAGS, answer)).anyMatch(f -> f.contains("WRITE Write_Tag") && f.contains("Ahu1Sp"))
        .anyMatch(f -> f.contains("ERROR(Path Segment Error)"));
  }

  @Test
  void aDatagramMustBeAsLongAsItSays() {
    EtherNetIp datagrams = new EtherNetIp(Dissector.Transport.UDP);
    assertThat(Dissected.facts(datagrams, client("padded", packet(0x63, "00000000", "") + "00"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(datagrams, client("exact", packet(0x63, "00000000", "")))).contains("operation ListIdentity");
  }
}
