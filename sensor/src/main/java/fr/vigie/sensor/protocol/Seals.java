package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a secret: its length, whether it is one of the published defaults, and, where this installation has a key, a mark that is
 * the same for the same secret. The mark is twenty bits of HMAC-SHA-256 over kind and secret, in four letters: enough to see that two devices
 * share a password, too little to tell which password of many it is ({@code docs/decisions.md}). Immutable; shared by all pipelines.
 */
public final class Seals {
  /** Where there is no key: length and published defaults only. */
  public static final Seals UNKEYED = new Seals(null);

  /** Octets of a key. */
  public static final int KEY = 32;

  private static final String BASIC = "Basic ";
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

  /** What kind of secret it is; the same octets under two kinds have two marks. */
  public enum Kind {
    /** A community of SNMP. */
    COMMUNITY,
    /** User and password with a colon between them, as HTTP Basic has them. */
    LOGIN,
    /** A password alone. */
    PASSWORD,
    /** A key of octets. */
    KEY
  }

  private final byte @Nullable [] key;

  private Seals(byte @Nullable [] key) {
    this.key = key;
  }

  /** With the key of this installation, {@link #KEY} random octets. */
  public static Seals keyed(byte[] key) {
    if (key.length != KEY) {
      throw new IllegalArgumentException("a key has " + KEY + " octets");
    }
    return new Seals(key.clone());
  }

  /**
   * Seals octets of the message under a cursor, which is not moved. Of what the capture cut only the length is said.
   *
   * @param at offset within the message
   */
  Value.Secret of(Kind kind, Cursor m, int at, int octets) {
    return at < 0 || octets < 0 || octets > m.length() - at ? new Value.Secret(Math.max(0, octets)) : of(kind, copy(m, at, octets), octets);
  }

  private static byte[] copy(Cursor m, int at, int octets) {
    byte[] copy = new byte[octets];
    for (int i = 0; i < octets; i++) {
      copy[i] = (byte) m.at(at + i);
    }
    return copy;
  }

  /**
   * Seals a header field {@code Basic …} (RFC 7617), whose login is in Base64; of any other scheme only the length is said, which is that of the
   * field. A response to a challenge differs each time.
   */
  Value.Secret authorization(Cursor m, int at, int octets) {
    if (octets < 7 || octets > m.length() - at || !BASIC.equalsIgnoreCase(new String(copy(m, at, 6), StandardCharsets.ISO_8859_1))) {
      return new Value.Secret(octets);
    }
    byte[] text = copy(m, at + 6, octets - 6);
    try {
      byte[] login = Base64.getDecoder().decode(new String(text, StandardCharsets.ISO_8859_1).strip());
      return of(Kind.LOGIN, login, octets);
    } catch (IllegalArgumentException notBase64) {
      // whoever sends something else has no login that could be compared
      return new Value.Secret(octets);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Seals octets, which are overwritten. */
  private Value.Secret of(Kind kind, byte[] secret, int length) {
    try {
      return new Value.Secret(length, mark(kind, secret), secret.length > 0 && KnownDefaults.contains(kind, secret));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private String mark(Kind kind, byte[] secret) {
    if (key == null || secret.length == 0) {
      return "";
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((byte) kind.ordinal());
      byte[] digest = mac.doFinal(secret);
      StringBuilder mark = new StringBuilder("#");
      int bits = (digest[0] & 0xFF) << 16 | (digest[1] & 0xFF) << 8 | digest[2] & 0xFF;
      for (int i = 0; i < 4; i++) {
        mark.append(LETTERS.charAt(bits >>> 19 - 5 * i & 0x1F));
      }
      return mark.toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
