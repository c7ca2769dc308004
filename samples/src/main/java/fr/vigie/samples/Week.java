package fr.vigie.samples;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The quiet week: some days of a hospital campus in which nothing is wrong, with the rhythm of machines, people and the clock on the wall.
 * It is written while it is made and never stored; the same options give the same octets.
 */
public final class Week {
  /** The most devices: what one network of 254 VLANs would not hold is not offered. */
  public static final int MOST_DEVICES = 5000;
  /** The most days. */
  public static final int MOST_DAYS = 31;

  private Week() {}

  /**
   * Which week.
   *
   * @param devices things with a name in the inventory, about: 20 to {@value #MOST_DEVICES}
   * @param days 1 to {@value #MOST_DAYS}
   * @param begin local date of the first day, a Monday for the rhythm of the texts; the week of 2026-10-19 ends with the change of the clock
   */
  public record Options(long seed, int devices, int days, LocalDate begin) {
    /** A thousand devices, seven days until the end of summer time. */
    public static final Options STANDARD = new Options(1, 1000, 7, LocalDate.of(2026, 10, 19));

    /** Time of the first packet at the earliest. */
    public Instant from() {
      return begin.atStartOfDay(Clockwork.ZONE).toInstant();
    }

    /** No packet later than this. */
    public Instant to() {
      return begin.plusDays(days).atStartOfDay(Clockwork.ZONE).toInstant();
    }
  }

  /** What was written. */
  public record Written(long packets, int devices) {}

  /** Writes the week as pcap, in order of time. */
  public static Written write(Options o, OutputStream out) throws IOException {
    long begin = Hospital.nanos(o.from());
    long end = Hospital.nanos(o.to());
    Campus campus = new Campus(o.seed(), o.devices());
    Stream stream = new Stream(out, o.seed());
    Talk talk = new Talk(new Wire(stream), campus);
    Clockwork clock = new Clockwork(o.seed(), begin, end);
    WeekPlant plant = new WeekPlant(campus, talk, clock, stream);
    WeekOffice office = new WeekOffice(campus, talk, clock, plant);
    plant.live();
    office.live();
    new WeekPeople(campus, talk, clock, plant, office).live();
    clock.run(stream);
    out.flush();
    return new Written(stream.written(), campus.devices());
  }

  /** The site file of the campus. */
  public static String site(Options o) {
    return new WeekSite(new Campus(o.seed(), o.devices())).text(o);
  }
}
