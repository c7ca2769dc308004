package fr.vigie.inventory.terms;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.PublicHolidays;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.inventory.site.Writer;
import fr.vigie.inventory.terms.MatrixLine.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the tables of a site say, and what is refused with line and column. */
final class TablesTest {
  private static final Set<String> PROTOCOLS = Set.of("bacnet", "modbus", "http");
  private static final String HEAD = "from;to;protocols;operations;hours;verdict;comment";
  private final List<Fault> faults = new ArrayList<>();

  private static Site site() {
    try {
      return SiteFile.read("site.yaml", """
          site: {id: s, tz: Europe/Paris}
          zones:
            - {id: gtb, cidr: [10.1.0.0/16]}
            - {id: bloc, cidr: [10.2.0.0/16], care: 5}
            - {id: bureaux, cidr: [10.9.0.0/16], kind: it}
          conduits: [{from: gtb, to: bloc, protocols: [bacnet]}]
          devices:
            - {match: {ip: 10.2.0.7}, name: CTA-BLOC, supplier: Froid Ouest}
            - {match: {ip: 10.1.0.9}, name: PORTABLE}
          calendar: {hours: {ouvert: "lun-ven 07:00-19:00"}, publicHolidays: alsace-moselle}
          """);
    } catch (SiteError e) {
      throw new AssertionError(e);
    }
  }

  private static Sheet sheet(String... lines) {
    List<Sheet.Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      rows.add(new Sheet.Row(i + 1, Arrays.asList(lines[i].split(";", -1))));
    }
    return new Sheet("table.csv", rows);
  }

  private Matrix matrix(String... rows) {
    List<String> lines = new ArrayList<>(List.of(HEAD));
    lines.addAll(List.of(rows));
    return Matrix.read(sheet(lines.toArray(new String[0])), site(), PROTOCOLS, site().calendar(), faults);
  }

  private List<String> places() {
    return faults.stream().map(f -> f.line() + ":" + f.column() + " " + f.en()).toList();
  }

  @Test
  void aMatrixSaysWhoMayDoWhatWhere() {
    Matrix m = matrix("gtb;bloc;bacnet, tcp/443;read, write;ouvert;allow;supervision", "*;bloc;*;;;deny;", "bureaux;gtb;http;;lun-ven 08:00-18:00;alert;");
    assertThat(faults).isEmpty();
    assertThat(m.lines()).hasSize(3);
    assertThat(m.between("gtb", "bloc")).extracting(MatrixLine::verdict).containsExactly(Verdict.ALLOW, Verdict.DENY);
    assertThat(m.lines().getFirst().within(m.lines().get(1))).isTrue();
    assertThat(m.lines().getFirst().protocols()).containsExactlyInAnyOrder("bacnet", "tcp/443");
  }

  @Test
  void whatIsWrittenIsReadBackInBothLanguages() {
    Matrix m = matrix("gtb;bloc;bacnet, tcp/443;read, write;ouvert;allow;supervision", "*;bloc;*;;;deny;");
    for (boolean french : new boolean[] {true, false}) {
      List<Sheet.Row> rows = new ArrayList<>();
      m.table(french).forEach(cells -> rows.add(new Sheet.Row(rows.size() + 1, cells)));
      assertThat(Matrix.read(new Sheet("m.csv", rows), site(), PROTOCOLS, site().calendar(), faults)).isEqualTo(m);
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void unknownWordsAreRefusedWithLineAndColumn() {
    matrix("gtp;bloc;bacnet;;;allow;", "gtb;bloc;bacnt;;;allow;", "gtb;bloc;tcp/70000;;;allow;", "gtb;bloc;bacnet;wite;;allow;", "gtb;bloc;bacnet;;later;allow;", "gtb;bloc;;;;maybe;",
        "gtb;gtb;;;;allow;", "gtb;bloc;=1+1;;;allow;");
    assertThat(places()).hasSize(8);
    assertThat(places()).anyMatch(p -> p.startsWith("2:1 there is no zone \"gtp\", perhaps \"gtb\""));
    assertThat(places()).anyMatch(p -> p.startsWith("3:3 the protocol \"bacnt\" is not read, perhaps \"bacnet\""));
    assertThat(places()).anyMatch(p -> p.startsWith("4:3 the protocol \"tcp/70000\""));
    assertThat(places()).anyMatch(p -> p.startsWith("5:4 there is no operation \"wite\", perhaps \"write\""));
    assertThat(places()).anyMatch(p -> p.startsWith("6:5 \"later\" are no hours"));
    assertThat(places()).anyMatch(p -> p.startsWith("7:6 \"maybe\" is no verdict"));
    assertThat(places()).anyMatch(p -> p.startsWith("8:2 what stays within a zone"));
    assertThat(places()).anyMatch(p -> p.startsWith("9:3 \"=1+1\" is a formula"));
    assertThat(faults).allSatisfy(f -> assertThat(f.fr()).isNotBlank().isNotEqualTo(f.en()));
  }

  @Test
  void linesThatContradictEachOtherAreRefusedUnlessOneIsTheCloserWord() {
    matrix("gtb;*;bacnet;;;allow;", "*;bloc;bacnet;;;deny;");
    assertThat(places()).singleElement().asString().startsWith("3:0 this line (deny) and line 2 (allow) overlap in part");
    faults.clear();
    matrix("gtb;bloc;bacnet;;;allow;", "gtb;bloc;bacnet;;;deny;");
    assertThat(places()).singleElement().asString().startsWith("3:0 this line speaks of the same as line 2 with another verdict");
    faults.clear();
    matrix("gtb;bloc;bacnet;;lun-ven 07:00-19:00;allow;", "gtb;bloc;bacnet;;ven-sam 18:00-20:00;deny;");
    assertThat(places()).singleElement().asString().contains("overlap in part");
    faults.clear();
    matrix("gtb;bloc;bacnet;read;;allow;", "gtb;bloc;bacnet;write;;deny;", "gtb;bloc;;;;alert;", "gtb;bloc;tcp;;;alert;", "gtb;bloc;tcp/80;;;deny;");
    assertThat(places()).isEmpty();
  }

  @Test
  void aHeadingThatNobodyKnowsIsRefused() {
    Matrix.read(sheet("from;too;verdict", "gtb;bloc;allow"), site(), PROTOCOLS, site().calendar(), faults);
    assertThat(places()).anyMatch(p -> p.startsWith("1:2 there is no column \"too\", perhaps \"to\"")).anyMatch(p -> p.startsWith("1:0 the column \"to\" is missing"));
  }

  @Test
  void writersNameDevicesPointsAndAPriority() {
    List<Writer> writers = Writers.read(sheet("qui;équipements;points;opérations;priorité;commentaire", "PORTABLE | 10.1.0.5;zone:bloc;analog-value,*/present-value | holding-register:1-9;write;8;veille"),
        site(), faults);
    assertThat(faults).isEmpty();
    assertThat(writers).singleElement().satisfies(w -> {
      assertThat(w.who()).hasSize(2);
      assertThat(w.points()).hasSize(2);
      assertThat(w.priority()).isEqualTo(8);
    });
    Writers.read(sheet("who;devices;priority", "PORTABL;zone:bloc;17"), site(), faults);
    assertThat(places()).anyMatch(p -> p.startsWith("2:1 \"PORTABL\" names nothing, perhaps \"PORTABLE\"")).anyMatch(p -> p.startsWith("2:3 \"17\" is no BACnet priority"));
  }

  @Test
  void anInterventionIsTiedToContractorDeviceAndAssets() {
    List<Maintenance> works = Works.read(sheet("début;fin;prestataire;postes;équipements;commentaire", "2026-10-25 01:00;2026-10-25 04:00;Froid Ouest;PORTABLE;supplier:Froid Ouest;filtres"),
        site(), site().calendar(), faults);
    assertThat(faults).isEmpty();
    assertThat((works.getFirst().to() - works.getFirst().from()) / 3_600_000_000_000L).isEqualTo(4); // the night has an hour twice
    List<Sheet.Row> rows = new ArrayList<>();
    Works.table(works, site().calendar(), false).forEach(cells -> rows.add(new Sheet.Row(rows.size() + 1, cells)));
    assertThat(Works.read(new Sheet("w.csv", rows), site(), site().calendar(), faults)).isEqualTo(works);
    Works.read(sheet("from;to;contractor;devices;assets", "2026-01-02;2026-01-01 10:00;;*;nobody", "46000.5;46000.25;X;PORTABLE;zone:bloc"), site(), site().calendar(), faults);
    assertThat(places()).anyMatch(p -> p.startsWith("2:1 \"2026-01-02\" is no time")).anyMatch(p -> p.startsWith("2:3 say which contractor")).anyMatch(p -> p.startsWith("2:4 an intervention is somebody's"))
        .anyMatch(p -> p.startsWith("2:5 \"nobody\" names nothing")).anyMatch(p -> p.startsWith("3:2 the end is not after"));
  }

  @Test
  void theCalendarNamesZoneHolidaysAndHours() {
    Calendar c = Days.read(sheet("what;name;value", "time-zone;;Europe/Paris", "public-holidays;;france", "hours;operators;mon-fri 07:00-19:00", "holiday;;2026-12-24"), site().calendar(), faults);
    assertThat(faults).isEmpty();
    assertThat(c.publicHolidays()).isEqualTo(PublicHolidays.FRANCE);
    assertThat(c.holiday(java.time.LocalDate.of(2026, 12, 24))).isTrue();
    Days.read(sheet("what;name;value", "time-zone;;Paris", "public-holidays;;alsace", "hours;a b;x", "holiday;;24/12/2026", "lunch;;12"), site().calendar(), faults);
    assertThat(places()).hasSize(5).anyMatch(p -> p.startsWith("2:3 \"Paris\" is no time zone")).anyMatch(p -> p.startsWith("6:1 write time-zone"));
  }

  @Test
  void withoutASiteFileAMatrixCannotBeChecked() {
    Matrix.read(sheet(HEAD, "a;b;;;;allow;"), Site.EMPTY, PROTOCOLS, Site.EMPTY.calendar(), faults);
    assertThat(places()).singleElement().asString().contains("give --site");
  }
}
