package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built by the HelvarNet Overview. */
final class HelvarNetTest extends DissectorContract {
  private static Message ask(String name, String text) {
    return request(name, 50_123, HelvarNet.PORT, ascii(text));
  }

  private static Message answer(String name, String text, Message asked) {
    return response(name, HelvarNet.PORT, 50_123, ascii(text)).after(asked);
  }

  @Override
  protected Dissector dissector() {
    return new HelvarNet(Dissector.Transport.TCP);
  }

  @Override
  protected List<Message> messages() {
    Message scene = ask("query-last-scene", ">V:2,C:109,G:17#");
    Message load = ask("query-load", ">V:2,C:152,@1.2.1.14#");
    Message type = ask("query-type-of-a-missing-device", ">V:1,C:104,@:2.2.1.1#");
    Message recall = ask("recall-scene-acknowledged", ">V:2,C:11,G:17,B:1,S:5,F:700,A:1#");
    Message description = ask("query-description", ">V:1,C:106,@1.2.1.14#");
    Message software = ask("query-software-version", ">V:2,C:190#");
    Message state = ask("query-state", ">V:1,C:110,@1.2.1.14#");
    Message power = ask("query-group-power", ">V:1,C:161,G:17#");
    return List.of(
        ask("recall-scene-group", ">V:1,C:11,G:17,B:1,S:5,F:700#"),
        ask("direct-level-device", ">V:1,C:14,L:50,F:9000,@1.2.1.14#"),
        ask("direct-level-group-off", ">V:1,C:13,G:17,L:0,F:0#"),
        ask("modify-proportion-group", ">V:1,C:17,G:17,P:-20,F:100#"),
        ask("emergency-duration-test-group", ">V:1,C:21,G:9#"),
        ask("stop-emergency-tests-device", ">V:1,C:24,@1.2.1.14#"),
        ask("store-scene", ">V:1,C:201,G:17,O:1,B:1,S:5,L:80#"),
        recall,
        answer("acknowledged", "?V:2,C:11,G:17,B:1,S:5,F:700,A:1#", recall),
        scene,
        answer("last-scene", "?V:2,C:109,G:17=14#", scene),
        load,
        answer("load", "?V:2,C:152,@1.2.1.14=62#", load),
        state,
        answer("state", "?V:1,C:110,@1.2.1.14=2#", state),
        power,
        answer("group-power", "?V:1,C:161,G:17=431.5#", power),
        type,
        answer("no-such-device", "!V:1,C:104,@:2.2.1.1=11#", type),
        description,
        answer("description", "?V:1,C:106,@1.2.1.14=Ward 3 bed light#", description),
        software,
        answer("software-version", "?V:2,C:190=4.2.17#", software),
        response("told-by-the-router", HelvarNet.PORT, 50_123, ascii(">V:2,C:11,G:25007,B:1,S:13,F:100#")),
        ask("unknown-command", ">V:1,C:250,G:1#"),
        ask("two-in-one-segment", ">V:1,C:13,G:17,L:0#>V:1,C:13,G:18,L:100#"));
  }

  @Test
  void otherTextIsNotMine() {
    assertThat(Dissected.facts(dissector(), ask("a", ">V:x,C:11#"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), ask("b", "?Versions#"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), ask("c", ">V:1,C:11,G:1\n#"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), ask("d", ">V:1,C:11,G:1"))).containsExactly("more at 0");
  }
}
