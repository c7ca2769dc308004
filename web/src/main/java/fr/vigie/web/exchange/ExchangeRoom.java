package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.fingerprint.KindClasses;
import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Exchange;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The exchange of a running Vigie: its estate and its site, in the formats of others. */
public final class ExchangeRoom implements Exchange {
  private static final int PAGE = 500;
  private final Estate estate;
  private final Site site;
  private final String version;

  /**
   * Opens it.
   *
   * @param site the site file as read, for zones and conduits
   * @param version version of the program, for what files say of themselves
   */
  public ExchangeRoom(Estate estate, Site site, String version) {
    this.estate = estate;
    this.site = site;
    this.version = version;
  }

  private About about(boolean whole) {
    JsonNode of = estate.site();
    return new About(of.path("id").asText(), of.path("name").asText(), estate.health().path("clock").asText(), whole, version);
  }

  @Override
  public ArrayNode formats() {
    ArrayNode formats = Json.MAPPER.createArrayNode();
    for (Format f : Format.values()) {
      formats.addObject().put("id", f.wireName()).put("extension", f.extension());
    }
    return formats;
  }

  @Override
  public ArrayNode kinds() {
    ArrayNode kinds = Json.MAPPER.createArrayNode();
    for (Kinds.Kind k : Knowledge.shipped().kinds().all()) {
      KindClasses.Classes classes = KindClasses.shipped().of(k.id());
      ObjectNode kind = kinds.addObject().put("id", k.id()).put("fr", k.french()).put("en", k.english()).put("care", k.care())
          .put("brick", classes == null ? null : classes.brick());
      ArrayNode tags = kind.putArray("haystack");
      if (classes != null) {
        classes.haystack().forEach(tags::add);
      }
    }
    return kinds;
  }

  @Override
  public @Nullable Parcel inventory(String format, Search search) throws IOException, Estate.BadSearch {
    Format chosen = Format.of(format);
    if (chosen == null) {
      return null;
    }
    estate.assets(new Search(search.text(), search.facets(), "", 0, 1)); // a search that cannot be understood is told before the file begins
    About about = about(search.text().isBlank() && search.facets().isEmpty());
    Devices devices = walk -> {
      try {
        estate.eachAsset(search, walk::take);
      } catch (Estate.BadSearch e) {
        throw new IOException("the search was understood a moment ago: " + e.getMessage(), e);
      }
    };
    return new Parcel(chosen.file(about), chosen.type(), out -> chosen.write(devices, about, out));
  }

  @Override
  public @Nullable Parcel profile(String id) throws IOException {
    ObjectNode device = estate.asset(id);
    if (device == null) {
      return null;
    }
    List<ObjectNode> contacts = new ArrayList<>();
    Found page;
    do {
      page = estate.contacts(id, contacts.size(), PAGE);
      contacts.addAll(page.items());
    } while (!page.items().isEmpty() && contacts.size() < page.total() && contacts.size() < Search.FURTHEST);
    About about = about(true);
    byte[] profile = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(Papers.mud(device, contacts, site, about));
    return new Parcel(Papers.mudFile(id, about), "application/mud+json", out -> out.write(profile));
  }

  @Override
  public @Nullable Parcel filter(String format) {
    if (!Papers.filters(format)) {
      return null;
    }
    About about = about(true);
    byte[] content = Papers.filter(format, site, about).getBytes(StandardCharsets.UTF_8);
    return new Parcel(Papers.filterFile(format, about), "text/plain; charset=utf-8", out -> out.write(content));
  }
}
