package fr.vigie.inventory.past;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing in which two pictures of a device differ.
 *
 * <table>
 * <caption>What matters to somebody who approved the first picture</caption>
 * <tr><td>vendor, model, firmware, serial, kind, zone</td><td>another value than the one known; a value learned matters not</td></tr>
 * <tr><td>services, macs, vlans</td><td>one more</td></tr>
 * <tr><td>addresses</td><td>one more, unless DHCP lends them</td></tr>
 * <tr><td>peers</td><td>one more, of the Internet</td></tr>
 * <tr><td>name</td><td>never</td></tr>
 * </table>
 *
 * @param field name of the member of {@link Picture}
 * @param was single value before, empty where unknown or where the field is a list
 * @param is single value after, the same
 * @param gained what a list has more, sorted
 * @param lost what a list has no more, sorted
 * @param matters whether somebody who approved the device should look again
 */
public record Difference(String field, String was, String is, List<String> gained, List<String> lost, boolean matters) {

  /** In what the second picture differs, in the order of the members. */
  public static List<Difference> between(Picture a, Picture b) {
    List<Difference> all = new ArrayList<>(0);
    value(all, "name", a.name(), b.name(), false);
    value(all, "vendor", a.vendor(), b.vendor(), true);
    value(all, "model", a.model(), b.model(), true);
    value(all, "firmware", a.firmware(), b.firmware(), true);
    value(all, "serial", a.serial(), b.serial(), true);
    value(all, "kind", known(a.kind()), known(b.kind()), true);
    value(all, "zone", a.zone(), b.zone(), true);
    list(all, "addresses", a.addresses(), b.addresses(), !a.lent() && !b.lent() && !a.addresses().isEmpty());
    list(all, "macs", a.macs(), b.macs(), !a.macs().isEmpty());
    list(all, "vlans", a.vlans(), b.vlans(), !a.vlans().isEmpty());
    list(all, "services", a.services(), b.services(), true);
    list(all, "peers", a.peers(), b.peers(), false);
    return List.copyOf(all);
  }

  private static String known(String kind) {
    return kind.equals("unknown") ? "" : kind;
  }

  private static void value(List<Difference> all, String field, String was, String is, boolean matters) {
    if (!was.equals(is)) {
      all.add(new Difference(field, was, is, List.of(), List.of(), matters && !was.isEmpty() && !is.isEmpty()));
    }
  }

  private static void list(List<Difference> all, String field, List<String> was, List<String> is, boolean matters) {
    if (was.equals(is)) {
      return;
    }
    List<String> gained = is.stream().filter(v -> !was.contains(v)).toList();
    List<String> lost = was.stream().filter(v -> !is.contains(v)).toList();
    if (!gained.isEmpty() || !lost.isEmpty()) {
      boolean internet = field.equals("peers") && gained.stream().anyMatch(p -> !p.startsWith("a-"));
      all.add(new Difference(field, "", "", gained, lost, internet || matters && !gained.isEmpty()));
    }
  }

  /** The difference as the API has it. */
  public ObjectNode json() {
    ObjectNode o = Json.object().put("field", field).put("was", was).put("is", is);
    gained.forEach(o.putArray("gained")::add);
    lost.forEach(o.putArray("lost")::add);
    return o.put("matters", matters);
  }
}
