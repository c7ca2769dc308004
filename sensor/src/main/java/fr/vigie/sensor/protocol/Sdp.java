package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.util.Locale;

/**
 * Session descriptions (RFC 8866), which SIP and RTSP carry: what media, by which protocol and formats, where to. Keys of the media (RFC 4568 §9.1, RFC 4567 §3, RFC 8866 §5.12),
 * passwords of RFC 8839 §5.4 and who a person is (§5.2, §5.6) are told by their length.
 *
 * <pre>
 * | v=0 CRLF | o=- id version IN IP4 address CRLF | s=name CRLF | … c=IN IP4 address CRLF | t=start stop CRLF | a=… | m=audio port RTP/AVP formats CRLF | … |     RFC 8866 §5
 * </pre>
 */
final class Sdp {
  private static final String[] SECRET_LINES = {"a=crypto:", "a=key-mgmt:", "a=ice-pwd:", "k="};

  private Sdp() {}

  /** Says where keys stand in the clear in the lines from an offset on. */
  static void keys(Cursor m, Observer o, int from) {
    int line = from;
    while (line > 0 && line < m.length()) {
      int next = m.lineEnd(line);
      int end = next < 0 ? m.length() : next;
      for (String secret : SECRET_LINES) {
        if (begins(m, line, secret)) {
          o.secret(line, end - line);
        }
      }
      line = next;
    }
  }

  private static boolean begins(Cursor m, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if ((m.at(at + i) | 0x20) != (text.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /** Tells the lines from an offset on, in their order. */
  static void tell(Cursor m, Transcript t, int from) {
    t.begin("sessionDescription");
    boolean media = false;
    int line = from;
    while (line > 0 && line < m.length()) {
      int next = m.lineEnd(line);
      String text = Heads.slice(m, line, (next < 0 ? m.length() : next) - line).strip();
      if (text.startsWith("m=")) {
        if (media) {
          t.close();
        }
        media = true;
        t.begin("media");
        media(t, text.substring(2).split(" +"));
      } else if (text.length() > 2 && text.charAt(1) == '=') {
        line(t, text.charAt(0), text.substring(2));
      }
      line = next;
    }
    if (media) {
      t.close();
    }
    t.close();
  }

  /** RFC 8866 §5.14: a port may stand for several. */
  private static void media(Transcript t, String[] words) {
    t.field("type", words[0]);
    if (words.length > 1) {
      t.field("port", words[1]);
    }
    if (words.length > 2) {
      t.field("transport", words[2]);
    }
    for (int i = 3; i < words.length; i++) {
      t.field("format", words[i]);
    }
  }

  private static void line(Transcript t, char kind, String text) {
    switch (kind) {
      case 'v' -> t.field("sdpVersion", text);
      case 'o' -> origin(t, text.split(" +"));
      case 's' -> t.field("sessionName", text);
      case 'i' -> t.field("information", text);
      case 'u' -> t.field("uri", text);
      case 'e' -> t.secret("email", text.length());
      case 'p' -> t.secret("phone", text.length());
      case 'c' -> words(t, text.split(" +"), "networkType", "addressType", "connectionAddress");
      case 'b' -> words(t, text.split(":", 2), "bandwidthType", "bandwidth");
      case 't' -> words(t, text.split(" +"), "startTime", "stopTime");
      case 'r' -> words(t, text.split(" +"), "repeatInterval", "activeDuration", "repeatOffset");
      case 'z' -> {
        String[] words = text.split(" +");
        for (int i = 0; i < words.length; i++) {
          t.field(i % 2 == 0 ? "adjustmentTime" : "adjustmentOffset", words[i]);
        }
      }
      case 'k' -> t.secret("key", text.length());
      case 'a' -> attribute(t, text);
      default -> t.field("line", kind + "=" + text);
    }
  }

  /** Further words have the last name. */
  private static void words(Transcript t, String[] words, String... names) {
    for (int i = 0; i < words.length; i++) {
      t.field(names[Math.min(i, names.length - 1)], words[i]);
    }
  }

  /** RFC 8866 §5.2; a user who is none is a dash. */
  private static void origin(Transcript t, String[] words) {
    if (words[0].equals("-")) {
      t.field("username", words[0]);
    } else {
      t.secret("username", words[0].length());
    }
    String[] names = {"sessionId", "sessionVersion", "originNetworkType", "originAddressType", "originAddress"};
    for (int i = 1; i < words.length && i <= names.length; i++) {
      t.field(names[i - 1], words[i]);
    }
  }

  private static void attribute(Transcript t, String text) {
    for (String secret : SECRET_LINES) {
      if (secret.startsWith("a=") && text.toLowerCase(Locale.ROOT).startsWith(secret.substring(2))) {
        t.secret(secret.substring(2, secret.length() - 1), text.length() - secret.length() + 2);
        return;
      }
    }
    t.field("attribute", text);
  }
}
