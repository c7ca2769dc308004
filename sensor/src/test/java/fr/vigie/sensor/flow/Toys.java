package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.wire.Cursor;

/** Three protocols so small that a test can write their messages by hand; real dissectors of the real contract. */
final class Toys {
  static final Cite CITE = new Cite("TOY", "1");

  private Toys() {}

  /** On UDP 7000: {@code | 0x55 | length u8 of all | command u8 | …}. */
  static final class Datagrams implements Dissector {
    private static final Observer.PointMaker POINT = (a, b) -> new Point.Named("toy", a + "." + b);

    @Override
    public String name() {
      return "toy";
    }

    @Override
    public Sheet sheet() {
      return new Sheet("a toy", "none", "itself", "anything else", "its test");
    }

    @Override
    public Transport transport() {
      return Transport.UDP;
    }

    @Override
    public int[] ports() {
      return new int[] {7000};
    }

    @Override
    public boolean anyPort() {
      return true;
    }

    @Override
    public Cite cite() {
      return CITE;
    }

    @Override
    public int frame(Cursor m, Exchange x) {
      return m.u8() == 0x55 && m.u8() == m.wireLength() ? m.wireLength() : NOT_MINE;
    }

    @Override
    public void dissect(Cursor m, Exchange x, Observer o) {
      m.skip(2);
      switch (m.u8()) {
        case 1 -> {
          long key = m.u8();
          Stamp s = x.stamp();
          o.operation("write");
          o.request(key, new Act(s, x.source(), "toy", CITE, s.seq() + "." + s.n(), x.target(), x.serverPort(), Verb.WRITE, "write", null,
              new Value.Num(key), 0, "", Outcome.PENDING));
        }
        case 2 -> o.outcome(m.u8(), Outcome.OK);
        case 3 -> o.reading(x, x.source(), 1, 2, POINT, m.u8(), null, true, false);
        case 4 -> o.claim(x, x.source(), Trait.MODEL, m.text(m.remaining()), CITE);
        case 5 -> o.flaw(x, CITE, "reserved", 3, m.wireLength());
        default -> m.skip(4);
      }
    }
  }

  /** On TCP 7001: octets up to a line feed, so that nobody knows how long a message is before it is there. */
  static final class Terminated implements Dissector {
    /** Octets that {@link #frame} has looked at. */
    long looked;

    @Override
    public String name() {
      return "terminated";
    }

    @Override
    public Sheet sheet() {
      return new Sheet("a toy", "none", "itself", "anything else", "its test");
    }

    @Override
    public Transport transport() {
      return Transport.TCP;
    }

    @Override
    public int[] ports() {
      return new int[] {7001};
    }

    @Override
    public int frame(Cursor m, Exchange x) {
      for (int i = 0; i < m.length(); i++) {
        looked++;
        if (m.u8() == '\n') {
          return i + 1;
        }
      }
      return MORE;
    }

    @Override
    public void dissect(Cursor m, Exchange x, Observer o) {
      o.claim(x, x.source(), Trait.BANNER, m.u8() + "/" + m.wireLength() + (x.gap() ? "/gap" : ""), CITE);
      m.skip(m.wireRemaining());
    }
  }

  /** On TCP 7001: {@code | length u16 of what follows | first octet is news | …}; tells each message as a claim of its digest. */
  static final class Lines implements Dissector {
    @Override
    public String name() {
      return "lines";
    }

    @Override
    public Sheet sheet() {
      return new Sheet("a toy", "none", "itself", "anything else", "its test");
    }

    @Override
    public Transport transport() {
      return Transport.TCP;
    }

    @Override
    public int[] ports() {
      return new int[] {7001};
    }

    @Override
    public int frame(Cursor m, Exchange x) {
      if (m.length() < 4) {
        return MORE;
      }
      int length = m.u16();
      return m.u16() == 0xABCD ? length + 2 : NOT_MINE;
    }

    @Override
    public void dissect(Cursor m, Exchange x, Observer o) {
      m.skip(4);
      int first = m.u8();
      if (m.ok()) {
        o.claim(x, x.source(), Trait.BANNER, first + "/" + m.wireLength() + (x.gap() ? "/gap" : ""), CITE);
      }
      m.skip(m.wireRemaining());
    }
  }

  /** On TCP 7002: five octets a message. */
  static final class Counted implements Dissector {
    @Override
    public String name() {
      return "counted";
    }

    @Override
    public Sheet sheet() {
      return new Sheet("a toy", "none", "itself", "anything else", "its test");
    }

    @Override
    public Transport transport() {
      return Transport.TCP;
    }

    @Override
    public int[] ports() {
      return new int[] {7002};
    }

    @Override
    public int frame(Cursor m, Exchange x) {
      return m.length() < 5 ? MORE : 5;
    }

    @Override
    public void dissect(Cursor m, Exchange x, Observer o) {
      o.operation("count");
      x.news(x.source(), 1, m.digest(5), Exchange.FOREVER);
      m.skip(5);
    }
  }

  /** Directly on Ethernet, type 0x88B5 (local experimental, IEEE 802). */
  static final class Link implements Dissector {
    @Override
    public String name() {
      return "local";
    }

    @Override
    public Sheet sheet() {
      return new Sheet("a toy", "none", "itself", "anything else", "its test");
    }

    @Override
    public Transport transport() {
      return Transport.ETHERNET;
    }

    @Override
    public int[] ports() {
      return new int[] {0x88B5};
    }

    @Override
    public int frame(Cursor m, Exchange x) {
      return m.wireLength();
    }

    @Override
    public void dissect(Cursor m, Exchange x, Observer o) {
      o.operation("hello");
    }
  }
}
