package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class QuicTest extends DissectorContract {
  private static final byte[] ID = HexFormat.of().parseHex("8394c8f03e515708");

  /** RFC 9001 A.2: the CRYPTO frame of its example. */
  private static final String EXAMPLE = "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017"
      + "001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900"
      + "3204" + "08ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff";

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 443, hex);
  }

  private static Message server(String name, String hex) {
    return Message.response(name, 443, 50000, hex);
  }

  private static byte[] mac(byte[] key, byte[] octets) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(octets);
  }

  private static byte[] expand(byte[] secret, String label, int octets) throws GeneralSecurityException {
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    byte[] full = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
    info.write(0);
    info.write(octets);
    info.write(full.length);
    info.writeBytes(full);
    info.write(0);
    info.write(1);
    return Arrays.copyOf(mac(secret, info.toByteArray()), octets);
  }

  /** Protects the Initial packet of a client, of packet number {@code number}, four octets long, as RFC 9001 §5 says. */
  private static String initial(int connection, int version, String salt, String label, int number, String frames, int pad) {
    return initial("client in", connection, version, salt, label, number, frames, pad);
  }

  /** The same of either side; the server's packets are sealed by the client's identifier and go to none. */
  private static String initial(String side, int connection, int version, String salt, String label, int number, String frames, int pad) {
    try {
      byte[] id = ID.clone();
      id[7] += (byte) connection;
      byte[] plain = Arrays.copyOf(HexFormat.of().parseHex(frames), Math.max(pad, frames.length() / 2));
      int length = 4 + plain.length + 16;
      int first = version == QuicInitial.V2 ? 0xD3 : 0xC3;
      byte[] head = HexFormat.of().parseHex("%02x%08x".formatted(first, version) + (side.startsWith("client") ? "08" + HexFormat.of().formatHex(id) + "00" : "00" + "04a1a2a3%02x".formatted(connection)) + "00" + "%04x%08x".formatted(0x4000 | length, number));
      byte[] secret = expand(mac(HexFormat.of().parseHex(salt), id), side, 32);
      byte[] nonce = expand(secret, label + "iv", 12);
      nonce[11] ^= (byte) number;
      Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
      gcm.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(expand(secret, label + "key", 16), "AES"), new GCMParameterSpec(128, nonce));
      gcm.updateAAD(head);
      byte[] sealed = gcm.doFinal(plain);
      Cipher ecb = Cipher.getInstance("AES/ECB/NoPadding");
      ecb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(expand(secret, label + "hp", 16), "AES"));
      byte[] mask = ecb.doFinal(Arrays.copyOf(sealed, 16));
      head[0] ^= (byte) (mask[0] & 0x0F);
      for (int i = 0; i < 4; i++) {
        head[head.length - 4 + i] ^= mask[1 + i];
      }
      return HexFormat.of().formatHex(head) + HexFormat.of().formatHex(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String v1(int connection, int number, String frames) {
    return initial(connection, QuicInitial.V1, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic ", number, frames, 1162);
  }

  private static String answer(int connection, int number, String frames) {
    return initial("server in", connection, QuicInitial.V1, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic ", number, frames, 60);
  }

  /** RFC 9001 A.3: the ACK and the ServerHello of its example. */
  private static final String SERVER_HELLO = "02000000000600405a" + "020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304";

  private static final Message HELLO = client("rfc-9001-a-2", v1(0, 2, EXAMPLE));

  /** The same in a connection of its own: tshark tells connections by their identifiers. */
  private static Message hello(int connection) {
    return client("hello", v1(connection, 2, EXAMPLE));
  }

  /** The example's hello in two packets, its second half first, with PING and ACK between. */
  private static final Message SECOND = client("second-half-of-a-hello", v1(1, 0, "01" + "06" + "4060" + "4091" + EXAMPLE.substring(8 + 2 * 0x60)));
  private static final Message FIRST = client("first-half-of-a-hello", v1(1, 1, "0200000000" + "06" + "00" + "4060" + EXAMPLE.substring(8, 8 + 2 * 0x60))).after(SECOND);

  @Override
  protected Dissector dissector() {
    return new Quic();
  }

  @Override
  protected List<Message> messages() {
    return List.of(HELLO, client("version-2", initial(3, QuicInitial.V2, "0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2 ", 2, EXAMPLE, 1162)), SECOND, FIRST,
        server("server-initial", "c1000000010008f067a5502a4262b50040" + "75" + "ab".repeat(0x75)).after(hello(9)), server("handshake", "e1000000010008f067a5502a4262b5" + "4075" + "cd".repeat(0x75)),
        server("server-hello-of-rfc-9001-a-3", answer(6, 1, SERVER_HELLO)).after(hello(6)),
        server("close-with-a-reason", answer(7, 2, "1c" + "4128" + "06" + "02" + "6e6f")).after(hello(7)),
        client("acknowledgement-of-several-ranges", v1(8, 3, "03" + "09" + "4064" + "01" + "02" + "00" + "03" + "010203")).after(hello(8)),
        client("a-frame-that-has-no-place-is-a-flaw", v1(2, 3, "1e")), client("too-small-is-a-flaw", initial(4, QuicInitial.V1, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic ", 2, EXAMPLE, 300)));
  }

  /** Packets behind the first one in a datagram may be anything. */
  @Override
  protected boolean provesLength() {
    return true;
  }

  @Test
  void theHelloOfTheStandardsExampleIsReadFromItsPacket() {
    // RFC 9001 A.2: the packet begins so
    assertThat(HexFormat.of().formatHex(HELLO.octets())).startsWith("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11");
    assertThat(String.join("\n", Dissected.facts(new Quic(), HELLO))).contains("point example.com").contains("ja4=q13d").contains("alpn=alpn");
  }

  @Test
  void theServersHelloOpensWithTheClientsIdentifier() {
    assertThat(String.join("\n", Dissected.facts(new Quic(), server("x", answer(0, 1, SERVER_HELLO))))).doesNotContain("tls-server");
    assertThat(String.join("\n", Dissected.facts(new Quic(), HELLO, server("x", answer(0, 1, SERVER_HELLO))))).contains("tls-server=0304,1301");
  }

  @Test
  void aNegotiationOfVersionsIsTheServersAnswer() {
    Message negotiation = server("negotiation", "8a" + "00000000" + "00" + "088394c8f03e515708" + "00000001" + "6b3343cf");
    assertThat(Dissected.facts(new Quic(), new TestExchange().recognised(true), negotiation)).contains("operation versionNegotiation");
  }

  @Test
  void theHelloBehindARetryIsReadAgain() {
    TestExchange exchange = new TestExchange().recognised(true);
    Quic quic = new Quic();
    Dissected.facts(quic, exchange, HELLO);
    Dissected.facts(quic, exchange, server("retry", "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"));
    assertThat(String.join("\n", Dissected.facts(quic, exchange, client("other", v1(3, 4, EXAMPLE.replace("6578616d706c65", "6f78616d706c65")))))).contains("point oxample.com");
  }

  @Test
  void aHelloInTwoPacketsIsReadOnceBothAreThere() {
    assertThat(String.join("\n", Dissected.facts(new Quic(), SECOND))).doesNotContain("example.com");
    assertThat(String.join("\n", Dissected.facts(new Quic(), SECOND, FIRST))).contains("point example.com");
  }

  @Test
  void aPacketThatAnotherKeyClosedTellsNothing() {
    byte[] changed = HELLO.octets().clone();
    changed[600] ^= 1;
    assertThat(Dissected.facts(new Quic(), client("x", HexFormat.of().formatHex(changed)))).containsExactly("operation initial");
  }

  @Test
  void anotherVersionAndAShortHeaderAreNotMineOnAnUnknownFlow() {
    assertThat(Dissected.facts(new Quic(), client("x", "c3" + "51303436" + "08" + "00".repeat(60)))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Quic(), client("x", "40" + "00".repeat(60)))).containsExactly("not mine at 0");
  }

  /** Each costs keys: a datagram full of small packets would cost fifty times as much as an honest one. */
  @Test
  void ofADatagramFullOfPacketsTheFirstAreOpened() {
    StringBuilder packets = new StringBuilder();
    for (int number = 0; number < 40; number++) {
      packets.append(initial(5, QuicInitial.V1, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic ", number, "1e", 4));
    }
    List<String> facts = Dissected.facts(new Quic(), client("x", packets.toString()));
    assertThat(String.join("\n", facts)).contains("operation initial");
    assertThat(facts).filteredOn(f -> f.startsWith("flaw")).hasSize(4);
  }
}
