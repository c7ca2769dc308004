package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decisions that wait for a second person. Whoever asked cannot approve; what nobody approves within {@link #DAYS} days comes to nothing.
 * Every step is in the journal when its method returns. Safe for use by several threads; may block on the disk.
 */
public interface Approvals {
  /** How long a decision waits, days. */
  int DAYS = 7;

  /** Nobody asks here. */
  Approvals NONE = new Approvals() {
    @Override
    public ObjectNode list() {
      ObjectNode node = Reply.JSON.createObjectNode().put("waiting", 0);
      node.putArray("items");
      return node;
    }

    @Override
    public @Nullable ObjectNode one(String id) {
      return null;
    }

    @Override
    public Outcome decide(String id, String who, Role role, boolean grant, String comment) {
      return Outcome.MISSING;
    }
  };

  /** How a second person's word was taken. */
  enum Outcome {
    /** It is in the journal and in force. */
    DONE,
    /** There is no such decision. */
    MISSING,
    /** It waits no more: somebody was faster, or its days are over. */
    OVER,
    /** Nobody approves what they asked for themselves, nor by an account they had a hand in since. */
    OWN,
    /** It takes another role. */
    ROLE
  }

  /** Those that wait, the oldest first, then those that were decided, the latest first: {@code {waiting, items[]}}. */
  ObjectNode list();

  /** One of them, or null. */
  @Nullable ObjectNode one(String id);

  /**
   * Says the second word; the person who asked may only take it back, which is a refusal.
   *
   * @param role what the person may do
   * @param comment words, or empty
   */
  Outcome decide(String id, String who, Role role, boolean grant, String comment) throws IOException;
}
