package fr.vigie.rules.session;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.inventory.terms.Matrix;
import fr.vigie.inventory.terms.MatrixLine;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.rules.event.Passage;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The passages of a site, and the short answer to most of what crosses: what the matrix allows in silence need not come before the rules. The
 * answer is remembered by zones, protocol, port and operation, so that it costs a comparison; only where hours matter it is found anew.
 */
final class Passages {
  /** Most passages: a matrix with more pairs of zones than this is refused when it is read. */
  static final int MOST = 200_000;
  private static final int MEMOS = 1 << 12;

  /** How something that goes from zone to zone stands to the matrix. */
  enum Way {
    /** It stays within a zone, or there is no matrix. */
    WITHIN,
    /** It crosses, and a line allows it in silence. */
    SETTLED,
    /** It crosses, and rules have to look at it. */
    OPEN
  }

  private record Memo(String origin, String target, String protocol, String transport, int port, @Nullable Verb verb, boolean settled) {
    boolean of(String from, String to, String spoken, String carried, int at, @Nullable Verb done) {
      return port == at && verb == done && origin.equals(from) && target.equals(to) && protocol.equals(spoken) && transport.equals(carried);
    }
  }

  private final Map<String, Map<String, Passage>> all = new HashMap<>();
  private final List<Passage> facts = new ArrayList<>();
  private final boolean empty;
  private final @Nullable Memo[] memos = new Memo[MEMOS];

  /**
   * The passages between the zones of a site.
   *
   * @param file what people call the file that the matrix stands in
   */
  Passages(Site site, Terms terms, String file) {
    this.empty = terms.matrix().isEmpty();
    if (empty) {
      return;
    }
    for (Zone origin : site.zones()) {
      List<MatrixLine> leaving = terms.matrix().lines().stream().filter(l -> l.joins(origin.id(), l.to())).toList();
      for (Zone target : leaving.isEmpty() ? List.<Zone>of() : site.zones()) {
        List<MatrixLine> lines = origin.id().equals(target.id()) ? List.of() : leaving.stream().filter(l -> l.joins(origin.id(), target.id())).toList();
        if (!lines.isEmpty()) {
          Passage p = new Passage(origin.id(), target.id(), lines, terms.calendar(), file);
          all.computeIfAbsent(origin.id(), id -> new HashMap<>()).put(target.id(), p);
          facts.add(p);
        }
      }
    }
  }

  /** Pairs of zones that a matrix would speak of, at most. */
  static long pairs(Site site, Matrix matrix) {
    long zones = site.zones().size();
    long pairs = 0;
    for (MatrixLine l : matrix.lines()) {
      pairs += (l.from().equals("*") ? zones : 1) * (l.to().equals("*") ? zones : 1);
    }
    return Math.min(pairs, zones * zones);
  }

  /** The passages, for the rules. */
  List<Passage> facts() {
    return facts;
  }

  /** Whether there is a matrix. */
  boolean judge() {
    return !empty;
  }

  /** How an act that goes from one zone to another stands. */
  Way act(String origin, String target, Act act) {
    int at = place(origin, target, act.protocol(), act.port()) + act.verb().ordinal() & MEMOS - 1;
    Memo memo = memos[at];
    if (memo != null && memo.of(origin, target, act.protocol(), "", act.port(), act.verb())) {
      return memo.settled ? Way.SETTLED : Way.OPEN;
    }
    Passage passage = passage(origin, target);
    MatrixLine line = passage == null ? null : passage.act(act.protocol(), act.port(), act.verb(), act.at());
    boolean settled = line != null && line.verdict() == MatrixLine.Verdict.ALLOW;
    if (passage == null || !passage.timed()) {
      memos[at] = new Memo(origin, target, act.protocol(), "", act.port(), act.verb(), settled);
    }
    return settled ? Way.SETTLED : Way.OPEN;
  }

  /** How a contact that goes from one zone to another stands. */
  Way contact(String origin, String target, Contact c) {
    int at = place(origin, target, c.protocol(), c.port()) & MEMOS - 1;
    Memo memo = memos[at];
    if (memo != null && memo.of(origin, target, c.protocol(), c.transport(), c.port(), null)) {
      return memo.settled ? Way.SETTLED : Way.OPEN;
    }
    Passage passage = passage(origin, target);
    MatrixLine line = passage == null ? null : passage.contact(c.protocol(), c.transport(), c.port(), c.at());
    boolean settled = line != null && line.verdict() == MatrixLine.Verdict.ALLOW;
    if (passage == null || !passage.timed()) {
      memos[at] = new Memo(origin, target, c.protocol(), c.transport(), c.port(), null, settled);
    }
    return settled ? Way.SETTLED : Way.OPEN;
  }

  private @Nullable Passage passage(String origin, String target) {
    Map<String, Passage> from = all.get(origin);
    return from == null ? null : from.get(target);
  }

  private static int place(String origin, String target, String protocol, int port) {
    int h = (origin.hashCode() * 31 + target.hashCode()) * 31 + protocol.hashCode();
    h = (h * 31 + port) * 0x9E3779B1;
    return h ^ h >>> 15;
  }
}
