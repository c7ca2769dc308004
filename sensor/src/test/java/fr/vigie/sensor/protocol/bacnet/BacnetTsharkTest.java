package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.BacnetNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/** The dissector against what tshark 4.0.17 reads of the same BACnet/IP frames, field by field ({@code _tshark} of the shared captures). */
final class BacnetTsharkTest {
  private static final List<String> FIELDS =
      List.of(
          "function", "originator", "ttl", "result", "dnet", "snet", "hops", "message", "pdu", "invoke", "service", "object", "property",
          "vendor", "low", "high", "errorClass", "errorCode", "reject", "abort");

  @Test
  void fieldsAgreeWithTshark() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Map<String, int[]> score = new TreeMap<>();
    int frames = 0;
    try (Stream<Path> files = Files.walk(root.resolve("_tshark"))) {
      for (Path truth : files.filter(p -> p.toString().endsWith(".bacnet.tsv")).sorted().toList()) {
        String name = root.resolve("_tshark").relativize(truth).toString();
        Path capture = root.resolve(name.substring(0, name.length() - ".bacnet.tsv".length()));
        if (Files.exists(capture)) {
          frames += compare(truth, capture, score);
        }
      }
    }
    int agree = 0;
    int all = 0;
    for (Map.Entry<String, int[]> e : score.entrySet()) {
      System.out.printf(Locale.ROOT, "%s: %d of %d%n", e.getKey(), e.getValue()[0], e.getValue()[1]);
      agree += e.getValue()[0];
      all += e.getValue()[1];
    }
    System.out.printf(Locale.ROOT, "%d frames, %d of %d fields agree (%.3f %%)%n", frames, agree, all, 100.0 * agree / all);
    assertThat(frames).isGreaterThan(4000);
    assertThat((double) agree / all).isGreaterThanOrEqualTo(0.999);
  }

  private static int compare(Path truth, Path capture, Map<String, int[]> score) throws IOException {
    Map<Long, Map<String, String>> ours = new HashMap<>();
    Datagrams.read(capture, (frame, source, from, target, to, message, sound) -> ours.put(frame, ours(message)));
    List<String> lines = Files.readAllLines(truth);
    List<String> header = Arrays.asList(lines.getFirst().split("\t", -1));
    int frames = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      if (cells[header.indexOf("bvlc.function")].isEmpty()) {
        continue;
      }
      frames++;
      Map<String, String> theirs = theirs(header, cells);
      Map<String, String> mine = ours.getOrDefault(Long.parseLong(cells[0]), Map.of());
      for (String field : FIELDS) {
        String there = theirs.getOrDefault(field, "");
        String here = mine.getOrDefault(field, "");
        if (there.isEmpty() && here.isEmpty()) {
          continue;
        }
        int[] n = score.computeIfAbsent(field, k -> new int[2]);
        n[1]++;
        if (there.equals(here)) {
          n[0]++;
        } else {
          System.out.printf("  %s frame %s %s: tshark %s, Vigie %s%n", capture.getFileName(), cells[0], field, there, here);
        }
      }
    }
    return frames;
  }

  private static Map<String, String> theirs(List<String> header, String[] cells) {
    Map<String, String> row = new HashMap<>();
    row.put("function", number(header, cells, "bvlc.function", Codes::bvlcFunction));
    String ip = cell(header, cells, "bvlc.fwd_ip");
    row.put("originator", ip.isEmpty() ? "" : ip + ":" + cell(header, cells, "bvlc.fwd_port"));
    row.put("ttl", cell(header, cells, "bvlc.reg_ttl"));
    row.put("result", number(header, cells, "bvlc.result", Codes::bvlcResult));
    row.put("dnet", cell(header, cells, "bacnet.dnet"));
    row.put("snet", cell(header, cells, "bacnet.snet"));
    row.put("hops", cell(header, cells, "bacnet.hopc"));
    row.put("message", number(header, cells, "bacnet.mesgtyp", Codes::network));
    row.put("pdu", number(header, cells, "bacapp.type", Codes::pduType));
    row.put("invoke", cell(header, cells, "bacapp.invoke_id"));
    String confirmed = number(header, cells, "bacapp.confirmed_service", Codes::confirmed);
    row.put("service", confirmed.isEmpty() ? number(header, cells, "bacapp.unconfirmed_service", Codes::unconfirmed) : confirmed);
    String type = number(header, cells, "bacapp.objectType", BacnetNames::objectType);
    row.put("object", type.isEmpty() ? "" : type + "," + cell(header, cells, "bacapp.instance_number"));
    row.put("property", number(header, cells, "bacapp.property_identifier", BacnetNames::property));
    row.put("vendor", cell(header, cells, "bacapp.vendor_identifier"));
    row.put("low", cell(header, cells, "bacapp.who_is.low_limit"));
    row.put("high", cell(header, cells, "bacapp.who_is.high_limit"));
    row.put("errorClass", number(header, cells, "bacapp.error_class", Codes.ERROR_CLASS));
    row.put("errorCode", number(header, cells, "bacapp.error_code", Codes.ERROR_CODE));
    row.put("reject", number(header, cells, "bacapp.reject_reason", Codes.REJECT_REASON));
    row.put("abort", number(header, cells, "bacapp.abort_reason", Codes.ABORT_REASON));
    return row;
  }

  /** The first value of a column. */
  private static String cell(List<String> header, String[] cells, String column) {
    return cells[header.indexOf(column)].split(";", 2)[0];
  }

  private static String number(List<String> header, String[] cells, String column, Codes.Labels labels) {
    String value = cell(header, cells, column);
    return value.isEmpty() ? "" : labels.of(Integer.decode(value));
  }

  private static Map<String, String> ours(Decoded m) {
    Map<String, String> row = new HashMap<>();
    put(row, "function", m.first("bvlcFunction"));
    put(row, "originator", m.first("originatingDevice"));
    put(row, "ttl", m.first("timeToLive"));
    put(row, "result", m.first("resultCode"));
    put(row, "dnet", m.first("DNET"));
    put(row, "snet", m.first("SNET"));
    put(row, "hops", m.first("hopCount"));
    put(row, "message", m.first("networkMessage"));
    put(row, "pdu", m.first("pduType"));
    put(row, "invoke", m.first("invokeID"));
    put(row, "service", m.first("serviceChoice") == null ? null : m.named());
    put(row, "property", m.first("propertyIdentifier"));
    put(row, "vendor", m.first("vendorID"));
    put(row, "low", m.first("deviceInstanceRangeLowLimit"));
    put(row, "high", m.first("deviceInstanceRangeHighLimit"));
    put(row, "errorClass", m.first("errorClass"));
    put(row, "errorCode", m.first("errorCode"));
    put(row, "reject", m.first("rejectReason"));
    put(row, "abort", m.first("abortReason"));
    m.fields().stream().map(Decoded.Field::value).filter(v -> v.matches("[a-z0-9-]+,\\d+")).findFirst().ifPresent(v -> row.put("object", v));
    return row;
  }

  private static void put(Map<String, String> row, String field, @Nullable String value) {
    if (value != null) {
      row.put(field, value);
    }
  }
}
