package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;

import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is compared of IEC 60870-5-104: control fields, the head of each ASDU, and of every object its address, value, quality, qualifier and time, bit by bit. */
final class Iec104Columns {
  private static final Set<Integer> QUALITY = Set.of(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 20, 32, 33, 34, 35, 36);

  /** A field with the type of the ASDU that it stands in. */
  private record Told(int type, String name, String value) {}

  private Iec104Columns() {}

  private static List<Told> told(Frame frame) {
    List<Told> all = new ArrayList<>();
    int type = -1;
    for (String[] field : frame.fields) {
      type = field[0].equals("message") ? -1 : field[0].equals("typeIdentification") ? Integer.parseInt(field[1]) : type;
      all.add(new Told(type, field[0], field[1]));
    }
    return all;
  }

  /** A field of some types. */
  private static Column of(String name, String ours, Set<Integer> types) {
    return new Column("iec60870_asdu." + name, f -> TsharkAgreement.plain(told(f).stream().filter(v -> v.name().equals(ours) && types.contains(v.type())).map(Told::value).collect(Collectors.joining(";"))),
        TsharkAgreement::plain);
  }

  private static Column values(String name, Set<Integer> types) {
    return new Column("iec60870_asdu." + name, f -> told(f).stream().filter(v -> v.name().equals("value") && types.contains(v.type())).map(v -> shown(v.value())).collect(Collectors.joining(";")),
        each(Iec104Columns::shown));
  }

  /** To six digits, which are all that tshark shows of a number with a point. */
  private static String shown(String number) {
    double value = Double.parseDouble(number);
    return Double.isFinite(value) ? new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString() : Double.toString(value);
  }

  /** Some bits of a field of some types. */
  private static Column bits(String name, String ours, int shift, int mask, Set<Integer> types) {
    return new Column("iec60870_asdu." + name, f -> told(f).stream().filter(v -> v.name().equals(ours) && types.contains(v.type()))
        .map(v -> Integer.toString((int) Double.parseDouble(v.value()) >>> shift & mask)).collect(Collectors.joining(";")), TsharkAgreement::plain);
  }

  private static Column[] quality(String prefix, Set<Integer> types) {
    return new Column[] {bits(prefix + ".iv", "quality", 7, 1, types), bits(prefix + ".nt", "quality", 6, 1, types), bits(prefix + ".sb", "quality", 5, 1, types),
        bits(prefix + ".bl", "quality", 4, 1, types)};
  }

  private static Column[] command(String prefix, int mask, Set<Integer> types) {
    return new Column[] {of(prefix, "qualifier", types), bits(prefix + ".on", "qualifier", 0, mask, types), bits(prefix + ".qu", "qualifier", 2, 31, types), bits(prefix + ".se", "qualifier", 7, 1, types)};
  }

  /** The columns of the recorded reading. */
  static TsharkAgreement recorded() {
    return new TsharkAgreement("iec104", "iec60870_104", List.of(number("iec60870_104.type", "frameType"), number("iec60870_104.utype", "function"), number("iec60870_104.tx", "sendSequence"),
        number("iec60870_104.rx", "receiveSequence"), number("iec60870_asdu.typeid", "typeIdentification"), number("iec60870_asdu.causetx", "cause"), number("iec60870_asdu.addr", "commonAddress"),
        number("iec60870_asdu.ioa", "address")));
  }

  static TsharkAgreement iec104() {
    Set<Integer> single = Set.of(1, 2, 30);
    Set<Integer> twofold = Set.of(3, 4, 31);
    Set<Integer> step = Set.of(5, 6, 32);
    Set<Integer> counter = Set.of(15, 16, 37, 41);
    Set<Integer> setPoint = Set.of(48, 49, 50, 61, 62, 63);
    Set<Integer> parameter = Set.of(110, 111, 112);
    return recorded().also("iec60870_104.apdulen length", "iec60870_asdu.sq sequence", "iec60870_asdu.numix number", "iec60870_asdu.nega negative", "iec60870_asdu.test test",
        "iec60870_asdu.oa originator", "iec60870_asdu.cp56time.iv timeInvalid", "iec60870_asdu.cp56time.gen timeSubstituted", "iec60870_asdu.cp56time.su summerTime",
        "iec60870_asdu.cp56time.dow dayOfWeek")
        .also(new Column("iec60870_asdu.cp56time", f -> f.all("time").stream().map(v -> v.replace(" invalid", "")).collect(Collectors.joining(";")),
            each(v -> MessagesTsharkTest.instant(v).replace("Z", "").replaceFirst("^(.*:[0-9]{2})$", "$1.000"))),
            bits("siq.spi", "value", 0, 1, single), bits("diq.dpi", "value", 0, 3, twofold), values("vti.v", step), of("vti.t", "transient", step), of("qds", "quality", QUALITY),
            bits("qds.ov", "quality", 0, 1, QUALITY), values("float", Set.of(13, 14, 36, 50, 63, 112)), values("scalval", Set.of(11, 12, 35, 49, 62, 111)),
            values("normval", Set.of(9, 10, 21, 34, 48, 61, 110)), values("bcr.count", counter), of("bcr.sq", "counterSequence", counter), of("bcr.cy", "carry", counter),
            of("bcr.ca", "adjusted", counter), bits("bcr.iv", "quality", 7, 1, counter), of("qos", "qualifier", setPoint), bits("qos.ql", "qualifier", 0, 127, setPoint),
            bits("qos.se", "qualifier", 7, 1, setPoint), of("qpm", "qualifier", parameter), bits("qpm.kpa", "qualifier", 0, 63, parameter), bits("qpm.lpc", "qualifier", 6, 1, parameter),
            bits("qpm.pop", "qualifier", 7, 1, parameter), of("qoi", "qualifier", Set.of(100)), of("qcc", "qualifier", Set.of(101)), bits("rqt", "qualifier", 0, 63, Set.of(101)),
            bits("frz", "qualifier", 6, 3, Set.of(101)), of("coi", "qualifier", Set.of(70)), of("qrp", "qualifier", Set.of(105)),
            new Column("iec60870_asdu.bitstring", f -> told(f).stream().filter(v -> v.name().equals("value") && Set.of(7, 8, 33, 51, 64).contains(v.type()))
                .map(v -> Integer.toUnsignedString(Integer.reverseBytes((int) (long) Double.parseDouble(v.value())))).collect(Collectors.joining(";")), TsharkAgreement::plain),
            new Column("iec60870_asdu.start", f -> f.all("message").stream().map(v -> "104").collect(Collectors.joining(";")), TsharkAgreement::plain))
        .also(quality("siq", single)).also(quality("diq", twofold)).also(quality("qds", QUALITY)).also(command("sco", 1, Set.of(45, 58))).also(command("dco", 3, Set.of(46, 59)))
        .also(of("rco", "qualifier", Set.of(47, 60)), bits("rco.up", "qualifier", 0, 3, Set.of(47, 60)), bits("rco.qu", "qualifier", 2, 31, Set.of(47, 60)), bits("rco.se", "qualifier", 7, 1, Set.of(47, 60)))
        // octets whose bits are compared, and octets that tshark has no layout for
        .parts("iec60870_asdu.siq", "iec60870_asdu.diq", "iec60870_asdu.vti").remarks("iec60870_asdu.rawdata", "iec60870_104.data");
  }
}
