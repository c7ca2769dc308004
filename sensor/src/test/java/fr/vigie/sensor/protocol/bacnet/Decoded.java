package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One message's transcript as a list of {@code path = value}, in wire order: what a truth test makes its rows of. */
final class Decoded implements Transcript {
  private final List<String> groups = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();
  private String operation = "";

  /**
   * A field.
   *
   * @param group the innermost group, or empty
   */
  record Field(String group, String name, String value) {}

  String named() {
    return operation;
  }

  List<Field> fields() {
    return fields;
  }

  /** First value of a field, or null. */
  @Nullable String first(String name) {
    for (Field f : fields) {
      if (f.name().equals(name)) {
        return f.value();
      }
    }
    return null;
  }

  /** First value of a field, or {@code -} as Zeek writes it. */
  String orDash(String name) {
    String value = first(name);
    return value == null ? "-" : value;
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public void message(String protocol, String name) {
    fields.clear();
    groups.clear();
    operation = name;
  }

  @Override
  public void operation(String name) {
    operation = name;
  }

  private void add(String name, String value) {
    fields.add(new Field(groups.isEmpty() ? "" : groups.getLast(), name, value));
  }

  @Override
  public void field(String name, long value) {
    add(name, Long.toString(value));
  }

  @Override
  public void field(String name, double value) {
    // As C's %f does it: six decimals, halves to even.
    add(name, Double.isFinite(value) ? new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString() : Double.toString(value));
  }

  @Override
  public void field(String name, String value) {
    add(name, value);
  }

  @Override
  public void field(String name, boolean value) {
    add(name, Boolean.toString(value));
  }

  @Override
  public void octets(String name, Cursor cursor, int octets) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < octets; i++) {
      s.append(HexFormat.of().toHexDigits((byte) cursor.peek(i)));
    }
    add(name, s.toString());
  }

  @Override
  public void secret(String name, int octets) {
    add(name, "(secret, " + octets + ")");
  }

  @Override
  public void begin(String name) {
    groups.add(name);
  }

  @Override
  public void close() {
    groups.removeLast();
  }

  @Override
  public void end() {}
}
