package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The fields of an RTSP message's head (RFC 2326 §12, RFC 7826 §18) for the transcript, in wire order: each way of transport in its parts, everything else as it is written.
 * Credentials, names in addresses, who asks, and sessions, which who knows them can end, are told by their length.
 */
final class RtspFields {
  /** RFC 2326 §12.1: what says who a person is; RFC 7826 §18.40, §18.30: what names the stream again. */
  private static final Set<String> PERSONAL = Set.of("from", "accept-credentials");

  private RtspFields() {}

  /** Tells every field. */
  static void tell(Cursor m, Transcript t) {
    Heads.each(m, (name, value) -> field(t, name, value));
  }

  private static void field(Transcript t, String name, String value) {
    if (Heads.secret(name) || PERSONAL.contains(name)) {
      t.secret(name, value.length());
    } else if (name.equals("session")) {
      session(t, value);
    } else if (name.equals("transport")) {
      for (String one : SipFields.parts(value, ',')) {
        transport(t, one);
      }
    } else {
      t.field(name, Heads.bare(value));
    }
  }

  /** RFC 2326 §12.37: {@code id;timeout=seconds}. */
  private static void session(Transcript t, String value) {
    List<String> parts = SipFields.parts(value, ';');
    t.secret("session", parts.getFirst().length());
    for (String parameter : parts.subList(1, parts.size())) {
      t.field("sessionParameter", parameter);
    }
  }

  /** RFC 2326 §12.39: {@code RTP/AVP/TCP;unicast;interleaved=0-1}. */
  private static void transport(Transcript t, String text) {
    t.begin("transport");
    List<String> parts = SipFields.parts(text, ';');
    t.field("specification", parts.getFirst());
    for (String parameter : parts.subList(1, parts.size())) {
      int equals = parameter.indexOf('=');
      t.field(equals < 0 ? parameter.toLowerCase(Locale.ROOT) : parameter.substring(0, equals).toLowerCase(Locale.ROOT), equals < 0 ? "" : parameter.substring(equals + 1));
    }
    t.close();
  }
}
