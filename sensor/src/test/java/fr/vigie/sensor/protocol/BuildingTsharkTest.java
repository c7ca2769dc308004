package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  private static void goldens(TsharkAgreement agreement, Path folder, DissectorContract test, boolean stream, double due) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(agreement.with(folder, stream, test.messages()).tell()).isGreaterThanOrEqualTo(due);
  }

  @Test
  void goldenMessagesOfLonWorksAreReadAlike(@TempDir Path folder) throws IOException {
    goldens(lon(), folder, new LonTest(), false, 0.9);
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
