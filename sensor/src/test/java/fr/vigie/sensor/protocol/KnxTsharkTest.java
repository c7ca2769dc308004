package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import fr.vigie.sensor.protocol.knx.KnxNetIpTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KNXnet/IP and cEMI beside tshark, field by field: every message of the contract, and the one public capture. */
final class KnxTsharkTest {
  private static final Map<String, String> WORDS = Map.ofEntries(Map.entry("true", "1"), Map.entry("false", "0"), Map.entry("IPV4_UDP", "1"),
      Map.entry("IPV4_TCP", "2"), Map.entry("standard", "1"), Map.entry("extended", "0"), Map.entry("domain", "1"), Map.entry("group", "1"),
      Map.entry("individual", "0"), Map.entry("control", "1"), Map.entry("data", "0"), Map.entry("system", "0"), Map.entry("normal", "1"),
      Map.entry("urgent", "2"), Map.entry("low", "3"));

  /** A number as decimal, whatever its base; an address as the number on the wire. */
  private static String number(String text) {
    if (WORDS.containsKey(text)) {
      return WORDS.get(text);
    }
    String[] parts = text.split("[./]");
    if (parts.length == 3) {
      int high = Integer.parseInt(parts[0]);
      int middle = Integer.parseInt(parts[1]);
      int low = Integer.parseInt(parts[2]);
      return Integer.toString(text.contains("/") ? high << 11 | middle << 8 | low : high << 12 | middle << 8 | low);
    }
    return text.matches("0x[0-9a-fA-F]{1,16}") ? Long.toString(Long.parseUnsignedLong(text, 2, text.length(), 16))
        : text.matches("0|[1-9][0-9]{0,17}") ? Long.toString(Long.parseLong(text)) : text;
  }

  private static String numbers(List<String> texts) {
    return texts.stream().map(KnxTsharkTest::number).collect(Collectors.joining(";"));
  }

  private static Column column(String name, String... ours) {
    return column(name, f -> f.all(ours));
  }

  private static Column column(String name, Function<Frame, List<String>> ours) {
    return new Column(name, f -> numbers(ours.apply(f)), t -> numbers(Arrays.stream(t.split(";")).filter(p -> !p.isEmpty()).toList()),
        name.startsWith("cemi.") ? f -> compared(f, name) : f -> true);
  }

  /**
   * Frames of the bus monitor, raw and T_Data frames are octets to tshark. So are parts of many services that Vigie reads as fields; and keys, of
   * which Vigie tells the length: data are compared in group values, memory and properties.
   */
  private static boolean compared(Frame f, String name) {
    List<String> codes = f.all("code");
    boolean raw = !codes.isEmpty() && List.of("16", "19", "43", "45", "47", "65", "74").contains(codes.getFirst());
    int service = service(f) & 0x3C0;
    boolean value = service <= 0x080 && service >= 0 || service >= 0x200 && service <= 0x280 || service(f) >= 0x3D5 && service(f) <= 0x3D7;
    return !raw && (!name.equals("cemi.data") || value && f.all("typeId").isEmpty() && f.all("data").stream().noneMatch(d -> d.endsWith("octets")));
  }

  /** Bits of every octet of a name. */
  private static Column bits(String name, String ours, int shift, int mask) {
    return bits(name, f -> f.all(ours), shift, mask);
  }

  private static Column bits(String name, Function<Frame, List<String>> ours, int shift, int mask) {
    return column(name, f -> ours.apply(f).stream().map(v -> Integer.toString(Integer.parseInt(v) >> shift & mask)).toList());
  }

  /** The ten bits of the service, or -1. */
  private static int service(Frame f) {
    return f.all("apci").stream().mapToInt(Integer::parseInt).findFirst().orElse(-1);
  }

  /** tshark names services of four bits in one field and those of ten in another. */
  private static List<String> apci(Frame f, boolean four) {
    int apci = service(f);
    boolean isFour = apci < 0x1C8 || apci >= 0x200 && apci < 0x2C0 && (apci & 0x30) == 0 || apci >= 0x300 && apci < 0x380;
    return apci < 0 || isFour != four ? List.of() : List.of(Integer.toString(four ? apci >> 6 : apci));
  }

  /** A count of octets in the APCI stands apart in tshark from one in an octet of its own. */
  private static List<String> counts(Frame f, boolean inApci) {
    int apci = service(f);
    boolean memory = apci >= 0x200 && apci < 0x2C0;
    return memory != inApci ? List.of() : f.all("numberOfElements", "count");
  }

  /** Fields within groups of a name; a group ends with the next one. */
  private static Column within(String name, String group, String... ours) {
    return column(name, f -> {
      List<String> found = new ArrayList<>();
      boolean inside = false;
      for (String[] field : f.fields) {
        inside = field[0].equals("begin") || field[0].equals("message") ? field[1].equals(group) : inside;
        if (inside && Arrays.asList(ours).contains(field[0])) {
          found.add(field[1]);
        }
      }
      return found;
    });
  }

  /** Fields of the telegram itself: its additional information and the message around it left out. */
  private static Column inside(String name, String ours) {
    return column(name, f -> {
      List<String> found = new ArrayList<>();
      boolean telegram = false;
      for (String[] field : f.fields) {
        telegram |= field[0].equals("control1");
        if (telegram && field[0].equals(ours)) {
          found.add(field[1]);
        }
      }
      return found;
    });
  }

  /** Fields in front of the telegram. */
  private static Column outside(String name, String ours) {
    return column(name, f -> {
      List<String> found = new ArrayList<>();
      for (String[] field : f.fields) {
        if (field[0].equals("begin") && field[1].equals("cEMI")) {
          break;
        }
        if (field[0].equals(ours)) {
          found.add(field[1]);
        }
      }
      return found;
    });
  }

  private static final List<Column> COLUMNS = List.of(
      column("knxip.headerlength", "headerSize"), column("knxip.version", "version"), column("knxip.service", "serviceType"),
      column("knxip.service.family", f -> {
        List<String> all = new ArrayList<>(List.of(Integer.toString(Integer.parseInt(f.all("serviceType").getFirst()) >> 8)));
        all.addAll(f.all("familyId"));
        return all;
      }), column("knxip.service.type", "serviceType"),
      column("knxip.totallength", "totalLength"), column("knxip.struct.length", "structureLength"), column("knxip.hostprotocol", "hostProtocol"),
      column("knxip.ipaddr", "ipAddress"), column("knxip.port", "port"), column("knxip.channel", "communicationChannelId"),
      column("knxip.seqctr", "sequenceCounter"), outside("knxip.reserved", "reserved"), column("knxip.status", f -> f.all("message").contains("SESSION_STATUS") ? List.of() : f.all("status")),
      column("knxip.conn.type", "connectionType"), column("knxip.tunnel.layer", "knxLayerId"), column("knxip.knxaddr", "individualAddress"),
      outside("knxip.dibtype", "descriptionType"), column("knxip.medium", "mediumId"), column("knxip.device.status", "deviceStatus"),
      column("knxip.progmode", "programmingMode"), column("knxip.project", "projectInstallationIdentifier"),
      column("knxip.project.nr", "projectNumber"), column("knxip.project.installation", "installationNumber"),
      column("knxip.sernr", f -> f.all("friendlyName").isEmpty() ? List.of() : f.all("serialNumber").stream().map(n -> "0x" + n).toList()), column("knxip.mcaddr", "routingMulticastAddress"), column("knxip.macaddr", "macAddress"),
      column("knxip.device.name", "friendlyName"), column("knxip.service.version", "serviceVersion"),
      column("knxip.security.version", "securityVersion"), column("knxip.manufacturer", "knxManufacturerId"),
      column("knxip.subnet", "subnetMask"), column("knxip.gateway", "defaultGateway"), column("knxip.dhcp", "dhcpServer"),
      column("knxip.tunnel.feature", "featureIdentifier"), column("knxip.loss", "numberOfLostMessages"),
      column("knxip.busy.time", "routingBusyWaitTime"), column("knxip.busy.control", "routingBusyControl"),
      within("knxip.selector", "selector", "typeId"), column("knxip.maxapdulength", "maximumLocalApduLength", "maximumApduLength"),
      column("knxip.medium.status", "mediumStatus"), column("knxip.mask.version", "deviceDescriptorType0"),
      column("knxip.srp.mandatory", "mandatory"), within("knxip.srp.type", "searchRequestParameter", "typeId"),
      column("knxip.reset.command", "command"), column("knxip.session", "secureSessionIdentifier"), column("knxip.tag", "messageTag"),
      column("knxip.user", "userId"), column("knxip.session.status", f -> f.all("message").contains("SESSION_STATUS") ? f.all("status") : List.of()),
      column("cemi.mc", "code"), column("cemi.ai.n", "additionalInfoLength"), within("cemi.ait.n", "additionalInfo", "typeId"),
      column("cemi.aie.n", f -> {
        List<String> all = f.all("length");
        return all.subList(0, Math.min(all.size(), (int) f.fields.stream().filter(x -> x[1].equals("additionalInfo")).count()));
      }), bits("cemi.ft", "control1", 7, 1), bits("cemi.rep", "control1", 5, 1),
      bits("cemi.bt", "control1", 4, 1), bits("cemi.prio", "control1", 2, 3), bits("cemi.ack", "control1", 1, 1), bits("cemi.ce", "control1", 0, 1),
      bits("cemi.at", "control2", 7, 1), bits("cemi.hc", "control2", 4, 7), bits("cemi.eff", "control2", 0, 15),
      column("cemi.sa", "sourceAddress"), column("cemi.da", "destinationAddress"), inside("cemi.len", "length"),
      column("cemi.tpt", "packetType"), column("cemi.st", "numbered"), column("cemi.num", f -> f.all("numbered").contains("true") ? f.all("sequenceNumber").subList(0, 1) : List.of()),
      column("cemi.ac", f -> apci(f, true)), column("cemi.ax", f -> apci(f, false)), column("cemi.ad", "shortData"), column("cemi.data", "data"),
      column("cemi.ot", "objectType", "interfaceObjectType"), column("cemi.oi", "objectInstance"), column("cemi.ox", "objectIndex"),
      column("cemi.pid", "propertyId"), column("cemi.px", "propertyIndex"), column("cemi.n", f -> counts(f, false)),
      bits("cemi.x", f -> f.all("startIndex", "memoryAddress"), 0, 0xFFFF),
      bits("cemi.xx", f -> service(f) >= 0x2C0 && service(f) <= 0x2C4 ? f.all("memoryAddress") : List.of(), 16, 0xFF), column("cemi.e", "errorCode"), column("cemi.level", "level"),
      column("cemi.pw", "writable"), column("cemi.pdt", "propertyDataType"), column("cemi.me", "maxElements"), column("cemi.ra", "readLevel"),
      column("cemi.wa", "writeLevel"), inside("cemi.dt", "descriptionType"), column("cemi.scf", "securityControl"),
      column("cemi.scf.t", "toolAccess"), bits("cemi.scf.sai", "securityControl", 4, 7), column("cemi.scf.sbc", "systemBroadcast"),
      column("cemi.pdt.major", "datapointMain"), column("cemi.pdt.minor", "datapointSub"), column("cemi.adc.n", "readCount"),
      column("cemi.ad.ch", "channel"), column("cemi.ad.ml", f -> counts(f, true)), column("cemi.ad.type", "descriptorType"));

  static TsharkAgreement agreement() {
    return new TsharkAgreement("knx", "kip", COLUMNS).remarks("knxip.folder", "cemi.folder", "knxip.error", "knxip.warning");
  }

  @Test
  void everyMessageIsReadAsTsharkReadsIt(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    TsharkAgreement agreement = agreement().with(folder, false, new KnxNetIpTest().messages());
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(0.99);
    assertThat(agreement.coverage()).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void thePublicCaptureIsReadAsTsharkReadsIt() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    Path capture = root.resolve("alexander-zimmermann+tcpdump/xknx.pcap");
    TsharkAgreement agreement = agreement().with(capture);
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(0.99);
    assertThat(agreement.coverage()).isGreaterThanOrEqualTo(0.95);
  }
}
