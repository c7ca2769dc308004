package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Counters.Counter;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The one bound of texts that acts and points carry, whatever their dissectors let through: at most {@value #LONGEST} characters and
 * {@value #OCTETS} octets. What is longer is cut and counted. A name keeps the beginning of its digest in place of what is cut, because two
 * points are the same where their names are: a long name cannot be made to pass for another. What is short is passed on as it is.
 */
final class Texts {
  /** Characters of a text. */
  static final int LONGEST = 512;

  /** Octets of a value. */
  static final int OCTETS = 64;

  /** Octets of the digest of a name that was cut: nobody finds another name with the same. */
  private static final int DIGEST = 12;

  private final Counter cut;

  Texts(Counter cut) {
    this.cut = cut;
  }

  /** The act, with short texts. */
  Act act(Act a) {
    Point point = a.point() == null ? null : point(a.point());
    Value value = value(a.value());
    String operation = text(a.operation());
    String detail = text(a.detail());
    Outcome outcome = outcome(a.outcome());
    return same(point, a.point()) && same(value, a.value()) && same(operation, a.operation()) && same(detail, a.detail())
        && same(outcome, a.outcome())
        ? a
        : new Act(a.stamp(), a.who(), a.protocol(), a.cite(), a.id(), a.whom(), a.port(), a.verb(), operation, point, value, a.priority(), detail,
            a.count(), outcome);
  }

  /** The point, with a short name. */
  Point point(Point point) {
    if (point instanceof Point.Named named && named.name().length() > LONGEST) {
      cut.increment();
      String mark = "…#" + HexFormat.of().formatHex(digest(named.name()), 0, DIGEST);
      return new Point.Named(named.scheme(), first(named.name(), LONGEST - mark.length()) + mark);
    }
    return point;
  }

  Outcome outcome(Outcome outcome) {
    String code = outcome.code();
    String kept = code == null ? null : text(code);
    return same(kept, code) ? outcome : new Outcome(outcome.state(), kept);
  }

  private @Nullable Value value(@Nullable Value value) {
    return switch (value) {
      case Value.Text t when t.value().length() > LONGEST -> new Value.Text(text(t.value()));
      case Value.Octets o when o.value().length > OCTETS -> {
        cut.increment();
        yield new Value.Octets(Arrays.copyOf(o.value(), OCTETS), o.length());
      }
      case null, default -> value;
    };
  }

  private String text(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    cut.increment();
    return first(text, LONGEST);
  }

  private static String first(String text, int most) {
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  @SuppressWarnings("ReferenceEquality") // what is not cut is passed on as it is
  private static boolean same(@Nullable Object kept, @Nullable Object before) {
    return kept == before;
  }

  private static byte[] digest(String name) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
