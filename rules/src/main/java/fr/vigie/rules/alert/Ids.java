package fr.vigie.rules.alert;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identifiers that depend only on what they name: base32 (RFC 4648 §6, lower case) of the first 80 bits of a SHA-256. */
public final class Ids {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Ids() {}

  /** {@code prefix} and 16 letters of the digest of the parts, each ended by a line feed. */
  public static String of(String prefix, String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }
    byte[] d = digest.digest();
    StringBuilder s = new StringBuilder(prefix.length() + 16).append(prefix);
    for (int half = 0; half < 10; half += 5) {
      long bits = 0;
      for (int i = 0; i < 5; i++) {
        bits = bits << 8 | (d[half + i] & 0xFF);
      }
      for (int shift = 35; shift >= 0; shift -= 5) {
        s.append(ALPHABET.charAt((int) (bits >>> shift & 31)));
      }
    }
    return s.toString();
  }

  /** SHA-256 of the octets, in hex. */
  public static String sha256(byte[] octets) {
    return HexFormat.of().formatHex(sha256().digest(octets));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
