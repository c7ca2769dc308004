package fr.vigie.sensor.record;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of whose packets. Whatever is secret holds the word S3CR3T, and whatever is clinical the name DUPONT: no octet of a segment may. */
@Timeout(120)
class PolicyTest {
  private static final String SECRET = "S3CR3T";
  private static final String PATIENT = "DUPONT";
  private static final int CLIENT = 1;
  private static final int SERVER = 2;

  @TempDir Path folder;

  private int next = 1000;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String hexOf(String text) {
    return java.util.HexFormat.of().formatHex(ascii(text));
  }

  private Tape open(int port) {
    return new Tape().frame(Frames.tcpFrame(CLIENT, 50000, SERVER, port, next - 1, 2, ""))
        .frame(Frames.tcpFrame(SERVER, port, CLIENT, 50000, 4999, 18, ""));
  }

  private Tape says(Tape tape, int port, String text) {
    tape.pass(0.01).frame(Frames.tcpFrame(CLIENT, 50000, SERVER, port, next, 24, hexOf(text)));
    next += text.length();
    return tape;
  }

  private Rings.Kept[] kept(Tape tape) throws IOException {
    Rings.record(tape, Rings.options(folder));
    return Rings.read(folder).toArray(Rings.Kept[]::new);
  }

  private static String text(Rings.Kept kept) {
    return new String(kept.octets(), StandardCharsets.ISO_8859_1);
  }

  private void nothingLeaks(Tape tape) throws IOException {
    Rings.record(tape, Rings.options(folder));
    nothingLeaked();
  }

  private void nothingLeaked() throws IOException {
    assertThat(Rings.octets(folder)).doesNotContain(SECRET).doesNotContain(PATIENT);
  }

  // ---- HTTP

  private static final String LOGIN = "POST /login?next=/" + SECRET + " HTTP/1.1\r\nHost: bms\r\nAuthorization: Basic " + SECRET + "\r\nCookie: id=" + SECRET
      + "\r\nX-Auth-Token: " + SECRET + "\r\nReferer: http://bms/?k=" + SECRET + "\r\nContent-Length: 28\r\n\r\nuser=admin&password=" + SECRET + "&x";

  @Test
  void credentialsOfHttpAreOverwrittenAtEqualLengthAndTheRestIsThere() throws IOException {
    Rings.Kept[] kept = kept(says(open(80), 80, LOGIN));
    nothingLeaked();
    String login = text(kept[2]);
    assertThat(kept[2].wire()).isEqualTo(54 + LOGIN.length());
    assertThat(login).contains("POST /login?*").contains("HTTP/1.1\r\nHost: bms\r\nAuthorization: ************\r\nCookie: *********\r\n");
    assertThat(Rings.octets(folder)).contains(Cut.PREFIX + Cut.DOUBT.words()); // the body
  }

  @Test
  void aLoginCutIntoSegmentsAtAnyPlaceLeaksNothing() throws IOException {
    for (int cut = 1; cut < LOGIN.length(); cut += 3) {
      next = 1000;
      Path here = folder.resolve("cut" + cut);
      Tape tape = says(says(open(80), 80, LOGIN.substring(0, cut)), 80, LOGIN.substring(cut));
      Rings.record(tape, Rings.options(here));
      assertThat(Rings.octets(here)).as("cut at %d", cut).doesNotContain(SECRET);
      byte[] all = Rings.octets(here).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(halves(new String(all, StandardCharsets.ISO_8859_1))).as("cut at %d", cut).isZero();
    }
  }

  /** A secret cut in two must not stand there in two halves either. */
  private static long halves(String octets) {
    return IntStream.range(3, SECRET.length()).filter(i -> octets.contains(SECRET.substring(0, i)) || octets.contains(SECRET.substring(SECRET.length() - i))).count();
  }

  @Test
  void outOfOrderRepeatedAndMidstreamLoginsLeakNothing() throws IOException {
    String head = LOGIN.substring(0, 60);
    String rest = LOGIN.substring(60);
    Tape tape = open(80);
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 80, 1000 + head.length(), 24, hexOf(rest)));
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 80, 1000, 24, hexOf(head)));
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 80, 1000 + head.length(), 24, hexOf(rest)));
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 80, 1000, 24, hexOf(LOGIN)));
    tape.frame(Frames.tcpFrame(CLIENT, 50001, SERVER, 80, 77, 24, hexOf(rest)));
    nothingLeaks(tape);
  }

  @Test
  void randomSegmentsOfRandomLoginsLeakNothing() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 60; round++) {
      Tape tape = new Tape();
      int port = 80;
      tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, port, 999, 2, ""));
      List<int[]> pieces = new ArrayList<>();
      String stream = LOGIN + "GET /index.html HTTP/1.1\r\nHost: bms\r\n\r\n" + LOGIN;
      for (int at = 0; at < stream.length(); ) {
        int length = Math.min(1 + random.nextInt(120), stream.length() - at);
        pieces.add(new int[] {at, length});
        at += length;
      }
      for (int i = 0; i < pieces.size(); i++) {
        int swap = Math.min(pieces.size() - 1, i + random.nextInt(3));
        int[] piece = pieces.get(swap);
        pieces.set(swap, pieces.get(i));
        pieces.set(i, piece);
        if (random.nextInt(10) > 0) { // one in ten is lost, one in five comes twice
          for (int n = random.nextInt(5) == 0 ? 2 : 1; n > 0; n--) {
            tape.pass(0.006).frame(Frames.tcpFrame(CLIENT, 50000, SERVER, port, 1000 + piece[0], 24, hexOf(stream.substring(piece[0], piece[0] + piece[1]))));
          }
        }
      }
      Path here = folder.resolve("round" + round);
      Rings.record(tape, Rings.options(here));
      assertThat(Rings.octets(here)).as("round %d", round).doesNotContain(SECRET);
    }
  }

  @Test
  void whatAnswersALoginIsOverwrittenAndOtherAnswersAreKept() throws IOException {
    Tape tape = says(open(80), 80, LOGIN);
    String token = "HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"token\":\"S3CR3T-1234\"}".replace("22", "23");
    tape.frame(Frames.tcpFrame(SERVER, 80, CLIENT, 50000, 5000, 24, hexOf(token)));
    says(tape, 80, "GET /values HTTP/1.1\r\n\r\n");
    String page = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nroom 21.5 C\n";
    tape.frame(Frames.tcpFrame(SERVER, 80, CLIENT, 50000, 5000 + token.length(), 24, hexOf(page)));
    nothingLeaks(tape);
    assertThat(Rings.octets(folder)).contains("room 21.5 C");
  }

  @Test
  void anAdministratorMayKeepSecretsWhole() throws IOException {
    Rings.record(says(open(80), 80, LOGIN), Rings.options(folder), new Keep(false, false, true));
    assertThat(Rings.octets(folder)).contains("Authorization: Basic " + SECRET).contains("secrets: kept by an administrator's choice");
  }

  // ---- building protocols

  @Test
  void communitiesOfSnmpAreOverwritten() throws IOException {
    String get = "302c 020100 0406" + hexOf(SECRET) + "a01f 0201 07 0201 00 0201 00 3014 3012 060e 2b06010201 01010000 0102030405 0500".replace(" ", "");
    byte[] pdu = Frames.hex("302b020101 0406" + hexOf(SECRET) + "a01e 020107 020100 020100 3013 3011 060d 2b060102010101000102030405 0500");
    pdu[1] = (byte) (pdu.length - 2);
    assertThat(get).isNotEmpty();
    byte[] broken = pdu.clone();
    broken[1]++; // the framing refuses it: it is cut, for a community may be in it
    Rings.Kept[] kept = kept(new Tape().frame(Frames.udpFrame(CLIENT, 40000, SERVER, 161, pdu)).pass(0.1).frame(Frames.udpFrame(CLIENT, 40000, SERVER, 161, broken))
        .pass(0.1).frame(Frames.udpFrame(CLIENT, 40001, SERVER, 161, broken)));
    nothingLeaked();
    assertThat(text(kept[0])).contains("******").contains("\u0006\r+\u0006\u0001\u0002\u0001");
    assertThat(kept[0].octets()).hasSize(kept[0].wire());
    assertThat(kept[1].octets()).hasSize(42);
    assertThat(kept[2].octets()).hasSize(42);
  }

  @Test
  void passwordsOfBacnetAreOverwritten() throws IOException {
    // DeviceCommunicationControl: enable-disable 1 (disable), password "S3CR3T" in UTF-8; ReinitializeDevice: coldstart, the same
    String password = "00" + hexOf(SECRET);
    byte[] control = Frames.hex("810a 0018 0104 0005 0711 1901 2d07" + password);
    byte[] restart = Frames.hex("810a 0018 0104 0005 0814 0900 1d07" + password);
    control[3] = (byte) control.length;
    restart[3] = (byte) restart.length;
    Rings.Kept[] kept = kept(new Tape().frame(Frames.udpFrame(CLIENT, 47808, SERVER, 47808, control)).pass(0.1).frame(Frames.udpFrame(CLIENT, 47808, SERVER, 47808, restart)));
    nothingLeaked();
    assertThat(kept[0].octets()).hasSize(42 + control.length).startsWith(java.util.Arrays.copyOf(Frames.udpFrame(CLIENT, 47808, SERVER, 47808, control), 42 + 12));
    assertThat(Rings.octets(folder)).contains(Cut.PREFIX + Cut.SECRET.words());
  }

  @Test
  void aRequestOfBacnetInSegmentsLeaksNothing() throws IOException {
    // segmented, more follows; sequence 0, window 4; service 17; the password begins here and ends in the next
    byte[] first = Frames.hex("810a 0000 0104 0c05 07 00 04 11 1901 2d07 00" + hexOf(SECRET.substring(0, 4)));
    byte[] second = Frames.hex("810a 0000 0104 0805 07 01 04 11" + hexOf(SECRET.substring(4)));
    first[3] = (byte) first.length;
    second[3] = (byte) second.length;
    Rings.Kept[] kept = kept(new Tape().frame(Frames.udpFrame(CLIENT, 47808, SERVER, 47808, first)).frame(Frames.udpFrame(CLIENT, 47808, SERVER, 47808, second)));
    assertThat(halves(Rings.octets(folder))).isZero();
    assertThat(kept).hasSize(2);
  }

  // ---- protocols without a dissector

  @Test
  void passwordsOfFtpTelnetAndMqttAreOverwritten() throws IOException {
    Tape tape = says(says(says(open(21), 21, "USER admin\r\n"), 21, "PASS " + SECRET + "\r\n"), 21, "PASS S3C");
    says(says(tape, 21, "R3T\r\n"), 21, "LIST\r\n");
    next = 1000;
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 23, 999, 2, ""));
    says(says(tape, 23, "\u00ff\u00fb\u001fadmin\r\n"), 23, SECRET + "\r\n");
    tape.frame(Frames.tcpFrame(SERVER, 23, CLIENT, 50000, 5000, 24, hexOf("Password: ")));
    next = 1000;
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 1883, 999, 2, ""));
    String connect = "\u0000\u0004MQTT\u0004\u00c2\u0000\u003c\u0000\u0002id\u0000\u0005admin\u0000\u0006" + SECRET;
    says(tape, 1883, "\u0010" + (char) connect.length() + connect);
    says(tape, 1883, "\u0030\u0008\u0000\u0003a/b21.5".replace("\u0008", "\n").replace("\n", "\t"));
    nothingLeaks(tape);
    String all = Rings.octets(folder);
    assertThat(all).contains("USER *****\r\n").contains("PASS ******\r\n").contains("LIST\r\n").contains("*****\u0000\u0006******").contains("a/b21.5");
    assertThat(all).doesNotContain("S3C").doesNotContain("R3T");
  }

  @Test
  void protocolsWithCredentialsThatNothingHereReadsAreCut() throws IOException {
    Tape tape = says(open(110), 110, "PASS " + SECRET + "\r\n");
    tape.frame(Frames.udpFrame(CLIENT, 5062, SERVER, 5999, ascii("REGISTER sip:x SIP/2.0\r\nAuthorization: Digest " + SECRET + "\r\n\r\n")));
    Recorder recorder = Rings.record(tape, Rings.options(folder));
    nothingLeaked();
    assertThat(recorder.counters()).containsEntry("record.cut_doubt", 1L);
  }

  @Test
  void clinicalProtocolsAreCutToHeadersWhereverTheySpeak() throws IOException {
    Tape tape = open(4000);
    ByteArrayOutputStream associate = new ByteArrayOutputStream();
    associate.writeBytes(Frames.hex("0100 00000050 0001 0000"));
    associate.writeBytes(ascii("DUPONT".repeat(12)));
    says(tape, 4000, associate.toString(StandardCharsets.ISO_8859_1));
    says(tape, 4000, "what follows of " + PATIENT);
    next = 1000;
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 4001, 999, 2, ""));
    says(tape, 4001, "\u000bMSH|^~\\&|A|B\rPID|1||7^^^H||" + PATIENT + "\r\u001c\r");
    Recorder recorder = Rings.record(tape, Rings.options(folder));
    nothingLeaked();
    assertThat(recorder.counters()).containsEntry("record.cut_clinical", 3L);
    assertThat(Rings.octets(folder)).contains(Cut.PREFIX + Cut.CLINICAL.words());
  }

  @Test
  void clinicalFlowsThatADissectorRecognisesAreCutUnderWayToo() throws IOException {
    // met under way: a whole C-ECHO-RQ of 68 octets on a foreign port, then data; and an admission behind another message
    String echo = "04000000004a 00000046 0103 0000000004000000 38000000 0000020012000000 312e322e3834302e31303030382e312e3100 0000000102000000 3000 0000100102000000 0100 0000000802000000 0101"
        .replace(" ", "");
    Tape tape = new Tape();
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 9999, 1000, 24, echo)).pass(0.01);
    int from = 1000 + echo.length() / 2;
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 9999, from, 24, "0400000000160000001201021000100006000000" + hexOf(PATIENT))).pass(0.01);
    tape.frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 9999, from + 26, 24, hexOf("more of " + PATIENT))).pass(0.01);
    tape.frame(Frames.tcpFrame(CLIENT, 50002, SERVER, 9998, 1000, 24, hexOf("\u000bMSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.3\rPID|1||7||" + PATIENT + "\r\u001c\r"))).pass(0.01);
    tape.frame(Frames.tcpFrame(CLIENT, 50002, SERVER, 9998, 1500, 24, hexOf("behind a loss: " + PATIENT)));
    Recorder recorder = Rings.record(tape, Rings.options(folder));
    nothingLeaked();
    assertThat(recorder.counters()).containsEntry("record.cut_clinical", 5L);
  }

  @Test
  void whatNobodyRecognisesInAClinicalZoneIsCutAndWhatIsRecognisedIsNot() throws IOException {
    byte[] read = Frames.hex("0001 0000 0006 01 03 0000 0002");
    Tape tape = new Tape().frame(Frames.udpFrame(CLIENT, 4000, SERVER, 9999, ascii("name " + PATIENT)))
        .frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 502, 999, 2, ""))
        .frame(Frames.tcpFrame(CLIENT, 50000, SERVER, 502, 1000, 24, java.util.HexFormat.of().formatHex(read)));
    Rings.record(tape, Rings.options(folder).clinical(e -> "10.0.0.2".equals(e.ip())));
    nothingLeaked();
    List<Rings.Kept> kept = Rings.read(folder);
    assertThat(kept.get(0).octets()).hasSize(42);
    assertThat(kept.get(2).octets()).hasSize(kept.get(2).wire());
  }

  @Test
  void theSameOutsideOfClinicalZonesIsKept() throws IOException {
    Tape tape = new Tape().frame(Frames.udpFrame(CLIENT, 4000, SERVER, 9999, ascii("name " + PATIENT)));
    assertThat(text(kept(tape)[0])).contains(PATIENT);
  }

  @Test
  void bulkIsCut() throws IOException {
    Tape tape = open(4443);
    String application = "\u0017\u0003\u0003\u0000\u0020" + "0123456789abcdef0123456789abcdef";
    says(says(tape, 4443, "\u0016\u0003\u0001\u0000\u0004ABCD"), 4443, application);
    says(tape, 4443, "89abcdef0123456789abcdef");
    for (int i = 0; i < 20; i++) {
      tape.pass(0.02).frame(Frames.udpFrame(CLIENT, 6000, SERVER, 6002, Frames.join(Frames.hex("8060"), Frames.u16(i), Frames.u32(i * 160), Frames.u32(42), ascii("voice".repeat(30)))));
    }
    Recorder recorder = Rings.record(tape, Rings.options(folder));
    List<Rings.Kept> kept = Rings.read(folder);
    assertThat(text(kept.get(2))).endsWith("ABCD");
    assertThat(kept.get(3).octets()).hasSize(54 + 5);
    assertThat(kept.get(4).octets()).hasSize(54);
    assertThat(kept.getLast().octets()).hasSize(42 + 12);
    assertThat(recorder.counters().get("record.cut_bulk")).as("two records, and RTP from its second packet on").isEqualTo(2 + 20 - 1);
  }

  @Test
  void fragmentsAreCutToHeadersSinceNobodyKnowsYetWhatTheyAre() throws IOException {
    byte[] datagram = Frames.udp(4000, 161, ascii("x".repeat(40) + SECRET + "y".repeat(26)));
    byte[] first = Frames.ethernet(CLIENT, SERVER, 0x0800, Frames.ipv4(CLIENT, SERVER, 17, 7, 0x2000, 64, java.util.Arrays.copyOf(datagram, 48)));
    byte[] second = Frames.ethernet(CLIENT, SERVER, 0x0800, Frames.ipv4(CLIENT, SERVER, 17, 7, 6, 64, java.util.Arrays.copyOfRange(datagram, 48, datagram.length)));
    Rings.Kept[] kept = kept(new Tape().frame(first).frame(second));
    nothingLeaked();
    assertThat(kept[0].octets()).hasSize(14 + 20 + 8);
    assertThat(kept[1].octets()).hasSize(14 + 20);
  }
}
