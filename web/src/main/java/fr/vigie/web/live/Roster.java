package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The devices that are shown, each in short: what alerts, contacts and incidents say of the devices they name. Safe for use by several
 * threads; asks nobody else, so it may be asked under any lock.
 */
final class Roster {
  /** Identity keys that are remembered to tell decisions that found their device from orphans. */
  private static final int MOST_KEYS = 1 << 18;
  /** Merges that are followed from a device to the one it is now. */
  private static final int MOST_HOPS = 16;

  private final Map<String, Brief> briefs = new HashMap<>();
  private final Set<String> keys = new HashSet<>();
  /** Devices that became part of others: what an alert said of them is said of those. */
  private final Map<String, String> merged = new HashMap<>();

  /** A device came or changed. */
  synchronized void take(ObjectNode asset) {
    briefs.put(asset.path("id").asText(), Brief.of(asset));
    remember(asset);
  }

  /** A device as an index had it, which stands only where nothing newer is known of it. */
  synchronized void recall(ObjectNode asset) {
    briefs.putIfAbsent(asset.path("id").asText(), Brief.of(asset));
    remember(asset);
  }

  private void remember(ObjectNode asset) {
    for (JsonNode key : asset.path("keys")) {
      if (keys.size() < MOST_KEYS) {
        keys.add(key.asText());
      }
    }
  }

  /** A device is no more. */
  synchronized void gone(String id) {
    briefs.remove(id);
  }

  /** A device became part of another; while it does not come back, whoever names it means the other. */
  synchronized void merged(String gone, String into) {
    merged.put(gone, into);
  }

  /** Whether it is a device today. */
  synchronized boolean shows(String id) {
    return briefs.containsKey(id);
  }

  /** Whether a device has, or had, that identity key. */
  synchronized boolean hasKey(String key) {
    return keys.contains(key);
  }

  /** Devices that are not among these ids, in order. */
  synchronized List<String> othersThan(Set<String> ids) {
    return briefs.keySet().stream().filter(id -> !ids.contains(id)).sorted().toList();
  }

  /** What is known in short of a device, or null where there is none. */
  synchronized @Nullable Brief brief(String id) {
    return briefs.get(id);
  }

  /** The id by which a device is shown now. */
  private String now(String id) {
    String now = id;
    for (int hops = 0; hops < MOST_HOPS && !briefs.containsKey(now) && merged.containsKey(now); hops++) {
      now = merged.getOrDefault(now, now);
    }
    return now;
  }

  /** What lists say of devices, by id; of those that are not there nothing. */
  synchronized ObjectNode named(Iterable<String> ids) {
    ObjectNode names = JsonNodeFactory.instance.objectNode();
    for (String id : ids) {
      Brief brief = briefs.get(id);
      if (brief != null) {
        brief.into(names.putObject(id), id);
      }
    }
    return names;
  }

  /** Adds what lists say of these devices, in their order; of those that are not there nothing. */
  synchronized void into(ArrayNode list, Iterable<String> ids) {
    for (String id : ids) {
      Brief brief = briefs.get(id);
      if (brief != null) {
        brief.into(list.addObject(), id);
      }
    }
  }

  /** Adds the zones of the devices that a document names in {@code assets}. */
  synchronized void zones(ObjectNode document) {
    ArrayNode zones = document.putArray("zones");
    List<String> seen = new ArrayList<>();
    for (JsonNode id : document.path("assets")) {
      Brief brief = briefs.get(now(id.asText()));
      if (brief != null && !brief.zone().isEmpty() && !seen.contains(brief.zone())) {
        seen.add(brief.zone());
        zones.add(brief.zone());
      }
    }
  }

  /** Zones of the devices that an alert names beside its actor, or of the actor where it names no other. */
  synchronized Set<String> targetZones(ObjectNode alert) {
    Set<String> targets = new HashSet<>();
    Set<String> actor = new HashSet<>();
    String who = alert.path("who").path("ip").asText();
    for (JsonNode id : alert.path("assets")) {
      Brief brief = briefs.get(now(id.asText()));
      if (brief != null) {
        (brief.address().equals(who) ? actor : targets).add(brief.zone());
      }
    }
    return targets.isEmpty() ? actor : targets;
  }

  /** What lists say of the devices that a document names in {@code assets}; those at one of these addresses first. */
  synchronized ArrayNode devicesOf(ObjectNode document, JsonNode first) {
    ArrayNode devices = JsonNodeFactory.instance.arrayNode();
    Set<String> addresses = new HashSet<>();
    first.forEach(e -> addresses.add(e.path("ip").asText()));
    int at = 0;
    for (JsonNode id : document.path("assets")) {
      Brief brief = briefs.get(now(id.asText()));
      if (brief != null) {
        ObjectNode device = brief.into(JsonNodeFactory.instance.objectNode(), now(id.asText()));
        devices.insert(addresses.contains(brief.address()) ? at++ : devices.size(), device);
      }
    }
    return devices;
  }
}
