package fr.vigie.inventory.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Files named by the SHA-256 of their content: reports, evidence. A blob appears whole or not at all, and is on disk when put returns. */
public final class Blobs {
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
  private final Path folder;

  /** Opens or creates the store. */
  public Blobs(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Stores octets; returns their name. */
  public String put(byte[] octets) throws IOException {
    String name;
    try {
      name = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    Path target = folder.resolve(name);
    if (!Files.exists(target)) {
      Path part = Files.createTempFile(folder, "part", ".tmp");
      try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(octets);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      } catch (IOException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return name;
  }

  /** Removes a blob, if it is there. */
  public void delete(String name) throws IOException {
    if (NAME.matcher(name).matches()) {
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  /**
   * Reads a blob.
   *
   * @throws IOException if there is none of that name, or its content is no longer what the name says
   */
  public byte[] get(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IOException("not a blob name");
    }
    byte[] octets = Files.readAllBytes(folder.resolve(name));
    try {
      if (!HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets)).equals(name)) {
        throw new IOException("blob " + name + " was altered on disk");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    return octets;
  }
}
