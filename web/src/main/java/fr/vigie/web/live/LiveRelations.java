package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Query;
import fr.vigie.inventory.store.QueryParser;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Relations;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Relations as the indexes of contacts and acts have them, with the devices as they are named and placed now. */
final class LiveRelations implements Relations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> CONTACT_FACETS = List.of("protocol", "answer", "operation", "transport", "vlan");
  private static final List<String> ACT_FACETS = List.of("verb", "protocol", "operation", "outcome");
  private static final List<String> SIDES = List.of("from", "to", "protocol");
  /** Devices that the map draws. */
  private static final int MOST_DEVICES = 5_000;
  /** Pairs by protocol that the map carries. */
  private static final int MOST_LINKS = 20_000;
  private static final int MOST_NEIGHBOURS = 500;
  private static final int MOST_ACTS = 200;
  private static final int MOST_ALERTS = 1_000;

  private final LiveEstate estate;
  private final Indexes indexes;

  LiveRelations(LiveEstate estate, Indexes indexes) {
    this.estate = estate;
    this.indexes = indexes;
  }

  @Override
  public Found contacts(Search search) throws IOException, Estate.BadSearch {
    estate.freshTraffic();
    return named(Lookup.find(indexes.contacts(), search, "-last", CONTACT_FACETS));
  }

  @Override
  public Found acts(Search search) throws IOException, Estate.BadSearch {
    estate.freshTraffic();
    return named(Lookup.find(indexes.acts(), search, "-last", ACT_FACETS));
  }

  /** The two devices of each document, as they are now. */
  private Found named(Found found) {
    for (ObjectNode each : found.items()) {
      for (String side : List.of("from", "to")) {
        String id = each.path(side).asText();
        Brief brief = estate.roster().brief(id);
        if (brief != null) {
          each.set(side, brief.into(JSON.objectNode(), id));
        } else {
          each.remove(side);
        }
      }
    }
    return found;
  }

  @Override
  public ObjectNode map(String devices, String contacts) throws IOException, Estate.BadSearch {
    estate.freshTraffic();
    Found all = Lookup.find(indexes.assets(), new Search(devices, Map.of(), "", 0, MOST_DEVICES), "-care", List.of());
    Map<String, String> worst = worst();
    ObjectNode map = JSON.objectNode().put("devices", all.total()).put("left", Math.max(0, all.total() - MOST_DEVICES));
    Map<String, ArrayNode> zones = new LinkedHashMap<>();
    for (JsonNode zone : estate.site().path("zones")) {
      zones.put(zone.path("id").asText(), zone(map, zone.path("id").asText(), zone));
    }
    Set<String> drawn = new HashSet<>();
    for (ObjectNode asset : all.items()) {
      String id = asset.path("id").asText();
      Brief brief = estate.roster().brief(id);
      if (brief != null && drawn.add(id)) {
        ObjectNode device = brief.into(zones.computeIfAbsent(brief.zone(), z -> zone(map, z, JSON.objectNode())).addObject(), id);
        device.put("care", asset.path("care").asInt()).put("parent", asset.path("parent").asText("")).put("worst", worst.getOrDefault(id, ""));
      }
    }
    Index.Groups pairs = groups(contacts, MOST_LINKS);
    int left = pairs.left();
    ArrayNode links = map.putArray("links");
    for (Index.Group pair : pairs.groups()) {
      String from = pair.values().get(0);
      String to = pair.values().get(1);
      if (drawn.contains(from) && drawn.contains(to) && !from.equals(to)) {
        links.addObject().put("from", from).put("to", to).put("protocol", pair.values().get(2)).put("contacts", pair.documents())
            .put("packets", pair.sum()).put("first", Json.time(pair.least())).put("last", Json.time(pair.greatest()));
      }
    }
    return map.put("linksLeft", left);
  }

  private static ArrayNode zone(ObjectNode map, String id, JsonNode said) {
    return map.withArray("zones").addObject().put("id", id).put("name", said.path("name").asText(id)).put("kind", said.path("kind").asText(""))
        .put("care", said.path("care").asInt(0)).putArray("devices");
  }

  private Index.Groups groups(String contacts, int most) throws IOException, Estate.BadSearch {
    try {
      return indexes.contacts().groups(QueryParser.parse(contacts), SIDES, "packets", "first", "last", most);
    } catch (Query.SyntaxError e) {
      throw new Estate.BadSearch(String.valueOf(e.getMessage()), e.column());
    }
  }

  /** The worst open alert of each device. */
  private Map<String, String> worst() throws IOException, Estate.BadSearch {
    Map<String, String> worst = new HashMap<>();
    for (ObjectNode alert : Lookup.find(indexes.alerts(), new Search("", Map.of("state", LiveEstate.OPEN), "", 0, MOST_ALERTS), "-urgency", List.of())
        .items()) {
      String severity = alert.path("severity").asText();
      alert.path("assets").forEach(id -> worst.merge(id.asText(), severity, (a, b) -> Urgency.rank(a) >= Urgency.rank(b) ? a : b));
    }
    return worst;
  }

  @Override
  public @Nullable ObjectNode of(String asset) throws IOException {
    estate.freshTraffic();
    ObjectNode document = indexes.assets().get(asset);
    if (document == null) {
      return null;
    }
    ObjectNode answer = JSON.objectNode().put("id", asset);
    try {
      Index.Groups pairs = indexes.contacts().groups(new Query.Has("asset", asset), SIDES, "packets", "first", "last", MOST_NEIGHBOURS);
      Map<String, ObjectNode> peers = new LinkedHashMap<>();
      for (Index.Group pair : pairs.groups()) {
        boolean out = pair.values().get(0).equals(asset);
        String other = pair.values().get(out ? 1 : 0);
        ObjectNode peer = peers.computeIfAbsent(other, id -> {
          Brief brief = estate.roster().brief(id);
          ObjectNode node = brief == null ? JSON.objectNode().put("id", "") : brief.into(JSON.objectNode(), id);
          node.putArray("protocols");
          return node;
        });
        peer.withArray("protocols").addObject().put("protocol", pair.values().get(2)).put("asks", out).put("contacts", pair.documents())
            .put("packets", pair.sum()).put("first", Json.time(pair.least())).put("last", Json.time(pair.greatest()));
      }
      answer.putArray("peers").addAll(peers.values());
      answer.put("left", pairs.left());
      Index.Page acts = indexes.acts().search(new Query.Has("asset", asset), "-last", 0, MOST_ACTS, List.of());
      answer.putArray("acts").addAll(named(new Found(acts.total(), acts.documents(), Map.of())).items());
      answer.put("actsLeft", Math.max(0, acts.total() - MOST_ACTS));
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
    plugged(document, answer.putArray("plugged"));
    return answer;
  }

  /** What neighbour announcements say of the port of the switch. */
  private static void plugged(ObjectNode asset, ArrayNode into) {
    List<ObjectNode> ports = new ArrayList<>();
    for (JsonNode said : asset.path("traits").path("port")) {
      ports.add(JSON.objectNode().put("port", said.path("value").asText()).put("source", said.path("source").asText()).put("last", said.path("last").asText()));
    }
    into.addAll(ports);
  }
}
