package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * BACnet directly on Ethernet (ASHRAE 135-2020 clause 7): an IEEE 802.2 frame from and to service access point 0x82, its contents an NPDU.
 * From there on it is {@link Bacnet}; devices are known by their MAC addresses.
 */
public final class BacnetEthernet implements Dissector {
  /** 7.1: DSAP and SSAP X'82', written as {@link Dissector.Transport#ETHERNET} demands. */
  private static final int ACCESS_POINTS = 0x10000 | 0x8282;

  private static final Cite FRAME = Message.cite("7.1");

  private final Message message = new Message();
  private final Npdu npdu = new Npdu(message);

  @Override
  public String name() {
    return Bacnet.NAME;
  }

  @Override
  public Sheet sheet() {
    return new Sheet("BACnet over Ethernet", "ASHRAE 135-2020 clause 7",
        "the IEEE 802.2 frame to and from access point 0x82; what it carries is BACnet as above",
        "nothing left out below the network layer",
        "tshark on captures of BACnet over Ethernet");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {ACCESS_POINTS};
  }

  @Override
  public int frame(Cursor c, Exchange exchange) {
    return c.peek(0) == Npdu.VERSION && c.wireLength() > 2 ? c.wireLength() : NOT_MINE;
  }

  @Override
  public Cite cite() {
    return FRAME;
  }

  @Override
  public void dissect(Cursor c, Exchange exchange, Observer observer) {
    message.begin(c, exchange, observer);
    message.broadcast = exchange.target().group();
    Transcript t = observer.transcript();
    t.message(Bacnet.NAME, "NPDU");
    npdu.read(c);
    message.finish();
    t.end();
  }
}
