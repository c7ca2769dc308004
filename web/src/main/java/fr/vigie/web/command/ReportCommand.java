package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.report.Facts;
import fr.vigie.web.report.Framework;
import fr.vigie.web.report.Report;
import fr.vigie.web.report.ReportRoom;
import fr.vigie.web.report.Signer;
import fr.vigie.web.report.SigningKey;
import fr.vigie.web.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./vigie report}: a signed compliance report from captures. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Makes a signed compliance report from captures; the console makes the same from what it watches.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "0..*", description = "capture files; without any, the sample hospital")
  private List<Path> files = List.of();

  @Option(names = "--framework", required = true, paramLabel = "F", description = "anssi-industriel, nis2 or iec62443-3-3")
  private String framework = "";

  @Option(names = "--format", defaultValue = "pdf", paramLabel = "pdf|csv|json", description = "pdf (carries its signature), csv or json (with a detached .p7s)")
  private String format = "pdf";

  @Option(names = "--lang", defaultValue = "fr", paramLabel = "fr|en", description = "language of the report (${DEFAULT-VALUE})")
  private String language = "fr";

  @Option(names = "--out", paramLabel = "FILE", description = "where to write it; vigie-FRAMEWORK.FORMAT unless told otherwise")
  private @Nullable Path out;

  @Option(names = "--keys", paramLabel = "DIR", description = "folder of report.key and report.crt; made there on first use (default: the data folder)")
  private @Nullable Path keys;

  @Mixin private Setting setting = new Setting();

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    Framework chosen = Framework.byId(framework);
    if (chosen == null) {
      throw new Usage("there is no framework " + framework + "; choose one of "
          + Arrays.stream(Framework.values()).map(Framework::id).collect(Collectors.joining(", ")));
    }
    if (!List.of("pdf", "csv", "json").contains(format) || !List.of("fr", "en").contains(language)) {
      throw new Usage("--format is pdf, csv or json, and --lang is fr or en");
    }
    Setting used = files.isEmpty() ? Setting.hospital() : setting;
    List<Path> captures = files.isEmpty() ? List.of(Home.hospital().capture()) : files;
    try (PacketSource source = CaptureFiles.open(captures, "default")) {
      Sensor sensor = new Sensor(used.sensor(null));
      Road road = new Road(used.site(), used.bounds(), used.policy(), used.judging(),
          index -> index < source.origins().size() ? source.origins().get(index) : null, o -> { }, Road.NOBODY);
      Progress progress = new Progress(source, System.err, Progress.terminal());
      sensor.run(source, road, progress::packets);
      progress.done();
      road.finish();
      SortedMap<String, Long> counters = new TreeMap<>(sensor.counters().values());
      counters.putAll(road.counters());
      List<ObjectNode> alerts = new ArrayList<>();
      road.alerts(alerts::add);
      List<ObjectNode> assets = road.assets();
      AdvisoriesCommand.note(assets);
      Facts facts = road.facts(assets, alerts, counters, source.origins(), "");
      Report report = new Report(chosen, facts);
      Path target = out != null ? out : Path.of("vigie-" + chosen.id() + "." + format);
      SigningKey key = SigningKey.obtain(keys != null ? keys : Home.data().resolve("report"));
      byte[] content = ReportRoom.content(report, format, language);
      if (format.equals("pdf")) {
        Files.write(target, new Signer(key).pdf(content));
      } else {
        Files.write(target, content);
        Files.write(Path.of(target + ".p7s"), new Signer(key).detached(content));
      }
      System.err.printf("vigie: %s: %d gap observed, %d no gap observed, %d not observable; signed by %s%n", target,
          report.count(Verdict.GAP), report.count(Verdict.NO_GAP), report.count(Verdict.NOT_OBSERVABLE), key.fingerprint());
      return Faults.tell(source);
    }
  }
}
