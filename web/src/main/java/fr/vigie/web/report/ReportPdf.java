package fr.vigie.web.report;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.apache.pdfbox.pdmodel.PDDocument;

/**
 * A report drawn as PDF/A-2u (ISO 19005-2): all fonts embedded, an sRGB output intent, nothing active. The font is the Liberation Sans
 * that PDFBox carries; it has one weight, so rank is shown by size and colour.
 */
final class ReportPdf {
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z", Locale.ENGLISH);

  private ReportPdf() {}

  static byte[] draw(Report report, String language) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PdfRendererBuilder builder = new PdfRendererBuilder();
    builder.usePdfAConformance(PdfRendererBuilder.PdfAConformance.PDFA_2_U);
    builder.useColorProfile(ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
    builder.useFont(() -> PDDocument.class.getResourceAsStream("/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf"), "Liberation",
        400, FontStyle.NORMAL, true);
    // nothing in a report refers to anything outside of it: any address is refused
    builder.useUriResolver((base, uri) -> null);
    builder.withProducer("Vigie");
    builder.withHtmlContent(html(report, language), null);
    builder.toStream(out);
    builder.run();
    return out.toByteArray();
  }

  private static String html(Report r, String language) {
    boolean fr = language.equals("fr");
    Facts facts = r.facts();
    StringBuilder h = new StringBuilder(1 << 16);
    h.append("<html lang=\"").append(fr ? "fr" : "en").append("\"><head><title>")
        .append(Inert.html(r.framework().title().in(language))).append("</title><meta name=\"description\" content=\"Vigie\"/><style>")
        .append(style(fr)).append("</style></head><body>");
    h.append("<div class=\"brand\">Vigie</div><h1>").append(Inert.html(r.framework().title().in(language))).append("</h1><p class=\"sub\">")
        .append(Inert.html(facts.site())).append(" · ").append(Inert.html(r.framework().edition())).append("</p>");
    h.append("<table class=\"facts\">");
    fact(h, fr ? "Période observée" : "Observed period", local(facts.from(), facts.zone()) + " – " + local(facts.to(), facts.zone()));
    fact(h, fr ? "Paquets" : "Packets", String.format(fr ? Locale.FRANCE : Locale.ENGLISH, "%,d", facts.capture().packets()));
    fact(h, "VLAN", facts.capture().vlans().isEmpty() ? (fr ? "aucune étiquette" : "untagged") : list(facts.capture().vlans()));
    fact(h, fr ? "VLAN attendus absents" : "Expected VLANs missing", facts.capture().vlansMissing().isEmpty() ? (fr ? "aucun" : "none")
        : list(facts.capture().vlansMissing()));
    fact(h, fr ? "Pertes" : "Losses", facts.capture().lost() == 0 ? (fr ? "aucune" : "none") : facts.capture().losses().toString());
    Words blindness = r.blindness();
    fact(h, fr ? "Constat de capture" : "Capture finding", blindness == null ? (fr ? "couverture complète" : "complete coverage")
        : blindness.in(language));
    fact(h, fr ? "Équipements · alertes · flux" : "Devices · alerts · flows",
        facts.assets().size() + " · " + facts.alerts().size() + " · " + facts.flows().size());
    facts.capture().sources().forEach((name, sha) -> fact(h, "Source", name + (sha.isEmpty() ? "" : "\nSHA-256 " + sha)));
    if (!facts.journalHead().isEmpty()) {
      fact(h, fr ? "Journal (empreinte)" : "Journal (head)", facts.journalHead());
    }
    h.append("</table><div class=\"bar\">");
    for (Verdict verdict : Verdict.values()) {
      h.append("<span class=\"box ").append(verdict.name()).append("\">").append(r.count(verdict)).append(' ')
          .append(verdict.words().in(language)).append("</span>");
    }
    h.append("</div><p class=\"note\">").append(fr
        ? "Une observation passive constate des écarts, n'en constate aucun là où elle pouvait en voir, ou ne peut pas voir. Elle ne prononce jamais la conformité."
        : "Passive observation observes gaps, observes none where it could have seen them, or cannot see. It never pronounces compliance.")
        .append("</p>");
    controls(h, r, language, fr);
    h.append("<p class=\"note\">").append(Inert.html(r.framework().source().in(language))).append("</p></body></html>");
    return h.toString();
  }

  private static void controls(StringBuilder h, Report r, String language, boolean fr) {
    for (Verdict verdict : Verdict.values()) {
      List<Report.Line> lines = r.lines().stream().filter(l -> l.verdict() == verdict).toList();
      if (lines.isEmpty()) {
        continue;
      }
      h.append("<h2>").append(capital(verdict.words().in(language))).append(" (").append(lines.size()).append(")</h2><table class=\"controls\"><thead><tr><th class=\"id\">")
          .append(fr ? "Mesure" : "Control").append("</th><th>").append(fr ? "Constat" : "Finding").append("</th></tr></thead><tbody>");
      for (Report.Line line : lines) {
        h.append("<tr><td class=\"id\"><span class=\"").append(verdict.name()).append("\">").append(Inert.html(line.control().id()))
            .append("</span></td><td><div class=\"title\">").append(Inert.html(line.control().title().in(language))).append("</div>");
        if (line.control().reach() != Framework.Reach.NONE) {
          for (String sentence : line.text().in(language).split("\n")) {
            h.append("<div>").append(Inert.html(sentence)).append("</div>");
          }
          if (!line.items().isEmpty()) {
            h.append("<div class=\"items\">").append(Inert.html(String.join("  ·  ", line.items()))).append("</div>");
          }
        }
        h.append("</td></tr>");
      }
      h.append("</tbody></table>");
    }
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static void fact(StringBuilder h, String name, String value) {
    h.append("<tr><td class=\"name\">").append(Inert.html(name)).append("</td><td>").append(Inert.html(value).replace("\n", "<br/>"))
        .append("</td></tr>");
  }

  private static String list(Iterable<Integer> numbers) {
    StringBuilder s = new StringBuilder();
    numbers.forEach(n -> s.append(s.isEmpty() ? "" : ", ").append(n));
    return s.toString();
  }

  private static String local(long ns, ZoneId zone) {
    return LOCAL.format(Instant.ofEpochSecond(Math.floorDiv(ns, 1_000_000_000L)).atZone(zone));
  }

  private static String style(boolean fr) {
    return "@page { size: A4; margin: 18mm 16mm 18mm 16mm; @bottom-right { content: \"" + (fr ? "page " : "page ")
        + "\" counter(page) \" / \" counter(pages); font-family: Liberation; font-size: 8pt; color: #5a6672; }"
        + " @bottom-left { content: \"Vigie\"; font-family: Liberation; font-size: 8pt; color: #5a6672; } }"
        + "body { font-family: Liberation; font-size: 9pt; color: #1b2733; line-height: 1.4; }"
        + ".brand { color: #0b6e78; font-size: 11pt; letter-spacing: 2pt; } h1 { font-size: 19pt; margin: 2pt 0 2pt 0; color: #10293a; font-weight: normal; }"
        + "h2 { font-size: 13pt; color: #10293a; margin: 16pt 0 4pt 0; font-weight: normal; page-break-after: avoid; } .sub { color: #5a6672; margin: 0 0 10pt 0; }"
        + "table { width: 100%; border-collapse: collapse; } .facts td { padding: 2.5pt 6pt; border-bottom: 0.5pt solid #d5dde3; vertical-align: top; }"
        + ".facts .name { width: 32%; color: #5a6672; } .bar { margin: 12pt 0 6pt 0; } .box { padding: 4pt 8pt; margin-right: 6pt; }"
        + ".GAP { background-color: #fbe3df; color: #8c1d0e; } .NO_GAP { background-color: #dff2e4; color: #14592b; } .NOT_OBSERVABLE { background-color: #e8ecef; color: #46525d; }"
        + ".controls { -fs-table-paginate: paginate; } .controls tr { page-break-inside: avoid; } .controls th { text-align: left; color: #5a6672; font-weight: normal; border-bottom: 1pt solid #10293a; padding: 3pt 6pt; }"
        + ".controls td { padding: 4pt 6pt; border-bottom: 0.5pt solid #d5dde3; vertical-align: top; } td.id, th.id { width: 17mm; } td.id span { padding: 1pt 4pt; }"
        + ".title { color: #10293a; font-size: 9.5pt; } .items { color: #5a6672; font-size: 7.5pt; word-wrap: break-word; } .note { color: #5a6672; font-size: 8pt; }";
  }
}
