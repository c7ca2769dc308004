package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * SMB 1 (MS-CIFS §2.2 with MS-SMB §2.2), little-endian: negotiation, session setup and tree connect.
 *
 * <pre>
 * | 0xFF S M B | command u8 | status u32 | flags u8 | flags2 u16 | process u16 | signature 8 | – u16 | tree u16 | process u16 | user u16 |
 *              multiplex u16 | words u8 | … u16 | octets u16 | … |
 * </pre>
 */
final class Smb1 {
  private static final Cite NEGOTIATE = new Cite("MS-CIFS", "2.2.4.52");
  private static final Cite SETUP = new Cite("MS-CIFS", "2.2.4.53");
  private static final Cite TREE = new Cite("MS-CIFS", "2.2.4.55");

  private final Ntlm ntlm;

  Smb1(Ntlm ntlm) {
    this.ntlm = ntlm;
  }

  /** MS-CIFS §2.2.2.1: negotiate, session setup, tree connect. */
  static boolean read(int command) {
    return command == 0x72 || command == 0x73 || command == 0x75;
  }

  void message(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(4);
    int command = m.u8();
    int status = (int) m.u32le();
    int flags = m.u8();
    int flags2 = m.u16le();
    int processHigh = m.u16le();
    boolean signed = m.u64() != 0;
    m.skip(2);
    int tree = m.u16le();
    int process = m.u16le();
    int user = m.u16le();
    int multiplex = m.u16le();
    boolean response = (flags & 0x80) != 0;
    boolean unicode = (flags2 & 0x8000) != 0;
    t.field("oldCommand", command);
    if (response) {
      t.field("status", status & 0xFFFFFFFFL);
    }
    t.field("oldFlags", flags);
    t.field("oldFlags2", flags2);
    t.field("pidHigh", processHigh);
    if (signed) {
      t.secret("securityFeatures", 8);
    }
    t.field("tid", tree);
    t.field("pidLow", process);
    t.field("uid", user);
    t.field("mid", multiplex);
    String name = switch (command) {
      case 0x72 -> "negotiate1";
      case 0x73 -> "sessionSetup1";
      case 0x75 -> "treeConnect1";
      default -> "smb1";
    };
    Smb.operation(m, o, name);
    if (!m.ok() || !read(command) || m.wireLength() == Smb.BASE + 32) {
      return;
    }
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ multiplex << 8;
    int words = m.u8();
    int wordsAt = m.position();
    m.skip(2 * words);
    int octets = m.u16le();
    t.field("wordCount", words);
    t.field("byteCount", octets);
    if (octets > m.remaining()) {
      m.fail();
    }
    if (!m.ok()) {
      return;
    }
    switch (command) {
      case 0x72 -> {
        if (response) {
          negotiated(m, x, o, words, wordsAt, octets);
        } else {
          dialects(m, t, octets);
        }
      }
      case 0x73 -> setup(m, x, o, response, words, wordsAt, octets, unicode, key, status);
      default -> {
        if (response) {
          Smb.outcome(o, key, status);
        } else {
          tree(m, x, o, key, words, wordsAt, octets, unicode);
        }
      }
    }
  }

  private static int word(Cursor m, int wordsAt, int n) {
    return m.at(wordsAt + 2 * n) | m.at(wordsAt + 2 * n + 1) << 8;
  }

  /** MS-CIFS §2.2.4.52.1: {@code { 2 | name | 0 }}. */
  private static void dialects(Cursor m, Transcript t, int octets) {
    int end = m.position() + octets;
    while (t.on() && m.position() < end) {
      int zero = m.indexOf(0, m.position() + 1, end);
      if (zero < 0) {
        return;
      }
      t.field("bufferFormat", m.at(m.position()));
      t.field("oldDialect", Heads.slice(m, m.position() + 1, zero - m.position() - 1));
      m.seek(zero + 1);
    }
  }

  /** MS-CIFS §2.2.4.52.2, MS-SMB §2.2.4.5.2: 17 words; with extended security a server's identifier and a security blob. */
  private void negotiated(Cursor m, Exchange x, Observer o, int words, int wordsAt, int octets) {
    int index = word(m, wordsAt, 0);
    Transcript t = o.transcript();
    t.field("dialectIndex", index);
    if (t.on() && words >= 17) {
      limits(m, t, wordsAt + 2);
    }
    if (words < 17 || index == 0xFFFF) {
      return;
    }
    Smb.service(x, o, 1, NEGOTIATE);
    // capabilities stand at octet 19 of the words, their highest bit is extended security
    boolean extended = (m.at(wordsAt + 22) & 0x80) != 0;
    if (extended && octets > 16) {
      m.skip(16);
      ntlm.blob(m, x, o, octets - 16);
    } else {
      o.secret(m.position(), octets);
    }
  }

  /** MS-CIFS §2.2.4.52.2: {@code | mode u8 | requests u16 | circuits u16 | buffer u32 | raw u32 | session u32 | capabilities u32 | time u64 | zone i16 | challenge u8 |}. */
  private static void limits(Cursor m, Transcript t, int at) {
    int back = m.position();
    m.seek(at);
    Cursor c = new Cursor().rest(m);
    m.seek(back);
    t.field("oldSecurityMode", c.u8());
    t.field("maxMpxCount", c.u16le());
    t.field("maxNumberVcs", c.u16le());
    t.field("maxBufferSize", c.u32le());
    t.field("maxRawSize", c.u32le());
    t.field("oldSessionKey", c.u32le());
    t.field("oldCapabilities", c.u32le());
    t.field("oldSystemTime", Long.reverseBytes(c.u64()));
    t.field("serverTimeZone", (short) c.u16le());
    t.field("challengeLength", c.u8());
  }

  /** MS-CIFS §2.2.4.53, MS-SMB §2.2.4.6: 12 words and a blob, or 13 and two passwords; answers have 4 or 3; then system and software as text. */
  private void setup(Cursor m, Exchange x, Observer o, boolean response, int words, int wordsAt, int octets, boolean unicode, long key, int status) {
    int at = m.position();
    int end = at + octets;
    int blob = !response && words == 12 ? word(m, wordsAt, 7) : response && words == 4 ? word(m, wordsAt, 3) : 0;
    int passwords = !response && words == 13 ? word(m, wordsAt, 7) + word(m, wordsAt, 8) : 0;
    if (blob > octets || passwords > octets) {
      o.flaw(x, SETUP, "length", wordsAt, m.wireLength());
      m.fail();
      return;
    }
    if (blob > 0) {
      ntlm.blob(m, x, o, blob);
      if (!response) {
        Smb.authenticate(ntlm, m, x, o, at, blob, key, SETUP);
      }
    }
    Transcript t = o.transcript();
    if (!response && words >= 12 && t.on()) {
      t.field("maxBufferSize", word(m, wordsAt, 2));
      t.field("maxMpxCount", word(m, wordsAt, 3));
      t.field("vcNumber", word(m, wordsAt, 4));
      t.field("oldSessionKey", word(m, wordsAt, 5) | (long) word(m, wordsAt, 6) << 16);
      int capabilities = words == 12 ? 10 : 11;
      t.field("oldCapabilities", word(m, wordsAt, capabilities) | (long) word(m, wordsAt, capabilities + 1) << 16);
    }
    int text = at + blob + passwords;
    if (passwords > 0 || words == 13) {
      int user = text;
      o.secret(at, passwords);
      text = behind(m, text, end, unicode);
      o.secret(user, text - user);
      o.transcript().secret("passwords", passwords);
      // the account's domain, which system and software follow
      text = behind(m, text, end, unicode);
      if (m.ok() && x.news(x.source(), Smb.NEWS_LOGIN, x.target().hashCode() * 65_537L + 4, Smb.AGAIN_SECONDS)) {
        o.request(key, Acts.pending(x, "smb", SETUP, Verb.AUTHENTICATE, "sessionSetup", null, new Value.Secret(passwords), "LAN Manager"));
      }
    }
    if (response) {
      Smb.outcome(o, key, status);
    }
    int system = unicode ? text + (text - Smb.BASE & 1) : text;
    int systemEnd = behind(m, system, end, unicode);
    int width = unicode ? 2 : 1;
    if (systemEnd - width > system) {
      int length = systemEnd - width - system;
      if (o.transcript().on()) {
        o.transcript().field("nativeOs", Smb.path(m, system, length, unicode));
        int softwareEnd = behind(m, systemEnd, end, unicode);
        o.transcript().field("nativeLanMan", Smb.path(m, systemEnd, Math.max(0, softwareEnd - width - systemEnd), unicode));
      }
      if (x.news(x.source(), Smb.NEWS_SYSTEM, Heads.digest(m, system, length), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.OS, Smb.path(m, system, length, unicode), SETUP);
      }
    }
  }

  /** Behind the text that begins at an offset, its zero included. */
  private static int behind(Cursor m, int from, int end, boolean unicode) {
    int at = unicode ? from + (from - Smb.BASE & 1) : from;
    int width = unicode ? 2 : 1;
    while (at + width <= end && (m.at(at) != 0 || unicode && m.at(at + 1) != 0)) {
      at += width;
    }
    return Math.min(end, at + width);
  }

  /** MS-CIFS §2.2.4.55.1: 4 words, the last the length of a password, which goes before the path. */
  private static void tree(Cursor m, Exchange x, Observer o, long key, int words, int wordsAt, int octets, boolean unicode) {
    if (words < 4) {
      return;
    }
    int end = m.position() + octets;
    int password = word(m, wordsAt, 3);
    o.secret(m.position(), password);
    int at = m.position() + password;
    if (unicode) {
      at += at - Smb.BASE & 1;
    }
    int behind = behind(m, at, end, unicode);
    int length = behind - at - (unicode ? 2 : 1);
    if (length > 0 && at < end) {
      Smb.share(m, x, o, key, at, length, unicode, TREE);
    }
  }
}
