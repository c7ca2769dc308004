package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shared captures through the whole sensor: as many messages as tshark 4.0.17 shows, frame by frame the same when this was written. */
@Timeout(60)
final class SharedMessagesTest {
  private static Sensor run(String capture, List<Observation> observations) throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Sensor sensor = new Sensor(SensorOptions.standard().bounds(1 << 12, 1 << 12));
    try (PacketSource source = CaptureFiles.open(List.of(root.resolve(capture)), "test")) {
      sensor.run(source, new Sink() {
        @Override
        public void accept(Observation observation) {
          observations.add(observation);
        }

        @Override
        public void quantum(long seq, long at) {
          // observations suffice
        }
      });
    }
    return sensor;
  }

  @ParameterizedTest
  @CsvSource({
    "dhcp, 500, zeek+zeek/testing/btest/Traces/dhcp/dhcp_flood.pcap",
    "dhcp, 144, ntop+ntopng/fuzz/corpus/fuzz_dissect_packet/QinQpacket.pcap",
    "dhcp, 50, zeek+zeek/testing/btest/Traces/dhcp/dhcp-unique-xid-join-data-growth.pcapng",
    "dns, 382, ntop+nDPI/tests/cfgs/default/pcap/bad-dns-traffic.pcap",
    "dns, 161, OISF+suricata-verify/tests/dns/bug-1158/input.pcap",
    "mdns, 244, andypitcher+IoT_Sentinel/captures_IoT_Sentinel/captures_IoT-Sentinel/D-LinkCam/Setup-A-1-STA.pcap",
    "mdns, 282, ntop+nDPI/tests/cfgs/default/pcap/telegram.pcap",
    "lldp, 687, EmreEkin+ICS-Pcaps/LLDP/simens.pcap",
    "lldp, 55, EmreEkin+ICS-Pcaps/DNP3/dnp3value.pcap",
  })
  void everyMessageThatTsharkShowsIsRead(String protocol, long messages, String capture) throws IOException {
    Sensor sensor = run(capture, new ArrayList<>());
    assertThat(sensor.counters().value("messages." + protocol)).isEqualTo(messages);
  }

  @Test
  void aKeyInAPathStaysInTheSensor() throws IOException {
    List<Observation> observations = new ArrayList<>();
    run("andypitcher+IoT_Sentinel/captures_IoT_Sentinel/captures_IoT-Sentinel/HueSwitch/Setup-C-9-STA.pcap", observations);
    assertThat(observations).anyMatch(o -> o instanceof Act a && a.verb() == Verb.REQUEST && a.operation().equals("DELETE"));
    assertThat(observations.toString()).doesNotContain("225cf3b35b28ba6827cbffca2ff515fa");
  }
}
