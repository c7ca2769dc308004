package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What is stated of makers and kinds, against what is true, over the IoT devices of the shared captures and the sample hospital without its
 * site file. With {@code -Dvigie.plot=FILE} the picture of {@code docs/accuracy.md} is drawn.
 */
final class CalibrationPlotTest {
  /** Fewest conclusions of a tenth that say anything of it. */
  private static final int TELLING = 5;

  private final Kinds kinds = Knowledge.shipped().kinds();

  @Test
  void noTenthIsSurerThanItIsRight() throws Exception {
    Path shared = Captures.shared();
    assumeTrue(shared != null, "the shared captures are not here (VIGIE_CAPTURES)");
    Calibration kind = new Calibration();
    Calibration maker = new Calibration();
    IotDevicesTest.each(shared, told -> {
      Asset a = told.asset();
      if (!a.kind().equals(Asset.UNKNOWN)) {
        kind.add(a.kindConfidence(), a.kind().equals(told.kind()) || kinds.within(told.kind(), a.kind()));
      }
      Evidence says = a.evidence(Trait.VENDOR);
      String vendor = a.vendor();
      if (says != null && vendor != null) {
        maker.add(says.confidence(), vendor.contains(told.maker()));
      }
    });
    kind.add(hospital());
    System.out.println("calibration: kinds " + kind + "; makers " + maker);
    String picture = System.getProperty("vigie.plot", "");
    if (!picture.isEmpty()) {
      new CalibrationPlot().add("kind", kind).add("maker", maker).write(Path.of(picture));
    }
    for (Calibration one : new Calibration[] {kind, maker}) {
      for (double[] p : one.points()) {
        assertThat(p[2] < TELLING ? 0 : p[0]).as("of %s, stated against the upper end of what may be right", one)
            .isLessThanOrEqualTo(Calibration.interval(p[1], p[2])[1]);
      }
      assertThat(one.overconfidence()).isLessThan(0.02);
    }
  }

  private Calibration hospital() throws IOException, SiteError {
    Calibration calibration = new Calibration();
    HospitalKindsTest.each((asset, device) -> {
      String kind = device.kind();
      if (kind != null && !asset.kind().equals(Asset.UNKNOWN)) {
        calibration.add(asset.kindConfidence(), asset.kind().equals(kind) || kinds.within(kind, asset.kind()));
      }
    });
    return calibration;
  }
}
