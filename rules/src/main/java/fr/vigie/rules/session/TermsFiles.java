package fr.vigie.rules.session;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Writer;
import fr.vigie.inventory.terms.Days;
import fr.vigie.inventory.terms.Fault;
import fr.vigie.inventory.terms.Matrix;
import fr.vigie.inventory.terms.Sheet;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.inventory.terms.Works;
import fr.vigie.inventory.terms.Writers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tables of a site among the files of a policy: each stands in the place of the same part of the site file. */
final class TermsFiles {
  /** Their names, without the ending that tells the format. */
  static final List<String> NAMES = List.of("matrix", "writers", "maintenance", "calendar");

  private final Map<String, byte[]> files;
  private final Ground ground;
  private final List<Finding> findings;

  private TermsFiles(Map<String, byte[]> files, Ground ground, List<Finding> findings) {
    this.files = files;
    this.ground = ground;
    this.findings = findings;
  }

  /** What the tables among these files say, over what the site file says; null where there are none. */
  static @Nullable Terms read(Map<String, byte[]> files, Ground ground, List<Finding> findings) {
    TermsFiles reader = new TermsFiles(files, ground, findings);
    for (String name : files.keySet()) {
      if (!PolicyFiles.code(name) && !NAMES.contains(stem(name))) {
        findings.add(new Finding(name, 0, 0, "ce nom n’est pas celui d’un tableau ; ce sont matrix, writers, maintenance, calendar, ou NOM.drl.csv pour une table de décision",
            "no table has this name; they are matrix, writers, maintenance, calendar, or NAME.drl.csv for a decision table"));
      }
    }
    Terms site = Terms.of(ground.site());
    Calendar calendar = reader.table("calendar", site.calendar(), sheet -> faults -> Days.read(sheet, site.calendar(), faults));
    Matrix matrix = reader.table("matrix", site.matrix(), sheet -> faults -> Matrix.read(sheet, ground.site(), ground.protocols(), calendar, faults));
    List<Writer> writers = reader.table("writers", site.writers(), sheet -> faults -> Writers.read(sheet, ground.site(), faults));
    List<Maintenance> works = reader.table("maintenance", site.works(), sheet -> faults -> Works.read(sheet, ground.site(), calendar, faults));
    long pairs = Passages.pairs(ground.site(), matrix);
    if (pairs > Passages.MOST) {
      findings.add(new Finding("matrix", 0, 0, "la matrice parle de plus de " + Passages.MOST + " couples de zones", "the matrix speaks of more than " + Passages.MOST + " pairs of zones"));
    }
    return files.keySet().stream().anyMatch(f -> NAMES.contains(stem(f))) ? new Terms(matrix, writers, works, calendar) : null;
  }

  /** The name of the file that the matrix stands in. */
  static String matrixFile(Map<String, byte[]> files) {
    return files.keySet().stream().filter(f -> stem(f).equals("matrix")).findFirst().orElse("site.yaml");
  }

  static String stem(String name) {
    return name.endsWith(".csv") ? name.substring(0, name.length() - 4) : name.endsWith(".xlsx") ? name.substring(0, name.length() - 5) : name;
  }

  private <T> T table(String stem, T otherwise, Function<Sheet, Function<List<Fault>, T>> reading) {
    List<String> names = files.keySet().stream().filter(f -> stem(f).equals(stem)).toList();
    if (names.isEmpty()) {
      return otherwise;
    }
    if (names.size() > 1) {
      findings.add(new Finding(names.getLast(), 0, 0, "ce tableau existe deux fois : " + String.join(", ", names), "this table is there twice: " + String.join(", ", names)));
      return otherwise;
    }
    List<Fault> faults = new ArrayList<>();
    Sheet sheet = ground.tables().read(names.getFirst(), files.getOrDefault(names.getFirst(), new byte[0]), faults);
    T read = faults.isEmpty() ? reading.apply(sheet).apply(faults) : otherwise;
    faults.forEach(f -> findings.add(Finding.of(f)));
    return read;
  }
}
