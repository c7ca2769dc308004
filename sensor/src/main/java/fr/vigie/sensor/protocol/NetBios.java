package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * The NetBIOS name service (RFC 1002 §4.2).
 *
 * <pre>
 * | id u16 | R 1, operation 4, AA TC RD RA 0 0 B 1 each, result 4 | questions u16 | answers u16 | authority u16 | additional u16 |
 * question: | name | type u16 | class u16 |       record: | name | type u16 | class u16 | ttl u32 | length u16 | data |
 * name:     | 32 u8 | 32 letters A to P, half an octet each | scope | 0 u8 |, or a pointer as in DNS
 * data of 0x20: | G 1, owner type 2, 0 13 | address u32 | …    of 0x21: | names u8 | name 15, suffix u8, flags u16 | … | MAC address 6 | … |
 * </pre>
 *
 * Who registers a name owns it or wants to; what a node answers when it is asked for its state is of itself. Whether another's answer is
 * true is not judged.
 */
final class NetBios implements Dissector {
  private static final String STANDARD = "RFC 1002";
  private static final Cite HEADER = new Cite(STANDARD, "4.2.1");
  private static final Cite REGISTRATION = new Cite(STANDARD, "4.2.2");
  private static final Cite RESPONSE = new Cite(STANDARD, "4.2.13");
  private static final Cite STATUS_REQUEST = new Cite(STANDARD, "4.2.17");
  private static final Cite STATUS = new Cite(STANDARD, "4.2.18");

  private static final String[] OPERATIONS = {"query", "", "", "", "", "registration", "release", "wack", "refresh", "refresh", "", "", "", "", "", "multi-homed registration"};
  private static final String[] RESPONSES = {"query response", "", "", "", "", "registration response", "release response", "wack", "refresh response", "refresh response",
      "", "", "", "", "", "multi-homed registration response"};

  private static final int NB = 0x20;
  private static final int NBSTAT = 0x21;
  private static final int NEWS_STATUS = 1;
  private static final int NEWS_MAC = 2;
  private static final int AGAIN_SECONDS = 600;

  private final NetBiosName name = new NetBiosName();

  @Override
  public String name() {
    return "nbns";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("NetBIOS name service", "RFC 1001, RFC 1002 §4.2",
        "queries, registrations, refreshes, releases and node status with their names, suffixes, addresses and MAC address",
        "scopes; statistics of node status beyond the MAC address",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {137};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int operation = m.at(2) >>> 3 & 0xF;
    boolean counts = m.at(4) == 0 && m.at(5) <= 1 && m.at(6) == 0 && m.at(8) == 0 && m.at(10) == 0;
    return m.wireLength() >= 12 && counts && !OPERATIONS[operation].isEmpty() ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int id = m.u16();
    int flags = m.u16();
    int questions = m.u16();
    int answers = m.u16();
    int authorities = m.u16();
    int additionals = m.u16();
    int records = answers + authorities + additionals;
    boolean response = (flags & 0x8000) != 0;
    int operation = flags >>> 11 & 0xF;
    String named = response ? RESPONSES[operation] : OPERATIONS[operation];
    if (t.on()) {
      t.message("nbns", named);
      t.field("id", id);
      t.field("response", response);
      t.field("operation", operation);
      t.field("authoritative", (flags & 0x400) != 0);
      t.field("truncated", (flags & 0x200) != 0);
      t.field("recursionDesired", (flags & 0x100) != 0);
      t.field("recursionAvailable", (flags & 0x80) != 0);
      t.field("broadcast", (flags & 0x10) != 0);
      t.field("result", flags & 0xF);
      t.field("questions", questions);
      t.field("answers", answers);
      t.field("authorities", authorities);
      t.field("additionals", additionals);
    }
    int start = m.position();
    walk(m, x, o, t, questions, records, false, operation, response, flags & 0xF);
    if (m.ok()) {
      o.operation(named);
      m.seek(start);
      walk(m, x, o, Transcript.OFF, questions, records, true, operation, response, flags & 0xF);
    }
    if (t.on()) {
      t.end();
    }
  }

  private void walk(Cursor m, Exchange x, Observer o, Transcript t, int questions, int records, boolean tell, int operation, boolean response, int result) {
    for (int i = 0; i < questions && m.ok(); i++) {
      name.read(m);
      int type = m.u16();
      int group = m.u16();
      if (t.on()) {
        t.field("name", name.text());
        t.field("type", type);
        t.field("class", group);
      }
      if (tell && m.ok() && !response && operation == 0 && type == NBSTAT && x.news(x.source(), NEWS_STATUS, x.target().print(), AGAIN_SECONDS)) {
        o.see(Acts.act(x, "nbns", STATUS_REQUEST, Verb.DISCOVER, "node status", null, null, "", Outcome.UNCONFIRMED));
      }
    }
    for (int i = 0; i < records && m.ok(); i++) {
      name.read(m);
      int type = m.u16();
      int group = m.u16();
      long ttl = m.u32();
      int length = m.u16();
      long outer = m.enter(length);
      if (t.on()) {
        t.begin("record");
        t.field("recordName", name.text());
        t.field("recordType", type);
        t.field("recordClass", group);
        t.field("ttl", ttl);
      }
      if (m.ok() && type == NB) {
        boolean registers = !response && operation >= 5 && operation != 6 && operation != 7;
        addresses(m, x, o, t, tell && result == 0 && (registers || response && operation == 0), registers);
      } else if (m.ok() && type == NBSTAT) {
        status(m, x, o, t, tell);
      }
      if (t.on()) {
        t.close();
      }
      m.leave(outer);
    }
  }

  /** RFC 1002 §4.2.2, §4.2.13: who owns the name. */
  private void addresses(Cursor m, Exchange x, Observer o, Transcript t, boolean tell, boolean registers) {
    Endpoint source = x.source();
    while (m.ok() && m.remaining() >= 6) {
      int flags = m.u16();
      long address = m.u32();
      boolean group = (flags & 0x8000) != 0;
      if (t.on()) {
        t.field("group", group);
        t.field("ownerType", flags >>> 13 & 3);
        t.field("address", Endpoint.ipText(4, 0, address));
      }
      boolean own = source.family() == 4 && source.ipLow() == address;
      if (tell && m.ok() && (own || registers)) {
        name.claim(x, o, group, registers ? REGISTRATION : RESPONSE);
      }
    }
  }

  /** RFC 1002 §4.2.18. */
  private void status(Cursor m, Exchange x, Observer o, Transcript t, boolean tell) {
    int names = m.u8();
    t.field("names", names);
    for (int i = 0; i < names && m.ok(); i++) {
      name.plain(m);
      int flags = m.u16();
      boolean group = (flags & 0x8000) != 0;
      if (t.on()) {
        t.field("statusName", name.text());
        t.field("statusGroup", group);
        t.field("statusFlags", flags);
      }
      if (tell && m.ok()) {
        name.claim(x, o, group, STATUS);
      }
    }
    long mac = m.u48();
    if (t.on()) {
      t.field("unitId", Endpoint.macText(mac));
    }
    if (tell && m.ok() && mac != 0 && (mac >>> 40 & 1) == 0 && x.news(x.source(), NEWS_MAC, mac, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.MAC, Endpoint.macText(mac), STATUS);
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
