package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What an alert or a contact says of a device it names. */
record Brief(String name, String address, String kind, String zone, String review) {
  /** Of a device's document: its address is one of IP before one of the link, and one it has now before one it had. */
  static Brief of(ObjectNode asset) {
    String address = "";
    int best = 0;
    for (JsonNode at : asset.path("addresses")) {
      boolean ip = at.path("ip").isTextual();
      int worth = (ip ? 2 : 1) + (at.path("current").asBoolean() ? 2 : 0);
      if (worth > best) {
        best = worth;
        address = ip ? at.path("ip").asText() : at.path("mac").isTextual() ? at.path("mac").asText() : "";
      }
    }
    return new Brief(text(asset, "name"), address, text(asset, "kind"), text(asset, "zone"),
        asset.path("decisions").path("review").asText("new"));
  }

  /** A text member; empty where it is null or missing. */
  private static String text(ObjectNode node, String member) {
    return node.path(member).isTextual() ? node.path(member).asText() : "";
  }

  ObjectNode into(ObjectNode node, String id) {
    return node.put("id", id).put("name", name).put("address", address).put("kind", kind).put("zone", zone).put("review", review);
  }
}
