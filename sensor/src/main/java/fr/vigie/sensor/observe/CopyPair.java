package fr.vigie.sensor.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two places between which mirrored copies were met: the one whose packets came first and the one that repeated them. Both may be the same
 * interface and VLAN, where a router's two sides are mirrored and only TTL or MAC address tell the copy. The sensor counts each pair under
 * {@link #counter} (at most 64 pairs, the rest under {@code copies.other}); {@link #in} reads them back.
 *
 * @param origin index of the interface seen first ({@link Origin#index})
 * @param vlan its VLAN identifier, or -1
 * @param otherOrigin index of the interface that repeated
 * @param otherVlan its VLAN identifier, or -1
 */
public record CopyPair(int origin, int vlan, int otherOrigin, int otherVlan) {
  private static final String GROUP = "copies";
  private static final Pattern NAME = Pattern.compile("(\\d+)(?:/(\\d+))?>(\\d+)(?:/(\\d+))?");

  /** A pair and how many copies it made. */
  public record Count(CopyPair pair, long copies) {}

  /** Name of the pair's counter: {@code copies.0/30>1} is interface 0, VLAN 30, repeated by interface 1 without a VLAN. */
  public String counter() {
    return GROUP + "." + place(origin, vlan) + ">" + place(otherOrigin, otherVlan);
  }

  private static String place(int origin, int vlan) {
    return vlan < 0 ? Integer.toString(origin) : origin + "/" + vlan;
  }

  /** Every pair counted so far, in the order of counter names; what is counted under {@code copies.other} is no pair and left out. */
  public static List<Count> in(Counters counters) {
    List<Count> pairs = new ArrayList<>();
    for (Map.Entry<String, Long> e : counters.group(GROUP).entrySet()) {
      Matcher m = NAME.matcher(e.getKey());
      if (m.matches()) {
        pairs.add(new Count(new CopyPair(Integer.parseInt(m.group(1)), vlan(m.group(2)), Integer.parseInt(m.group(3)), vlan(m.group(4))),
            e.getValue()));
      }
    }
    return pairs;
  }

  private static int vlan(@Nullable String text) {
    return text == null ? Endpoint.NO_VLAN : Integer.parseInt(text);
  }
}
