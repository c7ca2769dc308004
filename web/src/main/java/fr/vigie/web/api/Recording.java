package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The recorder as people see it. Safe for use by several threads. */
public interface Recording {
  /** Nothing is recorded. */
  Recording NONE = new Recording() {
    @Override
    public ObjectNode state() {
      return JsonNodeFactory.instance.objectNode().put("on", false);
    }

    @Override
    public @Nullable ObjectNode keep(String who, boolean clinical, boolean bulk, boolean secrets, String reason) {
      return null;
    }
  };

  /**
   * How it stands: {@code {on, size, bound, ageSeconds, first, last, trouble, keep{clinical, bulk, secrets, who, time, reason}}}; where
   * nothing is recorded {@code on} alone.
   */
  ObjectNode state();

  /**
   * Changes what is kept whole although the policy would cut it; in the journal before it is in force.
   *
   * @return how it stands then, or null where nothing is recorded
   * @throws IOException when the journal could not be written; then nothing changed
   */
  @Nullable ObjectNode keep(String who, boolean clinical, boolean bulk, boolean secrets, String reason) throws IOException;
}
