package fr.vigie.web.exchange;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The reader of tables that people bring: CSV in UTF-8 (comma, semicolon or tabulator), or XLSX. What is wrong with a file refuses it whole, with the row and the
 * reason. Nothing is guessed: a file in another encoding is named as such, for a guess would write wrong names into the journal.
 */
final class TableFile {
  /** Longest file, octets: a hundred times what a hospital's inventory takes. */
  static final int MOST_BYTES = 8 << 20;
  private static final int LONGEST_NAME = 128;

  private TableFile() {}

  static Grid read(String name, byte[] content) throws Refusal {
    return workbook(name, content) ? Workbooks.read(content) : csv(text(content));
  }

  /** Whether a file is a workbook and no text; refuses what is neither, and what is not what its name says. */
  static boolean workbook(String name, byte[] content) throws Refusal {
    String extension = name(name);
    size(content.length);
    boolean zip = starts(content, 'P', 'K', 3, 4);
    if (starts(content, 0xD0, 0xCF, 0x11, 0xE0)) {
      throw new Refusal(0, "c’est un classeur de l’ancien format .xls, ou protégé par un mot de passe ; enregistrez-le en .xlsx sans mot de passe",
          "this is a workbook of the old .xls format, or one with a password; save it as .xlsx without a password");
    }
    if (extension.equals("xlsx") != zip) {
      throw new Refusal(0, "le contenu n’est pas ce que dit l’extension ." + extension, "the content is not what the extension ." + extension + " says");
    }
    return zip;
  }

  /** Refuses a size before anything is read. */
  static void size(long octets) throws Refusal {
    if (octets == 0) {
      throw new Refusal(0, "le fichier est vide", "the file is empty");
    }
    if (octets > MOST_BYTES) {
      throw new Refusal(0, "le fichier dépasse " + (MOST_BYTES >> 20) + " Mio ; partagez-le", "the file is larger than " + (MOST_BYTES >> 20) + " MiB; split it");
    }
  }

  /** The extension of a plain file name. */
  static String name(String name) throws Refusal {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw new Refusal(0, "le nom du fichier manque ou dépasse " + LONGEST_NAME + " caractères", "the file name is missing or longer than " + LONGEST_NAME
          + " characters");
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.indexOf(':') >= 0 || name.startsWith(".") || !Cells.visible(name).equals(name)) {
      throw new Refusal(0, "le nom du fichier contient un chemin : « " + Refusal.shown(name) + " »", "the file name holds a path: \"" + Refusal.shown(name) + "\"");
    }
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!List.of("csv", "tsv", "txt", "xlsx").contains(extension)) {
      throw new Refusal(0, "seuls .csv, .tsv, .txt et .xlsx sont lus" + (extension.equals("xlsm") || extension.equals("xlsb") ? ", pas les classeurs à macros" : ""),
          "only .csv, .tsv, .txt and .xlsx are read" + (extension.equals("xlsm") || extension.equals("xlsb") ? ", no workbooks with macros" : ""));
    }
    return extension;
  }

  private static boolean starts(byte[] content, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= content.length || (content[i] & 0xFF) != with[i]) {
        return false;
      }
    }
    return true;
  }

  /** The text of a table. */
  static String text(byte[] content) throws Refusal {
    if (starts(content, 0xFF, 0xFE) || starts(content, 0xFE, 0xFF)) {
      throw new Refusal(0, "le fichier est en UTF-16 (« Texte Unicode ») ; enregistrez-le en « CSV UTF-8 »", "the file is UTF-16 (\"Unicode text\"); save it as \"CSV UTF-8\"");
    }
    int from = starts(content, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    String text = decoded(content, from);
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new Refusal(line(text, nul), "ce n’est pas un tableau de texte", "this is no table of text");
    }
    return text;
  }

  private static Grid csv(String text) throws Refusal {
    char separator = separator(text);
    Grid.Builder grid = new Grid.Builder();
    int line = 1;
    try (CsvReader<CsvRecord> records = CsvReader.builder().fieldSeparator(separator).skipEmptyLines(true)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE).missingFieldStrategy(FieldMismatchStrategy.IGNORE).ofCsvRecord(text)) {
      for (CsvRecord r : records) {
        line = (int) Math.min(Integer.MAX_VALUE, r.getStartingLineNumber());
        if (grid.columns() == 0) {
          grid.heading(line, r.getFields());
        } else {
          grid.row(line, r.getFields());
        }
      }
    } catch (CsvParseException e) {
      throw new Refusal(line, "après la ligne " + line + " : un guillemet n’est pas fermé, ou suivi d’autre chose que le séparateur",
          "behind row " + line + ": a quote is not closed, or something else than the separator follows it");
    } catch (IOException e) {
      throw new IllegalStateException("text in memory cannot fail to be read", e);
    }
    return grid.grid();
  }

  /** UTF-8 and nothing else; a wrong octet is told with its line, and as what it probably is. */
  private static String decoded(byte[] content, int from) throws Refusal {
    ByteBuffer in = ByteBuffer.wrap(content, from, content.length - from);
    CharBuffer out = CharBuffer.allocate(content.length - from + 1);
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = utf8.decode(in, out, true);
    out.flip();
    if (!result.isError()) {
      return out.toString();
    }
    String before = out.toString();
    int at = in.position();
    int start = at;
    while (start > from && content[start - 1] != '\n' && content[start - 1] != ';' && content[start - 1] != ',' && content[start - 1] != '\t') {
      start--;
    }
    int end = at;
    while (end < content.length && content[end] != '\n' && content[end] != '\r' && content[end] != ';' && content[end] != ',' && content[end] != '\t') {
      end++;
    }
    String meant = Refusal.shown(new String(content, start, end - start, Charset.forName("windows-1252")));
    throw new Refusal(line(before, before.length()), "« " + meant + " » n’est pas en UTF-8 mais sans doute en Windows-1252 ; enregistrez le fichier en « CSV UTF-8 »",
        "\"" + meant + "\" is not UTF-8 but probably Windows-1252; save the file as \"CSV UTF-8\"");
  }

  private static int line(String text, int until) {
    int line = 1;
    for (int i = 0; i < until; i++) {
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
    return line;
  }

  /** The separator that stands most often in the first line, outside quotes. */
  static char separator(String text) {
    int[] found = new int[3];
    boolean quoted = false;
    for (int i = 0; i < text.length() && (quoted || text.charAt(i) != '\n'); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      int which = quoted ? -1 : ";,\t".indexOf(c);
      if (which >= 0) {
        found[which]++;
      }
    }
    return found[2] > 0 && found[2] >= found[0] && found[2] >= found[1] ? '\t' : found[0] >= found[1] ? ';' : ',';
  }
}
