package fr.vigie.inventory.asset;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * One value of a trait with what proves it.
 *
 * @param value the value, at most 512 characters; hostile input, never markup
 * @param source protocol that said it, {@code oui} for the registered owner of a MAC address, {@code print:} and field
 *     and origin for what a fingerprint concludes, {@code site} or {@code person}
 * @param cite the clause it rests on, or null
 * @param first capture time it was first said, ns UTC
 * @param last capture time it was last said, ns UTC; a repeat that the sensor holds back does not move it
 * @param confidence 0..100, see the constants
 * @param origin index into the sensor's table of origins of the packet that said it first, or {@link #NO_PACKET}
 * @param packet index of that packet within its origin, or {@link #NO_PACKET}
 */
public record Evidence(String value, String source, @Nullable Cite cite, long first, long last, int confidence, int origin, long packet) {
  /** No packet said it: a table, the site file or a person did, or it is a conclusion from many. */
  public static final int NO_PACKET = -1;
  /** A person decided it. */
  public static final int PERSON = 100;
  /** The site file says it. */
  public static final int SITE = 95;
  /** The device says it of itself in a protocol made for it. */
  public static final int SELF = 90;
  /** Another device says it of this one. */
  public static final int HEARSAY = 70;
  /** A banner or fingerprint suggests it. */
  public static final int BANNER = 60;
  /** The owner of the MAC address's prefix. */
  public static final int OUI = 40;
  /** It behaves so. */
  public static final int BEHAVIOUR = 20;
  /** The owner of the MAC address's prefix makes parts of other makers' devices: it does not name the maker. */
  public static final int PART = 15;

  /** A value that no single packet proves. */
  public Evidence(String value, String source, @Nullable Cite cite, long first, long last, int confidence) {
    this(value, source, cite, first, last, confidence, NO_PACKET, NO_PACKET);
  }

  /** A value that this packet said. */
  static Evidence said(String value, String source, @Nullable Cite cite, Stamp by, int confidence) {
    return new Evidence(value, source, cite, by.at(), by.at(), confidence, by.origin(), by.packet());
  }

  Evidence again(long at) {
    return at <= last ? this : new Evidence(value, source, cite, first, at, confidence, origin, packet);
  }
}
