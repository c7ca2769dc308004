package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Owner;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a table would change in an inventory: for each row the device that is meant and the values that differ, or why the row is refused. A refused row refuses the
 * table. Made from one walk over the devices; nothing is changed by it.
 */
final class Plan {
  /** What a cell says that takes a person's value back. */
  static final Set<String> EMPTIED = Set.of("(vide)", "(empty)");
  private static final int MOST_SHOWN = 500;
  private static final int LONGEST_VALUE = 200;
  private static final String TWO = "\0";

  private final Grid grid;
  private final Site site;
  private final Map<String, Known> byId = new HashMap<>();
  /** By a naming column and its value; {@link #TWO} where several devices have it. */
  private final Map<Column, Map<String, String>> byName = new EnumMap<>(Column.class);
  private final Set<String> kinds = new TreeSet<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private int same;

  /** What is known of a device, as far as a table can speak of it. */
  private record Known(Map<Column, String> cells, Set<String> decided) {}

  /**
   * What a row changes.
   *
   * @param row its number in the file
   * @param id the device
   * @param name what the device is called now
   * @param from values now, by column
   * @param to values as the row has them; the empty text takes a person's value back
   */
  record Change(int row, String id, String name, Map<Column, String> from, Map<Column, String> to) {}

  private Plan(Grid grid, Site site) {
    this.grid = grid;
    this.site = site;
    for (Column c : Column.values()) {
      if (c.use() == Column.Use.NAMES || c == Column.NAME) {
        byName.put(c, new HashMap<>());
      }
    }
    Knowledge.shipped().kinds().all().forEach(k -> kinds.add(k.id()));
    kinds.add("unknown");
  }

  /** The plan of a table. */
  static Plan of(Grid grid, Devices devices, Site site) throws IOException {
    Plan plan = new Plan(grid, site);
    devices.each(plan::know);
    Set<String> meant = new HashSet<>();
    for (Grid.Row row : grid.rows()) {
      try {
        plan.row(row, meant);
      } catch (Refusal e) {
        plan.refusals.add(e);
      }
    }
    return plan;
  }

  private void know(ObjectNode device) {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    for (Column c : Column.values()) {
      if (c.use() != Column.Use.SHOWS) {
        String text = c.of(device);
        if (!text.isEmpty()) {
          cells.put(c, text);
        }
      }
    }
    String id = cells.getOrDefault(Column.ID, "");
    Set<String> decided = new HashSet<>();
    device.path("decisions").path("values").fieldNames().forEachRemaining(decided::add);
    if (device.path("decisions").hasNonNull("owner")) {
      decided.add("owner");
    }
    byId.put(id, new Known(cells, decided));
    kinds.add(cells.getOrDefault(Column.KIND, "unknown"));
    byName.forEach((column, ids) -> {
      if (column != Column.IP) {
        named(ids, column, cells.getOrDefault(column, ""), id);
      }
    });
    for (JsonNode at : device.path("addresses")) {
      boolean below = at.has("bacnet") || at.has("knx") || at.has("unit") || at.has("lon");
      if (!below && at.path("current").asBoolean() && at.hasNonNull("ip")) {
        named(names(Column.IP), Column.IP, at.path("ip").asText(), id);
      }
    }
  }

  private Map<String, String> names(Column column) {
    return byName.getOrDefault(column, Map.of());
  }

  private static void named(Map<String, String> ids, Column column, String cell, String id) {
    for (String value : values(column, cell)) {
      String before = ids.putIfAbsent(value, id);
      if (before != null && !before.equals(id)) {
        ids.put(value, TWO);
      }
    }
  }

  /** The values of a naming cell, spelt one way: several addresses may stand in one, separated by blanks. */
  private static List<String> values(Column column, String cell) {
    if (cell.isEmpty()) {
      return List.of();
    }
    if (column == Column.NAME || column == Column.SERIAL) {
      return List.of(cell);
    }
    List<String> all = new ArrayList<>();
    for (String value : cell.split("[ ,]+")) {
      if (!value.isEmpty()) {
        all.add(column == Column.MAC ? mac(value) : value.toLowerCase(Locale.ROOT));
      }
    }
    return all;
  }

  private static String mac(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-f]", "");
    return plain.length() != 12 ? text : plain.replaceAll("(..)(?!$)", "$1:");
  }

  private void row(Grid.Row row, Set<String> meant) throws Refusal {
    boolean byOwnName = false;
    String id = "";
    for (Column c : List.of(Column.ID, Column.MAC, Column.BACNET_INSTANCE, Column.SERIAL, Column.IP)) {
      String cell = row.cell(c);
      if (!cell.isEmpty() && id.isEmpty()) {
        id = found(row, c, cell);
      } else if (!cell.isEmpty()) {
        agrees(row, c, cell, id);
      }
    }
    if (id.isEmpty() && !row.cell(Column.NAME).isEmpty()) {
      id = found(row, Column.NAME, row.cell(Column.NAME));
      byOwnName = true;
    }
    if (id.isEmpty()) {
      throw new Refusal(row.number(), "la ligne ne désigne aucun équipement", "the row names no device");
    }
    if (!meant.add(id)) {
      throw new Refusal(row.number(), "l’équipement " + id + " est déjà dans une ligne plus haut", "the device " + id + " is in a row above already");
    }
    changes(row, id, byOwnName);
  }

  private String found(Grid.Row row, Column column, String cell) throws Refusal {
    String id = "";
    for (String value : values(column, cell)) {
      String one = column == Column.ID ? byId.containsKey(value) ? value : null : names(column).get(value);
      if (one == null) {
        throw new Refusal(row.number(), "aucun équipement n’a " + column.heading() + " « " + Refusal.shown(value) + " »", "no device has " + column.heading() + " \""
            + Refusal.shown(value) + "\"");
      }
      if (one.equals(TWO) || !id.isEmpty() && !id.equals(one)) {
        throw new Refusal(row.number(), "plusieurs équipements ont " + column.heading() + " « " + Refusal.shown(cell) + " » ; donnez leur id",
            "several devices have " + column.heading() + " \"" + Refusal.shown(cell) + "\"; give their id");
      }
      id = one;
    }
    return id;
  }

  private void agrees(Grid.Row row, Column column, String cell, String id) throws Refusal {
    Known known = byId.get(id);
    List<String> own = known == null ? List.of() : values(column, known.cells.getOrDefault(column, ""));
    for (String value : values(column, cell)) {
      if (!own.contains(value)) {
        String other = names(column).get(value);
        boolean two = other != null && !other.equals(TWO);
        throw new Refusal(row.number(), column.heading() + " « " + Refusal.shown(value) + " » n’est pas de l’équipement " + id + (two ? " mais de " + other : ""),
            column.heading() + " \"" + Refusal.shown(value) + "\" is not of the device " + id + (two ? " but of " + other : ""));
      }
    }
  }

  private void changes(Grid.Row row, String id, boolean byOwnName) throws Refusal {
    Known known = byId.getOrDefault(id, new Known(Map.of(), Set.of()));
    Map<Column, String> from = new EnumMap<>(Column.class);
    Map<Column, String> to = new EnumMap<>(Column.class);
    for (Map.Entry<Column, String> cell : row.cells().entrySet()) {
      Column c = cell.getKey();
      if (c.use() == Column.Use.SETS && !(c == Column.NAME && byOwnName)) {
        String now = known.cells.getOrDefault(c, "");
        boolean emptied = EMPTIED.contains(cell.getValue().toLowerCase(Locale.ROOT));
        String said = emptied ? "" : valid(row.number(), c, cell.getValue(), now);
        if (emptied ? known.decided.contains(c.heading()) : !said.equals(now)) {
          from.put(c, now);
          to.put(c, said);
        }
      }
    }
    if (to.isEmpty()) {
      same++;
    } else {
      changes.add(new Change(row.number(), id, known.cells.getOrDefault(Column.NAME, id), from, to));
    }
  }

  private String valid(int row, Column c, String text, String now) throws Refusal {
    if (text.equals(now)) {
      return text;
    }
    if (text.length() > LONGEST_VALUE) {
      throw new Refusal(row, "colonne " + c.heading() + " : plus de " + LONGEST_VALUE + " caractères", "column " + c.heading() + ": longer than " + LONGEST_VALUE
          + " characters");
    }
    return switch (c) {
      case KIND -> {
        String kind = text.toLowerCase(Locale.ROOT);
        if (!kinds.contains(kind)) {
          throw new Refusal(row, "la nature « " + Refusal.shown(text) + " » est inconnue ; par exemple ahu-cta, ups-onduleur (liste : GET /api/v1/kinds)",
              "there is no kind \"" + Refusal.shown(text) + "\"; for example ahu-cta, ups-onduleur (all of them: GET /api/v1/kinds)");
        }
        yield kind;
      }
      case ZONE -> zone(row, text);
      case OWNER -> {
        Owner owner = Owner.of(text);
        if (owner == null) {
          throw new Refusal(row, "« " + Refusal.shown(text) + " » ne répond d’aucun équipement ici ; écrivez technical-services (services techniques) ou it (DSI)",
              "\"" + Refusal.shown(text) + "\" is no owner; write " + Owner.all());
        }
        yield owner.wireName();
      }
      case CARE -> {
        if (!text.matches("[0-5]")) {
          throw new Refusal(row, "les soins vont de 0 à 5, pas « " + Refusal.shown(text) + " »", "care is 0 to 5, not \"" + Refusal.shown(text) + "\"");
        }
        yield text;
      }
      default -> text;
    };
  }

  private String zone(int row, String text) throws Refusal {
    for (Zone z : site.zones()) {
      if (z.id().equalsIgnoreCase(text) || z.name().equalsIgnoreCase(text)) {
        return z.id();
      }
    }
    String all = String.join(", ", site.zones().stream().map(Zone::id).toList());
    throw new Refusal(row, "la zone « " + Refusal.shown(text) + " » n’est pas dans le fichier de site" + (all.isEmpty() ? "" : " ; il a " + all),
        "the zone \"" + Refusal.shown(text) + "\" is not in the site file" + (all.isEmpty() ? "" : "; it has " + all));
  }

  /** What changes, in the order of the rows. */
  List<Change> changes() {
    return changes;
  }

  /** Whether the table may be taken. */
  boolean sound() {
    return refusals.isEmpty() && !changes.isEmpty();
  }

  /** As the API has it. */
  ObjectNode json() {
    ObjectNode root = Json.object().put("rows", grid.rows().size()).put("changes", changes.size())
        .put("values", changes.stream().mapToInt(c -> c.to.size()).sum()).put("same", same).put("refused", refusals.size());
    ArrayNode unread = root.putArray("unread");
    grid.columns().stream().filter(c -> c.use() == Column.Use.SHOWS).forEach(c -> unread.add(c.heading()));
    ArrayNode refused = root.putArray("refusals");
    refusals.stream().limit(MOST_SHOWN).forEach(r -> refused.add(r.json()));
    ArrayNode items = root.putArray("items");
    for (Change c : changes.subList(0, Math.min(changes.size(), MOST_SHOWN))) {
      ObjectNode item = items.addObject().put("row", c.row).put("id", c.id).put("name", c.name);
      ArrayNode values = item.putArray("values");
      c.to.forEach((column, to) -> values.addObject().put("field", column.heading()).put("from", c.from.getOrDefault(column, "")).put("to", to));
    }
    return root;
  }

  /** The refusal of a whole file, in the same form. */
  static ObjectNode refused(Refusal refusal) {
    ObjectNode root = Json.object().put("rows", 0).put("changes", 0).put("values", 0).put("same", 0).put("refused", 1);
    root.putArray("unread");
    root.putArray("refusals").add(refusal.json());
    root.putArray("items");
    return root;
  }

  /** The decisions that the table is, one a device: {@code id}, {@code row}, {@code values}, and {@code owner} as a review has it. */
  List<ObjectNode> decisions() {
    List<ObjectNode> all = new ArrayList<>();
    for (Change c : changes) {
      ObjectNode one = Json.object().put("id", c.id).put("row", c.row);
      Map<String, String> values = new LinkedHashMap<>();
      c.to.forEach((column, to) -> values.put(column.heading(), to));
      @Nullable String owner = values.remove("owner");
      if (!values.isEmpty()) {
        ObjectNode said = one.putObject("values");
        values.forEach(said::put);
      }
      if (owner != null) {
        one.put("owner", owner);
      }
      all.add(one);
    }
    return all;
  }
}
