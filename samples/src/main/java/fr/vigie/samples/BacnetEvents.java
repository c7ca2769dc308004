package fr.vigie.samples;

import static fr.vigie.samples.BacnetWriter.context;
import static fr.vigie.samples.BacnetWriter.contextObject;
import static fr.vigie.samples.BacnetWriter.in;

import java.time.ZonedDateTime;

/** BACnet's clocks, trends and alarms (ASHRAE 135-2020): time synchronization 16.7, ReadRange 15.8, event notification and acknowledgement clause 13. */
final class BacnetEvents {
  private static final int ACKNOWLEDGE_ALARM = 0;
  private static final int READ_RANGE = 26;
  private static final int TREND_LOG = 20;
  private static final int LOG_BUFFER = 131;
  /** Clause 21, BACnetEventType: out-of-range. */
  private static final int OUT_OF_RANGE = 5;
  private static final int NORMAL = 0;
  private static final int HIGH_LIMIT = 3;

  private BacnetEvents() {}

  /** UTCTimeSynchronization (16.7.2), to everybody. */
  static byte[] utc(ZonedDateTime t) {
    return new Bytes().u8(0x10).u8(9).raw(dateTime(t)).octets();
  }

  /** Clause 20.2.12 and 20.2.13. */
  private static byte[] dateTime(ZonedDateTime t) {
    return new Bytes().u8(0xA4).u8(t.getYear() - 1900).u8(t.getMonthValue()).u8(t.getDayOfMonth()).u8(t.getDayOfWeek().getValue())
        .u8(0xB4).u8(t.getHour()).u8(t.getMinute()).u8(t.getSecond()).u8(t.getNano() / 10_000_000).octets();
  }

  /** The last records of a trend log, by position from its end. */
  static byte[] readRange(int invoke, int log, int count) {
    byte[] range = new Bytes().raw(BacnetWriter.unsigned(60)).u8(0x31).u8(-count).octets();
    return BacnetWriter.confirmed(invoke, READ_RANGE).raw(contextObject(0, TREND_LOG, log)).raw(context(1, LOG_BUFFER)).raw(in(3, range)).octets();
  }

  /** Records of numbers, a quarter of an hour apart, the last one at {@code t}. */
  static byte[] readRangeAck(int invoke, int log, ZonedDateTime t, float... values) {
    Bytes items = new Bytes();
    for (int i = 0; i < values.length; i++) {
      items.raw(in(0, dateTime(t.minusMinutes(15L * (values.length - 1 - i))))).raw(in(1, new Bytes().u8(0x2C).f32(values[i]).octets()))
          .raw(new byte[] {0x2A, 4, 0});
    }
    return BacnetWriter.ack(invoke, READ_RANGE).raw(contextObject(0, TREND_LOG, log)).raw(context(1, LOG_BUFFER)).raw(new byte[] {0x3A, 5, (byte) 0x40})
        .raw(context(4, values.length)).raw(in(5, items.octets())).octets();
  }

  /** UnconfirmedEventNotification (13.9): a value left its range, or came back. */
  static byte[] event(int device, int type, int instance, ZonedDateTime t, boolean alarm, double value, double limit) {
    Bytes values = new Bytes().u8(0x0C).f32((float) value).raw(new byte[] {0x1A, 4, (byte) (alarm ? 0x80 : 0)}).u8(0x2C).f32(0.5f).u8(0x3C).f32((float) limit);
    return new Bytes().u8(0x10).u8(3).raw(context(0, 1)).raw(contextObject(1, BacnetWriter.DEVICE, device)).raw(contextObject(2, type, instance))
        .raw(in(3, in(2, dateTime(t)))).raw(context(4, 10)).raw(context(5, alarm ? 64 : 128)).raw(context(6, OUT_OF_RANGE)).raw(context(8, 0))
        .raw(context(9, alarm ? 1 : 0)).raw(context(10, alarm ? NORMAL : HIGH_LIMIT)).raw(context(11, alarm ? HIGH_LIMIT : NORMAL))
        .raw(in(12, in(5, values.octets()))).octets();
  }

  /** AcknowledgeAlarm (13.5) by a person. */
  static byte[] acknowledge(int invoke, int type, int instance, ZonedDateTime raised, ZonedDateTime now, String who) {
    byte[] text = new Bytes().text(who).octets();
    return BacnetWriter.confirmed(invoke, ACKNOWLEDGE_ALARM).raw(context(0, 1)).raw(contextObject(1, type, instance)).raw(context(2, HIGH_LIMIT))
        .raw(in(3, in(2, dateTime(raised)))).u8(0x4D).u8(text.length + 1).u8(0).raw(text).raw(in(5, in(2, dateTime(now)))).octets();
  }

  static byte[] acknowledged(int invoke) {
    return BacnetWriter.simpleAck(invoke, ACKNOWLEDGE_ALARM);
  }
}
