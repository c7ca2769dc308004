package fr.vigie.inventory.advisory;

import fr.vigie.inventory.fingerprint.Vendors;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The makers that a spelling names, each by one id: {@code Johnson Controls Inc.} and {@code Sensormatic Electronics, LLC, Johnson Controls
 * Inc.} share one, {@code GeutebrÃ¼ck} is mended first. Whoever is not in the table of makers is known by the name without its legal form.
 */
final class Makers {
  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final Pattern LEGAL = Pattern.compile(
      "\\b(?:incorporated|inc|corporation|corp|company|co|limited|ltd|ltda|llc|gmbh|ag|kg|se|sa|sas|s a|b v|bv|nv|srl|s r l|spa|s p a|oy|ab|plc|pty|a subsidiary of|an affiliate of)\\b");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern REST = Pattern.compile("[^\\p{L}\\p{Nd}+&]+");
  private static final Pattern SEVERAL = Pattern.compile("\\s*(?:,|;| / |\\band\\b|\\(|\\)|\\ba subsidiary of\\b|\\ban affiliate of\\b)\\s*", Pattern.CASE_INSENSITIVE);
  /** Whose advisories are about another maker's products too: a brand and its house. */
  private static final Map<String, Set<String>> HOUSES = Map.of("apc", Set.of("schneider"), "loytec", Set.of("delta-electronics"),
      "tridium", Set.of("honeywell"));
  private static final int LONGEST = 256;
  private static final int KEPT = 65_536;

  private final Vendors vendors;
  private final Map<String, Set<String>> answers = new ConcurrentHashMap<>();

  Makers(Vendors vendors) {
    this.vendors = vendors;
  }

  /** Ids of the makers that an advisory's vendor names. */
  Set<String> named(String vendor) {
    String text = vendor.length() > LONGEST ? vendor.substring(0, LONGEST) : vendor;
    Set<String> known = answers.get(text);
    if (known == null) {
      known = read(mended(text).strip());
      if (answers.size() < KEPT) {
        answers.put(text, known);
      }
    }
    return known;
  }

  /** Ids under which a device's maker publishes: its own, and its house's. */
  Set<String> publishing(String vendor) {
    Set<String> ids = new LinkedHashSet<>(named(vendor));
    for (String id : named(vendor)) {
      ids.addAll(HOUSES.getOrDefault(id, Set.of()));
    }
    return ids;
  }

  private Set<String> read(String text) {
    Set<String> ids = new LinkedHashSet<>();
    add(ids, text);
    for (String part : SEVERAL.split(text)) {
      add(ids, part);
    }
    if (ids.isEmpty()) {
      String plain = plain(text);
      if (!plain.isEmpty()) {
        ids.add("=" + plain);
      }
    }
    return Set.copyOf(ids);
  }

  private void add(Set<String> ids, String text) {
    Vendors.Vendor known = text.isBlank() ? null : vendors.of(text.strip());
    if (known != null) {
      ids.add(known.id());
    }
  }

  /** In small letters, without accents, legal form and punctuation. */
  static String plain(String text) {
    String folded = REST.matcher(folded(text).toLowerCase(Locale.ROOT)).replaceAll(" ");
    return LEGAL.matcher(folded).replaceAll(" ").replaceAll("\\s+", " ").strip();
  }

  /** Without accents. */
  static String folded(String text) {
    return MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
  }

  /** UTF-8 that somebody read as Windows-1252, read again. */
  static String mended(String text) {
    if (text.indexOf('\u00c3') < 0 && text.indexOf('\u00c2') < 0 && text.indexOf('\u00e2') < 0) {
      return text;
    }
    try {
      ByteBuffer bytes = WINDOWS.newEncoder().encode(java.nio.CharBuffer.wrap(text));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return text; // it was meant so
    }
  }
}
