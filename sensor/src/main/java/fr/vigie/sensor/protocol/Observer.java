package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The listener of a dissector's one walk: observations, and the transcript. Implemented by the flow layer (and by tests); the order of
 * calls is the order of the message.
 */
public interface Observer {
  /** Takes an observation. Only what is news or an act: see {@link Exchange#news}. */
  void see(Observation observation);

  /**
   * Takes an act that awaits an answer. It is reported at once; if {@link #outcome} does not name the same key within 30 s of capture
   * time it is reported again as UNANSWERED. Not called for acts without an answer: those go to {@link #see} as UNCONFIRMED.
   *
   * @param key what request and answer share, mixed with the flow; the protocol is mixed in by the observer
   */
  void request(long key, Act act);

  /** Ends the act under the key; false if there is none. */
  boolean outcome(long key, Outcome outcome);

  /** Reports a claim of the speaker {@code exchange.source()} about an endpoint; text longer than 512 characters is cut. */
  void claim(Exchange exchange, Endpoint about, Trait trait, String value, Cite cite);

  /**
   * Counts a value of a point into the current bucket. Does not allocate for a point already known.
   *
   * @param owner the device that has the point
   * @param a first half of the point's key, unique within owner and protocol together with {@code b}
   * @param b second half of the point's key
   * @param maker makes the point when it is new; must be a constant (non-capturing) function
   * @param unit BACnet unit name and the like, or null when the message does not say
   * @param written whether it was written rather than measured
   */
  void reading(Exchange exchange, Endpoint owner, long a, long b, PointMaker maker, double value, @Nullable String unit, boolean good,
      boolean written);

  /** Names an operation of the contact, for example {@code readProperty}: a constant string. Does not allocate when already named. */
  void operation(String name);

  /** Reports a flaw that the cursor cannot see, folded per speaker, clause and second. */
  void flaw(Exchange exchange, Cite cite, String kind, int offset, int length);

  /** What was just read is a part of the message before it – the beginning of its body – and not counted as a message of its own. */
  default void part() {}

  /** Whether packets are recorded: asked where looking for secrets costs anything. */
  default boolean recording() {
    return false;
  }

  /**
   * Says that octets of the message are credentials or keys, which are never recorded. A no-op unless packets are. Said before the octets
   * are read, so that it counts where the message ends early.
   *
   * @param offset from the first octet under the cursor given to {@link Dissector#dissect}: {@code Cursor.position()}
   * @param octets how many; beyond the end of the message nothing happens
   */
  default void secret(int offset, int octets) {}

  /**
   * What may be said of a secret in the message under the cursor, which is not moved: its length, whether it is a published default, and the
   * mark of this installation. Allocates: for acts and claims, never for a message that says nothing new.
   *
   * @param at offset within the message: {@code Cursor.position()}
   */
  default Value.Secret sealed(Seals.Kind kind, Cursor m, int at, int octets) {
    return seals().of(kind, m, at, octets);
  }

  /** Who seals. */
  default Seals seals() {
    return Seals.UNKEYED;
  }

  /** Says that the octets which {@link Dissector#skip} passes over after this message may hold credentials. */
  default void secretBody() {}

  /** The transcript; a final no-op except in {@code ./vigie decode} and in tests. */
  Transcript transcript();

  /** Makes a point from its two keys; asked at once, while the message is still under its cursor, when the point speaks first in a minute. */
  interface PointMaker {
    Point make(long a, long b);
  }
}
