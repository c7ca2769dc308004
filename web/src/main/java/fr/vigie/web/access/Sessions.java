package fr.vigie.web.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everyone who is logged in. Tokens are 256 random bits, kept only as SHA-256, and gone at a restart; a stay ends after idle time or
 * after its longest life, whichever comes first. Bounded; the stay idle for longest gives way. Safe for use by several threads.
 */
public final class Sessions {
  /** A stay without a request that a person made ends after this. */
  public static final Duration IDLE = Duration.ofMinutes(30);

  /** No stay is longer than a long shift. */
  public static final Duration LONGEST = Duration.ofHours(12);

  private static final int MOST = 1000;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Stay> byToken = new LinkedHashMap<>(64, 0.75f, true);
  private long opened;

  /** Wall time: sessions are a matter between people and the machine, never of the capture. */
  public Sessions(Clock clock) {
    this.clock = clock;
  }

  /** Opens a stay; the token is for the cookie alone. */
  public synchronized Opened open(String user) {
    long now = clock.millis();
    sweep(now);
    if (byToken.size() >= MOST) {
      Iterator<String> idlest = byToken.keySet().iterator();
      idlest.next();
      idlest.remove();
    }
    String token = secret();
    Session session = new Session(user, secret(), now, ++opened);
    byToken.put(digest(token), new Stay(session, now));
    return new Opened(token, session);
  }

  /**
   * The stay behind a cookie, or null where it is over or never was.
   *
   * @param byPerson whether a person asked; what the page asks by itself does not keep a stay open
   */
  public synchronized @Nullable Session find(String token, boolean byPerson) {
    String key = digest(token);
    Stay stay = byToken.get(key);
    if (stay == null) {
      return null;
    }
    long now = clock.millis();
    if (stay.over(now)) {
      byToken.remove(key);
      return null;
    }
    if (byPerson) {
      stay.last = now;
    }
    return stay.session;
  }

  /** Whether the stay still lasts, without touching it. */
  public synchronized boolean lasts(Session session) {
    long now = clock.millis();
    for (Stay stay : byToken.values()) {
      if (stay.session.number() == session.number()) {
        return !stay.over(now);
      }
    }
    return false;
  }

  /** Ends the stay behind a cookie. */
  public synchronized void close(String token) {
    byToken.remove(digest(token));
  }

  /** Ends every stay of a person except one: after a new password, a new role, a closed access. */
  public synchronized void closeOthers(String user, long exceptNumber) {
    byToken.values().removeIf(s -> s.session.user().equals(user) && s.session.number() != exceptNumber);
  }

  private void sweep(long now) {
    byToken.values().removeIf(s -> s.over(now));
  }

  private String secret() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String digest(String token) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  /** A stay just opened, with the token that nothing keeps. */
  public record Opened(String token, Session session) {
    @Override
    public String toString() {
      return session.toString();
    }
  }

  private static final class Stay {
    final Session session;
    long last;

    Stay(Session session, long last) {
      this.session = session;
      this.last = last;
    }

    boolean over(long now) {
      return now - last > IDLE.toMillis() || now - session.opened() > LONGEST.toMillis();
    }
  }
}
