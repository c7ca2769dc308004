package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What an alert or a contact says of a device it names. */
record Brief(String name, String address, String kind, String zone, String review) {
  ObjectNode into(ObjectNode node, String id) {
    return node.put("id", id).put("name", name).put("address", address).put("kind", kind).put("zone", zone).put("review", review);
  }
}
