package fr.vigie.web.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Calendar;
import java.util.Hashtable;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureOptions;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAttributeTableGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs reports: a PDF carries its signature (PAdES baseline B-B, ETSI EN 319 142-1 §6.3), anything else gets a detached CMS beside it
 * (RFC 5652, CAdES baseline attributes of ETSI EN 319 122-1).
 */
public final class Signer {
  private final SigningKey key;

  /** Signs with this key. */
  public Signer(SigningKey key) {
    this.key = key;
  }

  /** The detached CMS signature of some octets, DER. */
  public byte[] detached(byte[] octets) {
    return cms(octets, true);
  }

  /** The PDF with its signature, as an incremental update that covers the whole file. */
  public byte[] pdf(byte[] unsigned) throws IOException {
    try (PDDocument document = Loader.loadPDF(unsigned); SignatureOptions options = new SignatureOptions()) {
      PDSignature signature = new PDSignature();
      signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
      signature.setSubFilter(COSName.getPDFName("ETSI.CAdES.detached"));
      signature.setName("Vigie");
      signature.setSignDate(Calendar.getInstance());
      options.setPreferredSignatureSize(8192);
      document.addSignature(signature, (InputStream content) -> cms(content.readAllBytes(), false), options);
      ByteArrayOutputStream out = new ByteArrayOutputStream(unsigned.length + 32_768);
      document.saveIncremental(out);
      return out.toByteArray();
    }
  }

  /** @param signingTime whether the time is a signed attribute: in a PDF it must not be (EN 319 142-1 §6.3, it is the entry M) */
  private byte[] cms(byte[] octets, boolean signingTime) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.certificate().getEncoded());
      SigningCertificateV2 own = new SigningCertificateV2(new ESSCertIDv2(digest));
      Hashtable<ASN1ObjectIdentifier, Attribute> extra = new Hashtable<>();
      extra.put(PKCSObjectIdentifiers.id_aa_signingCertificateV2,
          new Attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2, new DERSet(own)));
      CMSAttributeTableGenerator usual = new DefaultSignedAttributeTableGenerator(new AttributeTable(extra));
      CMSAttributeTableGenerator attributes = signingTime ? usual : parameters -> usual.getAttributes(parameters).remove(CMSAttributes.signingTime);
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
          .setSignedAttributeGenerator(attributes)
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.key()), key.certificate()));
      generator.addCertificates(new JcaCertStore(List.of(key.certificate())));
      return generator.generate(new CMSProcessableByteArray(octets), false).getEncoded("DER");
    } catch (GeneralSecurityException | CMSException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the platform cannot sign with the report key", e);
    }
  }
}
