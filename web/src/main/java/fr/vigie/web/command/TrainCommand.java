package fr.vigie.web.command;

import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.api.Console;
import fr.vigie.web.live.CaptureEvidence;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code train}: what the launcher has the JVM look at while it makes a cache of classes. Replays the sample hospital; or plays it into a
 * store, opens that store again, and asks the console of it, on a free port of this machine alone, for its first pages. Nothing else is
 * ever trained on: no capture of a site leaves a trace in a cache.
 */
@Command(name = "train", hidden = true, mixinStandardHelpOptions = true, sortOptions = false,
    description = "Replays the sample hospital and serves it for a moment, for the launcher that makes a cache of classes.")
final class TrainCommand implements Callable<Integer> {
  /** What a cache is for. Each has its own: what only the console needs would make every replay start later. */
  enum Part {
    /** Commands that end by themselves. */
    REPLAY,
    /** The console, which restores a store and serves. */
    CONSOLE,
    /** No cache: one start on a store that is there, for {@code ./vigie bench}. */
    RESTART
  }

  @Parameters(index = "0", paramLabel = "replay|console|restart", description = "what is run")
  private Part part = Part.REPLAY;

  @Parameters(index = "1", paramLabel = "DIR", description = "scratch folder, or the store to start on")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws IOException, Usage, SiteError, GeneralSecurityException, InterruptedException {
    Home.Sample hospital = Home.hospital();
    if (part == Part.CONSOLE) {
      serve(hospital, folder.resolve("data"), true);
      serve(hospital, folder.resolve("data"), false);
      return Exit.DONE;
    }
    if (part == Part.RESTART) {
      serve(hospital, folder, false);
      return Exit.DONE;
    }
    return Main.line().execute("replay", hospital.capture().toString(), "--site", hospital.site().toString(), "--quiet", "--out",
        folder.resolve("out").toString());
  }

  private void serve(Home.Sample hospital, Path data, boolean play) throws IOException, Usage, SiteError, GeneralSecurityException, InterruptedException {
    Setting setting = Setting.of(hospital);
    try (Service service = new Service(data, setting.site(), setting.bounds(), setting.policy(), setting.judging(), setting.expectation());
        PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
      if (play) {
        service.play(source, new Sensor(SensorOptions.standard()), "playing", "done", packets -> { });
      }
      // no refusal of root here: it serves itself alone, for a moment, what ships with Vigie
      Console console = service.serve(new Console.Settings("127.0.0.1", 0, data.resolve("console"), Set.of()),
          new CaptureEvidence(List.of(hospital.capture())), () -> { }, System.out, false);
      Greeting.print(System.out, console, data, service.devices(), "");
      try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(data.resolve("console/console.crt"))).build()) {
        for (String page : List.of("", "api/v1/session", "api/v1/overview")) {
          URI uri = URI.create("https://127.0.0.1:" + console.uri().getPort() + "/" + page);
          HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
          System.out.println(uri + " " + answer.statusCode());
        }
      }
      // processor seconds so far, then how many devices are shown
      System.out.printf(Locale.ROOT, "answered %.3f s %d%n", ProcessHandle.current().info().totalCpuDuration().map(spent -> spent.toMillis() / 1000.0).orElse(-1.0),
          service.devices());
      service.settled();
    }
  }

  private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load((@Nullable InputStream) null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry("console", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
