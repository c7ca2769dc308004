package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Locale;

/**
 * DNS (RFC 1035, over UDP and, with a length before each message, TCP: §4.2.2), multicast DNS (RFC 6762) with service discovery
 * (RFC 6763), and LLMNR (RFC 4795).
 *
 * <pre>
 * [ length u16 ] | id u16 | QR 1, opcode 4, AA TC RD RA Z AD CD 1 each, rcode 4 | qdcount u16 | ancount u16 | nscount u16 | arcount u16 |
 * question: | name | type u16 | class u16 |     record: | name | type u16 | class u16 | ttl u32 | rdlength u16 | rdata |
 * </pre>
 *
 * A datagram is DNS only if the four counts walk exactly to its end. Of unicast DNS, who serves is told; names of the outside world are
 * nobody's claim. Of multicast DNS, a host's own names, services and the model fields of its TXT records are claims about the sender.
 */
final class Dns implements Dissector {
  private static final Cite HEADER = new Cite("RFC 1035", "4.1.1");
  private static final Cite TRANSFER = new Cite("RFC 5936", "2.1");
  private static final Cite UPDATE = new Cite("RFC 2136", "2");
  private static final Cite RESPONDER = new Cite("RFC 4795", "2.3");
  private static final Cite HOST = new Cite("RFC 6762", "8.3");
  private static final Cite SERVICE = new Cite("RFC 6763", "4.1");
  private static final Cite TEXT = new Cite("RFC 6763", "6");
  private static final Cite QUESTION = new Cite("RFC 1035", "4.1.2");

  private static final int HEADER_OCTETS = 12;
  private static final int DNS_PORT = 53;
  private static final int MDNS_PORT = 5353;
  private static final int LLMNR_PORT = 5355;

  /** RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 5936, RFC 6891. */
  private static final int A = 1;

  private static final int NS = 2;
  private static final int CNAME = 5;
  private static final int SOA = 6;
  private static final int PTR = 12;
  private static final int MX = 15;
  private static final int TXT = 16;
  private static final int AAAA = 28;
  private static final int SRV = 33;
  private static final int NSEC = 47;
  private static final int AXFR = 252;
  private static final int IXFR = 251;

  private static final String[] OPCODES = {"query", "iquery", "status", "opcode-3", "notify", "update", "dso"};
  private static final int OPCODE_UPDATE = 5;

  /** RFC 6763 §6.4 leaves keys to the service types; these are the ones printers, cameras, players and gateways use. */
  private static final String[] TXT_KEYS = {"model=", "md=", "mdl=", "ty=", "product=", "usb_MDL=", "fw=", "firmware=", "fwversion=",
      "serialNumber=", "serial=", "sn=", "manufacturer=", "usb_MFG=", "vendor=", "mac=", "note="};

  private static final Trait[] TXT_TRAITS = {Trait.MODEL, Trait.MODEL, Trait.MODEL, Trait.MODEL, Trait.MODEL, Trait.MODEL, Trait.FIRMWARE,
      Trait.FIRMWARE, Trait.FIRMWARE, Trait.SERIAL, Trait.SERIAL, Trait.SERIAL, Trait.VENDOR, Trait.VENDOR, Trait.VENDOR, Trait.MAC,
      Trait.LOCATION};

  private static final int NEWS_ROLE = 1;
  private static final int NEWS_SERVE = 2;
  private static final int NEWS_TRANSFER = 3;
  private static final int NEWS_UPDATE = 4;
  private static final int NEWS_HOST_NAME = 5;
  private static final int NEWS_ADDRESS = 6;
  private static final int NEWS_SERVICE = 7;
  private static final int NEWS_INSTANCE = 8;
  private static final int NEWS_TXT = 100;
  private static final int NEWS_ASKS = 200;
  /** Names kept of what one host asks for, by chance of their digests: a thing asks for a few, a browser for thousands. */
  private static final int ASKED = 32;
  private static final int SERVE_AGAIN = 3600;
  private static final int AGAIN = 600;

  private final Transport transport;
  private final boolean multicast;
  private final boolean local;
  private final DnsName name = new DnsName();

  private Dns(Transport transport, boolean multicast, boolean local) {
    this.transport = transport;
    this.multicast = multicast;
    this.local = local;
  }

  /** DNS over UDP. */
  static Dns datagrams() {
    return new Dns(Transport.UDP, false, false);
  }

  /** DNS over TCP. */
  static Dns stream() {
    return new Dns(Transport.TCP, false, false);
  }

  /** Multicast DNS. */
  static Dns multicast() {
    return new Dns(Transport.UDP, true, false);
  }

  /** Link-local multicast name resolution. */
  static Dns linkLocal() {
    return new Dns(Transport.UDP, false, true);
  }

  @Override
  public String name() {
    return multicast ? "mdns" : local ? "llmnr" : "dns";
  }

  @Override
  public Sheet sheet() {
    return multicast
        ? new Sheet("mDNS and DNS-SD", "RFC 6762, RFC 6763",
            "whole messages; a host's names, services and the model fields of its TXT records",
            "keys of TXT records that no fingerprint uses",
            "tshark, captures and messages")
        : local
        ? new Sheet("LLMNR", "RFC 4795",
            "whole messages; the name a host answers for with its own address",
            "whether the name is its own: who answers for every name is for a rule to find",
            "tshark, captures and messages")
        : new Sheet("DNS", "RFC 1035, RFC 1995, RFC 2136, RFC 5936",
            "whole messages; who asks and who serves",
            "names of the outside world are nobody's claim; DNS over TLS and HTTPS",
            "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[] {multicast ? MDNS_PORT : local ? LLMNR_PORT : DNS_PORT};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    if (transport == Transport.TCP) {
      if (m.length() < 2 + HEADER_OCTETS) {
        return MORE;
      }
      int length = m.at(0) << 8 | m.at(1);
      int opcode = m.at(4) >>> 3 & 0xF;
      return length >= HEADER_OCTETS && opcode < OPCODES.length && opcode != 3 && m.at(6) == 0 && m.at(7) <= 1 ? length + 2 : NOT_MINE;
    }
    int opcode = m.at(2) >>> 3 & 0xF;
    if (m.wireLength() < HEADER_OCTETS || opcode >= OPCODES.length || opcode == 3) {
      return NOT_MINE;
    }
    m.seek(4);
    int questions = m.u16();
    int records = m.u16() + m.u16() + m.u16();
    for (int i = 0; i < questions && m.ok(); i++) {
      passName(m);
      m.skip(4);
    }
    for (int i = 0; i < records && m.ok(); i++) {
      passName(m);
      m.skip(8);
      m.skip(m.u16());
    }
    // What the capture cut off is not the sender's fault; a whole datagram must end where the counts end.
    boolean exact = m.ok() && m.position() == m.wireLength();
    return exact || !m.ok() && m.cut() ? m.wireLength() : NOT_MINE;
  }

  /** RFC 1035 §4.1.4: labels up to the root or to a pointer, which ends the name. */
  private static void passName(Cursor m) {
    int octets = 0;
    while (m.ok()) {
      int length = m.u8();
      if (length >= 0xC0) {
        m.skip(1);
        return;
      }
      octets += length + 1;
      if (length == 0) {
        return;
      }
      if (length > 63 || octets > 255) {
        m.fail();
        return;
      }
      m.skip(length);
    }
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer observer) {
    int base = transport == Transport.TCP ? 2 : 0;
    Transcript t = observer.transcript();
    m.skip(base);
    int id = m.u16();
    int flags = m.u16();
    int questions = m.u16();
    int answers = m.u16();
    int authorities = m.u16();
    int additionals = m.u16();
    boolean response = (flags & 0x8000) != 0;
    int opcode = flags >>> 11 & 0xF;
    String operation = opcode < OPCODES.length ? response ? RESPONSES[opcode] : OPCODES[opcode] : "opcode unknown";
    if (t.on()) {
      t.message(name(), operation);
      t.field("id", id);
      t.field("qr", response);
      t.field("opcode", opcode);
      t.field("aa", (flags & 0x400) != 0);
      t.field("tc", (flags & 0x200) != 0);
      t.field("rd", (flags & 0x100) != 0);
      t.field("ra", (flags & 0x80) != 0);
      t.field("z", (flags & 0x40) != 0);
      // RFC 4035 §3.2
      t.field("ad", (flags & 0x20) != 0);
      t.field("cd", (flags & 0x10) != 0);
      t.field("rcode", flags & 0xF);
      t.field("qdcount", questions);
      t.field("ancount", answers);
      t.field("nscount", authorities);
      t.field("arcount", additionals);
    }
    int start = m.position();
    int kind = questions(m, t, base, questions);
    int afterQuestions = m.position();
    int records = answers + authorities + additionals;
    records(m, x, observer, base, records, false, response);
    if (m.ok()) {
      int end = m.position();
      observer.operation(operation);
      if (multicast || local) {
        if (response) {
          // Claims come after the whole message proved sound.
          m.seek(afterQuestions);
          records(m, x, observer, base, records, true, true);
          m.seek(end);
        }
      } else if (response) {
        serve(x, observer, opcode, flags & 0xF);
      } else {
        ask(m, x, observer, base, start, opcode, kind);
        m.seek(end);
      }
    }
    if (t.on()) {
      t.end();
    }
  }

  private static final String[] RESPONSES = {"response", "iquery response", "status response", "opcode-3 response", "notify response",
      "update response", "dso response"};

  /** RFC 1035 §4.1.2. The type of the last question, or 0. */
  private int questions(Cursor m, Transcript t, int base, int count) {
    int kind = 0;
    for (int i = 0; i < count && m.ok(); i++) {
      name.read(m, base);
      kind = m.u16();
      int group = m.u16();
      if (t.on()) {
        t.begin("question");
        t.field("qname", name.text());
        t.field("qtype", type(kind));
        t.field("qclass", group & (multicast ? 0x7FFF : 0xFFFF));
        if (multicast) {
          // RFC 6762 §5.4
          t.field("unicastResponse", (group & 0x8000) != 0);
        }
        t.close();
      }
    }
    return kind;
  }

  /** RFC 1035 §4.1.3, once for the transcript and the bounds, once more for the claims of a sound message. */
  private void records(Cursor m, Exchange x, Observer observer, int base, int count, boolean claim, boolean response) {
    Transcript t = observer.transcript();
    for (int i = 0; i < count && m.ok(); i++) {
      boolean show = t.on() && !claim;
      name.read(m, base);
      int kind = m.u16();
      int group = m.u16();
      long ttl = m.u32();
      int length = m.u16();
      long outer = m.enter(length);
      if (show) {
        t.begin("record");
        t.field("name", name.text());
        t.field("type", type(kind));
        t.field("class", group & (multicast ? 0x7FFF : 0xFFFF));
        if (multicast) {
          // RFC 6762 §10.2
          t.field("cacheFlush", (group & 0x8000) != 0);
        }
        t.field("ttl", ttl);
      }
      if (!claim) {
        data(m, t, base, kind, length);
      } else if (m.ok() && ttl != 0 && response) {
        // RFC 6762 §10.1: a time to live of 0 says goodbye, which is no claim.
        claim(m, x, observer, kind, length);
      }
      if (show) {
        t.close();
      }
      m.leave(outer);
    }
  }

  private void claim(Cursor m, Exchange x, Observer observer, int kind, int length) {
    Endpoint source = x.source();
    if (local && kind != A && kind != AAAA) {
      return;
    }
    switch (kind) {
      case A, AAAA -> {
        if (length != (kind == A ? 4 : 16)) {
          m.fail();
          return;
        }
        long high = kind == A ? 0 : m.u64();
        long low = kind == A ? m.u32() : m.u64();
        boolean own = source.family() == (kind == A ? 4 : 6) && source.ipHigh() == high && source.ipLow() == low;
        // by LLMNR a host answers for its own address; another's is no claim of the sender
        if ((own || !local) && x.news(source, NEWS_HOST_NAME, name.digest(), Exchange.FOREVER)) {
          observer.claim(x, source, Trait.HOSTNAME, name.text(), local ? RESPONDER : HOST);
        }
        if (!own && !local && x.news(source, NEWS_ADDRESS, high * 31 + low, Exchange.FOREVER)) {
          observer.claim(x, source, Trait.ADDRESS, Endpoint.ipText(kind == A ? 4 : 6, high, low), HOST);
        }
      }
      case SRV -> {
        m.skip(4);
        int port = m.u16();
        if (m.ok() && name.labels() >= 3) {
          if (x.news(source, NEWS_SERVICE, name.digestFrom(1) * 31 + port, Exchange.FOREVER)) {
            observer.claim(x, source, Trait.SERVICE, service(port), SERVICE);
          }
          if (x.news(source, NEWS_INSTANCE, name.digest(), Exchange.FOREVER)) {
            observer.claim(x, source, Trait.NAME, name.label(0), SERVICE);
          }
        }
      }
      case TXT -> txt(m, x, observer);
      default -> {
        // no claim
      }
    }
  }

  /** RFC 6763 §7: {@code instance._http._tcp.local} is {@code tcp/80 http}. */
  private String service(int port) {
    int labels = name.labels();
    String kind = "";
    String carrier = "tcp";
    for (int i = 0; i + 1 < labels; i++) {
      String next = name.label(i + 1);
      if (name.label(i).startsWith("_") && (next.equals("_tcp") || next.equals("_udp"))) {
        kind = name.label(i).substring(1);
        carrier = next.substring(1);
        break;
      }
    }
    return carrier + "/" + port + " " + kind;
  }

  /** RFC 6763 §6.3: strings of {@code key=value}. */
  private void txt(Cursor m, Exchange x, Observer observer) {
    while (m.ok() && m.remaining() > 0) {
      int length = m.u8();
      long outer = m.enter(length);
      for (int i = 0; i < TXT_KEYS.length && m.ok(); i++) {
        int key = TXT_KEYS[i].length();
        if (length > key && m.startsWith(TXT_KEYS[i])) {
          m.skip(key);
          if (x.news(x.source(), NEWS_TXT + TXT_TRAITS[i].ordinal(), m.digest(length - key), Exchange.FOREVER)) {
            String value = m.text(length - key).strip();
            if (!value.isEmpty()) {
              observer.claim(x, x.source(), TXT_TRAITS[i], value, TEXT);
            }
          }
          break;
        }
      }
      m.leave(outer);
    }
  }

  /** Who answers from port 53, with data or with the word that there is none, is a server. */
  private void serve(Exchange x, Observer observer, int opcode, int rcode) {
    Endpoint source = x.source();
    boolean serves = x.sourcePort() == DNS_PORT && opcode == 0 && (rcode == 0 || rcode == 3);
    if (!serves) {
      return;
    }
    if (x.news(source, NEWS_ROLE, 0, Exchange.FOREVER)) {
      observer.claim(x, source, Trait.ROLE, "dns-server", HEADER);
    }
    if (x.news(source, NEWS_SERVE, x.target().hashCode(), SERVE_AGAIN)) {
      Stamp stamp = x.stamp();
      observer.see(new Act(stamp, source, name(), HEADER, stamp.seq() + "." + stamp.n(), x.target(), x.sourcePort(), Verb.SERVE,
          "response", null, null, 0, "", Outcome.UNCONFIRMED));
    }
  }

  /**
   * Whose services a host looks for says who made it, where it says nothing else: the domain alone, at most {@link #ASKED} of a host. A name
   * server asks for others and is not meant.
   */
  private void asks(Cursor m, Exchange x, Observer observer, int base, int start) {
    m.seek(start);
    name.read(m, base);
    int labels = name.labels();
    if (!m.ok() || labels < 2 || x.sourcePort() == DNS_PORT) {
      return;
    }
    // www.example.com is of example.com, and www.example.co.uk of example.co.uk
    int first = labels > 2 && name.length(labels - 2) <= 3 ? labels - 3 : labels - 2;
    int slot = (int) (name.digestFrom(first) >>> 32) & ASKED - 1;
    if (x.news(x.source(), NEWS_ASKS + slot, 0, Exchange.FOREVER)) {
      StringBuilder domain = new StringBuilder("dns-asks=").append(name.label(first).toLowerCase(Locale.ROOT));
      for (int i = first + 1; i < labels; i++) {
        domain.append('.').append(name.label(i).toLowerCase(Locale.ROOT));
      }
      observer.claim(x, x.source(), Trait.BANNER, domain.toString(), QUESTION);
    }
  }

  /** Zone transfers (RFC 5936, RFC 1995) take the whole map; updates (RFC 2136) change it. */
  private void ask(Cursor m, Exchange x, Observer observer, int base, int start, int opcode, int kind) {
    boolean transfer = opcode == 0 && (kind == AXFR || kind == IXFR);
    boolean update = opcode == OPCODE_UPDATE;
    if (opcode == 0 && (kind == A || kind == AAAA)) {
      asks(m, x, observer, base, start);
    }
    if (!transfer && !update) {
      return;
    }
    m.seek(start);
    name.read(m, base);
    long digest = name.digest() * 31 + x.target().hashCode();
    if (m.ok() && x.news(x.source(), transfer ? NEWS_TRANSFER : NEWS_UPDATE, digest, AGAIN)) {
      Stamp stamp = x.stamp();
      observer.see(new Act(stamp, x.source(), name(), transfer ? TRANSFER : UPDATE, stamp.seq() + "." + stamp.n(), x.target(),
          x.serverPort(), transfer ? Verb.UPLOAD : Verb.CONFIGURE, transfer ? kind == AXFR ? "axfr" : "ixfr" : "update",
          new Point.Named("name", name.text()), null, 0, "", Outcome.UNCONFIRMED));
    }
  }

  /**
   * Data of the types whose form is known: read whether or not anybody listens, so that a message is as sound with the transcript as
   * without.
   */
  private void data(Cursor m, Transcript t, int base, int kind, int length) {
    // An update may name a type without data (RFC 2136 §2.4).
    if (!m.ok() || length == 0) {
      return;
    }
    boolean show = t.on();
    switch (kind) {
      case A -> {
        long low = m.u32();
        if (show) {
          t.field("address", Endpoint.ipText(4, 0, low));
        }
      }
      case AAAA -> {
        long high = m.u64();
        long low = m.u64();
        if (show) {
          t.field("address", Endpoint.ipText(6, high, low));
        }
      }
      case NS, CNAME, PTR -> nameField(m, t, base, "target");
      case MX -> {
        t.field("preference", m.u16());
        nameField(m, t, base, "exchange");
      }
      case SRV -> {
        t.field("priority", m.u16());
        t.field("weight", m.u16());
        t.field("port", m.u16());
        nameField(m, t, base, "target");
      }
      case SOA -> {
        nameField(m, t, base, "mname");
        nameField(m, t, base, "rname");
        t.field("serial", m.u32());
        t.field("refresh", m.u32());
        t.field("retry", m.u32());
        t.field("expire", m.u32());
        t.field("minimum", m.u32());
      }
      case TXT -> {
        while (m.ok() && m.remaining() > 0) {
          int octets = m.u8();
          if (show) {
            t.field("text", m.text(octets));
          } else {
            m.skip(octets);
          }
        }
      }
      // RFC 4034 §4.1: | next name | window u8, octets u8, a bit for each type … |
      case NSEC -> {
        nameField(m, t, base, "next");
        while (m.ok() && m.remaining() > 0) {
          int window = m.u8() << 8;
          int octets = m.u8();
          for (int i = 0; i < octets && m.ok(); i++) {
            int bits = m.u8();
            for (int bit = 0; show && bit < 8; bit++) {
              if ((bits >>> 7 - bit & 1) != 0) {
                t.field("typeThere", type(window | i * 8 + bit));
              }
            }
          }
        }
      }
      default -> {
        if (show) {
          t.octets("rdata", m, length);
        }
      }
    }
  }

  private void nameField(Cursor m, Transcript t, int base, String field) {
    name.read(m, base);
    if (t.on()) {
      t.field(field, name.text());
    }
  }

  private static String type(int kind) {
    return switch (kind) {
      case A -> "A";
      case NS -> "NS";
      case CNAME -> "CNAME";
      case SOA -> "SOA";
      case PTR -> "PTR";
      case MX -> "MX";
      case TXT -> "TXT";
      case AAAA -> "AAAA";
      case SRV -> "SRV";
      case 41 -> "OPT";
      case NSEC -> "NSEC";
      case 65 -> "HTTPS";
      case IXFR -> "IXFR";
      case AXFR -> "AXFR";
      case 255 -> "ANY";
      default -> "TYPE" + kind;
    };
  }
}
