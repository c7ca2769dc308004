package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TlsTest extends DissectorContract {
  /** A certificate of our own, made for this test: CN=ahu-3.plant.example, O=Vigie test, self-signed, with two alternative names. */
  private static final String CERTIFICATE = """
      308201e130820187a003020102021478323b8b7bafbcc95fbb1f09e02a7677e09c2149300a06082a8648ce3d040302303331133011060355040a0c0a
      56696769652074657374311c301a06035504030c136168752d332e706c616e742e6578616d706c65301e170d3236313132353233303034315a170d33
      36313132323233303034315a303331133011060355040a0c0a56696769652074657374311c301a06035504030c136168752d332e706c616e742e6578
      616d706c653059301306072a8648ce3d020106082a8648ce3d030107034200045567116465f14bc3a87487251f0880ee85d9733fbfd320f332003b0e
      8dea611548f91248dae95d09ec5fb5a3c181499e27e1aa9d9a9d5cbf1a1ee497c4aaf479a3793077301d0603551d0e0416041428221764c3b7ec5c14
      70e63c095f235c522c2002301f0603551d2304183016801428221764c3b7ec5c1470e63c095f235c522c2002300f0603551d130101ff040530030101
      ff30240603551d11041d301b82136168752d332e706c616e742e6578616d706c6587040a000002300a06082a8648ce3d0403020348003045022100b1
      22e130481892d31e29aeefe466216546df829e68975dfe663014b21faf3814022067aebf3dbd6a487fc0e699b43ed0417a85d8f5987506a35b8a5492
      95461e5b05
      """.replaceAll("\\s", "");

  private static final String RANDOM = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

  private static String u16(int value) {
    return String.format("%04x", value);
  }

  private static String u24(int value) {
    return String.format("%06x", value);
  }

  private static int octets(String hex) {
    return Message.hex(hex).length;
  }

  private static String extension(int type, String body) {
    return u16(type) + u16(octets(body)) + body;
  }

  private static String handshake(int type, String body) {
    return String.format("%02x", type) + u24(octets(body)) + body;
  }

  private static String record(int type, String body) {
    return String.format("%02x", type) + "0303" + u16(octets(body)) + body;
  }

  private static String clientHello(String ciphers, String... extensions) {
    String all = String.join("", extensions);
    return handshake(1, "0303" + RANDOM + "00" + u16(octets(ciphers)) + ciphers + "0100" + u16(octets(all)) + all);
  }

  private static String serverHello(int version, String cipher, String... extensions) {
    String all = String.join("", extensions);
    return handshake(2, u16(version) + RANDOM + "00" + cipher + "00" + u16(octets(all)) + all);
  }

  private static String serverName(String name) {
    String ascii = Message.ascii(name);
    return extension(0, u16(name.length() + 3) + "00" + u16(name.length()) + ascii);
  }

  private static final String ALPN = extension(16, "000c" + "02" + Message.ascii("h2") + "08" + Message.ascii("http/1.1"));
  private static final String ALGORITHMS = extension(13, "0004" + "0403" + "0804");
  private static final String VERSIONS = extension(43, "06" + "3a3a" + "0304" + "0303");
  private static final String CHAIN = handshake(11, u24(octets(CERTIFICATE) + 3) + u24(octets(CERTIFICATE)) + CERTIFICATE);

  private static String vector8(String body) {
    return String.format("%02x", octets(body)) + body;
  }

  private static String vector16(String body) {
    return u16(octets(body)) + body;
  }

  private static final String POINT = "1d".repeat(32);

  /** A ClientHello with each extension that a client may send, in the forms of their documents. */
  private static final String EVERYTHING = record(22, handshake(1, "0303" + RANDOM + vector8("ab".repeat(32)) + vector16("0a0a 1301 c02b 00ff".replace(" ", "")) + "0100" + vector16(String.join("",
      extension(0x0a0a, ""), serverName("bms.example"), extension(1, "02"), extension(5, "01" + "0000" + "0000"), extension(10, vector16("0a0a001d0017")), extension(11, vector8("00")), ALGORITHMS,
      extension(14, vector16("0001") + vector8("")), extension(15, "01"), ALPN, extension(17, vector16("01" + vector16("0000" + "0000"))), extension(18, ""), extension(19, vector8("0200")),
      extension(20, vector8("02")), extension(21, "00".repeat(16)), extension(22, ""), extension(23, ""), extension(24, "000d" + vector8("0102")), extension(27, vector8("0002")),
      extension(28, "4001"), extension(34, vector16("0403")), extension(35, "77".repeat(24)), extension(42, ""), VERSIONS, extension(44, vector16("c00c1e")), extension(45, vector8("01")),
      extension(47, vector16(vector16("3000"))), extension(49, ""), extension(50, vector16("0403")), extension(51, vector16("0a0a" + vector16("00") + "001d" + vector16(POINT))),
      extension(13172, ""), extension(17513, vector16(vector8(Message.ascii("h2")))), extension(30032, ""), extension(0xfe0d, "00" + "00010001" + "07" + vector16(POINT) + vector16("ee".repeat(40))),
      extension(0xffce, "1301" + "001d" + vector16(POINT) + vector16("dd".repeat(8)) + vector16("cc".repeat(12))), extension(65281, "00"),
      extension(41, vector16(vector16("55".repeat(20)) + "00000102") + vector16(vector8("66".repeat(32))))))));

  private static final String DONE = handshake(14, "");

  /** RFC 8422 §5.4: secp256r1, a point, and a signature. */
  private static final String ECDHE = handshake(12, "03" + "0017" + vector8("04" + "22".repeat(64)) + "0403" + vector16("3006020101020101"));

  private static final String DHE = handshake(12, vector16("f7".repeat(32)) + vector16("02") + vector16("99".repeat(32)) + "0401" + vector16("5a".repeat(16)));

  @Override
  protected Dissector dissector() {
    return new Tls();
  }

  @Override
  protected List<Message> messages() {
    Message hello = Message.request("client-hello", 50000, 443,
        record(22, clientHello("2a2a 1301 1302 c02b", extension(0x1a1a, ""), serverName("bms.example"), ALPN, ALGORITHMS, VERSIONS)));
    return List.of(hello,
        Message.request("client-hello-of-tls10-without-extensions", 50000, 443,
            record(22, handshake(1, "0301" + RANDOM + "00" + "0004" + "002f0035" + "0100"))),
        Message.request("client-hello-on-a-foreign-port", 50000, 9443, record(22, clientHello("1301", ALGORITHMS, VERSIONS))),
        Message.response("server-hello-13", 443, 50000, record(22, serverHello(0x0303, "1301", extension(43, "0304")))).after(hello),
        Message.response("server-hello-certificate-and-done-in-one-record", 443, 50000,
            record(22, serverHello(0x0303, "c02b", extension(16, "0003" + "02" + Message.ascii("h2"))) + CHAIN + handshake(14, ""))).after(hello),
        Message.response("certificate-over-two-records", 443, 50000,
            record(22, CHAIN.substring(0, 400)) + record(22, CHAIN.substring(400) + handshake(14, ""))),
        Message.response("server-hello-10-is-a-flaw", 443, 50000, record(22, serverHello(0x0301, "002f"))),
        Message.response("server-hello-of-foxs", 4911, 50000, record(22, serverHello(0x0303, "c02b") + CHAIN)),
        Message.response("server-hello-ssl3-is-a-flaw", 443, 50000, record(22, serverHello(0x0300, "0005"))),
        Message.response("alert-handshake-failure", 443, 50000, record(21, "0228")).after(hello),
        Message.response("alert-encrypted", 443, 50000, record(21, "00112233445566778899aabbccddeeff0011")),
        Message.request("change-cipher-spec-and-encrypted-finished", 50000, 443,
            record(20, "01") + record(22, "9f0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627")),
        Message.request("application-data", 50000, 443, record(23, "0102030405060708") + record(23, "0102")),
        Message.request("a-server-name-with-a-control-octet-is-a-flaw", 50000, 443,
            record(22, clientHello("1301", serverName("a\nb"), VERSIONS))),
        Message.request("client-hello-with-every-extension", 50000, 443, EVERYTHING),
        Message.response("server-hello-13-with-share", 443, 50000, record(22, serverHello(0x0303, "1301", extension(51, "001d" + vector16(POINT)), extension(43, "0304"), extension(41, "0000")))).after(hello),
        Message.response("hello-retry-request", 443, 50000,
            record(22, handshake(2, "0303" + "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c" + "00" + "1301" + "00" + vector16(extension(43, "0304") + extension(51, "0017"))))).after(hello),
        Message.response("server-key-exchange-of-curves-request-and-done", 443, 50000, record(22, serverHello(0x0303, "c02b", extension(11, vector8("00")), extension(65281, "00"), extension(35, ""))
            + ECDHE + handshake(13, vector8("0140") + vector16("0403") + vector16(vector16("3000"))) + DONE)).after(hello),
        Message.response("server-key-exchange-of-finite-fields", 443, 50000, record(22, serverHello(0x0303, "009e") + DHE + DONE)).after(hello),
        Message.request("client-key-exchange-of-curves", 50000, 443, record(22, handshake(16, vector8("04" + "33".repeat(64)))))
            .after(hello, Message.response("chosen", 443, 50000, record(22, serverHello(0x0303, "c02b") + ECDHE + DONE))),
        Message.request("client-key-exchange-of-rsa", 50000, 443, record(22, handshake(16, vector16("44".repeat(48)))))
            .after(hello, Message.response("chosen", 443, 50000, record(22, serverHello(0x0303, "002f") + DONE))),
        Message.response("session-ticket", 443, 50000, record(22, handshake(4, "00000e10" + vector16("88".repeat(32))))).after(hello, Message.response("chosen", 443, 50000, record(22, serverHello(0x0303, "c02b")))),
        Message.response("certificate-status", 443, 50000, record(22, handshake(22, "01" + u24(5) + "30030a0106"))).after(hello),
        Message.request("finished-that-looks-like-a-message-is-encrypted", 50000, 443, record(20, "01") + record(22, "00000000" + "00000000" + "f1".repeat(24))).after(hello),
        Message.request("heartbeat", 50000, 443, record(24, "01" + "0004" + "01020304" + "00".repeat(16))),
        Message.request("heartbeat-that-asks-for-more-is-a-flaw", 50000, 443, record(24, "01" + "4000")),
        Message.request("client-hello-of-ssl2-is-a-flaw", 50000, 443, "802e" + "01" + "0301" + "0015" + "0000" + "0010" + "00002f000035000005000004010080030080070000".substring(0, 42) + "be".repeat(16)),
        Message.request("an-extension-longer-inside-than-outside-is-a-flaw", 50000, 443, record(22, clientHello("1301", serverName("bms.example"), extension(10, "0040001d"), VERSIONS))),
        Message.response("a-broken-certificate-is-a-flaw", 443, 50000,
            record(22, handshake(11, "000008" + "000005" + "3003020101"))));
  }

  @Test
  void theFingerprintIsBuiltByTheAuthorsRules() {
    List<String> facts = Dissected.facts(new Tls(), messages().getFirst());
    // t13, a server name, three cipher suites and four extensions without GREASE, ALPN h2
    assertThat(facts).anyMatch(f -> f.contains("ja4=t13d0304h2_"));
  }

  @Test
  void shufflingExtensionsIsNoNews() {
    TestExchange exchange = new TestExchange();
    Tls tls = new Tls();
    String one = record(22, clientHello("1301 1302", ALPN, ALGORITHMS, VERSIONS));
    String other = record(22, clientHello("1301 1302", VERSIONS, ALPN, ALGORITHMS)).replace(RANDOM, "ff".repeat(32));
    assertThat(Dissected.facts(tls, exchange, Message.request("one", 1, 443, one))).anyMatch(f -> f.startsWith("claim"));
    assertThat(Dissected.facts(tls, exchange, Message.request("other", 1, 443, other))).noneMatch(f -> f.startsWith("claim") || f.startsWith("act"));
  }

  @Test
  void aBrokenExtensionHidesNoFingerprint() {
    List<String> facts = Dissected.facts(new Tls(), Message.request("hello", 50000, 443, record(22, clientHello("1301", extension(10, "0040001d"), ALPN, ALGORITHMS, VERSIONS))));
    assertThat(facts).anyMatch(f -> f.startsWith("flaw extension")).anyMatch(f -> f.contains("ja4=t13i0104h2_"));
  }

  @Test
  void aConnectionOfTheSamePortsBeginsInTheClear() {
    TestExchange exchange = new TestExchange();
    Tls tls = new Tls();
    Dissected.facts(tls, exchange, Message.request("cipher", 1, 443, record(20, "01")));
    assertThat(Dissected.facts(tls, exchange, Message.request("finished", 1, 443, record(22, DONE)))).containsExactly("operation encryptedHandshake");
    assertThat(Dissected.facts(tls, exchange, Message.request("anew", 1, 443, record(22, clientHello("1301", ALPN, VERSIONS))))).anyMatch(f -> f.startsWith("request CONNECT"));
  }

  @Test
  void aFlowOnAForeignPortMustBeginWithAHello() {
    assertThat(Dissected.facts(new Tls(), Message.request("data", 50000, 9443, record(23, "0102")))).containsExactly("not mine at 0");
    TestExchange known = new TestExchange().recognised(true);
    assertThat(Dissected.facts(new Tls(), known, Message.request("data", 50000, 9443, record(23, "0102")))).containsExactly("operation applicationData");
  }
}
