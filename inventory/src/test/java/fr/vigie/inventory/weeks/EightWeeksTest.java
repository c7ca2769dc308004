package fr.vigie.inventory.weeks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.past.Difference;
import fr.vigie.inventory.past.Past;
import fr.vigie.inventory.past.Past.Changed;
import fr.vigie.inventory.past.Past.Changes;
import fr.vigie.inventory.past.Past.Row;
import fr.vigie.inventory.past.Past.Swap;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the inventory says changed, week by week, against what really happened in {@link EightWeeks}: that, and nothing else. */
final class EightWeeksTest {
  private static final EightWeeks WEEKS = new EightWeeks();
  private static final Ledger LEDGER = new Ledger(Site.EMPTY);
  private static final Past PAST = new Past(LEDGER);
  private static final Map<String, String> CODES = new HashMap<>();

  @BeforeAll
  static void live() {
    for (int week = 1; week <= EightWeeks.WEEKS; week++) {
      WEEKS.week(o -> {
        PAST.before(o);
        LEDGER.apply(o).forEach(PAST::changed);
        PAST.accept(o);
      });
    }
    for (Asset a : LEDGER.assets()) {
      TreeSet<String> codes = new TreeSet<>();
      for (Asset.Address at : a.addresses()) {
        Endpoint e = at.endpoint();
        String key = e.below() != null ? e.below().text() : e.family() == 0 ? e.macText() : null;
        String code = key == null ? null : WEEKS.device(key);
        if (code != null) {
          codes.add(code);
        }
      }
      CODES.put(a.id(), codes.isEmpty() ? a.displayName() : String.join("+", codes));
    }
  }

  private static String code(String id) {
    Asset a = LEDGER.byId(id);
    return CODES.getOrDefault(a == null ? id : a.id(), id);
  }

  @Test
  void theGeneratorKnowsNothingOfTheInventory() {
    ArchRuleDefinition.noClasses().that().haveNameMatching(".*\\.weeks\\.EightWeeks(\\$.*)?").should().dependOnClassesThat()
        .resideInAnyPackage("fr.vigie.inventory.asset..", "fr.vigie.inventory.past..", "fr.vigie.inventory.store..", "fr.vigie.inventory.site..")
        .check(new ClassFileImporter().importPackages("fr.vigie.inventory.weeks"));
  }

  @Test
  void eachDeviceIsOneAsset() {
    assertThat(CODES.values()).doesNotHaveDuplicates().noneMatch(c -> c.contains("+")).hasSize(WEEKS.devices());
  }

  @Test
  void eachWeekHasTheExpectedChangesAndNothingElse() {
    TreeSet<String> missing = new TreeSet<>();
    TreeSet<String> unexpected = new TreeSet<>();
    for (int week = 1; week <= EightWeeks.WEEKS; week++) {
      Changes c = PAST.between(nanos(EightWeeks.end(week).minus(Duration.ofDays(7))) - 1, nanos(EightWeeks.end(week)) - 1);
      unexpected.addAll(told(week, c));
      assertThat(c.none()).as("week " + week + " is quiet").isEqualTo(week == EightWeeks.QUIET_WEEK);
    }
    for (EightWeeks.Event e : WEEKS.events()) {
      if (!unexpected.remove(e.toString())) {
        missing.add(e.toString());
      }
    }
    assertThat(unexpected).as("told and did not happen").isEmpty();
    assertThat(missing).as("happened and was not told").isEmpty();
  }

  @Test
  void theInventoryOfADateHoldsWhoWasThere() {
    for (int week = 1; week <= EightWeeks.WEEKS; week++) {
      int arrived = 0;
      for (EightWeeks.Event e : WEEKS.events()) {
        arrived += e.what() == EightWeeks.What.ARRIVED && e.week() <= week ? 1 : 0;
      }
      assertThat(PAST.inventory(nanos(EightWeeks.end(week)))).as("end of week " + week).hasSize(arrived);
    }
    assertThat(PAST.inventory(nanos(EightWeeks.START) - 1)).isEmpty();
    Row before = row("ctl-25", EightWeeks.end(4));
    Row after = row("ctl-25", EightWeeks.end(5));
    assertThat(before.picture().firmware()).isEqualTo("5.0");
    assertThat(after.picture().firmware()).isEqualTo("5.5");
  }

  private static Row row(String code, Instant at) {
    return PAST.inventory(nanos(at)).stream().filter(r -> code(r.id()).equals(code)).findFirst().orElseThrow();
  }

  private static List<String> told(int week, Changes c) {
    List<String> told = new ArrayList<>();
    for (Row r : c.arrived()) {
      told.add(line(week, EightWeeks.What.ARRIVED, r.id(), "", ""));
    }
    for (Row r : c.silent()) {
      told.add(line(week, EightWeeks.What.SILENT, r.id(), "", ""));
    }
    for (Row r : c.returned()) {
      told.add(line(week, EightWeeks.What.RETURNED, r.id(), "", ""));
    }
    for (Swap s : c.swapped()) {
      told.add(line(week, EightWeeks.What.SWAPPED, s.id(), "", code(s.by())));
    }
    for (Row r : c.merged()) {
      told.add("week " + week + ": merged " + r.id() + " into " + code(r.id()));
    }
    for (Row r : c.apart()) {
      told.add("week " + week + ": apart " + code(r.id()));
    }
    for (Changed changed : c.changed()) {
      for (Difference d : changed.differences()) {
        switch (d.field()) {
          case "addresses" -> told.add(line(week, EightWeeks.What.ADDRESS, changed.id(), String.join(",", d.lost()), String.join(",", d.gained())));
          case "firmware" -> told.add(line(week, EightWeeks.What.FIRMWARE, changed.id(), d.was(), d.is()));
          case "services" -> d.gained().forEach(s -> told.add(line(week, EightWeeks.What.SERVICE, changed.id(), "", s.substring(0, s.indexOf(' ')))));
          case "peers" -> d.gained().forEach(p -> told.add(line(week, EightWeeks.What.PEER, changed.id(), "", code(p))));
          default -> told.add("week " + week + ": " + code(changed.id()) + " " + d);
        }
      }
    }
    return told;
  }

  private static String line(int week, EightWeeks.What what, String id, String was, String is) {
    return new EightWeeks.Event(week, what, code(id), was, is).toString();
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L;
  }
}
