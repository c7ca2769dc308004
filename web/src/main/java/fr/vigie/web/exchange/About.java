package fr.vigie.web.exchange;

/**
 * What a file says of itself.
 *
 * @param site id of the site, or the empty text
 * @param name name of the site for people
 * @param at capture time of what it shows, RFC 3339 in UTC, or the empty text before the first packet
 * @param whole whether all devices are in it; else those of a query
 * @param version version of the program
 */
public record About(String site, String name, String at, boolean whole, String version) {
  /** {@code vigie-SITE-WHAT-20260310T0824Z.EXTENSION}: of what and of when, in characters that every system takes. */
  String file(String what, String extension) {
    StringBuilder s = new StringBuilder("vigie-");
    if (!site.isEmpty()) {
      s.append(site.replaceAll("[^A-Za-z0-9_-]", "_")).append('-');
    }
    s.append(what);
    if (at.length() >= 16) {
      s.append('-').append(at, 0, 4).append(at, 5, 7).append(at, 8, 10).append('T').append(at, 11, 13).append(at, 14, 16).append('Z');
    }
    return s.append('.').append(extension).toString();
  }

  /** The time to the second, as other formats want it; the epoch where there is none. */
  String second() {
    return at.length() >= 19 ? at.substring(0, 19) + "Z" : "1970-01-01T00:00:00Z";
  }
}
