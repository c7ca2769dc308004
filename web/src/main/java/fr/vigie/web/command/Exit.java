package fr.vigie.web.command;

/** The exit codes that scripts depend on. */
final class Exit {
  /** Done. */
  static final int DONE = 0;

  /** Finished, with alerts at or above {@code --fail-on}, or a report that does not verify. */
  static final int FINDINGS = 1;

  /** Wrong usage: options, site file, policy. */
  static final int USAGE = 2;

  /** Unreadable input; what could be read is kept. */
  static final int UNREADABLE = 3;

  /** The machine refused: disk full, port in use, missing rights. */
  static final int REFUSED = 4;

  private Exit() {}
}
