package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * Sampled values of IEC 61850-9-2:2011 (EtherType 0x88BA): recognised, with the names of their streams. The samples themselves are passed over.
 *
 * <pre>
 * | APPID u16 | length u16, from APPID on | reserved u16 | reserved u16 | 60 { 80 noASDU, A2 { 30 { 80 svID, 82 smpCnt, 83 confRev, 85 smpSynch, 87 sample } } } |
 * </pre>
 */
final class SampledValues implements Dissector {
  private static final Cite PDU = new Cite("IEC 61850-9-2:2011", "8.5");
  private static final int SAV_PDU = 0x60;
  private static final int NEWS_STREAM = 1;

  @Override
  public String name() {
    return "sv";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("IEC 61850 sampled values", "IEC 61850-9-2:2011, 8.5",
        "recognised; the streams by their names, with count and synchronisation",
        "the samples",
        "messages built from the standard, read alike by tshark");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x88BA};
  }

  /** The EtherType is nobody else's. */
  @Override
  public int frame(Cursor m, Exchange x) {
    return m.wireLength() >= 8 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public Cite cite() {
    return PDU;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("sv", "savPdu");
    t.field("appid", m.u16());
    t.field("length", m.u16());
    m.skip(4);
    long outer = Ber.enter(m, SAV_PDU);
    while (m.ok() && m.remaining() > 0) {
      int tag = m.u8();
      long inner = m.enter(Ber.length(m));
      if (tag == 0x80) {
        t.field("noASDU", Ber.integer(m, m.remaining()));
      } else if (tag == 0xA2) {
        while (m.ok() && m.remaining() > 0) {
          asdu(m, x, o);
        }
      }
      m.leave(inner);
    }
    m.leave(outer);
    if (m.ok()) {
      o.operation("savPdu");
    }
    t.end();
  }

  private static void asdu(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.begin("asdu");
    long outer = Ber.enter(m, Ber.SEQUENCE);
    while (m.ok() && m.remaining() > 0) {
      int tag = m.u8();
      int octets = Ber.length(m);
      int next = m.position() + octets;
      if (tag == 0x80 && (t.on() || x.news(x.source(), NEWS_STREAM, m.digest(octets), Exchange.FOREVER))) {
        String id = m.text(octets, StandardCharsets.ISO_8859_1);
        t.field("svID", id);
        if (m.ok() && !id.isBlank()) {
          o.claim(x, x.source(), Trait.BANNER, "sv=" + id.strip(), PDU);
        }
      } else if (tag == 0x82 || tag == 0x83 || tag == 0x85) {
        t.field(tag == 0x82 ? "smpCnt" : tag == 0x83 ? "confRev" : "smpSynch", octets >= 1 && octets <= 4 ? m.unsigned(octets) : -1);
      }
      m.seek(next);
    }
    m.leave(outer);
    t.close();
  }
}
