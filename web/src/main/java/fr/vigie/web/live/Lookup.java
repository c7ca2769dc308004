package fr.vigie.web.live;

import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Query;
import fr.vigie.inventory.store.QueryParser;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A search as the API has it, asked of an index: words and facets become one query, and each facet is counted without its own choice. */
final class Lookup {
  private Lookup() {
  }

  /** What an index has of a device, in that order. */
  static Found ofAsset(Index index, String assetId, String sort, int offset, int limit) throws IOException {
    try {
      Index.Page page = index.search(new Query.Has("asset", assetId), sort, offset, limit, List.of());
      return new Found(page.total(), page.documents(), Map.of());
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
  }

  /**
   * A page of what a search finds.
   *
   * @param usual the order where neither the search nor the likeness it asks for gives one
   */
  static Found find(Index index, Search search, String usual, List<String> facets) throws IOException, Estate.BadSearch {
    try {
      Query query = filter(search, "");
      String sort = !search.sort().isEmpty() ? search.sort() : query.likens() ? Index.LIKENESS : usual;
      Index.Page page = index.search(query, sort, search.offset(), search.limit(), facets);
      Map<String, Map<String, Long>> counts = new LinkedHashMap<>(page.facets());
      for (String facet : facets) {
        if (search.facets().containsKey(facet)) {
          // what else could be chosen beside the chosen values: counted without this facet's own choice
          counts.put(facet, index.search(filter(search, facet), "", 0, 0, List.of(facet)).facets().getOrDefault(facet, Map.of()));
        }
      }
      return new Found(page.total(), page.documents(), counts);
    } catch (Query.SyntaxError e) {
      throw new Estate.BadSearch(String.valueOf(e.getMessage()), e.column(search.text()));
    }
  }

  /** Its words and what was chosen of its facets, but for one facet; the empty text leaves none out. */
  static Query filter(Search search, String without) throws Query.SyntaxError {
    List<Query> parts = new ArrayList<>();
    Query words = QueryParser.parse(search.text());
    if (!(words instanceof Query.All)) {
      parts.add(words);
    }
    search.facets().forEach((field, values) -> {
      if (!field.equals(without)) {
        List<Query> any = new ArrayList<>();
        values.forEach(v -> any.add(exactly(field, v)));
        parts.add(any.size() == 1 ? any.getFirst() : new Query.Or(any));
      }
    });
    return parts.isEmpty() ? new Query.All() : parts.size() == 1 ? parts.getFirst() : new Query.And(parts);
  }

  /** A facet value is what the network said: a star in it is a star. */
  static Query exactly(String field, String value) {
    return value.indexOf('*') < 0 ? new Query.Has(field, value) : new Query.Between(field, value, true, value, true);
  }
}
