package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;

/** Every frame type of clause 9.3 as it stands on the bus, with its checksums; BacnetAgreementTest has tshark read the same. */
final class MstpTest extends DissectorContract {
  private static final String STATION = "02:4d:53:54:50:";

  @Override
  protected Dissector dissector() {
    return new Mstp();
  }

  /** The length field lies within the frame, and the capture's record is the frame. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** A CRC of so many bits, low bit first, as annex G describes it. */
  private record Crc(int bits, int polynomial) {
    int of(byte[] octets) {
      int crc = -1 >>> 32 - bits;
      for (byte octet : octets) {
        crc ^= octet & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ polynomial;
        }
      }
      return ~crc & -1 >>> 32 - bits;
    }
  }

  private static final Crc HEADER = new Crc(8, 0x81);
  private static final Crc DATA = new Crc(16, 0x8408);
  private static final Crc EXTENDED = new Crc(32, 0xEB31D82E);

  private static byte[] header(int type, int to, int from, int length) {
    byte[] octets = {(byte) type, (byte) to, (byte) from, (byte) (length >> 8), (byte) length};
    return join(new byte[] {0x55, (byte) 0xFF}, octets, new byte[] {(byte) HEADER.of(octets)});
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A frame with its header and data checksums. */
  static byte[] frame(int type, int to, int from, byte[] data) {
    int crc = DATA.of(data);
    byte[] trailer = data.length == 0 ? new byte[0] : new byte[] {(byte) crc, (byte) (crc >> 8)};
    return join(header(type, to, from, data.length), data, trailer);
  }

  /** An extended frame (9.10). */
  static byte[] extended(int type, int to, int from, byte[] data) {
    byte[] encoded = stuffed(data);
    int crc = EXTENDED.of(encoded);
    byte[] trailer = stuffed(new byte[] {(byte) crc, (byte) (crc >> 8), (byte) (crc >> 16), (byte) (crc >> 24)});
    return join(header(type, to, from, encoded.length + trailer.length - 2), encoded, trailer);
  }

  /** Consistent overhead byte stuffing, then 55 by exclusive or. */
  private static byte[] stuffed(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    for (int at = 0; at <= data.length; at++) {
      boolean zero = at < data.length && data[at] == 0;
      if (zero || at == data.length || at - from == 254) {
        out.write(at - from + 1);
        out.write(data, from, at - from);
        from = zero ? at + 1 : at;
      }
    }
    byte[] stuffed = out.toByteArray();
    for (int i = 0; i < stuffed.length; i++) {
      stuffed[i] ^= 0x55;
    }
    return stuffed;
  }

  private static Message message(String name, int to, int from, byte[] octets) {
    return Message.request("mstp-" + name, 0, 0, HexFormat.of().formatHex(octets)).between(station(from), station(to));
  }

  private static String station(int address) {
    return address == 255 ? "ff:ff:ff:ff:ff:ff" : STATION + HexFormat.of().toHexDigits((byte) address);
  }

  private static Message plain(String name, int type, int to, int from, String data) {
    return message(name, to, from, frame(type, to, from, Message.hex(data)));
  }

  private static byte[] spoilt(byte[] frame, int at) {
    byte[] copy = frame.clone();
    copy[at] ^= 1;
    return copy;
  }

  @Override
  protected List<Message> messages() {
    String write = "01 04 00 02 59 0f 0c 00800001 19 55 3e 44 43340000 3f 49 08";
    byte[] writing = frame(5, 12, 1, Message.hex(write));
    byte[] text = Message.hex("01 00 10 05 0c 02000005 29 00 3d fe 0259 00" + "41".repeat(600));
    Message wrote = message("write-property", 12, 1, writing);
    return List.of(
        plain("token", 0, 12, 1, ""),
        plain("poll-for-master", 1, 13, 12, ""),
        plain("reply-to-poll-for-master", 2, 12, 13, ""),
        plain("test-request", 3, 12, 1, "0102030405"),
        plain("test-response", 4, 1, 12, "0102030405"),
        wrote,
        plain("write-property-done", 6, 1, 12, "01 00 20 59 0f").after(wrote),
        plain("who-is", 6, 255, 1, "01 00 10 08"),
        plain("i-am-behind-a-router", 6, 255, 3, "01 28 ffff 00 07d1 01 0a fe 10 00 c4 02000803 22 01e0 91 03 21 0a"),
        plain("reply-postponed", 7, 1, 12, ""),
        plain("reserved", 9, 1, 12, ""),
        plain("proprietary", 200, 1, 12, "0008 01020304"),
        message("extended-not-expecting-reply", 255, 5, extended(33, 255, 5, text)),
        message("extended-expecting-reply", 12, 1, extended(32, 12, 1, Message.hex(write))),
        message("extended-password-is-a-secret", 12, 1, extended(32, 12, 1, Message.hex("01 04 00 04 05 11 09 05 19 01 2d 08 00" + Message.ascii("#egbdf!")))),
        message("ipv6-over-mstp", 12, 1, extended(34, 12, 1, Message.hex("6000000000"))),
        message("extended-with-a-wrong-checksum", 12, 1, spoilt(extended(32, 12, 1, Message.hex(write)), 33)),
        message("extended-that-is-not-stuffed", 12, 1, spoilt(extended(32, 12, 1, Message.hex("01 00 10 08" + "11".repeat(8))), 8)),
        message("a-wrong-header-checksum-is-a-flaw", 12, 1, spoilt(writing, 7)),
        message("a-wrong-data-checksum-is-a-flaw-and-no-act", 12, 1, spoilt(writing, writing.length - 3)),
        message("a-frame-from-everybody-is-a-flaw", 12, 255, frame(0, 12, 255, new byte[0])));
  }
}
