package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SSH 2 as far as it is in the clear (RFC 4253): the identification of both sides, the key exchange up to the new keys. What follows is
 * passed over. Of SSH 1 the identification is read, and that keys were exchanged.
 *
 * <pre>
 * | SSH-protoversion-softwareversion SP comments CR LF |                                          RFC 4253 §4.2
 * | packet_length u32 | padding_length u8 | payload: message u8 … | padding |                     RFC 4253 §6
 * KEXINIT: | 20 | cookie 16 | ten name-lists: length u32, names | first_kex_packet_follows u8 | 0 u32 |    RFC 4253 §7.1
 * </pre>
 *
 * <p>HASSH and HASSHServer are MD5 over {@code kex;encryption;mac;compression} of the sender's own direction, as their authors at Salesforce
 * describe them.
 */
final class Ssh implements Dissector {
  private static final int PORT = 22;
  private static final Cite IDENTIFICATION = new Cite("RFC 4253", "4.2");
  private static final Cite OLD = new Cite("RFC 4253", "5");
  private static final Cite PACKET = new Cite("RFC 4253", "6");
  private static final Cite KEXINIT = new Cite("RFC 4253", "7.1");

  /** RFC 4253 §4.2: an identification has at most 255 characters, its line end included. */
  private static final int LONGEST_LINE = 255;

  /** RFC 4253 §6.1: packets up to 35,000 octets must be understood; longer ones have no place before the new keys. */
  private static final int LONGEST_PACKET = 35_000;

  private static final int DISCONNECT = 1;
  private static final int KEY_EXCHANGE = 20;
  private static final int NEW_KEYS = 21;

  /** RFC 4253 §7.1, in the order of the wire. */
  private static final String[] LISTS = {"kex_algorithms", "server_host_key_algorithms", "encryption_algorithms_client_to_server",
      "encryption_algorithms_server_to_client", "mac_algorithms_client_to_server", "mac_algorithms_server_to_client",
      "compression_algorithms_client_to_server", "compression_algorithms_server_to_client", "languages_client_to_server",
      "languages_server_to_client"};

  private static final int NEWS_IDENTITY = 1;
  private static final int NEWS_ALGORITHMS = 2;
  private static final int NEWS_CONNECT = 3;
  private static final int AGAIN_SECONDS = 600;

  /** RFC 4250 §4.2.2. */
  private static final Outcome[] REASONS = {error("disconnected"), error("host_not_allowed_to_connect"), error("protocol_error"), error("key_exchange_failed"),
      error("reserved"), error("mac_error"), error("compression_error"), error("service_not_available"), error("protocol_version_not_supported"),
      error("host_key_not_verifiable"), error("connection_lost"), error("by_application"), error("too_many_connections"), error("auth_cancelled_by_user"),
      error("no_more_auth_methods_available"), error("illegal_user_name")};

  private static Outcome error(String name) {
    return Outcome.error(name);
  }

  private final int[] listAt = new int[LISTS.length];
  private final int[] listLength = new int[LISTS.length];
  private long body;

  @Override
  public String name() {
    return "ssh";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("SSH 2", "RFC 4253, RFC 4250; HASSH",
        "identifications, key exchange with every list of algorithms, HASSH and HASSHServer, reasons of disconnection; of SSH 1 identification and keys",
        "whatever follows the new keys: authentication and its outcome",
        "tshark, messages; hashes of FoxIO and Suricata");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** Recording keeps what is read here, the handshake, and nothing of what is encrypted. */
  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (identification(m)) {
      int end = m.lineEnd(0);
      return end > LONGEST_LINE || end < 0 && have >= LONGEST_LINE ? NOT_MINE : Math.max(end, MORE);
    }
    if (!x.recognised() && x.serverPort() != PORT) {
      return NOT_MINE;
    }
    if (m.at(0) != 0) {
      return before(m, x);
    }
    if (have < 6) {
      return MORE;
    }
    int length = m.at(1) << 16 | m.at(2) << 8 | m.at(3);
    int padding = m.at(4);
    int message = m.at(5);
    // RFC 4253 §6: the packet is a multiple of eight octets or more, with four octets of padding or more
    boolean sound = length >= 12 && length <= LONGEST_PACKET && (length + 4) % 8 == 0 && padding >= 4 && padding < length - 1;
    if (sound && message >= 1 && message <= 49) {
      return length + 4;
    }
    int old = 8 - length % 8;
    return have < 5 + old && length > 100 && length < 2048 ? MORE : old(m, x, length) ? 4 + old + length : NOT_MINE;
  }

  /**
   * The two packets that SSH 1 sends in the clear: {@code | length u32 | padding 1..8 | type u8 | … |}, 2 the server's keys, 3 the session's key
   * under them (protocol 1.5, "Binary Packet Protocol").
   */
  private static boolean old(Cursor m, Exchange x, int length) {
    int type = m.at(4 + 8 - length % 8);
    return length > 100 && length < 2048 && type == (x.fromClient() ? 3 : 2);
  }

  /** {@code SSH-}, or what there is of it. */
  private static boolean identification(Cursor m) {
    int have = Math.min(4, m.length());
    for (int i = 0; i < have; i++) {
      if (m.at(i) != "SSH-".charAt(i)) {
        return false;
      }
    }
    return have > 0 && (m.length() < 5 || m.at(4) >= '0' && m.at(4) <= '9');
  }

  /** RFC 4253 §4.2: a server may send other lines of text before its identification; believed where the client is known to speak SSH. */
  private static int before(Cursor m, Exchange x) {
    int end = m.lineEnd(0);
    int to = end < 0 ? m.length() : end - 1;
    for (int i = 0; i < to; i++) {
      if (m.at(i) < ' ' && m.at(i) != '\t' && m.at(i) != '\r') {
        return NOT_MINE;
      }
    }
    return x.fromClient() || to > 1024 ? NOT_MINE : Math.max(end, MORE);
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    t.message("ssh", "packet");
    if (m.startsWith("SSH-")) {
      version(m, x, o);
    } else if (m.peek(0) != 0) {
      operation(m, o, "line");
      m.skip(m.wireLength());
    } else {
      packet(m, x, o);
    }
    t.end();
  }

  private static void operation(Cursor m, Observer o, String name) {
    o.transcript().operation(name);
    if (m.ok()) {
      o.operation(name);
    }
  }

  private void version(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int end = m.lineEnd(0) - 1;
    if (end < 0) {
      m.skip(m.wireLength() + 1);
      return;
    }
    if (end > 0 && m.at(end - 1) == '\r') {
      end--;
    }
    operation(m, o, "version");
    int dash = m.indexOf('-', 4, end);
    int software = dash < 0 ? end : dash + 1;
    int space = m.indexOf(' ', software, end);
    int softwareEnd = space < 0 ? end : space;
    boolean old = m.at(4) == '1' && !(m.at(5) == '.' && m.at(6) == '9' && m.at(7) == '9');
    if (t.on()) {
      t.field("protocol", Heads.slice(m, 0, end));
      t.field("protoversion", Heads.slice(m, 4, Math.max(0, (dash < 0 ? end : dash) - 4)));
      t.field("softwareversion", Heads.slice(m, software, softwareEnd - software));
      if (space >= 0) {
        t.field("comments", Heads.slice(m, space + 1, end - space - 1));
      }
    }
    if (dash < 0) {
      o.flaw(x, IDENTIFICATION, "identification", 4, m.wireLength());
    }
    if (old) {
      o.flaw(x, OLD, "deprecated-ssh1", 4, m.wireLength());
    }
    boolean server = !x.fromClient();
    if (x.news(x.source(), NEWS_IDENTITY, Heads.digest(m, 0, end) * 31 + x.serverPort() + (server ? 1L << 40 : 0), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, (server ? "ssh-server=" : "ssh-client=") + Heads.slice(m, 0, end), IDENTIFICATION);
      if (server) {
        o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " ssh", IDENTIFICATION);
        if (softwareEnd > software) {
          o.claim(x, x.source(), Trait.SOFTWARE, Heads.slice(m, software, softwareEnd - software), IDENTIFICATION);
        }
      }
    }
    m.skip(m.wireLength());
  }

  private void packet(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long length = m.u32();
    if (length + 4 < m.wireLength()) {
      oldPacket(m, o, (int) length);
      return;
    }
    int padding = m.u8();
    long outer = m.enter((int) Math.min(length - 1, m.remaining()));
    if (length + 4 != m.wireLength() || m.cut()) {
      // half a packet: nothing in it is sure
      m.fail();
    }
    int message = m.u8();
    t.field("packetLength", length);
    t.field("paddingLength", padding);
    t.field("messageCode", message);
    switch (message) {
      case KEY_EXCHANGE -> keyExchange(m, x, o);
      case NEW_KEYS -> {
        operation(m, o, "newKeys");
        if (m.ok()) {
          body = UNTIL_CLOSE;
          if (!x.fromClient()) {
            o.outcome(x.flow(), Outcome.OK);
          }
        }
      }
      case DISCONNECT -> {
        long reason = m.u32();
        t.field("reasonCode", reason);
        operation(m, o, "disconnect");
        if (m.ok()) {
          o.outcome(x.flow(), REASONS[reason < REASONS.length ? (int) reason : 0]);
        }
      }
      default -> operation(m, o, name(message));
    }
    m.leave(outer);
  }

  /** Behind the one packet of SSH 1 that each side sends in the clear all is encrypted. */
  private void oldPacket(Cursor m, Observer o, int length) {
    Transcript t = o.transcript();
    t.field("packetLength", length);
    m.skip(8 - length % 8);
    t.field("messageCode", m.u8());
    m.skip(length - 1);
    operation(m, o, "sessionKeys");
    body = UNTIL_CLOSE;
  }

  /** RFC 4250 §4.1.2, RFC 8308 §2.3. */
  private static String name(int message) {
    return switch (message) {
      case 2 -> "ignore";
      case 3 -> "unimplemented";
      case 4 -> "debug";
      case 5 -> "serviceRequest";
      case 6 -> "serviceAccept";
      case 7 -> "extInfo";
      default -> message >= 30 ? "keyExchangeMethod" : "transport";
    };
  }

  private void keyExchange(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    boolean server = !x.fromClient();
    if (t.on()) {
      t.octets("cookie", m, 16);
    }
    m.skip(16);
    for (int i = 0; i < LISTS.length; i++) {
      long octets = m.u32();
      if (octets > m.remaining()) {
        m.fail();
      }
      listAt[i] = m.position();
      listLength[i] = m.ok() ? (int) octets : 0;
      if (t.on()) {
        t.field(LISTS[i], Heads.slice(m, listAt[i], listLength[i]));
      }
      m.skip((int) octets);
    }
    t.field("first_kex_packet_follows", m.u8() != 0);
    m.skip(4);
    operation(m, o, "keyExchangeInit");
    if (!m.ok()) {
      return;
    }
    if (m.remaining() < 4) {
      o.flaw(x, PACKET, "padding", m.position(), m.wireLength());
    }
    int own = server ? 1 : 0;
    int end = m.position();
    long digest = Heads.digest(m, listAt[0], listLength[0]);
    for (int i = 2 + own; i <= 6 + own; i += 2) {
      digest = digest * 0x9E3779B97F4A7C15L + Heads.digest(m, listAt[i], listLength[i]);
    }
    boolean news = x.news(x.source(), NEWS_ALGORITHMS, digest * 2 + own, Exchange.FOREVER);
    boolean connects = !server && x.news(x.source(), NEWS_CONNECT, digest * 31 + x.target().hashCode() * 65_537L + x.serverPort(), AGAIN_SECONDS);
    if (news || connects || t.on()) {
      String hash = hassh(m, own);
      t.field(server ? "hasshServer" : "hassh", hash);
      if (news) {
        o.claim(x, x.source(), Trait.BANNER, (server ? "hassh-server=" : "hassh=") + hash, KEXINIT);
      }
      if (connects) {
        o.request(x.flow(), Acts.pending(x, "ssh", KEXINIT, Verb.CONNECT, "keyExchangeInit", null, null, "hassh=" + hash));
      }
    }
    m.seek(end);
  }

  /** MD5, because the fingerprint is defined by it. */
  private String hassh(Cursor m, int own) {
    StringBuilder text = new StringBuilder(Heads.slice(m, listAt[0], listLength[0]));
    for (int i = 2 + own; i <= 6 + own; i += 2) {
      text.append(';').append(Heads.slice(m, listAt[i], listLength[i]));
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.toString().getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
