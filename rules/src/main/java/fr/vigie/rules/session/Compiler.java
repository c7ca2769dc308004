package fr.vigie.rules.session;

import java.util.ArrayList;
import java.util.List;
import org.drools.compiler.kie.builder.impl.InternalKieModule;
import org.drools.model.codegen.ExecutableModelProject;
import org.jspecify.annotations.Nullable;
import org.kie.api.KieBase;
import org.kie.api.KieServices;
import org.kie.api.builder.KieBuilder;
import org.kie.api.builder.KieFileSystem;
import org.kie.api.builder.Message;
import org.kie.api.builder.ReleaseId;
import org.kie.api.runtime.KieContainer;

/** Policy files to rule bases, with the compiler: the executable model for what is shipped, MVEL for what a site brings. */
final class Compiler {
  private static final String MODULE =
      "<kmodule xmlns=\"http://www.drools.org/xsd/kmodule\"><kbase name=\"policy\" default=\"true\"/></kmodule>";
  private static final String FOLDER = "src/main/resources/fr/vigie/rules/policy/";
  /** What the compiler takes for rules; decision tables come to it as rules and get a second ending. */
  private static final String DRL = ".drl";
  private static final KieServices KIE = KieServices.Factory.get();

  private Compiler() {}

  /**
   * What compiling gave.
   *
   * @param base the rules, or null where there are findings
   * @param findings what is wrong, by file and line
   */
  record Result(@Nullable KieBase base, List<Finding> findings) {}

  /** The octets of a kjar with the executable model of the files: a zip of classes beside what Drools keeps for itself. */
  static byte[] kjar(List<PolicyFile> files) {
    KieBuilder builder = KIE.newKieBuilder(system(files, release("kjar"))).buildAll(ExecutableModelProject.class);
    List<Finding> findings = findings(builder);
    if (!findings.isEmpty()) {
      throw new IllegalArgumentException("the shipped policy does not compile: " + findings);
    }
    return ((InternalKieModule) builder.getKieModule()).getBytes();
  }

  /** Compiles files with MVEL. */
  static Result compile(List<PolicyFile> files) {
    ReleaseId release = release("site-" + Shipped.digest(files).substring(0, 16));
    KieBuilder builder = KIE.newKieBuilder(system(files, release)).buildAll();
    List<Finding> findings = findings(builder);
    if (!findings.isEmpty()) {
      return new Result(null, findings);
    }
    KieContainer container = KIE.newKieContainer(builder.getKieModule().getReleaseId());
    KieBase base = container.getKieBase();
    KIE.getRepository().removeKieModule(release);
    return new Result(base, List.of());
  }

  private static ReleaseId release(String name) {
    return KIE.newReleaseId("fr.vigie", "policy", name);
  }

  private static KieFileSystem system(List<PolicyFile> files, ReleaseId release) {
    KieFileSystem system = KIE.newKieFileSystem();
    system.generateAndWritePomXML(release);
    system.writeKModuleXML(MODULE);
    for (PolicyFile f : files) {
      system.write(FOLDER + (f.name().endsWith(DRL) ? f.name() : f.name() + DRL), f.text());
    }
    return system;
  }

  private static List<Finding> findings(KieBuilder builder) {
    List<Finding> findings = new ArrayList<>();
    for (Message m : builder.getResults().getMessages(Message.Level.ERROR)) {
      String path = m.getPath() == null ? "policy" : m.getPath();
      String text = m.getText().replaceAll("\\s+", " ").strip();
      String file = path.substring(path.lastIndexOf('/') + 1);
      file = file.indexOf(DRL) < file.length() - DRL.length() ? file.substring(0, file.length() - DRL.length()) : file;
      findings.add(new Finding(file, Math.max(0, m.getLine()), Math.max(0, m.getColumn()), "Drools refuse cette règle (message en anglais) : " + text, text));
    }
    return findings;
  }
}
