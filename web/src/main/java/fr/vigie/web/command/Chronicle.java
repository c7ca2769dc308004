package fr.vigie.web.command;

import fr.vigie.inventory.asset.Bond;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.past.Past;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.store.Log;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Codec;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.web.live.Identities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The past of a site for the command line: the observations of captures, or of the log of a watch that may be running, folded as the console
 * folds them, without judging them. Devices that people made one, or several, are so here too.
 */
final class Chronicle implements Sink {
  private final Ledger ledger;
  private final Past past;

  private Chronicle(@Nullable Site site, Bounds bounds) {
    ledger = new Ledger(site == null ? Site.EMPTY : site, bounds.devices(), Home.knowledge());
    past = new Past(ledger);
  }

  /** Of captures, played as one. */
  static Past ofCaptures(List<Path> files, Setting setting) throws IOException, Usage, fr.vigie.inventory.site.SiteError {
    Site site = setting.site();
    Chronicle chronicle = new Chronicle(site, setting.bounds());
    try (PacketSource source = CaptureFiles.open(files, "default")) {
      Progress progress = new Progress(source, System.err, Progress.terminal());
      new Sensor(setting.sensor(site)).run(source, chronicle, progress::packets);
      progress.done();
      Faults.tell(source);
    }
    return chronicle.past;
  }

  /** Of what a watch has kept in its data folder. */
  static Past ofWatch(Path data, Setting setting) throws IOException, Usage, fr.vigie.inventory.site.SiteError {
    Path log = data.resolve("log");
    if (!Files.isDirectory(log)) {
      throw new Usage("nothing was kept in " + data + " yet: start ./vigie watch, name the folder with --data, or give capture files");
    }
    Bounds bounds = setting.bounds();
    Chronicle chronicle = new Chronicle(setting.site(), bounds);
    Codec codec = new Codec(new Endpoints(bounds.addresses()));
    Log.view(log, (seq, at, payload) -> {
      if (payload.get(payload.position()) != 0) { // else it is a table of origins
        chronicle.accept(codec.read(payload));
      }
    });
    Path journal = data.resolve("journal.ndjson");
    if (Files.exists(journal)) {
      Map<Long, Bond> bonds = new TreeMap<>();
      Journal.verify(journal, entry -> {
        Bond bond = Identities.bond(entry);
        if (bond != null) {
          bonds.put(entry.seq(), bond);
        } else if (entry.kind().equals("asset.undo")) {
          bonds.remove(entry.body().path("undoes").asLong());
        }
      });
      bonds.values().forEach(bond -> chronicle.ledger.bond(bond).forEach(chronicle.past::changed));
    }
    return chronicle.past;
  }

  @Override
  public void accept(Observation o) {
    past.before(o);
    ledger.apply(o).forEach(past::changed);
    past.accept(o);
  }

  @Override
  public void quantum(long seq, long at) {}
}
