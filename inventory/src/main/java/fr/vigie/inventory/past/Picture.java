package fr.vigie.inventory.past;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.Evidence;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the machine can tell of a device at one moment, small enough to be kept with each approval and to be compared: no times, no proofs,
 * nothing that people decided.
 *
 * @param name what it calls itself, empty where it says nothing
 * @param vendor maker, empty where unknown; so are the next five
 * @param lent whether its address is lent by DHCP, and so may change without anything having happened
 * @param addresses IP addresses it holds (of each family those heard within a day of the latest), and addresses below IP; sorted
 * @param macs its MAC addresses, sorted
 * @param vlans VLANs on which its addresses were first shown, sorted
 * @param services what it was seen to answer, {@code tcp/502 modbus}, sorted
 * @param peers ids of the devices it exchanged answers with, and Internet addresses, sorted
 */
public record Picture(String name, String vendor, String model, String firmware, String serial, String kind, String zone, boolean lent,
    List<String> addresses, List<String> macs, List<String> vlans, List<String> services, List<String> peers) {
  private static final long DAY = Duration.ofDays(1).toNanos();
  /** Most peers of a picture; the relations keep no more. */
  static final int PEERS = 256;

  /** Of nothing. */
  static final Picture NONE = new Picture("", "", "", "", "", "", "", false, List.of(), List.of(), List.of(), List.of(), List.of());

  /** The picture of an asset as it stands now; on the ledger's thread. */
  public static Picture of(Asset asset, Relations relations) {
    return asset.machine(a -> take(a, relations));
  }

  private static Picture take(Asset a, Relations relations) {
    String name = a.trait(Trait.NAME);
    SortedSet<String> addresses = new TreeSet<>();
    SortedSet<String> macs = new TreeSet<>();
    SortedSet<String> vlans = new TreeSet<>();
    long[] newest = {Long.MIN_VALUE, Long.MIN_VALUE};
    List<Asset.Address> all = a.addresses();
    for (Asset.Address at : all) {
      if (held(at)) {
        int family = at.endpoint().family() == 6 ? 1 : 0;
        newest[family] = Math.max(newest[family], at.last());
      }
    }
    for (Asset.Address at : all) {
      Endpoint e = at.endpoint();
      if (e.below() != null) {
        addresses.add(e.below().text());
      } else if (e.family() == 0) {
        macs.add(String.valueOf(e.macText()));
      } else if (held(at) && at.last() >= newest[e.family() == 6 ? 1 : 0] - DAY) {
        addresses.add(String.valueOf(e.ip()));
        if (e.seenVlan() != Endpoint.NO_VLAN) {
          vlans.add(Integer.toString(e.seenVlan()));
        }
      }
    }
    return new Picture(text(name == null ? a.trait(Trait.HOSTNAME) : name), text(a.vendor()), text(a.trait(Trait.MODEL)),
        text(a.trait(Trait.FIRMWARE)), text(a.trait(Trait.SERIAL)), a.kind(), a.zone() == null ? "" : a.zone().id(), lent(a),
        List.copyOf(addresses), List.copyOf(macs), List.copyOf(vlans), relations.services(a), relations.peers(a));
  }

  private static boolean held(Asset.Address at) {
    return at.current() && at.endpoint().family() != 0 && at.endpoint().below() == null;
  }

  private static boolean lent(Asset a) {
    for (Trait trait : List.of(Trait.ADDRESS, Trait.BANNER, Trait.HOSTNAME)) {
      for (Evidence e : a.values(trait)) {
        if (e.source().startsWith("dhcp")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** A picture as it was written, for example with an approval in the journal; what is missing is unknown. */
  public static Picture of(JsonNode node) {
    return new Picture(node.path("name").asText(), node.path("vendor").asText(), node.path("model").asText(), node.path("firmware").asText(),
        node.path("serial").asText(), node.path("kind").asText(), node.path("zone").asText(), node.path("lent").asBoolean(),
        list(node.path("addresses")), list(node.path("macs")), list(node.path("vlans")), list(node.path("services")), list(node.path("peers")));
  }

  private static List<String> list(JsonNode node) {
    List<String> list = new ArrayList<>();
    node.forEach(n -> list.add(n.asText()));
    return List.copyOf(list);
  }

  /** The picture as the API and the journal have it. */
  public ObjectNode json() {
    ObjectNode o = Json.object().put("name", name).put("vendor", vendor).put("model", model).put("firmware", firmware).put("serial", serial)
        .put("kind", kind).put("zone", zone).put("lent", lent);
    array(o, "addresses", addresses);
    array(o, "macs", macs);
    array(o, "vlans", vlans);
    array(o, "services", services);
    array(o, "peers", peers);
    return o;
  }

  private static void array(ObjectNode to, String name, List<String> values) {
    ArrayNode array = to.putArray(name);
    values.forEach(array::add);
  }

  /** What to call it: its name, else its first address, else its MAC address, else the id. */
  public String called(String id) {
    return !name.isEmpty() ? name : !addresses.isEmpty() ? addresses.getFirst() : !macs.isEmpty() ? macs.getFirst() : id;
  }

  /** The same picture, with the lists of another where they are equal: versions of one device share them. */
  Picture sharing(Picture other) {
    return new Picture(name, vendor, model, firmware, serial, kind, zone, lent, one(addresses, other.addresses), one(macs, other.macs),
        one(vlans, other.vlans), one(services, other.services), one(peers, other.peers));
  }

  private static List<String> one(List<String> mine, List<String> theirs) {
    return mine.equals(theirs) ? theirs : mine;
  }
}
