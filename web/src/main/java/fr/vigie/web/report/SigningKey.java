package fr.vigie.web.report;

import fr.vigie.web.access.OwnerFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The key that signs reports: EC P-256, apart from the console's own, made on first use; {@code report.crt} is what an auditor gets to
 * check with, {@code report.key} is readable by its owner only. A pair that the hospital's authority issued may be put in their place.
 *
 * @param key the private key
 * @param certificate the certificate that names it
 */
public record SigningKey(PrivateKey key, X509Certificate certificate) {
  private static final Duration LIFE = Duration.ofDays(3 * 365);

  /**
   * Finds the key in a folder, or makes it there.
   *
   * @throws IOException if the folder cannot be written, or what lies there is no key and certificate
   */
  public static SigningKey obtain(Path folder) throws IOException {
    Path crt = folder.resolve("report.crt");
    Path pem = folder.resolve("report.key");
    if (Files.exists(crt) && Files.exists(pem)) {
      return read(crt, pem);
    }
    OwnerFile.folder(folder);
    SigningKey made = make(Instant.now());
    OwnerFile.write(pem, text(new JcaPKCS8Generator(made.key, null)).getBytes(StandardCharsets.US_ASCII));
    OwnerFile.write(crt, text(made.certificate).getBytes(StandardCharsets.US_ASCII));
    return made;
  }

  private static SigningKey read(Path crt, Path pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(pem)))) {
      if (parser.readObject() instanceof PrivateKeyInfo info) {
        return new SigningKey(new JcaPEMKeyConverter().getPrivateKey(info), certificate(Files.readAllBytes(crt)));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(crt + " is not a certificate: move it and report.key away to have new ones made", e);
    }
    throw new IOException(pem + " is not a PKCS #8 private key in PEM: move it and report.crt away to have new ones made");
  }

  /** Reads a certificate, PEM or DER. */
  static X509Certificate certificate(byte[] octets) throws GeneralSecurityException {
    Certificate read = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(octets));
    if (read instanceof X509Certificate x509) {
      return x509;
    }
    throw new GeneralSecurityException("not an X.509 certificate");
  }

  /** A fresh pair, kept nowhere. */
  static SigningKey make(Instant now) {
    try {
      SecureRandom random = new SecureRandom();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=Vigie reports");
      JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, new BigInteger(127, random).setBit(126),
          Date.from(now.minus(Duration.ofHours(1))), Date.from(now.plus(LIFE)), name, pair.getPublic());
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
      builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return new SigningKey(pair.getPrivate(), new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the platform cannot make an EC P-256 certificate", e);
    }
  }

  /** SHA-256 of the certificate, upper-case hexadecimal with colons. */
  public String fingerprint() {
    return fingerprint(certificate);
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  private static String text(Object what) throws IOException {
    StringWriter out = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(out)) {
      writer.writeObject(what);
    }
    return out.toString();
  }
}
