package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Party;
import fr.vigie.inventory.site.PointPattern;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Writer;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The table of expected writers: who may change which points of which devices, and down to which BACnet priority. */
public final class Writers {
  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("who", List.of("who", "qui", "writers", "auteurs"));
    HEADINGS.put("whom", List.of("devices", "équipements", "whom", "cible"));
    HEADINGS.put("points", List.of("points", "objets", "objects"));
    HEADINGS.put("operations", List.of("operations", "opérations", "verbs"));
    HEADINGS.put("priority", List.of("priority", "priorité"));
    HEADINGS.put("comment", List.of("comment", "commentaire", "remarque"));
  }

  private Writers() {}

  /**
   * Reads a table.
   *
   * @param faults takes what is wrong; the answer is then not to be used
   */
  public static List<Writer> read(Sheet sheet, Site site, List<Fault> faults) {
    Reading r = Reading.of(sheet, HEADINGS, List.of("who", "whom"), faults);
    if (!r.sound()) {
      return List.of();
    }
    List<Writer> writers = new ArrayList<>();
    for (Sheet.Row row : r.rows()) {
      List<Party> who = r.parties(row, "who", site);
      List<Party> whom = r.parties(row, "whom", site);
      List<String> points = Reading.listed(r.cell(row, "points"));
      Set<Verb> verbs = r.verbs(row, "operations");
      String level = r.cell(row, "priority");
      int priority = level.isEmpty() ? 1 : level.matches("[1-9]|1[0-6]") ? Integer.parseInt(level) : 0;
      if (priority == 0) {
        r.refuse(row, "priority", "« " + Reading.shown(level) + " » n’est pas une priorité BACnet de 1 à 16", "\"" + Reading.shown(level) + "\" is no BACnet priority from 1 to 16");
      }
      writers.add(new Writer(who, whom, points.contains("*") ? List.of() : points.stream().map(PointPattern::new).toList(), verbs, Math.max(1, priority),
          r.cell(row, "comment"), row.line()));
    }
    return List.copyOf(writers);
  }

  /** The writers as a table, heading first, as {@link #read} takes it. */
  public static List<List<String>> table(List<Writer> writers, boolean french) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS.values().stream().map(w -> w.get(french ? 1 : 0)).toList());
    for (Writer w : writers) {
      rows.add(List.of(parties(w.who()), parties(w.whom()), w.points().isEmpty() ? "*" : String.join(" | ", w.points().stream().map(PointPattern::text).toList()),
          w.verbs().isEmpty() ? "*" : verbs(w.verbs()), w.priority() == 1 ? "" : String.valueOf(w.priority()), w.comment()));
    }
    return rows;
  }

  static String parties(List<Party> parties) {
    return String.join(" | ", parties.stream().map(Party::text).toList());
  }

  static String verbs(Collection<Verb> verbs) {
    return String.join(", ", new TreeSet<>(verbs.stream().map(v -> v.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList()));
  }
}
