package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.web.capture.CaptureJson;
import fr.vigie.web.export.Outputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./vigie replay}: reads captures as fast as it can and writes what they say. */
@Command(name = "replay", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Reads captures as one site, as fast as it can, and writes what they say: assets, alerts, contacts, acts, readings, flaws, summary.")
final class ReplayCommand implements Callable<Integer> {
  /** Ranks of severities, worst last. */
  private static final List<String> SEVERITIES = List.of("I", "L", "M", "H", "C");

  private static final String REFUSED = "refused.";

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "capture files (pcap, pcapng, gzip and zstd of both), or - for standard input")
  private List<Path> files = List.of();

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "folder for the outputs (docs/schema)")
  private Path out = Path.of(".");

  @Mixin private Setting setting = new Setting();

  @Option(names = "--fail-on", paramLabel = "C|H|M|L|I", description = "exit with 1 when an alert of this severity or worse was raised")
  private @Nullable String failOn;

  @Option(names = "--pipelines", paramLabel = "N",
      description = "threads that dissect, 1 to 16; the outputs do not depend on it (default: as the processors allow, 1 on one processor)")
  private int pipelines = Pipelines.fitting();

  @Option(names = "--quiet", description = "no progress bar, no closing line")
  private boolean quiet;

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    if (failOn != null && !SEVERITIES.contains(failOn.toUpperCase(Locale.ROOT))) {
      throw new Usage("--fail-on takes one of C, H, M, L, I");
    }
    if (pipelines < 1 || pipelines > SensorOptions.SHARDS) {
      throw new Usage("--pipelines takes 1 to " + SensorOptions.SHARDS);
    }
    long start = System.nanoTime();
    Bounds bounds = setting.bounds();
    try (PacketSource source = CaptureFiles.open(files, "default"); Outputs outputs = new Outputs(out, bounds.addresses())) {
      Site site = setting.site();
      Sensor sensor = new Sensor(setting.sensor(site).pipelines(pipelines));
      Road road = new Road(site, bounds, setting.policy(), setting.judging(),
          index -> index < source.origins().size() ? source.origins().get(index) : null, outputs::observation, Road.NOBODY);
      outputs.on(road.roll());
      Progress progress = new Progress(source, System.err, !quiet && Progress.terminal());
      sensor.run(source, road, progress::packets);
      progress.done();
      road.finish();
      int devices = road.assets(outputs::asset);
      SortedMap<String, Long> severities = new TreeMap<>();
      road.alerts(a -> {
        outputs.write(Outputs.File.ALERTS, a);
        severities.merge(a.path("severity").asText(), 1L, Long::sum);
      });
      int incidents = road.incidents(i -> outputs.write(Outputs.File.INCIDENTS, i));
      road.learned(outputs::learned);
      double seconds = (System.nanoTime() - start) / 1e9;
      outputs.finish(summary(sensor, road, source, outputs, severities, seconds));
      if (!quiet) {
        System.err.printf(Locale.ROOT, "vigie: %,d packets in %.1f s; %d devices, %d alerts in %d incidents, %d contacts; outputs in %s%n",
            sensor.counters().value("packets"), seconds, devices,
            outputs.lines(Outputs.File.ALERTS), incidents, outputs.lines(Outputs.File.CONTACTS), out);
      }
      int faults = Faults.tell(source);
      return faults != Exit.DONE ? faults : worst(severities) ? Exit.FINDINGS : Exit.DONE;
    }
  }

  private boolean worst(SortedMap<String, Long> severities) {
    return failOn != null && severities.keySet().stream().anyMatch(s -> SEVERITIES.indexOf(letter(s)) >= SEVERITIES.indexOf(letter(failOn)));
  }

  /** {@code critical} and {@code C} are one. */
  private static String letter(String severity) {
    return severity.substring(0, 1).toUpperCase(Locale.ROOT);
  }

  private static ObjectNode summary(Sensor sensor, Road road, PacketSource source, Outputs outputs, SortedMap<String, Long> severities,
      double seconds) {
    SortedMap<String, Long> counters = sensor.counters().values();
    ObjectNode summary = Json.object();
    summary.put("v", 1);
    summary.put("packets", Json.whole(counters.getOrDefault("packets", 0L)));
    summary.put("bytes", Json.whole(counters.getOrDefault("bytes", 0L)));
    ObjectNode result = summary.putObject("result");
    result.put("packets", Json.whole(counters.getOrDefault("packets", 0L)));
    result.put("bytes", Json.whole(counters.getOrDefault("bytes", 0L)));
    put(result.putObject("messages"), sensor.counters().group("messages"));
    SortedMap<String, Long> behind = road.counters();
    SortedMap<String, Long> refused = new TreeMap<>(sensor.counters().group("refused"));
    behind.forEach((name, count) -> {
      if (name.startsWith(REFUSED)) {
        refused.put(name.substring(REFUSED.length()), count);
      }
    });
    put(result.putObject("refused"), refused);
    put(result.putObject("sensor"), counters);
    put(result.putObject("rules"), behind);
    ObjectNode lines = result.putObject("lines");
    for (Outputs.File file : Outputs.File.values()) {
      lines.put(file.name().toLowerCase(Locale.ROOT), Json.whole(outputs.lines(file)));
    }
    put(result.putObject("alertsBySeverity"), severities);
    put(result.putObject("learned"), road.learnedByRule());
    ArrayNode origins = result.putArray("origins");
    for (Origin origin : source.origins()) {
      origins.addObject().put("file", origin.file()).put("sha256", origin.sha256()).put("interface", origin.name()).put("linkType", origin.linkType());
    }
    ArrayNode faults = result.putArray("faults");
    for (PacketSource.Fault fault : source.faults()) {
      faults.addObject().put("file", fault.file()).put("offset", Json.whole(fault.offset())).put("packets", Json.whole(fault.packets()))
          .put("message", fault.message());
    }
    result.set("capture", CaptureJson.summary(sensor.diagnosis(), source.origins()));
    ArrayNode disabled = result.putArray("rulesDisabled");
    road.disabled().forEach(d -> disabled.addObject().put("rule", d.rule()).put("file", d.file()).put("cause", d.cause()));
    ObjectNode run = summary.putObject("run");
    run.put("seconds", Math.round(seconds * 1000) / 1000.0);
    run.put("processorSeconds", processorSeconds());
    run.put("version", Main.VERSION);
    return summary;
  }

  private static double processorSeconds() {
    // not the management beans: they cost a tenth of a second to load
    return ProcessHandle.current().info().totalCpuDuration().map(spent -> spent.toMillis() / 1000.0).orElse(-1.0);
  }

  private static void put(ObjectNode into, SortedMap<String, Long> counts) {
    counts.forEach((name, count) -> into.put(name, Json.whole(count)));
  }
}
