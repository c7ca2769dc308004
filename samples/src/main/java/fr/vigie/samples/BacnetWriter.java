package fr.vigie.samples;

import fr.vigie.samples.Host.Bacnet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** BACnet messages (ASHRAE 135-2020): APDU (clause 20), NPDU (clause 6), BVLL (annex J). */
final class BacnetWriter {
  static final int PORT = 0xBAC0;
  static final int ANALOG_INPUT = 0;
  static final int ANALOG_OUTPUT = 1;
  static final int ANALOG_VALUE = 2;
  static final int BINARY_INPUT = 3;
  static final int BINARY_OUTPUT = 4;
  static final int BINARY_VALUE = 5;
  static final int DEVICE = 8;
  static final int LIFE_SAFETY_POINT = 21;
  static final int PRESENT_VALUE = 85;
  static final int OBJECT_LIST = 76;
  static final int OBJECT_NAME = 77;
  static final int STATUS_FLAGS = 111;
  /** Clause 21: BACnetConfirmedServiceChoice. */
  static final int SUBSCRIBE_COV = 5;
  static final int READ_PROPERTY = 12;
  static final int READ_PROPERTY_MULTIPLE = 14;
  static final int WRITE_PROPERTY = 15;
  static final int WRITE_PROPERTY_MULTIPLE = 16;
  static final int DEVICE_COMMUNICATION_CONTROL = 17;
  static final int REINITIALIZE_DEVICE = 20;

  private BacnetWriter() {}

  // Values, clause 20.2

  static byte[] real(double v) {
    return new Bytes().u8(0x44).f32((float) v).octets();
  }

  static byte[] unsigned(long v) {
    return tagged(2, v);
  }

  static byte[] enumerated(long v) {
    return tagged(9, v);
  }

  static byte[] nothing() {
    return new byte[] {0};
  }

  static byte[] objectId(int type, int instance) {
    return new Bytes().u8(0xC4).u32((long) type << 22 | instance).octets();
  }

  /** A status-flags bit string: nothing in alarm, fault, overridden or out of service. */
  static byte[] statusFlags() {
    return new byte[] {(byte) 0x82, 4, 0};
  }

  /** Clause 20.2.9: a character string in UTF-8 (character set 0). */
  static byte[] text(String v) {
    byte[] t = v.getBytes(StandardCharsets.UTF_8);
    Bytes b = new Bytes();
    int length = t.length + 1;
    if (length <= 4) {
      b.u8(0x70 | length);
    } else {
      b.u8(0x75).u8(length);
    }
    return b.u8(0).raw(t).octets();
  }

  private static byte[] tagged(int tag, long v) {
    Bytes n = number(v);
    return new Bytes().u8(tag << 4 | n.size()).raw(n.octets()).octets();
  }

  static byte[] context(int tag, long v) {
    Bytes n = number(v);
    return new Bytes().u8(tag << 4 | 8 | n.size()).raw(n.octets()).octets();
  }

  static byte[] contextObject(int tag, int type, int instance) {
    return new Bytes().u8(tag << 4 | 0x0C).u32((long) type << 22 | instance).octets();
  }

  static byte[] in(int tag, byte[] inner) {
    return new Bytes().u8(tag << 4 | 0x0E).raw(inner).u8(tag << 4 | 0x0F).octets();
  }

  private static Bytes number(long v) {
    Bytes b = new Bytes();
    int octets = v < 0x100 ? 1 : v < 0x10000 ? 2 : v < 0x1000000 ? 3 : 4;
    for (int i = octets - 1; i >= 0; i--) {
      b.u8((int) (v >>> 8 * i));
    }
    return b;
  }

  // Services, clauses 13 to 16

  static byte[] whoIs() {
    return new byte[] {0x10, 8};
  }

  static byte[] whoIs(int low, int high) {
    return new Bytes().u8(0x10).u8(8).raw(context(0, low)).raw(context(1, high)).octets();
  }

  static byte[] iAm(Bacnet d) {
    boolean serial = d.network != 0;
    return new Bytes().u8(0x10).u8(0).raw(objectId(DEVICE, d.instance)).raw(unsigned(serial ? 480 : 1476))
        .raw(enumerated(serial ? 3 : 0)).raw(unsigned(d.model.bacnetVendor())).octets();
  }

  static Bytes confirmed(int invoke, int service) {
    // Clause 20.1.2: unsegmented, at most 1476 octets accepted.
    return new Bytes().u8(0).u8(5).u8(invoke).u8(service);
  }

  static Bytes ack(int invoke, int service) {
    return new Bytes().u8(0x30).u8(invoke).u8(service);
  }

  static byte[] simpleAck(int invoke, int service) {
    return new Bytes().u8(0x20).u8(invoke).u8(service).octets();
  }

  static byte[] readProperty(int invoke, int type, int instance, int property) {
    return confirmed(invoke, READ_PROPERTY).raw(contextObject(0, type, instance)).raw(context(1, property)).octets();
  }

  static byte[] readPropertyAck(int invoke, int type, int instance, int property, byte[] value) {
    return ack(invoke, READ_PROPERTY).raw(contextObject(0, type, instance)).raw(context(1, property)).raw(in(3, value)).octets();
  }

  /** One object and the properties asked of it, or their values. */
  record Spec(int type, int instance, List<Integer> properties, List<byte[]> values) {
    static Spec of(int type, int instance, Integer... properties) {
      return new Spec(type, instance, List.of(properties), new ArrayList<>());
    }

    Spec with(byte[] value) {
      values.add(value);
      return this;
    }
  }

  static byte[] readPropertyMultiple(int invoke, List<Spec> specs) {
    Bytes b = confirmed(invoke, READ_PROPERTY_MULTIPLE);
    for (Spec s : specs) {
      Bytes refs = new Bytes();
      s.properties.forEach(p -> refs.raw(context(0, p)));
      b.raw(contextObject(0, s.type, s.instance)).raw(in(1, refs.octets()));
    }
    return b.octets();
  }

  static byte[] readPropertyMultipleAck(int invoke, List<Spec> specs) {
    Bytes b = ack(invoke, READ_PROPERTY_MULTIPLE);
    for (Spec s : specs) {
      Bytes results = new Bytes();
      for (int i = 0; i < s.properties.size(); i++) {
        results.raw(context(2, s.properties.get(i))).raw(in(4, s.values.get(i)));
      }
      b.raw(contextObject(0, s.type, s.instance)).raw(in(1, results.octets()));
    }
    return b.octets();
  }

  static byte[] writeProperty(int invoke, int type, int instance, int property, byte[] value, int priority) {
    Bytes b = confirmed(invoke, WRITE_PROPERTY).raw(contextObject(0, type, instance)).raw(context(1, property)).raw(in(3, value));
    return (priority == 0 ? b : b.raw(context(4, priority))).octets();
  }

  static byte[] writePropertyMultiple(int invoke, int type, int instance, int property, byte[] value, int priority) {
    byte[] one = new Bytes().raw(context(0, property)).raw(in(2, value)).raw(context(3, priority)).octets();
    return confirmed(invoke, WRITE_PROPERTY_MULTIPLE).raw(contextObject(0, type, instance)).raw(in(1, one)).octets();
  }

  static byte[] subscribeCov(int invoke, int process, int type, int instance, int seconds) {
    return confirmed(invoke, SUBSCRIBE_COV).raw(context(0, process)).raw(contextObject(1, type, instance)).raw(context(2, 0))
        .raw(context(3, seconds)).octets();
  }

  static byte[] covNotification(int process, int device, int type, int instance, int remaining, byte[] value) {
    byte[] values = new Bytes().raw(context(0, PRESENT_VALUE)).raw(in(2, value)).raw(context(0, STATUS_FLAGS)).raw(in(2, statusFlags()))
        .octets();
    return new Bytes().u8(0x10).u8(2).raw(context(0, process)).raw(contextObject(1, DEVICE, device))
        .raw(contextObject(2, type, instance)).raw(context(3, remaining)).raw(in(4, values)).octets();
  }

  /**
   * DeviceCommunicationControl, clause 16.1.
   *
   * @param minutes how long, or 0 for ever
   * @param state 0 enable, 1 disable, 2 disable-initiation
   */
  static byte[] communication(int invoke, int minutes, int state) {
    Bytes b = confirmed(invoke, DEVICE_COMMUNICATION_CONTROL);
    if (minutes > 0) {
      b.raw(context(0, minutes));
    }
    return b.raw(context(1, state)).octets();
  }

  /** ReinitializeDevice, clause 16.4: 0 cold start, 1 warm start, 2 start backup. */
  static byte[] reinitialize(int invoke, int state) {
    return confirmed(invoke, REINITIALIZE_DEVICE).raw(context(0, state)).octets();
  }

  // Network layer, clause 6.2

  /** To the device itself, on this network. */
  static byte[] npdu(boolean expectingReply, byte[] apdu) {
    return new Bytes().u8(1).u8(expectingReply ? 4 : 0).raw(apdu).octets();
  }

  /** To a device behind a router. */
  static byte[] npduTo(int network, int mac, boolean expectingReply, byte[] apdu) {
    return new Bytes().u8(1).u8(0x20 | (expectingReply ? 4 : 0)).u16(network).u8(1).u8(mac).u8(255).raw(apdu).octets();
  }

  /** From a device behind a router. */
  static byte[] npduFrom(int network, int mac, byte[] apdu) {
    return new Bytes().u8(1).u8(8).u16(network).u8(1).u8(mac).raw(apdu).octets();
  }

  /** From a device behind a router to everybody, as an I-Am goes. */
  static byte[] npduFromToAll(int network, int mac, byte[] apdu) {
    return new Bytes().u8(1).u8(0x28).u16(0xFFFF).u8(0).u16(network).u8(1).u8(mac).u8(254).raw(apdu).octets();
  }

  /** To every network: DNET 65535. */
  static byte[] npduToAll(byte[] apdu) {
    return new Bytes().u8(1).u8(0x20).u16(0xFFFF).u8(0).u8(255).raw(apdu).octets();
  }

  /** Clause 6.4.2: I-Am-Router-To-Network. */
  static byte[] iAmRouter(int network) {
    return new Bytes().u8(1).u8(0x80).u8(1).u16(network).octets();
  }

  // Virtual link layer, annex J.2

  static byte[] unicast(byte[] npdu) {
    return bvll(0x0A, npdu);
  }

  static byte[] broadcast(byte[] npdu) {
    return bvll(0x0B, npdu);
  }

  static byte[] forwarded(Host origin, byte[] npdu) {
    return bvll(0x04, new Bytes().u32(origin.ip).u16(PORT).raw(npdu).octets());
  }

  static byte[] result(int code) {
    return bvll(0x00, new Bytes().u16(code).octets());
  }

  static byte[] registerForeign(int seconds) {
    return bvll(0x05, new Bytes().u16(seconds).octets());
  }

  static byte[] writeTable(List<Host> peers) {
    return bvll(0x01, table(peers));
  }

  static byte[] readTable() {
    return bvll(0x02, Wire.NOTHING);
  }

  static byte[] readTableAck(List<Host> peers) {
    return bvll(0x03, table(peers));
  }

  static byte[] deleteForeign(Host device) {
    return bvll(0x08, new Bytes().u32(device.ip).u16(PORT).octets());
  }

  private static byte[] table(List<Host> peers) {
    Bytes b = new Bytes();
    peers.forEach(p -> b.u32(p.ip).u16(PORT).u32(0xFFFFFFFFL));
    return b.octets();
  }

  private static byte[] bvll(int function, byte[] body) {
    return new Bytes().u8(0x81).u8(function).u16(4 + body.length).raw(body).octets();
  }
}
