package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * NTP versions 1 to 4 (RFC 5905 §7.3), with its control (RFC 9327) and private messages named.
 *
 * <pre>
 * | leap 2, version 3, mode 3 | stratum u8 | poll i8 | precision i8 | root delay u32 | root dispersion u32 | reference 4 |
 *   reference time 8 | origin 8 | receive 8 | transmit 8 | extensions | key u32, digest 16 or 20 |
 * mode 6: | … | response, error, more 3, operation 5 | sequence u16 | status u16 | association u16 | offset u16 | count u16 | … |
 * </pre>
 */
final class Ntp implements Dissector {
  private static final int PORT = 123;
  private static final Cite PACKET = new Cite("RFC 5905", "7.3");
  private static final Cite KISS = new Cite("RFC 5905", "7.4");
  private static final Cite CONTROL = new Cite("RFC 9327", "2");

  /** The table of those who asked lately: what makes an old server amplify (CVE-2013-5211). */
  private static final int MONLIST = 42;

  private static final String[] MODES =
      {"reserved", "symmetric active", "symmetric passive", "client", "server", "broadcast", "control", "private"};

  private static final int NEWS_SERVER = 1;
  private static final int NEWS_REFERENCE = 2;
  private static final int NEWS_CONTROL = 3;
  private static final int AGAIN_SECONDS = 600;

  @Override
  public String name() {
    return "ntp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("NTP", "RFC 5905, RFC 9327",
        "header; control and private requests by name",
        "extension fields and digests",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int length = m.wireLength();
    int version = m.at(0) >>> 3 & 7;
    int mode = m.at(0) & 7;
    if (m.length() < 1 || version < 1 || version > 4 || mode == 0) {
      return NOT_MINE;
    }
    return length >= (mode < 6 ? 48 : mode == 6 ? 12 : 8) && (length & 3) == 0 ? length : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    int mode = first & 7;
    t.message("ntp", MODES[mode]);
    t.field("leap", first >>> 6);
    t.field("version", first >>> 3 & 7);
    t.field("mode", mode);
    switch (mode) {
      case 6 -> control(m, x, o);
      case 7 -> private_(m, x, o);
      default -> time(m, x, o, mode, first >>> 6);
    }
    if (m.ok()) {
      m.skip(m.remaining());
    }
    t.end();
  }

  private static final String[] TIMES = {"referenceTime", "originTime", "receiveTime", "transmitTime"};

  private static void time(Cursor m, Exchange x, Observer o, int mode, int leap) {
    Transcript t = o.transcript();
    int stratum = m.u8();
    int poll = m.u8();
    int precision = m.u8();
    long delay = m.u32();
    long dispersion = m.u32();
    int at = m.position();
    long reference = m.u32();
    t.field("stratum", stratum);
    t.field("poll", poll);
    t.field("precision", precision);
    // §6: seconds in 16 bits, and their fraction; figure 12 for the times, in 32 and 32
    t.field("rootDelay", delay);
    t.field("rootDispersion", dispersion);
    t.field("reference", reference);
    for (String name : TIMES) {
      long when = m.u64();
      if (t.on()) {
        t.field(name, Long.toUnsignedString(when));
      }
    }
    if (!m.ok()) {
      return;
    }
    boolean serves = mode == 4 || mode == 5;
    boolean kiss = serves && stratum == 0;
    o.operation(kiss ? "kiss-o'-death" : MODES[mode]);
    if (stratum > 16) {
      o.flaw(x, PACKET, "stratum", 1, m.wireLength());
    }
    if (!serves || leap == 3 && !kiss) {
      return;
    }
    if (kiss) {
      if (x.news(x.source(), NEWS_REFERENCE, reference, AGAIN_SECONDS)) {
        o.claim(x, x.source(), Trait.BANNER, "ntp-kiss=" + ascii(m, at), KISS);
      }
      return;
    }
    if (x.news(x.source(), NEWS_SERVER, mode, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, "ntp-server", PACKET);
    }
    if (x.news(x.source(), NEWS_REFERENCE, (long) stratum << 32 | reference, Exchange.FOREVER)) {
      String source = stratum == 1 ? ascii(m, at) : HexFormat.of().toHexDigits((int) reference);
      o.claim(x, x.source(), Trait.BANNER, "ntp-reference=stratum " + stratum + " " + source, PACKET);
    }
  }

  /** Figure 12: four letters, padded by zeros. */
  private static String ascii(Cursor m, int at) {
    int back = m.position();
    m.seek(at);
    String text = m.text(4, StandardCharsets.US_ASCII).replace("\0", "");
    m.seek(back);
    return text;
  }

  private static void control(Cursor m, Exchange x, Observer o) {
    int bits = m.u8();
    m.skip(8);
    int count = m.u16();
    o.transcript().field("operation", bits & 31);
    o.transcript().field("response", bits >>> 7);
    o.transcript().field("count", count);
    if (!m.ok()) {
      return;
    }
    o.operation("control");
    if (count > m.wireRemaining()) {
      o.flaw(x, CONTROL, "count", 10, m.wireLength());
    }
    if (bits < 0x80 && x.news(x.source(), NEWS_CONTROL, (bits & 31) * 31L + x.target().hashCode(), AGAIN_SECONDS)) {
      // 3 writes variables, 5 sets traps, 8 and 9 configure
      int operation = bits & 31;
      Verb verb = operation == 3 || operation == 8 || operation == 9 ? Verb.CONFIGURE : Verb.READ;
      o.see(Acts.act(x, "ntp", CONTROL, verb, "control", null, null, "operation " + operation, Outcome.UNCONFIRMED));
    }
  }

  /** No standard describes mode 7: {@code | … | sequence u8 | implementation u8 | request u8 | … |}. */
  private static void private_(Cursor m, Exchange x, Observer o) {
    boolean response = (m.at(0) & 0x80) != 0;
    m.skip(2);
    int request = m.u8();
    m.skip(4);
    o.transcript().field("request", request);
    if (!m.ok()) {
      return;
    }
    o.operation("private");
    if (!response && x.news(x.source(), NEWS_CONTROL, request * 31L + x.target().hashCode() + 7, AGAIN_SECONDS)) {
      o.see(Acts.act(x, "ntp", CONTROL, Verb.READ, "private", null, null, request == MONLIST ? "monlist" : "request " + request,
          Outcome.UNCONFIRMED));
    }
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
