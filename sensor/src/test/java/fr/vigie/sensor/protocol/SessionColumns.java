package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;

import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is compared of SIP, RTSP and the session descriptions they carry: start lines, every field of a head in its parts, every line of a description; what is private by its length. */
final class SessionColumns {
  /** RFC 3551 table 4, as tshark names the formats that have a number of their own. */
  private static final Map<String, String> FORMATS = Map.of("ITU-T G.711 PCMU", "0", "GSM 06.10", "3", "ITU-T G.723", "4", "ITU-T G.711 PCMA", "8", "ITU-T G.722", "9", "ITU-T G.729", "18",
      "ITU-T H.261", "31", "ITU-T H.263", "34", "Comfort noise", "13", "MPEG-I/II Video", "32");

  private SessionColumns() {}

  /** Fields within groups of a name, in wire order. */
  private static List<String> within(Frame frame, String group, String name) {
    List<String> all = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>(List.of(""));
    for (String[] field : frame.fields) {
      switch (field[0]) {
        case "begin" -> open.push(field[1]);
        case "close" -> open.pop();
        default -> {
          if (field[0].equals(name) && open.peek().equals(group)) {
            all.add(field[1]);
          }
        }
      }
    }
    return all;
  }

  private static Column within(String name, String group, String field) {
    return new Column(name, f -> String.join(";", within(f, group, field)), t -> t);
  }

  /** How long a text is, which is all that is told of it. */
  private static String octets(String text) {
    return text.isEmpty() ? "" : text.matches("[0-9]+ octets") ? text.substring(0, text.length() - 7) : Integer.toString(text.strip().getBytes(StandardCharsets.UTF_8).length);
  }

  private static Column length(String name, String group, String field) {
    return new Column(name, f -> within(f, group, field).stream().map(SessionColumns::octets).collect(Collectors.joining(";")), each(SessionColumns::octets));
  }

  /** Part of attributes, as the text of each says. */
  private static Column attribute(String name, boolean media, Function<String, String> part) {
    return new Column(name, f -> within(f, media ? "media" : "sessionDescription", "attribute").stream().map(part).filter(v -> !v.isEmpty()).collect(Collectors.joining(";")), t -> t);
  }

  private static String field(String attribute) {
    return attribute.indexOf(':') < 0 ? "" : attribute.substring(0, attribute.indexOf(':'));
  }

  private static String value(String attribute) {
    return attribute.indexOf(':') < 0 || attribute.matches("(rtpmap|fmtp):.*") ? "" : attribute.substring(attribute.indexOf(':') + 1).strip();
  }

  /** {@code rtpmap:96 H264/90000}. */
  private static String mapped(String attribute, int part) {
    String[] parts = attribute.startsWith("rtpmap:") ? attribute.substring(attribute.indexOf(' ') + 1).split("/") : new String[0];
    return parts.length > part ? parts[part] : "";
  }

  /** {@code fmtp:96 packetization-mode=1; …}, each by itself. */
  private static String parameters(String attribute) {
    return attribute.startsWith("fmtp:") ? String.join(";", attribute.substring(attribute.indexOf(' ') + 1).split("; *", -1)) : "";
  }

  private static String formats(Frame frame) {
    List<String> all = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>(List.of(""));
    for (String[] field : frame.fields) {
      if (field[0].equals("begin")) {
        open.push(field[1]);
      } else if (field[0].equals("close")) {
        open.pop();
      } else if (field[0].equals("format") && open.peek().equals("media")) {
        all.add(field[1]);
      } else if (field[0].equals("attribute") && open.peek().equals("media") && field[1].matches("(rtpmap|fmtp):.*")) {
        all.add(field[1].substring(field[1].indexOf(':') + 1).replaceFirst(" .*", ""));
      }
    }
    return String.join(";", all);
  }

  private static TsharkAgreement described(TsharkAgreement agreement) {
    String all = "sessionDescription";
    return agreement.also(within("sdp.version", all, "sdpVersion"), length("sdp.owner.username", all, "username"), within("sdp.owner.sessionid", all, "sessionId"),
        within("sdp.owner.version", all, "sessionVersion"), within("sdp.owner.network_type", all, "originNetworkType"), within("sdp.owner.address_type", all, "originAddressType"),
        within("sdp.owner.address", all, "originAddress"), within("sdp.session_name", all, "sessionName"), within("sdp.session_info", all, "information"), within("sdp.uri", all, "uri"),
        length("sdp.email", all, "email"), length("sdp.phone", all, "phone"), new Column("sdp.connection_info.network_type", "networkType"),
        new Column("sdp.connection_info.address_type", "addressType"), new Column("sdp.connection_info.address", "connectionAddress"), new Column("sdp.bandwidth.modifier", "bandwidthType"),
        new Column("sdp.bandwidth.value", "bandwidth"), within("sdp.time.start", all, "startTime"), within("sdp.time.stop", all, "stopTime"),
        within("sdp.repeat_time.interval", all, "repeatInterval"), within("sdp.repeat_time.duration", all, "activeDuration"), within("sdp.repeat_time.offset", all, "repeatOffset"),
        within("sdp.timezone.time", all, "adjustmentTime"), within("sdp.timezone.offset", all, "adjustmentOffset"), length("sdp.encryption_key", all, "key"), within("sdp.media.media", "media", "type"), within("sdp.media.port", "media", "port"),
        within("sdp.media.proto", "media", "transport"),
        // tshark shows a format with its attributes again
        new Column("sdp.media.format", SessionColumns::formats, t -> t).theirs(each(v -> v.startsWith("DynamicRTP-Type-") ? v.substring(16) : FORMATS.getOrDefault(v, v))),
        attribute("sdp.media_attr", true, a -> a), attribute("sdp.session_attr", false, a -> a), attribute("sdp.media_attribute.field", true, SessionColumns::field),
        attribute("sdp.session_attr.field", false, SessionColumns::field), attribute("sdp.media_attribute.value", true, SessionColumns::value),
        attribute("sdp.session_attr.value", false, SessionColumns::value), attribute("sdp.mime.type", true, a -> mapped(a, 0)), attribute("sdp.sample_rate", true, a -> mapped(a, 1)),
        new Column("sdp.fmtp.parameter",
            f -> within(f, "media", "attribute").stream().filter(a -> a.startsWith("fmtp:")).map(SessionColumns::parameters).collect(Collectors.joining(";")), t -> t))
        // lines whose parts are compared, a second name of a port, and what tshark reads within parameters of H.264
        .remarks("sdp.owner", "sdp.connection_info", "sdp.bandwidth", "sdp.time", "sdp.repeat_time", "sdp.timezone", "sdp.media", "sdp.media.port_string", "sdp.fmtp.h264_packetization_mode",
            "sdp.nal_unit_1_string", "sdp.nal_unit_2_string");
  }

  private static Column[] address(String theirs, String ours) {
    return new Column[] {length("sip." + theirs + ".display.info", ours, "displayName"), within("sip." + theirs + ".user", ours, "user"), within("sip." + theirs + ".host", ours, "host"),
        within("sip." + theirs + ".port", ours, "port"), within("sip." + theirs + ".param", ours, "uriParameter"), within("sip." + theirs + ".tag", ours, "tag")};
  }

  private static Column challenge(String name) {
    return new Column("sip.auth." + name, f -> within(f, "www-authenticate", name).stream().collect(Collectors.joining(";")), t -> t);
  }

  static TsharkAgreement sip() {
    TsharkAgreement all = new TsharkAgreement("sip", "sip", List.of(new Column("sip.Method", "method"), number("sip.Status-Code", "status"), new Column("sip.Call-ID", "call-id"), new Column("sip.CSeq", "cseq"),
        new Column("sip.User-Agent", "user-agent"), new Column("sip.Server", "server")))
        .also("sip.Accept accept", "sip.Expires expires", "sip.Max-Forwards max-forwards", "sip.Content-Type content-type", "sip.Content-Length content-length", "sip.Min-SE min-se",
            "sip.Retry-After retry-after", "sip.Session-Expires session-expires")
        .also(new Column("sip.Allow", "allow"), new Column("sip.Supported", "supported"), new Column("sip.CSeq.seq", f -> f.joined("cseq").replaceAll("([0-9]+) [A-Z]+", "$1"), t -> t),
            new Column("sip.CSeq.method", f -> f.joined("cseq").replaceAll("[0-9]+ ([A-Z]+)", "$1"), t -> t),
            new Column("sip.Request-Line", f -> f.all("method").isEmpty() ? "" : f.joined("method") + " " + within(f, "requestUri", "uri").getFirst() + " SIP/2.0", t -> t),
            new Column("sip.Status-Line", f -> f.all("status").isEmpty() ? "" : "SIP/2.0 " + f.joined("status") + " " + f.joined("reasonPhrase"), t -> t),
            within("sip.Via.transport", "via", "transport"), within("sip.Via.sent-by.address", "via", "sentBy"), within("sip.Via.sent-by.port", "via", "sentByPort"),
            within("sip.Via.branch", "via", "branch"), within("sip.Via.received", "via", "received"),
            new Column("sip.Via.rport", f -> within(f, "via", "rport").stream().map(v -> v.isEmpty() ? "rport" : v).collect(Collectors.joining(";")), t -> t),
            within("sip.r-uri", "requestUri", "uri"), within("sip.from.addr", "from", "uri"), within("sip.to.addr", "to", "uri"), within("sip.contact.uri", "contact", "uri"),
            challenge("scheme"), challenge("realm"), challenge("nonce"), challenge("opaque"), challenge("algorithm"), challenge("qop"))
        .also(address("r-uri", "requestUri")).also(address("from", "from")).also(address("to", "to")).also(address("contact", "contact"))
        // fields whose parts are compared, the head and the body as a whole, names and tags a second time, and what tshark counts itself
        .remarks("sip.Via", "sip.From", "sip.To", "sip.Contact", "sip.WWW-Authenticate", "sip.auth", "sip.msg_hdr", "sip.msg_body", "sip.display.info", "sip.tag", "sip.call_id_generated", "sip.resend",
            "sip.resend-original", "sip.response-request", "sip.response-time", "sip.release-time");
    return described(all);
  }

  /** The ways of transport as they are written. */
  private static String transports(Frame frame) {
    List<String> all = new ArrayList<>();
    StringBuilder way = null;
    for (String[] field : frame.fields) {
      if (field[0].equals("begin") && field[1].equals("transport")) {
        way = new StringBuilder();
      } else if (field[0].equals("close") && way != null) {
        all.add(way.toString());
        way = null;
      } else if (way != null) {
        way.append(way.isEmpty() ? "" : ";").append(field[0].equals("specification") ? field[1] : field[1].isEmpty() ? field[0] : field[0] + "=" + field[1]);
      }
    }
    return String.join(";", all);
  }

  /** A session by the length of its name, and what follows it. */
  private static String session(String shown) {
    int end = shown.indexOf(';');
    return end < 0 ? octets(shown) : octets(shown.substring(0, end)) + shown.substring(end);
  }

  private static String sessions(Frame frame) {
    StringBuilder all = new StringBuilder();
    for (String[] field : frame.fields) {
      if (field[0].equals("session")) {
        all.append(all.isEmpty() ? "" : ";").append(octets(field[1]));
      } else if (field[0].equals("sessionParameter")) {
        all.append(';').append(field[1]);
      }
    }
    return all.toString();
  }

  /** The columns of the recorded reading. */
  static TsharkAgreement recorded() {
    return new TsharkAgreement("rtsp", "rtsp && !tcp.analysis.retransmission && !tcp.analysis.fast_retransmission && !tcp.analysis.spurious_retransmission", List.of(new Column("rtsp.method", "method"), number("rtsp.status", "status"), new Column("rtsp.url", "url"),
        new Column("rtsp.request", f -> f.all("method").isEmpty() ? "" : f.joined("method") + " " + f.joined("url") + " " + f.joined("version"), SessionColumns::line),
        new Column("rtsp.session", SessionColumns::sessions, SessionColumns::session)));
  }

  static TsharkAgreement rtsp() {
    return described(recorded()
        .also(new Column("rtsp.response", f -> f.all("status").isEmpty() ? "" : f.joined("version") + " " + f.joined("status") + " " + f.joined("reasonPhrase"), SessionColumns::line),
            new Column("rtsp.transport", SessionColumns::transports, t -> t), number("rtsp.content-length", "content-length"), number("rtsp.channel", "channel"), number("rtsp.length", "length"), new Column("rtsp.content-type", "content-type"))
        .remarks("rtsp.data"));
  }

  private static String line(String shown) {
    return shown.replace("\\r\\n", "").strip();
  }
}
