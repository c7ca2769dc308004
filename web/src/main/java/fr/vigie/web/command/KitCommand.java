package fr.vigie.web.command;

import fr.vigie.samples.Kit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./vigie kit}: writes the labelled captures of attacks and faults. */
@Command(name = "kit", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Writes labelled, harmless captures of attacks and faults, for any monitor: for each detection one that must be found and one that comes near.")
final class KitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "folder for the captures, site.yaml and the labels (kit.tsv)")
  private Path out = Path.of("");

  @Option(names = "--only", paramLabel = "ID", split = ",", description = "detections to write, for example BAC-02,KNX-01; default all")
  private Set<String> only = new HashSet<>();

  @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "draws the MAC addresses (${DEFAULT-VALUE}); the same gives the same octets")
  private long seed;

  @Option(names = "--begin", defaultValue = "2026-03-10T06:00:00Z", paramLabel = "TIME", description = "time of the first packet (${DEFAULT-VALUE}); twenty minutes later learning ends")
  private String begin = "";

  @Option(names = "--network", defaultValue = "10.77", paramLabel = "A.B", description = "first two octets of the addresses (${DEFAULT-VALUE})")
  private String network = "";

  @Override
  public Integer call() throws IOException, Usage {
    List<String> known = Kit.detections();
    for (String id : only) {
      if (!known.contains(id)) {
        throw new Usage("--only " + id + ": there is no exercise for it; there are " + String.join(", ", known));
      }
    }
    List<Kit.Label> labels = Kit.write(new Kit.Options(seed, time(), octets(), Set.copyOf(only)), out);
    spec.commandLine().getOut().println(labels.size() + " captures of " + labels.size() / 2 + " detections in " + out + ", labels in " + Kit.LABELS);
    return Exit.DONE;
  }

  private Instant time() throws Usage {
    try {
      return Instant.parse(begin);
    } catch (DateTimeException e) {
      throw new Usage("--begin " + begin + " is not a time; write it as 2026-03-10T06:00:00Z");
    }
  }

  private int octets() throws Usage {
    if (!network.matches("(25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)")) {
      throw new Usage("--network is two octets, for example 10.77");
    }
    int dot = network.indexOf('.');
    return Integer.parseInt(network.substring(0, dot)) << 24 | Integer.parseInt(network.substring(dot + 1)) << 16;
  }
}
