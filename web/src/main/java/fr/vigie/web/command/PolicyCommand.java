package fr.vigie.web.command;

import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.session.Finding;
import fr.vigie.rules.session.PolicyCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie policy}: what the rules are, and whether a folder of rules can be used. */
@Command(name = "policy", mixinStandardHelpOptions = true, description = "Lists the detections, or checks a folder of rules before it is used.")
final class PolicyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "the shipped detections: id, version, severity, techniques, name")
  int list() {
    var out = spec.commandLine().getOut();
    for (Detection d : Catalogue.shipped().all()) {
      out.printf("%-8s v%-3d %s  %-28s %s%n", d.id(), d.version(), d.severity().wireName(),
          String.join(", ", d.techniques().stream().map(t -> t.id()).toList()), d.en().name());
    }
    out.flush();
    return Exit.DONE;
  }

  @Command(name = "check", mixinStandardHelpOptions = true, description = "checks a folder of rules: file, line and what is wrong")
  int check(@Parameters(paramLabel = "DIR") Path folder) throws Usage {
    if (!Files.exists(folder)) {
      throw new Usage("there is no " + folder + "; check the path");
    }
    List<Finding> findings = PolicyCheck.check(folder);
    var out = spec.commandLine().getOut();
    findings.forEach(out::println);
    out.println(findings.isEmpty() ? "the policy can be used" : findings.size() + " findings: the policy is not used until they are mended");
    out.flush();
    return findings.isEmpty() ? Exit.DONE : Exit.USAGE;
  }
}
