package fr.vigie.sensor.health;

import fr.vigie.sensor.observe.Lapse;
import java.util.List;

/**
 * What the doctor knows at one moment. Immutable.
 *
 * @param first capture time of the first packet or tick, ns; 0 where nothing came
 * @param last capture time reached, ns
 * @param live whether it listens to an interface: only then is silence judged
 * @param start start of the first bin of the picture, ns
 * @param step width of a bin, ns
 * @param lost frames known to be lost, by bin
 * @param lines traffic by interface and VLAN, in that order
 * @param findings what is wrong or was, in the order it was found
 */
public record Diagnosis(long first, long last, boolean live, long start, long step, List<Long> lost, List<Traffic> lines,
    List<Finding> findings) {
  /** Nothing was seen. */
  public static final Diagnosis NONE = new Diagnosis(0, 0, false, 0, 1_000_000_000L, List.of(), List.of(), List.of());

  /**
   * What one interface carried of one VLAN.
   *
   * @param from index of the interface
   * @param vlan VLAN identifier, or -1 for frames without a tag
   * @param group frames to groups: broadcast and multicast
   * @param copies frames that had been seen from elsewhere
   * @param cut frames captured in part
   * @param merged TCP frames longer than a wire carries
   * @param longest longest frame, octets
   * @param snap most octets captured of a frame that was cut, or 0
   * @param devices addresses heard, estimated
   * @param first capture time of the first frame, ns
   * @param last capture time of the last one, ns
   * @param packetsByBin frames by bin
   * @param bytesByBin octets by bin
   */
  public record Traffic(int from, int vlan, long packets, long bytes, long group, long copies, long cut, long merged, int longest, int snap,
      long devices, long first, long last, List<Long> packetsByBin, List<Long> bytesByBin) {}

  /**
   * Something wrong.
   *
   * @param lapse what, as it stood last
   * @param since capture time at which it was first so, ns
   * @param times windows that found it so
   * @param lasting whether the last window that could tell still found it so
   */
  public record Finding(Lapse lapse, long since, long times, boolean lasting) {}
}
