package fr.vigie.sensor.record;

import com.sun.management.OperatingSystemMXBean;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What recording costs a packet: the sensor over a capture with and without a recorder, in turn, in one process. Arguments: the capture, a
 * folder for rings (emptied), and how many pairs. Prints processor time a packet: of the whole process, and of the capture's thread alone.
 */
final class RecordBench {
  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RecordBench() {}

  private record Cost(double process, double capture, long packets, String counters) {}

  public static void main(String[] arguments) throws IOException {
    Path capture = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    int pairs = Integer.parseInt(arguments[2]);
    run(capture, folder, false);
    run(capture, folder, true);
    double[][] all = new double[4][pairs];
    for (int i = 0; i < pairs; i++) {
      Cost without = run(capture, folder, false);
      Cost with = run(capture, folder, true);
      all[0][i] = without.process;
      all[1][i] = with.process;
      all[2][i] = without.capture;
      all[3][i] = with.capture;
      System.out.printf(Locale.ROOT, "pair %d: without %.0f ns, with %.0f ns a packet; capture thread %.0f and %.0f ns; %s%n", i + 1, without.process, with.process,
          without.capture, with.capture, with.counters);
    }
    for (double[] each : all) {
      Arrays.sort(each);
    }
    System.out.printf(Locale.ROOT, "median: without %.0f ns, with %.0f ns a packet; capture thread %.0f and %.0f ns%n", all[0][pairs / 2], all[1][pairs / 2],
        all[2][pairs / 2], all[3][pairs / 2]);
  }

  private static Cost run(Path capture, Path folder, boolean record) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> old = Files.list(folder)) {
        for (Path file : old.toList()) {
          Files.delete(file);
        }
      }
    }
    try (CaptureFile source = CaptureFile.open(capture, "default");
        Recorder recorder = record ? Recorder.open(RecordOptions.standard(folder).patient(true)) : null) {
      long process = SYSTEM.getProcessCpuTime();
      long thread = THREADS.getCurrentThreadCpuTime();
      Sensor sensor = new Sensor(SensorOptions.standard().recorder(recorder));
      sensor.run(source, new Sink() {
        @Override
        public void accept(Observation observation) {}

        @Override
        public void quantum(long seq, long at) {}
      });
      long captured = THREADS.getCurrentThreadCpuTime() - thread;
      if (recorder != null) {
        recorder.flush(60_000_000_000L);
      }
      long packets = sensor.counters().value("packets");
      return new Cost((SYSTEM.getProcessCpuTime() - process) / (double) packets, captured / (double) packets, packets,
          recorder == null ? "" : recorder.counters().toString());
    }
  }
}
