package fr.vigie.inventory.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.json.Members;
import fr.vigie.inventory.json.Tree;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.observe.Trait;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An asset as {@code assets.ndjson} and the API write it. Members, in this order: {@code v id keys traits kind zone place parent children
 * first last decisions} as the contract has them, then {@code name vendor model firmware serial care kindConfidence owner supplier contract
 * site building floor room placed router declared addresses conflicts} for the console: {@code addresses} is a list of endpoints with {@code key}, {@code current}, {@code first} and
 * {@code last}; {@code conflicts} of {@code kind key mine other first}.
 */
public final class AssetJson {
  private static final List<Trait> TRAITS = List.of(Trait.values());

  private AssetJson() {}

  /** The asset as the machine alone has it, had nobody decided anything: what a fold of decisions is laid over. */
  public static ObjectNode machine(Asset a) {
    return a.machine(AssetJson::write);
  }

  /** The asset as one object. */
  public static ObjectNode write(Asset a) {
    Tree tree = new Tree();
    write(a, tree);
    return tree.node();
  }

  /** Writes the members of an asset. */
  public static <X extends Exception> void write(Asset a, Members<X> o) throws X {
    o.put("v", 1);
    o.put("id", a.id());
    o.list("keys", a.keys());
    traits(a, o);
    o.put("kind", a.kind());
    Zone zone = a.zone();
    o.put("zone", zone == null ? null : zone.id());
    o.put("place", a.place());
    Asset parent = a.parent();
    o.put("parent", parent == null ? null : parent.id());
    o.list("children");
    for (Asset child : a.children()) {
      o.entry(child.id());
    }
    o.end();
    o.time("first", a.first());
    o.time("last", a.last());
    decisions(a.decisions(), o);
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
    o.list("addresses");
    for (Asset.Address at : a.addresses()) {
      o.open();
      Json.endpoint(at.endpoint(), o);
      o.put("key", at.key()).put("current", at.current()).time("first", at.first()).time("last", at.last()).close();
    }
    o.end();
    o.list("conflicts");
    for (Conflict c : a.conflicts()) {
      o.open().put("kind", c.kind().wireName()).put("key", c.key()).put("mine", c.mine()).put("other", c.other()).time("first", c.first()).close();
    }
    o.end();
  }

  private static <X extends Exception> void traits(Asset a, Members<X> o) throws X {
    o.open("traits");
    for (Trait trait : TRAITS) {
      List<Evidence> values = a.values(trait);
      if (!values.isEmpty()) {
        o.list(trait.wireName());
        for (Evidence e : values) {
          evidence(e, o.open());
          o.close();
        }
        o.end();
      }
    }
    o.close();
  }

  /** The best value of each part of the place, then {@code placed} with everything said of them, where there is more than silence. */
  private static <X extends Exception> void placing(Placing placing, Members<X> o) throws X {
    for (Placing.Part part : Placing.PARTS) {
      o.put(part.wireName(), placing.best(part));
    }
    o.open("placed");
    for (Placing.Part part : Placing.PARTS) {
      if (!placing.said(part).isEmpty()) {
        o.list(part.wireName());
        for (Placing.Said s : placing.said(part)) {
          o.open().put("value", s.value()).put("source", s.source()).put("confidence", s.confidence()).close();
        }
        o.end();
      }
    }
    o.close();
  }

  private static <X extends Exception> void evidence(Evidence e, Members<X> o) throws X {
    @Nullable String cite = e.cite() == null ? null : e.cite().toString();
    o.put("value", e.value()).put("source", e.source()).put("cite", cite).time("first", e.first()).time("last", e.last())
        .put("confidence", e.confidence());
    if (e.packet() != Evidence.NO_PACKET) {
      o.open("packet").put("origin", e.origin()).whole("index", e.packet()).close();
    }
  }

  private static <X extends Exception> void decisions(Decisions d, Members<X> o) throws X {
    o.open("decisions");
    if (!d.none()) {
      o.put("review", d.review().wireName()).put("owner", d.owner()).put("comment", d.comment());
      o.open("values");
      for (Map.Entry<String, String> value : d.values().entrySet()) {
        o.put(value.getKey(), value.getValue());
      }
      o.close().put("by", d.by()).time("at", d.at());
    }
    o.close();
  }
}
