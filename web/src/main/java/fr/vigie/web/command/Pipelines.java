package fr.vigie.web.command;

/** How many pipelines suit this machine. */
final class Pipelines {
  /** Beyond this the one thread that reads and the one that judges are the limit, whatever the machine has. */
  private static final int MOST = 4;

  private Pipelines() {}

  /** One on one processor, where several only get in each other's way; else as many as processors, 4 at most. */
  static int fitting() {
    return Math.min(MOST, Runtime.getRuntime().availableProcessors());
  }
}
