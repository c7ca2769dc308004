package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** What changes while people look, gathered into one message a beat: ids of alerts and devices, never their content. */
public interface Changes {
  /** Listens from now on; the answer ends it. A listener must not block. */
  Runnable listen(Consumer<ObjectNode> listener);

  /** Tells what gathered since the last beat; nothing where nothing did. */
  void beat();
}
