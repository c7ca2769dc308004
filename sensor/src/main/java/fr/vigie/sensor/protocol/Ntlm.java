package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * NTLM's three messages, bare or within SPNEGO (MS-NLMP §2.2.1, RFC 4178 §4.2): what a server and a client call themselves and which Windows
 * they say they are. Challenges, answers to them, session keys and users are secrets.
 *
 * <pre>
 * | NTLMSSP 0 | type u32 | … |, little endian, texts by | length u16 | room u16 | offset u32 | from the message's start
 * 1 negotiate:    | flags u32 | domain | workstation | version 8 |                                            §2.2.1.1
 * 2 challenge:    | target name | flags u32 | challenge 8 | – 8 | target info | version 8 |                    §2.2.1.2
 * 3 authenticate: | LM | NT | domain | user | workstation | session key | flags u32 | version 8 | MIC 16 |     §2.2.1.3
 * target info:    { id u16 | length u16 | value }                                                              §2.2.2.1
 * </pre>
 */
final class Ntlm {
  static final int NEGOTIATE = 1;
  static final int CHALLENGE = 2;
  static final int AUTHENTICATE = 3;

  private static final Cite CHALLENGE_CITE = new Cite("MS-NLMP", "2.2.1.2");
  private static final Cite AUTHENTICATE_CITE = new Cite("MS-NLMP", "2.2.1.3");
  private static final Cite VERSION = new Cite("MS-NLMP", "2.2.2.10");

  private static final String[] MESSAGES = {"", "negotiate", "challenge", "authenticate"};

  /** MS-NLMP §2.2.2.5: texts are UTF-16; a version is there. */
  private static final int UNICODE = 1;

  private static final int HAS_VERSION = 0x02000000;

  /** MS-NLMP §2.2.2.1. */
  private static final String[] PAIRS = {"", "nbComputerName", "nbDomainName", "dnsComputerName", "dnsDomainName", "dnsTreeName"};

  /** Builds below that of Windows XP are others' inventions: Samba says 6.1.0. */
  private static final int FIRST_BUILD = 2600;

  private final int news;

  /** Which message was found; 0 for none, -1 for Kerberos. */
  int type;

  /** Of an authenticate message: octets of the answer to the challenge, and whether no user stands in it. */
  int answer;

  boolean anonymous;

  /**
   * A reader.
   *
   * @param news a constant of the dissector for facts; three behind it are used too
   */
  Ntlm(int news) {
    this.news = news;
  }

  /** Reads the security blob of so many octets at the cursor, and moves behind it. What is not understood is a secret as a whole. */
  void blob(Cursor m, Exchange x, Observer o, int octets) {
    type = 0;
    int from = m.position();
    long outer = m.enter(octets);
    int at = m.ok() ? token(m) : -1;
    if (at < 0) {
      o.secret(from, octets);
      if (octets > 0) {
        o.transcript().secret("securityBlob", octets);
      }
    } else {
      read(m, x, o, at);
    }
    m.seek(from);
    m.leave(outer);
  }

  /** Where NTLM's message begins within the tokens of SPNEGO, RFC 4178 §4.2.1 and §4.2.2; -1 where there is none. */
  private int token(Cursor m) {
    int at = m.position();
    int end = m.length();
    if (ntlm(m, at, end)) {
      return at;
    }
    if (m.at(at) == 0x60) {
      at = content(m, at, end);
      // the mechanism: 1.3.6.1.5.5.2 is SPNEGO, 1.2.840.113554.1.2.2 Kerberos itself
      if (m.at(at) != 6) {
        return -1;
      }
      if (m.at(at + 1) == 9) {
        type = -1;
        return -1;
      }
      at += 2 + m.at(at + 1);
    }
    int choice = m.at(at);
    if (choice != 0xA0 && choice != 0xA1) {
      return -1;
    }
    at = content(m, at, end);
    if (at < 0 || m.at(at) != 0x30) {
      return -1;
    }
    at = content(m, at, end);
    while (at > 0 && at < end) {
      int tag = m.at(at);
      int inner = content(m, at, end);
      if (inner < 0) {
        return -1;
      }
      if (tag == 0xA2 && m.at(inner) == 4) {
        int octets = content(m, inner, end);
        if (octets > 0 && ntlm(m, octets, end)) {
          return octets;
        }
        // RFC 4121 §4.1: a Kerberos token is framed like SPNEGO's own
        type = octets > 0 && (m.at(octets) == 0x60 || m.at(octets) == 0x6F) ? -1 : 0;
        return -1;
      }
      at = inner + length(m, at);
    }
    return -1;
  }

  private static boolean ntlm(Cursor m, int at, int end) {
    String signature = "NTLMSSP\0";
    for (int i = 0; i < signature.length(); i++) {
      if (m.at(at + i) != signature.charAt(i)) {
        return false;
      }
    }
    return at + 16 <= end;
  }

  /** X.690 8.1.3: where the content of the element at an offset begins; -1 where that is beyond the end. */
  private static int content(Cursor m, int at, int end) {
    int first = m.at(at + 1);
    int octets = first < 0x80 ? 0 : first & 0x7F;
    return at < 0 || octets > 3 || at + 2 + octets > end ? -1 : at + 2 + octets;
  }

  private static int length(Cursor m, int at) {
    int first = m.at(at + 1);
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7F); i++) {
      length = length << 8 | m.at(at + 2 + i);
    }
    return length;
  }

  private static int u16(Cursor m, int at) {
    return m.at(at) | m.at(at + 1) << 8;
  }

  private static int u32(Cursor m, int at) {
    return u16(m, at) | u16(m, at + 2) << 16;
  }

  private void read(Cursor m, Exchange x, Observer o, int at) {
    Transcript t = o.transcript();
    int message = u32(m, at + 8);
    if (message < NEGOTIATE || message > AUTHENTICATE) {
      o.secret(at, m.length() - at);
      return;
    }
    type = message;
    t.begin("ntlm");
    t.field("ntlmMessage", MESSAGES[message]);
    t.field("negotiateFlags", u32(m, at + (message == NEGOTIATE ? 12 : message == CHALLENGE ? 20 : 60)) & 0xFFFFFFFFL);
    switch (message) {
      case NEGOTIATE -> {
        version(m, x, o, at, u32(m, at + 12), 32);
        text(m, t, "domain", at, 16, false);
        text(m, t, "workstation", at, 24, false);
      }
      case CHALLENGE -> challenge(m, x, o, at);
      default -> authenticate(m, x, o, at);
    }
    t.close();
  }

  private void challenge(Cursor m, Exchange x, Observer o, int at) {
    Transcript t = o.transcript();
    int flags = u32(m, at + 20);
    o.secret(at + 24, 8);
    t.secret("serverChallenge", 8);
    text(m, t, "targetName", at, 12, (flags & UNICODE) != 0);
    t.field("targetInfoLength", u16(m, at + 40));
    t.field("targetInfoMaxLength", u16(m, at + 42));
    t.field("targetInfoOffset", u32(m, at + 44) & 0xFFFFFFFFL);
    int computer = -1;
    int domain = -1;
    int host = -1;
    int pair = at + u32(m, at + 44);
    int end = Math.min(m.length(), pair + u16(m, at + 40));
    while (pair > at && pair + 4 <= end) {
      int id = u16(m, pair);
      int octets = u16(m, pair + 2);
      t.field("avId", id);
      t.field("avLength", octets);
      if (id == 0 || pair + 4 + octets > end) {
        break;
      }
      if (id < PAIRS.length && t.on()) {
        t.field(PAIRS[id], wide(m, pair + 4, octets));
      }
      computer = id == 1 ? pair : computer;
      domain = id == 4 || id == 2 && domain < 0 ? pair : domain;
      host = id == 3 ? pair : host;
      pair += 4 + octets;
    }
    claim(m, x, o, news, Trait.NAME, "", computer);
    claim(m, x, o, news + 1, Trait.HOSTNAME, "", host);
    claim(m, x, o, news + 2, Trait.BANNER, "ntlm-domain=", domain);
    version(m, x, o, at, flags, 48);
  }

  private static void claim(Cursor m, Exchange x, Observer o, int what, Trait trait, String prefix, int pair) {
    if (pair >= 0) {
      int octets = u16(m, pair + 2);
      if (octets > 0 && x.news(x.source(), what, Heads.digest(m, pair + 4, octets), Exchange.FOREVER)) {
        o.claim(x, x.source(), trait, prefix + wide(m, pair + 4, octets), CHALLENGE_CITE);
      }
    }
  }

  private void authenticate(Cursor m, Exchange x, Observer o, int at) {
    Transcript t = o.transcript();
    int flags = u32(m, at + 60);
    boolean unicode = (flags & UNICODE) != 0;
    answer = u16(m, at + 20);
    int user = u16(m, at + 36);
    anonymous = user == 0;
    secret(m, o, "lmResponse", at, 12);
    secret(m, o, "ntResponse", at, 20);
    text(m, t, "domain", at, 28, unicode);
    secret(m, o, "user", at, 36);
    text(m, t, "workstation", at, 44, unicode);
    secret(m, o, "sessionKey", at, 52);
    // the MIC, where texts begin behind it
    if (u32(m, at + 32) >= 88) {
      o.secret(at + 72, 16);
    }
    int station = at + u32(m, at + 48);
    int octets = u16(m, at + 44);
    if (octets > 0 && inside(m, at, station, octets) && x.news(x.source(), news + 1, Heads.digest(m, station, octets), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.NAME, words(m, station, octets, unicode), AUTHENTICATE_CITE);
    }
    version(m, x, o, at, flags, 64);
  }

  /** The domain of an authenticate message. */
  @Nullable String domain(Cursor m, int from, int octets) {
    long outer = m.enter(octets);
    int at = m.ok() ? token(m) : -1;
    String domain = null;
    if (at >= 0) {
      int length = u16(m, at + 28);
      int text = at + u32(m, at + 32);
      domain = length > 0 && inside(m, at, text, length) ? words(m, text, length, (u32(m, at + 60) & UNICODE) != 0) : null;
    }
    m.seek(from);
    m.leave(outer);
    return domain;
  }

  private static boolean inside(Cursor m, int start, int at, int octets) {
    return at > start && at <= m.length() - octets;
  }

  private static void secret(Cursor m, Observer o, String name, int start, int field) {
    int octets = u16(m, start + field);
    int at = start + u32(m, start + field + 4);
    place(m, o.transcript(), name.equals("user") ? "text" : "secret", start + field);
    if (octets > 0) {
      if (at > start) {
        o.secret(at, octets);
      }
      o.transcript().secret(name, octets);
    }
  }

  private static void text(Cursor m, Transcript t, String name, int start, int field, boolean unicode) {
    int octets = u16(m, start + field);
    int at = start + u32(m, start + field + 4);
    place(m, t, "text", start + field);
    if (t.on() && octets > 0 && inside(m, start, at, octets)) {
      t.field(name, words(m, at, octets, unicode));
    }
  }

  /** Length, room and offset of what stands elsewhere in the message. */
  private static void place(Cursor m, Transcript t, String kind, int at) {
    if (t.on() && u16(m, at) > 0) {
      t.field(kind + "Length", u16(m, at));
      t.field(kind + "MaxLength", u16(m, at + 2));
      t.field(kind + "Offset", u32(m, at + 4) & 0xFFFFFFFFL);
    }
  }

  private static String words(Cursor m, int at, int octets, boolean unicode) {
    return unicode ? wide(m, at, octets) : Heads.slice(m, at, octets);
  }

  /** UTF-16, little endian. */
  static String wide(Cursor m, int at, int octets) {
    int back = m.position();
    m.seek(at);
    String text = m.text(octets, StandardCharsets.UTF_16LE);
    m.seek(back);
    return text;
  }

  /** MS-NLMP §2.2.2.10: {@code | major u8 | minor u8 | build u16 | – 3 | revision u8 = 15 |}. */
  private void version(Cursor m, Exchange x, Observer o, int at, int flags, int field) {
    int from = at + field;
    if ((flags & HAS_VERSION) == 0 || from + 8 > m.length() || m.at(from) == 0) {
      return;
    }
    int build = u16(m, from + 2);
    o.transcript().field("major", m.at(from));
    o.transcript().field("minor", m.at(from + 1));
    o.transcript().field("build", build);
    o.transcript().field("revision", m.at(from + 7));
    if (o.transcript().on()) {
      o.transcript().field("version", m.at(from) + "." + m.at(from + 1) + "." + build);
    }
    if (build >= FIRST_BUILD && x.news(x.source(), news + 3, (long) build << 16 | m.at(from) << 8 | m.at(from + 1), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.OS, "Windows " + m.at(from) + "." + m.at(from + 1) + "." + build, VERSION);
    }
  }
}
