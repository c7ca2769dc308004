package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads who typed something wrong. */
final class MainTest {
  @TempDir private Path folder;

  @Test
  void anUnknownCommandIsAnsweredWithThoseThereAre() {
    Typed.Ended ended = Typed.heard("frob");
    assertThat(ended.code()).isEqualTo(Exit.USAGE);
    assertThat(ended.error()).startsWith("vigie: there is no command vigie frob; the commands are watch, demo, doctor, ").contains("policy").hasLineCount(1);
    assertThat(Typed.heard("policy", "frob").error()).startsWith("vigie: there is no command vigie policy frob; the commands are ").contains("check", "rollback");
    assertThat(Typed.heard("fr\nob").error()).as("on one line").hasLineCount(1);
  }

  @Test
  void anUnknownOptionIsNamedWithWhatIsNear() {
    Typed.Ended ended = Typed.heard("doctor", "--prt", "1");
    assertThat(ended.code()).isEqualTo(Exit.USAGE);
    assertThat(ended.error()).startsWith("vigie: Unknown option").contains("--prt").contains("--port");
    assertThat(Typed.heard("policy", "check").error()).startsWith("vigie: Missing required parameter").contains("Usage: vigie policy check");
  }

  @Test
  void whatIsNotThereIsNamedWithTheFolderThatWasLookedIn() {
    Path nope = folder.resolve("nope");
    assertThat(Typed.heard("policy", "check", nope.toString()).error()).contains("there is no " + nope + "; check the path");
    assertThat(Typed.heard("policy", "check", "nope").error()).contains("there is no " + Path.of("").toAbsolutePath().resolve("nope"));
    assertThat(Typed.heard("doctor", nope.toString()).error()).contains("There is no file " + nope + ": check the path.");
  }

  @Test
  void aCaptureWithoutAFrameIsNotSaidToBeGood() {
    assertThat(printed("doctor", "/dev/null")).contains("Not one frame was read").doesNotContain("Nothing to say");
    assertThat(printed("doctor", "/dev/null", "--lang", "fr")).contains("Pas une trame n'a été lue").doesNotContain("Rien à redire");
  }

  private static String printed(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      Typed.command(args);
      return bytes.toString(StandardCharsets.UTF_8);
    } finally {
      System.setOut(before);
    }
  }
}
