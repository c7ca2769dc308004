package fr.vigie.inventory.advisory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is shipped: the tables of CISA's advisories and of what is exploited. */
final class ShippedTest {
  @Test
  void allAdvisoriesAreReadAndNearlyAllRangesUnderstood() throws Exception {
    List<Advisory> all = Shipped.read();
    assertThat(all).hasSize(2_383);
    long leaves = all.stream().mapToLong(a -> a.leaves().size()).sum();
    long unread = all.stream().flatMap(a -> a.leaves().stream()).filter(l -> !l.range().readable()).count();
    System.out.println("advisories: " + leaves + " leaves, " + unread + " with a range that is not understood");
    assertThat(leaves).isEqualTo(15_889);
    assertThat(unread).isLessThan(leaves / 20);
    assertThat(all).allSatisfy(a -> assertThat(a.released()).matches("\\d{4}-\\d\\d-\\d\\d"));
  }

  @Test
  void theCatalogueOfWhatIsExploitedIsRead() throws Exception {
    Kev kev = Kev.shipped();
    assertThat(kev.size()).isEqualTo(1_404);
    assertThat(kev.day()).isEqualTo("2025-08-25");
    assertThat(kev.has("CVE-2019-7256")).isTrue();
    assertThat(kev.entry("CVE-1999-0001")).isNull();
  }
}
