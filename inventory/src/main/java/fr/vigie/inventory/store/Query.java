package fr.vigie.inventory.store;

import java.util.List;
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

    SyntaxError(int column, String message) {
      super(message + " (column " + column + ")");
      this.column = column;
    }

    /** Where, from 1. */
    public int column() {
      return column;
    }
  }
}
