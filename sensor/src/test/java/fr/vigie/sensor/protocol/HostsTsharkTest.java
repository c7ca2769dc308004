package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CapturesCompared.catalogued;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.DECIMAL;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.goldens;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.recorded;

import fr.vigie.sensor.protocol.CapturesCompared.Named;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocols of hosts and of the clinical neighbour against tshark: their contract's messages, by which the golden files were checked, and shared captures. */
class HostsTsharkTest {
  private static TsharkAgreement ssh() {
    // tshark shows every encrypted segment as SSH too: what it reads of it is nothing
    return new TsharkAgreement("ssh", "ssh.protocol || ssh.message_code", List.of(new Column("ssh.protocol", "protocol"),
        new Column("ssh.message_code", f -> f.joined("messageCode"), t -> t), number("ssh.packet_length", "packetLength"), new Column("ssh.kex_algorithms", "kex_algorithms"),
        new Column("ssh.encryption_algorithms_client_to_server", "encryption_algorithms_client_to_server"), new Column("ssh.mac_algorithms_server_to_client",
            "mac_algorithms_server_to_client"), new Column("ssh.kex.hassh", "hassh"), new Column("ssh.kex.hasshserver", "hasshServer")), "-d", "tcp.port==8000,ssh", "-d",
        "tcp.port==2222,ssh")
        .also("ssh.cookie cookie", "ssh.compression_algorithms_client_to_server compression_algorithms_client_to_server", "ssh.compression_algorithms_server_to_client compression_algorithms_server_to_client", "ssh.encryption_algorithms_server_to_client encryption_algorithms_server_to_client", "ssh.mac_algorithms_client_to_server mac_algorithms_client_to_server", "ssh.server_host_key_algorithms server_host_key_algorithms", "ssh.languages_client_to_server languages_client_to_server", "ssh.languages_server_to_client languages_server_to_client", "ssh.first_kex_packet_follows first_kex_packet_follows")
        .also(new Column("ssh.padding_length", f -> f.joined("paddingLength"), t -> t, f -> !f.all("paddingLength").isEmpty()))
        // lengths of names and numbers, padding, what tshark counts itself, and the input of a hash that is compared
        .remarks("ssh.direction", "ssh.seq_num", "ssh.padding_string", "ssh.kex.reserved", "ssh.mpint_length", "ssh.kex.hassh_algorithms", "ssh.kex.hasshserver_algorithms", "ssh.kex_algorithms_length",
            "ssh.compression_algorithms_client_to_server_length", "ssh.compression_algorithms_server_to_client_length", "ssh.encryption_algorithms_server_to_client_length", "ssh.mac_algorithms_client_to_server_length", "ssh.server_host_key_algorithms_length", "ssh.languages_client_to_server_length", "ssh.languages_server_to_client_length", "ssh.encryption_algorithms_client_to_server_length", "ssh.mac_algorithms_server_to_client_length", "ssh.ecdh.q_c_length", "ssh.ecdh.q_s_length", "ssh.host_key.length", "ssh.host_sig.length", "ssh.host_key.ecdsa.id_length", "ssh.host_key.ecdsa.q_length",
            "ssh.host_key.eddsa.key_length", "ssh.host_key.type_length", "ssh.host_sig.type_length");
  }

  private static TsharkAgreement dicom() {
    return new TsharkAgreement("dicom", "dicom", List.of(number("dicom.pdu.type", "pduType"), new Column("dicom.assoc.ae.calling", f -> f.joined("callingAeTitle"), each(String::strip)),
        new Column("dicom.assoc.ae.called", f -> f.joined("calledAeTitle"), each(String::strip)), new Column("dicom.pctx.abss.syntax", f -> f.joined("abstractSyntax"), each(HostsTsharkTest::uid)),
        new Column("dicom.pctx.xfer.syntax", f -> f.joined("transferSyntax"), each(HostsTsharkTest::uid))), "-d", "tcp.port==11112,dicom");
  }

  /** {@code Verification SOP Class (1.2.840.10008.1.1)} as the number in it. */
  private static String uid(String text) {
    return text.endsWith(")") ? text.substring(text.lastIndexOf('(') + 1, text.length() - 1) : text;
  }

  private static TsharkAgreement hl7() {
    return new TsharkAgreement("hl7", "hl7", List.of(new Column("hl7.message.type", f -> f.joined("messageType").replaceFirst("\\^.*", ""), t -> t)));
  }

  private static TsharkAgreement ftp() {
    return new TsharkAgreement("ftp", "ftp.request.command || ftp.response.code", List.of(new Column("ftp.request.command", f -> f.joined("command"), t -> t.toUpperCase(Locale.ROOT)),
        number("ftp.response.code", "code"), new Column("ftp.request.arg", f -> f.all("argument").stream().map(HostsTsharkTest::octets).collect(Collectors.joining(";")),
            each(HostsTsharkTest::octets)))).without("contentline")
        .also(new Column("ftp.response.arg", f -> f.all("text").stream().map(HostsTsharkTest::octets).collect(Collectors.joining(";")), each(HostsTsharkTest::octets), f -> !f.joined("operation").contains("continued")))
        .remarks("ftp.request", "ftp.response", "ftp.current-working-directory");
  }

  /** How long a text is, which is all that is told of a secret one. */
  private static String octets(String text) {
    return text.isEmpty() ? "" : text.endsWith(" octets") ? text.substring(0, text.length() - 7) : Integer.toString(text.getBytes(StandardCharsets.UTF_8).length);
  }

  private static TsharkAgreement tftp() {
    return new TsharkAgreement("tftp", "tftp", List.of(number("tftp.opcode", "opcode"), new Column("tftp.source_file", f -> f.joined("opcode").equals("1") ? f.joined("file") : "", t -> t),
        new Column("tftp.destination_file", f -> f.joined("opcode").equals("2") ? f.joined("file") : "", t -> t), new Column("tftp.type", f -> f.joined("mode"), t -> t),
        number("tftp.block", "block"), number("tftp.error.code", "errorCode"), new Column("tftp.option.name", "option"), new Column("tftp.option.value", "value")));
  }

  private static TsharkAgreement telnet() {
    return new TsharkAgreement("telnet", "telnet", List.of(number("telnet.cmd", "code"), number("telnet.subcmd", "option")));
  }

  private static TsharkAgreement quic() {
    // RFC 9000 §15: versions of the form 0x?a?a?a?a provoke a negotiation; nobody speaks them
    return HandshakeColumns.hellos(new TsharkAgreement("quic", "quic && !(quic.version == 0x0a0a0a0a)", List.of(new Column("tls.handshake.extensions_server_name", "serverName"),
        HandshakeColumns.ascii("tls.handshake.extensions_alpn_str", "applicationProtocol"))))
        .also("quic.header_form headerForm", "quic.fixed_bit fixedBit", "quic.spin_bit spinBit", "quic.version version", "quic.dcil destinationConnectionIdLength",
            "quic.dcid destinationConnectionId", "quic.scil sourceConnectionIdLength", "quic.scid sourceConnectionId", "quic.token_length tokenLength", "quic.length length",
            "quic.long.reserved reserved", "quic.packet_number packetNumber", "quic.packet_length packetLength", "quic.supported_version supportedQuicVersion", "quic.frame_type frameType",
            "quic.padding_length paddingFrameLength", "quic.crypto.offset offset", "quic.crypto.length cryptoLength", "quic.ack.largest_acknowledged largestAcknowledged", "quic.ack.ack_delay ackDelay",
            "quic.ack.ack_range_count ackRangeCount", "quic.ack.first_ack_range firstAckRange", "quic.ack.gap gap", "quic.ack.ack_range ackRangeLength", "quic.cc.error_code errorCode",
            "quic.cc.frame_type errorFrameType", "quic.cc.reason_phrase.length reasonPhraseLength", "quic.cc.reason_phrase reasonPhrase", "quic.odcil originalDestinationConnectionIdLength",
            "quic.odcid originalDestinationConnectionId", "quic.retry_integrity_tag retryIntegrityTag")
        .also("tls.quic.len parametersLength", "tls.quic.parameter.type parameterId", "tls.quic.parameter.length parameterLength",
            "tls.quic.parameter.max_idle_timeout max_idle_timeout", "tls.quic.parameter.max_udp_payload_size max_udp_payload_size", "tls.quic.parameter.initial_max_data initial_max_data",
            "tls.quic.parameter.initial_max_stream_data_bidi_local initial_max_stream_data_bidi_local", "tls.quic.parameter.initial_max_stream_data_bidi_remote initial_max_stream_data_bidi_remote",
            "tls.quic.parameter.initial_max_stream_data_uni initial_max_stream_data_uni", "tls.quic.parameter.initial_max_streams_bidi initial_max_streams_bidi",
            "tls.quic.parameter.initial_max_streams_uni initial_max_streams_uni", "tls.quic.parameter.ack_delay_exponent ack_delay_exponent", "tls.quic.parameter.max_ack_delay max_ack_delay",
            "tls.quic.parameter.active_connection_id_limit active_connection_id_limit", "tls.quic.parameter.max_datagram_frame_size max_datagram_frame_size",
            "tls.quic.parameter.vi.chosen_version chosenVersion", "tls.quic.parameter.vi.other_version availableVersion", "tls.quic.parameter.google.initial_rtt google_initial_rtt",
            "tls.quic.parameter.google.user_agent userAgent", "tls.quic.parameter.value parameterValue",
            "quic.vn.unused unused", "quic.long.packet_type longPacketType")
        .also(parameter("tls.quic.parameter.initial_source_connection_id", 15), parameter("tls.quic.parameter.google.connection_options", 0x3128),
            new Column("tls.quic.parameter.google.quic_version", f -> f.joined("google_version"), TsharkAgreement::plain),
            // the two bits say how many octets more than one
            new Column("quic.packet_number_length", f -> each(n -> Integer.toString(Integer.parseInt(n) - 1)).apply(f.joined("packetNumberLength")), t -> t),
            new Column("tls.quic.parameter.lengt.old", f -> "", t -> t), new Column("quic.long.packet_type_v2", f -> "", t -> t))
        .also(HandshakeColumns.length("quic.token", "token"), HandshakeColumns.length("quic.retry_token", "retryToken"), HandshakeColumns.length("quic.payload", "payloadLength"),
            HandshakeColumns.length("quic.remaining_payload", "remainingPayload"))
        // its own number of the connection, and where it put a hello together
        .remarks("quic.connection.number", "quic.crypto.fragment", "quic.crypto.fragment.count", "quic.crypto.fragments", "quic.crypto.reassembled_in").without("with-secrets|doq.pcapng").refined(HostsTsharkTest::withoutPadding)
        .taking(f -> !f.joined("operation").equals("versionProbe"));
  }

  /** The values of one transport parameter. */
  private static Column parameter(String name, int id) {
    return new Column(name, f -> {
      List<String> all = new ArrayList<>();
      String now = "";
      for (String[] field : f.fields) {
        now = field[0].equals("parameterId") ? field[1] : now;
        if (field[0].equals("parameterValue") && now.equals(Integer.toString(id))) {
          all.add(field[1]);
        }
      }
      return String.join(";", all);
    }, TsharkAgreement::plain);
  }

  private static void merge(Map<String, String> row, String name, String other) {
    row.merge(name, row.remove(other), (a, b) -> a.isEmpty() || b.isEmpty() ? a + b : a + ";" + b);
  }

  /** RFC 9000 §12.2, §17.3.1: octets behind the packets of a datagram whose fixed bit is 0 are no packet; tshark shows them as one. */
  private static Map<String, String> withoutPadding(Map<String, String> row) {
    merge(row, "tls.quic.parameter.length", "tls.quic.parameter.lengt.old");
    merge(row, "quic.long.packet_type", "quic.long.packet_type_v2");
    if (row.get("quic.fixed_bit").matches("(.*;)?(0|False)")) {
      for (String name : List.of("quic.header_form", "quic.fixed_bit", "quic.spin_bit", "quic.packet_length", "quic.remaining_payload")) {
        row.put(name, row.get(name).replaceFirst(";?[^;]*$", ""));
      }
    }
    return row;
  }

  /** An integer of 64 bits. */
  private static Column wide(String name, String ours) {
    return new Column(name, f -> f.joined(ours), each(v -> v.startsWith("0x") ? Long.toString(Long.parseUnsignedLong(v.substring(2), 16)) : v));
  }

  /** A signature, of which only is told that there is one. */
  private static Column present(String name, String ours) {
    return new Column(name, f -> f.joined(ours).isEmpty() ? "" : "signed", t -> t.matches("[0:;]*") ? "" : "signed");
  }

  /** The headers of every message, whatever its command; of compounded ones the first. */
  private static TsharkAgreement smbHeaders() {
    return new TsharkAgreement("smb", "smb2 || smb", List.of(new Column("smb2.cmd", f -> f.joined("command"), first()), new Column("smb.cmd", f -> f.joined("oldCommand"), t -> first().apply(DECIMAL.apply(t)))))
        .also(header("smb2.header_len", "structureSize"), header("smb2.credit.charge", "creditCharge"), header("smb2.channel_sequence", "channelSequence"), header("smb2.nt_status", "status"),
            header("smb2.credits.requested", "creditRequest"), header("smb2.credits.granted", "creditResponse"), header("smb2.flags", "flags"), header("smb2.chain_offset", "nextCommand"),
            header("smb2.pid", "processId"), header("smb2.tid", "treeId"), wide("smb2.msg_id", "messageId").theirs(t -> first().apply(t)),
            wide("smb2.sesid", "sessionId").theirs(t -> wide("", "").theirs().apply(first().apply(t))), wide("smb2.aid", "asyncId"), present("smb2.signature", "signature").only(f -> f.all("nonce").isEmpty()))
        .also("smb.flags oldFlags", "smb.flags2 oldFlags2", "smb.pid.high pidHigh", "smb.tid tid", "smb.pid pidLow", "smb.uid uid", "smb.mid mid")
        .also(present("smb.signature", "securityFeatures"))
        .also("smb2.header.transform.nonce nonce", "smb2.header.transform.msg_size originalMessageSize", "smb2.header.transform.flags transformFlags")
        .also(present("smb2.header.transform.signature", "signature").only(f -> !f.all("nonce").isEmpty()), HandshakeColumns.length("smb2.header.transform.enc_data", "encryptedLength"))
        .remarks("smb2.header.transform.reserved")
        // to tshark the session below is another protocol
        .taking(f -> f.all("sessionType").isEmpty())
        .counting("smb2.cmd", "smb2.header", "smb2.credit", "smb2.channel_sequence", "smb2.nt_status", "smb2.flags", "smb2.chain_offset", "smb2.pid", "smb2.tid", "smb2.msg_id", "smb2.sesid", "smb2.aid",
            "smb2.signature", "smb.cmd", "smb.flags", "smb.pid", "smb.tid", "smb.uid", "smb.mid", "smb.signature");
  }

  private static Column header(String name, String ours) {
    return new Column(name, f -> name.startsWith("smb2") && f.joined("command").isEmpty() ? "" : f.joined(ours), t -> first().apply(TsharkAgreement.plain(t)));
  }

  private static boolean setsUp(Frame frame) {
    return frame.all("command").stream().anyMatch(c -> c.matches("[013]")) || frame.all("oldCommand").stream().anyMatch(c -> c.matches("114|115|117"));
  }

  /** Negotiation, session setup and tree connect of SMB 2 and 3 in full, with NTLM; of SMB 1 what identifies. */
  private static TsharkAgreement smb() {
    return new TsharkAgreement("smb", "smb2.cmd == 0 || smb2.cmd == 1 || smb2.cmd == 3 || smb.cmd == 0x72 || smb.cmd == 0x73 || smb.cmd == 0x75", List.of(
        new Column("ntlmssp.messagetype", f -> f.joined("ntlmMessage"), each(HostsTsharkTest::ntlm)), new Column("ntlmssp.challenge.target_info.nb_computer_name", "nbComputerName"),
        new Column("ntlmssp.challenge.target_info.dns_computer_name", "dnsComputerName"), new Column("ntlmssp.challenge.target_info.dns_domain_name", "dnsDomainName"),
        new Column("ntlmssp.challenge.target_info.nb_domain_name", "nbDomainName"), new Column("ntlmssp.challenge.target_info.dns_tree_name", "dnsTreeName"),
        new Column("smb.native_os", "nativeOs"), new Column("smb.native_lanman", "nativeLanMan"))).taking(HostsTsharkTest::setsUp)
        .also("smb2.buffer_code bodySize", "smb2.dialect_count dialectCount", "smb2.dialect dialect", "smb2.sec_mode securityMode", "smb2.capabilities capabilities",
            "smb2.max_trans_size maxTransactSize", "smb2.max_read_size maxReadSize", "smb2.max_write_size maxWriteSize", "smb2.session_flags sessionFlags", "smb2.ses_req_flags setupFlags",
            "smb2.channel channel", "smb2.olb.offset bufferOffset", "smb2.olb.length bufferLength", "smb2.share_type shareType", "smb2.share_flags shareFlags", "smb2.share_caps shareCapabilities",
            "smb.access_mask maximalAccess", "smb2.tc.flags treeFlags", "smb2.negotiate_context.offset negotiateContextOffset",
            "smb2.negotiate_context.count negotiateContextCount", "smb2.negotiate_context.type contextType", "smb2.negotiate_context.data_length contextLength",
            "smb2.negotiate_context.hash_alg_count hashAlgorithmCount", "smb2.negotiate_context.hash_algorithm hashAlgorithm", "smb2.negotiate_context.salt_length saltLength",
            "smb2.negotiate_context.salt salt", "smb2.negotiate_context.cipher_count cipherCount", "smb2.negotiate_context.cipher_id cipher",
            "smb2.negotiate_context.comp_alg_count compressionAlgorithmCount", "smb2.negotiate_context.comp_alg_flags compressionFlags",
            "smb2.negotiate_context.comp_alg_id compressionAlgorithm", "smb2.negotiate_context.netname netName", "smb.dialect.name oldDialect", "smb.dialect.index dialectIndex",
            "ntlmssp.negotiateflags negotiateFlags", "ntlmssp.version.major major", "ntlmssp.version.minor minor", "ntlmssp.version.build_number build",
            "ntlmssp.version.ntlm_current_revision revision", "ntlmssp.string.length textLength", "ntlmssp.string.maxlen textMaxLength", "ntlmssp.string.offset textOffset",
            "ntlmssp.challenge.target_info.length targetInfoLength", "ntlmssp.challenge.target_info.maxlen targetInfoMaxLength", "ntlmssp.challenge.target_info.offset targetInfoOffset",
            "ntlmssp.challenge.target_info.item.type avId", "ntlmssp.challenge.target_info.item.length avLength")
        .also("smb.wct wordCount", "smb.buffer_format bufferFormat", "smb.vc vcNumber", "smb.max_mpx_count maxMpxCount", "smb.max_vcs maxNumberVcs", "smb.bcc byteCount", "smb.sm oldSecurityMode", "smb.server_cap oldCapabilities", "smb.max_raw maxRawSize", "smb.session_key oldSessionKey",
            "smb.challenge_length challengeLength", "ntlmssp.blob.length secretLength", "ntlmssp.blob.maxlen secretMaxLength", "ntlmssp.blob.offset secretOffset",
            "ntlmssp.challenge.target_name targetName")
        .also(HandshakeColumns.length("ntlmssp.ntlmserverchallenge", "serverChallenge"), moment("smb2.current_time", "systemTime"), moment("smb2.boot_time", "serverStartTime"),
            new Column("smb2.tree", f -> f.joined("command").isEmpty() ? "" : f.joined("path"), t -> t), new Column("smb.path", f -> f.joined("command").isEmpty() ? f.joined("path") : "", t -> t),
            said("ntlmssp.auth.domain", "domain", "authenticate"), said("ntlmssp.auth.hostname", "workstation", "authenticate"), said("ntlmssp.negotiate.domain", "domain", "negotiate"),
            said("ntlmssp.negotiate.callingworkstation", "workstation", "negotiate"))
        .also(wide("smb2.previous_sesid", "previousSessionId"), guid("smb2.client_guid", "clientGuid"), guid("smb2.server_guid", "serverGuid"))
        .remarks("smb2.response_to", "smb2.time", "smb2.auth_frame", "smb2.preauth_hash", "smb2.acct", "smb2.domain", "smb2.host", "smb2.tcon_frame", "smb.response_to", "smb.time",
            "smb.fid.mapped_in", "smb.dialect", "smb2.reserved", "smb.reserved", "ntlmssp.reserved", "ntlmssp.identifier", "smb2.protocol_id", "smb.server_component")
        // users, what they answer a challenge with, and tokens of SPNEGO around it, told by their length
        .remarks("ntlmssp.auth.username", "ntlmssp.auth.lmresponse", "ntlmssp.auth.ntresponse", "ntlmssp.auth.sesskey", "ntlmssp.authenticate.mic", "ntlmssp.ntlmclientchallenge",
            "ntlmssp.ntlmv2_response", "ntlmssp.ntlmv2_response.*", "ntlmssp.ntlmv2_response.item.*", "ntlmssp.verf.body", "ntlmssp.verf.vers", "smb2.security_blob", "smb.security_blob", "smb.password")
        // bits of the flags and masks that are compared; headers, which are compared in all messages
        .parts("ntlmssp.negotiate00000008", "ntlmssp.negotiate00000100", "ntlmssp.negotiate00004000", "ntlmssp.negotiate128", "ntlmssp.negotiate56", "ntlmssp.negotiatealwayssign",
            "ntlmssp.negotiateanonymous", "ntlmssp.negotiatedatagram", "ntlmssp.negotiateidentify", "ntlmssp.negotiatekeyexch", "ntlmssp.negotiatelmkey", "ntlmssp.negotiatent00200000",
            "ntlmssp.negotiatent01000000", "ntlmssp.negotiatent04000000", "ntlmssp.negotiatent08000000", "ntlmssp.negotiatent10000000", "ntlmssp.negotiatentlm", "ntlmssp.negotiatentlm2",
            "ntlmssp.negotiatentonly", "ntlmssp.negotiateoem", "ntlmssp.negotiateoemdomainsupplied", "ntlmssp.negotiateoemworkstationsupplied", "ntlmssp.negotiateseal", "ntlmssp.negotiatesign",
            "ntlmssp.negotiatetargetinfo", "ntlmssp.negotiateunicode", "ntlmssp.negotiateversion", "ntlmssp.requestnonntsession", "ntlmssp.requesttarget", "ntlmssp.targettypedomain",
            "ntlmssp.targettypeserver", "ntlmssp.targettypeshare", "smb.access", "smb2.ses_flags", "smb2.tc", "smb2.share")
        .parts("smb2.cmd", "smb2.header_len", "smb2.credit", "smb2.credits", "smb2.channel_sequence", "smb2.nt_status", "smb2.flags", "smb2.chain_offset", "smb2.pid", "smb2.tid", "smb2.msg_id",
            "smb2.sesid", "smb2.aid", "smb2.signature", "smb.cmd", "smb.flags", "smb.flags2", "smb.pid", "smb.tid", "smb.uid", "smb.mid", "smb.signature", "smb.nt_status");
  }

  /** A text of one of NTLM's messages. */
  private static Column said(String name, String ours, String message) {
    return new Column(name, f -> f.joined("ntlmMessage").equals(message) ? f.joined(ours) : "", t -> t.equals("NULL") ? "" : t);
  }

  /** MS-DTYP §2.3.3: tenths of microseconds since 1601. */
  private static Column moment(String name, String ours) {
    return new Column(name, f -> each(v -> v.equals("0") ? "" : Instant.EPOCH.plusSeconds(Long.parseLong(v) / 10_000_000 - 11_644_473_600L).toString()).apply(f.joined(ours)),
        each(v -> v.startsWith("No time") || v.startsWith("Jan  1, 1970 00:00:00.0") ? "" : LocalDateTime.parse(v.replaceAll(" +", " "), MessagesTsharkTest.SHOWN).toInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /** Three numbers little endian and eight octets, as tshark writes them. */
  private static Column guid(String name, String ours) {
    return new Column(name, f -> f.joined(ours), each(v -> {
      String h = v.replace("-", "");
      return h.length() != 32 ? v : h.substring(6, 8) + h.substring(4, 6) + h.substring(2, 4) + h.substring(0, 2) + h.substring(10, 12) + h.substring(8, 10) + h.substring(14, 16)
          + h.substring(12, 14) + h.substring(16);
    }));
  }

  private static TsharkAgreement rdp() {
    return new TsharkAgreement("rdp", "rdp", List.of(new Column("rdp.rt_cookie", f -> octets(f.joined("cookie")), t -> t.isEmpty() ? "" : octets(t.replaceFirst("^Cookie: mstshash=", ""))), number("rdp.negReq.requestedProtocols", "requestedProtocols"),
        number("rdp.negReq.selectedProtocol", "selectedProtocol"), new Column("rdp.client.name", "clientName"), number("rdp.client.build", "clientBuild"), number("rdp.keyboardLayout",
            "keyboardLayout")))
        .also("rdp.negReq.flags negotiationFlags", "rdp.negRsp.flags negotiationAnswerFlags")
        .remarks("rdp.neg_length", "rdp.neg_type");
  }

  /** Certificates as tshark cuts them out, read by the JDK's own parser. */
  private static TsharkAgreement certificates() {
    return new TsharkAgreement("tls", "tls.handshake.certificate && tcp", List.of(new Column("tls.handshake.certificate", HostsTsharkTest::certificates, each(c -> {
      X509Certificate parsed = parsed(c.replace(":", ""));
      return String.join(" ", key(parsed), serial(parsed), Boolean.toString(parsed.getSubjectX500Principal().equals(parsed.getIssuerX500Principal())), parsed.getNotAfter().toInstant().toString()
          .substring(0, 10));
    })))).proof("sha256")
        .also("x509af.version certificateVersion", "x509af.serialNumber certificateSerialNumber", "x509af.algorithm.id algorithm", "pkcs1.namedCurve namedCurve", "x509if.oid attributeType",
            "x509sat.CountryName countryName", "x509sat.IA5String ia5String", "x509sat.PrintableString serialNumberAttribute", "x509af.subjectPublicKey subjectPublicKey", "pkcs1.modulus modulus", "pkcs1.publicExponent publicExponent",
            "x509af.extension.id extnId", "x509af.critical critical", "ber.bitstring.padding unusedBits", "x509ce.KeyUsage keyUsage", "x509ce.cA ca", "x509ce.pathLenConstraint pathLenConstraint",
            "x509ce.SubjectKeyIdentifier subjectKeyIdentifier", "x509ce.keyIdentifier keyIdentifier", "x509ce.authorityCertSerialNumber authorityCertSerialNumber",
            "x509ce.KeyPurposeId keyPurposeId", "x509ce.GeneralName generalName", "x509ce.dNSName dnsName", "x509ce.rfc822Name rfc822Name", "x509ce.iPAddress ipAddress",
            "x509ce.uniformResourceIdentifier uniformResourceIdentifier", "x509ce.policyIdentifier policyIdentifier", "x509ce.id policyQualifierId", "pkix1explicit.DirectoryString cpsUri",
            "pkix1implicit.accessMethod accessMethod", "pkix1implicit.accessLocation accessLocation", "x509ce.distributionPoint distributionPoint", "x509af.encrypted signatureValue")
        .also(HandshakeColumns.ascii("x509sat.printableString", "printableString"), HandshakeColumns.ascii("x509sat.uTF8String", "utf8String"),
            HandshakeColumns.ascii("x509sat.teletexString", "teletexString"),
            new Column("x509af.utcTime", f -> each(HostsTsharkTest::digits).apply(f.joined("validFrom", "validUntil")), each(HostsTsharkTest::digits)))
        // how many there are, and which of a choice, which the name of what is chosen says
        .remarks("x509if.RDNSequence_item", "x509if.rdnSequence", "x509af.rdnSequence", "x509af.issuer", "x509af.subject", "x509af.notBefore", "x509af.notAfter", "x509sat.DirectoryString",
            "x509af.extensions", "x509ce.GeneralNames", "x509ce.KeyPurposeIDs", "x509ce.CertificatePoliciesSyntax", "x509ce.policyQualifiers", "x509ce.CRLDistPointsSyntax",
            "pkix1implicit.AuthorityInfoAccessSyntax", "x509ce.fullName", "x509ce.authorityCertIssuer", "x509ce.directoryName", "pkcs1.ECParameters")
        .counting("x509", "pkcs1.", "pkix", "ber.bitstring");
  }

  /** {@code 2016-09-26 21:10:38 (UTC)} and {@code 160926211038Z} as digits; RFC 5280 §4.1.2.5.1 has the century. */
  private static String digits(String time) {
    String digits = time.replaceAll("[^0-9]", "");
    return digits.length() == 12 ? (digits.compareTo("50") < 0 ? "20" : "19") + digits : digits;
  }

  private static String certificates(Frame frame) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < frame.all("sha256").size(); i++) {
      all.add(String.join(" ", frame.all("key").get(i), frame.all("serialNumber").get(i), frame.all("selfSigned").get(i), day(frame.all("notAfter").get(i))));
    }
    return String.join(";", all);
  }

  private static X509Certificate parsed(String hex) {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String key(X509Certificate certificate) {
    return switch (certificate.getPublicKey()) {
      case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength();
      case ECPublicKey ec -> "EC P-" + ec.getParams().getOrder().bitLength();
      default -> certificate.getPublicKey().getAlgorithm();
    };
  }

  private static String serial(X509Certificate certificate) {
    return HexFormat.of().formatHex(certificate.getSerialNumber().toByteArray());
  }

  /** {@code YYMMDD…} or {@code YYYYMMDD…} as a date; RFC 5280 §4.1.2.5.1: below 50 is this century. */
  private static String day(String time) {
    String full = time.length() == 13 ? (time.compareTo("50") < 0 ? "20" : "19") + time : time;
    return full.substring(0, 4) + "-" + full.substring(4, 6) + "-" + full.substring(6, 8);
  }

  /** Of compounded commands the first is read. */
  private static Function<String, String> first() {
    return t -> t.replaceFirst(";.*", "");
  }

  private static String ntlm(String type) {
    return switch (Long.decode(type).intValue()) {
      case 1 -> "negotiate";
      case 2 -> "challenge";
      case 3 -> "authenticate";
      default -> type;
    };
  }

  static Map<String, Named> compared() {
    return Map.of("ssh", new Named("ssh", 40, ssh()), "ftp", new Named("ftp", 40, ftp()), "tftp", new Named("tftp", 40, tftp()), "sip", new Named("sip", 40, SessionColumns.sip()), "quic", new Named("quic", 60, quic()), "smb", new Named("smb2", 40, smb()), "smb-headers", new Named("smb2", 40, smbHeaders()), "rdp", new Named("rdp", 40, rdp()), "certificates", new Named("tls", 60, certificates()));
  }

  @Test
  void goldenMessagesAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(ssh(), folder, new SshTest(), true, 0.9);
    goldens(dicom(), folder, new DicomTest(), true, 0.9);
    goldens(hl7(), folder, new Hl7Test(), true, 0.9);
    goldens(ftp(), folder, new FtpTest(), true, 0.9);
    goldens(tftp(), folder, new TftpTest(), false, 0.9);
    goldens(SessionColumns.sip(), folder, new SipTest(), false, 0.9);
    goldens(quic(), folder, new QuicTest(), false, 0.9);
    goldens(smb(), folder, new SmbTest(), true, 0.9);
    // a request or confirm without negotiation is COTP to tshark, and nothing behind it RDP
    goldens(rdp(), folder, new RdpTest(), true, 0.6);
    goldens(telnet(), folder, new TelnetTest(), true, 0.9);
  }

  @Test
  void sshAgreesWithTshark() throws IOException {
    catalogued("ssh", 100, 0.99, 0.8);
  }

  @Test
  void ftpAgreesWithTshark() throws IOException {
    catalogued("ftp", 500, 0.98, 0.8);
  }

  @Test
  void tftpAgreesWithTshark() throws IOException {
    catalogued("tftp", 50, 0.99, 0.95);
  }

  @Test
  void sipAgreesWithTshark() throws IOException {
    catalogued("sip", 25, 0.95, 0.95);
  }

  @Test
  void quicAgreesWithTshark() throws IOException {
    catalogued("quic", 1000, 0.99, 0.95);
  }

  @Test
  void smbAgreesWithTshark() throws IOException {
    catalogued("smb", 90, 0.99, 0.95);
    catalogued("smb-headers", 300, 0.99, 0.95);
  }

  @Test
  void rdpAgreesWithTshark() throws IOException {
    catalogued("rdp", 3, 0.9, 0.95);
  }

  @Test
  void certificatesAgreeWithTheJdk() throws IOException {
    catalogued("certificates", 10, 0.99, 0.95);
  }

  @Test
  void dicomAgreesWithTshark() throws IOException {
    recorded(dicom(), "dicom", 5, 0.99);
  }
}
