package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final String SIEMENS = "00:a0:03:12:34:56";
  private static final String ABB = "00:0c:de:00:00:07";
  private static final String GATEWAY = "00:00:0c:11:22:33";
  private final Wire wire = new Wire();
  private final Ledger ledger = new Ledger(Site.EMPTY);

  private Asset at(String ip) {
    Asset a = ledger.assetOf(wire.ip(ip));
    assertThat(a).as(ip).isNotNull();
    return a;
  }

  private static List<AssetChange.Kind> kinds(List<AssetChange> changes) {
    return changes.stream().map(AssetChange::kind).toList();
  }

  @Test
  void arpBindsAnIpAddressToItsMacAddress() {
    List<AssetChange> changes = ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(kinds(changes)).containsOnlyOnce(AssetChange.Kind.NEW);
    assertThat(ledger.assets()).hasSize(1);
    assertThat(at("10.1.0.5").keys()).containsExactlyInAnyOrder("mac=" + SIEMENS, "ip=10.1.0.5");
    assertThat(ledger.assetOf(wire.mac(SIEMENS))).isSameAs(at("10.1.0.5"));
    assertThat(ledger.assetOf(wire.pair("10.1.0.5", SIEMENS))).isSameAs(at("10.1.0.5"));
  }

  @Test
  void aRepeatedSightingIsNotNews() {
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(ledger.apply(wire.arp("10.1.0.5", SIEMENS))).isEmpty();
    assertThat(at("10.1.0.5").last()).isEqualTo(Wire.seconds(2));
    assertThat(at("10.1.0.5").first()).isEqualTo(Wire.seconds(1));
  }

  @Test
  void aLoneAddressInFramesIsTakenForTheMacAddressesOwn() {
    ledger.apply(wire.frame("10.1.0.5", SIEMENS));
    assertThat(ledger.assets()).hasSize(1);
    assertThat(at("10.1.0.5").trait(Trait.VENDOR)).containsIgnoringCase("siemens");
  }

  @Test
  void aMacAddressThatFrontsManyIsARouterAndNotTheDevicesBehindIt() {
    Wire.feed(ledger, wire.frame("10.2.0.1", GATEWAY), wire.frame("10.2.0.2", GATEWAY));
    List<AssetChange> third = ledger.apply(wire.frame("10.2.0.3", GATEWAY));
    assertThat(kinds(third)).contains(AssetChange.Kind.ROUTER);
    Asset router = ledger.assetOf(wire.mac(GATEWAY));
    assertThat(router).isNotNull();
    assertThat(router.router()).isTrue();
    assertThat(router.role("router")).isTrue();
    assertThat(ledger.assets()).hasSize(4);
    assertThat(at("10.2.0.1").keys()).containsExactly("ip=10.2.0.1");
    assertThat(at("10.2.0.1").trait(Trait.VENDOR)).as("the router's maker says nothing of the device").isNull();
    for (int i = 4; i < 200; i++) {
      ledger.apply(wire.frame("10.2.0." + i, GATEWAY));
    }
    assertThat(ledger.assets()).hasSize(200);
  }

  @Test
  void aRouterKeepsItsOwnAddress() {
    Wire.feed(ledger, wire.arp("10.1.0.1", GATEWAY), wire.frame("10.2.0.1", GATEWAY), wire.frame("10.2.0.2", GATEWAY),
        wire.frame("10.2.0.3", GATEWAY));
    assertThat(at("10.1.0.1").router()).isTrue();
    assertThat(at("10.1.0.1").keys()).contains("mac=" + GATEWAY).doesNotContain("ip=10.2.0.1");
  }

  @Test
  void aServerWithSeveralBoundAddressesIsNoRouter() {
    Wire.feed(ledger, wire.frame("10.1.0.1", SIEMENS), wire.frame("10.1.0.2", SIEMENS), wire.frame("10.1.0.3", SIEMENS));
    Wire.feed(ledger, wire.arp("10.1.0.1", SIEMENS), wire.arp("10.1.0.2", SIEMENS), wire.arp("10.1.0.3", SIEMENS));
    assertThat(ledger.assets()).hasSize(1);
    assertThat(at("10.1.0.1").router()).isFalse();
    assertThat(at("10.1.0.1")).isSameAs(at("10.1.0.3"));
  }

  @Test
  void aDeclaredRouterFrontsEvenOneAddress() {
    ledger.apply(wire.arp("10.1.0.1", GATEWAY));
    ledger.apply(wire.claim(wire.ip("10.1.0.1"), "ospf", Trait.ROLE, "router"));
    ledger.apply(wire.frame("10.9.0.7", GATEWAY));
    assertThat(at("10.9.0.7")).isNotSameAs(at("10.1.0.1"));
    assertThat(at("10.9.0.7").keys()).containsExactly("ip=10.9.0.7");
  }

  @Test
  void aBacnetRouterIsNoIpRouter() {
    ledger.apply(wire.arp("10.1.0.9", SIEMENS));
    ledger.apply(wire.claim(wire.ip("10.1.0.9"), "bacnet", Trait.ROLE, "router"));
    assertThat(at("10.1.0.9").role("router")).isTrue();
    assertThat(at("10.1.0.9").router()).isFalse();
  }

  @Test
  void anInternetHostIsNoEquipmentUntilItDescribesItself() {
    Wire.feed(ledger, wire.arp("10.1.0.1", GATEWAY), wire.frame("10.1.0.1", GATEWAY));
    Wire.feed(ledger, wire.frame("8.8.8.8", GATEWAY), wire.frame("8.8.4.4", GATEWAY), wire.frame("1.1.1.1", GATEWAY),
        wire.contact(wire.ip("10.1.0.1"), wire.ip("8.8.8.8"), "dns", 53, Contact.Answer.ANSWERED));
    assertThat(ledger.assetOf(wire.ip("8.8.8.8"))).isNull();
    assertThat(ledger.assets()).hasSize(1);
    ledger.apply(wire.claim(wire.ip("8.8.4.4"), "bacnet", Trait.INSTANCE, "77"));
    assertThat(at("8.8.4.4").keys()).containsExactly("ip=8.8.4.4", "bacnet-instance=77");
  }

  @Test
  void devicesBehindABacnetRouterAreChildrenAndNeverTheRouter() {
    Endpoint router = wire.ip("10.1.0.9");
    Endpoint a = wire.endpoints.bacnet(router, 2001, 0x0a, 1);
    Endpoint b = wire.endpoints.bacnet(router, 2001, 0x0b, 1);
    Wire.feed(ledger, wire.claim(router, "bacnet", Trait.INSTANCE, "9"), wire.claim(router, a, "bacnet", Trait.INSTANCE, "1001"),
        wire.claim(router, b, "bacnet", Trait.INSTANCE, "1002"), wire.claim(router, a, "bacnet", Trait.VENDOR_ID, "7"));
    assertThat(ledger.assets()).hasSize(3);
    Asset child = ledger.assetOf(a);
    assertThat(child).isNotNull();
    assertThat(child.keys()).containsExactly("bacnet=2001:0x0a@10.1.0.9", "bacnet-instance=1001");
    assertThat(child.parent()).isSameAs(at("10.1.0.9"));
    assertThat(child.trait(Trait.VENDOR)).containsIgnoringCase("siemens");
    assertThat(at("10.1.0.9").children()).hasSize(2).contains(child);
    assertThat(at("10.1.0.9").trait(Trait.VENDOR)).isNull();
    assertThat(ledger.byKey("bacnet-instance=1002")).isSameAs(ledger.assetOf(b));
  }

  @Test
  void devicesOnAKnxLineAreChildrenOfTheirGateway() {
    Endpoint gateway = wire.ip("10.1.0.20");
    Endpoint device = wire.endpoints.knx(gateway, 0x1107);
    ledger.apply(wire.contact(device, gateway, "knx", 3671, Contact.Answer.GROUP));
    Asset child = ledger.assetOf(device);
    assertThat(child).isNotNull();
    assertThat(child.keys()).containsExactly("knx=1.1.7@10.1.0.20");
    assertThat(child.parent()).isSameAs(at("10.1.0.20"));
  }

  @Test
  void oneModbusUnitIsTheServerItselfAndTwoAreDevicesBehindAGateway() {
    Endpoint server = wire.ip("10.1.0.30");
    Endpoint master = wire.ip("10.1.0.2");
    Endpoint one = wire.endpoints.modbus(server, 1);
    Endpoint two = wire.endpoints.modbus(server, 2);
    ledger.apply(wire.contact(master, one, "modbus", 502, Contact.Answer.ANSWERED));
    assertThat(ledger.assetOf(one)).isSameAs(at("10.1.0.30"));
    List<AssetChange> changes = ledger.apply(wire.contact(master, two, "modbus", 502, Contact.Answer.ANSWERED));
    assertThat(kinds(changes)).contains(AssetChange.Kind.SPLIT);
    assertThat(ledger.assetOf(one)).isNotSameAs(at("10.1.0.30")).isNotSameAs(ledger.assetOf(two));
    assertThat(at("10.1.0.30").children()).containsExactlyInAnyOrder(ledger.assetOf(one), ledger.assetOf(two));
  }

  @Test
  void aClientThatSentNothingIsNotSeenAlive() {
    Contact c = wire.contact(wire.ip("10.1.0.255"), wire.ip("10.1.0.2"), "udp", 1740, Contact.Answer.ANSWERED);
    ledger.apply(new Contact(c.stamp(), c.who(), c.protocol(), null, c.whom(), "udp", 1740, c.phase(), c.answer(), c.first(), c.last(),
        0, 0, 1, 50, List.of()));
    assertThat(ledger.assetOf(wire.ip("10.1.0.255"))).isNull();
    assertThat(ledger.assetOf(wire.ip("10.1.0.2"))).isNotNull();
  }

  @Test
  void unansweredUnitsOfASweepAreNoDevices() {
    Endpoint master = wire.ip("10.1.0.2");
    for (int unit = 1; unit < 248; unit++) {
      ledger.apply(wire.contact(master, wire.endpoints.modbus(wire.ip("10.1.0.30"), unit), "modbus", 502, Contact.Answer.SILENT));
    }
    assertThat(ledger.assets()).hasSize(1);
  }

  @Test
  void aNewLeaseIsTheSameDevice() {
    ledger.apply(wire.dhcp("10.1.0.50", SIEMENS));
    Asset before = at("10.1.0.50");
    List<AssetChange> changes = ledger.apply(wire.dhcp("10.1.0.51", SIEMENS));
    assertThat(kinds(changes)).containsExactly(AssetChange.Kind.ADDRESS);
    assertThat(at("10.1.0.51")).isSameAs(before);
  }

  @Test
  void anAddressLeasedToAnotherDeviceLeavesItsPastBehind() {
    String other = "00:a0:03:00:00:02";
    ledger.apply(wire.dhcp("10.1.0.50", SIEMENS));
    ledger.apply(wire.claim(wire.ip("10.1.0.50"), "bacnet", Trait.MODEL, "PXC100"));
    Asset first = at("10.1.0.50");
    ledger.apply(wire.dhcp("10.1.0.50", other));
    assertThat(at("10.1.0.50")).isNotSameAs(first).isSameAs(ledger.assetOf(wire.mac(other)));
    assertThat(at("10.1.0.50").trait(Trait.MODEL)).isNull();
    assertThat(first.trait(Trait.MODEL)).isEqualTo("PXC100");
    assertThat(first.addresses()).anyMatch(a -> !a.current() && a.key().equals("ip=10.1.0.50"));
    assertThat(first.conflicts()).isEmpty();
  }

  @Test
  void oneIpAddressAtTwoMacAddressesIsAConflictNotAMerge() {
    String thief = "02:00:00:00:00:66";
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    List<AssetChange> changes = ledger.apply(wire.arp("10.1.0.5", thief));
    assertThat(kinds(changes)).contains(AssetChange.Kind.CONFLICT);
    assertThat(ledger.assets()).hasSize(2);
    assertThat(at("10.1.0.5").keys()).contains("mac=" + SIEMENS);
    assertThat(at("10.1.0.5").conflicts()).singleElement().satisfies(c -> {
      assertThat(c.kind()).isEqualTo(Conflict.Kind.IP_AT_TWO_MACS);
      assertThat(c.other()).isEqualTo("mac=" + thief);
    });
    assertThat(ledger.assetOf(wire.mac(thief)).conflicts()).hasSize(1);
    ledger.apply(wire.arp("10.1.0.5", thief));
    assertThat(at("10.1.0.5").conflicts()).as("told once").hasSize(1);
  }

  @Test
  void aVirtualRouterAndADeclaredPairAreNoConflict() throws Exception {
    Ledger declared = new Ledger(SiteFile.read("site.yaml", """
        site: {id: chu}
        redundant: [[02:00:00:00:00:01, 02:00:00:00:00:02]]
        """));
    Wire.feed(declared, wire.arp("10.1.0.1", "00:00:5e:00:01:07"), wire.arp("10.1.0.1", GATEWAY),
        wire.arp("10.1.0.8", "02:00:00:00:00:01"), wire.arp("10.1.0.8", "02:00:00:00:00:02"));
    assertThat(declared.assets()).allSatisfy(a -> assertThat(a.conflicts()).isEmpty());
  }

  @Test
  void oneDeviceInstanceAtTwoAddressesIsAConflictNotAMerge() {
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.INSTANCE, "1001"));
    List<AssetChange> changes = ledger.apply(wire.claim(wire.ip("10.1.0.6"), "bacnet", Trait.INSTANCE, "1001"));
    assertThat(changes).filteredOn(c -> c.kind() == AssetChange.Kind.CONFLICT).hasSize(2);
    assertThat(at("10.1.0.5")).isNotSameAs(at("10.1.0.6"));
    assertThat(at("10.1.0.6").conflicts()).singleElement().satisfies(c -> {
      assertThat(c.key()).isEqualTo("bacnet-instance=1001");
      assertThat(c.mine()).isEqualTo("ip=10.1.0.6");
      assertThat(c.other()).isEqualTo("ip=10.1.0.5");
    });
    assertThat(ledger.byKey("bacnet-instance=1001")).isSameAs(at("10.1.0.5"));
  }

  @Test
  void aClaimedAddressOfSomebodyElseMergesNothing() {
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    ledger.apply(wire.claim(wire.ip("10.1.0.66"), "knx", Trait.MAC, SIEMENS));
    ledger.apply(wire.arp("10.1.0.66", "02:00:00:00:00:66"));
    assertThat(at("10.1.0.66")).isNotSameAs(at("10.1.0.5"));
  }

  @Test
  void aMergeKeepsTheOlderIdAndTheYoungerOneStillResolves() {
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.MODEL, "PXC"));
    ledger.apply(wire.claim(wire.mac(SIEMENS), "lldp", Trait.NAME, "ctl-5"));
    String older = at("10.1.0.5").id();
    String younger = ledger.assetOf(wire.mac(SIEMENS)).id();
    List<AssetChange> changes = ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(kinds(changes)).containsExactly(AssetChange.Kind.MERGED);
    assertThat(ledger.assets()).extracting(Asset::id).containsExactly(older);
    assertThat(ledger.byId(younger)).isSameAs(at("10.1.0.5"));
    assertThat(at("10.1.0.5").trait(Trait.NAME)).isEqualTo("ctl-5");
  }

  @Test
  void idsAreTheSameInEveryRun() {
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.MODEL, "PXC"));
    assertThat(at("10.1.0.5").id()).isEqualTo(Identity.id("ip=10.1.0.5")).matches("a-[a-z2-7]{16}");
    // SHA-256 of "abc" starts ba7816bf 8f01cfea 4141 (FIPS 180-4, appendix B.1)
    assertThat(Identity.id("abc")).isEqualTo("a-xj4bnp4pahh6uqkb");
  }

  @Test
  void whichAddressesAreOneDeviceDoesNotDependOnTheOrder() {
    List<Observation> all = new ArrayList<>(List.of(
        wire.arp("10.1.0.1", GATEWAY), wire.frame("10.2.0.1", GATEWAY), wire.frame("10.2.0.2", GATEWAY), wire.frame("10.2.0.3", GATEWAY),
        wire.arp("10.1.0.5", SIEMENS), wire.frame("10.1.0.5", SIEMENS), wire.frame("10.1.0.6", "02:00:00:00:00:06"),
        wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.INSTANCE, "5"), wire.frame("10.1.0.7", "02:00:00:00:00:07"),
        wire.frame("10.1.0.8", "02:00:00:00:00:07"), wire.frame("fe80::7", "02:00:00:00:00:06"),
        wire.contact(wire.ip("10.1.0.6"), wire.endpoints.modbus(wire.ip("10.2.0.1"), 1), "modbus", 502, Contact.Answer.ANSWERED),
        wire.contact(wire.ip("10.1.0.6"), wire.endpoints.modbus(wire.ip("10.2.0.1"), 2), "modbus", 502, Contact.Answer.ANSWERED)));
    TreeSet<TreeSet<String>> expected = null;
    Random random = new Random(7);
    for (int run = 0; run < 200; run++) {
      Ledger l = new Ledger(Site.EMPTY);
      all.forEach(l::apply);
      TreeSet<TreeSet<String>> found = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
      l.assets().forEach(a -> found.add(new TreeSet<>(a.keys())));
      if (expected == null) {
        expected = found;
        assertThat(found).hasSize(11);
      }
      assertThat(found).as("run " + run).isEqualTo(expected);
      Collections.shuffle(all, random);
    }
  }

  @Test
  void theSameObservationsGiveTheSameLedgerToTheByte() {
    List<String> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Wire w = new Wire();
      Ledger l = new Ledger(Site.EMPTY);
      for (int i = 1; i < 250; i++) {
        l.apply(w.arp("10.1.0." + i, String.format("02:00:00:00:00:%02x", i)));
        l.apply(w.claim(w.ip("10.1.0." + i), "bacnet", Trait.INSTANCE, Integer.toString(i / 2)));
      }
      StringBuilder s = new StringBuilder();
      l.assets().forEach(a -> s.append(Json.line(AssetJson.write(a))).append('\n'));
      runs.add(s.toString());
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1)).hasLineCount(249);
  }

  @Test
  void whatAPersonDecidedWinsAndTheMachinesValueStays() {
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.NAME, "DEV-5"));
    Asset a = at("10.1.0.5");
    ledger.decide(new Decision(1, "rssi", a.id(), a.keys(), Decision.Review.APPROVED, "biomed", "ok",
        Map.of("name", "CTA bloc 3", "kind", "ahu-cta", "care", "5", "place", "Bloc 3")));
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.NAME, "DEV-FIVE"));
    assertThat(a.displayName()).isEqualTo("CTA bloc 3");
    assertThat(a.trait(Trait.NAME)).isEqualTo("CTA bloc 3");
    assertThat(a.values(Trait.NAME)).extracting(Evidence::value).containsExactly("DEV-FIVE", "DEV-5");
    assertThat(a.kind()).isEqualTo("ahu-cta");
    assertThat(a.care()).isEqualTo(5);
    assertThat(a.place()).isEqualTo("Bloc 3");
    assertThat(a.owner()).isEqualTo("biomed");
    assertThat(a.decisions().review()).isEqualTo(Decision.Review.APPROVED);
    ledger.decide(new Decision(2, "rssi", a.id(), a.keys(), null, null, null, Map.of("name", "")));
    assertThat(a.displayName()).as("taken back").isEqualTo("DEV-FIVE");
    assertThat(a.decisions().review()).isEqualTo(Decision.Review.APPROVED);
  }

  @Test
  void aDecisionThatFindsNoDeviceWaitsAndIsListed() {
    Decision d = new Decision(1, "rssi", Identity.id("mac=" + SIEMENS), List.of("mac=" + SIEMENS, "ip=10.1.0.5"),
        Decision.Review.REFUSED, null, null, Map.of());
    assertThat(ledger.decide(d)).isNull();
    assertThat(ledger.orphans()).containsExactly(d);
    ledger.apply(wire.frame("10.1.0.5", "02:00:00:00:00:99"));
    assertThat(ledger.orphans()).as("another device at its address is another device").containsExactly(d);
    assertThat(at("10.1.0.5").decisions().review()).isEqualTo(Decision.Review.NEW);
    ledger.apply(wire.arp("10.1.0.6", SIEMENS));
    assertThat(ledger.orphans()).isEmpty();
    assertThat(at("10.1.0.6").decisions().review()).isEqualTo(Decision.Review.REFUSED);
  }

  @Test
  void aDeviceThatTakesTheAddressOfOneLongSilentHasIt() {
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    Asset old = at("10.1.0.5");
    wire.sleep(Duration.ofMinutes(30));
    ledger.apply(wire.arp("10.1.0.5", ABB));
    assertThat(at("10.1.0.5")).as("two claim it: who is right is not for the machine to say").isEqualTo(old);
    assertThat(old.conflicts()).hasSize(1);
    wire.sleep(Duration.ofMinutes(31));
    ledger.apply(wire.arp("10.1.0.5", ABB));
    assertThat(at("10.1.0.5")).isNotEqualTo(old).isEqualTo(ledger.assetOf(wire.mac(ABB)));
    assertThat(old.live()).isTrue();
  }

  @Test
  void decisionsOutliveAMerge() {
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.MODEL, "PXC"));
    ledger.apply(wire.claim(wire.mac(SIEMENS), "lldp", Trait.NAME, "ctl-5"));
    Asset young = ledger.assetOf(wire.mac(SIEMENS));
    ledger.decide(new Decision(5, "rssi", young.id(), young.keys(), Decision.Review.APPROVED, null, null, Map.of()));
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(at("10.1.0.5").decisions().review()).isEqualTo(Decision.Review.APPROVED);
  }

  @Test
  void aChangedFirmwareIsToldWithBeforeAndAfter() {
    Endpoint e = wire.ip("10.1.0.5");
    ledger.apply(wire.claim(e, "bacnet", Trait.FIRMWARE, "1.0"));
    List<AssetChange> changes = ledger.apply(wire.claim(e, "bacnet", Trait.FIRMWARE, "1.1"));
    assertThat(changes).singleElement().satisfies(c -> {
      assertThat(c.trait()).isEqualTo(Trait.FIRMWARE);
      assertThat(c.before()).isEqualTo("1.0");
      assertThat(c.after()).isEqualTo("1.1");
    });
    assertThat(ledger.apply(wire.claim(e, "bacnet", Trait.FIRMWARE, "1.1"))).as("said again").isEmpty();
  }

  @Test
  void whatADeviceSaysOfItselfWinsOverBannersAndMakersOfMacAddresses() {
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(at("10.1.0.5").evidence(Trait.VENDOR).source()).isEqualTo("oui");
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.VENDOR, "WAGO"));
    assertThat(at("10.1.0.5").trait(Trait.VENDOR)).isEqualTo("WAGO");
    assertThat(at("10.1.0.5").values(Trait.VENDOR)).hasSize(2);
  }

  @Test
  void hostileClaimsStayBounded() {
    Endpoint e = wire.ip("10.1.0.5");
    for (int i = 0; i < 1000; i++) {
      ledger.apply(wire.claim(e, "bacnet", Trait.NAME, i + "\u0000\"<script>\ud83d\ude00".repeat(200)));
    }
    assertThat(at("10.1.0.5").values(Trait.NAME)).hasSize(16).allSatisfy(v -> {
      assertThat(v.value().length()).isLessThanOrEqualTo(512);
      assertThat(Character.isHighSurrogate(v.value().charAt(v.value().length() - 1))).isFalse();
    });
    assertThat(ledger.valuesRefused()).isEqualTo(984);
    for (int i = 0; i < 100; i++) {
      ledger.apply(wire.claim(e, "bacnet", Trait.SERIAL, "s" + i));
      ledger.apply(wire.claim(e, "bacnet", Trait.INSTANCE, "" + i));
    }
    assertThat(at("10.1.0.5").keys().size()).isLessThanOrEqualTo(33);
    assertThat(Json.line(AssetJson.write(at("10.1.0.5")))).doesNotContain("\n").contains("\\u0000");
  }

  @Test
  void leasesThatFlipForeverStayBounded() {
    for (int i = 0; i < 2000; i++) {
      ledger.apply(wire.dhcp("10.1.0.50", i % 2 == 0 ? SIEMENS : GATEWAY));
    }
    assertThat(ledger.assets()).hasSize(2).allSatisfy(a -> assertThat(a.addresses().size()).isLessThanOrEqualTo(20));
  }

  @Test
  void aMacAddressThatAnswersForAWholeNetworkIsAProxyAndMergesNobody() {
    for (int i = 0; i < 2000; i++) {
      ledger.apply(wire.arp("10.3." + i / 250 + "." + (1 + i % 250), GATEWAY));
    }
    assertThat(ledger.assets()).hasSize(2001);
    assertThat(ledger.assetOf(wire.mac(GATEWAY)).router()).isTrue();
  }

  @Test
  void beyondItsLimitTheLedgerRefusesAndCounts() {
    Ledger small = new Ledger(Site.EMPTY, 10, Knowledge.shipped());
    for (int i = 1; i < 50; i++) {
      small.apply(wire.contact(wire.ip("10.1.0." + i), wire.ip("10.1.1.1"), "bacnet", 47808, Contact.Answer.SILENT));
    }
    assertThat(small.size()).isEqualTo(10);
    assertThat(small.refused()).isEqualTo(39);
    assertThat(small.assetOf(wire.ip("10.1.0.49"))).isNull();
  }

  /** Four times as many devices as there is room for, each seen three times: by frames, by ARP and in a contact. */
  @Test
  void aQuarterOfTheRoomLosesNoKnownDeviceAndCountsEveryRefusal() {
    int room = 100;
    Ledger small = new Ledger(Site.EMPTY, room, Knowledge.shipped());
    Ledger ample = new Ledger(Site.EMPTY, 4 * room, Knowledge.shipped());
    List<Observation> seen = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 4 * room; i++) {
        String ip = "10." + (1 + i / 200) + ".0." + (1 + i % 200);
        String mac = "02:00:00:00:%02x:%02x".formatted(i / 200, i % 200);
        seen.add(wire.arp(ip, mac));
        seen.add(wire.frame(ip, mac));
        seen.add(wire.contact(wire.ip(ip), wire.ip("224.0.0.5"), "tcp", 80, Contact.Answer.GROUP));
      }
    }
    seen.forEach(small::apply);
    seen.forEach(ample::apply);
    assertThat(ample.size()).isEqualTo(4 * room);
    assertThat(ample.refused()).isZero();
    assertThat(small.size()).isEqualTo(room);
    assertThat(small.refused()).isEqualTo(3L * 3 * 3 * room);
    for (Asset a : small.assets()) {
      Asset same = ample.byId(a.id());
      assertThat(same).isNotNull();
      assertThat(a.keys()).hasSize(2).isEqualTo(same.keys());
      assertThat(AssetJson.write(a)).isEqualTo(AssetJson.write(same));
    }
  }

  @Test
  void whatIsAskedIsAnsweredAnewWhenTheInventoryHasChanged() {
    Endpoint ip = wire.ip("10.1.0.5");
    assertThat(ledger.assetOf(ip)).isNull();
    long before = ledger.revision();
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(ledger.revision()).isGreaterThan(before);
    Asset asset = at("10.1.0.5");
    long known = ledger.revision();
    long asItWas = asset.revision();
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(ledger.revision()).isEqualTo(known);
    assertThat(asset.revision()).isEqualTo(asItWas);
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.NAME, "AHU-01"));
    assertThat(asset.revision()).isGreaterThan(asItWas);
  }

  @Test
  void groupsAndUnspecifiedAddressesAreNobody() {
    Wire.feed(ledger, wire.frame("0.0.0.0", "ff:ff:ff:ff:ff:ff"), wire.frame("224.0.0.1", "01:00:5e:00:00:01"));
    assertThat(ledger.assets()).isEmpty();
    ledger.apply(wire.dhcp("0.0.0.0", SIEMENS));
    assertThat(ledger.assets()).singleElement().satisfies(a -> assertThat(a.keys()).containsExactly("mac=" + SIEMENS));
  }

  @Test
  void aPointThatOnlyOneKindHasTellsTheKind() {
    Endpoint e = wire.ip("10.1.0.5");
    ledger.apply(new Reading(wire.stamp(), e, "bacnet", null, new Point.Bacnet(21, 1, 85, -1), 0, 60, 1, 0, 0, 0, 0, null, true, false));
    assertThat(at("10.1.0.5").kind()).isEqualTo("fire-detection");
    assertThat(at("10.1.0.5").kindConfidence()).isEqualTo(70);
  }

  @Test
  void aMakerOfManyKindsDoesNotMakeAKind() {
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.VENDOR_ID, "7"));
    assertThat(at("10.1.0.5").kind()).isEqualTo(Asset.UNKNOWN);
    ledger.apply(wire.claim(wire.ip("10.1.0.5"), "bacnet", Trait.NAME, "CTA-Bloc-3"));
    assertThat(at("10.1.0.5").kind()).isEqualTo("ahu-cta");
  }

  @Test
  void anAddressRangeSaysMoreOfTheZoneThanTheVlanOfTheMacAddress() throws Exception {
    Site site = SiteFile.read("site.yaml", """
        site: {id: chu, tz: Europe/Paris}
        zones:
          - {id: office, cidr: [10.1.0.0/16], vlan: [12]}
          - {id: servers, cidr: [10.1.9.0/24]}
        """);
    Ledger l = new Ledger(site);
    wire.endpoints.seenOn(12);
    Endpoint mac = wire.mac(SIEMENS);
    Wire.feed(l, wire.claim(mac, "lldp", Trait.NAME, "x"), wire.arp("10.1.9.5", SIEMENS));
    Asset a = l.assetOf(wire.ip("10.1.9.5"));
    assertThat(a.zone().id()).isEqualTo("servers");
    assertThat(site.zoneOf(wire.ip("10.1.3.3"), a).id()).as("another foot of the same device").isEqualTo("office");
  }

  @Test
  void theSiteFileNamesDevicesZonesAndKinds() throws Exception {
    Ledger l = new Ledger(SiteFile.read("site.yaml", """
        site: {id: chu, tz: Europe/Paris}
        zones:
          - {id: cvc, cidr: 10.1.0.0/16, care: 3}
          - {id: bloc, vlan: 12, care: 5}
        devices:
          - {match: {bacnet: 1001}, name: CTA Bloc, kind: ahu-cta, place: Toit, zone: bloc, owner: technique}
          - {match: {ip: 10.1.0.9}, name: Routeur MS/TP, kind: serial-gateway}
        """));
    Endpoint router = wire.ip("10.1.0.9");
    Endpoint child = wire.endpoints.bacnet(router, 2001, 10, 1);
    l.apply(wire.claim(router, child, "bacnet", Trait.INSTANCE, "1001"));
    Asset a = l.assetOf(child);
    assertThat(a.displayName()).isEqualTo("CTA Bloc");
    assertThat(a.kind()).isEqualTo("ahu-cta");
    assertThat(a.zone().id()).isEqualTo("bloc");
    assertThat(a.care()).isEqualTo(5);
    assertThat(a.owner()).isEqualTo("technical-services");
    assertThat(l.assetOf(router).displayName()).isEqualTo("Routeur MS/TP");
    assertThat(l.assetOf(router).zone().id()).isEqualTo("cvc");
  }

  @Test
  void anAssetIsWrittenInTheOrderOfTheContract() {
    ledger.apply(wire.arp("10.1.0.5", SIEMENS));
    assertThat(AssetJson.write(at("10.1.0.5")).fieldNames()).toIterable().startsWith("v", "id", "keys", "traits", "kind", "zone", "place",
        "parent", "children", "first", "last", "decisions");
    assertThat(AssetJson.write(at("10.1.0.5")).get("first").asText()).isEqualTo("2023-11-14T22:13:21.000000000Z");
  }
}
