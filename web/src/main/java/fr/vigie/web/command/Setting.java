package fr.vigie.web.command;

import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.PlainFile;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.rules.alert.Ids;
import fr.vigie.rules.baseline.KnownFile;
import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.samples.Hospital;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.meaning.Meanings;
import fr.vigie.sensor.protocol.Protocols;
import fr.vigie.web.exchange.SheetFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is expected of a site: site file, policy, end of learning, and how large its tables are. */
final class Setting {
  /** Heap for what does not last, MB: with a large heap a third of it would be too much. */
  private static final int YOUNG = 128;

  /** What is normal at a site of 20,000 devices is a tenth of it. */
  private static final long LARGEST_NORMAL = 64L << 20;

  @Option(names = "--site", paramLabel = "FILE", description = "site file (docs/site-file.md): zones, conduits, writers… what is expected")
  private @Nullable Path siteFile;

  @Option(names = "--policy", paramLabel = "DIR", description = "folder of rules (.drl), decision tables and tables of the site beside the shipped rules (docs/policy.md)")
  private @Nullable Path policyFolder;

  @Option(names = "--learn-until", paramLabel = "TIME",
      description = "capture time (RFC 3339, UTC) at which learning ends: what comes later is judged by what was learned; without it learning ends by evidence")
  private @Nullable String learnUntil;

  @Option(names = "--normal", paramLabel = "FILE", description = "what is normal besides, as the console exports it (docs/policy.md): approved and rejected lines")
  private @Nullable Path normalFile;

  @Option(names = "--most-flows", paramLabel = "N",
      description = "room for so many flows at a time (65536), half as many contacts, and what goes with them (docs/bounds.md)")
  private int mostFlows = Bounds.STANDARD.flows();

  @Option(names = "--most-devices", paramLabel = "N",
      description = "room for so many devices (24576), and what goes with them; further ones are refused and counted (docs/bounds.md)")
  private int mostDevices = Bounds.STANDARD.devices();

  /** What the sample hospital is replayed with. */
  static Setting hospital() throws IOException {
    return of(Home.hospital());
  }

  /** What a hospital of the generator is replayed with. */
  static Setting of(Home.Sample sample) {
    return of(sample, null);
  }

  /** The same with a folder of rules in place of the shipped ones. */
  static Setting of(Home.Sample sample, @Nullable Path policy) {
    Setting setting = new Setting();
    setting.policyFolder = policy;
    setting.siteFile = sample.site();
    setting.learnUntil = Hospital.LEARN_UNTIL.toString();
    return setting;
  }

  /** The site, or null where none is given. */
  @Nullable Site site() throws IOException, SiteError {
    return siteFile == null ? null : SiteFile.read(siteFile);
  }

  /** How the sensor is set up for a site. */
  SensorOptions sensor(@Nullable Site site) throws Usage {
    SensorOptions options = bounds().sensor(SensorOptions.standard());
    return site == null ? options : expecting(options, site);
  }

  /** The same with what a site says: its VLANs, and what values mean. */
  static SensorOptions expecting(SensorOptions options, Site site) {
    Meanings meanings = site.meanings();
    return options.vlansExpected(Set.copyOf(site.vlansExpected())).dissectors(() -> Protocols.all(meanings));
  }

  /** How much is kept. What does not fit into the heap is refused at the start, and not when a flood comes. */
  Bounds bounds() throws Usage {
    if (mostFlows < SensorOptions.SHARDS || mostFlows > Bounds.MOST) {
      throw new Usage("--most-flows is " + SensorOptions.SHARDS + " to " + Bounds.MOST);
    }
    if (mostDevices < 1 || mostDevices > Bounds.MOST) {
      throw new Usage("--most-devices is 1 to " + Bounds.MOST);
    }
    Bounds bounds = new Bounds(mostFlows, mostDevices);
    boolean more = mostFlows > Bounds.STANDARD.flows() || mostDevices > Bounds.STANDARD.devices();
    long room = more ? old() : Long.MAX_VALUE;
    if (bounds.heap() > room) {
      throw new Usage("room for " + mostFlows + " flows and " + mostDevices + " devices takes some " + (bounds.heap() >> 20) + " MB of heap, and this one has "
          + (room >> 20) + " for what lasts: set VIGIE_JVM=\"-Xmx" + ((bounds.heap() >> 20) + YOUNG) + "m -Xmn" + YOUNG + "m\", or make room for fewer");
    }
    return bounds;
  }

  /** Octets of heap for what lasts, as the collector parts it. */
  private static long old() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getName().contains("Tenured") && pool.getUsage().getMax() > 0) {
        return pool.getUsage().getMax();
      }
    }
    return Runtime.getRuntime().maxMemory() / 3 * 2;
  }

  /** What policy files are held against. */
  static Ground ground(@Nullable Site site) {
    TreeSet<String> protocols = new TreeSet<>();
    Protocols.all().forEach(d -> protocols.add(d.name()));
    if (site != null) {
      site.conduits().forEach(c -> protocols.addAll(c.protocols())); // what the site file says may be said again
    }
    return new Ground(site == null ? Site.EMPTY : site, protocols, SheetFile::read);
  }

  /** The policy for the site. */
  PolicySet policy() throws IOException, Usage, SiteError {
    return policy(site());
  }

  /** The policy for a site. */
  PolicySet policy(@Nullable Site site) throws Usage {
    if (policyFolder == null) {
      return PolicySet.shipped();
    }
    PolicySet.Loaded loaded = PolicySet.load(policyFolder, ground(site));
    if (loaded.policy() == null) {
      throw new Usage("the policy in " + policyFolder + " cannot be used; nothing was changed:\n"
          + loaded.findings().stream().map(f -> "  " + f).collect(Collectors.joining("\n")));
    }
    return loaded.policy();
  }

  /** The folder of rules that is followed while Vigie runs, or null. */
  @Nullable Path policyFolder() {
    return policyFolder;
  }

  /** How to judge. */
  Judge.Options judging() throws Usage, IOException {
    Judge.Options options = Judge.Options.DEFAULT.within(bounds().rules()).knowing(normal());
    if (learnUntil == null) {
      return options;
    }
    try {
      return options.until(Json.nanos(learnUntil));
    } catch (DateTimeException e) {
      throw new Usage("--learn-until " + learnUntil + " is not a time; write it as 2026-03-10T07:05:00Z");
    }
  }

  private List<KnownFile.Fact> normal() throws Usage, IOException {
    if (normalFile == null) {
      return List.of();
    }
    try {
      byte[] octets = PlainFile.octets(normalFile, LARGEST_NORMAL);
      return KnownFile.read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (KnownFile.Broken | CharacterCodingException | PlainFile.Refused e) {
      throw new Usage(normalFile + " cannot be used: " + e.getMessage());
    }
  }

  /** Digest of all that decides what is made of a log: site file and what it names, rules, knowledge, end of learning, program. */
  String expectation() throws IOException, SiteError {
    StringBuilder all = new StringBuilder(Main.VERSION).append(' ').append(System.getProperty("vigie.build", "")).append('\n').append(learnUntil).append('\n')
        .append(mostDevices).append(' ').append(mostFlows).append('\n');
    if (siteFile != null) {
      all.append(Ids.sha256(Files.readAllBytes(siteFile))).append('\n');
      for (Path named : SiteFile.read(siteFile).files()) {
        all.append(Ids.sha256(Files.readAllBytes(named))).append('\n');
      }
    }
    if (normalFile != null) {
      all.append(Ids.sha256(Files.readAllBytes(normalFile))).append('\n');
    }
    if (policyFolder != null) {
      all.append(PolicyFolder.state(policyFolder));
    }
    Path knowledge = Home.data().resolve("knowledge");
    if (Files.isDirectory(knowledge)) {
      all.append("knowledge\n").append(PolicyFolder.state(knowledge));
      if (Files.isDirectory(knowledge.resolve("recog"))) {
        all.append(PolicyFolder.state(knowledge.resolve("recog")));
      }
    }
    return Ids.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }
}
