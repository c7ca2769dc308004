package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.wire.Cursor;

/**
 * RTP (RFC 3550 §5.1), recognised and counted; what it carries is nobody's business here.
 *
 * <pre>
 * | version 2 = 2, padding 1, extension 1, sources 4 | marker 1, payload type 7 | sequence u16 | timestamp u32 | source u32 | … |
 * </pre>
 *
 * <p>One packet proves nothing, so the second of a source with the next sequence number makes the flow known; the first is counted as UDP.
 */
final class Rtp implements Dissector {
  private static final Cite HEADER = new Cite("RFC 3550", "5.1");
  /** RFC 3551 §6: types 35 to 95 are unassigned, 72 to 76 look like RTCP. */
  private static final int FIRST_DYNAMIC = 96;

  private static final int LAST_STATIC = 34;
  private static final int STEP = 16;

  @Override
  public String name() {
    return "rtp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("RTP", "RFC 3550 section 5.1",
        "that it is RTP",
        "everything it carries",
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
    int first = m.at(0);
    int type = m.at(1) & 0x7F;
    int header = 12 + 4 * (first & 15);
    if (first >>> 6 != 2 || type > LAST_STATIC && type < FIRST_DYNAMIC || m.length() < header || m.wireLength() <= header) {
      return NOT_MINE;
    }
    if (x.recognised()) {
      return m.wireLength();
    }
    long source = (long) (m.at(8) << 8 | m.at(9)) << 16 | m.at(10) << 8 | m.at(11);
    int sequence = m.at(2) << 8 | m.at(3);
    long key = x.flow() * 31 + (x.fromClient() ? 1 : 2);
    boolean before = x.recall(key);
    int step = before ? sequence - (int) x.recalledB() & 0xFFFF : 0;
    if (before && x.recalledA() == (source << 8 | type) && step >= 1 && step <= STEP) {
      return m.wireLength();
    }
    x.remember(key, source << 8 | type, sequence);
    return NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    int second = m.u8();
    t.message("rtp", "packet");
    t.field("payloadType", second & 0x7F);
    t.field("sequenceNumber", m.u16());
    t.field("timestamp", m.u32());
    t.field("source", m.u32());
    m.skip(4 * (first & 15));
    if ((first & 0x10) != 0) {
      m.skip(2);
      m.skip(4 * m.u16());
    }
    if (m.ok()) {
      o.operation("packet");
      m.skip(m.remaining());
    }
    t.end();
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
