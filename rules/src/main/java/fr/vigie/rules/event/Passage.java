package fr.vigie.rules.event;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.terms.MatrixLine;
import fr.vigie.inventory.terms.MatrixLine.Verdict;
import fr.vigie.sensor.observe.Verb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the matrix says of the way from one zone to another: the resident fact that fixed rules join with what crosses. There is one for each
 * pair of zones of which a line speaks, found by both zones, so that asking costs the same for ten lines and for ten thousand.
 */
public final class Passage {
  private final String origin;
  private final String target;
  private final List<MatrixLine> lines;
  private final Calendar calendar;
  private final String file;
  private final boolean timed;

  /**
   * A passage.
   *
   * @param origin id of the zone the client stands in
   * @param target id of the zone the server stands in
   * @param lines the lines that join the two
   * @param calendar what their hours are meant in
   * @param file name of the file they stand in, for people
   */
  public Passage(String origin, String target, List<MatrixLine> lines, Calendar calendar, String file) {
    this.origin = origin;
    this.target = target;
    this.lines = List.copyOf(lines);
    this.calendar = calendar;
    this.file = file;
    this.timed = lines.stream().anyMatch(l -> l.hours() != null);
  }

  /** Id of the zone the client stands in. */
  public String origin() {
    return origin;
  }

  /** Id of the zone the server stands in. */
  public String target() {
    return target;
  }

  /** Whether what it says depends on the time. */
  public boolean timed() {
    return timed;
  }

  /** Whether a line speaks of the contact. */
  public boolean mentions(Meeting m) {
    return of(m) != null;
  }

  /** Whether a line speaks of the act. */
  public boolean mentions(Deed d) {
    return of(d) != null;
  }

  /** Whether the contact must not be. */
  public boolean forbids(Meeting m) {
    return verdict(of(m)) == Verdict.DENY;
  }

  /** Whether the act must not be. */
  public boolean forbids(Deed d) {
    return verdict(of(d)) == Verdict.DENY;
  }

  /** Whether the contact may be, and is to be told. */
  public boolean tells(Meeting m) {
    return verdict(of(m)) == Verdict.ALERT;
  }

  /** Whether the act may be, and is to be told. */
  public boolean tells(Deed d) {
    return verdict(of(d)) == Verdict.ALERT;
  }

  /** The line that speaks of the contact, for people; empty where there is none. */
  public String word(Meeting m) {
    return word(of(m));
  }

  /** The line that speaks of the act, for people; empty where there is none. */
  public String word(Deed d) {
    return word(of(d));
  }

  private static @Nullable Verdict verdict(@Nullable MatrixLine line) {
    return line == null ? null : line.verdict();
  }

  private String word(@Nullable MatrixLine line) {
    return line == null ? "" : "the matrix says " + line.verdict().wireName() + ": " + file + " line " + line.line()
        + (line.comment().isEmpty() ? "" : " (" + line.comment() + ")");
  }

  private @Nullable MatrixLine of(Meeting m) {
    return contact(m.protocol(), m.observation().transport(), m.port(), m.observation().at());
  }

  private @Nullable MatrixLine of(Deed d) {
    return act(d.protocol(), d.port(), d.verb(), d.observation().at());
  }

  /** The line that counts for a contact; one that forbids or tells some operations alone says nothing of it. */
  public @Nullable MatrixLine contact(String protocol, String transport, int port, long at) {
    MatrixLine best = null;
    for (MatrixLine l : lines) {
      if ((l.verdict() == Verdict.ALLOW || l.verbs().isEmpty()) && l.carries(protocol, transport, port) && l.open(at, calendar)) {
        best = closer(best, l);
      }
    }
    return best;
  }

  /** The line that counts for an act. */
  public @Nullable MatrixLine act(String protocol, int port, Verb verb, long at) {
    MatrixLine best = null;
    for (MatrixLine l : lines) {
      if (l.permits(verb) && (l.carries(protocol, "tcp", port) || l.carries(protocol, "udp", port)) && l.open(at, calendar)) {
        best = closer(best, l);
      }
    }
    return best;
  }

  /** The closer of two words; where neither is, the stricter one. */
  private static MatrixLine closer(@Nullable MatrixLine a, MatrixLine b) {
    if (a == null || b.within(a)) {
      return b;
    }
    return a.within(b) || a.verdict().compareTo(b.verdict()) >= 0 ? a : b;
  }

  @Override
  public String toString() {
    return origin + " > " + target + ": " + lines.size() + " lines";
  }
}
