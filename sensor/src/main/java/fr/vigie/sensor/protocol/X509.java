package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate says of its holder: RFC 5280 §4.1, read as far as names, serial number, validity and kind of key. Nothing is verified: a monitor
 * tells what was shown, not whether to trust it.
 *
 * <pre>
 * SEQUENCE { SEQUENCE { version [0]?, serial, algorithm, issuer, validity, subject, key, …, extensions [3]? }, algorithm, signature }
 * </pre>
 *
 * @param subject the names of the subject that matter, {@code CN=…, O=…}
 * @param issuer the same of the issuer
 * @param commonName the subject's common name, or null
 * @param serial serial number, hexadecimal
 * @param from first second of validity as written there ({@code YYMMDDHHMMSSZ} or with four digits of the year)
 * @param until last second
 * @param key kind and size of the public key, {@code RSA 2048}, {@code EC P-256}; {@code other} where its kind is not among the usual
 * @param names DNS names, addresses and URIs of the subject alternative name, joined by commas
 * @param sha256 SHA-256 of the whole certificate, hexadecimal
 */
record X509(String subject, String issuer, @Nullable String commonName, String serial, String from, String until, String key, String names,
    String sha256) {
  private static final int VERSION = 0xA0;
  private static final int EXTENSIONS = 0xA3;
  private static final int BIT_STRING = 0x03;
  private static final int SET = 0x31;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  /** RFC 5280 §4.2.1.6: names of a subject alternative name, each [2] DNS, [6] URI, [7] address. */
  private static final int DNS_NAME = 0x82;

  private static final int URI = 0x86;
  private static final int IP_ADDRESS = 0x87;
  private static final int MOST_NAMES = 16;

  /** Reads the certificate under the cursor to its end; null where it breaks the rules. Allocates: only for what is news. */
  static @Nullable X509 read(Cursor m, int octets) {
    Cursor c = new Cursor();
    long outer = m.enter(octets);
    c.rest(m);
    String sha256 = HexFormat.of().formatHex(Ja4.sha256(new Cursor().rest(c).bytes(c.remaining())));
    m.leave(outer);
    long certificate = Ber.enter(c, Ber.SEQUENCE);
    long signed = Ber.enter(c, Ber.SEQUENCE);
    if (c.peek(0) == VERSION) {
      pass(c);
    }
    int length = Ber.expect(c, Ber.INTEGER);
    String serial = HexFormat.of().formatHex(c.bytes(Math.min(length, 20)));
    c.skip(Math.max(0, length - 20));
    pass(c);
    StringBuilder issuer = new StringBuilder();
    name(c, issuer);
    long validity = Ber.enter(c, Ber.SEQUENCE);
    String from = time(c);
    String until = time(c);
    c.leave(validity);
    StringBuilder subject = new StringBuilder();
    String commonName = name(c, subject);
    String key = key(c);
    String names = "";
    while (c.ok() && c.remaining() > 0) {
      if (c.peek(0) == EXTENSIONS) {
        names = alternativeNames(c);
      } else {
        pass(c);
      }
    }
    c.leave(signed);
    c.leave(certificate);
    return c.ok() ? new X509(subject.toString(), issuer.toString(), commonName, serial, from, until, key, names, sha256) : null;
  }

  /** RFC 5280 §4.1.2.7, RFC 3279 §2.3, RFC 5480 §2, RFC 8410 §3: {@code SEQUENCE { SEQUENCE { algorithm, parameters }, BIT STRING }}. */
  private static String key(Cursor c) {
    long all = Ber.enter(c, Ber.SEQUENCE);
    long algorithm = Ber.enter(c, Ber.SEQUENCE);
    int octets = Ber.expect(c, Ber.OBJECT_IDENTIFIER);
    String kind = HexFormat.of().formatHex(c.bytes(octets));
    String curve = "";
    if (c.peek(0) == Ber.OBJECT_IDENTIFIER) {
      curve = HexFormat.of().formatHex(c.bytes(Ber.expect(c, Ber.OBJECT_IDENTIFIER)));
    }
    c.leave(algorithm);
    String name = switch (kind) {
      case "2a864886f70d010101", "2a864886f70d01010a" -> "RSA " + modulus(c);
      case "2a8648ce3d0201" -> "EC " + switch (curve) {
        case "2a8648ce3d030107" -> "P-256";
        case "2b81040022" -> "P-384";
        case "2b81040023" -> "P-521";
        default -> "other curve";
      };
      case "2b6570" -> "Ed25519";
      case "2b6571" -> "Ed448";
      case "2a8648ce380401" -> "DSA";
      default -> "other";
    };
    c.leave(all);
    return name;
  }

  /** RFC 8017 A.1.1: bits of the modulus, the first number of the key; a leading zero is its sign. */
  private static int modulus(Cursor c) {
    long key = Ber.enter(c, BIT_STRING);
    c.skip(1);
    long numbers = Ber.enter(c, Ber.SEQUENCE);
    int octets = Ber.expect(c, Ber.INTEGER);
    int zeros = 0;
    while (zeros < octets && c.peek(zeros) == 0) {
      zeros++;
    }
    int bits = octets == zeros ? 0 : 8 * (octets - zeros) - Integer.numberOfLeadingZeros(c.peek(zeros)) + 24;
    c.leave(numbers);
    c.leave(key);
    return bits;
  }

  private static void pass(Cursor c) {
    c.u8();
    c.skip(Ber.length(c));
  }

  private static String time(Cursor c) {
    int tag = c.u8();
    int length = Ber.length(c);
    if (tag != UTC_TIME && tag != GENERALIZED_TIME) {
      c.fail();
    }
    return c.text(length, StandardCharsets.US_ASCII);
  }

  /** RFC 5280 §4.1.2.4: a sequence of sets of (attribute, value); keeps 2.5.4.3 CN, .5 serialNumber, .10 O, .11 OU. */
  private static @Nullable String name(Cursor c, StringBuilder text) {
    String commonName = null;
    long all = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long set = Ber.enter(c, SET);
      long pair = Ber.enter(c, Ber.SEQUENCE);
      int length = Ber.expect(c, Ber.OBJECT_IDENTIFIER);
      long attribute = length == 3 ? c.unsigned(3) : 0;
      c.skip(length == 3 ? 0 : length);
      String key = attribute == 0x550403 ? "CN" : attribute == 0x550405 ? "serialNumber" : attribute == 0x55040A ? "O"
          : attribute == 0x55040B ? "OU" : null;
      int tag = c.u8();
      int octets = Ber.length(c);
      if (key != null) {
        // BMPString has two octets a character; the other string types of a name are read as UTF-8
        String value = c.text(octets, tag == 0x1E ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8);
        text.append(text.isEmpty() ? "" : ", ").append(key).append('=').append(value);
        if (key.equals("CN") && commonName == null) {
          commonName = value;
        }
      }
      c.leave(pair);
      c.leave(set);
    }
    c.leave(all);
    return commonName;
  }

  private static String alternativeNames(Cursor c) {
    StringBuilder names = new StringBuilder();
    long tagged = Ber.enter(c, EXTENSIONS);
    long list = Ber.enter(c, Ber.SEQUENCE);
    while (c.ok() && c.remaining() > 0) {
      long extension = Ber.enter(c, Ber.SEQUENCE);
      int length = Ber.expect(c, Ber.OBJECT_IDENTIFIER);
      long id = length == 3 ? c.unsigned(3) : 0;
      if (id == 0x551D11) {
        if (c.peek(0) == 1) {
          pass(c);
        }
        long value = Ber.enter(c, Ber.OCTET_STRING);
        long all = Ber.enter(c, Ber.SEQUENCE);
        for (int n = 0; c.ok() && c.remaining() > 0; n++) {
          int tag = c.u8();
          int octets = Ber.length(c);
          if (n >= MOST_NAMES || tag != DNS_NAME && tag != URI && tag != IP_ADDRESS) {
            c.skip(octets);
            continue;
          }
          names.append(names.isEmpty() ? "" : ",").append(tag == IP_ADDRESS ? address(c, octets) : c.text(octets));
        }
        c.leave(all);
        c.leave(value);
      }
      c.leave(extension);
    }
    c.leave(list);
    c.leave(tagged);
    return names.toString();
  }

  private static String address(Cursor c, int octets) {
    if (octets == 4) {
      return c.u8() + "." + c.u8() + "." + c.u8() + "." + c.u8();
    }
    return HexFormat.of().formatHex(c.bytes(octets));
  }

  boolean selfSigned() {
    return subject.equals(issuer);
  }
}
