package fr.vigie.sensor.capture;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The reader of one capture format over a {@link Window}. */
interface RecordReader {
  /**
   * Fills {@code packet} with the next packet: all but {@link Packet#index} and {@link Packet#slab}.
   *
   * @return false at the end or at a fault; then {@link #fault} says which
   * @throws IOException if the stored octets cannot be read or decompressed
   */
  boolean next(Packet packet) throws IOException;

  /** The next statement before the packet last read, or null. */
  default @Nullable Statement statement() {
    return null;
  }

  /** What is wrong, or was passed over not understood, or null at a regular end. */
  @Nullable Trouble fault();

  /**
   * A fault of the format.
   *
   * @param offset where, in the decompressed file
   * @param message one sentence: what is wrong and what to do
   */
  record Trouble(long offset, String message) {}

  /** Hears of interfaces as the file names them. */
  interface Interfaces {
    /**
     * One interface more.
     *
     * @return its index among the origins of the source
     */
    int add(@Nullable String name, int linkType);
  }
}
