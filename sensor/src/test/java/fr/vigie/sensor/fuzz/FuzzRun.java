package fr.vigie.sensor.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The long run, by hand: {@code FuzzRun FOLDER seeds} writes the seeds of every target to {@code FOLDER/TARGET/seeds}, for
 * {@code bench/fuzz} to start from; {@code FuzzRun FOLDER keep} takes of the corpora {@code FOLDER/TARGET/corpus} into the tests.
 */
final class FuzzRun {
  /** Octets kept of each target's corpus. */
  private static final long MOST = 24 << 10;

  private FuzzRun() {}

  /** Arguments: folder, and what to do. */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Path folder = Path.of(args[0]);
    Map<String, List<byte[]>> seeds = all();
    for (Map.Entry<String, List<byte[]>> target : seeds.entrySet()) {
      Path place = folder.resolve(target.getKey());
      if (args[1].equals("seeds")) {
        Seeds.write(target.getValue(), place.resolve("seeds"));
      } else if (Files.isDirectory(place.resolve("corpus"))) {
        Seeds.keep(target.getKey(), place.resolve("corpus"), MOST);
      }
    }
    System.out.println(String.join("\n", seeds.keySet()));
  }

  /** The seeds of every target: those made of messages and frames, and what was kept. */
  static Map<String, List<byte[]>> all() throws IOException, ReflectiveOperationException {
    Map<String, List<byte[]>> all = Seeds.messages();
    all.put("frames", new ArrayList<>(Seeds.frames()));
    all.put("files", new ArrayList<>(Seeds.files()));
    for (Map.Entry<String, List<byte[]>> target : all.entrySet()) {
      target.getValue().addAll(Seeds.kept(target.getKey()));
    }
    return all;
  }
}
