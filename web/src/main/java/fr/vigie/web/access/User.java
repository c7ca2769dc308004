package fr.vigie.web.access;

/**
 * A person who may log in.
 *
 * @param name what they type, 1..64 of {@code a-z 0-9 . _ -}
 * @param hash PHC string of the password
 * @param mustChange the password is a one-time one: nothing else is answered before it is changed
 * @param language {@code fr} or {@code en}
 * @param enabled whether they may log in at all; a user is never deleted, the journal names them
 * @param everLoggedIn whether the name was ever used
 */
public record User(String name, Role role, String hash, boolean mustChange, String language, boolean enabled, boolean everLoggedIn) {
  User withPassword(String newHash, boolean oneTime) {
    return new User(name, role, newHash, oneTime, language, enabled, everLoggedIn);
  }

  User withLanguage(String newLanguage) {
    return new User(name, role, hash, mustChange, newLanguage, enabled, everLoggedIn);
  }

  User with(Role newRole, boolean newEnabled) {
    return new User(name, newRole, hash, mustChange, language, newEnabled, everLoggedIn);
  }

  User seen() {
    return new User(name, role, hash, mustChange, language, enabled, true);
  }

  /** Without the hash: a user in a log line or an error says nothing secret. */
  @Override
  public String toString() {
    return name + " (" + role.wireName() + ")";
  }
}
