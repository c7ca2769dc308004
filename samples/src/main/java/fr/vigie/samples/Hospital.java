package fr.vigie.samples;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/**
 * The sample hospital: for a seed it writes a capture ({@value #CAPTURE}), a site file and the labelled story. The same seed gives the
 * same octets.
 */
public final class Hospital {
  /** File name of the capture: pcapng in gzip. */
  public static final String CAPTURE = "hospital.pcapng.gz";
  /** File name of the site description. */
  public static final String SITE = "site.yaml";
  /** File name of the story. */
  public static final String STORY = "story.tsv";
  /** Seed of the committed capture. */
  public static final long SEED = 1;
  /** First packet at the earliest. */
  public static final Instant BEGIN = Instant.parse("2026-03-10T06:00:00Z");
  /** End of the quiet part: what {@code --learn-until} wants. */
  public static final Instant LEARN_UNTIL = Instant.parse("2026-03-10T07:05:00Z");
  /** No packet later than this. */
  public static final Instant END = Instant.parse("2026-03-10T08:05:00Z");

  private Hospital() {}

  /** Writes the three files of a seed into a directory, which is made where it is absent. */
  public static void write(long seed, Path directory) throws IOException {
    Building building = new Building(seed);
    Capture capture = new Capture();
    Talk talk = new Talk(new Wire(capture), building);
    Story story = new Story(building, talk, seed, nanos(LEARN_UNTIL), nanos(END));
    // First what happens, so that the polls of the quiet life show what was written and miss what was silenced.
    story.play();
    new QuietLife(building, talk, seed, nanos(BEGIN), nanos(END)).live();
    capture.finish(seed);
    Files.createDirectories(directory);
    try (OutputStream out = new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(directory.resolve(CAPTURE)), 1 << 16))) {
      capture.write(out);
    }
    Files.writeString(directory.resolve(SITE), new SiteText(building, story).text(seed), StandardCharsets.UTF_8);
    Files.writeString(directory.resolve(STORY), story.text(), StandardCharsets.UTF_8);
  }

  static long nanos(Instant i) {
    return i.getEpochSecond() * 1_000_000_000L + i.getNano();
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
  }

  /** {@code --seed N} (default {@value #SEED}) {@code --out DIR}. Exit code 2 on wrong usage, 3 when the files cannot be written. */
  public static void main(String[] args) {
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    long seed = SEED;
    Path out = null;
    for (int i = 0; i + 1 < args.length; i += 2) {
      if (args[i].equals("--seed") && args[i + 1].matches("\\d{1,18}")) {
        seed = Long.parseLong(args[i + 1]);
      } else if (args[i].equals("--out")) {
        out = Path.of(args[i + 1]);
      } else {
        out = null;
        break;
      }
    }
    if (out == null || args.length % 2 != 0) {
      err.println("usage: Hospital [--seed N] --out DIR");
      System.exit(2);
      return;
    }
    try {
      write(seed, out);
    } catch (IOException e) {
      err.println("cannot write the sample hospital to " + out + ": " + e);
      System.exit(3);
    }
  }
}
