package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/** Who, in the site file: everybody, a zone, a named device, an address or a range of addresses. */
public sealed interface Party {
  /** Whether the address, with what is known of the device behind it, is meant. */
  boolean matches(Endpoint e, @Nullable Identified known);

  /** As the site file writes it. */
  String text();

  /** {@code *}: everybody. */
  record Anyone() implements Party {
    @Override
    public boolean matches(Endpoint e, @Nullable Identified known) {
      return true;
    }

    @Override
    public String text() {
      return "*";
    }
  }

  /**
   * {@code zone:ID}: whoever stands in the zone.
   *
   * @param zone the zone
   */
  record InZone(Zone zone) implements Party {
    @Override
    public boolean matches(Endpoint e, @Nullable Identified known) {
      Zone z = known == null ? null : known.zone();
      if (z != null) {
        return z.id().equals(zone.id());
      }
      return zone.cidr().stream().anyMatch(c -> c.contains(e)) || zone.vlan().contains(e.seenVlan());
    }

    @Override
    public String text() {
      return "zone:" + zone.id();
    }
  }

  /**
   * A device that the site file names.
   *
   * @param device the device
   */
  record Named(Device device) implements Party {
    @Override
    public boolean matches(Endpoint e, @Nullable Identified known) {
      if (known != null) {
        Device d = known.device();
        return d != null && d.name().equals(device.name());
      }
      return device.match().matches(e, java.util.List.of());
    }

    @Override
    public String text() {
      return device.name();
    }
  }

  /**
   * {@code supplier:NAME}: whatever the site file says this supplier maintains.
   *
   * @param supplier name of the supplier, as the devices of the site file have it
   */
  record Supplied(String supplier) implements Party {
    @Override
    public boolean matches(Endpoint e, @Nullable Identified known) {
      Device d = known == null ? null : known.device();
      return d != null && supplier.equals(d.supplier());
    }

    @Override
    public String text() {
      return "supplier:" + supplier;
    }
  }

  /**
   * An IP address or a range.
   *
   * @param cidr the range
   */
  record Range(Cidr cidr) implements Party {
    @Override
    public boolean matches(Endpoint e, @Nullable Identified known) {
      return cidr.contains(e);
    }

    @Override
    public String text() {
      return cidr.text();
    }
  }

  /**
   * Any other address: MAC, {@code bacnet:}, {@code knx:}.
   *
   * @param match what is matched
   * @param text as written
   */
  record Address(Match match, String text) implements Party {
    @Override
    public boolean matches(Endpoint e, @Nullable Identified known) {
      return match.matches(e, known == null ? java.util.List.of() : known.keys());
    }
  }
}
