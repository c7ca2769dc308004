package fr.vigie.web.access;

import java.util.Locale;
import java.util.Optional;

/** What a person may do; each role may do all that the one before it may. */
public enum Role {
  /** Reads everything the console shows: technical services, auditors. */
  VIEWER,
  /** Decides: acknowledges, comments, approves, refuses, generates reports. */
  ANALYST,
  /** Gives access to others and reads the audit trail. */
  ADMINISTRATOR;

  /** Whether someone of this role may do what asks for the other. */
  public boolean covers(Role asked) {
    return ordinal() >= asked.ordinal();
  }

  /** The name in files and in the API. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name, if there is one. */
  public static Optional<Role> of(String wireName) {
    for (Role role : values()) {
      if (role.wireName().equals(wireName)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
