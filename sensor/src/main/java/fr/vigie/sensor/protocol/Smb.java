package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SMB 1, 2 and 3 over TCP and NetBIOS sessions (MS-SMB2, MS-CIFS with MS-SMB, RFC 1002 §4.3) as far as identities go: dialects, signing, the
 * names and versions of both sides in NTLM, who tried to log in, which shares are connected. Of every other command the header is read and the
 * rest passed over: no file and no directory is under the cursor.
 *
 * <pre>
 * | type u8 = 0 | length u24 | 0xFE S M B | 64 u16 | charge u16 | status u32 | command u16 | credits u16 | flags u32 | next u32 | message u64 |
 *                              process u32 | tree u32 | session u64 | signature 16 | body |     MS-SMB2 §2.2.1, little endian
 *                            | 0xFF S M B | command u8 | status u32 | flags u8 | flags2 u16 | … | words u8 | … | octets u16 | … |     MS-CIFS §2.2.3
 *                            | 0xFD S M B | … encrypted |, | 0xFC S M B | … compressed |     MS-SMB2 §2.2.41, §2.2.42
 * </pre>
 *
 * <p>Of compounded requests the first is read. SMB 1 is in {@link Smb1}.
 */
final class Smb implements Dissector {
  private static final int PORT = 445;
  private static final int NETBIOS = 139;
  private static final Cite SESSION = new Cite("RFC 1002", "4.3.1");
  private static final Cite HEADER = new Cite("MS-SMB2", "2.2.1");
  private static final Cite NEGOTIATE_CITE = new Cite("MS-SMB2", "2.2.4");
  private static final Cite SETUP_CITE = new Cite("MS-SMB2", "2.2.5");
  private static final Cite TREE_CITE = new Cite("MS-SMB2", "2.2.9");

  private static final int NEGOTIATE = 0;
  private static final int SETUP = 1;
  private static final int TREE = 3;

  /** MS-SMB2 §2.2.1.2. */
  private static final String[] COMMANDS = {"negotiate", "sessionSetup", "logoff", "treeConnect", "treeDisconnect", "create", "close", "flush", "read", "write", "lock", "ioctl", "cancel",
      "echo", "queryDirectory", "changeNotify", "queryInfo", "setInfo", "oplockBreak"};

  /** Where the SMB message begins, behind the session's header. */
  static final int BASE = 4;

  /** A negotiation or session setup longer than this is passed over. */
  private static final int LONGEST = 1 << 16;

  private static final int NEWS_DIALECT = 1;
  private static final int NEWS_SERVER = 2;
  private static final int NEWS_SIGNING = 3;
  static final int NEWS_LOGIN = 4;
  private static final int NEWS_TREE = 5;
  static final int NEWS_SYSTEM = 6;
  private static final int NEWS_SERVICE = 7;
  private static final int NEWS_NTLM = 8;
  static final int AGAIN_SECONDS = 600;

  /** MS-ERREF §2.3.1. */
  private static final int MORE_PROCESSING = 0xC0000016;

  /** MS-SMB2 §2.2.1.1: an identifier in place of process and tree. */
  private static final int ASYNC = 2;

  static final int SMB_3_1_1 = 0x0311;

  /** MS-SMB2 §2.2.41. */
  private static final int TRANSFORM = 52;

  private final Ntlm ntlm = new Ntlm(NEWS_NTLM);
  private final Smb1 old = new Smb1(ntlm);
  private long body;

  @Override
  public String name() {
    return "smb";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("SMB 1, 2 and 3", "MS-SMB2, MS-CIFS, MS-SMB, MS-NLMP, RFC 1002",
        "negotiation with its contexts, session setup and tree connect field by field; dialects, signing, names, domain and Windows version in NTLM, logins with their outcome, shares connected; the header of "
            + "every other command, and of what is encrypted",
        "users, challenges, answers and signatures but for their length; files, directories and pipes; compounded requests behind the first; what is encrypted or compressed",
        "tshark, messages and captures");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT, NETBIOS};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  private static boolean home(Exchange x) {
    return x.recognised() || x.serverPort() == PORT || x.serverPort() == NETBIOS;
  }

  /** A message of identities as a whole, of others the header. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    int type = m.at(0);
    boolean home = home(x);
    if (type >= 0x81 && type <= 0x85 && home) {
      // RFC 1002 §4.3.1: session request and its answers, keep-alive
      int length = (m.at(1) & 1) << 16 | m.at(2) << 8 | m.at(3);
      return have < 4 ? MORE : m.at(1) > 1 || length > 1024 ? NOT_MINE : 4 + length;
    }
    if (type != 0) {
      return NOT_MINE;
    }
    if (have < 13) {
      return home ? MORE : NOT_MINE;
    }
    int length = m.at(1) << 16 | m.at(2) << 8 | m.at(3);
    int mark = m.at(BASE);
    if (mark < 0xFC || m.at(BASE + 1) != 'S' || m.at(BASE + 2) != 'M' || m.at(BASE + 3) != 'B') {
      return NOT_MINE;
    }
    return switch (mark) {
      case 0xFE -> length < 64 || m.at(BASE + 4) != 64 || m.at(BASE + 5) != 0 ? NOT_MINE : have < BASE + 14 ? MORE
          : whole(m.at(BASE + 12) | m.at(BASE + 13) << 8, length) ? BASE + length : BASE + 64;
      case 0xFF -> length < 35 ? NOT_MINE : Smb1.read(m.at(BASE + 4)) && length <= LONGEST ? BASE + length : BASE + 32;
      case 0xFD -> length < 16 ? NOT_MINE : length < TRANSFORM ? 8 : BASE + TRANSFORM;
      default -> length < 16 ? NOT_MINE : 8;
    };
  }

  private static boolean whole(int command, int length) {
    return command <= TREE && length <= LONGEST;
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    int type = m.u8();
    int length = m.u24();
    t.message("smb", "session");
    if (type != 0) {
      t.field("sessionType", type);
      operation(m, o, "session");
      m.skip(m.remaining());
      t.end();
      return;
    }
    t.field("length", length);
    int mark = m.peek(0);
    boolean whole = BASE + length == m.wireLength();
    if (whole && m.cut()) {
      // half a message: nothing in it is sure
      m.fail();
    }
    switch (mark) {
      case 0xFE -> header(m, x, o);
      case 0xFF -> old.message(m, x, o);
      case 0xFD -> encrypted(m, o, length);
      default -> {
        m.skip(4);
        operation(m, o, "compressed");
      }
    }
    if (m.ok()) {
      body = Math.max(0, BASE + length - m.wireLength());
      if (body > 0) {
        // a file may hold anything
        o.secretBody();
      }
      m.seek(m.length());
    }
    t.end();
  }

  static void operation(Cursor m, Observer o, String name) {
    o.transcript().operation(name);
    if (m.ok()) {
      o.operation(name);
    }
  }

  // ---- SMB 2 and 3

  /** MS-SMB2 §2.2.41: {@code | 0xFD S M B | signature 16 | nonce 16 | size u32 | – u16 | flags u16 | session u64 |}, then what is encrypted. */
  private static void encrypted(Cursor m, Observer o, int length) {
    Transcript t = o.transcript();
    if (length < TRANSFORM) {
      m.skip(4);
    } else {
      m.skip(4);
      t.secret("signature", 16);
      m.skip(16);
      t.octets("nonce", m, Math.min(16, m.remaining()));
      m.skip(16);
      t.field("originalMessageSize", m.u32le());
      m.skip(2);
      t.field("transformFlags", m.u16le());
      t.field("sessionId", Long.reverseBytes(m.u64()));
      t.field("encryptedLength", length - TRANSFORM);
    }
    operation(m, o, "encrypted");
  }

  private void header(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(4);
    t.field("structureSize", m.u16le());
    t.field("creditCharge", m.u16le());
    int status = (int) m.u32le();
    int command = m.u16le();
    int credits = m.u16le();
    long flags = m.u32le();
    long next = m.u32le();
    long message = m.u64();
    boolean response = (flags & 1) != 0;
    t.field("command", command);
    if (response) {
      t.field("status", status & 0xFFFFFFFFL);
      t.field("creditResponse", credits);
    } else {
      t.field("channelSequence", status & 0xFFFF);
      t.field("creditRequest", credits);
    }
    t.field("flags", flags);
    t.field("nextCommand", next);
    t.field("messageId", Long.reverseBytes(message));
    if ((flags & ASYNC) != 0) {
      t.field("asyncId", Long.reverseBytes(m.u64()));
    } else {
      t.field("processId", m.u32le());
      t.field("treeId", m.u32le());
    }
    t.field("sessionId", Long.reverseBytes(m.u64()));
    // what signs is made with the key of the session, which is made of a password
    boolean signed = m.u64() != 0;
    signed |= m.u64() != 0;
    if (signed) {
      t.secret("signature", 16);
    }
    if (command >= COMMANDS.length) {
      if (m.ok()) {
        o.flaw(x, HEADER, "command", BASE + 12, m.wireLength());
      }
      operation(m, o, "unknown");
      return;
    }
    operation(m, o, COMMANDS[command]);
    if (!m.ok() || next != 0 && m.remaining() == 0 || !whole(command, m.wireLength() - BASE)) {
      return;
    }
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ message;
    switch (command) {
      case NEGOTIATE -> {
        if (response) {
          negotiated(m, x, o, status);
        } else {
          SmbNegotiation.request(m, t);
        }
      }
      case SETUP -> {
        if (response) {
          t.field("bodySize", m.u16le());
          t.field("sessionFlags", m.u16le());
          int offset = m.u16le();
          int octets = m.u16le();
          t.field("bufferOffset", offset);
          t.field("bufferLength", octets);
          blob(m, x, o, offset, octets);
          outcome(o, key, status);
        } else {
          t.field("bodySize", m.u16le());
          t.field("setupFlags", m.u8());
          t.field("securityMode", m.u8());
          t.field("capabilities", m.u32le());
          t.field("channel", m.u32le());
          int offset = m.u16le();
          int octets = m.u16le();
          t.field("bufferOffset", offset);
          t.field("bufferLength", octets);
          if (t.on() && m.remaining() >= 8) {
            t.field("previousSessionId", Long.reverseBytes(new Cursor().rest(m).u64()));
          }
          login(m, x, o, offset, octets, key);
        }
      }
      case TREE -> {
        if (response) {
          if (t.on() && status == 0 && m.remaining() >= 16) {
            connected(new Cursor().rest(m), t);
          }
          outcome(o, key, status);
        } else {
          t.field("bodySize", m.u16le());
          t.field("treeFlags", m.u16le());
          int offset = m.u16le();
          int octets = m.u16le();
          t.field("bufferOffset", offset);
          t.field("bufferLength", octets);
          tree(m, x, o, key, offset, octets);
        }
      }
      default -> outcome(o, key, status);
    }
  }

  /** MS-SMB2 §2.2.10: {@code | 16 u16 | type u8 | – | flags u32 | capabilities u32 | access u32 |}. */
  private static void connected(Cursor c, Transcript t) {
    t.field("bodySize", c.u16le());
    t.field("shareType", c.u8());
    c.skip(1);
    t.field("shareFlags", c.u32le());
    t.field("shareCapabilities", c.u32le());
    t.field("maximalAccess", c.u32le());
  }

  /**
   * MS-SMB2 §2.2.4: {@code | 65 u16 | security mode u16 | dialect u16 | contexts u16 | server 16 | capabilities u32 | sizes 3 u32 | time u64 | start u64 |
   * offset u16 | length u16 | contexts u32 |}.
   */
  private void negotiated(Cursor m, Exchange x, Observer o, int status) {
    Transcript t = o.transcript();
    if (status != 0) {
      return;
    }
    t.field("bodySize", m.u16le());
    int mode = m.u16le();
    int dialect = m.u16le();
    int count = m.u16le();
    int server = m.position();
    t.field("securityMode", mode);
    t.field("dialect", dialect);
    t.octets("serverGuid", m, Math.min(16, m.remaining()));
    m.skip(16);
    t.field("capabilities", m.u32le());
    t.field("maxTransactSize", m.u32le());
    t.field("maxReadSize", m.u32le());
    t.field("maxWriteSize", m.u32le());
    t.field("systemTime", Long.reverseBytes(m.u64()));
    t.field("serverStartTime", Long.reverseBytes(m.u64()));
    int offset = m.u16le();
    int octets = m.u16le();
    t.field("bufferOffset", offset);
    t.field("bufferLength", octets);
    if (!m.ok()) {
      return;
    }
    t.field("negotiateContextCount", count);
    if (t.on() && m.remaining() >= 4) {
      int contexts = (int) new Cursor().rest(m).u32le();
      t.field("negotiateContextOffset", contexts & 0xFFFFFFFFL);
      if (dialect == SMB_3_1_1) {
        SmbNegotiation.contexts(m, t, contexts, count);
      }
    }
    service(x, o, dialect, NEGOTIATE_CITE);
    if (x.news(x.source(), NEWS_SIGNING, mode & 3, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "smb-signing=" + ((mode & 2) != 0 ? "required" : (mode & 1) != 0 ? "enabled" : "off"), NEGOTIATE_CITE);
    }
    if (x.news(x.source(), NEWS_SERVER, Heads.digest(m, server, 16), Exchange.FOREVER)) {
      int back = m.position();
      m.seek(server);
      o.claim(x, x.source(), Trait.BANNER, "smb-server-guid=" + HexFormat.of().formatHex(m.bytes(16)), NEGOTIATE_CITE);
      m.seek(back);
    }
    blob(m, x, o, offset, octets);
  }

  static void service(Exchange x, Observer o, int dialect, Cite cite) {
    if (x.news(x.source(), NEWS_DIALECT, dialect, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "smb-dialect=" + dialect(dialect), cite);
    }
    if (x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " smb", cite);
    }
  }

  /** MS-SMB2 §2.2.4: 0x0202 is 2.0.2; 0x02FF asks for a negotiation of 2 or later. */
  private static String dialect(int dialect) {
    return dialect == 1 ? "1" : dialect == 0x02FF ? "2.?" : (dialect >>> 8) + "." + (dialect >>> 4 & 15) + ((dialect & 15) == 0 ? "" : "." + (dialect & 15));
  }

  /** The security blob, whose offset counts from the header. */
  private void blob(Cursor m, Exchange x, Observer o, int offset, int octets) {
    ntlm.type = 0;
    if (octets == 0 || !m.ok()) {
      return;
    }
    if (offset < 64 || BASE + offset + octets > m.length()) {
      o.flaw(x, SETUP_CITE, "offset", m.position(), m.wireLength());
      m.fail();
      return;
    }
    m.seek(BASE + offset);
    ntlm.blob(m, x, o, octets);
  }

  private void login(Cursor m, Exchange x, Observer o, int offset, int octets, long key) {
    blob(m, x, o, offset, octets);
    authenticate(ntlm, m, x, o, BASE + offset, octets, key, SETUP_CITE);
  }

  static void authenticate(Ntlm ntlm, Cursor m, Exchange x, Observer o, int at, int octets, long key, Cite cite) {
    boolean kerberos = ntlm.type == -1;
    if (!m.ok() || ntlm.type != Ntlm.AUTHENTICATE && !kerberos) {
      return;
    }
    int secret = kerberos ? octets : ntlm.answer;
    if (x.news(x.source(), NEWS_LOGIN, x.target().hashCode() * 65_537L + (kerberos ? 1 : ntlm.anonymous ? 2 : 3), AGAIN_SECONDS)) {
      m.seek(at);
      String domain = kerberos ? null : ntlm.domain(m, at, octets);
      String detail = kerberos ? "Kerberos" : ntlm.anonymous ? "NTLM, anonymous" : "NTLM" + (domain == null ? "" : ", domain " + domain);
      o.request(key, Acts.pending(x, "smb", cite, Verb.AUTHENTICATE, "sessionSetup", null, new Value.Secret(secret), detail));
    }
  }

  private static void tree(Cursor m, Exchange x, Observer o, long key, int offset, int octets) {
    if (!m.ok()) {
      return;
    }
    int at = BASE + offset;
    if (offset < 64 || at + octets > m.length()) {
      o.flaw(x, TREE_CITE, "offset", m.position(), m.wireLength());
      m.fail();
      return;
    }
    share(m, x, o, key, at, octets, true, TREE_CITE);
  }

  static void share(Cursor m, Exchange x, Observer o, long key, int at, int octets, boolean unicode, Cite cite) {
    if (o.transcript().on()) {
      o.transcript().field("path", path(m, at, octets, unicode));
    }
    if (x.news(x.source(), NEWS_TREE, Heads.digest(m, at, octets) + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      o.request(key, Acts.pending(x, "smb", cite, Verb.CONNECT, "treeConnect", new Point.Named("share", path(m, at, octets, unicode)), null, ""));
    }
  }

  static String path(Cursor m, int at, int octets, boolean unicode) {
    return unicode ? Ntlm.wide(m, at, octets) : Heads.slice(m, at, octets);
  }

  static void outcome(Observer o, long key, int status) {
    if (status != MORE_PROCESSING) {
      Outcome refused = refused(status);
      o.outcome(key, refused == null ? Outcome.OK : refused);
    }
  }

  private static final Outcome LOGON_FAILURE = Outcome.error("logon failure");
  private static final Outcome ACCESS_DENIED = Outcome.error("access denied");
  private static final Outcome LOCKED = Outcome.error("account locked out");
  private static final Outcome DISABLED = Outcome.error("account disabled");
  private static final Outcome EXPIRED = Outcome.error("password expired");
  private static final Outcome BAD_NAME = Outcome.error("no such share");
  private static final Outcome OTHER = Outcome.error("refused");

  /** MS-ERREF §2.3.1: 0xC and above are errors. */
  private static @Nullable Outcome refused(int status) {
    return switch (status) {
      case 0xC000006D -> LOGON_FAILURE;
      case 0xC0000022 -> ACCESS_DENIED;
      case 0xC0000234 -> LOCKED;
      case 0xC0000072 -> DISABLED;
      case 0xC0000071 -> EXPIRED;
      case 0xC00000CC -> BAD_NAME;
      default -> status >>> 30 == 3 ? OTHER : null;
    };
  }

  @Override
  public Cite cite() {
    return SESSION;
  }
}
