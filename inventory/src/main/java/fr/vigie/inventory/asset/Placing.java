package fr.vigie.inventory.asset;

import fr.vigie.inventory.site.Device;
import fr.vigie.inventory.site.Position;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is said of where a device stands, best first: a person, the site file, then what can be read out of its own location and description
 * strings. Those are free text that an installer typed years ago: they are shown with their low confidence and never win over people.
 */
final class Placing {
  /** Read out of a location string (BACnet Location, SNMP sysLocation, CDP location). */
  static final int LOCATION = 30;
  /** Read out of a description string, which is there to say other things. */
  static final int DESCRIPTION = 20;

  /** A letter alone, or a word of figures and letters with at least one figure: what is left of "Building Automation" is no name. */
  private static final String CODE = "(\\p{Lu}(?![\\p{L}\\d])|\\p{L}{0,4}[-_+]?\\d[\\p{L}\\d_+-]{0,11})";
  /** A code, or a name with a capital: in French a building is called so. */
  private static final String NAME = "(?:" + CODE + "|(\\p{Lu}[\\p{L}\\d'_-]{1,15}))";
  private static final String GAP = "(?!\\p{L})[ :._-]{0,3}";
  private static final List<Pattern> BUILDING = List.of(
      Pattern.compile("(?<![\\p{L}\\d])(?iu:b[âa]timent|b[âa]t|pavillon|aile)" + GAP + NAME),
      Pattern.compile("(?<![\\p{L}\\d])(?iu:building|bldg|pavilion|wing)" + GAP + CODE));
  private static final List<Pattern> FLOOR = List.of(
      Pattern.compile("(?<![\\p{L}\\d])(?iu:niveau|niv|[ée]tage|floor|level|lvl)(?!\\p{L})[ :._]{0,3}([+-]?\\d{1,3}|R[+-]\\d{1,2}|RDC|rdc)(?![\\p{L}\\d])"),
      Pattern.compile("(?<![\\p{L}\\d])(R[+-]\\d{1,2}|\\d{1,2}(?=(?:er|e|[èe]me|st|nd|rd|th)?[ _-]{1,2}(?iu:[ée]tage|floor|sous-sol)))"),
      Pattern.compile("(?<![\\p{L}\\d])((?iu:rez[- ]de[- ]chauss[ée]e|rdc|ground floor|sous-sol|basement))(?![\\p{L}\\d])"));
  private static final List<Pattern> ROOM = List.of(
      Pattern.compile("(?<![\\p{L}\\d])(?iu:local|salle|pi[èe]ce|chambre|room|rm)" + GAP + "(\\p{L}{0,4}[-.]?\\d[\\p{L}\\d.-]{0,11})"));

  private static final Placing SILENCE = new Placing();

  private final Map<Part, List<Said>> parts = new EnumMap<>(Part.class);

  /** The parts of a place, from the outside in. */
  enum Part {
    SITE,
    BUILDING,
    FLOOR,
    ROOM;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in outputs and decisions. */
    String wireName() {
      return wireName;
    }
  }

  /** The parts in their order. */
  static final List<Part> PARTS = List.of(Part.values());

  /**
   * One value with who says so.
   *
   * @param value the value, as it was said
   * @param source {@code person}, {@code site}, or the protocol whose string it was read out of
   * @param confidence 0..100
   */
  record Said(String value, String source, int confidence) {}

  static Placing of(Asset asset) {
    List<Evidence> locations = asset.values(Trait.LOCATION);
    List<Evidence> descriptions = asset.values(Trait.DESCRIPTION);
    if (locations.isEmpty() && descriptions.isEmpty() && asset.device() == null && asset.decisions().none()) {
      return SILENCE;
    }
    Placing p = new Placing();
    Map<String, String> decided = asset.decisions().values();
    Device device = asset.device();
    for (Part part : PARTS) {
      p.add(part, decided.get(part.wireName()), "person", Evidence.PERSON);
      p.add(part, device == null ? null : of(device.position(), part), "site", Evidence.SITE);
    }
    for (Evidence e : locations) {
      if (!e.value().contains("://")) {
        p.read(e.value(), e.source(), LOCATION);
      }
    }
    for (Evidence e : descriptions) {
      if (e.source().startsWith("bacnet")) {
        p.read(e.value(), e.source(), DESCRIPTION);
      }
    }
    return p;
  }

  private static @Nullable String of(Position position, Part part) {
    return switch (part) {
      case SITE -> position.site();
      case BUILDING -> position.building();
      case FLOOR -> position.floor();
      case ROOM -> position.room();
    };
  }

  /** Reads what a free text says of a place. */
  private void read(String text, String source, int confidence) {
    first(Part.BUILDING, text, source, confidence, BUILDING);
    first(Part.FLOOR, text, source, confidence, FLOOR);
    first(Part.ROOM, text, source, confidence, ROOM);
  }

  private void first(Part part, String text, String source, int confidence, List<Pattern> patterns) {
    for (Pattern pattern : patterns) {
      Matcher m = pattern.matcher(text);
      if (m.find()) {
        String value = m.group(1) == null ? m.group(2) : m.group(1);
        add(part, value, source, confidence);
        return;
      }
    }
  }

  private void add(Part part, @Nullable String value, String source, int confidence) {
    if (value == null || value.isEmpty()) {
      return;
    }
    List<Said> said = parts.computeIfAbsent(part, k -> new ArrayList<>(1));
    for (Said s : said) {
      if (s.value.equals(value)) {
        return;
      }
    }
    said.add(new Said(value, source, confidence));
  }

  /** The best value of a part, or null. */
  @Nullable String best(Part part) {
    List<Said> said = said(part);
    return said.isEmpty() ? null : said.getFirst().value;
  }

  /** Everything said of a part, best first; each value once. */
  List<Said> said(Part part) {
    return parts.getOrDefault(part, List.of());
  }
}
