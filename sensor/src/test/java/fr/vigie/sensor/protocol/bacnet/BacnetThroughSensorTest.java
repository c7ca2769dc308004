package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Real BACnet captures down the whole road of the sensor: what leaves it is what happened. */
final class BacnetThroughSensorTest {
  private static List<Observation> observe(String capture) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    List<Observation> seen = new ArrayList<>();
    try (CaptureFile file = CaptureFile.open(root.resolve(capture), "test")) {
      new Sensor(SensorOptions.standard()).run(file, new Sink() {
        @Override
        public void accept(Observation observation) {
          seen.add(observation);
        }

        @Override
        public void quantum(long seq, long at) {}
      });
    }
    return seen;
  }

  private static List<Act> acts(List<Observation> seen, Verb verb) {
    return seen.stream().filter(Act.class::isInstance).map(Act.class::cast).filter(a -> a.verb() == verb).toList();
  }

  private static List<String> claims(List<Observation> seen, Trait trait) {
    return seen.stream().filter(Claim.class::isInstance).map(Claim.class::cast)
        .filter(c -> c.trait() == trait && c.protocol().equals("bacnet")).map(c -> c.about().ip() + " " + c.value()).toList();
  }

  @Test
  void everyRestartIsAnActWithItsOutcome() throws IOException {
    List<Observation> seen = observe("cisagov+icsnpp-bacnet/testing/traces/bacnet_example.pcap");
    List<Act> restarts = acts(seen, Verb.RESTART);
    assertThat(restarts.stream().filter(Act::request)).hasSize(120);
    assertThat(restarts.stream().filter(a -> a.outcome().state() == Outcome.State.OK)).hasSize(30);
    assertThat(restarts.stream().filter(a -> a.outcome().equals(Outcome.error("services/password-failure")))).hasSize(90);
    assertThat(restarts).allSatisfy(a -> assertThat(a.value()).asString().contains("Secret"));
    assertThat(seen.stream().filter(Flaw.class::isInstance).map(Flaw.class::cast).filter(f -> f.kind().equals("length"))).isNotEmpty();
  }

  @Test
  void everyDeviceIsDescribedOnce() throws IOException {
    List<Observation> seen = observe("cisagov+icsnpp-bacnet/testing/traces/bacnet_example.pcap");
    assertThat(claims(seen, Trait.INSTANCE)).hasSize(30).doesNotHaveDuplicates().contains("172.20.32.108 721");
    assertThat(claims(seen, Trait.MODEL)).isNotEmpty().doesNotHaveDuplicates();
    assertThat(seen.stream().filter(Reading.class::isInstance)).isNotEmpty();
  }

  @Test
  void theForwardedDeviceIsNotTheBbmd() throws IOException {
    List<Observation> seen = observe("EmreEkin+ICS-Pcaps/BacNET/BACnet-BBMD-on-same-subnet.pcap");
    assertThat(claims(seen, Trait.ROLE)).anyMatch(c -> c.endsWith(" bbmd"));
    assertThat(acts(seen, Verb.REGISTER)).extracting(a -> a.outcome().state()).contains(Outcome.State.OK);
  }
}
