package fr.vigie.inventory.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsCollectorManager;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.LabelAndValue;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Documents found by field, range, word and facet: JSON objects put by id, each under the sequence number it was folded to. A fold of the
 * log, never the place of truth: it may be deleted and made again. Safe for many readers; one writer thread.
 */
public final class Index implements Closeable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ID = "_id";
  private static final String SOURCE = "_source";
  private static final String WORDS = "_words";
  /** Documents of a walk that are fetched at once. */
  private static final int WALKED = 500;
  private static final int DEEPEST_PAGE = 100_000;
  /** The field of a query that names a document: {@code like:ID} finds those that share its values. */
  public static final String LIKE = "like";
  /** The order of a search in which the documents that share most with the one named come first. */
  public static final String LIKENESS = "~";

  private static final int MOST_SHARED = 32;
  /** Heap for what was put and is not yet in a segment, MB: there are several indexes in one process. */
  private static final double BUFFER_MB = 4;
  /** Documents that one {@link #trim} deletes at most. */
  private static final int TRIMMED = 20_000;

  /** How a field is indexed. */
  public enum Kind {
    /** Exact value, without regard to case; can be sorted and counted. */
    KEYWORD,
    /** The same for what names one thing of many, an address for example: can be sorted and grouped, not counted as a facet. */
    IDENTIFIER,
    /** Whole number. */
    NUMBER,
    /** RFC 3339 time, nanoseconds. */
    TIME
  }

  /**
   * A field of the documents.
   *
   * @param name the name in queries, for example {@code rule.id}
   * @param path JSON pointer; {@code /*} stands for each item of an array or each member of an object
   * @param kind how it is indexed
   */
  public record Spec(String name, String path, Kind kind) {
    boolean numeric() {
      return kind == Kind.NUMBER || kind == Kind.TIME;
    }

    /**
     * Where the value to sort by stands: under the field's own name, so that Lucene passes over documents that cannot come first; elsewhere
     * where a document may have several values, of which only the first is sorted by.
     */
    String order() {
      return path.contains("/*") ? "sort." + name : name;
    }
  }

  /**
   * One page of an answer.
   *
   * @param total documents that match
   * @param documents this page
   * @param facets counts by value for each facet asked for, most frequent first
   */
  public record Page(long total, List<ObjectNode> documents, Map<String, Map<String, Long>> facets) {}

  /**
   * Documents that have the same values in some fields.
   *
   * @param values the values, in lower case; empty where a document has none
   * @param documents how many
   * @param sum of the number that was asked for
   * @param least of the first time or number that was asked for
   * @param greatest of the second
   */
  public record Group(List<String> values, long documents, long sum, long least, long greatest) {}

  /**
   * Groups of documents.
   *
   * @param groups those with the largest sums first
   * @param left how many groups were left off
   */
  public record Groups(List<Group> groups, int left) {}

  private final Map<String, Spec> specs = new LinkedHashMap<>();
  private final FacetsConfig facetsConfig = new FacetsConfig();
  private final Directory directory;
  /** Whether documents are found by words. */
  private final boolean wordy;
  private volatile @Nullable IndexWriter writer;
  private volatile SearcherManager searchers;
  private final Analyzer analyzer = new Words();
  /** Ordinals of the facets over the whole of one reader: made once for each state of the index, not once for each search. */
  private @Nullable SortedSetDocValuesReaderState ordinals;

  private Index(Directory directory, List<Spec> fields, boolean wordy, boolean writing) throws IOException {
    this.directory = directory;
    this.wordy = wordy;
    for (Spec field : fields) {
      specs.put(field.name(), field);
      facetsConfig.setMultiValued(field.name(), true);
    }
    if (writing) {
      IndexWriter opened = opened();
      writer = opened;
      searchers = new SearcherManager(opened, null);
    } else {
      writer = null;
      searchers = new SearcherManager(directory, null);
    }
  }

  private IndexWriter opened() throws IOException {
    return new IndexWriter(directory, new IndexWriterConfig(analyzer).setRAMBufferSizeMB(BUFFER_MB));
  }

  private IndexWriter writer() {
    IndexWriter own = writer;
    if (own == null) {
      throw new IllegalStateException("this index was opened to be read");
    }
    return own;
  }

  /** Whether nothing can be put any more, since the disk did not take something: searches find what they found. */
  public boolean broken() {
    IndexWriter own = writer;
    return own != null && !own.isOpen();
  }

  /**
   * Opens the last commit anew where the index is {@link #broken}; what was put since is not there.
   *
   * @return whether it was
   * @throws IOException where the disk still takes nothing
   */
  public boolean mend() throws IOException {
    if (!broken()) {
      return false;
    }
    IndexWriter again = opened();
    SearcherManager before = searchers;
    searchers = new SearcherManager(again, null);
    writer = again;
    before.close();
    return true;
  }

  /** What a full disk did to the writer before is told as what it is. */
  private static IOException closed(AlreadyClosedException e) {
    Throwable cause = e.getCause();
    return new IOException(cause == null ? String.valueOf(e.getMessage()) : String.valueOf(cause.getMessage()), e);
  }

  /** Words without case and accents, so that a French name is found however it is typed. */
  private static final class Words extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      StandardTokenizer source = new StandardTokenizer();
      return new TokenStreamComponents(source, new ASCIIFoldingFilter(new LowerCaseFilter(source)));
    }
  }

  /** Opens or creates an index in a folder. */
  public static Index open(Path folder, List<Spec> fields) throws IOException {
    return open(folder, fields, true);
  }

  /**
   * The same.
   *
   * @param words false where no document is looked for by its words: they are the dearest part of one
   */
  public static Index open(Path folder, List<Spec> fields, boolean words) throws IOException {
    return new Index(FSDirectory.open(folder), fields, words, true);
  }

  /**
   * Opens the last commit of an index for reading alone, whoever else is writing it.
   *
   * @throws IOException if there is none, or it cannot be read
   */
  public static Index view(Path folder, List<Spec> fields) throws IOException {
    return new Index(FSDirectory.open(folder), fields, true, false);
  }

  /** An index in memory. */
  public static Index inMemory(List<Spec> fields) throws IOException {
    return inMemory(fields, true);
  }

  /** The same, with words or without; see {@link #open(Path, List, boolean)}. */
  public static Index inMemory(List<Spec> fields, boolean words) throws IOException {
    return new Index(new ByteBuffersDirectory(), fields, words, true);
  }

  /** The fields, for help and completion. */
  public List<Spec> fields() {
    return List.copyOf(specs.values());
  }

  /** Puts a document in place of the one with the same id. Seen by searches after {@link #refresh}. */
  public void put(String id, long seq, ObjectNode source) throws IOException {
    Document document = new Document();
    document.add(new StringField(ID, id, Field.Store.NO));
    document.add(new SortedDocValuesField(ID, new BytesRef(id)));
    document.add(new NumericDocValuesField("_seq", seq));
    document.add(new StoredField(SOURCE, MAPPER.writeValueAsString(source)));
    if (wordy) {
      StringBuilder words = new StringBuilder();
      Fields.collectWords(source, words, 0);
      document.add(new TextField(WORDS, words.toString(), Field.Store.NO));
    }
    for (Spec spec : specs.values()) {
      List<JsonNode> values = new ArrayList<>();
      Fields.select(source, spec.path(), values);
      boolean first = true;
      for (JsonNode value : values) {
        Fields.add(document, spec, value, first);
        first = false;
      }
    }
    try {
      writer().updateDocument(new Term(ID, id), facetsConfig.build(document));
    } catch (AlreadyClosedException e) {
      throw closed(e);
    }
  }

  /** Deletes a document. */
  public void delete(String id) throws IOException {
    try {
      writer().deleteDocuments(new Term(ID, id));
    } catch (AlreadyClosedException e) {
      throw closed(e);
    }
  }

  /** Makes what was put visible to searches. */
  public void refresh() throws IOException {
    try {
      searchers.maybeRefreshBlocking();
    } catch (AlreadyClosedException e) {
      throw closed(e);
    }
  }

  /** Makes what was put durable, together with the last sequence number applied. */
  public void commit(long seq) throws IOException {
    commit(seq, "");
  }

  /**
   * The same, with a word about what the documents are a fold of, by which a later opener knows whether they are still worth believing.
   *
   * @param mark any short text
   */
  public void commit(long seq, String mark) throws IOException {
    try {
      writer().setLiveCommitData(Map.of("seq", Long.toString(seq), "mark", mark).entrySet());
      writer().commit();
    } catch (AlreadyClosedException e) {
      throw closed(e);
    }
  }

  /** Sequence number of the last commit, or 0. */
  public long committed() {
    return Long.parseLong(said("seq", "0"));
  }

  /** The mark of the last commit, or the empty text. */
  public String mark() {
    return said("mark", "");
  }

  private String said(String name, String otherwise) {
    Iterable<Map.Entry<String, String>> data = writer().getLiveCommitData();
    if (data != null) {
      for (Map.Entry<String, String> entry : data) {
        if (entry.getKey().equals(name)) {
          return entry.getValue();
        }
      }
    }
    return otherwise;
  }

  /**
   * Reads every file of the index once and compares it with its checksum.
   *
   * @throws IOException if one is not as it was written
   */
  public void verify() throws IOException {
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        leaf.reader().checkIntegrity();
      }
    } finally {
      from.release(searcher);
    }
  }

  /** The document with this id, or null. */
  public @Nullable ObjectNode get(String id) throws IOException {
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      var top = searcher.search(new TermQuery(new Term(ID, id)), 1);
      return top.scoreDocs.length == 0 ? null : source(searcher.storedFields(), top.scoreDocs[0].doc);
    } finally {
      from.release(searcher);
    }
  }

  /**
   * Searches.
   *
   * @param sort field name, with {@code -} before it for descending; empty for the order of ids; {@link #LIKENESS} for the likest first
   * @param facets names of keyword fields to count
   * @throws Query.SyntaxError if a field is unknown or a bound is not of its kind
   */
  public Page search(Query query, String sort, int offset, int limit, List<String> facets) throws IOException, Query.SyntaxError {
    org.apache.lucene.search.Query translated = translate(query);
    int end = Math.min(DEEPEST_PAGE, Math.max(0, offset) + Math.max(0, limit));
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      TopFieldDocs top;
      FacetsCollector hits = null;
      if (facets.isEmpty()) {
        top = searcher.search(translated, new TopFieldCollectorManager(order(sort), Math.max(1, end), null, Math.max(1, end)));
      } else {
        FacetsCollectorManager.FacetsResult result =
            FacetsCollectorManager.search(searcher, translated, Math.max(1, end), order(sort), new FacetsCollectorManager());
        top = (TopFieldDocs) result.topDocs();
        hits = result.facetsCollector();
      }
      List<ObjectNode> documents = new ArrayList<>();
      StoredFields stored = searcher.storedFields();
      for (int i = Math.max(0, offset); i < Math.min(end, top.scoreDocs.length); i++) {
        documents.add(source(stored, top.scoreDocs[i].doc));
      }
      return new Page(searcher.count(translated), documents, hits == null ? Map.of() : count(searcher, hits, facets));
    } finally {
      from.release(searcher);
    }
  }

  /** Takes one document after another. */
  @FunctionalInterface
  public interface Walk {
    /** Takes one. */
    void take(ObjectNode document) throws IOException;
  }

  /**
   * Walks every document that a query finds, in the order of ids, in one view of the index whatever is put meanwhile; a page of them is in memory.
   *
   * @throws Query.SyntaxError if a field is unknown or a bound is not of its kind: before the first document
   */
  public void each(Query query, Walk walk) throws IOException, Query.SyntaxError {
    org.apache.lucene.search.Query translated = translate(query);
    Sort byId = new Sort(new SortField(ID, SortField.Type.STRING));
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      StoredFields stored = searcher.storedFields();
      ScoreDoc last = null;
      do {
        TopDocs page = last == null ? searcher.search(translated, WALKED, byId) : searcher.searchAfter(last, translated, WALKED, byId);
        last = page.scoreDocs.length < WALKED ? null : page.scoreDocs[page.scoreDocs.length - 1];
        for (ScoreDoc hit : page.scoreDocs) {
          walk.take(source(stored, hit.doc));
        }
      } while (last != null);
    } finally {
      from.release(searcher);
    }
  }

  /**
   * Groups what a query finds.
   *
   * @param by names of keyword or identifier fields; the first value of each counts
   * @param sum name of a field of numbers
   * @param least name of a field of numbers or times
   * @param greatest name of another
   * @param most groups to give
   */
  public Groups groups(Query query, List<String> by, String sum, String least, String greatest, int most) throws IOException, Query.SyntaxError {
    org.apache.lucene.search.Query translated = translate(query);
    List<String> fields = new ArrayList<>();
    for (String name : by) {
      if (spec(name).numeric()) {
        throw new Query.SyntaxError(1, "field " + name + " cannot be grouped");
      }
      fields.add(spec(name).order());
    }
    Grouping.Manager manager = new Grouping.Manager(fields, spec(sum).order(), spec(least).order(), spec(greatest).order());
    List<Group> all;
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      all = searcher.search(translated, manager);
    } finally {
      from.release(searcher);
    }
    return new Groups(all.subList(0, Math.min(most, all.size())), Math.max(0, all.size() - most));
  }

  /**
   * How many documents have which value of a keyword field, of all of them.
   *
   * @param most the most values; the most frequent come
   */
  public Map<String, Long> values(String field, int most) throws IOException, Query.SyntaxError {
    if (spec(field).kind() != Kind.KEYWORD) {
      throw new Query.SyntaxError(field, "field " + field + " cannot be counted");
    }
    Map<String, Long> values = new LinkedHashMap<>();
    IndexSearcher searcher = searchers.acquire();
    try {
      if (searcher.getIndexReader().maxDoc() > 0) {
        take(new SortedSetDocValuesFacetCounts(ordinals(searcher.getIndexReader())).getTopChildren(most, field), values);
      }
    } catch (IllegalArgumentException e) {
      if (!String.valueOf(e.getMessage()).contains("was not indexed")) {
        throw e;
      }
    } finally {
      searchers.release(searcher);
    }
    return values;
  }

  private static void take(@Nullable FacetResult result, Map<String, Long> values) {
    if (result != null) {
      for (LabelAndValue value : result.labelValues) {
        values.put(value.label, value.value.longValue());
      }
    }
  }

  private Map<String, Map<String, Long>> count(IndexSearcher searcher, FacetsCollector hits, List<String> facets)
      throws IOException, Query.SyntaxError {
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    for (String name : facets) {
      if (spec(name).kind() != Kind.KEYWORD) {
        throw new Query.SyntaxError(name, "field " + name + " cannot be counted");
      }
      counts.put(name, new LinkedHashMap<>());
    }
    if (searcher.getIndexReader().maxDoc() == 0) {
      return counts;
    }
    try {
      var counter = new SortedSetDocValuesFacetCounts(ordinals(searcher.getIndexReader()), hits);
      for (String name : facets) {
        take(counter.getTopChildren(100, name), counts.getOrDefault(name, new LinkedHashMap<>()));
      }
    } catch (IllegalArgumentException e) {
      if (!String.valueOf(e.getMessage()).contains("was not indexed")) {
        throw e;
      }
      return counts; // Lucene's word for: no document has any facet yet
    }
    return counts;
  }

  private synchronized SortedSetDocValuesReaderState ordinals(IndexReader reader) throws IOException {
    SortedSetDocValuesReaderState known = ordinals;
    if (known == null || !known.getReader().equals(reader)) {
      known = new DefaultSortedSetDocValuesReaderState(reader, facetsConfig);
      ordinals = known;
    }
    return known;
  }

  private static ObjectNode source(StoredFields stored, int document) throws IOException {
    try {
      return (ObjectNode) MAPPER.readTree(stored.document(document).get(SOURCE));
    } catch (JsonProcessingException e) {
      throw new IOException("a stored document is not JSON", e);
    }
  }

  private Sort order(String sort) throws Query.SyntaxError {
    SortField byId = new SortField(ID, SortField.Type.STRING);
    if (sort.isEmpty()) {
      return new Sort(byId);
    }
    if (sort.equals(LIKENESS)) {
      return new Sort(SortField.FIELD_SCORE, byId);
    }
    boolean descending = sort.startsWith("-");
    Spec spec = spec(descending ? sort.substring(1) : sort);
    SortField field =
        !spec.numeric()
            ? new SortField(spec.order(), SortField.Type.STRING, descending, SortField.STRING_LAST)
            : new SortField(spec.order(), SortField.Type.LONG, descending, descending ? Long.MIN_VALUE : Long.MAX_VALUE);
    return new Sort(field, byId);
  }

  private Spec spec(String name) throws Query.SyntaxError {
    Spec spec = specs.get(name);
    if (spec == null) {
      throw new Query.SyntaxError(name, "there is no field " + name + "; the fields are " + String.join(", ", specs.keySet()));
    }
    return spec;
  }

  private org.apache.lucene.search.Query translate(Query query) throws Query.SyntaxError {
    return switch (query) {
      case Query.All ignored -> MatchAllDocsQuery.INSTANCE;
      case Query.And and -> join(and.parts(), BooleanClause.Occur.MUST);
      case Query.Or or -> join(or.parts(), BooleanClause.Occur.SHOULD);
      case Query.Not not -> new BooleanQuery.Builder()
          .add(MatchAllDocsQuery.INSTANCE, BooleanClause.Occur.MUST)
          .add(translate(not.part()), BooleanClause.Occur.MUST_NOT)
          .build();
      case Query.Words words -> words(words);
      case Query.Has has when has.field().equals(LIKE) -> like(has.value());
      case Query.Has has -> Fields.has(spec(has.field()), has.value());
      case Query.Between between -> Fields.between(spec(between.field()), between);
    };
  }

  private org.apache.lucene.search.Query join(List<Query> parts, BooleanClause.Occur how) throws Query.SyntaxError {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (Query part : parts) {
      all.add(translate(part), how);
    }
    return all.build();
  }

  /** The documents that share a third of the values of this one; a value that few documents have weighs more. */
  private org.apache.lucene.search.Query like(String id) throws Query.SyntaxError {
    try {
      ObjectNode model = get(id);
      if (model == null) {
        throw new Query.SyntaxError(1, "there is nothing with the id " + id);
      }
      BooleanQuery.Builder any = new BooleanQuery.Builder();
      long all = Math.max(1, size());
      int shared = 0;
      for (Spec spec : specs.values()) {
        List<JsonNode> values = new ArrayList<>();
        Fields.select(model, spec.path(), values);
        for (JsonNode value : values) {
          if (spec.kind() == Kind.KEYWORD && value.isValueNode() && !value.asText().isEmpty() && shared < MOST_SHARED) {
            TermQuery same = new TermQuery(new Term(spec.name(), value.asText().toLowerCase(Locale.ROOT)));
            float rare = (float) Math.log(1 + (double) all / Math.max(1, count(same)));
            any.add(new BoostQuery(new ConstantScoreQuery(same), rare), BooleanClause.Occur.SHOULD);
            shared++;
          }
        }
      }
      if (shared == 0) {
        return MatchNoDocsQuery.INSTANCE;
      }
      any.setMinimumNumberShouldMatch(Math.max(1, shared / 3));
      any.add(new TermQuery(new Term(ID, id)), BooleanClause.Occur.MUST_NOT);
      return any.build();
    } catch (IOException e) {
      throw new UncheckedIOException("the index cannot be read", e);
    }
  }

  private int count(org.apache.lucene.search.Query query) throws IOException {
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      return searcher.count(query);
    } finally {
      from.release(searcher);
    }
  }

  private org.apache.lucene.search.Query words(Query.Words words) {
    List<String> tokens = new ArrayList<>();
    String text = words.text();
    boolean prefix = !words.phrase() && text.endsWith("*");
    try (TokenStream stream = analyzer.tokenStream(WORDS, text)) {
      CharTermAttribute token = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        tokens.add(token.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new AssertionError("a string does not fail to be read", e);
    }
    if (tokens.isEmpty()) {
      return MatchNoDocsQuery.INSTANCE;
    }
    if (tokens.size() == 1) {
      Term term = new Term(WORDS, tokens.get(0));
      return prefix ? new PrefixQuery(term) : new TermQuery(term);
    }
    return new PhraseQuery(WORDS, tokens.toArray(new String[0]));
  }

  /** What one wants to do with each document. */
  public interface Each {
    /** Takes a document; may keep it. */
    void document(ObjectNode source) throws IOException;
  }

  /** Hands over every document that is visible, in no order, one at a time: all of them at once may be more than memory holds. */
  public void each(Each taker) throws IOException {
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        StoredFields stored = leaf.reader().storedFields();
        Bits live = leaf.reader().getLiveDocs();
        for (int i = 0; i < leaf.reader().maxDoc(); i++) {
          if (live == null || live.get(i)) {
            taker.document(source(stored, i));
          }
        }
      }
    } finally {
      from.release(searcher);
    }
  }

  /**
   * Deletes the visible documents that come first by a field of times or numbers, so that no more than {@code most} stay, or 20,000 fewer.
   *
   * @return how many were deleted; more may be left to delete
   */
  public int trim(String field, int most) throws IOException, Query.SyntaxError {
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      int excess = Math.min(TRIMMED, searcher.getIndexReader().numDocs() - most);
      if (excess <= 0) {
        return 0;
      }
      TopFieldDocs oldest = searcher.search(MatchAllDocsQuery.INSTANCE, excess, order(field));
      Term[] ids = new Term[oldest.scoreDocs.length];
      for (int i = 0; i < ids.length; i++) {
        FieldDoc found = (FieldDoc) oldest.scoreDocs[i];
        ids[i] = new Term(ID, BytesRef.deepCopyOf((BytesRef) found.fields[found.fields.length - 1]));
      }
      writer().deleteDocuments(ids);
      return ids.length;
    } catch (AlreadyClosedException e) {
      throw closed(e);
    } finally {
      from.release(searcher);
    }
  }

  /** How many documents there are. */
  public long size() throws IOException {
    SearcherManager from = searchers;
    IndexSearcher searcher = from.acquire();
    try {
      return searcher.getIndexReader().numDocs();
    } finally {
      from.release(searcher);
    }
  }

  @Override
  public void close() throws IOException {
    searchers.close();
    IndexWriter own = writer;
    if (own != null && own.isOpen()) {
      try {
        own.close();
      } catch (IOException e) {
        own.rollback(); // what was committed last stays
        directory.close();
        throw e;
      }
    }
    directory.close();
  }
}
