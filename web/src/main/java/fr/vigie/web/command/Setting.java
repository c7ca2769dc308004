package fr.vigie.web.command;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.rules.alert.Ids;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.samples.Hospital;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.meaning.Meanings;
import fr.vigie.sensor.protocol.Protocols;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is expected of a site: site file, policy, end of learning, and how large its tables are. */
final class Setting {
  /** Beyond any table of one machine. */
  private static final int MOST = 1 << 24;

  @Option(names = "--site", paramLabel = "FILE", description = "site file (docs/site-file.md): zones, conduits, writers… what is expected")
  private @Nullable Path siteFile;

  @Option(names = "--policy", paramLabel = "DIR", description = "folder of rules (.drl) beside the shipped ones (docs/policy.md)")
  private @Nullable Path policyFolder;

  @Option(names = "--learn-until", paramLabel = "TIME",
      description = "capture time (RFC 3339, UTC) at which learning ends: what comes later is judged by what was learned")
  private @Nullable String learnUntil;

  @Option(names = "--most-flows", paramLabel = "N",
      description = "room for so many flows and contacts at a time (default: 262144 flows, 131072 contacts); a million takes some 600 MB of heap")
  private int mostFlows;

  @Option(names = "--most-devices", paramLabel = "N", defaultValue = "" + Ledger.LIMIT,
      description = "room for so many devices (${DEFAULT-VALUE}); further ones are refused and counted")
  private int mostDevices = Ledger.LIMIT;

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
    if (mostFlows != 0 && (mostFlows < SensorOptions.SHARDS || mostFlows > MOST)) {
      throw new Usage("--most-flows is " + SensorOptions.SHARDS + " to " + MOST);
    }
    SensorOptions options = SensorOptions.standard();
    if (mostFlows != 0) {
      // an address has a place in each shard in which it speaks; SensorOptions keeps four for each of these
      options = options.bounds(mostFlows, mostFlows).endpoints(Math.max(options.endpoints(), mostFlows / 4));
    }
    return site == null ? options : expecting(options, site);
  }

  /** The same with what a site says: its VLANs, and what values mean. */
  static SensorOptions expecting(SensorOptions options, Site site) {
    Meanings meanings = site.meanings();
    return options.vlansExpected(Set.copyOf(site.vlansExpected())).dissectors(() -> Protocols.all(meanings));
  }

  /** The most devices of the inventory. */
  int mostDevices() throws Usage {
    if (mostDevices < 1 || mostDevices > MOST) {
      throw new Usage("--most-devices is 1 to " + MOST);
    }
    return mostDevices;
  }

  /** The policy. */
  PolicySet policy() throws Usage {
    if (policyFolder == null) {
      return PolicySet.shipped();
    }
    PolicySet.Loaded loaded = PolicySet.load(policyFolder);
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
  Judge.Options judging() throws Usage {
    if (learnUntil == null) {
      return Judge.Options.DEFAULT;
    }
    try {
      return Judge.Options.DEFAULT.until(Json.nanos(learnUntil));
    } catch (DateTimeException e) {
      throw new Usage("--learn-until " + learnUntil + " is not a time; write it as 2026-03-10T07:05:00Z");
    }
  }

  /** Digest of all that decides what is made of a log: site file and what it names, rules, end of learning, program. */
  String expectation() throws IOException, SiteError {
    StringBuilder all = new StringBuilder(Main.VERSION).append(' ').append(System.getProperty("vigie.build", "")).append('\n').append(learnUntil).append('\n')
        .append(mostDevices).append('\n');
    if (siteFile != null) {
      all.append(Ids.sha256(Files.readAllBytes(siteFile))).append('\n');
      for (Path named : SiteFile.read(siteFile).files()) {
        all.append(Ids.sha256(Files.readAllBytes(named))).append('\n');
      }
    }
    if (policyFolder != null) {
      all.append(PolicyFolder.state(policyFolder));
    }
    return Ids.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }
}
