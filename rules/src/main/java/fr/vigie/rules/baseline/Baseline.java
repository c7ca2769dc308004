package fr.vigie.rules.baseline;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.site.Party;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Writer;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is normal: the union of the site file, what people approved and what was learned, and how anything new stands to it.
 *
 * <p>The writer matrix of the site file is final for the devices it names. For the rest, and for roles, {@code learnUntil} decides: before
 * it everything new is learned, after it judged. Without it, what the site file names is judged – who may discover, read and register,
 * once it names supervisors – and the rest is learned for ever.
 */
public final class Baseline {
  /** No end of learning was given. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Kinds of zones from which nothing registers with, or tunnels into, the building. */
  private static final Set<String> FOREIGN = Set.of("it", "internet", "guest", "visitors", "public", "external");
  /** Kinds of zones whose devices come and go: a new one is no news. */
  private static final Set<String> UNMONITORED = Set.of("guest", "visitors", "internet", "public", "external");

  private final Site site;
  private final Known known;
  private final long learnUntil;
  private List<Writer> writers;

  /**
   * A baseline.
   *
   * @param learnUntil capture time at which learning ends, ns UTC, or {@link #NEVER}
   */
  public Baseline(Site site, Known known, long learnUntil) {
    this.site = site;
    this.known = known;
    this.learnUntil = learnUntil;
    this.writers = site.writers();
  }

  /** Other writers are expected from now on. */
  public void expect(List<Writer> expected) {
    writers = expected;
  }

  /** What was learned and approved. */
  public Known known() {
    return known;
  }

  /** Whether learning has an end. */
  public boolean ends() {
    return learnUntil != NEVER;
  }

  /** Whether things new at this time are learned, as far as the site file leaves it open. */
  public boolean learning(long at) {
    return learnUntil == NEVER || at < learnUntil;
  }

  /**
   * How a write stands: the writer matrix first, then what was learned for this object. While learning, what is not named stands as
   * LEARNING each time, so that its candidate counts how often it happened. What is learned is coarser than the point: all properties of
   * a BACnet object, all of a Modbus unit.
   */
  public Standing writer(Act act, @Nullable Asset who, @Nullable Asset whom, String a, String b) {
    boolean named = false;
    for (Writer w : writers) {
      if (w.to(act.whom(), whom)) {
        named = true;
        if (w.by(act.who(), who) && w.covers(act.point()) && w.permits(act.verb(), act.priority())) {
          return Standing.KNOWN;
        }
      }
    }
    if (named) {
      return Standing.UNKNOWN;
    }
    String object = object(act.point());
    if (learning(act.at())) {
      known.learn(Known.Kind.WRITER, a, b, object);
      known.learn(Known.Kind.WRITES_TO, a, b, "");
      return Standing.LEARNING;
    }
    return known.has(Known.Kind.WRITER, a, b, object) ? Standing.KNOWN : Standing.UNKNOWN;
  }

  /**
   * How somebody stands who writes a KNX group: everybody on the bus hears it, so it is the group that has writers and not a device. Final are
   * lines of the matrix that name the group; for the rest its senders are learned, by their individual address whatever interface they were
   * heard through.
   */
  public Standing member(Act act, @Nullable Asset who, Point.KnxGroup group, String a) {
    boolean named = false;
    for (Writer w : writers) {
      boolean covers = w.covers(group);
      if (covers && w.by(act.who(), who)) {
        return Standing.KNOWN;
      }
      named |= covers && !w.points().isEmpty();
    }
    if (named) {
      return Standing.UNKNOWN;
    }
    String sender = act.who().below() instanceof Below.Knx knx ? act.who().realm() + "|knx=" + knx.text() : a;
    return fact(Known.Kind.WRITER, act.at(), sender, "", group.text());
  }

  /** Whether the writer is known on any object of the device, by the site file or by learning. */
  public boolean writesTo(Act act, @Nullable Asset who, @Nullable Asset whom, String a, String b) {
    for (Writer w : writers) {
      if (w.to(act.whom(), whom) && w.by(act.who(), who)) {
        return true;
      }
    }
    return known.has(Known.Kind.WRITES_TO, a, b, "");
  }

  /** How a role stands that the site gives to its supervisors; what is new is learned on the spot while learning. */
  public Standing role(Known.Kind kind, boolean named, long at, String a, String b, String c) {
    if (named) {
      return Standing.KNOWN;
    }
    if (learnUntil == NEVER ? site.supervisors().isEmpty() : at < learnUntil) {
      known.learn(kind, a, b, c);
      return Standing.LEARNING;
    }
    return known.has(kind, a, b, c) ? Standing.KNOWN : Standing.UNKNOWN;
  }

  /**
   * How a client stands that registers or tunnels. From a zone that is not of the building it is judged unless learned before the end of
   * learning.
   */
  public Standing client(boolean named, String zoneKind, long at, String a, String b, String c) {
    if (named) {
      return Standing.KNOWN;
    }
    boolean open = learnUntil == NEVER ? site.supervisors().isEmpty() && !FOREIGN.contains(zoneKind) : at < learnUntil;
    if (open) {
      known.learn(Known.Kind.CLIENT, a, b, c);
      return Standing.LEARNING;
    }
    return known.has(Known.Kind.CLIENT, a, b, c) ? Standing.KNOWN : Standing.UNKNOWN;
  }

  /** How something stands of which the site file says nothing; what is new is learned on the spot while learning. */
  public Standing fact(Known.Kind kind, long at, String a, String b, String c) {
    if (learning(at)) {
      known.learn(kind, a, b, c);
      return Standing.LEARNING;
    }
    return known.has(kind, a, b, c) ? Standing.KNOWN : Standing.UNKNOWN;
  }

  /**
   * How somebody stands who serves addresses, names, time or the way out: the site's list is final where it has one.
   *
   * @param service {@code dhcp}, {@code dns}, {@code ntp} or {@code gateway}
   */
  public Standing server(String service, Endpoint e, @Nullable Asset asset, long at, String a) {
    List<Party> named = switch (service) {
      case "dhcp" -> site.servers().dhcp();
      case "dns" -> site.servers().dns();
      case "ntp" -> site.servers().ntp();
      default -> site.servers().gateways();
    };
    if (!named.isEmpty()) {
      return Site.among(named, e, asset) ? Standing.KNOWN : Standing.UNKNOWN;
    }
    return fact(Known.Kind.SERVER, at, a, service, "");
  }

  /** How an operator stands who overrides a device: the writer matrix first, which this write has passed, then what was learned. */
  public Standing operator(Act act, @Nullable Asset who, @Nullable Asset whom, String a, String b) {
    for (Writer w : writers) {
      if (w.to(act.whom(), whom) && w.by(act.who(), who) && w.covers(act.point()) && w.permits(act.verb(), act.priority())) {
        return Standing.KNOWN;
      }
    }
    return fact(Known.Kind.OPERATOR, act.at(), a, b, "");
  }

  /** Whether new devices of a zone of this kind are news. */
  public boolean monitored(String zoneKind) {
    return !UNMONITORED.contains(zoneKind);
  }

  /** Whether the site names it a supervisor. */
  public boolean supervisor(Endpoint e, @Nullable Asset asset) {
    return site.supervisor(e, asset);
  }

  /** Whether a line of the writer matrix lets the one write anything of the other. */
  public boolean paired(Endpoint who, @Nullable Asset whoAsset, Endpoint whom, @Nullable Asset whomAsset) {
    for (Writer w : writers) {
      if (w.by(who, whoAsset) && w.to(whom, whomAsset)) {
        return true;
      }
    }
    return false;
  }

  /** The object that a point belongs to. */
  private static String object(@Nullable Point point) {
    return switch (point) {
      case null -> "";
      case Point.Bacnet p -> p.type() + "," + p.instance();
      case Point.Modbus p -> "";
      case Point.KnxGroup p -> p.text();
      case Point.Named p -> p.name();
    };
  }
}
