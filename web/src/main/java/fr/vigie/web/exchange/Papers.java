package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.Site;
import java.util.Collection;

/** Files that are not of the whole inventory: a device's profile, the conduits as a filter. */
public final class Papers {
  private Papers() {}

  /** What a device was seen to do, as a MUD profile (RFC 8520). */
  public static ObjectNode mud(JsonNode device, Collection<? extends JsonNode> contacts, Site site, About about) {
    return Mud.profile(device, contacts, site, about);
  }

  /** The name of a profile's file. */
  public static String mudFile(String id, About about) {
    return about.file("mud-" + id, "json");
  }

  /** Whether {@link #filter} has this format. */
  public static boolean filters(String format) {
    return format.equals("nftables") || format.equals("cisco-ios");
  }

  /** The conduits of a site as a proposal for a filter. */
  public static String filter(String format, Site site, About about) {
    return format.equals("nftables") ? new Nftables(site, about).text() : new CiscoIos(site, about).text();
  }

  /** The name of a filter's file. */
  public static String filterFile(String format, About about) {
    return about.file("conduits-" + format, format.equals("nftables") ? "nft" : "txt");
  }
}
