package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The few calls of the C library that listening needs, with the error number of the last one. Each instance is for one thread. Constants
 * are Linux's, the same on x86-64 and AArch64.
 */
final class Libc {
  /** errno: not permitted. */
  static final int EPERM = 1;

  /** errno: a signal came in between. */
  static final int EINTR = 4;

  /** errno: permission denied. */
  static final int EACCES = 13;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
  private static final VarHandle ERRNO = Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = handle("socket", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final MethodHandle SETSOCKOPT = handle("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));
  private static final MethodHandle GETSOCKOPT = handle("getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER));
  private static final MethodHandle BIND = handle("bind", FunctionDescriptor.of(INT, INT, POINTER, INT));
  private static final MethodHandle POLL = handle("poll", FunctionDescriptor.of(INT, POINTER, LONG, INT));
  private static final MethodHandle MMAP = handle("mmap", FunctionDescriptor.of(POINTER, POINTER, LONG, INT, INT, INT, LONG));
  private static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(INT, POINTER, LONG));
  private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle IOCTL = handle("ioctl", FunctionDescriptor.of(INT, INT, LONG, POINTER), Linker.Option.firstVariadicArg(2));
  /** POSIX's strerror_r: glibc and musl hide it behind another name. */
  @SuppressWarnings("restricted") // calling C is what this class is for
  private static final MethodHandle STRERROR = LINKER.downcallHandle(LINKER.defaultLookup().find("__xpg_strerror_r")
      .orElseGet(() -> LINKER.defaultLookup().findOrThrow("strerror_r")), FunctionDescriptor.of(INT, INT, POINTER, LONG));

  private final MemorySegment state;

  Libc(Arena arena) {
    state = arena.allocate(Linker.Option.captureStateLayout());
  }

  /** A function of the C library that leaves its error number. */
  @SuppressWarnings("restricted")
  static MethodHandle handle(String name, FunctionDescriptor shape, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    System.arraycopy(more, 0, options, 0, more.length);
    options[more.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
  }

  /** Where the error number is left, for the first argument of a {@link #handle}. */
  MemorySegment state() {
    return state;
  }

  /** Error number of the last call that failed. */
  int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  /** What the last failure was, for a person: {@code what: text of the system}. */
  IOException failure(String what) {
    return new IOException(what + ": " + text(errno()));
  }

  /** The system's text for an error number. */
  static String text(int errno) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(256);
      return (int) STRERROR.invokeExact(errno, into, into.byteSize()) == 0 ? into.getString(0, StandardCharsets.UTF_8) : "errno " + errno;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("a call of the C library does not throw", e);
  }

  /** socket(2). */
  int socket(int family, int type, int protocol) {
    try {
      return (int) SOCKET.invokeExact(state, family, type, protocol);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** setsockopt(2). */
  int setOption(int socket, int level, int name, MemorySegment value) {
    try {
      return (int) SETSOCKOPT.invokeExact(state, socket, level, name, value, (int) value.byteSize());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** getsockopt(2); {@code length} holds the value's octets before and after. */
  int option(int socket, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      return (int) GETSOCKOPT.invokeExact(state, socket, level, name, value, length);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** bind(2). */
  int bind(int socket, MemorySegment address) {
    try {
      return (int) BIND.invokeExact(state, socket, address, (int) address.byteSize());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** poll(2) over as many {@code struct pollfd} of eight octets as there are in {@code descriptors}. */
  int poll(MemorySegment descriptors, int milliseconds) {
    try {
      return (int) POLL.invokeExact(state, descriptors, descriptors.byteSize() / 8, milliseconds);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** mmap(2), readable and writable, shared; the answer has no length yet and is null's neighbour -1 where it failed. */
  MemorySegment map(int descriptor, long octets) {
    try {
      return (MemorySegment) MMAP.invokeExact(state, MemorySegment.NULL, octets, 3, 1, descriptor, 0L); // PROT_READ | PROT_WRITE, MAP_SHARED
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** munmap(2). */
  int unmap(MemorySegment memory) {
    try {
      return (int) MUNMAP.invokeExact(state, memory, memory.byteSize());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** ioctl(2) with a pointer. */
  int control(int descriptor, long request, MemorySegment argument) {
    try {
      return (int) IOCTL.invokeExact(state, descriptor, request, argument);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** close(2). */
  int close(int descriptor) {
    try {
      return (int) CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }
}
