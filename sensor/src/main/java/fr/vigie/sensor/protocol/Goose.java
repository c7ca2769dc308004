package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * GOOSE, the events of substations (IEC 61850-8-1:2011 clause 18 and Annex A, EtherType 0x88B8): who publishes which data set, each change of its
 * state, and its values.
 *
 * <pre>
 * | APPID u16 | length u16, from APPID on | reserved u16 | reserved u16 | 61 { fields } |                Annex C
 * 80 gocbRef  81 timeAllowedtoLive  82 datSet  83 goID  84 t  85 stNum  86 sqNum  87 simulation  88 confRev  89 ndsCom  8A numDatSetEntries  AB allData
 * </pre>
 */
final class Goose implements Dissector {
  private static final String STANDARD = "IEC 61850-8-1:2011";
  private static final Cite FRAME = new Cite(STANDARD, "Annex C");
  private static final Cite PDU = new Cite(STANDARD, "Annex A");
  private static final Cite STATE = new Cite(STANDARD, "18.1.2");

  private static final int GOOSE_PDU = 0x61;
  private static final int MANAGEMENT_PDU = 0x60;

  private static final int NEWS_PUBLISHER = 1;
  private static final int NEWS_STATE = 2;

  /** Annex A: the fields in their order; those without {@code optional} must be there. */
  private static final String[] FIELDS = {"gocbRef", "timeAllowedtoLive", "datSet", "goID", "t", "stNum", "sqNum", "simulation", "confRev", "ndsCom",
      "numDatSetEntries", "allData"};
  /** gocbRef, timeAllowedtoLive, datSet, t, stNum, sqNum, confRev, numDatSetEntries, allData. */
  private static final int MANDATORY = 0b1101_0111_0111;

  private final Cursor reference = new Cursor();
  private int referenceOctets;
  private final Observer.PointMaker entry = (a, index) -> new Point.Named("goose", new Cursor().rest(reference).text(referenceOctets, StandardCharsets.ISO_8859_1)
      + "/" + index);

  @Override
  public String name() {
    return "goose";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("IEC 61850 GOOSE", "IEC 61850-8-1:2011, Annexes A and C",
        "every field; publishers, changes of state as acts, the data set's entries as readings by their place",
        "GSE management beyond its name; routable GOOSE over UDP; the names of entries, which only the engineering file tells; security extensions",
        "tshark, fields; Zeek's ICSNPP logs, rows");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x88B8};
  }

  /** The EtherType is nobody else's. */
  @Override
  public int frame(Cursor m, Exchange x) {
    return m.wireLength() >= 8 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public Cite cite() {
    return FRAME;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("goose", "frame");
    int appId = m.u16();
    int length = m.u16();
    int reserved = m.u16();
    int further = m.u16();
    t.field("appid", appId);
    t.field("length", length);
    t.field("simulated", (reserved & 0x8000) != 0);
    t.field("reserved1", reserved);
    t.field("reserved2", further);
    if (length < 8 || length > m.wireLength()) {
      o.flaw(x, FRAME, "length", 2, 2);
    }
    int tag = m.peek(0);
    if (tag == GOOSE_PDU) {
      m.skip(1);
      long outer = m.enter(Ber.length(m));
      if (m.ok()) {
        t.operation("goosePdu");
        o.operation("goosePdu");
        pdu(m, x, o, (reserved & 0x8000) != 0);
      }
      m.leave(outer);
    } else if (m.ok()) {
      String name = tag == MANAGEMENT_PDU ? "gseMngtPdu" : "unknown PDU";
      t.operation(name);
      o.operation(name);
      if (tag != MANAGEMENT_PDU) {
        o.flaw(x, PDU, "tag", m.position(), 1);
      }
      m.skip(m.remaining());
    }
    t.end();
  }

  private void pdu(Cursor m, Exchange x, Observer o, boolean simulated) {
    Transcript t = o.transcript();
    int seen = 0;
    long state = -1;
    long sequence = -1;
    boolean test = simulated;
    boolean commissioning = false;
    long revision = 0;
    long announced = -1;
    int dataAt = -1;
    referenceOctets = 0;
    int at = m.position();
    while (m.ok() && m.remaining() > 0) {
      int tagAt = m.position();
      int tag = m.u8();
      int octets = Ber.length(m);
      int field = tag & 31;
      int start = m.position();
      if (!m.ok() || field >= FIELDS.length || (tag & 0xC0) != 0x80) {
        m.skip(octets);
        continue;
      }
      seen |= 1 << field;
      switch (field) {
        case 0 -> {
          reference.rest(m);
          referenceOctets = octets;
          text(m, t, field, octets);
        }
        case 2, 3 -> text(m, t, field, octets);
        case 4 -> time(m, t, octets);
        case 7 -> {
          boolean flag = octets > 0 && m.peek(0) != 0;
          test |= flag;
          t.field(FIELDS[field], flag);
        }
        case 9 -> {
          commissioning = octets > 0 && m.peek(0) != 0;
          t.field(FIELDS[field], commissioning);
        }
        case 11 -> dataAt = tagAt;
        default -> {
          long value = octets >= 1 && octets <= 5 ? Ber.integer(m, octets) : -1;
          t.field(FIELDS[field], value);
          state = field == 5 ? value : state;
          sequence = field == 6 ? value : sequence;
          revision = field == 8 ? value : revision;
          announced = field == 10 ? value : announced;
        }
      }
      m.seek(start);
      m.skip(octets);
    }
    int end = m.position();
    if (!m.ok()) {
      return;
    }
    if ((seen & MANDATORY) != MANDATORY) {
      o.flaw(x, PDU, "missing field", at, end - at);
      return;
    }
    publisher(m, x, o, state, sequence, test, commissioning, revision);
    int count = data(m, x, o, dataAt, !commissioning && !test);
    if (m.ok() && announced >= 0 && announced != count) {
      o.flaw(x, PDU, "number of entries", at, end - at);
    }
    m.seek(end);
  }

  private static void text(Cursor m, Transcript t, int field, int octets) {
    if (t.on()) {
      t.field(FIELDS[field], m.text(Math.min(octets, m.remaining()), StandardCharsets.ISO_8859_1));
    }
  }

  /** 8.1.3.6: seconds, a fraction of 24 bits, quality. */
  private static void time(Cursor m, Transcript t, int octets) {
    if (t.on() && octets == 8) {
      long seconds = m.u32();
      long fraction = m.u24();
      t.field("t", Instant.ofEpochSecond(seconds, fraction * 1_000_000_000L >> 24).toString());
      t.field("timeQuality", m.u8());
    }
  }

  /** Who publishes is told once; 18.1.2.5: stNum counts the changes of state, and each of them is an act. */
  private void publisher(Cursor m, Exchange x, Observer o, long state, long sequence, boolean test, boolean commissioning, long revision) {
    long digest = reference.digest(referenceOctets);
    if (x.news(x.source(), NEWS_PUBLISHER, digest, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "goose=" + gocbRef(), PDU);
    }
    if (x.news(x.source(), NEWS_STATE, digest * 31 + state * 2 + (test ? 1 : 0), Exchange.FOREVER) && m.ok()) {
      o.see(Acts.act(x, "goose", STATE, Verb.NOTIFY, "goosePdu", new Point.Named("goose", gocbRef()), null, "state " + state + ", sequence " + sequence
          + ", revision " + revision + (test ? ", simulation" : "") + (commissioning ? ", needs commissioning" : ""), Outcome.UNCONFIRMED));
    }
  }

  private String gocbRef() {
    return new Cursor().rest(reference).text(referenceOctets, StandardCharsets.ISO_8859_1);
  }

  /** Annex A, allData: the entries, each a leaf or a structure of leaves; returns how many. */
  private int data(Cursor m, Exchange x, Observer o, int at, boolean good) {
    Transcript t = o.transcript();
    m.seek(at);
    long outer = Ber.enter(m, 0xAB);
    if (t.on()) {
      t.begin(FIELDS[11]);
      MmsGrammar.data(m, t);
      t.close();
    }
    int count = 0;
    while (m.ok() && m.remaining() > 0) {
      leaf(m, x, o, count, good);
      count++;
    }
    m.leave(outer);
    return count;
  }

  private void leaf(Cursor m, Exchange x, Observer o, int index, boolean good) {
    int tag = m.u8();
    int octets = Ber.length(m);
    int next = m.position() + octets;
    double value = switch (tag) {
      case 0x83 -> octets == 1 ? m.u8() == 0 ? 0 : 1 : Double.NaN;
      case 0x85 -> octets >= 1 && octets <= 8 ? m.signed(octets) : Double.NaN;
      case 0x86 -> octets >= 1 && octets <= 8 ? m.unsigned(octets) : Double.NaN;
      // one octet of exponent width, then IEEE 754
      case 0x87 -> octets == 5 && m.u8() == 8 ? m.f32() : Double.NaN;
      // a double point: two bits behind six unused
      case 0x84 -> octets == 2 && m.peek(0) == 6 ? m.peek(1) >>> 6 : Double.NaN;
      default -> Double.NaN;
    };
    if (m.ok() && !Double.isNaN(value)) {
      o.reading(x, x.source(), reference.digest(referenceOctets), index, entry, value, null, good, false);
    }
    m.seek(next);
  }
}
