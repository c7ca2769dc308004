package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Journal;
import fr.vigie.sensor.record.Keep;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.api.Recording;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded whole although the policy would cut it: an administrator's choice, in the journal before it is in force, found there
 * again after a restart, and shown as long as it lasts.
 */
public final class KeepChoice implements Recording {
  private static final String KIND = "recording.keep";

  private final Recorder recorder;
  private final Journal journal;
  private final long bound;
  private final long age;
  private Keep keep = Keep.LITTLE;
  private String who = "";
  private String reason = "";
  private Instant time = Instant.EPOCH;

  /**
   * Takes the last choice of the journal into force.
   *
   * @param bound octets the ring may take
   * @param age nanoseconds it keeps
   */
  public KeepChoice(Recorder recorder, Journal journal, long bound, long age) throws IOException {
    this.recorder = recorder;
    this.journal = journal;
    this.bound = bound;
    this.age = age;
    for (Journal.Entry entry : journal.entries()) {
      if (entry.kind().equals(KIND)) {
        apply(entry);
      }
    }
  }

  private void apply(Journal.Entry entry) {
    ObjectNode body = entry.body();
    keep = new Keep(body.path("clinical").asBoolean(), body.path("bulk").asBoolean(), body.path("secrets").asBoolean());
    who = entry.author();
    reason = body.path("reason").asText();
    time = entry.time();
    recorder.keep(keep);
  }

  @Override
  public synchronized ObjectNode keep(String by, boolean clinical, boolean bulk, boolean secrets, String why) throws IOException {
    apply(journal.append(by, KIND, JsonNodeFactory.instance.objectNode().put("clinical", clinical).put("bulk", bulk).put("secrets", secrets)
        .put("reason", why)));
    return state();
  }

  /** Whether anything is kept whole. */
  public synchronized boolean whole() {
    return !keep.equals(Keep.LITTLE);
  }

  /** What is kept whole, by whom and why, in one line; for people. */
  public synchronized String words() {
    return (keep.clinical() ? "clinical " : "") + (keep.bulk() ? "bulk " : "") + (keep.secrets() ? "secrets " : "") + "– " + who + ": " + reason;
  }

  @Override
  public synchronized ObjectNode state() {
    ObjectNode state = JsonNodeFactory.instance.objectNode().put("on", true);
    long[] span = recorder.span();
    state.put("size", recorder.counters().getOrDefault("record.ring_octets", 0L)).put("bound", bound).put("ageSeconds", age / 1_000_000_000L);
    state.put("first", span[0] <= span[1] ? Json.time(span[0]) : null).put("last", span[0] <= span[1] ? Json.time(span[1]) : null);
    state.put("trouble", recorder.trouble());
    ObjectNode chosen = state.putObject("keep").put("clinical", keep.clinical()).put("bulk", keep.bulk()).put("secrets", keep.secrets());
    boolean anybody = !who.isEmpty();
    text(chosen, "who", anybody ? who : null);
    text(chosen, "time", anybody ? time.toString() : null);
    text(chosen, "reason", anybody ? reason : null);
    return state;
  }

  private static void text(ObjectNode node, String name, @Nullable String value) {
    node.put(name, value);
  }
}
