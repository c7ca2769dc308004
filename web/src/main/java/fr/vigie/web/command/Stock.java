package fr.vigie.web.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Query;
import fr.vigie.inventory.store.QueryParser;
import fr.vigie.web.exchange.Devices;
import fr.vigie.web.live.Indexes;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inventory that lies in a folder: what {@code replay} wrote, or what a Vigie keeps, which may run meanwhile (then it is what it committed last, at most ten
 * seconds ago). Nothing is written there.
 */
final class Stock implements Closeable {
  private static final String LINES = "assets.ndjson";
  private static final int MOST_CONTACTS = 10_000;

  private final Path folder;
  private final boolean replayed;
  private @Nullable Index opened;

  private Stock(Path folder, boolean replayed) {
    this.folder = folder;
    this.replayed = replayed;
  }

  static Stock open(Path folder) throws Usage {
    if (Files.isRegularFile(folder.resolve(LINES))) {
      return new Stock(folder, true);
    }
    if (Files.isDirectory(folder.resolve("index").resolve("assets"))) {
      return new Stock(folder, false);
    }
    throw new Usage("there is no inventory in " + folder + ": give --from the folder that ./vigie replay --out wrote, or the data folder of a ./vigie watch");
  }

  /** The devices that a query finds, in the order of ids. */
  Devices devices(String query) throws IOException, Usage {
    Query parsed = parse(query);
    if (replayed && parsed instanceof Query.All) {
      return walk -> lines(LINES, walk);
    }
    Index index = index();
    return walk -> {
      try {
        index.each(parsed, walk::take);
      } catch (Query.SyntaxError e) {
        throw new IOException(String.valueOf(e.getMessage()), e);
      }
    };
  }

  private Query parse(String query) throws IOException, Usage {
    try {
      Query parsed = QueryParser.parse(query);
      if (!(parsed instanceof Query.All)) {
        index().search(parsed, "", 0, 0, List.of());
      }
      return parsed;
    } catch (Query.SyntaxError e) {
      throw new Usage("--query: " + e.getMessage() + "; docs/query.md has the language");
    }
  }

  private Index index() throws IOException {
    Index known = opened;
    if (known == null) {
      known = replayed ? gathered() : Index.view(folder.resolve("index").resolve("assets"), Indexes.assetFields());
      opened = known;
    }
    return known;
  }

  private Index gathered() throws IOException {
    Index index = Index.inMemory(Indexes.assetFields());
    long[] n = {0};
    lines(LINES, d -> index.put(d.path("id").asText(), ++n[0], d));
    index.refresh();
    return index;
  }

  private void lines(String file, Devices.Walk walk) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(folder.resolve(file), StandardCharsets.UTF_8)) {
      long n = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        n++;
        try {
          walk.take((ObjectNode) Json.MAPPER.readTree(line));
        } catch (JsonProcessingException | ClassCastException e) {
          throw new IOException(folder.resolve(file) + ": line " + n + " is not one of ./vigie replay's", e);
        }
      }
    }
  }

  /** The device with this id, or null. */
  @Nullable ObjectNode device(String id) throws IOException {
    return index().get(id);
  }

  /** Contacts in which a device may have a part: its own where they are kept by device, else all; at most 10,000. */
  List<ObjectNode> contacts(String id) throws IOException {
    List<ObjectNode> contacts = new ArrayList<>();
    if (replayed) {
      ObjectNode device = device(id);
      List<String> own = new ArrayList<>();
      if (device != null) {
        device.path("addresses").forEach(a -> own.add(a.path("ip").asText("")));
      }
      lines("contacts.ndjson", c -> {
        boolean part = own.contains(c.path("who").path("ip").asText("-")) || own.contains(c.path("whom").path("ip").asText("-"));
        if (part && contacts.size() < MOST_CONTACTS) {
          contacts.add(c);
        }
      });
      return contacts;
    }
    try (Index kept = Index.view(folder.resolve("index").resolve("contacts"), Indexes.contactFields())) {
      return kept.search(new Query.Has("asset", id), "-last", 0, MOST_CONTACTS, List.of()).documents();
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("a query of our own", e);
    }
  }

  @Override
  public void close() throws IOException {
    Index known = opened;
    if (known != null) {
      known.close();
    }
  }
}
