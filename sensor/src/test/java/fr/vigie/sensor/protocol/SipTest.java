package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SipTest extends DissectorContract {
  static String head(String... lines) {
    return Message.ascii(String.join("\r\n", lines) + "\r\n\r\n");
  }

  private static Message phone(String name, String hex) {
    return Message.request(name, 5060, 5060, hex);
  }

  private static Message exchange(String name, String hex) {
    return Message.response(name, 5060, 5060, hex);
  }

  private static final String[] DIALOGUE = {"Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1", "From: \"Ward 3 Dupont\" <sip:3301@pbx.chu.example>;tag=a1", "To: <sip:3301@pbx.chu.example>",
      "Call-ID: 77@10.0.0.1"};

  private static String[] lines(String first, String... more) {
    String[] all = new String[1 + DIALOGUE.length + more.length];
    all[0] = first;
    System.arraycopy(DIALOGUE, 0, all, 1, DIALOGUE.length);
    System.arraycopy(more, 0, all, 1 + DIALOGUE.length, more.length);
    return all;
  }

  private static final String SDP = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.77\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0\r\nm=video 4002 RTP/AVP 96\r\n";

  private static final String FULL = "v=0\r\no=dupont 1 2 IN IP4 10.0.0.1\r\ns=call\r\ni=ward\r\nu=http://chu.example\r\ne=dupont@chu.example\r\np=+33 1\r\nb=AS:64\r\nt=1 2\r\nr=7d 1h 0 25h\r\nz=1 -1h 2 0\r\nk=clear:hunter2\r\n"
      + "a=sendrecv\r\nm=audio 4000/2 RTP/SAVP 0 96\r\nc=IN IP4 10.0.0.77\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1; stereo=0\r\na=crypto:1 AES inline:hunter2\r\na=ice-pwd:hunter2\r\n";

  private static final Message REGISTER = phone("register", head(lines("REGISTER sip:pbx.chu.example SIP/2.0", "CSeq: 1 REGISTER", "User-Agent: Ascom i63 5.2", "Contact: <sip:3301@10.0.0.1>",
      "Content-Length: 0")));
  private static final Message LOGIN = phone("register-with-credentials", head(lines("REGISTER sip:pbx.chu.example SIP/2.0", "CSeq: 2 REGISTER",
      "Authorization: Digest username=\"3301\", response=\"hunter2\"", "Content-Length: 0")));
  private static final Message INVITE = phone("invite", head("INVITE sip:operator:hunter2@pbx.chu.example SIP/2.0", "v: SIP/2.0/UDP 10.0.0.1", "f: sip:3301@pbx.chu.example;tag=a2",
      "t: sip:3400@pbx.chu.example", "i: 78@10.0.0.1", "CSeq: 1 INVITE", "c: application/sdp", "l: " + SDP.length()) + Message.ascii(SDP));

  @Override
  protected Dissector dissector() {
    return new Sip(Dissector.Transport.UDP);
  }

  @Override
  protected List<Message> messages() {
    return List.of(REGISTER, exchange("unauthorized", head(lines("SIP/2.0 401 Unauthorized", "CSeq: 1 REGISTER", "Server: Asterisk PBX 18.9", "Content-Length: 0"))).after(REGISTER), LOGIN,
        exchange("registered", head(lines("SIP/2.0 200 OK", "CSeq: 2 REGISTER", "Content-Length: 0"))).after(LOGIN), INVITE,
        exchange("trying-is-no-outcome", head("SIP/2.0 100 Trying", "f: sip:3301@pbx.chu.example;tag=a2", "t: sip:3400@pbx.chu.example", "i: 78@10.0.0.1", "CSeq: 1 INVITE")).after(INVITE),
        exchange("busy", head("SIP/2.0 486 Busy Here", "f: sip:3301@pbx.chu.example;tag=a2", "t: sip:3400@pbx.chu.example", "i: 78@10.0.0.1", "CSeq: 1 INVITE")).after(INVITE),
        phone("invite-with-every-kind-of-field", head("INVITE sip:3400@pbx.chu.example;transport=udp SIP/2.0", "Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK2;rport, SIP/2.0/TCP gw.chu.example;received=10.0.0.9",
            "From: \"Dupont, bed 4\" <sips:3301:hunter2@pbx.chu.example:5061;user=phone>;tag=a3", "To: Dupont <sip:3400@pbx.chu.example>", "Call-ID: 79@10.0.0.1", "CSeq: 2 INVITE",
            "Contact: <sip:3301@10.0.0.1;ob>;expires=60;q=0.5, <tel:+33100>", "Route: <sip:edge.chu.example;lr>", "P-Asserted-Identity: \"Dupont\" <sip:3301@chu.example>", "Subject: Dupont, bed 4",
            "Authorization: Digest username=\"3301\",", " response=\"hunter2\"", "X-Auth-Token: hunter2", "Alert-Info: <http://u:hunter2@10.0.0.9/ring.wav>", "Max-Forwards: 70", "Allow: INVITE, ACK",
            "Content-Type: application/sdp", "Content-Length: " + FULL.length()) + Message.ascii(FULL)),
        exchange("challenged", head(lines("SIP/2.0 407 Proxy Authentication Required", "CSeq: 2 INVITE", "Proxy-Authenticate: Digest realm=\"chu\", nonce=\"abc\", algorithm=MD5", "Content-Length: 0"))),
        phone("options-by-a-scanner", head(lines("OPTIONS sip:100@10.0.0.2 SIP/2.0", "CSeq: 1 OPTIONS", "User-Agent: friendly-scanner"))), phone("bye", head(lines("BYE sip:3400@10.0.0.2 SIP/2.0",
            "CSeq: 9 BYE"))), phone("without-a-call-is-a-flaw", head("OPTIONS sip:x SIP/2.0", "To: sip:x")), exchange("a-status-that-is-none-is-a-flaw", head(lines("SIP/2.0 9x9 What",
                "CSeq: 1 REGISTER"))), phone("message-and-its-text-is-not-told", head(lines("MESSAGE sip:3400@10.0.0.2 SIP/2.0", "CSeq: 3 MESSAGE", "Content-Type: text/plain",
                    "Content-Length: 13")) + Message.ascii("Dupont, bed 4")));
  }

  /** A datagram says by its Content-Length how long it is, or not at all. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Test
  void noCredentialAndNoNameLeaves() {
    for (Message message : messages()) {
      assertThat(String.join("\n", Dissected.facts(new Sip(Dissector.Transport.UDP), message))).doesNotContain("hunter2").doesNotContain("Dupont");
    }
    assertThat(String.join("\n", Dissected.facts(new Sip(Dissector.Transport.UDP), INVITE))).contains("sip:operator@pbx.chu.example").contains("10.0.0.77 audio 4000, video 4002");
  }

  @Test
  void anHttpRequestIsNotMine() {
    assertThat(Dissected.facts(new Sip(Dissector.Transport.UDP), phone("http", head("OPTIONS / HTTP/1.1", "Host: x")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Sip(Dissector.Transport.UDP), phone("rtsp", head("OPTIONS * RTSP/1.0", "CSeq: 1")))).containsExactly("not mine at 0");
  }

  /** RFC 4568: the keys of the media stand in the description; RFC 3261 §22.3: credentials come once for each realm. */
  @Test
  void keysAndAllCredentialsAreSecrets() {
    String keys = "v=0\r\nc=IN IP4 10.0.0.77\r\nm=audio 4000 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:hunter2\r\nk=clear:hunter3\r\n";
    byte[] octets = phone("x", head("INVITE sip:3400@pbx SIP/2.0", "From: \"a@b\" <sip:al:hunter4@pbx>", "To: sip:3400@pbx", "Call-ID: 1", "CSeq: 1 INVITE",
        "Proxy-Authorization: Basic aHVudGVyMg==", "Proxy-Authorization: Basic aHVudGVyNQ==", "Content-Type: application/sdp", "Content-Length: " + keys.length())
        + Message.ascii(keys)).octets();
    MemorySegment memory = Arena.ofAuto().allocate(octets.length);
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
    TestExchange exchange = new TestExchange();
    exchange.next(exchange.endpoint("10.0.0.1"), 5060, exchange.endpoint("10.0.0.2"), 5060, true);
    Recorder recorder = Recorder.ofSecrets();
    new Sip(Dissector.Transport.UDP).dissect(new Cursor().set(memory, 0, octets.length, octets.length), exchange, recorder);
    String text = new String(octets, StandardCharsets.US_ASCII);
    for (String secret : List.of("hunter2", "hunter3", "hunter4", "aHVudGVyMg==", "aHVudGVyNQ==")) {
      assertThat(recorder.veiled(text.indexOf(secret), secret.length())).as(secret).isTrue();
    }
    assertThat(recorder.veiled(text.indexOf("audio"), 5)).isFalse();
  }
}
