package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rights of this process on Linux, thread by thread: the kernel keeps them so, and a process is as strong as its strongest thread.
 *
 * <p>Giving them up rests on setresuid(2) of the C library, which makes every thread call it (nptl(7)); where all user ids leave 0 the
 * kernel clears each thread's permitted, effective and ambient capabilities (capabilities(7)). capset(2) and prctl(2) have no such
 * broadcast, so {@code no_new_privs} must be there before the first thread is: the launcher sets it. What came of it is read back for each
 * thread, and anything but success is an exception.
 */
public final class Rights {
  /** linux/capability.h. */
  public static final long NET_RAW = 1L << 13;

  private static final Path THREADS = Path.of("/proc/self/task");

  private Rights() {}

  /**
   * What one thread may do.
   *
   * @param user strongest of its real, effective, saved and file system user id: 0 where one of them is
   * @param capabilities its permitted and effective capabilities, a bit for each
   * @param noNewPrivileges whether no program it starts can have more
   */
  public record OfThread(String name, int user, long capabilities, boolean noNewPrivileges) {}

  /** The rights of each thread; empty on other systems. */
  public static List<OfThread> threads() throws IOException {
    List<OfThread> all = new ArrayList<>();
    if (!Files.isDirectory(THREADS)) {
      return all;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        try {
          all.add(read(Files.readAllLines(thread.resolve("status"), StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
          continue; // it ended meanwhile
        } catch (IOException e) {
          if (Files.exists(thread)) { // one that ends while it is read answers ESRCH
            throw e;
          }
        }
      }
    }
    return all;
  }

  private static OfThread read(List<String> status) {
    String name = "";
    int user = Integer.MAX_VALUE;
    long capabilities = 0;
    boolean none = false;
    for (String line : status) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, Math.max(colon, 0))) {
        case "Name" -> name = value;
        case "Uid" -> {
          for (String id : value.split("\\s+")) {
            user = Math.min(user, Integer.parseUnsignedInt(id) & Integer.MAX_VALUE);
          }
        }
        case "CapPrm", "CapEff" -> capabilities |= Long.parseUnsignedLong(value, 16);
        case "NoNewPrivs" -> none = value.equals("1");
        default -> { }
      }
    }
    return new OfThread(name, user, capabilities, none);
  }

  /** Whether this process runs as root. */
  public static boolean root() throws IOException {
    return threads().stream().anyMatch(t -> t.user == 0);
  }

  /**
   * Turns every thread of this process into one of an ordinary user, without a way back.
   *
   * @param user user id, not 0
   * @param group group id, not 0; it is the only group afterwards
   * @throws IOException if one thread kept anything: the process must end then
   */
  public static void become(int user, int group) throws IOException {
    if (user == 0 || group == 0) {
      throw new IllegalArgumentException("root is no ordinary user");
    }
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      ValueLayout.OfInt id = ValueLayout.JAVA_INT;
      MethodHandle groups = Libc.handle("setgroups", FunctionDescriptor.of(id, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
      MethodHandle groupIds = Libc.handle("setresgid", FunctionDescriptor.of(id, id, id, id));
      MethodHandle userIds = Libc.handle("setresuid", FunctionDescriptor.of(id, id, id, id));
      boolean done;
      try {
        done = (int) groups.invokeExact(libc.state(), 0L, MemorySegment.NULL) == 0
            && (int) groupIds.invokeExact(libc.state(), group, group, group) == 0
            && (int) userIds.invokeExact(libc.state(), user, user, user) == 0;
      } catch (Throwable e) {
        throw new AssertionError("a call of the C library does not throw", e);
      }
      if (!done) {
        throw libc.failure("the rights of root cannot be given up");
      }
    }
    for (OfThread thread : threads()) {
      if (thread.user != user || thread.capabilities != 0) {
        throw new IOException("the thread " + thread.name + " kept rights of root; Vigie does not go on like that");
      }
    }
  }
}
