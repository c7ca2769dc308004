package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RtspTest extends DissectorContract {
  private static String head(String... lines) {
    return Message.ascii(String.join("\r\n", lines) + "\r\n\r\n");
  }

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 554, hex);
  }

  private static Message camera(String name, String hex) {
    return Message.response(name, 554, 50000, hex);
  }

  private static final Message DESCRIBE = client("describe", head("DESCRIBE rtsp://10.0.0.2:554/stream1 RTSP/1.0", "CSeq: 2", "User-Agent: VMS 4.1"));
  private static final Message LOGIN = client("setup-with-credentials", head("SETUP rtsp://operator:hunter2@10.0.0.2/stream1 RTSP/1.0", "CSeq: 3",
      "Authorization: Basic b3BlcmF0b3I6aHVudGVyMg==", "Transport: RTP/AVP;unicast;client_port=5004-5005"));

  @Override
  protected Dissector dissector() {
    return new Rtsp();
  }

  @Override
  protected List<Message> messages() {
    return List.of(client("options", head("OPTIONS rtsp://10.0.0.2 RTSP/1.0", "CSeq: 1")), DESCRIBE,
        camera("describe-answer-with-a-body", head("RTSP/1.0 200 OK", "CSeq: 2", "Server: GStreamer RTSP server", "Content-Length: 8") + Message.ascii("v=0\r\ns=x"))
            .after(DESCRIBE),
        camera("unauthorized", head("RTSP/1.0 401 Unauthorized", "CSeq: 2", "WWW-Authenticate: Digest realm=\"cam\"")).after(DESCRIBE), LOGIN,
        camera("refused", head("RTSP/1.0 403 Forbidden", "CSeq: 3")).after(LOGIN),
        client("play", head("PLAY rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 4", "Session: 1")),
        client("teardown", head("TEARDOWN rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 5")),
        camera("interleaved-media", "2400000c 800000010000000100000001" + "24010004 80c80000"),
        client("no-cseq-is-a-flaw", head("OPTIONS * RTSP/1.0")), camera("a-status-that-is-none-is-a-flaw", head("RTSP/1.0 9x9 What", "CSeq: 1")));
  }

  @Test
  void noCredentialLeaves() {
    assertThat(String.join("\n", Dissected.facts(new Rtsp(), LOGIN))).contains("rtsp://10.0.0.2/stream1").contains("(secret,").doesNotContain("hunter2")
        .doesNotContain("operator").doesNotContain("b3Bl");
  }

  @Test
  void anHttpRequestOfTheSameMethodIsNotMine() {
    assertThat(Dissected.facts(new Rtsp(), client("http", head("OPTIONS / HTTP/1.1", "Host: x")))).containsExactly("not mine at 0");
  }
}
