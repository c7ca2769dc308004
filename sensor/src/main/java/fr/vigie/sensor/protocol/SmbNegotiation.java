package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/** What a client's negotiation of SMB 2 and 3 offers (MS-SMB2 §2.2.3), for the transcript: dialects, and contexts as far as they are known. */
final class SmbNegotiation {
  /** MS-SMB2 §2.2.3.1: contexts of a negotiation that are read. */
  private static final int MOST_CONTEXTS = 16;

  private SmbNegotiation() {}

  /**
   * MS-SMB2 §2.2.3: {@code | 36 u16 | dialects u16 | security mode u16 | – | capabilities u32 | client 16 | contexts u32 | count u16 | – u16, or start u64 | dialect u16 … |}.
   */
  static void request(Cursor m, Transcript t) {
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
      contexts |= dialect == Smb.SMB_3_1_1;
    }
    t.field("negotiateContextOffset", offset & 0xFFFFFFFFL);
    t.field("negotiateContextCount", count);
    if (contexts && t.on() && m.ok()) {
      contexts(m, t, offset, count);
    }
  }

  /** MS-SMB2 §2.2.3.1: a list of {@code | type u16 | length u16 | – u32 | data |}, each from a multiple of eight octets on. */
  static void contexts(Cursor m, Transcript t, int offset, int count) {
    int back = m.position();
    m.seek(Smb.BASE);
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
}
