package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.Register;
import fr.vigie.sensor.meaning.Register.Table;
import fr.vigie.sensor.meaning.RegisterMap;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/** Values of coils and registers: told one by one, and readings where the site's map names them. */
final class Values {
  private static final Table[] TABLES = Table.values();

  private static final Observer.PointMaker POINT = (place, count) -> new Point.Modbus(TABLES[(int) (place >>> 16)].text(), (int) place & 0xFFFF, (int) count);

  private final RegisterMap map;

  Values(RegisterMap map) {
    this.map = map;
  }

  /**
   * Tells the values at the cursor, which is not moved.
   *
   * @param server the server whose unit it is
   * @param address address of the first item, or -1 where the request was not seen
   * @param octets octets of values; whatever more the quantity promised is not there
   * @param quantity items that were asked for, or -1
   */
  void tell(Cursor m, Exchange x, Observer o, Endpoint server, int unit, Table table, int address, int octets, int quantity, boolean written) {
    if (!m.ok() || octets > m.remaining()) {
      return;
    }
    Transcript t = o.transcript();
    int items = table.bits() ? quantity < 0 ? 8 * octets : Math.min(quantity, 8 * octets) : octets >> 1;
    if (t.on()) {
      t.begin(table.bits() ? "bits" : "registers");
      for (int i = 0; i < items; i++) {
        String name = address < 0 ? "+" + i : Integer.toString(address + i & 0xFFFF);
        if (table.bits()) {
          t.field(name, bit(m, i));
        } else {
          t.field(name, word(m, i));
        }
      }
      t.close();
    }
    if (address >= 0) {
      read(m, x, o, server, unit, table, address, items, written);
    }
  }

  private static boolean bit(Cursor m, int i) {
    return (m.peek(i >> 3) >> (i & 7) & 1) != 0;
  }

  private static int word(Cursor m, int i) {
    return m.peek(2 * i) << 8 | m.peek(2 * i + 1);
  }

  private void read(Cursor m, Exchange x, Observer o, Endpoint server, int unit, Table table, int address, int items, boolean written) {
    Register[] known = map.of(server, unit);
    Transcript t = o.transcript();
    for (int i = RegisterMap.from(known, table, address); i < known.length; i++) {
      Register r = known[i];
      if (r.table() != table || r.address() + r.type().registers() > address + items) {
        if (r.table() != table || r.address() >= address + items) {
          return;
        }
        continue;
      }
      double number = number(m, r, r.address() - address);
      if (t.on()) {
        t.begin("value");
        t.field("name", r.name());
        t.field("register", new Point.Modbus(table.text(), r.address(), r.type().registers()).text());
        t.field("number", number);
        if (r.unit() != null) {
          t.field("unit", r.unit());
        }
        t.close();
      }
      o.reading(x, Pdu.unit(x, server, unit), (long) table.ordinal() << 16 | r.address(), r.type().registers(), POINT, number, r.unit(), true, written);
    }
  }

  private static double number(Cursor m, Register r, int from) {
    if (r.table().bits()) {
      return r.scale() * (bit(m, from) ? 1 : 0);
    }
    long raw = 0;
    for (int i = 0; i < r.type().registers(); i++) {
      raw = raw << 16 | word(m, from + i);
    }
    return r.number(raw);
  }
}
