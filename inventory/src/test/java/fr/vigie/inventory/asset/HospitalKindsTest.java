package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.site.Device;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The sample hospital without its site file: what the wire alone tells of kinds, against what the site file says of the same devices. */
final class HospitalKindsTest {
  private static final Path FOLDER = Path.of("../samples/hospital");
  private final Kinds kinds = Knowledge.shipped().kinds();

  @Test
  void theWireAloneNamesMostKindsAndNoneAgainstTheSiteFile() throws Exception {
    Calibration calibration = new Calibration();
    Map<String, Integer> outcomes = new TreeMap<>();
    List<String> missed = new ArrayList<>();
    Ledger ledger = each((a, device) -> {
      String kind = device.kind();
      if (kind == null) {
        return;
      }
      boolean known = !a.kind().equals(Asset.UNKNOWN);
      boolean right = a.kind().equals(kind) || kinds.within(kind, a.kind());
      String outcome = known ? right ? a.kind().equals(kind) ? "right" : "wider" : "wrong" : "unknown";
      outcomes.merge(outcome, 1, Integer::sum);
      if (!outcome.equals("right")) {
        missed.add(outcome + ": " + device.name() + " is " + kind + ", not " + a.kind());
      }
      if (known) {
        calibration.add(a.kindConfidence(), right);
      }
    });
    int declared = outcomes.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println("hospital: " + declared + " declared " + outcomes + ", " + calibration + " " + missed);
    assertThat(declared).isGreaterThan(90);
    assertThat(outcomes.getOrDefault("wrong", 0)).as(missed.toString()).isLessThanOrEqualTo(2);
    assertThat(outcomes.getOrDefault("right", 0)).as(missed.toString()).isGreaterThanOrEqualTo(declared * 4 / 5);
    assertThat(calibration.overconfidence()).isLessThan(0.05);
    for (Asset a : ledger.assets()) {
      String model = a.trait(Trait.MODEL);
      if (model != null && model.startsWith("DXR")) {
        assertThat(a.kind()).as(a.displayName()).isEqualTo("room-controller");
      }
    }
    // what says nothing stays unknown: units behind Modbus gateways that answer with registers alone, and one silent virtual machine
    List<String> unknown = ledger.assets().stream().filter(a -> a.kind().equals(Asset.UNKNOWN)).map(Asset::displayName).toList();
    assertThat(unknown).hasSizeLessThanOrEqualTo(10);
  }

  /** Each device that the site file names, as the wire alone shows it. */
  static Ledger each(BiConsumer<Asset, Device> to) throws IOException, SiteError {
    Site site = SiteFile.read(FOLDER.resolve("site.yaml"));
    Ledger ledger = Captures.play(Site.EMPTY, FOLDER.resolve("hospital.pcapng.gz"));
    for (Asset a : ledger.assets()) {
      Device device = null;
      for (Asset.Address at : a.addresses()) {
        device = device == null ? site.deviceOf(at.endpoint(), a.keys()) : device;
      }
      if (device != null) {
        to.accept(a, device);
      }
    }
    return ledger;
  }
}
