package fr.vigie.sensor.protocol;

/** What the numbers of TLS are called, and what a cipher suite says of the messages that follow it (IANA's TLS registries; RFC 8446 §4, §4.2, §6; RFC 5246 A.5). */
final class TlsNames {
  private TlsNames() {}

  /** RFC 8446 §4, with what RFC 5246 §7.4 and later documents have beside it. */
  static String handshake(int type) {
    return switch (type) {
      case 0 -> "helloRequest";
      case 1 -> "clientHello";
      case 2 -> "serverHello";
      case 3 -> "helloVerifyRequest";
      case 4 -> "newSessionTicket";
      case 5 -> "endOfEarlyData";
      case 8 -> "encryptedExtensions";
      case 11 -> "certificate";
      case 12 -> "serverKeyExchange";
      case 13 -> "certificateRequest";
      case 14 -> "serverHelloDone";
      case 15 -> "certificateVerify";
      case 16 -> "clientKeyExchange";
      case 20 -> "finished";
      case 21 -> "certificateUrl";
      case 22 -> "certificateStatus";
      case 23 -> "supplementalData";
      case 24 -> "keyUpdate";
      case 67 -> "nextProtocol";
      default -> "handshake";
    };
  }

  /** IANA TLS ExtensionType values; what is not among them is named by its kind. */
  static String extension(int type) {
    return switch (type) {
      case 0 -> "server_name";
      case 1 -> "max_fragment_length";
      case 2 -> "client_certificate_url";
      case 3 -> "trusted_ca_keys";
      case 4 -> "truncated_hmac";
      case 5 -> "status_request";
      case 10 -> "supported_groups";
      case 11 -> "ec_point_formats";
      case 12 -> "srp";
      case 13 -> "signature_algorithms";
      case 14 -> "use_srtp";
      case 15 -> "heartbeat";
      case 16 -> "application_layer_protocol_negotiation";
      case 17 -> "status_request_v2";
      case 18 -> "signed_certificate_timestamp";
      case 19 -> "client_certificate_type";
      case 20 -> "server_certificate_type";
      case 21 -> "padding";
      case 22 -> "encrypt_then_mac";
      case 23 -> "extended_master_secret";
      case 24 -> "token_binding";
      case 27 -> "compress_certificate";
      case 28 -> "record_size_limit";
      case 34 -> "delegated_credential";
      case 35 -> "session_ticket";
      case 41 -> "pre_shared_key";
      case 42 -> "early_data";
      case 43 -> "supported_versions";
      case 44 -> "cookie";
      case 45 -> "psk_key_exchange_modes";
      case 47 -> "certificate_authorities";
      case 49 -> "post_handshake_auth";
      case 50 -> "signature_algorithms_cert";
      case TlsExtensions.KEY_SHARE_OLD, 51 -> "key_share";
      case TlsExtensions.QUIC, TlsExtensions.QUIC_DRAFT -> "quic_transport_parameters";
      case 13172 -> "next_protocol_negotiation";
      case TlsExtensions.ALPS_OLD, TlsExtensions.ALPS -> "application_settings";
      case 30031, 30032 -> "channel_id";
      case TlsExtensions.ECH -> "encrypted_client_hello";
      case TlsExtensions.ESNI -> "encrypted_server_name";
      case 65281 -> "renegotiation_info";
      default -> Ja4.grease(type) ? "grease" : "extension";
    };
  }

  /** RFC 8446 §6; the descriptions of earlier versions where they differ. */
  static String alert(int description) {
    return switch (description) {
      case 0 -> "close_notify";
      case 10 -> "unexpected_message";
      case 20 -> "bad_record_mac";
      case 21 -> "decryption_failed";
      case 22 -> "record_overflow";
      case 40 -> "handshake_failure";
      case 41 -> "no_certificate";
      case 42 -> "bad_certificate";
      case 43 -> "unsupported_certificate";
      case 44 -> "certificate_revoked";
      case 45 -> "certificate_expired";
      case 46 -> "certificate_unknown";
      case 47 -> "illegal_parameter";
      case 48 -> "unknown_ca";
      case 49 -> "access_denied";
      case 50 -> "decode_error";
      case 51 -> "decrypt_error";
      case 70 -> "protocol_version";
      case 71 -> "insufficient_security";
      case 80 -> "internal_error";
      case 86 -> "inappropriate_fallback";
      case 90 -> "user_canceled";
      case 100 -> "no_renegotiation";
      case 109 -> "missing_extension";
      case 110 -> "unsupported_extension";
      case 112 -> "unrecognized_name";
      case 113 -> "bad_certificate_status_response";
      case 115 -> "unknown_psk_identity";
      case 116 -> "certificate_required";
      case 120 -> "no_application_protocol";
      default -> "alert";
    };
  }

  /** How the two sides come to their key, which decides what the messages of key exchange hold. */
  enum Keys {
    /** RFC 5246 §7.4.7.1: the client encrypts for the server's certificate; the server sends a key of its own in export suites alone (RFC 2246 §7.4.3). */
    RSA,
    /** RFC 5246 §7.4.3: finite fields. */
    DHE,
    /** RFC 8422 §5.4: elliptic curves. */
    ECDHE,
    /** Shared keys, passwords, GOST, and what is encrypted anyway: not read. */
    OTHER
  }

  /** IANA TLS Cipher Suites: the key exchange of a suite of TLS 1.2 and before. */
  static Keys keys(int suite) {
    if (suite >= 0xC001 && suite <= 0xC019 || suite >= 0xC023 && suite <= 0xC032 || suite >= 0xC048 && suite <= 0xC04F || suite >= 0xC05C && suite <= 0xC063
        || suite >= 0xC072 && suite <= 0xC079 || suite >= 0xC086 && suite <= 0xC08D || suite >= 0xC0AC && suite <= 0xC0AF || suite >= 0xCC13 && suite <= 0xCC14
        || suite >= 0xCCA8 && suite <= 0xCCA9) {
      return Keys.ECDHE;
    }
    return switch (suite) {
      case 0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0007, 0x0008, 0x0009, 0x000A, 0x002F, 0x0035, 0x003B, 0x003C, 0x003D, 0x0041, 0x0060, 0x0061, 0x0062, 0x0064, 0x0084, 0x0096,
          0x009C, 0x009D, 0x00BA, 0x00C0, 0xC03C, 0xC03D, 0xC050, 0xC051, 0xC07A, 0xC07B, 0xC09C, 0xC09D, 0xC0A0, 0xC0A1, 0xFEFE, 0xFEFF -> Keys.RSA;
      case 0x0011, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016, 0x0017, 0x0018, 0x0019, 0x001A, 0x001B, 0x0032, 0x0033, 0x0034, 0x0038, 0x0039, 0x003A, 0x0040, 0x0044, 0x0045, 0x0046, 0x0063, 0x0065,
          0x0066, 0x0067, 0x006A, 0x006B, 0x006C, 0x006D, 0x0087, 0x0088, 0x0089, 0x0099, 0x009A, 0x009B, 0x009E, 0x009F, 0x00A2, 0x00A3, 0x00A6, 0x00A7, 0x00BD, 0x00BE, 0x00BF, 0x00C3, 0x00C4,
          0x00C5, 0xC044, 0xC045, 0xC052, 0xC053, 0xC056, 0xC057, 0xC07C, 0xC07D, 0xC080, 0xC081, 0xC084, 0xC085, 0xC09E, 0xC09F, 0xC0A2, 0xC0A3, 0xCC15, 0xCCAA -> Keys.DHE;
      default -> Keys.OTHER;
    };
  }

  /** Whether the server signs nothing: anonymous suites. */
  static boolean anonymous(int suite) {
    return suite >= 0x0017 && suite <= 0x001B || suite == 0x0034 || suite == 0x003A || suite == 0x0046 || suite >= 0x006C && suite <= 0x006D || suite == 0x0089 || suite == 0x009B
        || suite >= 0x00A6 && suite <= 0x00A7 || suite == 0x00BF || suite == 0x00C5 || suite >= 0xC015 && suite <= 0xC019;
  }
}
