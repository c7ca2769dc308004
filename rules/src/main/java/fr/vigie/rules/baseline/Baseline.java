package fr.vigie.rules.baseline;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.site.Party;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Writer;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is normal: the union of the site file, what people approved and what was learned, and how anything new stands to it.
 *
 * <p>The writer matrix of the site file is final for the devices it names. For the rest, and for roles, {@code learnUntil} decides where it
 * is given: before it everything new is learned, after it judged. Without it, what the site file names is judged – who may discover, read
 * and register, once it names supervisors – and the rest is learned, each class of behaviour of each device until there is evidence enough
 * ({@link Learning}).
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
  private final Learning learning;
  /** By their 16 bits. */
  private final @Nullable String[] groups = new String[1 << 16];

  /**
   * A baseline.
   *
   * @param learnUntil capture time at which learning ends, ns UTC, whatever the evidence, or {@link #NEVER}
   */
  public Baseline(Site site, Known known, Learning learning, long learnUntil) {
    this.site = site;
    this.known = known;
    this.learning = learning;
    this.learnUntil = learnUntil;
    this.writers = site.writers();
  }

  /** Other writers are expected from now on. */
  public void expect(List<Writer> expected) {
    writers = expected;
  }

  /** How far the normal of each device is learned. */
  public Learning learning() {
    return learning;
  }

  /** What was learned and approved. */
  public Known known() {
    return known;
  }

  /** Whether a time was named at which learning ends. */
  public boolean ends() {
    return learnUntil != NEVER;
  }

  /** Whether the named end of learning, if any, is still to come. */
  public boolean learning(long at) {
    return learnUntil == NEVER || at < learnUntil;
  }

  /** Whether something new of this class of behaviour of a device is learned at this time, as far as the site file leaves it open. */
  public boolean learning(Behaviour behaviour, String subject, long at) {
    return learnUntil == NEVER ? !learning.ended(subject, behaviour, at) : at < learnUntil;
  }

  /**
   * Learns a fact while its class of behaviour of its device is being learned.
   *
   * @return how it stood: LEARNING while it is learned, so that its candidate counts how often it happened
   */
  private Standing learn(Known.Kind kind, long at, String a, String b, String c) {
    Known.Origin origin = known.origin(kind, a, b, c);
    if (origin == Known.Origin.APPROVED) {
      return Standing.KNOWN;
    }
    Behaviour behaviour = Behaviour.of(kind);
    boolean over = learning.heard(Behaviour.subject(kind, a, b), behaviour, origin == null && !known.held(), at);
    if (origin == Known.Origin.REJECTED) {
      return Standing.UNKNOWN;
    }
    if (learnUntil == NEVER ? over : at >= learnUntil) {
      return origin != null ? Standing.KNOWN : Standing.UNKNOWN;
    }
    if (origin == null) {
      known.learn(kind, a, b, c);
    }
    return Standing.LEARNING;
  }

  /** Something was heard whose facts others keep: how far its class is learned moves on. */
  public void heard(Behaviour behaviour, String subject, boolean fresh, long at) {
    learning.heard(subject, behaviour, fresh, at);
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
      // what people approved stands beside the matrix
      return known.origin(Known.Kind.WRITER, a, b, object(act.point())) == Known.Origin.APPROVED ? Standing.KNOWN : Standing.UNKNOWN;
    }
    Standing standing = learn(Known.Kind.WRITER, act.at(), a, b, object(act.point()));
    if (standing == Standing.LEARNING) {
      known.learn(Known.Kind.WRITES_TO, a, b, "");
    }
    return standing;
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
    return fact(Known.Kind.WRITER, act.at(), a, "", text(group));
  }

  /** Whether the writer is known on any object of the device, by the site file or by learning. */
  public boolean writesTo(Act act, @Nullable Asset who, @Nullable Asset whom, String a, String b) {
    for (Writer w : writers) {
      if (w.to(act.whom(), whom) && w.by(act.who(), who)) {
        return true;
      }
    }
    return known.has(Known.Kind.WRITES_TO, a, b, "") && known.origin(Known.Kind.WRITER, a, b, object(act.point())) != Known.Origin.REJECTED;
  }

  /** How a role stands that the site gives to its supervisors; what is new is learned on the spot while learning. */
  public Standing role(Known.Kind kind, boolean named, long at, String a, String b, String c) {
    if (named) {
      return Standing.KNOWN;
    }
    return learnUntil != NEVER || site.supervisors().isEmpty() ? learn(kind, at, a, b, c) : judged(kind, a, b, c);
  }

  private Standing judged(Known.Kind kind, String a, String b, String c) {
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
    boolean open = learnUntil != NEVER || site.supervisors().isEmpty() && !FOREIGN.contains(zoneKind);
    return open ? learn(Known.Kind.CLIENT, at, a, b, c) : judged(Known.Kind.CLIENT, a, b, c);
  }

  /** How something stands of which the site file says nothing; what is new is learned on the spot while learning. */
  public Standing fact(Known.Kind kind, long at, String a, String b, String c) {
    return learn(kind, at, a, b, c);
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

  /** The text of a group, made once. */
  private String text(Point.KnxGroup group) {
    int i = group.address() & groups.length - 1;
    String text = groups[i];
    if (text == null) {
      text = group.text();
      groups[i] = text;
    }
    return text;
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
