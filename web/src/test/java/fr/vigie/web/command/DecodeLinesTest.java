package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.json.Json;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What decode writes is read in a terminal. */
final class DecodeLinesTest {
  @Test
  void noCharacterThatATerminalObeysIsWrittenAsItIs() throws Exception {
    String hostile = "\u001b[31m\u009b31m\u202egnp\u2066\u2028\u007f\u200f\ufeff é 名 \ud83d\ude00 \"";
    StringWriter out = new StringWriter();
    DecodeLines lines = new DecodeLines(out, null);
    lines.message("x", "y");
    lines.field("text", hostile);
    lines.end();
    String line = out.toString();
    assertThat(line.strip().chars()).noneMatch(c -> c < 0x20 || c >= 0x7F && c <= 0x9F || c >= 0x2028 && c <= 0x202E || c == 0x2066 || c == 0x200F || c == 0xFEFF);
    assertThat(line).contains("é 名 \ud83d\ude00");
    assertThat(Json.MAPPER.readTree(line).at("/fields/text").textValue()).isEqualTo(hostile);
  }
}
