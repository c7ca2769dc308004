package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.fingerprint.KindClasses;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The columns of the inventory as a table, in this order: what {@code csv} and {@code xlsx} have, and what an import understands. A column
 * that is set becomes a decision of a person; one that names finds the device of a row; the others are for reading alone.
 */
enum Column {
  ID(Use.NAMES, d -> text(d, "id"), "identifiant"),
  NAME(Use.SETS, d -> text(d, "name"), "nom"),
  KIND(Use.SETS, d -> text(d, "kind"), "nature"),
  VENDOR(Use.SETS, d -> text(d, "vendor"), "constructeur", "fabricant"),
  MODEL(Use.SETS, d -> text(d, "model"), "modèle"),
  FIRMWARE(Use.SETS, d -> text(d, "firmware"), "micrologiciel"),
  SERIAL(Use.NAMES, d -> text(d, "serial"), "numéro de série", "serial number"),
  SITE(Use.SETS, d -> text(d, "site"), "établissement"),
  BUILDING(Use.SETS, d -> text(d, "building"), "bâtiment"),
  FLOOR(Use.SETS, d -> text(d, "floor"), "étage", "niveau"),
  ROOM(Use.SETS, d -> text(d, "room"), "local", "salle"),
  PLACE(Use.SETS, d -> text(d, "place"), "lieu", "emplacement"),
  ZONE(Use.SETS, d -> text(d, "zone")),
  OWNER(Use.SETS, d -> text(d, "owner"), "responsable"),
  SUPPLIER(Use.SETS, d -> text(d, "supplier"), "prestataire", "fournisseur"),
  CONTRACT(Use.SETS, d -> text(d, "contract"), "contrat"),
  CARE(Use.SETS, d -> text(d, "care"), "soins", "care impact"),
  REVIEW(Use.SHOWS, d -> d.path("decisions").path("review").asText("new"), "revue"),
  IP(Use.NAMES, d -> addresses(d, "ip"), "adresse ip"),
  MAC(Use.NAMES, d -> addresses(d, "mac"), "adresse mac"),
  VLAN(Use.SHOWS, d -> addresses(d, "vlan")),
  BACNET_INSTANCE(Use.NAMES, d -> keys(d, "bacnet-instance="), "bacnet instance", "instance bacnet"),
  BACNET(Use.SHOWS, d -> addresses(d, "bacnet")),
  KNX(Use.SHOWS, d -> addresses(d, "knx")),
  UNIT(Use.SHOWS, d -> addresses(d, "unit")),
  BEHIND(Use.SHOWS, d -> text(d, "parent"), "derrière"),
  BRICK(Use.SHOWS, Column::brick),
  HAYSTACK(Use.SHOWS, Column::haystack),
  FIRST_SEEN(Use.SHOWS, d -> text(d, "first"), "vu la première fois"),
  LAST_SEEN(Use.SHOWS, d -> text(d, "last"), "vu la dernière fois");

  private final Use use;
  private final Function<JsonNode, String> cell;
  private final List<String> also;

  /** What an import does with a column. */
  enum Use {
    /** It finds the device. */
    NAMES,
    /** It becomes a decision. */
    SETS,
    /** Nothing. */
    SHOWS
  }

  Column(Use use, Function<JsonNode, String> cell, String... also) {
    this.use = use;
    this.cell = cell;
    this.also = List.of(also);
  }

  /** Its heading. */
  String heading() {
    return name().toLowerCase(Locale.ROOT);
  }

  Use use() {
    return use;
  }

  /** What a device has in it, as it stands in no table yet. */
  String of(JsonNode device) {
    return cell.apply(device);
  }

  /** The column that people mean by a heading, in English or French, or null. */
  static @Nullable Column meant(String heading) {
    String plain = heading.strip().toLowerCase(Locale.ROOT);
    for (Column c : values()) {
      if (plain.equals(c.heading()) || plain.equals(c.heading().replace('_', ' ')) || c.also.contains(plain)) {
        return c;
      }
    }
    return null;
  }

  private static String text(JsonNode device, String member) {
    JsonNode node = device.path(member);
    return node.isMissingNode() || node.isNull() ? "" : node.asText();
  }

  /** What its present addresses have of something, each once, separated by blanks. */
  private static String addresses(JsonNode device, String member) {
    Set<String> all = new LinkedHashSet<>();
    for (JsonNode at : device.path("addresses")) {
      if (at.path("current").asBoolean() && at.hasNonNull(member)) {
        all.add(at.path(member).asText());
      }
    }
    return String.join(" ", all);
  }

  /** The values of its identity keys of a scheme, without realm. */
  private static String keys(JsonNode device, String scheme) {
    Set<String> all = new LinkedHashSet<>();
    for (JsonNode key : device.path("keys")) {
      String text = key.asText();
      if (text.startsWith(scheme)) {
        int realm = text.indexOf('/');
        all.add(text.substring(scheme.length(), realm < 0 ? text.length() : realm));
      }
    }
    return String.join(" ", all);
  }

  private static String brick(JsonNode device) {
    KindClasses.Classes classes = KindClasses.shipped().of(text(device, "kind"));
    return classes == null ? "" : classes.brick();
  }

  private static String haystack(JsonNode device) {
    KindClasses.Classes classes = KindClasses.shipped().of(text(device, "kind"));
    return classes == null ? "" : String.join(" ", classes.haystack());
  }
}
