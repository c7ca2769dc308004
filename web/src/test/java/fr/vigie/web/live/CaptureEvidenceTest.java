package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.Packet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptureEvidenceTest {
  private static final long START = 1_773_129_600_000_000_000L;
  @TempDir Path folder;

  private Path capture() throws IOException {
    Path file = folder.resolve("hopital.pcap");
    try (OutputStream out = Files.newOutputStream(file); CaptureWriter writer = new CaptureWriter(out, CaptureWriter.Format.PCAP_NANOS)) {
      int ethernet = writer.addInterface(null, 1);
      for (int i = 0; i < 50; i++) {
        writer.write(ethernet, START + i, ("packet number " + i).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return file;
  }

  private static ObjectNode alert(long... indexes) {
    ObjectNode alert = new ObjectMapper().createObjectNode().put("id", "al-1");
    alert.putObject("rule").put("id", "BAC-01");
    var packets = alert.putArray("packets");
    for (long index : indexes) {
      packets.addObject().put("file", "hopital.pcap").put("index", Long.toString(index))
          .put("time", Instant.ofEpochSecond(START / 1_000_000_000L, START % 1_000_000_000L + index).toString());
    }
    return alert;
  }

  @Test
  void thePacketsTheAlertNamesAreGivenAndNoOthers() throws Exception {
    byte[] pcap = new CaptureEvidence(List.of(capture())).pcap(alert(7, 41));
    assertThat(pcap).isNotNull();
    Path taken = folder.resolve("taken.pcapng");
    Files.write(taken, pcap);
    List<Long> times = new ArrayList<>();
    Packet packet = new Packet();
    try (CaptureFile file = CaptureFile.open(taken, "")) {
      while (file.next(packet)) {
        times.add(packet.at - START);
      }
      assertThat(file.faults()).isEmpty();
    }
    assertThat(times).containsExactly(7L, 41L);
    assertThat(new String(pcap, StandardCharsets.ISO_8859_1)).contains("packet number 41", "BAC-01 al-1").doesNotContain("packet number 8");
  }

  @Test
  void aFileThatChangedProvesNothing() throws Exception {
    CaptureEvidence evidence = new CaptureEvidence(List.of(capture()));
    ObjectNode other = alert(7);
    ((ObjectNode) other.path("packets").path(0)).put("time", "2020-01-01T00:00:00Z");
    assertThat(evidence.pcap(other)).isNull();
    assertThat(evidence.pcap(alert(5_000))).isNull();
    assertThat(new CaptureEvidence(List.of()).pcap(alert(7))).isNull();
    assertThat(new CaptureEvidence(List.of()).about(alert(7)).path("state").asText()).isEqualTo("gone");
    assertThat(evidence.about(alert(7)).path("state").asText()).isEqualTo("file");
  }
}
