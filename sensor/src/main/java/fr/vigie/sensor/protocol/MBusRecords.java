package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The data records of EN 13757-3 (application layer of M-Bus), walked once: transcript, and readings with their units.
 *
 * <pre>
 * | DIF: extension 1, storage 1, function 2, length 4 | DIFE: extension 1, unit 1, tariff 2, storage 4 … | VIF: extension 1, unit 7 | VIFE … | value |
 * </pre>
 */
final class MBusRecords {
  private static final String STANDARD = "EN 13757-3:2018";
  private static final Cite RECORDS = new Cite(STANDARD, "6 (data records)");

  /** 6.3: at most ten extensions of each kind. */
  private static final int EXTENSIONS = 10;

  /** Tables of value information: primary, and the ones that 0xFB and 0xFD open. */
  private static final int PRIMARY = 0;
  private static final int FB = 1;
  private static final int FD = 2;

  private static final String[] FUNCTIONS = {"", ",maximum", ",minimum", ",error"};
  private static final String[] SECONDS = {"seconds", "minutes", "hours", "days"};

  /** Whose records these are; 64 bits that name the meter. */
  long meter;
  /** Whether they are measured, not sent to the meter. */
  boolean measured;
  /** Whether the meter reports no fault. */
  boolean good;

  /** Of the records last walked. */
  int records;
  boolean setsAddress;
  boolean setsTime;
  double firstValue;

  /** Of the record under way. */
  private int table;
  private int vif;
  private double scale;
  private @Nullable String unit;
  private @Nullable String quantity;

  /** Walks the records up to the end of the cursor. */
  void walk(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    records = 0;
    setsAddress = false;
    setsTime = false;
    firstValue = Double.NaN;
    while (m.ok() && m.remaining() > 0) {
      int dif = m.peek(0);
      if (dif == 0x2F) {
        // 6.3.3: filler
        m.skip(1);
      } else if ((dif & 0x0F) == 0x0F) {
        m.skip(1);
        if (dif == 0x0F || dif == 0x1F) {
          t.field("moreRecordsFollow", dif == 0x1F);
          t.octets("manufacturerData", m, m.remaining());
          m.skip(m.remaining());
        } else if (dif == 0x7F) {
          t.field("globalReadout", true);
        } else {
          o.flaw(x, RECORDS, "dif", m.position() - 1, m.wireLength());
          m.skip(m.remaining());
        }
      } else {
        record(m, x, o);
      }
    }
  }

  private void record(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int dif = m.u8();
    long storage = dif >>> 6 & 1L;
    int function = dif >>> 4 & 3;
    int tariff = 0;
    int device = 0;
    int octet = dif;
    for (int i = 0; (octet & 0x80) != 0 && i < EXTENSIONS; i++) {
      octet = m.u8();
      storage |= (octet & 0x0FL) << 4 * i + 1;
      tariff |= (octet >>> 4 & 3) << 2 * i;
      device |= (octet >>> 6 & 1) << i;
    }
    boolean tooLong = (octet & 0x80) != 0;
    boolean plain = value(m, t);
    if (m.ok() && (tooLong || vif < 0)) {
      o.flaw(x, RECORDS, "extensions", m.position(), m.wireLength());
      m.skip(m.remaining());
      return;
    }
    String name = quantity == null ? "reserved" : quantity;
    t.begin(name);
    t.field("dif", dif);
    t.field("vif", vif);
    t.field("function", function);
    t.field("storage", storage);
    t.field("tariff", tariff);
    t.field("unit", device);
    int length = dif & 0x0F;
    boolean secret = table == FD && vif >= 0x12 && vif <= 0x16;
    double value = data(m, o, length, secret);
    if (unit != null && !Double.isNaN(value)) {
      t.field("scaled", value * scale);
      t.field("unitOfMeasure", unit);
    }
    t.close();
    if (!m.ok()) {
      return;
    }
    records++;
    setsAddress |= table == PRIMARY && vif == 0x7A;
    setsTime |= table == PRIMARY && (vif == 0x6C || vif == 0x6D);
    if (records == 1 && !secret) {
      firstValue = value * scale;
    }
    if (measured && plain && unit != null && !Double.isNaN(value) && length != 0) {
      // storages beyond 65,535 and tariffs beyond 255 share a point
      long key = (long) table << 56 | (long) vif << 48 | (long) function << 46 | (Math.min(storage, 0xFFFF) & 0xFFFF) << 16 | (tariff & 0xFF) << 8 | device & 0xFF;
      o.reading(x, x.source(), meter, key, MBusRecords::point, value * scale, unit, good && function != 3, false);
    }
  }

  /**
   * Reads the value information: what it is, in which unit, by what factor.
   *
   * @return whether nothing behind it changes what the value means but a factor
   */
  private boolean value(Cursor m, Transcript t) {
    int octet = m.u8();
    table = PRIMARY;
    vif = octet & 0x7F;
    if (octet == 0xFB || octet == 0xFD) {
      table = octet == 0xFB ? FB : FD;
      octet = m.u8();
      vif = octet & 0x7F;
    }
    meaning();
    if (table == PRIMARY && vif == 0x7C) {
      // 6.4.4: the unit in letters, last one first
      int letters = m.u8();
      t.octets("unitInLetters", m, letters);
      m.skip(letters);
    }
    boolean plain = true;
    for (int i = 0; (octet & 0x80) != 0 && m.ok(); i++) {
      if (i == EXTENSIONS) {
        vif = -1;
        return false;
      }
      octet = m.u8();
      int extension = octet & 0x7F;
      t.field("vife", extension);
      if (extension >= 0x70 && extension <= 0x77) {
        scale *= Math.pow(10, extension - 0x76);
      } else if (extension == 0x7D) {
        scale *= 1000;
      } else {
        plain = false;
        if (extension == 0x7F) {
          // what follows is the manufacturer's
          while ((octet & 0x80) != 0 && m.ok()) {
            octet = m.u8();
          }
        }
      }
    }
    return plain;
  }

  /** Tables 10, 12 and 14 of EN 13757-3. */
  private void meaning() {
    quantity = name(table, vif);
    unit = null;
    scale = 1;
    if (table == FD) {
      if (vif >= 0x40 && vif < 0x50) {
        unit("volts", (vif & 15) - 9);
      } else if (vif >= 0x50 && vif < 0x60) {
        unit("amperes", (vif & 15) - 12);
      } else if (vif == 0x3A) {
        unit("no-units", 0);
      }
    } else if (table == FB) {
      switch (vif >>> 1) {
        case 0x00 -> unit("megawatt-hours", (vif & 1) - 1);
        case 0x04 -> unit("gigajoules", (vif & 1) - 1);
        case 0x08 -> unit("cubic-meters", (vif & 1) + 2);
        case 0x14 -> unit("megawatts", (vif & 1) - 1);
        case 0x0D -> {
          if (vif == 0x1A) {
            unit("percent-relative-humidity", -1);
          }
        }
        default -> {
          // named, without a reading
        }
      }
    } else {
      primary();
    }
  }

  private void primary() {
    int n = vif & 7;
    switch (vif >>> 3) {
      case 0x00 -> unit("watt-hours", n - 3);
      case 0x01 -> unit("joules", n);
      case 0x02 -> unit("cubic-meters", n - 6);
      case 0x03 -> unit("kilograms", n - 3);
      case 0x04, 0x0E -> unit(SECONDS[vif & 3], 0);
      case 0x05 -> unit("watts", n - 3);
      case 0x06 -> unit("joules-per-hour", n);
      case 0x07 -> unit("cubic-meters-per-hour", n - 6);
      case 0x08 -> unit("cubic-meters-per-minute", n - 7);
      case 0x09 -> unit("cubic-meters-per-second", n - 9);
      case 0x0A -> unit("kilograms-per-hour", n - 3);
      case 0x0B -> unit("degrees-celsius", (vif & 3) - 3);
      case 0x0C -> unit(n < 4 ? "delta-degrees-kelvin" : "degrees-celsius", (vif & 3) - 3);
      case 0x0D -> {
        if (n < 4) {
          unit("bars", n - 3);
        } else if (vif == 0x6E) {
          unit("heat-cost-units", 0);
        }
      }
      default -> {
        // identification, text, manufacturer's
      }
    }
  }

  private void unit(String name, int exponent) {
    unit = name;
    scale = exponent < 0 ? 1 / Math.pow(10, -exponent) : Math.pow(10, exponent);
  }

  private static @Nullable String name(int table, int vif) {
    if (table == FD) {
      return switch (vif) {
        case 0x08 -> "accessNumber";
        case 0x09 -> "medium";
        case 0x0A -> "manufacturer";
        case 0x0B -> "parameterSet";
        case 0x0C -> "modelVersion";
        case 0x0D -> "hardwareVersion";
        case 0x0E -> "metrologyFirmwareVersion";
        case 0x0F -> "otherSoftwareVersion";
        case 0x10 -> "customerLocation";
        case 0x11 -> "customer";
        case 0x12, 0x13, 0x14, 0x15 -> "accessCode";
        case 0x16 -> "password";
        case 0x17 -> "errorFlags";
        case 0x18 -> "errorMask";
        case 0x1A -> "digitalOutput";
        case 0x1B -> "digitalInput";
        case 0x1C -> "baudRate";
        case 0x3A -> "dimensionless";
        case 0x60 -> "resetCounter";
        case 0x61 -> "cumulationCounter";
        case 0x74 -> "remainingBatteryLife";
        default -> vif >= 0x40 && vif < 0x50 ? "voltage" : vif >= 0x50 && vif < 0x60 ? "current" : null;
      };
    }
    if (table == FB) {
      return switch (vif >>> 1) {
        case 0x00, 0x04 -> "energy";
        case 0x08 -> "volume";
        case 0x14 -> "power";
        default -> vif == 0x1A ? "relativeHumidity" : null;
      };
    }
    return switch (vif >>> 3) {
      case 0x00, 0x01 -> "energy";
      case 0x02 -> "volume";
      case 0x03 -> "mass";
      case 0x04 -> (vif & 4) == 0 ? "onTime" : "operatingTime";
      case 0x05, 0x06 -> "power";
      case 0x07, 0x08, 0x09 -> "volumeFlow";
      case 0x0A -> "massFlow";
      case 0x0B -> (vif & 4) == 0 ? "flowTemperature" : "returnTemperature";
      case 0x0C -> (vif & 4) == 0 ? "temperatureDifference" : "externalTemperature";
      case 0x0D -> (vif & 4) == 0 ? "pressure" : vif == 0x6C ? "date" : vif == 0x6D ? "dateTime" : vif == 0x6E ? "heatCostAllocation" : null;
      case 0x0E -> (vif & 4) == 0 ? "averagingDuration" : "actualityDuration";
      default -> switch (vif) {
        case 0x78 -> "fabricationNumber";
        case 0x79 -> "enhancedIdentification";
        case 0x7A -> "busAddress";
        case 0x7C -> "inLetters";
        case 0x7E -> "any";
        case 0x7F -> "manufacturerSpecific";
        default -> null;
      };
    };
  }

  /** The value as a number, or NaN; 6.3.2, table 5. */
  private double data(Cursor m, Observer o, int length, boolean secret) {
    Transcript t = o.transcript();
    int at = m.position();
    double value = switch (length) {
      case 0, 8 -> Double.NaN;
      case 1, 2, 3, 4 -> binary(m, length);
      case 5 -> Float.intBitsToFloat((int) m.u32le());
      case 6 -> binary(m, 6);
      case 7 -> binary(m, 8);
      case 9, 10, 11, 12 -> bcd(m, length - 8);
      case 14 -> bcd(m, 6);
      default -> variable(m);
    };
    int octets = m.position() - at;
    if (secret) {
      o.secret(at, octets);
      t.secret("value", octets);
      return Double.NaN;
    }
    if (t.on() && m.ok()) {
      if (text > 0) {
        t.field("text", new StringBuilder(Heads.slice(m, m.position() - text, text)).reverse().toString());
      } else if (!Double.isNaN(value)) {
        t.field("value", value);
      } else {
        int end = m.position();
        m.seek(at);
        t.octets("value", m, octets);
        m.seek(end);
      }
    }
    text = 0;
    boolean date = table == PRIMARY && (vif == 0x6C || vif == 0x6D);
    if (date && t.on() && octets >= 2) {
      t.field("date", date(m, at, octets));
    }
    return date ? Double.NaN : value;
  }

  /** How many letters the value under way has, if it is text. */
  private int text;

  private static double binary(Cursor m, int octets) {
    long value = 0;
    for (int i = 0; i < octets; i++) {
      value |= (long) m.u8() << 8 * i;
    }
    int shift = 64 - 8 * octets;
    return value << shift >> shift;
  }

  /** Type A: digits from the lowest on; a highest digit of 0xF is a minus, any other letter makes it no number. */
  private static double bcd(Cursor m, int octets) {
    long value = 0;
    long weight = 1;
    boolean negative = false;
    boolean number = true;
    for (int i = 0; i < octets; i++) {
      int octet = m.u8();
      int high = octet >>> 4;
      int low = octet & 15;
      if (i == octets - 1 && high == 15) {
        negative = true;
        high = 0;
      }
      number &= low < 10 && high < 10;
      value += weight * (low + 10L * high);
      weight *= 100;
    }
    return !number ? Double.NaN : negative ? -value : value;
  }

  /** 6.3.4: text, digits, or a long number, by its first octet. */
  private double variable(Cursor m) {
    int kind = m.u8();
    if (kind < 0xC0) {
      m.skip(kind);
      text = m.ok() ? kind : 0;
      return Double.NaN;
    }
    if (kind < 0xE0) {
      double value = bcd(m, Math.min(kind & 15, 9));
      return kind >= 0xD0 ? -value : value;
    }
    int octets = kind < 0xF0 ? kind & 15 : kind < 0xF5 ? 4 * (kind - 0xEC) : kind == 0xF5 ? 48 : kind == 0xF6 ? 64 : -1;
    if (octets >= 1 && octets <= 8) {
      return binary(m, octets);
    }
    m.skip(octets);
    return Double.NaN;
  }

  /** Type G: day 5, month 4, year 3 and 4 bits; type F the same behind minute and hour. */
  private static String date(Cursor m, int at, int octets) {
    int from = octets >= 4 ? at + 2 : at;
    int low = m.at(from);
    int high = m.at(from + 1);
    String date = String.format("%02d-%02d-%02d", low >>> 5 | high >>> 4 << 3, high & 15, low & 31);
    return octets >= 4 ? date + String.format(" %02d:%02d", m.at(at + 1) & 31, m.at(at) & 63) : date;
  }

  /** {@code KAM-12345678/energy,storage 1,tariff 2}. */
  static Point point(long meter, long key) {
    String name = name((int) (key >>> 56), (int) (key >>> 48) & 0x7F);
    int storage = (int) (key >>> 16) & 0xFFFF;
    int tariff = (int) (key >>> 8) & 0xFF;
    int device = (int) key & 0xFF;
    return new Point.Named("mbus", MBus.meter(meter) + "/" + name + FUNCTIONS[(int) (key >>> 46) & 3] + (storage > 0 ? ",storage " + storage : "")
        + (tariff > 0 ? ",tariff " + tariff : "") + (device > 0 ? ",unit " + device : ""));
  }

}
