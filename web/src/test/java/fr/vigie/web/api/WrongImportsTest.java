package fr.vigie.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.exchange.ImportRoom;
import fr.vigie.web.exchange.Imported;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are wrong, on the way that a browser brings them, and machines that fail while one is taken: all of it or nothing. */
final class WrongImportsTest {
  private static final String CTA = "a-cta00000000001a";
  private static final int CROWD = 600;
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  @TempDir Path folder;
  private SampleEstate sample;
  private @Nullable Console console;
  private Browser analyst;
  private URI uri;

  /**
   * A wrong table.
   *
   * @param row that the refusal names; 0 for the file as a whole
   * @param why a word of its reason
   */
  private record Wrong(String name, byte[] content, int row, String why) {}

  private static final List<Wrong> WRONG = List.of(
      wrong("x.csv", "id;buildng\n" + CTA + ";B\n", 1, "perhaps \"building\""),
      wrong("x.csv", "id;room;room\n" + CTA + ";1;2\n", 1, "given twice"),
      wrong("x.csv", "building;room\nB;1\n", 1, "which device"),
      wrong("x.csv", "id;room\n", 0, "no row"),
      new Wrong("x.csv", ("id;room\n" + CTA + ";1\n" + CTA + ";Bâtiment\n").getBytes(WINDOWS), 3, "Windows-1252"),
      new Wrong("x.csv", ("\uFEFFid;room\n" + CTA + ";1\n").getBytes(StandardCharsets.UTF_16LE), 0, "UTF-16"),
      wrong("x.csv", "id;room\n" + CTA + ";=HYPERLINK(\"http://x\")\n", 2, "formula"),
      wrong("x.csv", "id;room\n" + CTA + ";@SUM(A1)\n", 2, "formula"),
      wrong("x.csv", "id;room\n" + CTA + ";a\0b\n", 2, "no table of text"),
      wrong("x.csv", "id;room\n" + CTA + ";1\na-nobody;2\n", 3, "no device"),
      wrong("x.csv", "id;room\n" + CTA + ";1\n" + CTA + ";2\n", 3, "above already"),
      wrong("x.csv", "id;zone\n" + CTA + ";nulle-part\n", 2, "nulle-part"),
      wrong("x.csv", "id;care\n" + CTA + ";9\n", 2, "care"),
      wrong("../../etc/cron.d/x.csv", "id;room\n" + CTA + ";1\n", 0, "path"),
      wrong("C:\\Windows\\x.csv", "id;room\n" + CTA + ";1\n", 0, "path"),
      wrong("x.xlsm", "id;room\n" + CTA + ";1\n", 0, ".xlsx"),
      wrong("x.xlsx", "id;room\n" + CTA + ";1\n", 0, "extension"),
      wrong("x.csv", "", 0, "empty"),
      wrong("x.csv", "id;room\n" + (CTA + ";1\n").repeat(20_001), 20_002, "20000 rows"));

  private static Wrong wrong(String name, String text, int row, String why) {
    return new Wrong(name, text.getBytes(StandardCharsets.UTF_8), row, why);
  }

  @BeforeEach
  void open() throws Exception {
    sample = new SampleEstate(folder);
    sample.fill();
  }

  private void serve(Path home) throws Exception {
    Console opened = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    console = opened;
    uri = opened.uri();
    analyst = new Browser(uri, home);
    String once = Files.readString(home.resolve("first-password.txt")).strip();
    analyst.login("admin", once);
    assertThat(analyst.call("PUT", "/api/v1/session/password", "{\"old\":\"" + once + "\",\"new\":\"une phrase assez longue\"}").statusCode()).isEqualTo(200);
  }

  @AfterEach
  void close() throws Exception {
    if (console != null) {
      console.close();
      console = null;
    }
    sample.close();
  }

  private HttpResponse<String> bring(String path, String name, byte[] content) throws Exception {
    return analyst.call("POST", path, Browser.JSON.createObjectNode().put("name", name).put("content", Base64.getEncoder().encodeToString(content)).toString());
  }

  @Test
  void aWrongTableIsRefusedWholeWithItsRowAndItsReason() throws Exception {
    serve(folder.resolve("home"));
    long before = sample.journal.size();
    for (Wrong wrong : WRONG) {
      for (String path : List.of("/api/v1/imports/plan", "/api/v1/imports")) {
        HttpResponse<String> answer = bring(path, wrong.name, wrong.content);
        String what = wrong.name + " " + wrong.why + " at " + path + ": " + answer.body();
        assertThat(answer.statusCode()).as(what).isEqualTo(path.endsWith("plan") ? 200 : 422);
        JsonNode plan = Browser.JSON.readTree(answer.body());
        assertThat(plan.path("id").isNull()).as(what).isTrue();
        assertThat(plan.at("/refusals/0/row").asInt(-1)).as(what).isEqualTo(wrong.row);
        assertThat(plan.at("/refusals/0/en").asText()).as(what).contains(wrong.why);
        assertThat(plan.at("/refusals/0/fr").asText()).as(what).isNotBlank();
      }
    }
    assertThat(sample.journal.size()).as("nothing of any of them").isEqualTo(before);
    assertThat(sample.estate.asset(CTA).path("room").isTextual()).isFalse();
  }

  @Test
  void twoGigabytesAreRefusedByWhatTheyAnnounceAndByWhatTheyBring() throws Exception {
    serve(folder.resolve("home"));
    long before = sample.journal.size();
    String head = "POST /api/v1/imports HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\nContent-Type: application/json\r\nCookie: " + analyst.cookie
        + "\r\nX-Vigie-Csrf: " + analyst.csrf + "\r\n";
    try (Socket socket = analyst.socket()) {
      socket.getOutputStream().write((head + "Content-Length: 2147483648\r\n\r\n{").getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 413");
    }
    try (Socket socket = analyst.socket()) {
      socket.getOutputStream().write((head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      byte[] chunk = new byte[1 << 20];
      Arrays.fill(chunk, (byte) 'a');
      int sent = 0;
      try {
        while (sent < 64 && socket.getInputStream().available() == 0) {
          socket.getOutputStream().write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().write(chunk);
          socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
          sent++;
        }
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 413");
      } catch (java.io.IOException e) {
        assertThat(e).as("the door was shut while the next chunk came").isInstanceOf(java.net.SocketException.class);
      }
      assertThat(sent).as("megabytes before the door is shut").isLessThan(64);
    }
    assertThat(sample.journal.size()).isEqualTo(before);
  }

  @Test
  void aDiskThatFillsUpLeavesNothingOfATable() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", small.toString()).redirectErrorStream(true).start();
    assumeTrue(mount.waitFor() == 0, "no right to mount a small disk");
    close();
    try {
      Path file = Files.createFile(small.resolve("journal.ndjson"));
      Path other = Files.createDirectory(folder.resolve("other"));
      Files.createSymbolicLink(other.resolve("journal.ndjson"), file);
      sample = new SampleEstate(other);
      sample.crowd(CROWD);
      serve(other.resolve("home"));
      HttpResponse<String> first = bring("/api/v1/imports", "a.csv", "id;room\na-crowd000000001;A\n".getBytes(StandardCharsets.UTF_8));
      assertThat(first.statusCode()).as("%.400s", first.body()).isEqualTo(201);
      long before = sample.journal.size();
      String head = sample.journal.head();
      HttpResponse<String> full = bring("/api/v1/imports", "b.csv", ImportsUntilKilled.table(CROWD, "R-1"));
      assertThat(full.statusCode()).as("%.400s", full.body()).isEqualTo(503);
      assertThat(full.body()).contains("\"storage\"", "was not taken", "free disk space");
      assertThat(sample.journal.size()).isEqualTo(before);
      assertThat(sample.journal.head()).isEqualTo(head);
      assertThat(Journal.verify(file, e -> { })).isEqualTo(before);
      assertThat(sample.estate.asset("a-crowd000000002").path("room").isTextual()).isFalse();
      assertThat(sample.estate.asset("a-crowd000000001").path("room").asText()).isEqualTo("A");
      HttpResponse<String> next = bring("/api/v1/imports", "c.csv", "id;room\na-crowd000000002;C\n".getBytes(StandardCharsets.UTF_8));
      assertThat(next.statusCode()).as("there is room for less: %s", next.body()).isEqualTo(201);
    } finally {
      close();
      new ProcessBuilder("umount", small.toString()).start().waitFor();
      sample = new SampleEstate(Files.createDirectory(folder.resolve("again")));
    }
  }

  @Test
  void wherePowerIsCutAnywhereInATableNothingOfItIsInForce() throws Exception {
    sample.crowd(40);
    ImportRoom imports = new ImportRoom(sample.estate.ballot(), SampleEstate.filed());
    assertThat(imports.take("a.csv", ImportsUntilKilled.table(40, "A"), "rssi").path("id").isTextual()).isTrue();
    Path file = folder.resolve("journal.ndjson");
    long whole = Files.size(file);
    assertThat(imports.take("b.csv", ImportsUntilKilled.table(40, "B"), "rssi").path("id").isTextual()).isTrue();
    byte[] all = Files.readAllBytes(file);
    Path cut = folder.resolve("cut.ndjson");
    for (long at = whole; at < all.length; at += 1 + (all.length - whole) / 97) {
      Files.write(cut, Arrays.copyOf(all, (int) at));
      assertThat(taken(cut)).as("cut at %s of %s", at, all.length).hasSize(1);
      Files.delete(cut);
    }
    Files.write(cut, all);
    assertThat(taken(cut)).hasSize(2);
  }

  @Test
  void aProcessThatIsKilledHasTakenATableWholeOrNotAtAll() throws Exception {
    int kills = Integer.getInteger("vigie.kills", 1);
    Set<String> told = new HashSet<>();
    int rows = 400;
    Path home = Files.createDirectory(folder.resolve("killed"));
    for (int kill = 0; kill < kills; kill++) {
      List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx256m",
          "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), ImportsUntilKilled.class.getName(),
          home.toString(), Integer.toString(rows));
      Path said = folder.resolve("said-" + kill + ".txt");
      Process child = new ProcessBuilder(command).redirectOutput(said.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      while (child.isAlive() && Files.readString(said).lines().count() <= kill % 3) {
        Thread.sleep(5);
      }
      child.destroyForcibly().waitFor();
      told.addAll(Files.readAllLines(said));
      List<Journal.Entry> inForce = new ArrayList<>();
      Imported imported = new Imported();
      try (Journal journal = Journal.open(home.resolve("journal.ndjson"), e -> inForce.addAll(imported.settle(e)))) {
        assertThat(journal.size()).isPositive();
      }
      Set<String> taken = new HashSet<>();
      imported.taken().forEach(i -> {
        assertThat(i.path("devices").asInt()).isEqualTo(rows);
        taken.add(i.path("id").asText());
      });
      assertThat(taken).as("what people were told").containsAll(told);
      assertThat(inForce.stream().filter(e -> e.kind().equals(Imported.TAKE)).count()).isEqualTo((long) rows * taken.size());
    }
    assertThat(told).hasSizeGreaterThanOrEqualTo(kills).doesNotContainNull();
  }

  private static List<JsonNode> taken(Path file) throws Exception {
    Imported imported = new Imported();
    try (Journal journal = Journal.open(file, imported::settle)) {
      assertThat(journal.size()).isPositive();
    }
    List<JsonNode> all = new ArrayList<>();
    imported.taken().forEach(all::add);
    return all;
  }
}
