package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** JA4 of every TLS-over-TCP stream of FoxIO's own captures, against the fingerprints their tool recorded beside them. */
class Ja4TruthTest {
  private static final Pattern STREAM = Pattern.compile("\\{[^{}]*(?:\\{[^{}]*}[^{}]*)*}");
  private static final Pattern FIELD = Pattern.compile("\"(src|dst|srcport|dstport|JA4\\.\\d+)\": \"([^\"]*)\"");

  @Test
  void everyStreamHasTheFingerprintItsAuthorsGiveIt() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Path folder = root.resolve("FoxIO-LLC+ja4");
    TreeSet<String> missing = new TreeSet<>();
    TreeSet<String> surplus = new TreeSet<>();
    int agree = 0;
    try (Stream<Path> files = Files.list(folder.resolve("python/test/testdata"))) {
      for (Path truth : files.sorted().toList()) {
        Path capture = folder.resolve("pcap").resolve(truth.getFileName().toString().replace(".json", ""));
        List<String> theirs = theirs(Files.readString(truth));
        List<String> ours = ours(capture);
        for (String one : theirs) {
          if (ours.remove(one)) {
            agree++;
          } else {
            missing.add(capture.getFileName() + " " + one);
          }
        }
        ours.forEach(one -> surplus.add(capture.getFileName() + " " + one));
      }
    }
    missing.forEach(m -> System.out.println("  only FoxIO: " + m));
    surplus.forEach(s -> System.out.println("  only Vigie: " + s));
    System.out.printf("JA4: %d agree, %d only FoxIO, %d only Vigie%n", agree, missing.size(), surplus.size());
    assertThat(missing).isEmpty();
    assertThat(agree).isGreaterThan(50);
  }

  /** Their streams over TCP: a QUIC fingerprint begins with q. */
  private static List<String> theirs(String json) {
    List<String> all = new ArrayList<>();
    Matcher stream = STREAM.matcher(json);
    while (stream.find()) {
      String[] f = new String[4];
      Matcher m = FIELD.matcher(stream.group());
      while (m.find()) {
        switch (m.group(1)) {
          case "src" -> f[0] = m.group(2);
          case "srcport" -> f[1] = m.group(2);
          case "dst" -> f[2] = m.group(2);
          case "dstport" -> f[3] = m.group(2);
          default -> {
            if (m.group(2).startsWith("t")) {
              all.add(f[0] + ":" + f[1] + ">" + f[2] + ":" + f[3] + " " + m.group(2));
            }
          }
        }
      }
    }
    return all;
  }

  private static List<String> ours(Path capture) throws IOException {
    List<String> all = new ArrayList<>();
    Keeper keeper = new Keeper(all);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, Keeper.NOBODY);
    }
    return all;
  }

  private static final class Keeper extends TranscriptKeeper {
    private final List<String> all;
    private String flow = "";

    Keeper(List<String> all) {
      super("tls");
      this.all = all;
    }

    @Override
    public void about(long at, int origin, long packet, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort) {
      flow = source.ip() + ":" + sourcePort + ">" + target.ip() + ":" + targetPort;
    }

    @Override
    public void field(String name, String value) {
      if (name.equals("ja4")) {
        all.add(flow + " " + value);
      }
    }
  }
}
