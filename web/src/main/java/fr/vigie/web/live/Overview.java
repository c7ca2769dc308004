package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first page: what is open, the few that want somebody first, and the zones with what stands in them. */
final class Overview {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> OPEN_INCIDENTS = List.of("new", "acknowledged", "in-progress");

  private final Estate estate;
  private final JsonNode zones;

  private Overview(Estate estate) {
    this.estate = estate;
    this.zones = estate.site().path("zones");
  }

  /** The page as the estate stands. */
  static ObjectNode of(Estate estate) throws IOException {
    try {
      return new Overview(estate).page();
    } catch (Estate.BadSearch e) {
      throw new IllegalStateException("the overview's own queries", e);
    }
  }

  private ObjectNode page() throws IOException, Estate.BadSearch {
    ObjectNode node = JSON.objectNode();
    Found open = estate.alerts(new Search("", Map.of("state", LiveEstate.OPEN), "", 0, 6));
    Found all = estate.alerts(new Search("", Map.of(), "", 0, 1));
    ObjectNode alerts = node.putObject("alerts").put("open", open.total()).put("total", all.total());
    figures(alerts.putObject("severity"), open.facets().get("severity"));
    figures(alerts.putObject("state"), all.facets().get("state"));
    alerts.putArray("urgent").addAll(open.items());
    Found cases = estate.incidents().incidents(new Search("", Map.of("state", OPEN_INCIDENTS), "", 0, 5));
    ObjectNode work = node.putObject("incidents").put("open", cases.total());
    figures(work.putObject("state"), cases.facets().get("state"));
    figures(work.putObject("severity"), cases.facets().get("severity"));
    work.putArray("urgent").addAll(cases.items());
    Found assets = estate.assets(new Search("", Map.of(), "", 0, 1));
    ObjectNode devices = node.putObject("devices").put("total", assets.total());
    figures(devices.putObject("review"), assets.facets().get("review"));
    figures(devices.putObject("kind"), assets.facets().get("kind"));
    zones(node, assets.facets().getOrDefault("zone", Map.of()), open.facets().getOrDefault("zone", Map.of()));
    node.set("health", estate.health());
    return node;
  }

  /** The zones of the site file in its order, then those that it does not name. */
  private void zones(ObjectNode node, Map<String, Long> devices, Map<String, Long> alarmed) throws IOException, Estate.BadSearch {
    var shown = node.putArray("zones");
    for (JsonNode zone : zones) {
      zone(shown.addObject(), zone.path("id").asText(), zone, devices, alarmed);
    }
    for (String id : devices.keySet()) {
      boolean named = false;
      for (JsonNode zone : zones) {
        named |= zone.path("id").asText().equals(id);
      }
      if (!named) {
        zone(shown.addObject(), id, JSON.objectNode(), devices, alarmed);
      }
    }
  }

  private void zone(ObjectNode to, String id, JsonNode said, Map<String, Long> devices, Map<String, Long> alarmed) throws IOException, Estate.BadSearch {
    long open = alarmed.getOrDefault(id, 0L);
    String worst = "";
    if (open > 0) {
      Found first = estate.alerts(new Search("", Map.of("zone", List.of(id), "state", LiveEstate.OPEN), "-urgency", 0, 1));
      worst = first.items().isEmpty() ? "" : first.items().getFirst().path("severity").asText();
    }
    to.put("id", id).put("name", said.path("name").asText(id)).put("kind", said.path("kind").asText(""))
        .put("care", said.path("care").asInt(0)).put("devices", devices.getOrDefault(id, 0L)).put("open", open).put("worst", worst);
  }

  private static void figures(ObjectNode to, @Nullable Map<String, Long> counts) {
    if (counts != null) {
      counts.forEach(to::put);
    }
  }
}
