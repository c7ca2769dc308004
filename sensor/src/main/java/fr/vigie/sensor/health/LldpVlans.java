package fr.vigie.sensor.health;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.wire.Cursor;
import fr.vigie.sensor.wire.Headers;
import java.util.function.IntConsumer;

/**
 * The VLANs that a switch names in an LLDP frame: IEEE 802.1AB-2016 §8.4, {@code | type 7, length 9 | value |}, organization 00-80-C2
 * (IEEE 802.1Q-2018 annex D): subtype 1 {@code | port VLAN u16 |}, subtype 3 {@code | VLAN u16 | length u8 | name |}. Everything else of
 * the frame is for the dissector of LLDP.
 */
final class LldpVlans {
  /** IEEE 802.1AB-2016 §7.3. */
  static final int ETHERTYPE = 0x88CC;

  private static final int ORGANIZATION = 127;
  private static final int IEEE_802_1 = 0x0080C2;
  private static final int PORT_VLAN = 1;
  private static final int VLAN_NAME = 3;

  private final Cursor cursor = new Cursor();

  /** Tells each VLAN named, 1 to 4094. */
  void read(Packet packet, Headers h, IntConsumer vlan) {
    cursor.set(packet.segment, h.payload, h.payloadCaptured, h.payloadWire);
    while (cursor.ok() && cursor.remaining() >= 2) {
      int header = cursor.u16();
      long outer = cursor.enter(header & 0x1FF);
      if (cursor.ok() && header >>> 9 == ORGANIZATION && cursor.remaining() >= 6 && cursor.u24() == IEEE_802_1) {
        int subtype = cursor.u8();
        int number = cursor.u16();
        if ((subtype == PORT_VLAN || subtype == VLAN_NAME) && number >= 1 && number <= 4094) {
          vlan.accept(number);
        }
      }
      cursor.leave(outer);
      if (header == 0) {
        break; // §8.5.1: the end
      }
    }
    cursor.clear();
  }
}
