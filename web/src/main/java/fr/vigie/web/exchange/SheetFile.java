package fr.vigie.web.exchange;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import fr.vigie.inventory.terms.Fault;
import fr.vigie.inventory.terms.Sheet;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/** Tables of a policy as CSV or workbooks: read with the same care as tables of devices, and written so that nothing in them is a formula. */
public final class SheetFile {
  private SheetFile() {}

  /** Reads a table by the ending of its name. What is wrong with the file is a fault with its line and column. */
  public static Sheet read(String name, byte[] content, List<Fault> faults) {
    List<Sheet.Row> rows = new ArrayList<>();
    try {
      boolean workbook = TableFile.workbook(name, content);
      if (workbook) {
        Workbooks.rows(content, rows, (line, column, formula) -> faults.add(new Fault(name, line, column,
            "« =" + Refusal.shown(formula) + " » est une formule ; écrivez la valeur", "\"=" + Refusal.shown(formula) + "\" is a formula; write the value")));
      } else {
        csv(name, TableFile.text(content), rows, faults);
      }
    } catch (Refusal e) {
      faults.add(new Fault(Refusal.shown(name), e.row(), 0, e.fr(), String.valueOf(e.getMessage())));
    }
    return new Sheet(name, rows);
  }

  private static void csv(String name, String text, List<Sheet.Row> rows, List<Fault> faults) {
    int line = 1;
    try (CsvReader<CsvRecord> records = CsvReader.builder().fieldSeparator(TableFile.separator(text)).skipEmptyLines(true)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE).missingFieldStrategy(FieldMismatchStrategy.IGNORE).ofCsvRecord(text)) {
      for (CsvRecord r : records) {
        line = (int) Math.min(Integer.MAX_VALUE, r.getStartingLineNumber());
        List<String> cells = r.getFields().stream().limit(Grid.MOST_COLUMNS).map(String::strip).map(Cells::original).toList();
        if (cells.stream().anyMatch(c -> !c.isEmpty()) && rows.size() <= Sheet.MOST_ROWS + 1) {
          rows.add(new Sheet.Row(line, cells));
        }
      }
    } catch (CsvParseException e) {
      faults.add(new Fault(name, line, 0, "après la ligne " + line + " : un guillemet n’est pas fermé, ou suivi d’autre chose que le séparateur",
          "behind row " + line + ": a quote is not closed, or something else than the separator follows it"));
    } catch (IOException e) {
      throw new IllegalStateException("text in memory cannot fail to be read", e);
    }
  }

  /** Writes a table as CSV with semicolons, which spreadsheets of France open as a table. */
  public static void csv(List<List<String>> table, OutputStream out) throws IOException {
    StringBuilder s = new StringBuilder("\uFEFF");
    for (List<String> row : table) {
      for (int i = 0; i < row.size(); i++) {
        String cell = Cells.defused(row.get(i));
        boolean quoted = cell.indexOf(';') >= 0 || cell.indexOf('"') >= 0 || cell.indexOf('\n') >= 0;
        s.append(i == 0 ? "" : ";").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
      }
      s.append("\r\n");
    }
    out.write(s.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Writes a table as a workbook of one sheet. */
  public static void xlsx(String title, List<List<String>> table, OutputStream out) throws IOException {
    Workbook book = new Workbook(out, "Vigie", "1.0");
    Worksheet sheet = book.newWorksheet(title);
    for (int r = 0; r < table.size(); r++) {
      for (int c = 0; c < table.get(r).size(); c++) {
        String text = Cells.visible(table.get(r).get(c));
        if (!text.isEmpty()) {
          sheet.inlineString(r, c, text);
        }
        if (r == 0) {
          sheet.style(r, c).bold().fillColor("DDEBF7").set();
          sheet.width(c, 24);
        }
      }
    }
    sheet.freezePane(0, 1);
    sheet.finish();
    book.finish();
  }
}
