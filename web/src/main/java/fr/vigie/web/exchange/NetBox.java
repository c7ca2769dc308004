package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Knowledge;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The inventory as tables for NetBox's bulk import (columns as of NetBox 4.2), in a ZIP archive, numbered in the order in which NetBox must be given
 * them: sites, locations, manufacturers, device types, device roles, devices, interfaces, MAC addresses, IP addresses. A device's asset tag
 * is its id here, so that a later import can update instead of add. IP addresses have the prefix of a host: which prefix is configured on the
 * device is not seen on the wire.
 */
final class NetBox {
  private static final int NAME = 64;
  private static final int WORDS = 100;
  private static final int SERIAL = 50;
  private static final int DESCRIPTION = 200;
  private static final String UNKNOWN = "Unknown";

  private final Devices devices;
  private final About about;
  private final Map<String, String> nameOf = new HashMap<>();
  private final Set<String> sites = new TreeSet<>();
  private final Map<String, Set<String>> locations = new TreeMap<>();
  private final Set<String> manufacturers = new TreeSet<>();
  private final Map<String, Set<String>> types = new TreeMap<>();
  private final Set<String> roles = new TreeSet<>();
  /** Addresses that several devices hold: NetBox takes them twice only where all of them are virtual. */
  private final Set<String> shared = new HashSet<>();

  private NetBox(Devices devices, About about) {
    this.devices = devices;
    this.about = about;
  }

  static void write(Devices devices, About about, OutputStream out) throws IOException {
    NetBox box = new NetBox(devices, about);
    box.gather();
    Archive zip = new Archive(out);
    zip.file("README.txt", o -> o.write(README.getBytes(StandardCharsets.UTF_8)));
    zip.file("1-sites.csv", o -> box.sites(table(o, "name", "slug", "status")));
    zip.file("2-locations.csv", o -> box.locations(table(o, "site", "name", "slug", "status")));
    zip.file("3-manufacturers.csv", o -> box.named(table(o, "name", "slug"), box.manufacturers));
    zip.file("4-device-types.csv", o -> box.types(table(o, "manufacturer", "model", "slug", "u_height")));
    zip.file("5-device-roles.csv", o -> box.roles(table(o, "name", "slug", "color", "vm_role")));
    zip.file("6-devices.csv", o -> box.devices(
        table(o, "name", "role", "manufacturer", "device_type", "serial", "asset_tag", "status", "site", "location", "description", "comments")));
    zip.file("7-interfaces.csv", o -> box.interfaces(table(o, "device", "name", "type", "enabled")));
    zip.file("8-mac-addresses.csv", o -> box.macs(table(o, "mac_address", "device", "interface", "is_primary")));
    zip.file("9-ip-addresses.csv", o -> box.ips(table(o, "address", "status", "role", "device", "interface", "is_primary")));
    zip.end();
  }

  private static final String README = """
      Import these tables into NetBox 4.2 or later, in the order of their numbers, by the Import button of each list.
      What NetBox already has is refused by it as a duplicate: take those lines out.
      asset_tag is the id of the device in Vigie.
      """;

  private static CsvWriter table(OutputStream out, String... headings) throws IOException {
    Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    csv.writeRecord(headings);
    return csv;
  }

  /** What other tables must exist for the devices; and a name for each that is unique: the tables of interfaces and addresses find devices by name alone. */
  private void gather() throws IOException {
    Set<String> taken = new HashSet<>();
    Set<String> held = new HashSet<>();
    devices.each(d -> {
      String site = site(d);
      sites.add(site);
      if (!building(d).isEmpty()) {
        locations.computeIfAbsent(site, s -> new TreeSet<>()).add(building(d));
      }
      manufacturers.add(maker(d));
      types.computeIfAbsent(maker(d), m -> new TreeSet<>()).add(model(d));
      roles.add(kind(d));
      String id = d.path("id").asText();
      String name = cut(d.path("name").asText(), NAME);
      if (!taken.add(name.toLowerCase(Locale.ROOT))) {
        name = cut(name, NAME - id.length() - 3) + " (" + id + ")";
      }
      nameOf.put(id, name);
      ips(d).stream().filter(ip -> !held.add(ip)).forEach(shared::add);
    });
  }

  private void sites(CsvWriter csv) throws IOException {
    Set<String> slugs = new HashSet<>();
    for (String site : sites) {
      csv.writeRecord(safe(site), slug(site, slugs), "active");
    }
    csv.flush();
  }

  private void locations(CsvWriter csv) throws IOException {
    for (Map.Entry<String, Set<String>> of : locations.entrySet()) {
      Set<String> slugs = new HashSet<>();
      for (String building : of.getValue()) {
        csv.writeRecord(safe(of.getKey()), safe(building), slug(building, slugs), "active");
      }
    }
    csv.flush();
  }

  private void named(CsvWriter csv, Set<String> names) throws IOException {
    Set<String> slugs = new HashSet<>();
    for (String name : names) {
      csv.writeRecord(safe(name), slug(name, slugs));
    }
    csv.flush();
  }

  private void types(CsvWriter csv) throws IOException {
    for (Map.Entry<String, Set<String>> of : types.entrySet()) {
      Set<String> slugs = new HashSet<>();
      for (String model : of.getValue()) {
        csv.writeRecord(safe(of.getKey()), safe(model), slug(of.getKey() + " " + model, slugs), "0");
      }
    }
    csv.flush();
  }

  private void roles(CsvWriter csv) throws IOException {
    Set<String> slugs = new HashSet<>();
    for (String role : roles) {
      csv.writeRecord(safe(label(role)), slug(role, slugs), "607d8b", "false");
    }
    csv.flush();
  }

  private void devices(CsvWriter csv) throws IOException {
    devices.each(d -> csv.writeRecord(safe(named(d)), safe(label(kind(d))), safe(maker(d)), safe(model(d)), safe(cut(text(d, "serial"), SERIAL)),
        d.path("id").asText(), d.path("decisions").path("review").asText().equals("to-decommission") ? "decommissioning" : "active", safe(site(d)),
        safe(building(d)), safe(cut(place(d), DESCRIPTION)), safe(comments(d))));
    csv.flush();
  }

  private void interfaces(CsvWriter csv) throws IOException {
    devices.each(d -> {
      int n = Math.max(macs(d).size(), ips(d).isEmpty() ? 0 : 1);
      for (int i = 1; i <= n; i++) {
        csv.writeRecord(safe(named(d)), "if" + i, "other", "true");
      }
    });
    csv.flush();
  }

  private void macs(CsvWriter csv) throws IOException {
    devices.each(d -> {
      int i = 0;
      for (String mac : macs(d)) {
        csv.writeRecord(mac.toUpperCase(Locale.ROOT), safe(named(d)), "if" + ++i, "true");
      }
    });
    csv.flush();
  }

  private void ips(CsvWriter csv) throws IOException {
    devices.each(d -> {
      boolean four = false;
      boolean six = false;
      for (String ip : ips(d)) {
        boolean v6 = ip.indexOf(':') >= 0;
        boolean first = v6 ? !six : !four;
        csv.writeRecord(ip + (v6 ? "/128" : "/32"), "active", shared.contains(ip) ? "vip" : "", safe(named(d)), "if1", first ? "true" : "false");
        six |= v6;
        four |= !v6;
      }
    });
    csv.flush();
  }

  private String named(JsonNode device) {
    return nameOf.getOrDefault(device.path("id").asText(), device.path("name").asText());
  }

  private String site(JsonNode device) {
    String said = text(device, "site");
    return cut(!said.isEmpty() ? said : !about.name().isEmpty() ? about.name() : UNKNOWN, WORDS);
  }

  private static String building(JsonNode device) {
    return cut(text(device, "building"), WORDS);
  }

  private static String maker(JsonNode device) {
    String said = text(device, "vendor");
    return said.isEmpty() ? UNKNOWN : cut(said, WORDS);
  }

  /** NetBox knows no device without a type: what says no model is of an unknown one of its kind. */
  private static String model(JsonNode device) {
    String said = text(device, "model");
    return cut(said.isEmpty() ? UNKNOWN + " (" + kind(device) + ")" : said, WORDS);
  }

  private static String kind(JsonNode device) {
    String kind = text(device, "kind");
    return kind.isEmpty() ? "unknown" : kind;
  }

  private static String label(String kind) {
    Kinds.Kind known = Knowledge.shipped().kinds().of(kind);
    return cut(known == null ? kind : known.english(), WORDS);
  }

  private static String place(JsonNode device) {
    List<String> parts = new ArrayList<>();
    for (String part : new String[] {"building", "floor", "room", "place"}) {
      if (!text(device, part).isEmpty()) {
        parts.add(part + " " + text(device, part));
      }
    }
    return String.join(", ", parts);
  }

  private static String comments(JsonNode device) {
    List<String> lines = new ArrayList<>();
    for (String member : new String[] {"zone", "owner", "supplier", "contract", "firmware", "parent", "first", "last"}) {
      if (!text(device, member).isEmpty()) {
        lines.add(member + ": " + text(device, member));
      }
    }
    return String.join("; ", lines);
  }

  private static Set<String> macs(ObjectNode device) {
    return current(device, "mac");
  }

  private static Set<String> ips(ObjectNode device) {
    return current(device, "ip");
  }

  /** Addresses that the device itself has: not those of the router that it stands behind. */
  private static Set<String> current(ObjectNode device, String member) {
    Set<String> all = new LinkedHashSet<>();
    for (JsonNode at : device.path("addresses")) {
      boolean below = at.has("bacnet") || at.has("knx") || at.has("unit") || at.has("lon");
      if (at.path("current").asBoolean() && at.hasNonNull(member) && !below) {
        all.add(at.path(member).asText());
      }
    }
    return all;
  }

  private static String text(JsonNode device, String member) {
    return device.hasNonNull(member) ? device.path(member).asText() : "";
  }

  private static String cut(String text, int longest) {
    String clean = Cells.visible(text).strip();
    return clean.length() <= longest ? clean : clean.substring(0, longest).strip();
  }

  /** NetBox takes cells as they are and people look at such files in spreadsheets: what could be a formula begins with an apostrophe. */
  private static String safe(String text) {
    return Cells.formula(text) ? "'" + text : text;
  }

  /** Letters, figures, dashes; unique among those given before. */
  static String slug(String text, Set<String> taken) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
    String base = plain.isEmpty() ? "x" : plain.length() > WORDS - 6 ? plain.substring(0, WORDS - 6) : plain;
    String slug = base;
    for (int n = 2; !taken.add(slug); n++) {
      slug = base + "-" + n;
    }
    return slug;
  }
}
