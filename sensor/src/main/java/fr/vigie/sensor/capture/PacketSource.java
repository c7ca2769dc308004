package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Origin;
import java.io.Closeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sequence of packets in capture order: one file, or several files merged by time. Single-threaded. */
public interface PacketSource extends Closeable {
  /**
   * Fills {@code packet} with the next packet.
   *
   * @return false at the end, regular or at a fault: see {@link #faults}
   */
  boolean next(Packet packet);

  /**
   * The next statement of the writer that stands before the packet last given, or behind all of them at the end; null when there is none. Where
   * {@link Packet#stated} is false there is none before that packet.
   */
  default @Nullable Statement statement() {
    return null;
  }

  /**
   * What this source itself counted of each interface since it began to listen: received is what came, whether or not there was room for it. Empty
   * where it does not listen to interfaces. Any thread.
   */
  default List<Statement> counted() {
    return List.of();
  }

  /** The origins met so far; grows while reading, indexes are stable. */
  List<Origin> origins();

  /** The capture zone of each of the {@link #origins}; asking for it costs no digest. */
  default List<String> realms() {
    return origins().stream().map(Origin::realm).toList();
  }

  /** What was wrong with the sources, in words with the byte offset; empty when everything could be read to the end. */
  List<Fault> faults();

  /** Octets of capture file read so far, for a progress bar. */
  long position();

  /** Octets of capture file in all, or -1 where that cannot be known. */
  long size();

  /**
   * Why reading a file stopped early.
   *
   * @param file file name without its folder
   * @param offset offset in the (uncompressed) file, octets
   * @param packets packets read before the fault
   * @param message one sentence: what is wrong and what to do
   * @param cause text of the underlying cause, or null
   */
  record Fault(String file, long offset, long packets, String message, @Nullable String cause) {}
}
