package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import java.util.List;

/** BACnet on Ethernet: the same messages without a virtual link, between MAC addresses. */
final class BacnetEthernetTest extends DissectorContract {
  private static final String STATION = "00:60:2d:00:15:d5";
  private static final String CONTROLLER = "00:60:2d:00:15:d6";

  @Override
  protected Dissector dissector() {
    return new BacnetEthernet();
  }

  /** The frame's own length is all there is. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** Optional parameters at the end of a message: a frame that ends before them is a whole message, and no length says otherwise. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return message.name().equals("ethernet-write-property") && octets == message.octets().length - 2;
  }

  @Override
  protected List<Message> messages() {
    Message write = Message.request("ethernet-write-property", 0, 0, "01 04 00 02 59 0f 0c 00800001 19 55 3e 44 43340000 3f 49 08")
        .between(STATION, CONTROLLER);
    return List.of(
        Message.request("ethernet-i-am", 0, 0, "01 28 ffff 00 07d1 01 0a fe 10 00 c4 02000803 22 01e0 91 03 21 0a")
            .between(STATION, "ff:ff:ff:ff:ff:ff"),
        write,
        Message.response("ethernet-write-property-done", 0, 0, "01 00 20 59 0f").between(CONTROLLER, STATION).after(write));
  }
}
