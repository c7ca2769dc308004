package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * The transport parameters of QUIC within TLS's hellos (RFC 9000 §18, RFC 9221 §3, RFC 9287 §3, RFC 9368 §3), and those of Google's that are seen everywhere.
 *
 * <pre>
 * { id varint | length varint | value }; before draft 27: | all u16 | { id u16 | length u16 | value } |
 * </pre>
 */
final class QuicParameters {
  private static final int RESET_TOKEN = 2;

  /** RFC 9000 §18.2, table 6, and the registry. */
  private static String name(long id) {
    return switch ((int) id) {
      case 0x00 -> "original_destination_connection_id";
      case 0x01 -> "max_idle_timeout";
      case 0x02 -> "stateless_reset_token";
      case 0x03 -> "max_udp_payload_size";
      case 0x04 -> "initial_max_data";
      case 0x05 -> "initial_max_stream_data_bidi_local";
      case 0x06 -> "initial_max_stream_data_bidi_remote";
      case 0x07 -> "initial_max_stream_data_uni";
      case 0x08 -> "initial_max_streams_bidi";
      case 0x09 -> "initial_max_streams_uni";
      case 0x0A -> "ack_delay_exponent";
      case 0x0B -> "max_ack_delay";
      case 0x0C -> "disable_active_migration";
      case 0x0D -> "preferred_address";
      case 0x0E -> "active_connection_id_limit";
      case 0x0F -> "initial_source_connection_id";
      case 0x10 -> "retry_source_connection_id";
      case 0x11, 0xFF73DB -> "version_information";
      case 0x20 -> "max_datagram_frame_size";
      case 0x2AB2 -> "grease_quic_bit";
      case 0x3127 -> "google_initial_rtt";
      case 0x3128 -> "google_connection_options";
      case 0x3129 -> "google_user_agent";
      case 0x4752 -> "google_version";
      case 0xDE1A -> "min_ack_delay";
      // RFC 9000 §18.1: 31 * N + 27 means nothing
      default -> id >= 27 && (id - 27) % 31 == 0 ? "reserved" : "parameter";
    };
  }

  /** Reads them to the end of the cursor; a number that breaks its own length fails it. */
  void read(Cursor in, Transcript t, boolean old) {
    if (old) {
      t.field("parametersLength", in.u16());
    }
    while (in.ok() && in.remaining() > 0) {
      long id = old ? in.u16() : Quic.varint(in);
      long octets = old ? in.u16() : Quic.varint(in);
      if (!in.ok() || octets > in.remaining()) {
        in.fail();
        return;
      }
      int length = (int) octets;
      if (t.on()) {
        t.begin(id > Integer.MAX_VALUE ? "parameter" : name(id));
        t.field("parameterId", id);
        t.field("parameterLength", length);
      }
      long outer = in.enter(length);
      // RFC 9000 §10.3: whoever has a reset token can end the connection
      if (id == RESET_TOKEN) {
        t.secret("statelessResetToken", length);
      } else if (length > 0) {
        t.octets("parameterValue", in, length);
      }
      value(in, t, id, length);
      in.leave(outer);
      if (t.on()) {
        t.close();
      }
    }
  }

  private static void value(Cursor in, Transcript t, long id, int length) {
    switch (id > Integer.MAX_VALUE ? -1 : (int) id) {
      case 0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0E, 0x20, 0x3127, 0xDE1A -> number(in, t, name(id), length);
      case 0x11 -> versions(in, t, "chosenVersion", "availableVersion");
      case 0xFF73DB -> versions(in, t, "chosenVersionOfDraft", "availableVersionOfDraft");
      case 0x3129 -> text(in, t, "userAgent", length);
      case 0x4752 -> {
        while (in.ok() && in.remaining() > 0) {
          t.field("google_version", in.u32());
        }
      }
      default -> in.skip(length);
    }
  }

  /** RFC 9000 §16; its octets must be all of the value. */
  private static void number(Cursor in, Transcript t, String name, int length) {
    if (length == 0) {
      return;
    }
    long value = Quic.varint(in);
    if (in.remaining() > 0) {
      in.fail();
    }
    if (t.on() && in.ok()) {
      t.field(name, value);
    }
  }

  /** RFC 9368 §3: the version chosen, then those that are there. */
  private static void versions(Cursor in, Transcript t, String chosen, String available) {
    t.field(chosen, in.u32());
    while (in.ok() && in.remaining() > 0) {
      t.field(available, in.u32());
    }
  }

  private static void text(Cursor in, Transcript t, String name, int length) {
    if (t.on()) {
      t.field(name, in.text(length, StandardCharsets.ISO_8859_1));
    } else {
      in.skip(length);
    }
  }
}
