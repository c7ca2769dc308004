package fr.vigie.inventory.asset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import org.jspecify.annotations.Nullable;

/**
 * An asset as {@code assets.ndjson} and the API write it. Members, in this order: {@code v id keys traits kind zone place parent children
 * first last decisions} as the contract has them, then {@code name vendor model firmware serial care kindConfidence owner supplier contract
 * site building floor room placed router declared addresses conflicts} for the console: {@code addresses} is a list of endpoints with {@code key}, {@code current}, {@code first} and
 * {@code last}; {@code conflicts} of {@code kind key mine other first}.
 */
public final class AssetJson {
  private AssetJson() {}

  /** The asset as the machine alone has it, had nobody decided anything: what a fold of decisions is laid over. */
  public static ObjectNode machine(Asset a) {
    return a.machine(AssetJson::write);
  }

  /** The asset as one object. */
  public static ObjectNode write(Asset a) {
    ObjectNode o = Json.object();
    o.put("v", 1);
    o.put("id", a.id());
    ArrayNode keys = o.putArray("keys");
    a.keys().forEach(keys::add);
    traits(a, o.putObject("traits"));
    o.put("kind", a.kind());
    o.put("zone", a.zone() == null ? null : a.zone().id());
    o.put("place", a.place());
    Asset parent = a.parent();
    o.put("parent", parent == null ? null : parent.id());
    ArrayNode children = o.putArray("children");
    a.children().forEach(c -> children.add(c.id()));
    o.put("first", Json.time(a.first()));
    o.put("last", Json.time(a.last()));
    decisions(a.decisions(), o.putObject("decisions"));
    o.put("name", a.displayName());
    o.put("vendor", a.vendor());
    o.put("model", a.trait(Trait.MODEL));
    o.put("firmware", a.trait(Trait.FIRMWARE));
    o.put("serial", a.trait(Trait.SERIAL));
    o.put("care", a.care());
    o.put("kindConfidence", a.kindConfidence());
    o.put("owner", a.owner());
    o.put("supplier", a.supplier());
    o.put("contract", a.contract());
    placing(a.placing(), o);
    o.put("router", a.router());
    o.put("declared", a.device() != null);
    ArrayNode addresses = o.putArray("addresses");
    for (Asset.Address at : a.addresses()) {
      addresses.add(address(at));
    }
    ArrayNode conflicts = o.putArray("conflicts");
    for (Conflict c : a.conflicts()) {
      conflicts.addObject().put("kind", c.kind().wireName()).put("key", c.key()).put("mine", c.mine()).put("other", c.other())
          .put("first", Json.time(c.first()));
    }
    return o;
  }

  private static ObjectNode address(Asset.Address a) {
    Endpoint e = a.endpoint();
    ObjectNode o = Json.endpoint(e);
    o.put("key", a.key()).put("current", a.current()).put("first", Json.time(a.first())).put("last", Json.time(a.last()));
    return o;
  }

  private static void traits(Asset a, ObjectNode o) {
    a.traits().forEach((trait, values) -> {
      ArrayNode list = o.putArray(trait.wireName());
      for (Evidence e : values) {
        list.add(evidence(e));
      }
    });
  }

  /** The best value of each part of the place, then {@code placed} with everything said of them, where there is more than silence. */
  private static void placing(Placing placing, ObjectNode o) {
    for (Placing.Part part : Placing.Part.values()) {
      o.put(part.wireName(), placing.best(part));
    }
    ObjectNode placed = o.putObject("placed");
    for (Placing.Part part : Placing.Part.values()) {
      if (!placing.said(part).isEmpty()) {
        ArrayNode said = placed.putArray(part.wireName());
        placing.said(part).forEach(s -> said.addObject().put("value", s.value()).put("source", s.source()).put("confidence", s.confidence()));
      }
    }
  }

  private static ObjectNode evidence(Evidence e) {
    ObjectNode o = Json.object();
    @Nullable String cite = e.cite() == null ? null : e.cite().toString();
    o.put("value", e.value()).put("source", e.source()).put("cite", cite).put("first", Json.time(e.first()))
        .put("last", Json.time(e.last())).put("confidence", e.confidence());
    if (e.packet() != Evidence.NO_PACKET) {
      o.putObject("packet").put("origin", e.origin()).put("index", Json.whole(e.packet()));
    }
    return o;
  }

  private static void decisions(Decisions d, ObjectNode o) {
    if (d.none()) {
      return;
    }
    o.put("review", d.review().wireName()).put("owner", d.owner()).put("comment", d.comment());
    ObjectNode values = o.putObject("values");
    d.values().forEach(values::put);
    o.put("by", d.by()).put("at", Json.time(d.at()));
  }
}
