package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.web.exchange.About;
import fr.vigie.web.exchange.Devices;
import fr.vigie.web.exchange.Format;
import fr.vigie.web.exchange.Papers;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./vigie export}: an inventory, a device's profile or the site's conduits in the formats of others. */
@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Writes an inventory in the formats of other systems; docs/exchange.md has them.")
final class ExportCommand implements Callable<Integer> {
  @Option(names = "--format", defaultValue = "csv", paramLabel = "F",
      description = "csv, xlsx, json, cyclonedx, netbox, glpi; mud (with --device); nftables or cisco-ios (with --site)")
  private String format = "csv";

  @Option(names = "--from", paramLabel = "DIR", description = "folder that replay wrote, or data folder of a watch, which may run (default: the data folder of ./vigie watch)")
  private @Nullable Path from;

  @Option(names = "--query", defaultValue = "", paramLabel = "Q", description = "only devices that this finds (docs/query.md)")
  private String query = "";

  @Option(names = "--device", paramLabel = "ID", description = "the device of the MUD profile")
  private @Nullable String device;

  @Option(names = "--site", paramLabel = "FILE", description = "site file: its name, its zones, its conduits")
  private @Nullable Path siteFile;

  @Option(names = "--out", paramLabel = "FILE", description = "where to write; - for standard output (default: a name that says what and when, here)")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    Site site = siteFile == null ? Site.EMPTY : SiteFile.read(siteFile);
    if (Papers.filters(format)) {
      if (siteFile == null) {
        throw new Usage("--format " + format + " is made of the conduits of a site file: give --site");
      }
      About about = new About(site.id(), site.name(), "", true, Main.VERSION);
      String text = Papers.filter(format, site, about);
      give(Papers.filterFile(format, about), o -> o.write(text.getBytes(StandardCharsets.UTF_8)));
      return Exit.DONE;
    }
    try (Stock stock = Stock.open(from != null ? from : Home.data().resolve("watch"))) {
      if (format.equals("mud")) {
        profile(stock, site);
        return Exit.DONE;
      }
      Format chosen = Format.of(format);
      if (chosen == null) {
        throw new Usage("there is no format " + format + "; choose csv, xlsx, json, cyclonedx, netbox, glpi, mud, nftables or cisco-ios");
      }
      Devices devices = stock.devices(query);
      String[] latest = {""};
      devices.each(d -> latest[0] = later(latest[0], d));
      About about = new About(site.id(), site.name(), latest[0], query.isBlank(), Main.VERSION);
      give(chosen.file(about), o -> chosen.write(devices, about, o));
      return Exit.DONE;
    }
  }

  private void profile(Stock stock, Site site) throws IOException, Usage {
    if (device == null) {
      throw new Usage("--format mud is the profile of one device: give its id with --device");
    }
    ObjectNode found = stock.device(device);
    if (found == null) {
      throw new Usage("there is no device " + device + " in this inventory");
    }
    About about = new About(site.id(), site.name(), later("", found), true, Main.VERSION);
    byte[] profile = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(Papers.mud(found, stock.contacts(device), site, about));
    give(Papers.mudFile(device, about), o -> o.write(profile));
  }

  private static String later(String time, ObjectNode device) {
    String last = device.path("last").asText("");
    return last.compareTo(time) > 0 ? last : time;
  }

  /** Writes a file, whole or not at all. */
  private void give(String name, Body body) throws IOException {
    if ("-".equals(String.valueOf(out))) {
      OutputStream standard = new BufferedOutputStream(System.out);
      body.write(standard);
      standard.flush();
      return;
    }
    Path target = out != null ? out : Path.of(name);
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(part))) {
        body.write(file);
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    System.err.println("vigie: " + target);
  }

  private interface Body {
    void write(OutputStream to) throws IOException;
  }
}
