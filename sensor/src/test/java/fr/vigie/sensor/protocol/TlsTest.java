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
  void aFlowOnAForeignPortMustBeginWithAHello() {
    assertThat(Dissected.facts(new Tls(), Message.request("data", 50000, 9443, record(23, "0102")))).containsExactly("not mine at 0");
    TestExchange known = new TestExchange().recognised(true);
    assertThat(Dissected.facts(new Tls(), known, Message.request("data", 50000, 9443, record(23, "0102")))).containsExactly("operation applicationData");
  }
}
