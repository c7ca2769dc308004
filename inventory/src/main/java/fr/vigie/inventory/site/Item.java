package fr.vigie.inventory.site;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a YAML file that remembers where it stands: text, a list, or keys with their items. Text is kept as written ({@code 012},
 * {@code no} and {@code 1.10} are not turned into something else). No anchors, no merges, no duplicate keys.
 */
final class Item {
  private static final int DEEPEST = 16;
  private static final int LONGEST = 512;
  private static final YAMLFactory YAML = new YAMLFactory();

  private final String file;
  private final int line;
  private final int column;
  private final @Nullable String text;
  private final @Nullable List<Item> list;
  private final @Nullable Map<String, Item> map;
  /** Where each key of the map stands, for the messages. */
  private final Map<String, Item> keys;

  private Item(String file, JsonLocation at, @Nullable String text, @Nullable List<Item> list, @Nullable Map<String, Item> map,
      Map<String, Item> keys) {
    this.file = file;
    this.line = at.getLineNr();
    this.column = at.getColumnNr();
    this.text = text;
    this.list = list;
    this.map = map;
    this.keys = keys;
  }

  /** Reads a file's text; null where it holds nothing. */
  static @Nullable Item read(String file, String content) throws SiteError {
    try (YAMLParser p = YAML.createParser(content)) {
      if (p.nextToken() == null) {
        return null;
      }
      Item root = item(file, p, 0);
      if (p.nextToken() != null) {
        throw error(file, p.currentTokenLocation(), "a second document in one file");
      }
      return root;
    } catch (JsonProcessingException e) {
      String why = e.getOriginalMessage().lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("unreadable");
      throw error(file, e.getLocation(), "this is not YAML: " + why);
    } catch (IOException e) {
      throw new UncheckedIOException("text in memory cannot fail to be read", e);
    }
  }

  private static Item item(String file, YAMLParser p, int depth) throws IOException, SiteError {
    JsonLocation at = p.currentTokenLocation();
    if (depth > DEEPEST) {
      throw error(file, at, "lists and keys are nested deeper than " + DEEPEST);
    }
    if (p.isCurrentAlias()) {
      throw error(file, at, "aliases are not allowed: write the value out");
    }
    JsonToken token = p.currentToken();
    if (token == JsonToken.START_ARRAY) {
      List<Item> list = new ArrayList<>();
      while (p.nextToken() != JsonToken.END_ARRAY) {
        list.add(item(file, p, depth + 1));
      }
      return new Item(file, at, null, list, null, Map.of());
    }
    if (token == JsonToken.START_OBJECT) {
      Map<String, Item> map = new LinkedHashMap<>();
      Map<String, Item> keys = new LinkedHashMap<>();
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String key = p.currentName();
        Item where = new Item(file, p.currentTokenLocation(), key, null, null, Map.of());
        Item before = keys.put(key, where);
        if (before != null) {
          throw where.error("the key \"" + shown(key) + "\" stands here a second time; it stood at line " + before.line);
        }
        p.nextToken();
        map.put(key, item(file, p, depth + 1));
      }
      return new Item(file, at, null, null, map, keys);
    }
    return new Item(file, at, token == JsonToken.VALUE_NULL ? "" : scalar(p), null, null, Map.of());
  }

  private static String scalar(JsonParser p) throws IOException {
    return p.getText().strip();
  }

  /** An error at this place. */
  SiteError error(String sentence) {
    return new SiteError(file, line, column, sentence);
  }

  private static SiteError error(String file, @Nullable JsonLocation at, String sentence) {
    return new SiteError(file, at == null ? 1 : Math.max(1, at.getLineNr()), at == null ? 1 : Math.max(1, at.getColumnNr()), sentence);
  }

  /** Text from the file as a message shows it: short, on one line. */
  static String shown(String text) {
    String s = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return s.codePoints().map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  int line() {
    return line;
  }

  /** Checks that this is a group of keys, all of them known. */
  Item known(String what, String... allowed) throws SiteError {
    if (map == null) {
      throw error(what + " must be keys with values; known keys are " + String.join(", ", allowed));
    }
    List<String> names = List.of(allowed);
    for (Map.Entry<String, Item> key : keys.entrySet()) {
      if (!names.contains(key.getKey())) {
        String near = nearest(key.getKey(), names);
        throw key.getValue().error("unknown key \"" + shown(key.getKey()) + "\" in " + what
            + (near == null ? "" : ", perhaps \"" + near + "\"") + "; known keys are " + String.join(", ", allowed));
      }
    }
    return this;
  }

  /** The item of a key, or null where the key is absent. */
  @Nullable Item find(String key) {
    return map == null ? null : map.get(key);
  }

  /** The item of a key that must be there. */
  Item need(String what, String key) throws SiteError {
    Item found = find(key);
    if (found == null) {
      throw error(what + " needs the key \"" + key + "\"");
    }
    return found;
  }

  /** The text of a key, or null where the key is absent. */
  @Nullable String textOf(String key) throws SiteError {
    Item found = find(key);
    return found == null ? null : found.text();
  }

  /** Text, not empty. */
  String text() throws SiteError {
    if (text == null) {
      throw error("one text is expected here, not a list or keys");
    }
    if (text.isEmpty()) {
      throw error("a value is missing here");
    }
    if (text.length() > LONGEST) {
      throw error("the text is longer than " + LONGEST + " characters");
    }
    return text;
  }

  /** A whole number. */
  int whole(int min, int max) throws SiteError {
    int n = Addresses.decimal(text(), max);
    if (n < min) {
      throw error("\"" + shown(text()) + "\" is not a whole number from " + min + " to " + max);
    }
    return n;
  }

  /** A number. */
  double number() throws SiteError {
    try {
      double d = Double.parseDouble(text());
      if (Double.isFinite(d)) {
        return d;
      }
    } catch (NumberFormatException e) {
      throw error("\"" + shown(text()) + "\" is not a number");
    }
    throw error("\"" + shown(text()) + "\" is not a finite number");
  }

  /** The items of a list. */
  List<Item> list(String what) throws SiteError {
    if (list == null) {
      throw error(what + " must be a list: lines that start with \"- \"");
    }
    return list;
  }

  /** The items of a key's list; a single text counts as a list of one; absent is empty. */
  List<Item> several(String key) throws SiteError {
    Item found = find(key);
    if (found == null) {
      return List.of();
    }
    if (found.list != null) {
      return found.list;
    }
    found.text();
    return List.of(found);
  }

  /** The names of the keys, with their places. */
  Map<String, Item> keys() {
    return keys;
  }

  /** The known word nearest to a misspelt one, at most two letters away, or null. */
  static @Nullable String nearest(String word, List<String> words) {
    String best = null;
    int least = 3;
    for (String w : words) {
      int d = word.length() > 40 ? 99 : distance(word, w);
      if (d < least && d < w.length()) {
        least = d;
        best = w;
      }
    }
    return best;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int up = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], up) + 1, diagonal + change);
        diagonal = up;
      }
    }
    return row[b.length()];
  }
}
