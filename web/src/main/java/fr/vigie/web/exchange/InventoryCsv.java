package fr.vigie.web.exchange;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The inventory as CSV (RFC 4180) that a French or English spreadsheet opens without a question: UTF-8 with its mark, semicolons, a heading,
 * a line a device. Cells are defused ({@link Cells}).
 */
final class InventoryCsv {
  private InventoryCsv() {}

  static void write(Devices devices, OutputStream out) throws IOException {
    Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    text.write('\uFEFF');
    CsvWriter csv = CsvWriter.builder().fieldSeparator(';').lineDelimiter(LineDelimiter.CRLF).build(text);
    List<String> row = new ArrayList<>();
    for (Column c : Column.values()) {
      row.add(c.heading());
    }
    csv.writeRecord(row);
    devices.each(device -> {
      row.clear();
      for (Column c : Column.values()) {
        row.add(Cells.defused(c.of(device)));
      }
      csv.writeRecord(row);
    });
    csv.flush();
    text.flush();
  }
}
