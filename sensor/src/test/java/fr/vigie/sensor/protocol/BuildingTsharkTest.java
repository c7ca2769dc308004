package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CapturesCompared.catalogued;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.CapturesCompared.Named;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LonWorks and the other buses of buildings against tshark: the shared captures, and the messages of their contract tests, which is how their golden
 * files were checked. Prints each field that differs.
 */
final class BuildingTsharkTest {
  private static Function<String, String> each(Function<String, String> one) {
    return cell -> cell.isEmpty() ? "" : Arrays.stream(cell.split(";")).map(one).collect(Collectors.joining(";"));
  }

  private static final Function<String, String> DECIMAL = each(s -> Long.decode(s).toString());

  private static Column number(String name, String... ours) {
    return new Column(name, f -> f.joined(ours), DECIMAL);
  }

  private static TsharkAgreement lon() {
    return new TsharkAgreement("lon", "cnip", List.of(number("cnip.type", "packetType"), number("cnip.sessid", "sessionId"),
        number("cnip.seqno", "sequenceNumber"), number("cnip.tstamp", "timeStamp"), number("lon.pdufmt", "pduFormat"), number("lon.addrfmt", "addressFormat"),
        number("lon.srcnet", "sourceSubnet"), number("lon.srcnode", "sourceNode"), number("lon.dstnet", "destinationSubnet"),
        number("lon.dstnode", "destinationNode"), number("lon.dstgrp", "destinationGroup"),
        new Column("lon.domain", f -> f.joined("domain"), t -> t.equals("<MISSING>") ? "" : t), number("lon.tpdu_type", "tpduType"),
        number("lon.trans_no", "transaction"), number("lon.spdu_type", "spduType"), number("lon.nv.selector", "selector"), number("lon.code", "code")));
  }

  private static TsharkAgreement sbus() {
    return new TsharkAgreement("sbus", "sbus && udp", List.of(number("sbus.len", "length"), number("sbus.vers", "version"), number("sbus.proto", "protocol"),
        number("sbus.seq", "sequence"), number("sbus.att", "attribute"), number("sbus.destination", "station"), number("sbus.cmd", "command"),
        number("sbus.nakcode", "acknowledgement"), number("sbus.CPU_status", "cpuStatus"), new Column("sbus.pcd_type", "pcdType"),
        new Column("sbus.fw_version", "firmwareVersion"), number("sbus.crc", "crc"),
        number("sbus.rcount", "count"), addressed("sbus.addr_RTC", "0", "6", "7", "10", "14", "15"), addressed("sbus.addr_IOF", "2", "3", "5", "11", "13"),
        addressed("sbus.addr_EEPROM", "161"), addressed("sbus.addr_68k", "71", "35", "81"), number("sbus.sysinfo", "systemInformation"),
        new Column("sbus.addr_prog", f -> List.of("30", "31").contains(f.joined("command")) ? f.joined("address") : f.joined("instructionPointer"), DECIMAL),
        new Column("sbus.data_byte", f -> f.joined("answers").equals("71") ? f.joined("data") : "", t -> each(s -> "%02x".formatted(Integer.parseInt(s))).apply(t)
            .replace(";", "")),
        new Column("sbus.data_rtc", f -> WORDS.contains(f.joined("answers")) || WRITTEN.contains(f.joined("command")) ? f.joined("value") : "",
            each(s -> Integer.toString(Integer.parseUnsignedInt(s))))));
  }

  private static TsharkAgreement artnet() {
    return new TsharkAgreement("artnet", "artnet", List.of(number("artnet.header.opcode", "opcode"), number("artnet.header.protver", "protocolVersion"),
        number("artnet.poll.talktome", "talkToMe"), new Column("artnet.poll_reply.ip_address", f -> f.joined("opcode").equals("8448") ? f.joined("ip") : "", t -> t),
        number("artnet.poll_reply.versinfo", "firmware"), new Column("artnet.poll_reply.oem", f -> f.joined("opcode").equals("8448") ? f.joined("oem") : "", DECIMAL),
        number("artnet.poll_reply.esta_man", "esta"),
        new Column("artnet.poll_reply.short_name", f -> f.joined("opcode").equals("8448") ? f.joined("shortName") : "", t -> t),
        new Column("artnet.poll_reply.long_name", f -> f.joined("opcode").equals("8448") ? f.joined("longName") : "", t -> t),
        new Column("artnet.poll_reply.node_report", "nodeReport"), number("artnet.poll_reply.style", "style"), new Column("artnet.poll_reply.mac", "mac"),
        number("artnet.output.universe", "universe"), number("artnet.output.sequence", "sequence"), number("artnet.output.length", "length"),
        new Column("artnet.address.short_name", f -> f.joined("opcode").equals("24576") ? f.joined("shortName") : "", t -> t),
        number("artnet.tod_data.uid_total", "uidTotal"), number("artnet.firmware_master.length", "firmwareLength"),
        new Column("artnet.ip_prog.ip", f -> f.joined("opcode").equals("63488") ? f.joined("ip") : "", t -> t), number("rdm.pid", "parameterId"),
        number("rdm.cc", "commandClass"), number("rdm.tn", "transaction")));
  }

  private static TsharkAgreement acn() {
    return new TsharkAgreement("acn", "acn", List.of(number("acn.dmx.universe", "universe"), number("acn.dmx.priority", "priority"),
        number("acn.dmx.seq_number", "sequence"), number("acn.dmx.count", "count"), new Column("acn.dmx.source_name", "sourceName")), "--enable-heuristic", "acn", "-o", "acn.dmx_enable:TRUE");
  }

  private static TsharkAgreement rdmnet() {
    return new TsharkAgreement("acn", "rdmnet", List.of(number("rdmnet.llrp_vector", "llrpVector"), number("rdm.pid", "parameterId"),
        number("rdm.cc", "commandClass")), "--enable-heuristic", "rdmnet_udp");
  }

  private static Column addressed(String name, String... commands) {
    return new Column(name, f -> List.of(commands).contains(f.joined("command")) ? f.joined("address") : "", DECIMAL);
  }

  /** Commands whose answers, and whose requests, are words for both. */
  private static final List<String> WORDS = List.of("0", "6", "7", "30", "31", "161");
  private static final List<String> WRITTEN = List.of("10", "14", "15", "35");

  private static void goldens(TsharkAgreement agreement, Path folder, DissectorContract test, boolean stream, double due) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(agreement.with(folder, stream, test.messages()).tell()).isGreaterThanOrEqualTo(due);
  }

  static Map<String, Named> compared() {
    return Map.of("sbus", new Named("sbus", 200, sbus()));
  }

  @Test
  void goldenMessagesOfLonWorksAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(lon(), folder, new LonTest(), false, 0.9);
  }

  @Test
  void goldenMessagesOfSbusAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(sbus(), folder, new SbusTest(), false, 0.9);
  }

  @Test
  void goldenMessagesOfArtNetAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(artnet(), folder, new ArtNetTest(), false, 0.9);
  }

  @Test
  void goldenMessagesOfStreamingAcnAreReadAlike(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    List<DissectorContract.Message> streams = new AcnTest().messages().stream().filter(m -> m.sourcePort() == Acn.PORT).toList();
    List<DissectorContract.Message> probes = new AcnTest().messages().stream().filter(m -> m.sourcePort() == Acn.LLRP).toList();
    assertThat(acn().with(folder, false, streams).tell()).isGreaterThanOrEqualTo(0.9);
    assertThat(rdmnet().with(folder, false, probes).tell()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void sbusAgreesWithTshark() throws IOException {
    catalogued("sbus", 800, 0.99, 0.85);
  }

  @Test
  void lonWorksAgreesWithTshark() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    TsharkAgreement lon = lon().recorded(root, "lon");
    assertThat(lon.tell()).isGreaterThanOrEqualTo(0.999);
    assertThat(lon.frames).isGreaterThan(4_000);
  }
}
