package fr.vigie.web.command;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The rights of this process. */
final class Privileges {
  private Privileges() {}

  /**
   * Refuses to serve as root.
   *
   * @throws IOException when the process is root
   */
  static void refuseRoot() throws IOException {
    if (Files.exists(Path.of("/proc/self")) && new UnixSystem().getUid() == 0) {
      throw new IOException("nothing is served as root; start Vigie with its launcher ./vigie, which gives up its rights, or as an ordinary user");
    }
  }
}
