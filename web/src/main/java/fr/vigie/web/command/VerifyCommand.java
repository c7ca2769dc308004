package fr.vigie.web.command;

import fr.vigie.inventory.site.PlainFile;
import fr.vigie.web.report.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie verify}: checks a report offline. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Checks the signature of a report, offline: is it intact, who signed it, and is that the certificate you trust?")
final class VerifyCommand implements Callable<Integer> {
  private static final long LARGEST = 256L << 20;

  @Parameters(paramLabel = "FILE", description = "the report: a signed PDF, or a CSV or JSON file with its .p7s beside it")
  private Path file = Path.of("");

  @Option(names = "--signature", paramLabel = "FILE", description = "the detached signature, when it is not FILE.p7s")
  private @Nullable Path signature;

  @Option(names = "--certificate", paramLabel = "FILE", description = "the certificate to trust, PEM or DER (report.crt of the Vigie that signed)")
  private @Nullable Path certificate;

  @Option(names = "--lang", paramLabel = "fr|en", description = "language of the sentence", defaultValue = "en")
  private String language = "en";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, Usage {
    byte[] content = read(file);
    X509Certificate trust = trust();
    Verification v;
    if (new String(content, 0, Math.min(5, content.length), StandardCharsets.ISO_8859_1).equals("%PDF-") && signature == null) {
      v = Verification.pdf(content, trust);
    } else {
      Path beside = signature != null ? signature : Path.of(file + ".p7s");
      if (!Files.exists(beside)) {
        throw new Usage("there is no signature " + beside + "; put it beside the report, or name it with --signature");
      }
      v = Verification.detached(content, read(beside), trust);
    }
    var out = spec.commandLine().getOut();
    out.println("intact:    " + (v.intact() ? "yes" : "NO"));
    out.println("signed by: " + (v.signedBy() == null ? "-" : v.signedBy()));
    Boolean trusted = v.trusted();
    out.println("trusted:   " + (trusted == null ? (v.intact() ? "not judged (give --certificate)" : "-") : trusted ? "yes" : "NO"));
    out.println(v.words().in(language));
    out.flush();
    return v.intact() && !Boolean.FALSE.equals(trusted) ? Exit.DONE : Exit.FINDINGS;
  }

  private @Nullable X509Certificate trust() throws IOException, Usage {
    if (certificate == null) {
      return null;
    }
    try (var in = Files.newInputStream(certificate)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (CertificateException e) {
      throw new Usage(certificate + " is not a certificate; give report.crt of the Vigie that signed, PEM or DER");
    }
  }

  private static byte[] read(Path path) throws IOException, Usage {
    try {
      return PlainFile.octets(path, LARGEST);
    } catch (PlainFile.Refused e) {
      throw new Usage(path + " " + e.why() + ": no report is");
    }
  }
}
