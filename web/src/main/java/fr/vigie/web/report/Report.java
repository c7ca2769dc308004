package fr.vigie.web.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import fr.vigie.inventory.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compliance report: each control of a framework with what passive observation showed, the capture it rests on, and its figures. Pure
 * data; {@link ReportPdf} draws it, {@link Signer} signs it.
 */
public final class Report {
  private final Framework framework;
  private final Facts facts;
  private final @Nullable Words blindness;
  private final Map<String, Words> labels = Framework.evidenceLabels();
  private final List<Line> lines = new ArrayList<>();

  /**
   * One control and what was seen of it.
   *
   * @param control the control
   * @param verdict the wording
   * @param text what was seen
   * @param items what the figures count
   */
  public record Line(Framework.Control control, Verdict verdict, Words text, List<String> items) {}

  /** Judges the facts by the controls of a framework. */
  public Report(Framework framework, Facts facts) {
    this.framework = framework;
    this.facts = facts;
    this.blindness = Findings.blindness(facts);
    Findings findings = new Findings(facts);
    for (Framework.Control control : framework.controls()) {
      lines.add(line(control, findings));
    }
  }

  private Line line(Framework.Control control, Findings findings) {
    if (control.reach() == Framework.Reach.NONE || control.evidence().isEmpty()) {
      return new Line(control, Verdict.NOT_OBSERVABLE, new Words("L'observation passive ne dit rien de cette mesure.",
          "Passive observation says nothing about this control."), List.of());
    }
    Verdict verdict = Verdict.NO_GAP;
    boolean anySeen = false;
    StringBuilder fr = new StringBuilder();
    StringBuilder en = new StringBuilder();
    Set<String> items = new LinkedHashSet<>();
    for (String type : control.evidence()) {
      Findings.Finding finding = findings.of(type);
      anySeen |= finding.verdict() != Verdict.NOT_OBSERVABLE;
      if (finding.verdict() == Verdict.GAP || (finding.verdict() == Verdict.NOT_OBSERVABLE && verdict == Verdict.NO_GAP)) {
        verdict = finding.verdict();
      }
      Words label = labels.getOrDefault(type, new Words(type, type));
      fr.append(fr.isEmpty() ? "" : "\n").append(label.fr()).append(" : ").append(finding.text().fr());
      en.append(en.isEmpty() ? "" : "\n").append(label.en()).append(": ").append(finding.text().en());
      items.addAll(finding.items());
    }
    if (control.reach() == Framework.Reach.PARTIAL && anySeen) {
      fr.append("\nL'observation passive ne montre qu'une partie de cette mesure.");
      en.append("\nPassive observation shows only a part of this control.");
    }
    return new Line(control, verdict, new Words(fr.toString(), en.toString()), List.copyOf(items));
  }

  /** The framework. */
  public Framework framework() {
    return framework;
  }

  /** What the report was made from. */
  public Facts facts() {
    return facts;
  }

  /** Why the capture does not cover the period, or null. */
  public @Nullable Words blindness() {
    return blindness;
  }

  /** Every control in the framework's order. */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /** Controls with a verdict. */
  public long count(Verdict verdict) {
    return lines.stream().filter(l -> l.verdict() == verdict).count();
  }

  /** The report as JSON (docs/schema/report.schema.json). */
  public ObjectNode json(String language) {
    ObjectNode o = Json.object();
    o.put("v", 1);
    ObjectNode f = o.putObject("framework");
    f.put("id", framework.id()).put("edition", framework.edition()).put("title", framework.title().in(language));
    f.put("source", framework.source().in(language));
    o.put("language", language);
    o.put("site", facts.site());
    ObjectNode window = o.putObject("window");
    window.put("from", Json.time(facts.from())).put("to", Json.time(facts.to()));
    ObjectNode capture = o.putObject("capture");
    capture.put("packets", Json.whole(facts.capture().packets())).put("bytes", Json.whole(facts.capture().bytes()));
    ArrayNode vlans = capture.putArray("vlans");
    facts.capture().vlans().forEach(vlans::add);
    ArrayNode missing = capture.putArray("vlansMissing");
    facts.capture().vlansMissing().forEach(missing::add);
    ObjectNode losses = capture.putObject("losses");
    facts.capture().losses().forEach((cause, count) -> losses.put(cause, Json.whole(count)));
    capture.put("cut", Json.whole(facts.capture().cut()));
    capture.put("finding", blindness == null ? null : blindness.in(language));
    ArrayNode sources = capture.putArray("sources");
    facts.capture().sources().forEach((name, sha) -> sources.addObject().put("name", name).put("sha256", sha.isEmpty() ? null : sha));
    ObjectNode figures = o.putObject("figures");
    figures.put("assets", facts.assets().size()).put("alerts", facts.alerts().size()).put("flows", facts.flows().size());
    ObjectNode severities = figures.putObject("alertsBySeverity");
    for (String severity : List.of("C", "H", "M", "L", "I")) {
      severities.put(severity, facts.alerts().stream().filter(a -> a.path("severity").asText().equals(severity)).count());
    }
    for (Verdict verdict : Verdict.values()) {
      figures.put(verdict.name().toLowerCase(Locale.ROOT), count(verdict));
    }
    o.put("journalHead", facts.journalHead());
    ArrayNode controls = o.putArray("controls");
    for (Line line : lines) {
      ObjectNode c = controls.addObject();
      c.put("id", line.control().id()).put("title", line.control().title().in(language));
      c.put("verdict", line.verdict().words().en()).put("label", line.verdict().words().in(language));
      ArrayNode evidence = c.putArray("evidence");
      line.control().evidence().forEach(evidence::add);
      c.put("text", line.text().in(language));
      ArrayNode items = c.putArray("items");
      line.items().forEach(items::add);
    }
    return o;
  }

  /** The report as CSV (RFC 4180, UTF-8): first the window, the capture and the figures, then a row per control. */
  public String csv(String language) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(text)) {
      row(csv, "section", "id", "title", "verdict", "text", "evidence", "items");
      row(csv, "framework", framework.id(), framework.title().in(language), "", framework.edition(), "", framework.source().in(language));
      row(csv, "window", "", facts.site(), "", Json.time(facts.from()), Json.time(facts.to()), "");
      row(csv, "capture", "packets", "", "", Json.whole(facts.capture().packets()), "", "");
      row(csv, "capture", "vlans", "", "", facts.capture().vlans().toString(), "missing", facts.capture().vlansMissing().toString());
      row(csv, "capture", "losses", "", "", Long.toString(facts.capture().lost()), "", facts.capture().losses().toString());
      row(csv, "capture", "finding", "", "", blindness == null ? "" : blindness.in(language), "", "");
      row(csv, "figures", "assets", "", "", Integer.toString(facts.assets().size()), "", "");
      row(csv, "figures", "alerts", "", "", Integer.toString(facts.alerts().size()), "", "");
      for (Verdict verdict : Verdict.values()) {
        row(csv, "figures", "", "", verdict.words().in(language), Long.toString(count(verdict)), "", "");
      }
      for (Line line : lines) {
        row(csv, "control", line.control().id(), line.control().title().in(language), line.verdict().words().in(language),
            line.text().in(language), String.join(" ", line.control().evidence()), String.join(" | ", line.items()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("text in memory is always writable", e);
    }
    return text.toString();
  }

  private static void row(CsvWriter csv, String... cells) {
    List<String> safe = new ArrayList<>(cells.length);
    for (String cell : cells) {
      safe.add(Inert.cell(cell));
    }
    csv.writeRecord(safe);
  }
}
