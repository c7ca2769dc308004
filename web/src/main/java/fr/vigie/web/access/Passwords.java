package fr.vigie.web.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Password hashing by Argon2id (RFC 9106) in the PHC string form
 * {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}, and the rules a new password must meet. Parameters stand in each hash, so that raising
 * them later leaves old hashes readable.
 */
final class Passwords {
  /** KiB of memory for one hash; with two passes the floor of the OWASP password storage sheet. */
  private static final int MEMORY_KIB = 19_456;

  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  /** Nothing longer is hashed: a megabyte as password must not cost a second. */
  static final int LONGEST = 256;
  /** NIST SP 800-63B §5.1.1.2 asks for 8; ANSSI's guide on passwords (2021, R21) for 12 against online attack. */
  static final int SHORTEST = 12;

  private static final Pattern PHC = Pattern.compile(
      "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{8,88})\\$([A-Za-z0-9+/]{16,88})");

  /** Letters and digits that nobody confuses when copying from a terminal. */
  private static final char[] READABLE = "abcdefghjkmnpqrstuvwxyz23456789".toCharArray();

  private final SecureRandom random = new SecureRandom();

  /** Two at a time: a flood of log-ins waits in line instead of taking the memory of the sensor. */
  private final Semaphore turns = new Semaphore(2);

  /** A hash of nothing, so that an unknown user costs as long as a known one. */
  private final String nobody = hash("nobody-has-this-password");

  /** What is wrong with a new password, as a stable code, or null where nothing is. */
  static @Nullable String objection(String user, String password) {
    if (password.codePointCount(0, password.length()) < SHORTEST) {
      return "password_too_short";
    }
    if (password.length() > LONGEST) {
      return "password_too_long";
    }
    String lower = password.toLowerCase(Locale.ROOT);
    if (lower.contains(user.toLowerCase(Locale.ROOT)) || lower.contains("vigie") || lower.chars().distinct().count() < 5) {
      return "password_too_easy";
    }
    return null;
  }

  /** A one-time password of about 79 bits, four groups of four. */
  String oneTime() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      if (i > 0 && i % 4 == 0) {
        text.append('-');
      }
      text.append(READABLE[random.nextInt(READABLE.length)]);
    }
    return text.toString();
  }

  String hash(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] hash = argon2(password, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$" + base64.encodeToString(salt) + "$"
        + base64.encodeToString(hash);
  }

  /** Whether the password is the one behind the hash; an unknown user ({@code stored} null) takes as long and is always refused. */
  boolean matches(String password, @Nullable String stored) {
    Matcher phc = PHC.matcher(stored == null ? nobody : stored);
    if (!phc.matches() || password.length() > LONGEST) {
      return false;
    }
    int memory = Math.min(Integer.parseInt(phc.group(1)), 1 << 20);
    byte[] expected = Base64.getDecoder().decode(phc.group(5));
    byte[] hash = argon2(password, Base64.getDecoder().decode(phc.group(4)), memory, Integer.parseInt(phc.group(2)),
        Integer.parseInt(phc.group(3)), expected.length);
    return MessageDigest.isEqual(hash, expected) && stored != null;
  }

  private byte[] argon2(String password, byte[] salt, int memory, int passes, int lanes, int length) {
    Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
        .withMemoryAsKB(memory).withIterations(passes).withParallelism(lanes).withSalt(salt).build();
    byte[] secret = password.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[length];
    turns.acquireUninterruptibly();
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(parameters);
      generator.generateBytes(secret, out);
    } finally {
      turns.release();
      Arrays.fill(secret, (byte) 0);
    }
    return out;
  }
}
