package fr.vigie.inventory.advisory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one device stands to the weaknesses of one advisory, as a person decided, or as it stands while nobody has.
 *
 * @param device the asset's id
 * @param name its name for people
 * @param vendor its maker, or empty
 * @param model its model, or empty
 * @param version what runs on it, or empty
 * @param serial its serial number, or empty
 * @param advisory the advisory's id
 * @param publisher who published that
 * @param url where people read it, or null
 * @param weaknesses CVEs, or the publisher's own numbers
 * @param status how it stands
 * @param justification why it is not affected, one of {@link #JUSTIFICATIONS}, or empty
 * @param comment the person's words, or empty
 * @param by who decided, or empty
 * @param at when, or null
 */
public record Statement(String device, String name, String vendor, String model, String version, String serial, String advisory, String publisher,
    @Nullable String url, List<String> weaknesses, Status status, String justification, String comment, String by, @Nullable Instant at) {
  /** Machine-readable reasons of CSAF 2.0 §3.2.3.5 (flags). */
  public static final List<String> JUSTIFICATIONS = List.of("component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
      "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist");

  /** How a device can stand. */
  public enum Status {
    /** Nobody has decided. */
    OPEN("open"),
    /** Somebody is looking into it. */
    INVESTIGATING("investigating"),
    /** It is affected and something is to be done. */
    AFFECTED("affected"),
    /** It is affected and the risk is accepted. */
    ACCEPTED("accepted"),
    /** It is not, for a reason. */
    NOT_AFFECTED("not-affected"),
    /** It was, and has been mended. */
    FIXED("fixed");

    private final String wireName;

    Status(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }

    /** The status of that name, or null. */
    public static @Nullable Status of(String name) {
      for (Status s : values()) {
        if (s.wireName.equals(name)) {
          return s;
        }
      }
      return null;
    }
  }
}
