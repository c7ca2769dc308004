package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * Syslog over UDP (RFC 5426) in both forms (RFC 5424, RFC 3164).
 *
 * <pre>
 * {@code <}priority{@code >}1 timestamp host application process message-id …      RFC 5424
 * {@code <}priority{@code >}Mmm dd hh:mm:ss host application[process]: …           RFC 3164
 * </pre>
 *
 * Who logs, and by which program. The text behind is not read: it may name people and passwords.
 */
final class Syslog implements Dissector {
  private static final Cite PRIORITY = new Cite("RFC 5424", "6.2.1");
  private static final Cite HEADER = new Cite("RFC 5424", "6.2");
  private static final Cite OLD_HEADER = new Cite("RFC 3164", "4.1");

  /** RFC 5424 §6.2.1: facility 23, severity 7. */
  private static final int HIGHEST = 191;

  /** RFC 5424 §6: longest host and application names. */
  private static final int LONGEST_HOST = 255;

  private static final int LONGEST_APPLICATION = 48;
  /** So many messages that name one host alone, before the name is believed to be the sender's own. */
  private static final int STEADY = 3;

  private static final int RELAYS = -1;

  private static final int NEWS_RELAY = 9;
  private static final int NEWS_HOST = 1;
  private static final int NEWS_APPLICATION = 2;

  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private int from;
  private int to;

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Syslog", "RFC 5424, RFC 3164, RFC 5426",
        "priority, time, host, application, process and message identifier of both forms",
        "the text and the structured data, which are recorded nowhere; syslog over TCP and TLS",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {514};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  /** One to three digits between angle brackets. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int digits = digits(m);
    return m.at(0) == '<' && digits > 0 && digits <= 3 && m.at(1 + digits) == '>' ? m.wireLength() : NOT_MINE;
  }

  private static int digits(Cursor m) {
    int n = 0;
    while (n < 4 && m.at(1 + n) >= '0' && m.at(1 + n) <= '9') {
      n++;
    }
    return n;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int digits = digits(m);
    int priority = 0;
    for (int i = 0; i < digits; i++) {
      priority = priority * 10 + m.at(1 + i) - '0';
    }
    if (t.on()) {
      t.message("syslog", "message");
      t.field("priority", priority);
      t.field("facility", priority >>> 3);
      t.field("severity", priority & 7);
    }
    m.skip(digits + 2);
    if (m.ok()) {
      o.operation("message");
      if (priority > HIGHEST) {
        o.flaw(x, PRIORITY, "priority", 1, m.wireLength());
      }
      if (m.peek(0) == '1' && m.peek(1) == ' ') {
        m.skip(2);
        header(m, x, o);
      } else if (month(m)) {
        oldHeader(m, x, o);
      }
      // RFC 3164 §4.3.3: what has no header is text alone
      o.secret(m.position(), m.wireRemaining());
    }
    if (t.on()) {
      t.end();
    }
  }

  private static boolean month(Cursor m) {
    for (int i = 0; i < 12; i++) {
      if (m.peek(0) == MONTHS.charAt(3 * i) && m.peek(1) == MONTHS.charAt(3 * i + 1) && m.peek(2) == MONTHS.charAt(3 * i + 2)) {
        return m.peek(3) == ' ' && m.peek(9) == ':' && m.peek(12) == ':' && m.peek(15) == ' ';
      }
    }
    return false;
  }

  /** RFC 5424 §6.2: five words, each {@code -} where it is not known. */
  private void header(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    boolean whole = word(m, LONGEST_HOST);
    show(m, t, whole, "timestamp");
    whole = whole && word(m, LONGEST_HOST);
    show(m, t, whole, "host");
    host(m, x, o, whole, HEADER);
    whole = whole && word(m, LONGEST_APPLICATION);
    show(m, t, whole, "application");
    application(m, x, o, whole, HEADER);
    whole = whole && word(m, 128);
    show(m, t, whole, "process");
    whole = whole && word(m, 32);
    show(m, t, whole, "messageId");
    if (!whole && !m.cut()) {
      o.flaw(x, HEADER, "header", at, m.wireLength());
    }
  }

  private static boolean printable(int octet) {
    return octet > ' ' && octet < 0x7F;
  }

  /** The next word and the space behind it; false where there is none of printable ASCII within the limit. */
  private boolean word(Cursor m, int longest) {
    from = m.position();
    to = from;
    while (to - from <= longest && printable(m.at(to))) {
      to++;
    }
    boolean whole = to > from && to - from <= longest && m.at(to) == ' ';
    if (whole) {
      m.seek(to + 1);
    }
    return whole;
  }

  /** RFC 3164 §4.1.2 and §4.1.3: the application ends at the first character that is no letter or digit; many write more than those. */
  private void oldHeader(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    if (t.on()) {
      t.field("timestamp", Heads.slice(m, m.position(), 15));
    }
    m.skip(16);
    boolean whole = word(m, LONGEST_HOST);
    // without a host the next word is the application: it ends in a colon
    boolean hostless = whole && (m.at(to - 1) == ':' || m.at(to - 1) == ']');
    if (hostless) {
      m.seek(from);
    } else {
      show(m, t, whole, "host");
      host(m, x, o, whole, OLD_HEADER);
    }
    if (!whole) {
      return;
    }
    from = m.position();
    to = from;
    while (to - from <= LONGEST_APPLICATION && printable(m.at(to)) && m.at(to) != '[' && m.at(to) != ':') {
      to++;
    }
    boolean tagged = to > from && to - from <= LONGEST_APPLICATION && (m.at(to) == '[' || m.at(to) == ':');
    show(m, t, tagged, "application");
    application(m, x, o, tagged, OLD_HEADER);
    if (tagged) {
      m.seek(to);
    }
  }

  private void show(Cursor m, Transcript t, boolean there, String name) {
    if (there && t.on()) {
      t.field(name, Heads.slice(m, from, to - from));
    }
  }

  private boolean known() {
    return to - from > 1;
  }

  /** An address in place of a name is no name. */
  private void host(Cursor m, Exchange x, Observer o, boolean there, Cite cite) {
    if (!there || !known()) {
      return;
    }
    boolean letters = false;
    for (int i = from; i < to; i++) {
      int c = m.at(i);
      letters |= c != '.' && (c < '0' || c > '9');
      if (c == ':') {
        return;
      }
    }
    if (letters) {
      long digest = Heads.digest(m, from, to - from);
      int alike = alike(x, digest);
      if (alike == RELAYS && x.news(x.source(), NEWS_RELAY, 0, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.ROLE, "syslog-relay", cite);
      } else if (alike >= STEADY && x.news(x.source(), NEWS_HOST, digest, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.HOSTNAME, text(m), cite);
      }
    }
  }

  /**
   * How often the sender has named this host and no other, up to {@link #STEADY}; {@link #RELAYS} once it named two. RFC 5424 §6.2.4: the name is that of the machine that sent the
   * message first, and who passes on messages of others names those.
   */
  private static int alike(Exchange x, long digest) {
    long key = x.source().print() * 31 + NEWS_HOST;
    int alike = 1;
    if (x.recall(key)) {
      boolean other = x.recalledB() == RELAYS || x.recalledA() != digest;
      alike = other ? RELAYS : Math.min(STEADY, (int) x.recalledB() + 1);
    }
    x.remember(key, digest, alike);
    return alike;
  }

  private void application(Cursor m, Exchange x, Observer o, boolean there, Cite cite) {
    if (there && known() && x.news(x.source(), NEWS_APPLICATION, Heads.digest(m, from, to - from), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "syslog-app=" + text(m), cite);
    }
  }

  private String text(Cursor m) {
    int back = m.position();
    m.seek(from);
    String text = m.text(to - from, StandardCharsets.US_ASCII);
    m.seek(back);
    return text;
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
