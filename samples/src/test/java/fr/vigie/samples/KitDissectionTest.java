package fr.vigie.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exercises that are written here from the standards alone, as tshark reads them: every frame, nothing malformed, what the labels name in them. */
final class KitDissectionTest {
  private static final Set<String> WRITTEN = Set.of("BAC-31", "LON-01", "LON-02", "LON-03", "NET-09", "OPC-01", "OPC-02", "SEN-01", "SEN-02", "SEN-03", "SEN-04", "SEN-05");
  /** Deepest protocols that may stand in these captures. */
  private static final Set<String> PROTOCOLS = Set.of("arp", "tcp", "udp", "tls", "cnip", "lon", "ftp", "http", "opcua", "bacapp", "lldp", "data");

  @TempDir private Path folder;

  private static boolean there(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(p -> Files.isExecutable(Path.of(p, program)));
  }

  /** All captures in one: a pcapng file may have several sections. Each has a network of its own, so that no connection is another's. */
  private Path all() throws IOException {
    Path whole = folder.resolve("all.pcapng");
    int network = 10 << 24;
    try (OutputStream out = Files.newOutputStream(whole)) {
      for (String detection : WRITTEN.stream().sorted().toList()) {
        network += 1 << 16;
        Path own = folder.resolve(detection);
        for (Kit.Label label : Kit.write(new Kit.Options(1, Instant.parse("2026-03-10T06:00:00Z"), network, Set.of(detection)), own)) {
          if (label.attack()) {
            Files.copy(own.resolve(label.file()), out);
          }
        }
      }
    }
    return whole;
  }

  private static List<String> tshark(Path capture, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-d", "udp.port==1629,cnip", "-T", "fields"));
    command.addAll(List.of(arguments));
    Process tshark = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(tshark.waitFor()).isZero();
    return lines;
  }

  @Test
  void tsharkReadsEveryFrameWithoutAComplaint() throws IOException, InterruptedException {
    assumeTrue(there("tshark"), "tshark is not installed");
    Map<String, Integer> found = new TreeMap<>();
    List<String> complaints = new ArrayList<>();
    for (String line : tshark(all(), "-e", "frame.protocols", "-e", "_ws.malformed", "-e", "_ws.expert.severity", "-e", "_ws.expert.message", "-e", "opcua.transport.type", "-e",
        "opcua.servicenodeid.numeric", "-e", "opcua.security.spu", "-e", "cnip.type", "-e", "lon.nv.selector", "-e", "tls.handshake.type", "-e", "bacapp.property_identifier",
        "-e", "lldp.ieee.802_1.vlan.id")) {
      String[] f = line.split("\t", -1);
      String deepest = f[0].substring(f[0].lastIndexOf(':') + 1);
      // severities of 6 and 8 million are warnings and errors; that a type of CN/IP is not decoded further is no complaint of the frame
      boolean graver = f[2].lines().flatMap(s -> Stream.of(s.split(",", -1))).anyMatch(s -> !s.isEmpty() && Long.parseLong(s) >= 6_291_456L);
      if (!f[1].isEmpty() || graver && !f[3].startsWith("This dissector doesn't yet decode packets of type") || !PROTOCOLS.contains(deepest)) {
        complaints.add(line);
      }
      found.merge(deepest, 1, Integer::sum);
      for (int i = 4; i < f.length; i++) {
        if (!f[i].isEmpty()) {
          found.merge(i + " " + f[i], 1, Integer::sum);
        }
      }
    }
    assertThat(complaints).isEmpty();
    // hellos, channels of policy None, sessions, and what is written
    assertThat(found).containsKeys("4 HEL", "4 ACK", "4 OPN", "5 446", "5 449", "5 461", "5 464", "5 467", "5 470", "5 631", "5 634", "5 673", "5 676",
        "6 http://opcfoundation.org/UA/SecurityPolicy#None");
    // data, registration, response, request; the selector; hellos of client and server; firmware-revision; the VLANs of a switch
    assertThat(found).containsKeys("lon", "7 0x01", "7 0x03", "7 0x07", "7 0x63", "8 0x0123", "9 1", "9 2", "10 44", "11 110", "11 110,210");
  }

  @Test
  void capinfosReadsWhatTheWriterStatesOfItsInterfaces() throws IOException, InterruptedException {
    assumeTrue(there("capinfos"), "capinfos is not installed");
    Kit.write(new Kit.Options(1, Kit.Options.DEFAULT.begin(), Kit.Options.DEFAULT.network(), Set.of("SEN-03", "SEN-05")), folder);
    Process capinfos = new ProcessBuilder("capinfos", folder.resolve("SEN-03-attack.pcapng").toString(), folder.resolve("SEN-05-attack.pcapng").toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(capinfos.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(capinfos.waitFor()).isZero();
    assertThat(said).contains("Name = miroir-gtb-2").containsPattern("Number of stat entries = [1-9]");
  }
}
