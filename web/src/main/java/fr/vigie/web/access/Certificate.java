package fr.vigie.web.access;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The console's own certificate: EC P-256, self-signed, made on first start and again 30 days before it ends. An administrator who
 * puts a certificate of the hospital's authority in its place ({@code console.crt}, {@code console.key}) keeps it: only a certificate
 * that this class made is ever renewed.
 */
public final class Certificate {
  /** Longest life that browsers accept from any authority (CA/Browser Forum baseline requirements §6.3.2). */
  private static final Duration LIFE = Duration.ofDays(397);

  private static final Duration RENEW_BEFORE = Duration.ofDays(30);
  private static final String OUR_NAME = "CN=Vigie console";
  private static final Pattern DNS_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

  private final String chainPem;
  private final String keyPem;
  private final X509Certificate leaf;

  private Certificate(String chainPem, String keyPem, X509Certificate leaf) {
    this.chainPem = chainPem;
    this.keyPem = keyPem;
    this.leaf = leaf;
  }

  /**
   * Finds the certificate in the folder, or makes it there.
   *
   * @param names further host names and addresses that people type to reach the console
   * @throws IOException when the folder cannot be written, or what lies there is not a certificate
   */
  public static Certificate obtain(Path folder, Set<String> names, Clock clock) throws IOException {
    Path chain = folder.resolve("console.crt");
    Path key = folder.resolve("console.key");
    if (Files.exists(chain) && Files.exists(key)) {
      Certificate found = read(chain, key);
      if (!found.ours() || found.leaf.getNotAfter().toInstant().isAfter(clock.instant().plus(RENEW_BEFORE))) {
        return found;
      }
    }
    OwnerFile.folder(folder);
    Certificate made = make(names, clock.instant());
    OwnerFile.write(key, made.keyPem.getBytes(StandardCharsets.US_ASCII));
    OwnerFile.write(chain, made.chainPem.getBytes(StandardCharsets.US_ASCII));
    return made;
  }

  /** The chain, PEM. */
  public String chainPem() {
    return chainPem;
  }

  /** The private key, PEM PKCS #8: goes to the TLS engine and nowhere else. */
  public String keyPem() {
    return keyPem;
  }

  /** The certificate itself. */
  public X509Certificate leaf() {
    return leaf;
  }

  /** SHA-256 of the certificate as browsers show it: upper-case hexadecimal with colons, for the person who must compare. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  private boolean ours() {
    return leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal())
        && leaf.getSubjectX500Principal().getName().contains("Vigie console");
  }

  private static Certificate read(Path chain, Path key) throws IOException {
    String chainPem = Files.readString(chain, StandardCharsets.US_ASCII);
    String keyPem = Files.readString(key, StandardCharsets.US_ASCII);
    try (PEMParser parser = new PEMParser(new StringReader(chainPem))) {
      if (parser.readObject() instanceof X509CertificateHolder holder) {
        return new Certificate(chainPem, keyPem, new JcaX509CertificateConverter().getCertificate(holder));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(chain + " cannot be read as a certificate: move it away and start again to have a new one made", e);
    }
    throw new IOException(chain + " holds no certificate: move it away and start again to have a new one made");
  }

  private static Certificate make(Set<String> names, Instant now) throws IOException {
    try {
      SecureRandom random = new SecureRandom();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name(OUR_NAME);
      // an hour back: a browser's clock a little behind must not refuse a certificate made just now
      JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, new BigInteger(127, random).setBit(126),
          Date.from(now.minus(Duration.ofHours(1))), Date.from(now.plus(LIFE)), name, pair.getPublic());
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, subjectNames(names));
      builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
      X509Certificate leaf = new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      return new Certificate(pem(leaf), pem(new JcaPKCS8Generator(pair.getPrivate(), null)), leaf);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("the platform cannot make an EC P-256 certificate", e);
    }
  }

  private static GeneralNames subjectNames(Set<String> names) {
    Set<String> all = new LinkedHashSet<>();
    all.add("localhost");
    all.add("127.0.0.1");
    all.add("::1");
    all.add(hostName());
    for (String name : names) {
      all.add(name.toLowerCase(Locale.ROOT));
    }
    return new GeneralNames(all.stream()
        .filter(n -> address(n) || DNS_NAME.matcher(n).matches())
        .map(n -> new GeneralName(address(n) ? GeneralName.iPAddress : GeneralName.dNSName, n))
        .toArray(GeneralName[]::new));
  }

  private static boolean address(String name) {
    return name.indexOf(':') >= 0 || name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
  }

  /** This machine's name, or {@code localhost} where it has none. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static String pem(Object what) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    }
    return text.toString();
  }
}
