package fr.vigie.web.ui;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.TimeoutError;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.SampleEstate;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** The administrator's first visit: a console over a sample, opened in a Chromium of its own, its one-time password changed. */
final class Visit {
  private static final Path CHROMIUM = Path.of(System.getProperty("vigie.chromium", "/usr/bin/chromium"));
  private static final String PICTURES = System.getProperty("vigie.pictures", "");
  static final String PASSWORD = "une phrase assez longue";

  final SampleEstate sample;
  final Console console;
  final Browser browser;
  final Page page;
  /** What the pages complained of. */
  final List<String> errors = new ArrayList<>();
  private final Playwright playwright;

  /** What fills the sample. */
  interface Filling {
    void fill(SampleEstate sample) throws Exception;
  }

  /** @param untried what is not tried where there is no Chromium */
  Visit(Path folder, Filling filling, int width, int height, String untried) throws Exception {
    assume(untried);
    sample = new SampleEstate(folder);
    filling.fill(sample);
    Path home = folder.resolve("home");
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser = chromium(playwright);
    page = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR").setViewportSize(width, height)).newPage();
    page.setDefaultTimeout(60_000);
    page.onPageError(errors::add);
    page.onConsoleMessage(m -> {
      if (m.type().equals("error") && !m.text().startsWith("Failed to load resource")) {
        errors.add(m.text());
      }
    });
    enter();
    String oneTime = Files.readString(home.resolve("first-password.txt")).strip();
    logIn("admin", oneTime);
    page.locator(".severities a").first().waitFor();
  }

  /** Skips where there is no Chromium, by the name of what is not tried then. */
  static void assume(String untried) {
    Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM + ": " + untried + " not tried in a browser");
  }

  /** A browser of its own, which asks nobody but the console for anything. */
  static Browser chromium(Playwright playwright) {
    return playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setHeadless(true)
        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--no-first-run", "--disable-dev-shm-usage")));
  }

  /** Logs in for the first time and chooses {@link #PASSWORD}. */
  void logIn(String name, String oneTime) {
    page.getByLabel("Nom").fill(name);
    page.getByLabel("Mot de passe").fill(oneTime);
    page.keyboard().press("Enter");
    page.locator("input[name=old]").fill(oneTime);
    page.locator("input[name=new]").fill(PASSWORD);
    page.locator("input[name=again]").fill(PASSWORD);
    page.keyboard().press("Enter");
    page.locator(".rail").waitFor();
  }

  /** The first page of a browser that has just been started: on a machine with too much to do it may stall, and is asked for again. */
  private void enter() {
    for (int left = 3; ; left--) {
      try {
        page.navigate(console.uri().toString());
        return;
      } catch (TimeoutError e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  /** Keeps a picture of the page where {@code -Dvigie.pictures=FOLDER} asks for one. */
  void keep(String name) {
    if (!PICTURES.isEmpty()) {
      page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(PICTURES, name + ".png")).setFullPage(true));
    }
  }

  /** Leaves, and closes the console. */
  void close() throws Exception {
    playwright.close();
    console.close();
    sample.close();
  }
}
