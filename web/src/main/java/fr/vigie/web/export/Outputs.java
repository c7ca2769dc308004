package fr.vigie.web.export;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Reading;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The files of a replay: one JSON object a line, in {@code (seq, n)} order, the same bytes for the same capture. They are written beside
 * their final names and take them only when everything is written: a full disk leaves no half file under a good name.
 */
public final class Outputs implements Closeable {
  /** The files, named as on disk. */
  public enum File {
    ASSETS,
    ALERTS,
    CONTACTS,
    ACTS,
    READINGS,
    FLAWS,
    LEARNED;

    /** {@code assets.ndjson}. */
    public String fileName() {
      return name().toLowerCase(Locale.ROOT) + ".ndjson";
    }
  }

  private final Path folder;
  private final Map<File, BufferedWriter> writers = new EnumMap<>(File.class);
  private final Map<File, Long> lines = new EnumMap<>(File.class);

  /**
   * Opens the files.
   *
   * @throws IOException if the folder cannot be made or written
   */
  public Outputs(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    for (File file : File.values()) {
      writers.put(file, Files.newBufferedWriter(part(file.fileName()), StandardCharsets.UTF_8));
      lines.put(file, 0L);
    }
  }

  private Path part(String name) {
    return folder.resolve("." + name + ".part");
  }

  /** Writes what an observation says, if it has a file. */
  public void observation(Observation o) {
    switch (o) {
      case Contact c when c.phase() == Contact.Phase.CLOSE -> write(File.CONTACTS, Observations.contact(c));
      case Act a -> write(File.ACTS, Observations.act(a));
      case Reading r -> write(File.READINGS, Observations.reading(r));
      case Flaw f -> write(File.FLAWS, Observations.flaw(f));
      default -> { }
    }
  }

  /**
   * Writes a line.
   *
   * @throws UncheckedIOException if it cannot be written, for example on a full disk
   */
  public void write(File file, JsonNode line) {
    BufferedWriter writer = writers.get(file);
    if (writer == null) {
      throw new IllegalStateException("the outputs are closed");
    }
    try {
      writer.write(Json.line(line));
      writer.write('\n');
      lines.merge(file, 1L, Long::sum);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines written to a file so far. */
  public long lines(File file) {
    return lines.getOrDefault(file, 0L);
  }

  /** Ends all files, writes the summary and gives everything its name. */
  public void finish(JsonNode summary) throws IOException {
    for (BufferedWriter writer : writers.values()) {
      writer.close();
    }
    Files.writeString(part("summary.json"), Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
    for (File file : File.values()) {
      take(file.fileName());
    }
    take("summary.json");
    writers.clear();
  }

  private void take(String name) throws IOException {
    Files.move(part(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Drops what was not finished. */
  @Override
  public void close() throws IOException {
    for (BufferedWriter writer : writers.values()) {
      try {
        writer.close();
      } catch (IOException e) {
        // the cause was already told by the write that failed; what matters here is that the part files go
        continue;
      }
    }
    for (File file : File.values()) {
      Files.deleteIfExists(part(file.fileName()));
    }
    Files.deleteIfExists(part("summary.json"));
  }
}
