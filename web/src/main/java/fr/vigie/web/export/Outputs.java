package fr.vigie.web.export;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetJson;
import fr.vigie.inventory.json.Json;
import fr.vigie.rules.alert.AlertJson;
import fr.vigie.rules.alert.Candidate;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Roll;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.HashMap;
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
    INCIDENTS,
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

  private static final byte[] END_OF_LINE = Line.ready("\n");

  private final Path folder;
  private final Map<File, Line> writers = new EnumMap<>(File.class);
  private final Addresses written;
  /** Names of members, ready to be written. */
  private final Map<String, byte[]> names = new HashMap<>();
  private final long[] lines = new long[File.values().length];

  /**
   * Opens the files.
   *
   * @param addresses addresses that are kept as written, at most
   * @throws IOException if the folder cannot be made or written
   */
  public Outputs(Path folder, int addresses) throws IOException {
    this.folder = folder;
    written = new Addresses(addresses);
    try {
      Files.createDirectories(folder);
      for (File file : File.values()) {
        writers.put(file, new Line(written, Files.newOutputStream(part(file.fileName()))));
      }
    } catch (FileSystemException e) {
      throw new IOException("outputs cannot be written to " + folder + " (" + reason(e) + "); choose another folder with --out", e);
    }
  }

  /** What is kept for addresses is kept on the roll of the road whose observations it writes. */
  public void on(Roll roll) {
    written.on(roll);
  }

  /** The exceptions of files carry the reason in their class or beside a path, seldom in their message. */
  private static String reason(FileSystemException e) {
    String reason = e.getReason();
    return switch (e) {
      case FileAlreadyExistsException taken -> taken.getFile() + " is a file";
      case AccessDeniedException denied -> "no permission at " + denied.getFile();
      case NoSuchFileException missing -> missing.getFile() + " cannot be made";
      default -> reason == null ? String.valueOf(e.getFile()) : reason;
    };
  }

  private Path part(String name) {
    return folder.resolve("." + name + ".part");
  }

  /**
   * Writes what an observation says, if it has a file.
   *
   * @throws UncheckedIOException if it cannot be written, for example on a full disk
   */
  public void observation(Observation o) {
    try {
      switch (o) {
        case Reading r -> Observations.write(line(File.READINGS), r);
        case Contact c when c.phase() == Contact.Phase.CLOSE -> Observations.write(line(File.CONTACTS), c);
        case Act a -> Observations.write(line(File.ACTS), a);
        case Flaw f -> Observations.write(line(File.FLAWS), f);
        default -> { }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a line.
   *
   * @throws UncheckedIOException if it cannot be written, for example on a full disk
   */
  public void write(File file, JsonNode line) {
    try {
      line(file).put(Json.line(line).getBytes(StandardCharsets.UTF_8)).put(END_OF_LINE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a device.
   *
   * @throws UncheckedIOException if it cannot be written, for example on a full disk
   */
  public void asset(Asset asset) {
    try {
      Line line = line(File.ASSETS);
      LineMembers members = new LineMembers(line, names).open();
      AssetJson.write(asset, members);
      members.close();
      line.put(END_OF_LINE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a candidate of a detection that learns.
   *
   * @throws UncheckedIOException if it cannot be written, for example on a full disk
   */
  public void learned(Candidate candidate) {
    try {
      Line line = line(File.LEARNED);
      LineMembers members = new LineMembers(line, names).open();
      AlertJson.write(candidate, members);
      members.close();
      line.put(END_OF_LINE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the next line of a file goes. */
  private Line line(File file) {
    Line writer = writers.get(file);
    if (writer == null) {
      throw new IllegalStateException("the outputs are closed");
    }
    lines[file.ordinal()]++;
    return writer;
  }

  /** Lines written to a file so far. */
  public long lines(File file) {
    return lines[file.ordinal()];
  }

  /** Ends all files, writes the summary and gives everything its name. */
  public void finish(JsonNode summary) throws IOException {
    for (Line writer : writers.values()) {
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
    for (Line writer : writers.values()) {
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
