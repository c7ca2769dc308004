package fr.vigie.inventory.site;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Public holidays that follow from a law and the year: those of France (Code du travail, L3133-1), with the two more of Alsace and Moselle
 * (L3134-13). Those that move with Easter are computed, by the Gregorian rule; school holidays are none.
 */
public enum PublicHolidays {
  /** None but those that the site names. */
  NONE,
  /** The eleven of France. */
  FRANCE,
  /** The thirteen of Alsace and Moselle. Good Friday is one only where there is a Protestant church; it counts as one everywhere here. */
  ALSACE_MOSELLE;

  /**
   * One holiday.
   *
   * @param fr its name, French
   * @param en its name, English
   */
  public record Holiday(LocalDate date, String fr, String en) {}

  /** The name in files. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The holidays of that name, or null. */
  public static @Nullable PublicHolidays of(String wireName) {
    for (PublicHolidays each : values()) {
      if (each.wireName().equals(wireName.toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    return null;
  }

  /** Whether the day is one of them. */
  public boolean contain(LocalDate day) {
    if (this == NONE) {
      return false;
    }
    boolean fixed = switch (day.getMonthValue() * 100 + day.getDayOfMonth()) {
      case 101, 501, 508, 714, 815, 1101, 1111, 1225 -> true;
      case 1226 -> this == ALSACE_MOSELLE;
      default -> false;
    };
    if (fixed || day.getMonthValue() < 3 || day.getMonthValue() > 6) {
      return fixed;
    }
    long behind = ChronoUnit.DAYS.between(easter(day.getYear()), day);
    return behind == 1 || behind == 39 || behind == 50 || behind == -2 && this == ALSACE_MOSELLE;
  }

  /** Those of a year, in order. */
  public List<Holiday> of(int year) {
    List<Holiday> all = new ArrayList<>();
    if (this == NONE) {
      return all;
    }
    LocalDate easter = easter(year);
    all.add(new Holiday(LocalDate.of(year, 1, 1), "Jour de l’an", "New Year’s Day"));
    if (this == ALSACE_MOSELLE) {
      all.add(new Holiday(easter.minusDays(2), "Vendredi saint", "Good Friday"));
    }
    all.add(new Holiday(easter.plusDays(1), "Lundi de Pâques", "Easter Monday"));
    all.add(new Holiday(LocalDate.of(year, 5, 1), "Fête du Travail", "Labour Day"));
    all.add(new Holiday(LocalDate.of(year, 5, 8), "Victoire de 1945", "Victory of 1945"));
    all.add(new Holiday(easter.plusDays(39), "Ascension", "Ascension Day"));
    all.add(new Holiday(easter.plusDays(50), "Lundi de Pentecôte", "Whit Monday"));
    all.add(new Holiday(LocalDate.of(year, 7, 14), "Fête nationale", "National Day"));
    all.add(new Holiday(LocalDate.of(year, 8, 15), "Assomption", "Assumption Day"));
    all.add(new Holiday(LocalDate.of(year, 11, 1), "Toussaint", "All Saints’ Day"));
    all.add(new Holiday(LocalDate.of(year, 11, 11), "Armistice de 1918", "Armistice of 1918"));
    all.add(new Holiday(LocalDate.of(year, 12, 25), "Noël", "Christmas Day"));
    if (this == ALSACE_MOSELLE) {
      all.add(new Holiday(LocalDate.of(year, 12, 26), "Saint-Étienne", "St Stephen’s Day"));
    }
    all.sort(java.util.Comparator.comparing(Holiday::date));
    return all;
  }

  /**
   * Easter Sunday in the Gregorian calendar: the Sunday behind the full moon, of the tables, on or behind 21 March.
   *
   * @param year 1583 or later
   */
  static LocalDate easter(int year) {
    int golden = year % 19;
    int century = year / 100;
    int epact = Math.floorMod(century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15, 30);
    epact -= epact / 28 * (1 - epact / 28 * (29 / (epact + 1)) * ((21 - golden) / 11));
    int weekday = Math.floorMod(year + year / 4 + epact + 2 - century + century / 4, 7);
    int march = 28 + epact - weekday;
    return LocalDate.of(year, 3, 1).plusDays(march - 1L);
  }
}
