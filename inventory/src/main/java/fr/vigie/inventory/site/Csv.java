package fr.vigie.inventory.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of cells separated by tabulator, semicolon or comma, each cell quoted or not (RFC 4180), that remembers where each stands. UTF-8, or
 * Windows-1252 where it is not UTF-8: ETS and spreadsheets write either.
 */
final class Csv {
  private static final long MAX_BYTES = 16L << 20;
  private static final int MAX_CELLS = 64;
  private static final int MAX_CELL = 512;

  /** One cell. */
  record Cell(String text, int line, int column) {}

  /** One row. */
  record Row(int line, List<Cell> cells) {
    /** The text of a cell, or nothing where the row is shorter. */
    String text(int index) {
      return index >= 0 && index < cells.size() ? cells.get(index).text() : "";
    }
  }

  private final String file;
  private final String content;
  private final int mostRows;
  private int at;
  private int line = 1;
  private int lineStart;

  private Csv(String file, String content, int mostRows) {
    this.file = file;
    this.content = content;
    this.mostRows = mostRows;
  }

  /**
   * Reads a file.
   *
   * @param name what messages call it
   * @throws SiteError if it is larger than any such table, or not one
   */
  static List<Row> read(Path path, String name, int mostRows) throws IOException, SiteError {
    byte[] bytes;
    try {
      bytes = PlainFile.octets(path, MAX_BYTES);
    } catch (PlainFile.Refused e) {
      throw new SiteError(name, 1, 1, "this " + e.why());
    }
    int from = bytes.length >= 3 && (bytes[0] & 0xFF) == 0xEF && (bytes[1] & 0xFF) == 0xBB && (bytes[2] & 0xFF) == 0xBF ? 3 : 0;
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, bytes.length - from);
    String content;
    try {
      content = StandardCharsets.UTF_8.newDecoder().decode(buffer.duplicate()).toString();
    } catch (CharacterCodingException e) {
      content = Charset.forName("windows-1252").decode(buffer).toString();
    }
    return new Csv(name, content, mostRows).rows();
  }

  /** Reads text. */
  static List<Row> read(String name, String content, int mostRows) throws SiteError {
    return new Csv(name, content, mostRows).rows();
  }

  private SiteError error(int column, String sentence) {
    return new SiteError(file, line, column, sentence);
  }

  private List<Row> rows() throws SiteError {
    int nul = content.indexOf('\0');
    if (nul >= 0) {
      throw error(1, "this is no table of text: it holds octets 0");
    }
    char separator = separator();
    List<Row> rows = new ArrayList<>();
    while (at < content.length()) {
      Row row = row(separator);
      if (row.cells().stream().anyMatch(c -> !c.text().isEmpty())) {
        if (rows.size() >= mostRows) {
          throw new SiteError(file, row.line(), 1, "more than " + mostRows + " rows");
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** The separator that stands most often in the first line, outside quotes. */
  private char separator() {
    int tabs = 0;
    int semicolons = 0;
    int commas = 0;
    boolean quoted = false;
    for (int i = 0; i < content.length() && (quoted || content.charAt(i) != '\n'); i++) {
      char c = content.charAt(i);
      quoted ^= c == '"';
      tabs += !quoted && c == '\t' ? 1 : 0;
      semicolons += !quoted && c == ';' ? 1 : 0;
      commas += !quoted && c == ',' ? 1 : 0;
    }
    return tabs > 0 && tabs >= semicolons && tabs >= commas ? '\t' : semicolons > 0 && semicolons >= commas ? ';' : ',';
  }

  private Row row(char separator) throws SiteError {
    int first = line;
    List<Cell> cells = new ArrayList<>();
    boolean more = true;
    while (more) {
      if (cells.size() >= MAX_CELLS) {
        throw error(at - lineStart + 1, "more than " + MAX_CELLS + " cells in one row");
      }
      int column = at - lineStart + 1;
      int ofLine = line;
      String text = at < content.length() && content.charAt(at) == '"' ? quoted(column) : plain(separator);
      if (text.length() > MAX_CELL) {
        throw new SiteError(file, ofLine, column, "the cell is longer than " + MAX_CELL + " characters");
      }
      cells.add(new Cell(text.strip(), ofLine, column));
      more = false;
      if (at < content.length()) {
        char c = content.charAt(at++);
        if (c == separator) {
          more = true;
        } else if (c == '\r' || c == '\n') {
          end(c);
        } else {
          throw error(at - lineStart, "behind a closing quote only a separator or the end of the line may stand");
        }
      }
    }
    return new Row(first, cells);
  }

  private void end(char c) {
    if (c == '\r' && at < content.length() && content.charAt(at) == '\n') {
      at++;
    }
    line++;
    lineStart = at;
  }

  private String plain(char separator) {
    int from = at;
    while (at < content.length() && content.charAt(at) != separator && content.charAt(at) != '\n' && content.charAt(at) != '\r') {
      at++;
    }
    return content.substring(from, at);
  }

  private String quoted(int column) throws SiteError {
    StringBuilder text = new StringBuilder();
    int opened = line;
    at++;
    while (at < content.length()) {
      char c = content.charAt(at++);
      if (c == '"' && at < content.length() && content.charAt(at) == '"') {
        text.append('"');
        at++;
      } else if (c == '"') {
        return text.toString();
      } else {
        text.append(c);
        if (c == '\n') {
          line++;
          lineStart = at;
        }
        if (text.length() > MAX_CELL) {
          break;
        }
      }
    }
    throw new SiteError(file, opened, column, text.length() > MAX_CELL ? "the cell is longer than " + MAX_CELL + " characters"
        : "the quote that opens here is not closed");
  }
}
