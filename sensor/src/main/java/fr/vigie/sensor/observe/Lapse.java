package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * Something that the capture fails to deliver: what the mirror port, the card or this program did not show, or showed wrongly. It speaks of
 * the capture, never of a device. Told when it is found, and again by each window of capture time that confirms it.
 *
 * @param who the capture zone and, where one is concerned, the VLAN; no address
 * @param kind what is wrong
 * @param from index of the interface (see {@link Origin#index}), or -1 where all are concerned
 * @param vlan VLAN identifier, or -1: untagged, or all of them
 * @param otherFrom for {@link Kind#TWICE}: the interface that showed the frames first, or -1
 * @param otherVlan for {@link Kind#TWICE}: the VLAN that showed them first, or -1
 * @param part how many of {@code whole} are wrong: dialogues, packets, frames, seconds, as the kind says
 * @param whole of how many, or 0 where that cannot be told
 * @param first capture time at which the window of this evidence began, ns
 * @param last capture time at which it ended, ns
 * @param hidden how many devices cannot be seen because of it, estimated; -1 where no fact tells
 * @param basis what the estimate rests on
 * @param proof what proves it, a word of a closed list: {@code site}, {@code lldp}, {@code arp}, {@code bacnet}, {@code daily},
 *     {@code interface}, {@code kernel}, {@code program}, {@code lane-a}, or empty
 */
public record Lapse(Stamp stamp, Endpoint who, Kind kind, int from, int vlan, int otherFrom, int otherVlan, long part, long whole,
    long first, long last, long hidden, Basis basis, String proof) implements Observation {
  /** What a mirror, a card or a program can fail at; the names in outputs. */
  public enum Kind {
    /** Dialogues of which one direction alone arrives: {@code part} of {@code whole} dialogues. */
    ONE_WAY("one-way"),
    /** Frames that arrive twice: {@code part} copies of {@code whole} frames. */
    TWICE("twice"),
    /** Frames lost on the way to the sensor: {@code part} of {@code whole}. */
    LOST("lost"),
    /** A VLAN that is proved to exist and of which no dialogue arrives. */
    VLAN_ABSENT("vlan-absent"),
    /** A VLAN that was heard daily and fell silent: {@code part} minutes ago. */
    VLAN_SILENT("vlan-silent"),
    /** A network behind a router, proved by the router, of which nothing arrives: {@code part} is its number. */
    NETWORK_ABSENT("network-absent"),
    /** The site knows VLANs and no frame carries a tag: {@code part} VLANs cannot be told apart. */
    UNTAGGED("untagged"),
    /** Nothing arrives on an interface: {@code part} seconds. */
    SILENT("silent"),
    /** More broadcast and multicast than dialogue: {@code part} of {@code whole} frames. */
    FLOODED("flooded"),
    /** Frames cut by the capture: {@code part} of {@code whole}. */
    CUT("cut"),
    /** Segments merged by a card before they were captured: {@code part} of {@code whole} frames. */
    MERGED("merged"),
    /** Times that jump: {@code part} packets. */
    CLOCK("clock");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }

  /** What an estimate of hidden devices rests on. */
  public enum Basis {
    /** No fact tells. */
    NONE("none"),
    /** Addresses that are spoken to and were never heard to answer in the window. */
    NEVER_ANSWERED("never-answered"),
    /** Addresses that ARP names on this VLAN. */
    NAMED_BY_ARP("named-by-arp"),
    /** Addresses that were heard there before. */
    HEARD_BEFORE("heard-before");

    private final String wireName;

    Basis(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }

  @Override
  public String protocol() {
    return "capture";
  }

  @Override
  public @Nullable Cite cite() {
    return null;
  }
}
