package fr.vigie.sensor.record;

import org.jspecify.annotations.Nullable;

/**
 * What recording knows of one flow: decided once, and again when the flow's protocol or the administrator's choice changes. Held by the
 * flow, used by one track.
 */
public final class Treatment {
  /** A sequence of so many RTP packets is no accident. */
  private static final int STREAK = 4;

  final @Nullable String protocol;
  final Keep keep;
  final boolean tcp;
  /** Whether one of its addresses is clinical. */
  final boolean clinicalZone;
  /** Whether its dissector may meet credentials: then only what it has read is kept. */
  final boolean guarded;

  Unread unread;
  /** Side of a text protocol's client: whether the last segment ended with a line, and where the next one starts. */
  boolean lines = true;

  boolean started;
  int next;
  /** MQTT: a CONNECT was not seen to its end, and is not answered yet. */
  boolean connecting;

  private int ssrc;
  private int sequence;
  private int streak;

  Treatment(@Nullable String protocol, Keep keep, boolean tcp, boolean clinicalZone, boolean guarded, Unread unread) {
    this.protocol = protocol;
    this.keep = keep;
    this.tcp = tcp;
    this.clinicalZone = clinicalZone;
    this.guarded = guarded;
    this.unread = unread;
  }

  /** Whether all that follows the headers is cut. */
  boolean clinical() {
    return unread == Unread.CLINICAL || clinicalZone && protocol == null;
  }

  /** RFC 3550 §5.1: the same source and consecutive numbers, a few times. */
  void media(int source, int number) {
    streak = source == ssrc && number == (sequence + 1 & 0xFFFF) ? streak + 1 : 0;
    ssrc = source;
    sequence = number;
    if (streak >= STREAK) {
      unread = Unread.BULK;
    }
  }
}
