package fr.vigie.sensor.fuzz;

import fr.vigie.sensor.protocol.DissectorContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What framing and dissecting one message costs, by dissector: the messages of its contract, one after another, told again and again to an observer
 * that keeps nothing. Beside the dissector it holds the look-up of two addresses and the clearing of the observer, the same for all.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class DissectorsBenchmark {
  /** Protocol and transport. A dissector that is missing here ends the run with its name. */
  @Param({"acn-tcp", "acn-udp", "arp-ethernet", "artnet-udp", "bacnet-ethernet", "bacnet-tcp", "bacnet-udp", "bacnetethernet-ethernet", "bacnetip6-udp", "cdp-ethernet",
      "coap-tcp", "coap-udp", "dali-tcp", "dhcp-udp", "dhcpv6-udp", "dicom-tcp", "dlms-tcp", "dlms-udp", "dnp3-tcp", "dnp3-udp", "dns-udp", "eapol-ethernet", "enip-tcp",
      "enocean-tcp", "fox-tcp", "ftp-tcp", "goose-ethernet", "helvarnet-tcp", "hl7-tcp", "hsrp-udp", "http-tcp", "icmpv6-ip", "iec104-tcp", "igmp-ip", "knxnetip-udp",
      "lldp-ethernet", "llmnr-udp", "lon-udp", "mbus-tcp", "mbus-udp", "mdns-udp", "mms-tcp", "modbus-tcp", "modbusrtu-tcp", "mqtt-tcp", "nbdgm-udp", "nbns-udp", "ntp-udp",
      "opcua-tcp", "profinet-ethernet", "quic-udp", "radius-udp", "rdp-tcp", "rtcp-udp", "rtp-udp", "rtsp-tcp", "s7comm-tcp", "sbus-udp", "sip-tcp", "sip-udp", "smb-tcp",
      "snmp-udp", "ssdp-udp", "ssh-tcp", "stp-ethernet", "sv-ethernet", "syslog-udp", "telnet-tcp", "tftp-udp", "tls-tcp", "vrrp-ip", "wsdiscovery-udp"})
  public String dissector;

  private final List<DissectorContract.Repeats> contracts = new ArrayList<>();
  private int turn;

  /** Finds the contracts of the dissector. */
  @Setup(Level.Trial)
  public void find() throws IOException, ReflectiveOperationException {
    List<String> named = Arrays.asList(DissectorsBenchmark.class.getField("dissector").getAnnotation(Param.class).value());
    for (DissectorContract contract : Seeds.contracts()) {
      String name = MessagesFuzz.name(DissectorContract.dissector(contract));
      if (!named.contains(name)) {
        throw new IllegalStateException("the dissector " + name + " is not among those measured: add it");
      }
      if (name.equals(dissector)) {
        contracts.add(new DissectorContract.Repeats(contract));
      }
    }
  }

  /** The next message. */
  @Benchmark
  public void message() {
    contracts.get(turn).next();
    turn = turn + 1 == contracts.size() ? 0 : turn + 1;
  }

  /** Lets go of the messages. */
  @TearDown(Level.Trial)
  public void close() {
    contracts.forEach(DissectorContract.Repeats::close);
    contracts.clear();
  }
}
