package fr.vigie.inventory.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The parser of the query language (docs/query.md): words, {@code "phrases"}, {@code field:value}, {@code field:va*}, {@code field>=value},
 * {@code field:[a TO b]}, {@code -not}, {@code AND}, {@code OR}, parentheses. Bounded: 2,000 characters, 64 terms, 16 levels.
 */
public final class QueryParser {
  private static final int LONGEST = 2_000;
  private static final int MOST_TERMS = 64;
  private static final int DEEPEST = 16;

  private final String text;
  private int at;
  private int terms;

  private QueryParser(String text) {
    this.text = text;
  }

  /**
   * Parses a query; blank text means everything.
   *
   * @throws Query.SyntaxError with the column, if it cannot be understood
   */
  public static Query parse(String text) throws Query.SyntaxError {
    if (text.length() > LONGEST) {
      throw new Query.SyntaxError(LONGEST, "the query is longer than " + LONGEST + " characters");
    }
    QueryParser parser = new QueryParser(text);
    parser.space();
    if (parser.done()) {
      return new Query.All();
    }
    Query query = parser.any(0);
    if (!parser.done()) {
      throw parser.error("unexpected )");
    }
    return query;
  }

  private Query any(int depth) throws Query.SyntaxError {
    if (depth > DEEPEST) {
      throw error("parentheses nest deeper than " + DEEPEST);
    }
    List<Query> parts = new ArrayList<>();
    parts.add(all(depth));
    while (word("OR")) {
      parts.add(all(depth));
    }
    return parts.size() == 1 ? parts.get(0) : new Query.Or(List.copyOf(parts));
  }

  private Query all(int depth) throws Query.SyntaxError {
    List<Query> parts = new ArrayList<>();
    do {
      parts.add(one(depth));
      word("AND");
      space();
    } while (!done() && text.charAt(at) != ')' && !ahead("OR"));
    return parts.size() == 1 ? parts.get(0) : new Query.And(List.copyOf(parts));
  }

  private Query one(int depth) throws Query.SyntaxError {
    space();
    if (done()) {
      throw error("something is missing here");
    }
    if (++terms > MOST_TERMS) {
      throw error("more than " + MOST_TERMS + " terms");
    }
    char c = text.charAt(at);
    if (c == '-' || word("NOT")) {
      if (c == '-') {
        at++;
      }
      if (depth >= DEEPEST) {
        throw error("negations nest deeper than " + DEEPEST);
      }
      return new Query.Not(one(depth + 1));
    }
    if (c == '(') {
      at++;
      Query inner = any(depth + 1);
      space();
      if (done() || text.charAt(at) != ')') {
        throw error(") is missing");
      }
      at++;
      return inner;
    }
    if (c == ')') {
      throw error("unexpected )");
    }
    if (c == '"') {
      return new Query.Words(quoted(), true);
    }
    int start = at;
    while (!done() && fieldCharacter(text.charAt(at))) {
      at++;
    }
    if (at > start && !done() && (text.charAt(at) == ':' || text.charAt(at) == '<' || text.charAt(at) == '>' || text.charAt(at) == '=')) {
      return field(text.substring(start, at));
    }
    at = start;
    String bare = bare();
    if (bare.isEmpty()) {
      throw error("unexpected " + c);
    }
    return new Query.Words(bare, false);
  }

  private Query field(String name) throws Query.SyntaxError {
    char operator = text.charAt(at++);
    boolean equal = !done() && text.charAt(at) == '=';
    if (operator != ':' && equal) {
      at++;
    }
    if (operator == '<') {
      return new Query.Between(name, null, true, value(), equal);
    }
    if (operator == '>') {
      return new Query.Between(name, value(), equal, null, true);
    }
    if (operator == ':' && !done() && text.charAt(at) == '[') {
      at++;
      String from = value();
      if (!word("TO")) {
        throw error("a range is [from TO to]");
      }
      space();
      String to = value();
      space();
      if (done() || text.charAt(at) != ']') {
        throw error("] is missing");
      }
      at++;
      return new Query.Between(name, from.equals("*") ? null : from, true, to.equals("*") ? null : to, true);
    }
    return new Query.Has(name, value());
  }

  private String value() throws Query.SyntaxError {
    if (!done() && text.charAt(at) == '"') {
      return quoted();
    }
    String bare = bare();
    if (bare.isEmpty()) {
      throw error("a value is missing");
    }
    return bare;
  }

  private String bare() {
    int start = at;
    while (!done() && !Character.isWhitespace(text.charAt(at)) && "()\"[]".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() throws Query.SyntaxError {
    int open = at++;
    StringBuilder s = new StringBuilder();
    while (!done() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      s.append(text.charAt(at++));
    }
    if (done()) {
      at = open;
      throw error("the closing \" is missing");
    }
    at++;
    return s.toString();
  }

  private static boolean fieldCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_';
  }

  private boolean word(String word) {
    space();
    if (!ahead(word)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private boolean ahead(String word) {
    int end = at + word.length();
    return text.startsWith(word, at) && (end == text.length() || Character.isWhitespace(text.charAt(end)) || text.charAt(end) == '(');
  }

  private void space() {
    while (!done() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean done() {
    return at >= text.length();
  }

  private Query.SyntaxError error(String message) {
    return new Query.SyntaxError(at + 1, message);
  }
}
