package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * SSDP, discovery of UPnP (UPnP Device Architecture 2.0, chapter 1): heads of HTTP in datagrams.
 *
 * <pre>
 * | M-SEARCH * HTTP/1.1 CRLF, or NOTIFY * HTTP/1.1 CRLF, or HTTP/1.1 200 OK CRLF | name: value CRLF … | CRLF |
 * </pre>
 *
 * <p>Devices say what they run (SERVER), what they are (NT, ST) and where their description lies (LOCATION); the description itself is HTTP.
 */
final class Ssdp implements Dissector {
  private static final int PORT = 1900;
  private static final String STANDARD = "UPnP Device Architecture 2.0";
  private static final Cite ADVERTISEMENT = new Cite(STANDARD, "1.2.2");
  private static final Cite SEARCH = new Cite(STANDARD, "1.3.2");
  private static final Cite ANSWER = new Cite(STANDARD, "1.3.3");

  private static final int NEWS_SEARCH = 1;
  private static final int NEWS_SERVER = 2;
  private static final int NEWS_KIND = 3;
  private static final int NEWS_PLACE = 4;
  private static final int AGAIN_SECONDS = 600;

  private final Heads field = new Heads();

  @Override
  public String name() {
    return "ssdp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("SSDP", "UPnP Device Architecture 2.0 chapter 1",
        "heads: what a device runs, is, and where its description lies",
        "the description itself, which is HTTP",
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
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    boolean search = m.startsWith("M-SEARCH * HTTP/1.") || m.startsWith("NOTIFY * HTTP/1.");
    boolean answer = (x.sourcePort() == PORT || x.targetPort() == PORT) && m.startsWith("HTTP/1.1 200 ");
    return search || answer ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    boolean search = m.startsWith("M-SEARCH");
    boolean notify = m.startsWith("NOTIFY");
    String operation = search ? "M-SEARCH" : notify ? operation(m) : "200 OK";
    Transcript t = o.transcript();
    t.message("ssdp", operation);
    if (t.on()) {
      for (String name : new String[] {"host", "st", "nt", "nts", "usn", "server", "user-agent", "location", "cache-control"}) {
        if (field.find(m, name)) {
          t.field(name, field.text(m));
        }
      }
    }
    if (Heads.end(m, 0) < 0) {
      // a head without its empty line may lack half a line
      if (!m.cut()) {
        o.flaw(x, search ? SEARCH : notify ? ADVERTISEMENT : ANSWER, "no-empty-line", m.length(), m.wireLength());
      }
      t.end();
      return;
    }
    o.operation(operation);
    if (search) {
      boolean target = field.find(m, "st");
      if (!target) {
        o.flaw(x, SEARCH, "no-search-target", 0, m.wireLength());
      }
      if (x.news(x.source(), NEWS_SEARCH, target ? field.digest(m) : 0, AGAIN_SECONDS)) {
        Point point = target ? new Point.Named("st", field.text(m)) : null;
        o.see(Acts.act(x, "ssdp", SEARCH, Verb.DISCOVER, operation, point, null, "", Outcome.UNCONFIRMED));
      }
    } else if (!operation.equals("ssdp:byebye")) {
      Cite cite = notify ? ADVERTISEMENT : ANSWER;
      claim(m, x, o, "server", NEWS_SERVER, "ssdp-server=", cite);
      claim(m, x, o, "location", NEWS_PLACE, "upnp-location=", cite);
      if (field.find(m, notify ? "nt" : "st") && field.length > 4 && m.at(field.at) == 'u' && m.at(field.at + 1) == 'r'
          && x.news(x.source(), NEWS_KIND, field.digest(m), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, "upnp=" + field.text(m), cite);
      }
    }
    t.end();
    m.seek(m.length());
  }

  private void claim(Cursor m, Exchange x, Observer o, String name, int news, String prefix, Cite cite) {
    if (field.find(m, name) && field.length > 0 && x.news(x.source(), news, field.digest(m), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, prefix + field.text(m), cite);
    }
  }

  /** §1.2.2 to 1.2.4. */
  private String operation(Cursor m) {
    if (!field.find(m, "nts") || field.length < 8) {
      return "NOTIFY";
    }
    return switch (m.at(field.at + 5)) {
      case 'a' -> "ssdp:alive";
      case 'b' -> "ssdp:byebye";
      case 'u' -> "ssdp:update";
      default -> "NOTIFY";
    };
  }

  @Override
  public Cite cite() {
    return ADVERTISEMENT;
  }
}
