package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What people decide of identity wins over the evidence, survives it, and can be taken back. */
final class BondTest {
  private static final String WIRED = "00:a0:03:12:34:56";
  private static final String RADIO = "00:0c:de:00:00:07";
  private final Wire wire = new Wire();
  private final Ledger ledger = new Ledger(Site.EMPTY);

  private Asset at(String ip) {
    Asset a = ledger.assetOf(wire.ip(ip));
    assertThat(a).as(ip).isNotNull();
    return java.util.Objects.requireNonNull(a);
  }

  private List<Observation> twoPorts() {
    return List.of(wire.arp("10.1.0.5", WIRED), wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.SERIAL, "SN-4711"),
        wire.arp("10.1.0.6", RADIO), wire.claim(wire.ip("10.1.0.6"), "snmp", Trait.SERIAL, "sn-4711"));
  }

  @Test
  void twoDevicesThatSayOneSerialNumberAreProposedMergedAndTakenApartAgain() {
    Wire.feed(ledger, twoPorts().toArray(Observation[]::new));
    Asset older = at("10.1.0.5");
    Asset younger = at("10.1.0.6");
    assertThat(Proposal.of(ledger)).singleElement().satisfies(p -> {
      assertThat(p.merge()).isTrue();
      assertThat(p.assets()).containsExactly(older.id(), younger.id());
      assertThat(p.reason()).isEqualTo("serial");
      assertThat(p.proofs()).extracting(x -> x.evidence().source()).containsExactlyInAnyOrder("bacnet", "snmp");
    });
    Bond bond = new Bond(true, Bond.anchors(older), Bond.anchors(younger));
    assertThat(bond.left()).containsExactly("mac=" + WIRED);
    assertThat(ledger.bond(bond)).extracting(AssetChange::kind).contains(AssetChange.Kind.MERGED);
    assertThat(at("10.1.0.6")).isSameAs(older).isSameAs(at("10.1.0.5"));
    assertThat(ledger.byId(younger.id())).as("its old id leads there").isSameAs(older);
    assertThat(Proposal.of(ledger)).isEmpty();
    assertThat(ledger.loosen(bond)).extracting(AssetChange::kind).contains(AssetChange.Kind.SPLIT);
    assertThat(at("10.1.0.6").id()).as("the id that it had").isEqualTo(younger.id());
    assertThat(at("10.1.0.5").id()).isEqualTo(older.id());
  }

  @Test
  void aSplitHoldsAgainstTheEvidenceThatTiesAndIsNotProposedAgain() {
    ledger.apply(wire.arp("10.1.0.5", WIRED));
    ledger.apply(wire.arp("10.1.0.6", WIRED));
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.INSTANCE, "1001"));
    ledger.apply(wire.claim(wire.ip("10.1.0.6"), "bacnet", Trait.INSTANCE, "1002"));
    assertThat(at("10.1.0.5")).isSameAs(at("10.1.0.6"));
    assertThat(Proposal.of(ledger)).singleElement().satisfies(p -> {
      assertThat(p.merge()).isFalse();
      assertThat(p.leaves()).containsExactly("ip=10.1.0.6");
    });
    Bond bond = new Bond(false, List.of("ip=10.1.0.6"), List.of("mac=" + WIRED, "ip=10.1.0.5"));
    ledger.bond(bond);
    assertThat(at("10.1.0.5")).isNotSameAs(at("10.1.0.6"));
    ledger.apply(wire.arp("10.1.0.6", WIRED));
    ledger.apply(wire.frame("10.1.0.6", WIRED));
    ledger.apply(wire.arp("10.1.0.7", WIRED));
    assertThat(at("10.1.0.5")).as("the machine does not overrule").isNotSameAs(at("10.1.0.6"));
    assertThat(at("10.1.0.7")).isSameAs(at("10.1.0.5"));
    assertThat(Proposal.of(ledger)).isEmpty();
    ledger.loosen(bond);
    assertThat(at("10.1.0.5")).isSameAs(at("10.1.0.6"));
  }

  @Test
  void ofTwoThatSpeakOfOnePairTheLaterHolds() {
    Wire.feed(ledger, twoPorts().toArray(Observation[]::new));
    Bond one = new Bond(true, List.of("mac=" + WIRED), List.of("mac=" + RADIO));
    Bond two = new Bond(false, List.of("mac=" + WIRED), List.of("mac=" + RADIO));
    ledger.bond(one);
    ledger.bond(two);
    assertThat(at("10.1.0.5")).isNotSameAs(at("10.1.0.6"));
    assertThat(Proposal.of(ledger)).as("somebody said that they are two").isEmpty();
    ledger.loosen(two);
    assertThat(at("10.1.0.5")).isSameAs(at("10.1.0.6"));
    assertThat(ledger.loosen(two)).as("taken back once").isEmpty();
  }

  @Test
  void aReplayOfTheLogEndsTheSameWhetherBondsComeBeforeBetweenOrAfter() {
    List<Observation> log = new ArrayList<>(twoPorts());
    log.add(wire.arp("10.1.0.9", RADIO));
    log.add(wire.arp("10.1.0.5", WIRED));
    Bond bond = new Bond(true, List.of("mac=" + WIRED), List.of("mac=" + RADIO));
    TreeSet<String> ends = new TreeSet<>();
    for (int when = 0; when <= log.size(); when++) {
      Ledger again = new Ledger(Site.EMPTY);
      for (int i = 0; i < log.size(); i++) {
        if (i == when) {
          again.bond(bond);
        }
        again.apply(log.get(i));
      }
      if (when == log.size()) {
        again.bond(bond);
      }
      StringBuilder end = new StringBuilder();
      again.assets().forEach(a -> end.append(a.id()).append(new TreeSet<>(a.keys())).append('\n'));
      ends.add(end.toString());
    }
    assertThat(ends).hasSize(1);
    assertThat(ends.first().lines()).hasSize(1);
  }

  @Test
  void aBondNamesEachAddressOnce() {
    assertThatThrownBy(() -> new Bond(true, List.of("ip=1"), List.of("ip=1"))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bond(true, List.of(), List.of("ip=1"))).isInstanceOf(IllegalArgumentException.class);
  }
}
