package fr.vigie.web.exchange;

import fr.vigie.web.api.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A ZIP archive that leaves while it is made; the same content gives the same octets. */
final class Archive {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private final ZipOutputStream zip;

  Archive(OutputStream out) {
    zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
  }

  /** Writes a file; what it is given must not be closed by it. */
  void file(String name, Exchange.Body body) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    body.write(zip);
    zip.closeEntry();
  }

  /** Ends the archive and leaves what is below it open. */
  void end() throws IOException {
    zip.finish();
  }
}
