package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * One page of a list.
 *
 * @param total how many documents match
 * @param items this page
 * @param facets how often each value of each facet occurs among the matches, most frequent first
 */
public record Found(long total, List<ObjectNode> items, Map<String, Map<String, Long>> facets) {}
