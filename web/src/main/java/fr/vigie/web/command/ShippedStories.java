package fr.vigie.web.command;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.samples.Kit;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.policy.Stories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The stories of the shipped rules: the captures of the kit, made anew, each of which must be found or must not. */
final class ShippedStories {
  private ShippedStories() {}

  /**
   * Runs them.
   *
   * @param only detections, or none for all
   */
  static List<Stories.Ending> run(PolicySet policy, List<String> only) throws IOException, SiteError, Usage {
    for (String id : only) {
      if (!Kit.detections().contains(id)) {
        throw new Usage("--only " + id + ": there is no exercise for it; there are " + String.join(", ", Kit.detections()));
      }
    }
    Path folder = Files.createTempDirectory("vigie-stories");
    try {
      Kit.Options standard = Kit.Options.DEFAULT;
      List<Kit.Label> labels = Kit.write(new Kit.Options(standard.seed(), standard.begin(), standard.network(), Set.copyOf(new HashSet<>(only))), folder);
      Site site = SiteFile.read(folder.resolve(Kit.SITE));
      long until = standard.begin().getEpochSecond() * 1_000_000_000L + standard.begin().getNano() + Kit.LEARNING;
      List<Stories.Ending> endings = new ArrayList<>();
      for (Kit.Label label : labels) {
        Set<String> told = told(folder.resolve(label.file()), site, policy, until);
        boolean fits = told.contains(label.detection()) == label.attack();
        endings.add(new Stories.Ending(label.file(), label.what(), fits ? List.of()
            : List.of((label.attack() ? "expected and not told: " : "told and not expected: ") + label.detection() + "; told " + told)));
      }
      return endings;
    } finally {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path file : all.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static Set<String> told(Path capture, Site site, PolicySet policy, long until) throws IOException {
    AlertLog log = new AlertLog(1000, 1000);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "default")) {
      Judge judge = new Judge(site, new Ledger(site), policy, Judge.Options.DEFAULT.until(until), i -> source.origins().get(i), log);
      new Sensor(SensorOptions.standard().bounds(256, 256).endpoints(1024).shards(1)).run(source, judge);
      judge.finish();
    }
    Set<String> told = new TreeSet<>();
    log.alerts().forEach(a -> told.add(a.detection().id()));
    return told;
  }
}
