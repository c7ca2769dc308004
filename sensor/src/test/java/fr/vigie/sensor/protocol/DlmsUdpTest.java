package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DlmsTest.hdlc;
import static fr.vigie.sensor.protocol.DlmsTest.wrapped;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** DLMS/COSEM over UDP: one wrapper a datagram (IEC 62056-47:2006 §6), or whole frames of HDLC. */
final class DlmsUdpTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Dlms(Dissector.Transport.UDP);
  }

  @Override
  protected List<Message> messages() {
    return List.of(request("datagram", 50_001, 4059, wrapped("c0 01 c1 0003 0100010800ff 02 00")), request("hdlc-datagram", 50_001, 4059, hdlc("0321", 0x93, "")),
        request("hdlc-get", 50_001, 4059, hdlc("0002002321", 0x32, "e6e600" + "c001c100030100010800ff0200")));
  }

  @Test
  void aDatagramHoldsWholeFramesWhoseFlagsMayBeShared() {
    String connect = hdlc("0321", 0x93, "");
    String ready = hdlc("0321", 0x51, "");
    for (String both : List.of(connect + ready, connect + ready.substring(2))) {
      assertThat(String.join("\n", Dissected.facts(dissector(), request("two", 50_001, 4059, both)))).contains("operation SNRM").contains("operation RR");
    }
    assertThat(Dissected.facts(dissector(), request("half", 50_001, 4059, connect + ready.substring(0, 8)))).containsExactly("not mine at 0");
  }
}
