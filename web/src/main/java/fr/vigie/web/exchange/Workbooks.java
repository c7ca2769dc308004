package fr.vigie.web.exchange;

import fr.vigie.inventory.terms.Sheet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;

/**
 * Reads an Office Open XML workbook: its first sheet, texts and numbers alone. The archive is looked through before a reader of workbooks sees it, by the
 * same library that will open it: names, sizes as they really unpack, and what must not be in there – macros, embedded objects, links to elsewhere,
 * document types (through which XML reaches for other files).
 */
final class Workbooks {
  private static final int MOST_ENTRIES = 256;
  /** All of it unpacked, octets, however small the archive is. */
  private static final long MOST_UNPACKED = 96L << 20;
  private static final int WINDOW = 64 * 1024;
  /** Longer than anything that is looked for. */
  private static final int OVERLAP = 64;
  private static final Pattern EXTERNAL = Pattern.compile("TargetMode\\s*=\\s*[\"']External");
  private static final List<String> FORBIDDEN = List.of("vbaproject", "macrosheets/", "externallinks/", "embeddings/", "activex/", "customui/", "connections.xml",
      "querytables/", "ctrlprops/", "webextensions/");

  private Workbooks() {}

  static Grid read(byte[] content) throws Refusal {
    inspect(content);
    Grid.Builder grid = new Grid.Builder();
    try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(content)); Stream<Row> rows = book.getFirstSheet().openStream()) {
      for (Iterator<Row> i = rows.iterator(); i.hasNext();) {
        row(grid, i.next());
      }
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new Refusal(0, "le classeur ne peut pas être lu : il est abîmé, ou n’en est pas un", "the workbook cannot be read: it is damaged, or none");
    }
    return grid.grid();
  }

  /** Takes the formulas of a workbook. */
  @FunctionalInterface
  interface Formulas {
    void formula(int row, int column, String formula);
  }

  /** The rows of the first sheet, texts and numbers alone; formulas are handed over and read as empty. */
  static void rows(byte[] content, List<Sheet.Row> into, Formulas formulas) throws Refusal {
    inspect(content);
    try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(content)); Stream<Row> rows = book.getFirstSheet().openStream()) {
      for (Iterator<Row> i = rows.iterator(); i.hasNext() && into.size() <= Sheet.MOST_ROWS + 1;) {
        Row row = i.next();
        List<String> cells = new ArrayList<>();
        for (int c = 0; c < Math.min(row.getCellCount(), Grid.MOST_COLUMNS); c++) {
          Cell cell = row.getCell(c);
          boolean formula = cell != null && (cell.getFormula() != null && !cell.getFormula().isEmpty() || cell.getType() == CellType.FORMULA);
          if (formula) {
            formulas.formula(row.getRowNum(), c + 1, cell.getFormula() == null ? "" : cell.getFormula());
          }
          cells.add(cell == null || formula ? "" : text(row.getRowNum(), cell));
        }
        if (cells.stream().anyMatch(c -> !c.isEmpty())) {
          into.add(new Sheet.Row(row.getRowNum(), List.copyOf(cells)));
        }
      }
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new Refusal(0, "le classeur ne peut pas être lu : il est abîmé, ou n’en est pas un", "the workbook cannot be read: it is damaged, or none");
    }
  }

  private static void row(Grid.Builder grid, Row row) throws Refusal {
    int number = row.getRowNum();
    List<String> cells = new ArrayList<>();
    boolean heading = grid.columns() == 0;
    int most = Math.min(row.getCellCount(), Grid.MOST_COLUMNS + 1);
    for (int c = 0; c < most; c++) {
      Cell cell = row.getCell(c);
      if (cell != null && (cell.getFormula() != null && !cell.getFormula().isEmpty() || cell.getType() == CellType.FORMULA)) {
        Column column = !heading && c < grid.columns() ? grid.column(c) : Column.ID;
        throw heading || c >= grid.columns() ? new Refusal(number, "la cellule " + (c + 1) + " est une formule", "cell " + (c + 1) + " is a formula")
            : Grid.Builder.formula(number, column, "=" + cell.getFormula());
      }
      cells.add(cell == null ? "" : text(number, cell));
    }
    while (!cells.isEmpty() && cells.getLast().isBlank()) {
      cells.removeLast();
    }
    if (cells.isEmpty()) {
      return;
    }
    if (heading) {
      grid.heading(number, cells);
    } else {
      // in a workbook a text is a text whatever it begins with: the apostrophe is what tells it from a formula in CSV
      grid.row(number, cells.stream().map(Cells::defused).toList());
    }
  }

  private static String text(int number, Cell cell) throws Refusal {
    if (cell.getType() == CellType.ERROR) {
      throw new Refusal(number, "la cellule " + cell.getAddress() + " est en erreur", "cell " + cell.getAddress() + " holds an error");
    }
    String raw = cell.getType() == CellType.NUMBER ? number(cell.getRawValue()) : cell.getText();
    return raw == null ? "" : raw.strip();
  }

  /** {@code 1001}, not {@code 1001.0} nor {@code 1.001E3}. */
  private static String number(String raw) {
    try {
      BigDecimal n = new BigDecimal(raw);
      return n.precision() - n.scale() > 15 || n.scale() > 15 ? raw : n.stripTrailingZeros().toPlainString();
    } catch (NumberFormatException e) {
      return raw;
    }
  }

  private static void inspect(byte[] content) throws Refusal {
    Set<String> names = new HashSet<>();
    long unpacked = 0;
    boolean sheet = false;
    try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(new SeekableInMemoryByteChannel(content)).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        String name = entry.getName();
        String plain = name.toLowerCase(Locale.ROOT);
        if (names.size() >= MOST_ENTRIES || !names.add(plain)) {
          throw new Refusal(0, "le classeur contient trop de parties, ou deux fois la même", "the workbook has too many parts, or one twice");
        }
        if (name.startsWith("/") || name.indexOf('\\') >= 0 || name.contains("..") || name.indexOf(':') >= 0) {
          throw new Refusal(0, "une partie du classeur a un chemin pour nom : « " + Refusal.shown(name) + " »", "a part of the workbook has a path for a name: \""
              + Refusal.shown(name) + "\"");
        }
        for (String bad : FORBIDDEN) {
          if (plain.contains(bad)) {
            throw new Refusal(0, "le classeur contient des macros, des objets ou des liens vers l’extérieur (« " + Refusal.shown(name) + " »)",
                "the workbook holds macros, objects or links to elsewhere (\"" + Refusal.shown(name) + "\")");
          }
        }
        if (!zip.canReadEntryData(entry) || entry.getGeneralPurposeBit().usesEncryption()) {
          throw new Refusal(0, "le classeur est chiffré ou comprimé d’une façon inconnue", "the workbook is encrypted, or compressed in an unknown way");
        }
        unpacked += scan(zip, entry, plain, MOST_UNPACKED - unpacked);
        sheet |= plain.startsWith("xl/worksheets/") && plain.endsWith(".xml");
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal(0, "l’archive du classeur est abîmée", "the archive of the workbook is damaged");
    }
    if (!sheet) {
      throw new Refusal(0, "ce n’est pas un classeur : il n’a pas de feuille", "this is no workbook: it has no sheet");
    }
  }

  /** Unpacks a part once, without keeping it, and looks for what must not be in it; answers its real size. */
  private static long scan(ZipFile zip, ZipArchiveEntry entry, String name, long most) throws IOException, Refusal {
    boolean xml = name.endsWith(".xml") || name.endsWith(".rels") || name.endsWith(".vml");
    byte[] window = new byte[WINDOW];
    int kept = 0;
    long size = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      for (int n = in.read(window, kept, WINDOW - kept); n >= 0; n = in.read(window, kept, WINDOW - kept)) {
        boolean first = size == 0;
        size += n;
        if (size > most) {
          throw new Refusal(0, "le classeur se déploie en plus de " + (MOST_UNPACKED >> 20) + " Mio", "the workbook unpacks to more than " + (MOST_UNPACKED >> 20) + " MiB");
        }
        int filled = kept + n;
        if (xml) {
          xml(name, new String(window, 0, filled, StandardCharsets.ISO_8859_1), first);
        }
        kept = Math.min(filled, OVERLAP);
        System.arraycopy(window, filled - kept, window, 0, kept);
      }
    }
    return size;
  }

  private static void xml(String name, String text, boolean first) throws Refusal {
    boolean other = false;
    if (first) {
      String head = text.substring(0, Math.min(text.length(), 200)).toLowerCase(Locale.ROOT);
      int encoding = head.indexOf("encoding=");
      other = head.indexOf('\0') >= 0 || head.startsWith("\u00fe") || head.startsWith("\u00ff")
          || encoding >= 0 && !head.substring(encoding, Math.min(head.length(), encoding + 20)).contains("utf-8");
    }
    if (other || text.contains("<!DOCTYPE") || text.contains("<!ENTITY")) {
      throw new Refusal(0, "le XML du classeur (« " + Refusal.shown(name) + " ») a un DOCTYPE ou n’est pas en UTF-8", "the workbook's XML (\"" + Refusal.shown(name)
          + "\") has a DOCTYPE or is not UTF-8");
    }
    if (name.endsWith(".rels") && EXTERNAL.matcher(text).find()) {
      throw new Refusal(0, "le classeur a des liens vers l’extérieur ; enlevez-les", "the workbook has links to elsewhere; take them out");
    }
    if (name.endsWith("[content_types].xml") && text.contains("macroEnabled")) {
      throw new Refusal(0, "le classeur est fait pour des macros", "the workbook is made for macros");
    }
  }
}
