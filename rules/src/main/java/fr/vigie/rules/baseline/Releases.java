package fr.vigie.rules.baseline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Releases of building software that are no longer mended, or not yet: a table beside the rules. Immutable. */
public final class Releases {
  private static final String TABLE = "/fr/vigie/rules/policy/releases.tsv";
  private static volatile @Nullable Releases shipped;

  /** A branch of a product: versions that begin with {@code branch} are sound from {@code fixed} on, or never where that is empty. */
  private record Row(String product, String branch, String fixed) {}

  /**
   * A release that is not sound.
   *
   * @param product product
   * @param version version it states
   * @param wanted what is wanted instead, English
   */
  public record Verdict(String product, String version, String wanted) {}

  private final List<Row> rows = new ArrayList<>();

  private Releases() {
    try (InputStream in = Releases.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IOException(TABLE + " is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#") && !line.isBlank()) {
          String[] c = line.split("\t", -1);
          rows.add(new Row(c[0], c[1], c[2]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shipped table. */
  public static Releases shipped() {
    Releases r = shipped;
    if (r == null) {
      r = new Releases();
      shipped = r;
    }
    return r;
  }

  /** Judges a text that names a product and its version, such as a banner; null where it names none of the table or a sound one. */
  public @Nullable Verdict judge(String said) {
    String text = said.toLowerCase(Locale.ROOT);
    for (Row row : rows) {
      int at = text.indexOf(row.product);
      if (at < 0) {
        continue;
      }
      String version = version(text, at + row.product.length());
      if (version.isEmpty() || !version.startsWith(row.branch + ".") && !version.equals(row.branch)) {
        continue;
      }
      if (row.fixed.isEmpty()) {
        return new Verdict(row.product, version, "a branch that is still maintained");
      }
      return older(version, row.fixed) ? new Verdict(row.product, version, row.fixed + " or later") : null;
    }
    return null;
  }

  /** The version that begins within a few characters behind the product's name. */
  private static String version(String text, int from) {
    int at = from;
    while (at < text.length() && at < from + 16 && !Character.isDigit(text.charAt(at))) {
      at++;
    }
    int end = at;
    while (end < text.length() && end < at + 32 && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    return end > at && at < from + 16 ? text.substring(at, end) : "";
  }

  private static boolean older(String version, String fixed) {
    String[] a = version.split("\\.", -1);
    String[] b = fixed.split("\\.", -1);
    for (int i = 0; i < b.length; i++) {
      // a shorter version says too little to be called older
      if (i >= a.length || a[i].isEmpty()) {
        return false;
      }
      int order = Long.compare(number(a[i]), number(b[i]));
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }

  private static long number(String digits) {
    return digits.length() > 9 ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}
