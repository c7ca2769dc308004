package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TftpTest extends DissectorContract {
  private static Message asks(String name, String hex) {
    return Message.request(name, 50000, 69, hex);
  }

  private static Message answers(String name, String hex) {
    return Message.response(name, 34567, 50000, hex);
  }

  private static String request(int code, String... texts) {
    return "%04x".formatted(code) + Message.ascii(String.join("\0", texts) + "\0");
  }

  private static final Message READ = asks("read", request(1, "ahu/startup-config", "octet"));
  private static final Message WRITE = asks("write-with-options", request(2, "firmware.bin", "OCTET", "tsize", "524288", "blksize", "1428"));

  @Override
  protected Dissector dissector() {
    return new Tftp();
  }

  @Override
  protected List<Message> messages() {
    return List.of(READ, WRITE, answers("data", "00030001" + Message.ascii("enable secret hunter2")).after(READ), answers("later-data", "00030002" + Message.ascii("more")).after(READ),
        answers("acknowledgement", "00040000").after(WRITE), answers("error", request(5, "").substring(0, 4) + "0001" + Message.ascii("File not found\0")).after(READ),
        answers("options-agreed", request(6, "blksize", "1428")).after(WRITE));
  }

  @Override
  protected boolean provesLength() {
    return false;
  }

  /** RFC 2347: a request without its last option is a request. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return message == WRITE && (octets == 2 + 13 + 6 || octets == 2 + 13 + 6 + 13);
  }

  @Test
  void whatIsInTheFileIsNotTold() {
    assertThat(String.join("\n", Dissected.facts(new Tftp(), READ, messages().get(2)))).contains("outcome OK").doesNotContain("hunter2");
  }

  @Test
  void withoutARequestAnotherPortIsNotMine() {
    assertThat(Dissected.facts(new Tftp(), answers("x", "00030001aabb"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Tftp(), asks("x", request(1, "a\u0001b", "octet")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Tftp(), asks("x", request(1, "a", "binary")))).containsExactly("not mine at 0");
  }
}
