package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Parties;
import fr.vigie.inventory.site.Party;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One table while it is read: finds the columns by their headings and the meaning of cells, and takes note of what is wrong where. */
final class Reading {
  /** Faults that are told of one table; the rest would say no more. */
  private static final int MOST_FAULTS = 100;
  private static final String FORMULAS = "=+@\uFF1D\uFF0B\uFF20";

  private final Sheet sheet;
  private final List<Fault> faults;
  private final Map<String, Integer> columns = new HashMap<>();
  private int told;

  private Reading(Sheet sheet, List<Fault> faults) {
    this.sheet = sheet;
    this.faults = faults;
  }

  /**
   * Finds the columns of a table.
   *
   * @param headings each column as Vigie knows it, with the words that may head it, lower case; the first is English, the second French
   * @param needed columns that must be there
   */
  static Reading of(Sheet sheet, Map<String, List<String>> headings, List<String> needed, List<Fault> faults) {
    Reading r = new Reading(sheet, faults);
    if (sheet.rows().isEmpty()) {
      r.fault(0, 0, "le tableau est vide", "the table is empty");
      return r;
    }
    Sheet.Row heading = sheet.rows().getFirst();
    for (int i = 0; i < heading.cells().size(); i++) {
      String cell = plain(heading.cells().get(i));
      if (cell.isEmpty()) {
        continue;
      }
      String field = null;
      for (Map.Entry<String, List<String>> e : headings.entrySet()) {
        field = e.getValue().contains(cell) ? e.getKey() : field;
      }
      if (field == null) {
        List<String> all = headings.values().stream().flatMap(List::stream).toList();
        String near = Parties.nearest(cell, all);
        r.fault(heading.line(), i + 1,
            "la colonne « " + shown(cell) + " » est inconnue" + (near == null ? "" : ", peut-être « " + near + " »") + " ; les colonnes sont " + names(headings, 1),
            "there is no column \"" + shown(cell) + "\"" + (near == null ? "" : ", perhaps \"" + near + "\"") + "; the columns are " + names(headings, 0));
      } else if (r.columns.putIfAbsent(field, i) != null) {
        r.fault(heading.line(), i + 1, "la colonne « " + shown(cell) + " » est donnée deux fois", "the column \"" + shown(cell) + "\" is given twice");
      }
    }
    for (String field : needed) {
      List<String> words = headings.getOrDefault(field, List.of(field, field));
      if (!r.columns.containsKey(field)) {
        r.fault(heading.line(), 0, "il manque la colonne « " + words.get(1) + " »", "the column \"" + words.getFirst() + "\" is missing");
      }
    }
    if (sheet.rows().size() > Sheet.MOST_ROWS + 1) {
      r.fault(0, 0, "plus de " + Sheet.MOST_ROWS + " lignes", "more than " + Sheet.MOST_ROWS + " rows");
    }
    return r;
  }

  private static String names(Map<String, List<String>> headings, int language) {
    return String.join(", ", headings.values().stream().map(w -> w.get(language)).toList());
  }

  private static String plain(String cell) {
    return cell.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_]+", " ");
  }

  static String shown(String text) {
    return Parties.shown(text);
  }

  /** Whether nothing is wrong so far. */
  boolean sound() {
    return told == 0;
  }

  /** The rows behind the heading. */
  List<Sheet.Row> rows() {
    return sheet.rows().isEmpty() ? List.of() : sheet.rows().subList(1, Math.min(sheet.rows().size(), Sheet.MOST_ROWS + 1));
  }

  /** The text of a cell; a formula is told and read as empty. */
  String cell(Sheet.Row row, String field) {
    Integer i = columns.get(field);
    String text = i == null || i >= row.cells().size() ? "" : row.cells().get(i).strip();
    if (text.isEmpty()) {
      return text;
    }
    if (FORMULAS.indexOf(text.charAt(0)) >= 0) {
      refuse(row, field, "« " + shown(text) + " » est une formule, ou commence comme une formule ; écrivez la valeur", "\"" + shown(text)
          + "\" is a formula, or begins like one; write the value");
      return "";
    }
    if (text.length() > Sheet.LONGEST) {
      refuse(row, field, "plus de " + Sheet.LONGEST + " caractères", "longer than " + Sheet.LONGEST + " characters");
      return "";
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      refuse(row, field, "un caractère de commande", "a control character");
      return "";
    }
    return text;
  }

  /** Something is wrong with a cell. */
  void refuse(Sheet.Row row, String field, String fr, String en) {
    fault(row.line(), columns.getOrDefault(field, -1) + 1, fr, en);
  }

  void fault(int line, int column, String fr, String en) {
    if (told++ < MOST_FAULTS) {
      faults.add(new Fault(sheet.file(), line, column, fr, en));
    } else if (told == MOST_FAULTS + 1) {
      faults.add(new Fault(sheet.file(), 0, 0, "d’autres erreurs ne sont pas listées", "further errors are not listed"));
    }
  }

  /** The words of a cell that lists some: separated by a vertical bar, or else by commas and blanks. */
  static List<String> words(String cell) {
    return cell.isEmpty() || cell.equals("*") ? List.of()
        : Arrays.stream(cell.split(cell.indexOf('|') >= 0 ? "\\|" : "[,\\s]+")).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  /** The names of a cell that lists some: separated by a vertical bar, for names have blanks and commas. */
  static List<String> listed(String cell) {
    return Arrays.stream(cell.split("\\|")).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  /** The id of a zone of the site, or {@code *}; null where there is none. */
  @Nullable String zone(Sheet.Row row, String field, Site site) {
    String text = cell(row, field);
    if (text.equals("*") || site.zone(text) != null) {
      return text;
    }
    List<String> known = site.zones().stream().map(z -> z.id()).toList();
    unknown(row, field, "zone", "la zone", text, known);
    return null;
  }

  private void unknown(Sheet.Row row, String field, String what, String quoi, String text, List<String> known) {
    if (text.isEmpty()) {
      refuse(row, field, "une valeur manque ici", "a value is missing here");
      return;
    }
    String near = Parties.nearest(text, known);
    String list = known.isEmpty() || known.size() > 30 ? "" : String.join(", ", known);
    refuse(row, field,
        quoi + " « " + shown(text) + " » n’existe pas" + (near == null ? "" : ", peut-être « " + near + " »") + (list.isEmpty() ? "" : " ; connus : " + list),
        "there is no " + what + " \"" + shown(text) + "\"" + (near == null ? "" : ", perhaps \"" + near + "\"") + (list.isEmpty() ? "" : "; known are " + list));
  }

  /** Protocols and ports: {@code bacnet}, {@code tcp}, {@code tcp/443}. Empty means all. */
  Set<String> protocols(Sheet.Row row, String field, Set<String> known) {
    Set<String> all = new LinkedHashSet<>();
    for (String word : words(cell(row, field))) {
      String p = word.toLowerCase(Locale.ROOT);
      boolean port = p.matches("(tcp|udp)/[1-9]\\d{0,4}") && Integer.parseInt(p.substring(4)) <= 65_535;
      if (port || p.equals("tcp") || p.equals("udp") || known.contains(p)) {
        all.add(p);
      } else {
        String near = Parties.nearest(p, List.copyOf(known));
        refuse(row, field,
            "le protocole « " + shown(word) + " » n’est pas lu" + (near == null ? "" : ", peut-être « " + near + " »") + " ; écrivez son nom, tcp, udp, ou tcp/443",
            "the protocol \"" + shown(word) + "\" is not read" + (near == null ? "" : ", perhaps \"" + near + "\"") + "; write its name, tcp, udp, or tcp/443");
      }
    }
    return Set.copyOf(all);
  }

  /** Operations; empty means all. */
  Set<Verb> verbs(Sheet.Row row, String field) {
    Map<String, Verb> known = verbs();
    Set<Verb> verbs = new LinkedHashSet<>();
    for (String word : words(cell(row, field))) {
      Verb verb = known.get(word.toLowerCase(Locale.ROOT));
      if (verb == null) {
        unknown(row, field, "operation", "l’opération", word, List.copyOf(known.keySet()));
      } else {
        verbs.add(verb);
      }
    }
    return Set.copyOf(verbs);
  }

  /** Operations by the words of files. */
  static Map<String, Verb> verbs() {
    Map<String, Verb> words = new LinkedHashMap<>();
    for (Verb v : Verb.values()) {
      words.put(v.name().toLowerCase(Locale.ROOT).replace('_', '-'), v);
    }
    return words;
  }

  /** Hours, by a name of the calendar or written out; null means always. */
  @Nullable Hours hours(Sheet.Row row, String field, Calendar calendar) {
    String text = cell(row, field);
    if (text.isEmpty() || text.equals("*")) {
      return null;
    }
    Hours named = calendar.hours().get(text);
    Hours hours = named == null ? Hours.parse(text) : named;
    if (hours == null) {
      String names = calendar.hours().isEmpty() ? "" : String.join(", ", new TreeSet<>(calendar.hours().keySet()));
      refuse(row, field,
          "« " + shown(text) + " » n’est pas un horaire ; écrivez par exemple « lun-ven 07:00-19:00, sam 08:00-12:00 »" + (names.isEmpty() ? "" : " ou un nom du calendrier : " + names),
          "\"" + shown(text) + "\" are no hours; write for example \"mon-fri 07:00-19:00, sat 08:00-12:00\"" + (names.isEmpty() ? "" : " or a name of the calendar: " + names));
    }
    return hours;
  }

  /** Who is meant; at least one. */
  List<Party> parties(Sheet.Row row, String field, Site site) {
    List<Party> parties = new ArrayList<>();
    List<String> texts = listed(cell(row, field));
    for (String text : texts) {
      Party party = Parties.read(text, site.zones(), site.devices());
      if (party == null) {
        String near = Parties.nearest(text, site.devices().stream().map(d -> d.name()).toList());
        refuse(row, field, "« " + shown(text) + " » ne désigne rien" + (near == null ? "" : ", peut-être « " + near + " »")
            + " ; écrivez le nom d’un équipement, zone:ID, supplier:NOM, une adresse IP ou MAC, une plage, bacnet:INSTANCE, knx:1.1.7 ou *, séparés par |",
            "\"" + shown(text) + "\" names nothing" + (near == null ? "" : ", perhaps \"" + near + "\"")
            + "; write a device's name, zone:ID, supplier:NAME, an IP or MAC address, a range, bacnet:INSTANCE, knx:1.1.7 or *, with | between several");
      } else {
        parties.add(party);
      }
    }
    if (texts.isEmpty()) {
      refuse(row, field, "une valeur manque ici", "a value is missing here");
    }
    return List.copyOf(parties);
  }
}
