package fr.vigie.sensor.fuzz;

import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A fuzz target: capture files – pcap, pcapng, and either of them compressed. What must hold: nothing is thrown but the one exception that
 * says why a file is none, packets lie within what was read, and the reader comes to an end.
 */
public final class FilesFuzz {
  private static final Path FILE = place();
  private static final int MOST_PACKETS = 1 << 20;

  private FilesFuzz() {}

  /** A file in memory where the system has that: half a million files a minute are no load for a disk. */
  private static Path place() {
    try {
      Path memory = Path.of("/dev/shm");
      Path file = Files.isWritable(memory) ? Files.createTempFile(memory, "vigie-fuzz", ".pcap") : Files.createTempFile("vigie-fuzz", ".pcap");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FILE, data);
    Packet packet = new Packet();
    try (CaptureFile file = CaptureFile.open(FILE, "site")) {
      int packets = 0;
      while (file.next(packet)) {
        if (packet.captured < 0 || packet.wire < packet.captured || packet.offset < 0 || packet.offset + packet.captured > packet.segment.byteSize()) {
          throw new AssertionError("packet " + packet.index + " of " + packet.captured + " octets at " + packet.offset + " of " + packet.segment.byteSize());
        }
        if (file.origins().get(packet.origin).index() != packet.origin) {
          throw new AssertionError("packet " + packet.index + " of nobody");
        }
        if (++packets > MOST_PACKETS) {
          throw new AssertionError("more packets than octets");
        }
      }
      file.faults().forEach(fault -> {
        if (fault.message().isBlank()) {
          throw new AssertionError("a fault without words");
        }
      });
    } catch (CaptureException e) {
      if (String.valueOf(e.getMessage()).isBlank()) {
        throw new AssertionError("a refusal without words", e);
      }
    }
  }
}
