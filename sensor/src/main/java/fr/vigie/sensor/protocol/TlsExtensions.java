package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * The extensions of TLS's hellos, each read to its end by its own document (RFC 8446 §4.2 and the IANA registry of extension types). One that breaks its own
 * lengths is a flaw and costs nothing of those behind it. Of tickets, identities of shared keys and their binders the length alone is told.
 *
 * <pre>
 * | length u16 | { type u16 | length u16 | … } |
 * </pre>
 */
final class TlsExtensions {
  private static final Cite EXTENSION = new Cite("RFC 8446", "4.2");
  private static final Cite NAME = new Cite("RFC 6066", "3");

  /** The drafts of TLS 1.3 before 23. */
  static final int KEY_SHARE_OLD = 40;

  /** RFC 9001 §8.2, and what its drafts had. */
  static final int QUIC = 57;

  static final int QUIC_DRAFT = 0xFFA5;

  /** draft-vvv-tls-alps, twice numbered. */
  static final int ALPS_OLD = 17513;

  static final int ALPS = 17613;

  /** RFC 9849, and the draft before it. */
  static final int ECH = 0xFE0D;

  static final int ESNI = 0xFFCE;

  private final Ja4 ja4;
  private final Cursor in = new Cursor();
  private final QuicParameters parameters = new QuicParameters();

  /** The server name and the protocols of the client's hello: offsets in its message, and octets; none where 0. */
  int nameAt;

  int nameLength;
  int protocolsAt;
  int protocolsLength;

  /** The version that a server chose by an extension, or 0. */
  int chosen;

  /** Whether QUIC's parameters have the form they had before draft 27. */
  boolean oldParameters;

  TlsExtensions(Ja4 ja4) {
    this.ja4 = ja4;
  }

  /** Reads the block that ends a hello; absent altogether in the oldest. */
  void read(Cursor m, Exchange x, Observer o, boolean client, boolean retry) {
    nameLength = 0;
    protocolsLength = 0;
    chosen = 0;
    if (!m.ok() || m.remaining() == 0) {
      return;
    }
    int at = m.position();
    int all = m.u16();
    o.transcript().field("extensionsLength", all);
    if (m.ok() && all != m.remaining()) {
      o.flaw(x, Tls.HANDSHAKE, "extensions", at, m.wireLength());
    }
    long outer = m.enter(Math.min(all, m.remaining()));
    while (m.ok() && m.remaining() > 0) {
      one(m, x, o, client, retry);
    }
    m.leave(outer);
  }

  private void one(Cursor m, Exchange x, Observer o, boolean client, boolean retry) {
    Transcript t = o.transcript();
    int type = m.u16();
    int octets = m.u16();
    int at = m.position();
    long outer = m.enter(octets);
    if (!m.ok()) {
      return;
    }
    if (t.on()) {
      t.begin(TlsNames.extension(type));
      t.field("extensionType", type);
      t.field("extensionLength", octets);
    }
    if (client) {
      ja4.extension(type);
    }
    in.rest(m);
    if (octets > 0) {
      content(type, m, at, x, o, client, retry);
    }
    if (!in.ok()) {
      o.flaw(x, EXTENSION, "extension", at, m.wireLength());
    }
    if (t.on()) {
      t.close();
    }
    m.leave(outer);
  }

  /** RFC 8446 §4.2: what a type holds; of one that nobody has written down, or that is there for its type alone, the octets. */
  private void content(int type, Cursor m, int at, Exchange x, Observer o, boolean client, boolean retry) {
    Transcript t = o.transcript();
    switch (type) {
      case 0 -> serverName(m, at, x, o, client);
      // RFC 6066 §4
      case 1 -> t.field("maxFragmentLength", in.u8());
      case 5 -> status(t);
      case 10 -> numbers(t, "namedGroup", in.u16());
      // RFC 8422 §5.1.2
      case 11 -> octets(t, "ecPointFormat", in.u8());
      case 13 -> algorithms(t, client);
      case 50 -> numbers(t, "signatureSchemeOfCertificates", in.u16());
      case 14 -> srtp(t);
      // RFC 6520 §2
      case 15 -> t.field("heartbeatMode", in.u8());
      case 16 -> protocols(at, t, client);
      case 17 -> statuses(t);
      case 18 -> timestamps(in, t);
      case 21 -> {
        t.field("paddingLength", in.remaining());
        in.skip(in.remaining());
      }
      case 19 -> certificateTypes(t, "clientCertificateType", client);
      case 20 -> certificateTypes(t, "serverCertificateType", client);
      case 24 -> tokenBinding(t);
      // RFC 8879 §3
      case 27 -> numbers(t, "certificateCompressionAlgorithm", in.u8());
      // RFC 8449 §4
      case 28 -> t.field("recordSizeLimit", in.u16());
      // RFC 9345 §4.1.1
      case 34 -> numbers(t, "signatureSchemeOfCredential", in.u16());
      // RFC 5077 §3.2
      case 35 -> secret(t, "sessionTicket", in.remaining());
      case 41 -> preSharedKey(t, client);
      // RFC 8446 §4.2.10
      case 42 -> t.field("maxEarlyDataSize", in.u32());
      case 43 -> versions(t, client);
      case 44 -> opaque(t, "cookie", in.u16());
      case 45 -> octets(t, "pskKeyExchangeMode", in.u8());
      case 47 -> authorities(in, t);
      case KEY_SHARE_OLD, 51 -> keyShare(t, client, retry);
      case QUIC, QUIC_DRAFT -> parameters.read(in, t, oldParameters);
      case ALPS_OLD, ALPS -> names(t, "alps", in.u16());
      case 13172 -> {
        t.field("nextProtocolsLength", in.remaining());
        named(t, "nextProtocol", in.remaining());
      }
      case ECH -> encryptedHello(t, client);
      case ESNI -> encryptedName(t, client);
      // RFC 5746 §3.2
      case 65281 -> opaque(t, "renegotiatedConnection", in.u8());
      default -> {
        t.octets("data", in, in.remaining());
        in.skip(in.remaining());
      }
    }
  }

  private static boolean pairs(Cursor in, int octets) {
    if (octets > in.remaining() || (octets & 1) != 0) {
      in.fail();
    }
    return in.ok();
  }

  private void numbers(Transcript t, String name, int octets) {
    if (t.on()) {
      t.field(name + "sLength", octets);
    }
    if (pairs(in, octets)) {
      for (int i = 0; i < octets; i += 2) {
        t.field(name, in.u16());
      }
    }
  }

  private void octets(Transcript t, String name, int octets) {
    if (t.on()) {
      t.field(name + "sLength", octets);
    }
    for (int i = 0; i < octets && in.ok(); i++) {
      t.field(name, in.u8());
    }
  }

  private void opaque(Transcript t, String name, int octets) {
    opaque(in, t, name, octets);
  }

  static void opaque(Cursor in, Transcript t, String name, int octets) {
    if (octets > in.remaining()) {
      in.fail();
    }
    if (t.on()) {
      t.field(name + "Length", octets);
      if (octets > 0) {
        t.octets(name, in, octets);
      }
    }
    in.skip(octets);
  }

  private void secret(Transcript t, String name, int octets) {
    if (octets > in.remaining()) {
      in.fail();
    }
    t.secret(name, octets);
    in.skip(octets);
  }

  /** RFC 6066 §3: {@code | list u16 | { type u8 = 0 | length u16 | name } |}; a server says nothing but that it took the name. */
  private void serverName(Cursor m, int at, Exchange x, Observer o, boolean client) {
    Transcript t = o.transcript();
    t.field("serverNameListLength", in.u16());
    while (in.ok() && in.remaining() > 0) {
      int type = in.u8();
      int octets = in.u16();
      t.field("nameType", type);
      t.field("serverNameLength", octets);
      if (octets > in.remaining()) {
        in.fail();
        return;
      }
      if (client && type == 0 && nameLength == 0) {
        nameAt = at + in.position();
        nameLength = octets;
        for (int i = 0; i < octets; i++) {
          if (in.peek(i) <= ' ' || in.peek(i) > '~') {
            o.flaw(x, NAME, "server-name", nameAt + i, m.wireLength());
            break;
          }
        }
      }
      if (t.on() && in.ok()) {
        t.field("serverName", in.text(octets, StandardCharsets.US_ASCII));
      } else {
        in.skip(octets);
      }
    }
  }

  /** RFC 6066 §8: {@code | type u8 = 1 | responders u16 … | extensions u16 … |}. */
  private void status(Transcript t) {
    t.field("statusType", in.u8());
    int responders = in.u16();
    t.field("responderIdListLength", responders);
    in.skip(responders);
    int extensions = in.u16();
    t.field("requestExtensionsLength", extensions);
    in.skip(extensions);
  }

  /** RFC 6961 §2.2: a list of {@code | type u8 | length u16 | as above |}. */
  private void statuses(Transcript t) {
    t.field("statusListLength", in.u16());
    while (in.ok() && in.remaining() > 0) {
      t.field("statusType", in.u8());
      t.field("statusRequestLength", in.u16());
      int responders = in.u16();
      t.field("responderIdListLength", responders);
      in.skip(responders);
      int extensions = in.u16();
      t.field("requestExtensionsLength", extensions);
      in.skip(extensions);
    }
  }

  /** RFC 8446 §4.2.3. */
  private void algorithms(Transcript t, boolean client) {
    int octets = in.u16();
    t.field("signatureSchemesLength", octets);
    if (octets > in.remaining()) {
      in.fail();
    }
    for (int i = 0; i + 1 < octets && in.ok(); i += 2) {
      int scheme = in.u16();
      t.field("signatureScheme", scheme);
      if (client) {
        ja4.algorithm(scheme);
      }
    }
  }

  /** RFC 5764 §4.1.1. */
  private void srtp(Transcript t) {
    numbers(t, "srtpProtectionProfile", in.u16());
    opaque(t, "srtpMki", in.u8());
  }

  /** RFC 7301 §3.1: {@code | list u16 | { length u8 | name } |}. */
  private void protocols(int at, Transcript t, boolean client) {
    int octets = in.u16();
    if (octets > in.remaining()) {
      in.fail();
    }
    t.field("applicationProtocolsLength", octets);
    if (!in.ok()) {
      return;
    }
    if (client && octets > 0) {
      protocolsAt = at + in.position();
      protocolsLength = octets;
      int first = in.peek(0);
      if (first > 0 && first < octets) {
        ja4.protocol(in.peek(1), in.peek(first));
      }
    }
    named(t, "applicationProtocol", octets);
  }

  private void names(Transcript t, String name, int octets) {
    if (t.on()) {
      t.field(name + "sLength", octets);
    }
    if (octets > in.remaining()) {
      in.fail();
    }
    named(t, name, octets);
  }

  /** {@code { length u8 | name }}. */
  private void named(Transcript t, String name, int octets) {
    int end = in.position() + octets;
    while (in.ok() && in.position() < end) {
      int length = in.u8();
      if (t.on()) {
        t.field(name + "Length", length);
        t.field(name, in.text(length, StandardCharsets.ISO_8859_1));
      } else {
        in.skip(length);
      }
    }
  }

  /** RFC 7250 §3. */
  private void certificateTypes(Transcript t, String name, boolean client) {
    if (client) {
      octets(t, name, in.u8());
    } else {
      t.field(name, in.u8());
    }
  }

  /** RFC 8472 §2. */
  private void tokenBinding(Transcript t) {
    t.field("tokenBindingMajor", in.u8());
    t.field("tokenBindingMinor", in.u8());
    octets(t, "keyParameter", in.u8());
  }

  /** RFC 8446 §4.2.11: {@code | identities u16 | { length u16 | identity | age u32 } | binders u16 | { length u8 | binder } |}; a server's is {@code | selected u16 |}. */
  private void preSharedKey(Transcript t, boolean client) {
    if (!client) {
      t.field("selectedIdentity", in.u16());
      return;
    }
    int all = in.u16();
    t.field("identitiesLength", all);
    int end = in.position() + all;
    while (in.ok() && in.position() < end) {
      int octets = in.u16();
      t.field("identityLength", octets);
      secret(t, "identity", octets);
      t.field("obfuscatedTicketAge", in.u32());
    }
    int binders = in.u16();
    t.field("bindersLength", binders);
    end = in.position() + binders;
    while (in.ok() && in.position() < end) {
      secret(t, "binder", in.u8());
    }
  }

  /** RFC 8446 §4.2.1: {@code | length u8 | { version u16 } |}, the version alone from a server. */
  private void versions(Transcript t, boolean client) {
    if (!client) {
      chosen = in.u16();
      t.field("selectedVersion", chosen);
      return;
    }
    int octets = in.u8();
    t.field("versionsLength", octets);
    boolean first = true;
    for (int i = 0; i + 1 < octets && in.ok(); i += 2) {
      int offered = in.u16();
      t.field("supportedVersion", offered);
      ja4.version(offered, first);
      first &= Ja4.grease(offered);
    }
  }

  /** RFC 8446 §4.2.8: {@code | length u16 | { group u16 | length u16 | key } |}; one of them from a server; the group alone where it asks for another hello. */
  private void keyShare(Transcript t, boolean client, boolean retry) {
    if (retry) {
      t.field("selectedGroup", in.u16());
      return;
    }
    if (client) {
      t.field("clientSharesLength", in.u16());
    }
    while (in.ok() && in.remaining() > 0) {
      t.field("keyShareGroup", in.u16());
      opaque(t, "keyExchange", in.u16());
    }
  }

  /** RFC 8446 §4.2.4, RFC 5246 §7.4.4: {@code | length u16 | { length u16 | name } |}. */
  static void authorities(Cursor in, Transcript t) {
    int all = in.u16();
    t.field("authoritiesLength", all);
    int end = in.position() + all;
    while (in.ok() && in.position() < end) {
      opaque(in, t, "distinguishedName", in.u16());
    }
  }

  /** RFC 6962 §3.2, §3.3: {@code | all u16 | { length u16 | version u8 | log 32 | milliseconds u64 | extensions u16 … | hash u8 | signature u8 | length u16 | … } |}. */
  static void timestamps(Cursor in, Transcript t) {
    t.field("sctListLength", in.u16());
    while (in.ok() && in.remaining() > 0) {
      int octets = in.u16();
      if (octets > in.remaining()) {
        in.fail();
        return;
      }
      if (t.on()) {
        t.begin("sct");
      }
      t.field("sctLength", octets);
      long outer = in.enter(octets);
      t.field("sctVersion", in.u8());
      t.octets("logId", in, 32);
      in.skip(32);
      t.field("timestamp", in.u64());
      opaque(in, t, "sctExtensions", in.u16());
      t.field("signatureAlgorithm", in.u16());
      opaque(in, t, "sctSignature", in.u16());
      in.leave(outer);
      if (t.on()) {
        t.close();
      }
    }
  }

  /** RFC 9849 §5: {@code | type u8 | kdf u16 | aead u16 | configuration u8 | encapsulated u16 … | payload u16 … |}; type 1 is within the other and empty. */
  private void encryptedHello(Transcript t, boolean client) {
    if (!client) {
      opaque(t, "confirmation", in.remaining());
      return;
    }
    int type = in.u8();
    t.field("clientHelloType", type);
    if (type == 0) {
      t.field("kdfId", in.u16());
      t.field("aeadId", in.u16());
      t.field("configId", in.u8());
      opaque(t, "encapsulatedKey", in.u16());
      opaque(t, "payload", in.u16());
    }
  }

  /** draft-ietf-tls-esni-02 §4.2: {@code | suite u16 | group u16 | key u16 … | digest u16 … | encrypted u16 … |}. */
  private void encryptedName(Transcript t, boolean client) {
    if (!client) {
      t.octets("data", in, in.remaining());
      in.skip(in.remaining());
      return;
    }
    t.field("esniSuite", in.u16());
    t.field("keyShareGroup", in.u16());
    opaque(t, "keyExchange", in.u16());
    opaque(t, "recordDigest", in.u16());
    opaque(t, "encryptedSni", in.u16());
  }
}
