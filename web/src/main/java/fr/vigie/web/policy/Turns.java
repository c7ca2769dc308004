package fr.vigie.web.policy;

import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.PolicySet;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sets of the journal in their turns, while the log is folded again: what was judged by a set is judged by it again, so that a change of the
 * policy says nothing new about what was before it. Only one thread at a time may use it; files of a set are read when its turn comes.
 */
public final class Turns {
  /** A set, which may prove unreadable, and the last observation before it. */
  private record Turn(long after, Supplier<@Nullable PolicySet> set) {}

  private final Sets sets;
  private final Ground ground;
  private final PolicySet first;
  private final Deque<Turn> due = new ArrayDeque<>();

  /** @param now the set in force, which is the journal's last or stands in for it */
  Turns(Sets sets, Ground ground, PolicySet now) {
    this.sets = sets;
    this.ground = ground;
    List<Sets.PolicyOf> known = sets.kept().reversed();
    Sets.PolicyOf begin = known.getFirst();
    for (Sets.PolicyOf set : known) {
      if (set.after() <= 0 && set.after() != Sets.UNKNOWN) {
        begin = set;
        due.clear();
      } else if (set.after() != Sets.UNKNOWN) { // else its successor says since when something else was in force
        due.add(new Turn(set.after(), set.equals(known.getLast()) ? () -> now : () -> read(set)));
      }
    }
    PolicySet read = begin.equals(known.getLast()) ? now : read(begin);
    first = read == null ? now : read;
  }

  /** What was in force before the first observation of the log. */
  public PolicySet first() {
    return first;
  }

  /** The set to use from this observation on, or null where it stays as it is. */
  public @Nullable PolicySet before(long seq) {
    PolicySet next = null;
    while (!due.isEmpty() && due.getFirst().after() < seq) {
      Turn turn = due.removeFirst();
      if (due.isEmpty() || due.getFirst().after() >= seq) {
        next = turn.set().get();
      }
    }
    return next;
  }

  /** A set that came while the log was folded: its turn is after what was in the log then. */
  public void later(long after, PolicySet set) {
    due.add(new Turn(after, () -> set));
  }

  /** Whether the last set has had its turn. */
  public boolean done() {
    return due.isEmpty();
  }

  private @Nullable PolicySet read(Sets.PolicyOf set) {
    try {
      PolicySet found = PolicySet.of(sets.files(set), ground).policy();
      if (found != null) {
        return found;
      }
      System.err.println("vigie: set " + set.number() + " of the policy cannot be used any more; what it judged is judged by the one before it");
    } catch (IOException e) {
      System.err.println("vigie: set " + set.number() + " of the policy cannot be read (" + e.getMessage() + "); what it judged is judged by the one before it");
    }
    return null;
  }
}
