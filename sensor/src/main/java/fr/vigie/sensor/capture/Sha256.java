package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 (FIPS 180-4) of a file: by the system's libcrypto where there is one and the file is large, else by the JDK. Both say the same; the
 * JDK's is slow where its optimising compiler is off, a tenth of what the processor's own instructions do.
 */
final class Sha256 {
  /** From how many octets on finding and linking the library pays. */
  static final long LARGE = 24L << 20;

  private static final int PIECE = 1 << 18;
  private static final int OCTETS = 32;

  /** {@code SHA256_CTX} has 112 octets in every version since 0.9.8. */
  private static final int CONTEXT = 256;

  private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1");

  private Sha256() {}

  /** The digest of a whole file as stored, in hex. */
  static String of(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      Library library = in.size() < LARGE ? null : Library.FOUND;
      return HexFormat.of().formatHex(library == null ? byJdk(in) : library.digest(in));
    }
  }

  /** The same by the JDK alone. */
  static byte[] byJdk(FileChannel in) throws IOException {
    MessageDigest digest = jdk();
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
    while (in.read(buffer.clear()) >= 0) {
      digest.update(buffer.flip());
    }
    return digest.digest();
  }

  static MessageDigest jdk() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * The three calls of libcrypto that have been there since its beginning; deprecated since 3.0 in favour of interfaces that first read a
   * configuration, which a digest has no use for.
   */
  static final class Library {
    /** The system's, or null where it has none. */
    static final @Nullable Library FOUND = find();

    private final MethodHandle init;
    private final MethodHandle update;
    private final MethodHandle last;

    @SuppressWarnings("restricted") // calling C is what this class is for
    private Library(SymbolLookup symbols) {
      Linker linker = Linker.nativeLinker();
      ValueLayout.OfInt result = ValueLayout.JAVA_INT;
      ValueLayout pointer = ValueLayout.ADDRESS;
      init = linker.downcallHandle(symbols.findOrThrow("SHA256_Init"), FunctionDescriptor.of(result, pointer));
      update = linker.downcallHandle(symbols.findOrThrow("SHA256_Update"), FunctionDescriptor.of(result, pointer, pointer, ValueLayout.JAVA_LONG));
      last = linker.downcallHandle(symbols.findOrThrow("SHA256_Final"), FunctionDescriptor.of(result, pointer, pointer));
    }

    @SuppressWarnings("restricted") // a library of the system, by a name that is fixed here
    private static @Nullable Library find() {
      for (String name : NAMES) {
        try {
          return new Library(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException | NoSuchElementException absent) {
          // the next name, and at last the JDK
        }
      }
      return null;
    }

    /** The digest of what is left of the file. */
    byte[] digest(FileChannel in) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment context = arena.allocate(CONTEXT, 16);
        MemorySegment piece = arena.allocate(PIECE, 64);
        MemorySegment result = arena.allocate(OCTETS);
        ByteBuffer buffer = piece.asByteBuffer();
        call((int) init.invokeExact(context));
        while (in.read(buffer.clear()) >= 0) {
          call((int) update.invokeExact(context, piece, (long) buffer.position()));
        }
        call((int) last.invokeExact(result, context));
        return result.toArray(ValueLayout.JAVA_BYTE);
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError("a call of libcrypto does not throw", e);
      }
    }

    private static void call(int answer) throws IOException {
      if (answer != 1) {
        throw new IOException("libcrypto refuses to take a digest");
      }
    }
  }
}
