package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.protocol.bacnet.Bacnet;
import fr.vigie.sensor.protocol.knx.KnxNetIp;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What is said of secrets, and that nothing else is. */
final class SealsTest {
  private static final String SECRET = "tr0ub4dor";

  private static Seals keyed(int seed) {
    byte[] key = new byte[Seals.KEY];
    Arrays.fill(key, (byte) seed);
    return Seals.keyed(key);
  }

  private static Value.Secret seal(Seals seals, Seals.Kind kind, String secret) {
    byte[] octets = secret.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, octets.length)).copyFrom(MemorySegment.ofArray(octets));
      return seals.of(kind, new Cursor().set(memory, 0, octets.length, octets.length), 0, octets.length);
    }
  }

  private static Value.Secret authorization(String field) {
    byte[] octets = field.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, octets.length)).copyFrom(MemorySegment.ofArray(octets));
      return keyed(1).authorization(new Cursor().set(memory, 0, octets.length, octets.length), 0, octets.length);
    }
  }

  @Test
  void theSameSecretHasTheSameMark() {
    Value.Secret one = seal(keyed(1), Seals.Kind.PASSWORD, SECRET);
    assertThat(one.mark()).matches("#[a-z2-9]{4}");
    assertThat(seal(keyed(1), Seals.Kind.PASSWORD, SECRET)).isEqualTo(one);
    assertThat(seal(keyed(1), Seals.Kind.PASSWORD, SECRET + "!").mark()).isNotEqualTo(one.mark());
    assertThat(seal(keyed(2), Seals.Kind.PASSWORD, SECRET).mark()).isNotEqualTo(one.mark());
    assertThat(seal(keyed(1), Seals.Kind.COMMUNITY, SECRET).mark()).isNotEqualTo(one.mark());
  }

  @Test
  void withoutAKeyOnlyLengthAndDefaultsAreSaid() {
    assertThat(seal(Seals.UNKEYED, Seals.Kind.PASSWORD, SECRET)).isEqualTo(new Value.Secret(9));
    assertThat(seal(Seals.UNKEYED, Seals.Kind.COMMUNITY, "public").text()).isEqualTo("(secret, 6 octets, known default)");
    assertThat(seal(Seals.UNKEYED, Seals.Kind.PASSWORD, "").text()).isEqualTo("(secret, 0 octets)");
  }

  @Test
  void publishedDefaultsAreKnown() {
    assertThat(seal(keyed(1), Seals.Kind.COMMUNITY, "private").known()).isTrue();
    assertThat(seal(keyed(1), Seals.Kind.COMMUNITY, "hopital").known()).isFalse();
    assertThat(seal(keyed(1), Seals.Kind.PASSWORD, "filister").known()).isTrue();
    assertThat(seal(keyed(1), Seals.Kind.PASSWORD, "factorycast@schneider").known()).isTrue();
    assertThat(authorization("Basic " + Base64.getEncoder().encodeToString("tridium:niagara".getBytes(StandardCharsets.UTF_8))).known()).isTrue();
    assertThat(authorization("basic " + Base64.getEncoder().encodeToString("tridium:other".getBytes(StandardCharsets.UTF_8))).known()).isFalse();
  }

  @Test
  void anAuthorizationThatIsNoLoginHasNoMark() {
    assertThat(authorization("Digest username=\"x\"")).isEqualTo(new Value.Secret(19));
    assertThat(authorization("Basic ***")).isEqualTo(new Value.Secret(9));
    assertThat(authorization("B")).isEqualTo(new Value.Secret(1));
  }

  // ---- nowhere

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static List<Observation> observed(Dissector dissector, int port, byte[]... messages) {
    List<Observation> all = new ArrayList<>();
    Recorder recorder = Recorder.full();
    TestExchange x = new TestExchange();
    try (Arena arena = Arena.ofConfined()) {
      for (byte[] octets : messages) {
        x.next(x.endpoint("10.0.0.1"), 40_000, x.endpoint("10.0.0.2"), port, true);
        MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
        Cursor m = new Cursor();
        assertThat(dissector.frame(m.set(memory, 0, octets.length, octets.length), x)).as(dissector.name()).isEqualTo(octets.length);
        dissector.dissect(m.set(memory, 0, octets.length, octets.length), x, recorder);
        assertThat(m.ok()).as(dissector.name()).isTrue();
      }
    }
    String told = (recorder.transcriptText() + recorder.facts()).toLowerCase(Locale.ROOT);
    for (String form : List.of(SECRET, hex(SECRET), Base64.getEncoder().encodeToString(text("gtc:" + SECRET)).toLowerCase(Locale.ROOT))) {
      assertThat(told).as(dissector.name()).doesNotContain(form);
    }
    all.addAll(recorder.observations());
    return all;
  }

  private static void sealed(List<Observation> observations) {
    assertThat(observations).filteredOn(o -> o instanceof Act a && a.value() instanceof Value.Secret).isNotEmpty();
  }

  @Test
  void secretsOfEveryProtocolStayHere() {
    String snmp = "02 01 01 04 09" + hex(SECRET) + "a3 14 02 01 01 02 01 00 02 01 00 30 09 30 07 06 03 2b 06 01 05 00";
    observed(new Snmp(), 161, octets("30" + String.format("%02x", octets(snmp).length) + snmp));
    String reinitialize = "01 04 00 05 01 14 09 00 1d 0a 00" + hex(SECRET);
    sealed(observed(new Bacnet(), 47_808, octets(String.format("81 0a %04x", 4 + octets(reinitialize).length) + reinitialize)));
    sealed(observed(new KnxNetIp(Dissector.Transport.UDP), 3671, octets("0610 0420 001f 04 15 07 00 11 00 b0 60 0000 1107 0b 03 d3 00" + hex(SECRET))));
    sealed(observed(new Http(), 80, text("GET / HTTP/1.1\r\nHost: gtc\r\nAuthorization: Basic "
        + Base64.getEncoder().encodeToString(text("gtc:" + SECRET)) + "\r\n\r\n")));
    sealed(observed(new Ftp(), 21, text("USER gtc\r\n"), text("PASS " + SECRET + "\r\n")));
    String mqtt = "0004" + hex("MQTT") + "04 c2 003c 0003" + hex("gtc") + "0003" + hex("gtc") + "0009" + hex(SECRET);
    sealed(observed(new Mqtt(), 1883, octets("10" + String.format("%02x", octets(mqtt).length) + mqtt)));
  }
}
