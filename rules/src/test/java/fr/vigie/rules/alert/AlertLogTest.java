package fr.vigie.rules.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Stamp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the log says before a candidate is made for it. */
final class AlertLogTest {
  private static final Endpoint WHO = new Endpoints(8).mac("", 1, Endpoint.NO_VLAN);

  private static Candidate candidate(Detection d, long seq) {
    Stamp stamp = new Stamp(seq, 0, seq, 0, seq);
    return new Candidate(d, stamp, seq, 1, WHO, null, null, List.of(), List.of(), new Proof("a.pcap", null, seq, seq));
  }

  @Test
  void aCandidateWithoutAPlaceIsNotWantedAndCountsAndThoseThatHaveOneStillGrow() {
    AlertLog log = new AlertLog(8, 8);
    Detection knx = Catalogue.shipped().of("KNX-09");
    Detection bacnet = Catalogue.shipped().of("BAC-01");
    for (int i = 0; i < 4; i++) {
      assertThat(log.wants(knx)).isTrue();
      log.learned(candidate(knx, i));
    }
    assertThat(log.candidatesDropped()).isZero();
    assertThat(log.wants(knx)).as("half of all places").isFalse();
    assertThat(log.wants(knx)).isFalse();
    assertThat(log.candidatesDropped()).isEqualTo(2);
    assertThat(log.wants(bacnet)).as("another detection").isTrue();
    log.learned(candidate(knx, 0));
    assertThat(log.candidates()).hasSize(4);
    assertThat(log.candidatesDropped()).isEqualTo(2);
  }
}
