package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/**
 * The handshake messages of TLS behind the hellos as far as they are in the clear, for the transcript alone: nothing in them is of use to identity or detection. Which
 * form a key exchange has follows from the cipher suite that the server chose; encrypted secrets, tickets and identities are told by their length.
 */
final class TlsMessages {
  private static final int TLS_1_2 = 0x0303;

  private TlsMessages() {}

  /**
   * Reads the content of one message.
   *
   * @param in the content, to its end; a copy, so that what does not fit spoils nothing
   * @param suite the cipher suite chosen, or -1 where nobody saw it
   * @param version the version chosen, or 0
   */
  static void read(Cursor in, Transcript t, int type, int suite, int version) {
    TlsNames.Keys keys = suite < 0 ? TlsNames.Keys.OTHER : TlsNames.keys(suite);
    switch (type) {
      case 4 -> ticket(in, t);
      case 12 -> serverKeyExchange(in, t, keys, suite, version);
      case 13 -> certificateRequest(in, t, version);
      case 15 -> signature(in, t, version);
      case 16 -> clientKeyExchange(in, t, keys, version);
      case 22 -> certificateStatus(in, t);
      default -> {
        // empty
      }
    }
    if (!in.ok()) {
      t.field("notInForm", true);
    } else if (in.remaining() > 0) {
      t.octets("octets", in, in.remaining());
    }
  }

  /** RFC 5077 §3.3: {@code | seconds u32 | length u16 | ticket |}. */
  private static void ticket(Cursor in, Transcript t) {
    t.field("ticketLifetimeHint", in.u32());
    int octets = in.u16();
    t.field("ticketLength", octets);
    t.secret("ticket", octets);
    in.skip(octets);
  }

  private static void serverKeyExchange(Cursor in, Transcript t, TlsNames.Keys keys, int suite, int version) {
    switch (keys) {
      // RFC 8422 §5.4: | type u8 | group u16 | length u8 | point | signature |
      case ECDHE -> {
        int curve = in.u8();
        t.field("curveType", curve);
        if (curve == 3) {
          t.field("serverNamedCurve", in.u16());
          TlsExtensions.opaque(in, t, "serverPoint", in.u8());
          signed(in, t, suite, version);
        }
      }
      // RFC 5246 §7.4.3: | length u16 | p | length u16 | g | length u16 | Ys | signature |
      case DHE -> {
        TlsExtensions.opaque(in, t, "dhP", in.u16());
        TlsExtensions.opaque(in, t, "dhG", in.u16());
        TlsExtensions.opaque(in, t, "dhYs", in.u16());
        signed(in, t, suite, version);
      }
      // RFC 2246 §7.4.3: | length u16 | modulus | length u16 | exponent | signature |
      case RSA -> {
        TlsExtensions.opaque(in, t, "rsaModulus", in.u16());
        TlsExtensions.opaque(in, t, "rsaExponent", in.u16());
        signed(in, t, suite, version);
      }
      case OTHER -> {
        // as octets
      }
    }
  }

  private static void signed(Cursor in, Transcript t, int suite, int version) {
    if (!TlsNames.anonymous(suite)) {
      signature(in, t, version);
    }
  }

  /** RFC 5246 §4.7: {@code | algorithm u16 | length u16 | signature |}, without the algorithm before TLS 1.2. */
  private static void signature(Cursor in, Transcript t, int version) {
    if (version >= TLS_1_2) {
      t.field("signatureAlgorithm", in.u16());
    }
    TlsExtensions.opaque(in, t, "signature", in.u16());
  }

  /** RFC 5246 §7.4.4: {@code | length u8 | types | length u16 | algorithms | names |}. */
  private static void certificateRequest(Cursor in, Transcript t, int version) {
    int types = in.u8();
    t.field("certificateTypesLength", types);
    for (int i = 0; i < types && in.ok(); i++) {
      t.field("certificateType", in.u8());
    }
    if (version >= TLS_1_2) {
      int octets = in.u16();
      t.field("signatureSchemesLength", octets);
      for (int i = 0; i + 1 < octets && in.ok(); i += 2) {
        t.field("signatureScheme", in.u16());
      }
    }
    TlsExtensions.authorities(in, t);
  }

  /** RFC 5246 §7.4.7, RFC 8422 §5.7: a point, a number, or the secret encrypted, whose length SSL 3.0 leaves out. */
  private static void clientKeyExchange(Cursor in, Transcript t, TlsNames.Keys keys, int version) {
    switch (keys) {
      case ECDHE -> TlsExtensions.opaque(in, t, "clientPoint", in.u8());
      case DHE -> TlsExtensions.opaque(in, t, "dhYc", in.u16());
      case RSA -> {
        int octets = version == 0x0300 ? in.remaining() : in.u16();
        if (version != 0x0300) {
          t.field("encryptedPreMasterSecretLength", octets);
        }
        t.secret("encryptedPreMasterSecret", octets);
        in.skip(octets);
      }
      case OTHER -> {
        t.secret("exchangeKeys", in.remaining());
        in.skip(in.remaining());
      }
    }
  }

  /** RFC 6066 §8: {@code | type u8 = 1 | length u24 | OCSP response |}. */
  private static void certificateStatus(Cursor in, Transcript t) {
    t.field("statusType", in.u8());
    int octets = in.u24();
    t.field("ocspResponseLength", octets);
    in.skip(octets);
  }
}
