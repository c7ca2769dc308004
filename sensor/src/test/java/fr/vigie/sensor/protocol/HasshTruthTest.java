package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** HASSH and HASSHServer of every capture of FoxIO's and Suricata's whose fingerprints they recorded. */
class HasshTruthTest {
  private static final Pattern HASH = Pattern.compile("hassh(?:_server|\\.hash|\\w*)\"?: \"([0-9a-f]{32})\"");

  @Test
  void everyFingerprintIsTheOneItsAuthorsRecorded() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    TreeSet<String> missing = new TreeSet<>();
    int agree = 0;
    for (String line : Files.readAllLines(root.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      TreeSet<String> theirs = new TreeSet<>();
      for (String truth : cells[4].split(";")) {
        if ((truth.startsWith("FoxIO") || truth.startsWith("OISF")) && Files.isRegularFile(root.resolve(truth))) {
          Matcher m = HASH.matcher(Files.readString(root.resolve(truth)));
          while (m.find()) {
            theirs.add(m.group(1));
          }
        }
      }
      if (theirs.isEmpty()) {
        continue;
      }
      TranscriptKeeper keeper = new TranscriptKeeper("ssh");
      try (PacketSource source = CaptureFiles.open(List.of(root.resolve(cells[0])), "test")) {
        new Sensor(SensorOptions.standard().decoding(keeper)).run(source, TranscriptKeeper.NOBODY);
      }
      TreeSet<String> ours = new TreeSet<>();
      keeper.frames.values().forEach(f -> ours.addAll(f.all("hassh", "hasshServer")));
      for (String one : theirs) {
        if (ours.contains(one)) {
          agree++;
        } else {
          missing.add(cells[0] + " " + one + " but " + ours);
        }
      }
    }
    System.out.printf("HASSH: %d agree, %d differ %s%n", agree, missing.size(), missing);
    assertThat(missing).isEmpty();
    assertThat(agree).isGreaterThan(5);
  }
}
