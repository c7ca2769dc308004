package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CapturesCompared.catalogued;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.recorded;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.CapturesCompared.Named;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protocols of energy and of industry next door against tshark: the messages of their contract tests, which is how their golden files were checked,
 * and the shared captures, whose reading by tshark 4.0.17 was recorded.
 */
class EnergyTsharkTest {
  private static TsharkAgreement profinet() {
    return new TsharkAgreement("profinet", "pn_dcp", List.of(number("pn_rt.frame_id", "frameId"), number("pn_dcp.service_id", "serviceId"),
        number("pn_dcp.service_type", "serviceType"), new Column("pn_dcp.suboption_device_nameofstation", f -> f.joined("nameOfStation").replaceAll("\0.*", "").strip(), String::strip),
        number("pn_dcp.suboption_vendor_id", "vendorId"), number("pn_dcp.suboption_device_id", "deviceId"), new Column("pn_dcp.suboption_ip_ip", "ipAddress")))
        .proof("xid");
  }

  static Map<String, Named> compared() {
    return Map.of("dnp3", new Named("dnp3", 200, Dnp3Columns.dnp3()), "mms", new Named("mms", 40, Iec61850Columns.mms()), "goose", new Named("goose", 40, Iec61850Columns.goose()), "iec104",
        new Named("104", 40, Iec104Columns.iec104()));
  }

  @Test
  void dnp3MessagesAreReadAlike(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(Dnp3Columns.dnp3().with(folder, true, new Dnp3Test().messages()).tell()).isGreaterThanOrEqualTo(0.9);
    assertThat(Dnp3Columns.dnp3().with(folder, false, new Dnp3UdpTest().messages()).tell()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void dnp3AgreesWithTshark() throws IOException {
    recorded(Dnp3Columns.recorded(), "dnp3", 500, 0.99);
    catalogued("dnp3", 500, 0.99, 0.95);
  }

  @Test
  void iec104MessagesAreReadAlike(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(Iec104Columns.iec104().with(folder, true, new Iec104Test().messages()).tell()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void iec104AgreesWithTshark() throws IOException {
    recorded(Iec104Columns.recorded(), "iec104", 300, 0.99);
    catalogued("iec104", 300, 0.99, 0.95);
  }

  @Test
  void mmsMessagesAreReadAlike(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    // without the association in front tshark knows no context
    assertThat(Iec61850Columns.mms().with(folder, true, new MmsTest().messages().stream().map(MmsTest::associated).toList()).tell()).isGreaterThanOrEqualTo(0.9);
    assertThat(Iec61850Columns.goose().linked(folder, 0x88B8, new GooseTest().messages()).tell()).isGreaterThanOrEqualTo(0.9);
    assertThat(new TsharkAgreement("sv", "sv", List.of(number("sv.noASDU", "noASDU"), new Column("sv.svID", "svID"), number("sv.smpCnt", "smpCnt"), number("sv.confRev", "confRev")))
        .linked(folder, 0x88BA, new SampledValuesTest().messages()).tell()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void mmsAgreesWithTshark() throws IOException {
    catalogued("mms", 500, 0.99, 0.95);
  }

  @Test
  void gooseAgreesWithTshark() throws IOException {
    catalogued("goose", 500, 0.99, 0.95);
  }

  private static TsharkAgreement coap() {
    return new TsharkAgreement("coap", "coap", List.of(number("coap.type", "type"), number("coap.code", "code"), number("coap.mid", "messageId"), new Column("coap.opt.uri_path", "uriPath"),
        new Column("coap.opt.uri_host", "uriHost"), number("coap.opt.observe", "observe"), number("coap.opt.block_number", "block1Number", "block2Number")));
  }

  @Test
  void coapMessagesAreReadAlike(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(coap().with(folder, false, new CoapTest().messages()).tell()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void profinetMessagesAreReadAlike(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    assertThat(profinet().linked(folder, 0x8892, new ProfinetTest().messages()).tell()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void profinetAgreesWithTshark() throws IOException {
    recorded(profinet(), "profinet", 1, 0.99);
  }
}
