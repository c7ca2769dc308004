package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Writer;
import java.util.List;

/**
 * What is laid down for a site and can change while it is watched: each part stands in a table, or where there is none in the site file.
 * Immutable.
 *
 * @param matrix what may pass between zones
 * @param writers who may change what
 * @param works announced interventions
 * @param calendar time zone, hours, holidays
 */
public record Terms(Matrix matrix, List<Writer> writers, List<Maintenance> works, Calendar calendar) {
  /** What the site file says. */
  public static Terms of(Site site) {
    return new Terms(Matrix.of(site), site.writers(), site.maintenance(), site.calendar());
  }
}
