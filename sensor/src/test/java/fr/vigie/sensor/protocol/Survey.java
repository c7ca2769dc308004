package fr.vigie.sensor.protocol;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Captures, each read once by tshark and once by Vigie for all the comparisons that ask for it: starting tshark takes longer than reading most captures. Several captures
 * are read at a time; what a comparison counts does not depend on their order.
 */
final class Survey {
  /** Enough for one tshark to start while another capture is read; a sensor's tables are what one takes of memory. */
  private static final int AT_A_TIME = 3;

  private final Map<Path, List<TsharkAgreement>> asked = new LinkedHashMap<>();

  /** Asks for a capture to be compared. */
  Survey ask(TsharkAgreement agreement, Path capture) {
    if (agreement.takes(capture)) {
      asked.computeIfAbsent(capture, c -> new ArrayList<>()).add(agreement);
    }
    return this;
  }

  /** Reads and compares all that was asked for. */
  void run() {
    try (ExecutorService readers = Executors.newFixedThreadPool(AT_A_TIME)) {
      List<Future<?>> readings = new ArrayList<>();
      asked.forEach((capture, agreements) -> readings.add(readers.submit(() -> read(capture, agreements))));
      for (Future<?> reading : readings) {
        reading.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a capture could not be compared: " + e.getCause(), e.getCause());
    }
  }

  private static void read(Path capture, List<TsharkAgreement> agreements) {
    TranscriptKeeper keeper = transcript(capture, agreements.stream().map(TsharkAgreement::protocol).distinct().toArray(String[]::new));
    // options of one comparison (a port it should take for the protocol's) are not another's
    agreements.stream().collect(Collectors.groupingBy(TsharkAgreement::options)).forEach((options, alike) -> {
      String filter = alike.stream().map(a -> "(" + a.filter() + ")").distinct().collect(Collectors.joining(" || "));
      TreeMap<Long, Pdml.Row> rows = Pdml.read(capture, "((" + filter + ") && !icmp) || _ws.malformed", options);
      alike.forEach(a -> a.compare(capture, rows, keeper.of(a.protocol())));
    });
  }

  /** What Vigie reads of a capture. */
  static TranscriptKeeper transcript(Path capture, String... protocols) {
    TranscriptKeeper keeper = new TranscriptKeeper(protocols);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, TranscriptKeeper.NOBODY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keeper;
  }
}
