package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * All fields of a certificate for the transcript, in its order and by the names of RFC 5280 §4.1 and §4.2; what identity takes of it is {@link X509}. Only a transcript
 * that is on asks for it.
 */
final class X509Fields {
  private static final int BOOLEAN = 0x01;
  private static final int BIT_STRING = 0x03;
  private static final int SET = 0x31;
  private static final int VERSION = 0xA0;
  private static final int EXTENSIONS = 0xA3;
  private static final String RSA = "1.2.840.113549.1.1.1";

  private final Cursor c;
  private final Transcript t;
  private final Oid oid = new Oid();

  private X509Fields(Cursor c, Transcript t) {
    this.c = c;
    this.t = t;
  }

  /** Reads the certificate of so many octets at the cursor, which is not moved. */
  static void tell(Cursor m, int octets, Transcript t) {
    int at = m.position();
    long outer = m.enter(octets);
    X509Fields fields = new X509Fields(new Cursor().rest(m), t);
    m.leave(outer);
    m.seek(at);
    fields.certificate();
    if (!fields.c.ok()) {
      t.field("notInForm", true);
    }
  }

  private void certificate() {
    long certificate = Ber.enter(c, Ber.SEQUENCE);
    long signed = Ber.enter(c, Ber.SEQUENCE);
    if (c.peek(0) == VERSION) {
      long version = Ber.enter(c, VERSION);
      t.field("certificateVersion", Ber.integer(c));
      c.leave(version);
    }
    octets("certificateSerialNumber", Ber.expect(c, Ber.INTEGER));
    algorithm();
    name("issuerName");
    long validity = Ber.enter(c, Ber.SEQUENCE);
    time("validFrom");
    time("validUntil");
    c.leave(validity);
    name("subjectName");
    key();
    while (c.ok() && c.remaining() > 0) {
      if (c.peek(0) == EXTENSIONS) {
        extensions();
      } else {
        pass();
      }
    }
    c.leave(signed);
    algorithm();
    int bits = Ber.expect(c, BIT_STRING);
    t.field("unusedBits", c.u8());
    octets("signatureValue", bits - 1);
    c.leave(certificate);
  }

  private void octets(String name, int octets) {
    t.octets(name, c, octets);
    c.skip(octets);
  }

  private void pass() {
    c.u8();
    c.skip(Ber.length(c));
  }

  private String identifier() {
    int octets = Ber.expect(c, Ber.OBJECT_IDENTIFIER);
    int at = c.position();
    String text = c.ok() && oid.read(c, octets) ? oid.text() : "";
    if (c.ok()) {
      c.seek(at + octets);
    }
    return text;
  }

  /** RFC 5280 §4.1.1.2: {@code SEQUENCE { algorithm, parameters }}. */
  private String algorithm() {
    long all = Ber.enter(c, Ber.SEQUENCE);
    String algorithm = identifier();
    t.field("algorithm", algorithm);
    if (c.remaining() > 0 && c.peek(0) == Ber.OBJECT_IDENTIFIER) {
      t.field("namedCurve", identifier());
    }
    c.leave(all);
    return algorithm;
  }

  private void time(String name) {
    c.u8();
    t.field(name, c.text(Ber.length(c), StandardCharsets.US_ASCII));
  }

  /** RFC 5280 §4.1.2.4: a sequence of sets of (attribute, value). */
  private void name(String group) {
    t.begin(group);
    long all = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long set = Ber.enter(c, SET);
      while (c.ok() && c.remaining() > 0) {
        long pair = Ber.enter(c, Ber.SEQUENCE);
        String attribute = identifier();
        t.field("attributeType", attribute);
        value(switch (attribute) {
          // the second is the country of incorporation in certificates of the CA/Browser Forum
          case "2.5.4.6", "1.3.6.1.4.1.311.60.2.1.3" -> "countryName";
          case "2.5.4.5" -> "serialNumberAttribute";
          default -> null;
        });
        c.leave(pair);
      }
      c.leave(set);
    }
    c.leave(all);
    t.close();
  }

  /** X.690 8.23, the string types of a name, each under its own name. */
  private void value(@Nullable String known) {
    int tag = c.u8();
    int octets = Ber.length(c);
    String kind = switch (tag) {
      case 0x0C -> "utf8String";
      case 0x13 -> "printableString";
      case 0x14 -> "teletexString";
      case 0x16 -> "ia5String";
      case 0x1A -> "visibleString";
      case 0x1C -> "universalString";
      case 0x1E -> "bmpString";
      default -> "";
    };
    if (kind.isEmpty()) {
      octets("attributeValue", octets);
    } else {
      Charset charset = tag == 0x1E ? StandardCharsets.UTF_16BE : tag == 0x14 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
      t.field(known == null ? kind : known, c.text(octets, charset));
    }
  }

  /** RFC 5280 §4.1.2.7; the key of RSA is RFC 8017 A.1.1. */
  private void key() {
    long all = Ber.enter(c, Ber.SEQUENCE);
    String algorithm = algorithm();
    long bits = Ber.enter(c, BIT_STRING);
    t.field("keyUnusedBits", c.u8());
    t.octets("subjectPublicKey", c, c.remaining());
    if (algorithm.equals(RSA)) {
      long numbers = Ber.enter(c, Ber.SEQUENCE);
      octets("modulus", Ber.expect(c, Ber.INTEGER));
      t.field("publicExponent", Ber.integer(c));
      c.leave(numbers);
    }
    c.leave(bits);
    c.leave(all);
  }

  /** RFC 5280 §4.1.2.9: {@code [3] { SEQUENCE { SEQUENCE { id, critical?, OCTET STRING } … } }}. */
  private void extensions() {
    long tagged = Ber.enter(c, EXTENSIONS);
    long list = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long extension = Ber.enter(c, Ber.SEQUENCE);
      String id = identifier();
      t.begin("certificateExtension");
      t.field("extnId", id);
      if (c.peek(0) == BOOLEAN) {
        t.field("critical", truth());
      }
      long value = Ber.enter(c, Ber.OCTET_STRING);
      if (c.ok()) {
        extension(id);
      }
      c.leave(value);
      c.leave(extension);
      t.close();
    }
    c.leave(list);
    c.leave(tagged);
  }

  private boolean truth() {
    c.u8();
    return c.unsigned(Ber.length(c)) != 0;
  }

  private void extension(String id) {
    switch (id) {
      // §4.2.1.3
      case "2.5.29.15" -> {
        int bits = Ber.expect(c, BIT_STRING);
        t.field("unusedBits", c.u8());
        octets("keyUsage", bits - 1);
      }
      // §4.2.1.12
      case "2.5.29.37" -> {
        long all = Ber.enter(c, Ber.SEQUENCE);
        while (c.ok() && c.remaining() > 0) {
          t.field("keyPurposeId", identifier());
        }
        c.leave(all);
      }
      // §4.2.1.9
      case "2.5.29.19" -> {
        long all = Ber.enter(c, Ber.SEQUENCE);
        if (c.peek(0) == BOOLEAN) {
          t.field("ca", truth());
        }
        if (c.remaining() > 0) {
          t.field("pathLenConstraint", Ber.integer(c));
        }
        c.leave(all);
      }
      // §4.2.1.2
      case "2.5.29.14" -> octets("subjectKeyIdentifier", Ber.expect(c, Ber.OCTET_STRING));
      case "2.5.29.35" -> authorityKey();
      // §4.2.1.6, §4.2.1.7
      case "2.5.29.17", "2.5.29.18" -> generalNames(Ber.SEQUENCE);
      case "2.5.29.31" -> distributionPoints();
      case "2.5.29.32" -> policies();
      case "1.3.6.1.5.5.7.1.1" -> access();
      // RFC 6962 §3.3
      case "1.3.6.1.4.1.11129.2.4.2" -> {
        long list = Ber.enter(c, Ber.OCTET_STRING);
        TlsExtensions.timestamps(c, t);
        c.leave(list);
      }
      default -> octets("extnValue", c.remaining());
    }
  }

  /** §4.2.1.1: {@code SEQUENCE { [0] key?, [1] issuer?, [2] serial? }}. */
  private void authorityKey() {
    long all = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      switch (c.peek(0)) {
        case 0x80 -> octets("keyIdentifier", tagged());
        case 0xA1 -> generalNames(0xA1);
        case 0x82 -> octets("authorityCertSerialNumber", tagged());
        default -> pass();
      }
    }
    c.leave(all);
  }

  private int tagged() {
    c.u8();
    return Ber.length(c);
  }

  private void generalNames(int tag) {
    long all = Ber.enter(c, tag);
    while (c.ok() && c.remaining() > 0) {
      generalName("generalName");
    }
    c.leave(all);
  }

  /** §4.2.1.6: a choice by its tag. */
  private void generalName(String choice) {
    int tag = c.peek(0) & 0x1F;
    t.field(choice, tag);
    switch (tag) {
      case 1 -> t.field("rfc822Name", c.text(tagged()));
      case 2 -> t.field("dnsName", c.text(tagged()));
      case 4 -> {
        long directory = c.enter(tagged());
        name("directoryName");
        c.leave(directory);
      }
      case 6 -> t.field("uniformResourceIdentifier", c.text(tagged()));
      case 7 -> octets("ipAddress", tagged());
      default -> octets("otherName", tagged());
    }
  }

  /** §4.2.1.13: {@code SEQUENCE { SEQUENCE { [0] { [0] names } … } … }}. */
  private void distributionPoints() {
    long all = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long point = Ber.enter(c, Ber.SEQUENCE);
      while (c.ok() && c.remaining() > 0) {
        if (c.peek(0) != 0xA0) {
          pass();
          continue;
        }
        long name = c.enter(tagged());
        t.field("distributionPoint", c.peek(0) & 0x1F);
        if (c.peek(0) == 0xA0) {
          generalNames(0xA0);
        }
        c.leave(name);
      }
      c.leave(point);
    }
    c.leave(all);
  }

  /** §4.2.1.4: {@code SEQUENCE { SEQUENCE { policy, SEQUENCE { SEQUENCE { kind, value } … }? } … }}. */
  private void policies() {
    long all = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long policy = Ber.enter(c, Ber.SEQUENCE);
      t.field("policyIdentifier", identifier());
      if (c.remaining() > 0) {
        long qualifiers = Ber.enter(c, Ber.SEQUENCE);
        while (c.ok() && c.remaining() > 0) {
          long qualifier = Ber.enter(c, Ber.SEQUENCE);
          t.field("policyQualifierId", identifier());
          if (c.peek(0) == 0x16) {
            t.field("cpsUri", c.text(tagged()));
          } else {
            octets("userNotice", c.remaining());
          }
          c.leave(qualifier);
        }
        c.leave(qualifiers);
      }
      c.leave(policy);
    }
    c.leave(all);
  }

  /** §4.2.2.1: {@code SEQUENCE { SEQUENCE { method, location } … }}. */
  private void access() {
    long all = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long description = Ber.enter(c, Ber.SEQUENCE);
      t.field("accessMethod", identifier());
      generalName("accessLocation");
      c.leave(description);
    }
    c.leave(all);
  }
}
