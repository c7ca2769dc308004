package fr.vigie.inventory.site;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who answers for a device. A closed list, so that whoever asks for what the IT department answers for gets all of it, however it was spelled. */
public enum Owner {
  /** Those who run the building: heating, power, lifts, gases. */
  TECHNICAL("technical-services", Set.of("technical services", "services techniques", "service technique", "technique")),
  /** The IT department. */
  IT("it", Set.of("informatique", "dsi", "it department", "direction des systemes d'information"));

  private final String wireName;
  private final Set<String> spellings;

  Owner(String wireName, Set<String> spellings) {
    this.wireName = wireName;
    this.spellings = spellings;
  }

  /** As the site file, the API and every output have it. */
  public String wireName() {
    return wireName;
  }

  /** The one that is meant, by its id or a usual spelling in French or English, whatever case and accents; or null. */
  public static @Nullable Owner of(String said) {
    String plain = Normalizer.normalize(said.strip().toLowerCase(Locale.ROOT).replace('’', '\''), Normalizer.Form.NFKD).replaceAll("\\p{M}+", "").replaceAll("\\s+", " ");
    for (Owner owner : values()) {
      if (plain.equals(owner.wireName) || owner.spellings.contains(plain)) {
        return owner;
      }
    }
    return null;
  }

  /** The id of the one that is meant; what was written down before there was a list, and means none of it, stays as it is. */
  public static String kept(String said) {
    Owner owner = of(said);
    return owner == null ? said : owner.wireName;
  }

  /** The ids of all, for a sentence. */
  public static String all() {
    return Arrays.stream(values()).map(Owner::wireName).collect(Collectors.joining(" or "));
  }
}
