package fr.vigie.web.command;

import fr.vigie.inventory.store.Index;
import fr.vigie.rules.alert.Ids;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.web.live.Indexes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the last run left to be shown at once: its indexes as of their last commit, if there is nothing to doubt in them. They are shown only;
 * the fold of the log, which goes on behind them, is the truth. Doubtful ones are deleted and made again before anything is shown.
 *
 * @param indexes the indexes, with documents where {@code shown} is positive, else empty
 * @param mark what must be written beside the next commit
 * @param shown sequence number up to which the documents are complete, or 0
 * @param origins the table of origins; empty where nothing is shown
 * @param doubt why indexes that were there are not believed, or the empty text
 */
record Kept(Indexes indexes, String mark, long shown, List<Origin> origins, String doubt) {
  /** Bumped whenever documents come to look otherwise. */
  private static final String FORMAT = "5";
  private static final int LONGEST_DOUBT = 120;

  /**
   * Opens what was kept.
   *
   * @param tail last sequence number of the log
   * @param expectation digest of all that decides, beside the log, what the documents say
   */
  static Kept open(Path data, long tail, String expectation) throws IOException {
    Path folder = data.resolve("index");
    String mark = Ids.sha256((FORMAT + ' ' + expectation + ' ' + identity(data.resolve("log"))).getBytes(StandardCharsets.UTF_8));
    if (Files.isDirectory(folder)) {
      String doubt;
      try {
        Indexes found = Indexes.open(folder);
        try {
          List<Origin> origins = origins(data.resolve("origins.json"));
          doubt = doubt(found, mark, tail, origins);
          if (doubt.isEmpty()) {
            return new Kept(found, mark, committed(found), origins, "");
          }
        } catch (IOException | RuntimeException e) {
          doubt = String.valueOf(e.getMessage());
        }
        found.close();
      } catch (IOException | RuntimeException e) {
        doubt = String.valueOf(e.getMessage());
      }
      wipe(folder);
      doubt = doubt.substring(0, Math.min(doubt.length(), LONGEST_DOUBT));
      if (tail > 0) {
        System.err.println("vigie: the indexes of the last run are not used (" + doubt + "); they are made again from the log first");
        return new Kept(Indexes.open(folder), mark, 0, List.of(), doubt);
      }
    }
    return new Kept(Indexes.open(folder), mark, 0, List.of(), "");
  }

  /** Why they cannot be believed, or the empty text. */
  private static String doubt(Indexes found, String mark, long tail, List<Origin> origins) throws IOException {
    for (Index index : found.all()) {
      if (index.committed() == 0) {
        return "one was never committed";
      }
      if (!index.mark().equals(mark)) {
        return "they are of another site file, policy, program or log";
      }
      if (index.committed() > tail) {
        return "they know more than the log";
      }
      index.verify();
    }
    return origins.isEmpty() ? "the table of origins is missing" : "";
  }

  private static long committed(Indexes indexes) {
    return indexes.all().stream().mapToLong(Index::committed).min().orElse(0);
  }

  private static void wipe(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A name that this log got when it was first opened: another log in its place is not mistaken for it. */
  private static String identity(Path log) throws IOException {
    Path file = log.resolve("identity");
    if (!Files.exists(file)) {
      replace(file, UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static List<Origin> origins(Path file) throws IOException {
    return Files.exists(file) ? LoggedOrigin.read(ByteBuffer.wrap(Files.readAllBytes(file)), List.of()) : List.of();
  }

  /** Writes the table of origins where the next start finds it without reading the log; before the log, so that it never lacks one. */
  static void remember(Path file, List<Origin> origins) throws IOException {
    ByteBuffer record = LoggedOrigin.write(origins);
    byte[] octets = new byte[record.remaining()];
    record.get(octets);
    replace(file, octets);
  }

  private static void replace(Path file, byte[] octets) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.write(part, octets);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
