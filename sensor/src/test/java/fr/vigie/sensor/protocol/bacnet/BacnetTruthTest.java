package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.BacnetNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The dissector against the Zeek logs of cisagov+icsnpp-bacnet (rules in the README of the shared captures): rows made of the transcript,
 * compared as multisets without {@code ts} and {@code uid}; vendor names without commas, which Zeek's list leaves out, and without
 * "(Formerly: …)". Prints the agreement and every row that disagrees; docs/accuracy.md explains
 * each.
 */
final class BacnetTruthTest {
  private static final Map<String, String> TRACES =
      Map.of("analyzer.basic", "bacnet_example.pcap", "analyzer.error-reject-abort", "bacnet_error_reject_abort.pcap");

  /** Ends of rows that differ from Zeek's, or that Zeek lacks, and that tshark 4.0.17 reads as Vigie does; docs/accuracy.md says why. */
  private static final Set<String> CONFIRMED =
      Set.of("i-am\t-\t-\tdevice\t101\tXxter bv\t-\t-", "1\tread-range-request\ttrend-log\t2\tlog-buffer\t-\t-",
          "1\twrite-property-multiple\tbinary-output\t0\tpresent-value\t-\t0.000000",
          "1\twrite-property-multiple\tbinary-output\t1\tpresent-value\t-\t0.000000");

  private static Path collection() {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    return root.resolve("cisagov+icsnpp-bacnet/testing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bacnet", "bacnet_discovery", "bacnet_property"})
  void rowsAgreeWithZeekOrAreConfirmedByTshark(String log) throws IOException {
    Path folder = collection();
    int rows = 0;
    int agree = 0;
    int confirmed = 0;
    for (Map.Entry<String, String> test : new TreeMap<>(TRACES).entrySet()) {
      Map<String, Integer> theirs = baseline(folder.resolve("baseline").resolve(test.getKey()).resolve(log + ".log"));
      Map<String, Integer> ours = ours(log, folder.resolve("traces").resolve(test.getValue()));
      int of = Math.max(sum(theirs), sum(ours));
      int same = 0;
      for (Map.Entry<String, Integer> e : theirs.entrySet()) {
        same += Math.min(e.getValue(), ours.getOrDefault(e.getKey(), 0));
      }
      System.out.printf(Locale.ROOT, "%s %s: %d of %d rows agree%n", test.getKey(), log, same, of);
      theirs.forEach((row, n) -> difference("only Zeek", row, n - ours.getOrDefault(row, 0)));
      ours.forEach((row, n) -> difference("only Vigie", row, n - theirs.getOrDefault(row, 0)));
      rows += of;
      agree += same;
      for (String row : ours.keySet()) {
        confirmed += !theirs.containsKey(row) && CONFIRMED.stream().anyMatch(row::endsWith) ? 1 : 0;
      }
    }
    System.out.printf(Locale.ROOT, "%s: %d of %d rows agree (%.2f %%), %d more are as tshark reads them%n", log, agree, rows, 100.0 * agree / rows, confirmed);
    assertThat(rows).isPositive();
    assertThat((double) agree / rows).as("share of rows that agree").isGreaterThanOrEqualTo(0.99);
    assertThat((double) (agree + confirmed) / rows).as("share of rows that agree or that tshark confirms").isGreaterThanOrEqualTo(0.999);
  }

  private static int sum(Map<String, Integer> rows) {
    return rows.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static Map<String, Integer> ours(String log, Path trace) throws IOException {
    Map<String, Integer> ours = new TreeMap<>();
    Map<String, String> originators = new HashMap<>();
    Datagrams.read(trace, (frame, source, from, target, to, message, sound) -> {
      String there = source + "\t" + from + "\t" + target + "\t" + to;
      String back = target + "\t" + to + "\t" + source + "\t" + from;
      // Zeek names a connection by the side that spoke first.
      String connection = originators.containsKey(back) ? back : there;
      originators.put(connection, connection);
      String head = connection + "\t" + (connection.equals(there) ? "T" : "F") + "\t" + there + "\t";
      for (String row : rows(log, message)) {
        ours.merge(head + row, 1, Integer::sum);
      }
    });
    return ours;
  }

  private static void difference(String who, String row, int more) {
    if (more > 0) {
      System.out.println("  " + who + " x" + more + ": " + row.replace('\t', ' '));
    }
  }

  private static Map<String, Integer> baseline(Path log) throws IOException {
    Map<String, Integer> rows = new TreeMap<>();
    try (Stream<String> lines = Files.lines(log)) {
      lines.filter(line -> !line.startsWith("#")).forEach(line -> {
        String row = line.split("\t", 3)[2].replace("XXXXXXXXXX.XXXXXX", "0.000000").replaceAll(" \\(Formerly: [^)]*\\)", "");
        rows.merge(row, 1, Integer::sum);
      });
    }
    return rows;
  }

  private static List<String> rows(String log, Decoded message) {
    if (message.first("pduType") == null) {
      return List.of();
    }
    return switch (log) {
      case "bacnet" -> List.of(header(message));
      case "bacnet_discovery" -> discovery(message);
      default -> properties(message);
    };
  }

  /** bvlc_function pdu_type pdu_service invoke_id result_code. */
  private static String header(Decoded m) {
    String type = m.orDash("pduType").replace("BACnet-", "").replace('-', '_').toUpperCase(Locale.ROOT);
    type = switch (type) {
      case "CONFIRMED_REQUEST_PDU", "UNCONFIRMED_REQUEST_PDU" -> type.replace("_PDU", "");
      case "SIMPLEACK_PDU" -> "SIMPLE_ACK";
      case "COMPLEXACK_PDU" -> "COMPLEX_ACK";
      case "SEGMENTACK_PDU" -> "SEGMENT_ACK";
      default -> type;
    };
    String result = m.orDash("errorCode");
    result = result.equals("-") ? m.orDash("rejectReason") : result;
    result = result.equals("-") ? m.orDash("abortReason") : result;
    String function = m.orDash("bvlcFunction").replace('-', '_').replace("_To_", "_to_");
    return String.join("\t", function, type, snake(m.named()), m.orDash("invokeID"), result);
  }

  private static String snake(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1_$2").replaceAll("([A-Z])([A-Z][a-z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** pdu_service device_id_type device_id_number object_type instance_number vendor range object_name. */
  private static List<String> discovery(Decoded m) {
    String low = m.first("deviceInstanceRangeLowLimit");
    String range = low == null ? "All" : low + "-" + m.orDash("deviceInstanceRangeHighLimit");
    return switch (m.named()) {
      case "whoIs" -> List.of(String.join("\t", "who-is", "-", "-", "-", "-", "-", range, "-"));
      case "whoHas" -> List.of(String.join("\t", "who-has", "-", "-", object(m, "objectIdentifier"), "-", range, m.orDash("objectName")));
      case "iAm" ->
          List.of(String.join("\t", "i-am", "-", "-", object(m, "iAmDeviceIdentifier"), vendor(m.orDash("vendorID")), "-", "-"));
      case "iHave" ->
          List.of(String.join(
              "\t", "i-have", object(m, "deviceIdentifier"), object(m, "objectIdentifier"), "-", "-", m.orDash("objectName")));
      default -> List.of();
    };
  }

  private static String vendor(String id) {
    int code = Integer.parseInt(id);
    String name = BacnetNames.vendor(code);
    return name.startsWith("vendor-") ? "Unknown Vendor-0x" + Integer.toHexString(code) : name.replace(",", "");
  }

  private static String object(Decoded m, String field) {
    String value = m.first(field);
    return value == null ? "-\t-" : value.replace(',', '\t');
  }

  /** invoke_id pdu_service object_type instance_number property array_index value. */
  private static List<String> properties(Decoded m) {
    String suffix = "BACnet-ComplexACK-PDU".equals(m.first("pduType")) ? "ack" : "request";
    String service = snake(m.named()).replace('_', '-');
    return switch (m.named()) {
      case "readProperty", "readPropertyMultiple", "readRange" -> properties(m, service + "-" + suffix);
      case "writeProperty", "writePropertyMultiple" -> properties(m, service);
      default -> List.of();
    };
  }

  /** One row a property: the object stands before it, its index and value after it. */
  private static List<String> properties(Decoded m, String service) {
    List<String> rows = new ArrayList<>();
    String object = "-\t-";
    String property = null;
    String index = "-";
    String value = "-";
    for (Decoded.Field f : m.fields()) {
      switch (f.name()) {
        case "objectIdentifier", "propertyIdentifier" -> {
          if (property != null) {
            rows.add(String.join("\t", m.orDash("invokeID"), service, object, property, index, value));
            property = null;
            index = "-";
            value = "-";
          }
          if (f.name().equals("objectIdentifier")) {
            object = f.value().replace(',', '\t');
          } else {
            property = f.value();
          }
        }
        case "propertyArrayIndex" -> index = f.value();
        case "propertyValue" -> value = f.value();
        default -> {}
      }
    }
    if (property != null) {
      rows.add(String.join("\t", m.orDash("invokeID"), service, object, property, index, value));
    }
    return rows;
  }
}
