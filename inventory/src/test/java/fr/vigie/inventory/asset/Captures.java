package fr.vigie.inventory.asset;

import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Captures, and what the whole road from their packets makes of them. */
final class Captures {
  private Captures() {}

  /** The folder of the shared captures, or null where they are not: -Dvigie.captures, VIGIE_CAPTURES, or {@code shared/captures} beside the repository. */
  static @Nullable Path shared() {
    String named = System.getProperty("vigie.captures", System.getenv().getOrDefault("VIGIE_CAPTURES", ""));
    if (!named.isEmpty()) {
      return check(Path.of(named));
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path captures = check(folder.resolve("shared").resolve("captures"));
      if (captures != null) {
        return captures;
      }
    }
    return null;
  }

  private static @Nullable Path check(Path folder) {
    return Files.exists(folder.resolve("CATALOG.tsv")) ? folder : null;
  }

  /** The inventory of a site after some captures. */
  static Ledger play(Site site, Path... captures) throws IOException {
    Ledger ledger = new Ledger(site);
    observe(ledger::apply, captures);
    return ledger;
  }

  static void observe(Consumer<Observation> to, Path... captures) throws IOException {
    SensorOptions options = new SensorOptions(false, 1 << 14, 1 << 14, 1 << 14, 1 << 16, 1 << 14, 1 << 12, 64L << 20, 1 << 20, 1 << 20,
        fr.vigie.sensor.protocol.Protocols::all, null, SensorOptions.SHARDS, 1, 0, null, java.util.Set.of());
    try (PacketSource source = CaptureFiles.open(List.of(captures), "")) {
      new Sensor(options).run(source, new Sink() {
        @Override
        public void accept(Observation observation) {
          to.accept(observation);
        }

        @Override
        public void quantum(long seq, long at) {}
      });
    }
  }
}
