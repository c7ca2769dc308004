package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Lapse;
import org.jspecify.annotations.Nullable;

/**
 * The capture itself fails to deliver something: what the sensor found out about the mirror port, the card or this program.
 *
 * @param observation what it found
 * @param who the capture zone and VLAN; no address
 * @param kind what is wrong: {@code one-way}, {@code twice}, {@code lost}, {@code vlan-absent}, {@code vlan-silent}, {@code network-absent},
 *     {@code untagged}, {@code silent}, {@code flooded}, {@code cut}, {@code merged}, {@code clock}
 * @param proof what proves it: {@code site}, {@code lldp}, {@code arp}, {@code bacnet}, {@code daily}, {@code interface}, {@code kernel},
 *     {@code program}, {@code lane-a}, or empty
 * @param percent how many of a hundred are wrong, or 0 where that cannot be told
 */
public record Mirror(Lapse observation, Side who, String kind, String proof, double percent, Docket docket) implements Event {
  @Override
  public @Nullable Side whom() {
    return null;
  }

  /** It needs to know nothing. */
  @Override
  public Standing standing() {
    return Standing.UNKNOWN;
  }

  @Override
  public int port() {
    return 0;
  }

  /** What is wrong and where: the same again is the same alert. */
  public String key() {
    Lapse l = observation;
    return kind + ' ' + l.from() + ' ' + l.vlan() + ' ' + proof + switch (l.kind()) {
      case NETWORK_ABSENT -> " " + l.part();
      case TWICE -> " " + l.otherFrom() + ' ' + l.otherVlan();
      default -> "";
    };
  }
}
