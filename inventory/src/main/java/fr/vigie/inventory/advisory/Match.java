package fr.vigie.inventory.advisory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an advisory means for a device.
 *
 * @param advisory the advisory
 * @param verdict the verdict
 * @param reason what decides it
 * @param product the product's name in the advisory
 * @param versions the versions that the advisory names for it, as written, joined by " ; "
 * @param concerns CVEs that concern the device; where it is not affected, those it is safe of
 * @param vendor what says who made it
 * @param model what says which model it is, or null where only the maker fits
 * @param version what says which version runs on it, or null where nothing does
 * @param vex id of the statement that clears it, or null
 */
public record Match(Advisory advisory, Verdict verdict, Reason reason, String product, String versions, List<String> concerns, Device.Said vendor,
    Device.@Nullable Said model, Device.@Nullable Said version, @Nullable String vex) {
  /** The verdicts, the gravest first. */
  public enum Verdict {
    /** Maker, model and version are those that the advisory names. */
    MATCH("match"),
    /** Maker and model may be, and the version is unknown, cannot be compared, or the advisory names a condition. */
    POSSIBLE("possible"),
    /** Maker and model are, and the version is not among those affected. */
    NOT_AFFECTED("not-affected"),
    /** The maker alone. */
    VENDOR_ONLY("vendor-only");

    private final String wireName;

    Verdict(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }

  /** What decides a verdict. */
  public enum Reason {
    /** The version lies in the range. */
    IN_RANGE("in-range"),
    /** Every version is affected, whichever runs. */
    EVERY_VERSION("every-version"),
    /** The device has not said its version. */
    VERSION_UNKNOWN("version-unknown"),
    /** Version and range cannot be compared. */
    NOT_COMPARABLE("not-comparable"),
    /** The model is of the family, or says more or less than the advisory. */
    FAMILY("family"),
    /** The advisory tells variants apart that the device has not told. */
    VARIANT_UNKNOWN("variant-unknown"),
    /** The advisory names a condition that no packet shows. */
    CONDITION("condition"),
    /** The advisory names the product and says nothing of its state, or that it is being looked into. */
    NO_STATUS("no-status"),
    /** The version lies outside the range. */
    OUT_OF_RANGE("out-of-range"),
    /** The advisory says that this product is fixed or not affected. */
    STATED("stated"),
    /** A VEX statement says so. */
    VEX("vex"),
    /** The maker alone fits. */
    VENDOR("vendor");

    private final String wireName;

    Reason(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }
}
