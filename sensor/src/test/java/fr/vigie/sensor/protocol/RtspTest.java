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

  private static final String SDP = "v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=Entrance\r\nt=0 0\r\na=tool:LIVE555\r\nm=video 0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\nb=AS:2000\r\na=rtpmap:96 H264/90000\r\n"
      + "a=fmtp:96 packetization-mode=1\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:hunter2\r\na=control:trackID=1\r\n";

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
        camera("describe-answer-with-a-description", head("RTSP/1.0 200 OK", "CSeq: 2", "Content-Base: rtsp://operator:hunter2@10.0.0.2/stream1/", "Content-Type: application/sdp", "Content-Length: " + SDP.length())
            + Message.ascii(SDP)).after(DESCRIBE),
        camera("setup-answer", head("RTSP/1.0 200 OK", "CSeq: 3", "Session: 77a0b1;timeout=60", "Transport: RTP/AVP;unicast;client_port=5004-5005;server_port=6970-6971;ssrc=1a2b3c4d",
            "Date: Thu, 26 Nov 2026 08:00:00 GMT")).after(LOGIN),
        client("folded-credentials", head("PLAY rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 6", "Authorization: Digest username=\"operator\",", "  response=\"hunter2\"", "Range: npt=0-")),
        client("set-parameter", head("SET_PARAMETER rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 7", "Session: 77a0b1", "Content-Type: text/parameters", "Content-Length: 18")
            + Message.ascii("password: hunter2\n")),
        camera("redirect-by-the-server", head("REDIRECT rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 2", "Location: rtsp://10.0.0.3/stream1")),
        client("play", head("PLAY rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 4", "Session: 1")),
        client("teardown", head("TEARDOWN rtsp://10.0.0.2/stream1 RTSP/1.0", "CSeq: 5")),
        camera("interleaved-media", "2400000c 800000010000000100000001" + "24010004 80c80000"),
        client("no-cseq-is-a-flaw", head("OPTIONS * RTSP/1.0")), camera("a-status-that-is-none-is-a-flaw", head("RTSP/1.0 9x9 What", "CSeq: 1")));
  }

  @Test
  void noCredentialLeaves() {
    for (Message message : messages()) {
      assertThat(String.join("\n", Dissected.facts(new Rtsp(), message))).doesNotContain("hunter2").doesNotContain("77a0b1");
    }
    assertThat(String.join("\n", Dissected.facts(new Rtsp(), LOGIN))).contains("rtsp://10.0.0.2/stream1").contains("(secret,").doesNotContain("hunter2")
        .doesNotContain("operator").doesNotContain("b3Bl");
  }

  @Test
  void anHttpRequestOfTheSameMethodIsNotMine() {
    assertThat(Dissected.facts(new Rtsp(), client("http", head("OPTIONS / HTTP/1.1", "Host: x")))).containsExactly("not mine at 0");
  }
}
