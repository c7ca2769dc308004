package fr.vigie.inventory.advisory;

import fr.vigie.inventory.advisory.Advisory.Leaf;
import fr.vigie.inventory.advisory.Advisory.Vulnerability;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The advisories that Vigie ships: facts of CISA's advisories up to a day, as two tables. {@code advisories.tsv.gz}: {@code id title
 * initial_release current_release publisher cves cwes max_cvss vector note url}; {@code advisory_products.tsv.gz}: {@code advisory_id vendor
 * product version_expr kind constraints model_numbers status cves max_cvss product_id}.
 */
public final class Shipped {
  /** Day of the snapshot: nothing that came later is in it. */
  public static final String DAY = "2024-10-24";

  private Shipped() {}

  /** Takes a line. */
  private interface Row {
    void take(String[] cells);
  }

  /** All of them, in the order of the table. */
  public static List<Advisory> read() throws IOException {
    Map<String, List<Leaf>> leaves = new HashMap<>();
    table("advisory_products.tsv.gz", 11, c -> {
      List<String> cves = list(c[8]);
      boolean affected = c[7].equals("known_affected");
      boolean fixed = c[7].equals("fixed") || c[7].equals("known_not_affected");
      boolean both = !affected && !fixed && !c[7].isEmpty();
      leaves.computeIfAbsent(c[0], id -> new ArrayList<>()).add(new Leaf(c[1], c[2], Range.of(c[3]), list(c[6]), affected ? cves : List.of(),
          both ? cves : List.of(), fixed ? cves : List.of(), !c[7].isEmpty(), null, c[10]));
    });
    List<Advisory> all = new ArrayList<>();
    table("advisories.tsv.gz", 11, c -> {
      @Nullable String vector = c[8].isEmpty() ? null : c[8];
      List<String> cves = list(c[5]);
      List<Vulnerability> weak = cves.stream().map(v -> new Vulnerability(v, -1, cves.size() == 1 ? vector : null)).toList();
      all.add(new Advisory(c[0], c[1], c[4], c[2], c[3], "", c[10].isEmpty() ? null : c[10], c[7].isEmpty() ? -1 : Double.parseDouble(c[7]), weak,
          List.copyOf(leaves.getOrDefault(c[0], List.of())), Advisory.SHIPPED, null));
    });
    return List.copyOf(all);
  }

  private static List<String> list(String cell) {
    return cell.isEmpty() ? List.of() : List.of(cell.split("\\|"));
  }

  private static void table(String name, int columns, Row row) throws IOException {
    try (InputStream raw = Shipped.class.getResourceAsStream(name)) {
      if (raw == null) {
        throw new IOException(name + " is missing from the program: build it again");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(new GZIPInputStream(raw), StandardCharsets.UTF_8));
      int n = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        n++;
        if (!line.startsWith("#") && !line.isBlank()) {
          String[] cells = line.split("\t", -1);
          if (cells.length < columns) {
            throw new IOException(name + ":" + n + ": " + columns + " columns are expected, here are " + cells.length);
          }
          row.take(cells);
        }
      }
    }
  }
}
