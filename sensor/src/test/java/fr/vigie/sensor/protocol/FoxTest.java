package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hellos after the shape that nmap's fox-info publishes, and messages built from the grammar in {@link Fox}; no tshark reads Fox. */
final class FoxTest extends DissectorContract {
  private static final String STATION = """
      fox a 0 -1 fox hello
      {
      fox.version=s:1.0.1
      id=i:122
      hostName=s:jace-ot-2
      hostAddress=s:10.20.30.40
      app.name=s:Station
      app.version=s:3.8.213
      vm.name=s:Java HotSpot(TM) Client VM
      vm.version=s:1.5.0_81-b06
      os.name=s:QNX
      os.version=s:6.4.1
      station.name=s:OperatingTheatre2
      lang=s:en
      timeZone=s:Europe/Paris;3600000;3600000
      hostId=s:Qnx-NPM6-0000-AAAA-BBBB
      vmUuid=s:11e8e9a6-0b40-571a-0000-00000000a096
      brandId=s:vykon
      sysInfo=o:bog 61[<bog version="1.0">
      <p m="b=baja" t="b:Facets" v=""/>
      </bog>
      ]
      authAgentTypeSpecs=s:fox:FoxUsernamePasswordAuthAgent
      };;
      """;

  @Override
  protected Dissector dissector() {
    return new Fox();
  }

  private static Message ask(String name, String text) {
    return request(name, 50_000, Fox.PORT, ascii(text));
  }

  private static Message answer(String name, String text) {
    return response(name, Fox.PORT, 50_000, ascii(text));
  }

  @Override
  protected List<Message> messages() {
    Message probe = ask("hello-of-a-scanner", "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n");
    Message login = ask("login", "fox a 2 -1 fox login\n{\nuserName=s:nurse\npassword=s:hunter2\n};;\n");
    Message restart = ask("restart", "fox s 9 -1 station restart\n{\n};;\n");
    return List.of(
        probe,
        ask("hello-of-workbench", "fox a 1 -1 fox hello\n{\nfox.version=s:1.0.2\nid=i:7\nhostName=s:WS-BMS-1\nhostAddress=s:10.20.30.9\napp.name=s:Workbench\n"
            + "app.version=s:4.13.1.22\nos.name=s:Windows 10\nos.version=s:10.0\nhostId=s:Win-AAAA-BBBB-CCCC-DDDD\nbrandId=s:vykon\n};;\n"),
        answer("hello-of-a-station", STATION).after(probe),
        answer("hello-named-by-its-address", "fox a 0 -1 fox hello\n{\nhostName=s:10.20.30.40\napp.name=s:Station\n};;\n").after(probe),
        answer("challenge", "fox a 1 -1 fox challenge\n{\nnonce=s:8d969eef6ecad3c2\n};;\n"),
        login,
        answer("login-rejected", "fox a 3 -1 fox rejected\n{\ncause=s:bad credentials\n};;\n").after(login),
        answer("login-in-error", "fox e 3 2 fox login\n{\n};;\n").after(login),
        answer("login-welcome", "fox a 3 -1 fox welcome\n{\n};;\n").after(login),
        answer("session-open-after-login", "fox a 4 -1 station changed\n{\n};;\n").after(login),
        ask("keep-alive", "fox k -1 -1 fox keepAlive\n{\n};;\n"),
        restart,
        answer("restart-done", "fox r 5 9 station restart\n{\n};;\n").after(restart),
        answer("restart-refused", "fox e 5 9 station restart\n{\n};;\n").after(restart),
        ask("get-certificates", "fox s -1 1 crypto keystore.getCertificates\n{\n};;\n"),
        ask("file-put", "fox s 12 -1 file put\n{\nname=s:config.bog\ndata=b:8[};;\n\0\1\2x]\n};;\n"),
        ask("component-set", "fox s 13 -1 sys set\n{\nord=s:slot:/Drivers/AHU1/setpoint\nvalue=f:21.5\nnew=z:t\nwhen=t:18f0aa\n};;\n"),
        ask("nested-message", "fox a 14 -1 sys event\n{\ninner=m:{\na=i:1\n}\n\nflag=z:f\n};;\n"),
        ask("two-in-one-segment", "fox s 15 -1 sys invoke\n{\n};;\nfox s 16 -1 sys remove\n{\n};;\n"));
  }

  @Test
  void httpIsNotFox() {
    assertThat(framed("GET / HTTP/1.1\r\n\r\n")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed("fox trot")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed("fox a one -1 fox hello\n{\n")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed("fox a 1 -1 fox\n{\n")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed("fox a 1 -1 fox hello\nGET")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed("fox a " + "9".repeat(300))).isEqualTo(Dissector.NOT_MINE);
  }

  @Test
  void theEndOfAMessageWithinASizedValueIsNotItsEnd() {
    String message = "fox s 1 -1 file put\n{\nd=b:6[};;\n};]\n};;\n";
    assertThat(framed(message)).isEqualTo(message.length());
    assertThat(framed(message.substring(0, message.length() - 4))).isEqualTo(Dissector.MORE);
  }

  private static int framed(String text) {
    byte[] octets = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      return new Fox().frame(new Cursor().set(memory, 0, octets.length, octets.length), new TestExchange());
    }
  }

  /** Each segment of a body that never ends walks all of its lines again. */
  @Test
  void aBodyOfLinesWithoutEndIsGivenUp() {
    String head = "fox a 1 -1 station poll\n{\n";
    assertThat(Dissected.facts(new Fox(), Message.request("x", 50000, 1911, Message.ascii(head + "a=i:1\n".repeat(4000))))).containsExactly("more at 0");
    assertThat(Dissected.facts(new Fox(), Message.request("x", 50000, 1911, Message.ascii(head + "\n".repeat(5000))))).containsExactly("not mine at 0");
  }
}
