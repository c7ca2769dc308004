package fr.vigie.web.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
  private static final String HOSTILE = "=HYPERLINK(\"http://evil\")<script>\u202eabc\u0000 & </td>";
  private static final SigningKey KEY = SigningKey.make(Instant.now());
  @TempDir Path folder;

  static Facts facts(boolean covered) {
    long start = Instant.parse("2026-03-10T06:00:00Z").getEpochSecond() * 1_000_000_000L;
    List<ObjectNode> alerts = new ArrayList<>();
    ObjectNode alert = Json.object().put("id", "k-" + HOSTILE).put("severity", "H").put("state", "new");
    alert.putObject("rule").put("id", "BAC-01");
    alerts.add(alert);
    ObjectNode asset = Json.object().put("id", HOSTILE);
    asset.putObject("decisions");
    return new Facts("Hôpital " + HOSTILE, ZoneId.of("Europe/Paris"), true, start, start + (covered ? 7200L : 60L) * 1_000_000_000L,
        List.of(asset), alerts,
        List.of(new Facts.Flow("10.0.0.1", "10.0.0.2", "bacnet", 47808, 10, true, false, false)), new TreeMap<>(Map.of("write", 3L)),
        new TreeSet<>(), new TreeSet<>(), new TreeSet<>(List.of("BAC-01", "NET-07")), new TreeSet<>(),
        new Facts.Capture(1000, 99_000, new TreeSet<>(List.of(10, 20)), new TreeSet<>(covered ? List.of() : List.of(99)), new TreeMap<>(), 0,
            Map.of("hospital.pcap", "ab".repeat(32))), "cd".repeat(32));
  }

  private static Report.Line line(Report report, String id) {
    return report.lines().stream().filter(l -> l.control().id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void everyControlHasAVerdictInTheThreeWordings() {
    for (Framework framework : Framework.values()) {
      Report report = new Report(framework, facts(true));
      assertThat(report.lines()).hasSameSizeAs(framework.controls()).hasSizeGreaterThan(15);
      assertThat(report.json("en").path("controls")).allSatisfy(
          c -> assertThat(c.path("verdict").asText()).isIn("gap observed", "no gap observed", "not observable"));
    }
  }

  @Test
  void aGapIsSeenWhereThereIsOneAndNoneWhereItWasCovered() {
    Report report = new Report(Framework.IEC62443_3_3, facts(true));
    assertThat(line(report, "SR 5.1").verdict()).isEqualTo(Verdict.NO_GAP);
    assertThat(new Report(Framework.ANSSI_INDUSTRIEL, facts(true)).lines()).filteredOn(l -> l.control().evidence().contains("EV-WRITE"))
        .isNotEmpty().allSatisfy(l -> assertThat(l.verdict()).isEqualTo(Verdict.GAP));
  }

  @Test
  void noGapIsNeverClaimedWhereTheCaptureDidNotCover() {
    for (Framework framework : Framework.values()) {
      Report report = new Report(framework, facts(false));
      assertThat(report.count(Verdict.NO_GAP)).isZero();
      assertThat(report.json("en").path("capture").path("finding").asText()).contains("never seen").contains("shorter");
    }
  }

  @Test
  void hostileTextIsInertInEveryFormat() throws Exception {
    Report report = new Report(Framework.NIS2, facts(true));
    String csv = report.csv("fr");
    assertThat(csv).doesNotContain("\u202e").doesNotContain("\u0000").contains("\\u202e");
    assertThat(csv.lines()).noneMatch(l -> l.matches("(?s)(.*,)?\"?[=@+].*HYPERLINK.*") && !l.contains("'="));
    byte[] pdf = ReportPdf.draw(report, "fr");
    try (PDDocument document = Loader.loadPDF(pdf)) {
      String text = new PDFTextStripper().getText(document);
      assertThat(text).contains("<script>").contains("écart constaté");
      assertThat(document.getDocumentCatalog().getNames()).isNull();
    }
  }

  @Test
  void aDetachedSignatureIsIntactAndNamesItsSigner() {
    byte[] file = "{\"v\":1}\n".getBytes(StandardCharsets.UTF_8);
    byte[] signature = new Signer(KEY).detached(file);
    Verification v = Verification.detached(file, signature, null);
    assertThat(v.intact()).isTrue();
    assertThat(v.signedBy()).isEqualTo(KEY.fingerprint());
    assertThat(v.trusted()).isNull();
    assertThat(Verification.detached(file, signature, KEY.certificate()).trusted()).isTrue();
    assertThat(Verification.detached(file, signature, SigningKey.make(Instant.now()).certificate()).trusted()).isFalse();
    for (int i = 0; i < file.length; i++) {
      byte[] changed = file.clone();
      changed[i] ^= 1;
      assertThat(Verification.detached(changed, signature, null).intact()).isFalse();
    }
    for (int i = 0; i < signature.length * 8; i++) {
      byte[] changed = signature.clone();
      changed[i / 8] ^= (byte) (1 << i % 8);
      assertThat(Verification.detached(file, changed, null).intact()).as("bit %d of the signature", i).isFalse();
    }
    assertThat(Verification.detached(Arrays.copyOf(file, file.length + 1), signature, null).intact()).isFalse();
    assertThat(Verification.detached(file, Arrays.copyOf(signature, signature.length + 1), null).intact()).isFalse();
    byte[] foreign = new Signer(SigningKey.make(Instant.now())).detached(file);
    Verification byForeign = Verification.detached(file, foreign, KEY.certificate());
    assertThat(byForeign.intact()).isTrue();
    assertThat(byForeign.trusted()).isFalse();
  }

  @Test
  void aSignedPdfRefusesEveryChangeWhereverItIsMade() throws Exception {
    byte[] pdf = new Signer(KEY).pdf(ReportPdf.draw(new Report(Framework.NIS2, facts(true)), "en"));
    assertThat(Verification.pdf(pdf, KEY.certificate()).intact()).isTrue();
    assertThat(Verification.pdf(pdf, KEY.certificate()).trusted()).isTrue();
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    int open = text.indexOf("/Contents <") + "/Contents <".length();
    int close = text.indexOf('>', open);
    int[] places = {0, 5, pdf.length / 4, open - 12, open, open + 40, close - 2, close, close + 1, pdf.length - 2,
        text.lastIndexOf("/ByteRange") + 13};
    for (int at : places) {
      byte[] changed = pdf.clone();
      changed[at] ^= 1;
      assertThat(Verification.pdf(changed, null).intact()).as("octet %d", at).isFalse();
    }
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] changed = pdf.clone();
      changed[random.nextInt(pdf.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(Verification.pdf(changed, null).intact()).isFalse();
    }
    // every octet of the signature itself, in every nibble: what the signature does not cover must be refused too
    for (int at = open; at < open + 2 * 1200; at++) {
      byte[] changed = pdf.clone();
      changed[at] = (byte) (changed[at] == '0' ? '1' : '0');
      assertThat(Verification.pdf(changed, null).intact()).as("nibble %d of the signature", at - open).isFalse();
    }
    assertThat(Verification.pdf(Arrays.copyOf(pdf, pdf.length + 10), null).words().en()).contains("does not cover the whole file");
    assertThat(Verification.pdf(Arrays.copyOf(pdf, pdf.length - 10), null).intact()).isFalse();
    byte[] lower = text.substring(0, open).concat(text.substring(open, close).toLowerCase(java.util.Locale.ROOT)).concat(text.substring(close))
        .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Verification.pdf(lower, null).words().en()).contains("rewritten");
    byte[] twice = new Signer(SigningKey.make(Instant.now())).pdf(pdf);
    assertThat(Verification.pdf(twice, null).intact()).as("a second signature appended").isFalse();
    byte[] other = new Signer(KEY).pdf(ReportPdf.draw(new Report(Framework.NIS2, facts(false)), "en"));
    String otherText = new String(other, StandardCharsets.ISO_8859_1);
    int otherOpen = otherText.indexOf("/Contents <") + "/Contents <".length();
    String swapped = text.substring(0, open) + otherText.substring(otherOpen, otherOpen + (close - open)) + text.substring(close);
    assertThat(Verification.pdf(swapped.getBytes(StandardCharsets.ISO_8859_1), null).intact()).as("swapped signature").isFalse();
    byte[] foreign = new Signer(SigningKey.make(Instant.now())).pdf(ReportPdf.draw(new Report(Framework.NIS2, facts(true)), "en"));
    assertThat(Verification.pdf(foreign, KEY.certificate()).trusted()).as("foreign signer").isFalse();
    for (String junk : List.of("", "%PDF-", "%PDF-1.7 /ByteRange [0 5 9 1]", "%PDF-1.7 /ByteRange [0 9999999999 1 1]", "nothing")) {
      assertThat(Verification.pdf(junk.getBytes(StandardCharsets.ISO_8859_1), null).intact()).isFalse();
    }
  }

  @Test
  void opensslAgreesOnTheDetachedSignature() throws Exception {
    assumeTrue(has("openssl"), "openssl is not installed");
    Report report = new Report(Framework.ANSSI_INDUSTRIEL, facts(true));
    SigningKey key = SigningKey.obtain(folder.resolve("keys"));
    for (String format : List.of("json", "csv")) {
      byte[] content = (format.equals("json") ? Json.line(report.json("fr")) : report.csv("fr")).getBytes(StandardCharsets.UTF_8);
      Path file = Files.write(folder.resolve("r." + format), content);
      Path signature = Files.write(folder.resolve("r." + format + ".p7s"), new Signer(key).detached(content));
      List<String> verify = List.of("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature.toString(), "-content",
          file.toString(), "-CAfile", folder.resolve("keys/report.crt").toString(), "-purpose", "any", "-out", "/dev/null");
      assertThat(run(verify)).contains("successful");
      Files.writeString(file, "x", java.nio.file.StandardOpenOption.APPEND);
      assertThat(run(verify)).containsIgnoringCase("failure");
    }
    assertThat(SigningKey.obtain(folder.resolve("keys")).fingerprint()).isEqualTo(key.fingerprint());
  }

  @Test
  void pdfsigAgreesOnThePdfSignature() throws Exception {
    assumeTrue(has("pdfsig"), "pdfsig (poppler-utils) is not installed");
    byte[] pdf = new Signer(KEY).pdf(ReportPdf.draw(new Report(Framework.IEC62443_3_3, facts(true)), "fr"));
    Path file = Files.write(folder.resolve("r.pdf"), pdf);
    String said = run(List.of("pdfsig", "-nocert", file.toString()));
    assertThat(said).contains("Signature is Valid").contains("Total document signed").contains("ETSI.CAdES.detached");
  }

  @Test
  void randomSignaturesAreRefusedWithoutAnException() {
    Random random = new Random(5);
    byte[] signature = new Signer(KEY).detached(new byte[] {1});
    for (int i = 0; i < 500; i++) {
      byte[] changed = signature.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      assertThatCode(() -> Verification.detached(new byte[] {1}, changed, null)).doesNotThrowAnyException();
    }
  }

  private static boolean has(String program) {
    return Arrays.stream(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, program)));
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    process.getInputStream().transferTo(out);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return out.toString(StandardCharsets.UTF_8);
  }
}
