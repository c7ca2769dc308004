package fr.vigie.web.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a Prometheus server shows to read {@code /metrics}: 256 random bits in hex, in {@code metrics-token} of the console's folder, readable
 * by its owner alone. Made at the first start; whoever deletes the file gets another at the next.
 */
public final class MetricsToken {
  private static final String NAME = "metrics-token";
  private static final String SCHEME = "Bearer ";

  private final byte[] expected;

  private MetricsToken(String token) {
    expected = (SCHEME + token).getBytes(StandardCharsets.UTF_8);
  }

  /** The token of a console's folder, made where there is none. */
  public static MetricsToken obtain(Path home) throws IOException {
    Path file = home.resolve(NAME);
    if (!Files.exists(file)) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      OwnerFile.write(file, HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII));
    }
    String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (token.length() < 32) {
      throw new IOException(file + " holds no token of at least 32 characters; delete it and start again");
    }
    return new MetricsToken(token);
  }

  /** Whether the header {@code Authorization} shows it; compared in constant time. */
  public boolean opens(@Nullable String authorization) {
    return authorization != null && MessageDigest.isEqual(authorization.getBytes(StandardCharsets.UTF_8), expected);
  }
}
