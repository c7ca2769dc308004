package fr.vigie.rules.session;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.drools.model.Model;
import org.drools.modelcompiler.KieBaseBuilder;
import org.jspecify.annotations.Nullable;
import org.kie.api.KieBase;

/**
 * The rules in force: the shipped policy, with what a site adds or replaces. A file of the site's folder with the name of a shipped file
 * replaces it. A set exists only when every file passed {@link PolicyCheck} and everything compiles: a broken folder changes nothing.
 * Rules are code, so the folder and its files must belong to root or to the user Vigie runs as and be writable for nobody else.
 */
public final class PolicySet {
  /** The largest policy file, octets. */
  private static final long LARGEST = 1 << 20;
  /** The most files of a folder. */
  private static final int MOST = 256;
  private static final Pattern RULE = Pattern.compile("(?m)^\\s*rule\\s+\"([^\"]+)\"");

  private static final String SITE_FILE = "site.yaml";

  private final List<PolicyFile> files;
  private final @Nullable Model model;
  private final Map<String, PolicyFile> byRule = new HashMap<>();
  private final @Nullable Terms terms;
  private final String matrixFile;

  private PolicySet(List<PolicyFile> files, @Nullable Model model, @Nullable Terms terms, String matrixFile) {
    this.files = files;
    this.model = model;
    this.terms = terms;
    this.matrixFile = matrixFile;
    for (PolicyFile f : files) {
      Matcher m = RULE.matcher(f.text());
      while (m.find()) {
        byRule.put(m.group(1), f);
      }
    }
  }

  /**
   * What loading a folder gave.
   *
   * @param policy the rules, or null where there are findings
   * @param findings what is wrong, by file and line
   */
  public record Loaded(@Nullable PolicySet policy, List<Finding> findings) {}

  /** The shipped policy alone. */
  public static PolicySet shipped() {
    return new PolicySet(Shipped.files(), Shipped.model(), null, SITE_FILE);
  }

  /** The shipped policy with the rules of a folder. Never throws for what is in the folder: that is what findings are for. */
  public static Loaded load(Path folder) {
    List<Finding> findings = new ArrayList<>();
    List<PolicyFile> own = read(folder, findings);
    for (PolicyFile f : own) {
      findings.addAll(PolicyCheck.check(f.name(), f.text()));
    }
    if (!findings.isEmpty()) {
      return new Loaded(null, findings);
    }
    if (own.isEmpty()) {
      return new Loaded(shipped(), List.of());
    }
    Map<String, PolicyFile> byName = new TreeMap<>();
    Shipped.files().forEach(f -> byName.put(f.name(), f));
    own.forEach(f -> byName.put(f.name(), f));
    List<PolicyFile> files = List.copyOf(byName.values());
    Compiler.Result compiled = Compiler.compile(files);
    return compiled.base() == null ? new Loaded(null, compiled.findings()) : new Loaded(new PolicySet(files, null, null, SITE_FILE), List.of());
  }

  static List<PolicyFile> read(Path folder, List<Finding> findings) {
    List<PolicyFile> files = new ArrayList<>();
    try {
      if (!Files.isDirectory(folder)) {
        findings.add(new Finding(folder.toString(), 0, "is not a folder: name the folder that holds the .drl files"));
        return files;
      }
      guarded(folder, folder.toString(), findings);
      List<Path> paths;
      try (Stream<Path> list = Files.list(folder)) {
        paths = list.filter(p -> p.getFileName().toString().endsWith(".drl")).sorted().limit(MOST + 1L).toList();
      }
      if (paths.size() > MOST) {
        findings.add(new Finding(folder.toString(), 0, "holds more than " + MOST + " policy files"));
        return files;
      }
      for (Path path : paths) {
        String name = path.getFileName().toString();
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          findings.add(new Finding(name, 0, "is not a regular file: links are not followed"));
        } else if (Files.size(path) > LARGEST) {
          findings.add(new Finding(name, 0, "is larger than " + LARGEST + " octets"));
        } else {
          guarded(path, name, findings);
          files.add(PolicyFile.of(name, Files.readAllBytes(path)));
        }
      }
    } catch (IOException e) {
      findings.add(new Finding(folder.toString(), 0, "cannot be read: " + e.getMessage()));
    }
    return files;
  }

  private static void guarded(Path path, String name, List<Finding> findings) throws IOException {
    PosixFileAttributes a = Files.readAttributes(path, PosixFileAttributes.class);
    String owner = a.owner().getName();
    if (!owner.equals("root") && !owner.equals(System.getProperty("user.name"))) {
      findings.add(new Finding(name, 0, "belongs to " + owner + ": rules are code, they must belong to root or to the user Vigie runs as"));
    }
    if (a.permissions().contains(PosixFilePermission.GROUP_WRITE) || a.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      findings.add(new Finding(name, 0, "is writable for others than its owner: chmod go-w"));
    }
  }

  /** A rule base of its own for one session. */
  KieBase base() {
    if (model != null) {
      return KieBaseBuilder.createKieBaseFromModel(model);
    }
    Compiler.Result compiled = Compiler.compile(files);
    KieBase base = compiled.base();
    if (base == null) {
      throw new IllegalStateException("a policy that compiled does not compile any more: " + compiled.findings());
    }
    return base;
  }

  /** What is laid down beside the rules: by tables, or by the site file where there are none. */
  Terms terms(Site site) {
    Terms laid = terms;
    return laid == null ? Terms.of(site) : laid;
  }

  /** Whether the rules are the same: then nothing need be compiled. */
  boolean sameRules(PolicySet other) {
    return files.equals(other.files);
  }

  /** The file that the matrix stands in, for people. */
  String matrixFile() {
    return matrixFile;
  }

  /** These rules with other tables. */
  public PolicySet with(Terms laid, String ofMatrix) {
    return new PolicySet(files, model, laid, ofMatrix);
  }

  /** What these rules can look at. */
  Interest interest() {
    return new Interest(files);
  }

  /** Whether the rules come ready from the build, or were compiled here. */
  public boolean prebuilt() {
    return model != null;
  }

  /** Names of the rules, sorted. */
  public List<String> rules() {
    return byRule.keySet().stream().sorted().toList();
  }

  /** The file a rule stands in, or the empty text. */
  String file(String rule) {
    PolicyFile f = byRule.get(rule);
    return f == null ? "" : f.name();
  }

  /** SHA-256 of the file whose rules report this detection: rule names begin with the id of their detection. */
  String sha256(String detection) {
    String found = "";
    for (Map.Entry<String, PolicyFile> e : byRule.entrySet()) {
      if (e.getKey().startsWith(detection + " ") && (found.isEmpty() || e.getValue().sha256().compareTo(found) < 0)) {
        found = e.getValue().sha256();
      }
    }
    return found;
  }
}
