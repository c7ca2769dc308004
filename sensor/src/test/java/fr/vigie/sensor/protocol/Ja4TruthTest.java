package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** JA4 of every TLS-over-TCP stream of FoxIO's own captures, against the fingerprints their tool recorded beside them. */
class Ja4TruthTest {
  private static final Pattern STREAM = Pattern.compile("\\{[^{}]*(?:\\{[^{}]*}[^{}]*)*}");
  /** Of a link type that is not read, and of a version of Facebook's own. */
  private static final Set<String> UNREADABLE = Set.of("dlt_ppp.pcap.out", "quic-mvfst-22.pcap.out");

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
        List<String> ours = ours(capture, "tls");
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

  /**
   * Over QUIC their recorded results name none; nDPI, Suricata's tests and Arkime do, each for a whole capture. nDPI takes the first two
   * characters of ALPN and says d of hellos without a name, so of its fingerprints the counts and the hashes are compared.
   */
  @Test
  void fingerprintsOverQuicAreThoseOfNdpiSuricataAndArkime() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    TreeSet<String> missing = new TreeSet<>();
    int agree = 0;
    try (Stream<String> lines = Files.lines(root.resolve("CATALOG.tsv"))) {
      for (String line : lines.filter(l -> l.contains("quic")).toList()) {
        String[] cells = line.split("\t", -1);
        TreeSet<String> theirs = new TreeSet<>();
        for (String truth : cells[4].split(";")) {
          Path file = root.resolve(truth);
          if (Files.isRegularFile(file) && !UNREADABLE.contains(file.getFileName().toString())) {
            Matcher m = Pattern.compile("q[0-9a-z]{2}[di][0-9]{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}").matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (m.find()) {
              theirs.add(m.group());
            }
          }
        }
        if (theirs.isEmpty()) {
          continue;
        }
        TreeSet<String> ours = new TreeSet<>();
        for (String one : ours(root.resolve(cells[0]), "quic")) {
          ours.add(one.substring(one.lastIndexOf(' ') + 1));
        }
        for (String one : theirs) {
          if (ours.stream().anyMatch(o -> cells[0].startsWith("ntop") ? counts(o).equals(counts(one)) : o.equals(one))) {
            agree++;
          } else {
            missing.add(cells[0] + " " + one + " but " + ours);
          }
        }
      }
    }
    missing.forEach(m -> System.out.println("  only theirs: " + m));
    System.out.printf("JA4 over QUIC: %d agree, %d differ%n", agree, missing.size());
    assertThat(agree).isGreaterThan(5);
    assertThat(missing).isEmpty();
  }

  private static String counts(String ja4) {
    return ja4.substring(4, 8) + ja4.substring(10);
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

  private static List<String> ours(Path capture, String protocol) throws IOException {
    List<String> all = new ArrayList<>();
    Keeper keeper = new Keeper(protocol, all);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, Keeper.NOBODY);
    }
    return all;
  }

  private static final class Keeper extends TranscriptKeeper {
    private final List<String> all;
    private String flow = "";

    Keeper(String protocol, List<String> all) {
      super(protocol);
      this.all = all;
    }

    @Override
    public void about(long at, int origin, long packet, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort) {
      flow = source.ip() + ":" + sourcePort + ">" + target.ip() + ":" + targetPort;
    }

    @Override
    public void field(String name, String value) {
      if (mine() && name.equals("ja4")) {
        all.add(flow + " " + value);
      }
    }
  }
}
