package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.advisory.Advisory;
import fr.vigie.inventory.advisory.AdvisoryFolder;
import fr.vigie.inventory.advisory.Device;
import fr.vigie.inventory.advisory.Device.Said;
import fr.vigie.inventory.advisory.Kev;
import fr.vigie.inventory.advisory.Match;
import fr.vigie.inventory.advisory.Match.Verdict;
import fr.vigie.inventory.advisory.Matcher;
import fr.vigie.inventory.advisory.Shipped;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.access.OwnerFile;
import fr.vigie.web.report.Inert;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie advisories}: CSAF files checked and imported, and what they mean for the devices of captures or of a replay. */
@Command(name = "advisories", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Checks and imports security advisories (CSAF 2.0, 2.1), and matches them with devices.")
final class AdvisoriesCommand implements Runnable {
  private static final int LONGEST_LINE = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "check", mixinStandardHelpOptions = true,
      description = "reads a folder of CSAF files with their checksums; names each that is refused, with line and reason")
  int check(@Parameters(paramLabel = "DIR") Path folder) throws IOException, Usage {
    return told(content(folder)) ? Exit.DONE : Exit.REFUSED;
  }

  @Command(name = "import", mixinStandardHelpOptions = true,
      description = "copies those that can be used into the folder that the console follows (var/advisories); names each that is refused")
  int take(@Parameters(paramLabel = "DIR") Path folder) throws IOException, Usage {
    AdvisoryFolder.Content content = content(folder);
    Path to = Home.advisories();
    OwnerFile.folder(Home.data());
    OwnerFile.folder(to);
    int written = AdvisoryFolder.copy(folder, content.advisories().values(), to);
    boolean whole = told(content);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%d written to %s%n", written, to);
    out.flush();
    return whole ? Exit.DONE : Exit.REFUSED;
  }

  @Command(name = "match", mixinStandardHelpOptions = true, sortOptions = false,
      description = "what the known advisories mean for the devices of captures, or of a replay's folder of outputs; one line a match, the gravest first")
  int match(@Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "capture files, or the --out folder of a replay") List<Path> files,
      @Option(names = "--advisories", paramLabel = "DIR", description = "a folder of CSAF files beside those imported") @Nullable Path folder,
      @Option(names = "--all", description = "also what names a device and does not affect it") boolean all,
      @Option(names = "--json", description = "one JSON object a line, with the packets that gave maker, model and version") boolean json,
      @Mixin Setting setting) throws IOException, Usage, SiteError {
    Matcher matcher = new Matcher(known(folder), Knowledge.shipped().vendors());
    Kev kev = Kev.shipped();
    PrintWriter out = spec.commandLine().getOut();
    Map<Verdict, Integer> counts = new TreeMap<>();
    int devices = 0;
    for (ObjectNode asset : assets(files, setting)) {
      devices++;
      for (Match m : matcher.matches(Device.of(asset))) {
        counts.merge(m.verdict(), 1, Integer::sum);
        if (all || m.verdict() != Verdict.NOT_AFFECTED) {
          out.println(json ? Json.line(line(asset, m, kev)) : text(asset, m, kev));
        }
      }
    }
    out.flush();
    System.err.printf("vigie: %d devices against %d advisories (shipped: as of %s): %d match, %d possible, %d not affected%n", devices, matcher.size(),
        Shipped.DAY, counts.getOrDefault(Verdict.MATCH, 0), counts.getOrDefault(Verdict.POSSIBLE, 0), counts.getOrDefault(Verdict.NOT_AFFECTED, 0));
    return Exit.DONE;
  }

  @Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false,
      description = "how long it takes to match made-up devices, all of them different, with the shipped advisories")
  int bench(@Option(names = "--devices", paramLabel = "N", defaultValue = "20000", description = "how many (${DEFAULT-VALUE})") int count) throws IOException, Usage {
    if (count < 1 || count > 1_000_000) {
      throw new Usage("--devices takes 1 to 1,000,000");
    }
    long start = System.nanoTime();
    List<Advisory> advisories = Shipped.read();
    Matcher matcher = new Matcher(advisories, Knowledge.shipped().vendors());
    long built = System.nanoTime();
    List<Device> devices = devices(advisories, count);
    double before = processorSeconds();
    long from = System.nanoTime();
    Map<Verdict, Long> verdicts = new TreeMap<>();
    for (Device d : devices) {
      matcher.matches(d).forEach(m -> verdicts.merge(m.verdict(), 1L, Long::sum));
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%d advisories with %d products read and indexed in %.1f s%n", advisories.size(),
        advisories.stream().mapToLong(a -> a.leaves().size()).sum(), (built - start) / 1e9);
    out.printf(Locale.ROOT, "%d devices matched in %.2f s (%.2f processor seconds): %s%n", count, seconds, processorSeconds() - before, verdicts);
    out.flush();
    return Exit.DONE;
  }

  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().map(spent -> spent.toMillis() / 1000.0).orElse(-1.0);
  }

  /** Devices that call themselves what the advisories name, under versions of their own, so that nothing of one serves the next. */
  private static List<Device> devices(List<Advisory> advisories, int count) {
    Random random = new Random(20_260_310);
    List<Advisory.Leaf> leaves = new ArrayList<>();
    advisories.forEach(a -> leaves.addAll(a.leaves()));
    List<Device> devices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Advisory.Leaf leaf = leaves.get(random.nextInt(leaves.size()));
      String version = "V" + random.nextInt(9) + "." + random.nextInt(20) + "." + i;
      devices.add(new Device("a-" + i, List.of(said("vendor", leaf.vendor())), List.of(said("model", leaf.product())), List.of(said("firmware", version)),
          Set.of("bacnet")));
    }
    return devices;
  }

  private static Said said(String trait, String value) {
    return new Said(trait, value, "bacnet", null, null, 0, 0, 90);
  }

  private static AdvisoryFolder.Content content(Path folder) throws IOException, Usage {
    if (!Files.isDirectory(folder)) {
      throw new Usage("there is no folder " + folder + "; check the path");
    }
    boolean shown = Progress.terminal();
    AdvisoryFolder.Content content = AdvisoryFolder.read(folder, files -> {
      if (shown && files % 50 == 0) {
        System.err.print("\r\033[K" + files + " files");
        System.err.flush();
      }
    });
    if (shown) {
      System.err.print("\r\033[K");
    }
    return content;
  }

  /** Says what was read and refused; answers whether nothing was refused. */
  private boolean told(AdvisoryFolder.Content content) {
    PrintWriter out = spec.commandLine().getOut();
    content.refused().forEach(r -> out.println(Inert.visible(r.file()) + (r.line() > 0 ? ":" + r.line() : "") + ": " + Inert.visible(r.reason())));
    out.printf("%d advisories can be used; %s%n", content.advisories().size(), content.counters());
    out.flush();
    return content.refused().isEmpty();
  }

  /** Those that ship, and those that were imported. */
  static List<Advisory> known() throws IOException {
    List<Advisory> imported = new ArrayList<>();
    if (Files.isDirectory(Home.advisories())) {
      imported.addAll(AdvisoryFolder.read(Home.advisories(), n -> { }).advisories().values());
    }
    return AdvisoryFolder.together(Shipped.read(), imported);
  }

  /** Adds to documents of devices, for a report, how each stands: {@code advisories{known, match, possible, exploited}}; nobody has cleared anything. */
  static void note(List<ObjectNode> assets) throws IOException {
    Matcher matcher = new Matcher(known(), Knowledge.shipped().vendors());
    Kev kev = Kev.shipped();
    for (ObjectNode asset : assets) {
      int match = 0;
      int possible = 0;
      int exploited = 0;
      for (Match m : matcher.matches(Device.of(asset))) {
        match += m.verdict() == Verdict.MATCH ? 1 : 0;
        exploited += m.verdict() == Verdict.MATCH && hunted(m, kev) ? 1 : 0;
        possible += m.verdict() == Verdict.POSSIBLE ? 1 : 0;
      }
      asset.putObject("advisories").put("known", matcher.size()).put("match", match).put("possible", possible).put("exploited", exploited);
    }
  }

  private List<Advisory> known(@Nullable Path folder) throws IOException, Usage {
    List<Advisory> known = known();
    if (folder == null) {
      return known;
    }
    AdvisoryFolder.Content content = content(folder);
    content.refused().forEach(r -> System.err.println("vigie: " + Inert.visible(r.file()) + (r.line() > 0 ? ":" + r.line() : "") + ": " + Inert.visible(r.reason())));
    return AdvisoryFolder.together(known, content.advisories().values());
  }

  private static List<ObjectNode> assets(List<Path> files, Setting setting) throws IOException, Usage, SiteError {
    if (files.size() == 1 && Files.isDirectory(files.getFirst())) {
      Path file = files.getFirst().resolve("assets.ndjson");
      if (!Files.isRegularFile(file)) {
        throw new Usage("there is no assets.ndjson in " + files.getFirst() + "; give the --out folder of a replay, or capture files");
      }
      List<ObjectNode> assets = new ArrayList<>();
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          JsonNode node = line.length() > LONGEST_LINE ? null : Json.MAPPER.readTree(line);
          if (!(node instanceof ObjectNode asset)) {
            throw new IOException(file + ":" + (assets.size() + 1) + ": it is no line of a replay");
          }
          assets.add(asset);
        }
      }
      return assets;
    }
    try (PacketSource source = CaptureFiles.open(files, "default")) {
      Sensor sensor = new Sensor(setting.sensor(setting.site()));
      Road road = new Road(setting.site(), setting.bounds(), setting.policy(), setting.judging(),
          index -> index < source.origins().size() ? source.origins().get(index) : null, o -> { }, Road.NOBODY);
      Progress progress = new Progress(source, System.err, Progress.terminal());
      sensor.run(source, road, progress::packets);
      progress.done();
      road.finish();
      Faults.tell(source);
      return road.assets();
    }
  }

  private static boolean hunted(Match m, Kev kev) {
    return m.concerns().stream().anyMatch(kev::has);
  }

  private static String text(ObjectNode asset, Match m, Kev kev) {
    Advisory a = m.advisory();
    Said version = m.version();
    return Inert.visible(String.format(Locale.ROOT, "%-12s %-18s %4s %-3s %s  %s | %s: %s %s | %s", m.verdict().wireName(), a.id(),
        a.score() < 0 ? "-" : String.format(Locale.ROOT, "%.1f", a.score()), hunted(m, kev) ? "KEV" : "", asset.path("id").asText(),
        asset.path("name").asText(), m.product(), version == null ? "version not said" : version.value(), m.versions().isEmpty() ? "" : "in " + m.versions(),
        m.reason().wireName()));
  }

  private static ObjectNode line(ObjectNode asset, Match m, Kev kev) {
    Advisory a = m.advisory();
    ObjectNode o = Json.object().put("v", 1).put("verdict", m.verdict().wireName()).put("reason", m.reason().wireName()).put("advisory", a.id());
    o.put("title", a.title()).put("url", a.url()).put("score", a.score() < 0 ? null : a.score()).put("asset", asset.path("id").asText())
        .put("name", asset.path("name").asText()).put("product", m.product()).put("versions", m.versions());
    m.concerns().forEach(o.putArray("concerns")::add);
    ObjectNode proof = o.put("exploited", hunted(m, kev)).putObject("proof");
    proof.set("vendor", proof(m.vendor()));
    proof.set("model", proof(m.model()));
    proof.set("version", proof(m.version()));
    return o;
  }

  private static @Nullable ObjectNode proof(@Nullable Said s) {
    if (s == null) {
      return null;
    }
    ObjectNode o = Json.object().put("value", s.value()).put("source", s.source()).put("cite", s.cite()).put("time", s.time());
    if (s.packet() >= 0) {
      o.putObject("packet").put("origin", s.origin()).put("index", Json.whole(s.packet()));
    }
    return o;
  }
}
