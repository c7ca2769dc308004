package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
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
 * <p>Of compounded requests the first is read.
 */
final class Smb implements Dissector {
  private static final int PORT = 445;
  private static final int NETBIOS = 139;
  private static final Cite SESSION = new Cite("RFC 1002", "4.3.1");
  private static final Cite HEADER = new Cite("MS-SMB2", "2.2.1");
  private static final Cite NEGOTIATE_CITE = new Cite("MS-SMB2", "2.2.4");
  private static final Cite SETUP_CITE = new Cite("MS-SMB2", "2.2.5");
  private static final Cite TREE_CITE = new Cite("MS-SMB2", "2.2.9");
  private static final Cite OLD_NEGOTIATE = new Cite("MS-CIFS", "2.2.4.52");
  private static final Cite OLD_SETUP = new Cite("MS-CIFS", "2.2.4.53");
  private static final Cite OLD_TREE = new Cite("MS-CIFS", "2.2.4.55");

  private static final int NEGOTIATE = 0;
  private static final int SETUP = 1;
  private static final int TREE = 3;

  /** MS-SMB2 §2.2.1.2. */
  private static final String[] COMMANDS = {"negotiate", "sessionSetup", "logoff", "treeConnect", "treeDisconnect", "create", "close", "flush", "read", "write", "lock", "ioctl", "cancel",
      "echo", "queryDirectory", "changeNotify", "queryInfo", "setInfo", "oplockBreak"};

  /** Where the SMB message begins, behind the session's header. */
  private static final int BASE = 4;

  /** A negotiation or session setup longer than this is passed over. */
  private static final int LONGEST = 1 << 16;

  private static final int NEWS_DIALECT = 1;
  private static final int NEWS_SERVER = 2;
  private static final int NEWS_SIGNING = 3;
  private static final int NEWS_LOGIN = 4;
  private static final int NEWS_TREE = 5;
  private static final int NEWS_SYSTEM = 6;
  private static final int NEWS_SERVICE = 7;
  private static final int NEWS_NTLM = 8;
  private static final int AGAIN_SECONDS = 600;

  /** MS-ERREF §2.3.1. */
  private static final int MORE_PROCESSING = 0xC0000016;

  /** MS-SMB2 §2.2.1.1: an identifier in place of process and tree. */
  private static final int ASYNC = 2;

  /** MS-SMB2 §2.2.3.1: contexts of a negotiation that are read. */
  private static final int MOST_CONTEXTS = 16;

  private static final int SMB_3_1_1 = 0x0311;

  /** MS-SMB2 §2.2.41. */
  private static final int TRANSFORM = 52;

  private final Ntlm ntlm = new Ntlm(NEWS_NTLM);
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
      case 0xFF -> length < 35 ? NOT_MINE : old(m.at(BASE + 4)) && length <= LONGEST ? BASE + length : BASE + 32;
      case 0xFD -> length < 16 ? NOT_MINE : length < TRANSFORM ? 8 : BASE + TRANSFORM;
      default -> length < 16 ? NOT_MINE : 8;
    };
  }

  private static boolean whole(int command, int length) {
    return command <= TREE && length <= LONGEST;
  }

  /** MS-CIFS §2.2.2.1: negotiate, session setup, tree connect. */
  private static boolean old(int command) {
    return command == 0x72 || command == 0x73 || command == 0x75;
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
      case 0xFF -> old(m, x, o);
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

  private static void operation(Cursor m, Observer o, String name) {
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
          negotiate(m, t);
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
   * MS-SMB2 §2.2.3: {@code | 36 u16 | dialects u16 | security mode u16 | – | capabilities u32 | client 16 | contexts u32 | count u16 | – u16, or start u64 | dialect u16 … |}.
   */
  private static void negotiate(Cursor m, Transcript t) {
    t.field("bodySize", m.u16le());
    int dialects = m.u16le();
    t.field("dialectCount", dialects);
    t.field("securityMode", m.u16le());
    m.skip(2);
    t.field("capabilities", m.u32le());
    t.octets("clientGuid", m, Math.min(16, m.remaining()));
    m.skip(16);
    int offset = (int) m.u32le();
    int count = m.u16le();
    m.skip(2);
    boolean contexts = false;
    for (int i = 0; i < dialects && m.ok(); i++) {
      int dialect = m.u16le();
      t.field("dialect", dialect);
      contexts |= dialect == SMB_3_1_1;
    }
    t.field("negotiateContextOffset", offset & 0xFFFFFFFFL);
    t.field("negotiateContextCount", count);
    if (contexts && t.on() && m.ok()) {
      contexts(m, t, offset, count);
    }
  }

  /** MS-SMB2 §2.2.3.1: a list of {@code | type u16 | length u16 | – u32 | data |}, each from a multiple of eight octets on. */
  private static void contexts(Cursor m, Transcript t, int offset, int count) {
    int back = m.position();
    m.seek(BASE);
    Cursor c = new Cursor().rest(m);
    m.seek(back);
    c.seek(offset);
    for (int i = 0; i < Math.min(count, MOST_CONTEXTS) && c.ok() && c.remaining() >= 8; i++) {
      t.begin("negotiateContext");
      int type = c.u16le();
      int octets = c.u16le();
      t.field("contextType", type);
      t.field("contextLength", octets);
      c.skip(4);
      long outer = c.enter(octets);
      context(c, t, type);
      c.leave(outer);
      t.close();
      c.skip(Math.min(-c.position() & 7, c.remaining()));
    }
  }

  /** MS-SMB2 §2.2.3.1.1 to .7. */
  private static void context(Cursor c, Transcript t, int type) {
    switch (type) {
      case 1 -> {
        int hashes = c.u16le();
        int salt = c.u16le();
        t.field("hashAlgorithmCount", hashes);
        t.field("saltLength", salt);
        list(c, t, "hashAlgorithm", hashes);
        t.octets("salt", c, Math.min(salt, c.remaining()));
      }
      case 2 -> {
        int ciphers = c.u16le();
        t.field("cipherCount", ciphers);
        list(c, t, "cipher", ciphers);
      }
      case 3 -> {
        int algorithms = c.u16le();
        t.field("compressionAlgorithmCount", algorithms);
        c.skip(2);
        t.field("compressionFlags", c.u32le());
        list(c, t, "compressionAlgorithm", algorithms);
      }
      case 5 -> t.field("netName", c.text(c.remaining(), StandardCharsets.UTF_16LE));
      case 8 -> {
        int algorithms = c.u16le();
        t.field("signingAlgorithmCount", algorithms);
        list(c, t, "signingAlgorithm", algorithms);
      }
      default -> t.octets("contextData", c, c.remaining());
    }
  }

  private static void list(Cursor c, Transcript t, String name, int count) {
    for (int i = 0; i < count && c.ok(); i++) {
      t.field(name, c.u16le());
    }
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
        contexts(m, t, contexts, count);
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

  private static void service(Exchange x, Observer o, int dialect, Cite cite) {
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
    authenticate(m, x, o, BASE + offset, octets, key, SETUP_CITE);
  }

  private void authenticate(Cursor m, Exchange x, Observer o, int at, int octets, long key, Cite cite) {
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

  private static void share(Cursor m, Exchange x, Observer o, long key, int at, int octets, boolean unicode, Cite cite) {
    if (o.transcript().on()) {
      o.transcript().field("path", path(m, at, octets, unicode));
    }
    if (x.news(x.source(), NEWS_TREE, Heads.digest(m, at, octets) + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      o.request(key, Acts.pending(x, "smb", cite, Verb.CONNECT, "treeConnect", new Point.Named("share", path(m, at, octets, unicode)), null, ""));
    }
  }

  private static String path(Cursor m, int at, int octets, boolean unicode) {
    return unicode ? Ntlm.wide(m, at, octets) : Heads.slice(m, at, octets);
  }

  private static void outcome(Observer o, long key, int status) {
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

  // ---- SMB 1

  private void old(Cursor m, Exchange x, Observer o) {
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
    operation(m, o, name);
    if (!m.ok() || !old(command) || m.wireLength() == BASE + 32) {
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
          oldNegotiated(m, x, o, words, wordsAt, octets);
        } else {
          dialects(m, t, octets);
        }
      }
      case 0x73 -> oldSetup(m, x, o, response, words, wordsAt, octets, unicode, key, status);
      default -> {
        if (response) {
          outcome(o, key, status);
        } else {
          oldTree(m, x, o, key, words, wordsAt, octets, unicode);
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
  private void oldNegotiated(Cursor m, Exchange x, Observer o, int words, int wordsAt, int octets) {
    int index = word(m, wordsAt, 0);
    Transcript t = o.transcript();
    t.field("dialectIndex", index);
    if (t.on() && words >= 17) {
      limits(m, t, wordsAt + 2);
    }
    if (words < 17 || index == 0xFFFF) {
      return;
    }
    service(x, o, 1, OLD_NEGOTIATE);
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
  private void oldSetup(Cursor m, Exchange x, Observer o, boolean response, int words, int wordsAt, int octets, boolean unicode, long key, int status) {
    int at = m.position();
    int end = at + octets;
    int blob = !response && words == 12 ? word(m, wordsAt, 7) : response && words == 4 ? word(m, wordsAt, 3) : 0;
    int passwords = !response && words == 13 ? word(m, wordsAt, 7) + word(m, wordsAt, 8) : 0;
    if (blob > octets || passwords > octets) {
      o.flaw(x, OLD_SETUP, "length", wordsAt, m.wireLength());
      m.fail();
      return;
    }
    if (blob > 0) {
      ntlm.blob(m, x, o, blob);
      if (!response) {
        authenticate(m, x, o, at, blob, key, OLD_SETUP);
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
      if (m.ok() && x.news(x.source(), NEWS_LOGIN, x.target().hashCode() * 65_537L + 4, AGAIN_SECONDS)) {
        o.request(key, Acts.pending(x, "smb", OLD_SETUP, Verb.AUTHENTICATE, "sessionSetup", null, new Value.Secret(passwords), "LAN Manager"));
      }
    }
    if (response) {
      outcome(o, key, status);
    }
    int system = unicode ? text + (text - BASE & 1) : text;
    int systemEnd = behind(m, system, end, unicode);
    int width = unicode ? 2 : 1;
    if (systemEnd - width > system) {
      int length = systemEnd - width - system;
      if (o.transcript().on()) {
        o.transcript().field("nativeOs", path(m, system, length, unicode));
        int softwareEnd = behind(m, systemEnd, end, unicode);
        o.transcript().field("nativeLanMan", path(m, systemEnd, Math.max(0, softwareEnd - width - systemEnd), unicode));
      }
      if (x.news(x.source(), NEWS_SYSTEM, Heads.digest(m, system, length), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.OS, path(m, system, length, unicode), OLD_SETUP);
      }
    }
  }

  /** Behind the text that begins at an offset, its zero included. */
  private static int behind(Cursor m, int from, int end, boolean unicode) {
    int at = unicode ? from + (from - BASE & 1) : from;
    int width = unicode ? 2 : 1;
    while (at + width <= end && (m.at(at) != 0 || unicode && m.at(at + 1) != 0)) {
      at += width;
    }
    return Math.min(end, at + width);
  }

  /** MS-CIFS §2.2.4.55.1: 4 words, the last the length of a password, which goes before the path. */
  private static void oldTree(Cursor m, Exchange x, Observer o, long key, int words, int wordsAt, int octets, boolean unicode) {
    if (words < 4) {
      return;
    }
    int end = m.position() + octets;
    int password = word(m, wordsAt, 3);
    o.secret(m.position(), password);
    int at = m.position() + password;
    if (unicode) {
      at += at - BASE & 1;
    }
    int behind = behind(m, at, end, unicode);
    int length = behind - at - (unicode ? 2 : 1);
    if (length > 0 && at < end) {
      share(m, x, o, key, at, length, unicode, OLD_TREE);
    }
  }

  @Override
  public Cite cite() {
    return SESSION;
  }
}
