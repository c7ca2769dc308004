package fr.vigie.inventory.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** The fields of an index's documents: values of JSON as Lucene keeps them, and what a query asks of one field as Lucene asks it. */
final class Fields {
  private static final int LONGEST_KEYWORD = 256;

  private Fields() {}

  static void add(Document document, Index.Spec spec, JsonNode value, boolean first) {
    if (value.isNull() || value.isContainerNode()) {
      return;
    }
    String text = value.asText();
    if (text.isEmpty()) {
      return;
    }
    if (!spec.numeric()) {
      String cut = text.length() > LONGEST_KEYWORD ? text.substring(0, LONGEST_KEYWORD) : text;
      String folded = cut.toLowerCase(Locale.ROOT);
      document.add(new StringField(spec.name(), folded, Field.Store.NO));
      if (spec.kind() == Index.Kind.KEYWORD) {
        document.add(new SortedSetDocValuesFacetField(spec.name(), cut));
      }
      if (first) {
        document.add(new SortedDocValuesField(spec.order(), new BytesRef(folded)));
      }
      return;
    }
    Long number = number(spec.kind(), text);
    if (number != null) {
      document.add(new LongPoint(spec.name(), number));
      if (first) {
        document.add(new NumericDocValuesField(spec.order(), number));
      }
    }
  }

  private static @Nullable Long number(Index.Kind kind, String text) {
    try {
      if (kind == Index.Kind.NUMBER) {
        return (long) Double.parseDouble(text);
      }
      long written = full(text);
      if (written >= 0) {
        return written;
      }
      Instant time = text.length() == 10 ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant() : Instant.parse(complete(text));
      return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  /** A time in full, {@code 2026-03-10T06:00:00.000000000Z}, from 1970 to 2199, as most are; -1 of any other, which a parser reads or refuses. */
  private static long full(String text) {
    if (text.length() != 30 || text.charAt(4) != '-' || text.charAt(7) != '-' || text.charAt(10) != 'T' || text.charAt(13) != ':' || text.charAt(16) != ':'
        || text.charAt(19) != '.' || text.charAt(29) != 'Z') {
      return -1;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int nanos = digits(text, 20, 29);
    if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1 || day > YearMonth.of(year, month).lengthOfMonth() || hour < 0 || hour > 23
        || minute < 0 || minute > 59 || second < 0 || second > 59 || nanos < 0) {
      return -1;
    }
    return (LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000_000L + nanos;
  }

  /** The number that some digits are, or -1 where one is none. */
  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Lets people leave out seconds and zone: {@code 2026-03-10T06:00} is UTC. */
  private static String complete(String text) {
    if (text.endsWith("Z")) {
      return text;
    }
    String time = text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d") ? text + ":00" : text;
    return time.matches(".*(Z|[+-]\\d\\d:\\d\\d)") ? time : time + "Z";
  }

  static void collectWords(JsonNode node, StringBuilder words, int depth) {
    if (depth > 16 || words.length() > 100_000) {
      return;
    }
    if (node.isContainerNode()) {
      for (JsonNode child : node) {
        collectWords(child, words, depth + 1);
      }
    } else if (!node.isNull()) {
      words.append(node.asText()).append('\n');
    }
  }

  static void select(JsonNode node, String path, List<JsonNode> into) {
    if (path.isEmpty()) {
      into.add(node);
      return;
    }
    int end = path.indexOf('/', 1);
    String step = end < 0 ? path.substring(1) : path.substring(1, end);
    String rest = end < 0 ? "" : path.substring(end);
    if (step.equals("*")) {
      for (JsonNode child : node) {
        select(child, rest, into);
      }
    } else {
      JsonNode child = node.get(step);
      if (child != null) {
        select(child, rest, into);
      }
    }
  }

  static org.apache.lucene.search.Query has(Index.Spec spec, String value) throws Query.SyntaxError {
    if (spec.numeric()) {
      Long number = number(spec.kind(), value);
      if (number == null) {
        throw new Query.SyntaxError(value, value + " is not a " + (spec.kind() == Index.Kind.TIME ? "time" : "number"));
      }
      return LongPoint.newExactQuery(spec.name(), number);
    }
    String folded = value.toLowerCase(Locale.ROOT);
    if (folded.indexOf('*') < 0) {
      return new TermQuery(new Term(spec.name(), folded));
    }
    StringBuilder pattern = new StringBuilder();
    for (char c : folded.toCharArray()) {
      if (c == '?' || c == '\\') {
        pattern.append('\\');
      }
      pattern.append(c);
    }
    return new WildcardQuery(new Term(spec.name(), pattern.toString()));
  }

  static org.apache.lucene.search.Query between(Index.Spec spec, Query.Between range) throws Query.SyntaxError {
    if (!spec.numeric()) {
      return TermRangeQuery.newStringRange(spec.name(), lower(range.from()), lower(range.to()), range.fromInclusive(), range.toInclusive());
    }
    return LongPoint.newRangeQuery(spec.name(), bound(spec, range.from(), Long.MIN_VALUE, range.fromInclusive() ? 0 : 1),
        bound(spec, range.to(), Long.MAX_VALUE, range.toInclusive() ? 0 : -1));
  }

  private static @Nullable String lower(@Nullable String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private static long bound(Index.Spec spec, @Nullable String text, long open, int step) throws Query.SyntaxError {
    if (text == null) {
      return open;
    }
    Long number = number(spec.kind(), text);
    if (number == null) {
      throw new Query.SyntaxError(text, text + " is not a " + (spec.kind() == Index.Kind.TIME ? "time" : "number"));
    }
    return number + step;
  }
}
