package fr.vigie.web.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps, while observations pass, what reports need and nobody else keeps: flows, counts of acts, VLANs. Bounded. One thread folds; any
 * thread may ask for a snapshot.
 */
public final class FactsFold {
  private static final int MOST_FLOWS = 200_000;
  private static final int MOST_NAMES = 10_000;

  private final Map<String, Facts.Flow> flows = new HashMap<>();
  private final SortedMap<String, Long> acts = new TreeMap<>();
  private final SortedSet<Integer> vlans = new TreeSet<>();
  private final SortedSet<String> defaultCommunities = new TreeSet<>();
  private final SortedSet<String> timeSources = new TreeSet<>();
  private long flowsRefused;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /** Folds one observation. */
  public synchronized void fold(Observation o) {
    first = Math.min(first, o.at());
    last = Math.max(last, o.at());
    switch (o) {
      case Contact c -> flow(c);
      case Act a -> act(a);
      case Sighting s -> {
        if (s.who().seenVlan() >= 0) {
          vlans.add(s.who().seenVlan());
        }
      }
      case Claim c -> {
        if (c.trait() == Trait.ROLE && c.value().equals("ntp-server") && timeSources.size() < MOST_NAMES) {
          timeSources.add(text(c.about()));
        }
      }
      default -> { }
    }
  }

  private void act(Act a) {
    if (a.request()) {
      acts.merge(a.verb().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
    }
    if (a.protocol().equals("snmp") && a.detail().contains("known default") && defaultCommunities.size() < MOST_NAMES) {
      defaultCommunities.add(text(a.whom()));
    }
  }

  private void flow(Contact c) {
    String key = c.who().key() + ">" + c.whom().key() + ">" + c.protocol() + ">" + c.port();
    Facts.Flow known = flows.get(key);
    long before = c.phase() == Contact.Phase.CLOSE && known != null ? known.packets() : 0;
    if (known == null && flows.size() >= MOST_FLOWS) {
      flowsRefused++;
      return;
    }
    long packets = Math.max(before, c.packetsOut() + c.packetsBack());
    boolean twoWay = (known != null && known.twoWay()) || (c.packetsOut() > 0 && c.packetsBack() > 0);
    boolean group = c.whom().group() || c.answer() == Contact.Answer.GROUP;
    flows.put(key, new Facts.Flow(text(c.who()), text(c.whom()), c.protocol(), c.port(), packets, twoWay, group,
        !group && (outside(c.who()) || outside(c.whom()))));
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
    return new TreeSet<>(vlans);
  }

  /**
   * The facts as they stand.
   *
   * @param setting what the rest of the house knows
   */
  public synchronized Facts snapshot(Setting setting) {
    List<Facts.Flow> all = new ArrayList<>();
    new TreeMap<>(flows).values().forEach(all::add);
    SortedSet<Integer> missing = new TreeSet<>(setting.vlansExpected());
    missing.removeAll(vlans);
    TreeMap<String, Long> losses = new TreeMap<>(setting.losses());
    if (flowsRefused > 0) {
      losses.put("report.flows", flowsRefused);
    }
    return new Facts(setting.site(), setting.zone(), setting.siteFile(), first == Long.MAX_VALUE ? 0 : first, last == Long.MIN_VALUE ? 0 : last,
        setting.assets(), setting.alerts(), all, new TreeMap<>(acts), new TreeSet<>(defaultCommunities), new TreeSet<>(timeSources),
        setting.rules(), setting.learning(),
        new Facts.Capture(setting.packets(), setting.bytes(), new TreeSet<>(vlans), missing, losses, setting.cut(), setting.sources()),
        setting.journalHead());
  }

  /** What a snapshot needs from the rest of the house; the members are those of {@link Facts} and {@link Facts.Capture}. */
  public record Setting(String site, ZoneId zone, boolean siteFile, List<ObjectNode> assets, List<ObjectNode> alerts, SortedSet<String> rules,
      SortedSet<String> learning, long packets, long bytes, SortedMap<String, Long> losses, long cut, Map<String, String> sources,
      SortedSet<Integer> vlansExpected, String journalHead) {}
}
