package fr.vigie.sensor.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The JA4 fingerprint of a TLS client, after FoxIO's "JA4: TLS Client Fingerprinting" (technical details, JA4 only):
 *
 * <pre>
 * t, over QUIC q | version 2 | d or i | ciphers 2 | extensions 2 | ALPN 2 _ hash of the sorted ciphers _ hash of the sorted extensions and the signature algorithms
 * </pre>
 *
 * <p>Filled while a ClientHello is read, in fixed arrays; only {@link #text} allocates. Values reserved by RFC 8701 (GREASE) do not count.
 */
final class Ja4 {
  private static final int MOST = 512;
  private static final int REMEMBERED = 32;
  /** Numbers of one that is remembered, at most: several times those of any browser. */
  private static final int MOST_REMEMBERED = 192;

  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;

  private final char carrier;
  private final int[] ciphers = new int[MOST];
  private final int[] extensions = new int[MOST];
  private final int[] algorithms = new int[MOST];
  private int cipherCount;
  private int extensionCount;
  private int algorithmCount;
  private int version;
  private boolean serverName;
  private int alpnFirst;
  private int alpnLast;
  /** Of what is sorted, so order does not count; and of the signature algorithms, whose order does. */
  private long digest;

  private long ordered;
  private boolean overflow;
  /** Fingerprints told last, by digest: few kinds of clients open most connections, and each text costs two SHA-256. */
  private final @Nullable Told[] told = new @Nullable Told[REMEMBERED];

  /** All that a fingerprint is made of, in order, and its text. */
  private static final class Told {
    final int[] parts;
    final int[] ciphers;
    final int[] extensions;
    final int[] algorithms;
    final String text;

    Told(Ja4 of, String text) {
      parts = of.parts();
      ciphers = Arrays.copyOf(of.ciphers, of.cipherCount);
      extensions = Arrays.copyOf(of.extensions, of.extensionCount);
      algorithms = Arrays.copyOf(of.algorithms, of.algorithmCount);
      this.text = text;
    }

    boolean is(Ja4 other) {
      return Arrays.equals(parts, other.parts())
          && Arrays.equals(ciphers, 0, ciphers.length, other.ciphers, 0, other.cipherCount)
          && Arrays.equals(extensions, 0, extensions.length, other.extensions, 0, other.extensionCount)
          && Arrays.equals(algorithms, 0, algorithms.length, other.algorithms, 0, other.algorithmCount);
    }
  }

  /**
   * An empty fingerprint.
   *
   * @param carrier {@code t} for TLS over TCP, {@code q} for QUIC
   */
  Ja4(char carrier) {
    this.carrier = carrier;
  }

  void begin(int legacyVersion) {
    cipherCount = 0;
    extensionCount = 0;
    algorithmCount = 0;
    version = legacyVersion;
    serverName = false;
    alpnFirst = -1;
    alpnLast = -1;
    digest = 0;
    ordered = 0;
    overflow = false;
  }

  /** RFC 8701 §2: two equal octets of the form 0x?A. */
  static boolean grease(int value) {
    return (value & 0x0F0F) == 0x0A0A && value >>> 8 == (value & 0xFF);
  }

  void cipher(int suite) {
    if (!grease(suite)) {
      digest += mix(suite);
      if (cipherCount < MOST) {
        ciphers[cipherCount++] = suite;
      } else {
        overflow = true;
      }
    }
  }

  void extension(int type) {
    if (!grease(type)) {
      serverName |= type == SERVER_NAME;
      digest += mix(type | 1 << 16);
      if (extensionCount < MOST) {
        extensions[extensionCount++] = type;
      } else {
        overflow = true;
      }
    }
  }

  void algorithm(int scheme) {
    if (!grease(scheme)) {
      ordered = mix(ordered ^ scheme | 1 << 17);
      if (algorithmCount < MOST) {
        algorithms[algorithmCount++] = scheme;
      } else {
        overflow = true;
      }
    }
  }

  /** One of the versions of the supported_versions extension: the highest counts, from the first one on. */
  void version(int offered, boolean first) {
    if (!grease(offered)) {
      version = first ? offered : Math.max(version, offered);
    }
  }

  /** First and last octet of the first protocol name; only the first call counts. */
  void protocol(int first, int last) {
    if (alpnFirst < 0) {
      alpnFirst = first;
      alpnLast = last;
    }
  }

  int version() {
    return version;
  }

  /** A digest of everything the fingerprint is made of, however the client shuffles it. */
  long digest() {
    return mix(mix(digest + version) ^ ordered) + alpnFirst * 256L + alpnLast;
  }

  /** The fingerprint, or an empty text for a ClientHello longer than any client's. */
  String text() {
    if (overflow) {
      return "";
    }
    Arrays.sort(ciphers, 0, cipherCount);
    Arrays.sort(extensions, 0, extensionCount);
    int place = (int) digest() & REMEMBERED - 1;
    Told known = told[place];
    if (known != null && known.is(this)) {
      return known.text;
    }
    String text = make();
    if (cipherCount + extensionCount + algorithmCount <= MOST_REMEMBERED) {
      told[place] = new Told(this, text);
    }
    return text;
  }

  private int[] parts() {
    return new int[] {version, serverName ? 1 : 0, alpnFirst, alpnLast};
  }

  /** The text, of ciphers and extensions in order. */
  private String make() {
    StringBuilder s = new StringBuilder(36).append(carrier).append(name(version)).append(serverName ? 'd' : 'i');
    s.append(twoDigits(cipherCount)).append(twoDigits(extensionCount)).append(protocol()).append('_');
    s.append(hash(list(ciphers, cipherCount, false))).append('_');
    String sorted = list(extensions, extensionCount, true);
    if (algorithmCount > 0) {
      sorted += "_" + list(algorithms, algorithmCount, false);
    }
    return s.append(extensionCount == 0 ? "000000000000" : hash(sorted)).toString();
  }

  private static String name(int version) {
    return switch (version) {
      case 0x0304 -> "13";
      case 0x0303 -> "12";
      case 0x0302 -> "11";
      case 0x0301 -> "10";
      case 0x0300 -> "s3";
      case 0x0002 -> "s2";
      default -> "00";
    };
  }

  private static String twoDigits(int count) {
    int shown = Math.min(count, 99);
    return (shown < 10 ? "0" : "") + shown;
  }

  /**
   * Two characters where both octets are letters or digits; else the outer digits of their hexadecimal form, as the description says. Where
   * the first octet is beyond ASCII the authors' own tool writes 99, and their captures are the measure.
   */
  private String protocol() {
    if (alpnFirst < 0) {
      return "00";
    }
    if (alpnFirst > 0x7F) {
      return "99";
    }
    if (alphanumeric(alpnFirst) && alphanumeric(alpnLast)) {
      return "" + (char) alpnFirst + (char) alpnLast;
    }
    HexFormat hex = HexFormat.of();
    return "" + hex.toHighHexDigit(alpnFirst) + hex.toLowHexDigit(alpnLast);
  }

  private static boolean alphanumeric(int c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  /** Comma-separated, four hexadecimal digits each; of extensions, server name and ALPN are left out. */
  private static String list(int[] values, int count, boolean ofExtensions) {
    StringBuilder s = new StringBuilder(5 * count);
    for (int i = 0; i < count; i++) {
      if (ofExtensions && (values[i] == SERVER_NAME || values[i] == ALPN)) {
        continue;
      }
      if (!s.isEmpty()) {
        s.append(',');
      }
      s.append(HexFormat.of().toHexDigits((short) values[i]));
    }
    return s.toString();
  }

  private static String hash(String text) {
    return text.isEmpty() ? "000000000000" : HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.US_ASCII)), 0, 6);
  }

  /** SHA-256, which every Java platform has. */
  static byte[] sha256(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long mix(long value) {
    long h = (value + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 29) * 0x94D049BB133111EBL;
    return h ^ h >>> 32;
  }
}
