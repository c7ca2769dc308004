package fr.vigie.inventory.fingerprint;

import com.rapid7.recog.RecogMatch;
import com.rapid7.recog.RecogMatchers;
import com.rapid7.recog.parser.ParseException;
import com.rapid7.recog.parser.RecogParser;
import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.inventory.fingerprint.Prints.Likeness;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rapid7's Recog: some two thousand expressions for banners, read by its own library. A file is read when the first fact of its field comes, and
 * the first expression that matches answers, as Recog means it. What stands in a folder {@code recog} of the site wins over the shipped file.
 *
 * <p>Recog's parameters become traits so: {@code hw.vendor}, {@code hw.family}, {@code hw.product} or {@code hw.model} are maker, family and
 * model; {@code os.product} with {@code os.version} is the operating system, or the firmware where the maker of both is the same;
 * {@code hw.device}, else {@code os.device}, is a kind by {@code recog_devices.tsv}.
 */
final class Recog {
  /** Field of a fact → file of Recog. */
  private static final Map<String, String> FILES = Map.ofEntries(Map.entry("dhcp.vendor-class", "dhcp_vendor_class"),
      Map.entry("http.server", "http_servers"), Map.entry("http.title", "html_title"), Map.entry("http.realm", "http_wwwauth"),
      Map.entry("snmp.sysDescr", "snmp_sysdescr"), Map.entry("snmp.sysObjectID", "snmp_sysobjid"), Map.entry("ssh.server", "ssh_banners"),
      Map.entry("ftp.banner", "ftp_banners"), Map.entry("telnet.banner", "telnet_banners"), Map.entry("sip.user-agent", "sip_user_agents"),
      Map.entry("sip.server", "sip_banners"), Map.entry("rtsp.server", "rtsp_servers"), Map.entry("smb.os", "smb_native_os"),
      Map.entry("x509.subject", "x509_subjects"), Map.entry("mdns.device-info", "mdns_device-info_txt"));

  /** Certainty of what Recog says where it does not say itself how certain it is: its expressions are made of real banners. */
  private static final int USUAL = 80;
  /** Longest value given to an expression: what Recog's expressions cost is proved up to here. */
  static final int LONGEST = Fact.LONGEST;
  private static final int MOST_VALUE = 128;

  /** Left out: on text made for it, it goes back and forth hundreds of thousands of times. */
  private static final Set<String> DEAR =
      Set.of("^Samsung(?: Samsung)? ([^;\\s]+)(?: \\d\\S+)?(?: Series)?(?: Series)?;?\\s*(?:OS )?V?([^\\;\\s]+)\\s?.*?;.*Engine");

  private final @Nullable Path folder;
  private final Map<String, RecogMatchers> read = new HashMap<>();
  private final Map<String, String> devices = new HashMap<>();

  private Recog(@Nullable Path folder) {
    this.folder = folder;
  }

  static Recog read(@Nullable Path folder, Kinds kinds) throws IOException {
    Recog recog = new Recog(folder);
    boolean lenient = Table.replaced(folder, "kinds.tsv") && !Table.replaced(folder, "recog_devices.tsv");
    Table.read(folder, "recog_devices.tsv", 3, cells -> {
      if (kinds.of(cells[1]) == null) {
        if (lenient) {
          return;
        }
        throw new IllegalArgumentException("there is no kind \"" + cells[1] + "\"");
      }
      recog.devices.put(cells[0], cells[1]);
    });
    for (String name : FILES.values()) {
      // a file of the site that cannot be read is told at once and not when the first banner comes
      if (folder != null && Files.exists(folder.resolve("recog").resolve(name + ".xml"))) {
        recog.read.put(name, recog.load(name));
      }
    }
    return recog;
  }

  /** What Recog says of a fact, or null. */
  @Nullable Likeness of(Fact fact) {
    String file = FILES.get(fact.field());
    if (file == null || fact.value().isEmpty()) {
      return null;
    }
    RecogMatch match = matchers(file).getFirstMatch(asked(fact));
    return match == null ? null : likeness(fact, file, match.getParameters());
  }

  /** The text as Recog's expressions expect it. */
  private static String asked(Fact fact) {
    String value = fact.value().length() <= LONGEST ? fact.value() : fact.value().substring(0, LONGEST);
    return switch (fact.field()) {
      // RFC 4253 §4.2: what follows the protocol version
      case "ssh.server" -> value.startsWith("SSH-") ? value.substring(value.indexOf('-', 4) + 1) : value;
      case "http.realm" -> "Basic realm=\"" + value + "\"";
      default -> value;
    };
  }

  private synchronized RecogMatchers matchers(String file) {
    RecogMatchers found = read.get(file);
    if (found == null) {
      try {
        found = load(file);
      } catch (IOException e) {
        throw new UncheckedIOException("a broken build: " + e.getMessage(), e);
      }
      read.put(file, found);
    }
    return found;
  }

  /** One file, for the first fact of its field. */
  RecogMatchers load(String file) throws IOException {
    Path own = folder == null ? null : folder.resolve("recog").resolve(file + ".xml");
    try (InputStream in = own != null && Files.exists(own) ? Files.newInputStream(own) : Recog.class.getResourceAsStream("recog/" + file + ".xml")) {
      if (in == null) {
        throw new IOException("data file recog/" + file + ".xml is not shipped");
      }
      Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
      RecogMatchers all = new RecogParser(true).parse(reader, file);
      all.removeIf(m -> DEAR.contains(m.getPattern()));
      return all;
    } catch (ParseException e) {
      throw new IOException("recog/" + file + ".xml: " + e.getMessage(), e);
    }
  }

  private @Nullable Likeness likeness(Fact fact, String file, Map<String, String> said) {
    Map<Trait, String> values = new EnumMap<>(Trait.class);
    String maker = value(said, "hw.vendor");
    put(values, Trait.VENDOR, maker);
    put(values, Trait.FAMILY, value(said, "hw.family"));
    String model = value(said, "hw.product");
    put(values, Trait.MODEL, model != null ? model : value(said, "hw.model"));
    put(values, Trait.FIRMWARE, value(said, "hw.version"));
    String system = value(said, "os.product");
    String version = value(said, "os.version");
    if (maker != null && version != null && maker.equals(said.get("os.vendor"))) {
      values.putIfAbsent(Trait.FIRMWARE, version);
    } else {
      put(values, Trait.OS, system == null ? null : version == null || system.contains(version) ? system : system + " " + version);
    }
    String device = said.getOrDefault("hw.device", said.get("os.device"));
    String kind = device == null ? null : devices.get(device);
    if (values.isEmpty() && kind == null) {
      return null;
    }
    String certainty = said.getOrDefault("hw.certainty", said.get("os.certainty"));
    return new Likeness(fact, values, kind, certainty == null ? USUAL : percent(certainty), "Recog " + file);
  }

  private static int percent(String certainty) {
    try {
      return Math.clamp(Math.round(100 * Float.parseFloat(certainty)), 1, 99);
    } catch (NumberFormatException e) {
      return USUAL;
    }
  }

  private static @Nullable String value(Map<String, String> said, String name) {
    String v = said.get(name);
    // a group that took no part leaves its name in braces
    return v == null || v.isBlank() || v.indexOf('{') >= 0 ? null : v.length() <= MOST_VALUE ? v.strip() : v.substring(0, MOST_VALUE).strip();
  }

  private static void put(Map<Trait, String> values, Trait trait, @Nullable String value) {
    if (value != null) {
      values.put(trait, value);
    }
  }
}
