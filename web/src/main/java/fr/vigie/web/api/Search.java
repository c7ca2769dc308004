package fr.vigie.web.api;

import java.util.List;
import java.util.Map;

/**
 * What a list is asked for.
 *
 * @param text words and fields as typed, in the query language of the store; blank asks for everything
 * @param facets chosen values by field: any of the values of a field, and all of the fields
 * @param sort field name, with {@code -} before it for descending; blank for the list's own order
 * @param offset documents to pass over, 0..10,000
 * @param limit documents to give, 1..500
 */
public record Search(String text, Map<String, List<String>> facets, String sort, int offset, int limit) {
  /** Most documents in one answer. */
  public static final int MOST = 500;

  /** Furthest a person can page; beyond it the search wants another word. */
  public static final int FURTHEST = 10_000;

  public Search {
    facets = Map.copyOf(facets);
  }
}
