package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/protocols.md} is what the code says; {@code -Dvigie.golden=write} writes it anew. */
final class ProtocolsTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "protocols.md");
  private static final Path GOLDENS = Path.of("src", "test", "resources", "golden");
  private static final int LLC = 0x10000;
  private static final int SNAP = 0x20000;

  @Test
  void theDocumentIsWhatTheCodeSays() throws IOException {
    String generated = document();
    if ("write".equals(System.getProperty("vigie.golden"))) {
      Files.writeString(DOCUMENT, generated);
    }
    assertThat(Files.readString(DOCUMENT)).as("docs/protocols.md; -Dvigie.golden=write -Dtest=ProtocolsTest writes it anew").isEqualTo(generated);
  }

  /** Merges of the list have doubled lines before. */
  @Test
  void noDissectorIsListedTwice() {
    assertThat(Protocols.all()).extracting(p -> p.getClass().getName() + " " + p.name() + " " + p.transport() + " " + Arrays.toString(p.ports()))
        .doesNotHaveDuplicates();
  }

  @Test
  void eachProtocolHasGoldenMessages() {
    assertThat(Protocols.all()).allSatisfy(p -> assertThat(goldens(p.name())).as(p.name()).isPositive());
  }

  private static String document() {
    Map<String, List<Dissector>> byTitle = new LinkedHashMap<>();
    for (Dissector each : Protocols.all()) {
      byTitle.computeIfAbsent(each.sheet().title(), t -> new ArrayList<>()).add(each);
    }
    StringBuilder text = new StringBuilder("""
        # Protocols

        Generated from the code by `ProtocolsTest`; each entry stands in its protocol's file (`sheet()`). "Anywhere" means that the framing proves itself, so the
        protocol is found on other ports too. Golden messages are built by the standard's clauses or checked against tshark; how well the whole agrees with
        other parsers is in [accuracy.md](accuracy.md).

        """);
    text.append("%d protocols.\n".formatted(byTitle.size()));
    byTitle.forEach((title, dissectors) -> {
      Sheet sheet = dissectors.getFirst().sheet();
      text.append("\n## ").append(title).append("\n| | |\n|---|---|\n");
      row(text, "name in outputs", dissectors.stream().map(d -> '`' + d.name() + '`').distinct().collect(Collectors.joining(", ")));
      row(text, "standard", sheet.standard());
      row(text, "carried by", dissectors.stream().map(ProtocolsTest::carrier).distinct().collect(Collectors.joining("; ")));
      row(text, "read", sheet.reads());
      row(text, "not read", sheet.unread());
      row(text, "checked by", sheet.truth());
      row(text, "golden messages", dissectors.stream().map(Dissector::name).distinct().mapToLong(ProtocolsTest::goldens).sum() + "");
    });
    return text.toString();
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String carrier(Dissector dissector) {
    int[] ports = dissector.ports();
    String where = dissector.transport() == Dissector.Transport.ETHERNET
        ? Arrays.stream(ports).mapToObj(ProtocolsTest::link).collect(Collectors.joining(", "))
        : dissector.transport().name() + (ports.length == 0 ? "" : " " + ranges(ports));
    return where + (dissector.anyPort() ? ", anywhere" : "");
  }

  private static String link(int type) {
    return type >= SNAP ? "SNAP %04X".formatted(type - SNAP)
        : type >= LLC ? "LLC %02X".formatted(type >> 8 & 0xFF) : "EtherType %04X".formatted(type);
  }

  /** {@code 47808–47823, 80}: runs of three and more are drawn together. */
  private static String ranges(int[] ports) {
    TreeSet<Integer> left = new TreeSet<>();
    for (int port : ports) {
      left.add(port);
    }
    List<String> parts = new ArrayList<>();
    while (!left.isEmpty()) {
      int first = left.removeFirst();
      int last = first;
      while (left.remove(last + 1)) {
        last++;
      }
      parts.add(first == last ? first + "" : last == first + 1 ? first + ", " + last : first + "–" + last);
    }
    return String.join(", ", parts);
  }

  private static long goldens(String protocol) {
    try (Stream<Path> files = Files.list(GOLDENS.resolve(protocol))) {
      return files.count();
    } catch (IOException e) {
      throw new AssertionError("no golden messages of " + protocol, e);
    }
  }
}
