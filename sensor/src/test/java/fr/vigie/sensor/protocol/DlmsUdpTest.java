package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DlmsTest.wrapped;

import java.util.List;

/** DLMS/COSEM over UDP: one wrapper a datagram (IEC 62056-47:2006 §6). */
final class DlmsUdpTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Dlms(Dissector.Transport.UDP);
  }

  @Override
  protected List<Message> messages() {
    return List.of(request("datagram", 50_001, 4059, wrapped("c0 01 c1 0003 0100010800ff 02 00")));
  }
}
