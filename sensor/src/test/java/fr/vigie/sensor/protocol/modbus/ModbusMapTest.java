package fr.vigie.sensor.protocol.modbus;

import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;

import fr.vigie.sensor.meaning.Register;
import fr.vigie.sensor.meaning.Register.Table;
import fr.vigie.sensor.meaning.Register.Type;
import fr.vigie.sensor.meaning.RegisterMap;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import java.util.List;

/** Values where the site's register map names them. */
final class ModbusMapTest extends DissectorContract {
  private static final long SERVER = 0x0A000002L;

  private static RegisterMap.Entry entry(int unit, Table table, int address, Type type, boolean lowFirst, double scale, String measure, String name) {
    return new RegisterMap.Entry(0, SERVER, unit, new Register(table, address, type, lowFirst, scale, measure, name));
  }

  private static final RegisterMap MAP = RegisterMap.of(List.of(
      entry(3, Table.HOLDING_REGISTER, 107, Type.INT16, false, 0.1, "°C", "Consigne"),
      entry(3, Table.HOLDING_REGISTER, 108, Type.FLOAT32, false, 1, "kW", "Puissance"),
      entry(3, Table.HOLDING_REGISTER, 110, Type.UINT32, true, 1, "kWh", "Énergie"),
      entry(3, Table.COIL, 20, Type.BOOL, false, 1, null, "Marche")));

  @Override
  protected Dissector dissector() {
    return new Modbus(MAP);
  }

  @Override
  protected String folder() {
    return "modbus-map";
  }

  private static Message ask(String name, String hex) {
    return request(name, 49_152, Modbus.PORT, hex);
  }

  @Override
  protected List<Message> messages() {
    Message read = ask("read", "0002 0000 0006 03 03 006b 0005");
    Message part = ask("read-part", "0002 0000 0006 03 03 006b 0002");
    Message coils = ask("read-coils", "0001 0000 0006 03 01 0013 0003");
    return List.of(
        response("registers-are-readings", Modbus.PORT, 49_152, "0002 0000 000d 03 03 0a ff9c 41a80000 1234 0001").after(read),
        response("half-a-number-is-none", Modbus.PORT, 49_152, "0002 0000 0007 03 03 04 00d2 41a8").after(part),
        response("an-answer-without-its-question-has-no-addresses", Modbus.PORT, 49_152, "0002 0000 000d 03 03 0a ff9c 41a80000 1234 0001"),
        response("coils-are-readings", Modbus.PORT, 49_152, "0001 0000 0004 03 01 01 02").after(coils),
        ask("a-written-register-is-a-reading", "0004 0000 0006 03 06 006b 00d7"),
        ask("written-registers-are-readings", "0006 0000 000b 03 10 006c 0002 04 41a80000"),
        ask("another-unit-is-another-map", "0004 0000 0006 04 06 006b 00d7"));
  }
}
