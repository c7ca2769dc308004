package fr.vigie.inventory.asset;

import java.util.ArrayList;
import java.util.List;

/**
 * What a person decided of identity: that the addresses of both sides are one device, or that those of the left are one device and none of
 * the right's. It names addresses by their identity keys, so that it holds after a restart, whatever was seen first.
 *
 * @param one whether both sides are one device
 * @param left identity keys of addresses, 1 to {@value #MOST}
 * @param right the same; no key stands on both sides
 */
public record Bond(boolean one, List<String> left, List<String> right) {
  /** Most addresses of a side. */
  public static final int MOST = 64;

  /** Refuses sides that are empty, too long, or share a key. */
  public Bond {
    left = List.copyOf(left);
    right = List.copyOf(right);
    if (left.isEmpty() || right.isEmpty() || left.size() > MOST || right.size() > MOST || left.stream().anyMatch(right::contains)) {
      throw new IllegalArgumentException("each side names 1 to " + MOST + " addresses, none of them twice");
    }
  }

  /**
   * By which of its addresses a device is to be named in a bond: MAC addresses and addresses below IP, because an IP address may go to
   * another; the IP addresses that it holds where there is nothing else.
   */
  public static List<String> anchors(Asset asset) {
    List<String> sure = new ArrayList<>();
    List<String> held = new ArrayList<>();
    for (Asset.Address a : asset.addresses()) {
      boolean ip = a.endpoint().family() != 0 && a.endpoint().below() == null;
      if (!ip && sure.size() < MOST) {
        sure.add(a.key());
      } else if (ip && a.current() && held.size() < MOST) {
        held.add(a.key());
      }
    }
    return sure.isEmpty() ? held : sure;
  }
}
