package fr.vigie.web.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps, while observations pass, what reports need and nobody else keeps: flows, counts of acts, VLANs. Bounded. One thread folds; any
 * thread may ask for a snapshot.
 */
public final class FactsFold {
  private static final int MOST_NAMES = 10_000;
  /** A power of two. */
  private static final int RECENT = 1 << 14;

  private final int most;
  private final Map<Way, Sum> flows = new HashMap<>();
  /** The flows heard of lately, by their hash: a contact speaks up each minute, and its endpoints are the same objects then. */
  private final @Nullable Way[] recent = new Way[RECENT];

  private final @Nullable Sum[] recentSums = new Sum[RECENT];
  private final long[] acts = new long[Verb.values().length];
  private final BitSet vlans = new BitSet();
  private final SortedSet<String> defaultCommunities = new TreeSet<>();
  private final SortedSet<String> timeSources = new TreeSet<>();
  private long flowsRefused;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /** Has seen nothing yet, and will keep at most {@code most} flows. */
  public FactsFold(int most) {
    this.most = most;
  }

  /** What makes contacts one flow. */
  private record Way(Endpoint who, Endpoint whom, String protocol, int port) {
    /** What flows are listed by. */
    String key() {
      return who.key() + ">" + whom.key() + ">" + protocol + ">" + port;
    }
  }

  /** What is known of a flow. */
  private static final class Sum {
    long packets;
    boolean twoWay;
    boolean group;
  }

  /** Folds one observation. */
  public synchronized void fold(Observation o) {
    long at = o.at();
    first = Math.min(first, at);
    last = Math.max(last, at);
    // no switch: most are readings, and one over types costs more than all the rest of this
    if (o instanceof Reading) {
      return;
    }
    if (o instanceof Act a) {
      act(a);
    } else if (o instanceof Contact c) {
      flow(c);
    } else if (o instanceof Sighting s) {
      int vlan = s.who().seenVlan();
      if (vlan >= 0) {
        vlans.set(vlan);
      }
    } else if (o instanceof Claim c && c.trait() == Trait.ROLE && c.value().equals("ntp-server") && timeSources.size() < MOST_NAMES) {
      timeSources.add(text(c.about()));
    }
  }

  private void act(Act a) {
    if (a.request()) {
      acts[a.verb().ordinal()]++;
    }
    if (a.protocol().equals("snmp") && a.detail().contains("known default") && defaultCommunities.size() < MOST_NAMES) {
      defaultCommunities.add(text(a.whom()));
    }
  }

  private void flow(Contact c) {
    Sum sum = sum(c);
    if (sum == null) {
      flowsRefused++;
      return;
    }
    long before = c.phase() == Contact.Phase.CLOSE ? sum.packets : 0;
    sum.packets = Math.max(before, c.packetsOut() + c.packetsBack());
    sum.twoWay |= c.packetsOut() > 0 && c.packetsBack() > 0;
    sum.group = c.whom().group() || c.answer() == Contact.Answer.GROUP;
  }

  /** What is known of a contact's flow, or null where there is no room for it. */
  @SuppressWarnings("ReferenceEquality") // the same objects are the same flow; any others are looked up
  private @Nullable Sum sum(Contact c) {
    int i = c.who().hashCode() * 31 + c.whom().hashCode() + c.port() * 0x9E3779B1;
    i = (i ^ i >>> 15) & RECENT - 1;
    Way known = recent[i];
    if (known != null && known.who == c.who() && known.whom == c.whom() && known.port == c.port() && known.protocol == c.protocol()) {
      return recentSums[i];
    }
    Way way = new Way(c.who(), c.whom(), c.protocol(), c.port());
    Sum sum = flows.get(way);
    if (sum == null) {
      if (flows.size() >= most) {
        return null;
      }
      sum = new Sum();
      flows.put(way, sum);
    }
    recent[i] = way;
    recentSums[i] = sum;
    return sum;
  }

  private static Facts.Flow flow(Way way, Sum sum) {
    return new Facts.Flow(text(way.who), text(way.whom), way.protocol, way.port, sum.packets, sum.twoWay, sum.group,
        !sum.group && (outside(way.who) || outside(way.whom)));
  }

  private static String text(Endpoint e) {
    String ip = e.ip();
    String mac = e.macText();
    Below below = e.below();
    String address = ip != null ? ip : mac != null ? mac : e.key();
    return below == null ? address : address + "/" + below.text();
  }

  /** Whether the address is one of the public Internet (RFC 1918, 3927, 4193, 4291, 6598 name those that are not). */
  private static boolean outside(Endpoint e) {
    InetAddress address = e.address();
    if (address == null || address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress()
        || address.isSiteLocalAddress() || address.isMulticastAddress()) {
      return false;
    }
    if (e.family() == 4) {
      return (e.ipLow() >>> 22 & 0x3FF) != (0x64400000L >>> 22) && e.ipLow() != 0xFFFFFFFFL;
    }
    return (e.ipHigh() >>> 57) != 0x7E;
  }

  /** Flows that were not kept because there were too many. */
  public synchronized long flowsRefused() {
    return flowsRefused;
  }

  /** VLANs seen. */
  public synchronized SortedSet<Integer> vlans() {
    SortedSet<Integer> seen = new TreeSet<>();
    vlans.stream().forEach(seen::add);
    return seen;
  }

  /**
   * The facts as they stand.
   *
   * @param setting what the rest of the house knows
   */
  public synchronized Facts snapshot(Setting setting) {
    TreeMap<String, Facts.Flow> sorted = new TreeMap<>();
    flows.forEach((way, sum) -> sorted.put(way.key(), flow(way, sum)));
    List<Facts.Flow> all = new ArrayList<>(sorted.values());
    TreeMap<String, Long> counts = new TreeMap<>();
    for (Verb verb : Verb.values()) {
      if (acts[verb.ordinal()] > 0) {
        counts.put(verb.name().toLowerCase(Locale.ROOT), acts[verb.ordinal()]);
      }
    }
    return new Facts(setting.site(), setting.zone(), setting.siteFile(), first == Long.MAX_VALUE ? 0 : first, last == Long.MIN_VALUE ? 0 : last,
        setting.assets(), setting.alerts(), all, counts, new TreeSet<>(defaultCommunities), new TreeSet<>(timeSources),
        setting.rules(), setting.learning(),
        capture(setting),
        setting.journalHead());
  }

  /** How the capture stands, without what is listed: cheap enough to be asked each second. */
  public synchronized List<Words> blindSpots(Setting setting) {
    long all = 0;
    long oneWay = 0;
    for (Sum sum : flows.values()) {
      if (!sum.group && sum.packets > 2) {
        all++;
        oneWay += sum.twoWay ? 0 : 1;
      }
    }
    return Findings.blindSpots(capture(setting), new Facts.Dialogues(all, oneWay), first > last ? 0 : last - first);
  }

  private Facts.Capture capture(Setting setting) {
    SortedSet<Integer> seen = vlans();
    SortedSet<Integer> missing = new TreeSet<>(setting.vlansExpected());
    missing.removeAll(seen);
    return new Facts.Capture(setting.packets(), setting.bytes(), seen, missing, new TreeMap<>(setting.losses()), setting.cut(), setting.sources());
  }

  /** What a snapshot needs from the rest of the house; the members are those of {@link Facts} and {@link Facts.Capture}. */
  public record Setting(String site, ZoneId zone, boolean siteFile, List<ObjectNode> assets, List<ObjectNode> alerts, SortedSet<String> rules,
      SortedSet<String> learning, long packets, long bytes, SortedMap<String, Long> losses, long cut, Map<String, String> sources,
      SortedSet<Integer> vlansExpected, String journalHead) {}
}
