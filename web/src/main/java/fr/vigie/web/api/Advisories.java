package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Advisories and the devices they concern, as the console asks for them. Safe for use by several threads. */
public interface Advisories {
  /** None are known. */
  Advisories NONE = new Advisories() {
    @Override
    public ObjectNode state() {
      ObjectNode state = JsonNodeFactory.instance.objectNode().put("ready", false).put("advisories", 0).put("imported", 0).put("reading", 0).put("folder", "");
      state.putObject("shipped").put("day", "").put("advisories", 0);
      state.putObject("kev").put("day", "").put("entries", 0);
      state.putObject("counters");
      state.putArray("refused");
      return state;
    }

    @Override
    public Found list(Search search, double score) {
      return new Found(0, List.of(), Map.of());
    }

    @Override
    public @Nullable ObjectNode advisory(String id, int offset, int limit) {
      return null;
    }

    @Override
    public @Nullable ObjectNode ofDevice(String id, boolean all) {
      return null;
    }

    @Override
    public @Nullable ObjectNode proof(String device, String advisory) {
      return null;
    }

    @Override
    public @Nullable ObjectNode vex() {
      return null;
    }

    @Override
    public @Nullable ObjectNode decide(String who, String device, String advisory, String status, String justification, String comment) {
      return null;
    }
  };

  /**
   * What is known, how old it is, and which files were refused: {@code {ready, advisories, imported, reading, folder, shipped{day, advisories},
   * kev{day, entries}, counters{}, refused[{file, line, kind, reason}]}}.
   */
  ObjectNode state();

  /**
   * Advisories, those that concern devices first. Facets: {@code verdict} (the gravest for any device, or {@code none}), {@code exploited}
   * ({@code yes}, {@code no}), {@code severity} by CVSS, {@code origin} ({@code shipped}, {@code imported}), {@code decided} ({@code open},
   * {@code done}).
   *
   * @param score least base score, 0..10
   */
  Found list(Search search, double score);

  /** One advisory with its products and the devices it concerns, gravest first, or null. */
  @Nullable ObjectNode advisory(String id, int offset, int limit);

  /**
   * What concerns a device, gravest first, or null where there is no such device.
   *
   * @param all also what concerns its maker alone
   */
  @Nullable ObjectNode ofDevice(String id, boolean all);

  /** The packets that gave maker, model and version, in the shape in which alerts name packets; null where the device is not concerned. */
  @Nullable ObjectNode proof(String device, String advisory);

  /** The site's VEX statement, CSAF 2.0, or null where nothing can be stated. */
  @Nullable ObjectNode vex();

  /**
   * Takes a decision: it is in the journal when this returns.
   *
   * @param status {@code open}, {@code investigating}, {@code affected}, {@code accepted}, {@code not-affected} or {@code fixed}
   * @return the match as it now is, or null where the advisory does not concern the device
   * @throws IOException when the journal could not be written; then nothing was decided
   */
  @Nullable ObjectNode decide(String who, String device, String advisory, String status, String justification, String comment) throws IOException;
}
