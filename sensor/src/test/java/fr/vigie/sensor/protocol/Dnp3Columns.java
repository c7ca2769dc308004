package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;

import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is compared of DNP3: link, transport and application headers, object headers, and of every point its index, quality bit by bit, value and time. */
final class Dnp3Columns {
  /** Groups whose flags tshark shows under each name. */
  private static final List<Quality> QUALITIES = List.of(new Quality("biq", List.of(1, 2, 3, 4)), new Quality("boq", List.of(10, 11)), new Quality("ctrq", List.of(20, 21, 22, 23)),
      new Quality("aiq", List.of(30, 31, 32, 33)), new Quality("aoq", List.of(40, 42)));

  private record Quality(String name, List<Integer> groups) {}

  /** A field with the header that it stands behind. */
  private record Point(int group, int variation, int prefix, String name, String value) {}

  private Dnp3Columns() {}

  private static List<Point> points(Frame frame) {
    List<Point> all = new ArrayList<>();
    int group = -1;
    int variation = -1;
    int prefix = -1;
    for (String[] field : frame.fields) {
      switch (field[0]) {
        case "message" -> group = -1;
        case "group" -> group = Integer.parseInt(field[1]);
        case "variation" -> variation = Integer.parseInt(field[1]);
        case "prefixCode" -> prefix = Integer.parseInt(field[1]);
        default -> {
          if (group >= 0) {
            all.add(new Point(group, variation, prefix, field[0], field[1]));
          }
        }
      }
    }
    return all;
  }

  private static Column points(String name, String ours, Predicate<Point> taken) {
    return new Column(name, f -> points(f).stream().filter(p -> p.name().equals(ours) && taken.test(p)).map(Point::value).collect(Collectors.joining(";")), t -> t);
  }

  /** Values of some groups; packed states have columns of their own. */
  private static Column values(String name, Predicate<Point> taken) {
    return points(name, "value", taken).with(f -> points(f).stream().filter(p -> p.name().equals("value") && taken.test(p)).map(p -> shown(p.value())).collect(Collectors.joining(";")))
        .theirs(each(Dnp3Columns::shown));
  }

  /** To six digits, which are all that tshark shows of a number with a point. */
  private static String shown(String number) {
    double value = Double.parseDouble(number);
    return Double.isFinite(value) ? new BigDecimal(value).round(value == Math.rint(value) && Math.abs(value) < 1e10 ? MathContext.UNLIMITED : new MathContext(6)).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }

  private static boolean single(Point point) {
    return switch (point.group()) {
      case 30 -> point.variation() == 5;
      case 31 -> point.variation() == 7;
      case 32, 33, 42, 43 -> point.variation() == 5 || point.variation() == 7;
      case 34, 40, 41 -> point.variation() == 3;
      default -> false;
    };
  }

  private static boolean doubled(Point point) {
    return switch (point.group()) {
      case 30 -> point.variation() == 6;
      case 31 -> point.variation() == 8;
      case 32, 33, 42, 43 -> point.variation() == 6 || point.variation() == 8;
      case 40, 41 -> point.variation() == 4;
      default -> false;
    };
  }

  private static boolean input(Point point) {
    return point.group() >= 30 && point.group() <= 34;
  }

  private static boolean output(Point point) {
    return point.group() >= 40 && point.group() <= 43;
  }

  private static boolean packed(Point point) {
    return point.variation() == 1 && (point.group() == 1 || point.group() == 10 || point.group() == 80);
  }

  /** A bit of the flags of some groups. */
  private static Column bit(Quality quality, int bit) {
    return new Column("dnp3.al." + quality.name() + ".b" + bit, f -> points(f).stream().filter(p -> p.name().equals("flags") && quality.groups().contains(p.group()))
        .map(p -> Integer.toString(Integer.parseInt(p.value()) >>> bit & 1)).collect(Collectors.joining(";")), TsharkAgreement::plain);
  }

  /** Bits of the code of a control block. */
  private static Column code(String name, int shift, int mask) {
    return new Column(name, f -> f.all("controlCode").stream().map(c -> Integer.toString(Integer.parseInt(c) >>> shift & mask)).collect(Collectors.joining(";")), t -> t);
  }

  /** Group and variation as the two octets they are. */
  private static String objects(Frame frame) {
    List<String> groups = frame.all("group");
    List<String> variations = frame.all("variation");
    return IntStream.range(0, groups.size()).mapToObj(i -> Integer.toString(Integer.parseInt(groups.get(i)) << 8 | Integer.parseInt(variations.get(i))))
        .collect(Collectors.joining(";"));
  }

  /** The columns of the recorded reading. */
  static TsharkAgreement recorded() {
    return new TsharkAgreement("dnp3", "dnp3", List.of(number("dnp3.src", "source"), number("dnp3.dst", "destination"), number("dnp3.ctl.prifunc", "primaryFunction"),
        number("dnp3.ctl.secfunc", "secondaryFunction"), number("dnp3.al.func", "function"), number("dnp3.al.iin", "internalIndications"),
        number("dnp3.al.seq", "sequence"), new Column("dnp3.al.obj", Dnp3Columns::objects, MessagesTsharkTest.DECIMAL),
        number("dnp3.al.objq.prefix", "prefixCode"), number("dnp3.al.range.start", "start"), number("dnp3.al.range.stop", "stop")));
  }

  static TsharkAgreement dnp3() {
    TsharkAgreement all = recorded().also("dnp3.start startOctets", "dnp3.len length", "dnp3.ctl control", "dnp3.ctl.fcb frameCountBit", "dnp3.ctl.fcv frameCountValid", "dnp3.ctl.dfc dataFlowControl",
        "dnp3.hdr.CRC headerCheck", "dnp3.tr.ctl transportControl", "dnp3.tr.fin transportFinal", "dnp3.tr.fir transportFirst", "dnp3.tr.seq transportSequence", "dnp3.al.ctl applicationControl",
        "dnp3.al.fir first", "dnp3.al.fin final", "dnp3.al.con confirm", "dnp3.al.uns unsolicited", "dnp3.al.objq.range rangeCode", "dnp3.al.range.quantity count", "dnp3.al.size size",
        "dnp3.al.count times", "dnp3.al.on_time onTime", "dnp3.al.off_time offTime", "dnp3.al.ctrlstatus status", "dnp3.al.file.mode mode", "dnp3.al.file.maxblock maximumBlockSize",
        "dnp3.al.file.reqID requestIdentifier", "dnp3.al.file.handle fileHandle", "dnp3.al.file.size fileSize", "dnp3.al.file.status fileStatus",
        "dnp3.al.file.blocknum blockNumber", "dnp3.al.file.lastblock lastBlock", "dnp3.al.file_string_offset fileNameOffset", "dnp3.al.file_string_length fileNameSize")
        .also(new Column("dnp3.al.file_name", "fileName"), values("dnp3.al.time_delay", p -> p.group() == 52),
            new Column("dnp3.al.reltimestamp", f -> f.joined("relativeTime"), each(v -> Long.toString(Math.round(Double.parseDouble(v) * 1000)))),
            number("dnp3.al.datatype", "attributeType"), new Column("dnp3.al.da.length", "attributeLength"), new Column("dnp3.al.da.value", "text"), number("dnp3.al.da.uint8", "number"),
            new Column("dnp3.ctl.dir", f -> f.all("control").stream().map(c -> Integer.toString(Integer.parseInt(c) >>> 7)).collect(Collectors.joining(";")), TsharkAgreement::plain),
            new Column("dnp3.ctl.prm", f -> f.all("control").stream().map(c -> Integer.toString(Integer.parseInt(c) >>> 6 & 1)).collect(Collectors.joining(";")), TsharkAgreement::plain),
            code("dnp3.ctl.op", 0, 15), code("dnp3.ctl.clr", 4, 3), code("dnp3.ctl.trip", 6, 3),
            points("dnp3.al.point_index", "index", p -> p.prefix() == 0), points("dnp3.al.index", "index", p -> p.prefix() >= 1 && p.prefix() <= 3),
            values("dnp3.al.bit", Dnp3Columns::packed), values("dnp3.al.2bit", p -> p.group() == 3 && p.variation() == 1), values("dnp3.al.cnt", p -> p.group() >= 20 && p.group() <= 23),
            values("dnp3.al.ana.int", p -> input(p) && !single(p) && !doubled(p)), values("dnp3.al.ana.float", p -> input(p) && single(p)),
            values("dnp3.al.ana.double", p -> input(p) && doubled(p)), values("dnp3.al.anaout.int", p -> output(p) && !single(p) && !doubled(p)),
            values("dnp3.al.anaout.float", p -> output(p) && single(p)), values("dnp3.al.anaout.double", p -> output(p) && doubled(p)),
            new Column("dnp3.al.timestamp", f -> f.all("time").stream().map(v -> Instant.parse(v).truncatedTo(ChronoUnit.MICROS).toString()).collect(Collectors.joining(";")),
                each(MessagesTsharkTest::instant)),
            new Column("dnp3.al.octet_string", f -> points(f).stream().filter(p -> p.name().equals("octets") && p.group() >= 110 && p.group() <= 113).map(Point::value)
                .collect(Collectors.joining(";")), t -> t.replace(":", "")),
            new Column("dnp3.al.file.data", f -> f.joined("dataOctets"), each(v -> Integer.toString((v.length() + 1) / 3))),
            new Column("dnp3.al.file.auth", f -> f.joined("authenticationKey"), each(v -> "4 octets")))
        // what tshark counts of segments and its own fragments, addresses a second time, and octets that it has no layout for
        .remarks("dnp3.addr", "dnp3.al.fragment", "dnp3.al.fragment.count", "dnp3.al.fragment.reassembled.length", "dnp3.al.frag_data", "dnp3.al.unknown_data_chunk");
    for (Quality quality : QUALITIES) {
      for (int bit = 0; bit < 8; bit++) {
        all.also(bit(quality, bit));
      }
    }
    return all;
  }
}
