package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Heads and bodies built after RFC 9110 and RFC 9112. */
final class HttpTest extends DissectorContract {
  private static Message get(String name, String text) {
    return Message.request(name, 40000, 80, ascii(text));
  }

  private static Message answer(String name, String text) {
    return Message.response(name, 80, 40000, ascii(text));
  }

  private static final Message TAKEOVER = get("takeover", "GET /U.htm HTTP/1.1\r\nHost: 10.0.0.2\r\nUser-Agent: curl/8\r\n\r\n");

  private static final Message FRONT = get("front", "GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n");

  private static final String PAGE = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n"
      + "<!DOCTYPE html><html><head><meta charset=utf-8>\n<title>\n  AXIS P3245-V \n</title></head><body></body>" + "HTTP/1.1 204 No Content\r\n\r\n";

  @Override
  protected Dissector dissector() {
    return new Http();
  }

  @Override
  protected List<Message> messages() {
    return List.of(TAKEOVER,
        get("post", "POST /login.cgi?next=/x HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nCookie: s=secret\r\n\r\nuser=a&pw=b"),
        get("basic", "GET /admin HTTP/1.1\r\nHost: a\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n"),
        get("backdoor", "PUT /SDK/webLanguage?auth=YWRtaW46MTEK HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
        get("absolute", "GET http://user:pass@10.0.0.2/secret/area HTTP/1.1\r\nHost: a\r\n\r\n"),
        get("pipelined", "GET /a HTTP/1.1\r\nHost: a\r\n\r\nHEAD /b HTTP/1.1\r\nHost: a\r\n\r\nDELETE /c HTTP/1.0\r\n\r\n"),
        get("chunked-request", "POST /c HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\nWiki\r\n0\r\nX: y\r\n\r\nGET /d HTTP/1.1\r\n\r\n"),
        get("smuggled", "POST /s HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\nBad : x\r\nnocolon\r\n folded\r\n\r\n0\r\n\r\n"),
        answer("unauthorized", "HTTP/1.1 401 Unauthorized\r\nServer: IQVISION\r\nWWW-Authenticate: Basic realm=\"Trend IQ4\"\r\n"
            + "Content-Length: 4\r\n\r\nbody").after(TAKEOVER),
        answer("not-modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4000\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204\r\n\r\n"),
        answer("chunked", "HTTP/1.1 200 OK\r\nServer: x\r\nSet-Cookie: sid=secret\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;ext=1\r\nhello\r\nA\r\n0123456789\r\n000\r\nT: t\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        answer("until-close", "HTTP/1.0 200 OK\r\nServer: old\r\n\r\neverything GET / HTTP/1.1\r\n\r\n"),
        answer("page", PAGE).after(FRONT),
        answer("page-in-chunks", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n2d\r\n<html><TITLE lang=fr>Desigo CC</TITLE></html>\r\n0\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n").after(FRONT),
        answer("page-until-close", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<head><title>x &amp; y</title></head>rest").after(FRONT),
        answer("page-that-sets-a-cookie", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: sid=1\r\nContent-Length: 67\r\n\r\n<meta name=\"csrf\" content=\"secret=1\"><title>Login</title>secret=2..").after(FRONT),
        answer("page-compressed", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcdHTTP/1.1 204 No Content\r\n\r\n").after(FRONT),
        answer("page-without-title", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<b>hi</b>HTTP/1.1 204 No Content\r\n\r\n").after(FRONT),
        answer("page-of-a-person", PAGE).after(get("deep", "GET /patients/123456/record HTTP/1.1\r\nHost: a\r\n\r\n")),
        get("key-in-path", "GET /api/225cf3b35b28ba6827cbffca2ff515fa/sensors;jsessionid=0A1B2C3D4E5F60718293A4B5C6D7E8F9 HTTP/1.1\r\n\r\n"),
        get("strange-version", "GET /updateweatherstation.php?ID=a&PASSWORD=b HTTP/1.0.8 \r\n\r\n"),
        get("bad-length", "POST /l HTTP/1.1\r\nContent-Length: 1x\r\n\r\n"));
  }

  @Test
  void aPublishedLoginIsToldBehindAnotherAndOnce() {
    String head = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ";
    List<String> facts = Dissected.facts(new Http(), get("own", head + "dXNlcjpwYXNz\r\n\r\n"), get("other", head + "dXNlcjpwYXNzMg==\r\n\r\n"), get("published", head + "YWRtaW46YWRtaW4=\r\n\r\n"),
        get("once", head + "YWRtaW46YWRtaW4=\r\n\r\n"));
    assertThat(facts).filteredOn(f -> f.contains("(secret")).hasSize(2).anyMatch(f -> f.contains("known default"));
  }

  @Test
  void aRequestToUHtmIsAnActOnItsPath() {
    assertThat(Dissected.facts(new Http(), TAKEOVER)).anyMatch(
        f -> f.startsWith("request REQUEST GET: 10.0.0.1 -> 10.0.0.2 port 80 point /U.htm"));
  }

  @Test
  void secretsStayInTheSensor() {
    for (Message message : messages()) {
      assertThat(String.join("\n", Dissected.facts(new Http(), message)))
          .doesNotContain("secret=").doesNotContain("dXNlcjpwYXNz").doesNotContain("user:pass").doesNotContain("sid=").doesNotContain("next=").doesNotContain("225cf3b3").doesNotContain("0A1B2C3D");
    }
  }

  @Test
  void aPathThatAPersonCanReadStaysWhole() {
    String path = "/data_plateforme/program/24638/tv_detail_afterearthxw0079615_csn-0123456789abcdef/550e8400-e29b-41d4-a716-446655440000.php";
    assertThat(Dissected.facts(new Http(), get("p", "GET " + path + " HTTP/1.1\r\n\r\n"))).anyMatch(f -> f.contains("point " + path + " "));
  }

  @Test
  void theStatusIsTheOutcomeOfItsOwnRequest() {
    List<String> facts = Dissected.facts(new Http(), TAKEOVER, answer("a", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    assertThat(facts).contains("outcome ERROR(404)");
  }

  @Test
  void aResponseToHeadHasNoBodyWhateverItsLengthSays() {
    Message requests = get("r", "GET /a HTTP/1.1\r\n\r\nHEAD /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n");
    Message responses = answer("a", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
        + "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    List<String> facts = Dissected.facts(new Http(), requests, responses);
    assertThat(facts).contains("outcome ERROR(403)").noneMatch(f -> f.startsWith("not mine"));
  }

  @Test
  void aBodyIsPassedOverHoweverLong() {
    Message big = get("big", "PUT /fw.bin HTTP/1.1\r\nContent-Length: 5000000000\r\n\r\n");
    Http http = new Http();
    Dissected.facts(http, big);
    assertThat(http.skip(new TestExchange())).isEqualTo(5_000_000_000L);
  }

  @Test
  void theSameRequestIsToldAgainAfterTenMinutes() {
    TestExchange exchange = new TestExchange();
    Http http = new Http();
    assertThat(Dissected.facts(http, exchange, TAKEOVER)).anyMatch(f -> f.startsWith("request"));
    assertThat(Dissected.facts(http, exchange, TAKEOVER)).noneMatch(f -> f.startsWith("request"));
    exchange.pass(601_000_000_000L);
    assertThat(Dissected.facts(http, exchange, TAKEOVER)).anyMatch(f -> f.startsWith("request"));
  }

  @Test
  void whatIsNotHttpIsLeftAlone() {
    for (String text : List.of("SSH-2.0-OpenSSH\r\n", "USER anonymous\r\n", "EHLO x\r\n\r\n", "INVITE sip:a SIP/2.0\r\n\r\n",
        "RTSP/1.0 200 OK\r\n\r\n", "GET /a\u0001\u0002", "1a\r\n", "\u0016\u0003\u0001")) {
      assertThat(Dissected.facts(new Http(), get("x", text))).as(text).containsExactly("not mine at 0");
    }
  }

  @Test
  void aPageTellsItsTitleAndTheNextResponseIsFound() {
    assertThat(Dissected.facts(new Http(), FRONT, answer("page", PAGE))).contains("claim BANNER of 10.0.0.2 = http-title=AXIS P3245-V by 10.0.0.2 | HTML §4.2.2")
        .noneMatch(f -> f.startsWith("not mine"));
  }

  @Test
  void aPageFurtherInTellsNoTitle() {
    Message deep = get("deep", "GET /patients/123456/record HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(Dissected.facts(new Http(), deep, answer("page", PAGE))).noneMatch(f -> f.contains("title"));
  }
}
