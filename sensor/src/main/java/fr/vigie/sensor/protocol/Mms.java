package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * IEC 61850's client and server protocol: MMS (ISO 9506) over TPKT (RFC 1006), COTP (ITU-T X.224), session (ITU-T X.225), presentation (ITU-T
 * X.226) and association control (ITU-T X.227), as IEC 61850-8-1:2011 §6.2 puts them together, or on COTP alone as older devices do. The layers
 * down to the MMS message are here; what it says is {@link MmsService}'s.
 *
 * <pre>
 * | 3 | 0 | length u16 | 2 | F0 | EOT 1, number 7 | user data |                                    RFC 1006 §6, X.224 §13.7
 * session: | 0D connect, 0E accept | length | parameters | or | 01 00 | 01 00 | data |            X.225 §8.3
 * presentation: CP 31 {…} or user data 61 { 30 { context INTEGER, A0 { value } } }                X.226 §8.2, §8.4
 * association: AARQ 60 {… BE { 28 {… A0 { MMS } } } }, AARE 61 {…}, RLRQ 62, RLRE 63, ABRT 64     X.227 §9
 * </pre>
 */
final class Mms implements Dissector {
  private static final Cite TPKT = new Cite("RFC 1006", "6");
  private static final Cite TRANSPORT = new Cite("ITU-T X.224", "13.7");
  private static final Cite SESSION = new Cite("ITU-T X.225", "8.3");
  private static final Cite PRESENTATION = new Cite("ITU-T X.226", "8.4");
  private static final Cite ASSOCIATION = new Cite("ITU-T X.227", "9.1");

  /** Messages in pieces at a time, and their longest: IEC 61850 agrees on 65,000 octets at most. */
  private static final int SLOTS = 4;
  private static final int ROOM = 1 << 16;
  private static final long PATIENCE = 60_000_000_000L;

  /** X.224 §13: types of TPDU. */
  private static final int DATA = 0xF0;

  /** X.225 §8.3: session identifiers. */
  private static final int CONNECT = 0x0D;
  private static final int ACCEPT = 0x0E;
  private static final int TOKENS_OR_DATA = 0x01;
  private static final int FINISH = 0x09;
  private static final int DISCONNECT = 0x0A;
  private static final int REFUSE = 0x0C;
  private static final int ABORT = 0x19;

  private final Pieces pieces = new Pieces(SLOTS, ROOM, PATIENCE);
  private final MmsService service = new MmsService();

  @Override
  public String name() {
    return "mms";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("IEC 61850 MMS", "ISO 9506-2:2003, IEC 61850-8-1:2011, RFC 1006, ITU-T X.224 to X.227",
        "every message and service with all of its parameters, data and descriptions of types by the standard's names; association, identity, variables read and written, controls, files, domains, program invocations as acts with their outcome",
        "values of answers and reports as readings, because they do not name their variables; what files and domains hold and passwords of the association (length only)",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {S7comm.PORT};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public Cite cite() {
    return TPKT;
  }

  /** Others share TPKT and its port: a session or MMS's own initiate proves it. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (have > 0 && m.at(0) != 3 || have > 1 && m.at(1) != 0) {
      return NOT_MINE;
    }
    if (have < 4) {
      return m.cut() ? NOT_MINE : MORE;
    }
    int length = m.at(2) << 8 | m.at(3);
    if (length < 5) {
      return NOT_MINE;
    }
    if (x.recognised()) {
      return length;
    }
    if (have < 13) {
      return m.cut() || length < 13 ? NOT_MINE : MORE;
    }
    if (m.at(4) != 2 || m.at(5) != DATA) {
      return NOT_MINE;
    }
    int first = m.at(7);
    boolean session = (first == CONNECT || first == ACCEPT) && m.at(8) > 2 || first == TOKENS_OR_DATA && m.at(8) == 0 && m.at(9) == 1 && m.at(10) == 0 && m.at(11) == 0x61;
    boolean end = (first == FINISH || first == DISCONNECT || first == REFUSE || first == ABORT) && m.at(8) == length - 9;
    // MMS on the transport alone: confirmed, unconfirmed, initiate, conclude, by X.690's short length
    boolean bare = (first >= 0xA0 && first <= 0xAA || first == 0x8B) && m.at(8) == length - 9;
    return session || end || bare ? length : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("mms", "cotp");
    m.skip(2);
    int length = m.u16();
    t.field("length", length);
    if (length != m.wireLength() || m.cut()) {
      // half a message: nothing in it is sure
      m.fail();
    }
    int header = m.u8();
    int type = m.peek(0);
    t.field("pduType", type & 0xF0);
    boolean last = (m.peek(1) & 0x80) != 0;
    m.skip(header);
    if (m.ok()) {
      if ((type & 0xF0) == DATA) {
        data(m, x, o, last);
      } else {
        operation(o, name(type & 0xF0));
        t.octets("parameters", m, m.remaining());
        m.skip(m.remaining());
      }
    }
    t.end();
  }

  private static void operation(Observer o, String name) {
    o.transcript().operation(name);
    o.operation(name);
  }

  private static String name(int type) {
    return switch (type) {
      case 0xE0 -> "connect";
      case 0xD0 -> "confirm";
      case 0x80 -> "disconnect";
      default -> "cotp";
    };
  }

  /** X.224 §13.7: what comes in pieces is put together; what came whole is read where it lies. */
  private void data(Cursor m, Exchange x, Observer o, boolean last) {
    long key = x.flow() * 31 + (x.fromClient() ? 1 : 0);
    int slot = pieces.find(key, x.at());
    if (last && slot < 0) {
      session(m, x, o);
      if (!m.ok()) {
        return;
      }
      m.skip(m.remaining());
      return;
    }
    if (slot < 0) {
      slot = pieces.open(key, x.at());
    }
    int octets = m.remaining();
    int at = m.position();
    // where in the whole a password is, no piece says
    if (m.peek(0) == CONNECT) {
      o.secret(at, octets);
    }
    if (!pieces.add(slot, m, octets)) {
      o.flaw(x, TRANSPORT, "message too long", at, octets);
      m.skip(octets);
      return;
    }
    if (!last) {
      operation(o, "segment");
      return;
    }
    Cursor whole = pieces.close(slot);
    session(whole, x, o);
    if (!whole.ok()) {
      o.flaw(x, MmsService.MESSAGE, "short", whole.failedAt(), whole.length());
    }
  }

  private void session(Cursor m, Exchange x, Observer o) {
    int first = m.peek(0);
    if (first >= 0x80) {
      // MMS on the transport alone
      service.read(m, x, o);
      return;
    }
    int at = m.position();
    int identifier = m.u8();
    int length = length(m);
    switch (identifier) {
      case TOKENS_OR_DATA -> {
        m.skip(length);
        if (m.u8() != TOKENS_OR_DATA || m.u8() != 0) {
          o.flaw(x, SESSION, "no data transfer", at, 2);
          m.skip(m.remaining());
          return;
        }
        presentation(m, x, o);
      }
      case CONNECT, ACCEPT, FINISH, DISCONNECT, REFUSE, ABORT -> {
        operation(o, spdu(identifier));
        long outer = m.enter(length);
        parameters(m, x, o);
        m.leave(outer);
      }
      default -> {
        operation(o, "session");
        m.skip(length);
      }
    }
  }

  private static String spdu(int identifier) {
    return switch (identifier) {
      case CONNECT -> "session connect";
      case ACCEPT -> "session accept";
      case FINISH -> "session finish";
      case DISCONNECT -> "session disconnect";
      case REFUSE -> "session refuse";
      default -> "session abort";
    };
  }

  /** X.225 §8.2.5: one octet, or FF and two. */
  private static int length(Cursor m) {
    int length = m.u8();
    return length == 0xFF ? m.u16() : length;
  }

  /** X.225 §8.3: parameters, of which C1 and C2 are the user's data. */
  private void parameters(Cursor m, Exchange x, Observer o) {
    while (m.ok() && m.remaining() > 0) {
      int parameter = m.u8();
      long outer = m.enter(length(m));
      if (parameter == 0xC1 || parameter == 0xC2) {
        presentation(m, x, o);
      }
      m.leave(outer);
    }
  }

  private void presentation(Cursor m, Exchange x, Observer o) {
    if (m.remaining() == 0) {
      return;
    }
    int tag = m.peek(0);
    if (tag == 0x61) {
      userData(m, x, o);
    } else if (tag == 0x31 || tag == 0x30) {
      long outer = Ber.enter(m, tag);
      while (m.ok() && m.remaining() > 0) {
        int part = m.u8();
        long inner = m.enter(Ber.length(m));
        if (part == 0xA2 || part == 0x30) {
          normalMode(m, x, o);
        }
        m.leave(inner);
      }
      m.leave(outer);
    } else if (tag == 0xA0) {
      // X.226 §8.4.1: an abort that was provoked carries the association's
      m.skip(m.remaining());
    } else {
      o.flaw(x, PRESENTATION, "tag", m.position(), 1);
      m.skip(m.remaining());
    }
  }

  /** X.226 §8.2, normal-mode-parameters: selectors, contexts, and the user's data. */
  private void normalMode(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    while (m.ok() && m.remaining() > 0) {
      int tag = m.peek(0);
      if (tag == 0x61) {
        userData(m, x, o);
        continue;
      }
      m.skip(1);
      int octets = Ber.length(m);
      if (tag >= 0x81 && tag <= 0x83) {
        t.octets(tag == 0x81 ? "callingPresentationSelector" : tag == 0x82 ? "calledPresentationSelector" : "respondingPresentationSelector", m, octets);
      }
      m.skip(octets);
    }
  }

  /** X.226 §8.4.2, fully encoded data: one or more values, each of a context. */
  private void userData(Cursor m, Exchange x, Observer o) {
    long outer = Ber.enter(m, 0x61);
    while (m.ok() && m.remaining() > 0) {
      long list = Ber.enter(m, Ber.SEQUENCE);
      if (m.peek(0) == Ber.OBJECT_IDENTIFIER) {
        m.skip(1);
        m.skip(Ber.length(m));
      }
      o.transcript().field("presentationContext", Ber.integer(m));
      int kind = m.u8();
      long value = m.enter(Ber.length(m));
      if (kind == 0xA0 && m.ok()) {
        value(m, x, o);
      }
      m.leave(value);
      m.leave(list);
    }
    m.leave(outer);
  }

  /** What a context carries: association control or MMS. Application tags are the one's, context tags the other's. */
  private void value(Cursor m, Exchange x, Observer o) {
    int tag = m.peek(0);
    if (tag >= 0x60 && tag <= 0x64) {
      association(m, x, o, tag);
    } else {
      service.read(m, x, o);
    }
  }

  /** X.227 §9.1: fields by their tags. */
  private void association(Cursor m, Exchange x, Observer o, int tag) {
    Transcript t = o.transcript();
    String name = switch (tag) {
      case 0x60 -> "associate";
      case 0x61 -> "associated";
      case 0x62 -> "release";
      case 0x63 -> "released";
      default -> "abort";
    };
    operation(o, name);
    t.begin(name);
    long outer = Ber.enter(m, tag);
    boolean secured = false;
    while (m.ok() && m.remaining() > 0) {
      int field = m.u8();
      int octets = Ber.length(m);
      long inner = m.enter(octets);
      switch (field) {
        case 0xA2 -> {
          if (tag == 0x61) {
            t.field("result", Ber.integer(m));
          }
        }
        case 0xAC -> {
          // X.227 Annex B: calling-authentication-value, in IEC 61850 a password
          o.secret(m.position(), octets);
          t.secret("authenticationValue", octets);
          secured = tag == 0x60;
        }
        case 0xBE -> userInformation(m, x, o, secured);
        default -> {
          // titles and versions
        }
      }
      m.leave(inner);
    }
    m.leave(outer);
    t.close();
    if (m.ok() && tag == 0x62) {
      o.see(Acts.act(x, "mms", ASSOCIATION, Verb.DISCONNECT, name, null, null, "", Outcome.UNCONFIRMED));
    }
  }

  /** X.227 §9.1.5, EXTERNAL: an identifier, a context, and the value. */
  private void userInformation(Cursor m, Exchange x, Observer o, boolean secured) {
    long external = Ber.enter(m, 0x28);
    while (m.ok() && m.remaining() > 0) {
      int tag = m.u8();
      long inner = m.enter(Ber.length(m));
      if (tag == 0xA0) {
        service.secured(secured);
        service.read(m, x, o);
        service.secured(false);
      }
      m.leave(inner);
    }
    m.leave(external);
  }
}
