package fr.vigie.web.api;

import fr.vigie.web.exchange.ImportRoom;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that takes one table after another until somebody ends it, and says which it was told were taken: {@code ImportsUntilKilled FOLDER ROWS}. For
 * {@link WrongImportsTest}, which ends it without warning.
 */
final class ImportsUntilKilled {
  private ImportsUntilKilled() {}

  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[1]);
    SampleEstate sample = new SampleEstate(Path.of(args[0]));
    sample.crowd(rows);
    ImportRoom imports = new ImportRoom(sample.estate.ballot(), SampleEstate.filed());
    for (int turn = 1; ; turn++) {
      String id = imports.take("salles.csv", table(rows, ProcessHandle.current().pid() + "-" + turn), "rssi").path("id").asText();
      System.out.println(id);
      System.out.flush();
    }
  }

  /** A room for each device of the crowd. */
  static byte[] table(int rows, String room) {
    StringBuilder table = new StringBuilder("id;room\n");
    for (int i = 0; i < rows; i++) {
      table.append("a-crowd%09d".formatted(i)).append(';').append(room).append('\n');
    }
    return table.toString().getBytes(StandardCharsets.UTF_8);
  }
}
