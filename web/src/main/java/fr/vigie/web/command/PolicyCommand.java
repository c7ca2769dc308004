package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.store.Log;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.session.Finding;
import fr.vigie.rules.session.PolicyCheck;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.web.policy.Backtest;
import fr.vigie.web.policy.Sets;
import fr.vigie.web.policy.Stories;
import fr.vigie.web.report.Inert;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie policy}: what the rules are, whether a folder can be used, what its stories and the past say, and the sets that were in force. */
@Command(name = "policy", mixinStandardHelpOptions = true,
    description = "Lists the detections; checks a policy folder, runs its stories, tries it on the past; shows the sets before and goes back to one.")
final class PolicyCommand implements Runnable {
  private static final int WAIT_MS = 200;
  private static final int TRIES = 75;

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

  @Command(name = "check", mixinStandardHelpOptions = true, description = "checks a folder of rules, decision tables and tables of the site: file, line, column and what is wrong")
  int check(@Parameters(paramLabel = "DIR") Path folder,
      @Option(names = "--site", paramLabel = "FILE", description = "site file whose zones and devices tables name") @Nullable Path siteFile)
      throws Usage, IOException, SiteError {
    if (!Files.exists(folder)) {
      throw new Usage("there is no " + folder.toAbsolutePath().normalize() + "; check the path");
    }
    List<Finding> findings = PolicyCheck.check(folder, Setting.ground(siteFile == null ? null : SiteFile.read(siteFile)));
    var out = spec.commandLine().getOut();
    findings.forEach(f -> out.println(Inert.visible(f.toString())));
    out.println(findings.isEmpty() ? "the policy can be used" : findings.size() + " findings: the policy is not used until they are mended");
    out.flush();
    return findings.isEmpty() ? Exit.DONE : Exit.USAGE;
  }

  @Command(name = "test", mixinStandardHelpOptions = true,
      description = "runs the stories (*.story.yaml) of a policy folder: messages in, alerts out, near misses included; without DIR those of the shipped rules, which are captures of the kit")
  int test(@Parameters(paramLabel = "DIR", arity = "0..1") @Nullable Path folder,
      @Option(names = "--site", paramLabel = "FILE", description = "site file; site.yaml beside the stories if not given") @Nullable Path siteFile,
      @Option(names = "--shipped", description = "also runs the stories of the shipped rules, with the folder's policy") boolean shipped,
      @Option(names = "--only", paramLabel = "ID", split = ",", description = "detections of the shipped stories to run") @Nullable List<String> only)
      throws Usage, IOException, SiteError {
    var out = spec.commandLine().getOut();
    PolicySet policy = PolicySet.shipped();
    List<Stories.Ending> endings = new ArrayList<>();
    if (folder != null) {
      if (!Files.isDirectory(folder)) {
        throw new Usage(folder + " is not a folder");
      }
      Path beside = folder.resolve("site.yaml");
      Site site = siteFile != null ? SiteFile.read(siteFile) : Files.exists(beside) ? SiteFile.read(beside) : null;
      policy = usable(folder, site);
      List<Path> files;
      try (Stream<Path> list = Files.list(folder)) {
        files = list.filter(p -> p.getFileName().toString().endsWith(".story.yaml")).sorted().toList();
      }
      for (Path file : files) {
        try {
          endings.addAll(Stories.run(file, site == null ? Site.EMPTY : site, policy));
        } catch (Stories.Unreadable e) {
          throw new Usage(String.valueOf(e.getMessage()));
        }
      }
      if (files.isEmpty() && !shipped) {
        throw new Usage("there are no stories in " + folder + ": a file ends with .story.yaml (docs/policy.md)");
      }
    }
    if (folder == null || shipped) {
      endings.addAll(ShippedStories.run(policy, only == null ? List.of() : only));
    }
    long wrong = endings.stream().filter(e -> !e.wrong().isEmpty()).count();
    for (Stories.Ending e : endings) {
      out.println((e.wrong().isEmpty() ? "ok    " : "WRONG ") + Inert.visible(e.file() + ": " + e.story()));
      e.wrong().forEach(w -> out.println("        " + Inert.visible(w)));
    }
    out.println(endings.size() + " stories, " + (wrong == 0 ? "all end as told" : wrong + " do not end as told"));
    out.flush();
    return wrong == 0 ? Exit.DONE : Exit.FINDINGS;
  }

  private static PolicySet usable(Path folder, @Nullable Site site) throws Usage {
    PolicySet.Loaded loaded = PolicySet.load(folder, Setting.ground(site));
    PolicySet policy = loaded.policy();
    if (policy == null) {
      throw new Usage("the policy in " + folder + " cannot be used:\n" + String.join("\n", loaded.findings().stream().map(f -> "  " + f).toList()));
    }
    return policy;
  }

  @Command(name = "previous", mixinStandardHelpOptions = true, description = "the policy sets that were in force, the latest first")
  int previous(@Option(names = "--data", paramLabel = "DIR", description = "folder of what was kept; that of the watch if not given") @Nullable Path data)
      throws Usage, IOException {
    Path home = home(data);
    Sets sets = sets(home);
    var out = spec.commandLine().getOut();
    for (Sets.PolicyOf s : sets.kept()) {
      out.printf("%4d  %-30s %-16s %-9s %-12s %s%n", s.number(), s.time().isEmpty() ? "-" : s.time(), Inert.visible(s.author()), s.cause(), s.what(),
          s.files().isEmpty() ? "shipped rules and the site file" : Inert.visible(String.join(", ", s.files().stream().map(Sets.Item::name).toList())));
    }
    out.flush();
    return Exit.DONE;
  }

  private static Path home(@Nullable Path data) throws Usage {
    Path home = data == null ? Home.data().resolve("watch") : data;
    if (!Files.exists(home.resolve("journal.ndjson"))) {
      throw new Usage("nothing was kept in " + home + " yet: start ./vigie watch, or name the folder with --data");
    }
    return home;
  }

  private static Sets sets(Path home) throws IOException {
    Sets sets = new Sets(home.resolve("policy"));
    Journal.verify(home.resolve("journal.ndjson"), sets::replay);
    return sets;
  }

  @Command(name = "rollback", mixinStandardHelpOptions = true,
      description = "puts the set before the present one in force again, or another that is kept: at once where Vigie runs, else at its next start")
  int rollback(@Option(names = "--to", paramLabel = "N", description = "number of the set (./vigie policy previous); 0 is the shipped policy", defaultValue = "-1") long to,
      @Option(names = "--data", paramLabel = "DIR", description = "folder of what was kept; that of the watch if not given") @Nullable Path data)
      throws Usage, IOException {
    Path home = home(data);
    Sets sets = sets(home);
    Sets.PolicyOf target = to < 0 ? sets.previous() : sets.of(to);
    if (target == null) {
      throw new Usage(to < 0 ? "there is no set before this one" : "the set " + to + " is not kept; ./vigie policy previous shows those that are");
    }
    String who = System.getProperty("user.name", "?") + " (command line)";
    var out = spec.commandLine().getOut();
    Sets fresh = new Sets(home.resolve("policy"));
    try (Journal journal = Journal.open(home.resolve("journal.ndjson"), fresh::replay)) {
      fresh.again(journal, who, target, Sets.UNKNOWN);
      out.println("set " + target.number() + " is in force from the next start on, as set " + fresh.last().number());
    } catch (Journal.BrokenJournal e) {
      throw e;
    } catch (IOException inUse) {
      new PolicyWish(target.number(), who).write(home);
      JsonNode answer = answer(home);
      if (answer == null) {
        throw new IOException("Vigie has the journal open but did not answer within " + WAIT_MS * TRIES / 1000 + " s: " + inUse.getMessage(), inUse);
      }
      if (!answer.hasNonNull("set")) {
        throw new Usage("the set " + target.number() + " cannot be used any more: " + answer.path("faults").path(0).path("en").asText("it is not kept"));
      }
      out.println("set " + target.number() + " is in force, as set " + answer.path("set").asLong());
    }
    out.flush();
    return Exit.DONE;
  }

  private static @Nullable JsonNode answer(Path home) throws IOException {
    try {
      for (int i = 0; i < TRIES; i++) {
        JsonNode answer = PolicyWish.answered(home);
        if (answer != null) {
          return answer;
        }
        Thread.sleep(WAIT_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  @Command(name = "backtest", mixinStandardHelpOptions = true,
      description = "what a draft would have said of what was recorded, against what the policy in force says: added, gone, of another severity")
  int backtest(@Mixin Setting setting,
      @Parameters(paramLabel = "FILE", arity = "0..*", description = "captures; without any the log of the watch") @Nullable List<Path> files,
      @Option(names = "--since", paramLabel = "TIME", description = "capture time (RFC 3339) from which on it counts; what comes before is learned by both") @Nullable String since,
      @Option(names = "--active", paramLabel = "DIR", description = "folder of the policy to compare with; if not given that in force with --data, else the shipped one") @Nullable Path active,
      @Option(names = "--data", paramLabel = "DIR", description = "folder of what was kept; that of the watch if not given") @Nullable Path data,
      @Option(names = "--json", description = "one JSON object") boolean json) throws Usage, IOException, SiteError {
    Site given = setting.site();
    Site site = given == null ? Site.EMPTY : given;
    Bounds bounds = setting.bounds();
    PolicySet draft = setting.policy(given);
    boolean captures = files != null && !files.isEmpty();
    Path home = captures ? null : home(data);
    PolicySet now = active != null ? usable(active, given) : home == null ? PolicySet.shipped() : inForce(home, given);
    long from;
    try {
      from = since == null ? Long.MIN_VALUE : Json.nanos(since);
    } catch (DateTimeException e) {
      throw new Usage("--since " + since + " is not a time; write it as 2026-03-10T07:05:00Z");
    }
    Backtest.History history = home == null ? played(files == null ? List.of() : files, setting, given)
        : Backtest.log(reader -> Log.look(home.resolve("log"), reader), bounds.addresses());
    ObjectNode result = new Backtest(site, setting.judging(), new Backtest.Room(bounds.devices(), bounds.addresses(), bounds.alerts()), Home.knowledge(), () -> false)
        .compare(history, now, draft, from);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(result).strip());
    } else {
      table(result, out);
    }
    out.flush();
    return Exit.DONE;
  }

  private static PolicySet inForce(Path home, @Nullable Site site) throws IOException, Usage {
    Sets sets = sets(home);
    PolicySet.Loaded loaded = PolicySet.of(sets.files(sets.last()), Setting.ground(site));
    PolicySet policy = loaded.policy();
    if (policy == null) {
      throw new Usage("the set in force does not fit this site file (give --site): " + loaded.findings().getFirst());
    }
    return policy;
  }

  private static Backtest.History played(List<Path> files, Setting setting, @Nullable Site site) {
    return new Backtest.History() {
      @Override
      public boolean packets() {
        return true;
      }

      @Override
      public void play(Sink sink) throws IOException {
        try (PacketSource source = CaptureFiles.open(files, "default")) {
          new Sensor(setting.sensor(site)).run(source, sink);
        } catch (Usage e) {
          throw new IOException(e.getMessage(), e);
        }
      }
    };
  }

  private static void table(ObjectNode r, PrintWriter out) {
    out.printf(Locale.ROOT, "%,d observations from %s to %s; what is told from %s on%n", r.path("observations").asLong(), r.path("first").asText(), r.path("last").asText(),
        r.path("since").asText());
    out.printf(Locale.ROOT, "in force %,d alerts, draft %,d: %,d added, %,d gone, %,d of another severity, %,d the same%n%n", r.path("before").asLong(), r.path("after").asLong(),
        r.path("added").asLong(), r.path("gone").asLong(), r.path("changed").asLong(), r.path("same").asLong());
    if (!r.path("byRule").isEmpty()) {
      out.printf("%-8s %6s %6s %9s%n", "RULE", "ADDED", "GONE", "SEVERITY");
      r.path("byRule").forEach(n -> out.printf("%-8s %6d %6d %9d%n", n.path("rule").asText(), n.path("added").asLong(), n.path("gone").asLong(), n.path("changed").asLong()));
      out.println();
    }
    for (JsonNode i : r.path("items")) {
      out.println(Inert.visible("%-8s %-8s %s>%s  %s  %s > %s  %s".formatted(i.path("change").asText(), i.path("rule").asText(), i.path("was").asText("-"), i.path("severity").asText("-"),
          i.path("first").asText(), i.path("who").asText(), i.path("whom").asText(), i.path("fact").asText())));
    }
    r.path("lost").properties().forEach(l -> out.println("not kept for lack of room: " + l.getKey() + " " + l.getValue()));
    r.path("disabled").forEach(d -> out.println("taken out of service: " + Inert.visible(d.asText())));
    out.println();
    r.path("notes").forEach(n -> out.println("- " + n.path("en").asText()));
  }
}
