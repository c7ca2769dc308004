package fr.vigie.web.command;

import fr.vigie.sensor.protocol.Seals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * The key by which this installation marks secrets: 32 random octets in {@code seal.key} of its store, made at the first start and readable by
 * its owner alone. It never leaves the machine: no output, no report, no evidence holds it.
 */
final class SealKey {
  static final String NAME = "seal.key";

  private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

  private SealKey() {}

  /**
   * Marks by the key in a folder, which is made where there is none.
   *
   * @throws Usage if the key is not one, or others may read it
   */
  static Seals of(Path folder) throws IOException, Usage {
    Path file = folder.resolve(NAME);
    boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
    if (!Files.exists(file)) {
      make(file, posix);
    }
    if (posix) {
      Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      others.removeAll(OWNER);
      if (!others.isEmpty()) {
        throw new Usage("the key " + file + " may be used by others (" + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
            + "); take that away with chmod 600, or delete it: marks of secrets then begin anew");
      }
    }
    if (Files.size(file) != Seals.KEY) {
      throw new Usage("the key " + file + " has not " + Seals.KEY + " octets; delete it: marks of secrets then begin anew");
    }
    return Seals.keyed(Files.readAllBytes(file));
  }

  private static void make(Path file, boolean posix) throws IOException {
    byte[] key = new byte[Seals.KEY];
    new SecureRandom().nextBytes(key);
    FileAttribute<?>[] mode = posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)} : new FileAttribute<?>[0];
    try (FileChannel channel = FileChannel.open(file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      ByteBuffer octets = ByteBuffer.wrap(key);
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      // another start was quicker: its key is the key
    }
  }
}
