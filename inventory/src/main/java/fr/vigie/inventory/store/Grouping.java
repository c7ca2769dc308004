package fr.vigie.inventory.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;

/** A search's hits folded into groups by the ordinals of their values: a name is looked up once for each group, not once for each hit. */
final class Grouping implements Collector {
  private static final int DOCUMENTS = 0;
  private static final int SUM = 1;
  private static final int LEAST = 2;
  private static final int GREATEST = 3;

  private final List<String> fields;
  private final String sum;
  private final String least;
  private final String greatest;
  private final Map<List<String>, long[]> groups = new HashMap<>();

  Grouping(List<String> fields, String sum, String least, String greatest) {
    this.fields = List.copyOf(fields);
    this.sum = sum;
    this.least = least;
    this.greatest = greatest;
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  @Override
  public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
    return new Leaf(context.reader());
  }

  /**
   * Groups over all segments.
   *
   * @param fields where the values stand
   * @param sum where the number to add up stands
   * @param least where the number or time stands of which the least is wanted
   * @param greatest the same for the greatest
   */
  record Manager(List<String> fields, String sum, String least, String greatest) implements CollectorManager<Grouping, List<Index.Group>> {
    @Override
    public Grouping newCollector() {
      return new Grouping(fields, sum, least, greatest);
    }

    @Override
    public List<Index.Group> reduce(Collection<Grouping> parts) {
      Map<List<String>, long[]> groups = new HashMap<>();
      parts.forEach(part -> part.groups.forEach((names, of) -> groups.merge(names, of, Grouping::both)));
      return sorted(groups);
    }
  }

  private static long[] both(long[] a, long[] b) {
    return new long[] {a[DOCUMENTS] + b[DOCUMENTS], a[SUM] + b[SUM], Math.min(a[LEAST], b[LEAST]), Math.max(a[GREATEST], b[GREATEST])};
  }

  /** Largest sums first, then by name. */
  private static List<Index.Group> sorted(Map<List<String>, long[]> groups) {
    List<Index.Group> all = new ArrayList<>(groups.size());
    groups.forEach((values, of) -> all.add(new Index.Group(values, of[DOCUMENTS], of[SUM], of[LEAST], of[GREATEST])));
    all.sort(Comparator.comparingLong(Index.Group::sum).reversed().thenComparing(g -> String.join("\0", g.values())));
    return all;
  }

  /** The hits of one segment, by their ordinals there. */
  private final class Leaf implements LeafCollector {
    private final SortedDocValues[] values = new SortedDocValues[fields.size()];
    private final NumericDocValues sums;
    private final NumericDocValues leasts;
    private final NumericDocValues greatests;
    private final Map<Long, long[]> own = new HashMap<>();

    Leaf(LeafReader reader) throws IOException {
      for (int i = 0; i < values.length; i++) {
        values[i] = DocValues.getSorted(reader, fields.get(i));
      }
      sums = DocValues.getNumeric(reader, sum);
      leasts = DocValues.getNumeric(reader, least);
      greatests = DocValues.getNumeric(reader, greatest);
    }

    @Override
    public void setScorer(Scorable scorer) {}

    @Override
    public void collect(int document) throws IOException {
      long key = 0;
      for (SortedDocValues each : values) { // ordinal 0 stands for no value
        long ordinal = each.advanceExact(document) ? each.ordValue() + 1L : 0;
        key = Math.addExact(Math.multiplyExact(key, each.getValueCount() + 1L), ordinal);
      }
      long[] group = own.computeIfAbsent(key, k -> new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE});
      group[DOCUMENTS]++;
      if (sums.advanceExact(document)) {
        group[SUM] += sums.longValue();
      }
      if (leasts.advanceExact(document)) {
        group[LEAST] = Math.min(group[LEAST], leasts.longValue());
      }
      if (greatests.advanceExact(document)) {
        group[GREATEST] = Math.max(group[GREATEST], greatests.longValue());
      }
    }

    @Override
    public void finish() throws IOException {
      for (Map.Entry<Long, long[]> each : own.entrySet()) {
        String[] names = new String[values.length];
        long key = each.getKey();
        for (int i = values.length - 1; i >= 0; i--) {
          int base = values[i].getValueCount() + 1;
          int ordinal = (int) (key % base);
          names[i] = ordinal == 0 ? "" : values[i].lookupOrd(ordinal - 1).utf8ToString();
          key /= base;
        }
        long[] of = each.getValue();
        groups.merge(List.of(names), of, Grouping::both);
      }
    }
  }
}
