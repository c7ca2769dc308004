package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a SIP message's head (RFC 3261 §20) for the transcript, each by its whole name: addresses with their parameters, the way it came, challenges in their parts, everything
 * else as it is written. Credentials, passwords in addresses, names beside addresses and the subject of a call are told by their length.
 */
final class SipFields {
  /** RFC 3261 §7.3.3, RFC 3515, RFC 3892, RFC 4028, RFC 6665: short names. */
  private static final Map<Character, String> WHOLE = Map.ofEntries(Map.entry('i', "call-id"), Map.entry('m', "contact"), Map.entry('e', "content-encoding"), Map.entry('l', "content-length"),
      Map.entry('c', "content-type"), Map.entry('f', "from"), Map.entry('s', "subject"), Map.entry('k', "supported"), Map.entry('t', "to"), Map.entry('v', "via"), Map.entry('r', "refer-to"),
      Map.entry('b', "referred-by"), Map.entry('x', "session-expires"), Map.entry('o', "event"), Map.entry('u', "allow-events"));

  /** RFC 3261 §20, RFC 3325, RFC 3327, RFC 3515, RFC 3608, RFC 3892, RFC 5806, RFC 7044: fields that are addresses. */
  private static final Set<String> ADDRESSES = Set.of("from", "to", "contact", "route", "record-route", "reply-to", "refer-to", "referred-by", "p-asserted-identity", "p-preferred-identity",
      "remote-party-id", "path", "service-route", "diversion", "history-info", "p-called-party-id", "p-associated-uri");

  private static final Set<String> CHALLENGES = Set.of("www-authenticate", "proxy-authenticate");

  private SipFields() {}

  /** Tells every field in wire order. */
  static void tell(Cursor m, Transcript t) {
    Heads.each(m, (name, value) -> field(t, name.length() == 1 ? WHOLE.getOrDefault(name.charAt(0), name) : name, value));
  }

  private static void field(Transcript t, String name, String value) {
    if (CHALLENGES.contains(name)) {
      challenge(t, name, value);
    } else if (ADDRESSES.contains(name)) {
      for (String one : parts(value, ',')) {
        t.begin(name);
        address(t, one);
        t.close();
      }
    } else if (name.equals("via")) {
      for (String one : parts(value, ',')) {
        via(t, one);
      }
    } else if (Heads.secret(name) || name.equals("subject")) {
      t.secret(name, value.length());
    } else {
      t.field(name, Heads.bare(value));
    }
  }

  /** Text between separators, but for those in quotes and in angle brackets; quotes that never end are none. */
  static List<String> parts(String text, char separator) {
    return parts(text, separator, true);
  }

  private static List<String> parts(String text, char separator, boolean quotes) {
    List<String> all = new ArrayList<>();
    boolean quoted = false;
    boolean inside = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"' && quotes) {
        quoted = !quoted;
      } else if (!quoted && (c == '<' || c == '>')) {
        inside = c == '<';
      } else if (!quoted && !inside && c == separator) {
        all.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    all.add(text.substring(from).strip());
    return quoted ? parts(text, separator, false) : all;
  }

  /** RFC 3261 §25.1: {@code "name" <uri>; parameters}, or {@code uri; parameters}, which are then the field's. */
  private static void address(Transcript t, String text) {
    List<String> parts = parts(text, ';');
    String first = parts.getFirst();
    int open = first.startsWith("\"") ? first.indexOf('<', closing(first)) : first.indexOf('<');
    int close = open < 0 ? -1 : first.indexOf('>', open);
    if (open > 0) {
      t.secret("displayName", first.substring(0, open).strip().length());
    }
    uri(t, close < 0 ? first : first.substring(open + 1, close));
    parameters(t, parts.subList(1, parts.size()));
  }

  /** Where the quotes end that a text begins with. */
  private static int closing(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '"') {
        return i;
      }
    }
    return text.length();
  }

  /** RFC 3261 §19.1.1: {@code sip:user:password@host:port;parameters?headers}. */
  static void uri(Transcript t, String text) {
    int scheme = text.indexOf(':');
    int at = text.indexOf('@', scheme + 1);
    int colon = at < 0 ? -1 : text.indexOf(':', scheme + 1);
    boolean password = colon >= 0 && colon < at;
    t.field("uri", password ? text.substring(0, colon) + text.substring(at) : text);
    if (scheme < 0) {
      return;
    }
    if (at >= 0) {
      t.field("user", text.substring(scheme + 1, password ? colon : at));
    }
    if (password) {
      t.secret("password", at - colon - 1);
    }
    List<String> rest = parts(text.substring(Math.max(at, scheme) + 1), ';');
    host(t, rest.getFirst(), "host", "port");
    for (String parameter : rest.subList(1, rest.size())) {
      t.field("uriParameter", parameter);
    }
  }

  /** RFC 3261 §25.1, hostport: an address of IPv6 stands in brackets. */
  private static void host(Transcript t, String text, String host, String port) {
    int colon = text.indexOf(':', Math.max(0, text.indexOf(']')));
    t.field(host, colon < 0 ? text : text.substring(0, colon));
    if (colon >= 0) {
      t.field(port, text.substring(colon + 1));
    }
  }

  private static void parameters(Transcript t, List<String> parameters) {
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      String name = (equals < 0 ? parameter : parameter.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty()) {
        t.field(name, equals < 0 ? "" : parameter.substring(equals + 1).strip());
      }
    }
  }

  /** RFC 3261 §20.42: {@code SIP/2.0/UDP host:port;branch=…}. */
  private static void via(Transcript t, String text) {
    t.begin("via");
    List<String> parts = parts(text, ';');
    String[] words = parts.getFirst().split("\\s+", 2);
    t.field("transport", words[0].substring(words[0].lastIndexOf('/') + 1));
    if (words.length > 1) {
      host(t, words[1].strip(), "sentBy", "sentByPort");
    }
    parameters(t, parts.subList(1, parts.size()));
    t.close();
  }

  /** RFC 3261 §20.44, RFC 7616 §3.3: what is asked for; nothing in it is a secret. */
  private static void challenge(Transcript t, String name, String value) {
    t.begin(name);
    int space = value.indexOf(' ');
    t.field("scheme", space < 0 ? value : value.substring(0, space));
    if (space > 0) {
      parameters(t, parts(value.substring(space + 1), ','));
    }
    t.close();
  }
}
