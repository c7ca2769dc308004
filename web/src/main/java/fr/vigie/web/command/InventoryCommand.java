package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.past.Difference;
import fr.vigie.inventory.past.Past;
import fr.vigie.inventory.past.Picture;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.web.report.Inert;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie inventory}: the devices as they were at a moment, or how two moments differ. */
@Command(name = "inventory", mixinStandardHelpOptions = true, sortOptions = false,
    description = "The devices as the machine saw them at a moment, or what changed between two (docs/reviews.md).")
final class InventoryCommand implements Callable<Integer> {
  private static final List<String> COLUMNS = List.of("ID", "NAME", "KIND", "ZONE", "VENDOR", "MODEL", "FIRMWARE", "ADDRESS", "LAST");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "captures; what a watch has kept if none is given, while it runs or afterwards")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--at", paramLabel = "TIME", description = "the moment: a time (2026-03-10T08:00:00Z) or a day, of which the end is meant; the last one known if not given")
  private @Nullable String at;

  @Option(names = "--since", paramLabel = "TIME", description = "what changed from this moment to the other: who arrived, fell silent, came back, was swapped, and in what devices differ")
  private @Nullable String since;

  @Option(names = "--find", paramLabel = "WORD", description = "only devices whose picture has this word; may be given several times, and all must be there")
  private List<String> words = new ArrayList<>();

  @Option(names = "--json", description = "one JSON object a line, whole")
  private boolean json;

  @Option(names = "--data", paramLabel = "DIR", description = "the folder of what was kept; that of the watch if not given")
  private @Nullable Path data;

  @Mixin private Setting setting = new Setting();

  @Override
  public Integer call() throws Usage, IOException, SiteError {
    Site site = setting.site();
    ZoneId zone = site == null ? ZoneId.of("UTC") : site.calendar().tz();
    long to = at == null ? Long.MAX_VALUE : time("--at", at, zone);
    long from = since == null ? Long.MIN_VALUE : time("--since", since, zone);
    if (from >= to) {
      throw new Usage("--since lies before --at");
    }
    Past past = files.isEmpty() ? Chronicle.ofWatch(data != null ? data : Home.data().resolve("watch"), setting) : Chronicle.ofCaptures(files, setting);
    if (past.begin() == Long.MIN_VALUE) {
      throw new Usage("nothing was heard there");
    }
    long end = Math.min(to, past.now());
    if (end < past.begin()) {
      throw new Usage("what is kept begins at " + Json.time(past.begin()) + ": there is no inventory of " + Json.time(to));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (since == null) {
      inventory(past.inventory(end), out);
    } else {
      changes(past.between(from, end), out);
    }
    out.flush();
    PrintWriter error = spec.commandLine().getErr();
    error.printf("kept from %s to %s%n", Json.time(past.begin()), Json.time(past.now()));
    error.flush();
    return Exit.DONE;
  }

  /** A moment, RFC 3339, or a day of the site: then the end of it. */
  private static long time(String option, String text, ZoneId zone) throws Usage {
    try {
      if (text.length() == 10) {
        return Math.multiplyExact(LocalDate.parse(text).plusDays(1).atStartOfDay(zone).toEpochSecond(), 1_000_000_000L) - 1;
      }
      OffsetDateTime t = OffsetDateTime.parse(text);
      return Math.addExact(Math.multiplyExact(t.toEpochSecond(), 1_000_000_000L), t.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      throw new Usage(option + " takes a time (2026-03-10T08:00:00Z) or a day (2026-03-10)");
    }
  }

  private boolean wanted(String id, Picture picture) {
    String text = words.isEmpty() ? "" : (picture.json() + id).toLowerCase(Locale.ROOT);
    return words.stream().allMatch(w -> text.contains(w.toLowerCase(Locale.ROOT)));
  }

  private void inventory(List<Past.Row> all, PrintWriter out) {
    List<Past.Row> rows = all.stream().filter(r -> wanted(r.id(), r.picture()))
        .sorted(Comparator.comparing((Past.Row r) -> r.picture().called(r.id()).toLowerCase(Locale.ROOT)).thenComparing(Past.Row::id)).toList();
    if (json) {
      rows.forEach(r -> out.println(Inert.visible(Json.line(whole(r)).strip())));
    } else {
      List<List<String>> lines = new ArrayList<>();
      lines.add(COLUMNS);
      rows.forEach(r -> lines.add(cells(r)));
      Lines.print(lines, out);
    }
    spec.commandLine().getErr().printf("%d devices%n", rows.size());
  }

  private static ObjectNode whole(Past.Row row) {
    ObjectNode node = Json.object().put("v", 1).put("id", row.id());
    node.setAll(row.picture().json());
    return node.put("first", Json.time(row.first())).put("last", Json.time(row.last()));
  }

  private static List<String> cells(Past.Row row) {
    Picture p = row.picture();
    String address = p.addresses().isEmpty() ? p.macs().isEmpty() ? "" : p.macs().getFirst() : p.addresses().getFirst();
    return List.of(row.id(), Lines.cell(p.name()), p.kind(), Lines.cell(p.zone()), Lines.cell(p.vendor()), Lines.cell(p.model()), Lines.cell(p.firmware()), address,
        Json.time(row.last()).substring(0, 19) + "Z");
  }

  private void changes(Past.Changes c, PrintWriter out) {
    rows("arrived", c.arrived(), out);
    rows("silent", c.silent(), out);
    rows("returned", c.returned(), out);
    rows("merged", c.merged(), out);
    rows("apart", c.apart(), out);
    for (Past.Swap s : c.swapped()) {
      if (wanted(s.id(), s.before()) || wanted(s.by(), s.after())) {
        if (json) {
          out.println(Inert.visible(Json.line(Json.object().put("v", 1).put("change", "swapped").put("id", s.id()).put("by", s.by()).put("at", s.at())).strip()));
        } else {
          out.println(line("swapped", s.id(), s.before()) + ": " + Inert.visible(s.after().called(s.by())) + " (" + s.by() + ") stands at " + Inert.visible(s.at()));
        }
      }
    }
    for (Past.Changed changed : c.changed()) {
      if (wanted(changed.id(), changed.after())) {
        if (json) {
          ObjectNode node = Json.object().put("v", 1).put("change", "changed").put("id", changed.id());
          changed.differences().forEach(d -> node.withArray("differences").add(d.json()));
          out.println(Inert.visible(Json.line(node).strip()));
        } else {
          out.println(line("changed", changed.id(), changed.after()) + ": " + String.join("; ", changed.differences().stream().map(InventoryCommand::said).toList()));
        }
      }
    }
    spec.commandLine().getErr().printf("%d arrived, %d silent, %d returned, %d swapped, %d changed, %d merged, %d apart%n", c.arrived().size(), c.silent().size(),
        c.returned().size(), c.swapped().size(), c.changed().size(), c.merged().size(), c.apart().size());
  }

  private void rows(String what, List<Past.Row> rows, PrintWriter out) {
    for (Past.Row row : rows) {
      if (wanted(row.id(), row.picture())) {
        out.println(json ? Inert.visible(Json.line(whole(row).put("change", what)).strip()) : line(what, row.id(), row.picture()));
      }
    }
  }

  private static String line(String what, String id, Picture p) {
    String address = p.addresses().isEmpty() ? "" : " " + p.addresses().getFirst();
    return String.format(Locale.ROOT, "%-8s %s ", what, id) + Inert.visible(p.called(id) + " [" + p.kind() + "] " + (p.vendor() + ' ' + p.model()).strip() + address).stripTrailing();
  }

  private static String said(Difference d) {
    if (d.gained().isEmpty() && d.lost().isEmpty()) {
      return Inert.visible(d.field() + ' ' + (d.was().isEmpty() ? "unknown" : d.was()) + " → " + (d.is().isEmpty() ? "unknown" : d.is()));
    }
    StringBuilder s = new StringBuilder(d.field());
    d.gained().forEach(g -> s.append(" +").append(g));
    d.lost().forEach(l -> s.append(" −").append(l));
    return Inert.visible(s.toString());
  }
}
