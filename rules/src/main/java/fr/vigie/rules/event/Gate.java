package fr.vigie.rules.event;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Conduit;

/**
 * A conduit of the site file with the calendar its hours are meant in: the resident fact that says what may pass between two zones.
 *
 * @param conduit the conduit
 * @param calendar the site's calendar
 */
public record Gate(Conduit conduit, Calendar calendar) {
  /** Whether it lets this contact pass: zones, hours, and the protocol by its name or as {@code tcp/443}. */
  public boolean lets(Meeting m) {
    return joins(m.who(), m.whom()) && carries(m.protocol(), m.observation().transport(), m.port())
        && conduit.open(m.observation().at(), calendar);
  }

  /** Whether it lets this act pass: zones, hours, protocol and verb. */
  public boolean lets(Deed d) {
    return joins(d.who(), d.whom()) && conduit.permits(d.verb()) && conduit.open(d.observation().at(), calendar)
        && (carries(d.protocol(), "tcp", d.port()) || carries(d.protocol(), "udp", d.port()));
  }

  private boolean joins(Side from, Side to) {
    return conduit.joins(from.zone(), to.zone());
  }

  private boolean carries(String protocol, String transport, int port) {
    return conduit.carries(protocol) || conduit.carries(transport) || conduit.carries(transport + "/" + port);
  }
}
