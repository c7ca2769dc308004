package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * WS-Discovery over UDP (OASIS WS-Discovery 1.1 and the edition of April 2005), by which cameras, printers and computers find each other, with the
 * scopes of ONVIF (ONVIF Core Specification 22.12 §7.3.2).
 *
 * <pre>
 * Envelope( Header( Action, MessageID, To, RelatesTo ), Body( Hello | Bye | Probe | ProbeMatches( ProbeMatch … ) | Resolve | ResolveMatches ) )
 * Hello, ProbeMatch: EndpointReference( Address ), Types, Scopes, XAddrs, MetadataVersion
 * </pre>
 *
 * A SOAP envelope in one datagram, read by places and not by a parser: see {@link Xml}. Claims are told of a sound message only. A discovery
 * proxy that answers for others is not told apart from them: what it answers is claimed of it.
 */
final class WsDiscovery implements Dissector {
  private static final String STANDARD = "WS-Discovery 1.1";
  private static final Cite ENVELOPE = new Cite("SOAP 1.2 Part 1", "5.1");
  private static final Cite DOCUMENT_TYPE = new Cite("SOAP 1.2 Part 1", "5");
  private static final Cite HELLO = new Cite(STANDARD, "4.1");
  private static final Cite PROBE = new Cite(STANDARD, "5.2");
  private static final Cite MATCH = new Cite(STANDARD, "5.3");
  private static final Cite SCOPES = new Cite("ONVIF Core Specification 22.12", "7.3.2.2");

  /** The last part of the action's name (WS-Discovery 1.1 appendix B). */
  private static final String[] ACTIONS = {"Hello", "Bye", "Probe", "ProbeMatches", "Resolve", "ResolveMatches"};

  private static final int BYE = 1;
  private static final int PROBES = 2;
  private static final int RESOLVES = 4;

  /** ONVIF §7.3.2.2: scopes begin with this; then comes what is said, and its value. */
  private static final String ONVIF = "onvif://www.onvif.org/";

  private static final String[] CATEGORIES = {"name/", "hardware/", "location/", "MAC/", "mac/", "manufacturer/", "Profile/", "type/"};
  private static final Trait[] TRAITS = {Trait.NAME, Trait.MODEL, Trait.LOCATION, Trait.MAC, Trait.MAC, Trait.VENDOR, Trait.BANNER, Trait.BANNER};
  private static final String[] PREFIXES = {"", "", "", "", "", "", "onvif-profile=", "onvif-type="};

  private static final int NEWS_PROBE = 1;
  private static final int NEWS_ENDPOINT = 2;
  private static final int NEWS_TYPE = 3;
  private static final int NEWS_ADDRESS = 4;
  private static final int NEWS_SCOPE = 100;
  /** Octets of a probe's types that are told. */
  private static final int MOST_TYPES = 512;

  private static final int AGAIN_SECONDS = 600;

  private final Xml xml = new Xml();

  @Override
  public String name() {
    return "wsd";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("WS-Discovery and ONVIF discovery", "OASIS WS-Discovery 1.1 (and 2005/04), ONVIF Core Specification 22.12 §7",
        "Hello, Bye, probes and matches: endpoint address, types, scopes with what ONVIF puts into them, transport addresses",
        "other elements; signatures; ONVIF services themselves, which are HTTP",
        "messages built by the standards; the captures' messages are listed by tshark as UDP");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {3702};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int at = 0;
    // a byte order mark of UTF-8, then what XML calls white space
    if (m.at(0) == 0xEF && m.at(1) == 0xBB && m.at(2) == 0xBF) {
      at = 3;
    }
    while (at < m.length() && m.at(at) <= ' ' && m.at(at) != 0) {
      at++;
    }
    int next = m.at(at + 1);
    boolean tag = m.at(at) == '<' && (next == '?' || next == '!' || next >= 'A' && next <= 'Z' || next >= 'a' && next <= 'z');
    return tag && m.wireLength() >= 16 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int action = -1;
    t.message("wsd", "envelope");
    xml.over(m);
    boolean envelope = false;
    int previous = 0;
    while (xml.next()) {
      envelope |= xml.depth() == 1 && xml.named("Envelope");
      if (action < 0 && xml.named("Action")) {
        action = action(m);
      }
      transcribe(m, t);
      previous = xml.name;
    }
    if (action >= 0) {
      t.operation(ACTIONS[action]);
    }
    if (xml.typed()) {
      o.flaw(x, DOCUMENT_TYPE, "document type", previous, m.wireLength());
    } else if (!xml.sound() || !envelope) {
      if (!m.cut()) {
        o.flaw(x, ENVELOPE, envelope ? "not well-formed" : "no envelope", previous, m.wireLength());
      }
    } else if (action >= 0) {
      o.operation(ACTIONS[action]);
      tell(m, x, o, action);
    }
    t.end();
    m.seek(m.length());
  }

  private void transcribe(Cursor m, Transcript t) {
    if (t.on() && xml.textOctets > 0) {
      if (xml.named("Action")) {
        t.field("action", text(m));
      } else if (xml.named("MessageID")) {
        t.field("messageId", text(m));
      } else if (xml.named("RelatesTo")) {
        t.field("relatesTo", text(m));
      } else if (xml.named("Address")) {
        t.field("address", text(m));
      } else if (xml.named("Types")) {
        t.field("types", text(m));
      } else if (xml.named("Scopes")) {
        t.field("scopes", text(m));
      } else if (xml.named("XAddrs")) {
        t.field("xAddrs", text(m));
      } else if (xml.named("MetadataVersion")) {
        t.field("metadataVersion", text(m));
      }
    }
  }

  private String text(Cursor m) {
    return text(m, xml.text, xml.textOctets);
  }

  private static String text(Cursor m, int from, int octets) {
    int back = m.position();
    m.seek(from);
    String text = m.text(octets, StandardCharsets.UTF_8);
    m.seek(back);
    return text;
  }

  /** What stands behind the last slash of the action, or -1. */
  private int action(Cursor m) {
    int end = xml.text + xml.textOctets;
    int from = end;
    while (from > xml.text && m.at(from - 1) != '/') {
      from--;
    }
    for (int i = 0; i < ACTIONS.length; i++) {
      if (is(m, from, end, ACTIONS[i])) {
        return i;
      }
    }
    return -1;
  }

  private static boolean is(Cursor m, int from, int to, String ascii) {
    return to - from == ascii.length() && begins(m, from, to, ascii);
  }

  private static boolean begins(Cursor m, int from, int to, String ascii) {
    if (to - from < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (m.at(from + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads the sound message once more and claims. */
  private void tell(Cursor m, Exchange x, Observer o, int action) {
    boolean asks = action == PROBES || action == RESOLVES;
    boolean reference = false;
    int types = 0;
    int typesOctets = 0;
    xml.over(m);
    while (xml.next()) {
      if (xml.named("EndpointReference")) {
        reference = true;
      } else if (xml.named("Types")) {
        types = xml.text;
        typesOctets = xml.textOctets;
      }
      if (!asks && action != BYE && xml.textOctets > 0) {
        if (xml.named("Address") && reference) {
          claim(m, x, o, NEWS_ENDPOINT, xml.text, xml.textOctets, Trait.BANNER, "wsd-endpoint=", HELLO);
          reference = false;
        } else if (xml.named("Types")) {
          words(m, x, o, NEWS_TYPE);
        } else if (xml.named("XAddrs")) {
          words(m, x, o, NEWS_ADDRESS);
        } else if (xml.named("Scopes")) {
          words(m, x, o, NEWS_SCOPE);
        }
      }
    }
    if (asks && x.news(x.source(), NEWS_PROBE, Heads.digest(m, types, typesOctets) * 31 + action, AGAIN_SECONDS)) {
      Point point = typesOctets == 0 ? null : new Point.Named("types", text(m, types, Math.min(typesOctets, MOST_TYPES)));
      o.see(Acts.act(x, "wsd", PROBE, Verb.DISCOVER, ACTIONS[action], point, null, "", Outcome.UNCONFIRMED));
    }
  }

  private static void claim(Cursor m, Exchange x, Observer o, int news, int from, int octets, Trait trait, String prefix, Cite cite) {
    if (octets > 0 && x.news(x.source(), news, Heads.digest(m, from, octets), Exchange.FOREVER)) {
      o.claim(x, x.source(), trait, prefix + text(m, from, octets).replace("&amp;", "&"), cite);
    }
  }

  /** The words of the present element, one claim each. */
  private void words(Cursor m, Exchange x, Observer o, int news) {
    int end = xml.text + xml.textOctets;
    int from = xml.text;
    while (from < end) {
      int to = from;
      while (to < end && m.at(to) > ' ') {
        to++;
      }
      if (to > from) {
        word(m, x, o, news, from, to);
      }
      from = to + 1;
    }
  }

  private static void word(Cursor m, Exchange x, Observer o, int news, int from, int to) {
    switch (news) {
      case NEWS_TYPE -> {
        // a qualified name: its prefix is the sender's own
        int colon = m.indexOf(':', from, to);
        int local = colon < 0 ? from : colon + 1;
        claim(m, x, o, news, local, to - local, Trait.BANNER, "wsd-type=", MATCH);
      }
      case NEWS_ADDRESS -> claim(m, x, o, news, from, to - from, Trait.BANNER, "wsd-address=", MATCH);
      default -> scope(m, x, o, from, to);
    }
  }

  private static void scope(Cursor m, Exchange x, Observer o, int from, int to) {
    if (!begins(m, from, to, ONVIF)) {
      return;
    }
    int category = from + ONVIF.length();
    for (int i = 0; i < CATEGORIES.length; i++) {
      int value = category + CATEGORIES[i].length();
      if (begins(m, category, to, CATEGORIES[i]) && value < to) {
        if (x.news(x.source(), NEWS_SCOPE + i, Heads.digest(m, value, to - value), Exchange.FOREVER)) {
          String said = unescaped(text(m, value, to - value));
          // a MAC address is claimed only where it is one
          if (TRAITS[i] != Trait.MAC) {
            o.claim(x, x.source(), TRAITS[i], PREFIXES[i] + said, SCOPES);
          } else if (mac(said) != 0) {
            o.claim(x, x.source(), Trait.MAC, Endpoint.macText(mac(said)), SCOPES);
          }
        }
        return;
      }
    }
  }

  private static long mac(String text) {
    String digits = text.replace(":", "").replace("-", "");
    return digits.matches("[0-9A-Fa-f]{12}") ? Long.parseLong(digits, 16) : 0;
  }

  /** RFC 3986 §2.1, with underscores as some makers write spaces left alone. */
  private static String unescaped(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    int n = 0;
    for (int i = 0; i < octets.length; i++) {
      int high = octets[i] == '%' && i + 2 < octets.length ? Character.digit(octets[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(octets[i + 2], 16);
      if (low >= 0) {
        octets[n++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        octets[n++] = octets[i];
      }
    }
    return new String(octets, 0, n, StandardCharsets.UTF_8);
  }

  @Override
  public Cite cite() {
    return ENVELOPE;
  }
}
