package fr.vigie.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Stamp;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Findings of the capture doctor in words: hostile names stay on their line, files are no interfaces, one device is one. */
final class ToldTest {
  private static Told told(Lapse.Kind kind, String proof, long hidden, Lapse.Basis basis, @Nullable String card) {
    Stamp stamp = new Stamp(1, 1 << 20, 0, 0, 8);
    Endpoint who = new Endpoints(4).mac("default", Endpoint.NO_MAC, 60);
    Lapse lapse = new Lapse(stamp, who, kind, 0, 60, -1, -1, 118, 120, 0, 60, hidden, basis, proof);
    Diagnosis diagnosis = new Diagnosis(0, 0, false, 0, 1_000_000_000L, List.of(), List.of(),
        List.of(new Diagnosis.Finding(lapse, 0, 1, true)));
    return Told.all(diagnosis, List.of(new Origin(0, "default", "miroir.pcapng", "ab".repeat(32), card, 1))).getFirst();
  }

  private static String commands(@Nullable String card) {
    return told(Lapse.Kind.LOST, "interface", -1, Lapse.Basis.NONE, card).mend().getFirst().commands();
  }

  @Test
  void aCommandNamesTheInterfaceAndNeverTheFile() {
    assertThat(commands("eth1")).contains("ethtool -g eth1");
    assertThat(commands(null)).contains("ethtool -g INTERFACE").doesNotContain("miroir");
    assertThat(commands("")).contains("ethtool -g INTERFACE");
    assertThat(commands("eth1;reboot")).contains("ethtool -g INTERFACE");
    assertThat(commands("--driver")).as("no option either").contains("ethtool -g INTERFACE");
  }

  @Test
  void aLineBreakInTheNameOfAnInterfaceBreaksNoLine() {
    Told told = told(Lapse.Kind.ONE_WAY, "", 37, Lapse.Basis.NEVER_ANSWERED, "eth0\nRien à redire");
    assertThat(told.text().fr()).contains("l'interface eth0\\u000aRien à redire").doesNotContain("\n");
    assertThat(told.text().en()).contains("interface eth0\\u000aRien à redire").doesNotContain("\n");
  }

  @Test
  void oneDeviceIsOne() {
    for (Lapse.Basis basis : List.of(Lapse.Basis.NEVER_ANSWERED, Lapse.Basis.NAMED_BY_ARP, Lapse.Basis.HEARD_BEFORE)) {
      Told one = told(Lapse.Kind.ONE_WAY, "", 1, basis, null);
      assertThat(one.estimate().en()).startsWith("About 1 device: an address ");
      assertThat(one.estimate().fr()).startsWith("Environ 1 équipement : une adresse ");
      assertThat(told(Lapse.Kind.ONE_WAY, "", 2, basis, null).estimate().en()).startsWith("About 2 devices: addresses ");
      assertThat(told(Lapse.Kind.ONE_WAY, "", 2, basis, null).estimate().fr()).startsWith("Environ 2 équipements : adresses ");
    }
  }
}
