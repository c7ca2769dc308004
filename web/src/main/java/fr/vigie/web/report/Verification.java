package fr.vigie.web.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;

/**
 * What an offline check of a report says: whether it is intact, who signed it, and – only when a certificate was given – whether that
 * is whom we trust. Three questions, three answers.
 *
 * @param intact whether every octet of the file is as it was signed
 * @param signedBy SHA-256 fingerprint of the signer's certificate, or null where there is no readable signature
 * @param trusted whether the signer's certificate is the given one; null when none was given
 * @param words one sentence that says it
 */
public record Verification(boolean intact, @Nullable String signedBy, @Nullable Boolean trusted, Words words) {
  private static final Pattern BYTE_RANGE = Pattern.compile("/ByteRange\\s*\\[\\s*(\\d{1,10})\\s+(\\d{1,10})\\s+(\\d{1,10})\\s+(\\d{1,10})\\s*\\]");
  private static final int LONGEST_SIGNATURE = 1 << 20;

  /**
   * Checks a PDF that carries its signature.
   *
   * @param trust the certificate to trust, or null
   */
  public static Verification pdf(byte[] file, @Nullable X509Certificate trust) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("%PDF-")) {
      return broken("Le fichier ne commence pas comme un PDF.", "The file does not begin as a PDF.");
    }
    Matcher ranges = BYTE_RANGE.matcher(text);
    if (!ranges.find()) {
      return broken("Le PDF ne porte pas de signature.", "The PDF carries no signature.");
    }
    long[] range = new long[4];
    for (int i = 0; i < 4; i++) {
      range[i] = Long.parseLong(ranges.group(i + 1));
    }
    if (ranges.find()) {
      return broken("Le PDF porte plusieurs signatures ou plages signées.", "The PDF carries several signatures or signed ranges.");
    }
    if (range[0] != 0 || range[1] <= 0 || range[2] <= range[1] || range[2] + range[3] != file.length || range[2] > file.length) {
      return broken("La plage signée ne couvre pas tout le fichier : quelque chose a été ajouté ou retiré.",
          "The signed range does not cover the whole file: something was added or taken away.");
    }
    int gapStart = (int) range[1];
    int gapEnd = (int) range[2];
    if (file[gapStart] != '<' || file[gapEnd - 1] != '>' || gapEnd - gapStart > LONGEST_SIGNATURE) {
      return broken("Le trou de la plage signée n'est pas exactement la signature.", "The hole in the signed range is not exactly the signature.");
    }
    String hex = text.substring(gapStart + 1, gapEnd - 1);
    // PDFBox writes upper-case digits and nothing else; any other form of the same signature is a changed file
    if (hex.length() % 2 != 0 || !hex.matches("[0-9A-F]*")) {
      return broken("La signature a été récrite.", "The signature was rewritten.");
    }
    byte[] padded = HexFormat.of().parseHex(hex);
    byte[] der;
    try (ASN1InputStream in = new ASN1InputStream(padded)) {
      ASN1Primitive first = in.readObject();
      if (first == null) {
        return broken("La signature est vide.", "The signature is empty.");
      }
      der = first.getEncoded("DER");
    } catch (IOException | RuntimeException e) {
      return broken("La signature est illisible.", "The signature cannot be read.");
    }
    for (int i = der.length; i < padded.length; i++) {
      if (padded[i] != 0) {
        return broken("Le remplissage après la signature a été modifié.", "The padding behind the signature was changed.");
      }
    }
    if (!Arrays.equals(der, Arrays.copyOf(padded, der.length))) {
      return broken("La signature a été récrite.", "The signature was rewritten.");
    }
    byte[] signed = new byte[gapStart + (file.length - gapEnd)];
    System.arraycopy(file, 0, signed, 0, gapStart);
    System.arraycopy(file, gapEnd, signed, gapStart, file.length - gapEnd);
    return check(signed, der, trust);
  }

  /**
   * Checks a file against its detached signature.
   *
   * @param trust the certificate to trust, or null
   */
  public static Verification detached(byte[] file, byte[] signature, @Nullable X509Certificate trust) {
    if (signature.length > LONGEST_SIGNATURE) {
      return broken("Le fichier de signature est trop long pour en être un.", "The signature file is too long to be one.");
    }
    try (ASN1InputStream in = new ASN1InputStream(signature)) {
      ASN1Primitive first = in.readObject();
      if (first == null || in.readObject() != null || !Arrays.equals(first.getEncoded("DER"), signature)) {
        return broken("Le fichier de signature n'est pas une signature CMS, ou contient autre chose.",
            "The signature file is not a CMS signature, or holds something else besides.");
      }
    } catch (IOException | RuntimeException e) {
      return broken("Le fichier de signature est illisible.", "The signature file cannot be read.");
    }
    return check(file, signature, trust);
  }

  private static Verification broken(String fr, String en) {
    return new Verification(false, null, null, new Words(fr, en));
  }

  private static Verification check(byte[] content, byte[] signature, @Nullable X509Certificate trust) {
    X509Certificate signer;
    boolean valid;
    try {
      CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(content), signature);
      Collection<SignerInformation> signers = cms.getSignerInfos().getSigners();
      if (signers.size() != 1) {
        return broken("La signature compte %d signataires ; un seul est attendu.".formatted(signers.size()),
            "The signature has %d signers; one is expected.".formatted(signers.size()));
      }
      SignerInformation one = signers.iterator().next();
      Collection<X509CertificateHolder> certificates = cms.getCertificates().getMatches(null);
      X509CertificateHolder holder = certificates.stream().filter(one.getSID()::match).findFirst().orElse(null);
      if (holder == null) {
        return broken("La signature ne porte pas le certificat du signataire.", "The signature does not carry the signer's certificate.");
      }
      if (!plain(cms, holder)) {
        return broken("L'enveloppe de la signature a été récrite.", "The envelope of the signature was rewritten.");
      }
      if (!names(one, holder)) {
        return broken("La signature ne désigne pas le certificat qu'elle porte.", "The signature does not name the certificate it carries.");
      }
      signer = new JcaX509CertificateConverter().getCertificate(holder);
      valid = one.verify(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
    } catch (CMSException e) {
      return broken("Le contenu n'est pas celui qui a été signé.", "The content is not what was signed.");
    } catch (GeneralSecurityException | OperatorCreationException | IOException | RuntimeException e) {
      return broken("La signature est illisible.", "The signature cannot be read.");
    }
    if (!valid) {
      return broken("Le contenu n'est pas celui qui a été signé.", "The content is not what was signed.");
    }
    String by = SigningKey.fingerprint(signer);
    Boolean trusted = trust == null ? null : trust.equals(signer);
    String fr = "Intact, signé par " + by + (trusted == null ? ". La confiance n'est pas jugée : aucun certificat donné."
        : trusted ? ", le certificat donné." : ", qui n'est pas le certificat donné.");
    String en = "Intact, signed by " + by + (trusted == null ? ". Trust is not judged: no certificate was given."
        : trusted ? ", the given certificate." : ", which is not the given certificate.");
    return new Verification(true, by, trusted, new Words(fr, en));
  }

  /**
   * Whether everything in the envelope that the signature itself does not cover is exactly what {@link Signer} writes: versions, algorithms,
   * the one certificate, nothing unsigned. Otherwise a changed octet there would still be called intact.
   */
  private static boolean plain(CMSSignedData cms, X509CertificateHolder holder) throws IOException {
    SignedData data = SignedData.getInstance(cms.toASN1Structure().getContent());
    SignerInfo signer = SignerInfo.getInstance(data.getSignerInfos().getObjectAt(0));
    boolean outer = cms.toASN1Structure().getContentType().equals(CMSObjectIdentifiers.signedData) && data.getVersion().hasValue(1)
        && data.getDigestAlgorithms().size() == 1 && sha256(AlgorithmIdentifier.getInstance(data.getDigestAlgorithms().getObjectAt(0)))
        && data.getEncapContentInfo().getContentType().equals(CMSObjectIdentifiers.data) && data.getEncapContentInfo().getContent() == null
        && data.getCertificates() != null && data.getCertificates().size() == 1 && data.getCRLs() == null && data.getSignerInfos().size() == 1;
    AlgorithmIdentifier with = signer.getDigestEncryptionAlgorithm();
    byte[] signature = signer.getEncryptedDigest().getOctets();
    return outer && signer.getVersion().hasValue(1) && sha256(signer.getDigestAlgorithm())
        && signer.getSID().equals(new SignerIdentifier(new IssuerAndSerialNumber(holder.toASN1Structure())))
        && with.getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256) && with.getParameters() == null
        && signer.getUnauthenticatedAttributes() == null
        && Arrays.equals(ASN1Primitive.fromByteArray(signature).getEncoded("DER"), signature);
  }

  private static boolean sha256(AlgorithmIdentifier algorithm) {
    return algorithm.getAlgorithm().equals(NISTObjectIdentifiers.id_sha256)
        && (algorithm.getParameters() == null || algorithm.getParameters().equals(DERNull.INSTANCE));
  }

  /** Whether the signed attribute signing-certificate-v2 (RFC 5035 §3) names this certificate. */
  private static boolean names(SignerInformation signer, X509CertificateHolder holder) throws IOException, GeneralSecurityException {
    if (signer.getSignedAttributes() == null) {
      return false;
    }
    Attribute attribute = signer.getSignedAttributes().get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
    if (attribute == null) {
      return false;
    }
    SigningCertificateV2 named = SigningCertificateV2.getInstance(attribute.getAttrValues().getObjectAt(0));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(holder.getEncoded());
    return named.getCerts().length > 0 && Arrays.equals(named.getCerts()[0].getCertHash(), digest);
  }
}
