package fr.vigie.web.command;

/** A command was given what it cannot use; the message is one sentence with the way out. */
final class Usage extends Exception {
  private static final long serialVersionUID = 1;

  Usage(String message) {
    super(message);
  }
}
