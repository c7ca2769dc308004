package fr.vigie.rules.session;

import fr.vigie.inventory.terms.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A decision table in the layout of Drools' spreadsheets, turned into rules: one rule for each row, on the line of its row, so that whatever
 * is wrong with it is told where it stands. What comes out is checked like any other rule; nothing of the table runs.
 *
 * <pre>
 * RuleSet   | any name
 * Import    | fr.vigie.rules.event.Meeting, …
 * RuleTable NET-05 tools from the building
 * CONDITION                | CONDITION              | ACTION                              keywords
 * $m : Meeting             |                        |                                     the event; empty: as on the left
 * port == $param           | who.zoneKind == "$param" | report($m, "NET-05", "$param");   what a cell says
 * port                     | from zone of kind      | what is told                        for people, not read
 * 3389                     | building               | remote desktop                      a rule
 * </pre>
 *
 * <p>Understood are {@code CONDITION}, {@code ACTION}, {@code NAME} and their first letters; {@code $param} and {@code $1}, {@code $2}… for the parts of a cell
 * between commas. A rule is named by its NAME cell, or by the words behind {@code RuleTable} and its row; either begins with a detection.
 */
final class DecisionTable {
  private static final int MOST_COLUMNS = 64;
  private static final Pattern UNSAFE = Pattern.compile("[\"\\\\`'{}\\n\\r]");

  /** A column of a table. */
  private record Column(String kind, String pattern, String snippet) {}

  private final Sheet sheet;
  private final List<Finding> findings;
  private final List<StringBuilder> lines = new ArrayList<>();
  private final StringBuilder head = new StringBuilder("package fr.vigie.rules.policy; import function fr.vigie.rules.event.Report.report; ");
  private int rules;

  private DecisionTable(Sheet sheet, List<Finding> findings) {
    this.sheet = sheet;
    this.findings = findings;
  }

  /** The rules of a table as text, or the empty text where there are findings. */
  static String rules(Sheet sheet, List<Finding> findings) {
    int before = findings.size();
    DecisionTable table = new DecisionTable(sheet, findings);
    table.read();
    return findings.size() == before ? table.text() : "";
  }

  private void refuse(int line, int column, String fr, String en) {
    findings.add(new Finding(sheet.file(), line, column, fr, en));
  }

  private static String cell(Sheet.Row row, int i) {
    return i < row.cells().size() ? row.cells().get(i).strip() : "";
  }

  private void read() {
    List<Sheet.Row> rows = sheet.rows();
    int i = 0;
    while (i < rows.size()) {
      Sheet.Row row = rows.get(i);
      String word = cell(row, 0);
      String key = word.toLowerCase(Locale.ROOT);
      if (key.equals("ruleset") || key.equals("notes") || key.isEmpty()) {
        i++;
      } else if (key.equals("import")) {
        imports(row);
        i++;
      } else if (key.startsWith("ruletable")) {
        i = table(rows, i);
      } else {
        refuse(row.line(), 1, "seuls RuleSet, Import, Notes et RuleTable peuvent se trouver ici", "only RuleSet, Import, Notes and RuleTable may stand here");
        return;
      }
    }
    if (rules == 0 && findings.isEmpty()) {
      refuse(0, 0, "la table de décision ne donne aucune règle : il faut RuleTable, les mots clés, le motif, le texte, un titre, puis des lignes",
          "the decision table gives no rule: it needs RuleTable, keywords, pattern, text, a heading, and rows");
    }
  }

  private void imports(Sheet.Row row) {
    for (int c = 1; c < Math.min(row.cells().size(), MOST_COLUMNS); c++) {
      for (String name : cell(row, c).split("[,\\s]+")) {
        if (!name.isEmpty() && !name.startsWith("function")) {
          if (!name.matches("[\\w.]+")) {
            refuse(row.line(), c + 1, "ce n’est pas un nom à importer", "this is no name to import");
          } else if (!name.endsWith(".Report.report")) {
            head.append("import ").append(name).append("; ");
          }
        }
      }
    }
  }

  /** Reads a table; answers the index of the row behind it. */
  private int table(List<Sheet.Row> rows, int start) {
    Sheet.Row title = rows.get(start);
    String name = cell(title, 0).substring("ruletable".length()).strip();
    if (start + 4 >= rows.size()) {
      refuse(title.line(), 1, "il manque des lignes à cette table", "rows are missing in this table");
      return rows.size();
    }
    Sheet.Row keywords = rows.get(start + 1);
    Sheet.Row patterns = rows.get(start + 2);
    Sheet.Row snippets = rows.get(start + 3);
    List<Column> columns = new ArrayList<>();
    String pattern = "";
    for (int c = 0; c < Math.min(keywords.cells().size(), MOST_COLUMNS); c++) {
      String keyword = cell(keywords, c).toUpperCase(Locale.ROOT);
      String own = cell(patterns, c);
      switch (keyword) {
        case "CONDITION", "C" -> {
          pattern = own.isEmpty() || own.equals("...") ? pattern : own;
          columns.add(new Column("C", pattern, cell(snippets, c)));
        }
        case "ACTION", "A" -> columns.add(new Column("A", "", cell(snippets, c)));
        case "NAME", "N" -> columns.add(new Column("N", "", ""));
        case "" -> columns.add(new Column("", "", ""));
        default -> {
          refuse(keywords.line(), c + 1, "« " + keyword + " » n’est pas permis ; seuls CONDITION, ACTION et NAME le sont", "\"" + keyword
              + "\" is not allowed; only CONDITION, ACTION and NAME are");
          columns.add(new Column("", "", ""));
        }
      }
    }
    int i = start + 5;
    while (i < rows.size() && !cell(rows.get(i), 0).toLowerCase(Locale.ROOT).startsWith("ruletable")) {
      rule(rows.get(i), columns, name);
      i++;
    }
    return i;
  }

  private void rule(Sheet.Row row, List<Column> columns, String table) {
    StringBuilder when = new StringBuilder();
    StringBuilder then = new StringBuilder();
    String name = "";
    String open = "";
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      String value = cell(row, c);
      if (value.isEmpty()) {
        continue;
      }
      if (UNSAFE.matcher(value).find()) {
        refuse(row.line(), c + 1, "des guillemets, accolades ou barres obliques inverses ne peuvent pas se trouver dans une cellule", "quotes, braces and backslashes may not stand in a cell");
        return;
      }
      switch (column.kind) {
        case "N" -> name = value;
        case "C" -> {
          String condition = filled(column.snippet, value);
          if (column.pattern.isEmpty()) {
            when.append(open.isEmpty() ? "" : ") ").append(condition).append(' ');
            open = "";
          } else if (column.pattern.equals(open)) {
            when.append(", ").append(condition);
          } else {
            when.append(open.isEmpty() ? "" : ") ").append(column.pattern).append('(').append(condition);
            open = column.pattern;
          }
        }
        case "A" -> {
          String said = filled(column.snippet, value).strip();
          then.append(said).append(said.endsWith(";") ? " " : "; ");
        }
        default -> { }
      }
    }
    when.append(open.isEmpty() ? "" : ")");
    if (when.isEmpty() && then.isEmpty()) {
      return;
    }
    rules++;
    while (lines.size() < row.line()) {
      lines.add(new StringBuilder());
    }
    lines.get(row.line() - 1).append("rule \"").append(name.isEmpty() ? table + " row " + row.line() : name).append("\" when ").append(when).append(" then ").append(then).append("end");
  }

  /** The text of a column with what a cell says; a text without a place for it is compared by equality, as Drools does. */
  private static String filled(String snippet, String value) {
    if (snippet.contains("$param")) {
      return snippet.replace("$param", value);
    }
    if (snippet.matches("(?s).*\\$[1-9].*")) {
      String[] parts = value.split(",");
      String text = snippet;
      for (int i = 0; i < 9; i++) {
        text = text.replace("$" + (i + 1), i < parts.length ? parts[i].strip() : "");
      }
      return text;
    }
    return snippet.matches("[\\w.]+") ? snippet + " == \"" + value + '"' : snippet;
  }

  private String text() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < Math.max(1, lines.size()); i++) {
      s.append(i == 0 ? head : "").append(i < lines.size() ? lines.get(i) : "").append('\n');
    }
    return s.toString();
  }
}
