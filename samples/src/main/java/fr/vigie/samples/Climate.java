package fr.vigie.samples;

import java.time.Instant;

/** The weather of an October week and how a building answers it: slow, lagging, different in each room, lower at night where nobody sleeps. */
final class Climate {
  private static final double DAY = 86_400;

  private Climate() {}

  /** Outside, in degrees: a wave of the day, warmest at three in the afternoon, on a front that passes in five days. */
  static double outside(long at) {
    double s = at / 1e9;
    return 11 + 4 * StrictMath.sin((s / DAY - 0.375) * 2 * StrictMath.PI) + 2.5 * StrictMath.sin(s / (5 * DAY) * 2 * StrictMath.PI);
  }

  /** A wave of its own for each thing, -1 to 1, with a period of so many seconds and a slower one under it. */
  static double ripple(long at, int who, int period) {
    double s = at / 1e9 + (who & 0xFFFF);
    return 0.7 * StrictMath.sin(s * 2 * StrictMath.PI / period) + 0.3 * StrictMath.sin(s * 2 * StrictMath.PI / (period * 7.3));
  }

  /** A room: wards are kept warm at all hours; the others may cool down at night and at the weekend. */
  static double room(long at, int who, boolean ward) {
    double base = 21.3 + (who >>> 8 & 7) * 0.15 + 0.06 * (outside(at) - 11) + 0.4 * ripple(at, who, 2400);
    return ward ? base : base - 1.8 * setback(at);
  }

  /** Air blown in, around its set point. */
  static double supply(long at, int who) {
    return 19 + (who >>> 4 & 3) * 0.4 - 0.05 * (outside(at) - 11) + 0.5 * ripple(at, who, 900);
  }

  /** Pressure in a duct: the fans of what may rest run slower at night. */
  static double pressure(long at, int who, boolean ward) {
    return (ward ? 220 : 220 - 70 * setback(at)) + 8 * ripple(at, who, 300);
  }

  /** A heating valve, in per cent: more when it is cold outside. */
  static double valve(long at, int who) {
    return Math.clamp(45 - 3 * (outside(at) - 11) + 12 * ripple(at, who, 1500), 0, 100);
  }

  /** 1 when nobody is expected, 0 in the day; two hours of change. */
  private static double setback(long at) {
    var local = Instant.ofEpochSecond(at / 1_000_000_000L).atZone(Clockwork.ZONE);
    double h = local.getHour() + local.getMinute() / 60.0;
    if (local.getDayOfWeek().getValue() > 5) {
      return local.getDayOfWeek().getValue() == 6 && h < 2 ? Math.clamp(h / 2, 0, 1) : 1;
    }
    return h < 5 ? 1 : h < 7 ? (7 - h) / 2 : h < 20 ? 0 : Math.min(1, (h - 20) / 2);
  }
}
