package fr.vigie.web.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of rules or of knowledge as it stands on disk: enough to see that something changed, without reading it. */
final class PolicyFolder {
  private static final int MOST_FILES = 1_000;

  private PolicyFolder() {}

  /** Names, sizes and times of its files; what cannot be read is part of the answer. */
  static String state(Path folder) {
    StringBuilder state = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sorted = files.sorted().limit(MOST_FILES).toList();
      for (Path file : sorted) {
        state.append(file.getFileName()).append(' ').append(Files.size(file)).append(' ').append(Files.getLastModifiedTime(file)).append('\n');
      }
    } catch (IOException e) {
      state.append("unreadable: ").append(e.getClass().getSimpleName());
    }
    return state.toString();
  }
}
