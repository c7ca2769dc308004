package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.recorded;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
        number("pn_dcp.service_type", "serviceType"), new Column("pn_dcp.suboption_device_nameofstation", f -> f.joined("nameOfStation").strip(), String::strip),
        number("pn_dcp.suboption_vendor_id", "vendorId"), number("pn_dcp.suboption_device_id", "deviceId"), new Column("pn_dcp.suboption_ip_ip", "ipAddress")))
        .proof("xid");
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
