package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * How a device of the site file is recognised: every address given must hold. An IP address alone names the device at that address,
 * never the devices behind it; together with {@code bacnet}, {@code knx} or {@code unit} it names the router or gateway in front.
 *
 * @param ip IP address, or null
 * @param mac MAC address, or {@link Endpoint#NO_MAC}
 * @param instance BACnet device instance 0..4194303, or -1
 * @param bacnet BACnet address {@code net:0xmac} below a router, or null
 * @param knx KNX individual address, or -1
 * @param unit Modbus unit 0..255, or -1
 * @param serial serial number, or null
 */
public record Match(@Nullable Cidr ip, long mac, int instance, @Nullable String bacnet, int knx, int unit, @Nullable String serial) {
  /** Whether this address, with the identity keys known for it, is the device. */
  public boolean matches(Endpoint e, Collection<String> keys) {
    if (ip != null && !ip.contains(e)) {
      return false;
    }
    if (mac != Endpoint.NO_MAC && e.mac() != mac && !has(keys, "mac=" + Endpoint.macText(mac))) {
      return false;
    }
    if (instance >= 0 && !has(keys, "bacnet-instance=" + instance)) {
      return false;
    }
    if (serial != null && !has(keys, "serial=" + serial)) {
      return false;
    }
    Below below = e.below();
    if (bacnet == null && knx < 0 && unit < 0) {
      return below == null || instance >= 0 || serial != null;
    }
    return switch (below) {
      case null -> false;
      case Below.Bacnet b -> bacnet != null && knx < 0 && unit < 0 && bacnet.equals(b.text());
      case Below.Knx k -> bacnet == null && unit < 0 && k.address() == knx;
      case Below.Modbus m -> bacnet == null && knx < 0 && m.unit() == unit;
      case Below.Lon l -> false;
    };
  }

  /** Whether one of the keys is this one, in whatever realm. */
  private static boolean has(Collection<String> keys, String key) {
    for (String k : keys) {
      if (k.startsWith(key) && (k.length() == key.length() || k.charAt(key.length()) == '/')) {
        return true;
      }
    }
    return false;
  }
}
