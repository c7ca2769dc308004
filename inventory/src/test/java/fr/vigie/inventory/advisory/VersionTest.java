package fr.vigie.inventory.advisory;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.advisory.Range.Holds;
import fr.vigie.inventory.advisory.Version.Order;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions and ranges as makers spell them. */
final class VersionTest {
  @ParameterizedTest
  @CsvSource({"V6.00.204, 6.0.204, EQUAL", "V5.10.069, 5.10.69, EQUAL", "5.9.8, 5.10.0, LESS", "02.07.07(10), 02.07.07(9), GREATER",
      "4.4u2, 4.4, GREATER", "4.4u2, 4.4u3, LESS", "V4.7 SP10 HF5, V4.7 SP10, GREATER", "V4.7 SP10, V4.7 SP9 HF3, GREATER", "FW14, FW11, GREATER",
      "V15 Update 4, V15_Update_5, LESS", "5.0, 5.0.0, EQUAL", "2.3.0a, 2.3.0, GREATER", "0.32-07e, 0.32-07f, LESS",
      "5.4.0 build 160414, 5.4.0 build 160421, LESS", "14.0s1, 14.1s0, LESS", "Web firmware v01.12.10, 1.12.10, EQUAL",
      "SV3.51, v3.6, GREATER", "FW=V6.00.204;WPC=1.2, V6.00.204, EQUAL", "SRN4000_v2.16_170401, 2.17, LESS", "7.x, 7.30, EQUAL",
      "January 31 2014, 2014-01-30, GREATER", "january 2020, June 2020, LESS"})
  void oneComesBeforeOrAfterTheOther(String a, String b, Order order) {
    assertThat(version(a).compare(version(b))).isEqualTo(order);
    Order back = order == Order.LESS ? Order.GREATER : order == Order.GREATER ? Order.LESS : order;
    assertThat(version(b).compare(version(a))).isEqualTo(back);
  }

  @ParameterizedTest
  @CsvSource({"FW14, 01.04.14", "5.4.0, 5.4.0 build 160414", "1.2 beta, 1.2", "A1.5.3, 1.5.3", "January 31 2014, 2.0", "2.80, 2.9", "V15 SP1, V15 Update 4",
      "SS016.05.03, Ess4.01.02", "january 2020, January 31 2020"})
  void whatSaysAnotherKindOfThingCannotBeCompared(String a, String b) {
    assertThat(version(a).compare(version(b))).isEqualTo(Order.UNKNOWN);
    assertThat(version(b).compare(version(a))).isEqualTo(Order.UNKNOWN);
  }

  @Test
  void whatHoldsNoNumberIsNoVersion() {
    assertThat(Version.of("unknown")).isNull();
    assertThat(Version.of("")).isNull();
    assertThat(Version.of("9".repeat(40))).isNull();
    assertThat(Version.of("1.".repeat(60))).isNull();
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"vers:all/*; 1.0; YES", "*; 1.0; YES", "All versions; 1.0; YES", "vers:all/<V7.0.3; 7.0.2; YES", "vers:all/<V7.0.3; 7.0.3; NO",
      "vers:all/>=V4.5|<V5.1; 5.0; YES", "vers:all/>=V4.5|<V5.1; 4.4; NO", "vers:Asset_Suite/<=9.7; 9.7; YES", ">= 10.0 | <= 10.4; 10.5; NO",
      "All versions < V6.00.204; 6.0.203; YES", "10 | 11; 11; YES", "10 | 11; 12; NO", "10 | 11; 10.1.5; UNKNOWN", "4.3.1.71; 4.3.1.71; YES",
      "2.3.6 and  below; 2.3.6; YES", ">FW16_up_to_and_including_FW26; FW16; NO", ">FW16_up_to_and_including_FW26; FW26; YES",
      ">= V2.3 and < V6.30.016; V6.30.016; NO", ">= V2.3 and < V6.30.016; 2.3; YES", "=< 4.6; 4.6; YES", "<= 1.12.0.25 | 1.12.13.2; 1.12.13.2; YES",
      "<= 1.12.0.25 | 1.12.13.2; 1.12.13.1; NO", "prior to 3.4; 3.3; YES", "Versions 2.00 to 6.11; 6.12; NO", "12.4.1-12.4.11; 12.4.5; YES",
      "2.8.2 and 2.8.19; 2.8.19; YES", "V3.x; 3.7; YES", "V3.x; 4.0; NO", "<= 3.1 | >= 2.0; 1.9; NO", "All BIOS versions < V1.0; 1.0; UNKNOWN",
      "<=the_first_5_digits_of_serial_number_22081; 1; UNKNOWN", "No version; 1; UNKNOWN", "9.6; 9.6.3; UNKNOWN"})
  void aRangeHoldsAVersionOrNot(String range, String version, Holds holds) {
    assertThat(Range.of(range).holds(version(version))).isEqualTo(holds);
  }

  @Test
  void theBoundOfItsOwnBranchDecides() {
    List<Range> bounds = Stream.of("<V6.00.204", "<V5.10.069", "<V5.00.171", "<V4.10.111").map(Range::of).toList();
    assertThat(Range.together(bounds, version("V5.10.069"))).isEqualTo(Holds.NO);
    assertThat(Range.together(bounds, version("V5.10.068"))).isEqualTo(Holds.YES);
    assertThat(Range.together(bounds, version("V6.00.203"))).isEqualTo(Holds.YES);
    assertThat(Range.together(bounds, version("V3.2"))).isEqualTo(Holds.YES);
    assertThat(Range.together(bounds, version("V7.0"))).isEqualTo(Holds.NO);
  }

  @Test
  void aConditionIsNoticed() {
    assertThat(Range.of("<= 3.3-006 (with <= bacnetstac 4.2.1)").conditional()).isTrue();
    assertThat(Range.of("All versions with OIS running on Debian 9 or earlier").conditional()).isTrue();
    assertThat(Range.of("All versions < V2.1 SP3 (2.1.670)").conditional()).isFalse();
  }

  @Test
  void noTextBreaksTheReading() {
    Random random = new Random(5);
    String signs = "<>=|*xXvV.,-_()[]/ 0123456789abu\u00e9\u20ac\uD83D";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      Range range = Range.of(text.toString());
      Version version = Version.of(text.toString());
      if (version != null) {
        assertThat(version.compare(version)).isNotIn(Order.LESS, Order.GREATER);
        range.holds(version);
      }
      ProductName.of(text.toString(), "Maker", List.of(), ProductName.models(text.toString())).fit(Phrase.of(text.reverse().toString(), List.of(), w -> false));
    }
  }

  private static Version version(String text) {
    Version v = Version.of(text);
    assertThat(v).as(text).isNotNull();
    if (v == null) {
      throw new AssertionError(text);
    }
    return v;
  }
}
