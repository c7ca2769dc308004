package fr.vigie.web.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableFileTest {
  private static Refusal refused(String name, byte[] content) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> TableFile.read(name, content));
    assertThat(refusal).as(name).isNotNull();
    assertThat(refusal.json().path("fr").asText()).isNotBlank();
    return refusal;
  }

  private static Refusal refused(String csv) {
    return refused("import.csv", csv.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] book(Consumer<Worksheet> fill) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Workbook book = new Workbook(out, "test", "1.0")) {
      fill.accept(book.newWorksheet("Feuille"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static byte[] plain() {
    return book(s -> {
      s.value(0, 0, "mac");
      s.value(0, 1, "building");
      s.value(1, 0, "00:a0:03:00:00:01");
      s.value(1, 1, "B");
    });
  }

  /** The same archive with one part replaced or added. */
  private static byte[] with(byte[] book, String part, String content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream to = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> e : parts(book).entrySet()) {
        if (!e.getKey().equals(part)) {
          to.putNextEntry(new ZipEntry(e.getKey()));
          to.write(e.getValue());
        }
      }
      to.putNextEntry(new ZipEntry(part));
      to.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  /** By the same library that the reader uses: what fastexcel writes is not for readers that go from front to back. */
  private static Map<String, byte[]> parts(byte[] book) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(new SeekableInMemoryByteChannel(book)).get()) {
      for (ZipArchiveEntry e : Collections.list(zip.getEntries())) {
        parts.put(e.getName(), zip.getInputStream(e).readAllBytes());
      }
    }
    return parts;
  }

  private static String part(byte[] book, String part) throws IOException {
    return new String(parts(book).get(part), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {";", ",", "\t"})
  void aTableWithAnySeparatorAndWithOrWithoutMarkIsRead(String s) throws Refusal {
    String inner = s.equals("\t") ? " " : s;
    String csv = "MAC" + s + "Bâtiment" + s + "floor\n00:a0:03:00:00:01" + s + "\"B " + inner + " nord\"" + s + "-1\r\n\r\n00:a0:03:00:00:02" + s + s + "'=R+2\n";
    for (String mark : List.of("", "\uFEFF")) {
      Grid grid = TableFile.read("x.csv", (mark + csv).getBytes(StandardCharsets.UTF_8));
      assertThat(grid.columns()).containsExactly(Column.MAC, Column.BUILDING, Column.FLOOR);
      assertThat(grid.rows()).hasSize(2);
      assertThat(grid.rows().getFirst().cell(Column.BUILDING)).isEqualTo("B " + inner + " nord");
      assertThat(grid.rows().getFirst().cell(Column.FLOOR)).as("a number is no formula").isEqualTo("-1");
      assertThat(grid.rows().getLast().cell(Column.FLOOR)).as("a defused text").isEqualTo("=R+2");
      assertThat(grid.rows().getLast().number()).isEqualTo(4);
    }
  }

  @Test
  void aWrongHeadingIsNamedWithWhatWasMeant() {
    assertThat(refused("mac;buildng\n1;2\n")).hasMessageContaining("\"buildng\", perhaps \"building\"").extracting(Refusal::row).isEqualTo(1);
    assertThat(refused("mac;building;mac\n1;2;3\n")).hasMessageContaining("given twice");
    assertThat(refused("building;floor\nB;2\n")).hasMessageContaining("which device");
    assertThat(refused("mac;last_seen\n1;2\n")).hasMessageContaining("says anything");
    assertThat(refused("mac;building\n")).hasMessageContaining("no row");
    assertThat(refused("\n\n")).hasMessageContaining("empty");
    assertThat(refused("mac;building\n1;2;3\n")).hasMessageContaining("more cells").extracting(Refusal::row).isEqualTo(2);
    assertThat(refused("mac" + ";building".repeat(70) + "\n")).hasMessageContaining("64 columns");
  }

  @Test
  void anotherEncodingIsNamedWithItsRow() {
    byte[] latin = "mac;building\r\n1;A\r\n2;Bâtiment é\r\n".getBytes(Charset.forName("windows-1252"));
    assertThat(refused("x.csv", latin)).hasMessageContaining("\"Bâtiment é\"").hasMessageContaining("Windows-1252").extracting(Refusal::row).isEqualTo(3);
    assertThat(refused("x.csv", "\uFEFFmac;building\n".getBytes(StandardCharsets.UTF_16LE))).hasMessageContaining("UTF-16");
    assertThat(refused("mac;building\n1;a\0b\n")).hasMessageContaining("no table of text");
    assertThat(refused("mac;building\n1;a\u0007b\n")).hasMessageContaining("control character").extracting(Refusal::row).isEqualTo(2);
    assertThat(refused("mac;building\n1;\"a\n2;b\n")).extracting(Refusal::row).isEqualTo(2);
    assertThat(refused("mac;building\n1;" + "b".repeat(600) + "\n")).hasMessageContaining("512");
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\"=HYPERLINK(\"\"http://x\"\")\"", "＝1", " =1"})
  void aFormulaIsRefusedWithItsRow(String cell) {
    assertThat(refused("mac;building\n1;B\n2;" + cell + "\n")).hasMessageContaining("formula").hasMessageContaining("building").extracting(Refusal::row).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"../../etc/passwd.csv", "/etc/inventaire.csv", "C:\\x.csv", "a/b.xlsx", ".csv", "inventaire.xls", "inventaire.xlsm", "inventaire", "x.exe"})
  void aPathOrAStrangeNameIsRefused(String name) {
    assertThat(refused(name, "mac;building\n1;2\n".getBytes(StandardCharsets.UTF_8)).row()).isZero();
  }

  @Test
  void aSizeIsRefusedBeforeAnythingIsRead() {
    assertThat(catchThrowableOfType(Refusal.class, () -> TableFile.size(2L << 30))).hasMessageContaining("8 MiB");
    assertThat(refused("x.csv", new byte[TableFile.MOST_BYTES + 1])).hasMessageContaining("8 MiB");
    assertThat(refused("x.csv", new byte[0])).hasMessageContaining("empty");
    StringBuilder many = new StringBuilder("mac;building\n");
    for (int i = 0; i <= Grid.MOST_ROWS; i++) {
      many.append(i).append(";B\n");
    }
    assertThat(refused(many.toString())).hasMessageContaining("20000 rows").extracting(Refusal::row).isEqualTo(Grid.MOST_ROWS + 2);
  }

  @Test
  void aWorkbookIsReadWithItsNumbersAsPeopleSeeThem() throws Refusal {
    Grid grid = TableFile.read("x.xlsx", book(s -> {
      s.value(0, 0, "bacnet_instance");
      s.value(0, 1, "floor");
      s.value(0, 2, "name");
      s.value(1, 0, 1001);
      s.value(1, 1, -1);
      s.value(1, 2, "=texte");
      s.value(3, 0, "1002");
      s.value(3, 1, 2.5);
    }));
    assertThat(grid.rows()).extracting(Grid.Row::number).containsExactly(2, 4);
    assertThat(grid.rows().getFirst().cells()).containsEntry(Column.BACNET_INSTANCE, "1001").containsEntry(Column.FLOOR, "-1").containsEntry(Column.NAME, "=texte");
    assertThat(grid.rows().getLast().cell(Column.FLOOR)).isEqualTo("2.5");
  }

  @Test
  void aFormulaInAWorkbookIsRefusedWithItsRow() {
    assertThat(refused("x.xlsx", book(s -> {
      s.value(0, 0, "mac");
      s.value(0, 1, "building");
      s.value(1, 0, "1");
      s.value(1, 1, "B");
      s.value(2, 0, "2");
      s.formula(2, 1, "UPPER(A1)");
    }))).hasMessageContaining("formula").extracting(Refusal::row).isEqualTo(3);
  }

  @Test
  void whatDoesNotBelongInAWorkbookRefusesIt() throws Exception {
    assertThat(TableFile.read("x.xlsx", with(plain(), "docProps/app.xml", "<Properties/>")).rows()).hasSize(1);
    assertThat(refused("x.xlsx", with(plain(), "xl/vbaProject.bin", "x"))).hasMessageContaining("macros");
    assertThat(refused("x.xlsx", with(plain(), "xl/externalLinks/externalLink1.xml", "<x/>"))).hasMessageContaining("links");
    assertThat(refused("x.xlsx", with(plain(), "xl/embeddings/oleObject1.bin", "x"))).hasMessageContaining("objects");
    assertThat(refused("x.xlsx", with(plain(), "../evil.xml", "<x/>"))).hasMessageContaining("path");
    assertThat(refused("x.xlsx", with(plain(), "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships><Relationship Id='r1' Target='http://x.invalid/' TargetMode='External'/></Relationships>"))).hasMessageContaining("links to elsewhere");
    String sheet = part(plain(), "xl/worksheets/sheet1.xml");
    String xxe = sheet.replaceFirst("\\?>", "?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>");
    assertThat(refused("x.xlsx", with(plain(), "xl/worksheets/sheet1.xml", xxe))).hasMessageContaining("DOCTYPE");
    String late = sheet + " ".repeat(70_000 - sheet.length() - 5) + "<!DOCTYPE x>";
    assertThat(refused("x.xlsx", with(plain(), "xl/worksheets/sheet1.xml", late))).as("across two reads").hasMessageContaining("DOCTYPE");
    String types = part(plain(), "[Content_Types].xml").replace("sheet.main+xml", "sheet.macroEnabled.main+xml");
    assertThat(refused("x.xlsx", with(plain(), "[Content_Types].xml", types))).hasMessageContaining("macros");
    assertThat(refused("x.xlsx", "PK\3\4 und mehr".getBytes(StandardCharsets.UTF_8))).hasMessageContaining("damaged");
    assertThat(refused("x.csv", plain())).hasMessageContaining("extension");
    assertThat(refused("x.xlsx", "mac;building\n".getBytes(StandardCharsets.UTF_8))).hasMessageContaining("extension");
    assertThat(refused("x.xlsx", new byte[] {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, 0})).hasMessageContaining(".xls");
  }

  @Test
  void anArchiveThatUnpacksToFarTooMuchIsRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream to = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> e : parts(plain()).entrySet()) {
        to.putNextEntry(new ZipEntry(e.getKey()));
        to.write(e.getValue());
      }
      to.putNextEntry(new ZipEntry("xl/sharedStrings2.xml"));
      byte[] block = new byte[1 << 20];
      Arrays.fill(block, (byte) ' ');
      for (int i = 0; i < 100; i++) {
        to.write(block);
      }
    }
    assertThat(out.size()).as("small as a file").isLessThan(TableFile.MOST_BYTES);
    assertThat(refused("bomb.xlsx", out.toByteArray())).hasMessageContaining("unpacks");
  }

  @Test
  void anyBrokenFileIsARefusalAndNeverAnException() throws IOException {
    Random random = new Random(5);
    byte[] book = plain();
    byte[] csv = "id;mac;building;floor\na-1;00:a0:03:00:00:01;\"B \"\"x\"\"\";2\n".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 400; i++) {
      for (byte[] good : List.of(book, csv)) {
        byte[] bad = good.clone();
        for (int n = 0; n <= random.nextInt(4); n++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        byte[] cut = Arrays.copyOf(bad, 1 + random.nextInt(bad.length));
        for (byte[] each : List.of(bad, cut)) {
          try {
            TableFile.read(good == book ? "x.xlsx" : "x.csv", each);
          } catch (Refusal e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        }
      }
    }
  }
}
