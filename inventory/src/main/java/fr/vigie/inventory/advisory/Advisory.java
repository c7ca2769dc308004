package fr.vigie.inventory.advisory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One advisory: what its maker, or who coordinates for it, says of weaknesses in products.
 *
 * @param id as its publisher numbers it
 * @param title one line
 * @param publisher who published it
 * @param released day of its first release, {@code 2024-10-24}
 * @param revised day of its current release
 * @param category {@code csaf_security_advisory}, {@code csaf_vex}, {@code cyclonedx_vex}…; empty where a table gave it
 * @param url where people read it, or null
 * @param score greatest CVSS base score of its weaknesses, 0..10, or -1 where it gives none
 * @param vulnerabilities what is weak, in order
 * @param leaves the products it names
 * @param origin {@link #SHIPPED}, or the name of the file it came from
 * @param sha256 of that file, or null
 */
public record Advisory(String id, String title, String publisher, String released, String revised, String category, @Nullable String url,
    double score, List<Vulnerability> vulnerabilities, List<Leaf> leaves, String origin, @Nullable String sha256) {
  /** It comes of the table that Vigie ships. */
  public static final String SHIPPED = "shipped";
  /** Category of a CSAF document that says how products stand (CSAF 2.0 §4.5). */
  static final String CSAF_VEX = "csaf_vex";
  /** Category here of a CycloneDX document that does. */
  static final String CYCLONEDX_VEX = "cyclonedx_vex";

  /**
   * A weakness.
   *
   * @param id CVE, or the publisher's own number
   * @param score CVSS base score, 0..10, or -1 where none is given
   * @param vector CVSS vector, or null
   */
  public record Vulnerability(String id, double score, @Nullable String vector) {}

  /**
   * A product with its versions, as the advisory names it.
   *
   * @param vendor the vendor's spelling
   * @param product the product's name
   * @param range its versions
   * @param numbers model or order numbers, as written
   * @param affected weaknesses that concern it
   * @param investigated weaknesses that may concern it
   * @param cleared weaknesses it is fixed of, or does not have
   * @param listed whether any weakness names it at all
   * @param justification why it does not have them, where the advisory says so, else null
   * @param productId the publisher's id of it
   */
  public record Leaf(String vendor, String product, Range range, List<String> numbers, List<String> affected, List<String> investigated,
      List<String> cleared, boolean listed, @Nullable String justification, String productId) {}

  /** The greatest base score among some of its weaknesses; that of all where none of these has one. */
  public double score(List<String> ids) {
    double most = -1;
    for (Vulnerability v : vulnerabilities) {
      if (ids.contains(v.id())) {
        most = Math.max(most, v.score());
      }
    }
    return most < 0 ? score : most;
  }

  /** Whether it says how products stand to weaknesses that others publish: what it clears is cleared of theirs. */
  public boolean vex() {
    return category.equals(CSAF_VEX) || category.equals(CYCLONEDX_VEX);
  }

  /** Ids of its weaknesses. */
  public List<String> weaknesses() {
    return vulnerabilities.stream().map(Vulnerability::id).toList();
  }
}
