package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.samples.Kit;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The attack kit through the whole road, packets in and alerts out: of each capture exactly what its label names is told, and what comes near is not. */
final class KitTest {
  @TempDir private Path folder;

  @Test
  void ofEachCaptureExactlyWhatItsLabelNamesIsTold() throws IOException, SiteError {
    List<Kit.Label> labels = Kit.write(Kit.Options.DEFAULT, folder);
    Site site = SiteFile.read(folder.resolve(Kit.SITE));
    PolicySet policy = PolicySet.shipped();
    long until = nanos(Kit.Options.DEFAULT.begin()) + Kit.LEARNING;
    List<String> wrong = new ArrayList<>();
    for (Kit.Label label : labels) {
      Set<String> told = told(folder.resolve(label.file()), site, policy, until);
      Set<String> named = new TreeSet<>(label.also());
      if (label.attack()) {
        named.add(label.detection());
      }
      if (!told.equals(named)) {
        wrong.add(label.file() + ": " + label.what() + "; told " + told + ", named " + named);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(Files.readAllLines(folder.resolve(Kit.LABELS))).hasSize(labels.size() + 1);
  }

  @Test
  void eachDetectionOfTheCatalogueHasAnExercise() {
    assertThat(Kit.detections()).containsExactlyInAnyOrderElementsOf(Catalogue.shipped().all().stream().map(Detection::id).toList());
  }

  @Test
  void theSameParametersGiveTheSameOctets() throws IOException {
    Kit.Options options = new Kit.Options(7, Instant.parse("2027-01-01T00:00:00Z"), 172 << 24 | 20 << 16, Set.of("BAC-02", "NET-02"));
    Kit.write(options, folder.resolve("a"));
    Kit.write(options, folder.resolve("b"));
    for (String file : List.of("BAC-02-attack.pcapng", "NET-02-near-miss.pcapng", Kit.LABELS, Kit.SITE)) {
      assertThat(Files.mismatch(folder.resolve("a").resolve(file), folder.resolve("b").resolve(file))).as(file).isEqualTo(-1);
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

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
