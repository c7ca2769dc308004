package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions: what of a rule is not to be told for a while, and who said so. What an exception covers is still raised, counted and found; it only
 * waits for nobody. Nothing is covered before the exception was made. Safe for use by several threads; may block on the disk.
 */
public interface Exceptions {
  /** The longest an exception may last, days. */
  int LONGEST_DAYS = 366;

  /**
   * What is covered; each that is not null narrows it.
   *
   * @param rule a detection of the catalogue
   * @param actor address of the actor
   * @param target address of the only target
   * @param operation the only operation
   * @param point the only point
   * @param zone zone of all targets, or of the actor where there is none
   */
  record Scope(String rule, @Nullable String actor, @Nullable String target, @Nullable String operation, @Nullable String point, @Nullable String zone) {
    /** Whether nothing narrows it: the rule is out of service. */
    public boolean whole() {
      return actor == null && target == null && operation == null && point == null && zone == null;
    }
  }

  /**
   * What somebody asks for.
   *
   * @param until end of the exception, RFC 3339 UTC
   */
  record Wish(String who, Scope scope, String until, String reason) {}

  /**
   * What became of a wish.
   *
   * @param exception in force, or null where it waits
   * @param approval the decision that waits for a second person, or null
   */
  record Made(@Nullable ObjectNode exception, @Nullable ObjectNode approval) {}

  /** Every exception, those in force first: {@code {now, items[]}}. */
  ObjectNode list() throws IOException;

  /** What it would have silenced of the alerts of the last days: {@code {rule, since, count, grave, incidents, sample[alert], two}}. */
  ObjectNode preview(Scope scope) throws IOException;

  /** Makes it, or asks for a second person where it covers what is grave, or a whole rule; null members where too many are there already. */
  Made make(Wish wish) throws IOException;

  /** Ends one early, or null where there is none in force under that id. */
  @Nullable ObjectNode end(String id, String who, String comment) throws IOException;

  /** Whether the catalogue has the detection. */
  boolean known(String rule);
}
