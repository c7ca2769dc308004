package fr.vigie.rules.session;

import java.util.stream.IntStream;

/**
 * The most that each table of the rules holds. Whoever wires a run derives all of them from the number of devices and contacts.
 *
 * @param known facts that are learned; a further one stays unknown and is counted
 * @param parties addresses whose asset and side are remembered; when there are too many all are looked up anew
 * @param bindings addresses whose holder is remembered; the one longest without news goes and is counted
 * @param arrivals assets whose arrival was told; a further one is told each time and counted
 * @param precedents judgements that are remembered; when there are too many all are made anew
 * @param open alerts, and incidents, that can still grow; the one longest without news goes and is counted
 * @param candidates candidates that can still grow; the one longest without news goes and is counted
 * @param members members of all windows of one kind; the source longest without news goes and is counted
 * @param memories what each memory of the rules holds; the oldest goes and is counted
 * @param points the same of each memory of points
 */
public record Limits(int known, int parties, int bindings, int arrivals, int precedents, int open, int candidates, int members,
    int memories, int points) {
  /** For tests and small sites, where no table is ever full. */
  public static final Limits AMPLE = new Limits(1 << 20, 1 << 18, 100_000, 200_000, 1 << 16, 50_000, 100_000, 1 << 18, 100_000,
      100_000);

  /** Checks that each table has room for something. */
  public Limits {
    if (IntStream.of(known, parties, bindings, arrivals, precedents, open, candidates, members, memories, points).anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException("each table has room for one at least");
    }
  }
}
