package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The single words of a site file: ids, addresses, dates. Each reads one item or says what is wrong with it. */
final class Words {
  /** Matches nothing in particular. */
  static final Match NO_MATCH = new Match(null, Endpoint.NO_MAC, -1, null, -1, -1, null);

  private Words() {}

  /** A short id: letters, digits, dots, hyphens, underscores. */
  static String id(Item item) throws SiteError {
    String id = item.text();
    boolean plain = id.length() <= 64;
    for (int i = 0; i < id.length() && plain; i++) {
      char c = id.charAt(i);
      plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
    if (!plain) {
      throw item.error("\"" + Item.shown(id) + "\" is no id; use letters, digits, \"-\", \"_\" and \".\", at most 64");
    }
    return id;
  }

  /** Who answers for a device: one of the list. */
  static String owner(Item item) throws SiteError {
    Owner owner = Owner.of(item.text());
    if (owner == null) {
      throw item.error("\"" + Item.shown(item.text()) + "\" is no owner; write " + Owner.all());
    }
    return owner.wireName();
  }

  static ZoneId timeZone(@Nullable Item item) throws SiteError {
    if (item == null) {
      return ZoneOffset.UTC;
    }
    try {
      return ZoneId.of(item.text());
    } catch (DateTimeException e) {
      throw item.error("\"" + Item.shown(item.text()) + "\" is no time zone; write for example Europe/Paris");
    }
  }

  static LocalDate date(Item item) throws SiteError {
    try {
      return LocalDate.parse(item.text());
    } catch (DateTimeParseException e) {
      throw item.error("\"" + Item.shown(item.text()) + "\" is no date; write for example 2026-12-25");
    }
  }

  static Cidr ip(Item item) throws SiteError {
    Cidr cidr = Cidr.parse(item.text());
    if (cidr == null || !cidr.single()) {
      throw item.error("\"" + Item.shown(item.text()) + "\" is no IP address");
    }
    return cidr;
  }

  static long mac(Item item) throws SiteError {
    long mac = Addresses.mac(item.text());
    if (mac < 0) {
      throw item.error("\"" + Item.shown(item.text()) + "\" is no MAC address; write for example 00:0e:cf:12:34:56");
    }
    return mac;
  }

  /** A device instance, or {@code net:0xmac} in the canonical text of a BACnet address below a router. */
  static Match bacnet(Item item, String text) throws SiteError {
    Match match = bacnet(text);
    if (match == null) {
      throw item.error("\"" + Item.shown(text) + "\" is neither a BACnet device instance (0 to 4194303) nor a network and MAC such as 2001:0x0a");
    }
    return match;
  }

  /** The same, or null where the text is neither. */
  static @Nullable Match bacnet(String text) {
    int instance = Addresses.decimal(text, 4_194_303);
    if (instance >= 0) {
      return new Match(null, Endpoint.NO_MAC, instance, null, -1, -1, null);
    }
    int colon = text.indexOf(":0x");
    int net = colon < 0 ? -1 : Addresses.decimal(text.substring(0, colon), 65534);
    String mac = colon < 0 ? "" : text.substring(colon + 3).toLowerCase(Locale.ROOT);
    boolean hex = !mac.isEmpty() && mac.length() <= 16 && mac.length() % 2 == 0 && mac.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0);
    return net < 1 || !hex ? null : new Match(null, Endpoint.NO_MAC, -1, net + ":0x" + mac, -1, -1, null);
  }

  static int knx(Item item, String text) throws SiteError {
    int address = Addresses.knx(text);
    if (address < 0) {
      throw item.error("\"" + Item.shown(text) + "\" is no KNX individual address; write for example 1.1.7");
    }
    return address;
  }
}
