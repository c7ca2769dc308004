package fr.vigie.samples;

import fr.vigie.samples.Capture.Packet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the packets of an exercise rightly raise beside the detection it is for: who speaks for the first time, and what one act is besides. */
final class Company {
  private static final String ARRIVAL = "NET-01";
  /** By file, without its ending: a write of a stranger is also a write by whom nobody knows, a search of the archive also enters the clinic. */
  private static final Map<String, Set<String>> KNOWN = Map.ofEntries(
      both("BAC-02", "BAC-01"), both("BAC-04", "BAC-01"), both("BAC-05", "BAC-01"), attack("BAC-06", "BAC-01"), nearMiss("BAC-10", "BAC-11"), attack("BAC-14", "BAC-01"),
      attack("BAC-17", "NET-04"), both("BAC-26", "BAC-16"), both("KNX-08", "KNX-06"), attack("KNX-09", "NET-01"), both("MOD-05", "MOD-01"), both("FOX-02", "FOX-01"), both("FOX-03", "FOX-01"),
      both("FOX-04", "FOX-01"), both("FOX-05", "FOX-01"), both("FOX-06", "FOX-01", "FOX-02"), attack("UPS-05", "UPS-01"), attack("LFT-01", "NET-05"),
      attack("MED-01", "NET-07", "MED-02"), nearMiss("MED-01", "MED-02"), attack("MED-02", "NET-07", "MED-01"));

  private Company() {}

  private static Map.Entry<String, Set<String>> both(String detection, String... also) {
    return Map.entry(detection, Set.of(also));
  }

  private static Map.Entry<String, Set<String>> attack(String detection, String... also) {
    return Map.entry(detection + "-attack", Set.of(also));
  }

  private static Map.Entry<String, Set<String>> nearMiss(String detection, String... also) {
    return Map.entry(detection + "-near-miss", Set.of(also));
  }

  /**
   * What else is to be told of a capture.
   *
   * @param name file name without its ending
   * @param until when learning ends, ns
   */
  static Set<String> of(String name, String detection, Stage stage, long until) {
    Set<String> also = new TreeSet<>(KNOWN.getOrDefault(detection, Set.of()));
    also.addAll(KNOWN.getOrDefault(name, Set.of()));
    Set<String> known = new HashSet<>();
    stage.named().forEach(h -> known.add(h.address()));
    for (Packet p : stage.capture.packets()) {
      // another address of a machine that is known is no arrival, and neither is another machine with a known address
      boolean address = known.add(source(p.frame));
      boolean machine = known.add(Host.macText(mac(p.frame, 6)));
      if (address && machine && p.at >= until) {
        also.add(ARRIVAL);
      }
    }
    also.remove(detection);
    return also;
  }

  /** Who sent a frame: the address that IPv4 or ARP names, else the MAC address. */
  static String source(byte[] frame) {
    return switch (type(frame)) {
      case Frames.IPV4 -> address(frame, Frames.IP_AT + 12);
      case Frames.ARP -> address(frame, Frames.IP_AT + 14);
      default -> Host.macText(mac(frame, 6));
    };
  }

  /** Whom a frame is for: the address that IPv4 or ARP names, else the MAC address. */
  static String target(byte[] frame) {
    return switch (type(frame)) {
      case Frames.IPV4 -> address(frame, Frames.IP_AT + 16);
      case Frames.ARP -> address(frame, Frames.IP_AT + 24);
      default -> Host.macText(mac(frame, 0));
    };
  }

  private static int type(byte[] frame) {
    return (frame[Frames.IP_AT - 2] & 0xFF) << 8 | frame[Frames.IP_AT - 1] & 0xFF;
  }

  private static String address(byte[] frame, int at) {
    return (frame[at] & 0xFF) + "." + (frame[at + 1] & 0xFF) + "." + (frame[at + 2] & 0xFF) + "." + (frame[at + 3] & 0xFF);
  }

  static long mac(byte[] frame, int at) {
    long mac = 0;
    for (int i = 0; i < 6; i++) {
      mac = mac << 8 | frame[at + i] & 0xFF;
    }
    return mac;
  }
}
