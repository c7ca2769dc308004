package fr.vigie.inventory.fingerprint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One name for the many spellings of a maker: {@code SIEMENS AG}, {@code Siemens Building Technologies} and {@code Siemens Schweiz AG} are one.
 * And which owners of MAC addresses make parts and boards of other makers' devices, so that their prefix does not name the maker.
 */
public final class Vendors {
  private static final int LONGEST = 128;

  /** Most spellings whose answer is kept: the devices of a site share a few hundred. */
  private static final int KEPT = 4096;

  private final List<Vendor> vendors = new ArrayList<>();
  private final List<Pattern> parts = new ArrayList<>();
  private final Map<String, Optional<Vendor>> answers = new ConcurrentHashMap<>();

  /**
   * A maker.
   *
   * @param id short id, stable
   * @param name usual name
   * @param spellings what its spellings contain
   * @param source where this is from
   */
  public record Vendor(String id, String name, Pattern spellings, String source) {}

  private Vendors() {}

  static Vendors read(@Nullable Path folder) throws IOException {
    Vendors v = new Vendors();
    Table.read(folder, "vendors.tsv", 4, cells -> v.vendors.add(
        new Vendor(cells[0], cells[1], Pattern.compile(cells[2], Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE), cells[3])));
    Table.read(folder, "parts.tsv", 3, cells -> v.parts.add(Pattern.compile(cells[0], Pattern.CASE_INSENSITIVE)));
    return v;
  }

  /** Whether the owner of a prefix makes modules and boards that stand in devices of other makers. */
  public boolean parts(String owner) {
    for (Pattern p : parts) {
      if (p.matcher(owner).find()) {
        return true;
      }
    }
    return false;
  }

  /** The maker whose spelling this is, or null where none is known to be. */
  public @Nullable Vendor of(String spelling) {
    String text = spelling.length() > LONGEST ? spelling.substring(0, LONGEST) : spelling;
    Optional<Vendor> known = answers.get(text);
    if (known == null) {
      known = vendors.stream().filter(v -> v.spellings.matcher(text).find()).findFirst();
      if (answers.size() < KEPT) {
        answers.put(text, known);
      }
    }
    return known.orElse(null);
  }

  /** The usual name of the maker, or the spelling itself where the maker is not known. */
  public String name(String spelling) {
    Vendor v = of(spelling);
    return v == null ? spelling : v.name;
  }
}
