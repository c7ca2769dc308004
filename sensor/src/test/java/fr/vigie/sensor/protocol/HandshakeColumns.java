package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;

import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** tshark's columns of TLS's handshake, by our names: in TLS's own records and within QUIC. */
final class HandshakeColumns {
  private HandshakeColumns() {}

  /** Octets that are told by their length alone, because they are secret or say nothing. */
  static Column length(String name, String... ours) {
    return new Column(name, f -> each(v -> v.replace(" octets", "")).apply(f.joined(ours)), each(v -> Integer.toString(v.replace(":", "").length() / 2)));
  }

  /** What tshark shows as octets: extensions it does not read, some of which we do, and tickets. Their lengths are compared, which are the extension's own. */
  private static String data(TranscriptKeeper.Frame f) {
    List<String> lengths = new ArrayList<>();
    String type = "";
    for (String[] field : f.fields) {
      type = field[0].equals("extensionType") ? field[1] : type;
      if (field[0].equals("extensionLength") && !field[1].equals("0") && (OPAQUE.contains(type) || Ja4.grease(Integer.parseInt(type)))) {
        lengths.add(field[1]);
      }
    }
    return String.join(";", lengths);
  }

  /** Token binding, ticket, Chrome's channel, a hello encrypted. */
  private static final Set<String> OPAQUE = Set.of("24", "35", "30031", "30032", "65037");

  /** Text, of which what is beyond ASCII is compared as that: tshark replaces it. */
  static Column ascii(String name, String ours) {
    return new Column(name, f -> f.joined(ours).replaceAll("[^ -~]", "?"), t -> t.replaceAll("[^ -~]", "?"));
  }

  /** Certificates, which are told by their hash. */
  static Column hashed(String name, String ours) {
    return new Column(name, f -> f.joined(ours), each(v -> HexFormat.of().formatHex(Ja4.sha256(HexFormat.of().parseHex(v.replace(":", ""))))));
  }

  /** Adds the columns of hellos with their extensions. */
  static TsharkAgreement hellos(TsharkAgreement agreement) {
    return agreement
        .also("tls.handshake.type handshakeType", "tls.handshake.length handshakeLength", "tls.handshake.version legacyVersion", "tls.handshake.random random",
            "tls.handshake.session_id_length legacySessionIdLength", "tls.handshake.session_id legacySessionId", "tls.handshake.cipher_suites_length cipherSuitesLength",
            "tls.handshake.ciphersuite cipherSuite", "tls.handshake.comp_methods_length compressionMethodsLength", "tls.handshake.comp_method compressionMethod",
            "tls.handshake.extensions_length extensionsLength", "tls.handshake.extension.type extensionType", "tls.handshake.extension.len extensionLength")
        .also("tls.handshake.extensions_server_name_list_len serverNameListLength", "tls.handshake.extensions_server_name_type nameType", "tls.handshake.extensions_server_name_len serverNameLength",
            "tls.handshake.extensions_status_request_type statusType", "tls.handshake.extensions_status_request_responder_ids_len responderIdListLength",
            "tls.handshake.extensions_status_request_exts_len requestExtensionsLength", "tls.handshake.extensions_supported_groups_length namedGroupsLength",
            "tls.handshake.extensions_supported_group namedGroup", "tls.handshake.extensions_ec_point_formats_length ecPointFormatsLength",
            "tls.handshake.extensions_ec_point_format ecPointFormat", "tls.handshake.sig_hash_alg_len signatureSchemesLength,signatureSchemeOfCertificatessLength,signatureSchemeOfCredentialsLength",
            "tls.handshake.sig_hash_alg signatureScheme,signatureSchemeOfCertificates,signatureSchemeOfCredential,signatureAlgorithm", "tls.handshake.extension.heartbeat.mode heartbeatMode",
            "tls.handshake.extensions_alpn_len applicationProtocolsLength", "tls.handshake.extensions_alpn_str_len applicationProtocolLength",
            "tls.handshake.max_fragment_length maxFragmentLength", "tls.record_size_limit recordSizeLimit",
            "tls.compress_certificate.algorithms_length certificateCompressionAlgorithmsLength", "tls.compress_certificate.algorithm certificateCompressionAlgorithm",
            "tls.handshake.extensions.psk.identities.length identitiesLength", "tls.handshake.extensions.psk.identity.identity_length identityLength",
            "tls.handshake.extensions.psk.identity.obfuscated_ticket_age obfuscatedTicketAge", "tls.handshake.extensions.psk.binders_len bindersLength",
            "tls.handshake.extensions.psk.identity.selected selectedIdentity", "tls.handshake.extensions.supported_versions_len versionsLength",
            "tls.handshake.extensions.supported_version supportedVersion,selectedVersion", "tls.handshake.extensions.cookie_len cookieLength", "tls.handshake.extensions.cookie cookie",
            "tls.extension.psk_ke_modes_length pskKeyExchangeModesLength", "tls.extension.psk_ke_mode pskKeyExchangeMode",
            "tls.handshake.extensions_key_share_client_length clientSharesLength", "tls.handshake.extensions_key_share_group keyShareGroup",
            "tls.handshake.extensions_key_share_selected_group selectedGroup", "tls.handshake.extensions_key_share_key_exchange_length keyExchangeLength",
            "tls.handshake.extensions_key_share_key_exchange keyExchange", "tls.handshake.extensions_alps_len alpssLength", "tls.handshake.extensions_alps_alpn_str_len alpsLength",
            "tls.handshake.extensions_alps_alpn_str alps", "tls.handshake.extensions_npn_str_len nextProtocolLength", "tls.handshake.extensions_npn nextProtocol",
            "tls.handshake.extensions_reneg_info_len renegotiatedConnectionLength", "tls.handshake.extensions_reneg_info renegotiatedConnection", "tls.esni.suite esniSuite",
            "tls.esni.record_digest_length recordDigestLength", "tls.esni.record_digest recordDigest", "tls.esni.encrypted_sni_length encryptedSniLength",
            "tls.esni.encrypted_sni encryptedSni")
        .also(new Column("tls.handshake.extension.data", HandshakeColumns::data, t -> Arrays.stream(t.split(";")).filter(v -> !v.isEmpty()).map(v -> Integer.toString(v.replace(":", "").length() / 2)).collect(Collectors.joining(";"))))
        .also(length("tls.handshake.extensions_padding_data", "paddingLength"), length("tls.handshake.extensions.psk.identity.identity", "identity"))
        .parts("tls.handshake.random_time", "tls.handshake.random_bytes", "tls.handshake.sig_hash_hash", "tls.handshake.sig_hash_sig")
        // hashes of what is compared, and where tshark put a message together
        .remarks("tls.handshake.ja3", "tls.handshake.ja3_full", "tls.handshake.ja3s", "tls.handshake.ja3s_full", "tls.handshake.fragment", "tls.handshake.fragment.count", "tls.handshake.fragments",
            "tls.handshake.reassembled_in", "tls.handshake.reassembled.length");
  }
}
