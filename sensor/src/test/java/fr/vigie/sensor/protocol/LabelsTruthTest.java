package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Which protocol a flow speaks, against those who are known for telling it: nDPI's own expectations for its captures (every flow of which it is
 * sure by inspection), and Arkime's. For every protocol that both name, each flow counts: those that the other calls something else too. A
 * disagreement is either explained here or fails.
 */
class LabelsTruthTest {
  private static final Pattern NDPI_FLOW = Pattern.compile(
      "^\\s*\\d+\\s+(\\S+) (\\[[0-9a-fA-F:.]+\\]|[0-9.]+):(\\d+) (?:<->|->) (\\[[0-9a-fA-F:.]+\\]|[0-9.]+):(\\d+) .*?\\[proto: [^/\\]]*/([^\\]]*)\\].*?\\[Confidence: ([^\\]]*)\\]");

  /** Our name, and nDPI's names for the same protocol (each part of {@code TLS.DoH_DoT} counts). */
  private static final Map<String, Set<String>> NDPI = names(new String[][] {{"bacnet", "BACnet"}, {"modbus", "Modbus"}, {"knx", "KNXnet_IP"},
      {"snmp", "SNMP"}, {"http", "HTTP", "HTTP_Connect", "HTTP_Proxy"}, {"dhcp", "DHCP"}, {"dhcpv6", "DHCPV6"}, {"dns", "DNS"}, {"llmnr", "LLMNR"}, {"mdns", "MDNS"},
      {"tls", "TLS"}, {"mqtt", "MQTT"}, {"opcua", "OPC-UA"}, {"s7comm", "S7Comm", "S7CommPlus"}, {"enip", "EthernetIP"}, {"rtsp", "RTSP"}, {"ssdp", "SSDP"},
      {"ntp", "NTP"}, {"rtcp", "RTCP"}, {"rtp", "RTP"}, {"quic", "QUIC"}, {"ssh", "SSH"}, {"ftp", "FTP_CONTROL"}, {"telnet", "Telnet"}, {"tftp", "TFTP"},
      {"sip", "SIP"}, {"smb", "SMBv1", "SMBv23"}, {"rdp", "RDP"}, {"nbns", "NetBIOS"}, {"wsd", "WSD"}, {"syslog", "Syslog"}, {"radius", "RADIUS", "Radius"},
      {"coap", "COAP"}, {"iec104", "IEC60870"}, {"dnp3", "DNP3"}, {"dicom", "DICOM"}, {"hl7", "HL7"}, {"igmp", "IGMP"}, {"hsrp", "HSRP"},
      {"vrrp", "VRRP"}, {"dlms", "DLMS", "IEC62056"}, {"fox", "Tridium_Fox"}, {"lon", "CNP-IP"}, {"sbus", "Ether-S-Bus"}, {"mbus", "M-Bus"}, {"artnet", "Art-Net"}});

  /** Our name, and Arkime's. */
  private static final Map<String, Set<String>> ARKIME = names(new String[][] {{"modbus", "modbus"}, {"snmp", "snmp"}, {"http", "http"}, {"dhcp", "dhcp"},
      {"dhcpv6", "dhcpv6"}, {"dns", "dns"}, {"llmnr", "llmnr"}, {"mdns", "mdns"}, {"tls", "tls"}, {"mqtt", "mqtt"}, {"opcua", "opcua"}, {"s7comm", "s7comm", "s7comm-plus"},
      {"enip", "enip"}, {"ntp", "ntp"}, {"quic", "quic"}, {"ssh", "ssh"}, {"tftp", "tftp"}, {"sip", "sip"}, {"smb", "smb"}, {"rdp", "rdp"}, {"nbns", "nbns"},
      {"radius", "radius"}, {"igmp", "igmp"}});

  private static Map<String, Set<String>> names(String[][] table) {
    Map<String, Set<String>> names = new LinkedHashMap<>();
    for (String[] row : table) {
      names.put(row[0], Set.of(Arrays.copyOfRange(row, 1, row.length)));
    }
    return names;
  }

  /** Why a disagreement is none of ours, or is a limit that the README names. */
  private enum Reason {
    /** The flow does speak what Vigie says: tshark reads it so too. The other names the application above, or did not look. */
    SPOKEN,
    /** It does not speak it, or only in messages so broken that tshark reads none of them either. */
    NOT_SPOKEN,
    /** A tunnel that Vigie does not open, or half a conversation that it does not judge: a miss. */
    LIMIT,
    /** A version of it that Vigie does not claim to read. */
    VERSION
  }

  private record Explained(String capture, String flow, String protocol, Reason reason, String why) {
    boolean fits(Path file, String key, String name) {
      return String.valueOf(file.getFileName()).equals(capture) && key.contains(flow) && (protocol.isEmpty() || protocol.equals(name));
    }
  }

  private static final List<Explained> EXPLAINED = List.of(
      new Explained("discord.pcap", "", "rtp", Reason.SPOKEN, "Discord's voice is RTP (RFC 3550 §5.1)"),
      new Explained("capwap.pcap", "", "", Reason.LIMIT, "within CAPWAP, which is not opened"),
      new Explained("http_origin_different_than_host.pcap", "", "http", Reason.LIMIT, "within GTP, which is not opened"),
      new Explained("imap-starttls.pcap", "", "tls", Reason.SPOKEN, "TLS after STARTTLS"),
      new Explained("pgsql2.pcapng", "", "tls", Reason.SPOKEN, "TLS after SSLRequest"),
      new Explained("pops.pcapng", "", "tls", Reason.SPOKEN, "POP3 over TLS"),
      new Explained("smtps.pcapng", "", "tls", Reason.SPOKEN, "SMTP over TLS"),
      new Explained("rdp.pcap", "", "tls", Reason.SPOKEN, "RDP goes on in TLS"),
      new Explained("tls_heur__trojan-tcp-tls.pcapng", "", "tls", Reason.SPOKEN, "TLS through SOCKS"),
      new Explained("tls_heur__vmess-websocket.pcapng", "", "tls", Reason.SPOKEN, "TLS through SOCKS"),
      new Explained("ossfuzz_seed_fake_traces_1.pcapng", "", "tls", Reason.SPOKEN, "a client's hello of TLS 1.0"),
      new Explained("arkime_synthetic.pcap", "0a002b01/443", "quic", Reason.SPOKEN, "an Initial packet of version 1"),
      new Explained("arkime_synthetic.pcap", "0a030501/443", "quic", Reason.SPOKEN, "an Initial packet of version 1"),
      new Explained("arkime_synthetic.pcap", "0a090402/443", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("arkime_synthetic.pcap", "0a090704/445", "smb", Reason.LIMIT, "the first message on the connection ends within its header"),
      new Explained("arkime_synthetic.pcap", "/161", "snmp", Reason.NOT_SPOKEN, "lengths that contradict each other (X.690 8.1.3)"),
      new Explained("arkime_synthetic.pcap", "0a001201/443", "tls", Reason.NOT_SPOKEN, "one record that is longer than the stream"),
      new Explained("arkime_synthetic.pcap", "/5060", "http", Reason.NOT_SPOKEN, "SIP"),
      new Explained("arkime_synthetic.pcap", "0a002601/443", "http", Reason.LIMIT, "HTTP/2"),
      new Explained("arkime_synthetic.pcap", "/102", "s7comm", Reason.LIMIT, "the first unit on the connection holds a single octet of S7"),
      new Explained("dlt_ppp.pcap", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("http_ipv6.pcap", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("youtube_quic.pcap", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("telegram.pcap", "/443", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("snapchat_call.pcapng", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("quic24-wireshark.pcap", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("quic33-wireshark.pcap", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("quic34.pcap", "", "quic", Reason.VERSION, "Google's QUIC, before the drafts"),
      new Explained("rdp2.pcap", "", "rdp", Reason.VERSION, "RDP over UDP"),
      new Explained("netbios.pcap", "/139", "smb", Reason.SPOKEN, "SMB in a session of NetBIOS"),
      new Explained("netbios.pcap", "/139", "nbns", Reason.NOT_SPOKEN, "the session service, read as the SMB within"),
      new Explained("smbv1.pcap", "/445", "nbns", Reason.NOT_SPOKEN, "port 445 has no NetBIOS"),
      new Explained("netbios.pcap", "/138", "smb", Reason.NOT_SPOKEN, "SMB only as the envelope of a mailslot, read as NetBIOS datagrams"),
      new Explained("telegram.pcap", "/138", "smb", Reason.NOT_SPOKEN, "SMB only as the envelope of a mailslot, read as NetBIOS datagrams"),
      new Explained("wireshark-smb-on-windows10.pcap", "/139", "smb", Reason.SPOKEN, "SMB in a session of NetBIOS"),
      new Explained("rsh-syslog-false-positive.pcap", "", "syslog", Reason.NOT_SPOKEN, "rsh on TCP 514, as the capture's name says"),
      new Explained("ipv6-gtp6.pcap", "", "dns", Reason.LIMIT, "within GTP, which is not opened"));

  /** What was agreed on one protocol. */
  private static final class Score {
    int truth;
    int both;
    int ours;
    int spoken;
    int broken;
    final List<String> apart = new ArrayList<>();
  }

  /** The flows of one capture as the other sees them: key, and names. */
  private interface Expectation {
    Map<String, Set<String>> of(Path capture) throws IOException;
  }

  private static void compare(String name, List<Path> captures, Expectation expectation, Map<String, Set<String>> names, double precision, double recall)
      throws IOException {
    Set<String> spoken = new TreeSet<>(Protocols.all().stream().map(Dissector::name).toList());
    Map<String, Score> scores = new TreeMap<>();
    List<String> unexplained = new ArrayList<>();
    int flows = 0;
    for (Path capture : captures) {
      Map<String, Set<String>> theirs = expectation.of(capture);
      Map<String, Set<String>> said = theirs.isEmpty() ? Map.of() : labels(capture);
      for (Map.Entry<String, Set<String>> flow : theirs.entrySet()) {
        flows++;
        Set<String> ours = new TreeSet<>(said.getOrDefault(flow.getKey(), Set.of()));
        if (ours.remove("nbdgm")) {
          ours.add("nbns"); // others have one name for NetBIOS
        }
        for (String protocol : spoken) {
          Set<String> same = names.get(protocol);
          if (same == null) {
            continue;
          }
          boolean truth = flow.getValue().stream().anyMatch(same::contains);
          boolean claim = ours.contains(protocol);
          Score score = scores.computeIfAbsent(protocol, p -> new Score());
          score.truth += truth ? 1 : 0;
          score.ours += claim ? 1 : 0;
          score.both += truth && claim ? 1 : 0;
          if (truth != claim) {
            String where = capture.getFileName() + " " + flow.getKey() + ": " + name + " " + flow.getValue() + ", Vigie " + ours;
            Explained why = EXPLAINED.stream().filter(e -> e.fits(capture, flow.getKey(), protocol)).findFirst().orElse(null);
            score.apart.add(where + (why == null ? "" : " – " + why.why));
            score.spoken += why != null && claim && why.reason == Reason.SPOKEN ? 1 : 0;
            score.broken += why != null && truth && (why.reason == Reason.NOT_SPOKEN || why.reason == Reason.VERSION) ? 1 : 0;
            if (why == null) {
              unexplained.add(protocol + ": " + where);
            }
          }
        }
      }
    }
    int truth = 0;
    int ours = 0;
    int both = 0;
    int confirmed = 0;
    int broken = 0;
    for (Map.Entry<String, Score> each : scores.entrySet()) {
      Score s = each.getValue();
      truth += s.truth;
      ours += s.ours;
      both += s.both;
      confirmed += s.spoken;
      broken += s.broken;
      if (s.truth + s.ours > 0) {
        System.out.printf("%-10s %s %4d, Vigie %4d, both %4d%n", each.getKey(), name, s.truth, s.ours, s.both);
        s.apart.forEach(line -> System.out.println("    " + line));
      }
    }
    System.out.printf("%s: %d flows in %d captures; as written: precision %d of %d = %.2f %%, recall %d of %d = %.2f %%; settled by the standards: %.2f %%, %.2f %%%n", name, flows,
        captures.size(), both, ours, 100.0 * both / ours, both, truth, 100.0 * both / truth, 100.0 * (both + confirmed) / ours, 100.0 * (both + confirmed) / (truth + confirmed - broken));
    assertThat(flows).isGreaterThan(100);
    assertThat(unexplained).as("disagreements without an explanation").isEmpty();
    assertThat((both + confirmed) / (double) ours).isGreaterThanOrEqualTo(precision);
    assertThat((both + confirmed) / (double) (truth + confirmed - broken)).isGreaterThanOrEqualTo(recall);
  }

  private static List<Path> captures(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().matches(".*\\.(pcap|pcapng|cap)")).sorted().toList();
    }
  }

  @Test
  void flowsHaveTheNamesThatNdpiExpects() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Path place = root.resolve("ntop+nDPI/tests/cfgs/default");
    compare("nDPI", captures(place.resolve("pcap")), capture -> {
      Map<String, Set<String>> flows = new TreeMap<>();
      Path expected = place.resolve("result").resolve(capture.getFileName() + ".out");
      for (String line : Files.exists(expected) ? Files.readAllLines(expected, StandardCharsets.ISO_8859_1) : List.<String>of()) {
        Matcher flow = NDPI_FLOW.matcher(line);
        if (flow.find() && flow.group(7).equals("DPI")) {
          String key = key(address(flow.group(2)), Integer.parseInt(flow.group(3)), address(flow.group(4)), Integer.parseInt(flow.group(5)));
          flows.computeIfAbsent(key, k -> new TreeSet<>()).addAll(List.of(flow.group(6).split("\\.")));
        }
      }
      return flows;
    }, NDPI, 0.995, 0.99);
  }

  @Test
  void flowsHaveTheNamesThatArkimeExpects() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Path place = root.resolve("arkime+arkime/tests/pcap");
    compare("Arkime", captures(place), capture -> {
      Map<String, Set<String>> flows = new TreeMap<>();
      Path expected = place.resolve(capture.getFileName().toString().replaceAll("\\.[^.]*$", ".test"));
      if (Files.exists(expected)) {
        for (JsonNode session : new ObjectMapper().readTree(expected.toFile()).path("sessions3")) {
          JsonNode body = session.path("body");
          JsonNode source = body.path("source");
          JsonNode target = body.path("destination");
          if (source.has("ip") && target.has("ip")) {
            Set<String> names = flows.computeIfAbsent(key(address(source.path("ip").asText()), source.path("port").asInt(), address(target.path("ip").asText()),
                target.path("port").asInt()), k -> new TreeSet<>());
            body.path("protocol").forEach(p -> names.add(p.asText()));
          }
        }
      }
      return flows;
    }, ARKIME, 0.98, 0.98);
  }

  /** The protocols of each flow's messages. */
  private static Map<String, Set<String>> labels(Path capture) throws IOException {
    Labels labels = new Labels();
    try (PacketSource source = CaptureFiles.open(List.of(capture), "site")) {
      new Sensor(SensorOptions.standard().shards(1).decoding(labels)).run(source, TranscriptKeeper.NOBODY);
    }
    return labels.byFlow;
  }

  private static String key(String a, int aPort, String b, int bPort) {
    String one = a + "/" + aPort;
    String other = b + "/" + bPort;
    return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
  }

  private static String address(String text) throws IOException {
    return HexFormat.of().formatHex(InetAddress.getByName(text.replaceAll("[\\[\\]]", "")).getAddress());
  }

  /** A listener that only wants to know who speaks what. */
  private static final class Labels implements Decoding {
    private final Map<String, Set<String>> byFlow = new HashMap<>();
    private String flow = "";

    @Override
    public void about(long at, int origin, long index, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort) {
      flow = key(text(source), sourcePort, text(target), targetPort);
    }

    private static String text(Endpoint e) {
      return e.family() == 4 ? "%08x".formatted(e.ipLow()) : e.family() == 6 ? "%016x%016x".formatted(e.ipHigh(), e.ipLow()) : "mac";
    }

    @Override
    public boolean on() {
      return true;
    }

    @Override
    public void message(String protocol, String operation) {
      byFlow.computeIfAbsent(flow, f -> new TreeSet<>()).add(protocol);
    }

    @Override
    public void operation(String operation) {}

    @Override
    public void field(String name, long value) {}

    @Override
    public void field(String name, double value) {}

    @Override
    public void field(String name, String value) {}

    @Override
    public void field(String name, boolean value) {}

    @Override
    public void octets(String name, Cursor cursor, int octets) {}

    @Override
    public void secret(String name, int octets) {}

    @Override
    public void begin(String name) {}

    @Override
    public void close() {}

    @Override
    public void end() {}
  }
}
