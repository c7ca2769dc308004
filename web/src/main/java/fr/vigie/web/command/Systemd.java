package fr.vigie.web.command;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The line to the service manager: sd_notify(3), one datagram a message to the socket that {@code NOTIFY_SOCKET} names. Java's Unix sockets
 * know no datagrams, so three calls of the C library are made. Without that variable nothing is sent.
 */
final class Systemd {
  private static final int AF_UNIX = 1; // sys/socket.h of Linux, all architectures
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  /** unix(7): {@code | family u16 | path 108 |}. */
  private static final int PATH = 2;

  private static final int LONGEST_PATH = 107;

  private final byte[] path;

  private Systemd(byte[] path) {
    this.path = path;
  }

  /**
   * The line, or null where there is none.
   *
   * @param socket value of {@code NOTIFY_SOCKET}: a path, or an abstract name after {@code @}
   */
  static @Nullable Systemd of(@Nullable String socket) {
    if (socket == null || socket.isEmpty() || socket.charAt(0) != '/' && socket.charAt(0) != '@') {
      return null;
    }
    byte[] path = socket.getBytes(StandardCharsets.UTF_8);
    if (path.length > LONGEST_PATH) {
      return null;
    }
    if (path[0] == '@') {
      path[0] = 0; // an abstract name begins with a zero octet
    }
    return new Systemd(path);
  }

  /** Sends {@code READY=1} and the like; false where it did not get through. */
  boolean say(String message) {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle socket = handle(linker, "socket", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT));
      MethodHandle send = handle(linker, "sendto", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      MethodHandle close = handle(linker, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      MemorySegment address = arena.allocate(PATH + LONGEST_PATH + 1L);
      address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, PATH, path.length);
      byte[] octets = message.getBytes(StandardCharsets.UTF_8);
      MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, octets);
      int fd = (int) socket.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (fd < 0) {
        return false;
      }
      // a path ends with its zero octet, an abstract name with its last octet
      long sent = (long) send.invokeExact(fd, text, (long) octets.length, MSG_NOSIGNAL, address, PATH + path.length + (path[0] == 0 ? 0 : 1));
      int closed = (int) close.invokeExact(fd);
      return sent == octets.length && closed == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("the C library cannot be called", e);
    }
  }

  @SuppressWarnings("restricted") // the three calls named above, with the shapes of their man pages
  private static MethodHandle handle(Linker linker, String name, FunctionDescriptor shape) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
  }
}
