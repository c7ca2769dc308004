package fr.vigie.sensor.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of tshark's display filters that the comparisons use, so that one run of tshark serves them all: names of protocols and fields, {@code ==}, {@code !=} and
 * {@code in} with numbers, {@code !}, {@code &&}, {@code ||} and parentheses. A comparison holds where any value of the field does, {@code !=} where all do.
 */
final class DisplayFilter {
  private static final Pattern TOKEN = Pattern.compile("\\s*(&&|\\|\\||==|!=|\\.\\.|[!(){},]|[A-Za-z0-9_]+(?:\\.(?!\\.)[A-Za-z0-9_-]+)*)");

  private final List<String> tokens = new ArrayList<>();
  private int next;

  private DisplayFilter(String text) {
    Matcher matcher = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length() && matcher.find(at) && matcher.start() == at) {
      tokens.add(matcher.group(1));
      at = matcher.end();
    }
    if (at < text.length()) {
      throw new IllegalArgumentException("not a filter that is understood here: " + text.substring(at));
    }
  }

  /** The filter as a question to a frame. */
  static Predicate<Pdml.Row> of(String text) {
    return new DisplayFilter(text).either();
  }

  private boolean take(String token) {
    boolean taken = next < tokens.size() && tokens.get(next).equals(token);
    next += taken ? 1 : 0;
    return taken;
  }

  private Predicate<Pdml.Row> either() {
    Predicate<Pdml.Row> all = both();
    while (take("||")) {
      all = all.or(both());
    }
    return all;
  }

  private Predicate<Pdml.Row> both() {
    Predicate<Pdml.Row> all = one();
    while (take("&&")) {
      all = all.and(one());
    }
    return all;
  }

  private Predicate<Pdml.Row> one() {
    if (take("!")) {
      return one().negate();
    }
    if (take("(")) {
      Predicate<Pdml.Row> inner = either();
      take(")");
      return inner;
    }
    String name = tokens.get(next++);
    if (take("==")) {
      long value = number();
      return r -> r.all(name).stream().anyMatch(v -> Long.decode(v) == value);
    }
    if (take("!=")) {
      long value = number();
      return r -> r.all(name).stream().allMatch(v -> Long.decode(v) != value);
    }
    if (take("in")) {
      return within(name);
    }
    return r -> r.has(name);
  }

  private long number() {
    return Long.decode(tokens.get(next++));
  }

  private Predicate<Pdml.Row> within(String name) {
    take("{");
    List<long[]> ranges = new ArrayList<>();
    while (!take("}")) {
      long from = number();
      ranges.add(new long[] {from, take("..") ? number() : from});
      take(",");
    }
    return r -> r.all(name).stream().map(Long::decode).anyMatch(v -> ranges.stream().anyMatch(range -> v >= range[0] && v <= range[1]));
  }
}
