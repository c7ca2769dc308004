package fr.vigie.rules.session;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Fault;
import fr.vigie.inventory.terms.Sheet;
import java.util.List;
import java.util.Set;

/**
 * What policy files are held against when they are read.
 *
 * @param site the site whose zones and devices tables name
 * @param protocols names of the protocols that are read
 * @param tables reads the formats of tables
 */
public record Ground(Site site, Set<String> protocols, Sheet.Reader tables) {
  /** No site, and nobody who reads tables: rules alone. */
  public static final Ground NONE = new Ground(Site.EMPTY, Set.of(), (name, content, faults) -> {
    faults.add(new Fault(name, 0, 0, "les tableaux ne sont pas lus ici", "tables are not read here"));
    return new Sheet(name, List.of());
  });
}
