package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Conduit;
import fr.vigie.inventory.site.Hours;
import fr.vigie.sensor.observe.Verb;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of the matrix of zones and conduits (IEC 62443-3-2): what is said of what goes from one zone to another. The client stands in
 * {@code from}.
 *
 * @param from zone id, or {@code *}
 * @param to zone id, or {@code *}
 * @param protocols protocol names, {@code tcp}, {@code udp}, {@code tcp/443}; empty means all
 * @param verbs what is done; empty means everything
 * @param hours when, or null for always
 * @param verdict what is said of it
 * @param comment why, or the empty text
 * @param line line of its file, from 1
 */
public record MatrixLine(String from, String to, Set<String> protocols, Set<Verb> verbs, @Nullable Hours hours, Verdict verdict, String comment, int line) {
  /** What the matrix says. */
  public enum Verdict {
    /** It may pass, in silence. */
    ALLOW("allow", "autoriser"),
    /** It may pass, and is told. */
    ALERT("alert", "alerter"),
    /** It must not pass: Vigie stops nothing, it tells. */
    DENY("deny", "interdire");

    private final String wireName;
    private final String fr;

    Verdict(String wireName, String fr) {
      this.wireName = wireName;
      this.fr = fr;
    }

    /** The word of files, English. */
    public String wireName() {
      return wireName;
    }

    /** The word of files, French. */
    public String fr() {
      return fr;
    }
  }

  /** A conduit of the site file: it may pass. */
  public static MatrixLine of(Conduit c) {
    return new MatrixLine(c.from(), c.to(), c.protocols(), c.verbs(), c.hours(), Verdict.ALLOW, "", c.line());
  }

  /** Whether it speaks of these zones, in this direction. */
  public boolean joins(String fromZone, String toZone) {
    return (from.equals("*") || from.equals(fromZone)) && (to.equals("*") || to.equals(toZone));
  }

  /** Whether it speaks of the protocol, or of the port. */
  public boolean carries(String protocol, String transport, int port) {
    return protocols.isEmpty() || protocols.contains(protocol) || protocols.contains(transport) || protocols.contains(transport + "/" + port);
  }

  /** Whether it speaks of what is done. */
  public boolean permits(Verb verb) {
    return verbs.isEmpty() || verbs.contains(verb);
  }

  /** Whether it speaks of this time. */
  public boolean open(long at, Calendar calendar) {
    return hours == null || hours.contain(at, calendar);
  }

  /** Whether all that it speaks of is also spoken of by the other: then this one is the closer word. */
  public boolean within(MatrixLine other) {
    Hours mine = hours;
    Hours its = other.hours;
    return (other.from.equals("*") || other.from.equals(from)) && (other.to.equals("*") || other.to.equals(to))
        && covered(protocols, other.protocols) && (other.verbs.isEmpty() || !verbs.isEmpty() && other.verbs.containsAll(verbs))
        && (its == null || mine != null && its.hold(mine));
  }

  /**
   * Whether something can happen that both speak of. A protocol's name and a port are taken for two things: which port a protocol is
   * spoken at cannot be told from its name, and where one packet is both, the stricter word counts.
   */
  public boolean meets(MatrixLine other) {
    Hours mine = hours;
    Hours its = other.hours;
    return joint(from, other.from) && joint(to, other.to) && joint(protocols, other.protocols) && (verbs.isEmpty() || other.verbs.isEmpty()
        || verbs.stream().anyMatch(other.verbs::contains)) && (mine == null || its == null || mine.meet(its));
  }

  private static boolean joint(String a, String b) {
    return a.equals("*") || b.equals("*") || a.equals(b);
  }

  private static boolean covered(Set<String> inner, Set<String> outer) {
    return outer.isEmpty() || !inner.isEmpty() && inner.stream().allMatch(p -> outer.contains(p) || p.indexOf('/') > 0 && outer.contains(p.substring(0, 3)));
  }

  private static boolean joint(Set<String> a, Set<String> b) {
    return a.isEmpty() || b.isEmpty() || a.stream().anyMatch(p -> one(p, b)) || b.stream().anyMatch(p -> one(p, a));
  }

  private static boolean one(String p, Set<String> others) {
    return others.contains(p) || p.indexOf('/') > 0 && others.contains(p.substring(0, 3));
  }
}
