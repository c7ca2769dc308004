package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * Art-Net 4 (Specification for the Art-Net 4 Ethernet Communication Protocol, Artistic Licence, revision 1.4dp), lighting over UDP 6454.
 *
 * <pre>
 * | "Art-Net" 0 | opcode u16, low first | version u16 = 14, but in ArtPollReply | … |
 * ArtDmx: | sequence u8 | physical u8 | sub-net 4, universe 4 | net 7 | length u16 | levels |
 * ArtPoll: | flags u8 | priority u8 | … |          ArtSync: | 0 u16 |
 * ArtPollReply: | IP 4 | port u16, low first | firmware u16 | net u8 | sub-net u8 | OEM u16 | UBEA u8 | status u8 | ESTA u16, low first |
 *   short name 18 | long name 64 | report 64 | ports u16 | types 4 | inputs 4 | outputs 4 | input universes 4 | output universes 4 | priority u8 |
 *   macros u8 | remotes u8 | 3 | style u8 | MAC 6 | bound IP 4 | bind index u8 | status u8 | … |
 * ArtAddress: | net u8 | bind index u8 | short name 18 | long name 64 | inputs 4 | outputs 4 | sub-net u8 | priority u8 | command u8 |
 * ArtIpProg: | 2 | command u8 | 1 | IP 4 | mask 4 | port u16 | gateway 4 | 4 |
 * ArtTodData: | RDM u8 | port u8 | 6 | bind index u8 | net u8 | response u8 | address u8 | total u16 | block u8 | count u8 | { UID 6 } |
 * ArtRdm: | RDM u8 | 1 | 7 | net u8 | command u8 | address u8 | RDM without its start code |
 * ArtFirmwareMaster: | 2 | type u8 | block u8 | length u32 | 20 | data 1024 |
 * ArtCommand: | ESTA u16 | length u16 | text |          ArtDiagData: | 1 | priority u8 | port u8 | 1 | length u16 | text |
 * ArtTrigger: | 2 | OEM u16 | key u8 | sub-key u8 | data 512 |      ArtTimeCode: | 1 | stream u8 | frames u8 | seconds u8 | minutes u8 | hours u8 | type u8 |
 * </pre>
 */
final class ArtNet implements Dissector {
  static final int PORT = 6454;

  private static final String STANDARD = "Art-Net 4";
  private static final Cite HEADER = new Cite(STANDARD, "packet definition");
  private static final Cite POLL = new Cite(STANDARD, "ArtPoll");
  private static final Cite POLL_REPLY = new Cite(STANDARD, "ArtPollReply");
  private static final Cite DMX = new Cite(STANDARD, "ArtDmx");
  private static final Cite PROGRAM = new Cite(STANDARD, "ArtIpProg");
  private static final Cite ADDRESS = new Cite(STANDARD, "ArtAddress");
  private static final Cite FIRMWARE = new Cite(STANDARD, "ArtFirmwareMaster");
  private static final Cite COMMAND = new Cite(STANDARD, "ArtCommand");

  private static final int VERSION = 14;
  private static final String ID = "Art-Net\0";

  private static final int NEWS_POLL = 1;
  private static final int NEWS_NODE = 2;
  private static final int NEWS_STREAM = 3;
  private static final int NEWS_FIRMWARE = 4;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] STYLES = {"node", "controller", "media server", "router", "backup", "configuration", "visualiser"};

  @Override
  public String name() {
    return "artnet";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Art-Net", "Art-Net 4, Artistic Licence, and ANSI E1.20 (RDM)",
        "polls, nodes with names, addresses, versions and style, streams by universe, addressing, IP programming, firmware, commands, triggers, tables of"
            + " devices, RDM messages with parameters",
        "levels of the 512 channels as readings (they are in `decode` as octets); video, media and files beyond their name; RDM data beyond labels",
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

  /** Eight octets of name and a list of opcodes. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    if (m.length() < 10 || m.at(0) != 'A') {
      return NOT_MINE;
    }
    for (int i = 1; i < 8; i++) {
      if (m.at(i) != ID.charAt(i)) {
        return NOT_MINE;
      }
    }
    int opcode = m.at(8) | m.at(9) << 8;
    return operation(opcode) != null && m.wireLength() >= least(opcode) ? m.wireLength() : NOT_MINE;
  }

  /** Octets that each packet has at least: without later additions of ArtPollReply and ArtIpProg. */
  private static int least(int opcode) {
    return switch (opcode) {
      case 0x2100 -> 207;
      case 0x6000 -> 107;
      case 0x8300 -> 48;
      case 0x8100 -> 28;
      case 0xF200 -> 40;
      case 0xF800 -> 26;
      case 0x5000, 0x5100 -> 20;
      case 0x2000 -> 14;
      default -> 12;
    };
  }

  private static @Nullable String operation(int opcode) {
    return switch (opcode) {
      case 0x2000 -> "ArtPoll";
      case 0x2100 -> "ArtPollReply";
      case 0x2300 -> "ArtDiagData";
      case 0x2400 -> "ArtCommand";
      case 0x2700 -> "ArtDataRequest";
      case 0x2800 -> "ArtDataReply";
      case 0x5000 -> "ArtDmx";
      case 0x5100 -> "ArtNzs";
      case 0x5200 -> "ArtSync";
      case 0x6000 -> "ArtAddress";
      case 0x7000 -> "ArtInput";
      case 0x8000 -> "ArtTodRequest";
      case 0x8100 -> "ArtTodData";
      case 0x8200 -> "ArtTodControl";
      case 0x8300 -> "ArtRdm";
      case 0x8400 -> "ArtRdmSub";
      case 0x9000 -> "ArtMedia";
      case 0x9100 -> "ArtMediaPatch";
      case 0x9200 -> "ArtMediaControl";
      case 0x9300 -> "ArtMediaControlReply";
      case 0x9700 -> "ArtTimeCode";
      case 0x9800 -> "ArtTimeSync";
      case 0x9900 -> "ArtTrigger";
      case 0x9A00 -> "ArtDirectory";
      case 0x9B00 -> "ArtDirectoryReply";
      case 0xA010 -> "ArtVideoSetup";
      case 0xA020 -> "ArtVideoPalette";
      case 0xA040 -> "ArtVideoData";
      case 0xF000 -> "ArtMacMaster";
      case 0xF100 -> "ArtMacSlave";
      case 0xF200 -> "ArtFirmwareMaster";
      case 0xF300 -> "ArtFirmwareReply";
      case 0xF400 -> "ArtFileTnMaster";
      case 0xF500 -> "ArtFileFnMaster";
      case 0xF600 -> "ArtFileFnReply";
      case 0xF800 -> "ArtIpProg";
      case 0xF900 -> "ArtIpProgReply";
      default -> null;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(8);
    int opcode = m.u16le();
    String name = operation(opcode);
    t.message("artnet", name == null ? "packet" : name);
    t.field("opcode", opcode);
    if (opcode != 0x2100) {
      int version = m.u16();
      t.field("protocolVersion", version);
      if (m.ok() && version != VERSION) {
        o.flaw(x, HEADER, "version", 10, m.wireLength());
      }
    }
    if (m.ok() && name != null && !m.cut() && m.wireLength() >= least(opcode)) {
      o.operation(name);
      packet(m, x, o, opcode, name);
      if (m.ok() && m.remaining() > 0) {
        t.octets("rest", m, m.remaining());
        m.skip(m.remaining());
      }
    } else {
      m.fail();
    }
    t.end();
  }

  private static void packet(Cursor m, Exchange x, Observer o, int opcode, String name) {
    switch (opcode) {
      case 0x2000 -> poll(m, x, o);
      case 0x2100 -> pollReply(m, x, o);
      case 0x5000, 0x5100 -> dmx(m, x, o, opcode, name);
      case 0x6000 -> address(m, x, o);
      case 0x8100 -> tableOfDevices(m, o);
      case 0x8300 -> rdm(m, x, o);
      case 0x9700 -> timeCode(m, o);
      case 0xF200 -> firmware(m, x, o);
      case 0xF300 -> firmwareReply(m, x, o);
      case 0xF800 -> program(m, x, o);
      case 0xF900 -> {
        m.skip(4);
        address(m, o.transcript(), "ip");
        address(m, o.transcript(), "mask");
        o.transcript().field("port", m.u16());
        if (m.ok()) {
          o.outcome(key(x, 0xF8), Outcome.OK);
        }
      }
      case 0x2400 -> command(m, x, o);
      case 0x9900 -> trigger(m, x, o);
      case 0x7000, 0x8200 -> {
        if (m.remaining() >= 4) {
          o.see(Acts.act(x, "artnet", HEADER, Verb.CONFIGURE, name, null, null, "", Outcome.UNCONFIRMED));
        }
      }
      case 0x2300 -> {
        m.skip(1);
        o.transcript().field("priority", m.u8());
        m.skip(2);
        text(m, o.transcript(), "diagnostic", m.u16());
      }
      default -> {
        // named
      }
    }
  }

  private static long key(Exchange x, int what) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ what;
  }

  private static void poll(Cursor m, Exchange x, Observer o) {
    o.transcript().field("talkToMe", m.u8());
    o.transcript().field("diagnosticPriority", m.u8());
    if (m.ok() && x.news(x.source(), NEWS_POLL, x.target().hashCode(), AGAIN_SECONDS)) {
      o.see(Acts.act(x, "artnet", POLL, Verb.DISCOVER, "ArtPoll", null, null, "", Outcome.UNCONFIRMED));
    }
  }

  private static void pollReply(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int ipAt = m.position();
    address(m, t, "ip");
    t.field("port", m.u16le());
    int firmware = m.u16();
    t.field("firmware", firmware);
    t.field("net", m.u8());
    t.field("subNet", m.u8());
    int oem = m.u16();
    t.field("oem", oem);
    t.field("ubea", m.u8());
    t.field("status1", m.u8());
    int esta = m.u16le();
    t.field("esta", esta);
    int shortAt = m.position();
    text(m, t, "shortName", 18);
    int longAt = m.position();
    text(m, t, "longName", 64);
    text(m, t, "nodeReport", 64);
    t.field("ports", m.u16());
    four(m, t, "portType");
    four(m, t, "goodInput");
    four(m, t, "goodOutput");
    four(m, t, "inputUniverse");
    four(m, t, "outputUniverse");
    m.skip(3);
    m.skip(3);
    int style = m.u8();
    t.field("style", style);
    int macAt = m.position();
    long mac = m.u48();
    if (t.on() && m.ok()) {
      t.field("mac", Endpoint.macText(mac));
    }
    if (m.remaining() >= 6) {
      address(m, t, "bindIp");
      t.field("bindIndex", m.u8());
      t.field("status2", m.u8());
    }
    if (!m.ok()) {
      return;
    }
    long digest = ((Heads.digest(m, shortAt, 82) * 31 + Heads.digest(m, ipAt, 4)) * 31 + Heads.digest(m, macAt, 6)) * 31 + (firmware << 16 ^ oem ^ style);
    if (!x.news(x.source(), NEWS_NODE, digest, Exchange.FOREVER)) {
      return;
    }
    claim(m, x, o, Trait.NAME, shortAt, 18);
    claim(m, x, o, Trait.DESCRIPTION, longAt, 64);
    o.claim(x, x.source(), Trait.FIRMWARE, (firmware >>> 8) + "." + (firmware & 0xFF), POLL_REPLY);
    o.claim(x, x.source(), Trait.BANNER, "artnet=ESTA 0x%04x, OEM 0x%04x, %s".formatted(esta, oem, style < STYLES.length ? STYLES[style] : "style " + style),
        POLL_REPLY);
    if (mac != 0) {
      o.claim(x, x.source(), Trait.MAC, Endpoint.macText(mac), POLL_REPLY);
    }
    if (m.at(ipAt) != 0) {
      o.claim(x, x.source(), Trait.ADDRESS, m.at(ipAt) + "." + m.at(ipAt + 1) + "." + m.at(ipAt + 2) + "." + m.at(ipAt + 3), POLL_REPLY);
    }
  }

  private static void claim(Cursor m, Exchange x, Observer o, Trait trait, int at, int octets) {
    String text = zeroEnded(Heads.slice(m, at, octets));
    if (!text.isEmpty()) {
      o.claim(x, x.source(), trait, text, POLL_REPLY);
    }
  }

  private static String zeroEnded(String text) {
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  private static void address(Cursor m, Transcript t, String name) {
    long address = m.u32();
    if (t.on()) {
      t.field(name, Endpoint.ipText(4, 0, address));
    }
  }

  private static void text(Cursor m, Transcript t, String name, int octets) {
    int at = m.position();
    m.skip(octets);
    if (t.on() && m.ok()) {
      t.field(name, zeroEnded(Heads.slice(m, at, octets)));
    }
  }

  private static void four(Cursor m, Transcript t, String name) {
    for (int i = 0; i < 4; i++) {
      t.field(name, m.u8());
    }
  }

  /** Levels come up to 44 times a second: who sends to which universe is told, each ten minutes. */
  private static void dmx(Cursor m, Exchange x, Observer o, int opcode, String name) {
    Transcript t = o.transcript();
    t.field("sequence", m.u8());
    t.field(opcode == 0x5000 ? "physical" : "startCode", m.u8());
    int low = m.u8();
    int net = m.u8();
    int length = m.u16();
    t.field("universe", net << 8 | low);
    t.field("length", length);
    if (m.ok() && (length > 512 || length > m.remaining())) {
      o.flaw(x, DMX, "length", 16, m.wireLength());
      m.skip(m.remaining());
      return;
    }
    t.octets("levels", m, length);
    m.skip(length);
    if (m.ok() && x.news(x.source(), NEWS_STREAM, (long) opcode << 32 ^ x.target().hashCode() * 31L + (net << 8 | low), AGAIN_SECONDS)) {
      o.see(Acts.act(x, "artnet", DMX, Verb.WRITE, name, new Point.Named("dmx", "universe,%d.%d.%d".formatted(net & 0x7F, low >>> 4, low & 15)), null,
          length + " channels", Outcome.UNCONFIRMED));
    }
  }

  private static void address(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("net", m.u8());
    t.field("bindIndex", m.u8());
    int at = m.position();
    text(m, t, "shortName", 18);
    text(m, t, "longName", 64);
    four(m, t, "inputUniverse");
    four(m, t, "outputUniverse");
    t.field("subNet", m.u8());
    t.field("priority", m.u8());
    int command = m.u8();
    t.field("command", command);
    if (m.ok()) {
      String name = zeroEnded(Heads.slice(m, at, 18));
      o.see(Acts.act(x, "artnet", ADDRESS, Verb.CONFIGURE, "ArtAddress", null, name.isEmpty() ? null : new Value.Text(name),
          command == 0 ? "" : "command 0x%02x".formatted(command), Outcome.UNCONFIRMED));
    }
  }

  private static void program(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(2);
    int command = m.u8();
    t.field("command", command);
    m.skip(1);
    long address = m.u32();
    if (t.on()) {
      t.field("ip", Endpoint.ipText(4, 0, address));
    }
    address(m, t, "mask");
    t.field("port", m.u16());
    if (!m.ok()) {
      return;
    }
    // bit 7 lets program at all; else it is a question
    if ((command & 0x80) == 0) {
      if (x.news(x.source(), NEWS_POLL, x.target().hashCode() + 1L, AGAIN_SECONDS)) {
        o.request(key(x, 0xF8), Acts.pending(x, "artnet", PROGRAM, Verb.READ, "ArtIpProg", null, null, ""));
      }
    } else {
      String detail = (command & 0x40) != 0 ? "DHCP" : (command & 8) != 0 ? "factory defaults" : (command & 4) != 0 ? "address" : "mask or port";
      o.request(key(x, 0xF8), Acts.pending(x, "artnet", PROGRAM, Verb.CONFIGURE, "ArtIpProg", null,
          (command & 4) == 0 ? null : new Value.Text(Endpoint.ipText(4, 0, address)), detail));
    }
  }

  private static void tableOfDevices(Cursor m, Observer o) {
    Transcript t = o.transcript();
    t.field("rdmVersion", m.u8());
    t.field("port", m.u8());
    m.skip(6);
    t.field("bindIndex", m.u8());
    t.field("net", m.u8());
    t.field("commandResponse", m.u8());
    t.field("address", m.u8());
    t.field("uidTotal", m.u16());
    t.field("blockCount", m.u8());
    int count = m.u8();
    t.field("uidCount", count);
    for (int i = 0; i < count && m.ok(); i++) {
      int at = m.position();
      m.skip(6);
      if (t.on() && m.ok()) {
        t.field("uid", Rdm.uid(m, at));
      }
    }
  }

  private static void rdm(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("rdmVersion", m.u8());
    m.skip(8);
    t.field("net", m.u8());
    t.field("command", m.u8());
    t.field("address", m.u8());
    if (m.ok()) {
      Rdm.dissect(m, x, o, "artnet");
    }
  }

  private static void timeCode(Cursor m, Observer o) {
    Transcript t = o.transcript();
    m.skip(2);
    t.field("frames", m.u8());
    t.field("seconds", m.u8());
    t.field("minutes", m.u8());
    t.field("hours", m.u8());
    t.field("timeType", m.u8());
  }

  /** The first block opens a download, the others are its course. */
  private static void firmware(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(2);
    int type = m.u8();
    t.field("type", type);
    t.field("blockId", m.u8());
    long length = m.u32();
    t.field("firmwareLength", length);
    boolean first = type == 0 || type == 3;
    if (m.ok() && (first || x.news(x.source(), NEWS_FIRMWARE, x.target().hashCode(), AGAIN_SECONDS))) {
      x.news(x.source(), NEWS_FIRMWARE, x.target().hashCode(), AGAIN_SECONDS);
      o.request(key(x, 0xF2), Acts.pending(x, "artnet", FIRMWARE, Verb.DOWNLOAD, "ArtFirmwareMaster", null, null, length * 2 + " octets"));
    }
  }

  private static final Outcome FAILED = Outcome.error("firmware refused");

  private static void firmwareReply(Cursor m, Exchange x, Observer o) {
    m.skip(2);
    int type = m.u8();
    o.transcript().field("type", type);
    if (m.ok() && type == 1) {
      o.outcome(key(x, 0xF2), Outcome.OK);
    } else if (m.ok() && type == 0xFF) {
      o.outcome(key(x, 0xF2), FAILED);
    }
  }

  /** Text such as {@code SwoutText=Playback&}: what it does is the maker's. */
  private static void command(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("commandEsta", m.u16());
    int length = m.u16();
    int at = m.position();
    text(m, t, "text", length);
    if (m.ok()) {
      String text = zeroEnded(Heads.slice(m, at, Math.min(length, 200)));
      o.see(Acts.act(x, "artnet", COMMAND, Verb.COMMAND, "ArtCommand", null, new Value.Text(text), "", Outcome.UNCONFIRMED));
    }
  }

  private static void trigger(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(2);
    t.field("oem", m.u16());
    int key = m.u8();
    int sub = m.u8();
    t.field("key", key);
    t.field("subKey", sub);
    if (m.ok()) {
      o.see(Acts.act(x, "artnet", COMMAND, Verb.COMMAND, "ArtTrigger", null, null, "key " + key + ", sub-key " + sub, Outcome.UNCONFIRMED));
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
