package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Cidr;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A MUD profile (RFC 8520) of a device from what it was seen to do. What it asked for and was answered, what others asked of it and got, and the
 * groups it spoke to become accepted traffic; what was refused or met silence does not, nor what a refused device had a part in. Peers are named by their zone, as a controller class {@code
 * urn:vigie:SITE:zone:ID}, so that the profile outlives their addresses; peers of no zone are the local networks, or an address where they are
 * not local. A profile says what was, not what is right: a person must read it before a network obeys it.
 */
final class Mud {
  /** Most entries; a device that does more is a server or a scanner, and no profile describes it. */
  static final int MOST = 512;
  private static final int NAME = 64;
  private static final int SYSTEM = 60;

  private final Site site;
  private final Set<String> own = new HashSet<>();
  private final Set<Flow> flows = new TreeSet<>();
  private int left;

  /** One kind of traffic, in the order in which it is written. */
  private record Flow(int family, String peer, String transport, int port, boolean server, String protocol, boolean group) implements Comparable<Flow> {
    @Override
    public int compareTo(Flow o) {
      int c = Integer.compare(family, o.family);
      c = c != 0 ? c : Boolean.compare(server, o.server);
      c = c != 0 ? c : protocol.compareTo(o.protocol);
      c = c != 0 ? c : transport.compareTo(o.transport);
      c = c != 0 ? c : Integer.compare(port, o.port);
      c = c != 0 ? c : peer.compareTo(o.peer);
      return c != 0 ? c : Boolean.compare(group, o.group);
    }
  }

  private Mud(Site site, JsonNode device) {
    this.site = site;
    for (JsonNode at : device.path("addresses")) {
      boolean below = at.has("bacnet") || at.has("knx") || at.has("unit") || at.has("lon");
      if (at.path("current").asBoolean() && at.hasNonNull("ip") && !below) {
        own.add(at.path("ip").asText());
      }
    }
  }

  /** The profile of a device from its contacts; those of other devices are passed over. */
  static ObjectNode profile(JsonNode device, Collection<? extends JsonNode> contacts, Site site, About about) {
    Mud mud = new Mud(site, device);
    contacts.forEach(mud::take);
    return mud.write(device, about);
  }

  private void take(JsonNode contact) {
    String answer = contact.path("answer").asText();
    boolean group = answer.equals("group");
    if (!answer.equals("answered") && !group) {
      return;
    }
    for (JsonNode peer : contact.path("peers")) {
      if (peer.path("review").asText().equals("refused")) {
        return;
      }
    }
    String who = contact.path("who").path("ip").asText("");
    String whom = contact.path("whom").path("ip").asText("");
    boolean client = own.contains(who);
    if (!client && !own.contains(whom) || who.isEmpty() || whom.isEmpty()) {
      return;
    }
    String transport = contact.path("transport").asText();
    int port = contact.path("whom").path("port").asInt(0);
    boolean known = transport.equals("icmp") || transport.equals("icmpv6") || (transport.equals("udp") || transport.equals("tcp")) && port > 0;
    if (!known) {
      return;
    }
    String peer = client ? whom : who;
    Flow flow = new Flow(peer.indexOf(':') < 0 ? 4 : 6, group ? peer : peer(peer), transport.startsWith("icmp") ? "icmp" : transport, port, !client,
        contact.path("protocol").asText(), group);
    if (flows.size() < MOST) {
      flows.add(flow);
    } else if (!flows.contains(flow)) {
      left++;
    }
  }

  /** The class of a peer: {@code urn:…} for a zone, the empty text for the local networks, else its address. */
  private String peer(String ip) {
    Cidr address = Cidr.parse(ip);
    Zone best = null;
    int longest = -1;
    for (Zone zone : site.zones()) {
      for (Cidr range : zone.cidr()) {
        if (address != null && range.contains(address) && range.prefix() > longest) {
          longest = range.prefix();
          best = zone;
        }
      }
    }
    if (best != null && !best.kind().equals("internet")) {
      return "urn:vigie:" + (site.id().isEmpty() ? "site" : site.id()) + ":zone:" + best.id();
    }
    return local(address) ? "" : ip;
  }

  /** RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6. */
  private static boolean local(@Nullable Cidr ip) {
    if (ip == null) {
      return false;
    }
    return ip.family() == 4 ? ip.low() >>> 24 == 10 || ip.low() >>> 20 == 0xAC1 || ip.low() >>> 16 == 0xC0A8 || ip.low() >>> 16 == 0xA9FE
        : ip.high() >>> 57 == 0xFC >>> 1 || ip.high() >>> 54 == 0xFE80 >>> 6;
  }

  private ObjectNode write(JsonNode device, About about) {
    ObjectNode root = Json.object();
    String id = device.path("id").asText();
    // no manufacturer serves it: whoever puts it into force gives it the address it will have
    ObjectNode mud = root.putObject("ietf-mud:mud").put("mud-version", 1).put("mud-url", "https://vigie.invalid/mud/" + id + ".json")
        .put("last-update", about.second()).put("cache-validity", 48).put("is-supported", true);
    String words = Cells.visible(device.path("name").asText()) + (left == 0 ? ", as seen" : ", " + left + " kinds of traffic left out");
    mud.put("systeminfo", words.length() > SYSTEM ? words.substring(words.length() - SYSTEM) : words);
    put(mud, "mfg-name", device.path("vendor"));
    put(mud, "model-name", device.path("model"));
    put(mud, "firmware-rev", device.path("firmware"));
    ArrayNode from = mud.putObject("from-device-policy").putObject("access-lists").putArray("access-list");
    ArrayNode to = mud.putObject("to-device-policy").putObject("access-lists").putArray("access-list");
    ArrayNode acls = root.putObject("ietf-access-control-list:acls").putArray("acl");
    for (int family : new int[] {4, 6}) {
      if (family == 4 || flows.stream().anyMatch(f -> f.family == 6)) {
        list(acls, from, id, family, true);
        list(acls, to, id, family, false);
      }
    }
    return root;
  }

  private static void put(ObjectNode to, String name, JsonNode value) {
    if (value.isTextual() && !value.asText().isEmpty()) {
      to.put(name, Cells.visible(value.asText()));
    }
  }

  private void list(ArrayNode acls, ArrayNode policy, String id, int family, boolean out) {
    String name = (out ? "from-" : "to-") + id + "-v" + family;
    policy.addObject().put("name", name);
    ObjectNode acl = acls.addObject().put("name", name).put("type", "ipv" + family + "-acl-type");
    ArrayNode aces = acl.putObject("aces").putArray("ace");
    int n = 0;
    for (Flow flow : flows) {
      if (flow.family == family && (out || !flow.group || flow.server)) {
        ace(aces.addObject(), flow, out, ++n);
      }
    }
  }

  private static void ace(ObjectNode ace, Flow flow, boolean out, int n) {
    String name = n + "-" + flow.protocol + (flow.server ? "-server" : "-client") + (flow.port > 0 ? "-" + flow.transport + flow.port : "");
    ace.put("name", name.length() > NAME ? name.substring(0, NAME) : name);
    ObjectNode matches = ace.putObject("matches");
    String family = "ipv" + flow.family;
    ObjectNode ip = Json.object().put("protocol", flow.transport.equals("tcp") ? 6 : flow.transport.equals("udp") ? 17 : flow.family == 4 ? 1 : 58);
    if (flow.group || !flow.peer.isEmpty() && !flow.peer.startsWith("urn:")) {
      boolean peerIsDestination = out || flow.group;
      ip.put((peerIsDestination ? "destination-" : "source-") + family + "-network", flow.peer + (flow.family == 4 ? "/32" : "/128"));
    } else if (flow.peer.isEmpty()) {
      matches.putObject("ietf-mud:mud").putArray("local-networks").addNull();
    } else {
      matches.putObject("ietf-mud:mud").put("controller", flow.peer);
    }
    matches.set(family, ip);
    if (flow.port > 0) {
      ObjectNode transport = matches.putObject(flow.transport);
      if (flow.transport.equals("tcp")) {
        transport.put("ietf-mud:direction-initiated", flow.server ? "to-device" : "from-device");
      }
      // the server's port is the one that tells: the destination of requests, the source of answers
      transport.putObject(flow.server == out ? "source-port" : "destination-port").put("operator", "eq").put("port", flow.port);
    }
    ace.putObject("actions").put("forwarding", "accept");
  }
}
