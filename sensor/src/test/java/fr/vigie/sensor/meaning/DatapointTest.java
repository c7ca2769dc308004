package fr.vigie.sensor.meaning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values built by the formats of KNX 03_07_02 clause 3 and 4. */
final class DatapointTest {
  /** What a type makes of octets behind the APCI, or of its six bits. */
  private record Read(boolean fits, double number, String text, boolean good) {}

  private static Read read(int main, int sub, int six, String hex) {
    Datapoint type = Datapoint.of(main, sub);
    assertThat(type).isNotNull();
    byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, octets.length)).copyFrom(MemorySegment.ofArray(octets));
      Cursor m = new Cursor().set(memory, 0, octets.length, octets.length);
      double number = type.reads() ? type.number(m, six, octets.length) : Double.NaN;
      String text = type.value(m, six, octets.length).text();
      assertThat(m.position()).isZero();
      return new Read(type.fits(octets.length), number, text, type.good(m, octets.length));
    }
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
    "1, 1, 1, '', 1, true, -",
    "2, 1, 3, '', 3, 'control, 1', -",
    "5, 1, 0, ff, 100, 100, %",
    "5, 3, 0, 80, 180.70588, 180.7058823529412, °",
    "5, -1, 0, 80, 128, 128, -",
    "6, 10, 0, ff, -1, -1, counter pulses",
    "7, 3, 0, 0002, 20, 20, ms",
    "7, 600, 0, 0bb8, 3000, 3000, K",
    "8, 10, 0, ffff, -0.01, -0.01, %",
    "9, 1, 0, 0c1a, 21, 21, °C",
    "9, 1, 0, 8a24, -30, -30, °C",
    "9, 1, 0, f800, -671088.64, -671088.64, °C",
    "12, 1, 0, ffffffff, 4294967295, 4294967295, counter pulses",
    "13, 2, 0, fffffff6, -0.001, -0.001, m³/h",
    "13, 13, 0, 00000064, 100, 100, kWh",
    "14, 68, 0, 41a80000, 21, 21, °C",
    "14, 0, 0, 41a80000, 21, 21, m/s²",
    "17, 1, 0, 05, 5, 5, -",
    "20, 102, 0, 03, 3, 3, -",
    "29, 10, 0, ffffffffffffffff, -1, -1, Wh",
    "205, 100, 0, 041a00, 21, '21, 0x00', °C",
    "207, 600, 0, ff01, 100, '100, 0x01', %",
    "235, 1, 0, 000003e80100, 1000, '1000, 1, 0x00', Wh",
  })
  void numbersHaveTheirUnit(int main, int sub, int six, String hex, double number, String text, String unit) {
    Read read = read(main, sub, six, hex);
    assertThat(read.fits()).isTrue();
    assertThat(read.number()).isCloseTo(number, within(1e-4));
    assertThat(read.text()).isEqualTo(text);
    assertThat(read.good()).isTrue();
    assertThat(Datapoint.of(main, sub).unit()).isEqualTo(unit);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 7, 9, '', 'increase, step code 1'",
    "3, 7, 0, '', break",
    "4, 1, 0, 41, A",
    "6, 20, 0, 89, 'status 10001, mode 1'",
    "10, 1, 0, 2a1e05, mon 10:30:05",
    "11, 1, 0, 180b1a, 2026-11-24",
    "11, 1, 0, 1f0c63, 1999-12-31",
    "16, 0, 0, 53616c6c65203100000000000000, Salle 1",
    "18, 1, 0, 85, learn scene 6",
    "19, 1, 0, 7e0b184a1e000000, 2026-11-24 10:30:00",
    "19, 1, 0, 7e0b184a1e008100, '2026-11-24 10:30:00, fault, summer time'",
    "28, 1, 0, 73c3a9637500, sécu",
    "217, 1, 0, 0841, 1.1.1",
    "222, 100, 0, 0c1a0c1a0000, '21, 21, 0'",
    "232, 600, 0, ff8000, '255, 128, 0'",
    "234, 1, 0, 6672, fr",
  })
  void theOthersAreText(int main, int sub, int six, String hex, String text) {
    Read read = read(main, sub, six, hex);
    assertThat(read.fits()).isTrue();
    assertThat(read.number()).isNaN();
    assertThat(read.text()).isEqualTo(text);
  }

  @Test
  void anInvalidFloatIsNoNumber() {
    assertThat(read(9, 1, 0, "7fff").number()).isNaN();
    assertThat(read(9, 1, 0, "7fff").text()).isEqualTo("invalid");
    assertThat(read(14, 68, 0, "7fc00000").text()).isEqualTo("not a number");
  }

  @Test
  void aStatusOutOfServiceSpoilsTheValue() {
    assertThat(read(205, 100, 0, "041a01").good()).isFalse();
    assertThat(read(205, 100, 0, "041a04").good()).isTrue();
  }

  @Test
  void anUnknownTypeFromTwoHundredOnIsNoReading() {
    assertThat(Datapoint.of(203, 999).reads()).isFalse();
    assertThat(Datapoint.of(999, 1)).isNull();
  }

  @Test
  void anAccessCodeStaysHere() {
    Datapoint access = Datapoint.of(15, 0);
    assertThat(access.secret()).isTrue();
    assertThat(read(15, 0, 0, "12345680").text()).isEqualTo(new Value.Secret(4).text());
  }

  @Test
  void everyLayoutIsReadWithoutLeavingItsOctets() {
    for (Map.Entry<Integer, String> layout : Datapoint.layouts().entrySet()) {
      for (int octets = 0; octets < 16; octets++) {
        assertThat(read(layout.getKey(), -1, 0x3F, "ff".repeat(octets)).text()).as("main %d", layout.getKey()).isNotNull();
      }
    }
    assertThat(Datapoint.layouts().keySet()).contains(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 29, 200, 232, 251);
  }
}
