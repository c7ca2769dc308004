package fr.vigie.inventory.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PublicHolidaysTest {
  private static final Calendar PARIS = new Calendar(ZoneId.of("Europe/Paris"), Map.of(), Set.of(), PublicHolidays.FRANCE);

  private static Hours hours(String text) {
    Hours h = Hours.parse(text);
    if (h == null) {
      throw new IllegalArgumentException(text);
    }
    return h;
  }

  private static long at(String moment) {
    return ZonedDateTime.parse(moment).toInstant().getEpochSecond() * 1_000_000_000L;
  }

  /** Dates of Easter as the tables of the Gregorian calendar give them; 1981 and 2049 have the exceptions of the epact, 1818 and 2038 the extremes. */
  @Test
  void easterIsTheSundayOfTheTables() {
    assertThat(PublicHolidays.easter(1818)).isEqualTo("1818-03-22");
    assertThat(PublicHolidays.easter(1954)).isEqualTo("1954-04-18");
    assertThat(PublicHolidays.easter(1981)).isEqualTo("1981-04-19");
    assertThat(PublicHolidays.easter(2000)).isEqualTo("2000-04-23");
    assertThat(PublicHolidays.easter(2024)).isEqualTo("2024-03-31");
    assertThat(PublicHolidays.easter(2025)).isEqualTo("2025-04-20");
    assertThat(PublicHolidays.easter(2026)).isEqualTo("2026-04-05");
    assertThat(PublicHolidays.easter(2027)).isEqualTo("2027-03-28");
    assertThat(PublicHolidays.easter(2038)).isEqualTo("2038-04-25");
    assertThat(PublicHolidays.easter(2049)).isEqualTo("2049-04-18");
  }

  @Test
  void franceHasElevenAndAlsaceMoselleThirteen() {
    assertThat(PublicHolidays.FRANCE.of(2026)).extracting(h -> h.date().toString()).containsExactly("2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08",
        "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25");
    assertThat(PublicHolidays.ALSACE_MOSELLE.of(2026)).hasSize(13).extracting(h -> h.date().toString()).contains("2026-04-03", "2026-12-26");
    assertThat(PublicHolidays.NONE.of(2026)).isEmpty();
  }

  @Test
  void theListAndTheQuestionAgreeForEveryDayOfTwoCenturies() {
    for (PublicHolidays law : PublicHolidays.values()) {
      for (int year = 1900; year < 2100; year++) {
        Set<LocalDate> listed = new java.util.HashSet<>();
        law.of(year).forEach(h -> listed.add(h.date()));
        for (LocalDate day = LocalDate.of(year, Month.JANUARY, 1); day.getYear() == year; day = day.plusDays(1)) {
          assertThat(law.contain(day)).as("%s %s", law, day).isEqualTo(listed.contains(day));
        }
      }
    }
  }

  @Test
  void onAPublicHolidayOnlyHoursThatNameHolidaysCount() {
    assertThat(hours("lun-ven 07:00-19:00").contain(at("2026-05-14T10:00:00+02:00"), PARIS)).isFalse(); // Ascension, a Thursday
    assertThat(hours("lun-ven 07:00-19:00, fer 09:00-11:00").contain(at("2026-05-14T10:00:00+02:00"), PARIS)).isTrue();
    assertThat(hours("mon-fri 07:00-19:00").contain(at("2026-05-15T10:00:00+02:00"), PARIS)).isTrue();
  }

  /** Clocks go from 02:00 to 03:00 on 2026-03-29 and from 03:00 back to 02:00 on 2026-10-25. */
  @Test
  void hoursAreThoseOfTheClockOnTheWallAlsoWhenItIsPutForwardOrBack() {
    Hours day = hours("07:00-19:00");
    assertThat(day.contain(at("2026-03-28T06:00:00Z"), PARIS)).isTrue();
    assertThat(day.contain(at("2026-03-29T05:00:00Z"), PARIS)).isTrue();
    assertThat(day.contain(at("2026-03-29T04:59:00Z"), PARIS)).isFalse();
    assertThat(day.contain(at("2026-10-25T05:59:00Z"), PARIS)).isFalse();
    assertThat(day.contain(at("2026-10-25T06:00:00Z"), PARIS)).isTrue();
    Hours twice = hours("sun 02:00-03:00");
    assertThat(twice.contain(at("2026-10-25T00:30:00Z"), PARIS)).isTrue();
    assertThat(twice.contain(at("2026-10-25T01:30:00Z"), PARIS)).isTrue();
    assertThat(twice.contain(at("2026-03-29T01:30:00Z"), PARIS)).isFalse(); // there was no such hour: it is 03:30
    Hours night = hours("sat 22:00-06:00");
    assertThat(night.contain(at("2026-10-25T04:59:00Z"), PARIS)).isTrue(); // 05:59 on Sunday
    assertThat(night.contain(at("2026-10-25T05:00:00Z"), PARIS)).isFalse();
  }

  @Test
  void hoursThatHoldOthersAndHoursThatMeetThem() {
    assertThat(hours("mon-fri 07:00-19:00").hold(hours("tue-wed 08:00-12:00"))).isTrue();
    assertThat(hours("mon-fri 07:00-19:00").hold(hours("sat 08:00-12:00"))).isFalse();
    assertThat(hours("mon-fri 07:00-19:00").meet(hours("sat 08:00-12:00"))).isFalse();
    assertThat(hours("mon-fri 07:00-19:00").meet(hours("fri 18:00-20:00"))).isTrue();
    assertThat(hours("mon-fri 19:00-07:00").meet(hours("06:00-08:00"))).isTrue();
    assertThat(hours("mon-fri 19:00-07:00").meet(hours("mon-fri 07:00-19:00"))).isFalse();
    assertThat(hours("22:00-06:00").hold(hours("sat 23:00-05:00"))).isTrue();
  }
}
