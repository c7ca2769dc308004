package fr.vigie.inventory.site;

import fr.vigie.sensor.meaning.Register;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A register map as a table: a line of headings, then a register a line. Headings are the keys of {@code registers[]} in the site file
 * ({@code docs/site-file.md}): {@code unit}, {@code register} (its table), {@code address}, {@code type}, {@code scale}, {@code unitOfMeasure},
 * {@code name}, {@code words}; only {@code address} must be there.
 */
final class RegisterFile {
  static final int MOST_ROWS = 65_536;

  private static final List<String> KEYS = List.of("unit", "register", "address", "type", "scale", "unitOfMeasure", "name", "words");

  /**
   * One register of a file.
   *
   * @param unit Modbus unit, or -1 where the file leaves it to the device
   */
  record Line(int unit, Register register) {}

  private final String file;
  private final Map<String, Integer> columns = new HashMap<>();

  private RegisterFile(String file) {
    this.file = file;
  }

  static List<Line> read(String file, List<Csv.Row> rows) throws SiteError {
    if (rows.isEmpty()) {
      throw new SiteError(file, 1, 1, "the register map is empty");
    }
    RegisterFile map = new RegisterFile(file);
    map.head(rows.getFirst());
    List<Line> lines = new ArrayList<>();
    Set<List<Object>> seen = new HashSet<>();
    for (Csv.Row row : rows.subList(1, rows.size())) {
      Line line = map.line(row);
      if (!seen.add(List.of(line.unit(), line.register().table(), line.register().address()))) {
        throw new SiteError(file, row.line(), 1, "the register " + line.register().table().text() + ":" + line.register().address()
            + " of this unit is given twice");
      }
      lines.add(line);
    }
    return lines;
  }

  private void head(Csv.Row row) throws SiteError {
    for (int i = 0; i < row.cells().size(); i++) {
      Csv.Cell cell = row.cells().get(i);
      if (!KEYS.contains(cell.text())) {
        String near = Item.nearest(cell.text(), KEYS);
        throw error(cell, "unknown heading \"" + Item.shown(cell.text()) + "\"" + (near == null ? "" : ", perhaps \"" + near + "\"") + "; known are "
            + String.join(", ", KEYS));
      }
      if (columns.put(cell.text(), i) != null) {
        throw error(cell, "the heading \"" + cell.text() + "\" stands here a second time");
      }
    }
    if (!columns.containsKey("address")) {
      throw new SiteError(file, row.line(), 1, "the heading \"address\" is missing");
    }
  }

  private SiteError error(Csv.Cell cell, String sentence) {
    return new SiteError(file, cell.line(), cell.column(), sentence);
  }

  /** The cell under a heading, or null where it is empty. */
  private Csv.@Nullable Cell cell(Csv.Row row, String key) {
    Integer at = columns.get(key);
    return at == null || row.text(at).isEmpty() ? null : row.cells().get(at);
  }

  private Line line(Csv.Row row) throws SiteError {
    Csv.Cell address = cell(row, "address");
    if (address == null) {
      throw new SiteError(file, row.line(), 1, "the address is missing in this row");
    }
    if (row.cells().size() > columns.size()) {
      throw error(row.cells().get(columns.size()), "more cells than headings");
    }
    Csv.Cell unit = cell(row, "unit");
    Register.Table table = Register.Table.HOLDING_REGISTER;
    Csv.Cell kind = cell(row, "register");
    if (kind != null) {
      table = table(kind.text());
      if (table == null) {
        throw error(kind, "unknown table \"" + Item.shown(kind.text()) + "\"; known are " + String.join(", ", tables()));
      }
    }
    Csv.Cell typeCell = cell(row, "type");
    Register.Type type = typeCell == null ? table.bits() ? Register.Type.BOOL : Register.Type.UINT16 : type(typeCell.text());
    if (type == null) {
      throw error(address(typeCell, address), "unknown type \"" + Item.shown(typeCell == null ? "" : typeCell.text()) + "\"; known are " + String.join(", ", types()));
    }
    if (table.bits() != (type == Register.Type.BOOL) && table.bits()) {
      throw error(address(typeCell, address), "a " + table.text() + " is one bit: its type is bool");
    }
    Csv.Cell words = cell(row, "words");
    if (words != null && !words.text().equals("high-first") && !words.text().equals("low-first")) {
      throw error(words, "\"" + Item.shown(words.text()) + "\" is no order of words; write high-first or low-first");
    }
    int number = whole(address, 0, 65_536 - type.registers());
    Csv.Cell name = cell(row, "name");
    Csv.Cell measure = cell(row, "unitOfMeasure");
    return new Line(unit == null ? -1 : whole(unit, 0, 255), new Register(table, number, type, words != null && words.text().equals("low-first"),
        scale(row), measure == null ? null : measure.text(), name == null ? "" : name.text()));
  }

  private static Csv.Cell address(Csv.@Nullable Cell cell, Csv.Cell otherwise) {
    return cell == null ? otherwise : cell;
  }

  private double scale(Csv.Row row) throws SiteError {
    Csv.Cell cell = cell(row, "scale");
    if (cell == null) {
      return 1;
    }
    try {
      double scale = Double.parseDouble(cell.text());
      if (Double.isFinite(scale) && scale != 0) {
        return scale;
      }
    } catch (NumberFormatException e) {
      throw error(cell, "\"" + Item.shown(cell.text()) + "\" is not a number; write 0.1, with a point");
    }
    throw error(cell, "a scale is finite and not 0");
  }

  private int whole(Csv.Cell cell, int min, int max) throws SiteError {
    int n = Addresses.decimal(cell.text(), max);
    if (n < min) {
      throw error(cell, "\"" + Item.shown(cell.text()) + "\" is not a whole number from " + min + " to " + max);
    }
    return n;
  }

  /** A table by its word, or null. */
  static Register.@Nullable Table table(String text) {
    return Arrays.stream(Register.Table.values()).filter(t -> t.text().equals(text)).findFirst().orElse(null);
  }

  static List<String> tables() {
    return Arrays.stream(Register.Table.values()).map(Register.Table::text).toList();
  }

  /** A type by its word, or null. */
  static Register.@Nullable Type type(String text) {
    return Arrays.stream(Register.Type.values()).filter(t -> t.name().toLowerCase(Locale.ROOT).equals(text)).findFirst().orElse(null);
  }

  static List<String> types() {
    return Arrays.stream(Register.Type.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();
  }
}
