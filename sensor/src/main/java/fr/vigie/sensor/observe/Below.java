package fr.vigie.sensor.observe;

import java.util.HexFormat;

/** An address below the IP address: where the device really stands when a router, gateway or bus speaks for it. */
public sealed interface Below {
  /** The member name in outputs: {@code bacnet}, {@code knx}, {@code unit} or {@code lon}. */
  String scheme();

  /** The text in outputs, for example {@code 2001:0x0a}, {@code 1.1.7}, {@code 3}. */
  String text();

  /** One of two numbers that together no other address below an IP address has: what is remembered of one must not be taken for another's. */
  long first();

  /** The other number. */
  long second();

  /**
   * A BACnet device behind a router (ASHRAE 135 §6.2.2).
   *
   * @param net network number, 1..65534, or 0 for the network at hand, on which a BACnet/SC hub speaks for its nodes
   * @param mac the MAC address on that network, big-endian in the low {@code length} bytes
   * @param length octets of the MAC, 1..8; longer addresses are refused by the dissector
   */
  record Bacnet(int net, long mac, int length) implements Below {
    @Override
    public String scheme() {
      return "bacnet";
    }

    @Override
    public String text() {
      return net + ":0x" + HexFormat.of().toHexDigits(mac, length * 2);
    }

    @Override
    public long first() {
      return 1L << 32 | (long) net << 8 | length;
    }

    @Override
    public long second() {
      return mac;
    }
  }

  /**
   * A KNX individual address (KNX 03_03_02 §1.4).
   *
   * @param address area (4 bits), line (4 bits), device (8 bits)
   */
  record Knx(int address) implements Below {
    @Override
    public String scheme() {
      return "knx";
    }

    @Override
    public String text() {
      return (address >>> 12 & 0xF) + "." + (address >>> 8 & 0xF) + "." + (address & 0xFF);
    }

    @Override
    public long first() {
      return 2L << 32;
    }

    @Override
    public long second() {
      return address;
    }
  }

  /**
   * A Modbus unit behind a gateway (MODBUS Messaging on TCP/IP V1.0b §4.2).
   *
   * @param unit unit identifier, 0..255
   */
  record Modbus(int unit) implements Below {
    @Override
    public String scheme() {
      return "unit";
    }

    @Override
    public String text() {
      return Integer.toString(unit);
    }

    @Override
    public long first() {
      return 3L << 32;
    }

    @Override
    public long second() {
      return unit;
    }
  }

  /**
   * A LonWorks node (ISO/IEC 14908-1 §6).
   *
   * @param subnet 0..255
   * @param node 0..127
   */
  record Lon(int subnet, int node) implements Below {
    @Override
    public String scheme() {
      return "lon";
    }

    @Override
    public String text() {
      return subnet + "/" + node;
    }

    @Override
    public long first() {
      return 4L << 32;
    }

    @Override
    public long second() {
      return (long) subnet << 8 | node;
    }
  }
}
