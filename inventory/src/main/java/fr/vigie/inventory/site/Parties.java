package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The reading of who is meant, as the site file and its tables write it. */
public final class Parties {
  private Parties() {}

  /**
   * Reads {@code *}, the name of a device, {@code zone:ID}, {@code supplier:NAME}, {@code bacnet:INSTANCE}, {@code knx:AREA.LINE.DEVICE}, a MAC address, an IP
   * address or a range.
   *
   * @return who is meant, or null where nobody is
   */
  public static @Nullable Party read(String text, List<Zone> zones, List<Device> devices) {
    if (text.equals("*")) {
      return new Party.Anyone();
    }
    for (Device d : devices) {
      if (d.name().equals(text)) {
        return new Party.Named(d);
      }
    }
    if (text.startsWith("zone:")) {
      String id = text.substring(5);
      return zones.stream().filter(z -> z.id().equals(id)).findFirst().map(z -> (Party) new Party.InZone(z)).orElse(null);
    }
    if (text.startsWith("supplier:")) {
      String name = text.substring(9);
      return suppliers(devices).contains(name) ? new Party.Supplied(name) : null;
    }
    if (text.startsWith("bacnet:")) {
      Match match = Words.bacnet(text.substring(7));
      return match == null ? null : new Party.Address(match, text);
    }
    if (text.startsWith("knx:")) {
      int address = Addresses.knx(text.substring(4));
      return address < 0 ? null : new Party.Address(new Match(null, Endpoint.NO_MAC, -1, null, address, -1, null), text);
    }
    long mac = Addresses.mac(text);
    if (mac >= 0) {
      return new Party.Address(new Match(null, mac, -1, null, -1, -1, null), text);
    }
    Cidr cidr = Cidr.parse(text);
    return cidr == null ? null : new Party.Range(cidr);
  }

  /** The suppliers that devices name, sorted. */
  public static List<String> suppliers(List<Device> devices) {
    TreeSet<String> names = new TreeSet<>();
    for (Device d : devices) {
      String supplier = d.supplier();
      if (supplier != null) {
        names.add(supplier);
      }
    }
    return List.copyOf(names);
  }

  /** The word nearest to a misspelt one, at most two letters away, or null. */
  public static @Nullable String nearest(String word, List<String> words) {
    return Item.nearest(word, words);
  }

  /** Text from a file as a message shows it: short, on one line. */
  public static String shown(String text) {
    return Item.shown(text);
  }
}
