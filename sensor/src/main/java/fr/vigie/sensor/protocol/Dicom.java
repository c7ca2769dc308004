package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * DICOM upper layer and command sets (PS3.8-2024 §9.3, PS3.7-2024 §9.3, §10.3, annex E): associations with application entity titles,
 * presentation contexts and implementation, and what is commanded of which SOP class. Data sets are never read: of a fragment of data the
 * header alone is under the cursor, the rest is passed over. Of commands, instances and comments are left out, for they may name a patient.
 *
 * <pre>
 * | type u8: 1 A-ASSOCIATE-RQ, 2 -AC, 3 -RJ, 4 P-DATA-TF, 5 A-RELEASE-RQ, 6 -RP, 7 A-ABORT | – | length u32 | … |          PS3.8 §9.3.1
 * associate: | protocol version u16 | – u16 | called 16 | calling 16 | – 32 | items: type u8, –, length u16, … |          PS3.8 §9.3.2
 * data:      | length u32 | presentation context u8, odd | control u8: 1 command, 2 last | fragment | …                   PS3.8 §9.3.5, E.2
 * command:   | group u16 = 0 | element u16 | length u32 | value | …   little endian                                       PS3.7 §6.3.1
 * </pre>
 *
 * <p>A protocol data unit whose first fragment is a command is read as a whole up to {@link #LONGEST_COMMAND} octets; a command behind a
 * fragment of data in the same unit is not read.
 */
final class Dicom implements Dissector {
  private static final int[] PORTS = {104, 11112, 4242, 2761};

  private static final Cite UNIT = new Cite("PS3.8", "9.3.1");
  private static final Cite ASSOCIATE = new Cite("PS3.8", "9.3.2");
  private static final Cite ACCEPT = new Cite("PS3.8", "9.3.3");
  private static final Cite FRAGMENT = new Cite("PS3.8", "9.3.5");
  private static final Cite COMMAND = new Cite("PS3.7", "6.3.1");
  private static final Cite SERVICE = new Cite("PS3.7", "9.3");
  private static final Cite IMPLEMENTATION = new Cite("PS3.7", "D.3.3.2");
  private static final Cite IDENTITY = new Cite("PS3.7", "D.3.3.7");

  private static final int ASSOCIATE_REQUEST = 1;
  private static final int ASSOCIATE_ACCEPT = 2;
  private static final int ASSOCIATE_REJECT = 3;
  private static final int DATA = 4;
  private static final int RELEASE_REQUEST = 5;
  private static final int RELEASE_REPLY = 6;
  private static final int ABORT = 7;

  private static final String[] UNITS = {"", "A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-ASSOCIATE-RJ", "P-DATA-TF", "A-RELEASE-RQ", "A-RELEASE-RP", "A-ABORT"};

  /** The fixed part of an association, behind the unit's six octets. */
  private static final int FIXED = 68;

  /** 128 presentation contexts with many transfer syntaxes, and a token of identity. */
  private static final int LONGEST_ASSOCIATION = 1 << 16;

  static final int LONGEST_COMMAND = 1 << 14;

  private static final int NEWS_ASSOCIATION = 1;
  private static final int NEWS_TITLE = 2;
  private static final int NEWS_IMPLEMENTATION = 3;
  private static final int NEWS_COMMAND = 4;
  private static final int NEWS_SERVICE = 5;
  private static final int NEWS_IDENTITY = 6;
  private static final int AGAIN_SECONDS = 600;

  private static final Outcome[] REJECTIONS = new Outcome[256];
  private static final Outcome ABORTED = Outcome.error("aborted");
  private static final Outcome[] STATES = {Outcome.OK, Outcome.error("failure"), Outcome.error("refused"), Outcome.error("cancelled"), Outcome.error("no such SOP class"),
      Outcome.error("not authorized")};

  static {
    // PS3.8 §9.3.4: reasons of the service user
    Arrays.setAll(REJECTIONS, i -> Outcome.error(switch (i) {
      case 1 -> "no reason given";
      case 2 -> "application context not supported";
      case 3 -> "calling title not recognized";
      case 7 -> "called title not recognized";
      default -> "reason " + i;
    }));
  }

  private long body;
  // of the command under way
  private int field;
  private int classAt;
  private int classLength;

  @Override
  public String name() {
    return "dicom";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("DICOM upper layer", "PS3.7-2024, PS3.8-2024",
        "associations with titles, contexts, implementation, kind of identity; commands with SOP class and status",
        "data sets, SOP instances, comments: never; commands behind data in one unit",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return PORTS.clone();
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    int type = m.at(0);
    if (type < ASSOCIATE_REQUEST || type > ABORT || have > 1 && m.at(1) != 0) {
      return NOT_MINE;
    }
    if (have < 6) {
      return MORE;
    }
    long length = (long) m.at(2) << 24 | m.at(3) << 16 | m.at(4) << 8 | m.at(5);
    return switch (type) {
      case ASSOCIATE_REQUEST, ASSOCIATE_ACCEPT -> {
        if (length < FIXED || length > LONGEST_ASSOCIATION) {
          yield NOT_MINE;
        }
        // bit 0 of the protocol version, and two octets of zeros; the titles, which have no control characters; first of all items the application context
        boolean mine = (have < 8 || (m.at(7) & 1) == 1) && m.at(6) == 0 && m.at(8) == 0 && m.at(9) == 0 && printable(m, 10, 42)
            && (have < FIXED + 8 || m.at(FIXED + 6) == 0x10 && m.at(FIXED + 7) == 0);
        yield !mine ? NOT_MINE : have < FIXED + 8 ? MORE : 6 + (int) length;
      }
      case DATA -> data(m, x, length);
      default -> length == 4 && known(x) ? 10 : NOT_MINE;
    };
  }

  private static boolean known(Exchange x) {
    for (int port : PORTS) {
      if (x.serverPort() == port) {
        return true;
      }
    }
    return x.recognised();
  }

  private static boolean printable(Cursor m, int from, int to) {
    for (int i = from; i < Math.min(to, m.length()); i++) {
      if (m.at(i) < ' ' || m.at(i) == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /** The header of a fragment of data, or a whole unit of commands. On a foreign flow that nobody knows yet the fragment must fill the unit. */
  private static int data(Cursor m, Exchange x, long length) {
    if (length < 6) {
      return NOT_MINE;
    }
    if (m.length() < 12) {
      return MORE;
    }
    long fragment = (long) m.at(6) << 24 | m.at(7) << 16 | m.at(8) << 8 | m.at(9);
    int control = m.at(11);
    if (fragment < 2 || fragment > length - 4 || (m.at(10) & 1) == 0 || control > 3) {
      return NOT_MINE;
    }
    if (!known(x)) {
      // a command begins with its group length (0000,0000), a value of four octets; data without a command before it prove too little
      if (control != 3 || fragment != length - 4 || length > LONGEST_COMMAND) {
        return NOT_MINE;
      }
      if (m.length() < 20) {
        return MORE;
      }
      for (int i = 12; i < 20; i++) {
        if (m.at(i) != (i == 16 ? 4 : 0)) {
          return NOT_MINE;
        }
      }
    }
    return (control & 1) == 1 && length <= LONGEST_COMMAND ? 6 + (int) length : 12;
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    int type = m.u8();
    m.skip(1);
    long length = m.u32();
    t.message("dicom", type < UNITS.length ? UNITS[type] : "");
    t.field("pduType", type);
    t.field("length", length);
    boolean head = type == DATA && m.wireLength() == 12;
    if (!head && (length + 6 != m.wireLength() || m.cut())) {
      // half a unit: nothing in it is sure
      m.fail();
    }
    switch (type) {
      case ASSOCIATE_REQUEST, ASSOCIATE_ACCEPT -> associate(m, x, o, type == ASSOCIATE_REQUEST);
      case ASSOCIATE_REJECT -> {
        m.skip(1);
        int result = m.u8();
        int source = m.u8();
        int reason = m.u8();
        t.field("result", result);
        t.field("source", source);
        t.field("reason", reason);
        if (m.ok()) {
          o.operation(UNITS[type]);
          o.outcome(x.flow(), REJECTIONS[reason]);
        }
      }
      case DATA -> fragments(m, x, o, length, head);
      case RELEASE_REQUEST, RELEASE_REPLY -> {
        m.skip(4);
        if (m.ok()) {
          o.operation(UNITS[type]);
        }
      }
      case ABORT -> {
        m.skip(2);
        t.field("source", m.u8());
        t.field("reason", m.u8());
        if (m.ok()) {
          o.operation(UNITS[type]);
          o.outcome(x.flow(), ABORTED);
        }
      }
      default -> m.fail();
    }
    t.end();
  }

  // ---- associations

  private void associate(Cursor m, Exchange x, Observer o, boolean request) {
    Transcript t = o.transcript();
    t.field("protocolVersion", m.u16());
    m.skip(2);
    int calledAt = m.position();
    m.skip(16);
    int callingAt = m.position();
    m.skip(16 + 32);
    if (t.on()) {
      t.field("calledAeTitle", title(m, calledAt));
      t.field("callingAeTitle", title(m, callingAt));
    }
    boolean news = m.ok() && request && x.news(x.source(), NEWS_ASSOCIATION, Heads.digest(m, calledAt, 32) * 31 + x.target().hashCode() * 65_537L + x.serverPort(), AGAIN_SECONDS);
    StringBuilder contexts = news ? new StringBuilder() : null;
    int many = 0;
    while (m.ok() && m.remaining() > 0) {
      int type = m.u8();
      m.skip(1);
      int octets = m.u16();
      if (octets > m.remaining()) {
        m.fail();
      }
      long outer = m.enter(octets);
      switch (type) {
        case 0x10 -> uid(m, t, "applicationContext", m.remaining());
        case 0x20, 0x21 -> {
          many++;
          context(m, t, type == 0x20, many <= 8 ? contexts : null);
        }
        case 0x50 -> userInformation(m, x, o);
        default -> {
          t.begin("item");
          t.field("type", type);
          t.field("length", octets);
          t.close();
          m.skip(m.remaining());
        }
      }
      m.leave(outer);
    }
    if (!m.ok()) {
      return;
    }
    o.operation(UNITS[request ? ASSOCIATE_REQUEST : ASSOCIATE_ACCEPT]);
    if (!request) {
      o.outcome(x.flow(), Outcome.OK);
      if (x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " dicom", ACCEPT);
      }
      // PS3.8 §9.3.3: the titles of an acceptance are those of the request, and not tested: the request's count
      return;
    }
    if (x.news(x.source(), NEWS_TITLE, Heads.digest(m, callingAt, 16), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "dicom-ae=" + title(m, callingAt), ASSOCIATE);
    }
    if (contexts != null) {
      String detail = "from " + title(m, callingAt) + (many == 0 ? "" : ", for " + contexts + (many > 8 ? " and " + (many - 8) + " more" : ""));
      o.request(x.flow(), Acts.pending(x, "dicom", ASSOCIATE, Verb.CONNECT, UNITS[ASSOCIATE_REQUEST], new Point.Named("ae", title(m, calledAt)), null, detail));
    }
  }

  /** PS3.8 §9.3.2: 16 characters of ISO 646, spaces around them do not count. */
  private static String title(Cursor m, int at) {
    return Heads.slice(m, at, 16).strip();
  }

  private static void uid(Cursor m, Transcript t, String name, int octets) {
    if (t.on()) {
      t.field(name, uid(m, octets));
    } else {
      m.skip(octets);
    }
  }

  /** PS3.5 §9: a unique identifier, padded with a zero. */
  private static String uid(Cursor m, int octets) {
    String text = m.text(octets, StandardCharsets.ISO_8859_1);
    int zero = text.indexOf('\0');
    return zero < 0 ? text : text.substring(0, zero);
  }

  /** PS3.8 §9.3.2.2: {@code | id u8 | – | result u8 (acceptance) | – | sub-items: 0x30 abstract syntax, 0x40 transfer syntax |}. */
  private static void context(Cursor m, Transcript t, boolean proposed, @Nullable StringBuilder names) {
    t.begin("presentationContext");
    t.field("id", m.u8());
    m.skip(1);
    int result = m.u8();
    m.skip(1);
    if (!proposed) {
      t.field("result", result);
    }
    while (m.ok() && m.remaining() > 0) {
      int type = m.u8();
      m.skip(1);
      int octets = m.u16();
      if (octets > m.remaining()) {
        m.fail();
      }
      if (type == 0x30 && names != null && m.ok()) {
        int unpadded = octets > 0 && m.at(m.position() + octets - 1) == 0 ? octets - 1 : octets;
        String name = sound(m, m.position(), unpadded) ? DicomNames.sopClass(Heads.slice(m, m.position(), unpadded)) : "no class";
        names.append(names.isEmpty() ? "" : ", ").append(name);
      }
      uid(m, t, type == 0x30 ? "abstractSyntax" : type == 0x40 ? "transferSyntax" : "subItem", octets);
    }
    t.close();
  }

  /** PS3.7 D.3.3: {@code | type u8 | – | length u16 | … |}: 0x51 maximum length, 0x52 and 0x55 implementation, 0x58 and 0x59 identity of a user. */
  private void userInformation(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.begin("userInformation");
    while (m.ok() && m.remaining() > 0) {
      int type = m.u8();
      m.skip(1);
      int octets = m.u16();
      if (octets > m.remaining()) {
        m.fail();
      }
      long outer = m.enter(octets);
      switch (type) {
        case 0x51 -> t.field("maximumLength", m.u32());
        case 0x52 -> uid(m, t, "implementationClass", m.remaining());
        case 0x55 -> {
          if (m.ok() && x.news(x.source(), NEWS_IMPLEMENTATION, m.digest(m.remaining()), Exchange.FOREVER)) {
            o.claim(x, x.source(), Trait.SOFTWARE, Heads.slice(m, m.position(), m.remaining()).strip(), IMPLEMENTATION);
          }
          uid(m, t, "implementationVersion", m.remaining());
        }
        case 0x58 -> identity(m, x, o);
        case 0x59 -> {
          o.secret(m.position(), m.remaining());
          t.secret("identityAnswer", m.remaining());
        }
        default -> t.field("subItem", type);
      }
      m.leave(outer);
    }
    t.close();
  }

  /** PS3.7 D.3.3.7.1: {@code | type u8: 1 user, 2 user and passcode, 3 Kerberos, 4 SAML, 5 JWT | answer wanted u8 | length u16 | primary | length u16 | secondary |}. */
  private static void identity(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.begin("userIdentity");
    o.secret(m.position() + 2, m.remaining());
    int type = m.u8();
    m.skip(1);
    int primary = m.u16();
    m.skip(primary);
    int secondary = m.u16();
    m.skip(secondary);
    t.field("type", type);
    t.secret("primary", primary);
    t.secret("secondary", secondary);
    t.close();
    if (m.ok() && x.news(x.source(), NEWS_IDENTITY, type * 31L + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      String how = switch (type) {
        case 1 -> "user";
        case 2 -> "user and passcode, in clear";
        case 3 -> "Kerberos";
        case 4 -> "SAML";
        case 5 -> "JSON web token";
        default -> "type " + type;
      };
      o.see(Acts.act(x, "dicom", IDENTITY, Verb.AUTHENTICATE, "userIdentity", null, new Value.Secret(type == 2 ? secondary : primary), how, Outcome.UNCONFIRMED));
    }
  }

  // ---- data

  /** PS3.8 §9.3.5.1: fragments one after another. */
  private void fragments(Cursor m, Exchange x, Observer o, long unit, boolean head) {
    Transcript t = o.transcript();
    if (head) {
      long octets = m.u32();
      fragmentHead(m, t, octets);
      t.close();
      t.operation("data");
      if (m.ok()) {
        o.operation("data");
        body = Math.max(0, unit - 6);
      }
      return;
    }
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      long octets = m.u32();
      if (octets < 2 || octets > m.remaining()) {
        if (m.ok()) {
          o.flaw(x, FRAGMENT, "length", at, m.wireLength());
        }
        m.fail();
        return;
      }
      int control = fragmentHead(m, t, octets);
      long outer = m.enter((int) octets - 2);
      if ((control & 1) == 1) {
        command(m, x, o);
      } else {
        o.operation("data");
      }
      m.leave(outer);
      t.close();
    }
  }

  /** Opens the group that the caller closes. */
  private static int fragmentHead(Cursor m, Transcript t, long octets) {
    t.begin("fragment");
    int context = m.u8();
    int control = m.u8();
    t.field("length", octets);
    t.field("presentationContext", context);
    t.field("control", control);
    return control;
  }

  /**
   * PS3.7 annex E: the elements of group 0000 that say what is wanted. The SOP instance, error comment, offending elements and all that
   * stands elsewhere are passed over unread; an element of another group ends the reading, for it is no command.
   */
  private void command(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    field = -1;
    classLength = 0;
    long id = -1;
    long answered = -1;
    int status = -1;
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int group = m.u16le();
      int element = m.u16le();
      long octets = m.u32le();
      if (group != 0 || octets > m.remaining()) {
        if (m.ok()) {
          o.flaw(x, COMMAND, group != 0 ? "group" : "length", at, m.wireLength());
        }
        m.fail();
        return;
      }
      int value = octets == 2 ? m.peek(0) | m.peek(1) << 8 : -1;
      switch (element) {
        case 0x0002, 0x0003 -> {
          classAt = m.position();
          classLength = m.at(classAt + (int) octets - 1) == 0 && octets > 0 ? (int) octets - 1 : (int) octets;
          if (!sound(m, classAt, classLength)) {
            o.flaw(x, COMMAND, "uid", at, m.wireLength());
            m.fail();
            return;
          }
          if (t.on()) {
            t.field(element == 2 ? "affectedSopClass" : "requestedSopClass", Heads.slice(m, classAt, classLength));
          }
        }
        case 0x0100 -> {
          field = value;
          t.field("commandField", value);
        }
        case 0x0110 -> {
          id = value;
          t.field("messageId", value);
        }
        case 0x0120 -> {
          answered = value;
          t.field("messageIdBeingRespondedTo", value);
        }
        case 0x0700 -> t.field("priority", value);
        case 0x0800 -> t.field("dataSetType", value);
        case 0x0900 -> {
          status = value;
          t.field("status", value);
        }
        case 0x1008 -> t.field("actionType", value);
        case 0x1020 -> t.field("remainingSubOperations", value);
        case 0x1021 -> t.field("completedSubOperations", value);
        case 0x1022 -> t.field("failedSubOperations", value);
        case 0x1023 -> t.field("warningSubOperations", value);
        default -> {
          // instances, comments and lists of elements are nobody's business
        }
      }
      m.skip((int) octets);
    }
    if (!m.ok()) {
      return;
    }
    if (field < 0) {
      o.flaw(x, COMMAND, "no-command-field", m.position(), m.wireLength());
      return;
    }
    String name = DicomNames.command(field);
    t.operation(name);
    o.operation(name);
    long flow = x.flow() * 0x9E3779B97F4A7C15L;
    if (field >= 0x8000) {
      // PS3.7 annex C: 0xFF00 and 0xFF01 are pending: the end is still to come
      if (status >= 0 && (status & 0xFFFE) != 0xFF00) {
        o.outcome(flow ^ answered << 8, state(status));
      }
      return;
    }
    if (x.news(x.source(), NEWS_COMMAND, Heads.digest(m, classAt, classLength) * 31 + field + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      Point point = classLength == 0 ? null : new Point.Named("sop-class", DicomNames.sopClass(Heads.slice(m, classAt, classLength)));
      Verb verb = DicomNames.verb(field);
      if (field == 0x0FFF) {
        o.see(Acts.act(x, "dicom", SERVICE, verb, name, point, null, "", Outcome.UNCONFIRMED));
      } else {
        o.request(flow ^ id << 8, Acts.pending(x, "dicom", SERVICE, verb, name, point, null, ""));
      }
    }
  }

  /** PS3.5 §9.1: digits and periods, at most 64; so nothing else can pass for a class. */
  private static boolean sound(Cursor m, int at, int octets) {
    for (int i = 0; i < octets && i < 65; i++) {
      int c = m.at(at + i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return octets <= 64;
  }

  /** PS3.7 annex C: 0x0000 success, 0x0001, 0x0107, 0x0116 and 0xB000 warnings. */
  private static Outcome state(int status) {
    return switch (status) {
      case 0, 1, 0x0107, 0x0116 -> STATES[0];
      case 0x0118 -> STATES[4];
      case 0x0122 -> STATES[2];
      case 0x0124 -> STATES[5];
      case 0xFE00 -> STATES[3];
      default -> status >>> 12 == 0xB ? STATES[0] : status >>> 8 == 0xA7 ? STATES[2] : STATES[1];
    };
  }

  @Override
  public Cite cite() {
    return UNIT;
  }
}
