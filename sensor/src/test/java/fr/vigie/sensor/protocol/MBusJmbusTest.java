package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The data records of EN 13757-3 against jmbus, a decoder of others that this project does not depend on: its jar is taken from VIGIE_JMBUS or the local
 * Maven repository ({@code mvn dependency:get -Dartifact=org.openmuc:jmbus:3.3.0}). Every value information of the primary table in every length, and the extensions of
 * storage, tariff and unit. Prints each field that differs.
 */
final class MBusJmbusTest {
  private static final String HEADER = "78563412 2d2c 08 04 2a 00 0000";

  private static Path jar() {
    String named = System.getenv("VIGIE_JMBUS");
    return named != null ? Path.of(named) : Path.of(System.getProperty("user.home"), ".m2/repository/org/openmuc/jmbus/3.3.0/jmbus-3.3.0.jar");
  }

  /** One record as both say it. */
  private record Said(String value, String storage, String tariff, String unit, String function, String measure) {}

  /** Values of each length of the data field, positive and negative, those with a sign of their own among them. */
  private static final Map<Integer, List<String>> VALUES = new TreeMap<>(Map.ofEntries(Map.entry(1, List.of("05", "f3")), Map.entry(2, List.of("1027", "f0d8")),
      Map.entry(3, List.of("010203", "f0ffff")), Map.entry(4, List.of("15cd5b07", "ffffffff")), Map.entry(5, List.of("00006643", "000048c1")),
      Map.entry(6, List.of("40420f000000", "ffffffffffff")), Map.entry(7, List.of("0100000000000000")), Map.entry(9, List.of("42", "f5")),
      Map.entry(10, List.of("3412", "05f0")), Map.entry(11, List.of("563412")), Map.entry(12, List.of("78563412", "230100f0")), Map.entry(14, List.of("128967452301"))));

  private static List<String> records() {
    List<String> records = new ArrayList<>();
    for (Map.Entry<Integer, List<String>> length : VALUES.entrySet()) {
      for (String value : length.getValue()) {
        for (int vif = 0; vif < 0x78; vif++) {
          if (vif != 0x6C && vif != 0x6D && vif != 0x6F) {
            records.add("%02x%02x%s".formatted(length.getKey(), vif, value));
          }
        }
        for (int vif = 0x40; vif < 0x60; vif++) {
          records.add("%02xfd%02x%s".formatted(length.getKey(), vif, value));
        }
        for (int vif : new int[] {0x00, 0x01, 0x08, 0x09, 0x10, 0x11, 0x28, 0x29}) {
          records.add("%02xfb%02x%s".formatted(length.getKey(), vif, value));
        }
      }
    }
    for (int dif : new int[] {0x44, 0x54, 0x64, 0x74, 0x84, 0xC4}) {
      for (String dife : List.of("01", "10", "40", "5f", "8101", "d17f", "ff8f00")) {
        records.add("%02x%s13%s".formatted(dif, (dif & 0x80) != 0 ? dife : "", "15cd5b07"));
      }
    }
    return records;
  }

  @Test
  void recordsAgreeWithJmbus() throws IOException, ReflectiveOperationException {
    Path jar = jar();
    Assumptions.assumeTrue(Files.isRegularFile(jar), "jmbus is absent: the comparison with it is skipped");
    int[] score = new int[2];
    int records = 0;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, MBusJmbusTest.class.getClassLoader())) {
      for (String record : records()) {
        Said theirs = theirs(loader, record);
        Said ours = ours(record);
        records++;
        compare(score, record, theirs.value(), ours.value());
        compare(score, record, theirs.storage(), ours.storage());
        compare(score, record, theirs.tariff(), ours.tariff());
        compare(score, record, theirs.unit(), ours.unit());
        compare(score, record, theirs.function(), ours.function());
        compare(score, record, theirs.measure(), ours.measure());
      }
    }
    System.out.printf(Locale.ROOT, "mbus: %d records, %d of %d fields as jmbus (%.3f %%)%n", records, score[0], score[1], 100.0 * score[0] / score[1]);
    assertThat((double) score[0] / score[1]).isGreaterThan(0.99);
  }

  private static void compare(int[] score, String record, String theirs, String ours) {
    score[1]++;
    if (theirs.equals(ours)) {
      score[0]++;
    } else {
      System.out.printf(Locale.ROOT, "  %s: jmbus %s, Vigie %s%n", record, theirs, ours);
    }
  }

  /** To nine digits: the two multiply in another order. */
  private static String number(double value) {
    return String.format(Locale.ROOT, "%.8e", value + 0.0);
  }

  private static Said theirs(ClassLoader loader, String record) throws ReflectiveOperationException {
    byte[] octets = HexFormat.of().parseHex(("72" + HEADER.replace(" ", "") + record));
    Class<?> structure = loader.loadClass("org.openmuc.jmbus.VariableDataStructure");
    Constructor<?> constructor = structure.getConstructor(byte[].class, int.class, int.class, loader.loadClass("org.openmuc.jmbus.SecondaryAddress"), Map.class);
    Object decoded = constructor.newInstance(octets, 0, octets.length, null, Map.of());
    try {
      structure.getMethod("decode").invoke(decoded);
    } catch (InvocationTargetException e) {
      return new Said("refused: " + e.getCause().getMessage(), "", "", "", "", "");
    }
    Object first = ((List<?>) structure.getMethod("getDataRecords").invoke(decoded)).getFirst();
    Class<?> type = first.getClass();
    Object value = type.getMethod("getDataValue").invoke(first);
    Object scaled = type.getMethod("getScaledDataValue").invoke(first);
    return new Said(value instanceof Number || value.getClass().getSimpleName().equals("Bcd") ? number((Double) scaled) : value.toString(),
        type.getMethod("getStorageNumber").invoke(first).toString(), type.getMethod("getTariff").invoke(first).toString(),
        type.getMethod("getSubunit").invoke(first).toString(), type.getMethod("getFunctionField").invoke(first).toString(), String.valueOf(type.getMethod("getUnit").invoke(first)));
  }

  /** Our units in jmbus's words; it has none for heat cost allocators. */
  private static final Map<String, String> UNITS = Map.ofEntries(Map.entry("amperes", "AMPERE"), Map.entry("bars", "BAR"), Map.entry("cubic-meters", "CUBIC_METRE"),
      Map.entry("cubic-meters-per-hour", "CUBIC_METRE_PER_HOUR"), Map.entry("cubic-meters-per-minute", "CUBIC_METRE_PER_MINUTE"),
      Map.entry("cubic-meters-per-second", "CUBIC_METRE_PER_SECOND"), Map.entry("days", "DAY"), Map.entry("degrees-celsius", "DEGREE_CELSIUS"),
      Map.entry("hours", "HOUR"), Map.entry("joules", "JOULE"), Map.entry("gigajoules", "JOULE"), Map.entry("joules-per-hour", "JOULE_PER_HOUR"),
      Map.entry("delta-degrees-kelvin", "KELVIN"), Map.entry("kilograms", "KILOGRAM"), Map.entry("kilograms-per-hour", "KILOGRAM_PER_HOUR"),
      Map.entry("minutes", "MIN"), Map.entry("heat-cost-units", "RESERVED"), Map.entry("seconds", "SECOND"), Map.entry("volts", "VOLT"),
      Map.entry("watts", "WATT"), Map.entry("megawatts", "WATT"), Map.entry("watt-hours", "WATT_HOUR"), Map.entry("megawatt-hours", "WATT_HOUR"));

  private static final String[] FUNCTIONS = {"INST_VAL", "MAX_VAL", "MIN_VAL", "ERROR_VAL"};

  private static Said ours(String record) {
    byte[] octets = DissectorContract.Message.hex(MBusTest.frame("08 05 72" + HEADER + record));
    Recorder recorder = Recorder.full();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      new MBus(Dissector.Transport.TCP).dissect(new Cursor().set(memory, 0, octets.length, octets.length), new TestExchange(), recorder);
    }
    Map<String, String> fields = new TreeMap<>();
    recorder.transcriptText().lines().map(String::strip).filter(l -> l.contains(": ")).forEach(l -> fields.put(l.substring(0, l.indexOf(": ")), l.substring(l.indexOf(": ") + 2)));
    String scaled = fields.getOrDefault("scaled", fields.getOrDefault("value", "NaN"));
    // jmbus tells MWh, GJ and MW in Wh, J and W
    String extension = record.startsWith("fb", 2) ? record.substring(4, 5) : "";
    double factor = extension.equals("2") || record.startsWith("fb00", 2) || record.startsWith("fb01", 2) ? 1e6
        : record.startsWith("fb08", 2) || record.startsWith("fb09", 2) ? 1e9 : 1;
    return new Said(number(Double.parseDouble(scaled) * factor), fields.get("storage"), fields.get("tariff"), fields.get("unit"),
        FUNCTIONS[Integer.parseInt(fields.get("function"))], UNITS.getOrDefault(fields.getOrDefault("unitOfMeasure", "").replace("\"", ""), "null"));
  }
}
