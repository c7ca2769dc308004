package fr.vigie.web.command;

import fr.vigie.samples.Week;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./vigie sample week}: generated traffic on standard output, to be replayed as it comes. */
@Command(name = "sample", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Writes generated traffic as pcap to standard output: a week in which nothing is wrong, for '| ./vigie replay - …'.")
final class SampleCommand implements Callable<Integer> {
  private enum What { WEEK }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "week", description = "what to generate: ${COMPLETION-CANDIDATES}")
  private What what = What.WEEK;

  @Option(names = "--devices", defaultValue = "1000", paramLabel = "N", description = "about how many devices (${DEFAULT-VALUE})")
  private int devices;

  @Option(names = "--days", defaultValue = "7", paramLabel = "N", description = "how many days (${DEFAULT-VALUE})")
  private int days;

  @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "what differs between two of them (${DEFAULT-VALUE}); the same gives the same octets")
  private long seed;

  @Option(names = "--begin", defaultValue = "2026-10-19", paramLabel = "DATE", description = "the first day, a Monday (${DEFAULT-VALUE}: the week that ends with summer time)")
  private String begin = "";

  @Option(names = "--site", paramLabel = "FILE", description = "writes the site file that goes with it, and no traffic")
  private @Nullable Path site;

  @Override
  public Integer call() throws IOException, Usage {
    Week.Options options = new Week.Options(seed, within("--devices", devices, 20, Week.MOST_DEVICES), within("--days", days, 1, Week.MOST_DAYS), date());
    if (site != null) {
      Files.writeString(site, Week.site(options), StandardCharsets.UTF_8);
      return Exit.DONE;
    }
    // not System.out, which would look at each octet
    try (OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16)) {
      Week.Written written = Week.write(options, out);
      spec.commandLine().getErr().printf(Locale.ROOT, "vigie: %s of %,d devices: %,d packets from %s to %s%n", what.name().toLowerCase(Locale.ROOT),
          written.devices(), written.packets(), options.from(), options.to());
    }
    return Exit.DONE;
  }

  private static int within(String option, int value, int least, int most) throws Usage {
    if (value < least || value > most) {
      throw new Usage(option + " is " + least + " to " + most);
    }
    return value;
  }

  private LocalDate date() throws Usage {
    try {
      return LocalDate.parse(begin);
    } catch (DateTimeException e) {
      throw new Usage("--begin " + begin + " is not a date; write it as 2026-10-19");
    }
  }
}
