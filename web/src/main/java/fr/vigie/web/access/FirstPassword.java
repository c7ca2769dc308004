package fr.vigie.web.access;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The way of the first administrator's one-time password to the person who starts Vigie: onto their terminal, or into a file of mode 0600
 * where nobody sits at one. Never into a log, never into the journal; the file goes when the password is changed.
 */
public final class FirstPassword {
  private final Path file;

  /** The file used where there is no terminal. */
  public FirstPassword(Path folder) {
    this.file = folder.resolve("first-password.txt");
  }

  /** Hands over the password: to the terminal if there is one, else into the file, whose name alone is then printed. */
  public void hand(String password, PrintStream out, boolean terminal) throws IOException {
    if (terminal) {
      Files.deleteIfExists(file);
      out.println();
      out.println("  First log-in      " + Users.FIRST);
      out.println("  One-time password " + password);
      out.println();
    } else {
      OwnerFile.write(file, (password + "\n").getBytes(StandardCharsets.US_ASCII));
      out.println("First log-in: " + Users.FIRST + "; one-time password in " + file + " (readable by its owner only)");
    }
    out.flush();
  }


  /** Deletes the file once the first administrator has a password of their own; to be called whenever somebody changed theirs. */
  public void forget(String user) throws IOException {
    if (user.equals(Users.FIRST)) {
      Files.deleteIfExists(file);
    }
  }

  /** Where the file is, if it is. */
  public Path file() {
    return file;
  }
}
