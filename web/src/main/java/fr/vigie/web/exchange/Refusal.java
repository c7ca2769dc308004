package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;

/** Why a table or one of its rows is not taken, in both languages; an expected answer and no failure. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;
  private final int row;
  private final String fr;

  /**
   * A refusal.
   *
   * @param row row of the table, from 1 (the heading), or 0 for the file as a whole
   */
  Refusal(int row, String fr, String en) {
    super(en, null, false, false);
    this.row = row;
    this.fr = fr;
  }

  int row() {
    return row;
  }

  String fr() {
    return fr;
  }

  /** {@code {row, fr, en}}. */
  ObjectNode json() {
    return Json.object().put("row", row).put("fr", fr).put("en", String.valueOf(getMessage()));
  }

  /** A cell as a sentence shows it: short, on one line. */
  static String shown(String cell) {
    String s = Cells.visible(cell);
    return s.length() > 60 ? s.substring(0, 60) + "…" : s;
  }
}
