package fr.vigie.web.exchange;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table that people brought, read and bounded: its columns as Vigie knows them, and its rows as texts. Nothing in it is a formula.
 *
 * @param columns the columns in their order
 * @param rows the rows behind the heading, without empty ones
 */
record Grid(List<Column> columns, List<Row> rows) {
  /** Most rows behind the heading. */
  static final int MOST_ROWS = 20_000;
  /** Longest cell. */
  static final int LONGEST = 512;
  /** Most columns. */
  static final int MOST_COLUMNS = 64;

  /**
   * A row.
   *
   * @param number its number in the file, from 1 for the heading
   * @param cells its texts by column; empty cells are left out
   */
  record Row(int number, Map<Column, String> cells) {
    String cell(Column column) {
      return cells.getOrDefault(column, "");
    }
  }

  /** Gathers rows as a reader of a format finds them, and refuses what no format may bring. */
  static final class Builder {
    private final List<Column> columns = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /** Takes the heading. */
    void heading(int number, List<String> cells) throws Refusal {
      if (cells.size() > MOST_COLUMNS) {
        throw new Refusal(number, "plus de " + MOST_COLUMNS + " colonnes", "more than " + MOST_COLUMNS + " columns");
      }
      for (String cell : cells) {
        Column column = Column.meant(cell);
        if (column == null) {
          String near = nearest(cell);
          throw new Refusal(number, "la colonne « " + Refusal.shown(cell) + " » est inconnue" + (near.isEmpty() ? "" : ", peut-être « " + near + " »")
              + " ; les colonnes sont " + all(),
              "there is no column \"" + Refusal.shown(cell) + "\"" + (near.isEmpty() ? "" : ", perhaps \"" + near + "\"") + "; the columns are " + all());
        }
        if (columns.contains(column)) {
          throw new Refusal(number, "la colonne « " + column.heading() + " » est donnée deux fois", "the column \"" + column.heading() + "\" is given twice");
        }
        columns.add(column);
      }
      boolean names = columns.contains(Column.NAME) || columns.stream().anyMatch(c -> c.use() == Column.Use.NAMES);
      if (!names) {
        throw new Refusal(number, "aucune colonne ne désigne les équipements : il faut id, mac, ip, bacnet_instance, serial ou name",
            "no column says which device is meant: give id, mac, ip, bacnet_instance, serial or name");
      }
      if (columns.stream().noneMatch(c -> c.use() == Column.Use.SETS)) {
        throw new Refusal(number, "aucune colonne ne dit quelque chose des équipements", "no column says anything of the devices");
      }
    }

    /** Takes a row; cells are as they stand in the file. */
    void row(int number, List<String> cells) throws Refusal {
      Map<Column, String> texts = new EnumMap<>(Column.class);
      for (int i = 0; i < cells.size(); i++) {
        String cell = cells.get(i).strip();
        if (cell.isEmpty()) {
          continue;
        }
        if (i >= columns.size()) {
          throw new Refusal(number, "plus de cellules que de colonnes", "more cells than columns");
        }
        texts.put(columns.get(i), text(number, columns.get(i), cell));
      }
      if (texts.isEmpty()) {
        return;
      }
      if (rows.size() >= MOST_ROWS) {
        throw new Refusal(number, "plus de " + MOST_ROWS + " lignes ; partagez le fichier", "more than " + MOST_ROWS + " rows; split the file");
      }
      rows.add(new Row(number, texts));
    }

    private static String text(int number, Column column, String cell) throws Refusal {
      if (cell.length() > LONGEST) {
        throw new Refusal(number, "colonne " + column.heading() + " : plus de " + LONGEST + " caractères", "column " + column.heading() + ": longer than "
            + LONGEST + " characters");
      }
      if (Cells.formula(cell)) {
        throw formula(number, column, cell);
      }
      String original = Cells.original(cell);
      if (!Cells.visible(original).equals(original)) {
        throw new Refusal(number, "colonne " + column.heading() + " : un caractère de commande", "column " + column.heading() + ": a control character");
      }
      return original;
    }

    static Refusal formula(int number, Column column, String cell) {
      return new Refusal(number, "colonne " + column.heading() + " : « " + Refusal.shown(cell)
          + " » est une formule, ou commence comme une formule ; mettez une apostrophe devant si c’est un texte",
          "column " + column.heading() + ": \"" + Refusal.shown(cell) + "\" is a formula, or begins like one; put an apostrophe before it if it is a text");
    }

    int columns() {
      return columns.size();
    }

    Column column(int index) {
      return columns.get(index);
    }

    Grid grid() throws Refusal {
      if (columns.isEmpty()) {
        throw new Refusal(0, "le fichier est vide", "the file is empty");
      }
      if (rows.isEmpty()) {
        throw new Refusal(0, "le tableau n’a pas de ligne", "the table has no row");
      }
      return new Grid(List.copyOf(columns), List.copyOf(rows));
    }

    private static String all() {
      List<String> names = new ArrayList<>();
      for (Column c : Column.values()) {
        names.add(c.heading());
      }
      return String.join(", ", names);
    }

    /** The heading that differs in the fewest letters, at most two; or the empty text. */
    private static String nearest(String heading) {
      String best = "";
      int least = 3;
      String plain = heading.strip().toLowerCase(Locale.ROOT);
      for (Column c : Column.values()) {
        int d = plain.length() > 40 ? 99 : distance(plain, c.heading());
        if (d < least && d < c.heading().length()) {
          least = d;
          best = c.heading();
        }
      }
      return best;
    }

    private static int distance(String a, String b) {
      int[] row = new int[b.length() + 1];
      for (int j = 0; j <= b.length(); j++) {
        row[j] = j;
      }
      for (int i = 1; i <= a.length(); i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b.length(); j++) {
          int up = row[j];
          row[j] = Math.min(Math.min(row[j - 1], up) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
          diagonal = up;
        }
      }
      return row[b.length()];
    }
  }
}
