package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A filter of libpcap's language (pcap-filter(7)), compiled by libpcap for one interface into instructions that the kernel runs before a
 * frame enters the ring. It is compiled on an open handle of the interface where the rights allow, because only there libpcap knows that
 * the kernel keeps VLAN tags beside the frame.
 *
 * <pre>
 * struct bpf_program: | count u32 | pad u32 | instructions pointer |, an instruction: | code u16 | jt u8 | jf u8 | k u32 |
 * struct sock_fprog:  | count u16 | pad      | instructions pointer |
 * </pre>
 */
final class Filter {
  private static final int INSTRUCTION = 8;
  private static final int ERROR_BUFFER = 256; // PCAP_ERRBUF_SIZE, pcap.h
  private static final int NETMASK_UNKNOWN = -1; // PCAP_NETMASK_UNKNOWN, pcap.h
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private final byte[] instructions;

  private Filter(byte[] instructions) {
    this.instructions = instructions;
  }

  /**
   * Compiles an expression.
   *
   * @throws CaptureException of kind FILTER when libpcap does not understand it
   * @throws IOException when libpcap is missing
   */
  static Filter compile(String expression, String card, int linkType) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return new Library(arena).compile(expression, card, linkType, arena);
    }
  }

  /** {@code struct sock_fprog} for SO_ATTACH_FILTER. */
  MemorySegment program(Arena arena) {
    MemorySegment code = arena.allocateFrom(ValueLayout.JAVA_BYTE, instructions);
    MemorySegment program = arena.allocate(16, 8);
    program.set(ValueLayout.JAVA_SHORT, 0, (short) (instructions.length / INSTRUCTION));
    program.set(ValueLayout.ADDRESS, 8, code);
    return program;
  }

  /** What libpcap offers for it. */
  @SuppressWarnings("restricted") // calling libpcap, and reading the program and the text it answers with
  private static final class Library {
    private final SymbolLookup symbols;
    private final Linker linker = Linker.nativeLinker();

    Library(Arena arena) throws IOException {
      symbols = find(arena);
    }

    private static SymbolLookup find(Arena arena) throws IOException {
      IllegalArgumentException last = null;
      for (String name : List.of("libpcap.so.0.8", "libpcap.so.1", "libpcap.so")) {
        try {
          return SymbolLookup.libraryLookup(name, arena);
        } catch (IllegalArgumentException e) {
          last = e;
        }
      }
      throw new IOException("a filter is compiled by libpcap, which is missing; install it as root: apt-get install libpcap0.8", last);
    }

    private MethodHandle function(String name, FunctionDescriptor shape) {
      return linker.downcallHandle(symbols.findOrThrow(name), shape);
    }

    Filter compile(String expression, String card, int linkType, Arena arena) throws IOException {
      try {
        MemorySegment handle = live(card, arena);
        if (handle.address() == 0) {
          handle = (MemorySegment) function("pcap_open_dead", FunctionDescriptor.of(POINTER, INT, INT)).invokeExact(linkType == 101 ? 12 : linkType,
              CaptureFile.MAXIMUM_CAPTURED); // DLT_RAW is 12 on Linux
        }
        try {
          return compile(expression, handle, arena);
        } finally {
          function("pcap_close", FunctionDescriptor.ofVoid(POINTER)).invokeExact(handle);
        }
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError("a call of libpcap does not throw", e);
      }
    }

    /** An open handle of the interface, or NULL where the rights do not allow it or the interface is down. It hears nothing of weight. */
    private MemorySegment live(String card, Arena arena) throws Throwable {
      MemorySegment handle = (MemorySegment) function("pcap_create", FunctionDescriptor.of(POINTER, POINTER, POINTER))
          .invokeExact(arena.allocateFrom(card), arena.allocate(ERROR_BUFFER));
      if (handle.address() == 0) {
        return MemorySegment.NULL;
      }
      FunctionDescriptor set = FunctionDescriptor.of(INT, POINTER, INT);
      int said = (int) function("pcap_set_snaplen", set).invokeExact(handle, CaptureFile.MAXIMUM_CAPTURED);
      if (said == 0 && (int) function("pcap_activate", FunctionDescriptor.of(INT, POINTER)).invokeExact(handle) >= 0) {
        return handle;
      }
      function("pcap_close", FunctionDescriptor.ofVoid(POINTER)).invokeExact(handle);
      return MemorySegment.NULL;
    }

    private Filter compile(String expression, MemorySegment handle, Arena arena) throws Throwable {
      MemorySegment program = arena.allocate(16, 8);
      int answer = (int) function("pcap_compile", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, INT, INT))
          .invokeExact(handle, program, arena.allocateFrom(expression), 1, NETMASK_UNKNOWN);
      if (answer != 0) {
        MemorySegment text = (MemorySegment) function("pcap_geterr", FunctionDescriptor.of(POINTER, POINTER)).invokeExact(handle);
        throw LiveCapture.misunderstood(expression, text.reinterpret(ERROR_BUFFER).getString(0, StandardCharsets.UTF_8), null);
      }
      long octets = (long) INSTRUCTION * program.get(INT, 0);
      byte[] code = program.get(ValueLayout.ADDRESS, 8).reinterpret(octets).toArray(ValueLayout.JAVA_BYTE);
      function("pcap_freecode", FunctionDescriptor.ofVoid(POINTER)).invokeExact(program);
      return new Filter(code);
    }
  }
}
