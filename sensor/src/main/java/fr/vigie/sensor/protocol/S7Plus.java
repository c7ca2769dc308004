package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/** S7comm-plus of the controllers S7-1200 and S7-1500: recognised by {@link S7comm}, its functions named. */
final class S7Plus {
  private static final Cite PLUS = new Cite("S7comm-plus", "header");

  private S7Plus() {}

  /** {@code | 0x72 | version u8 | length u16 | digest 0x20 + 32 (version 3) | opcode u8 | 0 u16 | function u16 | … |}: named, not read. */
  static void read(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(1);
    int version = m.u8();
    m.skip(2);
    t.field("plusVersion", version);
    if (version == 3 && m.peek(0) == 0x20) {
      m.skip(33);
    }
    int opcode = m.peek(0);
    int function = m.peek(3) << 8 | m.peek(4);
    String name = switch (function) {
      case 0x04BB -> "Explore";
      case 0x04CA -> "CreateObject";
      case 0x04D4 -> "DeleteObject";
      case 0x04F2 -> "SetVariable";
      case 0x0524 -> "GetLink";
      case 0x0542 -> "SetMultiVariables";
      case 0x054C -> "GetMultiVariables";
      case 0x0556 -> "BeginSequence";
      case 0x0560 -> "EndSequence";
      case 0x056B -> "Invoke";
      case 0x0586 -> "GetVarSubStreamed";
      default -> "S7comm-plus";
    };
    if (!m.ok()) {
      return;
    }
    t.field("opcode", opcode);
    S7comm.operation(o, version <= 3 && (opcode == 0x31 || opcode == 0x32) ? name : "S7comm-plus");
    boolean writes = function == 0x0542 || function == 0x04F2;
    if (opcode == 0x31 && version <= 3 && (writes || function == 0x056B || function == 0x04D4) && m.remaining() >= 12) {
      o.see(Acts.act(x, "s7comm", PLUS, writes ? Verb.WRITE : function == 0x04D4 ? Verb.DELETE : Verb.COMMAND, name, null, null, "S7comm-plus",
          Outcome.UNCONFIRMED));
    }
    m.skip(m.remaining());
  }
}
