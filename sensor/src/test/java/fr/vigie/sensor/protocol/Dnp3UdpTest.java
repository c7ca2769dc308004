package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.Dnp3Test.master;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;

import java.util.List;

/** DNP3 over UDP, where a datagram holds whole frames (IEEE 1815-2012 13.2.3). */
final class Dnp3UdpTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Dnp3(Dissector.Transport.UDP);
  }

  /** A whole frame is a whole datagram, too. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return List.of(request("datagram", 20_000, 20_000, master("c4 0d")), request("datagram-of-two", 20_000, 20_000, master("c2 00") + master("c4 0e")));
  }
}
