package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Query;
import fr.vigie.inventory.store.QueryParser;
import fr.vigie.web.live.Indexes;
import fr.vigie.web.report.Inert;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie search}: the console's search on the command line, over what a watch has kept, while it runs or afterwards. */
@Command(name = "search", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Searches what a watch has kept, in the query language of the console (docs/query.md); the watch may be running.")
final class SearchCommand implements java.util.concurrent.Callable<Integer> {
  /** What can be searched. */
  enum In {
    DEVICES("assets", Indexes.assetFields(), "name", List.of("id", "name", "kind", "zone", "vendor", "model", "firmware", "ip", "review")),
    ALERTS("alerts", Indexes.alertFields(), "-urgency", List.of("id", "severity", "state", "rule", "last", "count", "who", "whom")),
    CONTACTS("contacts", Indexes.contactFields(), "-last", List.of("who", "whom", "port", "protocol", "answer", "packets", "last")),
    ACTS("acts", Indexes.actFields(), "-last", List.of("who", "whom", "verb", "operation", "point", "count", "last"));

    private final String folder;
    private final List<Index.Spec> fields;
    private final String usual;
    private final List<String> columns;

    In(String folder, List<Index.Spec> fields, String usual, List<String> columns) {
      this.folder = folder;
      this.fields = fields;
      this.usual = usual;
      this.columns = columns;
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "WORD", arity = "0..*", description = "the query: words, fields (zone:cvc), ranges (care>=4), phrases, prefixes (cta*), like:ID; nothing for everything")
  private List<String> words = new ArrayList<>();

  @Option(names = "--in", paramLabel = "WHAT", description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given")
  private In in = In.DEVICES;

  @Option(names = "--sort", paramLabel = "FIELD", description = "the order, - before it for descending")
  private String sort = "";

  @Option(names = "--limit", paramLabel = "N", description = "documents to give, 1 to 10000; ${DEFAULT-VALUE} if not given")
  private int limit = 50;

  @Option(names = "--count-by", paramLabel = "FIELD", description = "counts by the values of a field instead of giving documents")
  private @Nullable String facet;

  @Option(names = "--json", description = "one JSON object a line, whole")
  private boolean json;

  @Option(names = "--data", paramLabel = "DIR", description = "the folder of what was kept; that of the watch if not given")
  private @Nullable Path data;

  @Override
  public Integer call() throws Usage, IOException {
    if (limit < 1 || limit > 10_000) {
      throw new Usage("--limit takes 1 to 10000");
    }
    Path home = data == null ? Home.data().resolve("watch") : data;
    Path folder = home.resolve("index").resolve(in.folder);
    if (!Files.isDirectory(folder)) {
      throw new Usage("nothing was kept in " + home + " yet: start ./vigie watch, or name the folder with --data");
    }
    try (Index index = Index.view(folder, in.fields)) {
      Query query = QueryParser.parse(String.join(" ", words));
      String order = !sort.isEmpty() ? sort : query.likens() ? Index.LIKENESS : in.usual;
      Index.Page page = index.search(query, order, 0, facet == null ? limit : 1, facet == null ? List.of() : List.of(facet));
      PrintWriter out = spec.commandLine().getOut();
      if (facet != null) {
        page.facets().getOrDefault(facet, java.util.Map.of()).forEach((value, count) -> out.printf("%8d  %s%n", count, Inert.visible(value)));
      } else if (json) {
        page.documents().forEach(d -> out.println(Inert.visible(Json.line(d).strip())));
      } else {
        table(page.documents(), out);
      }
      out.flush();
      spec.commandLine().getErr().printf("%d found%n", page.total());
      spec.commandLine().getErr().flush();
      return Exit.DONE;
    } catch (Query.SyntaxError e) {
      throw new Usage(String.valueOf(e.getMessage()));
    }
  }

  private void table(List<ObjectNode> documents, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(in.columns.stream().map(c -> c.toUpperCase(Locale.ROOT)).toList());
    for (ObjectNode each : documents) {
      rows.add(in.columns.stream().map(c -> cell(each, c)).toList());
    }
    Lines.print(rows, out);
  }

  /** The first value of a field, as it may stand on a terminal. */
  private String cell(ObjectNode document, String column) {
    for (Index.Spec field : in.fields) {
      if (field.name().equals(column)) {
        JsonNode at = document;
        for (String step : field.path().substring(1).split("/")) {
          at = step.equals("*") ? at.path(0) : at.path(step);
        }
        return Lines.cell(at.isNull() || at.isMissingNode() ? "" : at.asText());
      }
    }
    return "";
  }
}
