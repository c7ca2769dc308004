package fr.vigie.web.command;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.record.Clinical;
import fr.vigie.sensor.record.RecordOptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the evidence recorder: how much, how long, and what an administrator wants whole. */
final class Recordings {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMGT]?)");
  private static final Pattern AGE = Pattern.compile("(\\d{1,9})([smhd])");
  private static final long LEAST = 1 << 20;

  @Option(names = "--record-size", paramLabel = "SIZE",
      description = "disk that packets may take as evidence, such as 4G; 0 records nothing (docs/evidence.md)")
  private @Nullable String size;

  @Option(names = "--record-age", defaultValue = "1d", paramLabel = "AGE", description = "capture time after which they go: 30m, 12h, 7d (${DEFAULT-VALUE})")
  private String age = "1d";

  @Option(names = "--record-whole", split = ",", paramLabel = "WHAT",
      description = "an administrator's choice, kept in the journal with its reason: record clinical, bulk or secrets whole, or again none of them (none)")
  private String @Nullable [] whole;

  @Option(names = "--record-reason", paramLabel = "TEXT", description = "why, for the journal; with --record-whole")
  private String reason = "";

  /**
   * How to record, or null where nothing is.
   *
   * @param data folder of the service
   * @param standard what is taken where the option is not given: {@code 4G}, or {@code 0}
   */
  @Nullable RecordOptions options(Path data, @Nullable Site site, String standard) throws Usage {
    long octets = octets(size == null ? standard : size);
    choice();
    if (octets == 0) {
      return null;
    }
    if (octets < LEAST) {
      throw new Usage("--record-size is 0 or at least 1M");
    }
    return RecordOptions.standard(data.resolve("ring")).bounds(octets, nanoseconds()).clinical(clinical(site));
  }

  private static Clinical clinical(@Nullable Site site) {
    if (site == null) {
      return Clinical.NOWHERE;
    }
    return endpoint -> {
      Zone zone = site.zoneOf(endpoint);
      return zone != null && zone.kind().equals("clinical");
    };
  }

  /** What is to be kept whole, or null where nothing is said: then the journal's last choice stands. */
  @Nullable Set<String> choice() throws Usage {
    if (whole == null) {
      return null;
    }
    Set<String> all = new TreeSet<>();
    for (String word : whole) {
      String one = word.strip().toLowerCase(Locale.ROOT);
      if (!Set.of("clinical", "bulk", "secrets", "none").contains(one)) {
        throw new Usage("--record-whole is clinical, bulk, secrets, several of them with commas, or none");
      }
      all.add(one);
    }
    if (reason.isBlank()) {
      throw new Usage("--record-whole needs --record-reason: it is kept in the journal");
    }
    return all;
  }

  /** Why. */
  String reason() {
    return reason;
  }

  private static long octets(String text) throws Usage {
    Matcher m = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      throw new Usage("--record-size " + text + " is not a size; write it as 500M, 4G or 0");
    }
    int shift = switch (m.group(2)) {
      case "K" -> 10;
      case "M" -> 20;
      case "G" -> 30;
      case "T" -> 40;
      default -> 0;
    };
    long value = Long.parseLong(m.group(1));
    if (value > Long.MAX_VALUE >> shift + 1) {
      throw new Usage("--record-size " + text + " is more than any disk has");
    }
    return value << shift;
  }

  private long nanoseconds() throws Usage {
    Matcher m = AGE.matcher(age.strip());
    if (!m.matches()) {
      throw new Usage("--record-age " + age + " is not a time; write it as 30m, 12h or 7d");
    }
    long unit = switch (m.group(2)) {
      case "s" -> 1L;
      case "m" -> 60L;
      case "h" -> 3_600L;
      default -> 86_400L;
    };
    return Math.clamp(Long.parseLong(m.group(1)) * unit, 1, 3_650L * 86_400) * 1_000_000_000L;
  }
}
