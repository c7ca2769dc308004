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

  private static TsharkAgreement smb() {
    return new TsharkAgreement("smb", "smb2 || smb", List.of(new Column("smb2.cmd", f -> f.joined("command"), first()), new Column("smb.cmd", f -> f.joined("oldCommand"), t -> first().apply(DECIMAL.apply(t))),
        new Column("ntlmssp.messagetype", f -> f.joined("ntlmMessage"), each(HostsTsharkTest::ntlm)),
        new Column("ntlmssp.challenge.target_info.nb_computer_name", "nbComputerName"), new Column("ntlmssp.challenge.target_info.dns_computer_name", "dnsComputerName"),
        new Column("ntlmssp.challenge.target_info.dns_domain_name", "dnsDomainName"), new Column("smb.native_os", "nativeOs")));
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
    return Map.of("ssh", new Named("ssh", 40, ssh()), "ftp", new Named("ftp", 40, ftp()), "tftp", new Named("tftp", 40, tftp()), "sip", new Named("sip", 40, SessionColumns.sip()), "quic", new Named("quic", 60, quic()), "smb", new Named("smb2", 40, smb()), "rdp", new Named("rdp", 40, rdp()), "certificates", new Named("tls", 60, certificates()));
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
    catalogued("smb", 100, 0.98, 0);
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
