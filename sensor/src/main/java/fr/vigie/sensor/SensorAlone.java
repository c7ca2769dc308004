package fr.vigie.sensor;

import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Sink;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The sensor without anything behind it: reads a capture file to its end with a sink that only counts, and says what that cost by part.
 * Measured from outside it is {@code taskset -c 0 /usr/bin/time -v java … fr.vigie.sensor.SensorAlone FILE}; docs/performance.md has the
 * whole command.
 *
 * <p>Arguments: a capture file, then any of {@code headers} (no dissector: headers, flows and contacts only), {@code digest} (ask for the
 * SHA-256 of the file as an alert would), {@code counters} (print them all) and {@code flows=N} (bounds for so many flows and contacts, and a
 * fifth as many addresses, instead of the standard ones) and {@code shards=N}.
 */
public final class SensorAlone implements Sink {
  private long sightings;
  private long claims;
  private long contacts;
  private long acts;
  private long readings;
  private long values;
  private long flaws;
  private long lapses;

  private SensorAlone() {}

  /** Runs it once. */
  public static void main(String[] args) throws IOException {
    List<String> words = List.of(args);
    SensorOptions options = SensorOptions.standard();
    if (words.contains("headers")) {
      options = options.dissectors(List::of);
    }
    for (String word : words) {
      if (word.startsWith("flows=")) {
        int most = Integer.parseInt(word.substring(6));
        options = options.bounds(most, most).endpoints(Math.max(1024, most / 5));
      }
      if (word.startsWith("shards=")) {
        options = options.shards(Integer.parseInt(word.substring(7)));
      }
    }
    SensorAlone counted = new SensorAlone();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Sensor sensor = new Sensor(options);
    long start = own();
    long opened;
    try (PacketSource source = CaptureFiles.open(List.of(Path.of(args[0])), "site")) {
      if (words.contains("digest")) {
        source.origins().forEach(origin -> out.printf(Locale.ROOT, "digest of %s %s%n", origin.file(), origin.sha256()));
      }
      opened = own();
      sensor.run(source, counted);
      source.faults().forEach(fault -> out.println(fault.message()));
    }
    long done = own();
    long packets = sensor.counters().value("packets");
    out.printf(Locale.ROOT, "%d packets, %d octets%n", packets, sensor.counters().value("bytes"));
    out.printf(Locale.ROOT, "sightings %d, claims %d, contacts %d, acts %d, readings %d of %d values, flaws %d, lapses %d%n", counted.sightings,
        counted.claims, counted.contacts, counted.acts, counted.readings, counted.values, counted.flaws, counted.lapses);
    out.printf(Locale.ROOT, "%-28s %7.3f s%n", "opening and digest", (opened - start) / 1e9);
    out.printf(Locale.ROOT, "%-28s %7.3f s  %.0f ns a packet%n", "packets to observations", (done - opened) / 1e9,
        packets == 0 ? 0 : (done - opened) / (double) packets);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      out.printf(Locale.ROOT, "%-28s %7.3f s  %d times%n", "collector " + collector.getName(), collector.getCollectionTime() / 1e3,
          collector.getCollectionCount());
    }
    threads(out);
    if (words.contains("counters")) {
      sensor.counters().values().forEach((name, value) -> out.println(name + " " + value));
    }
  }

  /** Processor time of this thread, ns. */
  private static long own() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Processor time of every thread that took any, as the kernel counts it (proc(5), stat, fields 14 and 15, in hundredths of a second). */
  private static void threads(PrintStream out) throws IOException {
    Path tasks = Path.of("/proc/self/task");
    if (!Files.isDirectory(tasks)) {
      return;
    }
    try (Stream<Path> all = Files.list(tasks)) {
      for (Path task : all.sorted().toList()) {
        String stat = Files.readString(task.resolve("stat"));
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long user = Long.parseLong(fields[11]);
        long system = Long.parseLong(fields[12]);
        if (user + system > 0) {
          out.printf(Locale.ROOT, "%-28s %7.2f s  user %.2f, system %.2f%n", "thread " + name, (user + system) / 1e2, user / 1e2, system / 1e2);
        }
      }
    }
  }

  @Override
  public void accept(Observation observation) {
    switch (observation) {
      case Sighting ignored -> sightings++;
      case Claim ignored -> claims++;
      case Contact ignored -> contacts++;
      case Act ignored -> acts++;
      case Reading r -> {
        readings++;
        values += r.count();
      }
      case Flaw ignored -> flaws++;
      case Lapse ignored -> lapses++;
    }
  }

  @Override
  public void quantum(long seq, long at) {}
}
