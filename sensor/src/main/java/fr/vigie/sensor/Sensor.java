package fr.vigie.sensor;

import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.flow.Dispatcher;
import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.sensor.health.Doctor;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Sink;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sensor: packets in, observations out.
 * {@link #run} comes back on the thread that called it and calls the sink there; with several pipelines or a bounded hand-over others work
 * meanwhile, and none is left when it comes back. {@link #counters} may be read by any thread. One use: one run.
 */
public final class Sensor {
  private final Counters counters = new Counters();
  private final SensorOptions options;
  private final long firstSequence;
  private final Doctor doctor;

  /** Makes a sensor with empty tables. */
  public Sensor(SensorOptions options) {
    this(options, 1);
  }

  /**
   * The same for a watch that goes on after a restart.
   *
   * @param firstSequence sequence number of the first packet, at least 1: one more than the last that was kept
   */
  public Sensor(SensorOptions options, long firstSequence) {
    this.options = options;
    this.firstSequence = firstSequence;
    doctor = new Doctor(counters, options.vlansExpected());
  }

  /** What was read, understood, dropped and refused so far. */
  public Counters counters() {
    return counters;
  }

  /** The most that each of its tables holds, by name; what does not fit is counted under {@code refused}. */
  public SortedMap<String, Long> limits() {
    return new TreeMap<>(Map.of("flows", (long) options.flows(), "contacts", (long) options.contacts(), "endpoints", (long) options.interned(),
        "news", (long) options.news(), "points", (long) options.points(), "requests", (long) options.requests(),
        "stream_octets", options.streamMemory(), "handover", (long) options.room()));
  }

  /** What the capture fails to deliver, as far as is known. Any thread. */
  public Diagnosis diagnosis() {
    return doctor.diagnosis();
  }

  /**
   * Reads the source to its end, handing observations to the sink in {@code (seq, n)} order, with {@link Sink#quantum} at least each
   * 100 ms of capture time in which packets arrived, and flushes every window at the end. Does not close the source. Ends with whatever the
   * source, a dissector or the sink throws.
   */
  public void run(PacketSource source, Sink sink) {
    run(source, sink, packets -> {});
  }

  /**
   * The same with a listener called every 16,384 packets; with several pipelines at quanta, about as often.
   *
   * @param progress told the packets read so far
   */
  public void run(PacketSource source, Sink sink, Progress progress) {
    new Dispatcher(options, counters, doctor, firstSequence).run(source, sink, progress::packets);
  }

  /** Listens to how far a run has come. */
  public interface Progress {
    /** So many packets have been read. */
    void packets(long packets);
  }
}
