package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.PlainFile;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.api.Imports;
import fr.vigie.web.exchange.ImportRoom;
import fr.vigie.web.live.Decided;
import fr.vigie.web.live.Resting;
import fr.vigie.web.report.Inert;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie import}: a table of people becomes decisions, all of it or nothing. */
@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false,
    description = {"Reads a table (CSV in UTF-8, or XLSX) of what people know of devices, and writes it into the journal as decisions; docs/exchange.md has the columns.",
        "A running Vigie owns its journal: import on the page Exchange then, or stop it. --dry-run works meanwhile."})
final class ImportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "0..1", description = "the table")
  private @Nullable Path file;

  @Option(names = "--dry-run", description = "say what would change, and change nothing")
  private boolean dry;

  @Option(names = "--from", paramLabel = "DIR", description = "data folder of a watch (default: that of ./vigie watch); for --dry-run also a folder that replay wrote")
  private @Nullable Path from;

  @Option(names = "--site", paramLabel = "FILE", description = "site file: devices are placed in its zones alone")
  private @Nullable Path siteFile;

  @Option(names = "--undo", paramLabel = "ID", description = "take back an import instead, by the id it was given")
  private @Nullable String undo;

  @Option(names = "--lang", defaultValue = "en", paramLabel = "en|fr", description = "language of reasons (${DEFAULT-VALUE})")
  private String language = "en";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    if ((file == null) == (undo == null)) {
      throw new Usage("give a table, or --undo with the id of an import");
    }
    if (!language.equals("en") && !language.equals("fr")) {
      throw new Usage("--lang is en or fr");
    }
    if (file != null && Files.size(file) > Imports.MOST_BYTES) {
      throw new Usage(file + " is larger than " + (Imports.MOST_BYTES >> 20) + " MiB: split it");
    }
    Site site = siteFile == null ? Site.EMPTY : SiteFile.read(siteFile);
    Path folder = from != null ? from : Home.data().resolve("watch");
    try (Stock stock = Stock.open(folder)) {
      if (dry) {
        return tell(new ImportRoom(new Resting(stock.devices(""), stock::device, new Decided(), null), site));
      }
      Path kept = folder.resolve("journal.ndjson");
      if (!Files.isRegularFile(kept)) {
        throw new Usage("there is no journal in " + folder + ": a table can be taken only where a ./vigie watch keeps one; --dry-run works here");
      }
      Decided decided = new Decided();
      try (Journal journal = Journal.open(kept, decided::replay)) {
        return tell(new ImportRoom(new Resting(stock.devices(""), stock::device, decided, journal), site));
      }
    }
  }

  private int tell(ImportRoom imports) throws IOException, Usage {
    PrintWriter out = spec.commandLine().getOut();
    String who = "local:" + System.getProperty("user.name", "");
    if (undo != null) {
      ObjectNode back = dry ? null : imports.takeBack(undo, who);
      if (back == null) {
        throw new Usage("there is no import " + undo + " to take back" + (dry ? " in a dry run" : ", or it was taken back before"));
      }
      out.printf("%s: %d values are as before, %d were decided anew since and stay%n", undo, back.path("values").asInt(), back.path("kept").asInt());
      out.flush();
      return Exit.DONE;
    }
    Path table = file;
    if (table == null) {
      throw new Usage("give a table");
    }
    String name = String.valueOf(table.getFileName());
    byte[] content = PlainFile.octets(table, Imports.MOST_BYTES);
    ObjectNode plan = dry ? imports.plan(name, content) : imports.take(name, content, who);
    for (JsonNode refusal : plan.path("refusals")) {
      out.println("row " + refusal.path("row").asInt() + ": refused: " + Inert.visible(refusal.path(language).asText()));
    }
    for (JsonNode item : plan.path("items")) {
      for (JsonNode value : item.path("values")) {
        out.println("row " + item.path("row").asInt() + ": " + Inert.visible(item.path("name").asText()) + " (" + item.path("id").asText() + "): "
            + value.path("field").asText() + ": \"" + Inert.visible(value.path("from").asText()) + "\" -> \"" + Inert.visible(value.path("to").asText()) + "\"");
      }
    }
    boolean refused = plan.path("refused").asInt() > 0;
    out.printf("%d rows: %d devices change in %d values, %d rows say nothing new, %d refused; %s%n", plan.path("rows").asInt(), plan.path("changes").asInt(),
        plan.path("values").asInt(), plan.path("same").asInt(), plan.path("refused").asInt(),
        refused ? "nothing was taken" : dry ? "a dry run: nothing was taken" : plan.hasNonNull("id") ? "taken as " + plan.path("id").asText() : "nothing to take");
    out.flush();
    return refused ? Exit.FINDINGS : Exit.DONE;
  }
}
