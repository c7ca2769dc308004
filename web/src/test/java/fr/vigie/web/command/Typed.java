package fr.vigie.web.command;

/** A command line as a person types it, for tests of other rooms. */
public final class Typed {
  private Typed() {}

  /** Runs the command and answers its exit code. */
  public static int command(String... args) {
    return Main.line().execute(args);
  }
}
