package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.Register.Table;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Names;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Function codes, their names and clauses (MODBUS Application Protocol V1.1b3 clause 6, and its table of public and reserved codes). */
final class Functions {
  static final String AP = "MODBUS Application Protocol V1.1b3";
  static final Cite PDU = new Cite(AP, "4.1");
  static final Cite DEVICE_IDENTIFICATION = new Cite(AP, "6.21");

  static final int EXCEPTION_BIT = 0x80;
  static final int READ_COILS = 1;
  static final int READ_DISCRETE_INPUTS = 2;
  static final int READ_HOLDING_REGISTERS = 3;
  static final int READ_INPUT_REGISTERS = 4;
  static final int WRITE_SINGLE_COIL = 5;
  static final int WRITE_SINGLE_REGISTER = 6;
  static final int READ_EXCEPTION_STATUS = 7;
  static final int DIAGNOSTICS = 8;
  static final int GET_COMM_EVENT_COUNTER = 11;
  static final int GET_COMM_EVENT_LOG = 12;
  static final int WRITE_MULTIPLE_COILS = 15;
  static final int WRITE_MULTIPLE_REGISTERS = 16;
  static final int REPORT_SERVER_ID = 17;
  static final int READ_FILE_RECORD = 20;
  static final int WRITE_FILE_RECORD = 21;
  static final int MASK_WRITE_REGISTER = 22;
  static final int READ_WRITE_MULTIPLE_REGISTERS = 23;
  static final int READ_FIFO_QUEUE = 24;
  static final int ENCAPSULATED_INTERFACE = 43;
  static final int UMAS = 90;
  static final int SCHNEIDER_FIRMWARE = 125;
  static final int SCHNEIDER_PROGRAMMING = 126;

  /** MEI types of function 43. */
  static final int CANOPEN = 13;

  static final int READ_DEVICE_IDENTIFICATION = 14;

  private static final Names NAMES = Names.load("modbus/function_codes.tsv", "function");
  static final Names SUBFUNCTIONS = Names.load("modbus/diagnostic_subfunctions.tsv", "subfunction");

  /** Names by code, 0 to 127. */
  static final String[] NAME = new String[128];

  /** Clauses by code, 0 to 127. */
  static final Cite[] CLAUSE = new Cite[128];

  static {
    Arrays.setAll(NAME, NAMES::of);
    Arrays.fill(CLAUSE, PDU);
    int[] inClauseOrder = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43};
    for (int i = 0; i < inClauseOrder.length; i++) {
      CLAUSE[inClauseOrder[i]] = new Cite(AP, "6." + (i + 1));
    }
  }

  private Functions() {}

  /** Whether the function has a name: a public one, or one of the vendors' that are widely known. */
  static boolean named(int function) {
    return NAMES.find(function) != null;
  }

  /** The table a function reads or writes, or null. */
  static @Nullable Table table(int function) {
    return switch (function) {
      case READ_COILS, WRITE_SINGLE_COIL, WRITE_MULTIPLE_COILS -> Table.COIL;
      case READ_DISCRETE_INPUTS -> Table.DISCRETE_INPUT;
      case READ_INPUT_REGISTERS -> Table.INPUT_REGISTER;
      case READ_HOLDING_REGISTERS, WRITE_SINGLE_REGISTER, WRITE_MULTIPLE_REGISTERS, MASK_WRITE_REGISTER, READ_WRITE_MULTIPLE_REGISTERS,
          READ_FIFO_QUEUE -> Table.HOLDING_REGISTER;
      default -> null;
    };
  }
}
