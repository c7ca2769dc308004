package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How lists are asked for and answered, the same for every resource. */
final class Lists {
  private static final String FACET = "f.";
  private static final int MOST_CHOICES = 32;

  private Lists() {}

  /** Reads {@code q}, {@code f.FIELD=value} (repeated: any of them), {@code sort}, {@code offset} and {@code limit}. */
  static Search search(Ask ask) {
    Map<String, List<String>> facets = new LinkedHashMap<>();
    int choices = 0;
    for (Map.Entry<String, List<String>> entry : ask.query().entrySet()) {
      if (entry.getKey().startsWith(FACET)) {
        choices += entry.getValue().size();
        facets.put(entry.getKey().substring(FACET.length()), entry.getValue());
      }
    }
    if (choices > MOST_CHOICES) {
      throw Problem.bad("parameter", "more than " + MOST_CHOICES + " facet values");
    }
    String text = ask.param("q", "");
    if (text.length() > 2_000) {
      throw Problem.search("the search is longer than 2,000 characters", 2_000);
    }
    return new Search(text, facets, ask.param("sort", ""), ask.number("offset", 0, 0, Search.FURTHEST),
        ask.number("limit", 50, 1, Search.MOST));
  }

  static ObjectNode json(Found found) {
    ObjectNode node = Reply.JSON.createObjectNode().put("total", found.total());
    node.putArray("items").addAll(found.items());
    ObjectNode facets = node.putObject("facets");
    found.facets().forEach((field, counts) -> {
      var list = facets.putArray(field);
      counts.forEach((value, count) -> list.addObject().put("value", value).put("count", count));
    });
    return node;
  }
}
