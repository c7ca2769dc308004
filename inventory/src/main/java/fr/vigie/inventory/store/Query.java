package fr.vigie.inventory.store;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What to look for: our own syntax tree, parsed once ({@link QueryParser}), turned into Lucene's by {@link Index} alone. */
public sealed interface Query {
  /** Everything. */
  record All() implements Query {}

  /** All of these. */
  record And(List<Query> parts) implements Query {}

  /** Any of these. */
  record Or(List<Query> parts) implements Query {}

  /** Not this. */
  record Not(Query part) implements Query {}

  /** These words somewhere in the document, in this order when quoted. */
  record Words(String text, boolean phrase) implements Query {}

  /** A field has this value; {@code *} stands for any characters. */
  record Has(String field, String value) implements Query {}

  /** A field is within bounds; a missing bound is open. */
  record Between(String field, @Nullable String from, boolean fromInclusive, @Nullable String to, boolean toInclusive) implements Query {}

  /** Whether it asks for what is like another document: then the likest come first unless an order is asked for. */
  default boolean likens() {
    return switch (this) {
      case Has has -> has.field().equals(Index.LIKE);
      case And and -> and.parts().stream().anyMatch(Query::likens);
      case Or or -> or.parts().stream().anyMatch(Query::likens);
      default -> false;
    };
  }

  /** A query that cannot be understood; the message is one sentence, {@link #column} counts from 1. */
  final class SyntaxError extends Exception {
    private static final long serialVersionUID = 1;
    private final int column;

    private final String word;

    SyntaxError(int column, String message) {
      super(message + " (column " + column + ")");
      this.column = column;
      this.word = "";
    }

    /** Of a word that the index does not take, wherever it stands in what was typed. */
    SyntaxError(String word, String message) {
      super(message);
      this.column = 1;
      this.word = word;
    }

    /** The column, from 1, in what a person typed: that of the word, where it is about a word. */
    public int column(String typed) {
      int at = word.isEmpty() ? -1 : typed.toLowerCase(Locale.ROOT).indexOf(word.toLowerCase(Locale.ROOT));
      return at < 0 ? column : at + 1;
    }

    /** Where, from 1. */
    public int column() {
      return column;
    }
  }
}
