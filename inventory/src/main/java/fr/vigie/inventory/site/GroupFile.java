package fr.vigie.inventory.site;

import fr.vigie.sensor.meaning.Datapoint;
import fr.vigie.sensor.meaning.GroupAddresses.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The group addresses of a KNX installation as ETS exports them: its project ({@code .knxproj}), or a table. Of a table each row is read by the
 * shape of its cells, because ETS writes several forms, with and without a line of headings, in the language of the user:
 *
 * <pre>
 * name ; 1/2/3 ; … ; DPST-9-1 ; …                             one column of names, one of addresses ("1/1")
 * main ; middle ; sub ; 1/2/3 ; … ; DPST-9-1 ; …              three columns of names ("3/1")
 * main ; middle ; sub ; 1 ; 2 ; 3 ; … ; DPST-9-1 ; …          three columns of each ("3/3")
 * </pre>
 *
 * <p>Rows of main and middle groups ({@code 1/-/-}, {@code 1/2/-}) are passed over. A type may also be written {@code DPT-9} or {@code 9.001}.
 */
final class GroupFile {
  private static final int MOST_ROWS = 80_000;

  private static final Pattern THREE = Pattern.compile("(\\d{1,2})/(\\d{1,2})/(\\d{1,3})");
  private static final Pattern TWO = Pattern.compile("(\\d{1,2})/(\\d{1,4})");
  private static final Pattern RANGE = Pattern.compile("\\d{1,2}/(\\d{1,2}|-?)/-?");
  private static final Pattern TYPE = Pattern.compile("(?:DPS?T-)(\\d{1,5})(?:-(\\d{1,5}))?(?:\\s.*)?");
  private static final Pattern DOTTED = Pattern.compile("(\\d{1,3})\\.(\\d{3,5})");

  private GroupFile() {}

  /**
   * Reads a file by its name's ending.
   *
   * @param name what messages call it
   */
  static List<Group> read(Path path, String name) throws IOException, SiteError {
    long size;
    try {
      size = PlainFile.size(path);
    } catch (PlainFile.Refused e) {
      throw new SiteError(name, 1, 1, "this " + e.why());
    }
    if (name.toLowerCase(Locale.ROOT).endsWith(".knxproj")) {
      return KnxProject.read(path, name);
    }
    if (size >= 2) {
      try (java.io.InputStream in = Files.newInputStream(path)) {
        byte[] head = in.readNBytes(2);
        if (head[0] == 'P' && head[1] == 'K') {
          throw new SiteError(name, 1, 1, "this is a ZIP archive; a project of ETS is named .knxproj");
        }
      }
    }
    return table(name, Csv.read(path, name, MOST_ROWS));
  }

  static List<Group> table(String name, List<Csv.Row> rows) throws SiteError {
    List<Group> groups = new ArrayList<>();
    for (Csv.Row row : rows) {
      Group group = group(name, row);
      if (group != null) {
        groups.add(group);
      } else if (row.line() != rows.getFirst().line() && !range(row)) {
        throw new SiteError(name, row.line(), 1, "no group address in this row; write it as 1/2/3, or in three columns");
      }
    }
    if (groups.isEmpty()) {
      throw new SiteError(name, 1, 1, "no group address in this file");
    }
    return groups;
  }

  private static boolean range(Csv.Row row) {
    return row.cells().stream().anyMatch(c -> RANGE.matcher(c.text()).matches())
        || number(row.text(3)) >= 0 && (number(row.text(4)) < 0 || number(row.text(5)) < 0);
  }

  private static int number(String text) {
    return text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
  }

  private static @Nullable Group group(String name, Csv.Row row) throws SiteError {
    for (int i = 0; i < row.cells().size(); i++) {
      Csv.Cell cell = row.cells().get(i);
      Matcher three = THREE.matcher(cell.text());
      Matcher two = TWO.matcher(cell.text());
      if (three.matches()) {
        return new Group(address(name, cell, three.group(1), three.group(2), three.group(3)), type(name, row, i + 1), called(row, i));
      }
      if (two.matches() && i > 0) {
        int sub = Integer.parseInt(two.group(2));
        int main = Integer.parseInt(two.group(1));
        check(name, cell, main <= 31 && sub <= 2047);
        return new Group(main << 11 | sub, type(name, row, i + 1), called(row, i));
      }
    }
    if (row.cells().size() >= 6 && number(row.text(3)) >= 0 && number(row.text(4)) >= 0 && number(row.text(5)) >= 0) {
      return new Group(address(name, row.cells().get(3), row.text(3), row.text(4), row.text(5)), type(name, row, 6), called(row, 3));
    }
    return null;
  }

  private static int address(String name, Csv.Cell cell, String main, String middle, String sub) throws SiteError {
    int a = Integer.parseInt(main);
    int b = Integer.parseInt(middle);
    int c = Integer.parseInt(sub);
    check(name, cell, a <= 31 && b <= 7 && c <= 255);
    return a << 11 | b << 8 | c;
  }

  private static void check(String name, Csv.Cell cell, boolean fits) throws SiteError {
    if (!fits) {
      throw new SiteError(name, cell.line(), cell.column(),
          "\"" + Item.shown(cell.text()) + "\" is no group address; it goes from 0/0/0 to 31/7/255, in two levels to 31/2047");
    }
  }

  /** The last text in front of the address. */
  private static String called(Csv.Row row, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (!row.text(i).isEmpty()) {
        return row.text(i);
      }
    }
    return "";
  }

  private static @Nullable Datapoint type(String name, Csv.Row row, int from) throws SiteError {
    for (int i = from; i < row.cells().size(); i++) {
      Csv.Cell cell = row.cells().get(i);
      Matcher dotted = DOTTED.matcher(cell.text());
      if (cell.text().startsWith("DP") || dotted.matches()) {
        Datapoint type = dotted.matches() ? Datapoint.of(Integer.parseInt(dotted.group(1)), Integer.parseInt(dotted.group(2))) : type(cell.text());
        if (type == null && !dotted.matches() && !TYPE.matcher(cell.text()).matches()) {
          throw new SiteError(name, cell.line(), cell.column(),
              "\"" + Item.shown(cell.text()) + "\" is no datapoint type; write DPST-9-1, DPT-9 or 9.001");
        }
        return type;
      }
    }
    return null;
  }

  /** A type as ETS writes it, the first of several; null where there is none, or one whose layout is not known here. */
  static @Nullable Datapoint type(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Matcher m = TYPE.matcher(text.strip());
    return m.matches() ? Datapoint.of(Integer.parseInt(m.group(1)), m.group(2) == null ? -1 : Integer.parseInt(m.group(2))) : null;
  }
}
