package fr.vigie.rules.session;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Fault;
import fr.vigie.inventory.terms.Sheet;
import fr.vigie.inventory.terms.Terms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.drools.model.Model;
import org.drools.modelcompiler.KieBaseBuilder;
import org.jspecify.annotations.Nullable;
import org.kie.api.KieBase;

/**
 * The rules in force: the shipped policy, with what a site adds or replaces. A file of the site's folder with the name of a shipped file
 * replaces it; its tables stand in the place of what the site file says. A set exists only when every file passed its checks and everything
 * compiles: a broken folder changes nothing.
 */
public final class PolicySet {
  private static final Pattern RULE = Pattern.compile("(?m)^\\s*rule\\s+\"([^\"]+)\"");

  private static final String SITE_FILE = "site.yaml";

  private final List<PolicyFile> files;
  private final @Nullable Model model;
  private final Map<String, PolicyFile> byRule = new HashMap<>();
  /** What alerts of a detection name: the file its rules stand in, or all of them, one after the other by name. */
  private final Map<String, PolicyFile> byDetection = new HashMap<>();
  private final @Nullable Terms terms;
  private final String matrixFile;
  private final SortedMap<String, byte[]> own;

  private PolicySet(List<PolicyFile> files, @Nullable Model model, @Nullable Terms terms, String matrixFile, SortedMap<String, byte[]> own) {
    this.own = own;
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
    Map<String, SortedMap<String, PolicyFile>> of = new HashMap<>();
    byRule.forEach((rule, file) -> of.computeIfAbsent(rule.split(" ", 2)[0], d -> new TreeMap<>()).put(file.name(), file));
    of.forEach((detection, all) -> byDetection.put(detection, all.size() == 1 ? all.get(all.firstKey())
        : PolicyFile.of(String.join(", ", all.keySet()), all.values().stream().map(PolicyFile::text).collect(Collectors.joining("\n")))));
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
    return new PolicySet(Shipped.files(), Shipped.model(), null, SITE_FILE, new TreeMap<>());
  }

  /** The shipped policy with the rules of a folder, without tables. Never throws for what is in the folder: that is what findings are for. */
  public static Loaded load(Path folder) {
    return load(folder, Ground.NONE);
  }

  /** The shipped policy with the rules and tables of a folder. Never throws for what is in the folder: that is what findings are for. */
  public static Loaded load(Path folder, Ground ground) {
    List<Finding> findings = new ArrayList<>();
    SortedMap<String, byte[]> files = PolicyFiles.read(folder, findings);
    return findings.isEmpty() ? of(files, ground) : new Loaded(null, findings);
  }

  /**
   * The shipped policy with the rules and tables of these files, all of them or none.
   *
   * @param own files by name
   */
  public static Loaded of(SortedMap<String, byte[]> own, Ground ground) {
    List<Finding> findings = new ArrayList<>();
    List<PolicyFile> rules = new ArrayList<>();
    own.forEach((name, octets) -> {
      if (name.endsWith(".drl")) {
        rules.add(PolicyFile.of(name, octets));
      } else if (PolicyFiles.code(name)) {
        List<Fault> faults = new ArrayList<>();
        Sheet sheet = ground.tables().read(name, octets, faults);
        faults.forEach(f -> findings.add(Finding.of(f)));
        rules.add(PolicyFile.of(name, faults.isEmpty() ? DecisionTable.rules(sheet, findings) : ""));
      }
    });
    for (PolicyFile f : rules) {
      findings.addAll(PolicyCheck.check(f.name(), f.text()));
    }
    Terms terms = TermsFiles.read(own, ground, findings);
    if (!findings.isEmpty()) {
      return new Loaded(null, findings);
    }
    String matrix = TermsFiles.matrixFile(own);
    if (rules.isEmpty()) {
      return new Loaded(new PolicySet(Shipped.files(), Shipped.model(), terms, matrix, own), List.of());
    }
    Map<String, PolicyFile> byName = new TreeMap<>();
    Shipped.files().forEach(f -> byName.put(f.name(), f));
    rules.forEach(f -> byName.put(f.name(), f));
    List<PolicyFile> files = List.copyOf(byName.values());
    Compiler.Result compiled = Compiler.compile(files);
    return compiled.base() == null ? new Loaded(null, compiled.findings()) : new Loaded(new PolicySet(files, null, terms, matrix, own), List.of());
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
  public Terms terms(Site site) {
    Terms laid = terms;
    return laid == null ? Terms.of(site) : laid;
  }

  /** Whether the rules are the same: then nothing need be compiled. */
  boolean sameRules(PolicySet other) {
    return files.equals(other.files);
  }

  /** The file that the matrix stands in, for people. */
  public String matrixFile() {
    return matrixFile;
  }

  /** These rules with other tables. */
  PolicySet with(@Nullable Terms laid, String ofMatrix) {
    return new PolicySet(files, model, laid, ofMatrix, own);
  }

  /** What these rules can look at. */
  Interest interest() {
    return new Interest(files);
  }

  /** The files that a site adds, by name; not to be changed. */
  public SortedMap<String, byte[]> own() {
    return own;
  }

  /** Whether the rules come ready from the build, or were compiled here. */
  public boolean prebuilt() {
    return model != null;
  }

  /**
   * A text of rules as it is in force, which alerts name: a policy file, the rules of a decision table, or several of them one after the other
   * where the rules of a detection stand in several.
   *
   * @param file the file's name, or names with commas between
   * @param sha256 SHA-256 of the text in UTF-8
   */
  public record Source(String file, String sha256, String text) {}

  /** Every text that an alert may name, by file. */
  public List<Source> sources() {
    return byDetection.values().stream().distinct().map(f -> new Source(f.name(), f.sha256(), f.text())).sorted(Comparator.comparing(Source::file)).toList();
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

  /** SHA-256 of the text whose rules report this detection, or the empty text: rule names begin with the id of their detection. */
  String sha256(String detection) {
    PolicyFile f = byDetection.get(detection);
    return f == null ? "" : f.sha256();
  }
}
