package fr.vigie.inventory.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SiteFileTest {
  private final Endpoints endpoints = new Endpoints(100);

  private Endpoint ip(int a, int b, int c, int d) {
    return endpoints.ip("", 4, 0, (long) a << 24 | b << 16 | c << 8 | d, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  private static String documentation() throws Exception {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("docs/site-file.md"))) {
      at = at.getParent();
    }
    assertThat(at).as("the repository").isNotNull();
    return Files.readString(at.resolve("docs/site-file.md"));
  }

  private static String example() throws Exception {
    String page = documentation();
    int from = page.indexOf("```yaml\n") + 8;
    return page.substring(from, page.indexOf("```", from));
  }

  private static long at(String time) {
    return Instant.parse(time).getEpochSecond() * 1_000_000_000L;
  }

  private static SiteError error(String text) {
    SiteError e = catchThrowableOfType(SiteError.class, () -> SiteFile.read("site.yaml", text));
    assertThat(e).as(text).isNotNull();
    return e;
  }

  @Test
  void theExampleOfTheDocumentationIsRead() throws Exception {
    Site s = SiteFile.read("site-file.md", example());
    assertThat(s.id()).isEqualTo("chu-exemple");
    assertThat(s.zones()).hasSize(4);
    assertThat(s.devices()).hasSize(7);
    assertThat(s.conduits()).hasSize(3);
    assertThat(s.writers()).hasSize(2);
    assertThat(s.vlansExpected()).containsExactly(120, 121, 300);
    assertThat(s.registers()).extracting(Register::unit).containsExactly(3, 3);
    assertThat(s.registers().getFirst().register().type()).isEqualTo(fr.vigie.sensor.meaning.Register.Type.FLOAT32);
    assertThat(s.maintenance().getFirst().from()).isEqualTo(at("2026-11-24T21:00:00Z"));
    assertThat(s.maintenance().getFirst().to()).isEqualTo(at("2026-11-25T02:00:00Z"));
    assertThat(s.redundant(0x020000000001L, 0x020000000002L)).isTrue();
  }

  @Test
  void everyVerbIsDocumented() throws Exception {
    String page = documentation();
    for (Verb v : Verb.values()) {
      assertThat(page).containsPattern("[` \n]" + v.name().toLowerCase(Locale.ROOT).replace('_', '-') + "[` \n]");
    }
  }

  @Test
  void anEmptyFileSaysNothing() throws Exception {
    assertThat(SiteFile.read("site.yaml", "# nothing\n")).isSameAs(Site.EMPTY);
  }

  @Test
  void anAddressLiesInTheLongestRange() throws Exception {
    Site s = SiteFile.read("site.yaml", """
        site: {id: x}
        zones:
          - {id: all, cidr: 10.0.0.0/8}
          - {id: small, cidr: 10.20.0.0/16}
          - {id: tagged, vlan: 7}
        """);
    assertThat(s.zoneOf(ip(10, 20, 1, 1)).id()).isEqualTo("small");
    assertThat(s.zoneOf(ip(10, 21, 1, 1)).id()).isEqualTo("all");
    assertThat(s.zoneOf(ip(192, 168, 1, 1))).isNull();
    assertThat(s.zoneOf(endpoints.ip("", 4, 0, 0xC0A80101L, Endpoint.NO_MAC, 7)).id()).isEqualTo("tagged");
  }

  @Test
  void anAddressNamesTheDeviceAtItAndNotThoseBehindIt() throws Exception {
    Site s = SiteFile.read("site-file.md", example());
    Endpoint gateway = ip(10, 20, 0, 30);
    assertThat(s.deviceOf(endpoints.modbus(gateway, 3), List.of()).name()).isEqualTo("Compteur TGBT");
    assertThat(s.deviceOf(endpoints.modbus(gateway, 4), List.of())).isNull();
    assertThat(s.deviceOf(gateway, List.of())).isNull();
    assertThat(s.deviceOf(ip(10, 10, 0, 5), List.of()).name()).isEqualTo("GTC");
    assertThat(s.deviceOf(endpoints.modbus(ip(10, 10, 0, 5), 1), List.of())).isNull();
    assertThat(s.deviceOf(endpoints.bacnet(ip(10, 20, 0, 9), 2001, 0x0a, 1), List.of()).name()).isEqualTo("Ventilo 12");
    assertThat(s.deviceOf(endpoints.bacnet(ip(10, 20, 0, 8), 2001, 0x0a, 1), List.of())).isNull();
    assertThat(s.deviceOf(endpoints.knx(ip(10, 20, 0, 20), 0x1107), List.of()).name()).isEqualTo("Éclairage hall");
    assertThat(s.deviceOf(ip(10, 30, 0, 1), List.of("ip=10.30.0.1", "bacnet-instance=1001")).name()).isEqualTo("CTA Bloc 3");
    assertThat(s.deviceOf(ip(10, 30, 0, 1), List.of("bacnet-instance=10010"))).isNull();
  }

  @Test
  void aWriterIsHeldToItsPointsVerbsAndPriority() throws Exception {
    Writer w = SiteFile.read("site-file.md", example()).writers().getFirst();
    assertThat(w.by(ip(10, 10, 0, 5), null)).isTrue();
    assertThat(w.by(ip(10, 10, 0, 6), null)).isFalse();
    assertThat(w.to(ip(10, 20, 3, 3), null)).isTrue();
    assertThat(w.covers(new Point.Bacnet(2, 7, 85, -1))).isTrue();
    assertThat(w.covers(new Point.Bacnet(2, 7, 81, -1))).isFalse();
    assertThat(w.covers(null)).isFalse();
    assertThat(w.permits(Verb.WRITE, 9)).isTrue();
    assertThat(w.permits(Verb.WRITE, 8)).isFalse();
    assertThat(w.permits(Verb.RESTART, 0)).isFalse();
  }

  @Test
  void registerRangesHoldWhatLiesWithinThem() {
    PointPattern p = new PointPattern("holding-register:100-199");
    assertThat(p.matches(new Point.Modbus("holding-register", 198, 2))).isTrue();
    assertThat(p.matches(new Point.Modbus("holding-register", 199, 2))).isFalse();
    assertThat(p.matches(new Point.Modbus("coil", 150, 1))).isFalse();
    assertThat(new PointPattern("1/2/*").matches(new Point.KnxGroup(1 << 11 | 2 << 8 | 9))).isTrue();
  }

  @Test
  void aHostileNameDoesNotMakeAPatternSlow() {
    long start = System.nanoTime();
    assertThat(PointPattern.glob("*a*a*a*a*a*a*a*a*b", "a".repeat(5000))).isFalse();
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  void hoursRunPastMidnightAndKnowHolidays() throws Exception {
    Calendar c = SiteFile.read("site-file.md", example()).calendar();
    Hours day = c.hours().get("ouvrees");
    Hours night = c.hours().get("astreinte");
    // 2026-11-24 is a Tuesday; Paris is UTC+1
    assertThat(day.contain(at("2026-11-24T06:00:00Z"), c)).isTrue();
    assertThat(day.contain(at("2026-11-24T05:59:59Z"), c)).isFalse();
    assertThat(day.contain(at("2026-11-24T18:00:00Z"), c)).as("the end is exclusive").isFalse();
    assertThat(night.contain(at("2026-11-24T18:00:00Z"), c)).isTrue();
    assertThat(night.contain(at("2026-11-25T03:00:00Z"), c)).isTrue();
    assertThat(day.contain(at("2026-12-25T10:00:00Z"), c)).as("Christmas is a Friday without work").isFalse();
    assertThat(night.contain(at("2026-12-25T10:00:00Z"), c)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"mon-fri", "25:00-26:00", "7:0-8:00", "mon 08:00-08:00", "xyz 08:00-09:00", "mon tue 08:00-09:00", "''"})
  void whatAreNoHoursIsRefused(String text) {
    assertThat(Hours.parse(text)).isNull();
  }

  @Test
  void anUnknownKeyIsNamedWithItsPlaceAndTheKnownOnes() {
    SiteError e = error("site: {id: x}\nzonez:\n  - {id: a}\n");
    assertThat(e.line()).isEqualTo(2);
    assertThat(e.column()).isEqualTo(1);
    assertThat(e.getMessage()).startsWith("site.yaml:2:1: unknown key \"zonez\"").contains("perhaps \"zones\"", "writers");
  }

  @Test
  void aWrongValueIsNamedWithItsPlace() {
    SiteError e = error("site: {id: x}\nzones:\n  - id: a\n    cidr: 10.0.0.1/8\n");
    assertThat(e.line()).isEqualTo(4);
    assertThat(e.column()).isEqualTo(11);
    assertThat(e.sentence()).contains("10.0.0.1/8", "no address range");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "2| zones: [{id: a, cidr: 10.0.0.0/8}, {id: a, cidr: 11.0.0.0/8}]| given twice",
    "2| zones: [{id: a, cidr: 10.0.0.0/8}, {id: b, cidr: 10.0.0.0/8}]| given twice",
    "2| zones: [{id: a}]| needs \"cidr\" or \"vlan\"",
    "2| zones: [{id: a, vlan: 4095}]| from 1 to 4094",
    "2| zones: [{id: a, vlan: 1, care: 6}]| from 0 to 5",
    "2| zones: {id: a}| must be a list",
    "2| devices: [{match: {ip: 10.0.0.300}, name: A}]| no IP address",
    "2| devices: [{match: {mac: '00:11:22:33:44'}, name: A}]| no MAC address",
    "2| devices: [{match: {bacnet: 4194304}, name: A}]| BACnet device instance",
    "2| devices: [{match: {bacnet: '0:0x0a'}, name: A}]| BACnet device instance",
    "2| devices: [{match: {knx: 1.16.1}, name: A}]| KNX individual address",
    "2| devices: [{match: {unit: 3}, name: A}]| gateway",
    "2| devices: [{match: {}, name: A}]| at least one",
    "2| devices: [{name: A}]| needs the key \"match\"",
    "2| devices: [{match: {ip: 10.0.0.1}, name: A, zone: b}]| no zone \"b\"",
    "2| devices: [{match: {ip: 10.0.0.1}, name: A}, {match: {ip: 10.0.0.1}, name: B}]| already that of \"A\"",
    "2| writers: [{who: Nobody, whom: '*'}]| no device \"Nobody\"",
    "2| writers: [{who: '*', whom: '*', verbs: [wirte]}]| perhaps \"write\"",
    "2| writers: [{who: '*', whom: '*', priority: 0}]| from 1 to 16",
    "2| conduits: [{from: '*', to: '*', hours: always}]| no hours",
    "2| calendar: {holidays: [2026-02-30]}| no date",
    "2| maintenance: [{from: 2026-11-24, to: 2026-11-25, who: '*', whom: '*'}]| no time",
    "2| maintenance: [{from: 2026-11-24T22:00, to: 2026-11-24T21:00, who: '*', whom: '*'}]| not after the start",
    "2| vlansExpected: [1, 1]| given twice",
    "2| registers: [{device: X, address: 1}]| no device \"X\"",
    "2| redundant: [['02:00:00:00:00:01']]| two different",
    "2| site: {id: y}| a second time",
    "2| zones: [{id: a, cidr: 10.0.0.0/8| not YAML"
  })
  void whatIsWrongIsSaidInOneSentence(int line, String text, String sentence) {
    SiteError e = error("site: {id: x}\n" + text + "\n");
    assertThat(e.sentence()).contains(sentence).doesNotContain("\n");
    assertThat(e.line()).isGreaterThanOrEqualTo(line);
    assertThat(e.column()).isPositive();
  }

  @Test
  void aliasesAreRefusedAndDepthIsBounded() {
    assertThat(error("site: &a {id: x}\nservers: *a\n").sentence()).contains("aliases");
    assertThat(error("site: {id: x}\nzones: " + "[".repeat(200) + "]".repeat(200)).sentence()).contains("nested");
    assertThat(error("site: {id: " + "x".repeat(10_000) + "}").getMessage().length()).isLessThan(200);
  }

  @Test
  void aFileThatIsNoTextIsRefused(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("site.yaml"), new byte[] {(byte) 0xC3, 0x28});
    assertThatThrownBy(() -> SiteFile.read(file)).isInstanceOf(SiteError.class).hasMessageContaining("UTF-8");
  }

  @Test
  void everyDamagedExampleIsReadOrRefusedWithAPlace() throws Exception {
    String good = example();
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder bad = new StringBuilder(good);
      bad.setCharAt(random.nextInt(bad.length()), "{}[]:,-#&*!|>'\"%@`x0 \n\t".charAt(random.nextInt(23)));
      try {
        SiteFile.read("site.yaml", bad.toString());
      } catch (SiteError e) {
        refused++;
        assertThat(e.line()).isPositive();
        assertThat(e.column()).isPositive();
      }
    }
    assertThat(refused).isGreaterThan(500);
  }
}
