package fr.vigie.web.exchange;

import java.io.IOException;
import java.io.OutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/**
 * The inventory as an Office Open XML workbook: one sheet, every cell a text of its own, so that nothing in it can be a formula, and rows leave as
 * they are made. Which columns an import reads is told by the colour of their headings.
 */
final class InventoryXlsx {
  private static final int FLUSH = 200;
  /** Longest text of a cell that spreadsheets take. */
  private static final int LONGEST = 32_767;
  private static final String SETS = "DDEBF7";
  private static final String NAMES = "FFF2CC";
  private static final String SHOWS = "EDEDED";

  private InventoryXlsx() {}

  static void write(Devices devices, About about, OutputStream out) throws IOException {
    Workbook book = new Workbook(out, "Vigie", "1.0");
    book.properties().setTitle("Vigie – " + Cells.visible(about.name())).setSubject("Inventory " + about.at());
    book.setGlobalDefaultFont("Calibri", 11);
    Worksheet sheet = book.newWorksheet("Inventory");
    Column[] columns = Column.values();
    for (Column c : columns) {
      int i = c.ordinal();
      sheet.inlineString(0, i, c.heading());
      sheet.style(0, i).bold().fillColor(switch (c.use()) {
        case SETS -> SETS;
        case NAMES -> NAMES;
        case SHOWS -> SHOWS;
      }).set();
      sheet.width(i, switch (c) {
        case NAME, HAYSTACK, IP, BRICK -> 28;
        case ID, KIND, VENDOR, MODEL, MAC, FIRST_SEEN, LAST_SEEN, BEHIND, PLACE, OWNER, SUPPLIER -> 21;
        default -> 13;
      });
    }
    sheet.freezePane(2, 1);
    int[] row = {0};
    devices.each(device -> {
      row[0]++;
      for (Column c : columns) {
        String text = Cells.visible(c.of(device));
        if (!text.isEmpty()) {
          sheet.inlineString(row[0], c.ordinal(), text.length() > LONGEST ? text.substring(0, LONGEST) : text);
        }
      }
      if (row[0] % FLUSH == 0) {
        sheet.flush();
      }
    });
    sheet.setAutoFilter(0, 0, row[0], columns.length - 1);
    sheet.finish();
    book.finish();
  }
}
