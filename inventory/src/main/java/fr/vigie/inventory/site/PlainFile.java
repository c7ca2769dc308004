package fr.vigie.inventory.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The octets of a file that somebody names, an ordinary one and no longer than what is asked for may be: a pipe nobody writes to would be waited for
 * for ever, and a device may never end.
 */
public final class PlainFile {
  private PlainFile() {}

  /** A file that is none, or too long; the message is a sentence that names it. */
  public static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final String why;

    private Refused(String name, String why) {
      super(name + " " + why);
      this.why = why;
    }

    /** What is wrong, without the name. */
    public String why() {
      return why;
    }
  }

  /**
   * Reads a file.
   *
   * @param most octets
   * @throws Refused where it is no ordinary file, or longer
   */
  public static byte[] octets(Path path, long most) throws IOException {
    long size = size(path);
    byte[] octets = {};
    if (size <= most) {
      try (InputStream in = Files.newInputStream(path)) {
        octets = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, most + 1)); // it may grow meanwhile
      }
    }
    if (size > most || octets.length > most) {
      throw new Refused(name(path), "is larger than " + (most >> 20) + " MiB");
    }
    return octets;
  }

  /** Length of an ordinary file, octets. */
  static long size(Path path) throws IOException {
    BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
    if (!is.isRegularFile()) {
      throw new Refused(name(path), "is " + (is.isDirectory() ? "a folder" : "a device or a pipe") + " and not a file");
    }
    return is.size();
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
