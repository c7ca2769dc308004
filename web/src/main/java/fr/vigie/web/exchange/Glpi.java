package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * The inventory in GLPI's own inventory format (GLPI 10 and later, JSON, one file a device, in a ZIP archive): what Administration → Inventory → Import
 * takes, and what an agent would send. Servers, supervisors and workstations are computers; all else is network equipment with the nearest of the
 * types that the format has.
 */
final class Glpi {
  private static final Set<String> COMPUTERS = Set.of("bms-supervisor", "computer", "workstation", "server", "nas");
  private static final Map<String, String> TYPES = Map.of("ups-onduleur", "Power", "generator-set", "Power", "switchboard-energy", "Power",
      "ip-camera", "Video", "video-recorder", "Video");

  private Glpi() {}

  static void write(Devices devices, About about, OutputStream out) throws IOException {
    Archive zip = new Archive(out);
    devices.each(device -> zip.file("glpi/" + device.path("id").asText() + ".json",
        o -> o.write(Json.line(document(device, about)).getBytes(StandardCharsets.UTF_8))));
    zip.end();
  }

  /** One device as GLPI takes it. */
  static ObjectNode document(JsonNode device, About about) {
    String kind = device.path("kind").asText();
    boolean computer = COMPUTERS.contains(kind);
    boolean phone = kind.equals("ip-phone");
    boolean printer = kind.equals("printer");
    ObjectNode root = Json.object().put("action", computer ? "inventory" : "netinventory").put("deviceid", "vigie-" + device.path("id").asText());
    root.put("itemtype", computer ? "Computer" : phone ? "Phone" : printer ? "Printer" : "NetworkEquipment");
    ObjectNode content = root.putObject("content").put("versionclient", "Vigie-" + about.version());
    if (computer) {
      computer(content, device);
    } else {
      equipment(content, device, phone ? "Phone" : printer ? "Printer" : TYPES.getOrDefault(kind, "Networking"));
    }
    return root;
  }

  private static void computer(ObjectNode content, JsonNode device) {
    content.putObject("hardware").put("name", Cells.visible(device.path("name").asText()));
    ObjectNode bios = content.putObject("bios");
    put(bios, "smanufacturer", device.path("vendor"));
    put(bios, "smodel", device.path("model"));
    put(bios, "ssn", device.path("serial"));
    ArrayNode networks = content.putArray("networks");
    String mac = first(device, "mac");
    int n = 0;
    for (JsonNode at : device.path("addresses")) {
      if (at.path("current").asBoolean() && at.hasNonNull("ip")) {
        String ip = at.path("ip").asText();
        ObjectNode network = networks.addObject().put("description", "if" + ++n).put("status", "up").put("type", "ethernet");
        network.put(ip.indexOf(':') < 0 ? "ipaddress" : "ipaddress6", ip);
        if (!mac.isEmpty()) {
          network.put("mac", mac);
        }
      }
    }
    if (n == 0 && !mac.isEmpty()) {
      networks.addObject().put("description", "if1").put("status", "up").put("type", "ethernet").put("mac", mac);
    }
  }

  private static void equipment(ObjectNode content, JsonNode device, String type) {
    ObjectNode of = content.putObject("network_device").put("type", type).put("name", Cells.visible(device.path("name").asText()));
    put(of, "manufacturer", device.path("vendor"));
    put(of, "model", device.path("model"));
    put(of, "firmware", device.path("firmware"));
    put(of, "serial", device.path("serial"));
    String place = place(device);
    if (!place.isEmpty()) {
      of.put("location", place);
    }
    put(of, "contact", device.path("owner"));
    String mac = first(device, "mac");
    if (!mac.isEmpty()) {
      of.put("mac", mac);
    }
    ArrayNode ips = of.putArray("ips");
    for (JsonNode at : device.path("addresses")) {
      if (at.path("current").asBoolean() && at.hasNonNull("ip")) {
        ips.add(at.path("ip").asText());
      }
    }
    if (!mac.isEmpty()) {
      content.putArray("network_ports").addObject().put("ifnumber", 1).put("ifname", "if1").put("iftype", 6).put("ifstatus", 1).put("mac", mac);
    }
  }

  private static String place(JsonNode device) {
    StringBuilder s = new StringBuilder();
    for (String part : new String[] {"site", "building", "floor", "room"}) {
      if (device.hasNonNull(part)) {
        // GLPI's tree of locations
        s.append(s.isEmpty() ? "" : " > ").append(Cells.visible(device.path(part).asText()));
      }
    }
    return s.isEmpty() && device.hasNonNull("place") ? Cells.visible(device.path("place").asText()) : s.toString();
  }

  private static void put(ObjectNode to, String name, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull() && !value.asText().isEmpty()) {
      to.put(name, Cells.visible(value.asText()));
    }
  }

  private static String first(JsonNode device, String member) {
    for (JsonNode at : device.path("addresses")) {
      if (at.path("current").asBoolean() && at.hasNonNull(member)) {
        return at.path(member).asText();
      }
    }
    return "";
  }
}
