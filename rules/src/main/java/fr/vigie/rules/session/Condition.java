package fr.vigie.rules.session;

import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition that a rule sets for a deed or a meeting and that can be asked before either is made: one of some comparisons with constants,
 * {@code ||} between them. Understood are {@code port} with {@code ==}, {@code !=}, {@code <}, {@code >}, {@code <=} and {@code >=}; of {@code who}
 * and {@code whom} their {@code kind} and {@code zoneKind} with {@code ==} and {@code !=}, {@code outside} and {@code supervisor} with {@code ==}; and
 * {@code detail matches "(?s).*some words.*"}.
 */
final class Condition {
  private static final Pattern PORT = Pattern.compile("port\\s*(==|!=|<=|>=|<|>)\\s*(\\d{1,5})");
  private static final Pattern TEXT = Pattern.compile("(who|whom)\\.(kind|zoneKind)\\s*(==|!=)\\s*\"([^\"\\\\]*)\"");
  private static final Pattern TRUTH = Pattern.compile("(who|whom)\\.(outside|supervisor)\\s*==\\s*(true|false)");
  private static final Pattern WORDS = Pattern.compile("detail\\s+matches\\s+\"\\(\\?s\\)\\.\\*([a-z0-9 ]+)\\.\\*\"");

  /** One comparison. */
  @FunctionalInterface
  private interface Comparison {
    /** Whether it may hold of an act, or of a contact where that is null. */
    boolean may(@Nullable Act act, int port, Side who, Side whom);
  }

  private final List<Comparison> any;

  private Condition(List<Comparison> any) {
    this.any = any;
  }

  /** The condition with these words, or null where they are not understood. */
  static @Nullable Condition of(String words) {
    List<Comparison> any = new ArrayList<>(2);
    for (String one : words.split("\\|\\|", -1)) {
      Comparison comparison = comparison(one.strip());
      if (comparison == null) {
        return null;
      }
      any.add(comparison);
    }
    return new Condition(any);
  }

  /** Whether it may hold: false only where it certainly does not. */
  boolean may(@Nullable Act act, int port, Side who, Side whom) {
    for (int i = 0; i < any.size(); i++) {
      if (any.get(i).may(act, port, who, whom)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Comparison comparison(String words) {
    Matcher port = PORT.matcher(words);
    if (port.matches()) {
      return port(port.group(1), Integer.parseInt(port.group(2)));
    }
    Matcher text = TEXT.matcher(words);
    if (text.matches()) {
      boolean actor = text.group(1).equals("who");
      boolean kind = text.group(2).equals("kind");
      boolean equal = text.group(3).equals("==");
      String constant = text.group(4);
      return (act, p, who, whom) -> text(actor ? who : whom, kind).equals(constant) == equal;
    }
    Matcher truth = TRUTH.matcher(words);
    if (truth.matches()) {
      boolean actor = truth.group(1).equals("who");
      boolean outside = truth.group(2).equals("outside");
      boolean constant = truth.group(3).equals("true");
      return (act, p, who, whom) -> truth(actor ? who : whom, outside) == constant;
    }
    Matcher detail = WORDS.matcher(words);
    if (detail.matches()) {
      String constant = detail.group(1);
      return (act, p, who, whom) -> act == null || shows(act, constant);
    }
    return null;
  }

  private static Comparison port(String relation, int constant) {
    return switch (relation) {
      case "==" -> (act, port, who, whom) -> port == constant;
      case "!=" -> (act, port, who, whom) -> port != constant;
      case "<" -> (act, port, who, whom) -> port < constant;
      case ">" -> (act, port, who, whom) -> port > constant;
      case "<=" -> (act, port, who, whom) -> port <= constant;
      default -> (act, port, who, whom) -> port >= constant;
    };
  }

  private static String text(Side side, boolean kind) {
    return kind ? side.kind() : side.zoneKind();
  }

  private static boolean truth(Side side, boolean outside) {
    return outside ? side.outside() : side.supervisor();
  }

  /** Whether the detail of the deed may hold the words: its value stands there too where it is a word, and what may be said of a secret. */
  private static boolean shows(Act act, String words) {
    if (act.value() instanceof Value.Text || act.value() instanceof Value.Bool || act.value() instanceof Value.Secret) {
      return true;
    }
    String detail = act.detail();
    for (int i = 0; i + words.length() <= detail.length(); i++) {
      if (detail.regionMatches(true, i, words, 0, words.length())) {
        return true;
      }
    }
    return false;
  }
}
