package fr.vigie.web.command;

import com.sun.security.auth.module.UnixSystem;
import fr.vigie.sensor.capture.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The rights of this process: what it needs to listen, and nothing to serve. */
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

  /**
   * Gives up what was needed to open the interfaces, in every thread: started as root, the process becomes the ordinary user that the
   * launcher named and keeps no capability; started as an ordinary user, it may have CAP_NET_RAW and nothing else.
   *
   * @throws IOException when one thread has more than that, or could get it by starting another program
   */
  static void giveUp() throws IOException {
    if (Rights.root()) {
      String[] ids = user().split(":");
      if (ids.length != 2) {
        refuseRoot();
      }
      try {
        Rights.become(Integer.parseInt(ids[0]), Integer.parseInt(ids[1]));
      } catch (IllegalArgumentException e) {
        throw new IOException("-Dvigie.user=UID:GID names no ordinary user: " + user(), e);
      }
    }
    for (Rights.OfThread thread : Rights.threads()) {
      String more = more(thread);
      if (more != null) {
        throw new IOException("the thread " + thread.name() + " " + more + "; start Vigie with its launcher ./vigie (package util-linux must be there)");
      }
    }
  }

  private static String user() {
    return System.getProperty("vigie.user", "");
  }

  private static @Nullable String more(Rights.OfThread thread) {
    if (thread.user() == 0) {
      return "is root";
    }
    if ((thread.capabilities() & ~Rights.NET_RAW) != 0) {
      return "may do more than listen (CAP_NET_RAW)";
    }
    return thread.noNewPrivileges() ? null : "could start programs that have more rights (no_new_privs is not set)";
  }
}
