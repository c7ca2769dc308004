package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.SharedCaptures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The shared captures beside the tshark of this machine, all protocols at a time: the first test that asks has every capture read, the others take what was counted.
 * {@code -Dvigie.only=lldp,cdp} leaves the other protocols out.
 */
final class CapturesCompared {
  /**
   * One protocol in the captures whose line in the catalogue names it.
   *
   * @param word how the catalogue names it
   * @param most how many captures are read, the smallest first
   */
  record Named(String word, int most, TsharkAgreement agreement) {}

  private static final List<String> ONLY = List.of(System.getProperty("vigie.only", "").split(","));

  /** By protocol, in the captures that {@code link.tsv} lists. */
  private static final Map<String, TsharkAgreement> LISTED = new HashMap<>();

  /** By the name of the comparison, in the captures of the catalogue. */
  private static final Map<String, TsharkAgreement> CATALOGUED = new HashMap<>();

  private CapturesCompared() {}

  private static Path root() {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    return root;
  }

  private static boolean wanted(String name) {
    return ONLY.contains("") || ONLY.contains(name);
  }

  private static void due(Map<String, TsharkAgreement> compared, String name, int frames, double agree, double cover) {
    if (!wanted(name)) {
      return;
    }
    TsharkAgreement agreement = compared.get(name);
    assertThat(agreement.tell()).as(name).isGreaterThanOrEqualTo(agree);
    assertThat(agreement.coverage()).as(name + ": what is compared of what tshark shows").isGreaterThanOrEqualTo(cover);
    assertThat(agreement.frames).as(name).isGreaterThanOrEqualTo(frames);
  }

  /** Demands of a protocol in the listed captures at least so many frames, this share that agrees, and this share of tshark's fields compared. */
  static synchronized void listed(String protocol, int frames, double agree, double cover) {
    Path root = root();
    if (LISTED.isEmpty()) {
      Stream.of(LinkTsharkTest.compared(), HostTsharkTest.compared()).flatMap(List::stream).filter(a -> wanted(a.protocol())).forEach(a -> LISTED.put(a.protocol(), a));
      Survey survey = new Survey();
      try (Stream<String> lines = Files.lines(Path.of("src/test/resources/captures/link.tsv"))) {
        lines.map(l -> l.split("\t")).filter(c -> LISTED.containsKey(c[0])).forEach(c -> survey.ask(LISTED.get(c[0]), root.resolve(c[2])));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      survey.run();
    }
    due(LISTED, protocol, frames, agree, cover);
  }

  /** The same of a comparison in the captures that the catalogue names. */
  static synchronized void catalogued(String name, int frames, double agree, double cover) {
    Path root = root();
    if (CATALOGUED.isEmpty()) {
      Map<String, Named> all = new HashMap<>();
      Stream.of(MessagesTsharkTest.compared(), HostsTsharkTest.compared(), EnergyTsharkTest.compared(), BuildingTsharkTest.compared()).forEach(all::putAll);
      all.keySet().removeIf(n -> !wanted(n));
      Survey survey = new Survey();
      try (Stream<String> lines = Files.lines(root.resolve("CATALOG.tsv"))) {
        List<String[]> captures = lines.map(l -> l.split("\t", -1)).filter(c -> c.length > 3 && Files.exists(root.resolve(c[0])) && c[1].matches("[0-9]+"))
            .sorted(Comparator.comparingLong(c -> Long.parseLong(c[1]))).toList();
        Function<String[], List<String>> words = c -> Arrays.asList(c[3].toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
        all.forEach((key, named) -> {
          CATALOGUED.put(key, named.agreement());
          captures.stream().filter(c -> words.apply(c).contains(named.word())).limit(named.most()).forEach(c -> survey.ask(named.agreement(), root.resolve(c[0])));
        });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      survey.run();
    }
    due(CATALOGUED, name, frames, agree, cover);
  }
}
