package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.MatrixLine.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The matrix of zones and conduits: what may pass between zones, what is told, what must not be. Where two lines speak of the same thing
 * and say otherwise, one lies wholly within the other and is the closer word; everything else is refused when it is read. What no line
 * speaks of must not pass, as soon as there is a line at all.
 *
 * @param lines the lines, in the order of the file
 */
public record Matrix(List<MatrixLine> lines) {
  /** A matrix that says nothing: nothing is judged by it. */
  public static final Matrix NONE = new Matrix(List.of());

  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("from", List.of("from", "de", "from zone", "zone source", "source"));
    HEADINGS.put("to", List.of("to", "vers", "to zone", "zone destination", "destination"));
    HEADINGS.put("protocols", List.of("protocols", "protocoles", "protocol", "protocole"));
    HEADINGS.put("operations", List.of("operations", "opérations", "operation", "opération", "verbs"));
    HEADINGS.put("hours", List.of("hours", "horaires", "heures", "horaire"));
    HEADINGS.put("verdict", List.of("verdict", "décision", "decision"));
    HEADINGS.put("comment", List.of("comment", "commentaire", "remarque"));
  }

  /** Pairs of lines that are compared in full; more is refused. */
  private static final int MOST_CONTRADICTIONS = 50;

  /** What the site file says. */
  public static Matrix of(Site site) {
    return site.hasConduits() ? new Matrix(site.conduits().stream().map(MatrixLine::of).toList()) : NONE;
  }

  /** Whether it says anything. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The lines that speak of what goes from one zone to another, in their order. */
  public List<MatrixLine> between(String from, String to) {
    return lines.stream().filter(l -> l.joins(from, to)).toList();
  }

  /**
   * Reads a table.
   *
   * @param site the site whose zones are meant
   * @param protocols names of the protocols that are read
   * @param calendar the calendar whose hours may be named
   * @param faults takes what is wrong; the answer is then not to be used
   */
  public static Matrix read(Sheet sheet, Site site, java.util.Set<String> protocols, Calendar calendar, List<Fault> faults) {
    Reading r = Reading.of(sheet, HEADINGS, List.of("from", "to", "verdict"), faults);
    if (!r.sound()) {
      return NONE;
    }
    if (site.zones().isEmpty()) {
      r.fault(0, 0, "la matrice nomme des zones, et il n’y a pas de fichier de site qui en dise : donnez --site", "the matrix names zones, and no site file names any: give --site");
      return NONE;
    }
    List<MatrixLine> lines = new ArrayList<>();
    for (Sheet.Row row : r.rows()) {
      String from = r.zone(row, "from", site);
      String to = r.zone(row, "to", site);
      if (from != null && from.equals(to) && !from.equals("*")) {
        r.refuse(row, "to", "ce qui reste dans une zone ne passe par aucun conduit", "what stays within a zone passes no conduit");
      }
      java.util.Set<String> carried = r.protocols(row, "protocols", protocols);
      var verbs = r.verbs(row, "operations");
      Hours hours = r.hours(row, "hours", calendar);
      Verdict verdict = verdict(r, row);
      String comment = r.cell(row, "comment");
      if (from != null && to != null && verdict != null) {
        lines.add(new MatrixLine(from, to, carried, verbs, hours, verdict, comment, row.line()));
      }
    }
    if (r.sound()) {
      contradictions(r, lines);
    }
    if (r.sound() && lines.isEmpty()) {
      r.fault(0, 0, "le tableau n’a pas de ligne ; retirez le fichier s’il n’y a rien à dire", "the table has no row; remove the file where there is nothing to say");
    }
    return r.sound() ? new Matrix(List.copyOf(lines)) : NONE;
  }

  private static @Nullable Verdict verdict(Reading r, Sheet.Row row) {
    String text = r.cell(row, "verdict").toLowerCase(Locale.ROOT);
    for (Verdict v : Verdict.values()) {
      if (text.equals(v.wireName()) || text.equals(v.fr())) {
        return v;
      }
    }
    r.refuse(row, "verdict", "« " + Reading.shown(text) + " » n’est pas une décision ; écrivez autoriser, alerter ou interdire (allow, alert, deny)",
        "\"" + Reading.shown(text) + "\" is no verdict; write allow, alert or deny");
    return null;
  }

  private static void contradictions(Reading r, List<MatrixLine> lines) {
    Map<String, List<MatrixLine>> byTarget = new HashMap<>();
    int found = 0;
    for (MatrixLine b : lines) {
      for (String to : b.to().equals("*") ? new TreeSet<>(byTarget.keySet()) : new TreeSet<>(List.of(b.to(), "*"))) {
        for (MatrixLine a : byTarget.getOrDefault(to, List.of())) {
          if (found < MOST_CONTRADICTIONS && a.meets(b)) {
            boolean inner = a.within(b);
            boolean outer = b.within(a);
            if (inner && outer) {
              found++;
              r.fault(b.line(), 0, "cette ligne dit la même chose que la ligne " + a.line() + (a.verdict() == b.verdict() ? "" : " avec une autre décision") + " ; n’en gardez qu’une",
                  "this line speaks of the same as line " + a.line() + (a.verdict() == b.verdict() ? "" : " with another verdict") + "; keep one of them");
            } else if (!inner && !outer && a.verdict() != b.verdict()) {
              found++;
              r.fault(b.line(), 0, "cette ligne (" + b.verdict().fr() + ") et la ligne " + a.line() + " (" + a.verdict().fr()
                  + ") se recouvrent en partie et se contredisent ; rendez l’une plus étroite que l’autre, ou séparez-les",
                  "this line (" + b.verdict().wireName() + ") and line " + a.line() + " (" + a.verdict().wireName()
                  + ") overlap in part and contradict each other; make one lie wholly within the other, or keep them apart");
            }
          }
        }
      }
      byTarget.computeIfAbsent(b.to(), to -> new ArrayList<>()).add(b);
    }
  }

  /** The matrix as a table, heading first, as {@link #read} takes it. */
  public List<List<String>> table(boolean french) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS.values().stream().map(w -> w.get(french ? 1 : 0)).toList());
    for (MatrixLine l : lines) {
      Hours hours = l.hours();
      rows.add(List.of(l.from(), l.to(), l.protocols().isEmpty() ? "*" : String.join(", ", new TreeSet<>(l.protocols())),
          l.verbs().isEmpty() ? "*" : Writers.verbs(l.verbs()), hours == null ? "" : hours.text(), french ? l.verdict().fr() : l.verdict().wireName(), l.comment()));
    }
    return rows;
  }
}
