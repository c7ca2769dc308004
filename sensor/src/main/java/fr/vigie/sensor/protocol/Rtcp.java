package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;

/**
 * RTCP (RFC 3550 §6): compound packets, of which the first is a sender's or receiver's report and which together fill the datagram.
 *
 * <pre>
 * { version 2 = 2, padding 1, count 5 | type u8: 200 SR, 201 RR, 202 SDES, 203 BYE, 204 APP, 205, 206 feedback, 207 XR | words u16 | … }
 * SDES: { source u32 | { item u8: 1 CNAME, 2 NAME, 6 TOOL | length u8 | text } | 0 }                     RFC 3550 §6.5
 * </pre>
 */
final class Rtcp implements Dissector {
  private static final Cite PACKET = new Cite("RFC 3550", "6.1");
  private static final Cite DESCRIPTION = new Cite("RFC 3550", "6.5");
  private static final int SENDER_REPORT = 200;
  private static final int SOURCE_DESCRIPTION = 202;
  private static final int LAST = 207;
  private static final int NEWS_TOOL = 1;
  private static final int TOOL = 6;
  private static final String[] TYPES = {"SR", "RR", "SDES", "BYE", "APP", "RTPFB", "PSFB", "XR"};

  @Override
  public String name() {
    return "rtcp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("RTCP", "RFC 3550 section 6",
        "that it is RTCP, and the names in source descriptions",
        "reports",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[0];
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int type = m.at(1);
    if (m.length() < 8 || m.at(0) >>> 5 != 4 || type != SENDER_REPORT && type != SENDER_REPORT + 1 || (m.wireLength() & 3) != 0) {
      return NOT_MINE;
    }
    int at = 0;
    while (at + 4 <= m.length()) {
      if (m.at(at) >>> 6 != 2 || m.at(at + 1) < SENDER_REPORT || m.at(at + 1) > LAST) {
        return NOT_MINE;
      }
      at += 4 * (1 + (m.at(at + 2) << 8 | m.at(at + 3)));
    }
    return at == m.wireLength() || m.cut() && at > m.length() ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("rtcp", TYPES[Math.clamp(m.peek(1) - SENDER_REPORT, 0, TYPES.length - 1)]);
    while (m.ok() && m.remaining() > 0) {
      m.u8();
      int type = m.u8();
      int octets = 4 * m.u16();
      long outer = m.enter(octets);
      t.field("type", type);
      if (m.ok()) {
        o.operation(type >= SENDER_REPORT && type <= LAST ? TYPES[type - SENDER_REPORT] : "other");
        if (type == SOURCE_DESCRIPTION) {
          description(m, x, o);
        }
      }
      m.leave(outer);
    }
    t.end();
  }

  /** Tools name the software that streams; names of people are passed over. */
  private static void description(Cursor m, Exchange x, Observer o) {
    m.skip(4);
    while (m.ok() && m.remaining() > 1 && m.peek(0) != 0) {
      int item = m.u8();
      int length = m.u8();
      if (item == TOOL && length <= m.remaining() && x.news(x.source(), NEWS_TOOL, m.digest(length), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, "rtcp-tool=" + m.text(length), DESCRIPTION);
      } else {
        m.skip(length);
      }
    }
    m.skip(m.remaining());
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
