package fr.vigie.inventory.asset;

/**
 * Two addresses claim what only one may have. Shown on both assets, never resolved by guess.
 *
 * @param kind what is claimed twice
 * @param key what is claimed, an identity key
 * @param mine the address of this asset that claims it, an identity key
 * @param other the address that claims it too, an identity key
 * @param first capture time it was first seen, ns UTC
 */
public record Conflict(Kind kind, String key, String mine, String other, long first) {
  /** What is claimed twice. */
  public enum Kind {
    /** One BACnet device instance at two addresses (ASHRAE 135-2020 §12.11: unique internetwork-wide). */
    INSTANCE_AT_TWO_ADDRESSES("instance-at-two-addresses"),
    /** One IP address at two MAC addresses (RFC 5227 §1). */
    IP_AT_TWO_MACS("ip-at-two-macs");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }
}
